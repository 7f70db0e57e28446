"""Texts of notices as owners write them: `{FEEL}` placeholders, and whom they go to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.folders.procedure import Procedure
from engine.language import FeelError, compile_expression

#: What a notice's title and body may contain between braces.
PLACEHOLDER = re.compile(r"\{([^{}]{1,200})\}")
#: Everybody who takes part in the case.
EVERYBODY = "all"


def check_notice(parameters: Mapping[str, str], procedure: Procedure) -> Iterator[str]:
    """Yield what is wrong with a notice's parameters, as Chinese sentences."""
    known = {EVERYBODY, *procedure.lanes, *(rule.role for rule in procedure.lanes.values())}
    for recipient in read_recipients(parameters.get("to", "")):
        if recipient not in known:
            yield f"通知的收件方“{recipient}”不是泳道或角色，可以写：{'、'.join(sorted(known))}。"
    if not parameters.get("title", "").strip():
        yield "通知没有标题，请填写参数 title。"
    for name in ("title", "body"):
        text = parameters.get(name, "")
        for placeholder in PLACEHOLDER.finditer(text):
            yield from _check_placeholder(placeholder)
        if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
            yield f"通知参数 {name} 的花括号不成对，或其中的表达式超过 200 个字符。"


def read_recipients(text: str) -> tuple[str, ...]:
    """Return the recipients that a notice names, separated by commas; an empty text is refused as an empty name."""
    return tuple(part.strip() for part in re.split("[,，、]", text))


def _check_placeholder(placeholder: re.Match[str]) -> Iterator[str]:
    try:
        compile_expression(placeholder[1])
    except FeelError as error:
        yield f"通知文字中的“{placeholder[0]}”第{error.position + 1}个字符处：{error.message}"
