"""Wage claim: VEERE-3.1-a to VEERE-3.1-m, VEERE-3.2-a, VEERE-3.2-b, VEERE-3-a, VEERE-2.7-a."""

from __future__ import annotations

from typing import Any

import pytest

from domain.debt.events import PaymentBooked, QuestionAsked, RefundDue
from domain.kernel.messages import Act
from domain.procedures import wage_claim
from domain.procedures.ladder import RenewedOrderOrdered
from domain.procedures.wage_claim import (
    ExemptIncomeAnswered,
    ExemptIncomeContested,
    ExemptIncomeKept,
    ExemptIncomeRecomputed,
    WageClaimAnnounced,
    WageClaimEnded,
    WageClaimResumed,
    WageClaimSent,
    WageClaimSuspended,
    WageRemittanceMissing,
    WageRemitted,
)
from tests.builder import DEBT, OFFICER, VEERE, Life, Seen, day, euro, life, reading

OTHER = "OZB-2026-0002"
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


def two_debts(income: str = "2000.00", exempt: str = "1700.00", under: Any = VEERE, **first: Any) -> Life:
    """Two equal debts of one debtor, and a wage claim for the first of them."""
    lived = life(under=under, **first).assessed(debt=OTHER).on("2026-03-01")
    lived.says("record_third_party", debtor="D1", **EMPLOYER)
    return lived.on(ALLOWED).says("announce_wage_claim", **claim(income, exempt))


def words(act: Act) -> str:
    """What the letter of the act says."""
    assert act.letter is not None
    return " ".join([act.letter.subject, *act.letter.paragraphs])


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


@pytest.mark.norm("VEERE-3.1-b", "VEERE-3.1-k")
def test_where_less_is_open_than_a_month_brings_only_that_is_expected() -> None:
    almost = announced().on("2026-06-20").pays("609.00")
    paid = remits(almost, "2026-06-25", "60.00").until("2026-06-25")
    assert paid.the(WageRemitted).expected == euro("100.00")
    (short,) = paid.tasks("remittance_short")
    assert "in plaats van € 100,00" in short["question"]

    missing = announced().on("2026-06-20").pays("609.00").until("2026-07-01")
    letter = missing.the(WageRemittanceMissing).letter
    assert letter is not None
    assert "€ 100,00" in " ".join(letter.paragraphs)
    assert "€ 100,00 niet afgedragen" in missing.tasks("remittance_missing")[0]["question"]


@pytest.mark.norm("VEERE-3.1-b", "VEERE-3.1-k")
def test_the_remittance_of_all_that_is_open_ends_the_claim_without_a_signal_of_too_little() -> None:
    ended = remits(announced().on("2026-06-20").pays("609.00"), "2026-06-25", "100.00").until("2026-06-25")

    assert len(ended.all(WageClaimEnded)) == 1
    assert ended.tasks("remittance_short") == []
    assert ended.all(RefundDue) == []


@pytest.mark.norm("VEERE-3.1-g")
def test_the_payer_is_asked_no_more_a_month_than_what_is_open() -> None:
    sent = announced().on("2026-06-10").pays("609.00").until("2026-06-17").the(WageClaimSent)

    assert sent.claimable == euro("100.00")
    assert sent.letter is not None
    assert "€ 300,00" not in " ".join(sent.letter.paragraphs)


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
    two = two_debts().on("2026-07-01").says("claim_ten_percent", **claim(means_known=True))
    tenth = two.until("2026-07-01").all(WageClaimAnnounced)[-1]
    assert (tenth.ten_percent, tenth.claimable) == (True, euro("170.00"))
    early = two_debts().on("2026-06-29").says("claim_ten_percent", **claim(means_known=True))
    assert early.until("2026-06-29").refusal.code == "no_repeat_late_payer"


# -- one payer, more claims ---------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-3.1-g")
def test_two_debts_together_claim_no_more_of_one_income_than_exceeds_the_exempt_part() -> None:
    seen = two_debts().says("announce_wage_claim", debt=OTHER, **claim()).until("2026-08-31")

    assert (seen.refusal.code, seen.refusal.norms) == ("nothing_to_claim", ("VEERE-3.1-g",))
    assert "€ 300,00" in seen.refusal.text
    assert DEBT in seen.refusal.text
    assert [c.claimable for c in seen.all(WageClaimSent)] == [euro("300.00")]


