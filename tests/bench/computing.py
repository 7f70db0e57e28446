"""What needs no database: FEEL conditions, a decision table, and the drawing of a diagram."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time_ns

from engine.drawing import draw
from engine.language import compile_expression, decide
from engine.views import ElementMark
from tests.bench.measuring import report
from tests.bench.questions import CITY, REQUEST, REVIEW

CONDITION = 'review_decision = "agree" and amount > 100'
SIMPLE = 'review_decision = "agree"'
TIMES = 5000
#: Rules of the table over three inputs; the last one hits, so that every rule is tried.
RULES = 25
DRAWINGS = 15


def measure_computing(stock_condition: float) -> None:
    """Report every figure of this module.

    Args:
        stock_condition: microseconds of the same condition in the stock library.
    """
    report("feel_simple_condition.cpu", _condition(SIMPLE), "µs")
    report("feel_condition.cpu", _condition(CONDITION), "µs", stock_condition)
    report("decision_table_25_rules.cpu", _table(), "µs")
    report("drawing.cpu", _drawing(), "ms")


def _condition(text: str) -> float:
    variables = {**REQUEST, **REVIEW}
    expression = compile_expression(text, variables)
    assert expression.evaluate(variables) is True
    return _microseconds(lambda: expression.evaluate(variables), TIMES)


def _table() -> float:
    inputs = {"place": str(RULES - 1), "score": 80, "share": 50}
    dmn = _table_file(tuple(inputs))
    assert decide(dmn, "level", inputs) == RULES - 1
    return _microseconds(lambda: decide(dmn, "level", inputs), TIMES // 10)


def _table_file(names: tuple[str, ...]) -> bytes:
    given = "".join(f'<inputData id="{name}" name="{name}"/>' for name in names)
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>' for name in names
    )
    columns = "".join(f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in names)
    rules = "".join(
        "<rule>"
        + _cell("input", f'"{number}"')
        + _cell("input", f"&gt;= {number}")
        + _cell("input", "[0..100]")
        + _cell("output", str(number))
        + "</rule>"
        for number in range(RULES)
    )
    table = f'<decisionTable>{columns}<output name="level"/>{rules}</decisionTable>'
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="bench" name="bench">'
    return f'{head}{given}<decision id="level" name="level">{needs}{table}</decision></definitions>'.encode()


def _cell(kind: str, text: str) -> str:
    return f"<{kind}Entry><text>{text}</text></{kind}Entry>"


def _microseconds(run: Callable[[], object], times: int) -> float:
    """Return the median of nine rounds, for one call."""
    rounds = []
    for _ in range(9):
        begun = process_time_ns()
        for _ in range(times):
            run()
        rounds.append((process_time_ns() - begun) / times / 1e3)
    return median(rounds)


def _drawing() -> float:
    diagram = (CITY / "process.bpmn").read_bytes()
    marks = {"review_by_province": ElementMark(element_id="review_by_province", state="active", count=1)}
    times = []
    for _ in range(DRAWINGS):
        begun = process_time_ns()
        draw(diagram, marks=marks, title="计量")
        times.append((process_time_ns() - begun) / 1e6)
    return median(times)
