"""Passwords: argon2id with OWASP's least parameters, at most two at a time.

One check costs about 20 ms and 19 MiB. Without the limit of two, a burst of wrong passwords would take every core and
much of the memory from the people who are already signed in.
"""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = BoundedSemaphore(2)
#: Longer input is refused before it is hashed; a passphrase is never that long.
LONGEST_PASSWORD = 256
#: The hash of a random text that nobody kept: an unknown name costs the same work as a known one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$SLoV8bIqHb79H1Z4KbclXw$cKZgUqIpb41UBeDeYcesDwZUfpT6BlMYtfRNgqaGztA"


def hash_password(password: str) -> str:
    """Return the hash to store, with its parameters and a fresh salt."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Say whether the password is right.

    Args:
        password_hash: what was stored, or None for an unknown name: the answer is False after the same work.
        password: as typed.
    """
    with _AT_ONCE:
        try:
            is_right = _HASHER.verify(password_hash or _NOBODY, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False
    return is_right and password_hash is not None and len(password) <= LONGEST_PASSWORD
