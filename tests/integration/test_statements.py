"""What the actions on a case send to the database: at most eight statements and one commit, whatever the case's age."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

import pytest

from engine.services.inbox import list_inbox, read_task
from engine.services.tasks import claim_task, complete_task, save_draft
from engine.store import cases, tasks
from engine.store.batch import Batch
from engine.store.tasks import OpenedTask, add_tasks, answer_of
from tests.support import city
from tests.support.city import AGREE, APPLICATION, CORRECT, PASS, SUBMIT
from tests.support.statements import noticed

MOST_STATEMENTS = 8


@dataclass
class Sent:
    statements: list[str] = field(default_factory=list)
    commits: int = 0


@contextmanager
def watched():
    """Collect what is sent meanwhile."""
    sent = Sent()

    def commit():
        sent.commits += 1

    with noticed(sent.statements.append, commit):
        yield sent


@pytest.fixture
def filed(offices):
    """A case that waits for the province's review."""
    round_id = offices.open_round("city_application")
    offices.start("dongguan", round_id)
    return city.file_application(offices)


def completed(offices, login_name, element_id, values):
    """Complete a step, and return what that sent."""
    system, actor = offices.system, offices.actor(login_name)
    task_id = offices.task(login_name, element_id)
    key = read_task(system, actor, task_id).completion_key
    with watched() as sent:
        complete_task(system, actor, task_id, values=values, completion_key=key, received_at=offices.clock.now())
    return sent


def corrected(offices):
    """Have the application corrected once, and return what asking for it sent."""
    request = {**CORRECT, "correction_items": ["narratives"]}
    sent = completed(offices, "guangdong_department", "review_by_province", request)
    statements = {key: APPLICATION[key] for key in APPLICATION if key.endswith("_statement")}
    offices.complete("dongguan", "correct_for_province", {**statements, "correction_note": "已重写。"})
    return sent


@pytest.mark.usefixtures("filed")
def test_completing_a_task_takes_one_commit_and_few_statements(offices):
    sent = completed(offices, "guangdong_department", "review_by_province", AGREE)
    assert sent.commits == 1
    assert len(sent.statements) <= MOST_STATEMENTS


@pytest.mark.usefixtures("filed")
def test_completing_a_task_reads_in_one_statement_and_writes_in_another(offices):
    offices.complete("guangdong_department", "review_by_province", AGREE)
    sent = completed(offices, "ministry", "examine_by_ministry", {**PASS, "examination_decision": "fail"})
    assert [text.split()[0] for text in sent.statements] == ["SELECT", "WITH"]


@pytest.mark.usefixtures("filed")
def test_a_later_round_of_correction_sends_what_the_first_one_sent(offices):
    first, _, third = corrected(offices), corrected(offices), corrected(offices)
    assert third.statements == first.statements


def test_filing_adds_one_statement_for_the_receipt_in_the_same_commit(offices):
    offices.start("beijing", offices.open_round("city_application"))
    city.fill(offices, "beijing")
    sent = completed(offices, "beijing", "submit_application", SUBMIT)
    assert sent.commits == 1
    assert [text.split()[0] for text in sent.statements] == ["SELECT", "SELECT", "WITH", "WITH"]


def test_a_case_is_the_same_read_with_its_task_or_alone(offices, filed):
    save_draft(offices.system, offices.actor("guangdong_department"), task_of(offices), {"review_opinion": "\\x00“"})
    with offices.system.database.transaction() as connection:
        task, case = tasks.read_task(connection, task_of(offices), lock=True)
        assert case == cases.read_case(connection, filed)
        assert [task] == tasks.open_tasks(connection, filed)


def task_of(offices):
    return offices.task("guangdong_department", "review_by_province")


@pytest.mark.usefixtures("filed")
def test_claiming_takes_one_commit_and_few_statements(offices):
    actor, task_id = offices.actor("guangdong_department"), offices.task("guangdong_department", "review_by_province")
    with watched() as sent:
        claim_task(offices.system, actor, task_id)
    assert (sent.commits, len(sent.statements)) == (1, 4)


def test_keeping_a_draft_takes_two_statements(offices):
    task_id = offices.start("dongguan", offices.open_round("city_application"))
    with watched() as sent:
        save_draft(offices.system, offices.actor("dongguan"), task_id, {"city_overview": "写了一半"})
    assert (sent.commits, len(sent.statements)) == (1, 2)


