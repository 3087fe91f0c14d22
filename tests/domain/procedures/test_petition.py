"""A bankruptcy petition and a supporting claim: only with the College, and dissolution first for an empty entity."""

import pytest

from domain.procedures.petition import (
    DissolutionProposed,
    DissolutionRequested,
    PermissionAsked,
    PermissionDecided,
    PermissionNear,
    PetitionOrdered,
    SupportingClaimDisclosed,
)
from tests.builder import Life, day, euro, life

COMPANY = {"kind": "entrepreneur", "natural_person": False}
COLLEGE = {"by": "college", "role": "college"}


def ordered(subject: Life | None = None, **fields: object) -> Life:
    return (subject or life(amount="12000.00")).on("2026-06-01").officer("order_petition", **fields)


def asked(creditor: str = "K1") -> Life:
    return life().on("2026-06-01").says("register_supporting_claim_request", creditor=creditor)


@pytest.mark.norm("VEERE-4.17-b")
def test_a_petition_waits_for_the_permission_of_the_college() -> None:
    parked = ordered().until("2026-12-01")
    assert parked.the(PermissionAsked).about == "petition"
    assert parked.all(PetitionOrdered) == []
    assert [t["answered"] for t in parked.tasks("decide_permission")] == [None]

    given = ordered().on("2026-06-16").says("decide_permission", permitted=True, reason="geen andere weg", **COLLEGE)
    after = given.until("2026-06-16")
    assert after.the(PetitionOrdered).on == day("2026-06-16")
    assert after.the(PetitionOrdered).claimed > euro("12000.00")
    assert after.debtor.procedures == {}


@pytest.mark.norm("VEERE-4.17-b", "VEERE-4.17-c")
def test_the_college_has_a_last_day_and_the_office_is_warned_a_week_before() -> None:
    for running in (ordered(), asked()):
        after = running.until("2026-12-01")
        (question,) = after.debtor.questions.values()
        near = after.the(PermissionNear)
        assert question.deadline == near.decide_by == day("2026-07-13")
        assert near.on == day("2026-07-07")
    given = ordered().on("2026-06-16").says("decide_permission", permitted=True, reason="geen andere weg", **COLLEGE)
    assert given.until("2026-12-01").all(PermissionNear) == []


@pytest.mark.norm("VEERE-4.17-b")
def test_a_refusal_of_the_college_cancels_the_petition() -> None:
    no = ordered().on("2026-06-16").says("decide_permission", permitted=False, reason="eerst een gesprek", **COLLEGE)
    after = no.until("2026-12-01")

    assert after.the(PermissionDecided).permitted is False
    assert after.all(PetitionOrdered) == []
    assert after.debtor.procedures == {}


@pytest.mark.norm("VEERE-4.17-b", "VEERE-4.17-c")
def test_only_the_college_permits_and_only_what_it_was_asked() -> None:
    officer = ordered().officer("decide_permission", permitted=True, reason="ik vind van wel").until("2026-06-01")
    assert (officer.refusal.code, officer.refusal.norms[0]) == ("role_not_allowed", "VEERE-4.17-b")
    other = ordered().says("decide_permission", about="K1", permitted=True, reason="goed", **COLLEGE)
    assert other.until("2026-06-01").refusal.code == "not_asked"


def test_no_petition_without_an_open_debt_while_a_regime_holds_or_twice() -> None:
    paid = life().on("2026-03-02").pays("600.00").on("2026-06-01").officer("order_petition")
    assert paid.until("2026-06-01").refusal.code == "nothing_open"
    held = life().on("2026-05-04").says("register_moratorium", received_on="2026-05-04")
    assert held.officer("order_petition").until("2026-05-04").refusal.code == "regime_holds"
    assert ordered(ordered()).until("2026-06-01").refusal.code == "permission_asked"


@pytest.mark.norm("VEERE-4.17-c")
def test_a_creditor_gets_no_statement_without_permission() -> None:
    after = asked().officer("disclose_supporting_claim", creditor="K1").until("2026-06-01")

    assert (after.refusal.code, after.refusal.norms) == ("no_permission", ("VEERE-4.17-c",))
    assert after.all(SupportingClaimDisclosed) == []
    unasked = life().on("2026-06-01").officer("disclose_supporting_claim", creditor="K1").until("2026-06-01")
    assert unasked.refusal.code == "no_permission"


@pytest.mark.norm("VEERE-4.17-c")
def test_with_permission_the_statement_goes_to_that_creditor_once_and_is_logged() -> None:
    permitted = asked().on("2026-06-16")
    permitted.says("decide_permission", about="K1", permitted=True, reason="steunvordering nodig", **COLLEGE)
    given = permitted.on("2026-06-17").officer("disclose_supporting_claim", creditor="K1")
    given.officer("disclose_supporting_claim", creditor="K2").officer("disclose_supporting_claim", creditor="K1")
    after = given.until("2026-06-17")

    disclosed = after.the(SupportingClaimDisclosed)
    assert (disclosed.creditor, disclosed.addressee, disclosed.debts) == ("K1", "K1", ("OZB-2026-0001",))
    assert disclosed.disclosed == after.debt().open.total
    assert disclosed.letter is not None
    assert (disclosed.letter.recipient, disclosed.letter.total) == ("third_party", disclosed.disclosed)
    assert "16 juni 2026" in " ".join(disclosed.letter.paragraphs)
    assert [r.code for r in after.refusals] == ["no_permission", "no_permission"]


@pytest.mark.norm("VEERE-4.17-g")
def test_for_an_entity_without_activities_and_money_dissolution_is_proposed_and_the_officer_chooses() -> None:
    empty = {"no_activities": True, "no_assets_or_income": True}
    proposed = ordered(life(debtor=COMPANY), **empty)
    seen = proposed.until("2026-06-01")
    assert seen.the(DissolutionProposed)
    assert seen.all(PermissionAsked) == []
    assert [t["answered"] for t in seen.tasks("request_dissolution")] == [None]

    asked_for = proposed.on("2026-06-02").officer("request_dissolution", reason="lege bv").until("2026-06-02")
    assert asked_for.the(DissolutionRequested)
    insists = ordered(life(debtor=COMPANY), **empty, reason="er is een garantie van de bestuurder").until("2026-06-01")
    assert insists.the(PermissionAsked)


@pytest.mark.norm("VEERE-4.17-g")
@pytest.mark.parametrize("known", [{"no_activities": True}, {"no_assets_or_income": True}, {}])
def test_with_activities_or_money_or_for_a_person_no_dissolution_is_proposed(known: dict[str, bool]) -> None:
    assert ordered(life(debtor=COMPANY), **known).until("2026-06-01").all(DissolutionProposed) == []
    person = ordered(life(), no_activities=True, no_assets_or_income=True).until("2026-06-01")
    assert person.all(DissolutionProposed) == []
    refused = life().on("2026-06-01").officer("request_dissolution", reason="leeg").until("2026-06-01")
    assert refused.refusal.code == "not_an_entity"
