"""What comes from outside as a folder: a zip as people pack it, or a drawing of any modeller with all that it lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from engine.editions.drawings import DIAGRAM, Drawing, Step, read_drawing
from engine.editions.looking import name_in
from engine.errors import DefinitionRefused
from engine.folders import unpack
from engine.folders.procedure import FILE as PROCEDURE
from engine.folders.templates import with_shared_templates
from engine.folders.windows import FILE as WINDOWS
from engine.language.wording import brief
from engine.runtime import import_diagram, read_definition

#: Kind of a field of Camunda's own forms -> component of ours; any other is a text.
_COMPONENTS: Mapping[str, dict[str, Any]] = {
    "long": {"type": "number"},
    "boolean": {"type": "checkbox"},
    "date": {"type": "datetime", "subtype": "date"},
    "enum": {"type": "select"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The office that imports, as lanes name one."""

    role: str
    kind: str
    level: str
    #: Kinds of organisations that apply in procedures of this office.
    starters: tuple[str, ...]


def folder_in(content: bytes, shared: Path) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the files of a zipped folder, and what was left out or added.

    Args:
        content: the zip; the folder itself may be its only entry.
        shared: where templates of documents that several procedures use are.

    Raises:
        DefinitionRefused: it is no zip, too large, damaged, or its paths lead outside.
    """
    packed = unpack(content)
    visible = {name: data for name, data in packed.items() if not _is_hidden(name)}
    report = [f"{name} 是系统自动生成的隐藏文件，没有收入。" for name in sorted(packed.keys() - visible.keys())]
    tops = {PurePosixPath(name).parts[0] for name in visible}
    if len(tops) == 1 and PROCEDURE not in visible:
        (top,) = tops
        visible = {name.removeprefix(f"{top}/"): data for name, data in visible.items() if name != top}
    files = with_shared_templates(visible, shared)
    report += [f"补入公用文书模板 {name}。" for name in sorted(files.keys() - visible.keys())]
    return files, tuple(report)


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def folder_of_drawing(
    content: bytes, office: Office, known: Mapping[str, Mapping[str, bytes]]
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return a whole folder around a drawing of any modeller, and everything that was assumed.

    Args:
        content: a BPMN 2.0 file.
        office: who imports it.
        known: procedure -> files of its version in force: a drawing of one of them takes the place of its diagram.

    Raises:
        DefinitionRefused: it is no such file, or has elements that cannot be imported; names each.
    """
    for files in known.values():
        if _runs({**files, DIAGRAM: content}):
            return {**files, DIAGRAM: content}, (
                "与已有事项的其他文件可以一起运行：流程图原样收入，其余沿用现行版本。",
            )
    imported = import_diagram(content, as_words=True)
    drawing = read_drawing(imported.bpmn, imported.process_id)
    report = [str(one) for one in imported.report]
    report += _said_of_ids(imported.renamed)
    if drawing.process_id in known:
        files = {**known[drawing.process_id], DIAGRAM: drawing.content}
        missing = [step for step in drawing.steps if f"forms/{step.id}.form" not in files]
        report.append("流程编号与已有事项相同：只替换了流程图，其余文件沿用现行版本。")
        return {**files, **_forms(missing)}, (*report, *_said_of_forms(missing))
    files = {DIAGRAM: drawing.content, **_forms(drawing.steps)}
    files[PROCEDURE] = _procedure(drawing, office).encode()
    files[WINDOWS] = b"windows: {}\ntime_limits: {}\n"
    files["README.md"] = f"# {drawing.name}\n\n由流程图导入，请写明依据、谁来办、何时办。\n".encode()
    return files, (*report, *_said_of_people(drawing, office), *_said_of_forms(drawing.steps))


def _said_of_ids(renamed: Sequence[tuple[str, str]]) -> Iterator[str]:
    if renamed:
        shown = "，".join(f"{brief(old)} → {new}" for old, new in renamed[:5])
        rest = f" 等 {len(renamed)} 个" if len(renamed) > 5 else ""
        yield f"编号改为小写英文单词：{shown}{rest}。请在流程图里改成说明这一步做什么的单词。"


