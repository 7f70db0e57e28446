"""Submits one application at given moments, in a process of its own: `gate_process <url> <task> <moment>…`."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from engine.clock import FixedClock
from engine.config import read_settings
from engine.database import Database
from engine.errors import OutsideWindow
from engine.system import build
from tests.support.city import SUBMIT
from tests.support.offices import REPOSITORY, Offices


def main(url: str, task_id: str, *moments: str) -> None:
    """Say for each moment whether the submit was accepted or refused, and in which words."""
    with tempfile.TemporaryDirectory() as var:
        settings = read_settings({"VAR": str(Path(var)), "BPMN": str(REPOSITORY / "bpmn")})
        database = Database(url)
        system = build(settings, database)
        for moment in moments:
            clock = FixedClock(datetime.fromisoformat(moment))
            offices = Offices(replace(system, clock=clock), clock)
            try:
                answer = f"accepted {offices.submit('dongguan', int(task_id), SUBMIT).receipt_number}"
            except OutsideWindow as refusal:
                answer = f"refused {refusal.sentence}"
            sys.stdout.write(f"{os.environ['TZ']} {answer}\n")
        database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
