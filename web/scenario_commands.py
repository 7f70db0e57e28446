"""`guicheng scenario run`: playing worked cases of owners' folders and telling them as stories."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from engine.clock import local
from engine.config import read_settings
from engine.folders import load_directory
from engine.folders.procedure import FILE as PROCEDURE_FILE
from engine.rehearsal import play_all
from engine.rehearsal.scenarios import FOLDER
from engine.system import build
from engine.views.rehearsal import DiagramCoverage, Played, Replay
from web import serving

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
#: Elements named one by one in the report of what no scenario reaches.
NAMED = 40


@click.group(help="推演用例：按模拟的日期走一遍办件，与用例写的对照。")
def scenario() -> None:
    """Group the commands about scenarios."""


@scenario.command(help="推演一个用例文件，或一个事项（或多个事项）文件夹里的全部用例。不读写正式数据。")
@click.argument("path", metavar="文件或文件夹", type=click.Path(exists=True, path_type=Path))
@click.option("--coverage", "shows_coverage", is_flag=True, help="列出每张流程图被用例走到的元素和没有走到的元素。")
@click.option("--json", "is_json", is_flag=True, help="输出 JSON。")
@click.option("--brief", "is_brief", is_flag=True, help="每个用例只说结果；不一致的照样说明。")
def run(path: Path, *, shows_coverage: bool, is_json: bool, is_brief: bool) -> None:
    """Play scenarios, tell how they went, and end with code 1 when one went otherwise than written."""
    replays = {folder.name: replay for folder, replay in _replays(path)}
    if is_json:
        click.echo(json.dumps(_plain(replays), ensure_ascii=False, indent=2, default=_text))
    else:
        for name, replay in replays.items():
            _tell(name, replay, is_brief=is_brief, shows_coverage=shows_coverage)
    if not all(replay.is_green for replay in replays.values()):
        raise SystemExit(1)


def _replays(path: Path) -> Iterator[tuple[Path, Replay]]:
    """Play what a path names in a database beside the live tables; the embedded one is started if need be."""
    settings = read_settings(os.environ)
    with serving.opened_database(settings, application_name="guicheng scenario") as database:
        system = build(settings, database)
        for folder, file in _folders(path.resolve()):
            yield folder, play_all(system, load_directory(folder), file=file)


def _folders(path: Path) -> list[tuple[Path, str]]:
    """Return (folder of a procedure, path of the one scenario file that is meant or "")."""
    if path.is_file() and (path.parents[1] / PROCEDURE_FILE).is_file() and path.parent.name == FOLDER.strip("/"):
        return [(path.parents[1], f"{FOLDER}{path.name}")]
    if path.is_file():
        raise click.UsageError("用例文件应在事项文件夹的 scenarios 里。")
    if (path / PROCEDURE_FILE).is_file():
        return [(path, "")]
    found = [(file.parent, "") for file in sorted(path.glob(f"*/{PROCEDURE_FILE}"))]
    if not found:
        raise click.UsageError(f"{path} 里没有 {PROCEDURE_FILE}，不是事项文件夹。")
    return found


def _tell(name: str, replay: Replay, *, is_brief: bool, shows_coverage: bool) -> None:
    for played in replay.played:
        click.echo(f"{'✓' if played.is_as_written else '✗'} {name}/{played.name}：{played.title}")
        if not is_brief:
            for line in _story(played):
                click.echo(line)
        for line in _result(played):
            click.echo(line)
    wrong = len(replay.deviating)
    verdict = f"{wrong} 个与写的不一致" if wrong else "全部与写的一致" if replay.played else "没有用例"
    click.echo(f"{name}：用例 {len(replay.played)} 个，{verdict}，用时 {replay.seconds:.1f} 秒。")
    if shows_coverage:
        for line in _coverage(replay):
            click.echo(line)


def _story(played: Played) -> Iterator[str]:
    for step in played.steps:
        yield f"  {_moment(step.at)}  {step.sentence}"
        for consequence in step.consequences:
            yield f"      · {consequence}"


def _result(played: Played) -> Iterator[str]:
    found = played.deviation
    if found is None:
        yield f"  结果：与用例一致，到达 {'、'.join(played.ends)}。"
        return
    is_step = found.at is not None
    where = (
        f"第 {found.step} 步（{_moment(found.at)}）" if found.at is not None else "结束" if found.step else "开始之前"
    )
    yield f"  不一致：{where}：{found.sentence}"
    if found.expected or found.actual or is_step:
        yield f"    写的是：{'、'.join(found.expected) or '（没有）'}"
        yield f"    实际是：{'、'.join(found.actual) or '（没有）'}"


def _coverage(replay: Replay) -> Iterator[str]:
    for one in replay.coverage:
        reached = one.elements - len(one.missing)
        share = 100 * reached // one.elements if one.elements else 100
        yield f"  {one.file}（{one.name}）：{reached}/{one.elements} 个元素，{share}%"
        yield from _missing(one)


def _missing(one: DiagramCoverage) -> Iterator[str]:
    for element_id, name, _ in one.missing[:NAMED]:
        yield f"    没有走到：{name or element_id}（{element_id}）"
    if len(one.missing) > NAMED:
        yield f"    另有 {len(one.missing) - NAMED} 个没有走到。"


def _moment(instant: datetime) -> str:
    here = local(instant)
    return f"{here:%Y-%m-%d}（{WEEKDAYS[here.weekday()]}）{here:%H:%M}"


def _plain(replays: dict[str, Replay]) -> dict[str, Any]:
    return {name: {"is_green": replay.is_green, **asdict(replay)} for name, replay in replays.items()}


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return local(value).isoformat()
    raise TypeError(type(value).__name__)
