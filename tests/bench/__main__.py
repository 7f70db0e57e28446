"""`make bench`: one JSON line per figure on standard output, and nothing else.

Groups named on the command line (`completing listing infrastructure …`) are measured alone.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench.completing import measure_completing
from tests.bench.computing import measure_computing
from tests.bench.crowd import measure_crowd
from tests.bench.listing import measure_listing
from tests.bench.machine import measure_machine
from tests.bench.measure_infrastructure import figures
from tests.bench.panels import measure_panels
from tests.bench.questions import ask_stock
from tests.bench.stage import Stage, stage
from tests.bench.studio import measure_studio

GROUPS = ("completing", "panels", "crowd", "computing", "listing", "studio", "infrastructure")


def main() -> None:
    """Measure everything on servers of this run alone."""
    chosen = sys.argv[1:] or GROUPS
    unknown = set(chosen) - set(GROUPS)
    if unknown:
        sys.exit(f"no such group: {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    measure_machine("before")
    with tempfile.TemporaryDirectory(prefix="guicheng-bench-") as folder, stage(Path(folder)) as measured:
        _measure_engine(measured, chosen)
    if "studio" in chosen:
        measure_studio()
    if "infrastructure" in chosen:
        for figure in figures():
            figure.report()
    measure_machine("after")


def _measure_engine(measured: Stage, chosen: tuple[str, ...] | list[str]) -> None:
    stock = ask_stock(measured.conninfo) if {"completing", "panels", "computing"} & set(chosen) else {}
    if "completing" in chosen:
        measure_completing(measured, stock)
    if "panels" in chosen:
        measure_panels(measured, stock)
    if "crowd" in chosen:
        measure_crowd(measured)
    if "computing" in chosen:
        measure_computing(stock["condition"])
    if "listing" in chosen:
        measure_listing(measured)


if __name__ == "__main__":
    main()
