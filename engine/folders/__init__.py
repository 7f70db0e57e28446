"""The owners' folders: what is in `bpmn/`, read strictly, checked across files, packed as one immutable version."""

from engine.folders.archive import digest_of, load_directory, pack, unpack
from engine.folders.folder import Folder, read_folder
from engine.folders.notices import EVERYBODY, PLACEHOLDER, read_recipients
from engine.folders.operations import OPERATIONS, Operation, Parameter
from engine.folders.organisations import (
    ROLES,
    DemonstrationAccount,
    Directory,
    Organisation,
    Post,
    Region,
    read_organisations,
)
from engine.folders.procedure import EligibilityRule, LaneRule, OfficeRule, Procedure, ReferenceDocument, StarterRule
from engine.folders.windows import TimeLimit, WindowRule, windows_for_year

__all__ = [
    "EVERYBODY",
    "OPERATIONS",
    "PLACEHOLDER",
    "ROLES",
    "DemonstrationAccount",
    "Directory",
    "EligibilityRule",
    "Folder",
    "LaneRule",
    "OfficeRule",
    "Operation",
    "Organisation",
    "Parameter",
    "Post",
    "Procedure",
    "ReferenceDocument",
    "Region",
    "StarterRule",
    "TimeLimit",
    "WindowRule",
    "digest_of",
    "load_directory",
    "pack",
    "read_folder",
    "read_organisations",
    "read_recipients",
    "unpack",
    "windows_for_year",
]
