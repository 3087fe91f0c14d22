"""Payment arrangements: who gets one, on which schedule, how it is watched, paused and ended."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.debt.capacity import least_instalment, payment_capacity
from domain.debt.events import (
    ActWithdrawn,
    DebtSettled,
    DecisionAppealable,
    DeferralStopped,
    ForwardedToCollege,
    PaymentBooked,
    RefundDue,
)
from domain.debt.letters import LetterContent
from domain.debt.state import Measure
from domain.debtor.debtor import RefundCredited
from domain.kernel.messages import Act
from domain.procedures.arrangement.events import (
    ArrangementCompleted,
    ArrangementEnded,
    ArrangementGranted,
    ArrangementPaused,
    ArrangementRefused,
    ArrangementRequested,
    ArrangementResumed,
    CapacityComputed,
    DataAsked,
    DataOverdue,
    InstalmentMissed,
    PartDeferred,
    RepeatForwarded,
    RequestDecisionNear,
    RequestGranted,
    RequestLapsed,
    RequestReopened,
    SetOffDecided,
)
from domain.procedures.arrangement.overdue import OverdueDebtReported
from domain.procedures.arrangement.schedule import standing
from domain.procedures.college_appeal import AppealReceived, CollectionPaused
from domain.procedures.ladder import DemandIssued, ReminderIssued, WritIssued
from domain.rulebooks.rulebook import Rulebook
from tests.builder import DEBT, VEERE, Life, Seen, day, euro, law, life, reading

JUDGED: dict[str, Any] = {"circumstances": "tijdelijk minder uren werk", "structural": False}
BAILIFF = {"by": "kantoor-1", "role": "external_bailiff"}
B = "OZB-2026-0002"


def asked(given: Life | None = None, on: str = "2026-04-20", **wish: Any) -> Life:
    """A request for an arrangement came in by phone."""
    return (given or life()).on(on).says("request_arrangement", received_on=on, channel="phone", **wish)


def granted(given: Life | None = None, on: str = "2026-05-01", **schedule: Any) -> Life:
    """It is granted; without a word in six instalments of 100.00."""
    schedule = schedule or {"months": 6}
    return (given or asked()).on(on).officer("grant_arrangement", **(JUDGED | schedule))


def capacity(given: Life, income: str = "1600.00", norm: str = "1450.00") -> Life:
    return given.officer(
        "compute_capacity", net_disposable_income=income, living_costs=norm, reason="tabel kwijtschelding"
    )


def kept() -> Life:
    """An arrangement of six instalments of which three are paid ahead."""
    return granted().on("2026-05-04").pays("300.00")


def refused(given: Life | None = None, on: str = "2026-05-01", **fields: Any) -> Life:
    given = capacity((given or asked()).on(on))
    return given.officer("refuse_arrangement", **(JUDGED | {"why": "u kunt meer betalen"} | fields))


def regime(given: Life, name: str, since: str, until: str | None = None, debt: str = DEBT) -> Life:
    """The debtor's file tells the debt that a regime holds."""
    fields = {"regime": name, "since": since, "until": until, "text": "Regeling.", "attachments": "sleep"}
    return given.says("impose_regime", debt=debt, norms=["VEERE-4.19-a"], by="engine", **fields)


def lifted(given: Life, name: str) -> Life:
    fields = {"on": given._today, "then": "resume", "norms": ["VEERE-4.19-a"]}
    return given.says("lift_regime", regime=name, by="engine", **fields)


def dues(after: Seen) -> list[tuple[date, Decimal]]:
    """The schedule as it was granted (last)."""
    return [(i.due_on, i.amount) for i in after.all(ArrangementGranted)[-1].instalments]


def letter(act: Act) -> LetterContent:
    assert act.letter is not None
    return act.letter


def said(act: Act) -> str:
    """All that the letter says."""
    content = letter(act)
    parts = [content.subject, *content.paragraphs, content.consequences, content.help, content.remedy]
    return "\n".join(part for part in parts if part)


# -- the request (4.9.5) ------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.9.5-b")
def test_a_request_puts_a_question_with_a_proposal_to_the_officer_and_holds_measures() -> None:
    after = asked(monthly="100.00").until("2026-06-30")

    assert after.the(ArrangementRequested).repeated is False
    (task,) = after.tasks("decide_arrangement")
    assert task["answered"] is None
    assert (
        "€ 600,00 open: toewijzen of afwijzen? Voorstel: 10 termijn(en), de laatste op 20 februari 2027"
        in task["question"]
    )
    barrier = after.forbids(Measure.WRIT)
    assert barrier is not None
    assert (barrier.until, barrier.yields) == (None, True)
    assert after.all(ReminderIssued) == []


def test_under_the_other_reading_a_pending_request_holds_nothing() -> None:
    given = life(under=reading("pending_request_holds", "no"))

    assert asked(given).until("2026-05-01").days(ReminderIssued) == [day("2026-05-01")]


def test_a_request_that_was_received_before_the_demand_withdraws_the_demand() -> None:
    given = life().on("2026-05-12").says("request_arrangement", received_on="2026-05-06", channel="post")
    after = given.until("2026-05-12")

    assert after.the(ActWithdrawn).what == "aanmaning"
    assert after.debt().open.costs == 0
    assert after.forbids(Measure.DEMAND) is not None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (asked().says("request_arrangement", received_on="2026-04-20", channel="email"), "request_open"),
        (
            life().on("2026-04-20").says("request_arrangement", received_on="2026-04-21", channel="post"),
            "date_in_future",
        ),
        (asked(life().on("2026-04-01").pays("600.00")), "nothing_open"),
        (life().on("2026-05-01").officer("grant_arrangement", **JUDGED), "no_request"),
        (life().on("2026-05-01").officer("refuse_arrangement", **JUDGED), "no_request"),
        (life().on("2026-05-01").officer("end_arrangement", ground="wrong_data", finding="x"), "no_arrangement"),
    ],
)
def test_what_makes_no_sense_is_refused(given: Life, code: str) -> None:
    assert given.until("2026-05-01").refusals[-1].code == code


@pytest.mark.parametrize("command", ["grant_arrangement", "refuse_arrangement"])
@pytest.mark.parametrize("role", ["engine", "tax_bailiff", "debtor", "college", "levying_officer"])
def test_nobody_but_the_collection_officer_decides_on_a_request(command: str, role: str) -> None:
    after = asked().on("2026-05-01").says(command, by="m1", role=role, **JUDGED).until("2026-05-01")

    assert after.refusal.code == "role_not_allowed"


@pytest.mark.norm("VEERE-4.9.5-a")
@pytest.mark.parametrize("command", ["grant_arrangement", "refuse_arrangement"])
def test_no_decision_is_stored_without_the_personal_and_financial_circumstances(command: str) -> None:
    after = asked().on("2026-05-01").officer(command, structural=False, circumstances="  ").until("2026-05-01")

    assert (after.refusal.code, after.refusal.norms) == ("circumstances_required", ("VEERE-4.9.5-a",))
    assert after.all(ArrangementGranted) == []
    assert granted().until("2026-05-01").the(RequestGranted).circumstances == JUDGED["circumstances"]


@pytest.mark.norm("VEERE-4.9.5-d")
@pytest.mark.parametrize("command", ["grant_arrangement", "refuse_arrangement"])
def test_the_officer_must_answer_whether_the_problems_are_structural(command: str) -> None:
    after = asked().on("2026-05-01").officer(command, circumstances="ziek").until("2026-05-01")

    assert (after.refusal.code, after.refusal.norms) == ("structural_unanswered", ("VEERE-4.9.5-d",))


@pytest.mark.norm("VEERE-4.9.5-d", "VEERE-4.13-a")
def test_with_structural_problems_nothing_is_granted_and_the_refusal_points_to_help() -> None:
    structural = JUDGED | {"structural": True}
    after = asked().on("2026-05-01").officer("grant_arrangement", **structural).until("2026-05-01")
    assert (after.refusal.code, after.refusal.norms) == ("structural_problems", ("VEERE-4.9.5-d",))

    after = asked().on("2026-05-01").officer("refuse_arrangement", **structural).until("2026-05-01")
    act = after.the(ArrangementRefused)
    assert "kwijtschelding" in said(act)
    assert "Orionis Walcheren" in (letter(act).help or "")
    assert "college van burgemeester en wethouders" in (letter(act).remedy or "")
    assert "tot en met 11 mei 2026" in (letter(act).remedy or "")
    assert "pas na 15 mei 2026" in said(act)
    stopped = after.the(DeferralStopped)
    assert (stopped.why, stopped.request, stopped.appealable) == ("refused", "arrangement", True)
    assert after.tasks("decide_arrangement")[0]["answered"]["answer"] == "Betalingsregeling afwijzen"


