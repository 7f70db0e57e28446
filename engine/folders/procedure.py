"""`procedure.yaml`: what a procedure is called, who takes part in it, and who may apply."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from string import Formatter

from engine.calendars import LEVELS
from engine.folders.batches import BatchRule, read_batches
from engine.folders.cycles import CycleRule, read_cycle
from engine.folders.documents import Section
from engine.folders.organisations import KINDS, ROLES, read_word
from engine.language import Expression, FeelError, compile_expression
from engine.titles import RENEWAL_MONTHS

FILE = "procedure.yaml"
PUBLICITIES = ("主动公开", "依申请公开", "不公开")
MARKS = ("source", "reading", "platform")
YEARLY, STANDING = "yearly", "standing"
#: What a rule may name: the applicant's organisation, and its cases and titles so far.
RULE_NAMES = frozenset({"applicant", "history"})

_RULE_ID = re.compile(r"[A-Z]{1,3}\d{1,2}")
_REGION_CODE = re.compile(r"\d{6}(\d{3})?")
_NUMBER_FORMAT = re.compile(r"(0?\d{1,2}d)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRule:
    """The organisation of a kind and level on the applicant's own region chain."""

    kind: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRule:
    """Who works in a lane."""

    role: str
    #: None: the applicant itself, or the organisation that `named` names.
    office: OfficeRule | None
    #: Item of a multi-instance or case variable that holds the organisation's id, or "".
    named: str = ""
    #: Whether nobody reads what another in this lane submitted while its step is still open anywhere.
    is_sealed: bool = False
    #: Whether this office may shorten the round's windows for the applicants below it.
    sets_windows: bool = False

    @property
    def is_applicant(self) -> bool:
        """Whether the applicant itself works in this lane."""
        return self.office is None and not self.named


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterRule:
    """Who may start a case."""

    role: str
    #: Kinds of organisations that may start.
    kinds: tuple[str, ...]
    #: Levels it may stand at; empty when the eligibility rules decide.
    levels: tuple[str, ...]
    #: Kinds of the organisations that a case is about when the starter does not act for itself; empty when it does.
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRule:
    """适用地区: a procedure that one province, city or district has made for itself."""

    code: str
    name: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityRule:
    """One precondition."""

    id: str
    label: str
    #: True when the applicant satisfies it; None when it is left to the reviewers (judged).
    rule: Expression | None
    #: What an applicant reads who does not satisfy it: why, and what to do.
    message: str
    basis: str
    #: source, reading or platform
    mark: str
    #: Role that may waive it for one applicant, or "".
    overridable_by: str

    @property
    def is_judged(self) -> bool:
        """Whether people decide it, not the engine."""
        return self.rule is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceDocument:
    """A document the procedure rests on."""

    title: str
    number: str
    #: Path inside the folder, or "" when only named.
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """事项, as its owner describes it."""

    id: str
    name: str
    #: Title of a round, with `{year}` unless it is standing.
    title: str
    #: Whether cases begin on any day, in one permanent round, instead of in a round of each year.
    is_standing: bool
    #: Whether an applicant may have several cases in one round.
    has_many_cases: bool
    summary: str
    publicity: str
    #: Organisations outside of it neither own the procedure nor apply; None: it is for the whole country.
    region: RegionRule | None
    basis: tuple[str, ...]
    documents: tuple[ReferenceDocument, ...]
    #: `case` and `receipt`: patterns over `{year}` and `{number}`, safe to `format`.
    numbering: Mapping[str, str]
    lanes: Mapping[str, LaneRule]
    starters: StarterRule
    eligibility: tuple[EligibilityRule, ...]
    #: Kinds of the title (称号) that it deals with, often one: expressions read the applicant's as `title`.
    title_kinds: tuple[str, ...]
    #: The cases that the clock begins by itself, or None.
    cycle: CycleRule | None
    #: By the id of the user task: the steps that may be taken for many cases at once.
    batches: Mapping[str, BatchRule]

    @property
    def title_kind(self) -> str:
        """The first of the kinds, or ""."""
        return next(iter(self.title_kinds), "")

    @property
    def renewal_months(self) -> int:
        """How long before its expiry the title may be renewed, as far as this procedure knows."""
        return self.cycle.months if self.cycle and self.cycle.months else RENEWAL_MONTHS

    @property
    def asks_history(self) -> bool:
        """Whether some precondition reads what the applicant has been and done so far."""
        return any(rule.rule is not None and "history" in rule.rule.names for rule in self.eligibility)


