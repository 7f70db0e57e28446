"""What SpiffWorkflow offers no extension point for. Everything else is done in subclasses.

- Log records: the library logs every change of state at level INFO with the task's data attached, which may be what
  an applicant wrote. Its loggers are raised to WARNING; what happened is recorded by the engine itself.
"""

from __future__ import annotations

import logging

_LOGGERS = ("spiff.task", "spiff.workflow", "spiff.data")


def apply() -> None:
    """Apply all corrections; doing so twice changes nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
