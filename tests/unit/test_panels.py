"""抽取专家: an order nobody chose, without those who must step aside."""

from engine.recording.panels import drawn_experts
from engine.store.organisations import OrganisationRecord


def expert(number, employer="none"):
    return OrganisationRecord(
        id=f"expert_{number}",
        name=f"专家{number}",
        short_name=f"专家{number}",
        kind="expert",
        levels=("企业·个人",),
        region_code="000000",
        attributes={"employer": employer},
    )


REGISTER = [expert(number) for number in range(1, 10)]


def order(case_number, register=REGISTER, applicant="park"):
    return [one["value"] for one in drawn_experts(register, case_number=case_number, applicant_id=applicant)]


def test_the_order_is_the_same_however_often_one_looks_and_however_the_register_is_sorted():
    assert order("2023-0001") == order("2023-0001") == order("2023-0001", REGISTER[::-1])


def test_every_case_has_an_order_of_its_own():
    assert len({tuple(order(f"2023-{number:04d}")) for number in range(50)}) == 50


def test_everybody_comes_first_about_equally_often():
    first = [order(f"{year}-{number:04d}")[0] for year in range(2020, 2030) for number in range(90)]
    counts = [first.count(one.id) for one in REGISTER]
    assert sum(counts) == 900
    assert 60 < min(counts) <= max(counts) < 140


def test_who_works_for_the_applicant_steps_aside():
    register = [*REGISTER, expert(10, employer="park")]
    assert "expert_10" not in order("2023-0001", register)
    assert "expert_10" in order("2023-0001", register, applicant="another_park")


def test_places_are_counted_from_one_and_shown():
    drawn = drawn_experts(REGISTER, case_number="2023-0001", applicant_id="park")
    assert [one["drawn"] for one in drawn] == list(range(1, 10))
    assert drawn[0]["label"].endswith("（抽取序号1）")
