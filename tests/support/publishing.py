"""A small procedure that issues documents, publishes and sends packages, and the way through it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.services import definitions, documents, rounds
from engine.views import RoundNotice

FOLDER = Path(__file__).parent / "procedures" / "permit_notice"
SHARED = Path(__file__).parents[2] / "bpmn" / "documents"


@dataclass
class Publishing:
    """Everybody's hands over one round of the small procedure."""

    offices: object
    round_id: int

    def file(self, login_name: str = "dongguan", *, files: tuple[str, ...] = ()) -> int:
        """Fill in a request and hand it in; return the case."""
        task_id = self.offices.start(login_name, self.round_id)
        self.offices.upload(login_name, task_id, *files)
        return self.offices.submit(login_name, task_id, {"subject": "建设园区"}).case_id

    def review(self, *, at=None, opinion: str = "同意") -> int:
        """Review it: documents are issued and the result is published; return the case."""
        values = {"review_opinion": opinion}
        return self.offices.complete("guangdong_department", "review_request", values, at=at).case_id

    def render(self) -> int:
        """Do what the workers do with issued documents; return how many were rendered."""
        system = self.offices.system
        with system.database.reading() as connection:
            ids = list(connection.exec_driver_sql("SELECT id FROM official_document ORDER BY id").scalars())
        return sum(documents.render_document(system, one) for one in ids)


def deploy(offices, place: Path, *, publicity: str = "主动公开") -> Publishing:
    """Deploy the procedure beside the shared templates and open its round of 2023."""
    shutil.copytree(FOLDER, place / "permit_notice", dirs_exist_ok=True)
    shutil.copytree(SHARED, place / "documents", dirs_exist_ok=True)
    definitions.deploy_folder(offices.system, place / "permit_notice")
    notice = RoundNotice(
        procedure_id="permit_notice",
        year=2023,
        title="关于2023年度许可的通知",
        document_number="",
        issued_on=None,
        publicity=publicity,
        windows={"filing": (date(2023, 1, 1), date(2023, 12, 31))},
    )
    return Publishing(offices, rounds.open_round(offices.system, offices.actor("ministry"), notice))
