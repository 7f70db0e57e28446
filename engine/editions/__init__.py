"""Editions of procedures: whose they are, how a draft changes, how one becomes a version."""

from engine.editions.looking import draft_view, file_view, name_in, procedure_view
from engine.editions.ownership import owned_procedures, owners_of_files, readable_draft, refuse_others, scope_of_draft
from engine.editions.writing import Edit, apply, begin, check_bounds, refuse_bad_path, take_back

__all__ = [
    "Edit",
    "apply",
    "begin",
    "check_bounds",
    "draft_view",
    "file_view",
    "name_in",
    "owned_procedures",
    "owners_of_files",
    "procedure_view",
    "readable_draft",
    "refuse_bad_path",
    "refuse_others",
    "scope_of_draft",
    "take_back",
]
