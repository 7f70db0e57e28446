"""Templates that want to do more than be filled in."""

import io
import zipfile

import pytest

from engine.documents import TemplateRefused, read_template

DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
EXTERNAL = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    b'Target="https://example.test/evil.dotm" TargetMode="External"/></Relationships>'
)


def refused(content, file="one.docx"):
    with pytest.raises(TemplateRefused) as refusal:
        read_template(content, file)
    return " ".join(refusal.value.problems)


@pytest.mark.parametrize("part", [DTD, LAUGHS])
def test_a_document_type_is_refused(word, altered, part):
    assert "DTD" in refused(altered(word("x"), word__extra_dot_xml=part))


def test_an_external_template_is_refused(word, altered):
    assert "外部" in refused(altered(word("x"), word___rels__settings_dot_xml_dot_rels=EXTERNAL))


@pytest.mark.parametrize(
    "name", ["word__vbaProject_dot_bin", "word__embeddings__object1_dot_bin", "word__activeX__activeX1_dot_xml"]
)
def test_macros_controls_and_embedded_files_are_refused(word, altered, name):
    assert "宏" in refused(altered(word("x"), **{name: b"<x/>"}))


def test_a_file_that_grows_a_hundredfold_is_refused(word, altered):
    assert "过大" in refused(altered(word("x"), word__media__big_dot_bin=b"0" * 19_000_000))


def test_a_path_that_leads_outside_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("../../etc/cron.d/x", "x")
    assert "异常" in refused(stream.getvalue())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not an office file"])
def test_what_is_no_office_file_is_refused(content):
    assert "损坏" in refused(content)


def test_broken_xml_is_refused(word, altered):
    assert "XML" in refused(altered(word("x"), word__document_dot_xml=b"<w:document"))


def test_a_workbook_under_a_word_name_is_refused(sheet):
    assert "Word" in refused(sheet(["x"]))


def test_a_word_file_under_a_workbook_name_is_refused(word):
    assert "Excel" in refused(word("x"), "one.xlsx")


def test_old_formats_are_refused(word):
    assert ".docx" in refused(word("x"), "one.doc")
