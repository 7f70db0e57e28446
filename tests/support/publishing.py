"""A small procedure that issues documents, publishes and sends packages, and the way through it."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from engine.calendars import deadline_after
from engine.services import documents, rounds
from engine.store import cases, publications
from engine.store import documents as document_rows
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


def deploy(offices, place: Path, *, publicity: str = "主动公开", workbook: Workbook | None = None) -> Publishing:
    """Deploy the procedure beside the shared templates and open its round of 2023; its opinion may be a workbook."""
    shutil.copytree(FOLDER, place / "permit_notice", dirs_exist_ok=True)
    if workbook is not None:
        workbook.save(place / "permit_notice" / "documents" / "opinion.xlsx")
        diagram = place / "permit_notice" / "process.bpmn"
        diagram.write_text(
            diagram.read_text(encoding="utf-8").replace("opinion.docx", "opinion.xlsx"), encoding="utf-8"
        )
    shutil.copytree(SHARED, place / "documents", dirs_exist_ok=True)
    offices.deploy(place / "permit_notice")
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


def place_file(system) -> dict[str, object]:
    """Store a small file; return how rows name it."""
    stored = system.files.save(io.BytesIO(b"PK"), limit=10)
    return {"storage_name": stored.name, "size": stored.size, "sha256": stored.sha256, "sm3": stored.sm3}


def place_document(system, case_id: int, organisation_id: str) -> int:
    """Put a document that is ready beside a case, in a series that no diagram counts; return its id."""
    file = {"kind": "docx", **place_file(system)}
    values = {
        "instance_id": case_id,
        "organisation_id": organisation_id,
        "organisation_name": "演示单位",
        "template": "opinion.docx",
        "template_sha256": "",
        "title": "审核意见",
        "number": "演示函〔2023〕1号",
        "series": "演示函",
        "year": 2023,
        "sequence": 1,
        "addressee": "",
        "recipients": [],
        "filling": [],
        "verification_code": "ABCDEFGH2345",
        "state": "ready",
        "issued_at": system.clock.now(),
        "files": [file],
    }
    with system.database.transaction() as connection:
        definition_id = cases.read_case(connection, case_id).definition_id
        return document_rows.insert_document(connection, {**values, "definition_id": definition_id})


def place_publication(system, case_id: int, organisation_id: str, role: str) -> dict[str, int]:
    """Put a publication with an objection beside a case whose diagram publishes nothing; return both ids."""
    now = system.clock.now()
    values = {
        "instance_id": case_id,
        "organisation_id": organisation_id,
        "organisation_name": "演示单位",
        "role": role,
        "kind": "公示",
        "title": "关于拟启动创建工作的公示",
        "body": "拟启动创建工作，现予公示。",
        "working_days": 5,
        "published_at": now,
        "opens_at": now,
        "closes_at": deadline_after(now, 5, system.calendar),
        "is_public": True,
    }
    objection = {"name": "王某", "contact": "演示电话", "reason": "材料与事实不符。", "received_at": now}
    more = {"number": "异议-2023-900001", "answer_by": now, "verification_code": "ABCDEFGH2345"}
    more["files"] = [{"file_name": "照片.png", "media_type": "image/png", **place_file(system)}]
    with system.database.transaction() as connection:
        publication_id = publications.insert_publication(connection, values)
        found = {"publication_id": publication_id, **objection, **more}
        return {"publication_id": publication_id, "objection_id": publications.insert_objection(connection, found)}
