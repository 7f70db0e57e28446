"""The command that checks owners' folders, and what `deploy` asks before it publishes one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from engine.clock import SystemClock
from engine.errors import DefinitionRefused
from engine.folders import load_directory
from engine.lint import Finding, Report, Severity, examine

FOLDERS = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="文件夹…"
)


@click.command(help="检查事项文件夹，不改动任何内容。")
@FOLDERS
@click.option("--hints", "shows_hints", is_flag=True, help="也列出可以不处理的提示。")
def check(paths: tuple[Path, ...], *, shows_hints: bool) -> None:
    """Check owners' folders and change nothing."""
    refused = [path for path in paths if not _say(path, shows_hints)]
    if refused:
        raise SystemExit(1)


def refuse_faulty(path: Path) -> None:
    """Check a folder before it is published.

    Raises:
        DefinitionRefused: with every error.
    """
    errors = examine_directory(path).errors
    if errors:
        raise DefinitionRefused(tuple(finding.as_problem() for finding in errors))


def examine_directory(path: Path) -> Report:
    """Check the folder in a directory.

    Raises:
        DefinitionRefused: a file is too large, or is no file of the folder.
    """
    return examine(load_directory(path), name=path.resolve().name, now=SystemClock().now())


def report_lines(report: Report, path: Path, *, shows_hints: bool = False) -> Iterator[str]:
    """Yield one line for each finding: errors as they are, the others with a word behind them."""
    for finding in report.findings:
        if finding.severity is not Severity.HINT or shows_hints:
            yield f"{path}/{finding}{_word(finding)}"
    hints = [finding for finding in report.findings if finding.severity is Severity.HINT]
    if hints and not shows_hints:
        yield f"{path}：另有 {len(hints)} 条提示，加 --hints 列出。（提醒）"


def _word(finding: Finding) -> str:
    words = {Severity.ERROR: "", Severity.WARNING: " （提醒）", Severity.HINT: " （提示）"}
    return words[finding.severity]


def _say(path: Path, shows_hints: bool) -> bool:
    try:
        report = examine_directory(path)
    except DefinitionRefused as error:
        _say_lines(f"{path}/{problem}" for problem in error.problems)
        return False
    if report.is_publishable and report.folder is not None:
        click.echo(f"{path}：通过（{report.folder.procedure.name}）")
    _say_lines(report_lines(report, path, shows_hints=shows_hints))
    return report.is_publishable


def _say_lines(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line, err=True)
