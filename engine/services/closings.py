"""终止: closing a case because of a decision in another one."""

from __future__ import annotations

from engine import runtime
from engine.errors import ExecutionError
from engine.recording import CaseAction, record
from engine.runtime import MessageNotExpected, Progress
from engine.store import cases, cycles, operation
from engine.store.history import Journal
from engine.system import System

#: Delivered to a case before it is stopped: a diagram that waits for it decides itself how the case ends.
CASE_CLOSED = "msg_case_closed"
OUTCOME, OUTCOME_NAME = "closed", "已终止"


def close_case(system: System, order_id: int) -> bool:
    """Carry out one order to close a case; True when this call did it.

    The row decides: an order that was carried out, or whose case has ended meanwhile, changes nothing.
    """
    try:
        with system.database.transaction() as connection:
            order = cycles.read_closing(connection, order_id)
            if order is None:
                return False
            case = cases.read_case(connection, order.instance_id, lock=True)
            order = cycles.read_closing(connection, order_id, lock=True)
            if order is None or order.state != "waiting":
                return False
            now = system.clock.now()
            is_open = case.state != "ended"
            if is_open:
                action = CaseAction.begin(system, connection, case, None, now)
                progress = _stopped(action)
                record(action, progress, "case_closed", comment=order.reason, details={"ordered_in": order.ordered_in})
            cycles.mark_closing(connection, order_id, "done" if is_open else "skipped", now)
            return is_open
    except ExecutionError as error:
        _give_up(system, order_id, error)
        return False


def _stopped(action: CaseAction) -> Progress:
    """Tell the diagram; where it does not listen, or stands still, take everything open back."""
    context, state = action.context(), action.case.engine_state
    if action.case.state == "running":
        try:
            return runtime.send_message(context, state, CASE_CLOSED, {})
        except MessageNotExpected:
            pass
    action.changes |= {"outcome": OUTCOME, "outcome_name": OUTCOME_NAME}
    return runtime.cancel(context, state)


def _give_up(system: System, order_id: int, error: ExecutionError) -> None:
    """Keep an incident; a person repairs the case or closes it by hand."""
    now = system.clock.now()
    with system.database.transaction() as connection:
        order = cycles.read_closing(connection, order_id)
        if order is None:
            return
        case = cases.read_case(connection, order.instance_id, lock=True)
        cycles.mark_closing(connection, order_id, "failed", now)
        incident = {"instance_id": case.id, "element_id": error.element_id, "action": "close_case"}
        operation.insert_incident(connection, {**incident, "sentence": error.sentence, "raised_at": now})
        journal = Journal.of(case, now, None)
        journal.add("incident_raised", element=(error.element_id, ""), comment=error.sentence)
        cases.update_case(connection, case.id, {"state": "incident", **journal.write(connection)})
