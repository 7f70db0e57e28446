"""`guicheng export`: a version of a procedure as the folder that its owner maintains."""

from __future__ import annotations

import os
from pathlib import Path

import click

from engine.config import read_settings
from engine.services import definitions
from web import serving


@click.command(help="把事项的一版写成文件夹（默认现行版本），内容与发布时逐字节相同，可以改后再发布或上传为草稿。")
@click.argument("procedure_id", metavar="事项编号")
@click.option("--version", type=click.IntRange(min=1), metavar="版本", help="哪一版；不给出时为现行版本。")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="文件夹",
    type=click.Path(file_okay=False, path_type=Path),
    help="写到这里；须不存在或为空。",
)
def export(procedure_id: str, version: int | None, output: Path) -> None:
    """Write a version to a directory."""
    if output.exists() and any(output.iterdir()):
        raise click.UsageError("目标文件夹不是空的，请换一个。")
    with serving.opened_system(read_settings(os.environ), application_name="guicheng export") as system:
        number, files = definitions.export_version(system, procedure_id, version)
    for name, content in files.items():
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    click.echo(f"{procedure_id} 第 {number} 版：{len(files)} 个文件已写入 {output}。")