@pytest.mark.norm("VEERE-3.1-g", "VEERE-3.1-b")
def test_what_the_first_debt_leaves_is_claimed_for_the_second() -> None:
    small = two_debts(amount="60.00").says("announce_wage_claim", debt=OTHER, **claim())
    first, second = small.until(ALLOWED).all(WageClaimAnnounced)

    assert first.claimable == small.until(ALLOWED).debt().open.total < euro("300.00")
    assert first.claimable + second.claimable == euro("300.00")


@pytest.mark.norm("VEERE-3.1-g")
def test_another_payer_or_the_end_of_the_first_claim_leaves_the_whole_for_the_second() -> None:
    ended = two_debts().on("2026-06-05").pays("709.00").on("2026-06-08")
    again = ended.says("announce_wage_claim", debt=OTHER, **claim()).until("2026-06-08")
    assert again.all(WageClaimAnnounced, OTHER)[0].claimable == euro("300.00")

    second = EMPLOYER | {"third_party": "E2"}
    other = two_debts().says("record_third_party", debtor="D1", **second)
    other.says("announce_wage_claim", debt=OTHER, **(claim() | {"third_party": "E2"}))
    assert other.until(ALLOWED).all(WageClaimAnnounced, OTHER)[0].claimable == euro("300.00")


@pytest.mark.norm("VEERE-3.1-g", "VEERE-3.1-h")
@pytest.mark.parametrize(
    ("exempt", "first", "second"), [("1900.00", "0.00", "100.00"), ("1600.00", "153.40", "246.60")]
)
def test_a_new_exempt_part_holds_for_every_claim_on_that_payer(exempt: str, first: str, second: str) -> None:
    both = two_debts(amount="115.00").says("announce_wage_claim", debt=OTHER, **claim())
    both.on("2026-06-18").says("recompute_exempt_income", **claim(exempt=exempt))
    seen = both.until("2026-06-18")
    after = {e.claimable for e in seen.all(ExemptIncomeRecomputed)}

    assert len(seen.all(ExemptIncomeRecomputed, OTHER)) == 1
    assert sum(after) <= euro("2000.00") - euro(exempt)
    assert all("1.900,00" in words(e) or "1.600,00" in words(e) for e in seen.all(ExemptIncomeRecomputed))


@pytest.mark.norm("VEERE-3.1-b", "VEERE-3.1-g")
def test_a_second_transfer_in_one_month_goes_back_and_does_not_hide_the_next_month() -> None:
    twice = remits(remits(announced(), "2026-06-26", "300.00"), "2026-06-27", "300.00")
    seen = twice.until("2026-07-31")

    assert [p.paid for p in seen.all(PaymentBooked)] == [euro("300.00")]
    assert seen.the(RefundDue).refund == euro("300.00")
    assert seen.days(WageRemittanceMissing) == [day("2026-07-31")]


@pytest.mark.norm("VEERE-3.1-b")
def test_two_transfers_that_make_one_month_are_both_booked() -> None:
    seen = remits(remits(announced(), "2026-06-25", "100.00"), "2026-06-29", "250.00").until("2026-06-30")

    assert [p.paid for p in seen.all(PaymentBooked)] == [euro("100.00"), euro("200.00")]
    assert seen.the(RefundDue).refund == euro("50.00")
    assert [e.expected for e in seen.all(WageRemitted)] == [euro("300.00"), euro("200.00")]


@pytest.mark.norm("VEERE-3.1-b")
def test_a_missed_month_is_made_good_together_with_the_next() -> None:
    seen = remits(announced(), "2026-07-24", "650.00").until("2026-08-31")

    assert seen.all(PaymentBooked)[-1].paid == euro("600.00")
    assert seen.all(RefundDue)[0].refund == euro("50.00")
    assert seen.days(WageRemittanceMissing) == [day("2026-07-01")]
    assert seen.tasks("remittance_short") == []


