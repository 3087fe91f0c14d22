"""Deferral on objection and appeal: only what is disputed waits, under conditions, until the ruling."""

from typing import Any

import pytest

from domain.debt.events import (
    ActWithdrawn,
    ArrangementAsked,
    AssessmentReduced,
    CostsCorrected,
    DeferralStopped,
    ExceptionMade,
    PartSplit,
    RemedyRuled,
)
from domain.debt.state import Measure
from domain.norms import catalogue
from domain.procedures.attachment import AttachmentOrdered
from domain.procedures.deferral.events import (
    ConditionChecked,
    DeferralAsked,
    DeferralDecisionNear,
    DeferralEnded,
    DeferralGranted,
    DeferralNotAsked,
    DeferralRefused,
    DeferralWithdrawn,
    RestructuringReferred,
    SecurityRecorded,
)
from domain.procedures.ladder import DemandIssued, ReminderIssued, WritIssued
from domain.procedures.objection import CostsDecided
from tests.builder import Life, Seen, day, euro, life, reading

LEVYING = {"by": "medewerker-2", "role": "levying_officer"}
PARKING: dict[str, Any] = {"tax": "parking_tax", "amount": "78.00", "dated": "2026-05-01", "due": "2026-06-01"}
FINED: dict[str, Any] = {"tax": "sewage_charge", "amount": "400.00", "fine": "50.00"}


def charged(**fields: Any) -> Life:
    """A sewage charge of 600.00: no WOZ value in it."""
    return life(**({"tax": "sewage_charge"} | fields))


def objected(on: str = "2026-04-20", disputed: str | None = "150.00", **fields: Any) -> Life:
    return charged().on(on).says("file_objection", received_on=on, disputed=disputed, **fields)


def asked(given: Life, on: str = "2026-05-06", **fields: Any) -> Life:
    request = {"ground": "objection_filed", "channel": "phone", "requested_on": on} | fields
    return given.on(on).says("request_deferral", **request)


def ruled(given: Life, on: str, kind: str = "rejected", *, ruled_on: str = "", **fields: Any) -> Life:
    return given.on(on).says("rule_on_objection", ruled_on=ruled_on or on, ruling=kind, **LEVYING, **fields)


def granted(given: Life, on: str = "2026-04-22", **fields: Any) -> Life:
    return given.on(on).officer("grant_deferral", **fields)


def letter_text(after: Seen, kind: str) -> str:
    (act,) = after.letters(kind)
    assert act.letter is not None
    return " ".join([*act.letter.paragraphs, act.letter.help or "", act.letter.remedy or ""])


# -- 4.9.1: grounds, decision, security, effect, exception ---------------------------------------------------------


@pytest.mark.norm("VEERE-4.9.1-a")
def test_a_request_for_lack_of_money_is_routed_to_the_payment_arrangement() -> None:
    after = asked(charged(), ground="insufficient_money").until("2026-05-06")

    assert after.the(ArrangementAsked).asked_on == day("2026-05-06")
    assert after.all(DeferralAsked) == []


@pytest.mark.norm("VEERE-4.9.1-a")
def test_a_request_of_somebody_at_debt_counselling_is_referred_to_restructuring_and_collection_goes_on() -> None:
    after = asked(charged(), on="2026-04-20", ground="debt_counselling_msnp").until("2026-05-01")

    assert after.the(RestructuringReferred).asked_on == day("2026-04-20")
    assert "Dat verzoek doet uw schuldhulpverlener voor u" in letter_text(after, "referred_to_restructuring")
    assert after.days(ReminderIssued) == [day("2026-05-01")]


@pytest.mark.norm("VEERE-4.9.1-a", "VEERE-4.10.4-a", "VEERE-4.10.5-a")
def test_any_other_ground_is_refused_by_letter_with_the_reason() -> None:
    grounds = catalogue()["VEERE-4.9.1-a"].params["grounds"]
    assert grounds == ["objection_filed", "insufficient_money", "debt_counselling_msnp"]

    after = asked(charged(), on="2026-04-28", ground="other").until("2026-05-13")

    assert "te weinig geld" in after.the(DeferralRefused).why
    assert "college van burgemeester en wethouders" in letter_text(after, "deferral_refused")
    assert after.tasks("decide_deferral") == []
    assert after.days(ReminderIssued) == [day("2026-05-13")]


@pytest.mark.norm("VEERE-4.9.1-a")
def test_deferral_on_objection_without_objection_is_refused() -> None:
    after = asked(charged()).until("2026-05-06")

    assert (after.refusal.code, after.refusal.norms[0]) == ("no_remedy", "VEERE-4.9.1-a")


@pytest.mark.norm("VEERE-4.9.1-b", "VEERE-4.9.1-d")
def test_a_granted_deferral_is_a_letter_with_conditions_and_end_date() -> None:
    monthly = [{"what": "payment", "euro": "50.00", "by": f"2026-{month}"} for month in ("06-30", "07-31")]
    given = objected()
    after = granted(given, until="2026-09-01", conditions=monthly, other_conditions=["u meldt een verhuizing"]).until(
        "2026-04-22"
    )

    text = letter_text(after, "deferral_granted")
    assert "U krijgt uitstel van betaling voor € 150,00" in text
    assert "tot en met 1 september 2026" in text
    assert "u betaalt € 50,00 uiterlijk op 30 juni 2026" in text
    assert "u meldt een verhuizing" in text
    assert "De rest van de aanslag, € 450,00, betaalt u gewoon op tijd" in text
    (task,) = after.tasks("decide_deferral")
    assert task["answered"]["answer"] == "Uitstel verlenen"


