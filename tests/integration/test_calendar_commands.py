"""What the calendar commands print: JSON that other programs read, with instants in +08:00."""

import json

import pytest
from click.testing import CliRunner

from web.command_line import main


def run(*arguments, **environment):
    return CliRunner().invoke(main, arguments, env={"BPMN": "bpmn", **environment})


def answer(*arguments, **environment):
    result = run(*arguments, **environment)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@pytest.mark.parametrize(
    ("arguments", "interval"),
    [
        (("city_application", "2023"), ("2023-10-15", "2023-11-16")),
        (("city_evaluation", "2023"), ("2023-10-15", "2023-11-11")),
        (("park_application", "2023"), ("2023-10-15", "2023-11-16")),
        (("park_review", "2023"), ("2023-10-15", "2023-11-11")),
        (("cluster_reporting", "2025"), ("2025-01-01", "2025-02-01")),
        (("product_catalogue", "2023", "--channel", "association"), ("2023-06-01", "2023-07-21")),
        (("product_catalogue", "2023", "--channel", "直接报送联合会"), ("2023-06-01", "2023-08-01")),
        (("city_application", "2023", "--level", "地市级"), ("2023-10-15", "2023-11-16")),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_a_window_is_printed_half_open_in_the_zone_of_the_offices(arguments, interval, zone):
    first, after = interval
    wanted = {"opens_at": f"{first}T00:00:00+08:00", "closes_at": f"{after}T00:00:00+08:00"}
    assert answer("window", *arguments, TZ=zone) == wanted


@pytest.mark.parametrize(
    ("at", "accepted"),
    [
        ("2023-10-14T23:59:59.999999+08:00", False),
        ("2023-10-15T00:00:00+08:00", True),
        ("2023-11-15T23:59:59.999999+08:00", True),
        ("2023-11-16T00:00:00+08:00", False),
        ("2023-11-15T15:59:59.999999Z", True),
        ("2023-11-15T16:00:00+00:00", False),
        ("2023-11-15T23:59:59", True),
    ],
)
def test_an_instant_is_accepted_up_to_the_last_microsecond(at, accepted):
    found = answer("accepts", "city_application", "2023", "--at", at)
    assert (found["accepted"], found["closes_at"]) == (accepted, "2023-11-16T00:00:00+08:00")
    assert found["reason"]


@pytest.mark.parametrize(
    ("options", "expires_on", "apply_from", "apply_until"),
    [
        (("--granted", "2021-07-02"), "2024-07-02", "2024-04-02", "2024-07-03"),
        (("--granted", "2021-07-02", "--reading", "day_before"), "2024-07-01", "2024-04-01", "2024-07-02"),
        (("--granted", "2022-05-31"), "2025-05-31", "2025-02-28", "2025-06-01"),
        (("--granted", "2020-02-29"), "2023-02-28", "2022-11-28", "2023-03-01"),
        (("--granted", "2021-05-30", "--years", "4", "--roll"), "2025-05-30", "2025-02-28", "2025-05-31"),
        (("--granted", "2022-05-31", "--roll"), "2025-05-31", "2025-02-28", "2025-06-04"),
    ],
)
def test_a_renewal_is_applied_for_in_the_last_months_of_the_term(options, expires_on, apply_from, apply_until):
    assert answer("renewal", *options) == {
        "expires_on": expires_on,
        "apply_from": f"{apply_from}T00:00:00+08:00",
        "apply_until": f"{apply_until}T00:00:00+08:00",
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("window", "no_such_procedure", "2023"), "没有事项"),
        (("window", "product_catalogue", "2023"), "请用 --channel 写明窗口"),
        (("window", "cluster_renewal", "2024"), "guicheng renewal"),
        (("accepts", "city_application", "2023", "--at", "昨天"), "不是时刻"),
        (("renewal", "--granted", "9999-01-01"), "超出"),
    ],
)
def test_what_cannot_be_computed_is_said(arguments, sentence):
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.output
