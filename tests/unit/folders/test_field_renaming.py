"""A field's new name is followed wherever the name means that variable; what only looks like it stays."""

from __future__ import annotations

import json

import pytest

from engine.errors import BadRequest
from engine.folders.fields import rename_field

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
)


def form(*components, **others):
    return json.dumps({"components": list(components), **others}, ensure_ascii=False, indent=2).encode()


def text_field(key, label="", **others):
    return {"type": "textfield", "id": key, "key": key, "label": label or key, **others}


def diagram(process, *parts):
    return f'{HEAD}<process id="{process}" name="一">{"".join(parts)}</process></definitions>'.encode()


def task(element, inside=""):
    return f'<userTask id="{element}" name="步骤">{inside}</userTask>'


def renamed(files, old="level", new="grade", path="forms/fill_in.form"):
    """Return what becomes of the folder when everybody follows."""
    found = rename_field(files, path, old, new)
    return found.together or found.alone


def after(files, path, **given):
    return renamed(files, **given).files[path].decode()


FORM = form(
    text_field("level", "等级", validate={"required": True}),
    text_field("reason", conditional={"hide": '=level = "level"'}, properties={"rule": "level != applicant.level"}),
    {"type": "text", "id": "note", "text": "level"},
)


def test_the_field_its_id_and_the_conditions_of_its_form_follow():
    text = after({"forms/fill_in.form": FORM}, "forms/fill_in.form")

    assert text == (
        FORM.decode()
        .replace('"id": "level"', '"id": "grade"')
        .replace('"key": "level"', '"key": "grade"')
        .replace('=level = \\"level', '=grade = \\"level')
        .replace('"level != applicant', '"grade != applicant')
    )


def flow(condition, name=""):
    return f'<sequenceFlow id="f" name="{name}"><conditionExpression>{condition}</conditionExpression></sequenceFlow>'