@pytest.mark.norm("VEERE-4.9.1-b")
def test_the_engine_watches_the_payments_that_were_a_condition() -> None:
    monthly = [{"what": "payment", "euro": "50.00", "by": f"2026-{month}"} for month in ("06-30", "07-31")]
    given = granted(objected(), conditions=monthly).on("2026-05-01").pays("450.00")
    after = given.on("2026-06-30").pays("50.00").until("2026-08-01")

    kept, broken = after.all(ConditionChecked)
    assert (kept.on, kept.kept) == (day("2026-07-01"), True)
    assert (broken.on, broken.kept) == (day("2026-08-01"), True)
    assert after.tasks("withdraw_deferral") == []


@pytest.mark.norm("VEERE-4.9.1-b")
@pytest.mark.parametrize(
    ("paid_on", "amount", "kept"),
    [
        ("2026-05-15", "50.00", True),
        ("2026-05-15", "49.99", False),
        ("2026-05-16", "50.00", False),
        ("2026-04-21", "50.00", False),
    ],
)
def test_who_pays_what_the_letter_asks_after_the_grant_keeps_the_condition(
    paid_on: str, amount: str, kept: bool
) -> None:
    condition = [{"what": "payment", "euro": "50.00", "by": "2026-05-15"}]
    given = objected()
    if paid_on < "2026-04-22":
        given.on(paid_on).pays(amount)
    given = granted(given, conditions=condition)
    if paid_on > "2026-04-22":
        given.on(paid_on).pays(amount)
    after = given.until("2026-05-16")

    assert after.the(ConditionChecked).kept is kept
    assert len(after.tasks("withdraw_deferral")) == (0 if kept else 1)


@pytest.mark.norm("VEERE-4.9.1-b")
def test_one_payment_keeps_one_condition() -> None:
    monthly = [{"what": "payment", "euro": "50.00", "by": f"2026-{month}"} for month in ("06-30", "07-31")]
    given = granted(objected(), conditions=monthly).on("2026-06-15").pays("50.00")
    after = given.until("2026-08-01")

    assert [c.kept for c in after.all(ConditionChecked)] == [True, False]


@pytest.mark.norm("VEERE-4.9.1-b")
def test_after_its_last_day_a_deferral_ends_and_14_days_later_collection_goes_on() -> None:
    after = granted(objected(disputed=None), until="2026-06-15").until("2026-06-30")

    assert after.days(DeferralEnded) == [day("2026-06-16")]
    assert after.the(DeferralStopped).appealable is False
    assert after.days(ReminderIssued) == []
    after = granted(objected(disputed=None), until="2026-06-15").until("2026-07-01")
    assert after.days(ReminderIssued) == [day("2026-07-01")]


@pytest.mark.norm("VEERE-4.9.1-b")
@pytest.mark.parametrize("role", ["engine", "debtor", "college", "levying_officer", "tax_bailiff"])
def test_only_the_collection_officer_grants_a_deferral(role: str) -> None:
    after = objected().on("2026-04-22").says("grant_deferral", by="m1", role=role).until("2026-04-22")

    assert after.refusal.code == "role_not_allowed"
    assert after.all(DeferralGranted) == []


@pytest.mark.norm("VEERE-4.9.1-b")
def test_silence_does_not_grant_but_raises_an_alarm_before_the_term_to_decide_ends() -> None:
    after = objected().until("2026-12-31")

    (warned,) = after.all(DeferralDecisionNear)
    assert (warned.on, warned.decide_by) == (day("2026-06-09"), day("2026-06-15"))
    assert after.all(DeferralGranted) == []
    assert after.debt().questions["decide_deferral:objection"].deadline == day("2026-06-15")


@pytest.mark.norm("VEERE-4.9.1-b")
def test_a_request_cannot_be_answered_with_a_plain_no_and_a_refusal_needs_a_reason() -> None:
    given = objected().on("2026-04-22").officer("refuse_deferral")
    given = given.officer("decline_question", question="decide_deferral:objection", reason="nee")
    after = given.until("2026-04-22")

    assert [r.code for r in after.refusals] == ["reason_required", "decision_needed"]
    assert after.debt().questions.keys() >= {"decide_deferral:objection"}


@pytest.mark.norm("VEERE-4.9.1-b")
@pytest.mark.parametrize("fields", [{"until": "2026-04-22"}, {"conditions": [{"what": "payment", "euro": "1.00"}]}])
def test_an_end_date_or_condition_that_is_over_today_is_refused(fields: dict[str, Any]) -> None:
    for condition in fields.get("conditions", ()):
        condition["by"] = "2026-04-22"
    after = granted(objected(), **fields).until("2026-04-22")

    assert after.refusal.code == "wrong_date"


GUARANTEE = {"what": "security", "form": "bank_guarantee", "euro": "5000.00", "by": "2026-06-15"}


