"""Clauses: how a 依据 is read, and that every clause of the sources is carried out by what is deployed."""

from pathlib import Path

import pytest

from engine.errors import DefinitionRefused
from engine.folders.clauses import FILE, cited, cover, read_clauses
from tests.support.scenarios import checked, procedure_folders

BPMN = Path("bpmn")
SOURCES = read_clauses((BPMN / FILE).read_bytes())


@pytest.fixture(scope="module")
def folders():
    return [checked(folder) for folder in procedure_folders()]


@pytest.mark.parametrize(
    ("basis", "places"),
    [
        ("工信厅信发函〔2023〕278号 四", {("miit_278", "四")}),
        ("278号 二（一）", {("miit_278", "二（一）")}),
        ("278号 二（一）、三（一）（三）", {("miit_278", place) for place in ("二（一）", "三（一）", "三（三）")}),
        ("《发布实施细则》五（1、2、3）", {("federation_rules", f"五（{number}）") for number in "123"}),
        ("《发布实施细则》五（1至3）", {("federation_rules", f"五（{number}）") for number in "123"}),
        ("武汉通知 一至四", {("wuhan_notice", place) for place in "一二三四"}),
        ("278号 四（系统申请时间为10月15日至11月15日）", {("miit_278", "四")}),
        ("解读 三（条件一）", {("explanation", "三")}),
        ("解读 五；粤27号 三", {("explanation", "五"), ("guangdong_27", "三")}),
        ("2017办法 第七章、附件 二", {("measures_2017", "第七章"), ("measures_2017", "附件 二")}),
        ("东莞方案 三（一）2、三（二）3", {("dongguan_scheme", "三（一）"), ("dongguan_scheme", "三（二）")}),
        ("东莞方案 附件序号13（全市）", {("dongguan_scheme", "附件")}),
        ("登记表注（每家企业不得超过3个）", {("registration_form", "注")}),
        ("来源文件没有规定；默认五个工作日", set()),
        ("278号没有规定，按十个工作日", set()),
        ("《行政许可法》第三十二条", set()),
        ("三（一）", set()),
    ],
)
def test_the_clauses_that_a_basis_names(basis, places):
    assert cited(SOURCES, basis) == places


def test_every_clause_is_carried_out_by_each_procedure_that_it_concerns(folders):
    missing = [(clause.document, clause.place, name) for clause, name in cover(SOURCES, folders).uncovered]
    assert missing == []


def test_nothing_claims_to_follow_from_a_source_without_naming_the_clause(folders):
    unfounded = [(one.procedure, one.place, one.basis) for one in cover(SOURCES, folders).unfounded]
    assert unfounded == []


def test_a_clause_nobody_cites_is_found_out(folders):
    clause = "{place: 一, says: s, procedures: [city_application]}"
    extra = read_clauses(f"documents: [{{id: x, title: t, names: [X], clauses: [{clause}]}}]".encode())
    assert [(clause.place, name) for clause, name in cover(extra, folders).uncovered] == [("一", "city_application")]


def test_without_the_sources_every_step_marked_as_following_from_one_is_unfounded(folders):
    marked = {one.place for one in cover((), folders).unfounded}
    assert {"review_by_province", "filing", "E1"} <= marked


def test_citing_a_whole_chapter_carries_out_none_of_its_clauses_by_name():
    source = read_clauses((BPMN / FILE).read_bytes())
    assert cited(source, "东莞方案 六") == {("dongguan_scheme", "六")}
    assert ("dongguan_scheme", "六（五）") not in cited(source, "东莞方案 六")


@pytest.mark.parametrize(
    "clause", ["{place: 一, says: s}", "{place: 一, says: s, executed: false}", "{says: s, procedures: [x]}"]
)
def test_a_clause_says_who_carries_it_out_or_why_nobody_does(clause):
    text = f"documents: [{{id: x, title: t, names: [X], clauses: [{clause}]}}]"
    with pytest.raises(DefinitionRefused):
        read_clauses(text.encode())
