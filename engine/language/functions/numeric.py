"""Built-in functions on numbers and on lists of numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.language import arithmetic
from engine.language.budget import Budget
from engine.language.errors import NoValue
from engine.language.functions.registry import built_in
from engine.language.numbers import DECIMAL128, ZERO, modulo, rounded, whole
from engine.language.temporal import DaysTime, YearsMonths
from engine.language.values import compare


def _declare_rounding(name: str, rounding: str, scale: str) -> None:
    @built_in(f"{name}(n: number, {scale}: number)")
    def round_to(number: Decimal, scale: Decimal = ZERO) -> Decimal:
        """Round to a number of digits after the point."""
        return rounded(number, int(scale), rounding)


for _name, _rounding, _scale in (
    ("decimal", ROUND_HALF_EVEN, "scale"),
    ("floor", ROUND_FLOOR, "scale?"),
    ("ceiling", ROUND_CEILING, "scale?"),
    ("round up", ROUND_UP, "scale"),
    ("round down", ROUND_DOWN, "scale"),
    ("round half up", ROUND_HALF_UP, "scale"),
    ("round half down", ROUND_HALF_DOWN, "scale"),
):
    _declare_rounding(_name, _rounding, _scale)


@built_in("abs(n: absolute)")
def absolute(number: Decimal | YearsMonths | DaysTime) -> object:
    """Return the size of a number or duration."""
    if isinstance(number, YearsMonths):
        return YearsMonths(abs(number.months))
    if isinstance(number, DaysTime):
        return DaysTime(abs(number.seconds))
    return DECIMAL128.abs(number)


@built_in("modulo(dividend: number, divisor: number)")
def remainder(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return the remainder, with the sign of the divisor."""
    return modulo(dividend, divisor)


@built_in("sqrt(number: number)")
def square_root(number: Decimal) -> Decimal:
    """Return the square root."""
    return DECIMAL128.sqrt(number)


@built_in("log(number: number)")
def logarithm(number: Decimal) -> Decimal:
    """Return the natural logarithm."""
    if number <= 0:
        raise NoValue
    return DECIMAL128.ln(number)


@built_in("exp(number: number)")
def exponential(number: Decimal) -> Decimal:
    """Return e to that power."""
    return DECIMAL128.exp(number)


@built_in("odd(number: number)")
def odd(number: Decimal) -> bool:
    """Tell whether a whole number is odd."""
    return whole(number) % 2 == 1


@built_in("even(number: number)")
def even(number: Decimal) -> bool:
    """Tell whether a whole number is even."""
    return whole(number) % 2 == 0


def _declare_on_list(name: str, function: Callable[[Budget, list[object]], object]) -> None:
    """Declare a function that takes one list, or the entries as arguments."""

    @built_in(f"{name}(list: real list)")
    def of_list(budget: Budget, entries: list[object]) -> object:
        return function(budget, entries)

    @built_in(f"{name}(list...: any)")
    def of_arguments(budget: Budget, *entries: object) -> object:
        if not entries:
            raise NoValue
        return function(budget, list(entries))


def _numbers(entries: list[object]) -> list[Decimal]:
    numbers = [entry for entry in entries if isinstance(entry, Decimal)]
    if len(numbers) < len(entries) or not numbers:
        raise NoValue
    return numbers


def _extreme(sign: str) -> Callable[[Budget, list[object]], object]:
    def find(budget: Budget, entries: list[object]) -> object:
        if not entries:
            raise NoValue
        best = entries[0]
        for entry in entries:
            is_better = compare(sign, entry, best)
            if is_better is None:
                raise NoValue
            best = entry if is_better else best
        return best

    return find


def _total(numbers: list[Decimal]) -> Decimal:
    total = ZERO
    for number in numbers:
        total = DECIMAL128.add(total, number)
    return total


def _sum(budget: Budget, entries: list[object]) -> object:
    if not entries or not isinstance(entries[0], Decimal | YearsMonths | DaysTime):
        raise NoValue
    total: object = entries[0]
    for entry in entries[1:]:
        total = arithmetic.add(total, entry, budget)
    return total


def _mean(budget: Budget, entries: list[object]) -> Decimal:
    numbers = _numbers(entries)
    return DECIMAL128.divide(_total(numbers), Decimal(len(numbers)))


def _product(budget: Budget, entries: list[object]) -> Decimal:
    product = Decimal(1)
    for number in _numbers(entries):
        product = DECIMAL128.multiply(product, number)
    return product


def _median(budget: Budget, entries: list[object]) -> Decimal:
    numbers = sorted(_numbers(entries))
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return DECIMAL128.divide(DECIMAL128.add(numbers[middle - 1], numbers[middle]), Decimal(2))


def _stddev(budget: Budget, entries: list[object]) -> Decimal:
    numbers = _numbers(entries)
    if len(numbers) < 2:
        raise NoValue
    mean = DECIMAL128.divide(_total(numbers), Decimal(len(numbers)))
    deviations = [DECIMAL128.subtract(number, mean) for number in numbers]
    squares = _total([DECIMAL128.multiply(deviation, deviation) for deviation in deviations])
    return DECIMAL128.sqrt(DECIMAL128.divide(squares, Decimal(len(numbers) - 1)))


def _mode(budget: Budget, entries: list[object]) -> list[Decimal]:
    if not entries:
        return []
    counts = Counter(_numbers(entries))
    most = max(counts.values())
    return sorted(number for number, count in counts.items() if count == most)


for _name, _function in {
    "min": _extreme("<"),
    "max": _extreme(">"),
    "sum": _sum,
    "mean": _mean,
    "product": _product,
    "median": _median,
    "stddev": _stddev,
    "mode": _mode,
}.items():
    _declare_on_list(_name, _function)
