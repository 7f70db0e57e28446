"""The hash chain of a case: each history event carries digests over itself and its predecessor.

Two digests of the same bytes are kept, SHA-256 (which the chain links by) and SM3 (国密), so that either can be
retired. What this shows: a changed, missing or swapped event. What it cannot show alone: a chain recomputed from the
start, or cut at its end; that takes an anchor outside the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

#: The predecessor of a case's first event.
GENESIS = bytes(32)


def canonical(content: Any) -> bytes:
    """Return the one byte form of JSON content: sorted keys, no white space, UTF-8, UTC instants."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def digests(content: bytes) -> tuple[str, str]:
    """Return the SHA-256 and SM3 digests of `content` as lower-case hex."""
    sha256, sm3 = _digests(content)
    return sha256.hex(), sm3.hex()


def link(previous: bytes, event: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Return the SHA-256 and SM3 digests that chain `event` to the event whose SHA-256 is `previous`."""
    return _digests(previous + canonical(event))


#: Copied for every digest: looking an algorithm up costs more than digesting an event.
_SHA256, _SM3 = hashlib.sha256(), hashlib.new("sm3")


def _digests(content: bytes) -> tuple[bytes, bytes]:
    sha256, sm3 = _SHA256.copy(), _SM3.copy()
    sha256.update(content)
    sm3.update(content)
    return sha256.digest(), sm3.digest()


def first_broken_link(events: Iterable[tuple[Mapping[str, Any], bytes, bytes]]) -> int | None:
    """Return the position of the first event whose digests do not follow, or None for a sound chain.

    Args:
        events: (event, SHA-256, SM3) in order of their sequence.
    """
    previous = GENESIS
    for position, (event, sha256, sm3) in enumerate(events):
        if event.get("sequence") != position + 1 or (sha256, sm3) != link(previous, event):
            return position
        previous = sha256
    return None