def test_a_request_is_not_brushed_aside_by_saying_no_to_the_question() -> None:
    given = asked().on("2026-05-01").officer("decline_question", question="decide_arrangement", reason="geen zin")
    after = given.until("2026-05-01")

    assert after.refusal.code == "decision_needed"
    assert after.tasks("decide_arrangement")[0]["answered"] is None


def test_the_question_can_be_put_off_and_comes_back() -> None:
    later = {"question": "decide_arrangement", "reason": "wacht op gegevens", "ask_again_on": "2026-05-11"}
    after = asked().on("2026-05-01").officer("decline_question", **later).until("2026-05-11")

    assert [task["on"] for task in after.tasks("decide_arrangement")] == ["2026-04-20", "2026-05-11"]


def test_a_request_lapses_when_the_debt_is_paid() -> None:
    after = asked().on("2026-05-04").pays("600.00").until("2026-12-31")

    assert after.days(RequestLapsed) == [day("2026-05-04")]
    assert after.debt().closed_on == day("2026-05-04")


# -- the schedule (4.9.5, 4.9.6) ----------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.9.5-b", "VEERE-4.9.6-c")
def test_six_months_are_six_monthly_instalments_from_the_grant_on_working_days() -> None:
    after = granted().until("2026-05-01")

    assert [d for d, _ in dues(after)] == [
        day(d) for d in ("2026-06-01", "2026-07-01", "2026-08-03", "2026-09-01", "2026-10-01", "2026-11-02")
    ]
    assert {amount for _, amount in dues(after)} == {euro("100.00")}
    assert after.the(ArrangementGranted).on == day("2026-05-01")


@pytest.mark.norm("VEERE-4.9.5-b")
def test_a_monthly_amount_gives_as_many_instalments_as_it_takes_and_the_last_holds_the_rest() -> None:
    after = granted(monthly="250.00", first_on="2026-05-25").until("2026-05-01")

    assert dues(after) == [
        (day("2026-05-26"), euro("250.00")),
        (day("2026-06-25"), euro("250.00")),
        (day("2026-07-27"), euro("100.00")),
    ]


@pytest.mark.norm("VEERE-4.9.5-b")
def test_the_first_instalment_falls_within_a_month() -> None:
    assert granted(months=3, first_on="2026-06-01").until("2026-05-01").refusals == []
    after = granted(months=3, first_on="2026-06-02").until("2026-05-01")

    assert (after.refusal.code, after.refusal.until) == ("first_instalment", day("2026-06-01"))


@pytest.mark.norm("VEERE-4.9.5-b")
def test_what_is_granted_is_told_in_a_letter_with_the_schedule_and_its_conditions() -> None:
    given = (
        asked()
        .on("2026-05-01")
        .officer("grant_arrangement", months=6, other_conditions=["Meld het als uw inkomen verandert."], **JUDGED)
    )
    act = given.until("2026-05-01").the(ArrangementGranted)

    content = letter(act)
    assert [(i.due_on, i.amount) for i in content.schedule] == [(i.due_on, i.amount) for i in act.instalments]
    assert (content.total, content.pays, content.remedy) == (euro("600.00"), True, None)
    assert "Betaal nieuwe aanslagen van de gemeente op tijd. Meld het als uw inkomen verandert." in said(act)
    assert "twee keer een termijn niet" in (content.consequences or "")
    assert "op 20 april 2026 om een betalingsregeling" in said(act)


@pytest.mark.norm("VEERE-4.9.5-b")
def test_while_it_runs_no_measure_but_set_off_is_allowed() -> None:
    after = granted().until("2026-05-20")

    assert all(after.forbids(m) for m in Measure if m is not Measure.SET_OFF)
    assert after.forbids(Measure.SET_OFF) is None
    assert after.all(ReminderIssued) == []


@pytest.mark.norm("VEERE-4.9.5-c")
def test_deferral_until_a_day_is_an_arrangement_with_one_instalment_and_counts_as_the_one() -> None:
    given = granted(until="2026-09-01").on("2026-09-01").pays("100.00")
    after = given.until("2026-09-02")

    assert dues(after) == [(day("2026-09-01"), euro("600.00"))]
    assert "VEERE-4.9.5-c" in after.the(ArrangementGranted).norms
    assert after.the(ArrangementEnded).ground == "not_paid_in_time"
    again = granted(asked(given, "2026-09-05"), "2026-09-08").until("2026-09-08")
    assert again.refusal.code == "one_arrangement"


@pytest.mark.norm("VEERE-4.9.5-c", "VEERE-4.9.6-b")
def test_deferral_until_a_day_lasts_no_longer_than_ten_months_and_not_back() -> None:
    assert granted(until="2027-03-01").until("2026-05-01").refusals == []
    assert granted(until="2027-03-02").until("2026-05-01").refusal.code == "arrangement_too_long"
    assert granted(until="2026-05-01").until("2026-05-01").refusal.code == "date_past"


@pytest.mark.norm("VEERE-4.9.6-a")
def test_without_a_wish_the_schedule_ends_before_the_next_assessment() -> None:
    given = granted(asked(on="2026-08-03"), "2026-08-03", next_assessment_on="2027-02-26")
    after = given.until("2026-08-03")

    assert (len(dues(after)), dues(after)[-1][0]) == (6, day("2027-02-03"))
    assert after.the(ArrangementGranted).warning == ""


@pytest.mark.norm("VEERE-4.9.6-a")
def test_a_schedule_that_runs_past_the_next_assessment_gets_a_warning() -> None:
    given = granted(asked(on="2026-08-03"), "2026-08-03", months=7, next_assessment_on="2027-02-26")
    act = given.until("2026-08-03").the(ArrangementGranted)

    assert act.last_on == day("2027-03-03")
    assert "volgende aanslag" in act.text


@pytest.mark.norm("VEERE-4.9.6-a")
def test_the_next_assessment_is_expected_a_year_after_this_one() -> None:
    act = granted().until("2026-05-01").the(ArrangementGranted)

    assert act.next_assessment_on == day("2027-02-27")


@pytest.mark.norm("VEERE-4.9.6-b", "VEERE-4.9.6-c")
def test_an_arrangement_lasts_ten_months_from_the_grant_and_not_eleven() -> None:
    after = granted(months=10).until("2026-05-01")
    assert dues(after)[-1][0] == day("2027-03-01")

    after = granted(months=11).until("2026-05-01")
    assert (after.refusal.code, after.refusal.until) == ("arrangement_too_long", day("2027-03-01"))
    assert after.refusal.norms == ("VEERE-4.9.6-b", "VEERE-4.9.6-d")
    assert granted(monthly="60.00").until("2026-05-01").refusals == []
    assert granted(monthly="59.99").until("2026-05-01").refusal.code == "arrangement_too_long"


@pytest.mark.norm("VEERE-4.9.6-b")
def test_a_last_instalment_in_a_weekend_does_not_move_past_the_ten_months() -> None:
    after = granted(on="2026-04-28", months=10).until("2026-04-28")

    assert dues(after)[-1][0] == day("2027-02-28")


@pytest.mark.norm("VEERE-4.9.6-d")
def test_special_circumstances_that_are_recorded_allow_a_longer_term() -> None:
    after = granted(months=13, special_circumstances="langdurig ziek").until("2026-05-01")

    assert dues(after)[-1][0] == day("2027-06-01")
    assert "VEERE-4.9.6-d" in after.the(ArrangementGranted).norms
    assert after.the(RequestGranted).special_circumstances == "langdurig ziek"
    after = granted(monthly="0.01", special_circumstances="langdurig ziek").until("2026-05-01")
    assert after.refusal.code == "too_many_instalments"


