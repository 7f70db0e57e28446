"""The kinds of title that a procedure deals with: one, or several that were granted under different names."""

import pytest

from engine.folders import procedure as procedure_file
from engine.folders.documents import read_document


def kinds(text):
    problems = []
    document = read_document(text.encode(), "procedure.yaml", problems)
    return procedure_file._read_title_kinds(document), [problem.message for problem in problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: evaluation", ()),
        ("title_kind: 中国软件名城", ("中国软件名城",)),
        ("title_kind: [中国软件名城, 中国软件特色名城]", ("中国软件名城", "中国软件特色名城")),
    ],
)
def test_a_procedure_names_no_kind_one_or_several(text, expected):
    assert kinds(text) == (expected, [])


def test_a_kind_is_a_text():
    assert kinds("title_kind: {name: 中国软件名城}")[1] != []
