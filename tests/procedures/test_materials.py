"""What the forms of the published procedures ask to be uploaded is what an upload may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.files import ACCEPTED
from engine.services.definitions import check_folder

REPOSITORY = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in (REPOSITORY / "bpmn").glob("*/procedure.yaml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_form_names_a_type_of_file_that_every_upload_refuses(folder):
    forms = check_folder(folder).forms.values()
    named = {ending for form in forms for field in form.file_fields for ending in field.material.accept}
    assert named - {f".{extension}" for extension in ACCEPTED} == set()