@pytest.mark.norm("VEERE-4.9.6-e")
def test_an_assessment_has_one_arrangement_and_another_assessment_one_of_its_own() -> None:
    ended = kept().on("2026-07-30").officer("end_arrangement", ground="reason_gone", finding="erfenis")
    ended.on("2026-02-27").says(
        "fix_assessment",
        debt=B,
        debtor="D1",
        tax="sewage_charge",
        amount="200.00",
        dated="2026-02-27",
        due=["2026-04-30"],
    )
    given = granted(asked(ended, "2026-08-03"), "2026-08-04")
    given.on("2026-08-03").says("request_arrangement", debt=B, received_on="2026-08-03", channel="email")
    given.on("2026-08-04").officer("grant_arrangement", debt=B, months=2, **JUDGED)
    after = given.until("2026-08-04")

    assert (after.refusal.code, after.refusal.norms) == ("one_arrangement", ("VEERE-4.9.6-e",))
    assert after.days(ArrangementGranted, DEBT) == [day("2026-05-01")]
    assert after.days(ArrangementGranted, B) == [day("2026-08-04")]


def test_a_part_that_is_deferred_otherwise_stays_out_of_the_arrangement() -> None:
    given = life().on("2026-03-20").says("file_objection", received_on="2026-03-20", disputed="200.00")
    after = granted(asked(given)).until("2026-05-01")

    assert after.the(ArrangementGranted).amount == euro("400.00")
    assert after.the(ArrangementGranted).tracks == ("",)


# -- the external bailiff (4.9.6-f) -------------------------------------------------------------------------------


def failed() -> Life:
    """An arrangement that the officer ended on 2026-08-03, after which collection was handed over."""
    given = kept().on("2026-08-03").officer("end_arrangement", ground="conditions_not_kept", finding="niet gemeld")
    return given.on("2026-09-01").officer("hand_over_to_external_bailiff", reason="regeling mislukt")


@pytest.mark.norm("VEERE-4.9.6-f")
def test_after_hand_over_the_external_bailiff_may_report_a_new_arrangement_and_it_is_watched() -> None:
    given = failed().on("2026-09-14").says("report_arrangement", agreed_on="2026-09-14", monthly="150.00", **BAILIFF)
    after = given.until("2026-11-20")

    first, second = after.all(ArrangementGranted)
    assert (first.external, second.external, second.instalments[0].amount) == (False, True, euro("150.00"))
    assert second.letter is None
    assert after.days(InstalmentMissed)[-2:] == [day("2026-10-15"), day("2026-11-17")]
    assert after.all(ArrangementEnded)[-1].ground == "missed_instalments"


@pytest.mark.norm("VEERE-4.9.6-f")
def test_before_the_hand_over_or_by_somebody_else_no_new_arrangement_is_reported() -> None:
    proposal = {"monthly": "150.00"}
    early = failed().on("2026-09-02").says("report_arrangement", agreed_on="2026-08-31", **proposal, **BAILIFF)
    assert early.until("2026-09-02").refusal.code == "not_handed_over"

    officer = failed().on("2026-09-14").officer("report_arrangement", agreed_on="2026-09-14", **proposal)
    assert officer.until("2026-09-14").refusal.code == "role_not_allowed"

    never = kept().on("2026-08-14").says("report_arrangement", agreed_on="2026-08-14", **proposal, **BAILIFF)
    assert never.until("2026-08-14").refusal.norms == ("VEERE-4.9.6-f",)


# -- the capacity (4.9.6-g to -k) ---------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.9.6-g")
def test_a_request_is_not_refused_without_the_payment_capacity() -> None:
    given = asked(monthly="20.00", months=10).on("2026-05-01")
    given.officer("refuse_arrangement", why="te weinig", **JUDGED)
    after = given.until("2026-05-01")
    assert (after.refusal.code, after.refusal.norms) == ("capacity_first", ("VEERE-4.9.6-g",))

    act = refused(asked(monthly="20.00")).until("2026-05-01").the(ArrangementRefused)
    assert "€ 150,00 per maand" in said(act)
    assert "u kunt meer betalen" in said(act)


@pytest.mark.norm("VEERE-4.9.6-g")
@pytest.mark.parametrize(
    ("wish", "less", "as_asked"),
    [
        ({"monthly": "80.00"}, {"monthly": "100.00"}, {"monthly": "80.00"}),
        ({"months": 8}, {"months": 7}, {"months": 8}),
        ({"until": "2026-09-01"}, {"until": "2026-08-31"}, {"until": "2026-09-01"}),
    ],
)
def test_less_than_was_asked_needs_the_payment_capacity(wish: Any, less: Any, as_asked: Any) -> None:
    after = granted(asked(**wish), **less).until("2026-05-01")
    assert (after.refusal.code, after.refusal.norms) == ("capacity_first", ("VEERE-4.9.6-g",))

    assert granted(asked(**wish), **as_asked).until("2026-05-01").refusals == []
    known = capacity(asked(**wish).on("2026-05-01"), income="1500.00")
    assert granted(known, **less).until("2026-05-01").refusals == []


def test_a_refusal_that_is_not_structural_says_why() -> None:
    after = refused(why=" ").until("2026-05-01")

    assert after.refusal.code == "reason_required"


@pytest.mark.norm("VEERE-4.9.6-h")
def test_financial_data_are_asked_by_letter_with_a_term_and_the_officer_hears_when_it_ends() -> None:
    given = asked().on("2026-05-11").officer("ask_for_data", needed=["uw loonstroken", "uw huurcontract"])
    after = given.until("2026-05-26")

    act = after.the(DataAsked)
    assert act.until == day("2026-05-26")
    assert "uw loonstroken en uw huurcontract" in said(act)
    assert "26 mei 2026" in said(act)
    assert after.tasks("arrangement_data_overdue") == []
    later = given.until("2026-05-27")
    assert later.days(DataOverdue) == [day("2026-05-27")]
    assert later.tasks("arrangement_data_overdue")[0]["answered"] is None
    assert not [*later.all(ArrangementGranted), *later.all(ArrangementRefused)]


@pytest.mark.norm("VEERE-4.9.6-h")
def test_data_that_came_in_time_end_the_wait_also_when_we_hear_it_late() -> None:
    given = asked().on("2026-05-11").officer("ask_for_data", needed=["uw loonstroken"])
    after = given.on("2026-05-29").says("supply_data", received_on="2026-05-26").until("2026-06-30")

    assert after.the(ActWithdrawn).what == "termijn voor gegevens verstreken"
    assert "arrangement_data_overdue" not in after.debt().questions
    assert "decide_arrangement" in after.debt().questions
    late = asked().on("2026-05-11").officer("ask_for_data", needed=["uw loonstroken"])
    late = late.on("2026-05-29").says("supply_data", received_on="2026-05-29").until("2026-06-30")
    assert late.tasks("arrangement_data_overdue")[0]["answered"] == {"answer": "vervallen"}


@pytest.mark.norm("VEERE-4.9.6-i", "VEERE-4.9.6-j")
@pytest.mark.parametrize(
    ("income", "norm", "left"),
    [("1600.00", "1450.00", "150.00"), ("1450.00", "1450.00", "0.00"), ("1200.00", "1450.00", "0.00")],
)
def test_capacity_is_income_less_the_norm_amount_and_never_below_zero(income: str, norm: str, left: str) -> None:
    after = capacity(asked(), income, norm).until("2026-04-20")

    assert after.the(CapacityComputed).capacity == euro(left)
    assert payment_capacity(euro(income), euro(norm)) == euro(left)


@pytest.mark.norm("VEERE-4.9.6-j")
def test_the_norm_amount_comes_from_the_table_and_says_when_it_is_not_confirmed() -> None:
    given = asked().officer("compute_capacity", net_disposable_income="1600.00", household="single")
    computed = given.until("2026-04-20").the(CapacityComputed)
    (table,) = VEERE.living_costs

    assert computed.living_costs == table.monthly["single"]
    assert computed.capacity == euro("1600.00") - table.monthly["single"]
    assert "niet bevestigd" in computed.text
    assert "1600" not in computed.text, "the income stays out of the timeline"


@pytest.mark.norm("VEERE-4.9.6-j")
def test_a_norm_amount_that_is_not_known_is_never_zero() -> None:
    old = [VEERE.living_costs[0].model_dump() | {"valid_from": "2027-01-01"}]
    strict = law(strict_tariffs=True)
    figure = {"net_disposable_income": "1600.00", "household": "single"}
    for rules in (law(living_costs=[]), law(living_costs=old), strict):
        after = asked(life(under=rules)).officer("compute_capacity", **figure).until("2026-04-20")
        assert (after.refusal.code, after.refusal.norms) == ("living_costs_unknown", ("VEERE-4.9.6-j",))

    after = asked().officer("compute_capacity", net_disposable_income="1600.00", living_costs="0.00")
    assert after.until("2026-04-20").refusal.code == "reason_required"


