"""Packages: what is in them, that they are the same at every attempt, and that nothing leaves by itself."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from engine.config import MailSettings
from engine.errors import BadRequest, NotAllowed
from engine.mail import MailRefused
from engine.services import outbox
from engine.store import beat
from tests.support.publishing import deploy

ADDRESS = "inbox@office.example"


@pytest.fixture
def publishing(offices, tmp_path):
    return deploy(offices, tmp_path)


def sent(publishing):
    """Take a case to the step that sends its papers; return the id in the outbox."""
    offices = publishing.offices
    publishing.file(files=("plan",))
    publishing.review()
    offices.clock.advance(timedelta(days=20))
    offices.beat()
    with offices.system.database.reading() as connection:
        return connection.exec_driver_sql("SELECT max(id) FROM outbox").scalar_one()


def set_mailbox(publishing, *, login_name="ministry", name="ministry", address=ADDRESS):
    offices = publishing.offices
    return outbox.set_mailbox(offices.system, offices.actor(login_name), publishing.round_id, name, address)


def row_of(publishing):
    return outbox.list_outbox(publishing.offices.system, publishing.offices.actor("administrator"))[0]


def written(publishing, outbox_id):
    return (publishing.offices.system.settings.outbox / f"{outbox_id}.eml").read_bytes()


def package_of(message):
    attachment = next(message_from_bytes(message, policy=policy.default).iter_attachments())
    return zipfile.ZipFile(io.BytesIO(attachment.get_payload(decode=True)))


def test_a_package_waits_until_the_round_names_its_mailbox(publishing):
    outbox_id = sent(publishing)
    publishing.render()
    assert not outbox.send_package(publishing.offices.system, outbox_id)
    assert row_of(publishing).state == "waiting"
    assert set_mailbox(publishing) == 1
    assert outbox.send_package(publishing.offices.system, outbox_id)
    assert row_of(publishing).state == "written"


def test_a_package_waits_for_its_documents(publishing):
    set_mailbox(publishing)
    outbox_id = sent(publishing)
    assert not outbox.send_package(publishing.offices.system, outbox_id)
    assert row_of(publishing).state == "pending"


def test_a_package_holds_submissions_materials_and_documents_with_their_digests(publishing):
    set_mailbox(publishing)
    outbox_id = sent(publishing)
    publishing.render()
    outbox.send_package(publishing.offices.system, outbox_id)
    package = package_of(written(publishing, outbox_id))
    manifest = json.loads(package.read("manifest.json"))
    assert [one["label"] for one in manifest["files"]][:3] == ["填写申请（表单）", "审核申请（表单）", "方案"]
    assert {one["file"] for one in manifest["files"]} | {"manifest.json"} == set(package.namelist())
    assert sum(one["file"].endswith(".pdf") for one in manifest["files"]) == 3


def test_a_message_is_written_once_and_always_the_same(publishing):
    set_mailbox(publishing)
    outbox_id = sent(publishing)
    publishing.render()
    outbox.send_package(publishing.offices.system, outbox_id)
    first = written(publishing, outbox_id)
    assert not outbox.send_package(publishing.offices.system, outbox_id)
    with publishing.offices.system.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'pending', storage_name = NULL")
    outbox.send_package(publishing.offices.system, outbox_id)
    assert written(publishing, outbox_id) == first
    assert message_from_bytes(first)["Message-ID"] == row_of(publishing).message_id


def with_server(publishing, **more):
    system = publishing.offices.system
    mail = MailSettings(
        host="mail.example", sender="guicheng@example.org", domains=frozenset({"office.example"}), **more
    )
    return replace(system, settings=replace(system.settings, mail=mail))


def test_a_refused_message_is_tried_again_under_its_own_number_and_later_given_up(publishing, monkeypatch):
    set_mailbox(publishing)
    outbox_id = sent(publishing)
    publishing.render()
    system, seen = with_server(publishing), []

    def refuse(settings, to, content):
        seen.append(message_from_bytes(content)["Message-ID"])
        raise MailRefused("邮件服务器没有接收。")

    monkeypatch.setattr(outbox, "hand_over", refuse)
    for _ in range(10):
        outbox.send_package(system, outbox_id)
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert (row_of(publishing).state, row_of(publishing).attempts) == ("failed", 8)


def test_the_pulse_asks_for_a_refused_message_later_each_time(publishing, monkeypatch):
    set_mailbox(publishing)
    outbox_id = sent(publishing)
    publishing.render()

    def refuse(*_):
        raise MailRefused("邮件服务器没有接收。")

    monkeypatch.setattr(outbox, "hand_over", refuse)
    outbox.send_package(with_server(publishing), outbox_id)
    now = publishing.offices.clock.now()
    with publishing.offices.system.database.transaction() as connection:
        due = [beat.look(connection, now + timedelta(seconds=late), now).packages for late in (0, 119, 121)]
    assert due == [[], [], [outbox_id]]


def test_nothing_leaves_for_a_domain_that_is_not_allowed(publishing):
    set_mailbox(publishing, address="someone@elsewhere.example")
    outbox_id = sent(publishing)
    publishing.render()
    assert not outbox.send_package(with_server(publishing), outbox_id)
    assert "不在允许" in row_of(publishing).note


@pytest.mark.parametrize(
    "address", ["", "a b@c.example", "x@y", "a@b.example, c@d.example", "a@b.example\nBcc: z@z.example"]
)
def test_what_is_no_single_address_is_refused(publishing, address):
    with pytest.raises(BadRequest):
        set_mailbox(publishing, address=address)


@pytest.mark.parametrize("login_name", ["dongguan", "guangdong_department", "administrator"])
def test_only_who_opens_the_round_names_its_mailbox(publishing, login_name):
    with pytest.raises(NotAllowed):
        set_mailbox(publishing, login_name=login_name)


@pytest.mark.parametrize("login_name", ["dongguan", "guangdong_department", "ministry", "process_owner"])
def test_only_an_administrator_reads_the_outbox(publishing, login_name):
    with pytest.raises(NotAllowed):
        outbox.list_outbox(publishing.offices.system, publishing.offices.actor(login_name))
