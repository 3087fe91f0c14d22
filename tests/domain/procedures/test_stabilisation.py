"""The stabilisation phase: whose debts stand still, until when, and where they go on."""

import pytest

from domain.debt.events import RegimeImposed, RegimeLifted
from domain.debt.state import ALL_MEASURES, LADDER
from domain.procedures.attachment import AttachmentLifted, AttachmentResumed, AttachmentSuspended
from domain.procedures.ladder import DemandIssued, OrderRecalled, ReminderIssued, RenewedOrderOrdered, WritServed
from domain.procedures.stabilisation import StabilisationOver
from domain.procedures.third_party_claim import (
    ThirdPartyClaimEnded,
    ThirdPartyClaimResumed,
    ThirdPartyClaimSuspended,
    ThirdPartySilent,
)
from domain.procedures.wage_claim import WageClaimResumed, WageClaimSuspended, WageRemittanceMissing
from tests.builder import DEBT, Life, day, life

NOTARY = {"third_party": "N1", "relation": "holds_money_of_debtor"}


def stabilised(received_on: str, **fields: str) -> Life:
    notice = {"received_on": received_on, "counsellor": "nvvk_member"} | fields
    return life().on(received_on).says("register_stabilisation", **notice)


@pytest.mark.norm("VEERE-4.13.1-b", "VEERE-4.13.1-a")
def test_collection_stands_still_up_to_and_including_day_240_and_resumes_where_it_stopped_on_the_next_day() -> None:
    after = stabilised("2026-03-02").until("2026-12-31")

    assert after.the(RegimeImposed).until == day("2026-10-28")
    assert after.days(ReminderIssued) == [day("2026-10-29")]
    assert after.days(DemandIssued) == [day("2026-11-06")]
    assert after.days(StabilisationOver) == after.days(RegimeLifted) == [day("2026-10-29")]
    assert after.debtor.facts.regimes == ()


@pytest.mark.norm("VEERE-4.13.1-a")
def test_every_measure_is_forbidden_while_the_phase_runs() -> None:
    after = stabilised("2026-03-02").until("2026-10-28")

    assert all(after.forbids(measure) for measure in ALL_MEASURES)
    assert all("VEERE-4.13.1-a" in barrier.norms for measure in LADDER if (barrier := after.forbids(measure)))
    assert after.all(ReminderIssued) == []


@pytest.mark.norm("VEERE-4.13.1-a")
def test_a_running_claim_and_a_sale_date_are_suspended_not_ended_and_wake_when_the_phase_is_over() -> None:
    running = life().is_executable().says("record_third_party", **NOTARY)
    running.on("2026-06-15").orders_attachment(reason="de auto is het snelst verkocht").claims("N1")
    running.on("2026-06-20").says("report_attachment", order=1, attached_on="2026-06-20", proof="pv 1")
    running.on("2026-07-01").officer("set_sale_date", order=1, sale_on="2026-08-12")
    running.on("2026-07-06").says("register_stabilisation", received_on="2026-07-06", counsellor="municipality")
    after = running.until("2027-03-03")

    suspended = after.the(AttachmentSuspended)
    assert (suspended.on, suspended.sale_on) == (day("2026-07-06"), day("2026-08-12"))
    assert suspended.letter is not None
    assert "De verkoop van 12 augustus 2026 gaat niet door" in " ".join(suspended.letter.paragraphs)
    claim = after.the(ThirdPartyClaimSuspended)
    assert claim.letter is not None
    assert claim.letter.recipient == "third_party"
    assert after.all(ThirdPartySilent) == [], "the third party's four weeks stand still too"
    assert after.all(AttachmentLifted) == after.all(ThirdPartyClaimEnded) == []

    woken = running.until("2027-03-04")
    assert woken.days(AttachmentResumed) == woken.days(ThirdPartyClaimResumed) == [day("2027-03-04")]
    assert [t["on"] for t in woken.tasks("set_sale_date")] == ["2027-03-04"]


@pytest.mark.norm("VEERE-4.13.1-a")
def test_a_running_wage_claim_is_suspended_and_the_employer_told_twice() -> None:
    running = life().says("record_third_party", third_party="W1", relation="owes_money_to_debtor", income="wages")
    running.on("2026-06-02").officer(
        "announce_wage_claim",
        third_party="W1",
        income="2000.00",
        exempt="1700.00",
        living_situation="single",
        housing_situation="tenant",
        computed_on="2026-06-01",
    )
    running.on("2026-07-06").says("register_stabilisation", received_on="2026-07-06", counsellor="municipality")
    after = running.until("2027-03-04")

    assert (after.the(WageClaimSuspended).on, after.the(WageClaimResumed).on) == (day("2026-07-06"), day("2027-03-04"))
    assert after.the(WageClaimResumed).next_by > day("2027-03-04")
    assert after.days(WageRemittanceMissing) == [day("2026-07-01")], "no month is missed while it sleeps"
    recipients = [a.letter.recipient for a in (after.the(WageClaimSuspended), after.the(WageClaimResumed)) if a.letter]
    assert recipients == ["employer", "employer"]


def test_a_sale_date_needs_an_attachment_a_day_to_come_and_no_barrier() -> None:
    running = life().is_executable().on("2026-06-15").orders_attachment()
    assert running.officer("set_sale_date", order=1, sale_on="2026-08-12").until("2026-06-15").refusal.code == (
        "not_attached"
    )
    made = life().is_executable().on("2026-06-15").orders_attachment()
    made.says("report_attachment", order=1, attached_on="2026-06-15", proof="pv 1")
    past = made.officer("set_sale_date", order=1, sale_on="2026-06-15").until("2026-06-15")
    assert past.refusal.code == "date_in_past"
    made.on("2026-06-16").says("register_stabilisation", received_on="2026-06-16", counsellor="municipality")
    barred = made.on("2026-06-17").officer("set_sale_date", order=1, sale_on="2026-08-12").until("2026-06-17")
    assert [r.code for r in barred.refusals] == ["date_in_past", "measure_forbidden"]


