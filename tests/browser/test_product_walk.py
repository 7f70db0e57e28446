"""A software enterprise of 武汉 files three products through its association, and is refused the fourth."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.support.walks import begin, do, publish, samples_of

IN_ORDER = HAS_MANY_PEOPLE = True

CATALOGUE = samples_of("product_catalogue")
TITLE = re.compile("优秀创新软件产品")
#: The three products of the samples, each with the three user reports that an association asks for.
THREE_PRODUCTS = {
    **CATALOGUE["three_products"],
    "channel": "association",
    "p1_users": CATALOGUE["one_product"]["p1_users"],
}
PROOFS = tuple(key for number in "123" for key in (f"p{number}_ip_proofs", *[f"p{number}_user_reports"] * 3))


def test_the_federation_publishes_the_round_with_a_window_for_each_channel(people):
    federation = people["federation"]
    federation.visit("/rounds")
    federation.move_clock("2023-06-20T09:00")
    publish(federation, "优秀创新软件产品目录征集")
    federation.picture("products-round")
    expect(federation.main).to_contain_text("2023-07-20 24:00（含当日）")
    expect(federation.main).to_contain_text("2023-07-31 24:00（含当日）")


def test_the_enterprise_files_three_products_through_its_association(people):
    enterprise = people["wuhan_enterprise"]
    begin(enterprise, TITLE)
    enterprise.fill_sheet(THREE_PRODUCTS)
    enterprise.upload(*PROOFS)
    enterprise.picture("products-registration")
    enterprise.press("提交")
    do(enterprise, "提交给地方协会", CATALOGUE["submission"], ["stamped_form"])
    enterprise.picture("products-receipt")
    expect(enterprise.heading).to_have_text("收件回执")


def test_the_fourth_product_is_refused_whoever_of_the_enterprise_files_it_and_nothing_is_lost(people):
    second = people["wuhan_second_enterprise"]
    begin(second, TITLE)
    fourth = {**CATALOGUE["one_product"], "p1_name": "示范第四件产品"}
    second.fill_sheet(fourth)
    second.upload("p1_ip_proofs", *["p1_user_reports"] * 3)
    second.press("提交")
    second.open_task("提交给地方协会")
    second.fill(CATALOGUE["submission"])
    second.upload("stamped_form")
    second.press("提交")
    second.picture("products-fourth-refused")
    expect(second.main).to_contain_text("不得超过3个，两个渠道、各个账号合并计算")
    expect(second.heading).to_have_text("提交给地方协会")
    expect(second.field("is_truthful")).to_be_checked()
    second.visit("/inbox")
    expect(second.main).to_contain_text("提交给地方协会")


def test_the_association_checks_and_hands_on(people):
    association = people["wuhan_association"]
    do(association, "核对并汇总报出", CATALOGUE["forwarded"])
    association.picture("products-of-the-association")
    do(people["federation"], "秘书处核对", CATALOGUE["passed"])
    people["federation"].picture("products-checked")
