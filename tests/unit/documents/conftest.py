"""Small Word and Excel files to try placeholders on."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from tests.templates.word_files import cell, paragraph, row, table, text, word_file


@pytest.fixture
def word():
    """Make a Word template of paragraphs."""

    def make(*lines):
        return word_file("".join(paragraph(text(line)) for line in lines))

    return make


@pytest.fixture
def word_table():
    """Make a Word template with one row of cells."""

    def make(*marks):
        return word_file(table([2000] * len(marks), row(*(cell(2000, paragraph(text(mark))) for mark in marks))))

    return make


@pytest.fixture
def split_word():
    """Make a Word template of one paragraph whose text is split over runs."""

    def make(*runs):
        return word_file(paragraph(*(text(run) for run in runs)))

    return make


@pytest.fixture
def sheet():
    """Make an Excel template of rows."""

    def make(*rows):
        book = Workbook()
        for line in rows:
            book.active.append(line)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    return make


@pytest.fixture
def altered():
    """Put parts into an Office file, or replace them."""

    def alter(content, **parts):
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
            names = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
            for name in old.namelist():
                if name not in names:
                    new.writestr(name, old.read(name))
            for name, part in names.items():
                new.writestr(name, part)
        return stream.getvalue()

    return alter
