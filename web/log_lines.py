"""Log lines: one line per event, with its facts behind it, on the standard error output."""

from __future__ import annotations

import logging
import sys
from typing import Any

#: What every record carries; everything else came from `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
#: Libraries that report their own ordinary course; that a beat outlasts its second is part of it.
_QUIET = {"apscheduler": logging.ERROR, "procrastinate": logging.WARNING, "alembic": logging.WARNING}


class LineFormatter(logging.Formatter):
    """Renders `time level logger sentence key=value …`; a line break in a value cannot forge another line."""

    def __init__(self) -> None:
        """Fix the layout."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Render the sentence and the facts, with control characters escaped."""
        facts = "".join(f" {name}={value}" for name, value in self._facts(record).items())
        line = super().formatMessage(record) + facts
        return "".join(character if character.isprintable() else repr(character)[1:-1] for character in line)

    def _facts(self, record: logging.LogRecord) -> dict[str, Any]:
        return {name: value for name, value in vars(record).items() if name not in _USUAL}


def set_up_logging() -> None:
    """Send our own lines and the libraries' warnings to the standard error output."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
