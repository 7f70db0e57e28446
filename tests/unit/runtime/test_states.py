"""Saved states: checked when loaded, bound to one definition, without loss."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from engine.errors import ExecutionError
from engine.language import evaluate
from engine.runtime import (
    Context,
    StateDamaged,
    Token,
    complete,
    fire_timer,
    read_definition,
    read_tokens,
    send_message,
)
from engine.runtime.codec import FORMATS
from engine.runtime.plain import plain
from tests.unit.runtime.runtime_diagrams import Case, begin, boundary, end, many, path, read, timer, user

BODY = (begin(), user("fill"), boundary("late", "fill", timer("P1D")), end(), path("begin", "fill", "done"))
BODY += (end("expired"), path("late", "expired"))


@pytest.fixture
def case():
    return Case(read(*BODY))


@pytest.mark.parametrize("position", [0, 4, 5, 36, 37, 60, -1])
def test_a_changed_byte_is_noticed(case, position):
    damaged = bytearray(case.state)
    damaged[position] ^= 1
    with pytest.raises(StateDamaged):
        read_tokens(case.definition, bytes(damaged))


@pytest.mark.parametrize("state", [b"", b"GCRT", b"null", b"\x80\x04K\x01.", b"GCRT\x01" + b"0" * 32])
def test_bytes_that_are_no_state_are_refused(case, state):
    with pytest.raises(StateDamaged):
        read_tokens(case.definition, state)


def test_a_shortened_state_is_refused(case):
    with pytest.raises(StateDamaged):
        read_tokens(case.definition, case.state[:-1])


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b"nonsense",
        b'["d1",{},[],[],false]',
        b'["d1",{"x":0},[[1]],[],false]',
        b'["d1",{},[],[],false,[]]',
        b'["d1",{"Start":0},[["00",-1,0,16,{},{}]],[],false,[1]]',
    ],
)
@pytest.mark.parametrize("version", [1, 2])
def test_a_state_with_a_right_checksum_and_wrong_content_is_refused(case, content, version):
    with pytest.raises(StateDamaged):
        read_tokens(case.definition, b"GCRT" + bytes([version]) + sha256(content).digest() + content)


def test_a_state_of_another_definition_is_refused(case):
    other = read(*BODY, digest="d2")
    with pytest.raises(StateDamaged, match="另一个版本"):
        read_tokens(other, case.state)


@pytest.mark.parametrize(
    "act",
    [
        lambda context: complete(context, b"x", "0", {}),
        lambda context: fire_timer(context, b"x", "0"),
        lambda context: send_message(context, b"x", "m", {}),
    ],
)
def test_every_action_refuses_a_damaged_state(case, act):
    with pytest.raises(StateDamaged):
        act(Context(definition=case.definition, variables={}, facts={"now": case.now}))


def test_the_same_definition_read_twice_opens_the_same_states(case):
    assert read_tokens(read(*BODY), case.state) == case.last.tokens


#: States as each format of a release wrote them; written once, never again.
FIXTURES = {path.stem: json.loads(path.read_text()) for path in (Path(__file__).parent / "states").glob("*.json")}
KEPT = [(name, kept) for name, states in sorted(FIXTURES.items()) for kept in states]


def test_every_format_that_is_read_has_states_of_its_time():
    assert sorted(FIXTURES) == [f"format_{number}" for number in sorted(FORMATS)]
    assert {bytes.fromhex(kept["state"])[4] for _, kept in KEPT} == set(FORMATS)


@pytest.mark.parametrize(("name", "kept"), KEPT, ids=[f"{name}, {kept['name']}" for name, kept in KEPT])
def test_a_state_of_every_format_still_loads_and_goes_on(name, kept):
    definition = read_definition({"process.bpmn": kept["bpmn"].encode()}, digest=kept["digest"])
    state = bytes.fromhex(kept["state"])
    assert name == f"format_{state[4]}"
    tokens = [Token(token_id=token, element_id=element, kind=kind) for token, element, kind in kept["tokens"]]
    assert sorted(read_tokens(definition, state), key=str) == sorted(tokens, key=str)
    timer_token = next(token for token in tokens if token.kind == "timer")
    context = Context(
        definition=definition, variables=kept["variables"], facts={"now": datetime(2027, 1, 1, tzinfo=UTC)}
    )
    progress = fire_timer(context, state, timer_token.token_id)
    assert timer_token.element_id in [one.element_id for one in progress.passed]
    assert progress.state[4] == max(FORMATS)


def test_a_small_case_has_a_small_state(case):
    assert len(case.state) < 400


def test_case_variables_are_not_part_of_the_state(case):
    secret = "甲" * 50
    assert secret.encode() not in Case(read(*BODY), secret=secret).state


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (Decimal("7.0"), 7),
        (Decimal("0.10"), 0.1),
        (2**80, float(2**80)),
        (1.5, 1.5),
        (float("nan"), None),
        ("文字", "文字"),
        (date(2026, 2, 28), "2026-02-28"),
        (datetime(2026, 2, 28, 9, 30, tzinfo=UTC), "2026-02-28T09:30:00+00:00"),
        (time(9, 30), "09:30:00"),
        (timedelta(days=3, hours=1, microseconds=5), "P3DT3600.000005S"),
        (-timedelta(days=1), "-P1DT0S"),
        ([1, (date(2026, 1, 1),)], [1, ["2026-01-01"]]),
        ({"a": {1: Decimal("1.50")}}, {"a": {"1": 1.5}}),
        ({"typename": "date", "value": 1}, {"typename": "date", "value": 1}),
    ],
)
def test_values_are_kept_as_json(value, kept):
    found = plain(value)
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize("text", ["P3DT3600.000005S", "-P1DT0S", "P0DT0.5S"])
def test_a_kept_duration_can_be_read_by_feel(text):
    assert plain(evaluate(f'duration("{text}")', {})) == text


def test_a_value_that_json_does_not_know_is_an_error_that_names_the_task(case):
    with pytest.raises(ExecutionError, match="fill") as caught:
        case.do("fill", picture=object())
    assert caught.value.element_id == "fill"


def test_a_variable_means_the_same_before_and_after_it_is_saved(case):
    case.do("fill", day=date(2026, 2, 28), share=Decimal("0.25"))
    assert case.variables == {"day": "2026-02-28", "share": 0.25}


def test_the_items_of_a_sequential_multi_instance_survive_the_reload():
    items = [Decimal("1.10"), date(2026, 2, 28), {"typename": "x", "$date": [1]}]
    body = (begin(), user("vote", many("items", "entry", collects=("seen", "got"), is_sequential=True)), end())
    case = Case(read(*body, path("begin", "vote", "done")), items=items)
    case.do("vote", got=items[0]).do("vote", got=items[1]).do("vote", got=items[2])
    assert case.variables["seen"] == [1.1, "2026-02-28", {"typename": "x", "$date": [1]}]


def test_what_people_write_never_reaches_the_log(case, caplog):
    with caplog.at_level("DEBUG"):
        case.do("fill", secret="某某申请材料")
    assert [record for record in caplog.records if record.name.startswith("spiff")] == []
