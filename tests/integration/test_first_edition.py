"""What an installation comes with, and what its owners made of it: a restart never takes a procedure back."""

from __future__ import annotations

import shutil

import pytest
from click.testing import CliRunner

from engine.errors import DefinitionRefused
from engine.folders import load_directory
from engine.services import definitions, publishing
from tests.support.studio import PROCEDURE, Desk
from web.command_line import main


@pytest.fixture
def desk(offices):
    return Desk(offices)


@pytest.fixture
def folder(desk, tmp_path):
    """A newer first edition of the procedure."""
    path, bpmn = tmp_path / PROCEDURE, desk.system.settings.bpmn
    shutil.copytree(bpmn / PROCEDURE, path)
    # The templates that procedures share lie beside them.
    shutil.copytree(bpmn / "documents", tmp_path / "documents")
    (path / "README.md").write_text("新的初版", encoding="utf-8")
    return path


def test_a_start_deploys_what_is_new(desk, folder):
    assert definitions.deploy_first_edition(desk.system, folder)
    assert desk.current() == 2


def test_a_start_leaves_what_it_deployed_before(desk, folder):
    definitions.deploy_first_edition(desk.system, folder)

    assert not definitions.deploy_first_edition(desk.system, desk.system.settings.bpmn / PROCEDURE)
    assert desk.current() == 2


def test_a_start_takes_nothing_back_from_owners_who_published(desk, folder):
    desk.publish()

    assert not definitions.deploy_first_edition(desk.system, folder)
    assert desk.current() == 2


def test_a_start_does_not_come_between_a_submission_and_its_approval(desk, folder):
    order_id = desk.submit(desk.draft())

    assert not definitions.deploy_first_edition(desk.system, folder)
    publishing.withdraw_order(desk.system, desk.owner, order_id, "撤回。")
    assert definitions.deploy_first_edition(desk.system, folder)


def test_a_first_edition_with_faults_changes_nothing(desk, folder):
    (folder / "procedure.yaml").write_text("id: [", encoding="utf-8")

    with pytest.raises(DefinitionRefused):
        definitions.deploy_first_edition(desk.system, folder)
    assert desk.current() == 1


def test_a_version_is_exported_as_the_folder_it_came_from(desk, tmp_path):
    desk.publish()
    environment = {"DATABASE_URL": desk.system.database.conninfo, "VAR": str(tmp_path / "var")}
    output = tmp_path / "export"

    result = CliRunner().invoke(main, ["export", PROCEDURE, "--version", "1", "-o", str(output)], env=environment)
    again = CliRunner().invoke(main, ["export", PROCEDURE, "-o", str(output)], env=environment)

    assert result.exit_code == 0, result.output
    assert load_directory(output) == load_directory(desk.system.settings.bpmn / PROCEDURE)
    assert "不是空的" in again.output


def test_no_version_is_exported_of_what_is_not_there(desk, tmp_path):
    environment = {"DATABASE_URL": desk.system.database.conninfo, "VAR": str(tmp_path / "var")}

    result = CliRunner().invoke(main, ["export", "nothing", "-o", str(tmp_path / "export")], env=environment)

    assert result.exit_code == 1
    assert "没有找到" in result.output
