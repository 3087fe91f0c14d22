"""A debt-settlement agreement: who gets deferral, for which debts, how it is withdrawn, and what is remitted."""

from typing import Any

import pytest

from domain.debt.barriers import forbidding
from domain.debt.events import ActWithdrawn, DebtSettled, DeferralStopped, RegimeImposed, RegimeLifted, Remitted
from domain.debt.state import Measure
from domain.debtor.debtor import CreditSetOff, RefundCredited
from domain.procedures.arrangement.events import ArrangementGranted
from domain.procedures.attachment import AttachmentLifted, AttachmentSuspended
from domain.procedures.ladder import DemandIssued, ReminderIssued, WritServed
from domain.procedures.restructuring.events import (
    AgreementsBroken,
    ConfirmationMissing,
    DebtSettlementGranted,
    DebtSettlementRefused,
    EndReportAsked,
    SettlementAgreementIncomplete,
    SettlementAppealOver,
    SettlementCompleted,
    SettlementDecisionNear,
    SettlementExpired,
    SettlementKept,
    SettlementProgressAsked,
    SettlementReached,
    SettlementWithdrawn,
    WithdrawalAnnounced,
    WithdrawalCopied,
)
from domain.rulebooks.rulebook import Rulebook
from tests.builder import DEBT, VEERE, Life, Seen, day, euro, life, reading

JUDGED: dict[str, Any] = {
    "nvvk_code": True,
    "vtlb_calculation": True,
    "compulsory_settlement_likely": True,
    "offered_yield": "400.00",
    "statutory_yield": "400.00",
    "reason": "de voorwaarden zijn nagelopen",
}
SHOP = {"kind": "entrepreneur", "natural_person": True}
REQUEST = "regime:settlement_request"
MEASURED = (Measure.REMINDER, day("2027-06-30"))
FOR_SHOPS = {"nvvk_module_entrepreneurs": True, "viable": True}


def agrees(subject: Life, agreed_on: str, reported_on: str = "", **fields: str) -> Life:
    agreement = {"agreed_on": agreed_on, "counsellor": "nvvk_member", "counsellor_number": "SH1"} | fields
    return subject.on(reported_on or agreed_on).says("register_settlement_agreement", **agreement)


def judged(subject: Life, **answers: Any) -> Life:
    return subject.officer("judge_settlement_agreement", **(JUDGED | answers))


def deferred(agreed_on: str = "2026-03-02", under: Rulebook = VEERE, **assessment: Any) -> Life:
    return judged(agrees(life(under=under, **assessment), agreed_on))


def words(seen: Seen, kind: str) -> str:
    (act,) = seen.letters(kind)
    assert act.letter is not None
    return " ".join((*act.letter.paragraphs, act.letter.remedy or ""))


# -- the agreement and its judgement ------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.13.1-c", "VEERE-4.13.1-k")
def test_a_granted_agreement_defers_from_its_date_for_at_most_eighteen_months() -> None:
    running = judged(agrees(life(), "2026-03-02", "2026-03-16"))
    after = running.until("2027-09-02")

    granted = after.the(DebtSettlementGranted)
    assert (granted.since, granted.until) == (day("2026-03-02"), day("2027-09-02"))
    assert after.all(ReminderIssued) == []
    assert running.until("2027-09-18").days(ReminderIssued) == [day("2027-09-18")], "14 days after it has run out"
    text = words(after, "debt_settlement_granted")
    assert "van 2 maart 2026 tot uiterlijk 2 september 2027" in text
    assert "Houd u aan de afspraken" in text
    assert "trekken" in text


@pytest.mark.norm("VEERE-4.13.1-c")
def test_collection_stands_still_while_the_agreement_is_judged_and_silence_grants_nothing() -> None:
    after = agrees(life(), "2026-04-20").until("2026-12-31")

    assert after.all(ReminderIssued) == after.all(DebtSettlementGranted) == []
    assert [t["answered"] for t in after.tasks("judge_settlement_agreement")] == [None]


@pytest.mark.norm("VEERE-4.13.1-k")
def test_what_was_done_between_the_agreement_and_its_report_is_withdrawn_when_the_deferral_is_granted() -> None:
    reported = agrees(life(), "2026-05-04", "2026-05-12")
    assert reported.until("2026-05-12").debt().open.costs > 0, "while it is judged nothing is withdrawn"
    after = judged(reported).until("2026-05-13")

    assert after.debt().open == after.debt().assessed
    assert "9 mei 2026" in words(after, "withdrawal")


@pytest.mark.norm("VEERE-4.13.1-d")
def test_an_agreement_of_a_company_is_refused() -> None:
    after = agrees(life(debtor={"kind": "entrepreneur", "natural_person": False}), "2026-03-02").until("2026-03-02")

    assert (after.refusal.code, after.refusal.norms) == ("not_a_natural_person", ("VEERE-4.13.1-d",))


