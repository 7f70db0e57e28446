"""Two owners at one desk: drafts that differ by a line, whose scenarios went as written; submitting, approving."""

from __future__ import annotations

from engine.folders import digest_of
from engine.services import drafts, editions, publishing
from engine.store import editions as rows
from engine.views.editions import Submission
from tests.conftest import START

PROCEDURE = "city_application"
NOTE = "按新的通知修改说明。"


class Desk:
    """Two owners of the ministry and a draft between them."""

    def __init__(self, offices):
        self.offices, self.system = offices, offices.system
        self.owner, self.second = offices.actor("process_owner"), offices.actor("process_approver")

    def draft(self, text="名城创建申请（修订）"):
        """Begin a draft that differs by one line, with its scenarios as if they had been replayed."""
        draft_id = drafts.begin_draft(self.system, self.owner, PROCEDURE).draft_id
        self.change(draft_id, f"\n# {text}\n")
        self.replay(draft_id)
        return draft_id

    def change(self, draft_id, text, path="README.md", actor=None):
        actor = actor or self.owner
        file = drafts.read_file(self.system, actor, draft_id, path)
        content = file.content + text.encode()
        drafts.save_file(self.system, actor, draft_id, path, content, based_on=file.revision)

    def replay(self, draft_id, sentence=""):
        """Put on record how the scenarios of the draft went as it stands."""
        files = drafts.read_files(self.system, self.owner, draft_id)
        told = {"file": "scenarios/x.yaml", "name": "x", "title": "同意创建", "sentence": sentence}
        kept = {"digest": digest_of(files), "scenarios": [told], "passed": [], "replayed_at": START}
        with self.system.database.transaction() as connection:
            rows.keep_replay(connection, kept)

    def submit(self, draft_id, **said):
        revision = drafts.read_draft(self.system, self.owner, draft_id).revision
        return publishing.submit(
            self.system, self.owner, draft_id, Submission(**{"note": NOTE, "revision": revision, **said})
        )

    def approve(self, order_id, actor=None):
        order = self.order(order_id)
        publishing.approve(self.system, actor or self.second, order_id, order.digest, "同意。")

    def publish(self, draft_id=None, **said):
        order_id = self.submit(draft_id or self.draft(), **said)
        self.approve(order_id)
        return order_id

    def order(self, order_id, actor=None):
        return editions.read_order(self.system, actor or self.second, order_id)

    def current(self):
        history = editions.read_procedure(self.system, self.owner, PROCEDURE)
        return next(one.version for one in history.versions if one.is_current)

    def kinds(self):
        return [event.kind for event in editions.read_procedure(self.system, self.owner, PROCEDURE).events]

    def state(self, draft_id):
        return drafts.read_draft(self.system, self.owner, draft_id).state