def on_security() -> Life:
    given = charged(amount="9000.00").on("2026-04-20").says("file_objection", received_on="2026-04-20")
    return granted(given, conditions=[GUARANTEE])


@pytest.mark.norm("VEERE-4.9.1-c", "VEERE-4.10.4-a")
def test_security_that_does_not_come_lets_the_officer_end_the_deferral_by_letter() -> None:
    given = on_security().on("2026-06-16").officer("withdraw_deferral", reason="De bankgarantie is niet gegeven.")
    after = given.until("2026-06-30")

    assert "zekerheid (bankgarantie) voor € 5.000,00 uiterlijk op 15 juni 2026" in letter_text(
        after, "deferral_granted"
    )
    assert (after.the(ConditionChecked).on, after.the(ConditionChecked).kept) == (day("2026-06-16"), False)
    assert after.tasks("withdraw_deferral")[0]["answered"]["on"] == "2026-06-16"
    assert "De bankgarantie is niet gegeven." in letter_text(after, "deferral_withdrawn")
    assert after.days(ReminderIssued) == []
    assert given.until("2026-07-01").days(ReminderIssued) == [day("2026-07-01")]


@pytest.mark.norm("VEERE-4.9.1-c")
@pytest.mark.parametrize(
    ("form", "amount", "accepted"),
    [
        ("bank_guarantee", "5000.00", True),
        ("bank_guarantee", "4999.99", False),
        ("mortgage", "5000.00", False),
    ],
)
def test_only_the_security_that_was_demanded_fulfils_the_condition(form: str, amount: str, accepted: bool) -> None:
    assert form in catalogue()["VEERE-4.9.1-c"].params["forms"]
    after = on_security().on("2026-06-15").officer("record_security", form=form, amount=amount).until("2026-06-17")

    assert bool(after.all(SecurityRecorded)) is accepted
    assert bool(after.tasks("withdraw_deferral")) is not accepted
    assert [r.code for r in after.refusals] == ([] if accepted else ["not_the_security"])


@pytest.mark.norm("VEERE-4.9.1-d")
def test_a_granted_deferral_stops_collection_where_it_is() -> None:
    given = granted(objected(on="2026-05-19", disputed=None), on="2026-05-20")
    after = given.until("2026-05-31")

    assert after.days(DemandIssued) == [day("2026-05-09")]
    assert after.all(WritIssued) == []
    barrier = after.forbids(Measure.WRIT)
    assert barrier is not None
    assert barrier.norms == ("VEERE-4.9.1-d",)
    assert ruled(given, "2026-06-01").until("2026-06-16").days(WritIssued) == [day("2026-06-16")]


def executable_and_deferred() -> Life:
    given = charged().is_executable().on("2026-06-12").says("file_objection", received_on="2026-06-12")
    return granted(given, on="2026-06-15")


@pytest.mark.norm("VEERE-4.9.1-e")
def test_in_danger_the_officer_lets_a_named_measure_go_on_despite_the_deferral() -> None:
    given = executable_and_deferred().on("2026-06-20").orders_attachment("real_estate", "woning", reason="verkoop")
    given = given.officer(
        "allow_despite_deferral",
        measures=["attachment"],
        ground="interests_in_danger",
        reason="De enige woning staat te koop.",
    )
    after = given.orders_attachment("real_estate", "woning", reason="verkoop").until("2026-06-20")

    assert [(r.code, r.norms) for r in after.refusals] == [("measure_forbidden", ("VEERE-4.9.1-d",))]
    assert after.the(ExceptionMade).ground in catalogue()["VEERE-4.9.1-e"].params["grounds"]
    assert after.the(AttachmentOrdered).object == "woning"
    assert after.forbids(Measure.WAGE_CLAIM) is not None


@pytest.mark.norm("VEERE-4.9.1-e")
@pytest.mark.parametrize(
    ("reason", "role", "code"),
    [("", "collection_officer", "reason_required"), ("verkoop", "tax_bailiff", "role_not_allowed")],
)
def test_an_exception_needs_the_officer_and_a_reason(reason: str, role: str, code: str) -> None:
    exception = {"measures": ["attachment"], "ground": "abuse_of_deferral", "reason": reason, "by": "m1", "role": role}
    after = executable_and_deferred().on("2026-06-20").says("allow_despite_deferral", **exception).until("2026-06-20")

    assert after.refusal.code == code


@pytest.mark.norm("VEERE-4.9.1-e", "VEERE-4.10.4-a")
def test_within_the_14_days_after_a_deferral_there_is_nothing_left_to_except_from() -> None:
    given = executable_and_deferred().on("2026-06-20").officer("withdraw_deferral", reason="misbruik")
    exception = {"measures": ["attachment"], "ground": "abuse_of_deferral", "reason": "misbruik"}
    after = given.on("2026-06-21").officer("allow_despite_deferral", **exception).until("2026-06-21")

    assert (after.refusal.code, after.refusal.norms) == ("no_deferral", ("VEERE-4.9.1-e", "VEERE-4.10.4-a"))


