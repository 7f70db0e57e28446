"""An expression can neither reach Python nor exhaust it."""

import threading
from decimal import Decimal

import pytest

from engine.language import Budget, FeelBudgetExceeded, compile_expression, evaluate


class Trap:
    """A value whose attributes would be worth stealing."""

    secret = "stolen"


UNREACHABLE = [
    "x.__class__",
    '"text".__class__',
    "x.__class__.__mro__",
    "[1].append",
    "count.invoke",
    "count.signatures",
    "(function(a) a).scope",
    "(function(a) a).body.__globals__",
    '@"2026-11-15".plus_months',
    '@"2026-11-15T00:00:00Z".instant',
    "[1..2].contains",
    "1.numerator",
    'get value({}, "__class__")',
    "__builtins__",
    "constructor.constructor",
]


@pytest.mark.parametrize("text", UNREACHABLE)
def test_no_attribute_of_python_can_be_reached(text):
    assert evaluate(text, {"x": {}}) in (None, [None])


def test_an_object_of_python_cannot_even_be_given():
    with pytest.raises(TypeError):
        evaluate("trap.secret", {"trap": Trap()})


def _doubling(entry, growth, times=30):
    steps = ", ".join(growth.replace("#", f"a{n}").join((f"a{n + 1}: ", "")) for n in range(times))
    return "{a0: " + entry + ", " + steps + "}"


EXCESSES = [
    "for i in 1..999999999 return i",
    "for i in 1..1000, j in 1..1000 return i * j",
    "some i in 1..1000, j in 1..1000 satisfies i * j < 0",
    "{f: function(g) g(g), r: f(f)}.r",
    "{f: function(n) f(n + 1), r: f(1)}.r",
    "for i in 1..5000 return [partial[-1]]",
    "for i in 1..100000 return sum(partial)",
    'count(for i in 1..100000 return upper case(string join(for j in 1..1000 return "abcdefgh")))',
    _doubling('"x"', "# + #"),
    _doubling('["x"]', "concatenate(#, #)"),
    _doubling("[1]", "[#, #]"),
    "string(" + _doubling("[1]", "[#, #]") + ")",
    _doubling('"xx"', 'replace(#, "x", "xx")'),
    _doubling('"xx"', "string join([#, #], #)"),
    _doubling("[1]", "append(#, #, #)"),
    "{a: " + _doubling("[1]", "[#, #]") + ", b: " + _doubling("[1]", "[#, #]") + ", same: a = b}.same",
]


@pytest.mark.parametrize("text", EXCESSES)
def test_an_expression_that_asks_for_too_much_is_stopped(text):
    with pytest.raises(FeelBudgetExceeded):
        evaluate(text, {})


def test_a_pattern_that_explodes_elsewhere_is_answered():
    assert evaluate('matches(text, "^(a+)+$")', {"text": "a" * 50_000 + "!"}) is False


def test_data_nested_too_deeply_is_refused():
    nested = {}
    for _ in range(5000):
        nested = {"inner": nested}
    with pytest.raises(FeelBudgetExceeded):
        evaluate("nested", {"nested": nested})


def test_the_same_expression_can_run_again_after_it_was_stopped():
    loop = compile_expression("count(for i in 1..limit return i)")
    with pytest.raises(FeelBudgetExceeded):
        loop.evaluate({"limit": 10**9})
    assert loop.evaluate({"limit": 10}) == 10


def test_a_smaller_budget_stops_earlier():
    loop = compile_expression("for i in 1..100 return i")
    with pytest.raises(FeelBudgetExceeded):
        loop.evaluate({}, Budget.of(50))


def test_recursion_within_bounds_is_answered():
    assert evaluate("{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(20)}.r", {}) == 2432902008176640000


def test_inputs_are_never_changed():
    given = {"list": [3, 1, 2], "context": {"a": 1}}
    evaluate('[append(list, 4), context put(context, "b", 2), sort(list)]', given)
    assert given == {"list": [3, 1, 2], "context": {"a": 1}}


def test_threads_do_not_spend_each_others_budget():
    loop = compile_expression("sum(for i in 1..20000 return i + n)")
    answers = {}

    def work(n):
        answers[n] = loop.evaluate({"n": n})

    threads = [threading.Thread(target=work, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: Decimal(200010000 + 20000 * n) for n in range(12)}
