"""Saved states: checked when loaded, bound to one definition, without loss."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from engine.runtime import Context, StateDamaged, complete, fire_timer, read_tokens, send_message
from engine.runtime.plain import pack, unpack
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
    "content", [b"[]", b"{}", b"nonsense", b'["d1",{},[],[],false]', b'["d1",{"x":0},[[1]],[],false]']
)
def test_a_state_with_a_right_checksum_and_wrong_content_is_refused(case, content):
    with pytest.raises(StateDamaged):
        read_tokens(case.definition, b"GCRT\x01" + sha256(content).digest() + content)


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


def test_a_small_case_has_a_small_state(case):
    assert len(case.state) < 400


def test_case_variables_are_not_part_of_the_state(case):
    secret = "甲" * 50
    assert secret.encode() not in Case(read(*BODY), secret=secret).state


VALUES = [
    None,
    True,
    0,
    2**80,
    1.5,
    "文字",
    Decimal("0.10"),
    date(2026, 2, 28),
    datetime(2026, 2, 28, 9, 30, tzinfo=UTC),
    time(9, 30),
    timedelta(days=3, microseconds=1),
    [1, [date(2026, 1, 1)]],
    {"a": {"b": Decimal("1.50")}},
    {"$date": "2026-01-01"},
    {"typename": "date", "value": 1},
]


@pytest.mark.parametrize("value", VALUES)
def test_values_come_back_with_their_type(value):
    found = unpack(pack(value))
    assert found == value
    assert type(found) is type(value)


def test_a_value_that_is_no_feel_value_cannot_be_stored():
    with pytest.raises(TypeError):
        pack(object())


def test_the_items_of_a_sequential_multi_instance_survive_the_reload():
    items = [Decimal("1.10"), date(2026, 2, 28), {"typename": "x", "$date": [1]}]
    body = (begin(), user("vote", many("items", "entry", collects=("seen", "got"), is_sequential=True)), end())
    case = Case(read(*body, path("begin", "vote", "done")), items=items)
    case.do("vote", got=items[0]).do("vote", got=items[1]).do("vote", got=items[2])
    assert case.variables["seen"] == items
