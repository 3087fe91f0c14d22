"""Objections: forwarded to the levying officer, who alone rules; the ruling changes the assessment."""

from typing import Any

import pytest

from domain.debt.events import AssessmentReduced, DebtSettled, ObjectionForwarded, RemedyRuled
from domain.kernel.messages import Posting
from domain.procedures.ladder import ReminderIssued, WritIssued
from tests.builder import Life, day, euro, life

LEVYING = {"by": "medewerker-2", "role": "levying_officer"}
OBJECTION = {"received_on": "2026-03-20"}


def objected(**fields: Any) -> Life:
    return life(**fields).on("2026-03-20").says("file_objection", **OBJECTION)


def ruling(kind: str, new_amount: str | None = None) -> dict[str, Any]:
    return {"command": "rule_on_objection", "ruled_on": "2026-04-10", "ruling": kind, "new_amount": new_amount}


@pytest.mark.norm("VEERE-1.6-b")
def test_an_objection_is_forwarded_to_the_levying_officer_and_waits_for_the_ruling() -> None:
    after = objected().until("2026-04-30")

    assert after.the(ObjectionForwarded).filed_on == day("2026-03-20")
    (task,) = after.tasks("rule_on_objection")
    assert (task["norms"], task["answered"]) == (["VEERE-1.6-b"], None)
    assert after.all(RemedyRuled) == []


@pytest.mark.norm("VEERE-1.6-b")
@pytest.mark.parametrize("role", ["collection_officer", "engine", "college", "debtor", "tax_bailiff"])
def test_nobody_but_the_levying_officer_records_the_ruling(role: str) -> None:
    after = objected().on("2026-04-10").says(**ruling("upheld", "0.00"), by="m1", role=role).until("2026-04-10")

    assert (after.refusal.code, after.refusal.norms) == ("role_not_allowed", ("VEERE-1.6-b",))
    assert after.debt().open.tax == euro("600.00")


@pytest.mark.norm("VEERE-1.6-b")
def test_the_collection_officer_does_not_brush_the_objection_aside_by_saying_no_to_the_question() -> None:
    given = objected().on("2026-04-10").officer("decline_question", question="rule_on_objection", reason="onzin")
    after = given.until("2026-04-10")

    assert (after.refusal.code, after.refusal.norms) == ("role_not_allowed", ("VEERE-1.6-b",))
    assert after.tasks("rule_on_objection")[0]["answered"] is None


@pytest.mark.norm("VEERE-1.6-b")
@pytest.mark.parametrize("role", ["collection_officer", "debtor", "external_bailiff"])
def test_nobody_but_the_levying_officer_fixes_an_assessment(role: str) -> None:
    after = life(role=role).until("2026-03-01")

    assert (after.refusal.code, after.refusal.norms) == ("role_not_allowed", ("VEERE-1.6-b",))


@pytest.mark.norm("VEERE-1.6-b")
def test_a_rejected_objection_changes_nothing_on_the_debt() -> None:
    after = objected().on("2026-04-10").says(**ruling("rejected"), **LEVYING).until("2026-05-01")

    assert after.the(RemedyRuled).ruling_in_dutch == "ongegrond"
    assert after.all(AssessmentReduced) == []
    assert after.the(ReminderIssued).claimed == euro("600.00")
    assert after.tasks("rule_on_objection")[0]["answered"]["role"] == "de heffingsambtenaar"


@pytest.mark.norm("VEERE-1.6-b")
def test_a_partly_upheld_objection_lowers_what_is_open_to_the_new_amount() -> None:
    after = objected().on("2026-04-10").says(**ruling("partly_upheld", "450.00"), **LEVYING).until("2026-05-01")

    reduced = after.the(AssessmentReduced)
    assert list(reduced.postings()) == [Posting("revenue:tax", "receivable:tax", euro("150.00"))]
    assert after.the(ReminderIssued).claimed == euro("450.00")
    assert after.balances()["revenue:tax"] == -euro("450.00")


@pytest.mark.norm("VEERE-1.6-b", "VEERE-4.4-c")
def test_what_was_paid_too_much_after_the_ruling_becomes_credit_of_the_debtor() -> None:
    given = objected().on("2026-04-01").pays("500.00")
    after = given.on("2026-04-10").says(**ruling("partly_upheld", "450.00"), **LEVYING).until("2026-12-31")

    assert after.debtor.credit == euro("50.00")
    assert after.days(DebtSettled) == [day("2026-04-10")]
    assert after.balances()["clearing"] == 0
    assert after.all(ReminderIssued) == []


@pytest.mark.norm("VEERE-1.6-b")
def test_a_payment_term_that_the_ruling_takes_away_is_collected_no_more() -> None:
    given = objected(due=["2026-04-30", "2026-06-30"]).on("2026-04-10")
    after = given.says(**ruling("partly_upheld", "300.00"), **LEVYING).until("2026-08-31")

    assert {e.track for e in after.all(ReminderIssued)} == {"1"}
    assert after.debt().open.tax == euro("300.00")


@pytest.mark.norm("VEERE-1.6-b")
def test_after_a_ruling_the_next_step_is_for_the_lower_sum() -> None:
    given = life().on("2026-03-20").says("file_objection", **OBJECTION, reasoned=False)
    lowered = ruling("partly_upheld", "90.00") | {"ruled_on": "2026-05-20"}
    after = given.on("2026-05-20").says(**lowered, **LEVYING).until("2026-05-27")

    assert after.the(WritIssued).claimed_sum == euro("90.00")


def test_a_second_objection_and_a_ruling_without_one_are_refused() -> None:
    after = objected().says("file_objection", **OBJECTION).until("2026-03-20")
    assert after.refusal.code == "objection_open"

    after = life().on("2026-04-10").says(**ruling("rejected"), **LEVYING).until("2026-04-10")
    assert after.refusal.code == "no_objection"
