"""One action on one case: where expressions are evaluated, variables are kept and everything that happens is noted.

It takes the place of SpiffWorkflow's script engine, so every specification reaches it as
`task.workflow.script_engine`. Nothing here can execute Python: expressions are compiled FEEL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine

from engine.errors import ExecutionError
from engine.language import Expression, FeelError
from engine.language.wording import quoted
from engine.runtime.decisions import Rule, answer
from engine.runtime.limits import MAX_INSTANCES, MAX_STEPS, MAX_TOKENS
from engine.runtime.plain import plain
from engine.runtime.repetition import COUNTS, counts_around
from engine.runtime.values import Context, Effect, Passed

#: Where a called process keeps variables of its own.
OWN = "own"


class Session(PythonScriptEngine):
    """Evaluates FEEL over variables, facts and the item of a multi-instance; notes what happened."""

    def __init__(self, context: Context) -> None:
        """Copy the variables; the caller's mapping is never changed."""
        super().__init__(environment=BasePythonScriptEngineEnvironment())
        self.variables: dict[str, object] = dict(context.variables)
        self.facts = context.facts
        self.elements = context.definition.elements
        self.decisions = {**context.definition.decisions, **context.decisions}
        self.effects: list[Effect] = []
        self.passed: list[Passed] = []
        self.end_events: list[str] = []
        #: The case begins at a start event that waits for a message, even beside a plain one.
        self.begins_by_message = False
        self.steps = 0
        self.instances = 0

    @property
    def now(self) -> datetime:
        """The instant of this action.

        Raises:
            ExecutionError: the caller gave no aware `now`.
        """
        now = self.facts.get("now")
        if not isinstance(now, datetime) or now.tzinfo is None:
            raise ExecutionError("缺少当前时间，无法计算期限。")
        return now

    def evaluate(self, task: Any, expression: Expression, external_context: Mapping[str, object] | None = None) -> Any:
        """Evaluate a compiled expression for a task.

        Raises:
            ExecutionError: the expression cannot be evaluated; names the element.
        """
        scope = {**self._scope(task), **(external_context or {})}
        if not COUNTS.isdisjoint(expression.names):
            scope.update(counts_around(task))
        return self.evaluate_over(scope, task, expression)

    def evaluate_over(self, scope: Mapping[str, object], task: Any, expression: Expression) -> Any:
        """Evaluate an expression over a scope of its own.

        Raises:
            ExecutionError: the expression cannot be evaluated; names the element.
        """
        try:
            return expression.evaluate(scope)
        except FeelError as error:
            element_id = task.task_spec.bpmn_id or ""
            raise ExecutionError(
                f"{quoted(self.name_of(element_id))}中的表达式{quoted(expression.text)}无法计算：{error.message}",
                element_id=element_id,
            ) from error

    def decide(self, task: Any, rule: Rule) -> None:
        """Ask a decision over everything that expressions see; its answer becomes variables.

        Raises:
            ExecutionError: the decision cannot be made; names the element.
        """
        now = self.facts.get("now")
        try:
            found = answer(rule, self.decisions, self._scope(task), now if isinstance(now, datetime) else None)
        except (FeelError, TypeError) as error:
            element_id = task.task_spec.bpmn_id or ""
            reason = error.message if isinstance(error, FeelError) else f"有的变量不能用于决策（{error}）"
            sentence = f"业务规则任务{quoted(self.name_of(element_id))}无法得出结果：{reason}"
            raise ExecutionError(sentence, element_id=element_id) from error
        for name, value in found.items():
            self.assign(task, name, value)

    def visible(self, task: Any, facts: Mapping[str, object] | None = None) -> dict[str, object]:
        """Return the variables that a task sees, and what belongs to the instance it runs in."""
        inner, base = self._frames(task)
        scope = {**base, **(facts or {})}
        for local in reversed(inner):
            scope.update(local)
        return scope

    def local(self, task: Any) -> dict[str, object]:
        """Return what belongs to the instance of a repeated activity that a task runs in; empty outside of one."""
        found: dict[str, object] = {}
        for local in reversed(self._frames(task)[0]):
            found.update(local)
        return found

    def _scope(self, task: Any) -> dict[str, object]:
        return self.visible(task, self.facts)

    def _frames(self, task: Any) -> tuple[list[dict[str, object]], dict[str, object]]:
        """Return what belongs to the instances of repeated activities a task runs in, and the variables around them.

        It is kept at the instance itself and looked up through the open subprocesses, so that parallel branches
        inside an instance share it. The variables are the case's, or those a called process has for itself.
        """
        found = []
        while task is not None:
            if task.data:
                found.append(task.data)
            host_id = task.workflow.parent_task_id
            task = None if host_id is None else task.workflow.top_workflow.get_task_from_id(host_id)
            if task is not None and OWN in task.internal_data:
                return found, task.internal_data[OWN]
        return found, self.variables

    def execute(self, task: Any, script: Sequence[tuple[str, Expression]], external_context: Any = None) -> bool:
        """Run the lines `name = FEEL` of a script task, top to bottom."""
        for name, expression in script:
            self.assign(task, name, self.evaluate(task, expression))
        return True

    def assign(self, task: Any, name: str, value: object) -> None:
        """Set a case variable, or a name of the instance the task runs in, as JSON keeps it.

        Raises:
            ExecutionError: the value cannot be kept; names the element.
        """
        value = self.kept(value, task.task_spec.bpmn_id)
        inner, base = self._frames(task)
        place = next((local for local in inner if name in local), base)
        place[name] = value

    def kept(self, value: object, element_id: str) -> Any:
        """Return a value as JSON keeps it.

        Raises:
            ExecutionError: there is no JSON value like it; names the element.
        """
        try:
            return plain(value)
        except TypeError as error:
            sentence = f"{quoted(self.name_of(element_id))}得到的值无法保存。"
            raise ExecutionError(sentence, element_id=element_id, reason=str(error)) from error

    def perform(self, task: Any, operation: str, parameters: Mapping[str, object]) -> None:
        """Ask for an operation; expressions among the parameters are evaluated now."""
        element_id = task.task_spec.bpmn_id
        values = dict(parameters)
        for name, value in parameters.items():
            if isinstance(value, Expression):
                values[name] = self.kept(self.evaluate(task, value), element_id)
        self.effects.append(Effect(element_id=element_id, operation=operation, parameters=values))

    def note(self, task: Any, kind: str) -> None:
        """Remember what happened at an element of the diagram."""
        if kind and task.task_spec.bpmn_id:
            self.passed.append(Passed(element_id=task.task_spec.bpmn_id, kind=kind))

    def step(self, task: Any, alive: int) -> None:
        """Count an automatic step.

        Raises:
            ExecutionError: the action takes too many steps or the case has too many tokens; names the element.
        """
        self.steps += 1
        element_id = task.task_spec.bpmn_id or ""
        if self.steps > MAX_STEPS:
            sentence = f"流程在{quoted(self.name_of(element_id))}附近循环了太多次，已停止；请检查网关条件。"
            raise ExecutionError(sentence, element_id=element_id)
        if alive > MAX_TOKENS:
            sentence = f"流程在{quoted(self.name_of(element_id))}附近产生了太多并行分支，已停止；请检查并行网关。"
            raise ExecutionError(sentence, element_id=element_id)

    def begin_instance(self, element_id: str) -> None:
        """Count an instance of a repeated activity.

        Raises:
            ExecutionError: the action begins too many; names the activity.
        """
        self.instances += 1
        if self.instances > MAX_INSTANCES:
            sentence = f"{quoted(self.name_of(element_id))}一次要办 {MAX_INSTANCES} 份以上，已停止；请减少名单或层次。"
            raise ExecutionError(sentence, element_id=element_id)

    def check_crowd(self, element_ids: Sequence[str]) -> None:
        """Look at the tokens of a case at rest.

        Raises:
            ExecutionError: there are too many; names the element with the most.
        """
        if len(element_ids) > MAX_TOKENS:
            element_id, count = Counter(element_ids).most_common(1)[0]
            most = f"其中{quoted(self.name_of(element_id))}最多（{count} 份）"
            sentence = f"办件同时有 {len(element_ids)} 处在等待，{most}，超过了 {MAX_TOKENS} 处的上限，已停止。"
            raise ExecutionError(sentence, element_id=element_id)

    def name_of(self, element_id: str) -> str:
        """Return the visible name of an element, or its id."""
        element = self.elements.get(element_id)
        return element.name if element and element.name else element_id
