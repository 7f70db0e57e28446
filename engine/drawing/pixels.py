"""Drawings as PNG, for documents and mail that cannot show SVG."""

from __future__ import annotations

import re

from pylopdf_fonts_zh_cn import sans_path
from resvg_py import svg_to_bytes

from engine.errors import DefinitionRefused, Problem

#: Larger pictures need more memory than a server should give to one.
MOST_PIXELS = 120_000_000
_SIZE = re.compile(r' width="([\d.]+)" height="([\d.]+)"')


def rasterize(svg: str, *, scale: float = 1.0) -> bytes:
    """Turn a drawing into a PNG file on white ground.

    The letters are those of the font that comes with the program, so the picture is the same on every machine, and
    Chinese needs no font of the system.

    Args:
        svg: What `draw` returned.
        scale: Pixels per unit of the diagram.

    Raises:
        DefinitionRefused: the picture would be too large.
    """
    found = _SIZE.search(svg)
    width, height = (float(size) for size in found.groups()) if found else (0.0, 0.0)
    if not 0 < width * height * scale * scale <= MOST_PIXELS:
        message = f"图片超过 {MOST_PIXELS // 1_000_000} 百万像素，请缩小倍数，或拆分流程图。"
        raise DefinitionRefused((Problem(file="process.bpmn", element="", message=message),))
    return bytes(
        svg_to_bytes(
            svg_string=svg,
            background="white",
            zoom=scale,
            skip_system_fonts=True,
            font_files=[str(sans_path())],
            font_family="Noto Sans SC",
            sans_serif_family="Noto Sans SC",
        )
    )
