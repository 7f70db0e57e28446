"""Numbers: decimals of 34 digits, as FEEL prescribes, so that money adds up."""

from __future__ import annotations

import decimal
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from engine.language.errors import NoValue

#: IEEE 754 decimal128. Only its methods are used: nothing here depends on the thread's own decimal context.
DECIMAL128 = Context(prec=34, rounding=ROUND_HALF_EVEN, Emax=6144, Emin=-6143)
#: Wide enough to round any number exactly before it is fitted back into 34 digits.
_WIDE = Context(prec=80, rounding=ROUND_HALF_EVEN, Emax=9999, Emin=-9999)
_SMALLEST_SCALE, _LARGEST_SCALE = -6111, 6176

ZERO = Decimal(0)
#: What the decimal library raises when a result does not exist or does not fit.
ARITHMETIC_ERRORS = (decimal.DecimalException, OverflowError)


def fitted(number: Decimal) -> Decimal:
    """Return the number rounded to 34 digits.

    Raises:
        NoValue: it is not finite.
    """
    result = DECIMAL128.plus(number)
    if not result.is_finite():
        raise NoValue
    return result


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Return `base ** exponent`; `0 ** 0` is 1 as in mathematics books and in the other evaluators."""
    if not base and not exponent:
        return Decimal(1)
    return DECIMAL128.power(base, exponent)


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return `dividend - divisor * floor(dividend / divisor)`: the sign is the divisor's."""
    if not divisor:
        raise NoValue
    quotient = DECIMAL128.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return DECIMAL128.subtract(dividend, DECIMAL128.multiply(divisor, quotient))


def rounded(number: Decimal, scale: int, rounding: str) -> Decimal:
    """Return the number with at most `scale` digits after the point (negative: zeros before it).

    Raises:
        NoValue: the scale is out of range.
    """
    if not _SMALLEST_SCALE <= scale <= _LARGEST_SCALE:
        raise NoValue
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= scale:
        return number
    return fitted(number.quantize(Decimal(1).scaleb(-scale, _WIDE), rounding, _WIDE))


def whole(number: Decimal) -> int:
    """Return the number as an int.

    Raises:
        NoValue: it has a fraction.
    """
    if number != number.to_integral_value():
        raise NoValue
    return int(number)


def number_text(number: Decimal) -> str:
    """Write a number without exponent and without zeros at the end."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
