"""The editors of forms and of decision tables, and the page of windows: used, read and left as a person would."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_studio_checks import Draft
from tests.support.accessible import OVERFLOW, list_violations
from tests.support.processes import REPOSITORY
from tests.support.visitor import DESK, PHONE

FORM, BIG_FORM = "forms/submit_application.form", "forms/fill_application.form"
#: The title of a component, and what the tree says about it.
NEXT = re.compile("^下一步")
ORIGINAL = (REPOSITORY / "bpmn" / "city_application" / FORM).read_text(encoding="utf-8")
TABLE = (REPOSITORY / "bpmn" / "city_grading_2017" / "decisions" / "grading_2017.dmn").read_text(encoding="utf-8")
#: What is read on the page now; examples of code, names of files and what people typed are quoted as they are.
READ = """(root) => {
    const found = [], walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const quoted = "code, input, textarea, script, style, .cm-content, [data-row-id], .dmn-definitions-id";
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent.checkVisibility() && !parent.closest(quoted)) found.push(walker.currentNode.data);
    }
    for (const name of ["title", "aria-label", "placeholder", "alt"])
        for (const one of root.querySelectorAll(`[${name}]`)) found.push(one.getAttribute(name));
    return found;
}"""
PROPER = re.compile(r"bpmn\.io|BPMN|FEEL")


def english(page, selector="main"):
    texts = page.locator(selector).first.evaluate(READ)
    return [text for text in texts if re.search("[A-Za-z]{2,}", PROPER.sub("", text))]


class Editor:
    """A form in the editor."""

    def __init__(self, draft, file=FORM):
        self.draft, self.file, self.page = draft, file, draft.owner.page
        self.open()

    def open(self):
        self.page.goto(f"{self.draft.address}/form?file={self.file}")
        self.wait_until_drawn()

    def wait_until_drawn(self):
        expect(self.titles.first).to_be_visible()
        expect(self.preview.locator("h1")).to_be_visible()

    @property
    def preview(self):
        return self.page.frame_locator("iframe[title='电脑上的表单']")

    @property
    def panel(self):
        return self.page.locator("[data-part=panel]")

    @property
    def titles(self):
        return self.page.locator(".node-title")

    def choose(self, words):
        self.page.locator(".node", has_text=words).first.click()

    def add(self, kind):
        if not self.page.locator(".palette").is_visible():
            self.page.get_by_text("添加一项").first.click()
        self.page.get_by_role("button", name=kind, exact=True).click()

    def read(self):
        return self.page.request.get(f"{self.draft.address}/files/{self.file}").text()

    def wait_until_saved(self):
        expect(self.page.locator("[data-part=status]")).to_have_attribute("data-state", "saved")


@pytest.fixture(autouse=True)
def _nobody_complains(people, _everybody_leaves):
    """As for every test; but that the frames of the preview run no script, not even that of the tests, is meant so."""
    yield
    complaints = people.hear_complaints()
    assert [one for one in complaints if "Blocked script execution in 'about:" not in one] == []


@pytest.fixture(scope="module")
def owner(people):
    return people["process_owner"]


@pytest.fixture
def draft(owner):
    return Draft(owner)


@pytest.fixture
def editor(draft):
    return Editor(draft)


def test_a_form_that_is_only_looked_at_is_not_saved(editor):
    editor.choose("承诺")
    editor.preview.get_by_label("提交申请").check()
    expect(editor.preview.get_by_label("材料完整")).to_be_visible()

    answer = editor.page.request.get(f"{editor.draft.address}/files/{FORM}")
    assert (answer.text(), answer.headers["etag"]) == (ORIGINAL, '"1"')


def test_a_field_is_added_described_shown_and_saved_and_nothing_else_changes(editor):
    editor.choose("下一步")
    editor.add("单行文字")
    editor.panel.get_by_label("标签", exact=True).fill("联系人姓名")
    editor.panel.get_by_label("名称", exact=True).fill("contact_name")
    editor.panel.get_by_label("必填").check()
    expect(editor.preview.get_by_label("联系人姓名")).to_be_visible()
    editor.wait_until_saved()

    form = json.loads(editor.read())
    (added,) = [part for part in form["components"] if part["id"] == "contact_name"]
    assert (added["label"], added["validate"]["required"]) == ("联系人姓名", True)
    form["components"].remove(added)
    assert json.dumps(form, ensure_ascii=False, indent=2) + "\n" == ORIGINAL


def test_what_is_taken_back_leaves_the_file_as_it_was(editor):
    editor.choose("下一步")
    editor.add("数字")
    editor.wait_until_saved()
    assert editor.read() != ORIGINAL

    editor.page.get_by_role("button", name="撤销", exact=True).click()
    editor.wait_until_saved()
    assert editor.read() == ORIGINAL


def test_a_form_is_changed_by_the_keyboard_alone(editor):
    editor.page.get_by_role("treeitem", name="整张表单").focus()
    press = editor.page.keyboard.press
    for key in ("ArrowDown", "ArrowDown", "Alt+ArrowUp"):
        press(key)
    expect(editor.titles.nth(1)).to_have_text(NEXT)
    press("Delete")
    expect(editor.titles.filter(has_text=NEXT)).to_have_count(0)
    press("Control+z")
    press("Control+z")
    editor.wait_until_saved()
    assert editor.read() == ORIGINAL


def test_a_component_is_dragged_to_another_place(editor):
    nodes = editor.page.locator(".node")
    low = {"x": 40, "y": nodes.nth(2).bounding_box()["height"] - 3}
    nodes.nth(1).drag_to(nodes.nth(2), source_position={"x": 40, "y": 10}, target_position=low)
    expect(editor.titles.nth(1)).to_have_text(NEXT)
    expect(editor.titles.nth(2)).to_have_text(re.compile("^提交后即出具收件回执"))


def test_a_condition_is_chosen_without_writing_an_expression(editor):
    editor.choose("承诺")
    editor.panel.get_by_label("哪一个选项").select_option("revise")
    editor.preview.get_by_label("返回修改").check()
    expect(editor.preview.get_by_label("材料完整")).to_be_visible()
    editor.wait_until_saved()
    assert r'"hide": "=submit_decision != \"revise\""' in editor.read()


def test_a_fault_is_told_beside_its_component_and_goes_when_it_is_mended(editor):
    editor.choose("承诺")
    editor.panel.get_by_label("显示的条件").select_option("feel")
    editor.panel.get_by_label("隐藏的条件").fill("submit_decision = =")
    expect(editor.page.locator("[data-part=problems]")).to_contain_text("有 1 处问题")
    expect(editor.page.locator(".node", has_text="承诺").first).to_contain_text("1 处问题")
    expect(editor.panel.locator(".panel-faults")).to_contain_text("隐藏条件")

    editor.panel.get_by_label("显示的条件").select_option("always")
    expect(editor.page.locator("[data-part=problems]")).to_be_hidden()


def test_a_renamed_field_takes_along_whatever_means_it(editor):
    editor.choose("下一步")
    editor.panel.get_by_label("名称", exact=True).fill("what_next")
    editor.panel.get_by_label("标签", exact=True).focus()
    asked = editor.page.get_by_role("dialog")
    expect(asked).to_contain_text("filing.bpmn：“提交”、“放弃”的条件、脚本和参数，2 处")
    asked.get_by_role("button", name="改名称，这些一并改").click()

    expect(editor.page.locator("[data-part=told]")).to_contain_text("用到它的文件也改好了")
    expect(editor.panel.get_by_label("名称", exact=True)).to_have_value("what_next")
    assert "submit_decision" not in editor.read()
    assert editor.read().count("what_next") == ORIGINAL.count("submit_decision")


def test_a_field_that_is_not_renamed_after_all_shows_its_name_again(editor):
    editor.choose("下一步")
    editor.panel.get_by_label("名称", exact=True).fill("what_next")
    editor.panel.get_by_label("标签", exact=True).focus()
    editor.page.get_by_role("dialog").get_by_role("button", name="不改了").click()

    expect(editor.panel.get_by_label("名称", exact=True)).to_have_value("submit_decision")
    assert editor.read() == ORIGINAL


def test_what_somebody_else_saved_is_not_overwritten(editor):
    editor.draft.change(FORM, ("确认并提交申请", "确认并提交名城申请"))
    editor.choose("下一步")
    editor.panel.get_by_label("标签", exact=True).fill("接下来")
    expect(editor.page.locator("[data-part=conflict]")).to_contain_text("没有覆盖对方的")
    assert "确认并提交名城申请" in editor.read()

    editor.draft.owner.go(editor.page.get_by_role("button", name="放弃本页的修改"))
    editor.wait_until_drawn()
    expect(editor.titles.filter(has_text=NEXT)).to_have_count(1)


def test_a_shared_block_is_kept_and_used_in_another_form(editor):
    editor.choose("承诺")
    editor.page.get_by_text("另存为共用区块").click()
    editor.page.get_by_label("文件名").fill("promises")
    editor.page.get_by_role("button", name="保存", exact=True).click()
    expect(editor.page.locator("[data-part=announcement]")).to_contain_text("已另存为共用区块")

    other = Editor(editor.draft, "forms/give_consent.form")
    other.page.get_by_text("添加一项").first.click()
    other.page.get_by_role("button", name="共用 承诺").click()
    expect(other.page.locator(".node", has_text="材料完整")).to_be_visible()
    assert english(other.page) == []


def test_nobody_reads_english_in_the_form_editor(draft):
    editor = Editor(draft, BIG_FORM)
    editor.page.get_by_text("添加一项").first.click()
    found = english(editor.page)
    for number in range(editor.page.locator(".node").count()):
        editor.page.locator(".node").nth(number).click()
        expect(editor.page.get_by_role("treeitem").nth(number)).to_have_attribute("aria-selected", "true")
        found += english(editor.page, "[data-part=panel]")
    for kind in editor.page.locator(".palette-item").all_inner_texts():
        editor.add(kind)
        expect(editor.page.locator("[data-part=announcement]")).to_contain_text("已添加")
        found += english(editor.page)
    assert found == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/form", f"/form?file={BIG_FORM}", "/table", "/windows?year=2026"])
def test_a_page_of_our_own_has_nothing_that_axe_objects_to(draft, path, size):
    page = draft.owner.page
    page.set_viewport_size(size)
    page.goto(f"{draft.address}{path}")
    if page.locator("[data-form-editor]").count():
        expect(page.frame_locator("iframe[title='电脑上的表单']").locator("h1")).to_be_attached()
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")

    violations, too_wide = list_violations(page), page.evaluate(OVERFLOW)
    page.set_viewport_size(DESK)
    assert violations == []
    assert too_wide == []
    assert english(page) == []


@pytest.fixture
def table(owner):
    """The editor of a decision table."""
    draft = Draft(owner, "city_grading_2017")
    page = owner.visit(f"{draft.address}/table?file=decisions/grading_2017.dmn")
    expect(page.locator("td.output-cell").first).to_be_visible()
    expect(page.locator("#trial-controls")).to_be_visible()
    expect(page.locator("[data-part=findings]")).not_to_contain_text("正在检查")
    return draft


def read_table(table):
    return table.owner.page.request.get(f"{table.address}/files/decisions/grading_2017.dmn").text()


def test_a_table_is_tried_and_the_rule_that_was_hit_is_said(table):
    page = table.owner.page
    page.get_by_label("类型").select_option("comprehensive")
    page.get_by_label("控制性指标").fill("met")
    page.get_by_label("总得分").fill("101")
    expect(page.locator("[data-answer]")).to_have_text("命中第 2 条规则（表中已标出），结果：“reached”")
    marked = page.locator("[data-row-id=comprehensive_reached]").first
    expect(marked).to_have_css("background-color", "rgb(255, 245, 223)")
    assert read_table(table) == TABLE


def test_a_cell_is_changed_saved_and_taken_back(table):
    page = table.owner.page
    status = page.locator("[data-part=status]")
    page.locator("td.output-cell [contenteditable]").first.click()
    page.keyboard.press("Control+a")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.keyboard.insert_text('"refused"')
    expect(status).to_have_attribute("data-state", "saved")
    assert '<text>"refused"</text>' in read_table(table)

    for _ in range(12):
        page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.locator("td.output-cell").first).not_to_have_text('"refused"')
    expect(status).to_have_attribute("data-state", "saved")
    assert read_table(table) == TABLE


def test_nobody_reads_english_in_the_table_editor(table):
    page = table.owner.page
    found = english(page)
    menu = page.locator(".context-menu")
    for cell in ("th.input-cell", "th.output-cell", "td.input-cell"):
        if cell.startswith("th"):
            page.locator(cell).first.dblclick()
        else:
            page.locator(cell).first.click(button="right")
        expect(menu).to_be_visible()
        found += english(page)
        page.keyboard.press("Escape")
        expect(menu).to_have_count(0)
    page.get_by_role("button", name="决策关系图").first.click()
    expect(page.locator(".djs-shape").first).to_be_visible()
    found += english(page)
    assert list(dict.fromkeys(found)) == []


def test_of_the_table_editor_axe_objects_only_to_the_empty_heading_of_the_package(table):
    assert [(rule, len(nodes)) for rule, nodes in list_violations(table.owner.page)] == [("empty-table-header", 1)]
