"""Uploaded files: every hostile one is made here, small, and refused with a sentence of its own."""

import io
import os
import stat
import struct
import zipfile
import zlib
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from engine.errors import FileRefused, NotFound, Unavailable
from engine.files import ACCEPTED, FileStore, check_upload, clean_file_name

MEBIBYTE = 1024 * 1024


# What honest files look like


def portable(*objects: bytes, tail: bytes = b"") -> bytes:
    body = b"".join(b"%d 0 obj %b endobj\n" % (number, content) for number, content in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n" + tail


def packed_objects(content: bytes, entry: bytes = b"/Type /ObjStm") -> bytes:
    packed = zlib.compress(content)
    return b"<< %b /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (
        entry,
        len(packed),
        packed,
    )


def archive(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w", compression) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return contents.getvalue()


def word(**members: bytes) -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", **members})


def compound(*names: str) -> bytes:
    directory = b"".join(name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in ("Root Entry", *names))
    return (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + directory).ljust(4096, b"\0")


def png(width: int = 8, height: int = 8, tail: bytes = b"") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"") + tail
    )


def jpeg(width: int = 8, height: int = 8, tail: bytes = b"\xff\xd9") -> bytes:
    application = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8" + application + b"\xff" + frame + b"\xff\xda" + bytes(20) + tail


def film(*boxes: tuple[bytes, bytes], tail: bytes = b"") -> bytes:
    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", 8 + len(content)) + kind + content

    parts = boxes or ((b"moov", bytes(20)), (b"mdat", bytes(100)))
    return box(b"ftyp", b"isom" + bytes(4) + b"isom") + b"".join(box(*part) for part in parts) + tail


LONG_FILM = film((b"moov", b"")) + struct.pack(">I", 1) + b"mdat" + struct.pack(">Q", 16 + 4) + b"film"
LAST_BOX_TO_THE_END = film((b"moov", b"")) + struct.pack(">I", 0) + b"mdat" + bytes(50)

