"""Office Open XML files as parts in memory: opened with suspicion, closed so that equal parts give equal bytes."""

from __future__ import annotations

import io
import posixpath
import stat
import zipfile
import zlib
from collections.abc import Mapping

from lxml import etree
from lxml.etree import _Element as XmlNode

MOST_MEMBERS = 300
MOST_BYTES = 20 * 1024 * 1024
#: Short, repetitive XML compresses well; below this the ratio says nothing.
RATIO_MATTERS_FROM = 1024 * 1024
HIGHEST_RATIO = 100
CONTENT_TYPES = "[Content_Types].xml"
HYPERLINK = "/hyperlink"

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = (stat.S_IFREG | 0o644) << 16
_UNIX = 3
_IS_ENCRYPTED = 0x1
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
#: What runs, or hides a file inside: nothing of it belongs in a template.
_ACTIVE = ("vbaproject", "vbadata", "/activex/", "/embeddings/", "/macrosheets/", "/externallinks/", "/ctrlprops/")
_ACTIVE_TYPES = (b"macroenabled", b"vnd.ms-office.vbaproject", b"activex")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


class TemplateRefused(Exception):
    """A template that cannot be used; `problems` are Chinese sentences for its owner."""

    def __init__(self, *problems: str) -> None:
        """Take every problem that was found."""
        super().__init__(" ".join(problems))
        self.problems = problems


def open_parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of a Word or Excel file by name.

    Raises:
        TemplateRefused: it is damaged, encrypted or too large, carries programs, or reaches outside itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check_members(members, len(content))
            # A member never yields more than its declared size, so the declared total bounds what is read.
            parts = {member.filename: archive.read(member) for member in members}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise TemplateRefused("文件已损坏、设有密码或不是 Office 文档，请用 Word、WPS 或 Excel 重新保存。") from error
    _check_parts(parts)
    return parts


def _check_members(members: list[zipfile.ZipInfo], packed: int) -> None:
    total = sum(member.file_size for member in members)
    is_bomb = total > RATIO_MATTERS_FROM and total > packed * HIGHEST_RATIO
    if len(members) > MOST_MEMBERS or total > MOST_BYTES or is_bomb:
        raise TemplateRefused(f"文件展开后过大（超过 {MOST_BYTES // 1024 // 1024} MB、条目过多或压缩比异常）。")
    if len({member.filename.lower() for member in members}) < len(members):
        raise TemplateRefused("文件内部有重名的条目，请用办公软件另存为新文件。")
    for member in members:
        name = member.filename
        is_outside = name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")
        if is_outside or stat.S_ISLNK(member.external_attr >> 16) or member.flag_bits & _IS_ENCRYPTED:
            raise TemplateRefused("文件内部结构异常（路径越界、链接或加密），请用办公软件另存为新文件。")


def _check_parts(parts: Mapping[str, bytes]) -> None:
    if CONTENT_TYPES not in parts:
        raise TemplateRefused("不是 Word 或 Excel 文档，请用办公软件重新保存。")
    types = parts[CONTENT_TYPES].lower()
    has_active_part = any(word in f"/{name.lower()}" for name in parts for word in _ACTIVE)
    if has_active_part or any(word in types for word in _ACTIVE_TYPES):
        raise TemplateRefused("模板含有宏、控件或嵌入的文件，请另存为不含宏的 .docx 或 .xlsx 并取出嵌入对象。")
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            tree = parse_xml(part)
            if name.endswith(".rels"):
                _check_relationships(tree)


def _check_relationships(tree: XmlNode) -> None:
    for relationship in tree.iter(_RELATIONSHIP):
        is_external = relationship.get("TargetMode") == "External"
        if is_external and not (relationship.get("Type") or "").endswith(HYPERLINK):
            raise TemplateRefused(f"模板引用了外部内容“{relationship.get('Target')}”，请改为嵌入或删除。")


def parse_xml(content: bytes) -> XmlNode:
    """Return the root element.

    Raises:
        TemplateRefused: it is not well formed, or declares a document type, which may name entities.
    """
    try:
        root = etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError as error:
        raise TemplateRefused("文件内部的 XML 已损坏，请用办公软件重新保存。") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise TemplateRefused("文件内部声明了文档类型（DTD），为安全起见不予接收。")
    return root


def write_xml(root: XmlNode) -> bytes:
    """Return the element as a part."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def close_parts(parts: Mapping[str, bytes]) -> bytes:
    """Return the parts as one file; equal parts give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(parts, key=lambda name: (name != CONTENT_TYPES, name)):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _PLAIN_FILE, _UNIX
            archive.writestr(entry, parts[name])
    return buffer.getvalue()


def related(parts: Mapping[str, bytes], source: str) -> dict[str, str]:
    """Return relationship id -> name of the part, for the relationships of one part."""
    folder, base = posixpath.split(source)
    name = posixpath.join(folder, "_rels", f"{base}.rels")
    if name not in parts:
        return {}
    found = {}
    for relationship in parse_xml(parts[name]).iter(_RELATIONSHIP):
        target = relationship.get("Target") or ""
        inside = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relationship.get("Id") or ""] = inside
    return found
