"""The editors' bundles: whole, sent compressed, kept by browsers for ever, and asked for by no other page."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from tests import bundles
from web.bundles import bundle_scripts, bundle_styles

IMMUTABLE = "public, max-age=31536000, immutable"
MANIFEST = json.loads((bundles.DIST / "manifest.json").read_text())
SCRIPT = MANIFEST["entries"]["modeler"]["script"]
FIRST_LOAD = 1_100_000


@pytest.fixture
def copy_of_dist(tmp_path):
    for path in bundles.DIST.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_what_is_committed_is_what_the_manifest_describes():
    bundles.compare_with_manifest(bundles.DIST)


def test_a_changed_bundle_is_noticed(copy_of_dist):
    (copy_of_dist / SCRIPT).write_text("alert(1)")

    with pytest.raises(bundles.BundlesDiffer, match=SCRIPT):
        bundles.compare_with_manifest(copy_of_dist)


def test_a_compressed_bundle_that_holds_something_else_is_noticed(copy_of_dist):
    (copy_of_dist / f"{SCRIPT}.gz").write_bytes(gzip.compress(b"alert(1)"))

    with pytest.raises(bundles.BundlesDiffer, match=SCRIPT):
        bundles.compare_with_manifest(copy_of_dist)


def test_a_file_that_no_build_wrote_is_noticed(copy_of_dist):
    (copy_of_dist / "left-over.js").write_text("")

    with pytest.raises(bundles.BundlesDiffer, match=r"left-over\.js"):
        bundles.compare_with_manifest(copy_of_dist)


def test_the_first_load_of_all_editors_together_is_small_enough():
    compressed = sum(path.stat().st_size for path in bundles.DIST.glob("*.gz"))

    assert compressed <= FIRST_LOAD


def test_a_bundle_is_sent_compressed_to_who_takes_it_so(browser):
    answer = browser.get(f"/static/dist/{SCRIPT}", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.mimetype in {"text/javascript", "application/javascript"}
    assert gzip.decompress(answer.data) == (bundles.DIST / SCRIPT).read_bytes()


def test_a_bundle_is_sent_as_it_is_to_who_takes_nothing_else(browser):
    answer = browser.get(f"/static/dist/{SCRIPT}", headers={"Accept-Encoding": "gzip;q=0"})

    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.data == (bundles.DIST / SCRIPT).read_bytes()


def test_browsers_keep_a_bundle_for_ever(browser):
    assert browser.get(f"/static/dist/{SCRIPT}").headers["Cache-Control"] == IMMUTABLE


def test_the_manifest_is_asked_for_anew_each_time(browser):
    assert browser.get("/static/dist/manifest.json").headers["Cache-Control"] == "no-cache"


def test_a_bundle_that_is_not_there_is_not_kept(browser):
    answer = browser.get("/static/dist/modeler-00000000.js")

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_page_names_every_file_that_an_editor_needs_at_once(app):
    with app.test_request_context():
        named = re.findall(r'"/static/dist/([^"]+)"', bundle_styles("modeler") + bundle_scripts("modeler"))

    entry = MANIFEST["entries"]["modeler"]
    assert named == [*entry["styles"], *entry["imports"], entry["script"]]


@pytest.mark.parametrize("address", ["/inbox", "/cases", "/rounds", "/titles", "/notices", "/public"])
def test_no_other_page_loads_an_editor(browse, address):
    assert "/static/dist/" not in browse("ministry").read(address)


def test_no_other_page_may_set_styles_of_its_own(browse):
    assert "unsafe-inline" not in browse("ministry").get("/inbox").headers["Content-Security-Policy"]
