"""Organisations: the shipped files, and every way a file can be wrong."""

import re
from pathlib import Path

import pytest

from engine.errors import DefinitionRefused
from engine.folders.organisations import ROLES, read_organisations

FILES = sorted((Path(__file__).parents[3] / "bpmn/organisations").glob("*.yaml"))
SHIPPED = {f"organisations/{file.name}": file.read_text(encoding="utf-8") for file in FILES}

VALID = """
attributes_are: demonstration
explanation: 演示数据。
regions:
  - {code: "000000", name: 全国, level: 国家}
  - {code: "440000", name: 广东省, parent: "000000", level: 省级}
organisations:
  - id: province
    name: 广东省人民政府
    short_name: 省政府
    kind: government
    levels: [省级]
    region: "440000"
    attributes:
      {city_level: 地级, is_municipality: false, memorandum_2017: none, holds_title: none, parks_titled: 0,
       in_creation: false}
posts:
  - {id: officer, organisation: province, name: 经办, roles: [provincial_government]}
demonstration_accounts:
  - {login_name: somebody, post: officer, duty: 演示同意。}
"""


@pytest.fixture(scope="module")
def directory():
    return read_organisations(SHIPPED)


def messages(*texts):
    with pytest.raises(DefinitionRefused) as refusal:
        read_organisations({f"{number}.yaml": text for number, text in enumerate(texts)})
    return [problem.message for problem in refusal.value.problems]


def test_the_shipped_files_have_every_role(directory):
    assert {role for post in directory.posts.values() for role in post.roles} == set(ROLES)


def test_the_decider_of_the_ministry_is_also_of_the_ministry(directory):
    account = directory.demonstration_accounts["ministry_decider"]
    assert directory.posts[account.post].roles == {"ministry", "ministry_decider"}


def test_no_shipped_file_has_a_telephone_number_or_a_mailbox():
    assert not re.search(r"@|1[3-9]\d{9}|0\d{2,3}-\d{7,8}", "".join(SHIPPED.values()))


def test_every_shipped_city_attribute_is_marked_as_demonstration_data(directory):
    assert all(one.is_demonstration for one in directory.organisations.values() if one.attributes)


def test_the_demonstration_has_a_municipality_that_may_apply(directory):
    attributes = directory.organisations["beijing_government"].attributes
    assert (attributes["is_municipality"], attributes["holds_title"]) == (True, "none")


def test_the_demonstration_has_a_city_that_began_under_the_memorandum(directory):
    assert directory.organisations["foshan_government"].attributes["memorandum_2017"] == "started"


@pytest.mark.parametrize(
    ("applicant", "kind", "level", "office"),
    [
        ("dongguan_government", "iit_department", "地市级", "dongguan_bureau"),
        ("dongguan_government", "iit_department", "省级", "guangdong_department"),
        ("dongguan_government", "government", "省级", "guangdong_government"),
        ("dongguan_government", "ministry", "国家", "miit"),
        ("beijing_government", "iit_department", "省级", "beijing_bureau"),
        ("shenzhen_government", "iit_department", "地市级", "shenzhen_bureau"),
        # I-14: the bureau of a separately planned city is provincial too, but the path through the province is kept.
        ("shenzhen_government", "iit_department", "省级", "guangdong_department"),
        ("nancheng_office", "iit_department", "地市级", "dongguan_bureau"),
        ("wuhan_government", "iit_department", "省级", "hubei_department"),
    ],
)
def test_the_responsible_office_is_found_on_the_applicants_own_chain(directory, applicant, kind, level, office):
    assert directory.office(applicant, kind, level).id == office


def test_a_municipality_has_no_city_department(directory):
    assert directory.office("beijing_government", "iit_department", "地市级") is None


def test_the_region_chain_begins_nearest(directory):
    assert directory.region_chain("441900004") == ("441900004", "441900", "440000", "000000")


def test_a_valid_file_is_read():
    assert read_organisations({"a.yaml": VALID}).explanations == ("演示数据。",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: government", "kind: goverment", "kind 不认识"),
        ("levels: [省级]", "levels: [省]", "levels 不认识“省”"),
        ('region: "440000"', 'region: "450000"', "region 指向的“450000”不存在"),
        ('region: "440000"', "region: 440000", "region 应为文字"),
        ('code: "440000"', 'code: "44"', "应为六位数字"),
        ("roles: [provincial_government]", "roles: [king]", "roles 不认识“king”"),
        ("organisation: province", "organisation: nobody", "organisation 指向的“nobody”不存在"),
        ("post: officer", "post: chief", "post 指向的“chief”不存在"),
        ("id: province", "id: Province", "小写英文单词"),
        ("login_name: somebody", "login_name: 某人", "小写英文单词"),
        ("memorandum_2017: none", "memorandum_2017: no", "memorandum_2017 不认识"),
        ("holds_title: none, ", "", "城市的属性不全，缺少：holds_title"),
        ("parks_titled: 0", "parks_titled: 0.5", "parks_titled 应为文字、整数"),
        ("explanation: 演示数据。", "", "缺少 explanation"),
        ("attributes_are: demonstration", "attributes_are: invented", "attributes_are 不认识"),
        ("duty: 演示同意。", "phone: x, duty: 演示同意。", "不认识 phone"),
        ("short_name: 省政府", "short_name: ''", "short_name 不能为空"),
        ('parent: "000000"', 'parent: "440000"', "绕回了它自己"),
        ("name: 全国, level", 'name: 全国, parent: "440000", level', "绕回了它自己"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(old, new, message):
    assert old in VALID
    assert message in " ".join(messages(VALID.replace(old, new, 1)))


def test_an_organisation_above_itself_is_refused():
    assert "province 的上级绕回了它自己" in messages(VALID.replace("    kind:", "    parent: province\n    kind:"))[0]


def test_the_same_id_in_two_files_is_refused():
    second = 'regions:\n  - {code: "440000", name: 又一个, level: 省级}\n'
    assert messages(VALID, second) == ["440000 写了两次，请改名或删去一处。"]


def test_the_problems_of_all_files_are_reported_at_once():
    assert len(messages("a: [", "b: [")) == 2
