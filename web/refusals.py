"""Every refusal becomes an answer here, once: status, one sentence, what to do next, and what the person had typed."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from engine import errors
from web.security import SAFE_METHODS, ForgedRequest
from web.sessions import forget, local_path, session_cookie
from web.typed_fields import label_typed

logger = logging.getLogger(__name__)

#: The most exact class wins, so a class stands here only when it differs from its parent.
STATUSES: Mapping[type[errors.EngineError], int] = {
    errors.EngineError: 500,
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.SignInRefused: 401,
    errors.NotSignedIn: 401,
    errors.Conflict: 409,
    errors.BadRequest: 400,
    errors.FileRefused: 422,
    errors.DefinitionRefused: 422,
    errors.Unavailable: 503,
    errors.ExecutionError: 500,
    ForgedRequest: 403,
}
#: Class -> (heading, what to do next, its link).
ADVICE: Mapping[type[errors.EngineError], tuple[str, str, str]] = {
    errors.EngineError: ("系统未能完成这一操作", "返回待办", "/inbox"),
    errors.NotFound: ("没有找到", "返回待办", "/inbox"),
    errors.NotAllowed: ("没有权限", "返回待办", "/inbox"),
    errors.NotEligible: ("不符合申请条件", "回到申报大厅查看各项条件", "/hall"),
    errors.NotSignedIn: ("请重新登录", "重新登录", "/login"),
    errors.Conflict: ("情况已发生变化", "返回待办", "/inbox"),
    errors.AlreadyApplied: ("本轮次已有申请", "查看已有办件", "/cases"),
    errors.LimitReached: ("超过限额", "查看本单位办件", "/cases"),
    errors.OutsideWindow: ("不在办理窗口内", "查看轮次与窗口", "/rounds"),
    errors.TaskAlreadyCompleted: ("这项任务已经办结", "返回待办", "/inbox"),
    errors.TaskAlreadyClaimed: ("这项任务已被签收", "返回待办", "/inbox"),
    errors.BadRequest: ("提交的内容有误", "返回待办", "/inbox"),
    errors.Unavailable: ("系统繁忙", "返回待办", "/inbox"),
    ForgedRequest: ("没有执行", "返回待办", "/inbox"),
}
#: What the browser itself or the framework refuses.
HTTP_SENTENCES: Mapping[int, tuple[str, str]] = {
    400: ("请求有误", "请求的格式不正确，没有执行。请返回上一页重试。"),
    404: ("没有找到", errors.NotFound.default_sentence),
    405: ("不能这样访问", "这个地址不接受这种操作。请从页面上的按钮办理。"),
    413: ("内容过大", "上传的文件或填写的内容超过上限，没有保存。请压缩或拆分后重新上传；其他已暂存的内容不受影响。"),
    429: ("操作过于频繁", "请稍候片刻再试。"),
}
#: When a person or a program may try again after a 503.
RETRY_SECONDS = 15


def register_refusals(app: Flask) -> None:
    """Answer every error of the engine, of the framework and of ourselves."""
    app.register_error_handler(errors.EngineError, refuse)
    app.register_error_handler(errors.NotSignedIn, ask_to_sign_in)
    app.register_error_handler(HTTPException, refuse_http)
    app.register_error_handler(Exception, report_fault)


def status_of(error: errors.EngineError) -> int:
    """Return the status of the error's nearest class in the table."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def refuse(
    error: errors.EngineError, *, typed: Sequence[tuple[str, str]] | None = None, way_out: tuple[str, str] | None = None
) -> Response:
    """Answer a refusal of the engine.

    Args:
        error: the refusal.
        typed: label and text of what the person had filled in; None for the fields of the request by their order.
        way_out: label and address of what to do next, when the table's advice is too general.
    """
    heading, advice, link = next(ADVICE[kind] for kind in type(error).__mro__ if kind in ADVICE)
    advice, link = way_out or (advice, link)
    status = status_of(error)
    if status >= 500:
        logger.error("The engine could not finish.", exc_info=error, extra={"action": request.endpoint})
    page: dict[str, object] = {"heading": heading, "sentence": error.sentence, "advice": advice, "link": link}
    page["details"] = error.details
    if status == 503:
        page["retry_after"] = RETRY_SECONDS
    return _answer(status, {**page, "typed": list_typed() if typed is None else typed})


