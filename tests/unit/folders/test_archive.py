"""Folders as directories and archives, with everything bounded."""

import io
import os
import zipfile

import pytest

from engine.errors import DefinitionRefused
from engine.folders import archive, digest_of, load_directory, pack, unpack

FILES = {"process.bpmn": b"<definitions/>", "forms/fill.form": b"{}", "documents/说明.txt": "说明".encode()}


def archive_of(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name, content in members.items():
            out.writestr(name, content)
    return buffer.getvalue()


def refusal(call, *arguments):
    with pytest.raises(DefinitionRefused) as refused:
        call(*arguments)
    return refused.value.problems[0].message


@pytest.fixture
def directory(tmp_path):
    for name, content in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    return tmp_path


def test_a_directory_is_read_with_slashes(directory):
    assert load_directory(directory) == FILES


def test_hidden_files_are_passed_over(directory):
    (directory / ".git").mkdir()
    (directory / ".git/config").write_text("x")
    (directory / ".DS_Store").write_text("x")
    assert load_directory(directory) == FILES


def test_a_directory_that_is_not_there_is_refused(tmp_path):
    assert "没有这个文件夹" in refusal(load_directory, tmp_path / "nowhere")


def test_a_link_to_a_file_is_refused(directory):
    (directory / "secret.txt").symlink_to("/etc/hostname")
    assert "是链接" in refusal(load_directory, directory)


def test_a_link_to_a_directory_is_refused(directory):
    (directory / "elsewhere").symlink_to("/etc")
    assert "是链接" in refusal(load_directory, directory)


def test_a_pipe_is_refused_and_not_waited_for(directory):
    os.mkfifo(directory / "pipe")
    assert "特殊文件" in refusal(load_directory, directory)


def test_too_many_files_are_refused(directory, monkeypatch):
    monkeypatch.setattr(archive, "MOST_FILES", 2)
    assert "超过 2 个" in refusal(load_directory, directory)


def test_a_directory_that_is_too_large_is_refused(directory, monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 20)
    assert "合计超过" in refusal(load_directory, directory)


def test_what_is_packed_is_unpacked():
    assert unpack(pack(FILES)) == FILES


def test_equal_folders_give_equal_archives():
    assert pack(FILES) == pack(dict(reversed(FILES.items())))


@pytest.mark.parametrize("name", ["../up.txt", "/etc/passwd", "a\\b", "C:evil", "forms/../../x"])
def test_a_path_that_leads_outside_is_refused(name):
    assert "以外" in refusal(unpack, archive_of(**{name: b""}))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", pack(FILES)[:-30], b"\x00" * 100])
def test_what_is_no_archive_is_refused(content):
    assert "压缩包已损坏" in refusal(unpack, content)


def test_a_member_with_a_wrong_checksum_is_refused():
    content = bytearray(archive_of(**{"a.txt": b"0123456789"}))
    content[content.index(b"0123456789")] ^= 1
    assert "压缩包已损坏" in refusal(unpack, bytes(content))


def test_an_archive_that_grows_too_large_is_refused_before_it_is_read():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("bomb.txt", b"0" * (archive.MOST_BYTES + 1))
    assert "合计超过 50 MiB" in refusal(unpack, buffer.getvalue())


def test_an_archive_with_too_many_members_is_refused():
    assert "超过 500 个" in refusal(unpack, archive_of(**{f"documents/{n}.txt": b"" for n in range(501)}))


def test_two_members_of_one_name_are_refused():
    # The same name in composed and in decomposed form, as some systems write it.
    assert "同名文件" in refusal(unpack, archive_of(**{"documents/é.txt": b"1", "documents/e\u0301.txt": b"2"}))


def test_directories_in_an_archive_are_passed_over():
    assert unpack(archive_of(**{"forms/": b"", "forms/a.form": b"{}"})) == {"forms/a.form": b"{}"}


def test_the_digest_does_not_depend_on_the_order_of_the_files():
    assert digest_of(FILES) == digest_of(dict(reversed(FILES.items())))


@pytest.mark.parametrize("other", [{"a": b"bc"}, {"ab": b"c", "": b""}, {"a": b"b", "c": b""}, {}])
def test_different_folders_have_different_digests(other):
    assert digest_of(other) != digest_of({"ab": b"c"})
