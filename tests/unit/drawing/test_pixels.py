import struct

import pytest

from engine.drawing import draw, rasterize
from engine.errors import DefinitionRefused


def size(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_a_drawing_becomes_a_picture_of_its_size_times_the_scale(sketch):
    svg = draw(sketch.task("review", 0, 0).bpmn())
    assert size(rasterize(svg)) == (168, 120)
    assert size(rasterize(svg, scale=2)) == (336, 240)


def test_chinese_is_drawn_without_a_font_of_the_system(sketch):
    svg = draw(sketch.task("review", 0, 0, "审核").bpmn())
    assert rasterize(svg) != rasterize(svg.replace(">审核<", "><"))
    assert rasterize(svg) != rasterize(svg.replace(">审核<", ">签发<"))


def test_a_picture_larger_than_a_server_should_draw_is_refused(sketch):
    with pytest.raises(DefinitionRefused, match="百万像素"):
        rasterize(draw(sketch.task("review", 0, 0).task("far", 90_000, 90_000).bpmn()), scale=4)
