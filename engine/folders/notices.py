"""Texts of notices as owners write them: `{FEEL}` placeholders, and whom they go to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.folders.procedure import Procedure

#: What a notice's title and body may contain between braces; the runtime checks the FEEL when it reads the diagram.
PLACEHOLDER = re.compile(r"\{([^{}]{1,200})\}")
#: Everybody who takes part in the case.
EVERYBODY = "all"


def check_notice(parameters: Mapping[str, str], procedure: Procedure) -> Iterator[str]:
    """Yield what is wrong with a notice's parameters, as Chinese sentences."""
    known = {EVERYBODY, *procedure.lanes, *(rule.role for rule in procedure.lanes.values())}
    recipients = read_recipients(parameters.get("to", ""))
    if len(set(recipients)) < len(recipients) or (EVERYBODY in recipients and len(recipients) > 1):
        yield f"通知的收件方“{'、'.join(recipients)}”有重复，每个单位只写一次；写了 {EVERYBODY} 的，不再写其他收件方。"
    for recipient in recipients:
        if recipient and recipient not in known:
            yield f"通知的收件方“{recipient}”不是泳道或角色，可以写：{'、'.join(sorted(known))}。"


def read_recipients(text: str) -> tuple[str, ...]:
    """Return the recipients that a notice names, separated by commas; an empty text is refused as an empty name."""
    return tuple(part.strip() for part in re.split("[,，、]", text))
