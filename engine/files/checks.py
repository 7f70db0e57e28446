"""Whether an uploaded file is what its name says, of a type that is accepted, and harmless to open.

The types are those that offices archive. A zip archive of materials is not among them: the gate opens each material by
itself, and each has its own place on the checklist.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import puremagic

from engine.errors import FileRefused
from engine.files.archives import check_archive
from engine.files.films import MP4_SIGNATURES, check_mp4
from engine.files.names import extension_of
from engine.files.pictures import PNG_SIGNATURE, check_jpeg, check_png
from engine.files.portable import check_portable_document

ZIP_SIGNATURE = b"PK\x03\x04"
#: The container of doc, xls and the older wps and et.
COMPOUND_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
COMPOUND_SMALLEST = 1536

#: Accepted extension -> media type.
ACCEPTED = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "wps": "application/vnd.ms-works",
    "et": "application/vnd.ms-excel",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "mp4": "video/mp4",
}
#: What an archive must hold to be the document its extension says.
CONTENTS = {"docx": "word/", "wps": "word/", "xlsx": "xl/", "pptx": "ppt/", "et": "xl/", "ofd": "OFD.xml"}
#: Streams of a compound file, as their names are written in its directory.
COMPOUND_MACROS = ("_VBA_PROJECT".encode("utf-16-le"), "VBA".encode("utf-16-le") + b"\0\0" * 4)
COMPOUND_PROGRAMS = ("\x01Ole10Native".encode("utf-16-le"),)
COMPOUND_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def check_upload(path: Path, file_name: str) -> str:
    """Check a stored file and return its media type.

    Args:
        path: where the file lies.
        file_name: the person's name for it, cleaned.

    Raises:
        FileRefused: with one sentence that says what to do instead.
    """
    extension = extension_of(file_name)
    if extension not in ACCEPTED:
        raise FileRefused(
            f"不接收“{'.' + extension if extension else '无扩展名'}”文件。请转换为 PDF、OFD、Word、Excel、"
            "PowerPoint、WPS 文档，PNG、JPG 图片或 MP4 视频后上传；压缩包请解压后逐个上传。",
            extension=extension,
        )
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise FileRefused("文件是空的，请检查后重新上传。")
    check = next((check for signature, check in _SIGNATURES[extension] if head.startswith(signature)), None)
    if check is None:
        raise FileRefused(_mismatch(path, extension), extension=extension)
    check(path, extension)
    return ACCEPTED[extension]


def _mismatch(path: Path, extension: str) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(COMPOUND_SIGNATURE) and COMPOUND_ENCRYPTED in path.read_bytes():
        return "文件设有打开密码，审核人员无法打开。请取消密码后重新上传。"
    try:
        seems = puremagic.from_string(head)
    except (puremagic.PureError, ValueError):
        seems = ""
    looks_like = f"，内容更像 {seems} 文件" if seems else ""
    return f"文件内容与扩展名 .{extension} 不符{looks_like}。请用原软件打开并另存为所需格式后重新上传。"


def _check_zip(path: Path, extension: str) -> None:
    names = check_archive(path)
    wanted = CONTENTS[extension]
    if not any(name == wanted or (wanted.endswith("/") and name.startswith(wanted)) for name in names):
        raise FileRefused(_mismatch(path, extension), extension=extension)


def _check_compound(path: Path, _extension: str) -> None:
    contents = path.read_bytes()
    if len(contents) < COMPOUND_SMALLEST:
        raise FileRefused("文件不完整，可能没有传完。请重新保存后再上传。")
    if COMPOUND_ENCRYPTED in contents:
        raise FileRefused("文件设有打开密码，审核人员无法打开。请取消密码后重新上传。")
    if any(name in contents for name in COMPOUND_MACROS):
        raise FileRefused("文件含有宏，为安全起见不予接收。请另存为不含宏的文件后重新上传。")
    if any(name in contents for name in COMPOUND_PROGRAMS):
        raise FileRefused("文件中嵌有程序或其他文件，为安全起见不予接收。请取出后逐个上传。")
    _refuse_second_nature(path)


def _check_portable(path: Path, _extension: str) -> None:
    check_portable_document(path)
    _refuse_second_nature(path)


def _check_png(path: Path, _extension: str) -> None:
    check_png(path)


def _check_jpeg(path: Path, _extension: str) -> None:
    check_jpeg(path)
    _refuse_second_nature(path)


def _check_film(path: Path, _extension: str) -> None:
    check_mp4(path)
    _refuse_second_nature(path)


def _refuse_second_nature(path: Path) -> None:
    """Refuse a file that is also a zip archive: it would show one thing and carry another."""
    if zipfile.is_zipfile(path):
        raise FileRefused("文件末尾附有压缩包，为安全起见不予接收。请重新导出后再上传。")


Check = Callable[[Path, str], None]
_ZIP: tuple[bytes, Check] = (ZIP_SIGNATURE, _check_zip)
_COMPOUND: tuple[bytes, Check] = (COMPOUND_SIGNATURE, _check_compound)
_JPEG: tuple[bytes, Check] = (b"\xff\xd8\xff", _check_jpeg)
#: Extension -> how such a file may begin, and what is checked then.
_SIGNATURES: dict[str, tuple[tuple[bytes, Check], ...]] = {
    "pdf": ((b"%PDF-", _check_portable),),
    "ofd": (_ZIP,),
    "doc": (_COMPOUND,),
    "docx": (_ZIP,),
    "xls": (_COMPOUND,),
    "xlsx": (_ZIP,),
    "pptx": (_ZIP,),
    "wps": (_COMPOUND, _ZIP),
    "et": (_COMPOUND, _ZIP),
    "png": ((PNG_SIGNATURE, _check_png),),
    "jpg": (_JPEG,),
    "jpeg": (_JPEG,),
    "mp4": tuple((signature, _check_film) for signature in MP4_SIGNATURES),
}
