"""Uploaded files: where they are kept, what they may be called, and which ones are refused."""

from engine.files.checks import ACCEPTED, check_upload
from engine.files.names import clean_file_name
from engine.files.storage import FileStore, StoredFile
from engine.files.waiting import WaitingRoom

__all__ = ["ACCEPTED", "FileStore", "StoredFile", "WaitingRoom", "check_upload", "clean_file_name"]
