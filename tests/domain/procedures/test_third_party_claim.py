"""The claim on a third party: only with a recorded relation, after a served and expired writ, by letter."""

from typing import Any

import pytest

from domain.debt.events import QuestionLapsed
from domain.debt.letters import Recipient
from domain.procedures.third_party_claim import (
    ThirdPartyClaimed,
    ThirdPartyClaimEnded,
    ThirdPartyClaimLowered,
    ThirdPartyClaimResumed,
    ThirdPartyClaimSuspended,
    ThirdPartyPaid,
    ThirdPartySilent,
)
from tests.builder import Life, day, euro, life

TENANT: dict[str, Any] = {"third_party": "T1", "relation": "owes_money_to_debtor"}


def debt_with_tenant(**assessment: Any) -> Life:
    return life(**assessment).says("record_third_party", **TENANT)


@pytest.mark.norm("VEERE-2.6-a")
@pytest.mark.parametrize("relation", ["owes_money_to_debtor", "holds_money_of_debtor"])
def test_a_third_party_that_owes_or_holds_money_of_the_debtor_can_be_claimed_from(relation: str) -> None:
    given = life().says("record_third_party", third_party="T1", relation=relation)
    after = given.on("2026-06-08").claims("T1").until("2026-06-08")

    assert after.days(ThirdPartyClaimed) == [day("2026-06-08")]
    assert "third_party_claim:T1" in after.debt().procedures
    assert "ladder" in after.debt().procedures, "the claim runs beside the ladder"


@pytest.mark.norm("VEERE-2.6-a")
def test_a_third_party_without_a_recorded_relation_cannot() -> None:
    after = debt_with_tenant().on("2026-06-08").claims("T2").until("2026-06-08")

    assert (after.refusal.code, after.refusal.norms) == ("no_relation", ("VEERE-2.6-a",))
    assert after.all(ThirdPartyClaimed) == []


@pytest.mark.norm("VEERE-2.6-a")
@pytest.mark.parametrize(("on", "allowed"), [("2026-06-01", False), ("2026-06-02", True)])
def test_the_served_writ_must_be_unpaid_at_the_end_of_its_term(on: str, allowed: bool) -> None:
    after = debt_with_tenant().on(on).claims("T1").until(on)

    assert bool(after.all(ThirdPartyClaimed)) is allowed
    assert [r.code for r in after.refusals] == ([] if allowed else ["measure_forbidden"])


@pytest.mark.norm("VEERE-2.6-b")
def test_the_claim_is_a_letter_to_the_third_party_with_reference_amount_and_account() -> None:
    given = debt_with_tenant(amount="741.00")
    claimed = given.on("2026-06-08").claims("T1", amount="850.00").until("2026-06-08").the(ThirdPartyClaimed)

    assert claimed.letter is not None
    assert claimed.letter.recipient is Recipient.THIRD_PARTY
    assert (claimed.letter.reference, claimed.letter.total) == ("OZB-2026-0001", euro("850.00"))
    assert claimed.letter.pays, "the letter shows the account to pay to"
    assert claimed.on == claimed.letter.dated == day("2026-06-08")
    assert claimed.immediate


@pytest.mark.norm("VEERE-2.6-b")
def test_no_more_is_claimed_than_what_is_open() -> None:
    claimed = debt_with_tenant().on("2026-06-08").claims("T1", amount="9000.00").until("2026-06-08")

    assert claimed.the(ThirdPartyClaimed).claimed == claimed.debt().open.total == euro("709.00")


@pytest.mark.norm("VEERE-2.6-a", "VEERE-2-a")
def test_no_payment_term_is_claimed_that_has_no_served_writ_yet() -> None:
    after = debt_with_tenant(due=["2026-04-30", "2026-12-31"]).on("2026-06-08").claims("T1").until("2026-06-08")

    assert after.the(ThirdPartyClaimed).claimed == after.debt().open_of("1").total
    assert after.debt().open_of("2").total == euro("300.00")


@pytest.mark.norm("VEERE-2.6-b")
def test_a_third_party_that_does_not_pay_within_the_term_is_brought_before_the_officer() -> None:
    given = debt_with_tenant().on("2026-06-08").claims("T1")
    assert given.until("2026-07-06").all(ThirdPartySilent) == []

    given = debt_with_tenant().on("2026-06-08").claims("T1")
    after = given.until("2026-07-07")
    assert after.days(ThirdPartySilent) == [day("2026-07-07")]
    (task,) = after.tasks("third_party_silent")
    assert (task["norms"], task["answered"]) == (["VEERE-2.6-b"], None)


@pytest.mark.norm("VEERE-2.6-b")
def test_the_third_party_is_told_when_the_claim_ends_and_when_the_debt_is_paid() -> None:
    ended = debt_with_tenant().on("2026-06-08").claims("T1")
    ended.on("2026-07-10").officer("end_third_party_claim", third_party="T1", reason="huur is voorbij")
    paid = debt_with_tenant().on("2026-06-08").claims("T1").on("2026-07-10").pays("709.00")

    for after in (ended.until("2026-07-10"), paid.until("2026-07-10")):
        end = after.the(ThirdPartyClaimEnded)
        assert (end.on, end.immediate) == (day("2026-07-10"), True)
        assert end.letter is not None
        assert end.letter.recipient is Recipient.THIRD_PARTY
        assert "third_party_claim:T1" not in after.debt().procedures


