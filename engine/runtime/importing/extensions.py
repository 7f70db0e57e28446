"""What other products wrote beside BPMN: kept where it harms nobody, taken out where it would have to run, listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree
from lxml.etree import _Element as XmlNode

from engine.language.wording import brief, quoted
from engine.runtime.checks_extensions import REFUSED_EXTENSIONS, WITH_PARAMETERS, ZEEBE
from engine.runtime.documents import BPMN, CAMUNDA, SPIFF, child, event_definitions, tag, text
from engine.runtime.importing.draft import Draft

#: Products that write the attributes of Camunda 7 under a name of their own.
_RELATIVES = ("{http://activiti.org/bpmn}", "{http://flowable.org/bpmn}", "{http://operaton.org/schema/1.0/bpmn}")
_OWN = (
    "http://www.omg.org/spec/",
    "http://www.w3.org/",
    CAMUNDA[1:-1],
    SPIFF[1:-1],
)
#: Attributes and extension elements that say which form a task shows, who works on it and until when.
_FORMS = ("formKey", "formRef", "formJsonSchemaFilename", "formUiSchemaFilename", "formId", "externalReference")
_PEOPLE = ("assignee", "candidateGroups", "candidateUsers")
_DATES = ("dueDate", "followUpDate")
_OWNERS = ("potentialOwner", "humanPerformer", "performer")


def adopt_relatives(draft: Draft) -> None:
    """Read the attributes of Activiti, Flowable and Operaton as those of Camunda 7."""
    adopted = False
    for node in draft.root.iter():
        if isinstance(node.tag, str) and node.tag.startswith(_RELATIVES):
            node.tag, adopted = CAMUNDA + etree.QName(node).localname, True
        for name, value in node.attrib.items():
            if str(name).startswith(_RELATIVES):
                del node.attrib[name]
                node.set(CAMUNDA + etree.QName(str(name)).localname, str(value))
                adopted = True
    if adopted:
        draft.note(None, "Activiti、Flowable 的扩展属性按 Camunda 7 的同名属性读取。")


def settle_extensions(draft: Draft) -> None:
    """Take out what would have to run, and list what says something about forms, people and dates."""
    for level in draft.levels():
        holders = [level.node] if tag(level.node) == "process" else []
        for node in (*holders, *level.flows, *level.nodes.values()):
            for holder in (node, *event_definitions(node)):
                _take_out(draft, node, holder)
            _list_kept(draft, node)
    _list_foreign(draft)


def _take_out(draft: Draft, node: XmlNode, holder: XmlNode) -> None:
    extensions = child(holder, "extensionElements")
    if extensions is None:
        return
    for item in [*extensions]:
        name = str(item.tag)
        if name == f"{ZEEBE}ioMapping":
            _say_taken_out(draft, node, "变量映射", [part.get("target") or "" for part in item])
            extensions.remove(item)
        elif name in REFUSED_EXTENSIONS:
            said = brief(" ".join(str(value) for value in item.attrib.values()) or text(item))
            what = etree.QName(item).localname
            draft.note(node, f"{what}（{said}）不会运行，已去掉。" if said else f"{what} 不会运行，已去掉。")
            extensions.remove(item)
        elif name == f"{CAMUNDA}inputOutput":
            _take_out_parameters(draft, node, item)


def _take_out_parameters(draft: Draft, node: XmlNode, item: XmlNode) -> None:
    spare = [item] if tag(node) not in WITH_PARAMETERS else item.findall(f"{CAMUNDA}outputParameter")
    for one in spare:
        names = [part.get("name") or "" for part in one.iter(f"{CAMUNDA}inputParameter", f"{CAMUNDA}outputParameter")]
        holder = one.getparent()
        if holder is not None:
            holder.remove(one)
        _say_taken_out(draft, node, "参数", names)


def _say_taken_out(draft: Draft, node: XmlNode, what: str, names: list[str]) -> None:
    named = brief("、".join(filter(None, names)))
    what = f"{what}（{named}）" if named else what
    draft.note(node, f"{what}在这里不起作用，已去掉；请用脚本任务给变量赋值。")


def _list_kept(draft: Draft, node: XmlNode) -> None:
    said = dict(_said(node))
    forms = [value for name, value in said.items() if name in _FORMS]
    people = [value for name, value in said.items() if name in _PEOPLE]
    dates = [value for name, value in said.items() if name in _DATES]
    if child(node, "extensionElements") is not None:
        fields = [*node.iter(f"{CAMUNDA}formField", f"{CAMUNDA}formProperty")]
        forms += [f"{len(fields)} 个内置字段"] if fields else []
    if forms:
        is_shown = tag(node) == "userTask"
        where = (
            f"请把它的内容写进 forms/{node.get('id')}.form"
            if is_shown
            else "这里没有表单，请把它的内容写进用户任务的表单"
        )
        draft.note(node, f"原表单{_all(forms)}不能直接使用；{where}。")
    if people:
        roles = "；候选角色不是本平台的，发布前须改选或清空" if node.get(f"{CAMUNDA}candidateGroups") else ""
        draft.note(node, f"原办理人或候选组{_all(people)}已保留；由谁办理以泳道对应的岗位为准{roles}。")
    if dates:
        draft.note(node, f"原到期时间{_all(dates)}已保留；办理时限请写在 windows.yaml 里。")
    owners = [owner for name in _OWNERS for owner in node.findall(f"{BPMN}{name}")]
    if owners:
        draft.note(
            node, f"图上写的办理人{_all(_owner(draft, owner) for owner in owners)}已保留；以泳道对应的岗位为准。"
        )


def _said(node: XmlNode) -> Iterator[tuple[str, str]]:
    for name, value in node.attrib.items():
        if str(name).startswith(CAMUNDA):
            yield etree.QName(str(name)).localname, str(value)
    extensions = child(node, "extensionElements")
    for item in () if extensions is None else extensions.iter(f"{ZEEBE}*", f"{SPIFF}property"):
        if item.tag == f"{SPIFF}property":
            yield item.get("name") or "", item.get("value") or ""
        else:
            yield from ((str(name), str(value)) for name, value in item.attrib.items())


def _owner(draft: Draft, owner: XmlNode) -> str:
    reference = text(child(owner, "resourceRef"))
    found = draft.by_id.get(reference)
    named = "" if found is None else found.get("name") or ""
    return named or owner.get("name") or text(owner) or reference


def _all(values: Iterable[str]) -> str:
    return "、".join(quoted(value) for value in values)


def _list_foreign(draft: Draft) -> None:
    """Report once per product what is kept without an effect."""
    found: dict[str, int] = {}
    for node in draft.root.iter():
        names = [node.tag, *node.attrib] if isinstance(node.tag, str) else []
        spaces = {etree.QName(str(name)).namespace or "" for name in names}
        for space in spaces:
            if space and not space.startswith(_OWN):
                found[space] = found.get(space, 0) + 1
    for space, count in found.items():
        draft.note(None, f"{quoted(space)}的扩展内容 {count} 处原样保留，不影响运行。")
