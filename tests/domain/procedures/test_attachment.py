"""Attachment: ordered by an official, by the simplest way unless a reason says otherwise, reported by the bailiff."""

from typing import Any

import pytest

from domain.debt.events import DebtSettled, QuestionAsked
from domain.debt.letters import Recipient
from domain.kernel.messages import Posting
from domain.procedures.attachment import (
    AttachmentCapLowered,
    AttachmentFailed,
    AttachmentLifted,
    AttachmentMade,
    AttachmentOrdered,
    AttachmentReportQuestioned,
    AttachmentResumed,
    AttachmentSuspended,
    SaleDateSet,
)
from domain.procedures.ladder import RenewedOrderServed
from tests.builder import VEERE, Life, day, euro, law, life

EMPLOYER = {"third_party": "W1", "relation": "owes_money_to_debtor", "income": "wages"}
TENANT = {"third_party": "T1", "relation": "owes_money_to_debtor"}


def reported(attached_on: str, **fields: Any) -> dict[str, Any]:
    return {"order": 1, "attached_on": attached_on, "proof": "pv 3"} | fields


# -- an official decides ------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-2.8-b")
def test_an_attachment_with_a_third_party_names_the_holder() -> None:
    given = life().is_executable().on("2026-06-11")
    after = given.orders_attachment("property_with_third_party", "auto", reason="staat in de garage").until(
        "2026-06-11"
    )

    assert (after.refusal.code, after.refusal.norms) == ("holder_required", ("VEERE-2.8-b",))


@pytest.mark.norm("VEERE-2.8-a")
def test_when_every_step_is_taken_the_officer_is_asked_and_nothing_is_attached_without_an_answer() -> None:
    after = life().is_executable().until("2027-12-31")

    (task,) = after.tasks("order_attachment")
    assert (task["on"], task["answered"]) == ("2026-06-10", None)
    assert "VEERE-2.8-a" in task["norms"]
    assert after.all(AttachmentOrdered) == []


@pytest.mark.norm("VEERE-2.8-a")
def test_on_yes_the_order_goes_to_the_bailiff() -> None:
    given = life().on("2026-06-10").is_served("renewed_order", "letterbox")
    after = given.on("2026-06-15").orders_attachment().until("2026-06-15")

    ordered = after.the(AttachmentOrdered)
    assert (ordered.on, ordered.immediate) == (day("2026-06-15"), True)
    assert ordered.letter is not None
    assert ordered.letter.recipient is Recipient.BAILIFF
    particulars = {p.label: p.text for p in ordered.letter.particulars}
    assert particulars["Beslag op"] == "auto"
    assert particulars["Hernieuwd bevel"] == "betekend op 10 juni 2026"
    (task,) = after.tasks("order_attachment")
    assert (task["answered"]["by"], task["answered"]["role"]) == ("medewerker-7", "de invorderingsambtenaar")


@pytest.mark.norm("VEERE-2.8-a", "VEERE-1.6-c")
@pytest.mark.parametrize("role", ["engine", "levying_officer", "tax_bailiff", "college", "debtor"])
def test_nobody_but_the_collection_officer_orders_an_attachment_not_even_the_engine(role: str) -> None:
    after = life().is_executable().orders_attachment(role=role).until("2026-06-10")

    assert (after.refusal.code, after.refusal.norms) == ("role_not_allowed", ("VEERE-1.6-c",))


@pytest.mark.norm("VEERE-2.8-a")
def test_on_no_the_question_is_closed_until_the_day_on_which_it_is_asked_again() -> None:
    no = {"question": "order_attachment", "reason": "eerst een gesprek"}
    for_good = life().is_executable().officer("decline_question", **no)
    assert for_good.until("2027-12-31").debt().questions == {}

    later = life().is_executable().officer("decline_question", ask_again_on="2026-07-01", **no)
    after = later.until("2026-12-31")
    assert after.days(QuestionAsked) == [day("2026-06-10"), day("2026-07-01")]
    assert [t["answered"] and t["answered"]["answer"] for t in after.tasks("order_attachment")] == ["nee", None]


