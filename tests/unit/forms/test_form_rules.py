"""Rules over several values, codes with a check character, and files counted by what is filled in."""

from types import SimpleNamespace

import pytest

from forms import FormDefinitionError, validate
from forms.codes import uscc_check_character

CODE = {"type": "textfield", "key": "uscc", "label": "代码", "properties": {"check": "uscc"}}
BODY = "91420100MADEMQ001"
GOOD = BODY + uscc_check_character(BODY)
FROM = {"type": "datetime", "subtype": "date", "key": "begins_on", "label": "开始日期"}
TO = {
    "type": "datetime",
    "subtype": "date",
    "key": "ends_on",
    "label": "结束日期",
    "properties": {
        "rule": "date(ends_on) >= date(begins_on)",
        "rule_message": "{name}不能早于开始日期，请核对。",
    },
}
USERS = {
    "type": "dynamiclist",
    "path": "users",
    "label": "用户",
    "properties": {
        "rule": "count(distinct values(users.user)) = count(users)",
        "rule_message": "{name}有重复，每个用户只能列一次。",
    },
    "components": [
        {"type": "textfield", "key": "user", "label": "用户名称", "id": "user"},
        {
            "type": "number",
            "key": "score",
            "label": "得分",
            "id": "score",
            "properties": {"rule": "modulo(score, 0.5) = 0", "rule_message": "{name}只能是 0.5 的整数倍。"},
        },
    ],
}
REPORTS = {
    "type": "filepicker",
    "key": "reports",
    "label": "使用报告",
    "multiple": True,
    "properties": {"min": "=count(users)"},
}


def files(count):
    return {"reports": [SimpleNamespace(file_name=f"{number}.pdf", size=1) for number in range(count)]}


@pytest.mark.parametrize(("body", "character"), [("91350100M000100Y4", "3"), ("0" * 17, "0"), ("1" + "0" * 16, "Y")])
def test_the_check_character_follows_the_standard(body, character):
    assert uscc_check_character(body) == character


def test_a_code_with_the_right_check_character_is_accepted(make_form, messages_of):
    assert messages_of(make_form(CODE), {"uscc": GOOD}) == {}


def test_a_code_is_kept_in_half_width_capitals_without_spaces(make_form):
    typed = f" {GOOD[:8].lower()} {GOOD[8:]}".replace("9", "９")
    assert validate(make_form(CODE), {"uscc": typed}, {})["uscc"] == GOOD


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_character_is_found_wherever_it_is(make_form, messages_of, place):
    other = "2" if GOOD[place] != "2" else "3"
    assert "uscc" in messages_of(make_form(CODE), {"uscc": GOOD[:place] + other + GOOD[place + 1 :]})


def test_two_neighbours_changed_about_are_found(make_form, messages_of):
    swapped = GOOD[:1] + GOOD[2] + GOOD[1] + GOOD[3:]
    assert swapped != GOOD
    assert "校验码" in messages_of(make_form(CODE), {"uscc": swapped})["uscc"][0]


def test_a_code_of_another_length_says_how_long_it_is(make_form, messages_of):
    assert messages_of(make_form(CODE), {"uscc": GOOD[:-1]}) == {
        "uscc": ("“代码”应为 18 位，现有 17 位，请对照营业执照核对。",)
    }


def test_a_letter_that_the_code_never_has_is_named(make_form, messages_of):
    message = messages_of(make_form(CODE), {"uscc": GOOD[:5] + "O" + GOOD[6:]})["uscc"][0]
    assert "第 6 位“O”" in message
    assert "I、O、S、V、Z" in message


def test_an_unknown_check_is_refused_when_the_form_is_read(make_form):
    with pytest.raises(FormDefinitionError, match="不认识校验“isbn”"):
        make_form({**CODE, "properties": {"check": "isbn"}})


def test_a_check_is_for_one_line_of_text_only(make_form):
    with pytest.raises(FormDefinitionError, match="check 只能用于单行文字"):
        make_form({**CODE, "type": "textarea"})


def test_a_value_that_breaks_its_rule_is_refused_with_the_owners_words(make_form, messages_of):
    raw = {"begins_on": "2023-05-02", "ends_on": "2023-05-01"}
    assert messages_of(make_form(FROM, TO), raw) == {"ends_on": ("“结束日期”不能早于开始日期，请核对。",)}


def test_a_value_that_keeps_its_rule_is_accepted(make_form, messages_of):
    assert messages_of(make_form(FROM, TO), {"begins_on": "2023-05-01", "ends_on": "2023-05-01"}) == {}


def test_a_value_that_is_not_there_has_no_rule_to_keep(make_form, messages_of):
    assert messages_of(make_form(FROM, TO), {"begins_on": "2023-05-01"}) == {}


def test_a_rule_that_has_no_answer_counts_as_broken(make_form, messages_of):
    assert "ends_on" in messages_of(make_form(FROM, TO), {"ends_on": "2023-05-01"})


def test_a_value_of_the_wrong_kind_is_told_that_and_not_the_rule(make_form, messages_of):
    raw = {"begins_on": "2023-05-01", "ends_on": "明天"}
    assert messages_of(make_form(FROM, TO), raw)["ends_on"][0].startswith("“结束日期”应填写日期")


def test_a_rule_may_look_at_a_whole_list(make_form, messages_of):
    raw = {"users": [{"user": "甲"}, {"user": "甲"}]}
    assert messages_of(make_form(USERS), raw) == {"users": ("“用户”有重复，每个用户只能列一次。",)}


def test_a_rule_in_a_row_names_the_row(make_form, messages_of):
    raw = {"users": [{"user": "甲", "score": "1.5"}, {"user": "乙", "score": "1.2"}]}
    assert messages_of(make_form(USERS), raw) == {"users[1].score": ("“用户”第 2 行的“得分”只能是 0.5 的整数倍。",)}


def test_a_rule_without_words_is_refused_when_the_form_is_read(make_form):
    with pytest.raises(FormDefinitionError, match="rule 和 rule_message 要一起写"):
        make_form({**FROM, "properties": {"rule": "begins_on != null"}})


def test_a_rule_for_something_nobody_fills_in_is_refused(make_form):
    with pytest.raises(FormDefinitionError, match="rule 只能用于填写的项目"):
        make_form({**REPORTS, "properties": {"rule": "true", "rule_message": "不会出现。"}})


def test_the_number_of_files_may_follow_what_is_filled_in(make_form, messages_of):
    raw = {"users": [{"user": "甲"}, {"user": "乙"}]}
    assert "至少需要 2 个文件" in messages_of(make_form(USERS, REPORTS), raw, files=files(1))["reports"][0]


def test_enough_files_for_what_is_filled_in_are_accepted(make_form, messages_of):
    assert messages_of(make_form(USERS, REPORTS), {"users": [{"user": "甲"}]}, files=files(1)) == {}


def test_no_files_are_asked_for_when_nothing_is_filled_in(make_form, messages_of):
    assert messages_of(make_form(USERS, REPORTS), {}) == {}