@pytest.mark.norm("VEERE-3.1-b")
def test_what_comes_before_the_pay_day_is_for_the_month_that_was_missed_and_the_next_is_still_expected() -> None:
    late = remits(announced(), "2026-07-02", "300.00").until("2026-07-31")
    assert late.the(WageRemitted).months[0].by == day("2026-06-30")
    assert late.days(WageRemittanceMissing) == [day("2026-07-01"), day("2026-07-31")]

    some = remits(announced(), "2026-07-02", "400.00").until("2026-07-02")
    assert "€ 400,00 af in plaats van € 600,00" in some.tasks("remittance_short")[0]["question"]


@pytest.mark.norm("VEERE-3.1-b")
def test_from_the_pay_day_on_a_transfer_is_for_its_own_month_first() -> None:
    seen = remits(announced(), "2026-07-27", "300.00").until("2026-07-31")

    assert seen.the(WageRemitted).months[0].by == day("2026-07-30")
    assert seen.days(WageRemittanceMissing) == [day("2026-07-01")]
    assert seen.tasks("remittance_short") == []


def arranged(lived: Life, on: str, debt: str = DEBT) -> Life:
    """An arrangement is asked and granted on one day."""
    lived.on(on).says("request_arrangement", debt=debt, received_on=on, channel="post", months=3)
    return lived.officer("grant_arrangement", debt=debt, circumstances="minder werk", structural=False, months=3)


# -- what may not be collected now --------------------------------------------------------------------------------


def two_terms() -> Life:
    """A claim on both terms of one assessment; the second is deferred because of an objection."""
    lived = announced(due=["2026-03-31", "2026-04-30"])
    lived.on("2026-06-20").says("file_objection", received_on="2026-06-20", disputed="300.00")
    return lived.on("2026-06-22").officer("grant_deferral", woz_final=False)


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-4.9.3-f", "VEERE-3.1-l")
def test_a_claim_on_two_terms_collects_only_the_term_that_is_not_deferred() -> None:
    lived = two_terms()
    for on in ("2026-06-26", "2026-07-27", "2026-08-26"):
        remits(lived, on, "300.00")
    seen = lived.until("2026-08-31")

    assert seen.debt().open.tax == euro("300.00")
    assert seen.debt().open_of("1").total == 0
    assert seen.all(RefundDue)[-1].refund == euro("300.00")
    assert "VEERE-4.9.1-d" in seen.all(RefundDue)[-1].norms
    assert seen.days(WageClaimSuspended) == [day("2026-07-27")], "the employer hears it when only the rest is left"
    assert not seen.all(WageClaimEnded)


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-4.9.3-f")
def test_a_claim_stays_awake_while_one_term_of_it_may_be_collected() -> None:
    seen = two_terms().until("2026-07-01")
    assert not seen.all(WageClaimSuspended)
    assert seen.days(WageRemittanceMissing) == [day("2026-07-01")]


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-4.10.4-a", "VEERE-3.1-l")
def test_a_deferral_lays_the_claim_still_until_fourteen_days_after_its_end() -> None:
    lived = announced().on("2026-06-20").says("file_objection", received_on="2026-06-20", disputed="600.00")
    lived.on("2026-06-22").officer("grant_deferral", woz_final=False)
    remits(lived, "2026-06-26", "300.00")
    lived.on("2026-07-10").says(
        "rule_on_objection", ruled_on="2026-07-10", ruling="rejected", by="H-1", role="levying_officer"
    )
    seen = lived.until("2026-07-31")

    assert seen.days(WageClaimSuspended) == [day("2026-06-20")]
    assert seen.days(WageClaimResumed) == [day("2026-07-25")]
    for act in (seen.the(WageClaimSuspended), seen.the(WageClaimResumed)):
        assert act.letter is not None
        assert act.letter.recipient == "employer"
    assert seen.all(RefundDue)[0].refund == euro("300.00")
    assert not seen.all(WageRemittanceMissing)


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-3.1-l")
def test_an_arrangement_lays_the_claim_still_and_paid_to_the_end_it_ends_it() -> None:
    lived = arranged(announced(), "2026-06-20")
    granted = lived.until("2026-06-20")
    assert granted.days(WageClaimSuspended) == [day("2026-06-20")]
    assert "staat vanaf vandaag stil" in words(granted.the(WageClaimSuspended))

    paid = lived.on("2026-06-25").pays("709.00").until("2026-06-25")
    assert len(paid.all(WageClaimEnded)) == 1
    assert len(paid.all(WageClaimSuspended)) == 1


