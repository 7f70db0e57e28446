"""What needs no database: a FEEL condition, and the drawing of a diagram."""

from __future__ import annotations

from statistics import median
from time import process_time_ns

from engine.drawing import draw
from engine.language import compile_expression
from engine.views import ElementMark
from tests.bench.measuring import report
from tests.bench.questions import CITY, REQUEST, REVIEW

CONDITION = 'review_decision = "agree" and amount > 100'
TIMES = 5000
DRAWINGS = 15


def measure_computing(stock_condition: float) -> None:
    """Report every figure of this module.

    Args:
        stock_condition: microseconds of the same condition in the stock library.
    """
    variables = {**REQUEST, **REVIEW}
    expression = compile_expression(CONDITION, variables)
    assert expression.evaluate(variables) is True
    begun = process_time_ns()
    for _ in range(TIMES):
        expression.evaluate(variables)
    report("feel_condition.cpu", (process_time_ns() - begun) / TIMES / 1e3, "µs", stock_condition)
    report("drawing.cpu", _drawing(), "ms")


def _drawing() -> float:
    diagram = (CITY / "process.bpmn").read_bytes()
    marks = {"review_by_province": ElementMark(element_id="review_by_province", state="active", count=1)}
    times = []
    for _ in range(DRAWINGS):
        begun = process_time_ns()
        draw(diagram, marks=marks, title="计量")
        times.append((process_time_ns() - begun) / 1e6)
    return median(times)