@pytest.mark.norm("VEERE-4.9.1-e")
def test_an_exception_from_one_deferral_opens_no_arrangement_of_the_rest() -> None:
    given = granted(objected(on="2026-06-03"), on="2026-06-04").on("2026-06-05")
    exception = {"measures": ["wage_claim"], "ground": "interests_in_danger", "reason": "verkoop huis"}
    given = given.officer("allow_despite_deferral", **exception)
    given = given.on("2026-06-08").says("request_arrangement", received_on="2026-06-08", channel="post", months=6)
    wishes = {"circumstances": "vast inkomen", "structural": False, "months": 6}
    after = given.on("2026-06-09").officer("grant_arrangement", **wishes).until("2026-06-12")

    assert after.the(ExceptionMade).instance == "deferral:objection"
    assert after.forbids(Measure.WAGE_CLAIM, "disputed") is None
    rest = after.forbids(Measure.WAGE_CLAIM)
    assert rest is not None
    assert "VEERE-4.9.5-b" in rest.norms


@pytest.mark.norm("VEERE-4.9.1-e")
def test_an_exception_ends_with_its_deferral_and_does_not_come_back_with_a_new_one() -> None:
    exception = {"measures": ["attachment"], "ground": "interests_in_danger", "reason": "verkoop huis"}
    given = executable_and_deferred().on("2026-06-20").officer("allow_despite_deferral", **exception)
    given = given.on("2026-06-21").officer("withdraw_deferral", reason="op verzoek")
    given = granted(asked(given, on="2026-06-22"), on="2026-06-23")
    after = given.until("2026-06-23")

    assert after.refusals == []
    assert after.forbids(Measure.ATTACHMENT) is not None


# -- 4.9.2: channels ------------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.9.2-a")
@pytest.mark.parametrize("channel", ["email", "post", "phone"])
def test_a_request_is_valid_by_each_of_the_three_channels_and_counts_from_its_own_day(channel: str) -> None:
    row = catalogue()["VEERE-4.9.2-a"].params
    assert channel in row["channels"]
    after = asked(objected(reasoned=False), channel=channel, requested_on="2026-04-30").until("2026-05-06")

    requested = after.the(DeferralAsked)
    assert (requested.channel, requested.asked_on) == (channel, day("2026-04-30"))


@pytest.mark.norm("VEERE-4.9.2-a")
def test_debtors_reach_the_office_where_the_guide_says() -> None:
    row = catalogue()["VEERE-4.9.2-a"].params
    after = ruled(granted(objected()), "2026-05-20").until("2026-05-20")

    contact = after.law.contact
    assert contact is not None
    assert (contact.email, contact.post, contact.phone) == (row["email"], row["post"], row["phone"])
    assert row["email"] in letter_text(after, "deferral_ended")


# -- 4.9.3: objection and appeal ------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.9.3-a", "VEERE-4.9.3-f", "VEERE-4.9.3-g")
def test_a_reasoned_objection_is_a_request_and_nothing_is_done_about_the_disputed_part_until_it_is_decided() -> None:
    after = objected().until("2026-05-01")

    requested = after.the(DeferralAsked)
    assert (requested.channel, requested.amount, requested.tracks) == ("objection", euro("150.00"), ("disputed",))
    (reminder,) = after.all(ReminderIssued)
    assert (reminder.track, reminder.claimed) == ("", euro("450.00"))
    barrier = after.forbids(Measure.REMINDER, "disputed")
    assert barrier is not None
    assert barrier.norms == ("VEERE-4.9.3-a",)
    assert after.forbids(Measure.REMINDER, "") is None


@pytest.mark.norm("VEERE-4.9.3-a")
def test_an_objection_without_reasons_is_no_request() -> None:
    after = objected(reasoned=False).until("2026-05-01")

    assert "niet gemotiveerd" in after.the(DeferralNotAsked).why
    assert after.the(ReminderIssued).claimed == euro("600.00")


@pytest.mark.norm("VEERE-4.9.3-a")
def test_an_office_may_read_that_an_undecided_request_holds_nothing() -> None:
    given = Life(reading("held_until_decided", "no")).registers().assessed(tax="sewage_charge")
    after = given.on("2026-04-20").says("file_objection", received_on="2026-04-20").until("2026-05-01")

    assert after.the(DeferralAsked).held is False
    assert after.the(ReminderIssued).claimed == euro("600.00")


@pytest.mark.norm("VEERE-4.9.3-a")
def test_an_objection_that_lay_in_the_post_room_counts_from_the_day_of_its_receipt() -> None:
    given = charged().on("2026-05-20").says("file_objection", received_on="2026-05-08")
    after = given.until("2026-05-31")

    withdrawn = after.the(ActWithdrawn)
    assert (withdrawn.act, withdrawn.reversed) == (DemandIssued.type, euro("19.00"))
    assert after.debt().open.costs == 0
    assert after.all(WritIssued) == []


@pytest.mark.norm("VEERE-4.9.3-a")
def test_an_objection_received_on_the_day_of_the_demand_leaves_that_demand_as_it_is() -> None:
    given = charged().on("2026-05-20").says("file_objection", received_on="2026-05-09")

    assert given.until("2026-05-31").all(ActWithdrawn) == []


