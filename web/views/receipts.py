"""收件回执: showing one to those who take part in its case, and confirming one to anybody who holds it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.documents import draw_code_svg
from engine.services import documents, receipts
from web.sessions import public, the_actor, the_system

blueprint = Blueprint("receipts", __name__)

LONGEST_FIELD = 200


@blueprint.get("/receipts/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show a receipt, ready for printing."""
    receipt = receipts.read_receipt(the_system(), the_actor(), number)
    query = urlencode({"number": receipt.number, "code": receipt.verification_code})
    code = draw_code_svg(f"{the_system().settings.public_url}/verify?{query}")
    return render_template("receipts/show.html", receipt=receipt, code=Markup(code))


@blueprint.get("/verify")
@public
def verify() -> ResponseReturnValue:
    """Say whether a number and a verification code belong together."""
    number, code = (request.args.get(name, "").strip()[:LONGEST_FIELD] for name in ("number", "code"))
    is_asked = bool(number and code)
    receipt = receipts.verify_receipt(the_system(), number, code) if is_asked else None
    document = documents.verify_document(the_system(), number, code) if is_asked and receipt is None else None
    values = {"number": number, "code": code, "is_asked": is_asked, "receipt": receipt, "document": document}
    return render_template("receipts/verify.html", **values)