PLACES = {
    "condition": flow("level = &quot;a&quot; and 1 &lt; 2"),
    "wrapped": flow('${level = "a"}'),
    "CDATA": flow("<![CDATA[level < 2]]>"),
    "timer": '<boundaryEvent id="b"><timerEventDefinition><timeDate>date(level)</timeDate></timerEventDefinition>'
    "</boundaryEvent>",
    "script": '<scriptTask id="s"><script>other = level + 1\nlevel_2 = 3</script></scriptTask>',
    "whole script": '<scriptTask id="s" camunda:resultVariable="x"><script>level + 1</script></scriptTask>',
    "parameter": '<serviceTask id="s"><extensionElements><camunda:inputOutput><camunda:inputParameter name="level">'
    "=level</camunda:inputParameter></camunda:inputOutput></extensionElements></serviceTask>",
    "placeholder": '<serviceTask id="s"><extensionElements><camunda:inputOutput><camunda:inputParameter name="body">'
    "level：{level}</camunda:inputParameter></camunda:inputOutput></extensionElements></serviceTask>",
    "completion": '<userTask id="t"><multiInstanceLoopCharacteristics camunda:collection="${level}">'
    "<completionCondition>count(level) = 1</completionCondition></multiInstanceLoopCharacteristics></userTask>",
    "result": '<userTask id="t"><multiInstanceLoopCharacteristics><outputDataItem id="level" name="level"/>'
    "</multiInstanceLoopCharacteristics></userTask>",
}
WANTED = {
    "condition": PLACES["condition"].replace("level", "grade"),
    "wrapped": PLACES["wrapped"].replace("level", "grade"),
    "CDATA": PLACES["CDATA"].replace("level", "grade"),
    "timer": PLACES["timer"].replace("level", "grade"),
    "script": PLACES["script"].replace("level +", "grade +"),
    "whole script": PLACES["whole script"].replace("level", "grade"),
    "parameter": PLACES["parameter"].replace("=level", "=grade"),
    "placeholder": PLACES["placeholder"].replace("{level}", "{grade}"),
    "completion": PLACES["completion"].replace("level", "grade"),
    "result": PLACES["result"].replace("level", "grade"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_diagram_follows_and_every_other_byte_stays(place):
    files = {"forms/fill_in.form": FORM, "process.bpmn": diagram("a", task("fill_in"), PLACES[place])}

    assert after(files, "process.bpmn") == diagram("a", task("fill_in"), WANTED[place]).decode()


def call(inside=""):
    return (
        f'<callActivity id="call" calledElement="inner"><extensionElements>{inside}</extensionElements></callActivity>'
    )


CONDITION = flow("level = 1")


def test_a_called_diagram_that_shares_the_variables_follows():
    inner = diagram("inner", CONDITION)
    files = {"forms/fill_in.form": FORM, "process.bpmn": diagram("a", task("fill_in"), call()), "inner.bpmn": inner}

    assert after(files, "inner.bpmn") == inner.decode().replace("level", "grade")


def test_a_mapping_follows_on_the_side_whose_variable_it_is():
    mapping = '<camunda:in source="level" target="level"/><camunda:out source="level" target="level"/>'
    files = {
        "forms/fill_in.form": FORM,
        "process.bpmn": diagram("a", task("fill_in"), call(mapping)),
        "inner.bpmn": diagram("inner", CONDITION),
    }

    changed = renamed(files).files

    assert (
        '<camunda:in source="grade" target="level"/><camunda:out source="level" target="grade"/>'
        in changed["process.bpmn"].decode()
    )
    assert "inner.bpmn" not in changed


def test_a_mapping_follows_a_field_of_the_called_diagram_too():
    mapping = '<camunda:in sourceExpression="${level}" target="level"/><camunda:out source="level" target="level"/>'
    files = {
        "forms/fill_in.form": FORM,
        "process.bpmn": diagram("a", call(mapping), CONDITION),
        "inner.bpmn": diagram("inner", task("fill_in")),
    }

    assert (
        '<camunda:in sourceExpression="${level}" target="grade"/><camunda:out source="grade" target="level"/>'
        in after(files, "process.bpmn")
    )


RULES = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">{more}<inputData id="i" name="level">'
    '<variable name="level"/></inputData><decision id="rating" name="rating"><decisionTable><input label="level">'
    "<inputExpression><text>level</text></inputExpression></input><rule><inputEntry><text>&lt; level</text>"
    '</inputEntry><outputEntry><text>"level"</text></outputEntry></rule></decisionTable></decision></definitions>'
)
ASK = '<businessRuleTask id="rate" camunda:decisionRef="rating" camunda:resultVariable="rated"/>'


def test_a_decision_that_the_diagram_asks_follows():
    files = {
        "forms/fill_in.form": FORM,
        "process.bpmn": diagram("a", task("fill_in"), ASK),
        "decisions/rating.dmn": RULES.format(more="").encode(),
    }

    assert after(files, "decisions/rating.dmn") == (
        RULES.format(more="")
        .replace('name="level"', 'name="grade"')
        .replace("<text>level<", "<text>grade<")
        .replace("&lt; level", "&lt; grade")
    )


def test_a_decision_that_gives_the_name_a_meaning_itself_is_left_for_people():
    own = '<decision id="d" name="level"/>'
    files = {
        "forms/fill_in.form": FORM,
        "process.bpmn": diagram("a", task("fill_in"), ASK),
        "decisions/rating.dmn": RULES.format(more=own).encode(),
    }

    found = renamed(files)

    assert "decisions/rating.dmn" not in found.files
    assert found.left == ("decisions/rating.dmn 里还有 level，系统不能断定是不是指它",)


def test_a_decision_that_nobody_here_asks_stays():
    files = {"forms/fill_in.form": FORM, "decisions/rating.dmn": RULES.format(more="").encode()}

    assert set(renamed(files).files) == {"forms/fill_in.form"}


PROCEDURE = b"""id: one   # level
lanes:
  experts: {role: expert, office: {named: level}}
batches:
  check:
    rows: >-
      for p in [{level: level}]
      return {number: "level", rank: p.level}
eligibility:
  - {rule: applicant.level = "level"}
"""


def test_rules_of_batches_and_offices_of_lanes_follow():
    text = after({"forms/fill_in.form": FORM, "procedure.yaml": PROCEDURE}, "procedure.yaml")

    assert text == PROCEDURE.decode().replace("named: level", "named: grade").replace(
        "[{level: level}]", "[{level: grade}]"
    )


SCENARIO = """title: level
steps:
  - {begin: begun, expect: [fill_in]}
  - {task: fill_in, sample: filled, values: {"level": level, other: 1}, materials: [level]}   # level
  - {task: other, values: {level: 1}}
"""
SAMPLES = "samples:\n  filled:\n    values:\n      level: level\n    materials: [level, level]\n"
STORIES = {"scenarios/one.yaml": SCENARIO.encode(), "scenarios/samples.yaml": SAMPLES.encode()}


def test_scenarios_follow_where_this_form_is_filled_in():
    changed = renamed({"forms/fill_in.form": FORM, **STORIES}).files

    assert changed["scenarios/one.yaml"].decode() == SCENARIO.replace(
        '{"level": level, other: 1}, materials: [level]', '{"grade": level, other: 1}, materials: [grade]'
    )
    assert changed["scenarios/samples.yaml"].decode() == SAMPLES.replace("level:", "grade:").replace(
        "[level, level]", "[grade, grade]"
    )


def test_a_sample_that_other_steps_use_as_well_is_left_for_people():
    shared = SCENARIO + "  - {task: other, sample: filled}\n"

    found = renamed({"forms/fill_in.form": FORM, **STORIES, "scenarios/one.yaml": shared.encode()})

    assert "scenarios/samples.yaml" not in found.files
    assert found.left == ("scenarios/samples.yaml 的“filled”里还有 level，系统不能断定是不是指它",)


def test_a_scenario_that_has_the_new_name_already_is_not_changed_blindly():
    taken = SCENARIO.replace("other: 1", "grade: 1")

    with pytest.raises(BadRequest, match="同一处已经填有"):
        rename_field(
            {"forms/fill_in.form": FORM, "scenarios/one.yaml": taken.encode()}, "forms/fill_in.form", "level", "grade"
        )


SECOND = form(text_field("level", "复核等级"), text_field("more", conditional={"hide": "=level = 1"}))
BOTH = {
    "forms/fill_in.form": FORM,
    "forms/check.form": SECOND,
    "process.bpmn": diagram("a", task("fill_in"), task("check"), CONDITION),
}


def test_another_form_that_fills_in_the_same_variable_is_named():
    assert rename_field(BOTH, "forms/fill_in.form", "level", "grade").others == ("forms/check.form 里的“复核等级”",)


def test_alone_only_this_form_changes_and_what_stays_is_listed():
    alone = rename_field(BOTH, "forms/fill_in.form", "level", "grade").alone

    assert set(alone.files) == {"forms/fill_in.form"}
    assert {one.partition("：")[0] for one in alone.left} == {"forms/check.form", "process.bpmn"}


def test_together_everybody_follows():
    together = rename_field(BOTH, "forms/fill_in.form", "level", "grade").together

    assert set(together.files) == set(BOTH)
    assert '"key": "grade"' in together.files["forms/check.form"].decode()


def test_a_script_that_computes_the_variable_is_named_and_follows():
    script = '<scriptTask id="s" name="算等级"><script>level = 1</script></scriptTask>'
    files = {"forms/fill_in.form": FORM, "process.bpmn": diagram("a", task("fill_in"), script)}

    found = rename_field(files, "forms/fill_in.form", "level", "grade")

    assert found.others == ("process.bpmn 里的“算等级”算出 level",)
    assert "<script>grade = 1</script>" in found.together.files["process.bpmn"].decode()


def test_a_variable_that_has_the_new_name_is_said_to_become_the_same():
    files = {**BOTH, "forms/check.form": form(text_field("grade", "复核等级"))}

    left = rename_field(files, "forms/fill_in.form", "level", "grade").alone.left

    assert left == ("forms/check.form 里的“复核等级”：改名以后与它是同一个变量",)


LIST = {
    "type": "dynamiclist",
    "id": "rows",
    "path": "rows",
    "components": [
        text_field("level"),
        text_field("why", conditional={"hide": "=level = 1"}),
        text_field("what", conditional={"hide": "=parent.level = 1"}),
    ],
}


def test_a_field_of_rows_with_the_same_name_stays_and_parent_means_the_variable():
    files = {"forms/fill_in.form": form(text_field("level"), LIST)}

    components = json.loads(after(files, "forms/fill_in.form"))["components"]

    assert [one["key"] for one in components[1]["components"]] == ["level", "why", "what"]
    assert components[1]["components"][1]["conditional"] == {"hide": "=level = 1"}
    assert components[1]["components"][2]["conditional"] == {"hide": "=parent.grade = 1"}


def test_a_filter_over_rows_with_such_a_field_is_left_for_people():
    condition = (
        '<sequenceFlow id="f" name="选"><conditionExpression>rows[level = 1] != []</conditionExpression></sequenceFlow>'
    )
    files = {
        "forms/fill_in.form": form(text_field("level"), LIST),
        "process.bpmn": diagram("a", task("fill_in"), condition),
    }

    assert renamed(files).left == ("process.bpmn 的“选”里还有 level，系统不能断定是不是指它",)


def test_a_list_follows_as_a_field_does():
    files = {"forms/fill_in.form": form(LIST, text_field("n", properties={"rule": "count(rows) = 1"}))}

    text = after(files, "forms/fill_in.form", old="rows", new="lines")

    assert '"path": "lines"' in text
    assert "count(lines) = 1" in text


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("level", "1a", "名称由字母"),
        ("level", "a b", "名称由字母"),
        ("level", "applicant", "由系统提供"),
        ("level", "parent", "由系统提供"),
        ("level", "reason", "已有名称为"),
        ("gone", "grade", "没有名称为"),
    ],
)
def test_a_name_that_cannot_be_is_refused(old, new, sentence):
    with pytest.raises(BadRequest, match=sentence):
        rename_field({"forms/fill_in.form": FORM}, "forms/fill_in.form", old, new)


def test_what_cannot_be_read_stays_as_it_is():
    files = {
        "forms/fill_in.form": FORM,
        "forms/broken.form": b'{"key": "level"',
        "scenarios/broken.yaml": b"level: [",
        "procedure.yaml": b"level: [",
    }

    assert set(renamed(files).files) == {"forms/fill_in.form"}


def test_renamed_back_a_folder_is_what_it_was():
    files = {**BOTH, **STORIES, "procedure.yaml": PROCEDURE}
    there = {**files, **renamed(files).files}

    assert {**there, **renamed(there, "grade", "level").files} == files
