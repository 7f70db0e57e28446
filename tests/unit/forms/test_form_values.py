"""What one field accepts, keeps and refuses; the hostile corpus of every field kind."""

import json
from decimal import Decimal

import pytest

from forms import InvalidSubmission, present, to_exact, validate

LINE = {"type": "textfield", "key": "value", "label": "名称"}
TEXT = {"type": "textarea", "key": "value", "label": "简述"}
NUMBER = {"type": "number", "key": "value", "label": "比重"}
DAY = {"type": "datetime", "subtype": "date", "key": "value", "label": "发布日期"}
TIME = {"type": "datetime", "subtype": "time", "key": "value", "label": "时刻"}
MOMENT = {"type": "datetime", "subtype": "datetime", "key": "value", "label": "时间"}
OPTIONS = [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}, {"value": "无", "label": "无"}]
SELECT = {"type": "select", "key": "value", "label": "类别", "values": OPTIONS}
RADIO = {"type": "radio", "key": "value", "label": "类别", "values": OPTIONS}
CHECKLIST = {"type": "checklist", "key": "value", "label": "类别", "values": OPTIONS}
CHECKBOX = {"type": "checkbox", "key": "value", "label": "承诺"}
EVERY_KIND = [LINE, TEXT, NUMBER, DAY, TIME, MOMENT, SELECT, RADIO, CHECKLIST, CHECKBOX]

HOSTILE = [
    *(
        "",
        " ",
        "\u3000",
        "\u200b",
        "\x00",
        "a\x00b",
        "\x1b[31m",
        "\u202eabc",
        "a\u2066b",
        "\ud800",
        "\udfff尾",
        "\ufffe",
    ),
    *(
        "é",
        "e\u0301",
        "👩‍👩‍👧",
        "🇨🇳",
        "a\u200db",
        "１２３",
        "无",
        "٣",
        "{name}",
        "%s%n",
        "\\",
        '"',
        "a\tb",
        "a\nb",
        "a\r\nb",
    ),
    *("-0", "−0", "1e309", "NaN", "Infinity", "-inf", "0.1+0.2", "1,000", "0x10", "1_000", "9" * 400, "0." + "0" * 400),
    *("2023-02-29", "2024-02-29", "0000-01-01", "9999-12-31", "2023-13-01", "2023-1-1", "20231115", "2023-W01-1"),
    *("24:00", "23:59:60", "on", "true", "\u2028", "\ufeff甲", "a" * 1_000_000, "x" * 2001, "字" * 20_001),
    *("<script>alert(1)</script>", "' OR 1=1 --", "{{7*7}}", "${7*7}", "=cmd|' /C calc'!A0", "../../etc/passwd"),
    *(None, True, False, 0, -1, 1.5, float("nan"), float("inf"), 10**40, b"a", [], {}, {"a": 1}),
    *(["a"], ["a", "x"], [["a"]], [None]),
]


def kept(form, value):
    return validate(form, {"value": value}, {})["value"]


def refusal(form, value):
    with pytest.raises(InvalidSubmission) as caught:
        validate(form, {"value": value}, {})
    return caught.value.messages["value"][0]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:40])
@pytest.mark.parametrize("field", EVERY_KIND, ids=lambda field: f"{field['type']}-{field.get('subtype', '')}")
def test_a_hostile_value_is_refused_by_name_or_kept_and_shown_identically(make_form, messages_of, field, value):
    form = make_form(field)
    messages = messages_of(form, {"value": value})
    clean = {} if messages else validate(form, {"value": value}, {})
    assert set(messages) <= {"value"}
    assert all(field["label"] in sentence for sentence in messages.get("value", ()))
    assert json.loads(json.dumps(clean, allow_nan=False)) == clean
    assert clean == {} or validate(form, clean, {}) == clean
    json.dumps(clean, ensure_ascii=False).encode()
    assert all("\x00" not in text for _, text in present(form, clean))


@pytest.mark.parametrize("value", ["é", "e\u0301", "👩‍👩‍👧", " 两端空白 ", "无", "<b>", "{name}", "a\tb", "１２３"])
def test_text_is_kept_exactly_as_typed(make_form, value):
    assert kept(make_form(LINE), value) == value


