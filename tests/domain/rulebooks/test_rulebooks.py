"""The regulations as data: which version holds when, which figures it gives, and what is refused at load."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from domain import rulebooks
from domain.norms import catalogue
from domain.rulebooks import UnknownRulebookError
from domain.rulebooks.rulebook import Cost
from tests.builder import VEERE, day, euro, law, reading


@pytest.mark.norm("VEERE-6-a", "VEERE-6-b")
@pytest.mark.parametrize(
    ("on", "version"),
    [
        ("2018-01-23", "veere-2018"),
        ("2025-12-22", "veere-2018"),
        ("2025-12-31", "veere-2018"),
        ("2026-01-01", "veere-2026"),
        ("2026-01-05", "veere-2026"),
        ("2026-01-12", "veere-2026"),
    ],
)
def test_the_version_follows_from_the_date_of_the_act(on: str, version: str) -> None:
    assert rulebooks.for_date("veere", day(on)).id == version


@pytest.mark.norm("VEERE-6-b")
def test_before_the_first_version_there_is_none() -> None:
    with pytest.raises(UnknownRulebookError, match="no rulebook of 'veere' is in force on 2018-01-22"):
        rulebooks.for_date("veere", day("2018-01-22"))


def test_an_unknown_rulebook_is_named_with_those_that_exist() -> None:
    with pytest.raises(UnknownRulebookError, match=r"'../secrets' is not one of .*veere-2026"):
        rulebooks.load("../secrets")


@pytest.mark.norm("VEERE-2.2-b", "VEERE-2.3-b", "VEERE-2.7-b", "VEERE-2.7-c")
@pytest.mark.parametrize(
    ("term", "days", "extended"),
    [
        ("reminder", 7, False),
        ("demand", 14, True),
        ("renewed_order_handed", 0, False),
        ("renewed_order_letterbox", 2, True),
    ],
)
def test_the_terms_are_those_of_the_text(term: str, days: int, extended: bool) -> None:
    rule = VEERE.terms[term]
    assert (rule.days, rule.extended) == (days, extended)
    (norm, *_) = rule.norms
    assert catalogue()[norm].params["days"] == days


@pytest.mark.norm("VEERE-4.2-a")
def test_the_greatest_number_of_debits_is_that_of_the_text() -> None:
    most = catalogue()["VEERE-4.2-a"].params["max_instalments"]

    assert VEERE.taxes["property_tax"].direct_debits == most == 10


@pytest.mark.norm("VEERE-1.5-b")
@pytest.mark.parametrize(
    ("cost", "on", "claimed_sum", "costs"),
    [
        ("demand", "2004-06-01", "453.99", "4.00"),
        ("demand", "2004-06-01", "454.00", "9.00"),
        ("demand", "2021-12-31", "600.00", "9.00"),
        ("demand", "2022-01-01", "600.00", "18.00"),
        ("demand", "2026-05-12", "600.00", "19.00"),
        ("writ", "2004-06-01", "89.99", "23.00"),
        ("writ", "2004-06-01", "90.00", "25.00"),
        ("writ", "2026-05-27", "600.00", "90.00"),
        ("other_writ_served", "2026-06-10", "600.00", "18.00"),
        ("attachment_report", "2026-06-19", "600.00", "65.00"),
    ],
)
def test_costs_come_from_the_table_of_the_day_of_the_measure(cost: Cost, on: str, claimed_sum: str, costs: str) -> None:
    tariff = VEERE.tariff(cost, day(on), euro(claimed_sum))

    assert tariff is not None
    assert tariff.amount == euro(costs)


@pytest.mark.norm("VEERE-1.5-b")
@pytest.mark.parametrize(
    ("cost", "on"), [("demand", "2003-12-31"), ("writ", "2022-06-01"), ("attachment_report", "2010-01-01")]
)
def test_a_figure_that_is_missing_is_unknown_and_never_zero(cost: Cost, on: str) -> None:
    assert VEERE.tariff(cost, day(on), euro("600.00")) is None


@pytest.mark.norm("VEERE-1.5-b")
def test_a_strict_office_takes_no_unconfirmed_figure() -> None:
    strict = law(strict_tariffs=True)

    assert strict.tariff("demand", day("2026-05-12"), euro("600.00")) is None
    assert strict.tariff("demand", day("2023-05-12"), euro("600.00")) is not None


@pytest.mark.norm("VEERE-1.6-d")
def test_the_costs_of_a_writ_rise_with_every_whole_45_euro_up_to_their_top() -> None:
    def costs(claimed_sum: str) -> Decimal:
        tariff = VEERE.tariff("writ", day("2026-05-27"), euro(claimed_sum))
        assert tariff is not None
        return tariff.amount

    sums = ("0.00", "90.00", "134.99", "135.00", "400.00", "423.00", "99999999.00")
    assert [costs(s) for s in sums] == [euro(c) for c in ("46", "46", "46", "50", "70", "74", "13745")]


def test_a_reading_takes_only_one_of_its_options() -> None:
    with pytest.raises(ValidationError, match="choice: 'newest' is not one of 'assessment_date', 'due_date'"):
        reading("oldest_debt", "newest")
    with pytest.raises(KeyError):
        VEERE.reading("never_heard_of")


@pytest.mark.norm("VEERE-2-b")
def test_the_order_of_preference_starts_as_in_the_norm() -> None:
    named = ["set_off", "wage_claim", "government_claim", "payment_claim", "movables", "real_estate"]

    assert [m for m in VEERE.preference if m in named] == named