HONEST = {
    "申请书.pdf": portable(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 0 >>"),
    "packed.pdf": portable(packed_objects(b"1 0 << /Type /Font >>")),
    "批复.ofd": archive({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<ofd:Document/>"}),
    "方案.docx": word(),
    "with a chart.docx": word(**{"word/embeddings/sheet.xlsx": archive({"xl/workbook.xml": b"<x/>"})}),
    "附表.xlsx": archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
    "旧文件.doc": compound("WordDocument"),
    "旧表格.xls": compound("Workbook"),
    "文字.wps": compound("WordDocument"),
    "新文字.wps": word(),
    "表格.et": compound("Workbook"),
    "营业执照.png": png(),
    "照片.jpg": jpeg(),
    "演示.pptx": archive({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p:presentation/>"}),
    "展示.mp4": film(),
    "a long film.mp4": LONG_FILM,
    "a film to the end.mp4": LAST_BOX_TO_THE_END,
    "照片.JPEG": jpeg(),
    "forty million pixels.png": png(8000, 5000),
    "two thousand members.docx": word(**{f"word/media/{number}.xml": b"x" for number in range(1998)}),
}

# What hostile, damaged or merely unfitting files look like

ENCRYPTED_MEMBER = bytearray(archive({"[Content_Types].xml": b"x", "word/document.xml": b"x"}, zipfile.ZIP_STORED))
for _place in (6, ENCRYPTED_MEMBER.index(b"PK\x01\x02") + 8):
    ENCRYPTED_MEMBER[_place] |= 1

LYING_MEMBER = bytearray(word(**{"word/big.xml": bytes(4 * MEBIBYTE)}))
_last = LYING_MEMBER.rindex(b"PK\x01\x02")
LYING_MEMBER[_last + 24 : _last + 28] = struct.pack("<I", 10)


def linking() -> bytes:
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w") as packed:
        packed.writestr("word/document.xml", b"x")
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
    return contents.getvalue()


def doubled() -> bytes:
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w") as packed:
        packed.writestr("word/document.xml", b"first")
        packed.writestr("word/Document.xml", b"second")
    return contents.getvalue()


def renamed(before: bytes, after: bytes) -> bytes:
    return word(**{before.decode(): b"x"}).replace(before, after)


def many_members(number: int) -> bytes:
    return word(**{f"word/{index}": b"" for index in range(number)})


HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PROGRAM = b"MZ\x90\x00" + bytes(60)
RAR, SEVEN_ZIP, GZIP = b"Rar!\x1a\x07\x00" + bytes(20), b"7z\xbc\xaf\x27\x1c" + bytes(20), b"\x1f\x8b\x08" + bytes(20)

#: name of the case -> (file name, contents or what makes large ones, words of the refusal)
HOSTILE = {
    # types that are not accepted
    "a program": ("setup.exe", PROGRAM, "不接收"),
    "a script": ("run.sh", b"#!/bin/sh\n", "不接收"),
    "a page": ("index.html", HTML, "不接收"),
    "a drawing with a script": ("logo.svg", SVG, "不接收"),
    "a text": ("a.txt", b"hello", "不接收"),
    "an archive of materials": ("材料.zip", word(), "解压后逐个上传"),
    "a rar archive": ("材料.rar", RAR, "解压后逐个上传"),
    "a macro document by name": ("a.docm", word(), "不接收"),
    "a shortcut": ("a.lnk", b"L\0\0\0", "不接收"),
    "a double extension": ("报告.pdf.exe", PROGRAM, "不接收"),
    "no extension": ("报告", portable(), "无扩展名"),
    "only an extension": (".pdf", b"", "是空的"),
    "a full-width dot": ("报告．pdf", portable(), "不接收"),
    "a trailing dot": ("报告.pdf.", HTML, "不符"),
    "a trailing space": ("报告.exe ", PROGRAM, "不接收"),
    "an extension behind a zero": ("a.exe\0.pdf", PROGRAM, "不符"),
    "an extension behind a right-to-left mark": ("a\u202efdp.exe", PROGRAM, "不接收"),
    # contents that are not what the name says
    "nothing": ("a.pdf", b"", "是空的"),
    "a program called pdf": ("a.pdf", PROGRAM, "不符"),
    "a page called pdf": ("a.pdf", HTML, "不符"),
    "a page called png": ("a.png", HTML, "不符"),
    "a drawing called jpg": ("a.jpg", SVG, "不符"),
    "a virus test called pdf": ("a.pdf", EICAR, "不符"),
    "a virus test called docx": ("a.docx", EICAR, "不符"),
    "a pdf called docx": ("a.docx", portable(), "内容更像 .pdf"),
    "a docx called pdf": ("a.pdf", word(), "不符"),
    "a docx called xlsx": ("a.xlsx", word(), "不符"),
    "an xlsx called docx": ("a.docx", HONEST["附表.xlsx"], "不符"),
    "a docx called ofd": ("a.ofd", word(), "不符"),
    "a plain archive called docx": ("a.docx", archive({"a.txt": b"x"}), "不符"),
    "a png called jpg": ("a.jpg", png(), "内容更像 .png"),
    "a gif called png": ("a.png", b"GIF89a" + bytes(30), "不符"),
    "a pdf behind something else": ("a.pdf", b"junk\n" + portable(), "不符"),
    "a doc called pdf": ("a.pdf", compound(), "不符"),
    "a rar called docx": ("a.docx", RAR, "不符"),
    "zeros": ("a.pdf", bytes(4096), "不符"),
    # damaged
    "a pdf cut off": ("a.pdf", portable()[:40], "不完整"),
    "a docx cut off": ("a.docx", word()[:-30], "损坏"),
    "a docx of which only the head is left": ("a.docx", word()[:10], "损坏"),
    "a docx with a wrong byte": ("a.docx", word().replace(b"word/document.xml", b"word/documens.xml", 1), "损坏"),
    "a doc cut off": ("a.doc", compound()[:100], "不完整"),
    "a png cut off": ("a.png", png()[:-4], "不完整"),
    "a png without a header": ("a.png", b"\x89PNG\r\n\x1a\n" + png()[-12:], "不完整"),
    "a jpg cut off": ("a.jpg", jpeg(tail=b""), "不完整"),
    "a jpg without a frame": ("a.jpg", b"\xff\xd8\xff\xda" + bytes(30) + b"\xff\xd9", "不完整"),
    "a film cut off": ("a.mp4", film()[:-4], "视频不完整"),
    "a film without pictures": ("a.mp4", film((b"moov", b"")), "视频不完整"),
    "a film with something behind it": ("a.mp4", film(tail=b"#!/bin/sh\nrm -rf /tmp/x\n"), "视频不完整"),
    "a program called mp4": ("a.mp4", PROGRAM, "不符"),
    "a film that is also an archive": ("a.mp4", film((b"moov", b""), (b"mdat", archive({"a": b"x"}))), "附有压缩包"),
    "a docx called pptx": ("a.pptx", word(), "不符"),
    "a macro in a pptx": ("a.pptx", archive({"ppt/presentation.xml": b"x", "ppt/vbaProject.bin": b"x"}), "含有宏"),
    "a png without pixels": ("a.png", png(0, 5), "不完整"),
    # archives that bite
    "a bomb": ("a.docx", word(**{"word/bomb.xml": bytes(101 * MEBIBYTE)}), "展开后过大"),
    "a bomb of many parts": ("a.docx", word(**{f"word/{n}": bytes(4 * MEBIBYTE) for n in range(30)}), "展开后过大"),
    "a high ratio": ("a.docx", word(**{"word/zeros.xml": bytes(5 * MEBIBYTE)}), "压缩比异常"),
    "a member that lies about its size": ("a.docx", bytes(LYING_MEMBER), "损坏"),
    "a nested archive": ("a.docx", word(**{"word/inner.zip": word()}), "套有压缩包"),
    "a nested archive under another name": ("a.docx", word(**{"word/inner.xml": word()}), "套有压缩包"),
    "a nested rar": ("a.docx", word(**{"word/inner": RAR}), "套有压缩包"),
    "a nested 7z": ("a.ofd", archive({"OFD.xml": b"x", "a": SEVEN_ZIP}), "套有压缩包"),
    "a nested gzip": ("a.docx", word(**{"word/inner": GZIP}), "套有压缩包"),
    "a program inside": ("a.docx", word(**{"word/embeddings/a.bin": PROGRAM}), "含有程序"),
    "a program of another system inside": ("a.ofd", archive({"OFD.xml": b"x", "a": b"\x7fELF"}), "含有程序"),
    "too many members": ("a.docx", partial(many_members, 2001), "条目超过 2000 个"),
    "far too many members": ("a.docx", partial(many_members, 20_000), "条目超过 2000 个"),
    "a path upwards": ("a.docx", word(**{"../../etc/cron.d/x": b"x"}), "结构异常"),
    "a path upwards in the middle": ("a.docx", word(**{"word/../../x": b"x"}), "结构异常"),
    "an absolute path": ("a.docx", word(**{"/etc/passwd": b"x"}), "结构异常"),
    "a path of another system": ("a.docx", renamed(b"word_x", b"\\\\evil"), "结构异常"),
    "a drive letter": ("a.docx", word(**{"C:/x": b"x"}), "结构异常"),
    "a line break in a name": ("a.docx", word(**{"word/a\nb": b"x"}), "结构异常"),
    "a link": ("a.docx", linking(), "结构异常"),
    "two members of one name": ("a.docx", doubled(), "结构异常"),
    "an encrypted member": ("a.docx", bytes(ENCRYPTED_MEMBER), "已加密"),
    "a macro": ("a.docx", word(**{"word/vbaProject.bin": b"x"}), "含有宏"),
    "a macro elsewhere": ("a.docx", word(**{"customUI/VBAPROJECT.BIN": b"x"}), "含有宏"),
    "a macro sheet": ("a.xlsx", archive({"xl/workbook.xml": b"x", "xl/macrosheets/a.xml": b"x"}), "含有宏"),
    "an active control": ("a.docx", word(**{"word/activeX/activeX1.bin": b"x"}), "含有宏"),
    # older Office files
    "a macro in a doc": ("a.doc", compound("_VBA_PROJECT"), "含有宏"),
    "a macro in an xls": ("a.xls", compound("VBA"), "含有宏"),
    "a macro in a wps": ("a.wps", compound("_VBA_PROJECT"), "含有宏"),
    "a packed program in a doc": ("a.doc", compound("\x01Ole10Native"), "嵌有程序"),
    "a doc with a password": ("a.doc", compound("EncryptedPackage"), "打开密码"),
    "a docx with a password": ("a.docx", compound("EncryptedPackage"), "打开密码"),
    # PDF that acts
    "a pdf with a script": ("a.pdf", portable(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "脚本"),
    "a pdf with a disguised script": ("a.pdf", portable(b"<< /S /J#61v#61Script /JS 5 0 R >>"), "脚本"),
    "a pdf with a hidden script": ("a.pdf", portable(packed_objects(b"1 0 << /S /JavaScript >>")), "脚本"),
    "a pdf with a script in disguised hiding": (
        "a.pdf",
        portable(packed_objects(b"1 0 << /S /Java#53cript >>", b"/Type /Obj#53tm")),
        "脚本",
    ),
    "a pdf that launches": ("a.pdf", portable(b"<< /S /Launch /F (cmd.exe) >>"), "启动程序"),
    "a pdf with an attachment": ("a.pdf", portable(b"<< /Type /EmbeddedFile >>"), "附件"),
    "a pdf with a list of attachments": ("a.pdf", portable(b"<< /EmbeddedFiles 3 0 R >>"), "附件"),
    "a pdf with a film": ("a.pdf", portable(b"<< /Subtype /RichMedia >>"), "多媒体"),
    "a pdf with a password": ("a.pdf", portable(b"<< /Encrypt 9 0 R >>"), "密码"),
    "a pdf packed strangely": (
        "a.pdf",
        portable(b"<< /Type /ObjStm /Filter /LZWDecode >>\nstream\nnot flate\nendstream"),
        "结构异常",
    ),
    "a pdf whose packed objects are a bomb": ("a.pdf", portable(packed_objects(bytes(65 * MEBIBYTE))), "结构异常"),
    # two things in one
    "a pdf that is also an archive": ("a.pdf", portable(tail=b"") + archive({"a": b"x"}) + b"%%EOF", "附有压缩包"),
    "a jpg that is also an archive": ("a.jpg", jpeg() + archive({"a": b"x"}), "附有压缩包"),
    "a png that is also an archive": ("a.png", png(tail=archive({"a": b"x"})), "不完整"),
    "a doc that is also an archive": ("a.doc", compound() + archive({"a": b"x"}), "附有压缩包"),
    # pictures that fill the memory of who opens them
    "a png of 2.5 thousand million pixels": ("a.png", png(50_000, 50_000), "4000 万像素"),
    "a jpg of too many pixels": ("a.jpg", jpeg(65_000, 1_000), "4000 万像素"),
    "a png just too large": ("a.png", png(8000, 5001), "4000 万像素"),
}


@pytest.fixture
def check(tmp_path):
    """What happens to a file on its way in, without the database."""

    def check_one(name, contents):
        path = tmp_path / "stored"
        path.write_bytes(contents)
        return check_upload(path, clean_file_name(name))

    return check_one


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_accepted_with_its_media_type(check, name):
    assert check(name, HONEST[name]) == ACCEPTED[name.rpartition(".")[2].lower()]


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_is_refused_with_a_sentence_that_says_why(check, case):
    name, contents, words = HOSTILE[case]
    contents = contents() if callable(contents) else contents

    with pytest.raises(FileRefused) as refused:
        check(name, contents)

    assert words in refused.value.sentence
    assert refused.value.sentence.endswith("。")


def test_the_corpus_of_hostile_files_does_not_shrink():
    assert len(HOSTILE) >= 80


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("申请书.pdf", "申请书.pdf"),
        ("C:\\Users\\me\\申请书.pdf", "申请书.pdf"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd.pdf", "passwd.pdf"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ("\ufeff\u200b名城.pdf", "名城.pdf"),
        ("  a   b .pdf ", "a b.pdf"),
        ("a.pdf...", "a.pdf"),
        ("...", "未命名"),
        ("", "未命名"),
        (".pdf", "未命名.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("LPT9", "_LPT9"),
        ('a<b>:"c|d?e*.pdf', "a_b___c_d_e_.pdf"),
        ("e\u0301.pdf", "\u00e9.pdf"),
        ("\ud800bad.pdf", "bad.pdf"),
        ("=cmd|'/c calc'!A1.pdf", "c calc'!A1.pdf"),
    ],
)
def test_a_file_name_is_made_safe(given, kept):
    assert clean_file_name(given) == kept


@pytest.mark.parametrize("stem", ["长" * 400, "a" * 149, "🏙️" * 200])
def test_a_long_name_is_cut_and_keeps_its_extension(stem):
    cleaned = clean_file_name(f"{stem}.docx")

    assert len(cleaned) <= 150
    assert cleaned.endswith(".docx")


def test_cleaning_a_clean_name_changes_nothing():
    names = [clean_file_name(name) for name, _, _ in HOSTILE.values()]

    assert [clean_file_name(name) for name in names] == names


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


def test_a_stored_file_comes_back_with_its_digests(store):
    stored = store.save(io.BytesIO(b"abc"), limit=3)

    with store.open(stored.name) as file:
        assert file.read() == b"abc"
    assert stored.size == 3
    assert stored.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert stored.sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_a_stored_file_has_a_name_that_nobody_can_guess(store):
    first, second = (store.save(io.BytesIO(b"abc"), limit=3) for _ in range(2))

    assert first.name != second.name
    assert len(first.name) == 32


def test_a_file_over_the_limit_leaves_nothing_behind(store, tmp_path):
    with pytest.raises(FileRefused, match="超过 1 MB"):
        store.save(io.BytesIO(bytes(MEBIBYTE + 1)), limit=MEBIBYTE)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_of_exactly_the_limit_is_kept(store):
    assert store.save(io.BytesIO(bytes(MEBIBYTE)), limit=MEBIBYTE).size == MEBIBYTE


def test_an_endless_stream_is_cut_off(store):
    class Endless(io.RawIOBase):
        read_so_far = 0

        def read(self, size=-1):
            self.read_so_far += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(FileRefused):
        store.save(endless, limit=MEBIBYTE)

    assert endless.read_so_far <= 2 * MEBIBYTE


def test_an_upload_that_breaks_off_leaves_nothing_behind(store, tmp_path):
    class BreaksOff(io.RawIOBase):
        pieces = iter([b"abc"])

        def read(self, size=-1):
            return next(self.pieces)

    with pytest.raises(StopIteration):
        store.save(BreaksOff(), limit=MEBIBYTE)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_full_disk_is_said_honestly(store, monkeypatch):
    def no_space(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)

    with pytest.raises(Unavailable, match="暂时无法保存"):
        store.save(io.BytesIO(b"abc"), limit=3)


def test_a_file_is_on_the_disk_before_it_is_acknowledged(store, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))

    stored = store.save(io.BytesIO(b"abc"), limit=3)

    assert synced == [
        str(store.path(stored.name).parent.parent / "arriving" / stored.name),
        str(store.path(stored.name).parent),
    ]


def test_nobody_else_may_enter_the_store(store):
    stored = store.save(io.BytesIO(b"abc"), limit=3)

    assert not store.path(stored.name).parent.stat().st_mode & 0o077


def test_a_deleted_file_is_gone_and_may_be_deleted_again(store):
    stored = store.save(io.BytesIO(b"abc"), limit=3)
    store.delete(stored.name)
    store.delete(stored.name)

    with pytest.raises(NotFound):
        store.open(stored.name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "x", "A" * 32, "0" * 31, "0" * 32 + "\n", "/" + "0" * 31])
def test_a_name_that_the_store_never_gave_opens_nothing(store, name):
    with pytest.raises(NotFound):
        store.open(name)


def test_the_sweep_takes_old_files_without_a_row_only(store):
    named, orphan = (store.save(io.BytesIO(b"abc"), limit=3).name for _ in range(2))
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    assert store.sweep(lambda names: {named} & set(names), before=tomorrow) == 1
    assert store.path(named).exists()
    assert not store.path(orphan).exists()


def test_the_sweep_leaves_young_files_alone(store):
    store.save(io.BytesIO(b"abc"), limit=3)

    assert store.sweep(lambda names: set(), before=datetime.now(UTC) - timedelta(days=1)) == 0


def test_the_sweep_takes_uploads_that_a_crash_broke_off(store):
    stored = store.save(io.BytesIO(b"abc"), limit=3)
    broken_off = store.path(stored.name).parent.parent / "arriving" / "half"
    broken_off.write_bytes(b"half")

    assert store.sweep(set, before=datetime.now(UTC) + timedelta(days=1)) == 1
    assert not broken_off.exists()


def test_sweeping_an_empty_store_is_no_error(store):
    assert store.sweep(set, before=datetime.now(UTC)) == 0
