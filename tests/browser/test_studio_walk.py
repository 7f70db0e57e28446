"""An owner adds a countersigning step to a real procedure, from the drawing to the migration of a running case.

One story in order, with the people who take part each in a browser of their own; it leaves pictures of what they saw.
"""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from tests.support.designer import Designer
from tests.support.errands import beijing_has_filed, start
from tests.support.pace import within
from tests.support.visitor import PICTURES

IN_ORDER = True

#: What a person has for the whole path, in seconds; the test is quicker with its hands, the program is not.
WHOLE_PATH = 180
SHOWN = {"width": 1600, "height": 1400}
RULE_OF_THE_LANE = {"lane.role": "ministry", "lane.office": "chain", "lane.kind": "ministry", "lane.level": "国家"}
STEP, LANE = "countersign", "countersigners"


@pytest.fixture(scope="module")
def owner(people):
    owner = people["process_owner"]
    owner.page.set_viewport_size(SHOWN)
    return owner


@pytest.fixture(scope="module")
def kept():
    return {"began": 0.0}


@pytest.fixture
def designer(owner, kept):
    return Designer(owner, kept["draft"]).open()


def act(owner, step, example):
    """Play one task in the role of who does it, with the answers of a scenario."""
    page = owner.page
    row = page.get_by_role("row").filter(has_text=step)
    owner.go(row.get_by_role("link", name=re.compile("以其身份办理")).first)
    owner.go(page.locator(".example", has_text=example).first)
    owner.press("提交")
    expect(page).to_have_url(re.compile(r"/simulation/\d+#latest"))


def test_a_case_is_under_way_on_the_version_in_force(people, offices, kept):
    kept["old"] = beijing_has_filed(offices)
    people["beijing"].visit(kept["old"])
    expect(people["beijing"].main).to_contain_text("第 1 版")


def test_the_owner_draws_a_step_onto_the_line_between_two_others(owner, kept):
    kept["began"] = time.monotonic()
    owner.visit("/studio")
    row = owner.page.get_by_role("row").filter(has_text="名城创建申请")
    owner.go(row.get_by_role("button", name=re.compile("建立草稿")))
    kept["draft"] = owner.page.url.rstrip("/")
    designer, page = Designer(owner, kept["draft"]).open(), owner.page

    designer.select("notify_creation_started__end")
    x, y = designer.middle_of("notify_creation_started__end")
    page.locator(".djs-palette [data-action='create.task']").click()
    page.mouse.move(x - 40, y - 6, steps=5)
    page.mouse.move(x, y, steps=5)
    expect(page.locator("[data-element-id=notify_creation_started__end].new-parent").first).to_be_attached()
    page.mouse.click(x, y)
    designer.name_what_was_drawn("司内会签", STEP)

    designer.wait_until_saved()
    assert f'sourceRef="{STEP}" targetRef="creation_started"' in designer.read()


def test_a_lane_for_it_is_drawn_and_the_step_moved_there(owner, designer):
    page = owner.page
    page.get_by_role("button", name="全图").click()
    designer.select("ministry")
    page.locator(".djs-context-pad [data-action='lane-insert-below']").click()
    designer.select("new_lane_1")
    designer.fill("name", "会签处室")
    designer.fill("id", LANE)
    expect(designer.told).to_contain_text("编号改好了")
    page.get_by_role("button", name="全图").click()
    designer.select(STEP)
    page.get_by_role("button", name="全图").click()
    (x, y), (_, middle_of_lane) = designer.middle_of(STEP), designer.middle_of(LANE)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20, steps=5)
    page.mouse.move(x, middle_of_lane, steps=10)
    page.mouse.up()

    designer.wait_until_saved()
    assert f"<bpmn:flowNodeRef>{STEP}</bpmn:flowNodeRef>\n      </bpmn:lane>" in designer.read()


def test_the_checks_name_the_missing_role_and_the_missing_form(owner, kept):
    owner.visit(f"{kept['draft']}/checks")
    owner.picture("walk-studio-role-missing")
    expect(owner.main).to_contain_text("泳道“会签处室”没有规则，不知道由谁办理")
    expect(owner.main).to_contain_text("没有表单")
    owner.visit(f"{kept['draft']}/approval")
    expect(owner.main.get_by_role("button", name="送审")).to_have_count(0)


def test_role_form_limit_and_reminder_are_set_in_the_panel(owner, designer):
    page = owner.page
    designer.select(LANE)
    for field, value in RULE_OF_THE_LANE.items():
        with designer.setting():
            designer.choose(field, value)
    designer.select(STEP)
    designer.fill("explanation", "司内有关处室各自会签。")
    designer.fill("basis", "来源文件没有规定")
    designer.choose("mark", "平台默认")
    with page.context.expect_page() as opened:
        designer.panel.get_by_role("button", name="新建表单").click()
    expect(opened.value.get_by_role("button", name="试提交")).to_be_visible()
    opened.value.screenshot(path=PICTURES / "walk-studio-form.png")
    opened.value.close()
    designer.wait_until_saved()
    designer.open()
    designer.select(STEP)
    expect(designer.panel.get_by_role("link", name="打开表单编辑器")).to_be_visible()
    designer.choose("loop.kind", designer.panel.locator("[name='loop.kind'] option").nth(1).get_attribute("value"))
    designer.fill("loop.cardinality", "2")
    with designer.setting():
        designer.fill("limit.days", "5")
    designer.panel.get_by_role("button", name="画上“超期提醒”").click()
    designer.wait_until_saved()
    designer.do("arrange")
    expect(designer.told).to_contain_text("已重新排版", timeout=within(60_000))
    designer.wait_until_saved()
    owner.picture("walk-studio-drawn")

    owner.visit(page.url.split("/diagram")[0] + "/checks")
    expect(owner.main).to_contain_text("没有错误")


