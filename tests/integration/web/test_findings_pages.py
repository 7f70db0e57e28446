"""认定: officials read what was found against whom and what follows; a party, an expert and an owner do not."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from engine.clock import ZONE
from engine.services import findings
from engine.services.rounds import open_round
from engine.views import RoundNotice
from tests.support.browser import text_of
from tests.support.offices import Offices
from tests.support.scenarios import PROCEDURES, checked

PARTY = "songshan_lake_committee"
SCHEME = "东莞方案"


@pytest.fixture
def offices(system, clock, snapshots):
    clock.move_to(datetime(2025, 3, 3, 9, tzinfo=ZONE))
    offices = Offices(system, clock, snapshots)
    offices.load("cluster_award")
    window = checked(PROCEDURES / "cluster_award").windows["filing"]
    notice = RoundNotice(
        procedure_id="cluster_award",
        year=2025,
        title="关于组织申报市软件和信息技术服务业集聚区的通知",
        document_number="",
        issued_on=None,
        publicity="主动公开",
        windows={"filing": window.days_of(2025)},
    )
    offices.start("songshan_lake", open_round(system, offices.actor("dongguan_bureau"), notice))
    return offices


@pytest.fixture
def find(offices):
    """Return a function that enters a finding as a decision does, and returns its id."""

    def enter(ground="统计数据弄虚作假", *, on=date(2025, 3, 3), lifted_on=None):
        with offices.system.database.transaction() as connection:
            return connection.exec_driver_sql(
                "INSERT INTO finding (organisation_id, scheme, ground, decided_on, decided_by, instance_id, lifted_on,"
                " lift_reason) SELECT %(party)s, %(scheme)s, %(ground)s, %(on)s, 'dongguan_leading_group', id,"
                " %(lifted_on)s, '原认定有误。' FROM process_instance LIMIT 1 RETURNING id",
                {"party": PARTY, "scheme": SCHEME, "ground": ground, "on": on, "lifted_on": lifted_on},
            ).scalar_one()

    return enter


def test_officials_reach_the_list_from_the_register_of_titles(browse, find):
    find()
    browser = browse("dongguan_bureau")
    assert 'href="/findings"' in browser.read("/titles")
    text = text_of(browser.read("/findings"))
    assert "松山湖" in text
    assert "统计数据弄虚作假 2025-03-03" in text


@pytest.mark.parametrize("login_name", ["songshan_lake", "expert_1", "process_owner"])
def test_who_reviews_nothing_reads_no_findings(browse, find, login_name):
    finding_id = find()
    browser = browse(login_name)
    assert [browser.get(path).status_code for path in ("/findings", f"/findings/{finding_id}")] == [403, 403]
    assert 'href="/findings"' not in browser.read("/titles")


def test_the_page_says_what_the_finding_keeps_the_party_from(browse, find):
    text = text_of(browse("dongguan_bureau").read(f"/findings/{find()}"))
    assert "集聚区申请评估授予 · 条件 D12" in text
    assert "认定仍然有效" in text
    assert "东制造办〔2021〕1号 六（六）" in text


def test_a_lifted_finding_keeps_nobody_from_anything(browse, find):
    text = text_of(browse("dongguan_bureau").read(f"/findings/{find(lifted_on=date(2025, 3, 20))}"))
    assert "撤销的理由 原认定有误。" in text
    assert "认定已经撤销，没有限制" in text


def test_the_case_is_named_only_to_those_who_may_know_of_it(browse, find):
    finding_id = find()
    assert "您的单位没有参与" in browse("ministry").read(f"/findings/{finding_id}")
    assert "/cases/" in browse("administrator").read(f"/findings/{finding_id}")


@pytest.mark.parametrize(
    ("query", "grounds"),
    [
        ("", ["乙事由", "甲事由"]),
        ("scope=lifted", ["丙事由"]),
        ("scope=all", ["乙事由", "丙事由", "甲事由"]),
        ("search=甲", ["甲事由"]),
        ("scope=nonsense", ["乙事由", "甲事由"]),
    ],
)
def test_the_list_is_filtered_and_the_latest_decision_stands_first(browse, find, query, grounds):
    find("甲事由", on=date(2024, 1, 2))
    find("乙事由", on=date(2025, 1, 2))
    find("丙事由", on=date(2024, 5, 2), lifted_on=date(2024, 6, 2))
    text = text_of(browse("leading_group").read(f"/findings?{query}"))
    shown = sorted((text.index(ground), ground) for ground in ("甲事由", "乙事由", "丙事由") if ground in text)
    assert [ground for _, ground in shown] == grounds


def test_pages_follow_one_another_without_loss(offices, find, monkeypatch):
    monkeypatch.setattr("engine.store.findings.PAGE", 2)
    wanted = [find(f"事由{number}", on=date(2025, 1, 2) + timedelta(days=number // 2)) for number in range(5)]
    actor, cursor, seen = offices.actor("dongguan_bureau"), None, []
    for _ in range(3):
        page = findings.list_findings(offices.system, actor, cursor=cursor)
        seen += [row.finding_id for row in page.rows]
        cursor = page.next_cursor
    assert (sorted(seen), cursor) == (wanted, None)