def read_procedure(document: Section) -> Procedure:
    """Read the whole file; faults go to the document's problems."""
    cycle = read_cycle(document)
    procedure = Procedure(
        id=read_word(document, "id"),
        name=document.text("name"),
        title=_read_pattern(document, "title", () if document.content.get("rounds") == STANDING else ("year",)),
        is_standing=document.text("rounds", required=False, among=(YEARLY, STANDING)) == STANDING,
        has_many_cases=document.text("cases_per_applicant", required=False, among=("one", "many")) == "many",
        summary=document.text("summary"),
        publicity=document.text("publicity", among=PUBLICITIES),
        region=_read_region(document),
        basis=document.texts("basis"),
        documents=tuple(_read_reference(entry) for entry in document.listed_sections("documents", required=False)),
        numbering=_read_numbering(document),
        lanes={name: _read_lane(entry) for name, entry in document.named_sections("lanes")},
        starters=_read_starters(document),
        eligibility=_read_eligibility(document),
        title_kinds=_read_title_kinds(document) or ((cycle.title,) if cycle and cycle.title else ()),
        cycle=cycle,
        batches=read_batches(document),
    )
    document.finish()
    return procedure


def _read_region(document: Section) -> RegionRule | None:
    if "region" not in document:
        return None
    section = document.section("region")
    if section is None:
        return None
    rule = RegionRule(code=section.text("code"), name=section.text("name"), level=section.text("level", among=LEVELS))
    if rule.code and not _REGION_CODE.fullmatch(rule.code):
        section.refuse("code", "code 应为六位或九位行政区划代码，加引号，与 organisations/regions.yaml 一致。")
    section.finish()
    return rule


def _read_title_kinds(document: Section) -> tuple[str, ...]:
    """Return the kinds of `title_kind`, which is one text or a list: a title keeps the name it was granted under."""
    if isinstance(document.content.get("title_kind"), list):
        return document.texts("title_kind")
    kind = document.text("title_kind", required=False)
    return (kind,) if kind else ()


def _read_reference(entry: Section) -> ReferenceDocument:
    reference = ReferenceDocument(
        title=entry.text("title"),
        number=entry.text("number", required=False),
        file=entry.text("file", required=False),
    )
    entry.finish()
    return reference


def _read_numbering(document: Section) -> dict[str, str]:
    section = document.section("numbering")
    if section is None:
        return {}
    patterns = {key: _read_pattern(section, key, ("year", "number")) for key in ("case", "receipt")}
    section.finish()
    return patterns


def _read_pattern(section: Section, key: str, names: Collection[str]) -> str:
    """Return a text that may be formatted with exactly these names; anything else would reach into Python."""
    text = section.text(key)
    try:
        fields = [(name, form, conversion) for _, name, form, conversion in Formatter().parse(text) if name is not None]
    except ValueError:
        fields = [("", "", None)]
    is_plain = all(
        name in names and conversion is None and _NUMBER_FORMAT.fullmatch(form or "")
        for name, form, conversion in fields
    )
    used = [name for name, _, _ in fields]
    if text and (not is_plain or set(used) != set(names) or used.count("number") > 1):
        wanted = "、".join(f"{{{name}}}" for name in names)
        section.refuse(key, f"{key} 应含有且只含有 {wanted}，序号只出现一次，可写作 {{number:04d}}。")
        return ""
    return text


