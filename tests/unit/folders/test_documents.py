"""Owners' YAML is read strictly."""

import pytest

from engine.errors import DefinitionRefused
from engine.folders.documents import read_document


def read(text):
    problems = []
    return read_document(text.encode(), "windows.yaml", problems), problems


def refusal(content):
    with pytest.raises(DefinitionRefused) as refused:
        read_document(content, "windows.yaml", [])
    (problem,) = refused.value.problems
    return problem


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b"a: &x 1\nb: *x", "锚点", 1),
        (b"a: 1\nb: *x", "锚点", 2),
        (b"a: !!python/object:os.system {}", "标签", 1),
        (b"a: 1\n---\nb: 1", "一份内容", 2),
        (b"a: 1\nb: 2\na: 3", "a 写了两次", 3),
        (b"a:\n  b: 1\n  b: 2", "b 写了两次", 3),
        (b"1: a", "应为文字", 1),
        (b"a: [1", "不是有效的 YAML", 1),
        (b"a: 1\n b: 2", "不是有效的 YAML", 2),
        (b"- 1", "最外层", None),
        (b"", "最外层", None),
        (b"\xff\xfe", "UTF-8", None),
        (b"a: 2026-02-30", "日期", None),
        (b"a: \x00", "无法读取的字符", None),
        (b"a: " + b"[" * 100, "嵌套超过 16 层", 1),
        (b"a: '" + b"x" * 300_000 + b"'", "256 KiB", None),
        (b"a: [" + b"1," * 30_000 + b"1]", "内容过多", 1),
        (b"<<: {b: 1}", "应为文字", 1),
    ],
)
def test_what_cannot_be_read_safely_is_refused_with_its_line(content, message, line):
    problem = refusal(content)
    assert message in problem.message
    assert problem.line == line


def test_a_missing_key_is_a_problem():
    section, problems = read("a: 1")
    section.text("name")
    assert [problem.message for problem in problems] == ["缺少 name，请补上。"]


def test_a_key_nobody_takes_is_a_problem_with_its_line():
    section, problems = read("name: x\nnmae: y")
    section.text("name")
    section.finish()
    assert [(problem.element, problem.line) for problem in problems] == [("nmae", 2)]


@pytest.mark.parametrize(
    ("text", "kind"), [("a: true", int), ("a: 1", bool), ("a: 1", str), ("a: x", list), ("a: 1", dict)]
)
def test_a_value_of_another_kind_is_a_problem(text, kind):
    section, problems = read(text)
    assert section.take("a", kind) is None
    assert len(problems) == 1


def test_a_blank_text_is_a_problem():
    section, problems = read("a: '  '")
    section.text("a")
    assert problems[0].message == "a 不能为空。"


def test_a_text_outside_its_list_is_a_problem():
    section, problems = read("a: z")
    assert section.text("a", among=("x", "y")) == ""
    assert "x、y" in problems[0].message


@pytest.mark.parametrize("number", [0, 13])
def test_a_number_outside_its_bounds_is_a_problem(number):
    section, problems = read(f"month: {number}")
    section.integer("month", 1, 12)
    assert problems[0].message == "month 应在 1 到 12 之间。"


@pytest.mark.parametrize("number", [1, 12])
def test_both_bounds_of_a_number_are_allowed(number):
    section, problems = read(f"month: {number}")
    assert (section.integer("month", 1, 12), problems) == (number, [])


def test_a_list_of_texts_with_a_number_is_a_problem():
    section, problems = read("a: [x, 2]")
    assert section.texts("a") == ()
    assert len(problems) == 1


def test_a_problem_inside_a_list_has_the_line_of_its_entry():
    section, problems = read("a:\n  - name: x\n  - {}\n")
    for entry in section.listed_sections("a"):
        entry.text("name")
    assert [(problem.element, problem.line) for problem in problems] == [("a.2.name", 3)]


def test_an_entry_that_is_no_mapping_is_a_problem():
    section, problems = read("a: [x]")
    assert list(section.listed_sections("a")) == []
    assert "第1项" in problems[0].message


def test_a_named_entry_that_is_no_mapping_is_a_problem():
    section, problems = read("a: {x: 1}")
    assert list(section.named_sections("a")) == []
    assert problems[0].element == "a.x"
