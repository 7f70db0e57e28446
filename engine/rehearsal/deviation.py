"""How a scenario says that something went otherwise than written."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import EngineError
from forms import FormError, InvalidSubmission


class Deviation(EngineError):
    """The system does something else than the scenario says."""

    default_sentence = "推演与用例写的不一致。"

    def __init__(self, sentence: str, *, expected: Iterable[str] = (), actual: Iterable[str] = ()) -> None:
        """Keep what was written and what happened, as names that people read."""
        self.expected, self.actual = tuple(expected), tuple(actual)
        super().__init__(sentence, expected=self.expected, actual=self.actual)


#: How the system says no to a step.
REFUSALS = (EngineError, FormError)


def sentence_of(refusal: Exception) -> str:
    """Return what the person reads whom the system refused."""
    if isinstance(refusal, EngineError):
        return refusal.sentence
    if isinstance(refusal, InvalidSubmission):
        return "；".join(text for texts in refusal.messages.values() for text in texts)
    return str(refusal)