@pytest.mark.norm("VEERE-4.9.3-b")
def test_about_a_final_woz_decision_the_officer_is_asked_and_refuses_with_that_reason() -> None:
    given = life().on("2026-05-06").says("file_objection", received_on="2026-05-06")
    given = given.on("2026-05-11").officer("refuse_deferral", woz_final=True)
    after = given.until("2026-06-30")

    (task,) = after.tasks("decide_deferral")
    assert "WOZ-beschikking die definitief is" in task["question"]
    assert "VEERE-4.9.3-b" in task["norms"]
    assert "WOZ-beschikking die al definitief is" in letter_text(after, "deferral_refused")
    assert "VEERE-4.9.3-b" in after.the(DeferralRefused).norms
    assert after.days(DemandIssued) == [day("2026-05-26")]


@pytest.mark.norm("VEERE-4.9.3-b")
@pytest.mark.parametrize(("answer", "code"), [(None, "woz_unanswered"), (True, "woz_final")])
def test_deferral_of_a_tax_on_a_woz_value_is_not_granted_before_that_is_answered_with_no(
    answer: bool | None, code: str
) -> None:
    given = life().on("2026-05-06").says("file_objection", received_on="2026-05-06").on("2026-05-11")
    after = given.officer("grant_deferral", woz_final=answer).until("2026-05-11")
    assert (after.refusal.code, after.refusal.norms) == (code, ("VEERE-4.9.3-b",))

    after = given.officer("grant_deferral", woz_final=False).until("2026-05-11")
    assert len(after.all(DeferralGranted)) == 1


@pytest.mark.norm("VEERE-4.9.3-c")
def test_parking_tax_must_be_paid_on_time_despite_an_objection() -> None:
    given = life(**PARKING).on("2026-05-20").says("file_objection", received_on="2026-05-20")
    after = given.until("2026-06-02")

    assert after.all(DeferralAsked) == []
    assert after.the(DeferralNotAsked).norms == ("VEERE-4.9.3-c",)
    assert after.days(ReminderIssued) == [day("2026-06-02")]


@pytest.mark.norm("VEERE-4.9.3-c", "VEERE-4.10.5-a")
def test_a_separate_request_for_parking_tax_is_refused_at_once_by_letter() -> None:
    given = life(**PARKING).on("2026-05-20").says("file_objection", received_on="2026-05-20")
    after = asked(given, on="2026-05-21").until("2026-05-21")

    assert "VEERE-4.9.3-c" in after.the(DeferralRefused).norms
    assert after.tasks("decide_deferral") == []
    assert "deferral:objection" not in after.debt().procedures
    over = asked(given, on="2026-05-21").until("2026-06-05")
    assert sorted(over.debt().procedures) == ["ladder", "objection"]


@pytest.mark.norm("VEERE-4.9.3-d")
def test_parking_tax_that_was_wrongly_asked_is_given_back() -> None:
    given = life(**PARKING).on("2026-05-20").says("file_objection", received_on="2026-05-20")
    given = given.on("2026-05-29").pays("78.00")
    after = ruled(given, "2026-07-10", "upheld", new_amount="0.00").until("2026-07-10")

    assert after.the(AssessmentReduced).surplus == euro("78.00")
    assert after.debtor.credit == euro("78.00")
    assert after.tasks("return_costs") == []
    assert after.balances()["clearing"] == 0


def parking_with_costs(paid: str = "") -> Life:
    """Demanded on 2026-06-10 with 9.00 costs; upheld on 2026-06-20."""
    given = life(**PARKING).on("2026-05-20").says("file_objection", received_on="2026-05-20")
    given = given.on("2026-06-12").pays(paid) if paid else given
    return ruled(given, "2026-06-20", "upheld", new_amount="0.00")


@pytest.mark.norm("VEERE-4.9.3-d")
def test_the_costs_of_wrongly_asked_parking_tax_are_put_to_the_officer_and_not_collected_meanwhile() -> None:
    after = parking_with_costs().until("2026-12-31")

    assert after.debt().open.total == euro("9.00")
    assert "€ 9,00" in after.tasks("return_costs")[0]["question"]
    assert after.all(WritIssued) == []


@pytest.mark.norm("VEERE-4.9.3-d")
@pytest.mark.parametrize(("paid", "credit"), [("", "0.00"), ("87.00", "87.00"), ("50.00", "50.00")])
def test_costs_that_the_officer_gives_back_are_booked_back_open_or_paid(paid: str, credit: str) -> None:
    after = parking_with_costs(paid).on("2026-06-22").officer("return_costs", reason="niet terecht").until("2026-06-22")

    assert after.the(CostsDecided).returned == euro("9.00")
    assert after.debt().open.total == 0
    assert after.debtor.credit == euro(credit)
    assert (after.balances()["revenue:costs"], after.balances()["clearing"]) == (0, 0)
    assert "objection" not in after.debt().procedures


@pytest.mark.norm("VEERE-4.9.3-d")
def test_costs_that_the_officer_keeps_are_collected_after_that() -> None:
    no = {"question": "return_costs", "reason": "terecht"}
    after = parking_with_costs().on("2026-07-01").officer("decline_question", **no).until("2026-07-16")

    assert (after.the(CostsDecided).returned, after.the(CostsDecided).until) == (0, day("2026-07-15"))
    assert after.forbids(Measure.WRIT) is None
    assert after.days(WritIssued) == [day("2026-07-16")]


def appealed(**fields: Any) -> Life:
    given = ruled(granted(objected()), "2026-07-01")
    return given.on("2026-07-20").says("file_appeal", filed_on="2026-07-20", disputed="150.00", **fields)


