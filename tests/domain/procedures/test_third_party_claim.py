"""The claim on a third party: only with a recorded relation, after a served and expired writ, by letter."""

from typing import Any

import pytest

from domain.debt.letters import Recipient
from domain.procedures.third_party_claim import ThirdPartyClaimed, ThirdPartyClaimEnded, ThirdPartySilent
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
