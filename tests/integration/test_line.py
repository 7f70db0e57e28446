"""Statements sent without cursors: what is prepared, what travels together, and what remains usable after a refusal."""

from contextlib import suppress
from datetime import datetime

import pytest
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from engine.clock import ZONE
from engine.errors import Conflict, Unavailable
from engine.line import MOST_PREPARED, line_of
from engine.models import history_event
from engine.store.batch import travelling
from engine.store.direct import ask, run

ADD = "INSERT INTO number_series (series, last) VALUES (%(series)s, %(last)s) RETURNING last"
COUNT = "SELECT count(*) FROM number_series"
PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'line%%' AND statement LIKE %(text)s"


def add(connection, series, **options):
    return ask(connection, ADD, {"series": series, "last": 7}, **options)


def prepared(connection, text):
    return ask(connection, PREPARED, {"text": text})[0][0]


def counted(database):
    with database.reading() as connection:
        return ask(connection, COUNT, {})[0][0]


def test_values_go_in_and_rows_come_out_as_python_has_them(database):
    query = """SELECT %(number)s::bigint, %(words)s::text[], %(numbers)s::bigint[], %(none)s::text[], %(nothing)s::text,
    %(yes)s::boolean, '{"a": [1]}'::json"""
    words = ["一", 'a"b,{}\\', "", "NULL", " 空 "]
    values = {"number": 2**40, "words": words, "numbers": [1, 2**40], "none": [], "nothing": None, "yes": True}
    with database.reading() as connection:
        rows = ask(connection, query, values)

    assert rows == [(2**40, words, [1, 2**40], [], None, True, {"a": [1]})]


@pytest.mark.parametrize("count", [1, 3])
def test_rows_arrive_the_same_whether_they_travel_as_parameters_or_as_one_text(database, count):
    event = {
        "instance_id": 2**40,
        "sequence": -1,
        "at": datetime(2023, 10, 26, 10, 0, 0, 123000, tzinfo=ZONE),
        "kind": "",
        "account_id": None,
        "comment": "一\n\"引\" 'x' \\x00 {},%s",
        "details": {"passed": ["一", None], "of": {"a": 1.5}},
        "sha256": bytes(range(256)),
    }
    arrived = []
    with database.reading() as connection:
        for are_few in (True, False):
            source, placed = travelling(history_event, [event] * count, are_few=are_few)
            arrived.append(ask(connection, f"SELECT {source.columns} FROM {source.text}", {}, placed))

    assert arrived == [[tuple(event.values())] * count] * 2


def test_a_text_with_a_nul_is_refused_and_not_cut_off_there(database):
    with pytest.raises(DataError), database.transaction() as connection:
        add(connection, "a\0b")

    assert counted(database) == 0


def test_a_statement_is_prepared_once(database):
    with database.transaction() as connection:
        add(connection, "a")
        add(connection, "b")

        assert prepared(connection, "INSERT INTO number_series%") == 1


def test_the_last_statement_of_a_transaction_commits_it(database):
    with database.transaction() as connection:
        add(connection, "a", is_last=True)

        assert counted(database) == 1


def test_what_was_written_is_undone_when_a_later_statement_is_refused(database):
    def write_twice():
        with database.transaction() as connection:
            add(connection, "a")
            add(connection, "a", is_last=True)

    with pytest.raises(IntegrityError):
        write_twice()

    assert counted(database) == 0


def test_a_refusal_names_its_constraint(database):
    with database.transaction() as connection:
        add(connection, "a")

    with pytest.raises(Conflict), database.transaction({"pk_number_series": Conflict}) as connection:
        add(connection, "a", is_last=True)


def test_a_rollback_keeps_what_is_prepared(database):
    with suppress(LookupError), database.transaction() as connection:
        add(connection, "a")
        raise LookupError
    with database.transaction() as connection:
        kept = prepared(connection, "INSERT INTO number_series%")

    assert (kept, counted(database)) == (1, 0)


def test_a_statement_that_cannot_be_prepared_leaves_the_others_usable(database):
    with pytest.raises(ProgrammingError), database.transaction() as connection:
        ask(connection, "SELECT * FROM nothing_of_this_name", {})

    assert counted(database) == 0


def test_statements_that_the_server_has_forgotten_are_prepared_again(database):
    with database.transaction() as connection:
        add(connection, "a")
    with database.transaction() as connection:
        connection.exec_driver_sql("DEALLOCATE ALL")
    with database.transaction() as connection:
        add(connection, "b")

    assert counted(database) == 2


def test_a_transaction_in_which_the_server_has_forgotten_everything_is_undone(database):
    with database.transaction() as connection:
        add(connection, "a")
    with suppress(LookupError), database.transaction() as connection:
        add(connection, "b")
        connection.exec_driver_sql("DEALLOCATE ALL")
        raise LookupError

    assert counted(database) == 1


def test_altering_a_table_keeps_what_is_prepared(database):
    with database.transaction() as connection:
        add(connection, "a")
        run(connection, "CREATE TEMPORARY TABLE passing (n int); DROP TABLE passing")

        assert prepared(connection, "INSERT INTO number_series%") == 1


def test_only_so_many_statements_stay_prepared(database):
    with database.transaction() as connection:
        answers = [ask(connection, f"SELECT {number}", {}) for number in range(MOST_PREPARED + 10)]

        assert answers[-1] == [(MOST_PREPARED + 9,)]
        assert prepared(connection, "%") == MOST_PREPARED


def test_more_than_the_socket_takes_at_once_goes_both_ways(database):
    text = "规" * 3_000_000
    with database.reading() as connection:
        rows = ask(connection, "SELECT repeat(%(text)s::text, 2)", {"text": text})

    assert len(rows[0][0]) == 6_000_000


def test_a_value_that_cannot_be_written_is_refused_before_anything_is_sent(database):
    with database.transaction() as connection:
        with pytest.raises(DataError):
            add(connection, "\x00")
        add(connection, "a")

    assert counted(database) == 1


def test_a_session_that_the_server_ends_in_the_middle_is_unavailable_and_replaced(database):
    def write_after_its_end():
        with database.transaction() as connection, database.open_session() as session:
            pid = ask(connection, "SELECT pg_backend_pid()", {})[0][0]
            session.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            add(connection, "a")

    with pytest.raises(Unavailable):
        write_after_its_end()

    assert counted(database) == 0


class Interrupted:
    def poll(self, *_):
        raise KeyboardInterrupt


def test_an_answer_that_nobody_waited_for_is_never_taken_for_another(database):
    def stop_waiting():
        with database.transaction() as connection:
            line_of(connection)._answers = Interrupted()
            add(connection, "a")

    with pytest.raises(KeyboardInterrupt):
        stop_waiting()

    assert counted(database) == 0