@pytest.mark.norm("VEERE-4.13.1-e")
def test_an_agreement_by_a_private_mediator_goes_to_article_4_13_2() -> None:
    after = agrees(life(), "2026-03-02", counsellor="other").until("2026-03-02")

    assert (after.refusal.code, after.refusal.norms) == ("other_counsellor", ("VEERE-4.13.1-e",))
    assert "4.13.2" in after.refusal.text


@pytest.mark.norm("VEERE-4.13.1-f")
@pytest.mark.parametrize(
    ("lacks", "word"), [({"vtlb_calculation": False}, "VTLB"), ({"nvvk_code": False}, "Gedragscode")]
)
def test_without_the_code_or_the_vtlb_calculation_the_counsellor_is_asked_and_the_officer_judges_again(
    lacks: dict[str, bool], word: str
) -> None:
    running = judged(agrees(life(), "2026-03-02"), **lacks)
    after = running.until("2026-03-02")

    asked = after.the(SettlementAgreementIncomplete)
    assert (asked.addressee, asked.norms) == ("SH1", ("VEERE-4.13.1-f",))
    assert word in words(after, "settlement_documents_asked")
    assert after.all(DebtSettlementGranted) == after.all(DebtSettlementRefused) == []
    assert after.tasks("judge_settlement_agreement")[-1]["answered"] is None
    assert word in after.tasks("judge_settlement_agreement")[-1]["question"]
    assert judged(running.on("2026-03-20")).until("2026-03-20").the(DebtSettlementGranted)


@pytest.mark.norm("VEERE-4.13.1-g")
def test_an_entrepreneur_needs_an_agreement_under_the_module_for_entrepreneurs() -> None:
    ordinary = judged(agrees(life(debtor=SHOP), "2026-03-02"), viable=True, nvvk_module_entrepreneurs=False)
    after = ordinary.until("2026-03-02")

    assert after.the(SettlementAgreementIncomplete).norms == ("VEERE-4.13.1-g",)
    assert "module" in after.tasks("judge_settlement_agreement")[-1]["question"]
    unanswered = judged(agrees(life(debtor=SHOP), "2026-03-02")).until("2026-03-02")
    assert (unanswered.refusal.code, unanswered.refusal.norms[0]) == ("answer_required", "VEERE-4.13.1-g")
    assert judged(agrees(life(debtor=SHOP), "2026-03-02"), **FOR_SHOPS).until("2026-03-02").the(DebtSettlementGranted)


@pytest.mark.norm("VEERE-4.13.1-h")
def test_a_business_that_will_not_be_viable_gets_no_deferral() -> None:
    after = judged(agrees(life(debtor=SHOP), "2026-03-02"), **(FOR_SHOPS | {"viable": False})).until("2026-03-02")

    assert after.the(DebtSettlementRefused).norms[0] == "VEERE-4.13.1-h"
    assert "niet levensvatbaar" in words(after, "debt_settlement_refused")


@pytest.mark.norm("VEERE-4.13.1-i")
def test_without_a_likely_compulsory_settlement_there_is_no_deferral() -> None:
    after = judged(agrees(life(), "2026-03-02"), compulsory_settlement_likely=False).until("2026-03-02")

    assert after.the(DebtSettlementRefused).norms[0] == "VEERE-4.13.1-i"


@pytest.mark.norm("VEERE-4.13.1-j")
@pytest.mark.parametrize(("offered", "granted"), [("400.00", 1), ("399.99", 0), ("350.00", 0)])
def test_the_yield_must_reach_that_of_a_statutory_restructuring(offered: str, granted: int) -> None:
    after = judged(agrees(life(), "2026-03-02"), offered_yield=offered).until("2026-03-02")

    assert len(after.all(DebtSettlementGranted)) == granted
    assert [e.norms[0] for e in after.all(DebtSettlementRefused)] == ["VEERE-4.13.1-j"][granted:]


def test_only_the_collection_officer_judges_and_never_the_engine() -> None:
    after = agrees(life(), "2026-03-02").says("judge_settlement_agreement", by="x", role="engine", **JUDGED)

    assert after.until("2026-03-02").refusal.code == "role_not_allowed"


