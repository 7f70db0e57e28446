"""Ids that are words: what a procedure's forms, decisions and windows refer to has to be read and written by people."""

from __future__ import annotations

import re

from lxml.etree import _Element as XmlNode

from engine.runtime.documents import tag
from engine.runtime.limits import LONGEST_ID

_WORD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
#: Ids that a modelling tool made up: Activity_0x3f9ab, UUIDs, and the 22 characters of Eclipse modelling tools.
_MADE_UP = re.compile(
    r"[A-Za-z]+_(?=\w*\d)[0-9a-z]{6,}"
    r"|.*[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}.*"
    r"|.*_(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w-]{22}"
)
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: A name in English that is not longer says what a step does better than its kind.
_LONGEST = 48


def is_word(name: str) -> bool:
    """Say whether an id is a word or several, in small letters."""
    return bool(_WORD.fullmatch(name))


def word_for(node: XmlNode) -> str:
    """Return a word that resembles an element's id, or its English name or its kind where a tool made the id up."""
    name, title = node.get("id") or "", node.get("name") or ""
    likes = [] if len(name) > LONGEST_ID or _MADE_UP.fullmatch(name) else [name]
    if title.isascii() and len(title) <= _LONGEST:
        likes.append(title)
    words = ("_".join(re.findall(r"[a-z0-9]+", _CAPITAL.sub("_", like).lower())) for like in likes)
    return next((word for word in words if is_word(word)), _CAPITAL.sub("_", tag(node)).lower())
