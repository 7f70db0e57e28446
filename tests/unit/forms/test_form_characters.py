"""The 字数 rule of the printed forms."""

import pytest

from forms.texts import count_characters_cn

BRIEF = {"type": "textarea", "key": "brief", "label": "产品简述", "properties": {"max_characters_cn": "500"}}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("  \n\t\u3000", 0),
        ("软件产品", 4),
        ("软件，产品。", 6),
        ("AI", 1),
        ("面向 AIGC 的 3 个产品", 8),
        ("v2.0", 3),
        ("ＡＩ１２", 1),
        ("a b c", 3),
        ("café", 1),
        ("👩", 1),
        ("一\n二", 2),
        ("\ufeff一", 1),
    ],
)
def test_characters_are_counted_as_a_word_processor_does_where_that_is_less(text, count):
    assert count_characters_cn(text) == count


@pytest.mark.parametrize(
    ("text", "is_refused"), [("字" * 500, False), ("字" * 501, True), ("字" * 250 + "。" * 251, True)]
)
def test_the_limit_of_500_is_exact(make_form, messages_of, text, is_refused):
    assert ("brief" in messages_of(make_form(BRIEF), {"brief": text})) is is_refused


def test_the_message_says_how_many_there_are(make_form, messages_of):
    messages = messages_of(make_form(BRIEF), {"brief": "字" * 501})
    assert messages == {"brief": ("“产品简述”应在 500 字以内，现有 501 字，请删减。",)}


def test_words_and_white_space_do_not_lift_the_limit_of_what_can_be_stored(make_form, messages_of):
    form = make_form(BRIEF)
    assert messages_of(form, {"brief": "a" * 2000}) == {}
    assert "最多 2000 个字符" in messages_of(form, {"brief": "a" * 2001})["brief"][0]
