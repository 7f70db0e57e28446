"""What a migration changed, in sentences that the people of the case read in its history."""

from __future__ import annotations

from collections.abc import Iterable

from engine.maintenance.plans import CasePlan
from engine.maintenance.tokens import name_of
from engine.runtime import Progress


def list_changes(plan: CasePlan, progress: Progress) -> tuple[str, ...]:
    """Return one sentence for everything that is different afterwards."""
    target = f"第 {plan.target.version} 版" if plan.target.version else "这份草稿"
    return (
        f"流程定义由第 {plan.source_version} 版改为{target}。",
        *_kept_and_renamed(plan),
        *_handed_over(plan),
        *_events(plan, progress),
        *_named("补记流程变量", sorted(plan.added)),
    )


def _kept_and_renamed(plan: CasePlan) -> Iterable[str]:
    assert plan.preview is not None
    old, new = plan.source.definition, plan.target.folder.definition
    pairs = [(name_of(old, before), name_of(new, after)) for before, after in plan.preview.mapped]
    yield from _named("原地继续", [before for before, after in pairs if before == after])
    yield from (f"“{before}”对应新版的“{after}”，办理内容和期限不变。" for before, after in pairs if before != after)


def _handed_over(plan: CasePlan) -> Iterable[str]:
    names = plan.target.tree.organisations
    for step in plan.steps:
        if step.is_handed_over:
            yield f"“{step.name}”改由{names[step.organisation_id].name}办理。"


def _events(plan: CasePlan, progress: Progress) -> Iterable[str]:
    old, new = plan.source.definition, plan.target.folder.definition
    gone = {row.token_id: row.name for row in plan.timers}
    withdrawn = [name_of(old, name) for name in plan.preview.withdrawn] if plan.preview else []
    stopped = [gone[token] for token in progress.disarmed if token in gone]
    yield from _named("不再等待", [*withdrawn, *stopped])
    yield from _named("开始计时", [name_of(new, armed.element_id) for armed in progress.armed])
    yield from _named("新增待办", [name_of(new, opened.element_id) for opened in progress.opened])
    taken = [task.name for task in plan.tasks if task.token_id in progress.closed]
    yield from _named("撤销待办", taken)


def _named(word: str, names: Iterable[str]) -> Iterable[str]:
    found = list(dict.fromkeys(names))
    if found:
        yield f"{word}：{'、'.join(found)}。"
