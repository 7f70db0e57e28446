"""The same steps in stock SpiffWorkflow, in a process of its own that never imports the engine.

One JSON document comes in on standard input, one goes out. The diagrams are the procedures' own; only the expressions
are rewritten, because the library evaluates Python. Two ways are measured: in memory, as fast as the library can be,
and durable, with the library's own JSON serialiser and one row in the same database.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from statistics import median
from time import perf_counter_ns, process_time_ns
from typing import Any

import psycopg
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
TABLE = "CREATE TABLE IF NOT EXISTS stock_case (id integer PRIMARY KEY, state text NOT NULL)"
Step = tuple[str, Mapping[str, Any]]


def rewritten(text: str) -> bytes:
    """Return a diagram whose FEEL is Python and whose service tasks do nothing."""
    root = etree.parse(io.BytesIO(text.encode())).getroot()
    for node in root.iter(f"{BPMN}conditionExpression", f"{BPMN}timeDate"):
        node.text = re.sub(r"(?<![<>!]) = ", " == ", _keyed(node.text))
    for node in root.iter(f"{BPMN}script"):
        node.text = _keyed(node.text)
    for node in root.iter(f"{BPMN}process"):
        # A process that others call need not say that it can be run by itself.
        node.set("isExecutable", "true")
    for node in root.iter(f"{BPMN}timeDuration"):
        node.text = repr(node.text)
    for node in list(root.iter(f"{BPMN}serviceTask")):
        for extension in node.findall(f"{BPMN}extensionElements"):
            node.remove(extension)
        node.tag = f"{BPMN}scriptTask"
        etree.SubElement(node, f"{BPMN}script").text = "pass"
    return etree.tostring(root)


def _keyed(feel: str) -> str:
    """Write `a.b.c` as `a["b"]["c"]`, and `true` and `null` as Python has them."""
    path = re.compile(r'\b([a-z_]\w*(?:\["\w+"\])*)\.([a-z_]\w*)')
    while path.search(feel):
        feel = path.sub(r'\1["\2"]', feel)
    return re.sub(r"\bnull\b", "None", feel.replace("true", "True"))


class Stock:
    """One procedure in the library, with the diagrams that it calls."""

    def __init__(self, diagrams: Sequence[str], process_id: str, facts: Mapping[str, Any]) -> None:
        parser = BpmnParser()
        for diagram in diagrams:
            parser.add_bpmn_xml(etree.fromstring(rewritten(diagram)))
        self._spec = parser.get_spec(process_id)
        self._subprocesses = parser.get_subprocess_specs(process_id)
        self._facts = facts
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())

    def begin(self, steps: Sequence[Step]) -> BpmnWorkflow:
        """Return a case that has taken these steps."""
        workflow = BpmnWorkflow(self._spec, self._subprocesses)
        workflow.set_data(**self._facts)
        (first,) = workflow.get_tasks(state=TaskState.READY)
        first.set_data(**self._facts)
        workflow.do_engine_steps()
        for step in steps:
            take(workflow, step)
        return workflow


def take(workflow: BpmnWorkflow, step: Step) -> None:
    """Complete one user task and let the case go on."""
    name, values = step
    # The instances of a multi-instance carry their own name.
    task = next(
        task for task in workflow.get_tasks(state=TaskState.READY) if task.task_spec.name.split(" [")[0] == name
    )
    task.set_data(**values)
    task.run()
    workflow.do_engine_steps()
    workflow.refresh_waiting_tasks()


def measured(prepare: Callable[[], Any], run: Callable[[Any], None], times: int) -> dict[str, float]:
    """Return the median milliseconds of `run` over what `prepare` made."""
    cpu, wall = [], []
    for _ in range(times):
        prepared = prepare()
        begun_cpu, begun = process_time_ns(), perf_counter_ns()
        run(prepared)
        cpu.append(process_time_ns() - begun_cpu)
        wall.append(perf_counter_ns() - begun)
    return {"cpu": median(cpu) / 1e6, "wall": median(wall) / 1e6}


def in_memory(stock: Stock, before: Sequence[Step], steps: Sequence[Step], times: int) -> dict[str, float]:
    """Measure steps of a case that stays in memory."""

    def run(workflow: BpmnWorkflow) -> None:
        for step in steps:
            take(workflow, step)

    return measured(lambda: stock.begin(before), run, times)


def in_one_row(
    stock: Stock, before: Sequence[Step], steps: Sequence[Step], times: int, connection: psycopg.Connection[Any]
) -> dict[str, float]:
    """Measure the same with a row that is locked, read, and written back before the commit of each step."""

    def prepare() -> None:
        state = stock.serializer.serialize_json(stock.begin(before))
        connection.execute("DELETE FROM stock_case")
        connection.execute("INSERT INTO stock_case VALUES (1, %s)", (state,))
        connection.commit()

    def run(_: None) -> None:
        for step in steps:
            row = connection.execute("SELECT state FROM stock_case WHERE id = 1 FOR UPDATE").fetchone()
            workflow = stock.serializer.deserialize_json(row[0] if row else "")
            take(workflow, step)
            state = stock.serializer.serialize_json(workflow)
            connection.execute("UPDATE stock_case SET state = %s WHERE id = 1", (state,))
            connection.commit()

    size = len(stock.serializer.serialize_json(stock.begin(before)))
    return {**measured(prepare, run, times), "bytes": size}


def condition(text: str, variables: Mapping[str, Any]) -> float:
    """Return the microseconds that the library takes for one condition."""
    script_engine = PythonScriptEngine()
    times = 2000
    begun = process_time_ns()
    for _ in range(times):
        script_engine.environment.evaluate(text, variables)
    return (process_time_ns() - begun) / times / 1e3


def answer(question: dict[str, Any], connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """Measure one question: a diagram, the steps before and the steps measured."""
    stock = Stock(question["diagrams"], question["process_id"], question["facts"])
    before, steps, times = question["before"], question["steps"], question["times"]
    return {
        "memory": in_memory(stock, before, steps, times),
        "row": in_one_row(stock, before, steps, times, connection),
    }


def main() -> None:
    """Answer everything that was asked."""
    asked = json.load(sys.stdin)
    with psycopg.connect(asked["conninfo"]) as connection:
        connection.execute(TABLE)
        connection.commit()
        answers = {name: answer(question, connection) for name, question in asked["questions"].items()}
    answers["condition"] = condition(**asked["condition"])
    assert not any(name.partition(".")[0] == "engine" for name in sys.modules), "the library would not be stock"
    with suppress(BrokenPipeError):
        json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
