"""The pages of migrations and of 办件维护, over HTTP and without a script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner

from engine.services import migration_orders
from tests.support.browser import text_of
from tests.support.small_folders import Permit
from tests.unit.runtime.runtime_diagrams import begin, catch, end, flow, node, path, timer, user
from web import migration_commands

LANES = {"applicant": ("begin", "fill"), "department": ("review",), "ministry": ("decide", "done")}
STEPS = (begin(), user("fill", name_="填写"), user("review", name_="审核"), user("decide", name_="决定"), end())
FLOW = path("begin", "fill", "review", "decide", "done")
EXAMINING = (*STEPS[:2], user("examine", name_="审查"), *STEPS[3:], path("begin", "fill", "examine", "decide", "done"))
REASON = "按新版办理。"
PLAN = "/monitor/permit/1/migrate"


@pytest.fixture
def permit(offices, tmp_path):
    return Permit(offices, tmp_path)


@pytest.fixture
def reviewing(permit):
    """A case in review in the first of two versions; the second has another id for the review."""
    permit.deploy(*STEPS, FLOW, lanes=LANES)
    case_id = permit.begin()
    permit.do("dongguan", "fill")
    permit.deploy(*EXAMINING, lanes={**LANES, "department": ("examine",)})
    return case_id


@pytest.fixture
def stuck(permit):
    """A case whose timer could not go off: no condition held behind it."""
    gateway = node("exclusiveGateway", "which", name_="哪一级？")
    flows = flow("which", "decide", when='level = "national"') + flow("which", "done", when='level = "none"')
    body = (*STEPS[:2], catch("waited", timer("P5D")), gateway, *STEPS[3:], path("begin", "fill", "waited", "which"))
    lanes = {"applicant": ("begin", "fill"), "ministry": ("waited", "which", "decide", "done")}
    permit.deploy(*body, flows, path("decide", "done"), lanes=lanes, answers={"fill": ("level",)})
    case_id = permit.begin()
    permit.do("dongguan", "fill", level="municipal")
    permit.offices.clock.advance(timedelta(days=6))
    permit.offices.beat()
    return case_id


def field(page, name):
    return re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)[1]


def revision_of(browser, case_id):
    return field(browser.read(f"/cases/{case_id}/repair/migrate?to=2&map.review=examine"), "revision")


def test_the_monitor_leads_to_the_plan_which_first_asks_for_a_version(browse, reviewing):
    owner = browse("process_owner")
    assert f'href="{PLAN}"' in owner.read("/monitor/permit/1")
    page = owner.read(PLAN)
    assert "第 2 版（在办 0 件）" in page
    assert "在办 1 件" in page
    assert "下达迁移" not in page


def test_a_plan_names_what_cannot_go_and_offers_a_counterpart(browse, reviewing):
    page = browse("process_owner").read(f"{PLAN}?to=2")
    assert "可迁移 0 件，不可迁移 1 件" in page
    assert "请指定它对应新版的哪一步" in page
    assert '<select id="map-review" name="map.review">' in page
    assert "下达迁移" not in page


def test_an_order_is_given_watched_and_carried_out(browse, permit, reviewing):
    owner = browse("process_owner")
    page = owner.read(f"{PLAN}?to=2&map.review=examine")
    assert "“审核”对应新版的“审查”，办理内容和期限不变。" in page
    assert field(page, "map.review") == "examine"

    answer = owner.post(PLAN, to="2", reason=REASON, confirm="yes", **{"map.review": "examine"})

    assert answer.status_code == 302
    assert "已办 0 件，共 1 件" in owner.read(answer.location)
    migration_orders.carry_on(permit.offices.system, 1)
    assert "已办 1 件，共 1 件" in owner.read(answer.location)
    assert "已完成" in owner.read(answer.location)
    assert permit.task("guangdong_department", "examine")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": REASON}, "勾选“已核对”"),
        ({"reason": " ", "confirm": "yes"}, "请填写原因"),
    ],
)
def test_a_refused_order_shows_the_plan_again_with_what_was_typed(browse, reviewing, fields, words):
    answer = browse("process_owner").post(PLAN, to="2", **{"map.review": "examine"}, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert field(answer.text, "map.review") == "examine"
    assert fields["reason"].strip() in answer.text


def test_an_order_is_stopped_from_its_page(browse, permit, reviewing):
    owner = browse("process_owner")
    address = owner.post(PLAN, to="2", reason=REASON, confirm="yes").location
    assert owner.post(f"{address}/stop").status_code == 302
    assert "已停止" in owner.read(address)


@pytest.mark.parametrize("version", ["7", "x", "9999999"])
def test_a_version_that_is_none_is_not_found(browse, reviewing, version):
    assert browse("process_owner").get(f"{PLAN}?to={version}").status_code == 404


def test_the_owner_reads_numbers_of_cases_and_no_more(browse, reviewing):
    page = browse("process_owner").read(f"{PLAN}?to=2")
    assert "许可-2023-0001" in page
    assert "东莞" not in page
    assert f"/cases/{reviewing}" not in page


def test_one_case_is_migrated_from_its_maintenance(browse, permit, reviewing):
    administrator = browse("administrator")
    address = f"/cases/{reviewing}/repair/migrate"
    revision = revision_of(administrator, reviewing)

    answer = administrator.post(
        address, to="2", reason=REASON, confirm="yes", revision=revision, **{"map.review": "examine"}
    )

    assert answer.location == f"/cases/{reviewing}/repair"
    page = text_of(administrator.read(answer.location))
    assert "办件已迁移到第 2 版" in page
    assert "之前：第 1 版，审核" in page
    assert "之后：第 2 版，审查" in page
    assert "流程定义由第 1 版改为第 2 版" in browse("dongguan").read(f"/cases/{reviewing}")


def test_a_case_that_changed_meanwhile_is_shown_again(browse, reviewing):
    fields = {"to": "2", "reason": REASON, "confirm": "yes", "revision": "0", "map.review": "examine"}
    answer = browse("administrator").post(f"/cases/{reviewing}/repair/migrate", **fields)
    assert answer.status_code == 409
    assert "又有新的办理" in answer.text


def moving(page, element, **fields):
    token = re.search(r'name="token"><option value="([^"]+)"', page)[1]
    return {"token": token, "element": element, "revision": field(page, "revision"), "reason": REASON, **fields}


def test_a_case_is_sent_back_after_a_look_and_a_confirmation(browse, permit, reviewing):
    administrator = browse("administrator")
    address = f"/cases/{reviewing}/repair"
    assert "办件维护" in administrator.read(f"/cases/{reviewing}")
    fields = moving(administrator.read(address), "fill")

    asked = administrator.post(f"{address}/move", **fields)
    assert "退回到“填写”？" in asked.text
    assert "将结束 审核 将开始 填写" in text_of(asked.text)
    assert "fill" not in permit.offices.steps("dongguan")

    done = administrator.post(f"{address}/move", **fields, confirm="yes")
    assert done.location == address
    assert "fill" in permit.offices.steps("dongguan")
    assert "退回 填写" in text_of(administrator.read(address))


def test_the_look_before_leaving_a_called_diagram_says_what_is_left(browse, offices):
    offices.start("dongguan", offices.open_round("city_application"))
    administrator = browse("administrator")
    address = re.search(r'href="(/cases/\d+)"', administrator.read("/cases"))[1] + "/repair"
    page = administrator.read(address)
    assert "填报并提交（从头办理）" in page
    asked = administrator.post(f"{address}/move", **moving(page, "review_by_province")).text
    assert "将结束 填写申请材料" in text_of(asked)
    assert "将中止 子流程“填报并提交”，其中未办结的环节一并撤销 将开始 省级审核" in text_of(asked)


def test_what_the_runtime_refuses_has_no_button_but_a_sentence(browse, reviewing):
    administrator = browse("administrator")
    fields = moving(administrator.read(f"/cases/{reviewing}/repair"), "done")
    page = administrator.post(f"/cases/{reviewing}/repair/move", **fields).text
    assert "不是同一流程中的任务" in page
    assert 'name="confirm"' not in page


def test_an_act_without_a_reason_shows_the_page_again(browse, reviewing):
    administrator = browse("administrator")
    fields = moving(administrator.read(f"/cases/{reviewing}/repair"), "fill", reason="")
    answer = administrator.post(f"/cases/{reviewing}/repair/move", **fields)
    assert answer.status_code == 422
    assert "请填写原因" in answer.text
    assert '<details class="card" id="move" open>' in answer.text


def test_a_failed_case_is_found_mended_and_goes_on(browse, permit, stuck):
    administrator, address = browse("administrator"), f"/cases/{stuck}/repair"
    listed = administrator.read("/incidents")
    assert "到时触发失败" in listed
    assert f'href="{address}"' in listed
    page = administrator.read(address)
    assert "触发失败" in page
    assert field(page, "value.level") == "&#34;municipal&#34;"

    change = {"value.level": '"national"', "reason": REASON, "revision": field(page, "revision")}
    asked = administrator.post(f"{address}/variables", **change)
    assert '"municipal" → "national"' in text_of(asked.text)
    assert administrator.post(f"{address}/variables", **change, confirm="yes").status_code == 302
    again = {"reason": REASON, "revision": field(administrator.read(address), "revision")}
    assert "重试并解除异常？" in administrator.post(f"{address}/retry", **again).text
    assert administrator.post(f"{address}/retry", **again, confirm="yes").status_code == 302

    assert permit.task("ministry", "decide", stuck)
    assert "没有未处理的异常" in administrator.read("/incidents")
    page = text_of(administrator.read(address))
    assert 'level = "municipal"' in page
    assert 'level = "national"' in page


def test_what_fails_again_says_so_on_the_page(browse, stuck):
    administrator, address = browse("administrator"), f"/cases/{stuck}/repair"
    again = {"reason": REASON, "revision": field(administrator.read(address), "revision"), "confirm": "yes"}
    answer = administrator.post(f"{address}/retry", **again)
    assert answer.status_code == 409
    assert "重试失败" in answer.text


@pytest.mark.parametrize(
    ("value", "words"), [("level =", "无法读取"), ('"municipal"', "没有改动任何流程变量")], ids=["no FEEL", "the same"]
)
def test_a_variable_that_cannot_be_set_is_shown_again(browse, stuck, value, words):
    administrator, address = browse("administrator"), f"/cases/{stuck}/repair"
    fields = {"reason": REASON, "revision": field(administrator.read(address), "revision"), "confirm": "yes"}
    answer = administrator.post(f"{address}/variables", **{"value.level": value}, **fields)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_damaged_case_is_named_and_offers_nothing_to_do(browse, permit, reviewing):
    with permit.offices.system.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE process_instance SET engine_state = set_byte(engine_state, 60, 7)")
    page = browse("administrator").read(f"/cases/{reviewing}/repair")
    assert "已隔离：" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


@pytest.fixture
def command(permit, monkeypatch):
    """Return a function that runs `guicheng migrate` in this process, on this system."""

    class Opened:
        def __init__(self, *_, **__):
            pass

        def __enter__(self):
            return permit.offices.system

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(migration_commands.serving, "opened_system", Opened)
    monkeypatch.setattr(migration_commands, "PAUSE_SECONDS", 0)
    return lambda *arguments: CliRunner().invoke(migration_commands.migrate, arguments)


def test_the_command_previews_without_changing_anything(command, permit, reviewing):
    answer = command("permit", "--to", "2", "--dry-run")
    assert answer.exit_code == 1
    assert "第 1 版 → 第 2 版：可迁移 0 件，不可迁移 1 件" in answer.output
    assert "审核：这一步正在办理" in answer.output
    answer = command("permit", "--to", "2", "--dry-run", "--map", "review=examine")
    assert answer.exit_code == 0
    assert "可迁移 1 件，当前环节：审核" in answer.output
    assert permit.all("SELECT * FROM migration_order") == []


def test_the_command_migrates_and_names_what_it_could_not(command, permit, reviewing):
    answer = command("permit", "--to", "2")
    assert answer.exit_code == 1
    assert "许可-2023-0001 “审核”这一步正在办理" in answer.output
    answer = command("permit", "--to", "2", "--map", "review=examine", "--reason", "更正")
    assert answer.exit_code == 0
    assert "已迁移 1 件，不可迁移 0 件" in answer.output
    query = "SELECT comment, actor_name FROM history_event WHERE kind = 'case_migrated'"
    assert permit.all(query) == [("更正", "命令行")]
    assert "不需要迁移" in command("permit", "--to", "2").output


@pytest.mark.parametrize("arguments", [("permit",), ("permit", "--to", "2", "--map", "review")])
def test_the_command_says_how_it_is_used(command, reviewing, arguments):
    answer = command(*arguments)
    assert answer.exit_code == 2
    assert "--to" in answer.output or "--map" in answer.output