def test_line_ends_become_line_feeds(make_form):
    assert kept(make_form(TEXT), "一\r\n二\r三") == "一\n二\n三"


def test_a_line_break_in_a_single_line_is_refused(make_form):
    assert refusal(make_form(LINE), "一\n二") == "“名称”只能填写一行，请去掉换行。"


@pytest.mark.parametrize("value", ["甲\x00", "甲\u202e", "甲\ud800", "甲\x1b"])
def test_an_invisible_control_character_is_refused_with_its_place(make_form, value):
    assert refusal(make_form(LINE), value) == "“名称”的第 2 个字符是看不见的控制字符，无法保存，请删除后重新填写。"


@pytest.mark.parametrize(("field", "cap"), [(LINE, 2_000), (TEXT, 20_000)])
def test_no_text_is_longer_than_its_hard_cap(make_form, messages_of, field, cap):
    form = make_form(field)
    assert messages_of(form, {"value": "字" * cap}) == {}
    assert f"最多 {cap} 个字符" in refusal(form, "字" * (cap + 1))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        *[
            ("12", 12),
            ("12.50", 12.5),
            ("０１２．５", 12.5),
            ("-3", -3),
            ("−3", -3),
            ("0.1", 0.1),
            (" 7 ", 7),
            ("007", 7),
        ],
        *[("-0", 0), ("999999999999999", 999999999999999), ("0.000001", 0.000001), (12.5, 12.5), (1e-6, 1e-6), (3, 3)],
    ],
)
def test_a_number_is_kept_as_a_number(make_form, typed, number):
    value = kept(make_form(NUMBER), typed)
    assert value == number
    assert type(value) is type(number)


@pytest.mark.parametrize("typed", ["0.1", "12345678.9012345", "0.000000000000001", "99999999999999.9", "1.005"])
def test_expressions_get_exactly_the_number_that_was_typed(make_form, typed):
    assert to_exact(kept(make_form(NUMBER), typed)) == Decimal(typed)


@pytest.mark.parametrize("typed", ["1e309", "NaN", "Infinity", "0.1+0.2", "1,000", "1_0", "0x1", "无", "5%", "٣", True])
def test_what_is_no_plain_number_is_refused(make_form, typed):
    assert refusal(make_form(NUMBER), typed).startswith("“比重”应填写数字，例如 12 或 12.5")


@pytest.mark.parametrize("typed", ["1234567890123456", "0.1234567890123456", 0.1 + 0.2])
def test_a_number_of_more_than_fifteen_digits_is_refused(make_form, typed):
    assert "最多 15 位" in refusal(make_form(NUMBER), typed)


def test_decimal_places_are_limited(make_form):
    assert refusal(make_form({**NUMBER, "decimalDigits": 2}), "1.234") == "“比重”最多保留 2 位小数。"
    assert kept(make_form({**NUMBER, "decimalDigits": 2}), "1.230") == 1.23
    assert refusal(make_form({**NUMBER, "decimalDigits": 0}), "1.5") == "“比重”应填写整数。"


def test_limits_of_a_number_include_their_ends(make_form):
    form = make_form({**NUMBER, "validate": {"min": 0, "max": "100"}, "properties": {"unit": "%"}})
    assert (kept(form, "0"), kept(form, "100")) == (0, 100)
    assert refusal(form, "-0.01") == "“比重”不能小于 0%，请核对。"
    assert refusal(form, "100.01") == "“比重”不能大于 100%，请核对。"


def test_limits_are_compared_as_decimals(make_form, messages_of):
    form = make_form({**NUMBER, "validate": {"max": 0.3}})
    assert messages_of(form, {"value": "0.3"}) == {}


@pytest.mark.parametrize("typed", ["2023-02-29", "2023-13-01", "2023-00-10", "2100-02-29"])
def test_a_day_that_does_not_exist_is_refused(make_form, typed):
    assert refusal(make_form(DAY), typed) == "“发布日期”不是存在的日期，请核对月份和日子。"


@pytest.mark.parametrize("typed", ["0000-01-01", "0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"])
def test_a_year_nobody_means_is_refused(make_form, typed):
    assert "年份应在 1900 至 2100 之间" in refusal(make_form(DAY), typed)