@pytest.mark.norm("VEERE-2.6-b")
def test_ending_one_claim_leaves_the_question_about_the_other_open() -> None:
    given = debt_with_tenant().says("record_third_party", third_party="T2", relation="holds_money_of_debtor")
    given.on("2026-06-08").claims("T1").claims("T2")
    given.on("2026-07-08").officer("end_third_party_claim", third_party="T1", reason="huur is voorbij")
    after = given.until("2026-07-08")

    assert [(t["task"], bool(t["answered"])) for t in after.tasks("third_party_silent")] == [
        ("third_party_silent:T1", True),
        ("third_party_silent:T2", False),
    ]


def test_a_claim_is_not_made_twice_on_one_third_party_and_not_ended_when_none_runs() -> None:
    given = debt_with_tenant().on("2026-06-08").officer("end_third_party_claim", third_party="T1", reason="x")
    after = given.claims("T1").claims("T1").until("2026-06-08")

    assert [r.code for r in after.refusals] == ["no_such_claim", "claim_runs"]


# -- the third party pays a part ----------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-2.6-b")
def test_after_a_part_is_paid_the_third_party_is_not_said_to_be_silent() -> None:
    after = debt_with_tenant().on("2026-06-08").claims("T1").on("2026-07-06").pays("100.00").until("2026-12-31")

    assert after.the(ThirdPartyPaid).paid == euro("100.00")
    assert after.all(ThirdPartySilent) == []
    assert after.tasks("third_party_silent") == []
    assert "third_party_claim:T1" in after.debt().procedures, "the claim itself goes on for the rest"


@pytest.mark.norm("VEERE-2.6-b")
def test_a_part_that_is_heard_of_after_the_term_takes_the_question_back() -> None:
    given = debt_with_tenant().on("2026-06-08").claims("T1").on("2026-07-08").pays("100.00", value_date="2026-07-06")
    after = given.until("2026-12-31")

    assert after.days(ThirdPartySilent) == [day("2026-07-07")]
    assert after.the(QuestionLapsed).task == "third_party_silent:T1"
    assert "third_party_silent:T1" not in after.debt().questions


@pytest.mark.norm("VEERE-2.6-b")
@pytest.mark.parametrize(
    "money",
    [{"value_date": "2026-06-08"}, {"channel": "desk", "paid_on": "2026-06-12"}, {"channel": "direct_debit"}],
    ids=["of the day of the claim", "at the desk", "by direct debit"],
)
def test_money_that_cannot_come_from_the_third_party_does_not_break_its_silence(money: dict[str, Any]) -> None:
    given = debt_with_tenant().on("2026-06-08").claims("T1").on("2026-06-12").pays("100.00", **money)
    after = given.until("2026-07-07")

    assert after.days(ThirdPartySilent) == [day("2026-07-07")]
    assert len(after.tasks("third_party_silent")) == 1


# -- what comes after a claim -------------------------------------------------------------------------------------


def executable_with_claim() -> Life:
    """The renewed order is handed over, and the officer answers the question with a claim."""
    return debt_with_tenant().is_executable().claims("T1")


@pytest.mark.norm("VEERE-2.6-b", "VEERE-2.8-a", "VEERE-2-b")
def test_a_claim_that_ends_without_full_payment_asks_the_officer_for_the_next_measure() -> None:
    given = executable_with_claim().on("2026-06-30").pays("127.00")
    after = given.on("2026-07-10").officer("end_third_party_claim", third_party="T1", reason="geen huur meer")
    tasks = after.until("2026-07-10").tasks("order_attachment")

    assert [(t["on"], bool(t["answered"])) for t in tasks] == [("2026-06-10", True), ("2026-07-10", False)]
    assert "€ 600,00" in tasks[-1]["question"]
    ordered = after.orders_attachment(reason="geen huur meer").until("2026-07-10")
    assert ordered.tasks("order_attachment")[-1]["answered"]["by"] == "medewerker-7"


@pytest.mark.norm("VEERE-2.6-b")
def test_a_claim_that_ends_by_full_payment_asks_nothing() -> None:
    after = executable_with_claim().on("2026-06-30").pays("727.00").until("2026-12-31")

    assert after.days(ThirdPartyClaimEnded) == [day("2026-06-30")]
    assert len(after.tasks("order_attachment")) == 1
    assert after.debt().questions == {}


@pytest.mark.norm("VEERE-2.6-b", "VEERE-2-a")
def test_while_the_next_step_is_still_to_come_by_itself_nothing_is_asked() -> None:
    given = debt_with_tenant().on("2026-06-08").claims("T1")
    given.on("2026-06-09").officer("end_third_party_claim", third_party="T1", reason="geen huur meer")
    assert given.until("2026-06-09").tasks("order_attachment") == []

    asked = given.is_executable().until("2026-06-10").tasks("order_attachment")
    assert [t["on"] for t in asked] == ["2026-06-10"]


