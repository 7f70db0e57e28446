"""Values as JSON keeps them: what can be kept comes back the same, what cannot is an error and never a crash."""

from decimal import Decimal

import orjson
import pytest

from engine.errors import ExecutionError
from engine.runtime.plain import plain
from tests.unit.runtime.runtime_diagrams import Case, begin, end, path, read, script, user


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


CIRCLE = {}
CIRCLE["inner"] = [CIRCLE]


@pytest.mark.parametrize(
    "value", [0.5, 2**63 - 1, -(2**63), "规程", "\U0001f40e", {"a": [None, True]}, nested(98), 1.7e308, [1, "2"]]
)
def test_what_json_has_comes_back_as_it_was(value):
    assert orjson.loads(orjson.dumps(plain(value))) == value


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_null(value):
    assert plain(Decimal(value)) is None


@pytest.mark.parametrize(
    "value",
    [10**400, Decimal("1E+999999999"), -(10**400), "\ud800", {"\ud800": 1}, CIRCLE, nested(5000), b"x", {1}, object()],
    ids=["int", "Decimal", "negative", "half a character", "key", "circle", "deep", "bytes", "set", "object"],
)
def test_what_json_does_not_have_is_an_error_that_names_the_step_and_changes_nothing(value):
    case = Case(read(begin(), user("write"), end(), path("begin", "write", "done")))
    with pytest.raises(ExecutionError) as caught:
        case.do("write", answer=value)
    assert caught.value.element_id == "write"
    assert case.do("write", answer=1).ends == ["done"]


def test_a_computed_number_beyond_json_is_an_error_that_names_its_script():
    case = Case(
        read(begin(), user("write"), script("grow", "n = 10 ** 400"), end(), path("begin", "write", "grow", "done"))
    )
    with pytest.raises(ExecutionError) as caught:
        case.do("write")
    assert caught.value.element_id == "grow"
