"""Patterns, matched by RE2: in linear time, whatever the pattern and the text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import re2

from forms.errors import ValueRefused

_JAVASCRIPT_ESCAPE: Final = re.compile(r"\\u\{?([0-9A-Fa-f]{4,6})\}?")
_OPTIONS: Final = re2.Options()
_OPTIONS.log_errors = False

#: Addresses with a name and a domain of at least two parts; whether mail arrives there only a mail can tell.
_EMAIL: Final = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,63}$"
#: A mobile number, or a landline with its area code and perhaps an extension, or a 400/800 or service number.
_PHONE: Final = r"^(?:(?:\+?86[ -]?)?1[3-9]\d{9}|(?:0\d{2,3}[ -]?)[2-9]\d{6,7}(?:[-转]\d{1,6})?|[48]00-?\d{3}-?\d{4})$"


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> Any:
    translated = _JAVASCRIPT_ESCAPE.sub(lambda found: rf"\x{{{found[1]}}}", pattern)
    return re2.compile(translated, _OPTIONS)


def check_pattern(pattern: str) -> str:
    """Return the pattern.

    Raises:
        ValueRefused: it is no pattern that can be matched in linear time (look-around, back references).
    """
    try:
        _compile(pattern)
    except re2.error as error:
        message = f"校验格式（pattern）“{pattern[:80]}”不能使用，请改写为不含前后查找和回溯引用的写法"
        raise ValueRefused(message) from error
    return pattern


def matches(pattern: str, text: str) -> bool:
    """Tell whether the pattern occurs in the text, as JavaScript's `RegExp.test` would."""
    return _compile(pattern).search(text) is not None


def is_email(text: str) -> bool:
    """Tell whether the text can be a mail address."""
    return len(text) <= 254 and ".." not in text and matches(_EMAIL, text)


def is_phone(text: str) -> bool:
    """Tell whether the text can be a Chinese telephone number, mobile or landline."""
    return matches(_PHONE, text)