@pytest.mark.norm("VEERE-4.9.3-e")
def test_an_appeal_to_the_court_stops_nothing_by_itself() -> None:
    after = appealed().until("2026-07-24")

    assert after.all(DeferralNotAsked)[-1].norms == ("VEERE-4.9.3-e",)
    assert [e.on for e in after.all(ReminderIssued) if e.track == "disputed"] == [day("2026-07-16")]
    assert [e.on for e in after.all(DemandIssued) if e.track == "disputed"] == [day("2026-07-24")]


@pytest.mark.norm("VEERE-4.9.3-e")
@pytest.mark.parametrize("channel", ["post", "email"])
def test_a_written_request_during_an_appeal_opens_a_new_deferral(channel: str) -> None:
    after = asked(appealed(), on="2026-07-21", channel=channel).until("2026-07-31")

    requested = after.all(DeferralAsked)[-1]
    assert (requested.request, requested.tracks) == ("appeal", ("disputed",))
    assert [e for e in after.all(DemandIssued) if e.track == "disputed"] == []


@pytest.mark.norm("VEERE-4.9.3-e")
def test_a_request_by_phone_is_not_enough_during_an_appeal() -> None:
    after = asked(appealed(), on="2026-07-21").until("2026-07-24")

    assert (after.refusal.code, after.refusal.norms) == ("written_request_needed", ("VEERE-4.9.3-e",))
    assert [e.on for e in after.all(DemandIssued) if e.track == "disputed"] == [day("2026-07-24")]


@pytest.mark.norm("VEERE-4.9.3-e")
def test_an_office_may_read_that_only_paper_is_writing() -> None:
    given = Life(reading("appeal_request_by_email", "no")).registers().assessed(tax="sewage_charge")
    given = given.on("2026-04-20").says("file_appeal", filed_on="2026-04-20")
    after = asked(given, on="2026-04-21", channel="email").until("2026-04-21")

    assert after.refusal.code == "written_request_needed"


@pytest.mark.norm("VEERE-4.9.3-f")
def test_only_the_disputed_part_is_deferred() -> None:
    after = granted(objected()).until("2026-04-30")

    split = after.the(PartSplit)
    assert (split.part, split.new_track) == (euro("150.00"), "disputed")
    grant = after.the(DeferralGranted)
    assert (grant.deferred, grant.tracks) == (euro("150.00"), ("disputed",))
    assert after.debt().open_of("").total == euro("450.00")


@pytest.mark.norm("VEERE-4.9.3-f")
def test_what_is_disputed_as_a_whole_needs_no_split() -> None:
    after = granted(objected(disputed=None)).until("2026-05-31")

    assert after.all(PartSplit) == []
    assert after.the(DeferralGranted).tracks == ("",)
    assert after.all(ReminderIssued) == []


@pytest.mark.norm("VEERE-4.9.3-f", "VEERE-4.9.3-g")
def test_of_several_payment_terms_the_last_are_disputed_first() -> None:
    given = charged(due=["2026-04-30", "2026-06-30"]).on("2026-04-20")
    after = given.says("file_objection", received_on="2026-04-20", disputed="400.00").until("2026-07-31")

    assert after.the(DeferralAsked).tracks == ("2", "disputed")
    assert after.the(PartSplit).track == "1"
    assert [(e.track, e.claimed) for e in after.all(ReminderIssued)] == [("1", euro("200.00"))]


@pytest.mark.norm("VEERE-4.9.3-f")
def test_of_a_disputed_part_that_is_paid_for_the_most_only_the_rest_waits() -> None:
    given = charged().on("2026-04-10").pays("500.00").on("2026-04-20")
    after = given.says("file_objection", received_on="2026-04-20", disputed="250.00").until("2026-05-31")

    assert after.the(DeferralAsked).tracks == ("",)
    assert after.all(ReminderIssued) == []


@pytest.mark.norm("VEERE-4.9.3-f")
def test_where_nothing_is_open_there_is_nothing_to_defer() -> None:
    given = charged().on("2026-04-10").pays("600.00").on("2026-04-20")
    after = given.says("file_objection", received_on="2026-04-20").until("2026-04-20")

    assert "niets meer open" in after.the(DeferralNotAsked).why
    assert after.tasks("decide_deferral") == []


@pytest.mark.norm("VEERE-4.9.3-g")
def test_the_undisputed_rest_has_a_ladder_of_its_own() -> None:
    after = granted(objected()).until("2026-05-31")

    assert [(e.on, e.track, e.claimed) for e in after.all(ReminderIssued)] == [(day("2026-05-01"), "", euro("450.00"))]
    demand = after.the(DemandIssued)
    assert (demand.on, demand.track, demand.costs) == (day("2026-05-09"), "", euro("9.00"))
    writ = after.the(WritIssued)
    assert (writ.track, writ.claimed_sum) == ("", euro("450.00"))
    paid = granted(objected()).on("2026-04-30").pays("450.00").until("2026-12-31")
    assert paid.all(ReminderIssued) == []