def test_a_refusal_tells_the_reason_and_the_appeal_and_collection_waits_fourteen_days() -> None:
    running = judged(agrees(life(), "2026-06-15"), compulsory_settlement_likely=False, reason="geen meerderheid")
    after = running.until("2026-06-29")

    text = words(after, "debt_settlement_refused")
    assert "geen meerderheid" in text
    assert "college van burgemeester en wethouders" in text
    assert "lever die in bij de invorderingsambtenaar" in text
    assert "10 dagen" in text
    assert "25 juni 2026" in text
    stopped = after.the(DeferralStopped)
    assert (stopped.why, stopped.request, stopped.appealable) == ("refused", "regime:settlement_request", True)
    assert after.forbids(Measure.REMINDER) is not None
    assert running.until("2026-06-30").forbids(Measure.REMINDER) is None


# -- which debts --------------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.13.1-m")
def test_debts_until_the_date_of_the_agreement_are_deferred_and_a_later_one_is_collected() -> None:
    running = life(debt="A-1", dated="2026-02-27").assessed(debt="B-1", dated="2026-03-02", due="2026-04-30")
    running = judged(agrees(running, "2026-03-02", "2026-03-16"))
    after = running.assessed(debt="C-1", dated="2026-04-01", due="2026-05-15").until("2026-08-01")

    assert after.all(ReminderIssued, "A-1") == after.all(ReminderIssued, "B-1") == []
    assert after.days(ReminderIssued, "C-1") == [day("2026-05-16")]
    assert [k for k in after.debt("C-1").procedures if k.startswith("regime")] == []


@pytest.mark.norm("VEERE-4.13.1-q")
def test_the_agreement_bars_no_request_about_a_later_debt_and_its_remission_does_not_reach_it() -> None:
    running = deferred()
    running.assessed(debt="C-1", dated="2027-02-26", due="2027-04-30")
    running.on("2027-03-01").says("request_arrangement", debt="C-1", received_on="2027-03-01", channel="email")
    granted = {"structural": False, "circumstances": "krap", "months": 2, "reason": "te overzien"}
    running.officer("grant_arrangement", debt="C-1", **granted)
    running.on("2027-09-02").officer("report_settlement_end", ended_on="2027-09-02", agreements_kept=True)
    after = running.until("2027-09-02")

    assert after.refusals == []
    assert after.days(ArrangementGranted, "C-1") == [day("2027-03-01")]
    assert after.all(Remitted, "C-1") == [], "remission of a later debt is for the usual policy, not for this article"
    assert after.the(Remitted).amount == euro("600.00")


@pytest.mark.norm("VEERE-4.13.1-m")
def test_what_counts_is_the_day_on_which_the_tax_arose_also_for_an_assessment_that_comes_later() -> None:
    running = deferred().assessed(debt="D-1", dated="2026-06-01", due="2026-07-15", arose_on="2026-03-02")
    running.assessed(debt="E-1", dated="2026-06-01", due="2026-07-15", arose_on="2026-03-03")
    after = running.until("2026-08-01")

    assert after.days(RegimeImposed, "D-1") == [day("2026-06-01")]
    assert after.all(ReminderIssued, "D-1") == []
    assert after.days(ReminderIssued, "E-1") == [day("2026-07-16")]


@pytest.mark.norm("VEERE-4.13.1-b")
def test_the_deferral_takes_the_place_of_the_stabilisation_and_later_debts_go_on() -> None:
    phase = life().on("2026-03-02").says("register_stabilisation", received_on="2026-03-02", counsellor="nvvk_member")
    phase.assessed(debt="C-1", dated="2026-05-01", due="2026-06-15")
    after = judged(agrees(phase, "2026-04-15", "2026-07-01")).until("2026-07-01")

    assert sorted(after.debt().procedures) == ["ladder", "regime:debt_settlement"]
    assert sorted(after.debt("C-1").procedures) == ["ladder"]
    assert after.days(ReminderIssued, "C-1") == [day("2026-07-01")]
    assert [r.regime for r in after.debtor.facts.regimes] == ["debt_settlement"]


# -- 120 and 240 days, creditors ----------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.13.1-l", "VEERE-4.13.1-r")
def test_the_counsellor_is_asked_after_120_days_and_the_officer_after_240() -> None:
    after = deferred().until("2026-10-29")

    asked = after.the(SettlementProgressAsked)
    assert (asked.on, asked.addressee) == (day("2026-07-01"), "SH1")
    assert "28 oktober 2026" in words(after, "settlement_progress_asked")
    assert after.the(ConfirmationMissing).on == day("2026-10-29")
    assert [t["on"] for t in after.tasks("announce_withdrawal")] == ["2026-10-29"]
    assert after.all(RegimeLifted, DEBT)[1:] == [], "only an official withdraws"


