"""Who runs an installation publishes nothing alone: a folder of a procedure in force becomes a draft of its owners."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner

from engine.errors import BadRequest, NotAllowed
from engine.services import definitions, drafts, editions, notices
from tests.support.studio import PROCEDURE, Desk
from web.command_line import main

WHO = "命令行 值班员"
REASON = "截止日算错一天，两位负责人都联系不上。"


@pytest.fixture
def desk(offices):
    """The owners of a procedure in force, in an installation in production."""
    found = Desk(offices)
    found.system = replace(found.system, settings=replace(found.system.settings, mode="production"))
    return found


@pytest.fixture
def folder(desk, tmp_path):
    """A newer edition of the procedure."""
    path, bpmn = tmp_path / PROCEDURE, desk.system.settings.bpmn
    shutil.copytree(bpmn / PROCEDURE, path)
    shutil.copytree(bpmn / "documents", tmp_path / "documents")
    (path / "README.md").write_text("新的内容", encoding="utf-8")
    return path


def latest(desk):
    event = editions.read_procedure(desk.system, desk.owner, PROCEDURE).events[0]
    return event.kind, event.actor_name, event.reason


def told(desk):
    return [one.title for one in notices.list_notices(desk.system, desk.second)]


def test_a_folder_of_a_procedure_in_force_becomes_a_draft_that_its_owners_are_told_of(desk, folder):
    done = definitions.deploy_folder(desk.system, folder, by=WHO)

    draft = drafts.read_draft(desk.system, desk.owner, done.draft_id)
    assert (desk.current(), done.version, draft.state, draft.created_by) == (1, 1, "editing", WHO)
    assert drafts.read_file(desk.system, desk.owner, done.draft_id, "README.md").content == "新的内容".encode()
    assert latest(desk) == ("handed_in", WHO, f"草稿 {done.draft_id}，等待流程负责人送审、第二人批准。")
    assert "请核对：名城创建申请的新内容" in told(desk)


def test_what_was_handed_in_still_takes_two_owners(desk, folder):
    draft_id = definitions.deploy_folder(desk.system, folder, by=WHO).draft_id
    desk.replay(draft_id)
    order_id = desk.submit(draft_id)

    with pytest.raises(NotAllowed):
        desk.approve(order_id, desk.owner)
    desk.approve(order_id)

    assert desk.current() == 2


def test_the_same_folder_is_handed_in_once_whatever_became_of_it(desk, folder):
    first = definitions.deploy_folder(desk.system, folder, by=WHO)
    drafts.discard(desk.system, desk.owner, first.draft_id)

    again = definitions.deploy_folder(desk.system, folder, by="命令行 另一位")

    assert (again.draft_id, again.is_known) == (first.draft_id, True)


def test_a_start_hands_in_what_the_installation_brings_and_deploys_nothing(desk, folder):
    assert not definitions.deploy_first_edition(desk.system, folder)

    assert desk.current() == 1
    assert latest(desk)[:2] == ("handed_in", "首次安装")


def test_an_earlier_version_does_not_come_back_by_the_command(desk):
    desk.publish()

    done = definitions.deploy_folder(desk.system, desk.system.settings.bpmn / PROCEDURE)

    assert (done.same_as, done.draft_id, desk.current()) == (1, None, 2)


def test_what_is_in_force_already_is_left(desk):
    done = definitions.deploy_folder(desk.system, desk.system.settings.bpmn / PROCEDURE, emergency=REASON)

    assert (done.version, done.is_alone, done.draft_id) == (1, False, None)


def test_an_emergency_is_in_force_at_once_and_on_record_with_its_reason(desk, folder):
    done = definitions.deploy_folder(desk.system, folder, by=WHO, emergency=REASON)

    assert (done.version, done.is_alone, desk.current()) == (2, True, 2)
    assert latest(desk) == ("deployed_alone", WHO, REASON)
    assert "应急发布：名城创建申请" in told(desk)


def test_an_emergency_without_a_reason_to_speak_of_is_none(desk, folder):
    with pytest.raises(BadRequest):
        definitions.deploy_folder(desk.system, folder, by=WHO, emergency="急")

    assert desk.current() == 1


def test_the_first_edition_of_a_procedure_is_deployed_and_the_ledger_says_so(desk):
    definitions.deploy_folder(desk.system, desk.system.settings.bpmn / "city_evaluation", by=WHO)

    (event,) = editions.read_procedure(desk.system, desk.owner, "city_evaluation").events
    assert (event.kind, event.actor_name, event.reason) == ("deployed", WHO, "事项的第一版，直接部署。")


def test_the_command_says_what_became_of_the_folder(desk, folder, tmp_path):
    database = desk.system.database.conninfo
    environment = {"DATABASE_URL": database, "VAR": str(tmp_path / "var"), "MODE": "production"}
    environment["SECRET_KEY"] = "1f3870be274f6c49b3e31a0c6728957f-hunter"

    handed_in = CliRunner().invoke(main, ["deploy", str(folder)], env=environment)
    nobody = CliRunner().invoke(main, ["deploy", str(folder), "--emergency", REASON], env=environment)
    alone = CliRunner().invoke(main, ["deploy", str(folder), "--emergency", REASON, "--by", "张某"], env=environment)

    assert "没有直接发布；已建为草稿" in handed_in.output
    assert "须用 --by 写明经手人" in nobody.output
    assert "第 2 版已应急发布，没有经过第二人" in alone.output
    assert latest(desk) == ("deployed_alone", "命令行 张某", REASON)
