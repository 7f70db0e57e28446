"""Checks of an owner's folder: what is wrong with it or deserves a second look, in sentences with their place."""

from engine.lint.examining import examine
from engine.lint.findings import RULES, Finding, Report, Rule, Severity

__all__ = ["RULES", "Finding", "Report", "Rule", "Severity", "examine"]