@pytest.mark.norm("VEERE-4.13.1-r")
def test_a_report_on_day_240_is_in_time_and_without_one_withdrawal_is_possible_from_the_next_day() -> None:
    confirmed = deferred().on("2026-10-28").officer("report_settlement_reached", reported_on="2026-10-28")
    no_ground = confirmed.on("2026-11-02").officer("announce_withdrawal", ground="no_confirmation", reason="te laat")
    assert no_ground.until("2026-11-02").refusal.code == "confirmed"
    assert no_ground.until("2026-11-02").all(ConfirmationMissing) == []

    early = deferred().on("2026-10-28").officer("announce_withdrawal", ground="no_confirmation", reason="geen bericht")
    refusal = early.until("2026-10-28").refusal
    assert (refusal.code, refusal.until) == ("term_runs", day("2026-10-28"))
    in_time = (
        deferred().on("2026-10-29").officer("announce_withdrawal", ground="no_confirmation", reason="geen bericht")
    )
    assert in_time.until("2026-10-29").the(WithdrawalAnnounced).norms[0] == "VEERE-4.13.1-r"


@pytest.mark.norm("VEERE-4.13.1-o")
def test_attachments_sleep_until_the_creditors_agreed_and_lapse_then() -> None:
    running = life().is_executable().on("2026-06-15").orders_attachment()
    running.says("report_attachment", order=1, attached_on="2026-06-15", proof="pv 1")
    running = judged(agrees(running, "2026-06-22"))
    asleep = running.until("2026-09-01")
    running.on("2026-09-01").officer("report_settlement_reached", reported_on="2026-09-01")
    after = running.until("2026-09-01")

    assert asleep.days(AttachmentSuspended) == [day("2026-06-22")]
    assert asleep.all(AttachmentLifted) == []
    assert after.the(SettlementReached).on == after.the(AttachmentLifted).on == day("2026-09-01")
    lifted = after.the(AttachmentLifted).letter
    assert lifted is not None
    assert lifted.recipient == "bailiff"
    assert "doorhalen in de registers" in " ".join(lifted.paragraphs)
    assert after.debt().procedures["regime:debt_settlement"].until == day("2027-12-22")


# -- withdrawal ---------------------------------------------------------------------------------------------------


def announced(on: str = "2026-11-02", ground: str = "no_confirmation", reason: str = "geen bericht") -> Life:
    return deferred().on(on).officer("announce_withdrawal", ground=ground, reason=reason)


@pytest.mark.norm("VEERE-4.13.1-u")
def test_the_counsellor_and_the_debtor_are_told_and_the_debtor_has_fourteen_days() -> None:
    after = announced().on("2026-11-16").officer("withdraw_settlement", reason="niets gehoord").until("2026-11-16")

    told = [
        (a.letter.recipient.value, a.addressee) for a in after.letters("settlement_withdrawal_announced") if a.letter
    ]
    assert told == [("counsellor", "SH1"), ("debtor", "")]
    assert after.the(WithdrawalCopied).on == after.the(WithdrawalAnnounced).on == day("2026-11-02")
    assert (after.refusal.code, after.refusal.until) == ("term_runs", day("2026-11-16"))


@pytest.mark.norm("VEERE-4.13.1-u")
def test_after_the_fourteen_days_the_officer_withdraws_and_then_collection_waits_another_fourteen() -> None:
    running = announced().on("2026-11-17").officer("withdraw_settlement", reason="niets gehoord")
    after = running.until("2026-12-01")

    assert after.the(SettlementWithdrawn).on == day("2026-11-17")
    assert [t["on"] for t in after.tasks("withdraw_settlement")] == ["2026-11-17"]
    text = words(after, "debt_settlement_withdrawn")
    assert "niets gehoord" in text
    assert "27 november 2026" in text
    assert "1 december 2026" in text
    stopped = after.the(DeferralStopped)
    assert (stopped.why, stopped.decided_on, stopped.appealable) == ("withdrawn", day("2026-11-17"), True)
    assert after.all(ReminderIssued) == []
    assert running.until("2026-12-02").days(ReminderIssued) == [day("2026-12-02")]


@pytest.mark.norm("VEERE-4.13.1-u")
def test_without_a_notice_nothing_is_withdrawn_and_after_a_cure_a_new_notice_is_needed() -> None:
    at_once = deferred().on("2026-11-02").officer("withdraw_settlement", reason="nu").until("2026-11-02")
    assert (at_once.refusal.code, at_once.refusal.norms) == ("no_notice", ("VEERE-4.13.1-u",))

    cured = announced().on("2026-11-10").officer("keep_settlement", reason="alsnog gemeld")
    after = cured.on("2026-11-20").officer("withdraw_settlement", reason="toch").until("2026-11-20")
    assert after.the(SettlementKept)
    assert after.refusal.code == "no_notice"
    assert after.forbids(Measure.REMINDER) is not None


