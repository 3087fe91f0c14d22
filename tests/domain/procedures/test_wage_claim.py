"""Wage claim: VEERE-3.1-a to VEERE-3.1-m, VEERE-3.2-a, VEERE-3.2-b, VEERE-3-a, VEERE-2.7-a."""

from __future__ import annotations

from typing import Any

import pytest

from domain.debt.events import PaymentBooked, QuestionAsked, RefundDue
from domain.procedures import wage_claim
from domain.procedures.ladder import RenewedOrderOrdered
from domain.procedures.wage_claim import (
    ExemptIncomeContested,
    ExemptIncomeRecomputed,
    WageClaimAnnounced,
    WageClaimEnded,
    WageClaimSent,
    WageRemittanceMissing,
)
from tests.builder import OFFICER, VEERE, Life, day, euro, life, reading

# The writ of the default life is served by post on 2026-05-27; its term ends on Monday 2026-06-01.
ALLOWED = "2026-06-02"
EMPLOYER: dict[str, Any] = {"third_party": "E1", "relation": "owes_money_to_debtor", "income": "wages"}
HOUSEHOLD: dict[str, Any] = {"living_situation": "single", "housing_situation": "tenant", "computed_on": "2026-06-01"}


def employed(**assessment: Any) -> Life:
    return life(**assessment).on("2026-03-01").says("record_third_party", debtor="D1", **EMPLOYER)


def announced(on: str = ALLOWED, income: str = "2000.00", exempt: str = "1700.00", **assessment: Any) -> Life:
    return employed(**assessment).on(on).says("announce_wage_claim", **claim(income, exempt))


def claim(income: str = "2000.00", exempt: str = "1700.00", **more: Any) -> dict[str, Any]:
    return {"third_party": "E1", "income": income, "exempt": exempt, **HOUSEHOLD, **OFFICER, **more}


def remits(lived: Life, on: str, amount: str, **more: Any) -> Life:
    return lived.on(on).says("register_wage_remittance", third_party="E1", amount=amount, value_date=on, **more)


@pytest.mark.norm("VEERE-3.1-a", "VEERE-3-a", "VEERE-2.5-a")
def test_a_wage_claim_is_the_officers_after_a_served_writ_has_expired() -> None:
    early = announced(on="2026-06-01").until("2026-06-01")
    assert early.refusal.norms == ("VEERE-2.6-a",)
    allowed = announced().until(ALLOWED)
    assert allowed.the(WageClaimAnnounced).claimable == euro("300.00")


@pytest.mark.norm("VEERE-3.1-a", "VEERE-1.6-c")
def test_only_the_collection_officer_decides_on_a_wage_claim() -> None:
    seen = employed().on(ALLOWED).says("announce_wage_claim", **claim(role="levying_officer")).until(ALLOWED)
    assert seen.refusal.code == "role_not_allowed"


@pytest.mark.norm("VEERE-3.1-a")
def test_without_recorded_periodic_income_there_is_no_wage_claim() -> None:
    seen = life().on(ALLOWED).says("announce_wage_claim", **claim()).until(ALLOWED)
    assert seen.refusal.code == "no_periodic_income"


@pytest.mark.norm("VEERE-3.1-f")
def test_the_claim_is_sent_only_after_the_announcement_and_its_wait() -> None:
    waiting = announced().until("2026-06-16")
    assert not waiting.all(WageClaimSent)
    letter = waiting.the(WageClaimAnnounced).letter
    assert letter is not None
    assert letter.recipient == "debtor"
    sent = announced().until("2026-06-17")
    assert sent.the(WageClaimSent).on == day("2026-06-17")


@pytest.mark.norm("VEERE-3.1-c", "VEERE-3.1-e", "VEERE-3.1-g")
def test_the_letter_to_the_payer_takes_effect_when_sent_and_states_the_exempt_part() -> None:
    sent = announced().until("2026-06-17").the(WageClaimSent)
    assert sent.immediate
    assert sent.letter is not None
    assert sent.letter.recipient == "employer"
    text = " ".join(sent.letter.paragraphs)
    assert "€ 1.700,00" in text
    assert "€ 300,00" in text
    assert "eerstvolgende betaling" in text
    assert sent.next_by == day("2026-06-30")


@pytest.mark.norm("VEERE-3.1-b", "VEERE-3.1-e")
def test_a_month_without_remittance_reminds_the_payer_and_asks_the_officer() -> None:
    on_time = remits(announced(), "2026-06-30", "300.00").until("2026-07-15")
    assert not on_time.all(WageRemittanceMissing)
    late = announced().until("2026-07-01")
    assert late.the(WageRemittanceMissing).on == day("2026-07-01")
    assert any(q.question.kind == "remittance_missing" for q in late.all(QuestionAsked))


@pytest.mark.norm("VEERE-3.1-b")
def test_a_short_remittance_is_signalled() -> None:
    seen = remits(announced(), "2026-06-25", "100.00").until("2026-06-25")
    assert any(q.question.kind == "remittance_short" for q in seen.all(QuestionAsked))


