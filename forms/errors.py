"""Every way a form says no.

FormError
├── FormDefinitionError   the file of a form cannot be used; every fault by component
└── InvalidSubmission     what was filled in cannot be accepted; every message by field, in the order of the form
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class FormError(Exception):
    """A form or a submission was refused."""


class FormDefinitionError(FormError):
    """The file of a form cannot be used."""

    def __init__(self, problems: Iterable[tuple[str, str]], *, file: str = "") -> None:
        """Keep every problem as (component id, Chinese sentence); the id is empty for the form itself."""
        self.file = file
        self.problems: tuple[tuple[str, str], ...] = tuple(problems)
        lines = (f"{component} {message}".strip() for component, message in self.problems)
        super().__init__(f"表单文件 {file} 有问题：" + "；".join(lines))


class InvalidSubmission(FormError):
    """What was filled in cannot be accepted."""

    def __init__(self, messages: Mapping[str, tuple[str, ...]]) -> None:
        """Keep every message by path (`products[0].name`), in the order of the form."""
        self.messages: dict[str, tuple[str, ...]] = dict(messages)
        super().__init__("；".join(message for texts in self.messages.values() for message in texts))


class ValueRefused(ValueError):
    """One value does not fit its field; `{name}` in the sentence stands for the field's label."""

    def __init__(self, sentence: str) -> None:
        """Keep the sentence, still with its placeholder."""
        self.sentence = sentence
        super().__init__(sentence)