@pytest.mark.norm("VEERE-4.13.1-s")
def test_who_harms_creditors_can_lose_the_deferral_after_notice() -> None:
    after = announced("2026-08-03", "harms_creditors", "spaargeld verzwegen").until("2026-08-03")

    assert after.the(WithdrawalAnnounced).norms[0] == "VEERE-4.13.1-s"
    assert after.the(WithdrawalAnnounced).until == day("2026-08-17")
    assert after.all(SettlementWithdrawn) == []
    (counsellor, _) = after.letters("settlement_withdrawal_announced")
    assert counsellor.letter is not None
    assert "spaargeld verzwegen" in " ".join(counsellor.letter.paragraphs)


@pytest.mark.norm("VEERE-4.13.1-t")
@pytest.mark.parametrize("reason", ["", "   "])
def test_another_good_reason_must_be_written_down(reason: str) -> None:
    refusal = announced("2026-08-03", "other_good_reason", reason).until("2026-08-03").refusal

    assert (refusal.code, refusal.norms) == ("reason_required", ("VEERE-4.13.1-t",))
    assert announced("2026-08-03", "other_good_reason", "verhuisd").until("2026-08-03").the(WithdrawalAnnounced)


def test_when_the_college_grants_the_appeal_the_debts_stand_still_and_the_officer_judges_anew() -> None:
    running = announced().on("2026-11-17").officer("withdraw_settlement", reason="niets gehoord")
    request = {"request": "regime:settlement_request"}
    running.on("2026-11-20").says("appeal_to_college", received_on="2026-11-20", **request)
    running.on("2027-01-11")
    running.says("decide_appeal", by="college", role="college", decision="granted", reason="te streng", **request)
    after = running.until("2027-03-01")

    assert after.all(ReminderIssued) == []
    assert after.tasks("judge_settlement_agreement")[-1]["on"] == "2027-01-11"
    granted = judged(running.on("2027-03-01")).until("2027-09-18")
    assert granted.days(DebtSettlementGranted)[-1] == day("2027-03-01")
    assert granted.days(ReminderIssued) == [day("2027-09-18")]


def withdrawn_from_two(on: str = "2026-11-17") -> Life:
    """Two debts, one decision: the deferral is withdrawn on 2026-11-17, collection waits until 2026-12-01."""
    running = life().assessed(debt="B-1", dated="2026-02-28", due="2026-04-30")
    running = judged(agrees(running, "2026-03-02")).on("2026-11-02")
    running.officer("announce_withdrawal", ground="no_confirmation", reason="geen bericht")
    return running.on(on).officer("withdraw_settlement", reason="niets gehoord")


def appealed(running: Life, on: str = "2026-11-20", received_on: str = "", debt: str = DEBT) -> Life:
    given = {"debt": debt, "request": REQUEST, "received_on": received_on or on}
    return running.on(on).says("appeal_to_college", **given)


def college(running: Life, on: str, decision: str) -> Life:
    decided = {"by": "college", "role": "college", "decision": decision, "reason": "gewogen"}
    return running.on(on).says("decide_appeal", request=REQUEST, **decided)


@pytest.mark.norm("VEERE-4.13.1-u", "VEERE-4.10.4-b", "VEERE-4.10.5-a")
def test_one_appeal_against_the_decision_holds_all_its_debts_also_one_that_comes_to_light_later() -> None:
    running = appealed(withdrawn_from_two())
    running.on("2026-12-10").assessed(debt="C-1", dated="2026-12-10", due="2026-12-31", arose_on="2026-03-01")
    after = running.until("2027-06-30")

    assert after.all(ReminderIssued) == []
    barriers = {b.norms for debt in (DEBT, "B-1", "C-1") if (b := forbidding(after.debt(debt), VEERE, *MEASURED))}
    assert barriers == {("VEERE-4.10.4-b",)}
    assert len(after.tasks("decide_appeal")) == 1, "one appeal, one decision of the College"
    again = appealed(running, "2026-12-01", "2026-11-21", "B-1").until("2026-12-01")
    assert again.refusal.code == "appeal_open"


@pytest.mark.norm("VEERE-4.13.1-u", "VEERE-4.10.4-a", "VEERE-4.10.4-b")
def test_a_rejected_appeal_starts_the_fourteen_days_for_all_debts_of_the_decision() -> None:
    running = college(appealed(withdrawn_from_two()), "2027-01-11", "rejected")

    assert running.until("2027-01-25").all(ReminderIssued) == []
    after = running.until("2027-01-26")
    assert [after.days(ReminderIssued, debt) for debt in (DEBT, "B-1")] == [[day("2027-01-26")]] * 2
    assert [r.regime for r in after.debtor.facts.regimes] == []
    assert [e.why for e in after.all(DeferralStopped, "B-1")] == ["withdrawn", "appeal_rejected"]


