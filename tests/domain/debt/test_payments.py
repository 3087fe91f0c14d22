"""Payments: which day counts, on what they are booked, and where the rest goes."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.debt.events import ActWithdrawn, DebtSettled, PaymentBooked
from domain.debt.state import Balance
from domain.debtor.debtor import CreditPaidOut, PaymentSpread
from domain.kernel.messages import Act, Posting
from domain.procedures.ladder import DemandIssued, ReminderIssued, WritIssued, WritServed
from tests.builder import DEBTOR, Life, Seen, day, euro, life, reading

A, B, C = "OZB-2024-0001", "OZB-2025-0001", "OZB-2026-0001"


def withdrawn(after: Seen) -> set[str]:
    return {e.act for e in after.all(ActWithdrawn)}


def debts(*amounts: tuple[str, str, str], due: str = "2027-12-31", given: Life | None = None) -> Life:
    """Debts of one debtor: number, amount, date."""
    given = given or Life().registers()
    for number, amount, dated in amounts:
        given.assessed(debt=number, amount=amount, dated=dated, due=due)
    return given


# -- allocation ---------------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4-a")
def test_a_payment_goes_to_costs_then_interest_then_tax() -> None:
    old = {"step": "demand", "dated": "2025-12-22", "last_day": "2026-12-31", "costs": "20.00", "interest": "5.00"}
    debt = {"dated": "2025-10-31", "due": "2025-11-30", "notice_sent_on": "2025-10-31", "earlier_step": old}
    after = life(**debt).on("2026-01-10").pays("100.00").until("2026-01-10")

    booked = after.the(PaymentBooked)
    assert booked.parts == Balance(costs=euro("20.00"), interest=euro("5.00"), tax=euro("75.00"))
    assert list(booked.postings()) == [
        Posting("bank:bank", "receivable:costs", euro("20.00")),
        Posting("bank:bank", "receivable:interest", euro("5.00")),
        Posting("bank:bank", "receivable:tax", euro("75.00")),
    ]
    assert after.debt().open == Balance(tax=euro("525.00"))


@pytest.mark.norm("VEERE-4-a")
def test_the_fine_comes_last() -> None:
    after = life(amount="100.00", fine="50.00").pays("120.00").until("2026-02-27")

    assert after.debt().open == Balance(fine=euro("30.00"))


@pytest.mark.norm("VEERE-2.1-b")
@pytest.mark.parametrize(("amount", "settled"), [("599.99", False), ("600.00", True)])
def test_only_the_whole_amount_discharges_the_debt(amount: str, settled: bool) -> None:
    after = life().on("2026-04-30").pays(amount).until("2026-05-01")

    assert bool(after.all(DebtSettled)) is settled
    assert bool(after.all(ReminderIssued)) is not settled


@pytest.mark.norm("VEERE-4.4-a")
def test_a_payment_is_booked_on_the_assessment_that_the_debtor_names_also_when_another_is_older() -> None:
    given = debts((A, "300.00", "2024-02-28"), (B, "200.00", "2025-02-28"))
    after = given.on("2026-03-01").pays("200.00", debt=B).until("2026-03-01")

    assert after.debt(B).closed_on == day("2026-03-01")
    assert after.debt(A).open.total == euro("300.00")


@pytest.mark.norm("VEERE-4.4-a", "VEERE-4-a")
def test_within_the_assessment_the_costs_come_first_whatever_the_debtor_wants() -> None:
    after = life().on("2026-05-11").pays("600.00").until("2026-05-11")

    assert after.the(PaymentBooked).parts == Balance(costs=euro("19.00"), tax=euro("581.00"))


@pytest.mark.norm("VEERE-4.4-b")
def test_a_payment_without_reference_goes_to_the_oldest_assessments() -> None:
    given = debts((C, "300.00", "2026-02-28"), (A, "100.00", "2024-02-28"), (B, "200.00", "2025-02-28"))
    after = given.on("2026-03-01").pays_without_reference("250.00").until("2026-03-01")

    assert {d: after.debt(d).open.total for d in (A, B, C)} == {A: 0, B: euro("50.00"), C: euro("300.00")}
    assert after.the(PaymentSpread).credit == 0
    assert after.balances()["clearing"] == 0


@pytest.mark.norm("VEERE-4.4-b")
@pytest.mark.parametrize(("choice", "paid"), [("assessment_date", A), ("due_date", B)])
def test_what_is_oldest_is_a_reading_of_the_office(choice: str, paid: str) -> None:
    given = Life(reading("oldest_debt", choice)).registers()
    given.assessed(debt=A, dated="2026-01-31", due="2026-12-31").assessed(debt=B, dated="2026-02-28", due="2026-06-30")
    after = given.on("2026-03-01").pays_without_reference("600.00").until("2026-03-01")

    assert [d for d in (A, B) if after.debt(d).closed_on] == [paid]


@pytest.mark.norm("VEERE-4.4-c")
def test_an_overpayment_goes_to_the_other_debts_and_what_is_left_waits_to_be_paid_out() -> None:
    given = debts((A, "50.00", "2024-02-28"), (B, "200.00", "2025-02-28"))
    after = given.on("2026-03-01").pays("300.00", debt=B).until("2026-03-01")

    assert after.the(PaymentBooked, B).surplus == euro("100.00")
    assert after.debt(A).closed_on == after.debt(B).closed_on == day("2026-03-01")
    assert after.debtor.credit == euro("50.00")
    assert list(after.debtor.questions) == ["pay_out_credit"]
    assert (after.balances()["clearing"], after.balances()["payable:credit"]) == (0, -euro("50.00"))


@pytest.mark.norm("VEERE-4.4-c")
@pytest.mark.parametrize(("amount", "codes", "left"), [("50.00", [], "0.00"), ("50.01", ["more_than_credit"], "50.00")])
def test_no_more_than_the_credit_is_paid_out(amount: str, codes: list[str], left: str) -> None:
    given = life().pays("650.00").on("2026-03-02").officer("order_pay_out", amount=amount)
    after = given.until("2026-03-02")

    assert [r.code for r in after.refusals] == codes
    assert after.debtor.credit == euro(left)
    assert len(after.all(CreditPaidOut)) == 1 - len(codes)
    assert bool(after.debtor.questions) is bool(codes)


@pytest.mark.norm("VEERE-4.4-c", "VEERE-1.6-c")
def test_the_engine_does_not_pay_out_by_itself() -> None:
    after = (
        life()
        .pays("650.00")
        .on("2026-03-02")
        .officer("order_pay_out", amount="50.00", role="engine")
        .until("2026-03-02")
    )

    assert after.refusal.code == "role_not_allowed"


# -- ways of paying and the day that counts -----------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.1-a")
@pytest.mark.parametrize("channel", ["bank", "ideal", "desk", "direct_debit", "card", "bailiff"])
def test_every_way_of_paying_is_booked_with_its_own_account(channel: str) -> None:
    after = life().pays("600.00", channel=channel, paid_on="2026-02-27").until("2026-12-31")

    assert after.the(PaymentBooked).channel == channel
    assert after.balances()[f"bank:{channel}"] == euro("600.00")
    assert after.debt().closed_on == day("2026-02-27")


@pytest.mark.norm("VEERE-4.3-b", "VEERE-4.3-c", "VEERE-4.3-d")
@pytest.mark.parametrize("channel", ["card", "bailiff", "desk"])
def test_what_is_paid_elsewhere_must_tell_the_day_of_paying(channel: str) -> None:
    with pytest.raises(ValidationError, match=r"paid_on: a payment by .* counts on the day of paying"):
        life().pays("600.00", channel=channel)
    with pytest.raises(ValidationError, match="lies after value_date"):
        life().pays("600.00", channel=channel, paid_on="2026-02-28", value_date="2026-02-27")


@pytest.mark.norm("VEERE-4.3-a", "VEERE-4.3-d")
@pytest.mark.parametrize(
    ("channel", "dates", "codes"),
    [
        ("desk", {"paid_on": "2026-02-28", "value_date": "2026-03-02"}, ["paid_in_future"]),
        ("bank", {"value_date": "2026-03-05"}, ["value_date_too_far"]),
        ("bank", {"value_date": "2026-03-04"}, []),
        ("bank", {"value_date": "2025-02-25"}, ["payment_too_early"]),
        ("bank", {"value_date": "2025-02-26"}, []),
    ],
)
def test_a_payment_on_an_impossible_day_is_refused(channel: str, dates: dict[str, str], codes: list[str]) -> None:
    after = life().pays("600.00", channel=channel, **dates).until("2026-02-27")

    assert [r.code for r in after.refusals] == codes


@pytest.mark.norm("VEERE-4.1-b")
def test_whoever_pays_with_the_reference_pays_the_debt() -> None:
    """Who paid stays with the import of the bank file: the core takes no personal data."""
    after = life(amount="200.00").on("2026-03-05").pays("200.00", by="bank").until("2026-12-31")

    assert after.debt().closed_on == day("2026-03-05")


@pytest.mark.norm("VEERE-4.3-a")
@pytest.mark.parametrize(("credited", "in_time"), [("2026-05-26", True), ("2026-05-27", False)])
def test_a_transfer_counts_on_the_day_it_is_credited_not_the_day_it_was_ordered(credited: str, in_time: bool) -> None:
    given = life(due="2026-05-02").on("2026-05-28")
    after = given.pays("619.00", value_date=credited, paid_on="2026-05-26").until("2026-05-28")

    assert after.the(PaymentBooked).on == day(credited)
    assert (WritServed.type in withdrawn(after)) is in_time
    assert after.debt().open.total == (0 if in_time else euro("90.00"))


@pytest.mark.norm("VEERE-4.3-b")
@pytest.mark.parametrize(("paid_on", "in_time"), [("2026-05-26", True), ("2026-05-27", False)])
def test_a_card_payment_counts_on_the_day_of_the_transaction_and_undoes_the_writ_in_between(
    paid_on: str, in_time: bool
) -> None:
    given = life(due="2026-05-02").on("2026-05-28")
    after = given.pays("619.00", channel="card", paid_on=paid_on, value_date="2026-05-28").until("2026-05-28")

    assert after.the(PaymentBooked).on == day(paid_on)
    assert withdrawn(after) == ({WritIssued.type, WritServed.type} if in_time else set())
    assert after.balances()["revenue:costs"] == -(euro("19.00") if in_time else euro("109.00"))


@pytest.mark.norm("VEERE-4.3-c")
def test_a_payment_to_the_bailiff_counts_on_the_day_he_received_it_also_when_reported_later() -> None:
    given = life(amount="773.00").is_executable().on("2026-06-12")
    after = given.pays("900.00", channel="bailiff", paid_on="2026-06-10", value_date="2026-06-15").until("2026-06-12")

    assert after.the(PaymentBooked).on == day("2026-06-10")


@pytest.mark.norm("VEERE-4.3-c")
def test_what_was_done_after_the_day_the_bailiff_was_paid_is_undone() -> None:
    given = life().is_executable().on("2026-06-11").orders_attachment().on("2026-06-12")
    after = given.pays("727.00", channel="bailiff", paid_on="2026-06-10", value_date="2026-06-15").until("2026-06-12")

    assert withdrawn(after) == {"attachment.ordered.v1"}
    assert after.debt().closed_on == day("2026-06-10")
    assert after.debt().procedures == {}


@pytest.mark.norm("VEERE-4.3-d")
@pytest.mark.parametrize(("paid_on", "demands"), [("2026-05-11", 0), ("2026-05-12", 1)])
def test_a_payment_at_the_desk_counts_that_day(paid_on: str, demands: int) -> None:
    given = life(due="2026-05-03").on("2026-05-13")
    after = given.pays("600.00", channel="desk", paid_on=paid_on, value_date="2026-05-13").until("2026-05-13")

    assert after.the(PaymentBooked).on == day(paid_on)
    assert len({DemandIssued.type} - withdrawn(after)) == demands


@pytest.mark.norm("VEERE-4.7-a")
@pytest.mark.parametrize("fields", [{}, {"channel": "direct_debit"}, {"amount": "700.00"}])
def test_no_letter_tells_how_a_payment_was_booked(fields: dict[str, Any]) -> None:
    after = life().on("2026-03-05").pays(**({"amount": "100.00"} | fields)).until("2026-03-05")

    (record,) = [r for r in after.world.records if r.command.command == "register_payment"]
    assert record.events
    assert not any(isinstance(e, Act) for r in after.world.records if r.today == day("2026-03-05") for e in r.events)


@pytest.mark.norm("VEERE-4.4-b")
def test_without_any_open_debt_an_undirected_payment_becomes_credit() -> None:
    after = Life().registers().on("2026-03-01").pays_without_reference("80.00").until("2026-03-01")

    assert after.debtor.credit == euro("80.00")
    assert after.balances(f"debtor-{DEBTOR}") == {
        "bank:bank": euro("80.00"),
        "clearing": 0,
        "payable:credit": -euro("80.00"),
    }


@pytest.mark.norm("VEERE-4.3-a")
@pytest.mark.parametrize(("value_date", "refused"), [("2026-05-06", []), ("2026-05-07", ["value_date_too_far"])])
def test_a_value_date_lies_at_most_some_days_ahead(value_date: str, refused: list[str]) -> None:
    after = life().on("2026-05-01").pays("600.00", value_date=value_date).until("2026-05-01")

    assert [refusal.code for refusal in after.refusals] == refused


@pytest.mark.norm("VEERE-4.4-b")
@pytest.mark.parametrize(
    ("paid", "parts"), [("150.00", [("B", "150.00")]), ("310.00", [("A", "10.00"), ("B", "300.00")])]
)
def test_what_is_deferred_is_paid_last(paid: str, parts: list[tuple[str, str]]) -> None:
    """A is older and disputed in full: B, which goes on, is paid first."""
    debts = (
        Life()
        .registers()
        .assessed(debt="A", amount="300.00", dated="2026-01-31", tax="sewage_charge")
        .assessed(debt="B", amount="300.00", dated="2026-02-28")
        .on("2026-03-10")
        .says("file_objection", debt="A", received_on="2026-03-10")
        .officer("grant_deferral", debt="A")
        .on("2026-05-02")
        .pays_without_reference(paid)
    )
    after = debts.until("2026-05-02")

    assert [(p.debt, p.amount) for p in after.the(PaymentSpread).parts] == [(d, euro(a)) for d, a in parts]