@pytest.mark.norm("VEERE-4.9.6-i")
def test_an_entrepreneur_who_is_a_natural_person_has_the_same_formula_and_a_company_has_none() -> None:
    own = {"kind": "entrepreneur", "natural_person": True}
    assert capacity(asked(life(debtor=own))).until("2026-04-20").the(CapacityComputed).least == euro("120.00")

    company = asked(life(debtor={"kind": "entrepreneur"}))
    assert capacity(company).until("2026-04-20").refusal.code == "no_formula"
    company = asked(life(debtor={"kind": "entrepreneur"}))
    company.officer("compute_capacity", capacity="300.00", reason="uit de jaarrekening")
    computed = company.until("2026-04-20").the(CapacityComputed)
    assert (computed.capacity, computed.least) == (euro("300.00"), None)

    person = asked().officer("compute_capacity", capacity="300.00", reason="schatting")
    assert person.until("2026-04-20").refusal.code == "formula_holds"


@pytest.mark.norm("VEERE-4.9.6-k")
def test_an_instalment_is_at_least_eighty_percent_of_the_capacity() -> None:
    known = capacity(asked())
    after = granted(known, monthly="119.99").until("2026-05-01")
    assert (after.refusal.code, after.refusal.norms) == ("instalment_too_low", ("VEERE-4.9.6-k",))

    after = granted(capacity(asked()), monthly="120.00").until("2026-05-01")
    assert {amount for _, amount in dues(after)} == {euro("120.00")}
    assert least_instalment(euro("150.01"), 80) == euro("120.01")


# -- a repeated request (4.10) ------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.10-a", "VEERE-4.10-b")
def test_a_more_favourable_decision_on_a_repeated_request_replaces_the_first_and_can_be_appealed() -> None:
    given = granted(asked(granted(), "2026-06-01"), "2026-06-08", monthly="80.00")
    after = given.until("2026-06-08")

    assert dues(after)[0] == (day("2026-07-08"), euro("80.00"))
    act = after.all(ArrangementGranted)[-1]
    assert act.renewed
    assert "in de plaats van ons eerdere besluit" in said(act)
    assert "tot en met 18 juni 2026" in (letter(act).remedy or "")
    assert "Stuur de brief naar de invorderingsambtenaar" in (letter(act).remedy or "")
    appeal = after.the(DecisionAppealable)
    assert (appeal.request, appeal.decided_on) == ("arrangement", day("2026-06-08"))
    assert after.all(DeferralStopped) == []
    assert after.tasks("decide_repeated_request")[0]["answered"]["answer"] == "Betalingsregeling toewijzen"


@pytest.mark.norm("VEERE-4.10-a")
@pytest.mark.parametrize("schedule", [{"monthly": "100.00"}, {"monthly": "120.00"}, {"until": "2026-07-01"}])
def test_what_is_not_more_favourable_goes_to_the_college(schedule: dict[str, Any]) -> None:
    given = granted(asked(granted(), "2026-05-20"), "2026-05-20", **schedule)
    after = given.until("2026-05-20")
    if schedule == {"monthly": "100.00"}:
        assert after.refusals == [], "as high, but longer"
        return

    assert (after.refusal.code, after.refusal.norms) == ("not_more_favourable", ("VEERE-4.10-a",))
    given.officer("refuse_arrangement", why="kan niet", **JUDGED)
    assert given.until("2026-05-20").refusals[-1].code == "repeated_request"
    after = given.officer("forward_request").until("2026-05-20")
    forwarded = after.the(ForwardedToCollege)
    assert (forwarded.request, forwarded.received_on) == ("arrangement", day("2026-05-20"))
    assert "Het college behandelt het als een beroep" in said(after.the(RepeatForwarded))
    assert after.days(ArrangementGranted) == [day("2026-05-01")]


@pytest.mark.norm("VEERE-4.10-a")
def test_after_a_refusal_a_repeated_request_may_be_granted() -> None:
    after = granted(asked(refused(), "2026-06-01"), "2026-06-02", monthly="120.00").until("2026-06-02")

    assert after.the(ArrangementGranted).renewed
    assert after.refusals == []


def test_a_first_request_is_not_sent_to_the_college() -> None:
    assert asked().officer("forward_request").until("2026-04-20").refusal.code == "not_repeated"


@pytest.mark.norm("VEERE-4.9.6-e")
def test_what_the_college_grants_on_appeal_is_decided_anew_without_the_limit_of_one() -> None:
    ended = kept().on("2026-07-06").officer("end_arrangement", ground="wrong_data", finding="inkomen")
    ended.on("2026-07-16").says("appeal_to_college", request="arrangement", received_on="2026-07-16")
    college = {"by": "college-1", "role": "college", "reason": "het inkomen klopte wel"}
    ended.on("2026-07-27").says("decide_appeal", request="arrangement", decision="granted", **college)
    after = granted(ended, "2026-08-03").until("2026-08-03")

    assert after.days(RequestReopened) == [day("2026-07-27")]
    assert after.days(ArrangementGranted) == [day("2026-05-01"), day("2026-08-03")]
    assert after.refusals == []
    assert after.all(ReminderIssued) == []


def test_a_repeated_request_that_the_college_rejects_resumes_collection_after_fourteen_days() -> None:
    given = asked(refused(), "2026-05-08").on("2026-05-11").officer("forward_request").on("2026-06-15")
    college = {"by": "college-1", "role": "college", "reason": "er is genoeg inkomen"}
    given.says("decide_appeal", request="arrangement", decision="rejected", **college)
    after = given.until("2026-06-30")

    assert after.days(ReminderIssued) == [day("2026-06-30")]


@pytest.mark.norm("VEERE-4.9.6-e", "VEERE-4.9.5-b")
def test_a_request_that_was_decided_is_not_open_any_more_but_the_one_arrangement_is_remembered() -> None:
    assert "arrangement_request" in asked().until("2026-04-20").debt().procedures
    for decided in (granted(), refused()):
        assert "arrangement_request" not in decided.until("2026-05-01").debt().procedures

    ended = granted().until("2026-07-20")
    assert ended.all(ArrangementEnded)
    assert [p for p in ended.debt().procedures if p.startswith("arrangement")] == []
    again = granted(asked(granted(), "2026-07-20"), "2026-07-20").until("2026-07-20")
    assert again.refusal.code == "one_arrangement"


@pytest.mark.norm("VEERE-4.10-a", "VEERE-4.10.4-a")
@pytest.mark.parametrize(("on", "holds"), [("2026-07-16", True), ("2026-07-17", False)])
def test_an_office_may_read_that_a_repeated_request_holds_only_within_the_fourteen_days(on: str, holds: bool) -> None:
    given = asked(life(under=reading("repeated_request_holds", "within_fourteen_days")))
    after = asked(granted(given), on).until("2026-07-31")

    assert after.days(ArrangementEnded) == [day("2026-07-02")]
    assert after.all(ArrangementRequested)[-1].holds is holds
    assert after.days(ReminderIssued) == ([] if holds else [day("2026-07-17")])


@pytest.mark.norm("VEERE-4.10-a", "VEERE-4.10.4-a")
def test_the_first_repeated_request_holds_until_it_is_decided_and_then_the_fourteen_days_do() -> None:
    waiting = asked(refused(), "2026-05-20").until("2026-06-30")
    assert waiting.days(ReminderIssued) == [day("2026-05-16")]
    assert waiting.all(DemandIssued) == []

    given = asked(refused(), "2026-05-20").on("2026-06-10").officer("forward_request")
    after = given.until("2026-07-10")
    paused = after.all(CollectionPaused)[-1]
    assert (paused.decided_on, paused.until, paused.refused) == (day("2026-06-10"), day("2026-06-24"), True)
    received = after.the(AppealReceived)
    assert (received.holds, received.late) == (True, False)
    assert after.all(DemandIssued) == []

    college = {"by": "college-1", "role": "college", "reason": "er is genoeg inkomen"}
    given.on("2026-07-10").says("decide_appeal", request="arrangement", decision="rejected", **college)
    assert given.until("2026-07-24").all(DemandIssued) == []
    assert given.until("2026-07-25").days(DemandIssued) == [day("2026-07-25")]


