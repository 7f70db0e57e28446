"""The kinds of FEEL values, what operations make of them, and how they are spoken of."""

from __future__ import annotations

from collections.abc import Mapping

from engine.language import nodes
from engine.language.nodes import Node

ANY, NULL = "any", "null"
NUMBER, STRING, BOOLEAN = "number", "string", "boolean"
DATE, TIME, MOMENT, DURATION = "date", "time", "date and time", "duration"
LIST, CONTEXT = "list", "context"

WORDS: Mapping[str, str] = {
    NUMBER: "数字",
    STRING: "文字",
    BOOLEAN: "“是否”值",
    DATE: "日期",
    TIME: "时刻",
    MOMENT: "日期时间",
    DURATION: "时长",
    LIST: "列表",
    CONTEXT: "一组值",
    NULL: "空",
}
UNKNOWN = frozenset({ANY, NULL})
UNORDERED = frozenset({BOOLEAN, LIST, CONTEXT})
TEMPORAL = frozenset({DATE, TIME, MOMENT})
#: What built-in functions give; a function that is not named here may give anything.
RESULTS: Mapping[str, str] = {
    **dict.fromkeys(("date",), DATE),
    **dict.fromkeys(("time",), TIME),
    **dict.fromkeys(("date and time", "now"), MOMENT),
    **dict.fromkeys(("today",), DATE),
    **dict.fromkeys(("duration", "years and months duration"), DURATION),
    **dict.fromkeys(("number", "count", "sum", "mean", "abs", "floor", "ceiling", "decimal", "modulo", "sqrt"), NUMBER),
    **dict.fromkeys(("product", "median", "stddev", "round up", "round down", "string length", "log", "exp"), NUMBER),
    **dict.fromkeys(("round half up", "round half down", "day of year", "week of year"), NUMBER),
    **dict.fromkeys(("string", "substring", "substring before", "substring after", "upper case"), STRING),
    **dict.fromkeys(("lower case", "replace", "string join", "trim", "day of week", "month of year"), STRING),
    **dict.fromkeys(("not", "contains", "starts with", "ends with", "matches", "list contains"), BOOLEAN),
    **dict.fromkeys(("all", "any", "even", "odd", "is", "before", "after"), BOOLEAN),
    **dict.fromkeys(("append", "concatenate", "distinct values", "flatten", "split", "sublist", "union"), LIST),
    **dict.fromkeys(("reverse", "sort", "remove", "index of", "insert before"), LIST),
}
PARTS = {"year": NUMBER, "month": NUMBER, "day": NUMBER, "hour": NUMBER, "minute": NUMBER, "second": NUMBER}
#: Paths below the facts of the engine.
FACT_PATHS: Mapping[str, str] = {
    "round.year": NUMBER,
    "round.title": STRING,
    "applicant.name": STRING,
    "applicant.id": STRING,
    "applicant.kind": STRING,
    "applicant.levels": LIST,
}


_SUMS = {(NUMBER, NUMBER): NUMBER, (DURATION, DURATION): DURATION}
_SHIFTS = {(one, DURATION): one for one in TEMPORAL}
OUTCOMES: Mapping[str, Mapping[tuple[str, str], str]] = {
    "+": {**_SUMS, **_SHIFTS, (STRING, STRING): STRING, **{(DURATION, one): one for one in TEMPORAL}},
    "-": {**_SUMS, **_SHIFTS, **{(one, other): DURATION for one in TEMPORAL for other in TEMPORAL}},
    "*": {(NUMBER, NUMBER): NUMBER, (NUMBER, DURATION): DURATION, (DURATION, NUMBER): DURATION},
    "/": {(NUMBER, NUMBER): NUMBER, (DURATION, NUMBER): DURATION, (DURATION, DURATION): NUMBER},
    "**": {(NUMBER, NUMBER): NUMBER},
}


def path_of(node: Node) -> str:
    """Return `a.b.c` for a path over a name, else ""."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Path):
        source = path_of(node.source)
        return f"{source}.{node.name}" if source else ""
    return ""


def described(node: Node, kind: str) -> str:
    path = path_of(node)
    if path:
        return f"“{path}”"
    if isinstance(node, nodes.Literal) and kind in {STRING, NUMBER}:
        return f"“{node.value}”" if kind == STRING else str(node.value)
    return f"这{WORDS[kind]}" if kind in WORDS else "这个值"


def incomparable(left: Node, right: Node, kinds: tuple[str, str]) -> str:
    texts = [node for node, kind in ((left, kinds[0]), (right, kinds[1])) if kind == STRING]
    advice = ""
    if texts and not TEMPORAL.isdisjoint(kinds):
        function = "date" if DATE in kinds else "date and time"
        advice = f"；日期字段保存的是文字，请写成 {function}({path_of(texts[0]) or '…'})"
    return (
        f"{described(left, kinds[0])}是{WORDS[kinds[0]]}，{described(right, kinds[1])}是{WORDS[kinds[1]]}，"
        f"两者不能比较，结果总是空{advice}。"
    )


def incalculable(sign: str, operands: tuple[Node, Node], pair: tuple[str, str]) -> str:
    named = "和".join(f"{described(node, kind)}（{WORDS[kind]}）" for node, kind in zip(operands, pair, strict=True))
    advice = "；要把数字接在文字里，请用 string(…)" if set(pair) == {STRING, NUMBER} and sign == "+" else ""
    return f"{named}不能用“{sign}”计算，结果总是空{advice}。"