@pytest.mark.parametrize("typed", ["2023-1-1", "20231115", "2023-W01-1", "15/11/2023", "2023年11月15日"])
def test_a_day_in_another_notation_is_refused_with_the_right_one(make_form, typed):
    assert "例如 2023-11-15" in refusal(make_form(DAY), typed)


@pytest.mark.parametrize("typed", ["2024-02-29", "２０２４-０２-２９"])
def test_a_day_is_kept_in_iso_form(make_form, typed):
    assert kept(make_form(DAY), typed) == "2024-02-29"


def test_a_time_is_kept_with_seconds(make_form):
    assert kept(make_form(TIME), "09:30") == "09:30:00"
    assert "例如 09:30" in refusal(make_form(TIME), "24:00")


@pytest.mark.parametrize("typed", ["2023-11-15T09:30", "2023-11-15 09:30", "2023-11-15T09:30:00+08:00"])
def test_an_instant_is_kept_with_the_zone_of_the_form(make_form, typed):
    assert kept(make_form(MOMENT), typed) == "2023-11-15T09:30:00+08:00"


def test_an_instant_of_another_zone_is_refused(make_form):
    assert "“时间”应填写时间" in refusal(make_form(MOMENT), "2023-11-15T09:30:00+09:00")


@pytest.mark.parametrize("field", [SELECT, RADIO, CHECKLIST])
def test_a_choice_outside_the_options_is_refused(make_form, field):
    assert "不在可选范围内" in refusal(make_form(field), "c") or "有不在可选范围内" in refusal(make_form(field), "c")


def test_chosen_options_are_kept_once_and_in_the_order_of_the_form(make_form):
    assert kept(make_form(CHECKLIST), ["b", "a", "b", ""]) == ["a", "b"]


@pytest.mark.parametrize(
    "typed", ["13800000000", "+86 13800000000", "010-62345678", "0755-8234567-12", "02082345678", "400-123-4567"]
)
def test_a_telephone_number_may_be_mobile_or_landline(make_form, typed):
    assert kept(make_form({**LINE, "validate": {"validationType": "phone"}}), typed) == typed


@pytest.mark.parametrize("typed", ["12345", "23800000000", "1380000000", "138000000000", "电话", "13800000000a"])
def test_what_is_no_telephone_number_is_refused(make_form, typed):
    assert "不是正确的电话号码" in refusal(make_form({**LINE, "validate": {"validationType": "phone"}}), typed)


@pytest.mark.parametrize(
    "typed", ["a", "a@b", "a@b..cn", "@b.cn", "a b@c.cn", "甲@b.cn", "a@b.cn\x00", "a@" + "b" * 300 + ".cn"]
)
def test_what_is_no_mail_address_is_refused(make_form, typed):
    assert "“名称”" in refusal(make_form({**LINE, "validate": {"validationType": "email"}}), typed)


def test_a_mail_address_is_trimmed(make_form):
    assert (
        kept(make_form({**LINE, "validate": {"validationType": "email"}}), " office@example.cn ") == "office@example.cn"
    )


def test_a_pattern_is_searched_for_and_explained(make_form):
    form = make_form(
        {**LINE, "validate": {"pattern": r"^\d{6}$"}, "properties": {"pattern_message": "请填写 6 位数字"}}
    )
    assert kept(form, "510030") == "510030"
    assert refusal(form, "51003") == "“名称”的格式不正确：请填写 6 位数字。"


def test_a_pattern_may_use_the_escapes_of_javascript(make_form):
    form = make_form({**LINE, "validate": {"pattern": r"^[\u4e00-\u9fa5]+$"}})
    assert kept(form, "名城") == "名城"
    assert "格式不正确" in refusal(form, "city")


def test_a_pattern_that_would_backtrack_forever_answers_at_once(make_form):
    assert "格式不正确" in refusal(make_form({**LINE, "validate": {"pattern": "^(a+)+$"}}), "a" * 1999 + "!")


def test_lengths_are_counted_without_the_white_space_at_both_ends(make_form, messages_of):
    form = make_form({**LINE, "validate": {"minLength": 2, "maxLength": 3}})
    assert messages_of(form, {"value": "  一二三  "}) == {}
    assert refusal(form, "一") == "“名称”至少填写 2 个字，现有 1 个，请补充。"
    assert refusal(form, "一二三四") == "“名称”最多填写 3 个字，现有 4 个，请删减。"
