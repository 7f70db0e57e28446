"""The built-in functions of FEEL, one module per family."""

from engine.language.functions import basics, contexts, lists, numeric, ranges, temporal, text
from engine.language.functions.registry import BUILTINS

__all__ = ["BUILTINS", "basics", "contexts", "lists", "numeric", "ranges", "temporal", "text"]
