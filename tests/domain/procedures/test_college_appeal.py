"""After a refused or ended deferral: 14 days, and appeal to the College within 10."""

from typing import Any

import pytest

from domain.debt.events import ActWithdrawn, DeferralRestored, DeferralStopped
from domain.debt.letters import Recipient
from domain.debt.state import Measure
from domain.norms import catalogue
from domain.procedures.college_appeal import (
    AppealDecided,
    AppealDecisionCopied,
    AppealDecisionNear,
    AppealForwarded,
    AppealReceived,
    CollectionPaused,
    ReasonsRequested,
    WaitEnded,
)
from domain.procedures.deferral.events import DeferralAsked, DeferralGranted
from domain.procedures.ladder import DemandIssued, WritIssued
from tests.builder import VEERE, Life, Seen, day, life, reading

COLLEGE = {"by": "college-secretaris", "role": "college", "reason": "Het bezwaar is niet kansloos."}


def refused(on: str = "2026-06-15", *, given: Life | None = None) -> Life:
    """A sewage charge demanded on 2026-05-09 and wholly disputed since 2026-05-19; deferral is refused."""
    given = given or life(tax="sewage_charge")
    given = given.on("2026-05-19").says("file_objection", received_on="2026-05-19")
    return given.on(on).officer("refuse_deferral", reason="Kansloos bezwaar.")


def withdrawn(on: str = "2026-06-15", *, given: Life | None = None) -> Life:
    given = given or life(tax="sewage_charge")
    given = given.on("2026-05-19").says("file_objection", received_on="2026-05-19")
    given = given.on("2026-05-20").officer("grant_deferral")
    return given.on(on).officer("withdraw_deferral", reason="Misbruik.")


def appealed(given: Life, on: str = "2026-06-24", **fields: Any) -> Life:
    return given.on(on).says("appeal_to_college", **({"received_on": on} | fields))


def decided(given: Life, on: str, decision: str, **fields: Any) -> Life:
    return given.on(on).says("decide_appeal", decision=decision, **(COLLEGE | fields))


def text_of(after: Seen, kind: str) -> str:
    letter = after.letters(kind)[-1].letter
    assert letter is not None
    return " ".join([*letter.paragraphs, letter.remedy or ""])


# -- 4.10.4: 14 days, and waiting for the College -----------------------------------------------------------------


@pytest.mark.norm("VEERE-4.10.4-a")
def test_measures_are_refused_for_14_days_and_then_the_track_resumes_where_it_stopped() -> None:
    assert VEERE.terms["resume_after_deferral"].days == catalogue()["VEERE-4.10.4-a"].params["days"] == 14
    after = refused().until("2026-06-29")

    barrier = after.forbids(Measure.WRIT)
    assert barrier is not None
    assert (barrier.norms, barrier.until) == (("VEERE-4.10.4-a",), day("2026-06-29"))
    assert after.all(WritIssued) == []
    after = refused().until("2026-06-30")
    assert after.days(WritIssued) == [day("2026-06-30")]
    assert len(after.all(DemandIssued)) == 1


@pytest.mark.norm("VEERE-4.10.4-a", "VEERE-4.10.5-a")
def test_a_withdrawal_starts_the_same_14_days() -> None:
    assert withdrawn().until("2026-06-29").all(WritIssued) == []
    assert withdrawn().until("2026-06-30").days(WritIssued) == [day("2026-06-30")]


@pytest.mark.norm("VEERE-4.10.4-a")
def test_the_letter_tells_until_when_nothing_happens() -> None:
    after = refused().until("2026-06-15")

    assert "Wij wachten nog 14 dagen: tot en met 29 juni 2026 doen wij niets" in text_of(after, "deferral_refused")


@pytest.mark.norm("VEERE-4.10.4-b", "VEERE-4.10.4-a")
def test_an_appeal_in_time_holds_the_debt_until_14_days_after_its_rejection() -> None:
    after = appealed(refused()).until("2026-08-02")
    assert after.the(AppealReceived).holds is True
    assert after.all(WritIssued) == []
    barrier = after.forbids(Measure.WRIT)
    assert barrier is not None
    assert (barrier.norms, barrier.until) == (("VEERE-4.10.4-b",), None)

    given = decided(appealed(refused()), "2026-08-03", "rejected")
    after = given.until("2026-08-17")
    assert after.all(DeferralStopped)[-1].why == "appeal_rejected"
    assert after.all(WritIssued) == []
    assert "tot en met 17 augustus 2026" in text_of(after, "college_decision")
    assert given.until("2026-08-18").days(WritIssued) == [day("2026-08-18")]