@pytest.mark.norm("VEERE-4.13.1-u", "VEERE-4.10.5-a")
def test_a_granted_appeal_lets_all_debts_of_the_decision_stand_still_until_the_officer_judged_anew() -> None:
    running = college(appealed(withdrawn_from_two()), "2027-01-11", "granted")
    after = running.until("2027-06-30")

    assert after.all(ReminderIssued) == []
    held = [sorted(k for k in after.debt(debt).procedures if k.startswith("regime")) for debt in (DEBT, "B-1")]
    assert held == [[REQUEST]] * 2


@pytest.mark.norm("VEERE-4.10.4-b")
def test_an_appeal_that_is_registered_late_undoes_what_was_done_on_the_other_debts_meanwhile() -> None:
    after = appealed(withdrawn_from_two(), "2026-12-15", "2026-11-20").until("2027-01-10")

    assert after.days(DemandIssued, "B-1") == [day("2026-12-10")]
    assert after.debt("B-1").open == after.debt("B-1").assessed
    assert {e.act for e in after.all(ActWithdrawn, "B-1")} >= {DemandIssued.type}


@pytest.mark.norm("VEERE-4.10.5-b")
def test_an_appeal_that_is_too_late_holds_no_debt_but_its_rejection_gives_all_of_them_fourteen_days() -> None:
    late = appealed(withdrawn_from_two(), "2026-12-01")
    assert [late.until("2026-12-02").days(ReminderIssued, debt) for debt in (DEBT, "B-1")] == [[day("2026-12-02")]] * 2

    rejected = college(late, "2026-12-05", "rejected")
    assert rejected.until("2026-12-19").all(DemandIssued) == []
    assert rejected.until("2026-12-20").days(DemandIssued) == [day("2026-12-20")] * 2


def test_a_new_agreement_while_the_college_decides_holds_the_debts_in_its_place() -> None:
    running = agrees(appealed(withdrawn_from_two()), "2026-12-10")
    after = running.until("2027-06-30")

    assert [r.regime for r in after.debtor.facts.regimes] == ["settlement_request"]
    assert [k for k in after.debt("B-1").procedures if k.startswith("regime")] == [REQUEST]
    rejected = college(running, "2027-01-11", "rejected").until("2027-06-30")
    assert rejected.all(ReminderIssued) == [], "the new agreement is still to be judged"


def test_an_appeal_goes_with_its_debt_and_the_others_resume_after_fourteen_days() -> None:
    running = appealed(withdrawn_from_two()).on("2026-12-10").pays("600.00", debt=DEBT)

    over = running.until("2027-02-28").the(SettlementAppealOver)
    assert over.on == day("2027-01-02"), "the day after the College had to decide"
    assert running.until("2027-02-28").days(ReminderIssued, "B-1") == [day("2027-01-17")]


# -- deadlines ----------------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.9.1-b", "VEERE-4.13.1-c")
def test_the_judgement_has_a_last_day_and_the_officer_is_warned_a_week_before() -> None:
    running = agrees(life(), "2026-03-02")
    after = running.until("2026-12-31")

    assert after.debtor.questions["judge_settlement_agreement"].deadline == day("2026-04-27")
    near = after.the(SettlementDecisionNear)
    assert (near.on, near.decide_by) == (day("2026-04-21"), day("2026-04-27"))
    assert running.until("2026-04-20").all(SettlementDecisionNear) == []
    assert judged(running.on("2026-04-20")).until("2026-12-31").all(SettlementDecisionNear) == []


# -- the end ------------------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.13.1-v", "VEERE-4.13.1-w", "VEERE-4.13.1-n")
def test_who_kept_the_agreements_is_remitted_the_rest_whatever_the_kind_of_tax() -> None:
    running = life(debt="A-1", amount="1500.00").assessed(
        debt="B-1", amount="500.00", dated="2026-03-01", due="2026-04-30", tax="dog_tax"
    )
    running = judged(agrees(running, "2026-03-02"))
    running.on("2027-09-02").officer(
        "report_settlement_end", ended_on="2027-09-02", agreements_kept=True, share="180.00"
    )
    after = running.until("2027-12-31")

    assert after.the(SettlementCompleted).remitted == euro("1820.00")
    assert {s: after.the(Remitted, s).amount for s in ("A-1", "B-1")} == {"A-1": euro("1320.00"), "B-1": euro("500.00")}
    assert after.the(DebtSettled, "B-1").text == "De schuld is gesloten: er wordt niets meer gevorderd."
    assert after.balances()["expense:remission"] == euro("1820.00")
    assert after.balances()["bank:bank"] == euro("180.00")
    assert after.balances()["clearing"] == 0
    assert after.debt("A-1").closed_on == after.debt("B-1").closed_on == day("2027-09-02")
    assert "debt_settlement" not in after.debtor.procedures
    assert "€ 1.820,00" in words(after, "debt_settlement_completed")


