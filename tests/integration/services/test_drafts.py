"""Drafts: begun from a version or from files, saved by revision, undone and restored, known to their owners alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.editions import writing
from engine.errors import BadRequest, ChangedMeanwhile, Conflict, NotAllowed, NotFound
from engine.folders import load_directory
from engine.services import drafts

PROCEDURE = "city_application"
FORM = "forms/give_consent.form"
DRAWING = "process.bpmn"


@pytest.fixture
def owner(offices):
    return offices.actor("process_owner")


@pytest.fixture
def draft(system, owner):
    return drafts.begin_draft(system, owner, PROCEDURE)


def read(system, owner, draft, path=FORM):
    return drafts.read_file(system, owner, draft.draft_id, path)


def save(system, owner, draft, content, path=FORM):
    based_on = read(system, owner, draft, path).revision
    return drafts.save_file(system, owner, draft.draft_id, path, content, based_on=based_on)


def test_a_draft_begins_with_the_files_of_the_version_in_force(system, offices, owner, draft):
    deployed = load_directory(system.settings.bpmn / PROCEDURE)

    assert drafts.read_files(system, owner, draft.draft_id) == deployed
    assert (draft.state, draft.base_version, draft.procedure_id) == ("editing", 1, PROCEDURE)


def test_a_saved_file_reads_back_byte_for_byte(system, owner, draft):
    content = b"\xef\xbb\xbf{\r\n}\x00"

    saved = save(system, owner, draft, content)

    assert read(system, owner, draft).content == content
    assert read(system, owner, draft).revision == saved.revision == saved.draft_revision


def test_saving_what_is_there_already_changes_nothing(system, owner, draft):
    before = read(system, owner, draft)

    save(system, owner, draft, before.content)

    assert read(system, owner, draft) == before
    assert drafts.list_changes(system, owner, draft.draft_id) == ()


def test_a_save_based_on_an_older_revision_is_refused_and_names_who_was_first(system, owner, draft):
    first = read(system, owner, draft)
    saved = save(system, owner, draft, b"one")

    with pytest.raises(ChangedMeanwhile) as refused:
        drafts.save_file(system, owner, draft.draft_id, FORM, b"two", based_on=first.revision)

    assert refused.value.details["revision"] == saved.revision
    assert refused.value.details["by"] == owner.name
    assert read(system, owner, draft).content == b"one"


def test_a_save_that_comes_again_because_its_answer_was_lost_is_no_change_of_somebody_else(system, owner, draft):
    first = read(system, owner, draft)
    saved = save(system, owner, draft, b"one")

    again = drafts.save_file(system, owner, draft.draft_id, FORM, b"one", based_on=first.revision)

    assert again == saved
    assert len(drafts.list_changes(system, owner, draft.draft_id)) == 1


def test_a_drawing_that_comes_again_is_known_although_more_of_it_was_kept_than_was_sent(system, owner, draft):
    first = read(system, owner, draft, DRAWING)
    commented = first.content.replace(b"<bpmn:process ", b"<!-- kept --><bpmn:process ", 1)
    based = drafts.save_file(system, owner, draft.draft_id, DRAWING, commented, based_on=first.revision).revision
    sent = first.content.replace('name="名城创建申请"'.encode(), b'name="changed"')
    arguments = (system, owner, draft.draft_id, DRAWING, sent)
    saved = drafts.save_drawing(*arguments, based_on=based)

    again = drafts.save_drawing(*arguments, based_on=based)

    assert again == saved
    assert b"<!-- kept -->" in read(system, owner, draft, DRAWING).content != commented


def test_a_removal_that_comes_again_is_no_change_of_somebody_else(system, owner, draft):
    wanted = {FORM: (None, read(system, owner, draft).revision)}
    removed = drafts.save_files(system, owner, draft.draft_id, wanted)

    assert drafts.save_files(system, owner, draft.draft_id, wanted) == removed
    assert len(drafts.list_changes(system, owner, draft.draft_id)) == 1


def test_a_new_file_is_refused_where_one_is(system, owner, draft):
    with pytest.raises(ChangedMeanwhile):
        drafts.save_file(system, owner, draft.draft_id, FORM, b"{}", based_on=None)


def test_several_files_are_saved_or_none(system, owner, draft):
    wanted = {"forms/new_step.form": (b"{}", None), FORM: (b"{}", 999)}

    with pytest.raises(ChangedMeanwhile):
        drafts.save_files(system, owner, draft.draft_id, wanted)

    assert "forms/new_step.form" not in drafts.read_files(system, owner, draft.draft_id)


def test_files_saved_together_are_undone_and_redone_together(system, owner, draft):
    before = drafts.read_files(system, owner, draft.draft_id)
    wanted = {"forms/new_step.form": (b"{}", None), FORM: (None, read(system, owner, draft).revision)}
    drafts.save_files(system, owner, draft.draft_id, wanted, "增加一步")
    after = drafts.read_files(system, owner, draft.draft_id)

    undone = drafts.undo(system, owner, draft.draft_id)
    back = drafts.read_files(system, owner, draft.draft_id)
    drafts.redo(system, owner, draft.draft_id)

    assert (undone.summary, undone.paths) == ("增加一步", (FORM, "forms/new_step.form"))
    assert back == before != after
    assert drafts.read_files(system, owner, draft.draft_id) == after


def test_an_undone_file_has_a_revision_of_its_own(system, owner, draft):
    first = read(system, owner, draft).revision
    second = save(system, owner, draft, b"one").revision

    drafts.undo(system, owner, draft.draft_id)

    assert read(system, owner, draft).revision not in (first, second)


def test_what_was_undone_cannot_be_redone_after_another_change(system, owner, draft):
    save(system, owner, draft, b"one")
    drafts.undo(system, owner, draft.draft_id)
    save(system, owner, draft, b"two")

    with pytest.raises(Conflict):
        drafts.redo(system, owner, draft.draft_id)

    assert [one.state for one in drafts.list_changes(system, owner, draft.draft_id)] == ["done", "dropped"]


def test_nothing_is_undone_before_the_beginning(system, owner, draft):
    with pytest.raises(Conflict):
        drafts.undo(system, owner, draft.draft_id)


def test_one_file_is_restored_and_the_others_stay(system, owner, draft):
    other = "forms/fill_application.form"
    save(system, owner, draft, b"one")
    save(system, owner, draft, b"two")
    save(system, owner, draft, b"other", other)

    drafts.restore(system, owner, draft.draft_id, 1, path=FORM)

    assert read(system, owner, draft).content == b"one"
    assert read(system, owner, draft, other).content == b"other"


def test_everything_is_restored_to_the_beginning_and_that_can_be_undone(system, owner, draft):
    before = drafts.read_files(system, owner, draft.draft_id)
    save(system, owner, draft, b"one")
    drafts.save_file(system, owner, draft.draft_id, "documents/说明.txt", b"x", based_on=None)
    after = drafts.read_files(system, owner, draft.draft_id)

    drafts.restore(system, owner, draft.draft_id, 0)
    restored = drafts.read_files(system, owner, draft.draft_id)
    drafts.undo(system, owner, draft.draft_id)

    assert restored == before
    assert drafts.read_files(system, owner, draft.draft_id) == after


def test_an_undone_change_is_no_place_to_restore_to(system, owner, draft):
    save(system, owner, draft, b"one")
    drafts.undo(system, owner, draft.draft_id)

    with pytest.raises(Conflict):
        drafts.restore(system, owner, draft.draft_id, 1)


def test_a_log_that_was_cut_keeps_the_files_and_the_latest_changes(system, owner, draft, monkeypatch):
    monkeypatch.setattr(writing, "TRIMMED_EVERY", 1)
    monkeypatch.setattr(writing, "MOST_CHANGES", 2)
    [save(system, owner, draft, b"%d" % number) for number in range(5)]

    assert [one.number for one in drafts.list_changes(system, owner, draft.draft_id)] == [5, 4]
    assert read(system, owner, draft).content == b"4"
    with pytest.raises(Conflict):
        drafts.restore(system, owner, draft.draft_id, 0)


def test_the_contents_of_a_log_are_bounded(system, owner, draft, monkeypatch):
    monkeypatch.setattr(writing, "TRIMMED_EVERY", 1)
    monkeypatch.setattr(writing, "MOST_LOGGED_BYTES", 1)
    [save(system, owner, draft, b"%d" % number) for number in range(9)]

    assert len(drafts.list_changes(system, owner, draft.draft_id)) <= 2
    assert read(system, owner, draft).content == b"8"


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "forms/../../x", "a\\b", "c:x", ".git/config", "forms/", "a//b", "x" * 201]
)
def test_a_path_that_leads_outside_is_refused(system, owner, draft, path):
    with pytest.raises(BadRequest):
        drafts.save_file(system, owner, draft.draft_id, path, b"", based_on=None)


def test_a_folder_larger_than_a_version_is_refused(system, owner, draft, monkeypatch):
    monkeypatch.setattr(writing, "MOST_BYTES", 1000)

    with pytest.raises(BadRequest):
        drafts.save_file(system, owner, draft.draft_id, "documents/large.docx", b"x" * 1001, based_on=None)


def test_of_two_who_save_at_once_one_is_told(system, owner, draft):
    revision = read(system, owner, draft).revision

    def attempt(content):
        try:
            return drafts.save_file(system, owner, draft.draft_id, FORM, content, based_on=revision).revision
        except ChangedMeanwhile as refused:
            return refused

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(attempt, (b"one", b"two"))

    assert {type(first), type(second)} == {int, ChangedMeanwhile}
    assert len(drafts.list_changes(system, owner, draft.draft_id)) == 1


def test_what_cannot_be_shown_is_taken_out_of_a_summary(system, owner, draft):
    drafts.save_file(
        system, owner, draft.draft_id, "documents/a.txt", b"", based_on=None, summary="加\x00\n附件" + "x" * 500
    )

    (change,) = drafts.list_changes(system, owner, draft.draft_id)
    assert change.summary.startswith("加 附件")
    assert len(change.summary) == 200


def test_the_files_of_a_draft_are_called_what_people_call_them(system, owner, draft):
    titles = drafts.read_titles(system, owner, draft.draft_id)

    assert titles["process.bpmn"] == "名城创建申请"
    assert titles["procedure.yaml"] == "事项的基本信息"
    assert titles.keys() >= {
        path for path in drafts.read_files(system, owner, draft.draft_id) if path.endswith(".form")
    }


def test_a_broken_diagram_leaves_the_other_files_their_names(system, owner, draft):
    save(system, owner, draft, b"<broken", "process.bpmn")

    titles = drafts.read_titles(system, owner, draft.draft_id)
    assert "process.bpmn" not in titles
    assert "windows.yaml" in titles


def test_a_discarded_draft_is_not_changed_any_more(system, owner, draft):
    drafts.discard(system, owner, draft.draft_id)

    with pytest.raises(Conflict):
        save(system, owner, draft, b"one")
    assert drafts.list_drafts(system, owner) == ()


@pytest.mark.parametrize("login_name", ["ministry", "ministry_decider", "administrator", "guangzhou"])
def test_who_does_not_own_a_procedure_neither_begins_nor_knows_a_draft(system, offices, draft, login_name):
    stranger = offices.actor(login_name)

    with pytest.raises(NotAllowed):
        drafts.begin_draft(system, stranger, PROCEDURE)
    with pytest.raises(NotAllowed):
        drafts.list_drafts(system, stranger)
    with pytest.raises(NotFound):
        drafts.read_draft(system, stranger, draft.draft_id)
    with pytest.raises(NotFound):
        drafts.save_file(system, stranger, draft.draft_id, FORM, b"", based_on=1)


def test_a_folder_of_a_new_procedure_becomes_a_draft_of_the_office(system, offices, owner):
    files = {"procedure.yaml": "id: new_permit\nname: 新事项\n".encode(), "process.bpmn": b"<x/>"}

    draft = drafts.begin_from_files(system, owner, files, origin="新事项.zip", report=("补了一条泳道。",))

    assert (draft.procedure_id, draft.name, draft.base_version) == ("new_permit", "新事项", None)
    assert draft.report == ("补了一条泳道。",)
    assert [one.draft_id for one in drafts.list_drafts(system, owner)] == [draft.draft_id]


def test_an_uploaded_folder_of_a_procedure_is_based_on_the_version_in_force(system, offices, owner):
    files = load_directory(system.settings.bpmn / PROCEDURE)

    draft = drafts.begin_from_files(system, owner, files, origin="上传")

    assert draft.base_version == 1


@pytest.mark.parametrize(
    "files", [{}, {"procedure.yaml": b"name: x"}, {"procedure.yaml": b"id: ../x"}, {"procedure.yaml": b"["}]
)
def test_a_folder_that_does_not_say_what_it_is_is_refused(system, offices, owner, files):
    with pytest.raises(BadRequest):
        drafts.begin_from_files(system, owner, files, origin="上传")


def test_others_who_have_a_file_open_are_named(system, offices, owner, draft):
    drafts.note_editing(system, owner, draft.draft_id, FORM)

    assert drafts.note_editing(system, owner, draft.draft_id, FORM) == ()
