"""The command that makes a drawing of any modeller executable."""

from __future__ import annotations

from pathlib import Path

import click

from engine.runtime import import_diagram

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)


@click.command(name="import", help="把任意 BPMN 2.0 图改成可执行的流程图，逐条说明作了哪些假定；不加 -o 时只作说明。")
@click.argument("path", metavar="文件", type=FILE)
@click.option(
    "-o", "--output", metavar="流程图文件", type=click.Path(dir_okay=False, path_type=Path), help="写到这里。"
)
@click.option("--process", "process_id", default="", metavar="编号", help="图中有几个池时，以哪个流程为主。")
def import_drawing(path: Path, output: Path | None, process_id: str) -> None:
    """Say what was assumed, and write the result."""
    imported = import_diagram(path.read_bytes(), process_id=process_id)
    for assumption in imported.report:
        click.echo(str(assumption))
    if output is not None:
        output.write_bytes(imported.bpmn)
        click.echo(f"已写入 {output}。")
    click.echo("可以执行。" if imported.is_executable else "还不能执行：请按“仍需修改”各条修改后再检查。")