def ask_to_sign_in(error: errors.NotSignedIn) -> Response:
    """Send a reader to the login page; show a writer what was typed, so that nothing is lost."""
    if request.method in SAFE_METHODS and not wants_json():
        target = url_for("sign_in.show_form", next=request.full_path.removesuffix("?"))
        response = make_response(redirect(target))
        if "HX-Request" in request.headers:
            response = make_response("", 200, {"HX-Redirect": url_for("sign_in.show_form")})
    else:
        # After signing in, the person is on the page again whose button was pressed.
        came_from = urlsplit(request.referrer or "")
        page = local_path(came_from.path) if came_from.netloc == request.host else None
        response = refuse(error, way_out=("重新登录", url_for("sign_in.show_form", next=page)))
    if session_cookie() in request.cookies:
        forget(response)
    return response


def refuse_http(error: HTTPException) -> Response:
    """Answer what the framework refused."""
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    heading, sentence = HTTP_SENTENCES.get(status, ("没有完成", errors.EngineError.default_sentence))
    page = {"heading": heading, "sentence": sentence, "advice": "返回待办", "link": "/inbox"}
    response = _answer(status, {**page, "typed": list_typed()})
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def report_fault(error: Exception) -> Response:
    """Answer a fault of our own: the log has the details, the person has a number to quote."""
    number = secrets.token_hex(4)
    logger.error("A request failed (fault %s).", number, exc_info=error, extra={"action": request.endpoint})
    sentence = f"系统出现故障，已记录（故障编号 {number}）。您可以稍后重试；反复出现时请把编号告诉系统管理员。"
    page = {"heading": "系统故障", "sentence": sentence, "advice": "返回待办", "link": "/inbox"}
    return _answer(500, {**page, "typed": list_typed()})


def wants_json() -> bool:
    """Tell whether the caller asked for JSON rather than a page."""
    accepted = request.accept_mimetypes
    return accepted.best == "application/json" and accepted["text/html"] < 1


def list_typed() -> tuple[tuple[str, str], ...]:
    """Return what the person had filled in, in order, for copying; never a token or a password."""
    if request.method in SAFE_METHODS or not request.content_type:
        return ()
    try:
        pairs = tuple(request.form.items(multi=True))
    except HTTPException:
        return ()
    return label_typed(pairs)


def _way_to_the_draft(status: int) -> dict[str, object]:
    """Return the way on of who works in the studio; a draft that was not found is no place to go back to."""
    draft_id = (request.view_args or {}).get("draft_id")
    if draft_id is None or status in (403, 404):
        return {"advice": "返回流程工作室", "link": "/studio"}
    return {"advice": "回到草稿", "link": f"/studio/drafts/{draft_id}"}


def _answer(status: int, page: Mapping[str, object]) -> Response:
    # A fault may strike before the session was read.
    g.setdefault("session", None)
    g.setdefault("received_at", None)
    if g.session is None and page["link"] == "/inbox":
        page = {**page, "advice": "查看公示公告", "link": "/public"}
    elif page["link"] == "/inbox" and request.path.startswith("/studio"):
        page = {**page, **_way_to_the_draft(status)}
    if wants_json():
        return make_response(jsonify(error=page["heading"], sentence=page["sentence"]), status)
    response = make_response(render_template("errors/refusal.html", status=status, **page), status)
    if "retry_after" in page:
        response.headers["Retry-After"] = str(page["retry_after"])
    if "HX-Request" in request.headers:
        # The refusal takes the place of the page's contents, not of the fragment that was asked for.
        response.headers.update({"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"})
    return response
