"""Terms and days: where a term ends, and which days are holidays."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from domain.kernel.calendar import Calendar, TermRule, add_months, recognised_holidays
from tests.builder import VEERE, day

NL = VEERE.calendar


def statutory(**length: int) -> TermRule:
    return TermRule(extended=True, norms=("VEERE-2-c",), **length)  # type: ignore[arg-type]


@pytest.mark.norm("VEERE-2-c")
def test_the_recognised_holidays_are_those_of_the_act() -> None:
    named = {
        *("2026-01-01", "2026-04-03", "2026-04-05", "2026-04-06", "2026-04-27", "2026-05-05", "2026-05-14"),
        *("2026-05-24", "2026-05-25", "2026-12-25", "2026-12-26"),
    }
    assert recognised_holidays("NL", 2026) == {day(d) for d in named}


@pytest.mark.norm("VEERE-2-c")
@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("2026-05-11", "2026-05-26"),  # Whit Monday
        ("2026-05-09", "2026-05-26"),  # Saturday before Whitsun
        ("2026-05-12", "2026-05-26"),  # a working day
        ("2026-03-20", "2026-04-07"),  # Good Friday and Easter
        ("2026-12-11", "2026-12-28"),  # Christmas and the weekend
        ("2026-04-13", "2026-04-28"),  # King's Day
    ],
)
def test_a_statutory_term_that_ends_on_no_working_day_runs_through_the_next(start: str, ends: str) -> None:
    assert statutory(days=14).last_day(day(start), NL) == day(ends)


@pytest.mark.norm("VEERE-2-c")
def test_a_day_put_on_a_par_with_a_holiday_by_royal_decree_extends_too() -> None:
    extra = NL.model_copy(update={"extra_days": frozenset({day("2026-05-26")})})

    assert statutory(days=14).last_day(day("2026-05-11"), extra) == day("2026-05-27")


@pytest.mark.norm("VEERE-2-c")
@pytest.mark.parametrize(
    ("length", "lawful"),
    [
        ({"days": 90}, True),
        ({"days": 91}, False),
        ({"weeks": 12}, True),
        ({"weeks": 13}, False),
        ({"months": 3}, True),
        ({"months": 4}, False),
    ],
)
def test_terms_over_90_days_12_weeks_or_3_months_are_not_extended(length: dict[str, int], lawful: bool) -> None:
    if lawful:
        assert statutory(**length).extended
    else:
        with pytest.raises(ValidationError, match="is not extended"):
            statutory(**length)


@pytest.mark.norm("VEERE-2.7-b")
def test_at_once_is_no_term_to_extend() -> None:
    assert statutory(days=0).last_day(day("2026-06-13"), NL) == day("2026-06-13")


def test_a_term_has_exactly_one_length() -> None:
    for length in ({}, {"days": 1, "weeks": 1}):
        with pytest.raises(ValidationError, match="exactly one of days, weeks, months"):
            statutory(**length)


@pytest.mark.parametrize(
    ("start", "months", "ends"),
    [("2026-01-31", 1, "2026-02-28"), ("2027-12-31", 2, "2028-02-29"), ("2026-05-15", 12, "2027-05-15")],
)
def test_a_month_later_is_the_same_day_or_the_last_of_a_shorter_month(start: str, months: int, ends: str) -> None:
    assert add_months(day(start), months) == day(ends)


@pytest.mark.parametrize(
    ("rule", "dutch"), [({"days": 14}, "14 dagen"), ({"days": 1}, "1 dag"), ({"weeks": 2}, "2 weken")]
)
def test_a_length_is_said_in_dutch(rule: dict[str, int], dutch: str) -> None:
    assert statutory(**rule).dutch == dutch


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        (datetime(2026, 5, 26, 21, 59, tzinfo=UTC), date(2026, 5, 26)),
        (datetime(2026, 5, 26, 22, 0, tzinfo=UTC), date(2026, 5, 27)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_is_that_of_the_offices_zone_in_summer_and_winter(moment: datetime, on: date) -> None:
    assert NL.day_of(moment) == on


def test_a_day_starts_at_its_midnight_in_the_offices_zone() -> None:
    assert NL.start_of(day("2026-05-27")).astimezone(UTC) == datetime(2026, 5, 26, 22, 0, tzinfo=UTC)
    assert NL.start_of(day("2026-01-27"), 17).astimezone(UTC) == datetime(2026, 1, 27, 16, 0, tzinfo=UTC)


def test_belgium_has_its_own_holidays() -> None:
    belgium = Calendar(country="BE", zone="Europe/Brussels")

    assert not belgium.is_working_day(day("2026-07-21"))
    assert belgium.is_working_day(day("2026-04-27"))
