"""`make check`: the editors' bundles in web/static/dist are what web/frontend builds, and whole.

With Node and npm they are built again and compared; without, the committed files are compared with their manifest.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
FRONTEND = REPOSITORY / "web" / "frontend"
DIST = REPOSITORY / "web" / "static" / "dist"
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


class BundlesDiffer(Exception):
    """What is committed is not what the sources build."""


def main() -> int:
    """Check, say what was checked, and return the exit code."""
    try:
        compare_with_manifest(DIST)
        checked = compare_with_sources()
    except BundlesDiffer as difference:
        sys.stderr.write(f"{difference}\n`make frontend` builds web/static/dist anew; commit it with its sources.\n")
        return 1
    sys.stdout.write(f"bundles: {checked}\n")
    return 0


def compare_with_manifest(dist: Path) -> None:
    """Refuse files that the manifest does not describe as they are, that it lacks, or that are missing.

    Raises:
        BundlesDiffer: names the first such file.
    """
    described = json.loads((dist / "manifest.json").read_text())["files"]
    expected = {"manifest.json", *described, *(f"{name}.gz" for name in described if described[name]["compressed"])}
    present = {path.name for path in dist.iterdir()}
    if present != expected:
        raise BundlesDiffer(f"missing or unknown in {dist.name}: {', '.join(sorted(present ^ expected))}")
    for name, about in described.items():
        contents = (dist / name).read_bytes()
        if hashlib.sha256(contents).hexdigest() != about["sha256"]:
            raise BundlesDiffer(f"{name} is not the file that the manifest describes")
        if about["compressed"] and gzip.decompress((dist / f"{name}.gz").read_bytes()) != contents:
            raise BundlesDiffer(f"{name}.gz is not {name}")


def compare_with_sources() -> str:
    """Build the sources elsewhere and compare the manifests, where that can be done.

    Raises:
        BundlesDiffer: the sources build something else, or cannot be built.
    """
    if not (shutil.which("node") and shutil.which("npm")):
        return "whole by their manifest; not built again, because there is no Node with npm here"
    if not _install():
        return "whole by their manifest; not built again, because the packages could not be fetched"
    with tempfile.TemporaryDirectory(prefix="guicheng-dist-") as folder:
        built = subprocess.run(
            ["node", "build.mjs", "--outdir", folder], cwd=FRONTEND, capture_output=True, text=True, check=False
        )
        if built.returncode:
            raise BundlesDiffer(f"web/frontend does not build:\n{built.stderr}")
        if (Path(folder) / "manifest.json").read_bytes() != (DIST / "manifest.json").read_bytes():
            raise BundlesDiffer("web/static/dist is not what web/frontend builds")
    return "what web/frontend builds"


def _install() -> bool:
    """Install the packages unless the very ones of the lock file are; tell whether they are there."""
    digest = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    stamp = FRONTEND / "node_modules" / ".installed"
    if stamp.is_file() and stamp.read_text() == digest:
        return True
    installed = subprocess.run(INSTALL, cwd=FRONTEND, capture_output=True, text=True, check=False)
    if installed.returncode:
        if os.environ.get("CI"):
            raise BundlesDiffer(f"the packages of web/frontend cannot be installed:\n{installed.stderr}")
        return False
    stamp.write_text(digest)
    return True


if __name__ == "__main__":
    sys.exit(main())
