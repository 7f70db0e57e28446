"""How words, instants and sizes are written, and that every word of the engine has a label."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.clock import ZONE
from engine.views import Actor
from web import formatting, labels, navigation

ENGINE = Path(__file__).parents[3] / "engine"
NOUNS = "case|task|material|receipt|window|timer|message|notice|incident|exception|round"
EVENT = re.compile(rf'"((?:{NOUNS})_[a-z]+ed)"')
#: A channel of the database and a word of the log.
NO_EVENTS = {"case_changed", "notice_delivered"}


def at(*parts):
    return datetime(*parts, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (at(2023, 11, 16), "2023-11-15 24:00（含当日）"),
        (at(2024, 1, 1), "2023-12-31 24:00（含当日）"),
        (at(2023, 11, 15, 17, 30), "2023-11-15 17:30"),
        (at(2023, 11, 15, 23, 59, 59), "2023-11-15 23:59:59"),
        (None, ""),
    ],
)
def test_a_close_is_written_as_people_write_it(instant, text):
    assert formatting.format_closing(instant) == text


def test_an_instant_is_written_in_beijing_time():
    assert formatting.format_datetime(datetime.fromisoformat("2023-11-15T15:59:30+00:00")) == "2023-11-15 23:59"
    assert formatting.format_exact(datetime.fromisoformat("2023-11-15T16:00:00+00:00")).startswith(
        "2023-11-16 00:00:00"
    )


def test_a_day_is_the_beijing_day():
    assert formatting.format_day(datetime.fromisoformat("2023-11-15T16:00:00+00:00")) == "2023-11-16"
    assert formatting.format_day(date(2023, 11, 15)) == "2023-11-15"


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (319_488, "312 KB"), (1_258_291, "1.2 MB")]
)
def test_a_size_is_written_as_people_read_it(size, text):
    assert formatting.format_size(size) == text


@pytest.mark.parametrize(
    ("days", "text"), [(2, "剩余 2 个工作日"), (0, "今日到期"), (-3, "已超期 3 个工作日"), (None, "未规定时限")]
)
def test_what_is_left_of_a_limit_is_written_in_working_days(days, text):
    assert formatting.format_left(days) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("公示期为平台默认值（I-51）", "公示期为平台默认值"),
        ("合计是98而不是100（I-01至I-03），两个口径", "合计是98而不是100，两个口径"),
        ("一般不低于10%（I-44：类型条件从宽）", "一般不低于10%（类型条件从宽）"),
        ("附件（评价指标体系，I-31）", "附件（评价指标体系）"),
        ("ISO-27001（I-5）", "ISO-27001（I-5）"),
    ],
)
def test_numbers_of_the_owners_register_are_left_out(text, plain):
    assert formatting.leave_out_register(text) == plain


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "1 秒"), (40, "40 秒"), (61, "2 分钟"), (900, "15 分钟")])
def test_a_wait_is_rounded_up(seconds, text):
    assert formatting.format_duration(seconds) == text


def test_every_kind_of_event_that_the_engine_writes_has_a_label():
    source = "\n".join(path.read_text(encoding="utf-8") for path in ENGINE.rglob("*.py"))

    kinds = set(EVENT.findall(source)) - NO_EVENTS

    assert {"task_completed", "receipt_issued", "material_added"} <= kinds
    assert kinds - set(labels.HISTORY_KINDS) == set()


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        (labels.TASK_STATUSES, labels.TASK_STATUS_TAGS),
        (labels.CASE_STATES, labels.CASE_STATE_TAGS),
        (labels.ELEMENT_STATES, labels.ELEMENT_STATE_TAGS),
        (labels.HALL_STATES, labels.HALL_STATE_TAGS),
        (labels.ROUND_STATES, labels.ROUND_STATE_TAGS),
        (labels.RULE_OUTCOMES, labels.RULE_OUTCOME_TAGS),
    ],
)
def test_every_state_has_a_word_and_a_colour(words, tags):
    assert set(words) == set(tags)
    assert set(tags.values()) <= {"run", "soon", "late", "done", "off"}


def someone(*roles):
    return Actor(
        account_id=1,
        login_name="x",
        name="x",
        post_name="经办",
        organisation_id="x",
        organisation_name="x",
        roles=frozenset(roles),
    )


@pytest.mark.parametrize(
    ("roles", "shown"),
    [
        (("applicant",), ["待办", "已办", "申报大厅", "办件", "称号", "轮次与窗口", "通知"]),
        (("ministry",), ["待办", "已办", "办件", "称号", "轮次与窗口", "通知"]),
        (("administrator",), ["办件", "称号", "轮次与窗口", "运行监控", "异常", "发件箱", "通知"]),
        (("process_owner",), ["称号", "轮次与窗口", "运行监控", "流程工作室", "通知"]),
    ],
)
def test_everybody_is_led_to_the_pages_of_their_work(roles, shown):
    assert [entry.label for entry in navigation.list_entries(someone(*roles))] == shown
