"""Edits of owners' YAML: one value changes, every other byte stays."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadRequest, DefinitionRefused
from engine.folders.editing import remove_value, set_value

FILE = """# 申报窗口。只改日期。

windows:
  filing:            # 唯一的窗口
    name: 申报窗口
    opens: {month: 10,  day: 15}
    closes: {month: 11, day: 15}   # 见 278 号
    inclusive: true   # 含截止日当日
    gates: [submit_application]
    basis: '工信厅〔2023〕278号 四: 一'
    level: "国家"

# 工作日
time_limits:
  review: {working_days: 5, after: opened, mark: platform}
  # 下一条没有来源
  correct: {working_days: 10, after: opened, mark: platform}
basis:
  - 第一条
  - 第二条   # 两条
rules:
  - id: E1
    label: 城市
  - id: E2
    label: 园区
"""


def edited(keys, value, text=FILE):
    return set_value(text.encode(), keys, value).decode()


def removed(keys, text=FILE):
    return remove_value(text.encode(), keys).decode()


def test_a_value_in_braces_is_replaced_where_it_stands():
    assert edited(["windows", "filing", "opens", "day"], 20) == FILE.replace(
        "day: 15}\n    closes", "day: 20}\n    closes"
    )


def test_a_comment_behind_a_value_stays():
    assert edited(["windows", "filing", "inclusive"], False) == FILE.replace("inclusive: true ", "inclusive: false ")


def test_quotes_that_were_there_stay():
    after = edited(["windows", "filing", "basis"], "另一条")
    after = edited(["windows", "filing", "level"], "省级", after)
    assert "basis: '另一条'\n" in after
    assert 'level: "省级"\n' in after


def test_nothing_changes_when_the_value_is_the_same():
    assert edited(["windows", "filing", "name"], "申报窗口") == FILE


def test_a_mapping_is_changed_entry_by_entry():
    after = edited(["windows", "filing", "closes"], {"month": 12, "day": 15})
    assert after == FILE.replace("month: 11, day: 15}   # 见", "month: 12, day: 15}   # 见")


def test_a_mapping_loses_what_the_new_one_does_not_have():
    after = edited(["time_limits", "review"], {"working_days": 5, "mark": "platform"})
    assert after == FILE.replace("5, after: opened,", "5,")


def test_a_new_entry_is_written_like_its_neighbours():
    after = edited(["time_limits", "decide"], {"working_days": 3, "after": "opened"})
    assert after == FILE.replace("\nbasis:\n", "\n  decide: {working_days: 3, after: opened}\nbasis:\n", 1)


def test_a_new_window_stands_on_lines_of_its_own_like_the_one_above():
    after = edited(["windows", "direct"], {"name": "直接报送", "opens": {"month": 6, "day": 1}, "gates": ["submit"]})
    block = '    level: "国家"\n  direct:\n    name: 直接报送\n    opens: {month: 6, day: 1}\n    gates: [submit]\n'
    assert after == FILE.replace('    level: "国家"\n', block)


def test_what_is_missing_on_the_way_is_created():
    after = edited(["cycle", "opens", "month"], 1)
    assert yaml.safe_load(after)["cycle"] == {"opens": {"month": 1}}
    assert after.startswith(FILE)


def test_an_item_is_appended_to_a_list():
    assert edited(["basis", 2], "第三条") == FILE.replace("# 两条\n", "# 两条\n  - 第三条\n")
    assert edited(["windows", "filing", "gates", 1], "pay") == FILE.replace(
        "[submit_application]", "[submit_application, pay]"
    )


def test_a_mapping_is_appended_to_a_list_of_mappings():
    assert edited(["rules", 2], {"id": "E3", "label": "县"}) == FILE + "  - id: E3\n    label: 县\n"


def test_a_list_is_shortened_and_lengthened_item_by_item():
    assert edited(["basis"], ["第一条"]) == FILE.replace("  - 第二条   # 两条\n", "")
    assert edited(["windows", "filing", "gates"], ["a", "b"]) == FILE.replace("[submit_application]", "[a, b]")


def test_a_removed_entry_takes_only_its_own_line():
    assert removed(["time_limits", "review"]) == FILE.replace(
        "  review: {working_days: 5, after: opened, mark: platform}\n", ""
    )
    assert removed(["windows", "filing", "closes"]) == FILE.replace(
        "    closes: {month: 11, day: 15}   # 见 278 号\n", ""
    )


def test_an_entry_in_braces_is_removed_with_its_comma():
    assert removed(["time_limits", "review", "working_days"]) == FILE.replace("{working_days: 5, after", "{after", 1)
    assert removed(["time_limits", "review", "mark"]) == FILE.replace("opened, mark: platform}", "opened}", 1)


def test_the_first_key_behind_a_dash_gives_its_place_to_the_next():
    assert removed(["rules", 0, "id"]) == FILE.replace("- id: E1\n    label: 城市", "- label: 城市")


def test_an_item_is_removed_with_all_its_lines():
    assert removed(["rules", 0]) == FILE.replace("  - id: E1\n    label: 城市\n", "")


def test_a_collection_without_entries_stays_as_an_empty_one():
    after = removed(["windows", "filing"])
    assert yaml.safe_load(after)["windows"] == {}
    assert edited(["windows", "filing"], {"name": "新"}, after) == after.replace(" {}", "\n  filing: {name: 新}", 1)


def test_what_is_not_there_is_not_removed():
    assert removed(["windows", "nothing", "opens"]) == FILE


def test_texts_that_yaml_would_misread_are_quoted():
    texts = [
        "2023-10-15",
        "007",
        "true",
        "null",
        "a: b",
        "# 不是注释",
        "[x",
        "",
        " 空格 ",
        "是",
        "no",
        "{year}年",
        "a, b",
    ]
    after = edited(["texts"], texts)
    assert yaml.safe_load(after)["texts"] == texts
    flow = edited(["windows", "filing", "gates"], texts)
    assert yaml.safe_load(flow)["windows"]["filing"]["gates"] == texts


def test_a_text_of_several_lines_stands_in_a_block():
    after = edited(["basis_text"], "第一行\n第二行\n")
    assert after == FILE + "basis_text: |\n  第一行\n  第二行\n"
    assert edited(["basis_text"], "一行", after) == FILE + "basis_text: 一行\n"
    assert removed(["basis_text"], after) == FILE


def test_line_ends_of_windows_stay():
    before = FILE.replace("\n", "\r\n").encode()
    after = set_value(before, ["time_limits", "decide"], {"working_days": 3})
    assert after.count(b"\r\n") == after.count(b"\n") == before.count(b"\n") + 1


def test_a_file_without_a_last_line_feed_gets_one_before_the_new_entry():
    assert set_value(b"a: 1", ["b"], 2) == b"a: 1\nb: 2\n"


def test_an_empty_value_is_filled():
    assert set_value(b"a:\nb: 1\n", ["a"], "x") == b"a: x\nb: 1\n"
    assert set_value(b"a:   # later\nb: 1\n", ["b"], None) == b"a:   # later\nb: null\n"


def test_a_path_through_a_text_is_refused():
    with pytest.raises(BadRequest):
        edited(["windows", "filing", "name", "short"], "x")


def test_a_position_far_behind_the_last_is_refused():
    with pytest.raises(BadRequest):
        edited(["basis", 9], "x")


def test_a_file_that_cannot_be_read_is_not_edited():
    with pytest.raises(DefinitionRefused):
        set_value(b"a: [1", ["a"], 2)


words = st.text(st.sampled_from("ab 一二:#,'\"-[]{}&*!|>%@`0123.\n\t"), max_size=12)
scalars = st.none() | st.booleans() | st.integers(-5, 500) | words
names = st.sampled_from(["a", "b", "yes", "1"])
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "yes", "1"]), inner, max_size=3)
    ),
    max_leaves=6,
)
paths = st.sampled_from(
    [
        ("windows",),
        ("windows", "filing"),
        ("windows", "filing", "opens"),
        ("windows", "filing", "name"),
        ("windows", "new"),
        ("time_limits", "review", "after"),
        ("basis",),
        ("basis", 0),
        ("basis", 2),
        ("rules", 1),
        ("rules", 1, "id"),
        ("added",),
    ]
)


@settings(max_examples=300, deadline=None)
@given(edits=st.lists(st.tuples(paths, values), min_size=1, max_size=3))
def test_whatever_is_set_means_what_was_asked_or_is_refused(edits):
    content = FILE.encode()
    for keys, value in edits:
        try:
            content = set_value(content, keys, value)
        except BadRequest:
            continue
        meaning = yaml.safe_load(content)
        for key in keys:
            meaning = meaning[key]
        assert meaning == value


OWNERS_FILES = sorted((Path(__file__).parents[3] / "bpmn").glob("*/windows.yaml"))


def paths_of(meaning, keys=()):
    if isinstance(meaning, dict | list) and meaning:
        entries = meaning.items() if isinstance(meaning, dict) else enumerate(meaning)
        return [path for key, item in entries for path in paths_of(item, (*keys, key))]
    return [(keys, meaning)]


@pytest.mark.parametrize("file", OWNERS_FILES, ids=lambda file: file.parent.name)
def test_an_owners_value_changed_there_and_back_leaves_the_file_as_it_was(file):
    content = file.read_bytes()
    places = paths_of(yaml.safe_load(content))[::7]
    changed = [set_value(content, keys, 7 if isinstance(value, int) else "改过的，值：7") for keys, value in places]
    back = [set_value(text, keys, value) for text, (keys, value) in zip(changed, places, strict=True)]
    assert content not in changed
    assert set(back) == {content}
