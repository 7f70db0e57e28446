"""The parameters of one call of an operation, read strictly: a wrong one is an incident that names the step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from engine.clock import local
from engine.errors import ExecutionError
from engine.recording.action import CaseAction
from engine.runtime import Effect
from engine.store import organisations

LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a service task passes to its operation, with the action it is part of."""

    action: CaseAction
    call: Effect

    @property
    def today(self) -> date:
        """The day of the action."""
        return local(self.action.at).date()

    def text(self, name: str) -> str:
        """Return a text, "" when it is not given."""
        value = self.call.parameters.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            self.refuse(name, f"应为不超过 {LONGEST_TEXT} 字的文字")
        return value.strip()

    def words(self, name: str) -> str:
        """Return a text that must be given."""
        return self.text(name) or self.refuse(name, "没有值")

    def whole(self, name: str, low: int, high: int) -> int:
        """Return a whole number between two bounds, both included."""
        value = self.call.parameters.get(name)
        if isinstance(value, str) and value.strip().isdecimal():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.refuse(name, f"应为 {low} 到 {high} 的整数")
        return value

    def has(self, name: str) -> bool:
        """Tell whether a parameter has a value."""
        return self.call.parameters.get(name) not in (None, "")

    def day(self, name: str) -> date:
        """Return a day."""
        try:
            return date.fromisoformat(self.words(name))
        except ValueError:
            self.refuse(name, "应为日期，如 2021-07-02")

    def listed(self, name: str) -> list[str]:
        """Return a list of texts: a FEEL list, or a text with commas."""
        value = self.call.parameters.get(name)
        parts = re.split("[,，、]", value) if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            self.refuse(name, "应为文字列表，或用逗号分开的文字")
        found = [part.strip() for part in parts if part.strip()]
        return found or self.refuse(name, "没有值")

    def party(self) -> str:
        """Return whom it is about: the named organisation, or the applicant."""
        organisation_id = self.text("party") or self.action.case.applicant_id
        is_applicant = organisation_id == self.action.case.applicant_id
        if not is_applicant and not organisations.is_known(self.action.connection, organisation_id):
            self.refuse("party", "不是已登记的单位")
        return organisation_id

    def deciding_office(self) -> str:
        """Return the organisation that decides: the office of the named lane, or of the lane the step stands in."""
        lane_id = self.text("by") or self.action.element(self.call.element_id).lane
        return self.action.case.offices.get(lane_id) or self.refuse("by", "在本办件里没有对应的单位")

    def refuse(self, name: str, what: str) -> NoReturn:
        """Stop the action.

        Raises:
            ExecutionError: always; names the step, the parameter and what is wrong with it.
        """
        step = self.action.label(self.call.element_id)[1]
        raise ExecutionError(f"“{step}”的参数 {name}{what}，请管理员核对。", element_id=self.call.element_id)

    def fail(self, sentence: str) -> NoReturn:
        """Stop the action for a reason that lies in the register, not in a parameter.

        Raises:
            ExecutionError: always; names the step.
        """
        step = self.action.label(self.call.element_id)[1]
        raise ExecutionError(f"“{step}”不能完成：{sentence}", element_id=self.call.element_id)
