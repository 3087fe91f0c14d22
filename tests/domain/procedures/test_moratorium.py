"""The moratorium: six months of pause for all debts, attachments that sleep, and no set-off."""

import pytest

from domain.debt.events import DeferralStopped, RegimeImposed
from domain.debt.outlook import details, document
from domain.debtor.debtor import RefundCredited
from domain.procedures.attachment import AttachmentLifted, AttachmentMade, AttachmentResumed, AttachmentSuspended
from domain.procedures.ladder import DemandIssued, ReminderIssued
from domain.procedures.moratorium import MoratoriumOver, MoratoriumRegistered
from domain.rulebooks import load
from tests.builder import Life, day, euro, life


def paused(received_on: str = "2026-04-01", known_on: str = "", subject: Life | None = None) -> Life:
    running = (subject or life()).on(known_on or received_on)
    return running.says("register_moratorium", received_on=received_on)


@pytest.mark.norm("VEERE-4.19-a")
def test_all_debts_pause_for_six_months_from_receipt_and_resume_the_day_after() -> None:
    running = life(debt="A-1").assessed(debt="B-1", dated="2026-03-15", due="2026-05-31")
    running = paused(subject=running).assessed(debt="C-1", dated="2026-07-01", due="2026-08-31")
    after = running.until("2026-10-02")

    assert after.the(MoratoriumRegistered).until == day("2026-10-01")
    assert {e.until for e in after.all(RegimeImposed)} == {day("2026-10-01")}
    assert len(after.all(RegimeImposed)) == 3
    assert set(after.days(ReminderIssued)) == {day("2026-10-02")}
    assert after.days(MoratoriumOver) == [day("2026-10-02")]
    assert after.all(DeferralStopped) == [], "no 14 days: nothing was decided"
    assert running.until("2026-10-01").all(ReminderIssued) == []


@pytest.mark.norm("VEERE-4.19-a")
def test_a_running_ladder_resumes_at_its_stage_also_when_the_moratorium_ends_early() -> None:
    running = paused("2026-05-15")
    running.on("2026-08-01").says("register_moratorium_end", ended_on="2026-08-01", why="de rechtbank wees het af")
    after = running.until("2026-08-02")

    assert after.days(DemandIssued) == [day("2026-05-09")]
    assert [e.on for e in after.letters("writ")] == [day("2026-08-01")]
    assert "moratorium" not in after.debtor.procedures


@pytest.mark.norm("VEERE-4.19-a")
def test_what_a_paused_debt_waits_for_lasts_as_long_as_the_pause() -> None:
    after = paused().until("2026-06-16")
    shown = document(after.debt(), load("veere-2026"), day("2026-06-16"))

    assert shown["waits_for"] == {"term": "ladder.due", "until": "2026-10-01", "norms": ["VEERE-2.1-a"]}
    assert "t/m 30-04-2026; staat stil t/m 01-10-2026" in details(after.debt(), load("veere-2026"), day("2026-06-16"))


@pytest.mark.norm("VEERE-4.19-b")
def test_an_attachment_stays_and_sleeps_and_its_sale_is_put_off() -> None:
    running = life().is_executable().on("2026-06-12").orders_attachment()
    running.says("report_attachment", order=1, attached_on="2026-06-12", proof="pv 1")
    running.on("2026-06-15").officer("set_sale_date", order=1, sale_on="2026-08-20")
    after = paused("2026-07-01", subject=running).until("2027-01-02")

    assert after.the(AttachmentSuspended).sale_on == day("2026-08-20")
    assert after.all(AttachmentLifted) == []
    assert after.the(AttachmentResumed).on == day("2027-01-02")
    attachment = after.debt().procedures["attachment:1"]
    assert (attachment.made_on, attachment.sale_on) == (day("2026-06-12"), None)
    assert [t["on"] for t in after.tasks("set_sale_date")] == ["2027-01-02"]


