"""Direct debit: at most ten equal debits with the rest in the last, and no reminder while they run."""

from decimal import Decimal

import pytest

from domain.kernel.messages import Act
from domain.procedures.direct_debit import DebitEnded, DebitFailed, DebitOrdered, DebitScheduled
from domain.procedures.ladder import ReminderIssued
from tests.builder import Life, Seen, day, euro, law, life, reading

MANDATE = "2026-03-02"


def mandated(instalments: int, given: Life, first_on: str = "2026-03-31") -> Life:
    return given.on(MANDATE).says("register_mandate", instalments=instalments, first_on=first_on)


def debits(after: Seen) -> list[Decimal]:
    return [d.amount for d in after.the(DebitScheduled).debits]


@pytest.mark.norm("VEERE-4.2-a")
def test_ten_debits_are_nine_equal_ones_and_the_rest_in_the_last() -> None:
    after = mandated(10, life(amount="604.55", due="2027-01-31")).until(MANDATE)

    assert debits(after) == [euro("60.45")] * 9 + [euro("60.50")]
    assert sum(debits(after)) == euro("604.55")


@pytest.mark.norm("VEERE-4.2-a")
def test_an_eleventh_debit_is_refused() -> None:
    after = mandated(11, life(amount="604.55")).until(MANDATE)

    assert (after.refusal.code, after.refusal.norms) == ("too_many_instalments", ("VEERE-4.2-a",))
    assert after.all(DebitScheduled) == []


@pytest.mark.norm("VEERE-4.2-b")
@pytest.mark.parametrize(("tax", "most"), [("tourist_tax", 3), ("invoice", 1)])
def test_tourist_tax_and_invoices_have_their_own_number_of_debits(tax: str, most: int) -> None:
    within = mandated(most, life(tax=tax)).until(MANDATE)
    assert len(debits(within)) == most

    beyond = mandated(most + 1, life(tax=tax)).until(MANDATE)
    assert (beyond.refusal.code, beyond.refusal.norms) == ("too_many_instalments", ("VEERE-4.2-b",))


@pytest.mark.norm("VEERE-4.2-b")
def test_the_number_of_debits_is_a_setting_per_kind_of_tax() -> None:
    taxes = law().model_dump()["taxes"]
    one = law(taxes=taxes | {"tourist_tax": taxes["tourist_tax"] | {"direct_debits": 1}})

    assert debits(mandated(1, life(tax="tourist_tax", under=one)).until(MANDATE)) == [euro("600.00")]
    assert mandated(2, life(tax="tourist_tax", under=one)).until(MANDATE).refusal.code == "too_many_instalments"


@pytest.mark.norm("VEERE-4.2-a")
def test_the_debits_are_taken_month_by_month_on_the_last_day_where_a_month_is_shorter() -> None:
    after = mandated(3, life()).until("2026-06-30")

    assert after.days(DebitOrdered) == [day("2026-03-31"), day("2026-04-30"), day("2026-05-31")]
    assert [e.amount for e in after.all(DebitOrdered)] == [euro("200.00")] * 3


@pytest.mark.norm("VEERE-4.2-a")
def test_the_interval_is_a_setting() -> None:
    after = mandated(3, life(under=reading("debit_interval_months", 2))).until("2026-08-31")

    assert after.days(DebitOrdered) == [day("2026-03-31"), day("2026-05-31"), day("2026-07-31")]


@pytest.mark.norm("VEERE-4.2-a")
def test_no_reminder_goes_out_while_the_debits_run() -> None:
    given = mandated(3, life(due="2026-04-30"))
    for paid_on in ("2026-03-31", "2026-04-30", "2026-05-31"):
        given.on(paid_on).pays("200.00", channel="direct_debit")
    after = given.until("2026-12-31")

    assert after.all(ReminderIssued) == []
    assert after.debt().closed_on == day("2026-05-31")
    assert after.debt().procedures == {}


@pytest.mark.norm("VEERE-4.2-a")
def test_after_too_many_failures_the_debits_end_and_the_reminder_follows() -> None:
    given = mandated(10, life())
    given.on("2026-04-02").says("report_failed_debit", on="2026-04-02", amount="60.00")
    once = given.until("2026-05-20")
    assert (len(once.all(DebitFailed)), once.all(DebitEnded), once.all(ReminderIssued)) == (1, [], [])

    given.on("2026-05-04").says("report_failed_debit", on="2026-05-04", amount="60.00")
    twice = given.until("2026-05-20")
    assert twice.days(DebitEnded) == [day("2026-05-04")]
    assert [(e.on, e.claimed) for e in twice.all(ReminderIssued)] == [(day("2026-05-04"), euro("600.00"))]
    assert len(twice.all(DebitOrdered)) == 2, "no debit after the end"


@pytest.mark.norm("VEERE-4.2-a")
def test_how_many_failures_end_the_debits_is_a_setting() -> None:
    given = mandated(10, life(under=reading("failed_debits", 1)))
    after = given.on("2026-04-02").says("report_failed_debit", on="2026-04-02", amount="60.00").until("2026-04-02")

    assert after.days(DebitEnded) == [day("2026-04-02")]


@pytest.mark.norm("VEERE-4.2-a")
def test_a_debit_that_never_arrives_ends_the_schedule_after_the_last_one() -> None:
    after = mandated(2, life()).until("2026-12-31")

    assert after.days(DebitOrdered) == [day("2026-03-31"), day("2026-04-30")]
    # Five days after 30 April is Tuesday 5 May, a recognised holiday: the money may arrive through 6 May.
    assert after.days(DebitEnded) == [day("2026-05-07")]
    assert after.days(ReminderIssued) == [day("2026-05-07")]


@pytest.mark.norm("VEERE-4.2-a")
def test_the_last_debit_takes_no_more_than_what_is_open() -> None:
    after = mandated(2, life()).on("2026-04-10").pays("450.00").until("2026-04-30")

    assert [e.amount for e in after.all(DebitOrdered)] == [euro("300.00"), euro("150.00")]


@pytest.mark.norm("VEERE-4.2-a")
def test_a_debt_of_fewer_cents_than_debits_is_not_cut_into_nothings() -> None:
    after = mandated(10, life(amount="0.09")).until(MANDATE)

    assert (after.refusal.code, after.refusal.norms) == ("too_many_instalments", ("VEERE-4.2-a",))


@pytest.mark.norm("VEERE-4.7-a")
def test_no_message_tells_how_a_debit_was_booked() -> None:
    given = mandated(2, life()).on("2026-03-31").pays("300.00", channel="direct_debit")
    after = given.until("2026-04-29")

    (record,) = [r for r in after.world.records if r.command.command == "register_payment"]
    assert not any(isinstance(e, Act) for e in record.events)
    assert len(after.letters()) == 1, "the assessment notice only"


def test_a_mandate_that_cannot_hold_is_refused() -> None:
    past = mandated(2, life(), first_on=MANDATE).until(MANDATE)
    second = mandated(2, life()).says("register_mandate", instalments=2, first_on="2026-04-30").until(MANDATE)
    paid = mandated(2, life().pays("600.00")).until(MANDATE)
    none_runs = life().says("report_failed_debit", on="2026-02-27", amount="60.00").until(MANDATE)

    refused = [after.refusal.code for after in (past, second, paid, none_runs)]
    assert refused == ["first_debit_past", "mandate_exists", "nothing_open", "no_mandate"]
