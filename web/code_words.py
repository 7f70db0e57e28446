"""Ids, file names and expressions inside Chinese sentences, set apart from the words around them."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

#: A stretch without Chinese that has a word of two letters or more in it.
_STRETCH = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_WORD = re.compile(r"[A-Za-z]{2}")


def mark_codes(text: str) -> Markup:
    """Return a sentence with everything in it that is code marked as such."""
    found, end = [], 0
    for stretch in _STRETCH.finditer(text):
        if _WORD.search(stretch[0]):
            found += [escape(text[end : stretch.start()]), Markup("<code>{}</code>").format(stretch[0])]
            end = stretch.end()
    return Markup().join([*found, escape(text[end:])])