@pytest.mark.norm("VEERE-4.9.1-d")
def test_a_claim_that_was_only_announced_is_not_sent_while_an_arrangement_runs() -> None:
    lived = arranged(announced(), "2026-06-10")
    seen = lived.until("2026-06-30")
    assert not seen.all(WageClaimSent)
    assert not seen.all(WageClaimSuspended)


# -- the 10 percent -----------------------------------------------------------------------------------------------


def tenth_too(on: str = "2026-07-02", income: str = "800.00", exempt: str = "1000.00", **more: Any) -> Life:
    """Two debts, an ordinary claim for the first, and the 10 percent besides."""
    lived = two_debts(income, exempt, **more).on(on)
    return lived.says("claim_ten_percent", **claim(income, exempt, means_known=True))


@pytest.mark.norm("VEERE-3.2-b")
def test_of_an_income_below_the_exempt_part_eighty_of_eight_hundred_is_claimed_in_all() -> None:
    seen = tenth_too().until("2026-07-02")
    assert [a.claimable for a in seen.all(WageClaimAnnounced)] == [euro("40.00"), euro("40.00")]

    alone = life().assessed(debt=OTHER).says("record_third_party", debtor="D1", **EMPLOYER).on("2026-07-02")
    alone.says("claim_ten_percent", **claim("800.00", "1000.00", means_known=True))
    alone.says("announce_wage_claim", debt=OTHER, **claim("800.00", "1000.00"))
    only = alone.until("2026-07-02")
    assert only.the(WageClaimAnnounced).claimable == euro("80.00")
    assert only.refusal.code == "nothing_to_claim"


@pytest.mark.norm("VEERE-3.2-a", "VEERE-3.2-b")
def test_one_claim_of_ten_percent_runs_on_a_payer_whichever_debt_it_is_for() -> None:
    stacked = tenth_too().says("claim_ten_percent", debt=OTHER, **claim("800.00", "1000.00", means_known=True))
    refusal = stacked.until("2026-07-02").refusal
    assert (refusal.code, refusal.norms) == ("nothing_to_claim", ("VEERE-3.2-b", "VEERE-3.1-g"))
    assert "€ 80,00" in refusal.text


@pytest.mark.norm("VEERE-3.2-a", "VEERE-3.1-f")
def test_the_letters_of_the_ten_percent_say_what_it_is_and_do_not_call_what_is_left_the_exempt_part() -> None:
    seen = tenth_too().until("2026-07-17")
    told, sent = seen.all(WageClaimAnnounced)[-1], seen.all(WageClaimSent)[-1]

    assert "Uw beslagvrije voet is € 1.000,00" in words(told)
    assert "bijzondere vordering" in words(told)
    assert "blijft altijd € 720,00 voor u" in words(told)
    assert "ten minste € 720,00" in words(sent)
    assert "beslagvrije voet is € 720,00" not in words(told) + words(sent)


@pytest.mark.norm("VEERE-3.1-j", "VEERE-3.1-h", "VEERE-3.2-b")
def test_the_exempt_part_of_the_ten_percent_is_contested_and_computed_anew() -> None:
    lived = tenth_too().on("2026-07-20").says("contest_exempt_income", third_party="E1", received_on="2026-07-20")
    lived.on("2026-07-22").says("recompute_exempt_income", **claim("500.00", "1000.00"))
    seen = lived.until("2026-07-22")

    assert not seen.refusals
    assert seen.the(ExemptIncomeContested).late is False
    assert [e.claimable for e in seen.all(ExemptIncomeRecomputed)] == [euro("25.00"), euro("25.00")]
    ordinary, tenth = seen.all(ExemptIncomeAnswered)
    assert "blijft altijd € 475,00" in words(ordinary)
    assert "blijft altijd € 450,00" in words(tenth)
    assert not [t for t in seen.tasks("recompute_exempt_income") if t["answered"] is None]