def _runs(files: Mapping[str, bytes]) -> bool:
    """Tell whether a diagram runs as it is among the files of a procedure."""
    try:
        definition = read_definition(files, digest="")
    except DefinitionRefused:
        return False
    return definition.process_id == name_in(files)[0]


def _procedure(drawing: Drawing, office: Office) -> str:
    """Return procedure.yaml as far as a drawing tells; texts are written as JSON, which YAML reads."""
    name = json.dumps(drawing.name, ensure_ascii=False)
    starters = ", ".join(office.starters)
    return "\n".join(
        (
            f"id: {drawing.process_id}",
            f"name: {name}",
            f"title: {name}",
            "rounds: standing   # 导入时先按常年办理；有申报轮次的，删去此行并在 windows.yaml 里写明窗口",
            f"summary: {name}",
            "publicity: 不公开",
            "basis: [请写明依据]",
            "numbering:",
            f'  case: "{drawing.process_id}-{{year}}-{{number:04d}}"',
            '  receipt: "收件-{year}-{number:06d}"',
            "lanes:",
            *(
                f"  {lane}: {_lane_rule(drawing, lane, office)}   # {_comment(drawing.lanes[lane])}"
                for lane in drawing.lanes
            ),
            f"starters: {{role: applicant, organisation: {{kinds: [{starters}]}}}}",
            "",
        )
    )


def _comment(name: str) -> str:
    return " ".join(name.split())


def _lane_rule(drawing: Drawing, lane: str, office: Office) -> str:
    if lane == drawing.first_lane and len(drawing.lanes) > 1:
        return "{role: applicant, office: applicant}"
    return f"{{role: {office.role}, office: {{kind: {office.kind}, level: {office.level}}}}}"


def _said_of_people(drawing: Drawing, office: Office) -> Iterator[str]:
    if not drawing.lanes:
        yield "仍需修改：图中没有泳道，不知道由谁办理；请在流程图里画出泳道，并写明每条泳道的岗位和单位。"
    for lane, name in drawing.lanes.items():
        is_applicant = lane == drawing.first_lane and len(drawing.lanes) > 1
        whom = "申请单位" if is_applicant else "本单位"
        yield f"泳道“{name}”先写为由{whom}办理，请在流程图里核对岗位和单位。"
    yield "先按常年办理、不公开、可由申请单位自行发起建立，编号和依据待填；请逐项核对 procedure.yaml。"


def _forms(steps: Sequence[Step]) -> dict[str, bytes]:
    return {f"forms/{step.id}.form": json.dumps(_form(step), ensure_ascii=False, indent=2).encode() for step in steps}


def _form(step: Step) -> dict[str, Any]:
    components: list[dict[str, Any]] = [
        {
            "type": "text",
            "id": f"note_{step.id}",
            "text": f"由流程图导入{f'，原表单为 {step.form_key}' if step.form_key else ''}，请按这一步的需要编辑。",
        }
    ]
    for field in step.fields:
        component = {**_COMPONENTS.get(field.kind, {"type": "textfield"}), "id": field.key, "key": field.key}
        component["dateLabel" if field.kind == "date" else "label"] = field.label
        if field.kind == "enum":
            component["values"] = [{"value": value, "label": label} for value, label in field.options]
        components.append(component)
    if not step.fields:
        opinion = f"{step.id}_opinion"
        components.append({"type": "textarea", "id": opinion, "key": opinion, "label": "办理意见"})
    return {"type": "default", "id": step.id, "components": components}


def _said_of_forms(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        fields = f"，收入图中写明的 {len(step.fields)} 个字段" if step.fields else "，暂有一栏“办理意见”"
        key = f"（原表单 {step.form_key}）" if step.form_key else ""
        yield f"为“{step.name}”建立了表单 forms/{step.id}.form{key}{fields}，请编辑。"