@pytest.mark.norm("VEERE-4.10.4-a")
def test_a_third_request_holds_nothing_and_gets_no_new_fourteen_days() -> None:
    given = asked(refused(), "2026-05-20").on("2026-05-21").officer("forward_request")
    college = {"by": "college-1", "role": "college", "reason": "er is genoeg inkomen"}
    given.on("2026-06-01").says("decide_appeal", request="arrangement", decision="rejected", **college)
    after = asked(given, "2026-06-15").on("2026-06-16").officer("forward_request").until("2026-06-16")

    assert [e.holds for e in after.all(ArrangementRequested)] == [True, True, False]
    assert after.days(DemandIssued) == [day("2026-06-16")], "after the days that followed on the College's decision"
    assert after.all(AppealReceived)[-1].holds is False


@pytest.mark.norm("VEERE-4.10-a")
def test_a_forwarded_request_beside_a_running_arrangement_stops_nothing() -> None:
    after = asked(granted(), "2026-05-20").on("2026-05-21").officer("forward_request").until("2026-05-21")

    assert [e.until for e in after.all(CollectionPaused)] == [None], "only the appeal is opened"
    assert after.the(AppealReceived).holds is False
    assert "arrangement" in after.debt().procedures


@pytest.mark.norm("VEERE-4.10.5-c", "VEERE-4.10.4-a")
def test_an_arrangement_that_ends_meanwhile_leaves_the_appeal_with_the_college() -> None:
    given = asked(granted(), "2026-05-20").on("2026-05-21").officer("forward_request")
    ended = given.until("2026-07-02")
    assert ended.days(ArrangementEnded) == [day("2026-07-02")]

    college = {"by": "college-1", "role": "college", "reason": "er is genoeg inkomen"}
    given.on("2026-07-06").says("decide_appeal", request="arrangement", decision="rejected", **college)
    after = given.until("2026-07-21")
    assert after.refusals == []
    assert after.days(ReminderIssued) == [day("2026-07-21")], "14 days after the College's decision"


@pytest.mark.norm("VEERE-4.10.5-c")
def test_what_the_college_granted_is_granted_whatever_the_problems_are() -> None:
    given = refused(structural=True).on("2026-05-08")
    given = given.says("appeal_to_college", request="arrangement", received_on="2026-05-08")
    college = {"by": "college-1", "role": "college", "reason": "er is een zieke partner"}
    given = given.on("2026-06-10").says("decide_appeal", request="arrangement", decision="granted", **college)
    after = granted(given, "2026-06-12", months=4, structural=True).until("2026-06-12")

    assert after.refusals == []
    assert len(after.all(ArrangementGranted)) == 1


@pytest.mark.norm("VEERE-4.10.5-c")
def test_the_officer_does_not_refuse_what_the_college_granted() -> None:
    given = refused().on("2026-05-08").says("appeal_to_college", request="arrangement", received_on="2026-05-08")
    college = {"by": "college-1", "role": "college", "reason": "er is een zieke partner"}
    given.on("2026-06-10").says("decide_appeal", request="arrangement", decision="granted", **college)
    waiting = given.until("2026-06-10")
    assert "zoals het heeft beslist" in waiting.tasks("decide_arrangement")[-1]["question"]

    for structural in (True, False):
        given.on("2026-06-12").officer("refuse_arrangement", why="nee", **(JUDGED | {"structural": structural}))
    after = given.until("2026-08-31")
    assert [(r.code, r.norms) for r in after.refusals] == [("college_decided", ("VEERE-4.10.5-c",))] * 2
    assert after.all(ReminderIssued) == []

    insolvent = regime(given.on("2026-06-15"), "wsnp", "2026-06-15").on("2026-06-16")
    insolvent.officer("refuse_arrangement", why="de aanslag valt in de regeling", **JUDGED)
    assert insolvent.until("2026-06-16").days(ArrangementRefused) == [day("2026-05-01"), day("2026-06-16")]


@pytest.mark.norm("VEERE-4.10-a")
@pytest.mark.parametrize(("choice", "reminders"), [("yes", []), ("first_repeat", []), ("no", ["2026-07-17"])])
def test_whether_a_repeated_request_holds_is_a_reading(choice: str, reminders: list[str]) -> None:
    given = asked(life(under=reading("repeated_request_holds", choice)))
    after = asked(granted(given), "2026-07-16").until("2026-07-31")

    assert after.days(ReminderIssued) == [day(d) for d in reminders]


@pytest.mark.norm("VEERE-4.9.6-f")
def test_the_arrangement_of_the_external_bailiff_answers_the_request_that_waits() -> None:
    given = asked(granted(), "2026-07-20").on("2026-07-21")
    given.officer("hand_over_to_external_bailiff", reason="regeling mislukt")
    given.on("2026-07-22").says("report_arrangement", agreed_on="2026-07-22", monthly="150.00", **BAILIFF)
    after = given.until("2026-07-22")

    assert after.the(RequestLapsed).text.endswith("de externe deurwaarder heeft een betalingsregeling getroffen.")
    assert [p for p in after.debt().procedures if p.startswith("arrangement")] == ["arrangement"]
    assert not any(task.startswith("decide") for task in after.debt().questions)


# -- the office's own term (4.9.1-b) ------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.9.1-b")
def test_the_office_is_warned_before_its_term_to_decide_ends() -> None:
    assert asked().until("2026-06-08").all(RequestDecisionNear) == []
    near = asked().until("2026-12-31").the(RequestDecisionNear)
    assert (near.on, near.decide_by) == (day("2026-06-09"), day("2026-06-15"))
    assert asked().until("2026-04-20").debt().questions["decide_arrangement"].deadline == day("2026-06-15")
    assert granted().until("2026-06-30").all(RequestDecisionNear) == []

    again = asked(refused(), "2026-05-20").until("2026-12-31").the(RequestDecisionNear)
    assert (again.on, again.decide_by) == (day("2026-07-09"), day("2026-07-15"))


# -- set-off (4.10.1) ---------------------------------------------------------------------------------------------


def refund(given: Life, on: str, amount: str, **fields: Any) -> Life:
    return given.on(on).says("register_refund", amount=amount, on=on, by="belastingen", **fields)


@pytest.mark.norm("VEERE-4.10.1-a", "VEERE-4.10.1-b")
def test_a_refund_is_set_off_and_shortens_the_schedule_from_its_end() -> None:
    given = granted().on("2026-06-01").pays("100.00").on("2026-07-01").pays("100.00")
    after = refund(given, "2026-07-06", "150.00").until("2026-07-06")

    act = after.the(SetOffDecided)
    assert (act.taken, act.left, act.number) == (euro("150.00"), euro("250.00"), 3)
    assert [(i.due_on, i.amount) for i in letter(act).schedule] == [
        (day("2026-08-03"), euro("100.00")),
        (day("2026-09-01"), euro("100.00")),
        (day("2026-10-01"), euro("50.00")),
    ]
    assert {line.label: line.amount for line in letter(act).amounts}["Verrekend"] == -euro("150.00")
    assert after.debt().open.total == euro("250.00")
    assert after.balances()["clearing"] == 0
    assert after.balances()["receivable:tax"] == euro("250.00")
    assert after.debtor.credit == 0


@pytest.mark.norm("VEERE-4.10.1-b")
def test_a_set_off_does_not_pay_the_next_instalment() -> None:
    given = refund(granted(), "2026-05-18", "150.00").on("2026-07-01").pays("50.00")
    after = given.until("2026-07-02")

    assert [e.due_on for e in after.all(InstalmentMissed)] == [day("2026-06-01"), day("2026-07-01")]
    assert after.the(ArrangementEnded).ground == "missed_instalments"


@pytest.mark.norm("VEERE-4.10.1-a")
def test_a_refund_that_covers_all_completes_the_arrangement_and_the_rest_is_credit() -> None:
    after = refund(granted(), "2026-05-18", "650.00").until("2026-12-31")

    assert after.days(ArrangementCompleted) == after.days(DebtSettled) == [day("2026-05-18")]
    assert letter(after.the(SetOffDecided)).pays is False
    assert after.debtor.credit == euro("50.00")
    assert after.balances()["clearing"] == 0
    assert after.all(InstalmentMissed) == []