@pytest.mark.norm("VEERE-3.1-g")
def test_what_is_remitted_above_the_claimable_part_goes_back_to_the_debtor() -> None:
    seen = remits(announced(), "2026-06-25", "350.00").until("2026-06-25")
    assert seen.all(PaymentBooked)[-1].paid == euro("300.00")
    assert seen.the(RefundDue).refund == euro("50.00")


@pytest.mark.norm("VEERE-3.1-h")
def test_a_change_is_computed_anew_and_told_to_the_payer() -> None:
    changed = announced().on("2026-08-03").says("recompute_exempt_income", **claim(exempt="1800.00"))
    new = changed.until("2026-08-03").the(ExemptIncomeRecomputed)
    assert (new.exempt, new.claimable) == (euro("1800.00"), euro("200.00"))
    assert new.letter is not None
    assert new.letter.recipient == "employer"


@pytest.mark.norm("VEERE-3.1-i")
@pytest.mark.parametrize(("exempt", "left"), [("990.00", "990.00"), ("1000.00", "950.00"), ("1100.00", "950.00")])
def test_an_exempt_part_that_reaches_the_income_is_95_percent_of_it(exempt: str, left: str) -> None:
    assert wage_claim.claimable(euro("1000.00"), euro(exempt), VEERE) == (euro("1000.00") - euro(left), euro(left))


@pytest.mark.norm("VEERE-3.1-i")
def test_by_the_other_reading_the_exempt_part_is_never_above_95_percent() -> None:
    always = reading("exempt_at_most", "always")
    assert wage_claim.claimable(euro("1000.00"), euro("990.00"), always) == (euro("50.00"), euro("950.00"))


@pytest.mark.norm("VEERE-3.1-j")
@pytest.mark.parametrize(("received", "late"), [("2026-06-30", False), ("2026-07-01", True)])
def test_the_exempt_part_is_contested_within_four_weeks_of_the_letter(received: str, late: bool) -> None:
    lived = announced().on(received).says("contest_exempt_income", third_party="E1", received_on=received)
    seen = lived.until(received)
    assert seen.the(ExemptIncomeContested).late is late
    assert any(q.question.kind == "recompute_exempt_income" for q in seen.all(QuestionAsked))


@pytest.mark.norm("VEERE-3.1-d", "VEERE-3.1-k", "VEERE-3.1-m")
def test_the_claim_lasts_until_the_debt_and_its_costs_are_paid_and_the_payer_is_told() -> None:
    lived = remits(remits(announced(), "2026-06-25", "300.00"), "2026-07-27", "300.00")
    assert not lived.until("2026-08-24").all(WageClaimEnded)
    ended = remits(lived, "2026-08-25", "300.00").until("2026-08-25")
    assert ended.the(WageClaimEnded).on == day("2026-08-25")
    letter = ended.the(WageClaimEnded).letter
    assert letter is not None
    assert letter.recipient == "employer"
    assert ended.the(RefundDue).refund == euro("191.00")


@pytest.mark.norm("VEERE-3.1-l", "VEERE-3.1-m", "VEERE-2.7-a")
def test_the_officer_stops_the_claim_with_a_reason_and_a_renewed_order_follows_what_fell_short() -> None:
    stopped = announced().on("2026-09-01").says("stop_wage_claim", third_party="E1", reason="regeling", **OFFICER)
    seen = stopped.until("2026-09-30")
    assert seen.the(WageClaimEnded).on == day("2026-09-01")
    assert seen.all(RenewedOrderOrdered)
    after = remits(stopped, "2026-09-25", "300.00").until("2026-09-25")
    assert after.the(RefundDue).refund == euro("300.00")


@pytest.mark.norm("VEERE-3.2-b")
def test_ten_percent_is_taken_of_the_lower_of_income_and_exempt_part() -> None:
    assert wage_claim.ten_percent(euro("800.00"), euro("1000.00"), VEERE) == euro("80.00")
    assert wage_claim.ten_percent(euro("2000.00"), euro("1700.00"), VEERE) == euro("170.00")


@pytest.mark.norm("VEERE-3.2-a")
def test_ten_percent_is_claimed_besides_from_a_repeat_late_payer_only() -> None:
    one = announced().on("2026-07-01").says("claim_ten_percent", **claim()).until("2026-07-01")
    assert one.refusal.code == "no_repeat_late_payer"
    two = announced().assessed(debt="OZB-2026-0002").on("2026-07-01").says("claim_ten_percent", **claim())
    tenth = two.until("2026-07-01").all(WageClaimAnnounced)[-1]
    assert (tenth.ten_percent, tenth.claimable) == (True, euro("170.00"))
    early = announced().assessed(debt="OZB-2026-0002").on("2026-06-29").says("claim_ten_percent", **claim())
    assert early.until("2026-06-29").refusal.code == "no_repeat_late_payer"
