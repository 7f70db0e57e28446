"""`batches` in `procedure.yaml`: steps that an office may take for many cases of a round at once, with their 汇总表."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from engine.folders.documents import Section
from engine.language import Expression, FeelError, compile_expression

#: What `rows` may name besides the fields of the procedure's forms.
OWN_NAMES = frozenset({"applicant", "round", "case"})
#: What the template of a summary sheet may name.
SHEET_NAMES = frozenset({"document", "entries"})
YEAR = "{year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRule:
    """A step that one office takes for many cases."""

    #: Id of the user task.
    step: str
    #: File name of the summary sheet's template, or "" where the office sends none.
    sheet: str
    #: What the sheet is called, with `{year}` of the round.
    title: str
    #: Gives what one case puts into the sheet: a list of contexts, empty when it is left out.
    rows: Expression | None


def read_batches(document: Section) -> dict[str, BatchRule]:
    """Read the key `batches`; faults go to the document's problems."""
    return {step: _read_batch(step, entry) for step, entry in document.named_sections("batches", required=False)}


def _read_batch(step: str, entry: Section) -> BatchRule:
    sheet = entry.text("sheet", required=False)
    rule = BatchRule(
        step=step,
        sheet=sheet,
        title=entry.text("title", required=bool(sheet)),
        rows=_read_rows(entry) if sheet else None,
    )
    entry.finish()
    return rule


def _read_rows(entry: Section) -> Expression | None:
    text = entry.text("rows")
    if not text:
        return None
    try:
        return compile_expression(text)
    except FeelError as error:
        entry.refuse("rows", f"rows 第{error.position + 1}个字符处：{error.message}")
        return None


def check_batch(rule: BatchRule, steps: Collection[str], fields: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a batch, as Chinese sentences.

    Args:
        rule: the batch.
        steps: ids of the user tasks in lanes of offices whose members may read each other's work.
        fields: names of the fields of all forms of the procedure.
    """
    if rule.step not in steps:
        yield f"batches 里的“{rule.step}”不是单位办理的用户任务（申报单位、密封评分的环节不能批量办理），请改正。"
    unknown = sorted((rule.rows.names if rule.rows else frozenset()) - OWN_NAMES - set(fields))
    for name in unknown:
        yield f"batches {rule.step} 的 rows 里没有“{name}”这个名称，可以用表单字段和：{'、'.join(sorted(OWN_NAMES))}。"


def check_sheet(rule: BatchRule, names: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Yield what is wrong with a batch's template.

    Args:
        rule: a batch with a summary sheet.
        names: file name of each template that could be found -> the names it takes from outside.
    """
    if rule.sheet not in names:
        yield f"没有汇总表模板“{rule.sheet}”，请把它放入 documents 文件夹，或改正名称。"
    for name in sorted(set(names.get(rule.sheet, ())) - SHEET_NAMES):
        yield f"汇总表模板“{rule.sheet}”用到了“{name}”，可以用：{'、'.join(sorted(SHEET_NAMES))}。"