@pytest.mark.norm("VEERE-4.10.4-b")
@pytest.mark.parametrize(("choice", "writs"), [("yes", []), ("no", ["2026-06-30"])])
def test_whether_an_appeal_about_a_withdrawal_holds_is_a_reading(choice: str, writs: list[str]) -> None:
    given = Life(reading("appeal_about_withdrawal_holds", choice)).registers().assessed(tax="sewage_charge")
    after = appealed(withdrawn(given=given)).until("2026-06-30")

    assert after.days(WritIssued) == [day(d) for d in writs]


@pytest.mark.norm("VEERE-4.10.4-b")
def test_an_appeal_that_was_in_time_but_registered_late_withdraws_what_was_done_since() -> None:
    after = appealed(refused(), "2026-07-03", received_on="2026-06-25").until("2026-07-31")

    assert {e.act for e in after.all(ActWithdrawn)} == {"writ.issued.v1", "writ.served.v1"}
    assert after.debt().open.costs == after.the(DemandIssued).costs


@pytest.mark.norm("VEERE-4.10.4-b", "VEERE-4.10.5-c")
def test_when_the_college_grants_the_appeal_the_request_is_open_again_and_must_be_granted() -> None:
    given = decided(appealed(refused()), "2026-08-03", "granted")
    given = given.on("2026-08-10").officer("refuse_deferral", reason="toch niet")
    after = given.officer("grant_deferral").until("2026-09-30")

    assert after.the(DeferralRestored).request == "deferral:objection"
    assert [a.channel for a in after.all(DeferralAsked)] == ["objection", "college"]
    assert after.refusal.code == "college_decided"
    assert after.days(DeferralGranted) == [day("2026-08-10")]
    assert after.all(WritIssued) == []


@pytest.mark.norm("VEERE-4.10.4-a", "VEERE-4.9.3-h")
def test_an_appeal_that_is_granted_after_the_ruling_leaves_14_days() -> None:
    given = appealed(refused()).on("2026-07-10")
    given = given.says("rule_on_objection", ruled_on="2026-07-10", ruling="rejected", by="m2", role="levying_officer")
    given = decided(given, "2026-08-03", "granted")

    assert given.until("2026-08-17").all(WritIssued) == []
    assert given.until("2026-08-18").days(WritIssued) == [day("2026-08-18")]


# -- 4.10.5: the appeal -------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.10.5-a")
@pytest.mark.parametrize(("make", "kind"), [(refused, "deferral_refused"), (withdrawn, "deferral_withdrawn")])
def test_refusal_and_withdrawal_carry_the_appeal_clause(make: Any, kind: str) -> None:
    text = text_of(make("2026-07-02").until("2026-07-02"), kind)

    assert "in beroep gaan bij het college van burgemeester en wethouders" in text
    assert "lever die in bij de invorderingsambtenaar" in text
    assert "binnen 10 dagen na de datum van deze brief, dus uiterlijk op 13 juli 2026" in text


@pytest.mark.norm("VEERE-4.10.5-a")
def test_against_an_end_that_nobody_decided_there_is_no_appeal() -> None:
    given = life(tax="sewage_charge").on("2026-04-20").says("file_objection", received_on="2026-04-20")
    given = given.on("2026-04-22").officer("grant_deferral").on("2026-06-01")
    given = given.says("rule_on_objection", ruled_on="2026-06-01", ruling="rejected", by="m2", role="levying_officer")
    after = appealed(given, "2026-06-02").until("2026-06-02")

    assert (after.refusal.code, after.refusal.norms) == ("no_appeal", ("VEERE-4.10.5-a",))
    assert after.the(CollectionPaused).appeal_until is None


