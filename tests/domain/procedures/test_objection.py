"""Objections: forwarded to the levying officer, who alone rules; the ruling changes the assessment."""

from typing import Any

import pytest

from domain.debt.events import (
    AssessmentReduced,
    CourseCorrected,
    DebtSettled,
    ObjectionForwarded,
    RemedyRuled,
    Remitted,
)
from domain.kernel.messages import Posting
from domain.procedures.ladder import ReminderIssued, RenewedOrderOrdered, WritIssued
from domain.procedures.objection import CostsDecided
from tests.builder import OFFICER, Life, day, euro, life

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


@pytest.mark.norm("VEERE-1.6-b", "VEERE-2.3-b")
def test_a_ruling_that_was_heard_of_late_says_on_which_norm_the_course_was_corrected() -> None:
    given = life(tax="sewage_charge").on("2026-04-20").says("file_objection", received_on="2026-04-20", reasoned=False)
    late = {"ruled_on": "2026-05-26", "ruling": "partly_upheld", "new_amount": "300.00"}
    after = given.on("2026-05-28").says("rule_on_objection", **LEVYING, **late).until("2026-05-28")

    assert "VEERE-1.6-b" in after.the(CourseCorrected).norms


@pytest.mark.norm("VEERE-1.6-b", "VEERE-4.13.1-v")
@pytest.mark.parametrize(("paid", "back"), [("", "0.00"), ("300.00", "200.00")])
def test_what_was_remitted_before_the_ruling_is_not_given_back(paid: str, back: str) -> None:
    given = life(tax="sewage_charge").on("2026-03-20").says("file_objection", **OBJECTION)
    if paid:
        given.pays(paid)
    agreement = {"agreed_on": "2026-04-01", "counsellor": "nvvk_member", "counsellor_number": "SH1"}
    given.on("2026-04-01").says("register_settlement_agreement", **agreement)
    yields = {"offered_yield": "0.00", "statutory_yield": "0.00", "compulsory_settlement_likely": True}
    given.officer("judge_settlement_agreement", nvvk_code=True, vtlb_calculation=True, reason="akkoord", **yields)
    given.on("2026-04-02").says("report_settlement_reached", reported_on="2026-04-02", **OFFICER)
    kept = {"ended_on": "2026-06-01", "agreements_kept": True, "share": 0}
    given.on("2026-06-01").says("report_settlement_end", **kept, **OFFICER)
    late = {"ruled_on": "2026-06-08", "ruling": "partly_upheld", "new_amount": "100.00"}
    after = given.on("2026-06-08").says("rule_on_objection", **LEVYING, **late).until("2026-06-08")

    assert after.refusals == []
    assert after.all(Remitted)
    assert after.debtor.credit == euro(back)
    assert after.debt().paid == euro("100.00" if paid else "0.00")


def demanded(new_amount: str, paid: str = "", **fields: Any) -> Life:
    """Demanded on 9 May with 19.00 costs, perhaps paid on 12 May; the assessment is lowered on 20 May."""
    given = life(**fields).on("2026-05-04").says("file_objection", received_on="2026-05-04", reasoned=False)
    given = given.on("2026-05-12").pays(paid) if paid else given
    lowered = ruling("upheld", new_amount) | {"ruled_on": "2026-05-20"}
    return given.on("2026-05-20").says(**lowered, **LEVYING)


@pytest.mark.norm("VEERE-1.6-b", "VEERE-2.4-a")
@pytest.mark.parametrize("tax", ["property_tax", "sewage_charge", "parking_tax"])
def test_for_an_annulled_assessment_no_writ_goes_out_while_the_officer_decides_on_the_costs(tax: str) -> None:
    after = demanded("0.00", tax=tax).until("2026-12-31")

    assert after.debt().open.tax == 0
    assert after.debt().open.costs > 0
    assert len(after.tasks("return_costs")) == 1
    assert (after.all(WritIssued), after.all(RenewedOrderOrdered)) == ([], [])


@pytest.mark.norm("VEERE-1.6-b")
@pytest.mark.parametrize(("paid", "back"), [("", "0.00"), ("619.00", "619.00")])
def test_the_costs_of_an_annulled_assessment_are_given_back_when_the_officer_says_so(paid: str, back: str) -> None:
    given = demanded("0.00", paid).on("2026-05-22")
    after = given.officer("return_costs", reason="de aanslag was onterecht").until("2026-12-31")

    assert after.the(CostsDecided).returned == euro("19.00")
    assert after.debtor.credit == euro(back)
    assert after.debt().closed_on is not None
    assert after.all(WritIssued) == []
    assert (after.balances()["revenue:costs"], after.balances()["clearing"]) == (0, 0)


@pytest.mark.norm("VEERE-1.6-b", "VEERE-2.4-a")
def test_of_a_lowered_assessment_the_rest_is_collected_while_the_officer_decides_on_the_costs() -> None:
    after = demanded("300.00").until("2026-05-27")

    assert "€ 19,00" in after.tasks("return_costs")[0]["question"]
    assert after.the(WritIssued).claimed_sum == euro("300.00")


@pytest.mark.norm("VEERE-1.6-b")
@pytest.mark.parametrize("ruled_on", ["2026-06-03", "2026-12-02"])
def test_a_second_ruling_on_one_objection_is_refused_also_with_an_earlier_date(ruled_on: str) -> None:
    given = life(tax="sewage_charge", amount="1500.01", due="2026-03-31").on("2026-03-20")
    given = given.says("file_objection", **OBJECTION, reasoned=False)
    lowered = ruling("partly_upheld", "100.00")
    given = given.on("2026-12-01").says(**lowered | {"ruled_on": "2026-11-30"}, **LEVYING)
    once = given.until("2026-12-20")
    after = given.on("2026-12-20").says(**lowered | {"ruled_on": ruled_on}, **LEVYING).until("2026-12-20")

    assert after.refusal.code == "no_objection"
    assert after.debt().open == once.debt().open
    assert len(after.all(AssessmentReduced)) == 1


@pytest.mark.norm("VEERE-1.6-b", "VEERE-4.9.3-d")
@pytest.mark.parametrize(("last", "writs"), [("2026-06-15", 0), ("2026-06-16", 1)])
def test_costs_that_stay_are_told_and_may_be_paid_for_fourteen_days(last: str, writs: int) -> None:
    given = demanded("0.00").on("2026-06-01").officer("decline_question", question="return_costs", reason="terecht")
    after = given.until(last)

    decided = after.the(CostsDecided)
    assert (decided.returned, decided.until) == (0, day("2026-06-15"))
    assert decided.letter is not None
    text = " ".join(decided.letter.paragraphs)
    assert "deze kosten blijven staan" in text
    assert "Onze reden: terecht" in text
    assert "15 juni 2026" in text
    assert len(after.all(WritIssued)) == writs


@pytest.mark.norm("VEERE-1.6-b")
def test_where_no_costs_were_charged_nothing_is_asked_about_them() -> None:
    after = objected().on("2026-04-10").says(**ruling("upheld", "0.00"), **LEVYING).until("2026-12-31")

    assert after.tasks("return_costs") == []
    assert after.debt().closed_on == day("2026-04-10")
