"""Every state, event and kind of the studio has its words, and what is quoted in a sentence is marked as code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from web import labels
from web.studio import coded

REPOSITORY = Path(__file__).parents[2]
MODELS = {
    name: (REPOSITORY / "engine" / "models" / f"{name}.py").read_text(encoding="utf-8")
    for name in ("drafts", "editions")
}


def listed(model, column):
    """The words that the comment above a column lists."""
    found = re.search(rf"#: ([^\n]*)\n\s+Column\(\"{column}\"", MODELS[model])
    assert found, column
    plain = re.sub(r"\([^)]*\)", "", found[1])
    return set(re.findall(r"[a-z]+(?:_[a-z]+)*", plain)) - {"or"}


@pytest.mark.parametrize("words", [labels.DRAFT_STATES, labels.DRAFT_STATE_TAGS], ids=["word", "look"])
def test_a_draft_has_words_for_each_of_its_states(words):
    assert words.keys() == listed("drafts", "state")


def test_a_draft_that_cannot_be_changed_says_why():
    assert labels.DRAFT_STATE_NOTES.keys() == listed("drafts", "state") - {"editing", "returned"}


@pytest.mark.parametrize("words", [labels.VERSION_ORDER_STATES, labels.VERSION_ORDER_TAGS], ids=["word", "look"])
def test_an_order_has_words_for_each_of_its_states(words):
    assert words.keys() == {"submitted", "returned", "withdrawn", "approved", "in_force", "cancelled"}


def test_a_ledger_has_words_for_each_of_its_events():
    events = {
        "deployed",
        "deployed_alone",
        "handed_in",
        "submitted",
        "returned",
        "withdrawn",
        "approved",
        "cancelled",
        "in_force",
    }

    assert labels.PROCEDURE_EVENTS.keys() == events


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("新增 forms/step_one.form", "新增 <code>forms/step_one.form</code>"),
        ("第 3 版", "第 3 版"),
        ("A 类", "A 类"),
        ("<b>", "&lt;b&gt;"),
        ("<script>x</script>", "&lt;<code>script</code>&gt;x&lt;<code>/script</code>&gt;"),
        ("Task_A → task_a，请改", "<code>Task_A</code> → <code>task_a</code>，请改"),
    ],
)
def test_what_a_sentence_quotes_is_code_and_nothing_is_markup(sentence, shown):
    assert str(coded(sentence)) == shown