@pytest.mark.norm("VEERE-2.6-b")
def test_while_another_measure_runs_the_end_of_a_claim_asks_nothing() -> None:
    given = executable_with_claim().orders_attachment(reason="auto staat klaar voor verkoop")
    given.on("2026-07-10").officer("end_third_party_claim", third_party="T1", reason="geen huur meer")

    assert len(given.until("2026-07-10").tasks("order_attachment")) == 1


# -- less is open, or collection is laid still --------------------------------------------------------------------


@pytest.mark.norm("VEERE-2.6-b")
@pytest.mark.parametrize("money", [{}, {"channel": "desk", "paid_on": "2026-06-09"}], ids=["by bank", "at the desk"])
def test_the_third_party_is_told_what_is_left_to_pay_after_a_payment(money: dict[str, Any]) -> None:
    after = (
        debt_with_tenant().on("2026-06-08").claims("T1").on("2026-06-09").pays("700.00", **money).until("2026-06-09")
    )

    lowered = after.the(ThirdPartyClaimLowered)
    assert (lowered.claimed, lowered.immediate) == (euro("9.00"), True)
    assert lowered.letter is not None
    assert (lowered.letter.recipient, lowered.letter.total) == (Recipient.THIRD_PARTY, euro("9.00"))
    assert "ten hoogste € 9,00" in " ".join(lowered.letter.paragraphs)


@pytest.mark.norm("VEERE-2.6-b")
def test_a_claim_for_less_than_what_stays_open_is_not_lowered() -> None:
    given = debt_with_tenant().on("2026-06-08").claims("T1", amount="100.00").on("2026-06-09").pays("600.00")

    assert given.until("2026-06-09").all(ThirdPartyClaimLowered) == []


@pytest.mark.norm("VEERE-2.6-b", "VEERE-2.6-a")
def test_a_claim_ends_when_all_that_it_may_claim_is_paid_though_a_later_term_is_open() -> None:
    given = debt_with_tenant(due=["2026-04-30", "2026-12-31"]).on("2026-06-08").claims("T1")
    after = given.on("2026-06-09").pays("371.00").until("2026-06-09")

    assert after.debt().open.total == euro("300.00")
    assert after.days(ThirdPartyClaimEnded) == [day("2026-06-09")]


@pytest.mark.norm("VEERE-2.6-b", "VEERE-4.9.1-d", "VEERE-4.10.4-a")
def test_the_third_party_need_not_pay_while_a_request_for_an_arrangement_waits_and_hears_when_it_must_again() -> None:
    given = debt_with_tenant().on("2026-06-08").claims("T1")
    given.on("2026-06-10").says("request_arrangement", received_on="2026-06-10", channel="phone")
    given.on("2026-06-12").officer("refuse_arrangement", circumstances="x", structural=True, why="u kunt meer betalen")
    given.on("2026-06-20").pays("100.00", channel="desk", paid_on="2026-06-20")
    after = given.until("2026-07-31")

    suspended, resumed = after.the(ThirdPartyClaimSuspended), after.the(ThirdPartyClaimResumed)
    assert (suspended.on, resumed.on) == (day("2026-06-10"), day("2026-06-27"))
    assert suspended.letter is not None
    assert resumed.letter is not None
    assert suspended.letter.recipient is resumed.letter.recipient is Recipient.THIRD_PARTY
    assert resumed.claimed == resumed.letter.total == euro("609.00")
    assert after.all(ThirdPartyClaimLowered) == [], "who need not pay now hears the amount when it must again"


@pytest.mark.norm("VEERE-2.6-b", "VEERE-4.9.1-d", "VEERE-4.9.3-f")
@pytest.mark.parametrize(("disputed", "asks"), [("600.00", None), ("200.00", "509.00")])
def test_what_is_deferred_is_not_asked_from_the_third_party(disputed: str, asks: str | None) -> None:
    given = debt_with_tenant(tax="sewage_charge").on("2026-06-08").claims("T1")
    given.on("2026-06-10").says("file_objection", received_on="2026-06-10", disputed=disputed)
    after = given.until("2026-06-10")

    assert [e.claimed for e in after.all(ThirdPartyClaimLowered)] == ([euro(asks)] if asks else [])
    assert bool(after.all(ThirdPartyClaimSuspended)) is (asks is None)


@pytest.mark.norm("VEERE-2.6-b", "VEERE-4.9.1-d")
def test_with_two_payment_terms_a_claim_wakes_with_the_one_that_may_be_claimed() -> None:
    given = debt_with_tenant(due=["2026-04-30", "2026-12-31"]).on("2026-06-08").claims("T1")
    given.on("2026-06-10").says("request_arrangement", received_on="2026-06-10", channel="phone")
    given.on("2026-06-12").officer("refuse_arrangement", circumstances="x", structural=True, why="u kunt meer betalen")
    after = given.until("2026-07-10")

    assert after.days(ThirdPartyClaimResumed) == [day("2026-06-27")]
    assert after.the(ThirdPartyClaimResumed).claimed == after.debt().open_of("1").total