def test_a_question_that_does_not_stand_open_is_not_declined() -> None:
    after = life().on("2026-05-01").officer("decline_question", question="x", reason="nee").until("2026-05-01")

    assert after.refusal.code == "no_such_question"


# -- the simplest, fastest and cheapest way -----------------------------------------------------------------------


@pytest.mark.norm("VEERE-2-b")
def test_the_measures_are_proposed_in_their_order_of_preference() -> None:
    after = life().says("record_third_party", **EMPLOYER).is_executable().until("2026-06-10")

    assert after.tasks("order_attachment")[0]["question"] == (
        "Beslag laten leggen? Voorstel: loonvordering. Mogelijk: loonvordering, beslag op roerende zaken,"
        " beslag op zaken onder een derde en beslag op onroerende zaken."
    )


@pytest.mark.norm("VEERE-2-b")
def test_movables_with_a_wage_claim_possible_need_a_recorded_reason() -> None:
    given = life(amount="300.00").says("record_third_party", **EMPLOYER).is_executable()
    refused = given.orders_attachment("movables").until("2026-06-10")
    assert (refused.refusal.code, refused.refusal.norms) == ("reason_required", ("VEERE-2-b",))
    assert "loonvordering" in refused.refusal.text

    given = life(amount="300.00").says("record_third_party", **EMPLOYER).is_executable()
    reasoned = given.orders_attachment("movables", reason="werkgever betaalt al aan een ander").until("2026-06-10")
    assert reasoned.days(AttachmentOrdered) == [day("2026-06-10")]
    assert reasoned.tasks("order_attachment")[0]["answered"]["reason"] == "werkgever betaalt al aan een ander"


@pytest.mark.norm("VEERE-2-b")
@pytest.mark.parametrize(
    ("kind", "codes"),
    [("movables", []), ("property_with_third_party", ["reason_required"]), ("real_estate", ["reason_required"])],
)
def test_property_lower_in_the_order_than_the_first_that_is_possible_needs_a_reason(
    kind: str, codes: list[str]
) -> None:
    after = life().is_executable().orders_attachment(kind, holder="G1").until("2026-06-10")

    assert [r.code for r in after.refusals] == codes


@pytest.mark.norm("VEERE-2-b")
def test_the_order_of_preference_is_a_setting_of_the_office() -> None:
    turned = law(preference=("real_estate", *[m for m in VEERE.preference if m != "real_estate"]))
    after = life(under=turned).is_executable().orders_attachment("real_estate").until("2026-06-10")

    assert after.days(AttachmentOrdered) == [day("2026-06-10")]


# -- what may be attached -----------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-2.8-b")
def test_property_with_a_third_party_is_attached_with_its_holder() -> None:
    given = life(amount="1200.00").is_executable()
    given.orders_attachment("property_with_third_party", "auto", holder="G1", reason="staat in de garage")
    after = given.until("2026-06-10")

    ordered = after.the(AttachmentOrdered)
    assert (ordered.kind, ordered.holder, ordered.object) == ("property_with_third_party", "G1", "auto")
    assert "attachment:1" in after.debt().procedures


@pytest.mark.norm("VEERE-2.8-b")
def test_several_attachments_run_side_by_side_but_together_no_more_than_what_is_open() -> None:
    given = life().is_executable().orders_attachment(object="auto")
    given.on("2026-06-12").is_served("renewed_order")  # has no order: changes nothing
    given.on("2026-06-13").orders_attachment(object="televisie")
    capped = given.until("2026-06-13")
    assert [r.code for r in capped.refusals] == ["cap_reached"]
    assert capped.the(AttachmentOrdered).cap == capped.debt().open.total == euro("727.00")

    given = life().is_executable().orders_attachment(object="auto")
    given.on("2026-06-12").says("report_attachment", **reported("2026-06-12"))
    given.on("2026-06-13").orders_attachment(object="televisie")
    beside = given.until("2026-06-13")
    assert [a.cap for a in beside.all(AttachmentOrdered)] == [euro("727.00"), euro("65.00")]
    assert sum(a.cap for a in beside.all(AttachmentOrdered)) == beside.debt().open.total
    assert {"attachment:1", "attachment:2"} <= beside.debt().procedures.keys()


