"""Two editions of a folder, in sentences that an official understands."""

import io
import time
import zipfile
from pathlib import Path

import pytest

from engine.comparing import AREAS, KINDS, compare
from engine.folders import load_directory
from tests.support.large_folder import large_folder
from tests.unit.lint.conftest import files as original

__all__ = ["original"]

DIAGRAM, WINDOWS, PROCEDURE = "process.bpmn", "windows.yaml", "procedure.yaml"
FORM, TABLE, SCENARIO = "forms/review_report.form", "decisions/size.dmn", "scenarios/accepted.yaml"
IN_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
def changed(original):
    """Compare with an edition in which texts of a file were replaced."""

    def changed(file, *replacements):
        text = original[file].decode()
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new)
        return compare(original, original | {file: text.encode()}).changes

    return changed


def only(changes):
    assert len(changes) == 1, [change.sentence for change in changes]
    return changes[0]


def sentences(changes):
    return [change.sentence for change in changes]


def test_equal_folders_have_no_changes(original):
    assert compare(original, dict(original)).changes == ()


def test_a_time_limit_is_said_as_officials_say_it(changed):
    change = only(changed(WINDOWS, ("working_days: 20", "working_days: 10")))
    assert change.sentence == "“审核年报”的办理时限由 20 个工作日改为 10 个工作日。"
    assert (change.kind, change.area, change.element) == ("changed", "windows", "time_limits.review_report")
    assert change.details == (("工作日数", "20", "10"),)


def test_a_window_that_closes_later(changed):
    change = only(changed(WINDOWS, ("closes: {month: 1, day: 31}", "closes: {month: 2, day: 15}")))
    assert change.sentence == "“报送窗口”的截止日由 1月31日 改为 2月15日。"


def test_a_renamed_step(changed):
    change = only(changed(DIAGRAM, ('name="填写年报"', 'name="填报年报"')))
    assert change.sentence == "“填写年报”改名为“填报年报”。"
    assert (change.element, change.kind) == ("fill_report", "changed")


def test_a_condition_that_changed(changed):
    change = only(changed(DIAGRAM, ('size = "large"', 'size = "small"')))
    assert (change.name, change.element) == ("接受？→通知", "is_accepted__yes")
    before, after = (f'review_decision = "agree" and size = "{size}"' for size in ("large", "small"))
    assert change.details == (("条件", before, after),)


def test_a_timer_that_changed(changed):
    change = only(changed(DIAGRAM, ("windows.filing.closes_at", "now")))
    assert change.sentence == "“窗口关闭”的到期时间由 windows.filing.closes_at 改为 now。"


def test_a_step_that_moved_to_another_lane(changed):
    reference, anchor = "<flowNodeRef>tell_park</flowNodeRef>", "<flowNodeRef>report_begun</flowNodeRef>"
    change = only(changed(DIAGRAM, (reference, ""), (anchor, anchor + reference)))
    assert change.sentence == "“通知”的泳道由 市工信局 改为 园区。"


def test_a_flow_that_leads_elsewhere(changed):
    ends = 'sourceRef="is_accepted" targetRef="{}"'
    change = only(changed(DIAGRAM, (ends.format("fill_report"), ends.format("withdrawn"))))
    assert change.details == (("终点", "填写年报", "已撤回"),)


def test_another_default_is_said_of_both_flows(changed):
    found = changed(DIAGRAM, ('default="is_accepted__no"', 'default="is_accepted__yes"'))
    assert [change.details for change in found] == [(("默认出线", "", "是"),), (("默认出线", "是", ""),)]


def test_a_step_that_was_added_and_one_that_was_removed(changed):
    found = changed(DIAGRAM, ("tell_park", "call_park"))
    assert {("added", "call_park"), ("removed", "tell_park")} <= {(change.kind, change.element) for change in found}
    assert "新增服务任务“通知”（泳道“市工信局”）。" in sentences(found)
    assert "删除服务任务“通知”（泳道“市工信局”）。" in sentences(found)


def test_a_clause_and_its_mark(changed, original):
    text = "依据：东莞方案 六（四）\n标记：依据</documentation></userTask>"
    found = changed(DIAGRAM, (text, "依据：新办法 五\n标记：解释</documentation></userTask>"))
    assert [change.sentence for change in found if change.element == "review_report"] == [
        "“审核年报”的依据、标记有修改。"
    ]


def test_a_parameter_of_an_operation(changed):
    change = only(changed(DIAGRAM, ("年报已接受</camunda", "年报已通过</camunda")))
    assert change.sentence == "“通知”的标题由 年报已接受 改为 年报已通过。"


def test_another_layout_is_one_quiet_line(original):
    moved = original[DIAGRAM].replace(b' x="', b' x="1')
    change = only(compare(original, original | {DIAGRAM: moved}).changes)
    assert change.kind == "moved"
    assert "位置" in change.sentence


