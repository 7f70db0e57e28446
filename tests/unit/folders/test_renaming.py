"""What belongs to a step by its id follows the id."""

from __future__ import annotations

import pytest

from engine.errors import BadRequest
from engine.folders.renaming import give_parts

WINDOWS = """windows:
  filing: {name: 窗口, gates: [fill_in, other]}   # 说明
time_limits:
  fill_in:
    working_days: 5   # 五日
    mark: platform
""".encode()
FILES = {"forms/fill_in.form": b'{\n  "id": "fill_in",\n  "components": []\n}\n', "windows.yaml": WINDOWS}


def test_form_limit_and_gate_follow():
    changed = give_parts(FILES, "fill_in", "fill_application")

    assert changed["forms/fill_in.form"] is None
    assert changed["forms/fill_application.form"] == b'{\n  "id": "fill_application",\n  "components": []\n}\n'
    text = changed["windows.yaml"].decode()
    assert "gates: [fill_application, other]}   # 说明" in text
    assert "  fill_application:\n    working_days: 5\n    mark: platform\n" in text
    assert "fill_in:" not in text


def test_a_step_without_parts_changes_nothing():
    assert give_parts(FILES, "another", "more") == {}


def test_a_form_that_goes_by_another_id_keeps_its_text():
    files = {"forms/a.form": b'{"id": "Form_1", "components": [{"id": "a"}]}'}

    assert give_parts(files, "a", "b") == {"forms/a.form": None, "forms/b.form": files["forms/a.form"]}


def test_a_form_that_is_no_json_is_moved_as_it_is():
    assert give_parts({"forms/a.form": b'"id": "a"'}, "a", "b")["forms/b.form"] == b'"id": "a"'


def test_the_form_of_the_new_step_is_never_replaced():
    with pytest.raises(BadRequest, match="已有自己的表单"):
        give_parts({**FILES, "forms/b.form": b"{}"}, "fill_in", "b")


def test_the_limit_of_the_new_step_is_never_replaced():
    schedule = b"time_limits:\n  a: {working_days: 5}\n  b: {working_days: 6}\n"

    with pytest.raises(BadRequest, match="已有自己的办理时限"):
        give_parts({"windows.yaml": schedule}, "a", "b")


@pytest.mark.parametrize("wrong", ["", "../procedure", "a/b", "1a", "a b"])
def test_an_id_never_leads_to_another_folder(wrong):
    with pytest.raises(BadRequest):
        give_parts(FILES, "fill_in", wrong)


def test_a_broken_schedule_is_left_alone():
    assert give_parts({"windows.yaml": b"a: [", "forms/a.form": b"{}"}, "a", "b").keys() == {
        "forms/a.form",
        "forms/b.form",
    }