@pytest.mark.norm("VEERE-2.8-b", "VEERE-2-a")
def test_only_the_payment_terms_whose_steps_are_taken_are_recovered() -> None:
    given = life(due=["2026-04-30", "2026-12-31"]).on("2026-06-10").is_served("renewed_order", track="1")
    after = given.orders_attachment().until("2026-06-10")

    assert after.the(AttachmentOrdered).cap == after.debt().open_of("1").total
    assert after.debt().open_of("1").tax == euro("300.00")


# -- the bailiff reports ------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-1.6-e")
def test_a_report_of_an_attachment_without_an_order_is_no_attachment_and_is_put_to_the_officer() -> None:
    given = life().is_executable().says("report_attachment", **reported("2026-06-10"))
    after = given.until("2026-06-10")

    questioned = after.the(AttachmentReportQuestioned)
    assert (questioned.on, questioned.order, questioned.proof) == (day("2026-06-10"), 1, "pv 3")
    assert after.all(AttachmentMade) == []
    assert "attachment:1" not in after.debt().procedures
    (task,) = after.tasks("bailiff_report")
    assert (task["task"], task["norms"], task["answered"]) == ("bailiff_report:attachment:1", ["VEERE-1.6-e"], None)

    seen = given.officer("decline_question", question=task["task"], answer="seen", reason="gebeld").until("2026-06-10")
    assert seen.tasks("bailiff_report")[0]["answered"]["answer"] == "gezien"


@pytest.mark.norm("VEERE-1.6-e")
def test_an_attachment_before_its_order_is_put_to_the_officer() -> None:
    given = life().is_executable().orders_attachment()
    after = given.on("2026-06-20").says("report_attachment", **reported("2026-06-09")).until("2026-06-20")

    assert len(after.all(AttachmentReportQuestioned)) == len(after.tasks("bailiff_report")) == 1
    assert after.all(AttachmentMade) == []


@pytest.mark.norm("VEERE-1.6-e")
def test_an_attachment_after_today_is_refused() -> None:
    given = life().is_executable().orders_attachment()
    after = given.on("2026-06-20").says("report_attachment", **reported("2026-06-21")).until("2026-06-20")

    assert after.refusal.code == "date_in_future"


@pytest.mark.norm("VEERE-1.6-e", "VEERE-4.13.1-a")
@pytest.mark.parametrize(("attached_on", "made"), [("2026-06-11", True), ("2026-06-12", False)])
def test_an_attachment_made_while_it_was_suspended_is_put_to_the_officer(attached_on: str, made: bool) -> None:
    given = life().is_executable().orders_attachment()
    given.on("2026-06-12").says("register_stabilisation", received_on="2026-06-12", counsellor="nvvk_member")
    after = given.on("2026-06-20").says("report_attachment", **reported(attached_on)).until("2026-06-20")

    assert bool(after.all(AttachmentMade)) is made
    assert bool(after.tasks("bailiff_report")) is not made


@pytest.mark.norm("VEERE-1.6-e", "VEERE-1.5-b")
def test_the_official_report_is_recorded_with_its_costs_on_the_day_of_attachment() -> None:
    given = life().is_executable().orders_attachment()
    after = given.on("2026-06-20").says("report_attachment", **reported("2026-06-19")).until("2026-06-20")

    made = after.the(AttachmentMade)
    assert (made.on, made.proof) == (day("2026-06-19"), "pv 3")
    assert list(made.postings()) == [Posting("receivable:costs", "revenue:costs", euro("65.00"))]


