"""The pages 送审发布 and 版本: what two owners see and send, and what one person cannot do by any of them."""

from __future__ import annotations

import io
import zipfile

import pytest

from engine.folders import load_directory
from engine.services import drafts, publishing
from tests.support.browser import text_of
from tests.support.studio import NOTE, PROCEDURE, Desk


@pytest.fixture
def desk(offices):
    return Desk(offices)


def page_of(draft_id):
    return f"/studio/drafts/{draft_id}/approval"


def submit(browser, desk, draft_id, **fields):
    revision = str(drafts.read_draft(desk.system, desk.owner, draft_id).revision)
    sent = {"note": NOTE, "when": "now", "revision": revision, **fields}
    return browser.post(f"/studio/drafts/{draft_id}/submit", page=page_of(draft_id), **sent)


def approve(browser, desk, order_id, **fields):
    sent = {"confirm": "yes", "digest": desk.order(order_id).digest, "note": "同意。", **fields}
    return browser.post(f"/studio/orders/{order_id}/approve", **sent)


def test_two_owners_publish_through_the_pages(browse, desk):
    draft_id, owner, second = desk.draft(), browse("process_owner"), browse("process_approver")

    sent = submit(owner, desk, draft_id)
    own = owner.read(page_of(draft_id))
    seen = second.read(page_of(draft_id))
    answer = approve(second, desk, 1)

    assert (sent.status_code, answer.status_code) == (302, 302)
    assert "批准</button>" not in own
    assert "须由另一位流程负责人审核" in own
    assert "批准</button>" in seen
    assert "已生效" in text_of(second.read(page_of(draft_id)))
    assert desk.current() == 2


def test_the_author_cannot_approve_by_sending_the_form(browse, desk):
    submit(browse("process_owner"), desk, desk.draft())

    answer = approve(browse("process_owner"), desk, 1)

    assert answer.status_code == 403
    assert desk.current() == 1


def test_a_failing_check_keeps_the_form_away_and_the_request_out(browse, desk):
    draft_id, owner = desk.draft(), browse("process_owner")
    desk.change(draft_id, "\nnonsense: 1\n", "procedure.yaml")

    page = owner.read(page_of(draft_id))
    answer = submit(owner, desk, draft_id)

    assert "现在还不能送审" in page
    assert "送审</button>" not in page
    assert answer.status_code == 409
    assert desk.state(draft_id) == "editing"


def test_a_refused_submission_keeps_what_was_typed(browse, desk):
    draft_id, owner = desk.draft(), browse("process_owner")

    answer = submit(owner, desk, draft_id, when="at", effective_at="", note="我写的说明")

    assert answer.status_code == 422
    assert "我写的说明" in answer.text
    assert "请填写生效的日期和时间" in answer.text


def test_a_version_counts_from_the_instant_in_beijing_time(browse, desk):
    draft_id = desk.draft()

    submit(browse("process_owner"), desk, draft_id, when="at", effective_at="2023-11-01T00:00")
    approve(browse("process_approver"), desk, 1)

    assert desk.order(1).state == "approved"
    assert desk.order(1).effective_at.isoformat() == "2023-10-31T16:00:00+00:00"
    assert "2023-11-01 00:00 生效" in text_of(browse("process_owner").read("/studio"))


def test_an_approval_without_the_confirmation_does_nothing(browse, desk):
    submit(browse("process_owner"), desk, desk.draft())

    assert approve(browse("process_approver"), desk, 1, confirm="").status_code == 400
    assert desk.order(1).state == "submitted"


@pytest.mark.parametrize(
    ("login_name", "action", "state"),
    [("process_approver", "return", "returned"), ("process_owner", "withdraw", "withdrawn")],
)
def test_what_was_submitted_comes_back_with_the_reason(browse, desk, login_name, action, state):
    draft_id = desk.draft()
    submit(browse("process_owner"), desk, draft_id)

    browse(login_name).post(f"/studio/orders/1/{action}", reason="第二步还要改。")

    assert desk.order(1).state == state
    assert "第二步还要改。" in browse("process_owner").read(f"/studio/procedures/{PROCEDURE}")
    assert desk.state(draft_id) == "returned"


def test_what_is_to_happen_with_running_cases_goes_from_the_preview_into_the_order(browse, desk):
    desk.offices.start("dongguan", desk.offices.open_round(PROCEDURE))
    draft_id, owner = desk.draft(), browse("process_owner")

    preview = text_of(owner.read(f"/studio/drafts/{draft_id}/cases/1"))
    chosen = owner.read(f"{page_of(draft_id)}?take.1=yes&chosen.1.old_step=new_step")
    submit(owner, desk, draft_id, **{"take.1": "yes", "chosen.1.old_step": "new_step", "rounds": "stay"})

    assert "可迁移 1 件" in preview
    assert 'name="chosen.1.old_step" value="new_step"' in chosen
    assert desk.order(1).migrations == ((1, {"old_step": "new_step"}),)
    assert desk.order(1).rounds == "stay"


def test_a_published_draft_is_closed_to_every_address(browse, desk):
    draft_id = desk.draft()
    desk.publish(draft_id)
    owner = browse("process_owner")
    headers = {"If-Match": '"1"', "X-CSRF-Token": owner.token()}

    statuses = [
        owner.send("PUT", f"/studio/drafts/{draft_id}/files/README.md", data=b"", headers=headers).status_code,
        owner.send("DELETE", f"/studio/drafts/{draft_id}/files/README.md", headers=headers).status_code,
        owner.post(f"/studio/drafts/{draft_id}/undo").status_code,
        owner.post(f"/studio/drafts/{draft_id}/restore", number="0").status_code,
        owner.post(f"/studio/drafts/{draft_id}/discard", confirm="yes").status_code,
        submit(owner, desk, draft_id).status_code,
    ]

    assert statuses == [409] * 6


def test_going_back_is_asked_for_on_the_page_of_the_procedure(browse, desk):
    desk.publish()
    owner, second = browse("process_owner"), browse("process_approver")

    answer = owner.post(f"/studio/procedures/{PROCEDURE}/roll-back", version="1", note="新版有误。", when="now")
    page = second.read(answer.location)
    approve(second, desk, 2)

    assert "回退到第 1 版" in text_of(page)
    assert desk.current() == 1


def test_a_version_is_downloaded_as_the_folder_it_was_deployed_from(browse, desk):
    answer = browse("process_owner").get("/studio/versions/1.zip")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files == load_directory(desk.system.settings.bpmn / PROCEDURE)


def test_the_history_says_who_published_what_and_who_approved(browse, desk):
    order_id = desk.publish()

    page = text_of(browse("process_owner").read(f"/studio/procedures/{PROCEDURE}"))

    assert all(word in page for word in ("生效 第 2 版", "批准", desk.second.name, "送审", desk.owner.name, NOTE))
    assert desk.order(order_id).digest[:12] in page
    assert "校验链不完整" not in page


def test_a_late_approval_is_refused_with_a_page(browse, desk):
    order_id = desk.submit(desk.draft())
    publishing.withdraw_order(desk.system, desk.owner, order_id, "撤回。")

    assert approve(browse("process_approver"), desk, order_id).status_code == 409
