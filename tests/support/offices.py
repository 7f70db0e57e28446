"""Acting as the offices of a procedure through the services, as the pages do."""

from __future__ import annotations

import io
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.clock import FixedClock
from engine.folders import digest_of, load_directory
from engine.rehearsal import Stage
from engine.services import accounts, definitions, hall, inbox, materials, notices, organisations, rounds, tasks
from engine.store import accounts as account_rows
from engine.system import System
from engine.views import Actor, Completed, RoundNotice
from tests.support.snapshots import Snapshots

REPOSITORY = Path(__file__).parents[2]
PDF = b"""%PDF-1.7
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [] /Count 0>> endobj
trailer <</Root 1 0 R>>
%%EOF
"""


@dataclass
class Offices:
    """Everybody's hands: sign in by login name, find the task of a step, complete it."""

    system: System
    clock: FixedClock
    snapshots: Snapshots | None = None
    actors: dict[str, Actor] = field(default_factory=dict)

    def once(self, key: Hashable, work: Callable[[], Any]) -> Any:
        """Do what many tests begin with, or put back what it left; see `Snapshots.after`."""
        return self.snapshots.after(self.system, self.clock, key, work) if self.snapshots else work()

    def actor(self, login_name: str) -> Actor:
        if login_name not in self.actors:
            with self.system.database.reading() as connection:
                row = account_rows.find_account(connection, login_name)
            assert row is not None, f"no account {login_name}"
            self.actors[login_name] = account_rows.actor_of(row)
        return self.actors[login_name]

    def sign_in(self, login_name: str) -> Actor:
        return accounts.sign_in(self.system, login_name, organisations.DEMONSTRATION_PASSWORD, "127.0.0.1").actor

    def load(self, *procedure_ids: str) -> None:
        """Load the organisations and deploy these procedures of the first edition."""
        self.once(("load", *procedure_ids), lambda: self._load(*procedure_ids))

    def deploy(self, folder: Path) -> int:
        """Deploy a folder and return its version."""
        key = ("deploy", folder.name, digest_of(load_directory(folder)))
        return self.once(key, lambda: definitions.deploy_folder(self.system, folder).version)

    def _load(self, *procedure_ids: str) -> None:
        texts = {
            path.name: path.read_text(encoding="utf-8")
            for path in sorted((REPOSITORY / "bpmn" / "organisations").glob("*.yaml"))
        }
        organisations.load_organisations(self.system, texts)
        for procedure_id in procedure_ids:
            definitions.deploy_folder(self.system, REPOSITORY / "bpmn" / procedure_id)

    def open_round(
        self, procedure_id: str, *, first: date = date(2023, 10, 15), last: date = date(2023, 11, 15)
    ) -> int:
        notice = RoundNotice(
            procedure_id=procedure_id,
            year=2023,
            title="关于开展2023年度创建申请工作的通知",
            document_number="工信厅信发函〔2023〕278号",
            issued_on=None,
            publicity="主动公开",
            windows={"filing": (first, last)},
        )
        key = ("round", procedure_id, first, last)
        return self.once(key, lambda: rounds.open_round(self.system, self.actor("ministry"), notice))

    def start(self, login_name: str, round_id: int) -> int:
        task_id = hall.start_case(self.system, self.actor(login_name), round_id).task_id
        assert task_id is not None
        return task_id

    def task(self, login_name: str, element_id: str) -> int:
        """Return the open task of this step in the actor's inbox."""
        page = inbox.list_inbox(self.system, self.actor(login_name))
        found = [row.task_id for row in page.rows if row.element_id == element_id]
        assert found, f"{login_name} has no {element_id}, only {[row.element_id for row in page.rows]}"
        return found[0]

    def steps(self, login_name: str) -> list[str]:
        return [row.element_id for row in inbox.list_inbox(self.system, self.actor(login_name)).rows]

    def upload(self, login_name: str, task_id: int, *field_keys: str) -> None:
        for key in field_keys:
            materials.add_material(
                self.system, self.actor(login_name), task_id, key, f"{key}.pdf", io.BytesIO(PDF + key.encode())
            )

    def complete(
        self, login_name: str, element_id: str, values: dict, *, files: tuple[str, ...] = (), at: datetime | None = None
    ) -> Completed:
        task_id = self.task(login_name, element_id)
        self.upload(login_name, task_id, *files)
        return self.submit(login_name, task_id, values, at=at)

    def submit(self, login_name: str, task_id: int, values: dict, *, at: datetime | None = None) -> Completed:
        view = inbox.read_task(self.system, self.actor(login_name), task_id)
        return tasks.complete_task(
            self.system,
            self.actor(login_name),
            task_id,
            values=values,
            completion_key=view.completion_key,
            received_at=at or self.clock.now(),
        )

    def beat(self) -> int:
        """Do what the pulse and a worker do at this moment; return how many timers were fired."""
        fired = Stage(self.system, self.clock, has_cycle=True).beat()
        with self.system.database.reading() as connection:
            undelivered = list(connection.exec_driver_sql("SELECT id FROM notice WHERE delivered_at IS NULL").scalars())
        for notice_id in undelivered:
            notices.deliver_notice(self.system, notice_id)
        return fired
