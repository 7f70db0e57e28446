"""People: who acts, and their sessions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person who acts: an account bound to a post of an organisation."""

    account_id: int
    login_name: str
    #: e.g. 广州市工业和信息化局 经办
    name: str
    post_name: str
    organisation_id: str
    organisation_name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A fresh session: the token goes into the cookie and is stored only as a digest."""

    token: str
    csrf_token: str
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A live session."""

    actor: Actor
    csrf_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account offered on the login page in demonstration mode."""

    login_name: str
    office: str
    #: Kind of the office: ministry, park, expert …
    kind: str
    post: str
    #: What this account does in the tour.
    duty: str
