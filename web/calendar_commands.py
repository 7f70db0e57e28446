"""Commands that compute windows and terms, for people and for checks: JSON, instants in +08:00, nothing is stored."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path

import click

from engine.calendars import LEVELS, READINGS, expiry, load_calendar, renewal_window
from engine.clock import ZONE, local
from engine.config import read_settings
from engine.folders import Folder, WindowRule
from engine.services.definitions import check_folder

PROCEDURE = click.argument("procedure", metavar="事项")
YEAR = click.argument("year", metavar="年度", type=click.IntRange(2000, 2100))
CHANNEL = click.option("--channel", "channel", default="", metavar="窗口", help="事项有几个窗口（渠道）时写明哪一个。")
LEVEL = click.option("--level", type=click.Choice(LEVELS), default=None, help="哪一级的窗口；默认取事项文件载明的。")
DAY = click.DateTime(formats=["%Y-%m-%d"])
_EARLIEST, _LATEST = date(1949, 10, 1), date(2199, 12, 31)


@click.command(help="某年度轮次的窗口：含开始、不含截止的时刻。")
@PROCEDURE
@YEAR
@LEVEL
@CHANNEL
def window(procedure: str, year: int, level: str | None, channel: str) -> None:
    """Print when a window of a year's round opens and closes, as the owner's file proposes it."""
    rule = _window(_folder(procedure), channel, level)
    opens_at, closes_at = rule.interval(year)
    _say({"opens_at": opens_at, "closes_at": closes_at})


@click.command(help="某一时刻提交是否在窗口内；没有时区的时刻按北京时间。")
@PROCEDURE
@YEAR
@click.option("--at", "instant", required=True, metavar="时刻", help="如 2023-11-15T23:59:59.999999+08:00。")
@LEVEL
@CHANNEL
def accepts(procedure: str, year: int, instant: str, level: str | None, channel: str) -> None:
    """Print whether a submit that arrives at an instant is in time, and why."""
    rule = _window(_folder(procedure), channel, level)
    at, (opens_at, closes_at) = _instant(instant), rule.interval(year)
    if at < opens_at:
        reason = f"{rule.name}于{_text(opens_at)}开放，尚未开始。"
    elif at >= closes_at:
        reason = f"{rule.name}已于{_text(closes_at)}（北京时间）截止。"
    else:
        reason = f"在{rule.name}之内。"
    _say({"accepted": opens_at <= at < closes_at, "closes_at": closes_at, "reason": reason})


@click.command(help="称号的有效期和可以申请复核的时间。")
@click.option("--granted", required=True, type=DAY, metavar="日期", help="授予之日。")
@click.option("--years", type=click.IntRange(1, 50), default=3, show_default=True, help="有效期年数。")
@click.option("--months", type=click.IntRange(1, 24), default=3, show_default=True, help="期满前几个月内可以申请。")
@click.option(
    "--reading",
    type=click.Choice(READINGS),
    default=READINGS[0],
    show_default=True,
    help="有效期的最后一日：对应日（民法典201、202），或对应日的前一日（有的证书这样写）。",
)
@click.option("--roll", is_flag=True, help="最后一日不是工作日的，顺延到下一个工作日（民法典203）。")
def renewal(granted: datetime, years: int, months: int, reading: str, *, roll: bool) -> None:
    """Print the last valid day and the half-open interval in which a renewal is in time."""
    if not _EARLIEST <= granted.date() <= _LATEST:
        raise click.UsageError(f"授予日期超出可以计算的范围（{_EARLIEST:%Y}年至{_LATEST:%Y}年）。")
    expires_on = expiry(granted.date(), years, reading=reading)
    calendar = load_calendar((_bpmn() / "calendars" / "cn.yaml").read_text(encoding="utf-8")) if roll else None
    apply_from, apply_until = renewal_window(expires_on, months, calendar=calendar)
    _say({"expires_on": expires_on, "apply_from": apply_from, "apply_until": apply_until})


def _bpmn() -> Path:
    return read_settings(os.environ).bpmn


def _folder(procedure: str) -> Folder:
    path = _bpmn() / procedure
    if not (path / "procedure.yaml").is_file():
        known = "、".join(sorted(found.parent.name for found in _bpmn().glob("*/procedure.yaml")))
        raise click.UsageError(f"没有事项“{procedure}”，现有：{known}。")
    return check_folder(path)


def _window(folder: Folder, channel: str, level: str | None) -> WindowRule:
    """Return the window meant; a lower level without one of its own has the one above it."""
    lowest = LEVELS.index(level or LEVELS[-1])
    dated = [rule for rule in folder.windows.values() if not rule.is_of_cycle and LEVELS.index(rule.level) <= lowest]
    if not dated:
        raise click.UsageError("这个事项没有按年度固定日期的窗口；复核期限请用 guicheng renewal 计算。")
    if channel:
        dated = [rule for rule in dated if channel in (rule.id, rule.name)]
    if len(dated) != 1:
        names = "、".join(f"{rule.id}（{rule.name}）" for rule in folder.windows.values())
        raise click.UsageError(f"请用 --channel 写明窗口：{names}。")
    return dated[0]


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"“{text}”不是时刻，应如 2023-11-15T23:59:59+08:00。", param_hint="--at") from None
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def _text(instant: datetime) -> str:
    return f"{local(instant):%Y年%m月%d日%H:%M:%S}"


def _say(values: dict[str, object]) -> None:
    def plain(value: object) -> str:
        if isinstance(value, datetime):
            return local(value).isoformat()
        assert isinstance(value, date)
        return value.isoformat()

    click.echo(json.dumps(values, ensure_ascii=False, default=plain))
