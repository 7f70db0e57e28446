"""What must agree between the files of a folder. Every check adds all it finds; nothing is raised here."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from engine.errors import Problem
from engine.folders import procedure as procedure_file
from engine.folders import windows as windows_file
from engine.folders.cycles import check_cycle
from engine.folders.diagrams import Place, read_places
from engine.folders.names import check_names, expression_texts
from engine.folders.operations import OPERATIONS, check_call
from engine.folders.organisations import ROLES
from engine.folders.procedure import Procedure
from engine.folders.windows import Schedule
from engine.runtime import Definition, Element
from forms import Form

_DIAGRAM = "process.bpmn"
_WORD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_FLOW = re.compile(r"[a-z][a-z0-9]*(__?[a-z0-9]+)*")
#: What modellers call things nobody named.
_GENERATED = re.compile(r"(Activity|Gateway|Event|Lane|Flow|StartEvent|EndEvent|Task|SequenceFlow)_\w+")
_REFERENCE = re.compile(r"(?<![\w.])(windows|deadlines)\s*\.\s*(\w+)")
_MARKS = ("依据", "解释", "平台默认")
_FORM_FILE = re.compile(r"forms/([^/]+)\.form")
_KNOWN_FILES = re.compile(
    r"procedure\.yaml|windows\.yaml|README\.md|[^/]+\.bpmn|forms/(shared/)?[^/]+\.form|scenarios/.+\.yaml|decisions/.+\.dmn|documents/.+"
)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A folder while it is checked; a file that could not be read is None and checked no further."""

    files: Mapping[str, bytes]
    folder_name: str | None
    operations: frozenset[str]
    procedure: Procedure | None
    schedule: Schedule | None
    definition: Definition | None
    forms: Mapping[str, Form]
    problems: list[Problem]
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, file: str, element: str, message: str) -> None:
        """Add a problem of a file that has no lines worth naming."""
        self.problems.append(Problem(file=file, element=element, message=message))

    def refuse_place(self, place: Place | Element, message: str, part: str = "") -> None:
        """Add a problem of an element of a diagram."""
        self.problems.append(_problem_at(place, message, part))


def check_folder(draft: Draft) -> None:
    """Run every check whose files could be read."""
    _check_files(draft)
    if draft.procedure is not None:
        _check_documents(draft, draft.procedure)
    if draft.definition is None:
        return
    definition, places = draft.definition, read_places(draft.files)
    _check_identity(draft, definition)
    _check_forms(draft, definition)
    _check_elements(draft, definition)
    _check_places(draft, places)
    if _form_ids(draft) == draft.forms.keys():
        # A form that could not be read would be missed under every name it provides.
        draft.problems.extend(check_names(definition, places, draft.forms))
    if draft.procedure is not None:
        _check_lanes(draft, draft.procedure, definition, places)
        _check_calls(draft, draft.procedure, places)
        _check_title(draft, draft.procedure, definition)
    if draft.schedule is not None:
        _check_schedule(draft, draft.schedule, definition)
        _check_references(draft, draft.schedule, places)


def _check_title(draft: Draft, procedure: Procedure, definition: Definition) -> None:
    """Refuse `title` where no kind of title is meant: it would be null for ever. Compare the cycle with its window."""
    own_names = frozenset().union(*(form.field_names for form in draft.forms.values()))
    if "title" in definition.variable_names - own_names and not procedure.title_kind:
        message = "流程图用到了 title（申请单位的称号），请写明 title_kind: 称号种类。"
        draft.refuse(procedure_file.FILE, "title_kind", message)
    if draft.schedule is not None:
        windows = {window.id: window.is_of_cycle for window in draft.schedule.windows.values()}
        for message in check_cycle(procedure.cycle, windows):
            draft.refuse(procedure_file.FILE, "cycle", message)
    if procedure.cycle is not None and not procedure.is_standing:
        draft.refuse(procedure_file.FILE, "cycle", "按周期发起的事项没有年度轮次，请写 rounds: standing。")


def _check_calls(draft: Draft, procedure: Procedure, places: Collection[Place]) -> None:
    for place in places:
        if place.operation in OPERATIONS:
            for message in check_call(place.operation, place.parameters, procedure):
                draft.refuse_place(place, message)


