"""What the diagrams issue on their way: announcements, refusals and decisions, with their numbers and words."""

from __future__ import annotations

import pytest

from engine.rehearsal import Stage, perform
from engine.services import documents
from tests.support.scenarios import PROCEDURES, checked, scenarios_of
from tests.unit.documents.reading import read_lines

#: (scenario, its documents from these templates, as (number or its beginning, words that stand in it))
ISSUED = {
    ("city_application", "creation_not_started"): {
        "refusal.docx": ("工业和信息化部函〔2023〕", "工作方案目标仍不明确。同意审查意见，不启动创建。"),
    },
    ("city_award", "awarded"): {
        "acceptance.docx": ("工业和信息化部函〔2024〕", "予以受理"),
        "publicity.docx": ("", "2024年9月3日至2024年9月9日", "甲市人民政府", "“中国软件名城”"),
        "award.docx": ("工信部信发〔2024〕160号", "甲市人民政府", "未设有效期", "自2024年9月12日起", "特此公告。"),
    },
    ("city_award", "not_passed"): {
        "review_opinion.docx": ("", "本次未通过中国软件名城评审，请继续创建。", "请补强产业生态后再申请。"),
    },
    ("city_award", "municipality_second_time"): {
        "refusal.docx": ("工业和信息化部函〔2024〕", "创建目标完成不足一半。请完成创建目标后再申请。"),
    },
    ("city_evaluation", "withdrawn"): {
        "bulletin.docx": ("", "评估结果为一星（最高为三星）", "连续两年评估结果为一星的，将公告退出", "特此通报。"),
        "announcement.docx": ("工业和信息化部公告2024年第3号", "决定丙市人民政府退出中国软件名城", "特此公告。"),
    },
    ("city_grading_2017", "rectified_then_revoked"): {
        "rectification.docx": ("", "限期整改"),
        "bulletin.docx": ("", "收回标志物", "特此通报。"),
    },
    ("cluster_award", "awarded"): {
        "acceptance.docx": ("", "三（二）"),
        "publicity.docx": ("", "2024年7月9日至2024年7月15日", "示范镇人民政府", "异议受理单位"),
        "award.docx": ("东制造组〔2024〕1号", "示范镇人民政府", "2027年7月25日", "自2024年7月25日起", "特此公告。"),
    },
    ("cluster_award", "not_accepted"): {"refusal.docx": ("", "尚不具备评估条件。", "东制造办〔2021〕1号")},
    ("cluster_renewal", "rectified"): {
        "rectification.docx": ("", "企业培育目标未完成。", "至2025年1月15日完成整改"),
        "reply.docx": ("东工信函〔2025〕3号", "继续授予", "自原有效期满的次日起三年", "此复。"),
    },
    ("cluster_renewal", "revoked"): {
        "decision.docx": ("东制造组〔", "撤销", "请考虑实际困难。"),
        "bulletin.docx": ("", "东制造组〔", "特此通报。"),
    },
    ("cluster_violation", "sanctioned_title_ended"): {
        "decision.docx": ("", "查明的事实"),
        "bulletin.docx": ("", "特此通报。"),
    },
    ("park_application", "municipality"): {
        "correction.docx": ("", "1. 其他需提供的材料", "10个工作日"),
        "review_opinion.docx": ("", "同意推荐，报工业和信息化部。"),
        "refusal.docx": ("", "没有独立的建设和管理机构。"),
    },
    ("park_application", "refused_by_city"): {"review_opinion.docx": ("", "不予推荐。", "申请创建中国软件名园")},
    ("park_evaluation", "three_stars"): {"bulletin.docx": ("", "三星", "特此通报。")},
    ("park_review", "awarded"): {
        "publicity.docx": ("", "2023年12月13日至2023年12月19日", "甲软件园", "“中国软件名园”"),
        "award.docx": ("工信部信发〔2023〕260号", "甲软件园", "未设有效期", "自2023年12月22日起", "特此公告。"),
    },
    ("park_review", "examination_failed"): {"refusal.docx": ("", "不在试点园区名单内。")},
}


@pytest.fixture
def issued(system, clock):
    """Return a function that plays a scenario and gives (number, lines) of its latest document by template."""

    def issued(folder, name):
        (kept,) = [one for one in scenarios_of(PROCEDURES / folder) if one.scenario.name == name]
        perform(Stage(system, clock), checked(kept.folder), kept.scenario)
        with system.database.reading() as connection:
            query = "SELECT template, number, id FROM official_document ORDER BY id"
            rows = connection.exec_driver_sql(query).all()
        return {template: (number or "", lines_of(system, document_id)) for template, number, document_id in rows}

    return issued


def lines_of(system, document_id):
    assert documents.render_document(system, document_id)
    with system.database.reading() as connection:
        query = "SELECT state, files FROM official_document WHERE id = %s"
        state, files = connection.exec_driver_sql(query, (document_id,)).one()
    assert state == "ready"
    with system.files.open(files[0]["storage_name"]) as stream:
        return "\n".join(read_lines(stream.read()))


@pytest.mark.parametrize(("folder", "name"), ISSUED)
def test_a_case_issues_its_documents_with_their_numbers_and_words(issued, folder, name):
    found, wanted = issued(folder, name), ISSUED[folder, name]
    missing = {
        template: [word for word in words if word not in found.get(template, ("", ""))[1]]
        for template, (_, *words) in wanted.items()
    }
    assert missing == {template: [] for template in wanted}
    assert [one for one, (number, *_) in wanted.items() if not found[one][0].startswith(number)] == []
    assert [one for one, (_, lines) in found.items() if "〔未填〕" in lines] == []
