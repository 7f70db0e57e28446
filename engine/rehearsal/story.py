"""What the system did because of a step, in sentences: receipts, notices, documents, deadlines, what waits next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from engine.clock import local
from engine.rehearsal.scenarios import MINUTE
from engine.store import documents, history, notices, tasks, timers
from engine.store.tasks import TaskRecord
from engine.views import HistoryEvent


def _number(event: HistoryEvent) -> str:
    number = event.details.get("number")
    return f"（{number}）" if number else ""


def until(instant: datetime) -> str:
    """Return an instant that ends something: midnight belongs to the day before."""
    here = local(instant)
    if here.time() != time.min:
        return f"{here:{MINUTE}}"
    return f"{here - timedelta(days=1):%Y-%m-%d} 24:00"


def _day(text: object) -> str:
    return until(datetime.fromisoformat(str(text)))


#: What is told of an event of the history, by its kind; tasks, notices and timers are told from their own rows.
TOLD: Mapping[str, Callable[[HistoryEvent], str]] = {
    "receipt_issued": lambda event: f"出具收件回执{_number(event)}",
    "document_issued": lambda event: f"制发文书《{event.details['title']}》{_number(event)}",
    "published": lambda event: f"公开发布《{event.details['title']}》，至 {_day(event.details['closes_at'])}",
    "publication_ended": lambda event: "公示期满",
    "package_sent": lambda event: f"寄送材料包《{event.details['title']}》（推演中不寄出）",
    "objection_received": lambda event: "收到异议" + _number(event),
    "title_granted": lambda event: f"授予称号“{event.details['kind']}”",
    "title_renewed": lambda event: f"继续授予称号“{event.details['kind']}”",
    "title_changed": lambda event: f"称号“{event.details['kind']}”改为{event.details['status']}",
    "title_evaluated": lambda event: f"登记{event.details.get('year')}年度星级：{event.details.get('stars')}星",
    "finding_recorded": lambda event: f"登记认定：{event.comment}",
    "finding_lifted": lambda event: f"撤销认定：{event.comment}",
    "case_closing_ordered": lambda event: f"通知终止其他办件 {event.details['cases']} 件",
    "window_changed": lambda event: f"窗口调整，截止改为 {_day(event.details['closes_at'])}",
    "incident_raised": lambda event: f"出现异常：{event.comment or event.element_name}",
    "case_closed": lambda event: "办件被终止",
    "case_ended": lambda event: f"办结：{event.element_name or '（没有到达结束事件）'}",
}


@dataclass
class Story:
    """Remembers what was told of a case, and tells the rest."""

    case_id: int = 0
    _events: int = 0
    _notices: int = 0
    _tasks: frozenset[int] = frozenset()
    _timers: frozenset[tuple[int, datetime]] = frozenset()
    #: What happened in the last step, oldest first.
    fresh: list[HistoryEvent] = field(default_factory=list)

    def skip_notices(self, connection: Connection) -> None:
        """Leave out what was sent before the case: that a round was opened."""
        self._notices = max((row.id for row in notices.notices_after(connection, 0)), default=0)

    def go_on(self, connection: Connection) -> tuple[str, ...]:
        """Read what is new since the last time and return it in sentences."""
        events = list(reversed(history.read_history(connection, self.case_id)))
        self.fresh, self._events = events[self._events :], len(events)
        told = [TOLD[event.kind](event) for event in self.fresh if event.kind in TOLD]
        waiting = tasks.open_tasks(connection, self.case_id)
        return (
            *told,
            *self._new_notices(connection),
            *self._new_tasks(connection, waiting),
            *self._new_timers(timers.waiting_timers(connection, self.case_id)),
        )

    @property
    def passed(self) -> list[str]:
        """Return the ids of the elements passed in the last step, in order."""
        return [name for event in self.fresh for name in event.details.get("passed", ())]

    def _new_notices(self, connection: Connection) -> Iterator[str]:
        found = notices.notices_after(connection, self._notices)
        by_title: dict[str, list[str]] = {}
        for row in found:
            by_title.setdefault(row.title, []).append(row.organisation_name)
            self._notices = row.id
        for title, names in by_title.items():
            yield f"通知{'、'.join(dict.fromkeys(names))}：{title}"

    def _new_tasks(self, connection: Connection, waiting: Sequence[TaskRecord]) -> Iterator[str]:
        new = [task for task in waiting if task.id not in self._tasks]
        self._tasks = frozenset(task.id for task in waiting)
        names = documents.names_of(connection, [task.organisation_id for task in new])
        for task in new:
            limit = f"，{until(task.due_at)} 前办结" if task.due_at else ""
            yield f"待办：{names[task.organisation_id]} “{task.name}”{limit}"

    def _new_timers(self, waiting: Sequence[Row[Any]]) -> Iterator[str]:
        known, self._timers = self._timers, frozenset((row.id, row.due_at) for row in waiting)
        for row in waiting:
            if (row.id, row.due_at) not in known:
                yield f"定时：{row.name or row.element_id} 将于 {until(row.due_at)} 到时"