def test_the_owner_plays_the_draft_to_the_overdue_reminder(owner, kept):
    owner.visit(f"{kept['draft']}/simulation")
    owner.page.get_by_label("申请单位和时间").select_option("creation_not_started")
    owner.press("开始推演")
    act(owner, "填写申请材料", "直辖市")
    act(owner, "确认并提交申请", "直辖市")
    act(owner, "形式审查", "启动创建")
    act(owner, "作出决定", "启动创建")
    owner.picture("walk-studio-waiting-for-countersigning")
    expect(owner.main).to_contain_text("司内会签")
    owner.press("下一个到期")
    expect(owner.page).to_have_url(re.compile("#latest$"))
    owner.picture("walk-studio-reminded")
    expect(owner.page.locator(".timeline li").first).to_contain_text("司内会签超期")


def test_the_rest_is_played_and_recorded_as_a_scenario(owner):
    act(owner, "司内会签", "按栏目自动生成")
    act(owner, "司内会签", "按栏目自动生成")
    owner.page.get_by_label("用例的标题").fill("会签超期提醒后启动创建")
    owner.page.get_by_label("文件名").fill("countersigned_late")
    owner.press("记录")
    expect(owner.main).to_contain_text("重放与推演一致")


def test_a_scenario_that_knows_nothing_of_the_step_is_found_out_and_given_up(owner, kept):
    owner.visit(f"{kept['draft']}/simulation")
    owner.press("全部重放")
    expect(owner.main).to_contain_text("不一致", timeout=within(120_000))
    owner.picture("walk-studio-replayed-with-a-difference")
    owner.visit(kept["draft"])
    listed = owner.main.locator(".studio-file").filter(has_text="scenarios/creation_started.yaml")
    owner.go(listed.get_by_role("button", name=re.compile("删除")))
    expect(listed).to_have_count(0)


def test_all_scenarios_replay(owner, kept):
    owner.visit(f"{kept['draft']}/simulation")
    owner.press("全部重放")
    expect(owner.main).to_contain_text("全部一致", timeout=within(120_000))
    owner.picture("walk-studio-replayed")


def test_the_draft_is_compared_with_what_is_in_force(owner, kept):
    owner.visit(f"{kept['draft']}/compare")
    for side in ("old", "new"):
        expect(owner.page.locator(f'[data-side="{side}"]')).to_have_attribute("data-state", "ready")
    owner.picture("walk-studio-compared")
    expect(owner.main).to_contain_text("司内会签")


def test_the_owner_submits_and_cannot_approve(owner, kept):
    owner.visit(f"{kept['draft']}/approval")
    owner.page.get_by_label("修改说明（必填）").fill("启动创建后增加司内会签，两个处室各自办理，五个工作日。")
    owner.press("送审")
    owner.picture("walk-studio-submitted")
    expect(owner.main).to_contain_text("须由另一位流程负责人审核")
    expect(owner.main.get_by_role("button", name="批准")).to_have_count(0)


def test_a_second_person_approves_and_the_version_is_in_force(people, kept):
    second = people["process_approver"]
    second.visit(f"{kept['draft']}/approval")
    second.picture("walk-studio-approval")
    second.page.get_by_label("已核对检查、推演结果和与现行版本的差异").check()
    second.press("批准")
    second.visit("/studio/procedures/city_application")
    second.picture("walk-studio-versions")
    row = second.page.get_by_role("row").filter(has_text="第 2 版")
    expect(row.first).to_be_visible()


def test_a_new_case_takes_the_new_version_and_the_old_one_stays(people, kept):
    dongguan = people["dongguan"]
    start(dongguan)
    new = dongguan.main.get_by_role("link", name=re.compile("名城创建-2023-")).first.get_attribute("href")
    dongguan.visit(new)
    expect(dongguan.main).to_contain_text("第 2 版")
    people["beijing"].visit(kept["old"])
    expect(people["beijing"].main).to_contain_text("第 1 版")


def test_the_old_case_is_migrated_and_its_people_read_it(people, owner, kept):
    owner.go(owner.visit("/monitor/city_application/1").get_by_role("link", name="迁移", exact=True))
    owner.press("预览")
    expect(owner.main).to_contain_text("可迁移 1 件，不可迁移 0 件")
    owner.picture("walk-studio-migration")
    owner.page.get_by_label(re.compile("迁移原因")).fill("新版增加司内会签。")
    owner.page.get_by_label("已核对以上预览").check()
    owner.press("迁移全部可迁移的办件")
    expect(owner.main).to_contain_text("已办 1 件，共 1 件", timeout=within(30_000))
    people["beijing"].visit(kept["old"])
    people["beijing"].picture("walk-studio-migrated-case")
    expect(people["beijing"].main).to_contain_text("流程定义由第 1 版改为第 2 版。")
    assert time.monotonic() - kept["began"] < within(WHOLE_PATH)