@pytest.mark.norm("VEERE-1.6-e")
@pytest.mark.parametrize("role", ["collection_officer", "engine", "debtor"])
def test_only_a_bailiff_reports_an_attachment(role: str) -> None:
    given = life().is_executable().orders_attachment()
    after = given.says("report_attachment", role=role, **reported("2026-06-10")).until("2026-06-10")

    assert (after.refusal.code, after.refusal.norms) == ("role_not_allowed", ("VEERE-1.6-e",))


@pytest.mark.norm("VEERE-1.6-e")
def test_the_order_tells_the_bailiff_the_known_personal_situation() -> None:
    ordered = life(debtor={"circumstances": ["slechthorend"]}).is_executable().orders_attachment()
    letter = ordered.until("2026-06-10").the(AttachmentOrdered).letter

    assert letter is not None
    assert {p.label: p.text for p in letter.particulars}["Persoonlijke situatie, voor zover bekend"] == "slechthorend"


@pytest.mark.norm("VEERE-2.8-a")
def test_an_attachment_that_failed_brings_the_question_back() -> None:
    given = life().is_executable().orders_attachment().on("2026-06-20")
    after = given.says("report_attachment", **reported("2026-06-19", succeeded=False)).until("2026-06-20")

    assert after.the(AttachmentFailed).costs == 0 if hasattr(AttachmentFailed, "costs") else True
    assert after.all(AttachmentMade) == []
    assert [bool(t["answered"]) for t in after.tasks("order_attachment")] == [True, False]


@pytest.mark.norm("VEERE-1.6-e")
def test_the_number_of_an_order_that_failed_is_not_given_again() -> None:
    given = life().is_executable().orders_attachment().on("2026-06-20")
    given.says("report_attachment", **reported("2026-06-19", succeeded=False)).orders_attachment(object="boot")
    again = given.says("report_attachment", **reported("2026-06-20", succeeded=False)).until("2026-06-20")

    assert [a.order for a in again.all(AttachmentOrdered)] == [1, 2]
    assert again.debt().procedures.keys() == {"ladder", "attachment:2"}
    assert len(again.all(AttachmentFailed)) == 1, "a second report about order 1 is not about order 2"
    assert again.the(AttachmentReportQuestioned).order == 1


@pytest.mark.norm("VEERE-1.6-e", "VEERE-2.8-b")
def test_the_number_of_an_order_that_was_lifted_is_not_given_again() -> None:
    given = life(due=["2026-04-30", "2026-06-01"]).on("2026-06-10").is_served("renewed_order", track="1")
    given.orders_attachment().on("2026-06-11").pays("398.00")
    lifted = given.until("2026-06-11")
    assert lifted.the(AttachmentLifted).order == 1
    assert lifted.debt().open.total > 0
    again = given.on("2026-08-03").is_served("renewed_order", track="2").orders_attachment().until("2026-08-03")

    assert [a.order for a in again.all(AttachmentOrdered)] == [1, 2]


@pytest.mark.norm("VEERE-2.8-b", "VEERE-1.6-e")
@pytest.mark.parametrize("paid_on", ["2026-06-11", "2026-06-12", "2026-06-18"])
def test_the_bailiff_is_told_what_he_may_still_recover_after_a_part_is_paid(paid_on: str) -> None:
    given = life().is_executable().on("2026-06-12").orders_attachment()
    after = given.on("2026-06-18").pays("100.00", value_date=paid_on).until("2026-06-18")

    lowered = after.the(AttachmentCapLowered)
    assert (lowered.on, lowered.cap, lowered.immediate) == (day("2026-06-18"), euro("627.00"), True)
    assert lowered.letter is not None
    assert (lowered.letter.recipient, lowered.letter.total) == (Recipient.BAILIFF, euro("627.00"))
    assert "€ 627,00" in " ".join(lowered.letter.paragraphs)
    assert lowered.cap == after.debt().open.total == after.debt().procedures["attachment:1"].cap


