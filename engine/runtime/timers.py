"""Timer events: their due instant is fixed when they begin to wait, and only `fire_timer` lets them go off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.errors import ExecutionError
from engine.language import Expression
from engine.language.wording import quoted
from engine.runtime.moments import due_after, parse_cycle, parse_duration


class Timer(TimerEventDefinition):
    """A date or a duration. The library's own classes read the machine's clock and zone and miscount months."""

    def has_fired(self, my_task: Any) -> bool:
        """Fix the due instant at the first call; say whether the timer was fired."""
        if "due" not in my_task.internal_data:
            self._arm(my_task)
        return bool(my_task.internal_data.get("event_fired", False))

    def reset(self, my_task: Any) -> None:
        """Keep what was fixed; a token waits only once."""

    def _arm(self, my_task: Any) -> None:
        session = my_task.workflow.script_engine
        try:
            my_task.internal_data["due"] = due_after(self._value(my_task), session.now).isoformat()
        except ValueError as error:
            raise _refused(my_task, error) from error

    def _value(self, my_task: Any) -> object:
        if isinstance(self.expression, Expression):
            return my_task.workflow.script_engine.evaluate(my_task, self.expression)
        return self.expression


class CycleTimer(Timer):
    """A repeating timer; where an event can happen only once, its first occurrence counts.

    The n-th firing is the start plus n intervals by the calendar, so that monthly cycles do not drift. One that is
    fired late goes off once and skips what it missed. Every repetition waits as a new token.
    """

    def _arm(self, my_task: Any) -> None:
        now = my_task.workflow.script_engine.now
        try:
            cycle = parse_cycle(str(self._value(my_task)))
            start = cycle.starts_at or now
            first = 0 if start > now else 1
            my_task.internal_data.update(self._scheduled(cycle.times, cycle.every, start, first, now))
        except (ValueError, OverflowError) as error:
            raise _refused(my_task, error) from error

    def rearmed(self, my_task: Any) -> dict[str, object] | None:
        """Return what the next repetition has to remember, or None after the last one."""
        times, every, start, count = my_task.internal_data["cycle"]
        if times == 1:
            return None
        now = my_task.workflow.script_engine.now
        return self._scheduled(times and times - 1, every, datetime.fromisoformat(start), count + 1, now)

    @staticmethod
    def _scheduled(times: int | None, every: str, start: datetime, count: int, now: datetime) -> dict[str, object]:
        duration = parse_duration(every)
        count = duration.next_after(start, now, count)
        due = duration.after(start, count)
        return {"cycle": [times, every, start.isoformat(), count], "due": due.isoformat()}


def _refused(my_task: Any, error: Exception) -> ExecutionError:
    element_id = my_task.task_spec.bpmn_id
    name = my_task.workflow.script_engine.name_of(element_id)
    return ExecutionError(f"定时事件{quoted(name)}的时间无法确定：{error}。", element_id=element_id)