@pytest.mark.norm("VEERE-4.9.3-h", "VEERE-4.10.4-a")
@pytest.mark.parametrize(("last", "reminders"), [("2026-07-15", []), ("2026-07-16", ["2026-07-16"])])
def test_the_ruling_ends_the_deferral_and_collection_goes_on_after_14_days(last: str, reminders: list[str]) -> None:
    given = granted(objected()).on("2026-04-30").pays("450.00")
    after = ruled(given, "2026-07-01").until(last)

    assert after.the(DeferralEnded).on == day("2026-07-01")
    stopped = after.the(DeferralStopped)
    assert (stopped.why, stopped.appealable) == ("ruled", False)
    assert "tot en met 15 juli 2026" in letter_text(after, "deferral_ended")
    assert "niet vanzelf opnieuw uitstel" in letter_text(after, "deferral_ended")
    assert after.days(ReminderIssued) == [day(d) for d in reminders]


@pytest.mark.norm("VEERE-4.9.3-h", "VEERE-4.10.4-a")
@pytest.mark.parametrize("disputed", [None, "150.00"])
@pytest.mark.parametrize(("last", "goes_on"), [("2026-08-04", False), ("2026-08-05", True)])
def test_a_ruling_that_is_heard_of_late_gives_14_days_from_the_letter(
    disputed: str | None, last: str, goes_on: bool
) -> None:
    given = granted(objected(disputed=disputed))
    after = ruled(given, "2026-07-21", ruled_on="2026-07-01").until(last)

    assert "tot en met 4 augustus 2026" in letter_text(after, "deferral_ended")
    track = "disputed" if disputed else ""
    assert [e.on for e in after.all(ReminderIssued) if e.track == track] == ([day("2026-08-05")] if goes_on else [])


@pytest.mark.norm("VEERE-4.9.3-h")
def test_where_no_deferral_was_asked_the_ruling_does_not_say_that_one_ended() -> None:
    after = ruled(objected(reasoned=False), "2026-05-20").until("2026-05-20")

    assert after.the(DeferralEnded).text.startswith("Uitstel kan niet meer worden gevraagd")
    assert (
        ruled(granted(objected()), "2026-05-20")
        .until("2026-05-20")
        .the(DeferralEnded)
        .text.startswith("Uitstel geëindigd")
    )


@pytest.mark.norm("VEERE-4.9.3-h")
def test_an_office_may_read_that_the_ruling_itself_gives_no_14_days() -> None:
    given = Life(reading("fourteen_days_after_ruling", "no")).registers().assessed(tax="sewage_charge")
    given = granted(given.on("2026-04-20").says("file_objection", received_on="2026-04-20"))
    after = ruled(given, "2026-07-01").until("2026-07-01")

    assert after.days(ReminderIssued) == [day("2026-07-01")]


@pytest.mark.norm("VEERE-4.9.3-h")
def test_the_ruling_lowers_the_disputed_part_and_what_is_left_of_it_is_collected() -> None:
    given = granted(objected()).on("2026-04-30").pays("450.00")
    after = ruled(given, "2026-07-01", "partly_upheld", new_amount="520.00").until("2026-07-16")

    assert "Het gaat om € 70,00" in letter_text(after, "deferral_ended")
    assert after.the(ReminderIssued).claimed == euro("70.00")


@pytest.mark.norm("VEERE-4.9.3-h")
def test_an_upheld_objection_leaves_nothing_to_resume() -> None:
    given = granted(objected()).on("2026-04-30").pays("450.00")
    after = ruled(given, "2026-07-01", "upheld", new_amount="450.00").until("2026-12-31")

    assert after.letters("deferral_ended") == []
    assert after.debt().closed_on == day("2026-07-01")
    assert after.all(ReminderIssued) == []


@pytest.mark.norm("VEERE-4.9.3-h")
def test_a_ruling_on_a_request_that_was_never_decided_closes_the_question() -> None:
    after = ruled(objected(), "2026-05-20").until("2026-05-20")

    assert after.tasks("decide_deferral")[0]["answered"]["answer"] == "vervallen"
    assert after.the(DeferralStopped).why == "ruled"


@pytest.mark.norm("VEERE-4.9.3-h")
def test_a_ruling_of_the_court_ends_the_deferral_of_the_appeal() -> None:
    given = granted(asked(appealed(), on="2026-07-21", channel="post"), on="2026-07-22", request="appeal")
    ruling = {"ruled_on": "2026-09-01", "ruling": "rejected"} | LEVYING
    after = given.on("2026-09-01").says("report_court_ruling", **ruling).until("2026-09-16")

    assert after.all(RemedyRuled)[-1].remedy == "appeal"
    assert after.tasks("report_court_ruling")[0]["answered"]["on"] == "2026-09-01"
    # The reminder of July stands; the demand comes where collection stopped.
    assert [e.on for e in after.all(DemandIssued) if e.track == "disputed"] == [day("2026-09-16")]


@pytest.mark.norm("VEERE-4.9.3-h")
def test_a_ruling_that_arrives_late_counts_from_its_own_day() -> None:
    given = objected(reasoned=False, disputed=None)
    after = ruled(given, "2026-06-05", "upheld", ruled_on="2026-05-20", new_amount="300.00").until("2026-06-05")

    corrected = after.all(CostsCorrected)
    assert [(c.act, c.difference) for c in corrected] == [("writ.served.v1", euro("-28.00"))]
    assert after.debt().open.tax == euro("300.00")