@pytest.mark.norm("VEERE-2.8-b")
def test_the_bailiff_is_not_told_of_a_payment_that_leaves_more_open_than_the_orders_recover() -> None:
    given = life().is_executable().orders_attachment(object="auto")
    given.on("2026-06-12").says("report_attachment", **reported("2026-06-12"))
    assert given.on("2026-06-13").pays("65.00").until("2026-06-13").all(AttachmentCapLowered) == []

    beside = life().is_executable().orders_attachment(object="auto")
    beside.on("2026-06-12").says("report_attachment", **reported("2026-06-12"))
    beside.orders_attachment(object="televisie").on("2026-06-13").pays("100.00")
    after = beside.until("2026-06-13")
    assert after.the(AttachmentLifted).object == "televisie"
    assert (after.the(AttachmentCapLowered).object, after.the(AttachmentCapLowered).cap) == ("auto", euro("692.00"))


@pytest.mark.norm("VEERE-2.8-b")
def test_full_payment_lifts_every_attachment_and_tells_the_bailiff() -> None:
    given = life().is_executable().orders_attachment()
    after = given.on("2026-06-12").pays("727.00", channel="bailiff", paid_on="2026-06-11").until("2026-12-31")

    assert after.days(DebtSettled) == [day("2026-06-11")]
    lifted = after.the(AttachmentLifted)
    assert lifted.letter is not None
    assert lifted.letter.recipient is Recipient.BAILIFF
    assert after.debt().procedures == {}


@pytest.mark.norm("VEERE-2.7-d")
def test_the_renewed_order_costs_once_also_when_two_reports_come() -> None:
    after = life().is_executable().is_served("renewed_order", "letterbox").until("2026-06-30")

    assert len(after.all(RenewedOrderServed)) == 1
    assert len(after.tasks("bailiff_report")) == 1


# -- collection is laid still by deferral or arrangement ----------------------------------------------------------


def ordered_on_sewage(**assessment: Any) -> Life:
    """An attachment of a car is ordered on 2026-06-11, for a charge that has no WOZ value behind it."""
    given = life(tax="sewage_charge", **assessment).is_executable()
    return given.on("2026-06-11").orders_attachment()


@pytest.mark.norm("VEERE-2.8-a", "VEERE-1.6-e", "VEERE-4.9.1-d")
@pytest.mark.parametrize(("attached_on", "made"), [("2026-06-11", True), ("2026-06-12", False), ("2026-06-24", False)])
def test_an_attachment_that_is_made_while_deferral_is_asked_or_granted_costs_nothing(
    attached_on: str, made: bool
) -> None:
    given = ordered_on_sewage().on("2026-06-12").says("file_objection", received_on="2026-06-12")
    given.on("2026-06-15").officer("grant_deferral")
    after = given.on("2026-06-25").says("report_attachment", **reported(attached_on)).until("2026-06-25")

    assert after.days(AttachmentSuspended) == [day("2026-06-12")]
    assert bool(after.all(AttachmentMade)) is made
    assert bool(after.tasks("bailiff_report")) is not made
    assert after.debt().open.costs == euro("192.00" if made else "127.00")


@pytest.mark.norm("VEERE-1.6-e", "VEERE-4.9.1-d", "VEERE-4.10.4-a")
def test_the_order_holds_again_after_the_fourteen_days_but_not_for_what_was_done_meanwhile() -> None:
    given = ordered_on_sewage().on("2026-06-12").says("file_objection", received_on="2026-06-12")
    given.on("2026-06-15").officer("refuse_deferral", reason="te laat")
    given.on("2026-07-01").says("report_attachment", **reported("2026-06-29"))
    given.says("report_attachment", **reported("2026-06-30"))
    after = given.until("2026-07-01")

    assert after.days(AttachmentResumed) == [day("2026-06-30")]
    assert after.days(AttachmentMade) == [day("2026-06-30")]
    assert after.the(AttachmentReportQuestioned).on == day("2026-06-29")


