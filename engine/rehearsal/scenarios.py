"""Scenarios (推演用例): the files of a folder's `scenarios/`, read strictly.

One file is one worked case, or one for each applicant of its `each`. `samples.yaml` holds what several of them share:
an applicant and the values of steps. How they are written stands in `bpmn/README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.calendars import LEVELS
from engine.clock import ZONE
from engine.errors import DefinitionRefused, Problem
from engine.folders.documents import Section, read_document
from engine.folders.organisations import KINDS as ORGANISATION_KINDS

FOLDER = "scenarios/"
#: The shared values of a folder's scenarios.
SAMPLES = "scenarios/samples.yaml"
#: What can happen in a step.
BEGIN, TASK, MESSAGE, TIMER = KINDS = ("begin", "task", "message", "timer")
MINUTE = "%Y-%m-%d %H:%M"
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
_TEXTS = ("role", "sample", "window", "extended_to", "refused")
_LISTS = ("materials", "expect", "operations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One worked case."""

    #: Path inside the folder.
    file: str
    written: Mapping[str, Any]
    #: What `samples.yaml` says, with the samples of `each` over it.
    samples: Mapping[str, Any]
    #: Which of the applicants of `each` it is about, or "".
    variant: str = ""

    @property
    def name(self) -> str:
        """Return a name that no other scenario of the folder has."""
        stem = self.file.removeprefix(FOLDER).rpartition(".")[0]
        return f"{stem}-{self.variant}" if self.variant else stem

    @property
    def title(self) -> str:
        """Return what it is about, as its owner wrote."""
        return f"{self.written['title']}（{self.variant}）" if self.variant else str(self.written["title"])

    @property
    def applicant(self) -> Mapping[str, Any]:
        """Return the applicant: what the scenario does not say is as in the samples."""
        return {**self.samples.get("applicant", {}), **self.written["applicant"]}

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        """Return what happens, in order."""
        return list(self.written["steps"])

    @property
    def ends(self) -> list[str]:
        """Return the end events that it reaches, sorted."""
        return sorted(self.written["ends"])

    def answers(self, step: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the values and the uploaded items of a step: those of its sample, and its own over them."""
        sample = self.samples["samples"][step["sample"]] if "sample" in step else {}
        values = {**sample.get("values", {}), **step.get("values", {})}
        return values, tuple(step.get("materials", sample.get("materials", ())))


def instant_of(text: str) -> datetime:
    """Return the instant of a step: a minute in Asia/Shanghai."""
    return datetime.strptime(text, MINUTE).replace(tzinfo=ZONE)


def scenario_files(files: Mapping[str, bytes]) -> list[str]:
    """Return the paths of a folder's scenarios, sorted."""
    return sorted(name for name in files if name.startswith(FOLDER) and name.endswith(".yaml") and name != SAMPLES)


def read_scenarios(files: Mapping[str, bytes], *, file: str = "") -> tuple[Scenario, ...]:
    """Read the scenarios of a folder, or those of one of its files.

    Raises:
        DefinitionRefused: with every problem of every file.
    """
    problems: list[Problem] = []
    samples = _read_samples(files, problems)
    scenarios: list[Scenario] = []
    for name in [file] if file else scenario_files(files):
        try:
            document = read_document(files[name], name, problems, may_number_keys=True)
        except DefinitionRefused as refusal:
            problems.extend(refusal.problems)
            continue
        _check(document, samples)
        if not problems:
            scenarios += _variants(name, document.content, samples)
    if problems:
        raise DefinitionRefused(tuple(problems))
    return tuple(scenarios)


def _variants(name: str, written: Mapping[str, Any], samples: Mapping[str, Any]) -> Iterator[Scenario]:
    """Yield the scenario of a file, or one for each applicant that it lists under `each`."""
    for one in written.get("each", [{}]):
        applicant = {**written["applicant"], **one.get("applicant", {})}
        own = {**samples, "samples": {**samples.get("samples", {}), **one.get("samples", {})}}
        variant = str(applicant["name"]) if one else ""
        yield Scenario(file=name, written={**written, "applicant": applicant}, samples=own, variant=variant)


def _read_samples(files: Mapping[str, bytes], problems: list[Problem]) -> Mapping[str, Any]:
    if SAMPLES not in files:
        return {}
    try:
        document = read_document(files[SAMPLES], SAMPLES, problems, may_number_keys=True)
    except DefinitionRefused as refusal:
        problems.extend(refusal.problems)
        return {}
    document.take("applicant", dict, required=False)
    for _, sample in document.named_sections("samples", required=False):
        sample.take("values", dict, required=False)
        sample.texts("materials", required=False)
        sample.finish()
    document.finish()
    return document.content


def _check(document: Section, samples: Mapping[str, Any]) -> None:
    """Add what is wrong with a scenario to its problems."""
    document.text("title")
    document.integer("year", 1949, 2199)
    applicant = document.take("applicant", dict) or {}
    document.texts("without", required=False)
    document.texts("ends")
    for name in ("titles", "findings"):
        document.take(name, list, required=False)
    known = set(samples.get("samples") or {})
    each = list(document.listed_sections("each", required=False))
    if not each:
        _check_applicant(document, {**(samples.get("applicant") or {}), **applicant})
    for one in each:
        own = one.take("applicant", dict) or {}
        _check_applicant(one, {**(samples.get("applicant") or {}), **applicant, **own})
        known |= set(one.take("samples", dict, required=False) or {})
        one.finish()
    _check_steps(document, known)
    document.finish()


def _check_applicant(section: Section, applicant: Mapping[str, Any]) -> None:
    if not isinstance(applicant.get("name"), str):
        section.refuse("applicant", "applicant 缺少 name（申请单位的名称），请补上。")
    for name, known in (("level", LEVELS), ("kind", ORGANISATION_KINDS)):
        if applicant.get(name, known[0]) not in known:
            section.refuse("applicant", f"{name} 不认识“{applicant[name]}”，只能是：{'、'.join(known)}。")


def _check_steps(document: Section, samples: set[str]) -> None:
    steps = list(document.listed_sections("steps"))
    for step in steps:
        _check_step(step, samples)
    if steps and BEGIN not in steps[0]:
        steps[0].refuse("", "第一步应写 begin（从哪个开始事件开始）。")
    for step in steps[1:]:
        if BEGIN in step:
            step.refuse(BEGIN, "一个用例只能开始一次，请删去这一步，或另写一个用例。")


def _check_step(step: Section, samples: set[str]) -> None:
    at = step.text("at")
    if at and not _is_instant(at):
        step.refuse("at", f"at 应写成“2023-10-25 10:00”（北京时间，加引号），现在是“{at}”。")
    kinds = [kind for kind in KINDS if kind in step]
    if len(kinds) != 1:
        step.refuse("", f"每一步写 {'、'.join(KINDS)} 其中的一个，不能多也不能少。")
    for name in kinds:
        step.text(name)
    for name in _TEXTS:
        step.text(name, required=False)
    for name in _LISTS:
        step.texts(name, required=False)
    step.take("values", dict, required=False)
    if "panel" in step:
        step.integer("panel", 1, 99)
    sample = step.content.get("sample")
    if sample is not None and sample not in samples:
        step.refuse(
            "sample", f"samples.yaml 里没有样例“{sample}”，可以用：{'、'.join(sorted(samples)) or '（没有样例）'}。"
        )
    step.finish()


def _is_instant(text: str) -> bool:
    try:
        instant_of(text)
    except ValueError:
        return False
    return _INSTANT.fullmatch(text) is not None
