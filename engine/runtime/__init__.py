"""The workflow engine behind one door: diagrams in, steps out. Pure functions over bytes.

Nobody outside this package knows SpiffWorkflow. There is no database here, no clock and no thread; the present
instant comes in as the fact `now`, and saved states go out as bytes.
"""

from engine.runtime import corrections
from engine.runtime.actions import (
    cancel,
    complete,
    fire_timer,
    move_token,
    read_destinations,
    read_tokens,
    send_message,
    send_signal,
    start,
    throw_error,
)
from engine.runtime.importing import Assumption, Imported, import_diagram
from engine.runtime.migration import migrate, preview_migration
from engine.runtime.parsing import read_definition
from engine.runtime.values import (
    Armed,
    Context,
    Definition,
    Effect,
    Element,
    ErrorNotCaught,
    Lane,
    MessageNotExpected,
    MigrationPreview,
    MigrationRefused,
    Opened,
    Passed,
    Progress,
    StateDamaged,
    Token,
    TokenNotWaiting,
)

corrections.apply()

__all__ = [
    "Armed",
    "Assumption",
    "Context",
    "Definition",
    "Effect",
    "Element",
    "ErrorNotCaught",
    "Imported",
    "Lane",
    "MessageNotExpected",
    "MigrationPreview",
    "MigrationRefused",
    "Opened",
    "Passed",
    "Progress",
    "StateDamaged",
    "Token",
    "TokenNotWaiting",
    "cancel",
    "complete",
    "fire_timer",
    "import_diagram",
    "migrate",
    "move_token",
    "preview_migration",
    "read_definition",
    "read_destinations",
    "read_tokens",
    "send_message",
    "send_signal",
    "start",
    "throw_error",
]
