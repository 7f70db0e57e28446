"""The commands for diagrams: arranging them, drawing them as pictures, saying how readable they are."""

from __future__ import annotations

from pathlib import Path

import click

from engine.drawing import draw as draw_svg
from engine.drawing import rasterize
from engine.layout import Readability, measure
from engine.layout import arrange as arrange_diagram

MAIN_DIAGRAM = "process.bpmn"
DIAGRAM = click.argument("path", metavar="文件或文件夹", type=click.Path(exists=True, path_type=Path))


@click.command(help="重新排布流程图：泳道成横带，主线从左到右，线条横平竖直。只改图形，不改其他内容。")
@DIAGRAM
@click.option("--write", "is_writing", is_flag=True, help="写回文件；不加时只报告排布前后的情况。")
def arrange(path: Path, *, is_writing: bool) -> None:
    """Lay out a diagram, or every diagram of a folder, anew."""
    for file in _diagrams(path):
        before = file.read_bytes()
        after = arrange_diagram(before)
        click.echo(f"{file}：排布前 {_summary(measure(before))}；排布后 {_summary(measure(after))}")
        if is_writing and after != before:
            file.write_bytes(after)
            click.echo(f"{file}：已写回。")


@click.command(help="把流程图画成图片（.svg 或 .png）；不给出 -o 时把 SVG 写到标准输出。")
@DIAGRAM
@click.option("-o", "--output", metavar="图片文件", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--scale", default=2.0, show_default=True, type=click.FloatRange(0.1, 8.0), help="PNG 的放大倍数。")
def draw(path: Path, output: Path | None, scale: float) -> None:
    """Draw a diagram."""
    file = path / MAIN_DIAGRAM if path.is_dir() else path
    svg = draw_svg(file.read_bytes())
    if output is None:
        click.echo(svg)
    elif output.suffix.lower() == ".png":
        output.write_bytes(rasterize(svg, scale=scale))
    elif output.suffix.lower() == ".svg":
        output.write_text(svg, encoding="utf-8")
    else:
        raise click.UsageError("图片文件名须以 .svg 或 .png 结尾。")


def _diagrams(path: Path) -> list[Path]:
    return sorted(path.glob("*.bpmn")) if path.is_dir() else [path]


def _summary(found: Readability) -> str:
    return f"{found.elements} 个元素，毛病 {len(found.faults)} 处，交叉 {found.crossings} 处"