@pytest.mark.norm("VEERE-4.10.5-b", "VEERE-2-c")
@pytest.mark.parametrize(
    ("decided_on", "received_on", "late"),
    [
        ("2026-06-15", "2026-06-25", False),
        ("2026-06-15", "2026-06-26", True),
        ("2026-06-10", "2026-06-22", False),  # day 10 is a Saturday
        ("2026-06-10", "2026-06-23", True),
    ],
)
def test_the_appeal_must_come_within_ten_days_after_the_date_of_the_decision(
    decided_on: str, received_on: str, late: bool
) -> None:
    assert VEERE.terms["college_appeal"].days == catalogue()["VEERE-4.10.5-b"].params["days"] == 10
    after = appealed(refused(decided_on), received_on).until(received_on)

    received = after.the(AppealReceived)
    assert (received.late, received.holds) == (late, not late)


@pytest.mark.norm("VEERE-4.10.5-b")
def test_a_late_appeal_is_put_to_the_college_all_the_same_and_holds_nothing() -> None:
    after = appealed(refused(), "2026-06-26").until("2026-06-30")

    assert "te laat" in after.the(AppealReceived).text
    assert after.tasks("decide_appeal")[0]["answered"] is None
    assert after.days(WritIssued) == [day("2026-06-30")]


@pytest.mark.norm("VEERE-4.10.5-b")
def test_even_after_collection_went_on_a_late_appeal_goes_to_the_college() -> None:
    after = decided(appealed(refused(), "2026-08-20"), "2026-08-24", "granted").until("2026-08-24")

    assert after.the(AppealReceived).late is True
    assert after.all(DeferralAsked)[-1].channel == "college"


@pytest.mark.norm("VEERE-4.10.4-a", "VEERE-4.10.5-b")
def test_after_the_14_days_nothing_is_open_any_more_and_a_late_appeal_opens_it_again() -> None:
    key = "college_appeal:deferral:objection"
    assert key in refused().until("2026-06-29").debt().procedures
    assert "deferral:objection" not in refused().until("2026-06-15").debt().procedures

    after = refused().until("2026-06-30")
    assert key not in after.debt().procedures
    assert after.the(WaitEnded).text.endswith("er is geen beroep bij het college ingesteld.")
    late = appealed(refused(), "2026-07-06").until("2026-07-06")
    assert key in late.debt().procedures


@pytest.mark.norm("VEERE-4.10.4-a", "VEERE-4.10.5-c")
@pytest.mark.parametrize("decision", ["granted", "rejected"])
def test_an_appeal_that_was_decided_is_not_open_any_more(decision: str) -> None:
    given = decided(appealed(refused()), "2026-08-03", decision)

    after = given.until("2026-08-18").debt()
    assert [p for p in after.procedures if p.startswith("college_appeal")] == []
    assert not after.past.keys() & {"college_appeal:deferral:objection"}


@pytest.mark.norm("VEERE-4.10-b", "VEERE-4.10.5-b")
def test_the_term_for_an_appeal_against_a_new_arrangement_closes_by_itself() -> None:
    assert "college_appeal:arrangement" in new_arrangement().until("2026-06-18").debt().procedures
    after = new_arrangement().until("2026-06-19")

    assert "college_appeal:arrangement" not in after.debt().procedures
    assert after.the(WaitEnded).norms == ("VEERE-4.10.5-b",)


@pytest.mark.norm("VEERE-4.10.5-b")
def test_an_office_may_read_that_a_late_appeal_holds_too() -> None:
    given = Life(reading("late_appeal_holds", "yes")).registers().assessed(tax="sewage_charge")
    after = appealed(refused(given=given), "2026-06-26").until("2026-06-30")

    assert after.all(WritIssued) == []


@pytest.mark.norm("VEERE-4.10.5-b")
@pytest.mark.parametrize("received_on", ["2026-06-14", "2026-06-25"])
def test_an_appeal_of_before_the_decision_or_after_today_is_refused(received_on: str) -> None:
    after = appealed(refused(), "2026-06-24", received_on=received_on).until("2026-06-24")

    assert after.refusal.code in ("wrong_date", "no_appeal")
    assert after.all(AppealReceived) == []


