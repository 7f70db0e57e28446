"""演示时钟: the bar that moves the simulated time. In production there is no such address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, request
from flask.typing import ResponseReturnValue

from engine.clock import ZONE
from engine.errors import BadRequest, NotFound
from engine.services import demonstration
from web.sessions import local_path, the_system
from web.windows import exact_moment

blueprint = Blueprint("demonstration", __name__)

#: Offered as well as the edge of a window: what the last moment before it looks like.
EDGE = timedelta(minutes=1)
#: Offered whatever the windows are.
STEPS = (
    ("＋1 小时", timedelta(hours=1)),
    ("＋1 天", timedelta(days=1)),
    ("＋10 天", timedelta(days=10)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A button of the bar: `value` is an instant, or `+` and a number of seconds from the click."""

    label: str
    value: str


@blueprint.post("/clock")
def move() -> ResponseReturnValue:
    """Set the simulated clock, then go back to the page it was set on."""
    if not the_system().settings.is_demonstration:
        raise NotFound
    instant = _wanted_instant(request.form.get("preset") or request.form.get("instant", ""))
    demonstration.move_clock(the_system(), instant)
    flash(f"演示时钟已拨到 {exact_moment(instant)}（北京时间）。", "done")
    return redirect(local_path(request.form.get("next", "")))


@blueprint.app_context_processor
def offer_presets() -> dict[str, Any]:
    """Give the bar its buttons; they are worked out only where the bar is shown."""
    return {"clock_presets": list_presets}


def list_presets() -> tuple[Preset, ...]:
    """Return the minute before and the instant of the next edge of a window, then fixed steps."""
    edge = demonstration.next_edge(the_system(), EDGE) if g.get("session") else None
    edges = (edge - EDGE, edge) if edge else ()
    return (
        *(Preset(label=exact_moment(instant), value=instant.isoformat()) for instant in edges),
        *(Preset(label=label, value=f"+{int(step.total_seconds())}") for label, step in STEPS),
    )


def _wanted_instant(text: str) -> datetime:
    try:
        if text.startswith("+"):
            return the_system().clock.now() + timedelta(seconds=int(text))
        instant = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise BadRequest("请填写完整的日期和时间。") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=ZONE)
