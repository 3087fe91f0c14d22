"""The shadow of a debtor's regime on each debt: which debts, in which order, and who gets the letters."""

from functools import partial
from typing import Any

import pytest

from domain.debt.events import DebtSettled, PaymentBooked, RegimeImposed, RegimeLifted, Remitted
from domain.debtor.debtor import PaymentSpread
from domain.procedures.attachment import AttachmentOrdered
from domain.procedures.ladder import DemandIssued, ReminderIssued, RenewedOrderOrdered, ServiceOrdered
from tests.builder import DEBT, Life, day, euro, life

SETTLED = {
    "nvvk_code": True,
    "vtlb_calculation": True,
    "compulsory_settlement_likely": True,
    "offered_yield": "0.00",
    "statutory_yield": "0.00",
    "reason": "nagelopen",
}


def settled(subject: Life, agreed_on: str = "2026-03-02") -> Life:
    agreement = {"agreed_on": agreed_on, "counsellor": "municipality", "counsellor_number": "SH1"}
    subject.on(agreed_on).says("register_settlement_agreement", **agreement)
    return subject.officer("judge_settlement_agreement", **SETTLED)


def test_an_undirected_payment_goes_to_the_debts_outside_the_regime() -> None:
    running = settled(life(debt="A-1")).assessed(debt="B-1", dated="2026-04-01", due="2026-06-30")
    after = running.on("2026-05-01").pays_without_reference("700.00").until("2026-05-01")

    assert [(p.debt, p.amount) for p in after.the(PaymentSpread).parts] == [("B-1", euro("600.00"))]
    assert after.debtor.credit == euro("100.00")
    assert after.debt("A-1").open.total == euro("600.00")


def test_a_payment_with_the_number_of_a_debt_under_a_regime_is_booked_on_it() -> None:
    after = settled(life()).on("2026-05-01").pays("100.00").until("2026-05-01")

    assert after.the(PaymentBooked).parts.tax == euro("100.00")


def test_a_debt_that_is_paid_is_not_reached_and_its_regime_goes_with_it() -> None:
    paid = life().on("2026-03-02").pays("600.00").on("2026-05-04")
    assert paid.says("register_moratorium", received_on="2026-05-04").until("2026-05-04").all(RegimeImposed) == []

    during = life().on("2026-05-04").says("register_moratorium", received_on="2026-05-04").on("2026-06-01")
    after = during.pays("600.00").until("2026-12-31")
    assert after.the(DebtSettled).on == day("2026-06-01")
    assert after.debt().procedures == {}
    assert after.all(RegimeLifted) == []


def test_remission_at_the_end_closes_the_debt_once_also_when_two_regimes_hold() -> None:
    running = settled(life()).on("2026-05-04").says("register_moratorium", received_on="2026-05-04")
    running.on("2026-08-03").officer("report_settlement_end", ended_on="2026-08-03", agreements_kept=True)
    after = running.until("2026-12-31")

    assert after.the(Remitted).amount == euro("600.00")
    assert after.debt().closed_on == day("2026-08-03")
    assert after.refusals == []


STARTS: dict[str, dict[str, Any]] = {
    "stabilisation": {"command": "register_stabilisation", "received_on": "2026-05-04", "counsellor": "municipality"},
    "settlement_request": {
        "command": "register_settlement_agreement",
        "agreed_on": "2026-05-04",
        "counsellor": "municipality",
        "counsellor_number": "SH1",
    },
    "wsnp": {"command": "register_wsnp", "admitted_on": "2026-05-04"},
    "bankruptcy": {"command": "register_bankruptcy", "declared_on": "2026-05-04", "trustee": "C1"},
    "moratorium": {"command": "register_moratorium", "received_on": "2026-05-04"},
}