@pytest.mark.usefixtures("filed")
def test_the_inbox_takes_two_statements_and_writes_nothing(offices):
    actor = offices.actor("guangdong_department")
    with watched() as sent:
        list_inbox(offices.system, actor)
    assert [text.split()[0] for text in sent.statements] == ["SELECT", "SELECT"]


def test_several_tasks_are_opened_in_one_statement_each_with_its_own_earlier_draft(offices):
    task_id = offices.start("dongguan", offices.open_round("city_application"))
    save_draft(offices.system, offices.actor("dongguan"), task_id, {"city_overview": "写了一半"})
    with offices.system.database.transaction() as connection:
        rows = [again(connection, element_id) for element_id in ("fill_application", "elsewhere")]
        with watched() as sent:
            batch = Batch()
            add_tasks(batch, rows, applicant_id=rows[0]["organisation_id"], closed=[])
            opened = [OpenedTask(*row) for row in batch.send(connection, answer_of(batch))]
        drafts = dict(connection.exec_driver_sql("SELECT id, draft FROM user_task").all())
    assert [row.element_id for row in opened] == ["fill_application", "elsewhere"]
    assert [drafts[row.id] for row in opened] == [{"city_overview": "写了一半"}, None]
    assert len(sent.statements) == 1


def again(connection, element_id):
    """Return the row of the first task once more, as another step."""
    row = dict(connection.exec_driver_sql("SELECT * FROM user_task").mappings().one())
    kept = {name: row[name] for name in row if name not in ("id", "draft", "draft_saved_at")}
    return {**kept, "token_id": element_id, "element_id": element_id}


def test_a_post_with_several_roles_sees_the_tasks_of_all_of_them_in_one_order(offices):
    round_id = offices.open_round("city_application")
    offices.start("dongguan", round_id)
    city.file_application(offices)
    offices.complete("guangdong_department", "review_by_province", AGREE)
    offices.start("beijing", round_id)
    city.fill(offices, "beijing")
    offices.complete("beijing", "submit_application", SUBMIT)
    offices.complete("ministry", "examine_by_ministry", PASS)
    page = list_inbox(offices.system, offices.actor("ministry_decider"))
    assert sorted(row.element_id for row in page.rows) == ["decide_by_ministry", "examine_by_ministry"]
    assert [row.due_at for row in page.rows] == sorted(row.due_at for row in page.rows)
    assert page.counts["all"] == 2


#: (limit from now in days, or None; who has claimed it), of tasks of one office under two roles.
HELD = ((-2, None), (-1, "ministry"), (1, None), (2, "ministry_decider"), (30, None), (None, None), (None, "ministry"))
COPY_TASK = """
INSERT INTO user_task (instance_id, token_id, element_id, name, role, organisation_id, assignee_id, state, opened_at,
                       due_at, sort_at, completion_key, case_number, case_title, procedure_id, procedure_name,
                       applicant_name)
SELECT instance_id, %(role)s || %(place)s, element_id, name, %(role)s, %(office)s, %(assignee)s, 'open', opened_at,
       %(due_at)s, coalesce(%(due_at)s, timestamptz '9999-12-31'), %(place)s, case_number, case_title, procedure_id,
       procedure_name, applicant_name
FROM user_task LIMIT 1
"""


@pytest.mark.parametrize("scope", ["all", "soon", "overdue", "unclaimed"])
@pytest.mark.parametrize("login_name", ["ministry", "ministry_decider"])
def test_every_tab_of_the_inbox_counts_what_it_lists(offices, login_name, scope):
    offices.start("dongguan", offices.open_round("city_application"))
    actor, now = offices.actor(login_name), offices.clock.now()
    with offices.system.database.transaction() as connection:
        for place, (role, (days, holder)) in enumerate(product(("ministry", "ministry_decider"), HELD)):
            values = {
                "role": role,
                "place": str(place),
                "office": actor.organisation_id,
                "assignee": holder and offices.actor(holder).account_id,
                "due_at": None if days is None else now + timedelta(days=days),
            }
            connection.exec_driver_sql(COPY_TASK, values)
    page = list_inbox(offices.system, actor, scope=scope)
    assert page.counts[scope] == len(page.rows) > 0