@pytest.mark.norm("VEERE-4.13.1-w")
def test_who_broke_the_agreements_is_remitted_nothing_and_the_officer_decides() -> None:
    running = deferred().on("2027-08-02").officer("report_settlement_end", ended_on="2027-08-01", agreements_kept=False)
    after = running.until("2027-08-31")

    assert after.the(AgreementsBroken)
    assert after.all(Remitted) == after.all(ReminderIssued) == []
    assert after.tasks("announce_withdrawal")[-1]["answered"] is None


@pytest.mark.norm("VEERE-4.13.1-c")
def test_the_end_report_is_asked_four_weeks_ahead_and_one_that_comes_late_withdraws_what_was_done_since() -> None:
    running = deferred()
    running.on("2027-09-28").officer("report_settlement_end", ended_on="2027-09-01", agreements_kept=True)
    after = running.until("2027-09-28")
    assert after.days(DemandIssued) == [day("2027-09-26")]

    assert after.the(EndReportAsked).on == day("2027-08-06")
    assert after.the(SettlementExpired).on == day("2027-09-03")
    assert after.days(ReminderIssued) == [day("2027-09-18")]
    assert after.the(Remitted).amount == euro("600.00")
    assert "26 september 2027" in words(after, "withdrawal")
    assert after.debt().closed_on is not None
    assert after.balances()["receivable:costs"] == 0


@pytest.mark.norm("VEERE-4.13.1-c", "VEERE-4.10.4-a")
def test_when_the_deferral_runs_out_the_debtor_is_told_and_every_debt_waits_fourteen_days() -> None:
    running = life(debt="A-1").assessed(debt="B-1", dated="2026-03-01", due="2026-04-30")
    running = judged(agrees(running, "2026-03-02"))
    after = running.until("2027-09-17")

    assert after.the(SettlementExpired).on == day("2027-09-03")
    text = words(after, "debt_settlement_expired")
    assert "tot en met 2 september 2027" in text
    assert "geen eindverslag" in text
    assert "tot en met 17 september 2027" in text
    assert [(e.why, e.decided_on, e.appealable) for e in after.all(DeferralStopped)] == [
        ("expired", day("2027-09-03"), False)
    ] * 2
    assert after.all(ReminderIssued) == []
    assert running.until("2027-09-18").days(ReminderIssued) == [day("2027-09-18")] * 2


@pytest.mark.norm("VEERE-4.13.1-w", "VEERE-4.13.1-c")
def test_who_broke_the_agreements_is_told_so_when_the_deferral_runs_out_and_there_is_nothing_left_to_withdraw() -> None:
    running = deferred().on("2027-08-02").officer("report_settlement_end", ended_on="2027-08-01", agreements_kept=False)
    after = running.until("2027-09-18")

    assert "niet nagekomen" in after.the(SettlementExpired).text
    assert "1 augustus 2027" in words(after, "debt_settlement_expired")
    assert "geen eindverslag" not in words(after, "debt_settlement_expired")
    assert [t["answered"]["answer"] for t in after.tasks("announce_withdrawal")] == ["vervallen"] * 2
    assert after.days(ReminderIssued) == [day("2027-09-18")]


@pytest.mark.norm("VEERE-4.13.1-w")
def test_a_report_after_the_deferral_ran_out_that_the_agreements_were_broken_asks_nothing_that_cannot_be_answered() -> (
    None
):
    running = deferred().on("2026-10-01").officer("report_settlement_reached", reported_on="2026-10-01")
    running.on("2027-09-10").officer("report_settlement_end", ended_on="2027-09-01", agreements_kept=False)
    after = running.until("2027-09-30")

    assert after.the(AgreementsBroken)
    assert after.tasks("announce_withdrawal") == []
    assert after.debtor.questions == {}
    assert after.days(ReminderIssued) == [day("2027-09-18")]


# -- set-off ------------------------------------------------------------------------------------------------------


def stabilised(under: Rulebook = VEERE) -> Life:
    phase = life(under=under).on("2026-03-02")
    return phase.says("register_stabilisation", received_on="2026-03-02", counsellor="nvvk_member")


def refunded(arose_on: str, under: Rulebook = VEERE) -> Life:
    return refund(judged(agrees(stabilised(under), "2026-04-01")), arose_on)


def refund(running: Life, arose_on: str) -> Life:
    return running.on("2026-06-15").says("register_refund", amount="150.00", on="2026-06-15", arose_on=arose_on)