@pytest.mark.norm("VEERE-4.10.1-a")
def test_no_refund_is_set_off_in_a_moratorium_or_without_an_arrangement() -> None:
    paused = regime(granted().on("2026-05-11"), "moratorium", "2026-05-11")
    for given in (paused, asked(), failed()):
        after = refund(given, "2026-09-14", "150.00").until("2026-09-14")
        assert after.all(SetOffDecided) == []
        assert after.debtor.credit == euro("150.00")
        assert after.the(RefundCredited).norms == ("VEERE-4.8-a",)


@pytest.mark.norm("VEERE-4.10.1-a")
def test_a_set_off_that_comes_after_the_ban_or_the_end_goes_back_to_the_debtor() -> None:
    paused = regime(granted().on("2026-05-11"), "moratorium", "2026-05-11")
    for given in (paused, asked().on("2026-05-11")):
        given.says("register_set_off", amount="150.00", on="2026-05-11", by="engine")
        after = given.until("2026-05-11")
        assert after.the(RefundDue).refund == euro("150.00")
        assert after.debtor.credit == euro("150.00")
        assert after.debt().open.total == euro("600.00")


def test_a_payment_from_before_a_set_off_that_is_heard_of_later_gives_the_refund_back() -> None:
    given = refund(granted(), "2026-05-18", "600.00").on("2026-05-26").pays("100.00", value_date="2026-05-15")
    after = given.until("2026-05-26")

    assert after.debt().open.total == 0
    assert after.debtor.credit == euro("100.00")
    assert after.balances()["clearing"] == after.balances()["reallocation"] == 0


def test_a_part_that_is_disputed_later_leaves_the_schedule_at_its_end() -> None:
    given = granted().on("2026-05-05").says("file_objection", received_on="2026-05-05", disputed="250.00")
    debt = given.until("2026-05-05").debt()
    plan = debt.procedures["arrangement"]

    assert [i.amount for i in plan.unpaid(debt)] == [euro("100.00")] * 3 + [euro("50.00")]


def test_costs_that_come_on_top_lengthen_the_last_instalment() -> None:
    assert standing([], euro("0.00"), euro("5.00")) == []
    agreed = granted().until("2026-05-01").the(ArrangementGranted).instalments
    assert [i.amount for i in standing(agreed, euro("200.00"), euro("409.00"))][-1] == euro("109.00")


# -- insolvency (4.10.2, 4.10.3-d) --------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.10.2-b")
@pytest.mark.parametrize("name", ["bankruptcy", "wsnp"])
def test_a_bankruptcy_or_wsnp_debt_cannot_be_in_an_arrangement(name: str) -> None:
    given = regime(asked(life(), "2026-03-02"), name, "2026-03-02")
    after = granted(given, "2026-04-01").until("2026-04-01")
    assert (after.refusal.code, after.refusal.norms) == ("outside_arrangement", ("VEERE-4.10.2-b",))

    given.officer("refuse_arrangement", why="de aanslag valt in de regeling", **JUDGED)
    assert "VEERE-4.10.2-b" in given.until("2026-04-01").the(ArrangementRefused).norms


@pytest.mark.norm("VEERE-4.10.2-b")
def test_a_debt_that_falls_in_the_bankruptcy_is_taken_out_of_its_arrangement() -> None:
    after = regime(granted().on("2026-06-15"), "bankruptcy", "2026-06-15").until("2026-12-31")

    ended = after.the(ArrangementEnded)
    assert (ended.on, ended.ground, ended.letter) == (day("2026-06-15"), "bankruptcy", None)
    assert after.all(DeferralStopped) == []


@pytest.mark.norm("VEERE-4.10.2-a")
def test_a_later_debt_outside_the_restructuring_can_have_an_arrangement() -> None:
    given = regime(life().on("2026-03-02"), "wsnp", "2026-03-02")
    given.says(
        "fix_assessment",
        debt=B,
        debtor="D1",
        tax="sewage_charge",
        amount="200.00",
        dated="2026-06-01",
        due=["2026-07-31"],
    )
    given.on("2026-07-01").says("request_arrangement", debt=B, received_on="2026-07-01", channel="email")
    given.officer("grant_arrangement", debt=B, months=2, **JUDGED)
    after = given.until("2026-07-01")

    assert after.days(ArrangementGranted, B) == [day("2026-07-01")]
    assert after.refusals == []


@pytest.mark.norm("VEERE-4.10.3-d")
@pytest.mark.parametrize("name", ["debt_settlement", "wsnp"])
def test_admission_to_restructuring_ends_the_arrangement_without_default(name: str) -> None:
    after = regime(granted().on("2026-06-15"), name, "2026-06-15").until("2026-12-31")

    ended = after.the(ArrangementEnded)
    assert (ended.on, ended.ground, ended.letter) == (day("2026-06-15"), "restructuring", None)
    assert "VEERE-4.10.3-d" in ended.norms
    assert after.all(DeferralStopped) == []
    assert len(after.all(InstalmentMissed)) == 1, "of before the admission"
    assert after.forbids(Measure.WRIT) is not None


@pytest.mark.norm("VEERE-4.10.3-e")
def test_a_moratorium_suspends_the_arrangement_and_moves_its_dates() -> None:
    given = regime(granted().on("2026-07-20"), "moratorium", "2026-07-20")
    given.on("2026-06-01").pays("100.00")
    after = lifted(given.on("2026-10-20"), "moratorium").until("2026-10-20")

    assert [e.due_on for e in after.all(InstalmentMissed)] == [day("2026-07-01")]
    assert after.days(ArrangementPaused) == [day("2026-07-20")]
    resumed = after.the(ArrangementResumed)
    assert resumed.days == (day("2026-10-20") - day("2026-07-20")).days
    expected = [day("2026-06-01"), day("2026-07-01")]
    expected += [
        VEERE.calendar.next_working_day(d + timedelta(days=92))
        for d in (day("2026-08-03"), day("2026-09-01"), day("2026-10-01"), day("2026-11-02"))
    ]
    assert [i.due_on for i in resumed.instalments] == expected
    assert letter(resumed).total == euro("500.00")
    broken = given.until("2026-11-04")
    assert broken.the(ArrangementEnded).on == day("2026-11-04")


def test_stabilisation_suspends_the_arrangement_and_two_regimes_only_resume_it_at_the_last_end() -> None:
    given = regime(granted().on("2026-05-11"), "stabilisation", "2026-05-11")
    regime(given.on("2026-05-18"), "moratorium", "2026-05-18")
    lifted(given.on("2026-06-15"), "stabilisation")
    assert given.until("2026-07-31").all(ArrangementResumed) == []

    after = lifted(given.on("2026-08-10"), "moratorium").until("2026-08-10")
    assert after.the(ArrangementResumed).days == 91
    assert after.all(InstalmentMissed) == []


# -- all of it deferred (4.9.1) -----------------------------------------------------------------------------------


def disputed(on: str = "2026-05-20", under: Rulebook = VEERE) -> Life:
    """An arrangement of six instalments, of which the whole is disputed before the first."""
    given = granted(asked(life(under=under, tax="sewage_charge")))
    return given.on(on).says("file_objection", received_on=on)


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-4.10.3-e")
def test_while_all_that_it_covers_is_deferred_no_instalment_is_missed() -> None:
    waiting = disputed().until("2026-08-31")
    assert waiting.the(ArrangementPaused).norms == ("VEERE-4.9.1-d",)
    assert waiting.all(InstalmentMissed) == []
    assert "arrangement" in waiting.debt().procedures

    after = disputed().on("2026-05-26").officer("grant_deferral").until("2026-08-31")
    assert after.days(ArrangementPaused) == [day("2026-05-20")]
    assert after.all(InstalmentMissed) == []


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-4.10.4-a")
def test_after_the_deferral_the_dates_have_moved_by_it_and_by_the_fourteen_days() -> None:
    given = disputed().on("2026-05-26").officer("refuse_deferral", reason="kansloos")
    after = given.until("2026-06-22")

    resumed = after.the(ArrangementResumed)
    assert (resumed.on, resumed.days) == (day("2026-05-26"), 6 + 14)
    assert resumed.instalments[0].due_on == day("2026-06-22")
    assert "uitstel van betaling" in said(resumed)
    assert letter(resumed).legal_basis == ("artikel 4.9.1 en 4.10.4 Leidraad invordering gemeente Veere",)
    assert after.all(InstalmentMissed) == []
    assert given.until("2026-06-23").days(InstalmentMissed) == [day("2026-06-23")]


