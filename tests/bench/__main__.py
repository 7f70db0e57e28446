"""Run every measurement, or those whose module is named on the command line, and print one table."""

from __future__ import annotations

import importlib
import platform
import sys
from pathlib import Path

from tests.bench.harness import HEADING


def main() -> None:
    """Print the figures as they come."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("measure_*.py"))
    chosen = [name for name in found if not sys.argv[1:] or name.removeprefix("measure_") in sys.argv[1:]]
    sys.stdout.write(f"Python {platform.python_version()}, {platform.machine()}\n\n{HEADING}\n")
    for name in chosen:
        for figure in importlib.import_module(f"tests.bench.{name}").figures():
            sys.stdout.write(f"{figure.row()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
