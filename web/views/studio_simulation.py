"""推演: playing cases of a draft by hand, its scenarios, what it would do to running cases and to past rounds."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from engine import rehearsal
from engine.services import drafts
from forms import InvalidSubmission, change_rows
from web.sessions import the_actor, the_system
from web.simulation_page import (
    address_of,
    draw_task_form,
    message_of_request,
    read_instant,
    read_number,
    read_opening,
    read_recording,
    read_task_form,
    read_typed,
    refuse_unknown_kind,
    show_faults,
    show_task_form,
)
from web.simulation_words import read_choices, without_ids
from web.views.materials import DOWNLOAD_HEADERS

blueprint = Blueprint("studio_simulation", __name__, url_prefix="/studio/drafts/<int:draft_id>/simulation")
blueprint.register_error_handler(InvalidSubmission, show_faults)
blueprint.add_app_template_filter(without_ids)

MOST_DAYS = 1000
ONE = "/<int:simulation_id>"
TASK = f"{ONE}/tasks/<int:task_id>"


@blueprint.get("")
def index(draft_id: int) -> ResponseReturnValue:
    """Show the scenarios, what they reach, the simulations under way, and where to begin one."""
    system, actor = the_system(), the_actor()
    common = {"draft": drafts.read_draft(system, actor, draft_id), "tab": "simulation"}
    problems = rehearsal.problems_of(system, actor, draft_id)
    if problems:
        return render_template("studio/simulation_refused.html", **common, problems=problems)
    scenarios = rehearsal.read_scenarios_page(system, actor, draft_id)
    simulations = rehearsal.list_simulations(system, actor, draft_id)
    choices = read_choices()
    return render_template(
        "studio/simulation.html", **common, scenarios=scenarios, simulations=simulations, choices=choices
    )


@blueprint.post("")
def begin(draft_id: int) -> ResponseReturnValue:
    """Begin a simulation."""
    simulation_id = rehearsal.begin_simulation(the_system(), the_actor(), draft_id, read_opening())
    return redirect(address_of(draft_id, simulation_id))


@blueprint.post("/replay")
def replay(draft_id: int) -> ResponseReturnValue:
    """全部重放: let a worker play every scenario."""
    rehearsal.order_replay(the_system(), the_actor(), draft_id)
    flash("已开始重放全部用例，完成后在这里显示结果。", "done")
    return redirect(f"/studio/drafts/{draft_id}/simulation")


@blueprint.get("/impact")
def impact(draft_id: int) -> ResponseReturnValue:
    """Show what the draft would do to running cases, and what it would have done in past rounds."""
    system, actor = the_system(), the_actor()
    common = {"draft": drafts.read_draft(system, actor, draft_id), "tab": "simulation"}
    problems = rehearsal.problems_of(system, actor, draft_id)
    if problems:
        return render_template("studio/simulation_refused.html", **common, problems=problems)
    found = rehearsal.read_impact(system, actor, draft_id)
    past = rehearsal.read_past_page(system, actor, draft_id)
    return render_template("studio/simulation_impact.html", **common, impact=found, past=past)


@blueprint.post("/rounds")
def replay_round(draft_id: int) -> ResponseReturnValue:
    """用新版重放往年的轮次: let a worker play its cases under the draft."""
    round_id = read_number("round_id", 2**31 - 1)
    rehearsal.order_past_round(the_system(), the_actor(), draft_id, round_id)
    flash("已开始重放，完成后在这里列出差别。", "done")
    return redirect(f"/studio/drafts/{draft_id}/simulation/impact#rounds")


@blueprint.get(ONE)
def show(draft_id: int, simulation_id: int) -> ResponseReturnValue:
    """Show a simulation as it stands."""
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    one = rehearsal.read_simulation(the_system(), the_actor(), draft_id, simulation_id)
    address = address_of(draft_id, simulation_id)
    return render_template(
        "studio/simulation_play.html", draft=draft, tab="simulation", one=one, case=one.case, address=address
    )


@blueprint.post(f"{ONE}/clock")
def move_clock(draft_id: int, simulation_id: int) -> ResponseReturnValue:
    """Move the clock to what falls due next, to a moment, or by working days."""
    how = request.form.get("how", "next")
    to = read_instant("to") if how == "to" else None
    days = read_number("working_days", MOST_DAYS) if how == "days" else 0
    rehearsal.move_clock(the_system(), the_actor(), draft_id, simulation_id, to=to, working_days=days)
    return redirect(f"{address_of(draft_id, simulation_id)}#latest")


@blueprint.post(f"{ONE}/message")
def send(draft_id: int, simulation_id: int) -> ResponseReturnValue:
    """Withdraw, object, or extend a window."""
    rehearsal.send(the_system(), the_actor(), draft_id, simulation_id, message_of_request())
    return redirect(f"{address_of(draft_id, simulation_id)}#latest")


@blueprint.post(f"{ONE}/back")
def take_back(draft_id: int, simulation_id: int) -> ResponseReturnValue:
    """Take the last step back."""
    rehearsal.take_back(the_system(), the_actor(), draft_id, simulation_id)
    flash("已退回一步。", "done")
    return redirect(address_of(draft_id, simulation_id))


@blueprint.post(f"{ONE}/again")
def play_again(draft_id: int, simulation_id: int) -> ResponseReturnValue:
    """Play all steps again with the draft as it stands."""
    rehearsal.play_again(the_system(), the_actor(), draft_id, simulation_id)
    flash("已按最新草稿重走各步。", "done")
    return redirect(address_of(draft_id, simulation_id))


@blueprint.post(f"{ONE}/end")
def end(draft_id: int, simulation_id: int) -> ResponseReturnValue:
    """Put a simulation away."""
    rehearsal.end_simulation(the_system(), the_actor(), draft_id, simulation_id)
    flash("推演已结束。", "done")
    return redirect(f"/studio/drafts/{draft_id}/simulation")


@blueprint.post(f"{ONE}/record")
def record(draft_id: int, simulation_id: int) -> ResponseReturnValue:
    """记录为推演用例: write what was played into the draft, and say how it replays."""
    played = rehearsal.record_scenario(the_system(), the_actor(), draft_id, simulation_id, read_recording())
    if played.deviation is None:
        flash(f"已记录为用例“{played.title}”，重放与推演一致。", "done")
    else:
        flash(f"已记录为用例“{played.title}”，但重放时不一致：{without_ids(played.deviation.sentence)}", "bad")
    return redirect(address_of(draft_id, simulation_id))


@blueprint.get(f"{ONE}/documents/<int:document_id>/<kind>")
def open_document(draft_id: int, simulation_id: int, document_id: int, kind: str) -> ResponseReturnValue:
    """Give out a document that the case issued, to be saved and never shown in the browser."""
    refuse_unknown_kind(kind)
    file, stream = rehearsal.open_document(the_system(), the_actor(), draft_id, simulation_id, document_id, kind)
    response = Response(wrap_file(request.environ, stream), mimetype="application/octet-stream")
    response.call_on_close(stream.close)
    response.headers.update(DOWNLOAD_HEADERS)
    named = f"attachment; filename=\"document-{document_id}.{kind}\"; filename*=UTF-8''{quote(file.file_name, safe='')}"
    response.headers["Content-Disposition"] = named
    response.content_length = file.size
    return response


@blueprint.get(TASK)
def show_task(draft_id: int, simulation_id: int, task_id: int) -> ResponseReturnValue:
    """Show a task with its real form."""
    return show_task_form()


@blueprint.post(TASK)
def do_task(draft_id: int, simulation_id: int, task_id: int) -> ResponseReturnValue:
    """Submit a task as whoever would do it."""
    typed = read_typed(read_task_form(draft_id, simulation_id, task_id))
    rehearsal.do_task(the_system(), the_actor(), draft_id, simulation_id, task_id, typed)
    return redirect(f"{address_of(draft_id, simulation_id)}#latest")


@blueprint.post(f"{TASK}/refresh")
def refresh(draft_id: int, simulation_id: int, task_id: int) -> ResponseReturnValue:
    """Show the form again as it is after what was typed."""
    one = read_task_form(draft_id, simulation_id, task_id)
    values = read_typed(one)
    if one.view.form:
        values = change_rows(one.view.form, values, request.form.get("_action", "")[:600])
    if "HX-Request" in request.headers:
        return draw_task_form(one, f"{address_of(draft_id, simulation_id)}/tasks/{task_id}", values)
    return show_task_form(values)


@blueprint.post(f"{TASK}/example")
def fill_in(draft_id: int, simulation_id: int, task_id: int) -> ResponseReturnValue:
    """Fill the form with the answers of a scenario."""
    example = read_number("example", 99)
    rehearsal.fill_in(the_system(), the_actor(), draft_id, simulation_id, task_id, example)
    flash("已填入样例，材料用样例文件代替；可以改动后再提交。", "done")
    return redirect(f"{address_of(draft_id, simulation_id)}/tasks/{task_id}")


@blueprint.post(f"{TASK}/materials")
def put_file(draft_id: int, simulation_id: int, task_id: int) -> ResponseReturnValue:
    """Put a sample file for one item; a simulation takes no real ones."""
    typed = read_typed(read_task_form(draft_id, simulation_id, task_id))
    key = request.form.get("field_key", "")[:200]
    rehearsal.put_sample_file(the_system(), the_actor(), draft_id, simulation_id, task_id, key=key, values=typed)
    return redirect(f"{address_of(draft_id, simulation_id)}/tasks/{task_id}#f-{quote(key)}")


@blueprint.post(f"{TASK}/materials/<int:material_id>/remove")
def remove_file(draft_id: int, simulation_id: int, task_id: int, material_id: int) -> ResponseReturnValue:
    """Take a sample file away."""
    rehearsal.remove_file(the_system(), the_actor(), draft_id, simulation_id, task_id, material_id)
    return redirect(f"{address_of(draft_id, simulation_id)}/tasks/{task_id}")
