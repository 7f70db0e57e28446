"""What can be checked of the operations about titles and findings before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.folders.procedure import Procedure
from engine.titles import FEWEST_STARS, LONGEST_TERM_YEARS, MOST_STARS

#: Parameter -> its lowest and highest value.
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "term_years": (1, LONGEST_TERM_YEARS),
    "stars": (FEWEST_STARS, MOST_STARS),
    "year": (1992, 2199),
}


def check_title_call(parameters: Mapping[str, str], procedure: Procedure) -> Iterator[str]:
    """Yield what is wrong with literal numbers and with the office that decides, as Chinese sentences."""
    for name, (low, high) in _BOUNDS.items():
        text = parameters.get(name, "").strip()
        if text and not text.startswith("=") and not (text.isdecimal() and low <= int(text) <= high):
            yield f"参数 {name} “{text[:60]}”应为 {low} 到 {high} 的整数，或以 = 开头的表达式。"
    lane_id = parameters.get("by", "").strip()
    if lane_id and lane_id not in procedure.lanes:
        yield f"参数 by “{lane_id[:60]}”不是泳道，可以写：{'、'.join(procedure.lanes)}。"