@pytest.mark.norm("VEERE-4.9.3-g")
def test_a_deferral_of_a_part_leaves_the_instalments_of_the_rest_as_they_are() -> None:
    given = granted().on("2026-05-20").says("file_objection", received_on="2026-05-20", disputed="150.00")
    after = given.until("2026-06-02")

    assert after.all(ArrangementPaused) == []
    assert after.days(InstalmentMissed) == [day("2026-06-02")]


@pytest.mark.norm("VEERE-4.9.1-d")
def test_an_office_may_read_that_instalments_run_on_during_a_deferral() -> None:
    after = disputed(under=reading("arrangement_in_deferral", "runs_on")).until("2026-06-02")

    assert after.all(ArrangementPaused) == []
    assert after.days(InstalmentMissed) == [day("2026-06-02")]


def in_two_terms(on: str = "2026-03-20", under: Rulebook = VEERE) -> Life:
    """An arrangement of six instalments, due on the 12th from April, on two terms; the second of 300.00 is disputed."""
    terms = life(under=under, tax="sewage_charge", due=["2026-04-30", "2026-05-29"])
    given = granted(asked(terms, "2026-03-10"), "2026-03-12")
    return given.on(on).says("file_objection", received_on=on, disputed="300.00")


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-4.10.3-e")
def test_when_all_that_is_not_deferred_is_paid_the_arrangement_waits() -> None:
    given = in_two_terms().on("2026-03-27").officer("grant_deferral").on("2026-04-10").pays("300.00")
    after = given.until("2026-12-31")

    assert after.the(PartDeferred).tracks == ("2",)
    assert after.days(ArrangementPaused) == [day("2026-04-10")]
    assert not [*after.all(InstalmentMissed), *after.all(ArrangementEnded), *after.all(ArrangementCompleted)]
    assert "arrangement" in after.debt().procedures
    assert after.balances()["receivable:tax"] == euro("300.00")


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-4.10.3-e")
def test_the_instalments_of_what_is_not_deferred_are_still_asked() -> None:
    given = in_two_terms()
    after = given.until("2026-05-13")
    assert [e.due_on for e in after.all(InstalmentMissed)] == [day("2026-04-13"), day("2026-05-12")]
    assert after.the(ArrangementEnded).ground == "missed_instalments"

    last = given.on("2026-04-13").pays("200.00").until("2026-12-31")
    assert [e.due_on for e in last.all(InstalmentMissed)] == [day("2026-06-12")]
    assert last.all(ArrangementEnded) == [], "the last that is asked is not the last of the arrangement"


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-4.10.4-a")
def test_when_the_deferral_of_a_part_ends_its_instalments_come_back() -> None:
    soon = in_two_terms().on("2026-03-27").officer("refuse_deferral", reason="kansloos").until("2026-03-27")
    assert [e.tracks for e in soon.all(PartDeferred)] == [("2",), ()]
    assert soon.all(ArrangementResumed) == []
    plan = soon.debt().procedures["arrangement"]
    assert [i.amount for i in plan.unpaid(soon.debt())] == [euro("100.00")] * 6

    paid = in_two_terms().on("2026-04-10").pays("300.00").on("2026-08-20")
    resumed = paid.officer("refuse_deferral", reason="kansloos").until("2026-08-20").the(ArrangementResumed)
    assert resumed.days == (day("2026-09-03") - day("2026-04-10")).days
    assert letter(resumed).total == euro("300.00")


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-4.10.3-e")
def test_dates_that_passed_while_their_instalments_were_deferred_move() -> None:
    given = in_two_terms().on("2026-04-13").pays("200.00").on("2026-08-20")
    after = given.officer("refuse_deferral", reason="kansloos").until("2026-08-20")

    resumed = after.the(ArrangementResumed)
    first = day("2026-07-13")
    assert resumed.days == (day("2026-09-03") - first).days
    assert [i.due_on for i in resumed.instalments][:4] == [
        *(day(d) for d in ("2026-04-13", "2026-05-12", "2026-06-12")),
        day("2026-09-03"),
    ]
    assert [e.due_on for e in after.all(InstalmentMissed)] == [day("2026-06-12")]
    assert after.all(ArrangementEnded) == []


@pytest.mark.norm("VEERE-4.9.1-d")
def test_an_office_may_read_that_the_instalments_of_a_deferred_part_run_on() -> None:
    given = in_two_terms(under=reading("arrangement_in_deferral", "runs_on")).on("2026-04-10").pays("300.00")

    assert given.until("2026-08-31").the(ArrangementEnded).ground == "missed_instalments"


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-4.10.1-a")
def test_no_refund_is_set_off_on_what_is_deferred() -> None:
    given = in_two_terms().on("2026-04-10").pays("200.00")
    after = refund(given, "2026-04-20", "150.00").until("2026-04-20")

    assert after.the(SetOffDecided).taken == euro("100.00")
    assert after.debtor.credit == euro("50.00")
    waiting = refund(disputed(), "2026-05-20", "150.00").until("2026-05-20")
    assert waiting.all(SetOffDecided) == []
    assert waiting.debtor.credit == euro("150.00")


@pytest.mark.norm("VEERE-4.13.1-c", "VEERE-4.10.3-e")
def test_no_instalment_is_missed_while_a_debt_settlement_agreement_is_judged() -> None:
    given = granted().on("2026-05-20")
    given.says(
        "register_settlement_agreement", agreed_on="2026-05-20", counsellor="nvvk_member", counsellor_number="S1"
    )
    after = given.until("2026-08-31")
    assert after.the(ArrangementPaused).norms == ("VEERE-4.13.1-c",)
    assert not [*after.all(InstalmentMissed), *after.all(ArrangementEnded)]

    runs_on = granted(asked(life(under=reading("arrangement_in_stabilisation", "runs_on")))).on("2026-05-20")
    runs_on.says(
        "register_settlement_agreement", agreed_on="2026-05-20", counsellor="nvvk_member", counsellor_number="S1"
    )
    assert runs_on.until("2026-06-02").days(InstalmentMissed) == [day("2026-06-02")]


@pytest.mark.norm("VEERE-4.9.1-d", "VEERE-4.19-d")
def test_a_moratorium_and_a_deferral_both_have_to_end_before_the_arrangement_goes_on() -> None:
    given = regime(disputed().on("2026-05-22"), "moratorium", "2026-05-22")
    given.on("2026-05-26").officer("refuse_deferral", reason="kansloos")
    assert given.until("2026-05-27").all(ArrangementResumed) == []

    after = lifted(given.on("2026-08-20"), "moratorium").until("2026-08-20")
    assert after.the(ArrangementResumed).days == (day("2026-08-20") - day("2026-05-20")).days


# -- the end (4.10.3) ---------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.10.3-a")
@pytest.mark.parametrize(
    ("ground", "norm"),
    [
        ("conditions_not_kept", "VEERE-4.10.3-a"),
        pytest.param("wrong_data", "VEERE-4.10.3-b", marks=pytest.mark.norm("VEERE-4.10.3-b")),
        pytest.param("reason_gone", "VEERE-4.10.3-c", marks=pytest.mark.norm("VEERE-4.10.3-c")),
    ],
)
def test_the_officer_ends_it_with_his_finding_by_letter_open_to_appeal(ground: str, norm: str) -> None:
    finding = "uw inkomen is 2.600 euro en geen 1.400 euro"
    given = kept().on("2026-07-06")
    bare = given.officer("end_arrangement", ground=ground).until("2026-07-06")
    assert (bare.refusal.code, bare.refusal.norms) == ("reason_required", (norm,))

    after = given.officer("end_arrangement", ground=ground, finding=finding).until("2026-07-06")
    act = after.all(ArrangementEnded)[-1]
    assert norm in act.norms
    assert finding in said(act)
    assert "pas na 20 juli 2026" in said(act)
    assert "tot en met 16 juli 2026" in (letter(act).remedy or "")
    stopped = after.the(DeferralStopped)
    assert (stopped.why, stopped.decided_on, stopped.tracks) == ("withdrawn", day("2026-07-06"), ("",))


def beside(given: Life, dated: str = "2026-05-15", due: str = "2026-06-15", tax: str = "sewage_charge") -> Life:
    """Another assessment of the same debtor, of 90.00."""
    fields = {"debt": B, "debtor": "D1", "tax": tax, "amount": "90.00", "dated": dated, "due": [due]}
    return given.on(dated).says("fix_assessment", **fields)