@pytest.mark.norm("VEERE-4.9.3-h")
@pytest.mark.parametrize("ruled_on", ["2026-04-19", "2026-05-21"])
def test_a_ruling_cannot_come_before_the_objection_or_after_today(ruled_on: str) -> None:
    after = ruled(objected(), "2026-05-20", ruled_on=ruled_on).until("2026-05-20")

    assert after.refusal.code == "wrong_date"


# -- 4.9.4: fines ---------------------------------------------------------------------------------------------------


def fined(**fields: Any) -> Life:
    given = life(**FINED).on("2026-04-20")
    return given.says("file_objection", received_on="2026-04-20", **fields)


@pytest.mark.norm("VEERE-4.9.4-a")
@pytest.mark.parametrize("remedy", ["objection", "appeal", "higher_appeal"])
def test_at_each_remedy_against_a_fine_the_officer_is_asked_to_defer_it(remedy: str) -> None:
    assert remedy in catalogue()["VEERE-4.9.4-a"].params["remedies"]
    given = life(**FINED).on("2026-08-03")
    against_fine: dict[str, Any] = {"disputed": "0.00", "against_fine": True}
    if remedy == "objection":
        given = given.says("file_objection", received_on="2026-08-03", **against_fine)
    else:
        given = given.says("file_appeal", filed_on="2026-08-03", remedy=remedy, **against_fine)
    after = granted(given, on="2026-08-05", request=f"fine_{remedy}").until("2026-08-05")

    assert after.tasks("decide_deferral")[0]["norms"][0] == "VEERE-4.9.4-a"
    grant = after.the(DeferralGranted)
    assert (grant.deferred, "VEERE-4.9.4-a" in grant.norms) == (euro("50.00"), True)
    assert after.debt().open_of(grant.tracks[0]).fine == euro("50.00")


@pytest.mark.norm("VEERE-4.9.4-a")
def test_a_payment_during_deferral_of_the_fine_goes_to_the_tax_first_and_what_is_left_to_the_fine() -> None:
    against_fine: dict[str, Any] = {"disputed": "0.00", "against_fine": True}
    given = granted(fined(**against_fine), request="fine_objection").on("2026-04-28").pays("420.00")
    after = given.until("2026-12-31")

    assert (after.debt().open.tax, after.debt().open.fine) == (0, euro("30.00"))
    assert after.all(ReminderIssued) == []


@pytest.mark.norm("VEERE-4.9.4-a")
def test_a_proposal_that_is_not_taken_up_changes_nothing() -> None:
    given = fined(disputed="0.00", against_fine=True).on("2026-04-22")
    after = given.officer("refuse_deferral", request="fine_objection", reason="geen aanleiding").until("2026-05-01")

    assert after.all(DeferralRefused) == []
    assert after.the(ReminderIssued).claimed == euro("450.00")
    asked_again = asked(given, on="2026-04-24").until("2026-05-01")
    assert asked_again.all(DeferralAsked)[-1].held is True
    assert [(e.track, e.claimed) for e in asked_again.all(ReminderIssued)] == [("", euro("400.00"))]


@pytest.mark.norm("VEERE-4.9.4-b")
def test_an_objection_against_tax_and_fine_on_one_notice_defers_both() -> None:
    after = granted(fined(against_fine=True)).until("2026-05-31")

    grant = after.the(DeferralGranted)
    assert (grant.deferred, "VEERE-4.9.4-b" in grant.norms) == (euro("450.00"), True)
    assert len(after.tasks("decide_deferral")) == 1
    assert after.all(ReminderIssued) == []


@pytest.mark.norm("VEERE-4.9.4-c")
def test_an_objection_against_the_tax_alone_leaves_the_fine_due() -> None:
    after = granted(fined(against_fine=False)).until("2026-05-09")

    assert after.the(DeferralGranted).deferred == euro("400.00")
    (reminder,) = after.all(ReminderIssued)
    assert (reminder.track, reminder.claimed) == ("", euro("50.00"))
    assert after.the(DemandIssued).costs == euro("9.00")


@pytest.mark.norm("VEERE-4.9.4-b", "VEERE-4.9.4-c")
def test_where_there_is_a_fine_the_clerk_must_say_whether_the_objection_is_also_against_it() -> None:
    after = fined().until("2026-04-20")

    assert (after.refusal.code, after.refusal.norms) == ("fine_unanswered", ("VEERE-4.9.4-b", "VEERE-4.9.4-c"))


@pytest.mark.norm("VEERE-4.9.4-a")
def test_a_ruling_may_lower_the_fine() -> None:
    given = granted(fined(disputed="0.00", against_fine=True), request="fine_objection")
    after = ruled(given, "2026-05-20", "partly_upheld", new_fine="20.00").until("2026-05-20")

    assert after.the(AssessmentReduced).less == euro("30.00")
    assert after.debt().open.fine == euro("20.00")
    assert after.balances()["revenue:fine"] == -euro("20.00")


@pytest.mark.norm("VEERE-4.10.5-a")
def test_a_withdrawal_without_a_reason_is_refused() -> None:
    after = granted(objected()).on("2026-05-06").officer("withdraw_deferral").until("2026-05-06")

    assert (after.refusal.code, after.refusal.norms) == ("reason_required", ("VEERE-4.10.5-a",))
    assert after.all(DeferralWithdrawn) == []
