"""The command that compares the clauses of the source documents with what the procedures carry out."""

from __future__ import annotations

from pathlib import Path

import click

from engine.folders.clauses import FILE, Clause, Coverage, SourceDocument, cover, read_clauses
from engine.services.definitions import check_folder

DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(help="列出来源文件的条款由哪些步骤落实；没有落实的条款、没有出处的步骤逐条列出。")
@click.argument("directory", metavar="目录", type=DIRECTORY, default=Path("bpmn"))
@click.option("--all", "shows_all", is_flag=True, help="连同已落实的条款一起列出。")
@click.pass_context
def clauses(ctx: click.Context, directory: Path, shows_all: bool) -> None:
    """Say what is missing; the exit code is 1 when something is."""
    sources = read_clauses((directory / FILE).read_bytes())
    folders = [check_folder(path.parent) for path in sorted(directory.glob("*/procedure.yaml"))]
    found = cover(sources, folders)
    if shows_all:
        _say_carried_out(sources, found)
    _say("没有落实的条款", [f"{_named(sources, clause)}　事项 {name}" for clause, name in found.uncovered])
    _say("事项文件夹还没有的条款", [f"{_named(sources, clause)}　事项 {name}" for clause, name in found.unbuilt])
    _say(
        "标为“依据”而没有指出条款的地方",
        [f"{one.procedure} {one.place}“{one.name}”：{one.basis or '（没有写依据）'}" for one in found.unfounded],
    )
    ctx.exit(1 if found.uncovered or found.unfounded else 0)


def _say_carried_out(sources: tuple[SourceDocument, ...], found: Coverage) -> None:
    for source in sources:
        click.echo(f"\n《{source.title.strip('《》')}》")
        for clause in source.clauses:
            places = [f"{one.procedure}.{one.place}" for one in found.carried_out[clause]]
            click.echo(f"  {clause.place}　{clause.says}")
            click.echo(f"      {clause.why or '、'.join(places) or '（没有落实）'}")


def _named(sources: tuple[SourceDocument, ...], clause: Clause) -> str:
    name = next(source.names[0] for source in sources if source.id == clause.document)
    return f"{name} {clause.place}：{clause.says}"


def _say(heading: str, lines: list[str]) -> None:
    click.echo(f"\n{heading}：{len(lines)} 条" if lines else f"\n{heading}：无")
    for line in lines:
        click.echo(f"  {line}")
