"""办件维护 without a database: who may, values as FEEL and back, what a form of a page says."""

from __future__ import annotations

import pytest

from engine.access import Action, CaseScope, OfficeScope, ProcedureScope, may
from engine.errors import BadRequest, ChangedMeanwhile, Conflict, NotFound
from engine.language import FeelError
from engine.maintenance.looking import as_feel, read_feel
from engine.runtime import StateDamaged
from engine.views import Actor
from web.maintaining import element_map, status_of, version_in

OWN = ProcedureScope(owner_ids=frozenset({"miit"}))
CASE = CaseScope(applicant_id="dongguan", participants=frozenset({"dongguan", "miit"}))


def actor(*roles, organisation_id="miit"):
    return Actor(
        account_id=1,
        login_name="x",
        name="x",
        post_name="x",
        organisation_id=organisation_id,
        organisation_name="x",
        roles=frozenset(roles),
    )


@pytest.mark.parametrize(
    ("who", "is_allowed"),
    [
        (actor("process_owner"), True),
        (actor("process_owner", organisation_id="guangdong_department"), False),
        (actor("administrator", organisation_id="guangdong_department"), True),
        (actor("ministry", "ministry_decider"), False),
        (actor("applicant", organisation_id="dongguan"), False),
        (actor(), False),
    ],
)
def test_cases_are_migrated_by_the_procedures_own_process_owner_and_by_administrators(who, is_allowed):
    assert may(who, Action.MIGRATE_CASES, OWN) is is_allowed


@pytest.mark.parametrize("role", ["process_owner", "ministry", "applicant", "expert"])
def test_only_administrators_repair_cases_and_read_incidents(role):
    assert not may(actor(role), Action.REPAIR_CASE, CASE)
    assert not may(actor(role), Action.READ_INCIDENTS)
    assert may(actor("administrator"), Action.REPAIR_CASE, CASE)
    assert may(actor("administrator"), Action.READ_INCIDENTS)


@pytest.mark.parametrize("action", [Action.MIGRATE_CASES, Action.REPAIR_CASE])
def test_the_policy_about_the_wrong_kind_of_thing_says_no(action):
    office = OfficeScope(role="ministry", organisation_ids=frozenset({"miit"}))
    wrong = (None, office, CASE if action is Action.MIGRATE_CASES else OWN)
    assert not any(may(actor("administrator"), action, target) for target in wrong)


VALUES = ["agree", '带"引号"的\n文字', "", 12, 12.5, -3, True, False, None, [1, "二", None], {"级别": "国家", "n": [1]}]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_variable_that_is_shown_can_be_written_back_as_it_is(value):
    assert read_feel(as_feel(value)) == value


@pytest.mark.parametrize(
    ("text", "value"), [("1 + 1", 2), ('date("2023-11-15")', "2023-11-15"), ('duration("P2D")', "P2DT0S")]
)
def test_a_value_may_be_computed_and_is_kept_as_variables_are(text, value):
    assert read_feel(text) == value


@pytest.mark.parametrize("text", ["agree =", "", '"', "function(x) x"])
def test_what_is_no_value_is_refused(text):
    with pytest.raises(FeelError):
        read_feel(text)


def test_the_map_of_a_form_holds_what_was_chosen():
    fields = {"map.review": "examine", "map.decide": "", "to": "2", "reason": "x"}
    assert element_map(fields) == {"review": "examine"}


@pytest.mark.parametrize(("text", "version"), [("", 0), ("2", 2), ("999999", 999999)])
def test_the_version_of_a_form_is_read(text, version):
    assert version_in({"to": text}) == version


@pytest.mark.parametrize("text", ["-1", "two", "1234567", "²"])
def test_what_is_no_version_is_not_found(text):
    with pytest.raises(NotFound):
        version_in({"to": text})


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(None, 200), (BadRequest(), 422), (Conflict(), 409), (ChangedMeanwhile(), 409), (StateDamaged(), 409)],
)
def test_a_page_with_a_refusal_has_its_status(refusal, status):
    assert status_of(refusal) == status
