"""Where an expression names a variable, and where the same word is something else."""

from __future__ import annotations

import pytest

from engine.language import FeelSyntaxError, variable_places

MEANT = {
    'level = "a"': [0],
    'if level = "a" then level else 1': [3, 20],
    '"level" = level': [10],
    "applicant.level = 1": [],
    "level.code + applicant.level": [0],
    "{level: 1, b: level}": [],
    "{a: level}": [4],
    "for level in list return level": [],
    "for x in level return x + level": [9, 26],
    "list[item.level > 1 and level = 2]": [24],
    "list[level > 1]": [5],
    "string join(delimiter: level, list: x)": [23],
    "some_level + level_2": [],
    "level // level\n + 1": [0],
    "parent.level + 1": [7],
    "parent.parent.level": [14],
    "now": [],
    "date and time(level)": [14],
    "level(1)": [0],
}


@pytest.mark.parametrize("text", MEANT)
def test_a_variable_is_found_where_it_is_meant_and_nowhere_else(text):
    assert list(variable_places(text, "level")) == MEANT[text]


def test_a_cell_of_a_decision_table_may_name_variables():
    assert variable_places("< level, [1..level]", "level", is_cell=True) == (2, 13)


def test_a_filter_over_rows_that_have_such_an_entry_cannot_be_told():
    with pytest.raises(ValueError, match="level"):
        variable_places("list[level > 1]", "level", may_be_entry=True)


def test_outside_filters_it_is_a_variable_even_then():
    assert variable_places("level > 1", "level", may_be_entry=True) == (0,)


def test_what_is_no_expression_is_refused():
    with pytest.raises(FeelSyntaxError):
        variable_places("level >", "level")
