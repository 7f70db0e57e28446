"""FEEL: the one language of diagrams, timers, forms and decision tables."""

from engine.language.budget import Budget
from engine.language.decisions import decide, decide_strictly, decision_names, decision_problems
from engine.language.errors import FeelBudgetExceeded, FeelError, FeelSyntaxError
from engine.language.expression import Expression, compile_expression, compile_unary_tests, evaluate
from engine.language.rewording import variable_places

__all__ = [
    "Budget",
    "Expression",
    "FeelBudgetExceeded",
    "FeelError",
    "FeelSyntaxError",
    "compile_expression",
    "compile_unary_tests",
    "decide",
    "decide_strictly",
    "decision_names",
    "decision_problems",
    "evaluate",
    "variable_places",
]
