"""Late decisions: a penalty in five kinds of proceedings, two weeks after a notice of default, and in no other."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from domain.norms import catalogue
from domain.procedures.late_decision import (
    OTHER_PROCEEDINGS,
    PENALTY_PROCEEDINGS,
    DecisionTermNear,
    DefaultNoticed,
    NoPenaltyAnswered,
    PenaltyOpened,
    Proceeding,
    ProceedingDecided,
    ProceedingOpened,
)
from tests.builder import Life, day, life

LIABILITY = "objection_liability_art_49_1"


def opened(proceeding: str = LIABILITY, decide_by: str = "2026-06-26") -> Life:
    fields = {"proceeding": proceeding, "received_on": "2026-05-15", "decide_by": decide_by}
    return life(due="2027-12-31").on("2026-05-15").says("open_proceeding", **fields)


def in_default(on: str = "2026-07-01", proceeding: str = LIABILITY) -> Life:
    return opened().on(on).says("register_notice_of_default", proceeding=proceeding, received_on=on)


def decided(given: Life, on: str, proceeding: str = LIABILITY, **fields: Any) -> Life:
    decision = {
        "by": "m3",
        "role": "collection_officer",
        "proceeding": proceeding,
        "decided_on": on,
        "reason": "ongegrond",
    }
    return given.on(on).says("decide_proceeding", **(decision | fields))


@pytest.mark.norm("VEERE-1.5-d")
def test_the_five_kinds_are_those_of_the_norm() -> None:
    assert set(PENALTY_PROCEEDINGS) == set(get_args(Proceeding)) == set(catalogue()["VEERE-1.5-d"].params["kinds"])


@pytest.mark.norm("VEERE-1.5-d")
@pytest.mark.parametrize("proceeding", PENALTY_PROCEEDINGS)
def test_the_official_is_warned_before_the_decision_term_ends(proceeding: str) -> None:
    assert opened(proceeding).until("2026-06-19").all(DecisionTermNear) == []

    after = opened(proceeding).until("2026-06-20")
    assert after.days(DecisionTermNear) == [day("2026-06-20")]
    assert after.the(DecisionTermNear).on < after.the(ProceedingOpened).decide_by
    assert [t["answered"] for t in after.tasks("decide_proceeding")] == [None]


@pytest.mark.norm("VEERE-1.5-d")
def test_a_decision_within_two_weeks_of_the_notice_of_default_costs_no_penalty() -> None:
    after = decided(in_default(), "2026-07-10").until("2026-12-31")

    assert after.the(DefaultNoticed).until == day("2026-07-15")
    assert after.the(ProceedingDecided).penalty_days == 0
    assert after.all(PenaltyOpened) == []


@pytest.mark.norm("VEERE-1.5-d")
@pytest.mark.parametrize(("last", "penalties"), [("2026-07-15", 0), ("2026-07-16", 1), ("2026-07-31", 1)])
def test_two_weeks_after_the_notice_without_a_decision_a_penalty_is_open(last: str, penalties: int) -> None:
    after = in_default().until(last)

    assert after.days(PenaltyOpened) == [day("2026-07-16")] * penalties


@pytest.mark.norm("VEERE-1.5-d")
def test_a_decision_after_the_two_weeks_tells_over_how_many_days_the_penalty_ran() -> None:
    after = decided(in_default(), "2026-07-20").until("2026-07-20")

    assert after.the(ProceedingDecided).penalty == "Dwangsom over 4 dagen."


@pytest.mark.norm("VEERE-1.5-d")
@pytest.mark.parametrize(("on", "codes"), [("2026-06-26", ["decision_not_late"]), ("2026-06-27", [])])
def test_a_notice_of_default_before_the_decision_is_late_is_refused(on: str, codes: list[str]) -> None:
    after = in_default(on).until(on)

    assert [r.code for r in after.refusals] == codes


@pytest.mark.norm("VEERE-1.5-d")
@pytest.mark.parametrize("again", ["2026-07-14", "2026-08-10"])
def test_a_second_notice_gives_no_new_two_weeks(again: str) -> None:
    given = in_default().on(again).says("register_notice_of_default", proceeding=LIABILITY, received_on=again)
    after = decided(given, "2026-08-26").until("2026-08-26")

    assert after.refusal.code == "already_in_default"
    assert after.the(PenaltyOpened).runs_from == day("2026-07-16")
    assert after.the(ProceedingDecided).penalty_days == 41


@pytest.mark.norm("VEERE-1.5-d")
def test_a_notice_that_is_registered_late_costs_no_day_of_the_penalty() -> None:
    given = opened().on("2026-07-25").says("register_notice_of_default", proceeding=LIABILITY, received_on="2026-07-01")
    after = given.until("2026-07-25")

    assert (after.the(PenaltyOpened).on, after.the(PenaltyOpened).runs_from) == (day("2026-07-25"), day("2026-07-16"))


@pytest.mark.norm("VEERE-1.5-d")
def test_a_notice_about_a_proceeding_that_is_not_registered_becomes_a_task() -> None:
    after = in_default(proceeding="objection_administrative_fine_art_63b").until("2026-12-31")

    assert after.all(NoPenaltyAnswered) == after.all(PenaltyOpened) == []
    assert [t["answered"] for t in after.tasks("place_notice")] == [None]


@pytest.mark.norm("VEERE-1.5-e")
def test_a_misspelt_proceeding_is_no_other_proceeding() -> None:
    with pytest.raises(ValidationError, match="objection_liability_art_49_1"):
        in_default(proceeding="objection_liability_art49_1")


@pytest.mark.norm("VEERE-1.5-d")
def test_neither_notice_nor_decision_lies_after_today() -> None:
    early = opened().on("2026-07-01").says("register_notice_of_default", proceeding=LIABILITY, received_on="2027-07-01")
    assert early.until("2026-07-01").refusal.code == "date_in_future"
    assert decided(in_default(), "2026-07-02", decided_on="2026-07-03").until("2026-07-02").refusal.code == (
        "date_in_future"
    )


@pytest.mark.norm("VEERE-1.5-d")
def test_deciding_one_proceeding_leaves_the_question_about_the_other_open() -> None:
    other = "objection_administrative_fine_art_63b"
    given = opened().says("open_proceeding", proceeding=other, received_on="2026-05-15", decide_by="2026-06-26")
    after = decided(given, "2026-06-22").until("2026-06-22")

    assert {t["task"]: bool(t["answered"]) for t in after.tasks("decide_proceeding")} == {
        f"decide_proceeding:{LIABILITY}": True,
        f"decide_proceeding:{other}": False,
    }


@pytest.mark.norm("VEERE-1.5-e")
@pytest.mark.parametrize("proceeding", OTHER_PROCEEDINGS)
def test_in_any_other_procedure_no_penalty_is_booked_and_the_sender_is_told(proceeding: str) -> None:
    after = in_default(proceeding=proceeding).until("2027-01-31")

    answered = after.the(NoPenaltyAnswered)
    assert answered.letter is not None
    assert "U krijgt dus geen dwangsom" in " ".join(answered.letter.paragraphs)
    assert after.all(PenaltyOpened) == []
    assert [t["norms"] for t in after.tasks("late_request")] == [["VEERE-1.5-e"]], "the handling official is warned"


@pytest.mark.norm("VEERE-1.5-d")
def test_a_proceeding_goes_on_when_the_debt_is_paid() -> None:
    after = in_default().on("2026-07-02").pays("600.00").until("2026-07-31")

    assert after.debt().closed_on == day("2026-07-02")
    assert after.days(PenaltyOpened) == [day("2026-07-16")]


@pytest.mark.norm("VEERE-1.5-d")
@pytest.mark.parametrize("role", ["debtor", "tax_bailiff", "external_bailiff", "engine"])
def test_a_decision_is_an_officials(role: str) -> None:
    after = decided(in_default(), "2026-07-10", role=role).until("2026-07-10")

    assert after.refusal.code == "role_not_allowed"
    assert after.all(ProceedingDecided) == []


def test_what_is_not_open_is_not_decided_and_what_is_open_is_not_opened_again() -> None:
    twice = opened().says("open_proceeding", proceeding=LIABILITY, received_on="2026-05-15", decide_by="2026-06-26")
    assert twice.until("2026-05-15").refusal.code == "proceeding_open"

    none = decided(life(), "2026-07-10").until("2026-07-10")
    assert none.refusal.code == "no_proceeding"