@pytest.mark.norm("VEERE-4.19-b")
def test_an_attachment_reported_from_within_the_pause_counts_for_nothing_and_is_put_to_the_officer() -> None:
    running = life().is_executable().on("2026-06-12").orders_attachment()
    running = paused("2026-07-01", subject=running).on("2026-07-03")
    after = running.says("report_attachment", order=1, attached_on="2026-07-02", proof="pv 1").until("2026-07-03")

    assert after.all(AttachmentMade) == []
    (asked,) = after.tasks("bailiff_report")
    assert "tot en met 1 januari 2027" in asked["question"]


@pytest.mark.norm("VEERE-4.19-b")
def test_two_regimes_at_once_suspend_once_and_the_last_one_wakes_the_attachment() -> None:
    running = life().is_executable().on("2026-06-12").orders_attachment()
    running = paused("2026-07-01", subject=running).on("2026-08-03")
    running.says("register_stabilisation", received_on="2026-08-03", counsellor="municipality")
    after = running.until("2027-04-01")

    assert after.days(AttachmentSuspended) == [day("2026-07-01")]
    assert after.days(AttachmentResumed) == [day("2027-04-01")]


@pytest.mark.norm("VEERE-4.19-c")
def test_a_refund_is_paid_out_and_not_set_off_not_even_by_order() -> None:
    running = life().on("2026-02-28")
    running.says("register_stabilisation", received_on="2026-02-28", counsellor="municipality").on("2026-03-02")
    agreement = {"agreed_on": "2026-03-02", "counsellor": "municipality", "counsellor_number": "SH1"}
    running.says("register_settlement_agreement", **agreement)
    conditions = {"nvvk_code": True, "vtlb_calculation": True, "compulsory_settlement_likely": True}
    running.officer(
        "judge_settlement_agreement", offered_yield="1.00", statutory_yield="1.00", reason="nagelopen", **conditions
    )
    running = paused(subject=running).on("2026-06-15")
    running.says("register_refund", amount="90.00", on="2026-06-15", arose_on="2026-01-01")
    running.officer("set_off_in_settlement", amount="90.00", arose_on="2026-01-01")
    after = running.officer("order_pay_out", amount="90.00").until("2026-06-15")

    assert (after.the(RefundCredited).credit, after.the(RefundCredited).parts) == (euro("90.00"), ())
    assert (after.refusal.code, after.refusal.norms) == ("moratorium_runs", ("VEERE-4.19-c",))
    assert after.tasks("set_off_in_settlement") == []
    assert after.balances()["bank:pay_out"] == euro("-90.00")
    assert after.debt().open.total == euro("600.00")


@pytest.mark.norm("VEERE-4.19-a")
def test_the_moratorium_is_for_natural_persons_runs_once_at_a_time_and_counts_from_receipt() -> None:
    company = paused(subject=life(debtor={"kind": "entrepreneur", "natural_person": False})).until("2026-04-01")
    assert (company.refusal.code, company.refusal.norms) == ("not_a_natural_person", ("VEERE-4.19-a",))
    twice = paused("2026-05-01", subject=paused()).until("2026-05-01")
    assert twice.refusal.code == "moratorium_runs"
    late = paused("2026-05-05", "2026-05-12").until("2026-11-06")
    assert late.days(DemandIssued) == [day("2026-05-09"), day("2026-11-06")]
    assert late.debt().open.costs == late.all(DemandIssued)[-1].costs
    gone = paused("2026-04-01", "2026-10-02").until("2026-10-02")
    assert gone.refusal.code == "date_out_of_range"


def test_an_end_outside_the_pause_is_refused() -> None:
    none = life().on("2026-04-01").says("register_moratorium_end", ended_on="2026-04-01", why="x")
    early = paused().says("register_moratorium_end", ended_on="2026-03-31", why="x")

    assert none.until("2026-04-01").refusal.code == "no_moratorium"
    assert early.until("2026-04-01").refusal.code == "date_out_of_range"
