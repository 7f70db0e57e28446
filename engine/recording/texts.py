"""Texts of operations with their `{FEEL}` placeholders filled in, and codes that people read aloud."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from engine.errors import ExecutionError
from engine.folders import PLACEHOLDER
from engine.language import FeelError, evaluate
from engine.recording.action import CaseAction
from engine.runtime import Effect

#: Letters and digits that cannot be mistaken for one another when read aloud.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


def make_code() -> str:
    """Return a verification code that nobody can guess."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def context_of(action: CaseAction) -> dict[str, Any]:
    """Return everything that expressions may name after the engine's answer."""
    return {**action.changes.get("variables", action.case.variables), **action.facts()}


def filled_text(action: CaseAction, effect: Effect, name: str, context: Mapping[str, Any] | None = None) -> str:
    """Return a text of an operation with its `{FEEL}` placeholders replaced; what has no value is left out.

    Raises:
        ExecutionError: a placeholder cannot be evaluated.
    """
    given = effect.parameters.get(name)
    text = "" if given is None else str(given)
    if action.folder.written.get(effect.element_id, {}).get(name, "").startswith("="):
        # Computed: braces in what somebody typed are nothing to evaluate.
        return text
    known = context_of(action) if context is None else context

    def value(placeholder: re.Match[str]) -> str:
        try:
            found = evaluate(f"string({placeholder[1]})", known)
        except FeelError as error:
            raise ExecutionError(
                f"文字中的“{placeholder[0]}”无法计算：{error.message}", element_id=effect.element_id
            ) from error
        return found if isinstance(found, str) else ""

    return PLACEHOLDER.sub(value, text)
