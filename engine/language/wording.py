"""How much of what an author wrote is repeated in a sentence about it."""

from __future__ import annotations

#: Characters of an author's text that a sentence repeats.
LONGEST_QUOTE = 60


def brief(text: object) -> str:
    """Return a text on one line, cut short when it is long."""
    words = " ".join(str(text)[: 4 * LONGEST_QUOTE].split())
    is_whole = len(str(text)) <= 4 * LONGEST_QUOTE and len(words) <= LONGEST_QUOTE
    return words if is_whole else f"{words[:LONGEST_QUOTE]}…"


def quoted(text: object) -> str:
    """Return a text in Chinese quotation marks, cut short when it is long."""
    return f"“{brief(text)}”"
