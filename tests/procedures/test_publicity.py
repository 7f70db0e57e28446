"""公示 of an award: an order that prolongs it moves what the case waits for, also while an objection is dealt with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import local
from engine.rehearsal import Stage
from engine.rehearsal.course import Course
from engine.services import inbox, publications, tasks
from tests.support.scenarios import PROCEDURES, checked, scenarios_of

#: Folder -> a scenario that reaches the publication, the step that publishes, and the one that the period opens.
AWARDS = {
    "park_review": ("objection_upheld", "confirm_conclusion", "decide_award"),
    "city_award": ("awarded", "confirm_conclusion", "decide_award"),
    "cluster_award": ("objection_upheld", "confirm_report", "propose_award"),
}


class Awaiting:
    """A case whose publication has just been made."""

    def __init__(self, course):
        self.acting, self.system, self.clock = course.acting, course.acting.stage.system, course.acting.stage.clock
        publisher = self.acting.stage.actor(self.acting.holder_of("handle_objection"))
        (self.publication,) = [one.publication for one in self.publications(publisher)]
        self.publisher = publisher

    def publications(self, actor):
        return publications.list_of_case(self.system, actor, self.acting.case_id)

    def steps(self):
        return [task.element_id for task in self.acting.open_tasks()]

    def prolong(self, working_days):
        one = self.publication
        publications.prolong_publication(self.system, self.publisher, one.publication_id, working_days, "补充材料。")
        (found,) = self.publications(self.publisher)
        return found.publication.closes_at

    def move_to(self, instant):
        self.clock.move_to(instant)
        self.acting.stage.beat()

    def object_and_answer(self):
        """Object, and dismiss the objection."""
        self.acting.act({"at": f"{local(self.clock.now()):%Y-%m-%d %H:%M}", "message": "msg_objection"})
        task_id = self.acting.task_of(self.acting.holder_of("handle_objection"), "handle_objection")
        values = {
            "objection_decision": "dismissed",
            "objection_facts": "数据与统计数据一致。",
            "objection_opinion": "异议不成立。",
        }
        view = inbox.read_task(self.system, self.publisher, task_id)
        tasks.complete_task(
            self.system,
            self.publisher,
            task_id,
            values=values,
            completion_key=view.completion_key,
            received_at=self.clock.now(),
        )


@pytest.fixture(params=AWARDS)
def awaiting(request, system, clock):
    name, step, following = AWARDS[request.param]
    (kept,) = [one for one in scenarios_of(PROCEDURES / request.param) if one.scenario.name == name]
    course = Course.on(Stage(system, clock), checked(kept.folder), kept.scenario)
    for one in kept.scenario.steps:
        course.take(one)
        if one.get("task") == step:
            break
    return Awaiting(course), following


def test_the_case_waits_for_the_new_end(awaiting):
    case, following = awaiting
    closes_at = case.prolong(3)
    case.move_to(case.publication.closes_at + timedelta(minutes=1))
    assert following not in case.steps()
    case.move_to(closes_at + timedelta(minutes=1))
    assert following in case.steps()


def test_an_objection_that_is_answered_leads_back_to_the_new_end(awaiting):
    case, following = awaiting
    case.prolong(3)
    case.move_to(case.publication.closes_at + timedelta(hours=10))
    case.object_and_answer()
    assert following not in case.steps()


def test_an_order_while_an_objection_is_dealt_with_counts_as_well(awaiting):
    case, _ = awaiting
    case.move_to(case.publication.opens_at + timedelta(hours=1))
    case.acting.act({"at": f"{local(case.clock.now()):%Y-%m-%d %H:%M}", "message": "msg_objection"})
    closes_at = case.prolong(2)
    assert "handle_objection" in case.steps()
    case.move_to(case.publication.closes_at + timedelta(minutes=1))
    with case.system.database.reading() as connection:
        query = "SELECT variables->>'publicity_ends_at' FROM process_instance WHERE id = %s"
        held = connection.exec_driver_sql(query, (case.acting.case_id,)).scalar_one()
    assert held == local(closes_at).isoformat()
