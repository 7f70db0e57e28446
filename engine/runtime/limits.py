"""How much one diagram and one action may take. Whoever goes over is refused by name, never left to hang."""

from __future__ import annotations

#: Bytes of one BPMN file.
MAX_FILE_BYTES = 2_000_000
#: Characters of an id.
LONGEST_ID = 200
#: Activities, events and gateways of all files of one definition.
MAX_NODES = 2_000
#: Sequence flows of all files of one definition.
MAX_FLOWS = 6_000
#: Automatic steps that one action may take before it has to wait for somebody.
MAX_STEPS = 2_000
#: Tokens that may be alive in one case.
MAX_TOKENS = 1_000
#: Items of one multi-instance activity.
MAX_ITEMS = 500
#: Instances of repeated activities that one action may begin: repetitions inside one another multiply.
MAX_INSTANCES = 2_000
#: Subprocesses and called processes inside one another.
MAX_DEPTH = 20
#: Messages that one case keeps until somebody waits for them.
MAX_MESSAGES = 100
#: Bytes of the saved state of one case.
MAX_STATE_BYTES = 4_000_000
