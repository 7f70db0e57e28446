"""检查: everything that is wrong with a draft, on a page and for the editors."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest
from engine.services import draft_checks, drafts
from web.code_words import mark_codes
from web.draft_findings import group_findings
from web.sessions import the_actor, the_system
from web.studio import register_script_refusals

blueprint = Blueprint("studio_checks", __name__, url_prefix="/studio/drafts/<int:draft_id>")
register_script_refusals(blueprint)
blueprint.add_app_template_filter(mark_codes, "codes")


@blueprint.get("/checks")
def show(draft_id: int) -> ResponseReturnValue:
    """Show what the checks find, by file."""
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    report = draft_checks.check_draft(the_system(), the_actor(), draft_id)
    counts = Counter(str(finding.severity) for finding in report.findings)
    groups = group_findings(report.findings, draft_id)
    return render_template("studio/checks.html", draft=draft, tab="checks", report=report, counts=counts, groups=groups)


@blueprint.post("/check")
def check(draft_id: int) -> ResponseReturnValue:
    """Check the draft with the texts that an editor has open; nothing is stored."""
    report = draft_checks.check_draft(the_system(), the_actor(), draft_id, _unsaved())
    return jsonify(findings=[asdict(finding) for finding in report.findings], is_publishable=report.is_publishable)


def _unsaved() -> dict[str, str]:
    files = (request.get_json(silent=True) or {}).get("files", {})
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise BadRequest
    return files