def _form_ids(draft: Draft) -> set[str]:
    """Return the ids that files directly in `forms/` are named after; `forms/shared/` holds blocks for others."""
    found = (_FORM_FILE.fullmatch(name) for name in draft.files)
    return {match.group(1) for match in found if match}


def _check_files(draft: Draft) -> None:
    for name in sorted(draft.files):
        if name.startswith("forms/") and not name.endswith(".form"):
            draft.refuse(name, "", "表单文件名应为“任务编号.form”，请改名或移出 forms 文件夹。")
        elif not _KNOWN_FILES.fullmatch(name):
            draft.warnings.append(Problem(file=name, message="不是事项文件夹里应有的文件，系统不会使用它。"))
    if "README.md" not in draft.files:
        draft.warnings.append(
            Problem(file="README.md", message="缺少事项说明 README.md：依据、谁来办、何时办、改过什么。")
        )


def _check_documents(draft: Draft, procedure: Procedure) -> None:
    for reference in procedure.documents:
        if reference.file and reference.file not in draft.files:
            draft.refuse(procedure_file.FILE, "documents", f"文件“{reference.file}”不在文件夹里，请放入或改正路径。")


def _check_identity(draft: Draft, definition: Definition) -> None:
    """Folder = process = procedure: one name, so that nobody has to look it up."""
    names = {"process.bpmn 的流程编号": definition.process_id}
    if draft.procedure is not None:
        names["procedure.yaml 的 id"] = draft.procedure.id
    if draft.folder_name is not None:
        names["文件夹名"] = draft.folder_name
    if len(set(names.values())) > 1:
        listing = "，".join(f"{what}是“{name}”" for what, name in names.items())
        draft.refuse(_DIAGRAM, definition.process_id, f"名称不一致：{listing}。请改成同一个。")


def _check_forms(draft: Draft, definition: Definition) -> None:
    tasks = {element.id for element in definition.elements.values() if element.kind == "userTask"}
    files = _form_ids(draft)
    for task in sorted(tasks - files):
        draft.refuse_place(definition.elements[task], f"没有表单，请建立 forms/{task}.form。", "form")
    for form in sorted(files - tasks):
        draft.refuse(f"forms/{form}.form", "", f"流程图里没有编号为“{form}”的用户任务，请改名或删除。")


def _check_elements(draft: Draft, definition: Definition) -> None:
    for element in definition.elements.values():
        if not _WORD.fullmatch(element.id):
            hint = "是建模工具自动生成的" if _GENERATED.fullmatch(element.id) else "不合规则"
            message = f"编号“{element.id}”{hint}，请改为小写英文单词加下划线，说明这一步做什么。"
            draft.refuse_place(element, message, "id")
        role = element.attributes.get("candidateGroups", "")
        if role and role not in ROLES:
            message = (
                f"办理角色“{role}”不存在，请改选“候选角色”；与泳道的角色相同的，不用写。可以用：{'、'.join(ROLES)}。"
            )
            draft.refuse_place(element, message, "role")
        _check_explained(draft, element)
    for message in sorted(definition.message_names):
        if not message.startswith("msg_"):
            draft.refuse(_DIAGRAM, message, f"消息“{message}”应以 msg_ 开头，请改名。")


def _check_explained(draft: Draft, element: Element) -> None:
    """Ask for what a person reads who clicks the step: its name, why it exists, and how sure that is."""
    if not element.name and element.kind != "parallelGateway":
        draft.warnings.append(_problem_at(element, "没有名称，办事人员看不出这一步是什么。"))
    if not element.basis and not element.mark:
        message = "没有写依据和标记：请写到条款，并标明是依据、解释还是平台默认；没有规定的，依据写“来源文件没有规定”。"
        draft.warnings.append(_problem_at(element, message))
    elif not element.basis:
        draft.warnings.append(_problem_at(element, "没有写依据：请写到条款（在文件里是说明中的一行“依据：…”）。"))
    elif not element.mark:
        message = "没有写标记：请标明是依据、解释还是平台默认（在文件里是说明中的一行“标记：…”）。"
        draft.warnings.append(_problem_at(element, message))
    if element.mark and element.mark not in _MARKS:
        draft.refuse_place(element, f"标记“{element.mark}”不认识，只能是：{'、'.join(_MARKS)}。")


