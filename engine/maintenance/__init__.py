"""What acts of maintenance on running cases have in common: plans, carrying them out, quarantine."""

from engine.maintenance.carrying_out import carry_out
from engine.maintenance.planning import plan_cases
from engine.maintenance.plans import CasePlan, Target
from engine.maintenance.previewing import groups_of, map_choices
from engine.maintenance.quarantine import quarantine
from engine.maintenance.reasons import LONGEST_REASON, refuse_bad_reason, refuse_stale
from engine.maintenance.targets import find_target, scope_of
from engine.maintenance.tokens import name_of, places

__all__ = [
    "LONGEST_REASON",
    "CasePlan",
    "Target",
    "carry_out",
    "find_target",
    "groups_of",
    "map_choices",
    "name_of",
    "places",
    "plan_cases",
    "quarantine",
    "refuse_bad_reason",
    "refuse_stale",
    "scope_of",
]
