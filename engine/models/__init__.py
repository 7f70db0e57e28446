"""The tables. One metadata, singular names, constraint names by convention so that a violation becomes a named error.

Times are `timestamptz` and read back as aware UTC datetimes. Tables are Core `Table`s: the hot path writes few wide
rows with plain statements, and nothing lazy-loads.
"""

from engine.models.accounts import account, sign_in_throttle, web_session
from engine.models.cases import (
    history_event,
    incident,
    material,
    process_instance,
    receipt,
    submission,
    timer,
    user_task,
)
from engine.models.documents import (
    objection,
    official_document,
    outbox,
    public_throttle,
    publication,
    publication_extension,
    round_mailbox,
)
from engine.models.drafts import (
    draft,
    draft_author,
    draft_change,
    draft_change_file,
    draft_content,
    draft_file,
    draft_presence,
)
from engine.models.editions import procedure_event, procedure_ledger, replayed_folder, version_order
from engine.models.limits import counted_use
from engine.models.metadata import metadata
from engine.models.migrations import migration_item, migration_order
from engine.models.notices import notice, notice_reading
from engine.models.operation import case_change, demonstration_clock, number_series, pulse_lease, reference_revision
from engine.models.organisations import organisation, post, region
from engine.models.procedures import (
    extension_order,
    procedure,
    procedure_definition,
    round_window,
    rule_exception,
    yearly_round,
)
from engine.models.rehearsals import replay_order, simulation, simulation_step
from engine.models.titles import closing_order, cycle_step, finding, title, title_cycle, title_event

__all__ = [
    "account",
    "case_change",
    "closing_order",
    "counted_use",
    "cycle_step",
    "demonstration_clock",
    "draft",
    "draft_author",
    "draft_change",
    "draft_change_file",
    "draft_content",
    "draft_file",
    "draft_presence",
    "extension_order",
    "finding",
    "history_event",
    "incident",
    "material",
    "metadata",
    "migration_item",
    "migration_order",
    "notice",
    "notice_reading",
    "number_series",
    "objection",
    "official_document",
    "organisation",
    "outbox",
    "post",
    "procedure",
    "procedure_definition",
    "procedure_event",
    "procedure_ledger",
    "process_instance",
    "public_throttle",
    "publication",
    "publication_extension",
    "pulse_lease",
    "receipt",
    "reference_revision",
    "region",
    "replay_order",
    "replayed_folder",
    "round_mailbox",
    "round_window",
    "rule_exception",
    "sign_in_throttle",
    "simulation",
    "simulation_step",
    "submission",
    "timer",
    "title",
    "title_cycle",
    "title_event",
    "user_task",
    "version_order",
    "web_session",
    "yearly_round",
]