@pytest.mark.norm("VEERE-3.1-j")
def test_a_contested_exempt_part_that_stays_as_it_is_is_answered_with_the_reason() -> None:
    lived = announced().on("2026-06-30").says("contest_exempt_income", third_party="E1", received_on="2026-06-30")
    later = {"question": "recompute_exempt_income:E1", "reason": "wij wachten op uw loonstrook"}
    lived.on("2026-07-02").officer("decline_question", ask_again_on="2026-07-09", **later)
    assert not lived.until("2026-07-08").all(ExemptIncomeKept)

    answer = {"question": "recompute_exempt_income:E1", "reason": "uw huur telt al mee"}
    kept = lived.on("2026-07-10").officer("decline_question", **answer).until("2026-07-10").the(ExemptIncomeKept)
    assert kept.letter is not None
    assert kept.letter.recipient == "debtor"
    assert "De reden is: uw huur telt al mee." in words(kept)

    anew = announced().on("2026-06-30").says("contest_exempt_income", third_party="E1", received_on="2026-06-30")
    computed = anew.says("recompute_exempt_income", **claim()).until("2026-06-30")
    assert not computed.all(ExemptIncomeKept)


@pytest.mark.norm("VEERE-3.2-a")
def test_ten_percent_needs_means_that_the_office_knows_of() -> None:
    unknown = two_debts().on("2026-07-01").says("claim_ten_percent", **claim()).until("2026-07-01")
    assert unknown.refusal.code == "means_not_known"
    by_other = two_debts(under=reading("repeat_late_payer_means", "not_asked")).on("2026-07-01")
    assert not by_other.says("claim_ten_percent", **claim()).until("2026-07-01").refusals


def with_other(what: str, under: Any = VEERE) -> Seen:
    """The 10 percent is asked while the other debt is paid in terms, or under deferral."""
    lived = two_debts(under=under).on("2026-06-10")
    if what == "arrangement":
        arranged(lived, "2026-06-10", OTHER)
    else:
        lived.says("file_objection", debt=OTHER, received_on="2026-06-10", disputed="600.00")
        lived.officer("grant_deferral", debt=OTHER, woz_final=False)
    return lived.on("2026-07-01").says("claim_ten_percent", **claim(means_known=True)).until("2026-07-01")


@pytest.mark.norm("VEERE-3.2-a", "VEERE-4.9.1-d")
@pytest.mark.parametrize("what", ["arrangement", "deferral"])
def test_a_debt_that_need_not_be_paid_now_makes_nobody_a_repeat_late_payer(what: str) -> None:
    assert with_other(what).refusal.code == "no_repeat_late_payer"
    assert not with_other(what, reading("repeat_late_payer_rests", "counts")).refusals


@pytest.mark.norm("VEERE-3.2-a")
@pytest.mark.parametrize(("on", "refused"), [("2026-07-30", True), ("2026-07-31", False)])
def test_two_months_count_from_the_last_due_date_of_the_other_debt(on: str, refused: bool) -> None:
    lived = life().assessed(debt=OTHER, due=["2026-03-31", "2026-05-31"]).on("2026-03-01")
    lived.says("record_third_party", debtor="D1", **EMPLOYER).on(on)
    seen = lived.says("claim_ten_percent", **claim(means_known=True)).until(on)
    assert bool(seen.refusals) is refused


@pytest.mark.norm("VEERE-3.1-h")
def test_what_the_exempt_part_rests_on_is_kept_with_its_date() -> None:
    lived = announced(exempt="2100.00").on("2026-08-03")
    couple = claim(exempt="1800.00", living_situation="couple", computed_on="2026-08-02")
    seen = lived.says("recompute_exempt_income", **couple).until("2026-08-03")

    first, then = seen.the(WageClaimAnnounced), seen.the(ExemptIncomeRecomputed)
    assert (first.computed, first.exempt) == (euro("2100.00"), euro("1900.00"))
    assert (first.living_situation, first.housing_situation, first.computed_on) == (
        "single",
        "tenant",
        day("2026-06-01"),
    )
    assert (then.computed, then.living_situation, then.computed_on) == (euro("1800.00"), "couple", day("2026-08-02"))
