"""A scenario on its way: each step is taken, and what follows is compared with what its owner wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.folders import Folder
from engine.rehearsal.acting import Acting
from engine.rehearsal.deviation import REFUSALS, Deviation, sentence_of
from engine.rehearsal.scenarios import BEGIN, Scenario, instant_of
from engine.rehearsal.stage import Stage
from engine.rehearsal.story import Story
from engine.views.rehearsal import DeviationView, Played, ToldStep


@dataclass
class Course:
    """A scenario on its way over a stage."""

    acting: Acting
    story: Story = field(default_factory=Story)
    #: Ids of the elements passed so far, in order.
    passed: list[str] = field(default_factory=list)
    told: list[ToldStep] = field(default_factory=list)
    #: Number of the step that is taken, 1 for the first; one more than there are steps once all are.
    step: int = 0

    @classmethod
    def on(cls, stage: Stage, folder: Folder, scenario: Scenario) -> Course:
        """Prepare a scenario on an empty stage."""
        return cls(Acting.on(stage, folder, scenario))

    @property
    def scenario(self) -> Scenario:
        """The scenario that is played."""
        return self.acting.scenario

    @property
    def ends(self) -> list[str]:
        """The end events reached so far, in order."""
        elements = self.acting.folder.definition.elements
        return [name for name in self.passed if elements[name].kind == "endEvent"]

    def run(self) -> None:
        """Take every step, and compare where it ends.

        Raises:
            Deviation: at the first thing that is otherwise than written.
            EngineError: a step was refused.
            FormError: what a step fills in was refused.
        """
        for step in self.scenario.steps:
            self.step += 1
            self.take(step)
        self.step += 1
        if sorted(self.ends) != self.scenario.ends:
            raise Deviation(
                f"写的是到达 {self._names(self.scenario.ends)}，实际到达 {self._names(self.ends)}。",
                expected=self._listed(self.scenario.ends),
                actual=self._listed(self.ends),
            )

    def take(self, step: Mapping[str, Any]) -> None:
        """Let one thing happen, and compare what follows with what is written."""
        at = instant_of(step["at"])
        if self.acting.case_id:
            self._let_time_pass(step, at)
        sentence = self._act(step)
        self.acting.stage.beat()
        consequences = self._go_on(is_first=BEGIN in step)
        self.told.append(ToldStep(at=at, sentence=sentence, consequences=consequences))
        self._compare(step)

    def _let_time_pass(self, step: Mapping[str, Any], at: datetime) -> None:
        """Whatever goes off by itself before this step must have been a step of its own."""
        gone = self.acting.let_time_pass(at)
        if gone:
            raise Deviation(
                f"{step['at']} 之前已到时：{'、'.join(gone)}。请把它写成单独的一步。", expected=(), actual=gone
            )

    def _act(self, step: Mapping[str, Any]) -> str:
        wanted = step.get("refused")
        try:
            sentence = self.acting.act(step)
        except Deviation:
            raise
        except REFUSALS as refusal:
            said = sentence_of(refusal)
            if wanted is None or wanted not in said:
                raise Deviation(
                    f"系统没有接受这一步：{said}", expected=[f"被拒绝：{wanted}"] if wanted else (), actual=[said]
                ) from refusal
            return f"系统没有接受：{said}"
        if wanted is not None:
            raise Deviation("写的是系统不接受这一步，实际办成了。", expected=[f"被拒绝：{wanted}"], actual=[sentence])
        return sentence

    def _go_on(self, *, is_first: bool) -> tuple[str, ...]:
        with self.acting.stage.system.database.reading() as connection:
            if is_first and self.acting.folder.procedure.cycle is None:
                self.story.skip_notices(connection)
            self.story.case_id = self.acting.case_id
            consequences = self.story.go_on(connection)
        self.passed += self.story.passed
        return consequences

    def _compare(self, step: Mapping[str, Any]) -> None:
        if BEGIN in step and step[BEGIN] not in self.story.passed:
            raise Deviation(
                f"不是从“{self.acting.name_of(step[BEGIN])}”开始的。",
                expected=self._listed([step[BEGIN]]),
                actual=self._listed(self.story.passed),
            )
        elements = [self.acting.folder.definition.elements[name] for name in self.story.passed]
        waiting = sorted(task.element_id for task in self.acting.open_tasks())
        done = sorted(one.attributes["topic"] for one in elements if "topic" in one.attributes)
        for word, written, found in (("待办", "expect", waiting), ("系统操作", "operations", done)):
            wanted = sorted(step.get(written, ()))
            if found != wanted:
                raise Deviation(
                    f"{word}写的是 {self._names(wanted)}，实际是 {self._names(found)}。",
                    expected=self._listed(wanted),
                    actual=self._listed(found),
                )

    def _listed(self, ids: Iterable[str]) -> list[str]:
        return [self.acting.name_of(one) for one in ids]

    def _names(self, ids: Iterable[str]) -> str:
        return "、".join(self._listed(ids)) or "（没有）"


def perform(stage: Stage, folder: Folder, scenario: Scenario) -> Course:
    """Play a scenario on an empty stage and return its course.

    Raises:
        Deviation: at the first thing that is otherwise than written.
    """
    course = Course.on(stage, folder, scenario)
    course.run()
    return course


def play(stage: Stage, folder: Folder, scenario: Scenario) -> Played:
    """Play a scenario on a stage, which is emptied first, and tell how it went."""
    stage.clear()
    course, deviation = None, None
    try:
        course = Course.on(stage, folder, scenario)
        course.run()
    except REFUSALS as refusal:
        deviation = _deviation(scenario, course, refusal)
    return Played(
        file=scenario.file,
        name=scenario.name,
        title=scenario.title,
        steps=tuple(course.told) if course else (),
        passed=tuple(course.passed) if course else (),
        ends=tuple(course.ends) if course else (),
        deviation=deviation,
    )


def _deviation(scenario: Scenario, course: Course | None, refusal: Exception) -> DeviationView:
    """Say where a scenario stopped."""
    expected, actual = (refusal.expected, refusal.actual) if isinstance(refusal, Deviation) else ((), ())
    if course is None:
        return DeviationView(step=0, at=None, sentence=sentence_of(refusal))
    at = instant_of(scenario.steps[course.step - 1]["at"]) if 0 < course.step <= len(scenario.steps) else None
    return DeviationView(step=course.step, at=at, sentence=sentence_of(refusal), expected=expected, actual=actual)