@pytest.mark.norm("VEERE-4.10.3-a")
def test_a_new_assessment_that_is_overdue_ends_the_arrangement_by_itself() -> None:
    given = beside(kept())
    before = given.until("2026-06-23")
    assert before.days(ReminderIssued, B) == [day("2026-06-16")]
    assert before.all(ArrangementEnded) == []

    after = given.until("2026-06-24")
    assert after.days(DemandIssued, B) == [day("2026-06-24")]
    assert after.the(OverdueDebtReported).debts == (DEBT,)
    ended = after.the(ArrangementEnded)
    assert (ended.on, ended.ground) == (day("2026-06-24"), "overdue_assessment")
    assert f"{B}, te betalen op 15 juni 2026" in said(ended)
    assert after.the(DeferralStopped, DEBT).decided_on == day("2026-06-24")
    assert given.until("2026-07-31").days(ReminderIssued, DEBT) == [day("2026-07-09")]


@pytest.mark.norm("VEERE-4.10.3-a")
def test_a_payment_of_the_due_date_that_is_heard_of_after_the_reminder_breaks_no_condition() -> None:
    given = beside(kept()).on("2026-06-17").pays("90.00", debt=B, value_date="2026-06-15")
    after = given.until("2026-06-30")

    assert after.days(ReminderIssued, B) == [day("2026-06-16")]
    assert after.all(ArrangementEnded) == []


@pytest.mark.norm("VEERE-4.10.3-a")
def test_a_new_assessment_that_is_paid_deferred_or_arranged_breaks_no_condition() -> None:
    paid = beside(kept()).on("2026-06-15").pays("90.00", debt=B)
    deferred = beside(kept()).on("2026-06-10").says("file_objection", debt=B, received_on="2026-06-10")
    arranged = beside(kept()).on("2026-06-01")
    arranged.says("request_arrangement", debt=B, received_on="2026-06-01", channel="phone")
    arranged.officer("grant_arrangement", debt=B, until="2026-07-31", **JUDGED)
    for given in (paid, deferred, arranged):
        after = given.until("2026-06-30")
        assert after.all(OverdueDebtReported) == []
        assert after.all(ArrangementEnded) == []
        assert after.refusals == []


@pytest.mark.norm("VEERE-4.10.3-a")
def test_an_arrangement_without_that_condition_or_after_the_due_date_runs_on_without_a_refusal() -> None:
    without = beside(granted(months=6, conditions=[]).on("2026-05-04").pays("300.00"))
    earlier = beside(granted(asked(life(due="2026-05-29"))), dated="2026-04-01", due="2026-04-30")
    for given, last in ((without, "2026-06-24"), (earlier, "2026-05-11")):
        after = given.until(last)
        assert after.days(DemandIssued, B) != []
        assert after.the(OverdueDebtReported).debts == (DEBT,)
        assert after.all(ArrangementEnded) == []
        assert after.refusals == []


@pytest.mark.norm("VEERE-4.10.3-a")
def test_the_officer_who_reports_it_hears_why_it_breaks_nothing() -> None:
    report = {"overdue": B, "due": "2026-05-31"}
    given = kept().on("2026-06-01").officer("report_overdue_assessment", **report)
    assert given.until("2026-06-01").the(ArrangementEnded).ground == "overdue_assessment"

    without = granted(months=6, conditions=[]).on("2026-06-01").officer("report_overdue_assessment", **report)
    assert without.until("2026-06-01").refusal.code == "no_such_condition"
    today = granted().on("2026-05-31").officer("report_overdue_assessment", **report)
    assert today.until("2026-05-31").refusal.code == "not_overdue"
    none = life().on("2026-06-01").officer("report_overdue_assessment", **report)
    assert none.until("2026-06-01").refusal.code == "no_arrangement"


@pytest.mark.norm("VEERE-4.10.3-e")
def test_the_second_unpaid_instalment_ends_it_the_day_after_its_date() -> None:
    given = granted()
    before = given.until("2026-07-01")
    assert before.days(InstalmentMissed) == [day("2026-06-02")]
    missed = before.the(InstalmentMissed)
    assert "1 juni 2026" in said(missed)
    assert letter(missed).total == euro("100.00")
    assert before.all(ArrangementEnded) == []

    after = given.until("2026-07-02")
    ended = after.the(ArrangementEnded)
    assert (ended.on, ended.ground) == (day("2026-07-02"), "missed_instalments")
    assert "twee keer een termijn niet betaald" in said(ended)
    assert after.the(DeferralStopped).decided_on == day("2026-07-02")


@pytest.mark.norm("VEERE-4.10.3-e")
def test_with_one_instalment_unpaid_it_continues() -> None:
    given = granted().on("2026-07-01").pays("100.00")
    after = given.until("2026-07-31")

    assert after.all(ArrangementEnded) == []
    assert "arrangement" in after.debt().procedures


@pytest.mark.norm("VEERE-4.10.3-e")
def test_unpaid_instalments_count_in_total_and_one_paid_late_is_not_unpaid() -> None:
    given = granted().on("2026-06-10").pays("100.00").on("2026-08-03").pays("100.00")
    after = given.until("2026-09-01")
    assert [e.due_on for e in after.all(InstalmentMissed)] == [
        day(d) for d in ("2026-06-01", "2026-07-01", "2026-08-03")
    ]
    assert after.all(ArrangementEnded) == []
    assert given.until("2026-09-02").the(ArrangementEnded).on == day("2026-09-02")

    strict = granted(asked(life(under=reading("late_payment_clears_a_miss", "no")))).on("2026-06-10").pays("100.00")
    assert strict.until("2026-07-02").the(ArrangementEnded).on == day("2026-07-02")


@pytest.mark.norm("VEERE-4.10.3-e")
def test_part_of_an_instalment_is_no_instalment() -> None:
    after = granted().on("2026-06-01").pays("99.99").until("2026-07-02")

    assert [e.short for e in after.all(InstalmentMissed)] == [euro("0.01"), euro("100.00")]
    assert after.the(ArrangementEnded).on == day("2026-07-02")


@pytest.mark.norm("VEERE-4.10.3-e")
def test_a_payment_that_counts_on_the_date_but_is_heard_of_later_undoes_the_ending() -> None:
    given = granted().on("2026-07-03").pays("100.00", value_date="2026-07-01")
    after = given.until("2026-07-03")

    assert "beëindiging van de betalingsregeling" in {e.what for e in after.all(ActWithdrawn)}
    assert "bericht over een gemiste termijn" not in {e.what for e in after.all(ActWithdrawn)}
    assert "arrangement" in after.debt().procedures
    assert after.forbids(Measure.WRIT) is not None


@pytest.mark.norm("VEERE-4.10.3-e")
def test_what_is_left_after_the_last_date_ends_the_arrangement() -> None:
    given = granted(months=2).on("2026-06-01").pays("300.00")
    after = given.until("2026-07-02")

    assert after.the(ArrangementEnded).ground == "not_paid_in_time"
    assert after.the(ArrangementEnded).on == day("2026-07-02")


def test_an_arrangement_that_is_paid_to_its_end_is_completed_and_the_debt_settled() -> None:
    given = granted()
    for on in ("2026-06-01", "2026-06-30", "2026-08-03", "2026-09-01", "2026-10-01", "2026-11-02"):
        given.on(on).pays("100.00")
    after = given.until("2027-12-31")

    assert after.days(ArrangementCompleted) == after.days(DebtSettled) == [day("2026-11-02")]
    assert not [*after.all(InstalmentMissed), *after.all(DemandIssued), *after.all(WritIssued)]
    assert len(after.all(PaymentBooked)) == 6
    assert after.balances()["receivable:tax"] == 0
    assert after.debt().open.costs == 0


def test_who_pays_ahead_is_asked_nothing_for_the_months_that_are_covered() -> None:
    after = granted().on("2026-06-01").pays("300.00").until("2026-08-31")

    assert after.all(InstalmentMissed) == []
    assert [t.last_day for t in _terms(after)] == [day("2026-09-01")]


def _terms(after: Seen) -> list[Any]:
    from domain.debt.decide import due_terms

    return [t for t in due_terms(after.debt()) if t.name == "arrangement.instalment"]
