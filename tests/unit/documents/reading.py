"""What a person reads in a Word, Excel or PDF file."""

import io

import pypdfium2
from openpyxl import load_workbook

from engine.documents.content import Paragraph, read_content


def read_lines(document):
    """Return the paragraphs of a Word file as texts, tables cell by cell."""
    return list(_lines(read_content(document).blocks))


def _lines(blocks):
    for block in blocks:
        if isinstance(block, Paragraph):
            yield "".join(run.text for run in block.runs)
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from _lines(cell.blocks)


def read_cells(workbook):
    """Return the first sheet as rows of values."""
    return [list(row) for row in load_workbook(io.BytesIO(workbook)).active.iter_rows(values_only=True)]


def read_pages(pdf):
    """Return the text of each page of a PDF file."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]
