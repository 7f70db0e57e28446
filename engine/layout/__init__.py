"""Laying out BPMN diagrams with pools and lanes, and how readable a diagram is."""

from engine.layout.arranging import arrange
from engine.layout.measuring import Readability, measure

__all__ = ["Readability", "arrange", "measure"]
