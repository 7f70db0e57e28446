"""The name a person gave a file, made safe to show, to log and to offer for download."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 150
NAMELESS = "未命名"
#: Names that Windows keeps for devices, with any extension.
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)
#: Control, format (right-to-left marks, zero-width spaces), lone surrogates, private use, unassigned.
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean_file_name(name: str) -> str:
    """Return the name without folders, invisible characters and what some file system would not take.

    The extension stays; the stem is cut so that the whole is at most 150 characters.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode()))[-1]
    visible = "".join(character for character in last if unicodedata.category(character) not in INVISIBLE)
    plain = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", visible)).rstrip(" .")
    stem, dot, extension = plain.rpartition(".")
    if not dot:
        stem, extension = plain, ""
    stem = stem.strip(" .") or NAMELESS
    if stem.split(".")[0].strip().lower() in RESERVED:
        stem = f"_{stem}"
    extension = extension.strip()[:20]
    room = LONGEST_NAME - len(extension) - len(dot)
    return f"{stem[:room].rstrip()}{dot}{extension}"


def extension_of(name: str) -> str:
    """Return the extension in lower case, without the dot; empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
