"""What offices do on the way of an application, through the pages; for tests whose subject comes after it.

What no test of a module looks at is done through the services (`Offices`), in a hundredth of the time.
"""

from __future__ import annotations

import io
import re
from datetime import date
from urllib.parse import urlsplit

from playwright.sync_api import Locator

from engine.services import demonstration, materials, rounds
from engine.views import RoundNotice
from tests.support.city import APPLICATION, PAPERS, SUBMIT
from tests.support.offices import PDF, Offices
from tests.support.visitor import People, Visitor

ROUND_TITLE = "关于开展2023年度中国软件名城创建申请工作的通知"
ROUND_NUMBER = "工信厅信发函〔2023〕278号"
#: The applicant of a municipality has nobody to ask for consent, and is not asked about it.
OF_A_MUNICIPALITY = {name: value for name, value in APPLICATION.items() if name != "consent_status"}


class Hands(Offices):
    """Everybody's hands over the program behind the pages; what they upload has a name that officials would give it."""

    def follow_clock(self) -> None:
        """Take over what was done to the program's clock, before something is done at that time."""
        demonstration.follow_clock(self.system)

    def upload(self, login_name: str, task_id: int, *field_keys: str) -> None:
        for key in field_keys:
            content = io.BytesIO(PDF + key.encode())
            materials.add_material(self.system, self.actor(login_name), task_id, key, "扫描件.pdf", content)


def round_is_open(offices: Offices) -> int:
    """Let the round have been published before the story begins; return its id."""
    notice = RoundNotice(
        procedure_id="city_application",
        year=2023,
        title=ROUND_TITLE,
        document_number=ROUND_NUMBER,
        issued_on=None,
        publicity="主动公开",
        windows={"filing": (date(2023, 10, 15), date(2023, 11, 15))},
    )
    return rounds.open_round(offices.system, offices.actor("ministry"), notice)


def beijing_has_filed(offices: Offices) -> str:
    """Let an application of 北京 wait for 形式审查; return the address of the case's page."""
    offices.start("beijing", round_is_open(offices))
    offices.complete("beijing", "fill_application", OF_A_MUNICIPALITY, files=PAPERS)
    return f"/cases/{offices.complete('beijing', 'submit_application', SUBMIT).case_id}"


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


def file_beijing(people: People) -> str:
    fill_in(people["beijing"], is_municipality=True)
    people["beijing"].fill(SUBMIT)
    people["beijing"].press("提交")
    return case_of(people["beijing"])


def case_of(visitor: Visitor) -> str:
    """Return the address of the case whose receipt is shown."""
    link = visitor.main.get_by_role("link", name="查看办件进展")
    return urlsplit(link.get_attribute("href") or "").path