@pytest.mark.norm("VEERE-4.13.1-a")
def test_the_bailiff_is_called_back_and_gets_a_new_order_when_collection_resumes() -> None:
    ordered = life().on("2026-06-05").says("register_stabilisation", received_on="2026-06-05", counsellor="nvvk_member")
    ordered.on("2026-06-08").is_served("renewed_order")
    after = ordered.until("2027-02-02")

    recalled = after.the(OrderRecalled)
    assert recalled.letter is not None
    assert "Ga niet langs" in " ".join(recalled.letter.paragraphs)
    assert len(after.tasks("bailiff_report")) == 1, "the order was recalled: what he served counts for nothing"
    assert after.days(RenewedOrderOrdered) == [day("2026-06-02"), day("2027-02-01")]


@pytest.mark.norm("VEERE-4.13.1-b")
def test_a_notice_that_is_registered_late_withdraws_what_was_done_since_with_its_costs() -> None:
    late = life().on("2026-06-04").says("register_stabilisation", received_on="2026-05-20", counsellor="nvvk_member")
    after = late.until("2026-06-05")

    assert after.days(DemandIssued) == [day("2026-05-09")]
    assert after.the(WritServed).on == day("2026-05-27")
    assert after.debt().open.costs == after.the(DemandIssued).costs
    (letter,) = [a.letter for a in after.letters("withdrawal") if a.letter and a.letter.recipient == "debtor"]
    assert letter is not None
    assert "27 mei 2026" in " ".join(letter.paragraphs)
    (recall,) = [a.letter for a in after.letters("order_recalled")]
    assert recall is not None
    assert after.debt().procedures["ladder"].step == "demanded"
    assert late.until("2027-01-16").days(WritServed)[-1] == day("2027-01-16")


def test_the_day_of_receipt_counts_whole_also_when_a_letter_left_that_morning() -> None:
    after = life().on("2026-05-12").says("register_stabilisation", received_on="2026-05-09", counsellor="nvvk_member")

    assert after.until("2026-05-12").debt().open.costs == 0


@pytest.mark.norm("VEERE-4.13.1-d")
def test_the_phase_is_for_natural_persons_only() -> None:
    company = life(debtor={"kind": "entrepreneur", "natural_person": False}).on("2026-03-02")
    refusal = company.says("register_stabilisation", received_on="2026-03-02", counsellor="nvvk_member").until(
        "2026-03-02"
    )

    assert (refusal.refusal.code, refusal.refusal.norms) == ("not_a_natural_person", ("VEERE-4.13.1-d",))
    assert "4.11" in refusal.refusal.text
    shop = life(debtor={"kind": "entrepreneur", "natural_person": True}).on("2026-03-02")
    assert (
        shop.says("register_stabilisation", received_on="2026-03-02", counsellor="nvvk_member")
        .until("2026-03-02")
        .all(RegimeImposed)
    )


@pytest.mark.norm("VEERE-4.13.1-e")
@pytest.mark.parametrize(("counsellor", "accepted"), [("nvvk_member", 1), ("municipality", 1), ("other", 0)])
def test_another_counsellor_than_an_nvvk_member_or_a_municipality_is_for_article_4_13_2(
    counsellor: str, accepted: int
) -> None:
    after = stabilised("2026-03-02", counsellor=counsellor).until("2026-03-02")

    assert len(after.all(RegimeImposed)) == accepted
    assert [(r.code, r.norms) for r in after.refusals] == [("other_counsellor", ("VEERE-4.13.1-e",))][accepted:]
    assert all("4.13.2" in r.text for r in after.refusals)


def test_a_debt_that_starts_during_the_phase_stands_still_too_and_resumes_on_the_same_day() -> None:
    running = stabilised("2026-03-02").assessed(debt="HB-2026-0002", dated="2026-06-01", due="2026-07-15")
    after = running.until("2026-10-29")

    assert [e.on for e in after.all(RegimeImposed, "HB-2026-0002")] == [day("2026-06-01")]
    assert after.days(ReminderIssued, "HB-2026-0002") == [day("2026-10-29")]


def test_a_debt_that_starts_on_the_day_after_the_last_day_does_not_learn_of_the_phase() -> None:
    running = stabilised("2026-03-02").assessed(debt="HB-2026-0002", dated="2026-10-29", due="2026-12-15")

    assert running.until("2026-12-16").all(RegimeImposed, "HB-2026-0002") == []


def test_the_phase_can_end_early_and_each_debt_goes_on_at_once() -> None:
    after = stabilised("2026-03-02").on("2026-07-01").says("register_stabilisation_end", why="de hulp is gestopt")

    assert after.until("2026-07-02").days(ReminderIssued, DEBT) == [day("2026-07-01")]


def test_a_second_notice_and_one_of_which_the_240_days_are_gone_are_refused() -> None:
    twice = stabilised("2026-03-02").on("2026-04-01")
    twice.says("register_stabilisation", received_on="2026-04-01", counsellor="nvvk_member")
    gone = life().on("2026-12-01").says("register_stabilisation", received_on="2026-03-02", counsellor="nvvk_member")

    assert twice.until("2026-04-01").refusal.code == "restructuring_runs"
    assert gone.until("2026-12-01").refusal.code == "date_out_of_range"
