"""The statutory restructuring (WSNP): which debts stand still, which go on, and what the court's outcome brings."""

import pytest

from domain.debt.events import DebtSettled, DeferralStopped, WrittenOff
from domain.debt.state import Measure
from domain.procedures.arrangement.events import ArrangementEnded, ArrangementGranted
from domain.procedures.ladder import DemandIssued, ReminderIssued
from domain.procedures.statutory_restructuring import WsnpOutcomeAwaited
from tests.builder import DEBT, Life, day, euro, life

GRANTED = {"structural": False, "circumstances": "tijdelijk minder inkomen"}


def admitted(subject: Life | None = None, admitted_on: str = "2026-03-02", known_on: str = "") -> Life:
    return (subject or life()).on(known_on or admitted_on).says("register_wsnp", admitted_on=admitted_on)


def ended(clean_slate: bool, on: str = "2027-09-02") -> Life:
    return admitted().on(on).officer("register_wsnp_end", ended_on=on, clean_slate=clean_slate)


def arranged(subject: Life, on: str, debt: str = DEBT, months: int = 3) -> Life:
    subject.on(on).says("request_arrangement", debt=debt, received_on=on, channel="email")
    return subject.officer("grant_arrangement", debt=debt, months=months, **GRANTED)


@pytest.mark.norm("VEERE-4.10.3-d")
def test_admission_ends_a_running_arrangement_without_default_and_no_measure_follows() -> None:
    after = admitted(arranged(life(), "2026-04-15"), "2026-06-15").until("2027-06-15")

    over = after.the(ArrangementEnded)
    assert (over.on, over.ground, over.letter) == (day("2026-06-15"), "restructuring", None)
    assert "VEERE-4.10.3-d" in over.norms
    assert after.all(DeferralStopped) == after.all(DemandIssued) == []
    assert after.forbids(Measure.WRIT) is not None


@pytest.mark.norm("VEERE-4.10.2-b")
def test_an_arrangement_for_a_debt_inside_it_is_refused() -> None:
    after = arranged(admitted(), "2026-04-01").until("2026-04-01")

    assert (after.refusal.code, after.refusal.norms) == ("outside_arrangement", ("VEERE-4.10.2-b",))


@pytest.mark.norm("VEERE-4.10.2-a")
def test_for_a_later_debt_the_normal_procedures_for_deferral_hold() -> None:
    running = admitted().assessed(debt="C-1", dated="2026-06-01", due="2026-07-31", arose_on="2026-03-03")
    after = arranged(running, "2026-07-01", "C-1", months=2).until("2026-07-01")

    assert after.days(ArrangementGranted, "C-1") == [day("2026-07-01")]
    assert after.refusals == []


@pytest.mark.norm("VEERE-4.14-e")
def test_what_arose_until_the_ruling_stands_still_and_what_arose_later_is_collected() -> None:
    running = admitted()
    running.assessed(debt="B-1", dated="2026-06-01", due="2026-09-30", arose_on="2026-03-02")
    after = running.assessed(debt="C-1", dated="2026-06-01", due="2026-09-30").until("2026-10-01")

    assert after.all(ReminderIssued, DEBT) == after.all(ReminderIssued, "B-1") == []
    assert after.days(ReminderIssued, "C-1") == [day("2026-10-01")]


def test_a_ruling_that_is_known_late_withdraws_what_was_done_since() -> None:
    after = admitted(admitted_on="2026-05-09", known_on="2026-05-20").until("2026-05-20")

    assert after.days(DemandIssued) == [day("2026-05-09")]
    assert after.debt().open == after.debt().assessed


@pytest.mark.norm("VEERE-4.14-a")
def test_the_outcome_is_asked_for_after_eighteen_months() -> None:
    running = admitted()
    assert running.until("2027-09-02").all(WsnpOutcomeAwaited) == []
    assert running.until("2027-09-03").days(WsnpOutcomeAwaited) == [day("2027-09-03")]
    assert [t["answered"] for t in running.until("2029-01-01").tasks("register_wsnp_end")] == [None]
    assert running.until("2029-01-01").all(ReminderIssued) == [], "silence resumes nothing"


@pytest.mark.norm("VEERE-4.14-a")
def test_an_extension_moves_the_question_but_not_beyond_five_years() -> None:
    asked = admitted().on("2027-09-10").officer("extend_wsnp", until="2031-03-02")
    assert [t["answered"] is None for t in asked.until("2031-03-02").tasks("register_wsnp_end")] == [False]
    assert asked.until("2031-03-03").days(WsnpOutcomeAwaited) == [day("2027-09-03"), day("2031-03-03")]

    longer = admitted().on("2027-08-02").officer("extend_wsnp", until="2031-03-03").until("2027-08-02")
    assert (longer.refusal.code, longer.refusal.until) == ("date_out_of_range", day("2031-03-02"))
    over = ended(clean_slate=False).officer("extend_wsnp", until="2028-03-02").until("2027-09-02")
    assert over.refusal.code == "date_out_of_range"


@pytest.mark.norm("VEERE-4.14-b")
def test_a_clean_slate_closes_the_debts_for_good() -> None:
    after = ended(clean_slate=True).until("2028-12-31")

    assert after.the(WrittenOff).amount == euro("600.00")
    assert after.the(DebtSettled).on == day("2027-09-02")
    assert after.debtor.procedures == {}
    assert after.debtor.facts.regimes == ()


@pytest.mark.norm("VEERE-4.14-c")
def test_without_a_clean_slate_collection_resumes_only_when_the_officer_says_so() -> None:
    without = ended(clean_slate=False)
    assert without.until("2028-12-31").all(ReminderIssued) == []
    assert [t["answered"] for t in without.until("2028-12-31").tasks("resume_after_wsnp")] == [None]

    after = without.on("2027-10-01").officer("resume_after_wsnp", reason="niet verjaard").until("2027-10-01")
    assert after.days(ReminderIssued) == [day("2027-10-01")]
    assert after.debtor.procedures == {}


def test_it_is_for_natural_persons_runs_once_and_is_not_resumed_or_ended_where_there_is_none() -> None:
    company = admitted(life(debtor={"kind": "entrepreneur", "natural_person": False})).until("2026-03-02")
    twice = admitted(admitted(), "2026-04-01").until("2026-04-01")
    tomorrow = admitted(admitted_on="2026-03-03", known_on="2026-03-02").until("2026-03-02")
    none = life().officer("register_wsnp_end", ended_on="2026-03-01", clean_slate=True).until("2026-03-02")
    early = admitted().officer("resume_after_wsnp", reason="nu").until("2026-03-02")
    before = admitted().officer("register_wsnp_end", ended_on="2026-03-01", clean_slate=True).until("2026-03-02")

    codes = [seen.refusal.code for seen in (company, twice, tomorrow, none, early, before)]
    assert codes == ["not_a_natural_person", "wsnp_runs", "date_in_future", "no_wsnp", "wsnp_runs", "date_out_of_range"]