@pytest.mark.norm("VEERE-2.8-a", "VEERE-4.9.1-d")
def test_an_attachment_that_was_made_stays_under_an_arrangement_and_only_its_sale_is_put_off() -> None:
    given = ordered_on_sewage().on("2026-06-12").says("report_attachment", **reported("2026-06-12"))
    given.says("request_arrangement", received_on="2026-06-12", channel="phone")
    assert given.until("2026-06-12").all(AttachmentSuspended) == [], "there is nothing to stop"

    given = ordered_on_sewage().on("2026-06-12").says("report_attachment", **reported("2026-06-12"))
    given.officer("set_sale_date", order=1, sale_on="2026-07-20")
    given.on("2026-06-15").says("request_arrangement", received_on="2026-06-15", channel="phone")
    after = given.until("2026-06-15")
    assert after.the(AttachmentSuspended).sale_on == day("2026-07-20")
    assert after.all(AttachmentLifted) == []
    assert after.debt().procedures["attachment:1"].made_on == day("2026-06-12")


@pytest.mark.norm("VEERE-4.9.3-f", "VEERE-2.8-b")
def test_an_attachment_that_is_still_to_be_made_is_lowered_by_the_part_that_is_deferred() -> None:
    given = ordered_on_sewage().on("2026-06-12")
    given.says("file_objection", received_on="2026-06-12", disputed="200.00")
    after = given.until("2026-06-12")

    assert after.the(AttachmentCapLowered).cap == euro("527.00")
    assert after.all(AttachmentSuspended) == []

    made = ordered_on_sewage().on("2026-06-12").says("report_attachment", **reported("2026-06-12"))
    made.on("2026-06-13").says("file_objection", received_on="2026-06-13", disputed="200.00")
    assert made.until("2026-06-13").all(AttachmentCapLowered) == [], "what is attached stays a security"


# -- no more than what is open, and not for a trifle --------------------------------------------------------------


@pytest.mark.norm("VEERE-2.8-b", "VEERE-2-b")
@pytest.mark.parametrize(
    ("paid", "reason", "codes"),
    [
        ("780.00", "", ["reason_required"]),
        ("780.00", "er is niets anders meer", []),
        ("428.50", "", []),
        ("428.51", "", ["reason_required"]),
    ],
)
def test_attached_property_is_not_sold_for_less_than_half_of_its_order_without_a_reason(
    paid: str, reason: str, codes: list[str]
) -> None:
    given = life().is_executable().on("2026-06-11").orders_attachment()
    given.on("2026-06-12").says("report_attachment", **reported("2026-06-12"))
    given.on("2026-06-13").orders_attachment(object="televisie").on("2026-06-14").pays(paid)
    given.on("2026-06-15").officer("set_sale_date", order=1, sale_on="2026-07-16", reason=reason)
    after = given.until("2026-06-15")

    caps = [s.cap for s in after.debt().procedures.values() if s.procedure == "attachment"]
    assert sum(caps) == after.debt().open.total
    assert [r.code for r in after.refusals] == codes
    assert len(after.all(SaleDateSet)) == (0 if codes else 1)


@pytest.mark.norm("VEERE-2-b")
def test_a_claim_on_a_third_party_does_not_take_away_that_a_wage_claim_is_lighter() -> None:
    given = life().says("record_third_party", **TENANT).says("record_third_party", **EMPLOYER)
    given.on("2026-06-08").claims("T1", amount="10.00")
    after = given.is_executable().orders_attachment().until("2026-06-10")

    assert after.refusal.code == "reason_required"
    assert "loonvordering" in after.refusal.text
    assert "vordering op een derde" not in after.refusal.text
