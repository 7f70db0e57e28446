"""授予公告: what the granting office announces is a document with the number that its official gave."""

from __future__ import annotations

import pytest

from engine.rehearsal import Stage, perform
from engine.services import documents
from engine.services.definitions import check_folder
from tests.support.scenarios import PROCEDURES, scenarios_of
from tests.unit.documents.reading import read_lines

AWARDS = {
    "city_award": ("工信部信发〔2024〕160号", "甲市人民政府", "未设有效期", "自2024年9月12日起"),
    "park_review": ("工信部信发〔2023〕260号", "甲软件园", "未设有效期", "自2023年12月22日起"),
    "cluster_award": ("东制造组〔2024〕1号", "示范镇人民政府", "2027年7月25日", "自2024年7月25日起"),
}


@pytest.fixture
def announced(system, clock):
    """Return a function that plays a scenario and gives the number and the lines of the document of a template."""

    def announced(folder, name, template):
        (kept,) = [one for one in scenarios_of(PROCEDURES / folder) if one.scenario.name == name]
        perform(Stage(system, clock), check_folder(kept.folder), kept.scenario)
        with system.database.reading() as connection:
            query = "SELECT id, number FROM official_document WHERE template = %s"
            ((document_id, number),) = connection.exec_driver_sql(query, (template,)).all()
        assert documents.render_document(system, document_id)
        with system.database.reading() as connection:
            query = "SELECT state, files FROM official_document WHERE id = %s"
            state, files = connection.exec_driver_sql(query, (document_id,)).one()
        assert state == "ready"
        with system.files.open(files[0]["storage_name"]) as stream:
            return number, "\n".join(read_lines(stream.read()))

    return announced


@pytest.mark.parametrize("folder", AWARDS)
def test_an_award_is_announced_under_the_number_of_its_decision(announced, folder):
    wanted, *words = AWARDS[folder]
    number, text = announced(folder, "awarded", "award.docx")
    assert number == wanted
    assert [one for one in (wanted, *words, "特此公告。") if one not in text] == []
    assert "〔未填〕" not in text
