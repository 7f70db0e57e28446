"""`guicheng deploy`: a folder becomes a version, or a draft for the owners of a procedure that is in force already."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

import click

from engine.config import read_settings
from engine.services import definitions
from engine.views.editions import Deployment
from web import serving
from web.check_commands import FOLDERS, refuse_faulty

HELP = """检查事项文件夹并发布为新版本；内容未变的不重复发布。

生产模式下只直接发布事项的第一版。已有现行版的，文件夹建为草稿并通知流程负责人，由一人送审、另一人批准后生效。

等不到第二人的紧急情况，用 --emergency 写明原因、--by 写明经手人：立即生效，原因记入事项的发布记录并通知流程负责人。
"""


@click.command(help=HELP)
@FOLDERS
@click.option(
    "--emergency", default="", metavar="原因", help="应急发布，不经第二人；原因写入发布记录，须同时写明 --by。"
)
@click.option("--by", "person", default="", metavar="姓名", help="经手人姓名，写入发布记录。")
def deploy(paths: tuple[Path, ...], emergency: str, person: str) -> None:
    """Deploy owners' folders as new versions, or hand them in."""
    if emergency and not person.strip():
        raise click.UsageError("应急发布须用 --by 写明经手人。")
    with serving.opened_system(read_settings(os.environ), application_name="guicheng deploy") as system:
        for path in paths:
            refuse_faulty(path)
            click.echo(_sentence(definitions.deploy_folder(system, path, by=_who(person), emergency=emergency)))


def _who(person: str) -> str:
    """Return who runs the command: the account of the machine, and the name that was given."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = str(os.getuid()) if hasattr(os, "getuid") else ""
    return f"命令行 {person.strip() or account}"


def _sentence(done: Deployment) -> str:
    head = f"{done.procedure_id}：{done.name}"
    if done.draft_id is not None:
        made = "已在" if done.is_known else "已建为"
        return (
            f"{head} 已有现行第 {done.version} 版，没有直接发布；{made}草稿 {done.draft_id}，"
            "请流程负责人在“流程工作室”送审，由另一位批准。"
        )
    if done.same_as is not None:
        same = f"{head} 的内容与第 {done.same_as} 版相同，现行是第 {done.version} 版，没有改动"
        return f"{same}；要回退请在“流程工作室”送审。"
    if done.is_alone:
        return f"{head} 第 {done.version} 版已应急发布，没有经过第二人；已记入发布记录，并通知流程负责人核对。"
    return f"{head} 第 {done.version} 版已发布。"
