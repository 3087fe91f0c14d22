"""Attachment: ordered by an official, by the simplest way unless a reason says otherwise, reported by the bailiff."""

from typing import Any

import pytest

from domain.debt.events import DebtSettled, QuestionAsked
from domain.debt.letters import Recipient
from domain.kernel.messages import Posting
from domain.procedures.attachment import AttachmentFailed, AttachmentLifted, AttachmentMade, AttachmentOrdered
from domain.procedures.ladder import RenewedOrderServed
from tests.builder import VEERE, day, euro, law, life

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
    assert [r.code for r in capped.refusals] == ["no_open_order", "cap_reached"]
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
def test_a_report_of_an_attachment_without_an_order_is_refused() -> None:
    after = life().is_executable().says("report_attachment", **reported("2026-06-10")).until("2026-06-10")

    assert (after.refusal.code, after.refusal.norms) == ("no_open_order", ("VEERE-1.6-e",))
    assert after.all(AttachmentMade) == []


@pytest.mark.norm("VEERE-1.6-e")
@pytest.mark.parametrize(("attached_on", "code"), [("2026-06-09", "no_open_order"), ("2026-06-21", "date_in_future")])
def test_an_attachment_before_its_order_or_after_today_is_refused(attached_on: str, code: str) -> None:
    given = life().is_executable().orders_attachment()
    after = given.on("2026-06-20").says("report_attachment", **reported(attached_on)).until("2026-06-20")

    assert after.refusal.code == code


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
    assert after.refusal.code == "no_open_order"