def test_extensions_of_other_vendors_are_not_lost_in_silence(changed):
    extension = '<extensionElements><x:colour xmlns:x="urn:x" value="red"/></extensionElements></userTask>'
    found = changed(DIAGRAM, ("</userTask>", extension))
    assert {change.details[0][0] for change in found} == {"扩展 colour"}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"label": "审核结论"', '"label": "结论"', "“审核结论”改名为“结论”。"),
        ('"type": "radio"', '"type": "select"', "“审核结论”的种类由 单选 改为 下拉选择。"),
        (
            '"label": "退回"',
            '"label": "补正"',
            "“审核结论”的选项由 同意（agree）、退回（return） 改为 同意（agree）、补正（return）。",
        ),
        ('"label": "审核意见"', '"label": "审核意见", "validate": {"required": true}', "“审核意见”加上了必填：是。"),
        ("jobs > 0", "jobs > 9", "“审核意见”的隐藏条件由 "),
    ],
)
def test_a_field_of_a_form(changed, old, new, sentence):
    assert only(changed(FORM, (old, new))).sentence.startswith(sentence)


def test_fields_in_another_order(original):
    form = original["forms/fill_report.form"].decode()
    first, second = '{"type": "number", "key": "jobs", "label": "从业人员"}, ', '{"type": "textarea", "key": "remarks"'
    turned = form.replace(first, "").replace(second, first + second)
    change = only(compare(original, original | {"forms/fill_report.form": turned.encode()}).changes)
    assert (change.kind, change.sentence) == ("moved", "字段的先后次序有调整。")


@pytest.mark.parametrize(
    ("old", "new", "element", "sentence"),
    [
        ('>"large"<', '>"big"<', "large", '“第 2 行”的规模由 "large" 改为 "big"。'),
        ("&lt; 100", "&lt; 90", "small", "“第 1 行”的从业人员由 < 100 改为 < 90。"),
        ("UNIQUE", "FIRST", "size", "“规模”的命中策略由 只能一行命中（UNIQUE） 改为 取最先命中的（FIRST）。"),
        ("<text>jobs<", "<text>jobs + 1<", "jobs_column", "“从业人员”的取值由 jobs 改为 jobs + 1。"),
    ],
)
def test_a_decision_table(changed, old, new, element, sentence):
    change = only(changed(TABLE, (old, new)))
    assert (change.sentence, change.element) == (sentence, element)


def test_a_lane_that_another_post_works_in(changed):
    change = only(changed(PROCEDURE, ("{role: city_department, office", "{role: ministry, office")))
    assert change.sentence == "“市工信局”的岗位角色由 city_department 改为 ministry。"


def test_a_condition_of_eligibility(changed):
    change = only(changed(PROCEDURE, ('rule: applicant.holds_title != "none"', "rule: applicant.levels != null")))
    assert change.details == (("判断式", 'applicant.holds_title != "none"', "applicant.levels != null"),)
    assert change.element == "eligibility.E1"


def test_a_title_of_the_procedure(changed):
    assert (
        only(changed(PROCEDURE, ("publicity: 不公开", "publicity: 公开"))).sentence
        == "事项的公开方式由 不公开 改为 公开。"
    )


def test_a_scenario_that_goes_another_way(changed):
    change = only(changed(SCENARIO, ("jobs: 3", "jobs: 4")))
    assert change.sentence.startswith("推演用例“用例”的第 2 步由 ")
    assert change.area == "scenario"


def test_files_that_came_and_went(original):
    less = {name: content for name, content in original.items() if name not in {FORM, SCENARIO}}
    assert {change.kind for change in compare(original, less).changes} == {"removed"}
    assert sentences(compare(less, original).changes) == ["新增表单“review_report”（3 项）。", "新增推演用例“用例”。"]


def document(*paragraphs):
    body = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{IN_WORD}"><w:body>{body}</w:body></w:document>')
    return content.getvalue()


def test_the_words_of_a_document(original):
    file = "documents/notice.docx"
    old, new = document("通知", "请于5日内报送。"), document("通知", "请于10日内报送。")
    change = only(compare(original | {file: old}, original | {file: new}).changes)
    assert change.details == (("第 2 行", "请于5日内报送。", "请于10日内报送。"),)


@pytest.mark.parametrize("file", [DIAGRAM, FORM, TABLE, WINDOWS, PROCEDURE, SCENARIO, "README.md", "documents/a.docx"])
def test_a_file_that_cannot_be_read_is_still_told_apart(original, file):
    before = {"documents/a.docx": document("a")} | original
    changes = compare(before, before | {file: b"\xff{<"}).changes
    assert [(change.kind, change.file) for change in changes] == [("changed", file)]


def test_every_change_is_of_a_known_kind_and_area():
    old, new = (load_directory(path.parent) for path in sorted(Path("bpmn").glob("*/process.bpmn"))[:2])
    changes = compare(old, new).changes
    assert {change.kind for change in changes} <= KINDS.keys()
    assert {change.area for change in changes} <= AREAS.keys()
    assert all(change.sentence.endswith("。") for change in changes)


def test_two_hundred_elements_are_compared_within_a_second():
    old = large_folder()
    new = old | {DIAGRAM: old[DIAGRAM].replace(b"P5D", b"P6D")}
    begun = time.process_time()
    found = compare(old, new).changes
    assert time.process_time() - begun < 1
    assert {change.details for change in found} == {(("等待时长", "P5D", "P6D"),)}
