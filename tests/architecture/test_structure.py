"""What the whole of the code promises, whatever a single module does."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from engine import errors
from engine.migrations import list_differences
from web import labels, refusals

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("engine", "forms", "web")
MODULES = sorted(
    path
    for package in PACKAGES
    for path in (REPOSITORY / package).rglob("*.py")
    if "versions" not in path.parts and "node_modules" not in path.parts
)
PROCEDURES = sorted(path.parent.name for path in (REPOSITORY / "bpmn").glob("*/procedure.yaml"))

SELDOM_NEEDED = {"alembic", "fpdf", "fontTools", "openpyxl", "segno"}
LONGEST_MODULE = 300
LONGEST_FUNCTION = 30
LONGEST_VIEW = 12
#: The only places where every error is caught: where the forms hand an expression to whoever compiled it.
CATCHES_EVERYTHING = {"forms/expressions.py"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def text_of(path):
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path):
    return ast.parse(text_of(path))


def name_of(path):
    return str(path.relative_to(REPOSITORY))


def count_lines(path, first=0, last=None):
    """The non-blank lines of a file or a part of it."""
    return sum(1 for line in text_of(path).splitlines()[first:last] if line.strip())


def long_functions(path, most, *, only_views=False):
    """The functions of a module whose bodies, without their docstrings, are longer than that."""
    functions = (node for node in ast.walk(tree_of(path)) if isinstance(node, FUNCTIONS))
    bodies = {
        function.name: function.body[1:] if ast.get_docstring(function) else function.body
        for function in functions
        if is_view(function) or not only_views
    }
    return [
        f"{name_of(path)}: {name}"
        for name, body in bodies.items()
        if body and count_lines(path, body[0].lineno - 1, body[-1].end_lineno) > most
    ]


def is_view(function):
    return any(re.match(r"\w+\.(get|post|put|delete)\(", ast.unparse(mark)) for mark in function.decorator_list)


def test_the_layers_hold():
    # In a process of its own: the linter sets up logging anew and would silence the loggers of this one.
    command = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"]

    result = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout


def test_a_start_loads_nothing_that_only_printing_or_migrating_needs():
    """They would double the time that every command takes before it does anything."""
    command = [sys.executable, "-c", f"import sys, web.command_line; print({SELDOM_NEEDED} & set(sys.modules))"]

    result = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert result.stdout == "set()\n", result.stderr


def test_a_module_says_what_lives_in_it():
    assert [name_of(path) for path in MODULES if not ast.get_docstring(tree_of(path))] == []


def test_a_module_is_short_enough_to_read():
    assert [name_of(path) for path in MODULES if count_lines(path) > LONGEST_MODULE] == []


def test_a_function_is_short_enough_to_see_at_once():
    assert [name for path in MODULES for name in long_functions(path, LONGEST_FUNCTION)] == []


def test_a_view_parses_asks_one_service_and_answers():
    assert [name for path in MODULES for name in long_functions(path, LONGEST_VIEW, only_views=True)] == []


def test_the_code_names_no_procedure():
    assert PROCEDURES
    assert [(name_of(path), name) for path in MODULES for name in PROCEDURES if names(text_of(path), name)] == []


def names(text, procedure_id):
    """Tell whether a text names a procedure; an id that is one plain word counts where it is quoted or in a path."""
    if "_" in procedure_id:
        return procedure_id in text
    return re.search(rf"""["'/]{procedure_id}["'/]""", text) is not None


def test_only_the_clock_asks_for_the_time():
    asking = re.compile(r"datetime\.now\(|date\.today\(|\btime\.time\(|utcnow\(|func\.now\(")

    assert [name_of(path) for path in MODULES if asking.search(text_of(path))] == ["engine/clock.py"]


def test_an_error_is_caught_by_its_name():
    handlers = (
        (path, node) for path in MODULES for node in ast.walk(tree_of(path)) if isinstance(node, ast.ExceptHandler)
    )
    broad = {name_of(path) for path, node in handlers if node.type is None or ast.unparse(node.type) == "Exception"}

    assert broad - CATCHES_EVERYTHING == set()


def test_nothing_is_executed_that_was_written_as_text():
    dangerous = {"eval", "exec", "compile", "__import__", "pickle.loads", "pickle.load", "yaml.load"}
    called = {
        (name_of(path), ast.unparse(node.func))
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
    }

    assert [call for call in called if call[1] in dangerous] == []


def test_the_models_and_the_migrations_agree(migrated_database):
    assert list_differences(migrated_database) == []


def test_revisions_are_numbered_without_a_gap():
    files = sorted((REPOSITORY / "engine" / "migrations" / "versions").glob("*.py"))

    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))


@pytest.mark.parametrize(
    "path", sorted((REPOSITORY / "engine" / "migrations" / "versions").glob("*.py")), ids=lambda path: path.stem
)
def test_a_revision_is_named_after_its_file_and_says_why(path):
    docstring = ast.get_docstring(tree_of(path))

    assert f'revision = "{path.stem}"' in path.read_text(encoding="utf-8")
    assert docstring
    assert "say here why" not in docstring


def every_error(kind=errors.EngineError):
    return [kind, *(found for child in kind.__subclasses__() for found in every_error(child))]


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_an_error_has_a_status_advice_and_a_default_sentence(kind):
    assert any(parent in refusals.STATUSES for parent in kind.__mro__)
    assert any(parent in refusals.ADVICE for parent in kind.__mro__)
    assert kind.default_sentence.endswith("。")
    assert kind.__doc__


HISTORY_KIND = re.compile(
    r"(case|task|material|receipt|window|timer|message|notice|incident|exception|round|draft|title|finding)_(\w+ed|sent)"
)


def history_kinds_of(path):
    """Every word of the history in a module, except the `action` of a log line."""
    tree = tree_of(path)
    logged = {
        id(value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "action"
    }
    words = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {word.value for word in words if HISTORY_KIND.fullmatch(word.value) and id(word) not in logged}


RECORDING = [path for path in MODULES if {"services", "recording"} & set(path.parts)]


def test_every_kind_of_history_event_has_a_label():
    kinds = set().union(*map(history_kinds_of, RECORDING))

    assert len(kinds) >= 10
    assert kinds - set(labels.HISTORY_KINDS) == set()
