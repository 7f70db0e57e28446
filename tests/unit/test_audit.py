"""The hash chain of a case, alone: whatever is changed, removed or moved is found at its place."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import pytest

from engine.audit import GENESIS, canonical, digests, first_broken_link, link

AT = datetime(2023, 11, 15, 15, 59, 59, 999999, tzinfo=UTC)
LENGTH = 12


def event(sequence):
    return {
        "instance_id": 7,
        "sequence": sequence,
        "at": AT + timedelta(seconds=sequence),
        "kind": "task_completed",
        "element_id": "review_by_province",
        "element_name": "审核",
        "account_id": 3,
        "actor_name": "经办",
        "organisation_name": "广东省工业和信息化厅",
        "comment": "同意。",
        "details": {"passed": ["review_by_province"], "number": None},
    }


def chained(events):
    chain, head = [], GENESIS
    for one in events:
        sha256, sm3 = link(head, one)
        chain.append((one, sha256, sm3))
        head = sha256
    return chain


@pytest.fixture
def chain():
    return chained([event(number + 1) for number in range(LENGTH)])


OTHER_VALUES = {
    "instance_id": 8,
    "sequence": 99,
    "at": AT,
    "kind": "task_claimed",
    "element_id": "review_by_provincE",
    "element_name": "",
    "account_id": None,
    "actor_name": "经办 ",
    "organisation_name": "广东省工业和信息化厅\u200b",
    "comment": "不同意。",
    "details": {"passed": ["review_by_province"], "number": 0},
}


def test_a_sound_chain_has_no_broken_link(chain):
    assert first_broken_link(chain) is None


def test_an_empty_chain_is_sound():
    assert first_broken_link([]) is None


def test_the_table_of_changes_names_every_part_of_an_event():
    assert set(OTHER_VALUES) == set(event(1))


@pytest.mark.parametrize("position", [0, 5, LENGTH - 1])
@pytest.mark.parametrize("name", sorted(OTHER_VALUES))
def test_a_changed_part_of_an_event_is_found_where_it_is(chain, name, position):
    one, sha256, sm3 = chain[position]
    chain[position] = ({**one, name: OTHER_VALUES[name]}, sha256, sm3)

    assert first_broken_link(chain) == position


@pytest.mark.parametrize("name", sorted(OTHER_VALUES))
def test_a_removed_part_of_an_event_is_found(chain, name):
    one, sha256, sm3 = chain[4]
    chain[4] = ({key: value for key, value in one.items() if key != name}, sha256, sm3)

    assert first_broken_link(chain) == 4


@pytest.mark.parametrize("column", [1, 2])
def test_any_flipped_bit_of_a_digest_is_found(chain, column):
    generator, found = Random(20231115), []
    for bit in range(256):
        position = generator.randrange(LENGTH)
        damaged = [list(row) for row in chain]
        digest = bytearray(damaged[position][column])
        digest[bit // 8] ^= 1 << bit % 8
        damaged[position][column] = bytes(digest)
        found.append(first_broken_link(damaged) == position)

    assert found == [True] * 256


@pytest.mark.parametrize("position", [0, 5, LENGTH - 2])
def test_a_missing_event_is_found(chain, position):
    del chain[position]

    assert first_broken_link(chain) == position


def test_a_doubled_event_is_found(chain):
    chain.insert(6, chain[5])

    assert first_broken_link(chain) == 6


@pytest.mark.parametrize(("first", "second"), [(0, 1), (3, 9), (LENGTH - 2, LENGTH - 1)])
def test_swapped_events_are_found_at_the_first_of_them(chain, first, second):
    chain[first], chain[second] = chain[second], chain[first]

    assert first_broken_link(chain) == first


def test_an_event_of_another_case_is_found(chain):
    other = chained([{**event(number + 1), "instance_id": 8} for number in range(LENGTH)])
    chain[3] = other[3]

    assert first_broken_link(chain) == 3


def test_a_later_part_that_was_chained_anew_does_not_fit_the_earlier_one(chain):
    forged = chained([{**event(number + 1), "comment": "伪造"} for number in range(LENGTH)])

    assert first_broken_link(chain[:4] + forged[4:]) == 4


def test_the_first_of_several_faults_is_named(chain):
    del chain[8]
    chain[2] = ({**chain[2][0], "comment": "x"}, *chain[2][1:])

    assert first_broken_link(chain) == 2


def test_the_canonical_form_does_not_depend_on_the_order_of_keys_or_the_zone():
    shanghai = timezone(timedelta(hours=8))
    one = {"b": 1, "a": {"y": AT, "x": "规程"}}
    other = {"a": {"x": "规程", "y": AT.astimezone(shanghai).astimezone(UTC)}, "b": 1}

    assert canonical(one) == canonical(other)
    assert canonical(one) == '{"a":{"x":"规程","y":"2023-11-15T15:59:59.999999Z"},"b":1}'.encode()


@pytest.mark.parametrize("one", [{"a": 1, "b": 2}, {"a": "1", "b": 2}, {"a": 1.0, "b": 2}, {"a": 1}, [1, 2], None])
def test_different_contents_have_different_canonical_forms(one):
    others = [{"a": 1, "b": 2}, {"a": "1", "b": 2}, {"a": 1.0, "b": 2}, {"a": 1}, [1, 2], None]

    assert sum(canonical(one) == canonical(other) for other in others) == 1


def test_the_digests_are_the_standard_ones():
    sha256, sm3 = digests(b"abc")

    assert sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    # GB/T 32905-2016, A.1
    assert sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_the_chain_can_be_verified_without_the_writers_code(chain):
    head = bytes(32)
    for one, sha256, sm3 in chain:
        content = head + canonical(one)
        assert (sha256, sm3) == (hashlib.sha256(content).digest(), hashlib.new("sm3", content).digest())
        head = sha256