@pytest.mark.norm("VEERE-4.10.5-c")
@pytest.mark.parametrize("role", ["collection_officer", "levying_officer", "engine", "debtor"])
def test_only_the_college_decides_the_appeal(role: str) -> None:
    given = appealed(refused(), "2026-06-22")
    after = decided(given, "2026-07-01", "rejected", role=role).until("2026-07-01")

    assert (after.refusal.code, after.refusal.norms) == ("role_not_allowed", ("VEERE-4.10.5-c",))
    assert after.the(AppealForwarded).on == day("2026-06-22")
    assert after.tasks("decide_appeal")[0]["answered"] is None


@pytest.mark.norm("VEERE-4.10.5-c")
def test_nobody_declines_the_appeal_in_place_of_the_college() -> None:
    no = {"question": "decide_appeal:deferral:objection", "reason": "nee"}
    after = appealed(refused()).on("2026-07-01").officer("decline_question", **no).until("2026-07-01")

    assert after.refusal.code == "role_not_allowed"


@pytest.mark.norm("VEERE-4.10.5-c")
def test_an_alarm_is_raised_before_the_term_of_the_college_ends() -> None:
    after = appealed(refused()).until("2026-12-31")

    assert after.the(AppealForwarded).decide_by == day("2026-08-05")
    assert after.days(AppealDecisionNear) == [day("2026-07-30")]
    assert after.all(AppealDecided) == []


@pytest.mark.norm("VEERE-4.10.5-d")
def test_an_appeal_without_reasons_is_answered_with_a_request_for_reasons() -> None:
    given = appealed(refused(), "2026-06-22", reasoned=False)
    after = decided(given, "2026-06-23", "rejected").until("2026-07-06")

    assert "waarom u het niet eens bent met onze beslissing van 15 juni 2026" in text_of(
        after, "appeal_reasons_requested"
    )
    assert (after.refusal.code, after.refusal.until) == ("no_appeal_forwarded", day("2026-07-06"))
    assert after.all(AppealForwarded) == []
    assert after.all(WritIssued) == []


@pytest.mark.norm("VEERE-4.10.5-d")
def test_reasons_that_come_go_to_the_college_with_the_appeal() -> None:
    given = appealed(refused(), "2026-06-22", reasoned=False).on("2026-06-30").says("supply_reasons")
    after = given.until("2026-06-30")

    forwarded = after.the(AppealForwarded)
    assert (forwarded.on, forwarded.reasoned) == (day("2026-06-30"), True)


@pytest.mark.norm("VEERE-4.10.5-d")
def test_an_appeal_whose_reasons_stay_away_goes_to_the_college_in_any_case() -> None:
    after = appealed(refused(), "2026-06-22", reasoned=False).until("2026-07-07")

    forwarded = after.the(AppealForwarded)
    assert (forwarded.on, forwarded.reasoned) == (day("2026-07-07"), False)
    assert after.tasks("decide_appeal")[0]["answered"] is None


@pytest.mark.norm("VEERE-4.10.5-e")
@pytest.mark.parametrize("representative", [True, False])
def test_the_decision_goes_to_the_debtor_and_to_the_representative_of_the_appeal(representative: bool) -> None:
    given = appealed(refused(), representative=representative)
    after = decided(given, "2026-08-03", "rejected").until("2026-08-03")

    sent = {act.letter.recipient for act in after.letters("college_decision") if act.letter}
    assert sent == {Recipient.DEBTOR} | ({Recipient.REPRESENTATIVE} if representative else set())
    assert len(after.all(AppealDecisionCopied)) == representative


@pytest.mark.norm("VEERE-4.10.5-d", "VEERE-4.10.5-e")
def test_the_request_for_reasons_goes_to_the_representative_who_filed_the_appeal() -> None:
    letter = appealed(refused(), reasoned=False, representative=True).until("2026-06-24").the(ReasonsRequested).letter

    assert letter is not None
    assert letter.recipient is Recipient.REPRESENTATIVE


