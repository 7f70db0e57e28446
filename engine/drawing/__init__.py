"""Server-side drawing of BPMN diagrams as SVG and PNG, and how readable a diagram is."""

from engine.drawing.composing import draw
from engine.drawing.measuring import Finding, measure
from engine.drawing.pixels import rasterize

__all__ = ["Finding", "draw", "measure", "rasterize"]
