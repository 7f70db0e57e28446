"""Arranging a BPMN file: its steps laid out anew, nothing else changed."""

from __future__ import annotations

from engine.layout.choosing import lay_out, sketch_out
from engine.layout.reading import Reader
from engine.layout.sketching import forget_sketches
from engine.layout.writing import write_diagram

#: Where the upper left corner of a diagram is.
_CORNER = 160.0, 80.0


def arrange(bpmn: bytes, *, is_awaited: bool = False) -> bytes:
    """Lay out a BPMN file and write its diagram interchange part.

    Lanes become horizontal bands in the order of the file, the main way runs from left to right, loops lead back
    above or below. The same file gives the same bytes, and what was drawn before plays no part in it, except whether
    a subprocess was closed.

    Args:
        bpmn: the file.
        is_awaited: whether somebody waits for it: a good picture in a second instead of the best one in some.

    Raises:
        DefinitionRefused: the file is not XML in UTF-8, carries a DOCTYPE, or is too large.
    """
    draw_page = sketch_out if is_awaited else lay_out
    try:
        pages = Reader(bpmn, draw_page).pages()
        pictures = [(page.element_id, draw_page(page.scope).moved(*_CORNER)) for page in pages]
    finally:
        forget_sketches()
    return write_diagram(bpmn, pictures)