@pytest.mark.norm("VEERE-4.10.5-f")
@pytest.mark.parametrize("reason", ["", "  "])
def test_a_decision_of_the_college_without_reasons_is_not_stored(reason: str) -> None:
    after = decided(appealed(refused()), "2026-08-03", "rejected", reason=reason).until("2026-08-03")

    assert (after.refusal.code, after.refusal.norms) == ("reason_required", ("VEERE-4.10.5-f",))
    assert after.all(AppealDecided) == []


@pytest.mark.norm("VEERE-4.10.5-f")
def test_the_reasons_stand_in_the_letter() -> None:
    after = decided(appealed(refused()), "2026-08-03", "granted").until("2026-08-03")

    text = text_of(after, "college_decision")
    assert "heeft het toegewezen" in text
    assert "Het bezwaar is niet kansloos." in text


def test_a_second_appeal_and_reasons_that_nobody_asked_for_are_refused() -> None:
    after = appealed(appealed(refused()), "2026-06-25").says("supply_reasons").until("2026-06-25")

    assert [r.code for r in after.refusals] == ["appeal_open", "no_reasons_asked"]


# -- 4.10: a new arrangement, and a repeated request passed on as an appeal ------------------------------------------

JUDGED: dict[str, Any] = {"circumstances": "tijdelijk minder uren werk", "structural": False}


def new_arrangement(monthly: str = "80.00") -> Life:
    """100.00 a month since 2026-05-01, 80.00 a month after a repeated request on 2026-06-08."""
    given = life().on("2026-04-20").says("request_arrangement", received_on="2026-04-20", channel="phone")
    given = given.on("2026-05-01").officer("grant_arrangement", **JUDGED, monthly="100.00")
    given = given.on("2026-06-01").says("request_arrangement", received_on="2026-06-01", channel="phone")
    return given.on("2026-06-08").officer("grant_arrangement", **JUDGED, monthly=monthly)


@pytest.mark.norm("VEERE-4.10-b")
@pytest.mark.parametrize(("received_on", "late"), [("2026-06-18", False), ("2026-06-19", True)])
def test_a_new_arrangement_can_be_appealed_within_the_same_ten_days(received_on: str, late: bool) -> None:
    after = appealed(new_arrangement(), received_on, request="arrangement").until(received_on)

    received = after.the(AppealReceived)
    assert (received.late, received.holds) == (late, False)
    assert after.tasks("decide_appeal")[0]["task"] == "decide_appeal:arrangement"
    assert after.all(DeferralStopped) == []


@pytest.mark.norm("VEERE-4.10-b")
def test_a_rejected_appeal_against_a_new_arrangement_leaves_it_as_it_is() -> None:
    given = appealed(new_arrangement(), "2026-06-18", request="arrangement")
    after = decided(given, "2026-07-01", "rejected", request="arrangement").until("2026-07-01")

    assert after.all(DeferralStopped) == []
    assert "doen wij niets" not in text_of(after, "college_decision")
    assert any(key.startswith("arrangement") for key in after.debt().procedures)


@pytest.mark.norm("VEERE-4.10-b")
def test_when_the_college_grants_it_the_arrangement_is_decided_again() -> None:
    given = appealed(new_arrangement(), "2026-06-18", request="arrangement")
    after = decided(given, "2026-07-01", "granted", request="arrangement").until("2026-07-01")

    assert after.the(DeferralRestored).request == "arrangement"


def test_a_repeated_request_that_is_passed_on_is_an_appeal_at_the_college() -> None:
    given = life().on("2026-04-20").says("request_arrangement", received_on="2026-04-20", channel="phone")
    given = given.on("2026-05-01").officer("grant_arrangement", **JUDGED, monthly="100.00")
    given = given.on("2026-06-01").says("request_arrangement", received_on="2026-06-01", channel="phone")
    after = given.on("2026-06-08").officer("forward_request").until("2026-06-08")

    assert after.the(AppealReceived).late is False
    assert after.the(AppealForwarded).on == day("2026-06-08")
    assert after.tasks("decide_appeal")[0]["answered"] is None


def test_an_appeal_about_another_decision_is_told_which_ones_are_open() -> None:
    after = appealed(new_arrangement(), "2026-06-18", request="deferral:objection").until("2026-06-18")

    assert after.refusal.code == "no_appeal"
    assert "Wel over (veld request): arrangement." in after.refusal.text
