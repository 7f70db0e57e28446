"""Built-in functions on texts."""

from __future__ import annotations

from decimal import Decimal

from engine.language.budget import Budget
from engine.language.errors import NoValue
from engine.language.functions.patterns import Pattern
from engine.language.functions.registry import built_in


@built_in("substring(string: string, start position: integer, length?: number)")
def substring(string: str, start: int, length: Decimal | None = None) -> str:
    """Positions count from 1, negative ones from the end."""
    if start == 0 or abs(start) > len(string):
        raise NoValue
    first = start - 1 if start > 0 else len(string) + start
    if length is None:
        return string[first:]
    if length < 1:
        raise NoValue
    return string[first : first + min(int(length), len(string))]


@built_in("string length(string: string)")
def string_length(string: str) -> Decimal:
    """Count code points."""
    return Decimal(len(string))


@built_in("upper case(string: string)")
def upper_case(string: str) -> str:
    """Return the text in capitals."""
    return string.upper()


@built_in("lower case(string: string)")
def lower_case(string: str) -> str:
    """Return the text in small letters."""
    return string.lower()


@built_in("trim(string: string)")
def trim(string: str) -> str:
    """Return the text without white space around it."""
    return string.strip()


@built_in("substring before(string: string, match: string)")
def substring_before(string: str, match: str) -> str:
    """Return what stands before the first occurrence; nothing when there is none."""
    before, separator, _ = string.partition(match) if match else ("", "", "")
    return before if separator else ""


@built_in("substring after(string: string, match: string)")
def substring_after(string: str, match: str) -> str:
    """Return what stands after the first occurrence; nothing when there is none."""
    return string.partition(match)[2] if match else string


@built_in("contains(string: string, match: string)")
def contains(string: str, match: str) -> bool:
    """Tell whether one text is part of another."""
    return match in string


@built_in("starts with(string: string, match: string)")
def starts_with(string: str, match: str) -> bool:
    """Tell whether the text begins so."""
    return string.startswith(match)


@built_in("ends with(string: string, match: string)")
def ends_with(string: str, match: str) -> bool:
    """Tell whether the text ends so."""
    return string.endswith(match)


@built_in("matches(input: string, pattern: string, flags?: string or null)")
def matches(text: str, pattern: str, flags: str | None = None) -> bool:
    """Tell whether the pattern is found anywhere."""
    return Pattern(pattern, flags or "").is_found(text)


@built_in("replace(input: string, pattern: string, replacement: string, flags?: string or null)")
def replace(budget: Budget, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """Replace every occurrence; `$1` is the first group."""
    return Pattern(pattern, flags or "").replaced(text, replacement, budget)


@built_in("split(string: string, delimiter: string)")
def split(budget: Budget, string: str, delimiter: str) -> list[str]:
    """Cut at every occurrence of the pattern."""
    return Pattern(delimiter, "").split(string, budget)


@built_in("string join(list: list, delimiter?: string or null)")
def string_join(budget: Budget, entries: list[object], delimiter: str | None = None) -> str:
    """Put the texts of a list together; nulls are left out."""
    texts = [entry for entry in entries if entry is not None]
    if not all(isinstance(entry, str) for entry in texts):
        raise NoValue
    budget.text(sum(map(len, texts)) + len(delimiter or "") * len(texts))  # type: ignore[arg-type]
    return (delimiter or "").join(texts)  # type: ignore[arg-type]
