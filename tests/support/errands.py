"""What offices do on the way of an application, through the pages; for tests whose subject comes after it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import Locator

from tests.support.city import APPLICATION, CONSENT, PAPERS, SUBMIT
from tests.support.visitor import People, Visitor

ROUND_TITLE = "关于开展2023年度中国软件名城创建申请工作的通知"
ROUND_NUMBER = "工信厅信发函〔2023〕278号"
#: The applicant of a municipality has nobody to ask for consent, and is not asked about it.
OF_A_MUNICIPALITY = {name: value for name, value in APPLICATION.items() if name != "consent_status"}


def publish_round(ministry: Visitor) -> None:
    ministry.visit("/rounds")
    ministry.follow(re.compile(r"^发布轮次：\s*名城创建申请$"))
    ministry.page.get_by_label("标题").fill(ROUND_TITLE)
    ministry.page.get_by_label("发文字号").fill(ROUND_NUMBER)
    ministry.press("发布轮次")


def visit_round(visitor: Visitor) -> None:
    """Open the page of the round; the permanent rounds of standing procedures were there before it."""
    visitor.visit("/rounds")
    visitor.follow(ROUND_TITLE)


def entry_of_round(applicant: Visitor) -> Locator:
    """Return what the hall, which the applicant looks at, says of the round; other procedures stand beside it."""
    return applicant.main.get_by_role("article", name=ROUND_TITLE)


def start(applicant: Visitor) -> None:
    applicant.visit("/hall")
    applicant.press(re.compile(rf"^开始申报\s*：{ROUND_TITLE}$"))


def fill_in(applicant: Visitor, *, is_municipality: bool = False) -> None:
    """Begin, fill in everything, upload the papers and hand it on."""
    start(applicant)
    applicant.fill(OF_A_MUNICIPALITY if is_municipality else APPLICATION)
    applicant.upload(*PAPERS)
    applicant.press("提交")


def file_dongguan(people: People) -> str:
    """Take an application of 东莞 to its receipt; return the address of the case's page."""
    fill_in(people["dongguan"])
    people["guangdong_government"].do("出具同意意见", CONSENT, ["consent_document"])
    people["dongguan"].do("确认并提交申请", SUBMIT)
    return case_of(people["dongguan"])


def file_beijing(people: People) -> str:
    fill_in(people["beijing"], is_municipality=True)
    people["beijing"].fill(SUBMIT)
    people["beijing"].press("提交")
    return case_of(people["beijing"])


def case_of(visitor: Visitor) -> str:
    """Return the address of the case whose receipt is shown."""
    link = visitor.main.get_by_role("link", name="查看办件进展")
    return urlsplit(link.get_attribute("href") or "").path
