"""Server-side drawing of BPMN diagrams as SVG, and how readable a diagram is."""

from engine.drawing.composing import draw
from engine.drawing.measuring import Finding, measure

__all__ = ["Finding", "draw", "measure"]
