"""`guicheng migrate`: bring the tables to the newest revision, or running cases to another version."""

from __future__ import annotations

import os
from collections.abc import Mapping
from time import sleep

import click

from engine.config import read_settings
from engine.migrations import migrate as bring_to_newest
from engine.services import migration, migration_orders
from engine.system import System
from engine.views import Actor, MigrationGroup
from web import serving

#: Who acts at the console; whoever may do that reaches the database anyway.
OPERATOR = Actor(
    account_id=0,
    login_name="",
    name="命令行",
    post_name="命令行",
    organisation_id="",
    organisation_name="系统运行",
    roles=frozenset({"administrator"}),
)
REASON = "按新版流程定义办理。"
#: A preview at the console looks at every case.
EVERY_CASE = 1_000_000
#: How long to wait for cases that somebody is at work on.
PAUSE_SECONDS = 1.0


@click.command(
    help="不带事项编号：建立数据库，或升级到最新结构。带事项编号：把在办的办件迁移到另一版流程；--dry-run 只预览。"
)
@click.argument("procedure_id", required=False, metavar="[事项编号]")
@click.option("--to", "to_version", type=click.IntRange(min=1), metavar="版本", help="迁移到哪一版。")
@click.option("--from", "from_version", type=click.IntRange(min=1), metavar="版本", help="只迁移这一版的办件。")
@click.option("--map", "pairs", multiple=True, metavar="旧编号=新编号", help="改了编号的环节，可多次给出。")
@click.option("--reason", default=REASON, show_default=True, metavar="原因", help="写入每一件的办理记录。")
@click.option("--dry-run", "is_dry", is_flag=True, help="只预览，不改动。")
def migrate(
    procedure_id: str | None, to_version: int | None, from_version: int | None, pairs: tuple[str, ...], **how: object
) -> None:
    """Bring the tables, or cases, to where they should be."""
    settings = read_settings(os.environ)
    if procedure_id is None:
        with serving.opened_database(settings, application_name="guicheng migrate") as database:
            bring_to_newest(database)
        click.echo("数据库结构已是最新。")
        return
    if to_version is None:
        raise click.UsageError("请用 --to 给出要迁移到的版本。")
    element_map = _read_map(pairs)
    with serving.opened_system(settings, application_name="guicheng migrate") as system:
        refused = 0
        for version in _sources(system, procedure_id, to_version, from_version):
            versions = (version, to_version)
            if how["is_dry"]:
                refused += _preview(system, procedure_id, versions, element_map)
            else:
                refused += _carry_out(system, procedure_id, versions, element_map, str(how["reason"]))
    if refused:
        raise SystemExit(1)


def _read_map(pairs: tuple[str, ...]) -> dict[str, str]:
    for pair in pairs:
        if pair.count("=") != 1:
            raise click.UsageError(f"--map 应写作 旧编号=新编号：{pair}")
    return dict(pair.split("=") for pair in pairs)


def _sources(system: System, procedure_id: str, to_version: int, from_version: int | None) -> list[int]:
    """Return the versions to take cases away from: the one that was named, or every other one that has cases."""
    if from_version is not None:
        return [from_version]
    found = migration.preview_version(system, OPERATOR, procedure_id, (to_version, 0)).versions
    sources = [one.version for one in found if one.running]
    if not sources:
        click.echo("其他版本没有在办的办件，不需要迁移。")
    return sources


def _preview(system: System, procedure_id: str, versions: tuple[int, int], element_map: Mapping[str, str]) -> int:
    view = migration.preview_version(system, OPERATOR, procedure_id, versions, element_map, most=EVERY_CASE)
    impossible = view.examined - view.possible
    click.echo(f"第 {versions[0]} 版 → 第 {versions[1]} 版：可迁移 {view.possible} 件，不可迁移 {impossible} 件")
    for group in view.groups:
        _say_group(group)
    return impossible


def _say_group(group: MigrationGroup) -> None:
    verdict = "不可迁移" if group.refused else "可迁移"
    click.echo(f"  {verdict} {len(group.cases)} 件，当前环节：{'、'.join(group.waiting_at) or '无法读取'}")
    for sentence in (*(f"{where}：{why}" for where, why in group.refused), *group.changes):
        click.echo(f"    {sentence}")


def _carry_out(
    system: System, procedure_id: str, versions: tuple[int, int], element_map: Mapping[str, str], reason: str
) -> int:
    """Give the order and carry it out; if this is broken off, the workers go on with it."""
    order_id = migration.order_migration(system, OPERATOR, procedure_id, versions, element_map, reason)
    while migration_orders.carry_on(system, order_id):
        view = migration_orders.read_order(system, OPERATOR, order_id)
        click.echo(f"已办 {view.done} 件，共 {view.total} 件")
        sleep(PAUSE_SECONDS)
    view = migration_orders.read_order(system, OPERATOR, order_id)
    migrated, refused = view.counts.get("migrated", 0), view.counts.get("refused", 0)
    click.echo(f"第 {versions[0]} 版 → 第 {versions[1]} 版：已迁移 {migrated} 件，不可迁移 {refused} 件")
    for item in view.refused:
        click.echo(f"  {item.number} {item.sentence}")
    return refused