@pytest.mark.parametrize("regime", STARTS)
@pytest.mark.parametrize("first", ["debt", "regime"])
def test_a_debt_and_a_regime_that_begin_at_the_same_moment_find_each_other_whichever_is_first(
    regime: str, first: str
) -> None:
    new_debt = partial(Life.assessed, debt="N-1", dated="2026-05-04", due="2026-06-30")
    running = life().on("2026-05-04")
    if first == "debt":
        new_debt(running).says(**STARTS[regime])
    else:
        new_debt(running.says(**STARTS[regime]))
    after = running.until("2026-07-15")

    assert after.days(RegimeImposed, "N-1") == [day("2026-05-04")]
    assert f"regime:{regime}" in after.debt("N-1").procedures
    assert after.all(ReminderIssued, "N-1") == []


@pytest.mark.parametrize("regime", STARTS)
def test_a_debt_that_starts_later_stands_still_where_the_regime_covers_what_arises_later(regime: str) -> None:
    running = life().on("2026-05-04").says(**STARTS[regime])
    after = running.assessed(debt="N-1", dated="2026-05-05", due="2026-06-30").until("2026-07-15")

    stands_still = regime in ("stabilisation", "bankruptcy", "moratorium")
    assert (f"regime:{regime}" in after.debt("N-1").procedures) is stands_still
    assert bool(after.all(ReminderIssued, "N-1")) is not stands_still


def test_each_message_of_one_decision_to_one_debt_is_a_message_of_its_own() -> None:
    phase = life().on("2026-03-02").says("register_stabilisation", received_on="2026-03-02", counsellor="municipality")
    after = settled(phase, "2026-04-01").until("2026-04-01")

    received = [r.command.id for r in after.world.records if r.stream == DEBT]
    assert len(received) == len(set(received)), "a second message under one id is answered as a repeat of the first"
    assert [e.regime for e in after.all(RegimeLifted)] == ["settlement_request", "stabilisation"]


@pytest.mark.norm("VEERE-4.17-a")
def test_a_request_for_an_arrangement_cannot_be_granted_in_bankruptcy_and_the_trustee_gets_the_answer() -> None:
    running = life().on("2026-05-04").says("register_bankruptcy", declared_on="2026-05-04", trustee="C1")
    running.on("2026-05-11").says("request_arrangement", received_on="2026-05-11", channel="post", months=6)
    running.officer("grant_arrangement", months=6, first_on="2026-06-01", structural=False, circumstances="failliet")
    refused = running.officer(
        "refuse_arrangement", structural=False, circumstances="failliet", why="U bent failliet.", reason="faillissement"
    )
    after = refused.until("2026-05-11")

    assert [r.code for r in after.refusals] == ["outside_arrangement"]

    sent = [a for a in after.letters() if a.letter and a.on == day("2026-05-11")]
    assert sent
    assert {(a.letter.recipient.value, a.addressee) for a in sent if a.letter} == {("trustee", "C1")}


@pytest.mark.norm("VEERE-4.13-a")
def test_every_order_to_the_bailiff_refers_to_orionis_walcheren() -> None:
    by_post = life().is_executable().on("2026-06-15").orders_attachment().until("2026-06-15")
    by_bailiff = life().on("2026-05-20").officer("choose_service", way="bailiff", reason="post kwam terug")
    orders = [by_post.the(RenewedOrderOrdered), by_post.the(AttachmentOrdered)]
    orders.append(by_bailiff.until("2026-05-27").the(ServiceOrdered))

    for order in orders:
        assert order.letter is not None
        assert order.letter.recipient == "bailiff"
        assert "Orionis Walcheren" in " ".join(order.letter.paragraphs)
        assert "VEERE-4.13-a" in order.letter.norms


def test_a_payment_of_before_the_demand_and_a_regime_since_then_are_both_repaired() -> None:
    running = life().on("2026-05-20").says("register_moratorium", received_on="2026-05-12").on("2026-05-26")
    after = running.pays("600.00", value_date="2026-05-05").until("2026-12-31")

    assert after.debt(DEBT).closed_on == day("2026-05-05")
    assert after.debt().open.total == 0
    assert after.balances()["receivable:costs"] == 0
    assert after.days(DemandIssued) == [day("2026-05-09")], "it was sent, and withdrawn"
    assert len(after.letters("withdrawal")) == 1