def _check_places(draft: Draft, places: tuple[Place, ...]) -> None:
    for place in places:
        if place.operation and place.operation not in draft.operations:
            known = "、".join(sorted(draft.operations))
            draft.refuse_place(place, f"操作“{place.operation}”不存在，可以用：{known}。")
        if place.kind == "sequenceFlow" and not _FLOW.fullmatch(place.id):
            message = f"连线编号“{place.id}”不是单词，建议写作“起点__答案”。"
            draft.warnings.append(_problem_at(place, message, "id"))


def _check_lanes(draft: Draft, procedure: Procedure, definition: Definition, places: Collection[Place]) -> None:
    drawn = {place.id: place for place in reversed([*places]) if place.kind == "lane"}
    for lane in definition.lanes.values():
        if lane.id not in procedure.lanes:
            message = (
                f"泳道“{lane.name or lane.id}”没有规则，不知道由谁办理；请在流程图上选中它，选择岗位角色和单位"
                f"（写在 {procedure_file.FILE} 的 lanes.{lane.id}）。"
            )
            draft.refuse_place(drawn[lane.id], message, "lane_rule")
        if not _WORD.fullmatch(lane.id):
            draft.refuse(_DIAGRAM, lane.id, f"泳道编号“{lane.id}”应为小写英文单词，如 applicant。")
    for element in definition.elements.values():
        rule = procedure.lanes.get(element.lane)
        if rule is not None and rule.is_sealed and element.id in draft.forms and draft.forms[element.id].file_fields:
            draft.refuse_place(element, "密封填写的环节不能上传材料（各人的材料会互相看到），请改在其他环节上传。")
    for lane_id in procedure.lanes:
        if lane_id not in definition.lanes:
            draft.refuse(procedure_file.FILE, f"lanes.{lane_id}", f"流程图里没有编号为“{lane_id}”的泳道，请改正。")


def _check_schedule(draft: Draft, schedule: Schedule, definition: Definition) -> None:
    gated: dict[str, str] = {}
    for window in schedule.windows.values():
        if not _WORD.fullmatch(window.id):
            draft.refuse(windows_file.FILE, window.id, f"窗口编号“{window.id}”应为小写英文单词，如 filing。")
        for gate in window.gates:
            _check_task(draft, definition, f"windows.{window.id}.gates", gate)
            if gate in gated:
                message = f"任务“{gate}”同时受窗口“{gated[gate]}”和“{window.id}”限制，只能受一个。"
                draft.refuse(windows_file.FILE, f"windows.{window.id}.gates", message)
            gated[gate] = window.id
    for limit in schedule.time_limits.values():
        element = definition.elements.get(limit.element)
        if element is None or (element.kind != "userTask" and element.event != "timer"):
            message = f"流程图里没有编号为“{limit.element}”的用户任务或定时事件，请改正。"
            draft.refuse(windows_file.FILE, f"time_limits.{limit.element}", message)


def _check_task(draft: Draft, definition: Definition, place: str, element_id: str) -> None:
    element = definition.elements.get(element_id)
    if element is None or element.kind != "userTask":
        draft.refuse(windows_file.FILE, place, f"流程图里没有编号为“{element_id}”的用户任务，请改正。")


def _check_references(draft: Draft, schedule: Schedule, places: tuple[Place, ...]) -> None:
    """Refuse a timer or condition over a window or time limit that is not in the schedule: it would be null."""
    known: Mapping[str, Collection[str]] = {"windows": schedule.windows, "deadlines": schedule.time_limits}
    for place in places:
        for what, name in _references(" ".join(place.texts), known):
            draft.refuse_place(place, f"用到了 {what}.{name}，但 {windows_file.FILE} 里没有它，请改正。")
    for form in draft.forms.values():
        for what, name in _references(" ".join(expression_texts(form)), known):
            message = f"用到了 {what}.{name}，但 {windows_file.FILE} 里没有它，请改正。"
            draft.refuse(f"forms/{form.key}.form", name, message)


def _references(text: str, known: Mapping[str, Collection[str]]) -> list[tuple[str, str]]:
    found = dict.fromkeys(_REFERENCE.findall(text))
    return [(what, name) for what, name in found if name not in known[what]]


def _problem_at(place: Place | Element, message: str, part: str = "") -> Problem:
    return Problem(file=place.file, element=place.id, name=place.name, message=message, line=place.line, field=part)
