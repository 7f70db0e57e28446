"""Codes with a check character: what a form names in the property `check`, and how a typed code is held against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from forms.errors import ValueRefused

#: GB 32100-2015: digits and letters without I, O, S, V, Z, which are mistaken for digits.
_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_LENGTH: Final = 18
_USCC_MODULUS: Final = 31
#: The weight of position n is 3 to the power n - 1, modulo 31.
_USCC_BASE: Final = 3
#: Input methods write full-width letters and digits; they mean the same code.
_HALF_WIDTH: Final = {0xFF01 + offset: 0x21 + offset for offset in range(94)}


def check_uscc(code: str) -> None:
    """Refuse what is no 统一社会信用代码 (GB 32100-2015).

    Raises:
        ValueRefused: with what is wrong: length, a character, or the check character.
    """
    if len(code) != _USCC_LENGTH:
        raise ValueRefused(f"{{name}}应为 {_USCC_LENGTH} 位，现有 {len(code)} 位，请对照营业执照核对。")
    for place, character in enumerate(code, start=1):
        if character not in _USCC_ALPHABET:
            hint = "（不使用字母 I、O、S、V、Z）" if character.isalpha() else ""
            raise ValueRefused(f"{{name}}的第 {place} 位“{character}”不是这种代码里的字符{hint}，请对照营业执照核对。")
    if code[-1] != uscc_check_character(code[:-1]):
        raise ValueRefused("{name}的最后一位校验码与前 17 位不符，多半是抄错或漏掉了一位，请对照营业执照核对。")


def uscc_check_character(body: str) -> str:
    """Return the check character of the first 17 characters of a 统一社会信用代码."""
    total = sum(
        _USCC_ALPHABET.index(character) * pow(_USCC_BASE, place, _USCC_MODULUS) for place, character in enumerate(body)
    )
    return _USCC_ALPHABET[-total % _USCC_MODULUS]


#: What the property `check` may name.
CHECKS: Final[Mapping[str, Callable[[str], None]]] = {"uscc": check_uscc}


def read_code(check: str, text: str) -> str:
    """Return a typed code as it is kept: half-width capitals without white space.

    Raises:
        ValueRefused: it does not pass the named check.
    """
    code = "".join(text.translate(_HALF_WIDTH).split()).upper()
    CHECKS[check](code)
    return code