def _read_lane(entry: Section) -> LaneRule:
    role = entry.text("role", among=ROLES)
    if entry.content.get("office") == "applicant":
        entry.text("office")
        entry.finish()
        return LaneRule(role=role, office=None)
    section = entry.section("office")
    named = section.text("named", required=False) if section is not None else ""
    office = None
    if section is not None and not named:
        office = OfficeRule(kind=section.text("kind", among=KINDS), level=section.text("level", among=LEVELS))
    if section is not None:
        section.finish()
    rule = LaneRule(
        role=role,
        office=office,
        named=named,
        is_sealed=entry.flag("sealed"),
        sets_windows=entry.flag("sets_windows"),
    )
    entry.finish()
    return rule


def _read_starters(document: Section) -> StarterRule:
    section = document.section("starters")
    organisation = section.section("organisation") if section else None
    if section is None or organisation is None:
        return StarterRule(role="", kinds=(), levels=())
    starters = StarterRule(
        role=section.text("role", among=ROLES),
        kinds=_read_kinds(organisation),
        levels=organisation.texts("levels", required=False),
        about=section.texts("about", required=False),
    )
    for kind in starters.about:
        if kind not in KINDS:
            section.refuse("about", f"about 不认识“{kind}”，只能是：{'、'.join(KINDS)}。")
    for level in starters.levels:
        if level not in LEVELS:
            organisation.refuse("levels", f"levels 不认识“{level}”，只能是：{'、'.join(LEVELS)}。")
    organisation.finish()
    section.finish()
    return starters


def _read_kinds(organisation: Section) -> tuple[str, ...]:
    """Return `kinds`, or the one `kind`."""
    if "kinds" not in organisation.content:
        return (organisation.text("kind", among=KINDS),)
    kinds = organisation.texts("kinds")
    for kind in kinds:
        if kind not in KINDS:
            organisation.refuse("kinds", f"kinds 不认识“{kind}”，只能是：{'、'.join(KINDS)}。")
    return kinds


def _read_eligibility(document: Section) -> tuple[EligibilityRule, ...]:
    rules: list[EligibilityRule] = []
    for entry in document.listed_sections("eligibility", required=False):
        rule = _read_rule(entry)
        if rule.id in {known.id for known in rules}:
            entry.refuse("id", f"条件 {rule.id} 写了两次，请改编号。")
        rules.append(rule)
    return tuple(rules)


def _read_rule(entry: Section) -> EligibilityRule:
    rule_id = entry.text("id")
    if rule_id and not _RULE_ID.fullmatch(rule_id):
        entry.refuse("id", f"条件编号“{rule_id}”应为大写字母加数字，如 E1。")
    is_judged = entry.flag("judged")
    rule = EligibilityRule(
        id=rule_id,
        label=entry.text("label"),
        rule=_read_expression(entry, is_judged),
        message=entry.text("message", required=not is_judged),
        basis=entry.text("basis"),
        mark=entry.text("mark", among=MARKS),
        overridable_by=entry.text("overridable_by", required=False, among=ROLES),
    )
    entry.finish()
    return rule


def _read_expression(entry: Section, is_judged: bool) -> Expression | None:
    text = entry.text("rule", required=not is_judged)
    if is_judged and text:
        entry.refuse("rule", "由评审单位判断的条件（judged: true）不写 rule，请删去其中一项。")
    if not text or is_judged:
        return None
    try:
        expression = compile_expression(text, RULE_NAMES)
    except FeelError as error:
        entry.refuse("rule", f"rule “{text}”第{error.position + 1}个字符处：{error.message}")
        return None
    for name in sorted(expression.names - RULE_NAMES):
        entry.refuse("rule", f"rule 里没有“{name}”这个名称，可以用：{'、'.join(sorted(RULE_NAMES))}。")
    return expression