@pytest.mark.norm("VEERE-4.13.1-p")
def test_a_refund_on_tax_from_before_receipt_of_the_copy_is_proposed_for_set_off_and_the_officer_decides() -> None:
    proposed = refunded("2026-03-01").until("2026-06-15")
    assert [t["answered"] for t in proposed.tasks("set_off_in_settlement")] == [None]
    assert proposed.the(RefundCredited).credit == euro("150.00"), "nothing is set off by itself"

    decided = refunded("2026-03-01").officer("set_off_in_settlement", amount="150.00", arose_on="2026-03-01")
    after = decided.until("2026-06-15")
    assert after.the(CreditSetOff).set_off == euro("150.00")
    assert after.debt().open.total == euro("450.00")
    assert after.debtor.credit == 0
    assert after.balances()["clearing"] == after.balances()["payable:credit"] == 0
    assert "2 maart 2026" in words(after, "settlement_set_off")
    assert after.debtor.questions == {}, "there is nothing left to pay out"
    paid_out = refunded("2026-03-01").officer("order_pay_out", amount="150.00").until("2026-06-15")
    assert paid_out.debtor.questions == {}, "there is nothing left to set off"


@pytest.mark.norm("VEERE-4.13.1-p")
def test_set_off_is_a_consequence_of_the_deferral_and_not_of_the_stabilisation_before_it_or_the_time_after_it() -> None:
    phase = refund(stabilised(), "2026-03-01").officer("set_off_in_settlement", amount="150.00", arose_on="2026-03-01")
    reported = refund(agrees(stabilised(), "2026-04-01"), "2026-03-01")
    reported.officer("set_off_in_settlement", amount="150.00", arose_on="2026-03-01")
    refused = judged(agrees(stabilised(), "2026-04-01"), compulsory_settlement_likely=False)
    refused = refund(refused, "2026-03-01").officer("set_off_in_settlement", amount="150.00", arose_on="2026-03-01")

    for running in (phase, reported, refused):
        after = running.until("2026-06-15")
        assert (after.refusal.code, after.refusal.norms) == ("not_deferred", ("VEERE-4.13.1-p",))
        assert after.tasks("set_off_in_settlement") == after.all(CreditSetOff) == []
        assert len(after.tasks("pay_out_credit")) == 1


@pytest.mark.norm("VEERE-4.13.1-p")
def test_without_a_stabilisation_agreement_there_is_no_copy_and_no_set_off() -> None:
    after = refund(deferred(), "2026-03-01").officer("set_off_in_settlement", amount="150.00", arose_on="2026-03-01")

    assert after.until("2026-06-15").refusal.code == "arose_too_late"


@pytest.mark.norm("VEERE-4.13.1-p", "VEERE-4.13.1-m")
def test_a_refund_is_set_off_on_the_debts_of_the_settlement_only() -> None:
    running = judged(agrees(stabilised(), "2026-04-01"))
    running.assessed(debt="C-1", dated="2026-05-01", due="2026-06-30")
    running.on("2026-06-15").says("register_refund", amount="700.00", on="2026-06-15", arose_on="2026-03-01")
    running.officer("set_off_in_settlement", amount="700.00", arose_on="2026-03-01")
    after = running.officer("set_off_in_settlement", amount="600.00", arose_on="2026-03-01").until("2026-06-15")

    assert after.refusal.code == "more_than_open"
    assert [(p.debt, p.amount) for p in after.the(CreditSetOff).parts] == [(DEBT, euro("600.00"))]
    assert after.debtor.credit == euro("100.00")


@pytest.mark.norm("VEERE-4.13.1-p")
def test_a_refund_on_tax_of_the_day_of_receipt_or_later_is_paid_out() -> None:
    after = refunded("2026-03-02").officer("set_off_in_settlement", amount="150.00", arose_on="2026-03-02")
    seen = after.until("2026-06-15")

    assert seen.tasks("set_off_in_settlement") == []
    assert len(seen.tasks("pay_out_credit")) == 1
    assert (seen.refusal.code, seen.refusal.norms) == ("arose_too_late", ("VEERE-4.13.1-p",))
    inclusive = refunded("2026-03-02", reading("settlement_set_off", "up_to_and_including"))
    assert len(inclusive.until("2026-06-15").tasks("set_off_in_settlement")) == 1


def test_writs_and_costs_come_back_only_after_the_right_days() -> None:
    running = life().on("2026-05-20")
    running = judged(agrees(running, "2026-05-20"), compulsory_settlement_likely=False)

    assert running.until("2026-06-03").all(WritServed) == []
    assert running.until("2026-06-04").days(WritServed) == [day("2026-06-04")]
