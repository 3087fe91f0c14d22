"""The ladder of Veere: each step with its figure, both sides of each limit, costs and letter, and no step skipped."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.debt.events import ActWithdrawn, DebtSettled, Executable
from domain.debt.letters import LetterContent, Recipient
from domain.debt.state import COERCIVE, DEBT, Measure
from domain.kernel.messages import Act, Posting
from domain.procedures.arrangement.events import ArrangementGranted
from domain.procedures.attachment import AttachmentOrdered
from domain.procedures.ladder import (
    BailiffReportQuestioned,
    CircumstancesReported,
    DemandIssued,
    LadderResumed,
    OrderRecalled,
    PaymentTermMet,
    PaymentTermSet,
    ReminderIssued,
    RenewedOrderCharged,
    RenewedOrderDrawnUp,
    RenewedOrderOrdered,
    RenewedOrderServed,
    ServiceChosen,
    ServiceOrdered,
    StepTakenOver,
    StepWithheld,
    WritIssued,
    WritServed,
)
from domain.procedures.third_party_claim import ThirdPartyClaimed
from tests.builder import VEERE, Life, Seen, day, euro, law, life, reading

UNPAID = "2026-12-31"
EMPLOYER = {"third_party": "W1", "relation": "owes_money_to_debtor", "income": "wages"}
TENANT = {"third_party": "H1", "relation": "owes_money_to_debtor"}
WAGES = {
    "third_party": "W1",
    "income": "2000.00",
    "exempt": "1900.00",
    "living_situation": "single",
    "housing_situation": "tenant",
    "computed_on": "2026-06-01",
}

EARLIER = {"step": "demand", "dated": "2025-12-22", "last_day": "2026-01-11", "costs": "18.00"}
OLD = {"dated": "2025-10-31", "due": "2025-11-30", "notice_sent_on": "2025-10-31", "earlier_step": EARLIER}


def letter_of(act: Act) -> LetterContent:
    assert act.letter is not None
    return act.letter


def text_of(act: Act) -> str:
    letter = letter_of(act)
    return " ".join([*letter.paragraphs, letter.consequences or "", letter.help or "", letter.remedy or ""])


def served_by_bailiff_on(served_on: str) -> Any:
    """The default debt, its writ of 2026-05-27 served by the bailiff."""
    chosen = life().on("2026-05-20").officer("choose_service", way="bailiff", reason="post kwam terug")
    return chosen.on(served_on).is_served("writ")


# -- the order of steps -------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-2-a")
def test_an_unpaid_debt_goes_reminder_demand_writ_service_renewed_order_each_when_the_former_term_is_over() -> None:
    after = life().until(UNPAID)

    steps = [e for e in after.events() if isinstance(e, Act)][1:]
    assert [(type(e), e.on) for e in steps] == [
        (ReminderIssued, day("2026-05-01")),
        (DemandIssued, day("2026-05-09")),
        (WritIssued, day("2026-05-27")),
        (WritServed, day("2026-05-27")),
        (RenewedOrderDrawnUp, day("2026-06-02")),
        (RenewedOrderOrdered, day("2026-06-02")),
    ]


@pytest.mark.norm("VEERE-2-a", "VEERE-2.4-a")
@pytest.mark.parametrize("on", ["2026-04-30", "2026-05-01", "2026-05-09", "2026-05-26"])
def test_attachment_is_refused_while_there_is_no_writ(on: str) -> None:
    after = life().on(on).orders_attachment().until(on)

    assert after.refusal.code == "measure_forbidden"
    assert after.refusal.norms == ("VEERE-2-a", "VEERE-2.4-a")
    assert after.all(AttachmentOrdered) == []


@pytest.mark.norm("VEERE-2-a")
@pytest.mark.parametrize("last", ["2026-04-30", "2026-05-08", "2026-05-26", "2026-06-09"])
def test_every_coercive_measure_is_forbidden_until_its_step_is_served_and_expired(last: str) -> None:
    after = life().until(last)

    forbidden = {m for m in COERCIVE if after.forbids(m)}
    assert forbidden == (COERCIVE if last < "2026-06-02" else {Measure.ATTACHMENT, Measure.SALE})


@pytest.mark.norm("VEERE-2-a")
def test_the_end_of_a_term_is_refused_before_its_last_day_is_over() -> None:
    after = life().on("2026-05-08").says("end_term", term="ladder.reminded").until("2026-05-08")

    assert (after.refusal.code, after.refusal.until) == ("term_runs", day("2026-05-08"))
    assert after.all(DemandIssued) == []


@pytest.mark.norm("VEERE-2-a")
def test_the_end_of_a_term_that_does_not_run_brings_nothing() -> None:
    after = life().on("2026-05-08").says("end_term", term="ladder.demanded").until("2026-05-08")

    assert after.refusal.code == "no_such_term"


# -- reminder -----------------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-2.2-a")
def test_the_reminder_goes_out_the_day_after_the_due_date_for_what_is_open() -> None:
    assert life().until("2026-04-30").all(ReminderIssued) == []

    reminder = life().until("2026-05-01").the(ReminderIssued)
    assert (reminder.on, reminder.claimed) == (day("2026-05-01"), euro("600.00"))


@pytest.mark.norm("VEERE-2.2-a", "VEERE-2.1-a", "VEERE-4.3-a")
@pytest.mark.parametrize(("paid_on", "reminders"), [("2026-04-30", 0), ("2026-05-01", 1)])
def test_payment_on_the_due_date_is_in_time_and_the_day_after_is_not(paid_on: str, reminders: int) -> None:
    after = life().on("2026-05-04").pays("600.00", value_date=paid_on).until(UNPAID)

    standing = len(after.all(ReminderIssued)) - len(after.all(ActWithdrawn))
    assert standing == reminders
    assert after.debt().closed_on == day(paid_on)


@pytest.mark.norm("VEERE-2.1-b", "VEERE-2.2-a")
def test_part_payment_leaves_the_rest_to_be_reminded() -> None:
    after = life().on("2026-04-28").pays("500.00").until("2026-05-01")

    assert after.the(ReminderIssued).claimed == euro("100.00")
    assert letter_of(after.the(ReminderIssued)).total == euro("100.00")
    assert after.debt().closed_on is None


@pytest.mark.norm("VEERE-2.2-b")
def test_the_reminder_costs_nothing_and_gives_seven_days() -> None:
    reminder = life(due="2026-05-03").until("2026-05-04").the(ReminderIssued)

    assert reminder.on == day("2026-05-04")
    assert reminder.until == day("2026-05-11")
    assert reminder.costs == 0
    assert list(reminder.postings()) == []
    letter = letter_of(reminder)
    assert (letter.pay_by, letter.pays, letter.total) == (day("2026-05-11"), True, euro("600.00"))
    assert "Dan betaalt u geen extra kosten" in text_of(reminder)


@pytest.mark.norm("VEERE-2.2-b", "VEERE-2.3-a")
def test_payment_within_the_seven_days_closes_the_debt_without_costs() -> None:
    after = life(due="2026-05-03").on("2026-05-11").pays("600.00").until(UNPAID)

    assert after.all(DemandIssued) == []
    assert after.debt().closed_on == day("2026-05-11")
    assert after.balances()["revenue:costs"] == 0


@pytest.mark.norm("VEERE-2.2-b", "VEERE-2.3-a")
def test_without_payment_the_demand_follows_on_the_eighth_day() -> None:
    assert life(due="2026-05-03").until("2026-05-11").all(DemandIssued) == []

    assert life(due="2026-05-03").until("2026-05-12").days(DemandIssued) == [day("2026-05-12")]


@pytest.mark.norm("VEERE-2-c")
def test_the_term_of_the_reminder_is_not_extended_over_a_weekend_as_the_guide_sets_it() -> None:
    sunday = "2026-05-10"
    after = life(due="2026-05-02").until("2026-05-11")

    assert after.the(ReminderIssued).until == day(sunday)
    assert after.days(DemandIssued) == [day("2026-05-11")]


@pytest.mark.norm("VEERE-2-c")
def test_the_office_can_extend_the_term_of_the_reminder_by_one_switch() -> None:
    terms = VEERE.model_dump()["terms"]
    extended = law(terms=terms | {"reminder": terms["reminder"] | {"extended": True}})

    assert life(due="2026-05-02", under=extended).until("2026-05-31").the(ReminderIssued).until == day("2026-05-11")


# -- demand -------------------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-2.3-b", "VEERE-2-c")
def test_fourteen_days_after_the_demand_that_end_on_whit_monday_run_through_the_day_after() -> None:
    after = life(due="2026-05-02").until("2026-05-31")

    demand = after.the(DemandIssued)
    assert (demand.on, demand.until) == (day("2026-05-11"), day("2026-05-26"))
    assert letter_of(demand).pay_by == day("2026-05-26")
    assert after.days(WritIssued) == [day("2026-05-27")]


@pytest.mark.norm("VEERE-2.3-b")
def test_fourteen_days_that_end_on_a_working_day_end_there() -> None:
    after = life(due="2026-05-03").until("2026-05-27")

    demand = after.the(DemandIssued)
    assert (demand.on, demand.until) == (day("2026-05-12"), day("2026-05-26"))
    assert after.days(WritIssued) == [day("2026-05-27")]


@pytest.mark.norm("VEERE-2.3-b", "VEERE-2-c")
@pytest.mark.parametrize(("paid_on", "writs"), [("2026-05-26", 0), ("2026-05-27", 1)])
def test_full_payment_on_the_extended_last_day_is_in_time_and_the_day_after_is_not(paid_on: str, writs: int) -> None:
    after = life(due="2026-05-02").on("2026-05-29").pays("619.00", value_date=paid_on).until("2026-05-31")

    standing = {WritIssued.type} - {e.act for e in after.all(ActWithdrawn)}
    assert len(standing) == writs


@pytest.mark.norm("VEERE-2.3-b")
def test_paying_the_tax_without_the_costs_of_the_demand_does_not_stop_the_writ() -> None:
    after = life(due="2026-05-03").on("2026-05-20").pays("600.00").until("2026-05-27")

    assert after.debt().open.tax == euro("19.00")
    assert after.days(WritIssued) == [day("2026-05-27")]


@pytest.mark.norm("VEERE-2.3-c", "VEERE-1.5-b", "VEERE-1.6-d")
@pytest.mark.parametrize(("amount", "costs"), [("453.99", "9.00"), ("454.00", "19.00"), ("600.00", "19.00")])
def test_the_demand_costs_the_tariff_of_its_day_for_the_claimed_sum(amount: str, costs: str) -> None:
    after = life(amount=amount, due="2026-05-03").until("2026-05-12")

    demand = after.the(DemandIssued)
    assert list(demand.postings()) == [Posting("receivable:costs", "revenue:costs", euro(costs))]
    assert after.debt().open.costs == euro(costs)
    assert demand.claimed == letter_of(demand).total == euro(amount) + euro(costs)
    assert "kosten voor deze aanmaning" in text_of(demand)


@pytest.mark.norm("VEERE-2.3-a")
def test_the_demand_names_the_reminder_before_it() -> None:
    demand = life(due="2026-05-03").until("2026-05-12").the(DemandIssued)

    assert "Op 4 mei 2026 hebben wij u een herinnering gestuurd" in text_of(demand)


@pytest.mark.norm("VEERE-1.5-b")
def test_a_new_row_of_tariffs_holds_from_its_first_day() -> None:
    new = VEERE.tariffs[-1].model_dump() | {"valid_from": "2027-01-01", "demand": {"below_454": 10, "from_454": 20}}
    tables = law(tariffs=[*VEERE.model_dump()["tariffs"], new])
    old_year = life(due="2026-12-21", under=tables).until("2027-01-31")
    new_year = life(due="2026-12-26", under=tables).until("2027-01-31")

    assert [(e.on, e.costs) for e in old_year.all(DemandIssued)] == [(day("2026-12-30"), euro("19.00"))]
    assert [(e.on, e.costs) for e in new_year.all(DemandIssued)] == [(day("2027-01-04"), euro("20.00"))]


@pytest.mark.norm("VEERE-1.5-b")
def test_without_a_tariff_the_step_is_withheld_and_an_official_is_asked() -> None:
    after = life(under=law(tariffs=[])).until(UNPAID)

    assert after.days(StepWithheld) == [day("2026-05-09")]
    assert after.all(DemandIssued) == []
    (task,) = after.tasks("mend_tariff")
    assert task["norms"] == ["VEERE-1.5-b"]
    assert task["answered"] is None
    assert after.debt().open.costs == 0


@pytest.mark.norm("VEERE-1.5-b")
def test_a_strict_office_withholds_a_step_whose_tariff_is_not_confirmed() -> None:
    after = life(under=law(strict_tariffs=True)).until(UNPAID)

    assert after.the(StepWithheld).step == "aanmaning"


@pytest.mark.norm("VEERE-1.5-b")
def test_a_withheld_step_is_taken_after_the_officer_resumes_it() -> None:
    late_table = VEERE.tariffs[-1].model_dump() | {"valid_from": "2026-05-10"}
    given = life(under=law(tariffs=[late_table])).on("2026-05-12")
    after = given.officer("resume_ladder", reason="tarief ingevoerd").until("2026-05-12")

    assert (after.days(StepWithheld), after.days(LadderResumed)) == ([day("2026-05-09")], [day("2026-05-12")])
    assert after.days(DemandIssued) == [day("2026-05-12")]
    (task,) = after.tasks("mend_tariff")
    assert task["answered"]["by"] == "medewerker-7"


@pytest.mark.norm("VEERE-1.5-b")
def test_nothing_is_resumed_where_nothing_is_withheld() -> None:
    after = life().on("2026-05-12").officer("resume_ladder", reason="tarief ingevoerd").until("2026-05-12")

    assert after.refusal.code == "nothing_withheld"


@pytest.mark.norm("VEERE-1.5-b")
def test_an_unconfirmed_tariff_shows_in_the_act_and_in_its_letter() -> None:
    after = life().until("2026-06-02")

    for kind in (DemandIssued, WritIssued, WritServed, RenewedOrderDrawnUp):
        act = after.the(kind)
        assert not act.tariff_confirmed
        assert act.text.endswith("Let op: het tarief is niet bevestigd.")
        assert letter_of(act).unconfirmed_tariff


# -- writ and service ---------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-2.4-a")
def test_the_writ_is_issued_the_day_after_the_term_of_the_demand_for_tax_demand_costs_and_service_costs() -> None:
    assert life(due="2026-05-03").until("2026-05-26").all(WritIssued) == []

    writ = life(due="2026-05-03").until("2026-05-27").the(WritIssued)
    assert (writ.on, writ.claimed) == (day("2026-05-27"), euro("709.00"))
    assert writ.claimed == euro("600.00") + euro("19.00") + euro("90.00")


@pytest.mark.norm("VEERE-2.4-b", "VEERE-4.1-a")
def test_the_writ_orders_to_pay_and_names_debts_amounts_debtor_and_officer() -> None:
    letter = letter_of(life().until("2026-05-27").the(WritIssued))

    assert letter.opening == "In naam van de Koning"
    assert any("Ik geef u het bevel om € 709,00 te betalen" in p for p in letter.paragraphs)
    assert [(a.label, a.amount) for a in letter.amounts] == [
        ("Onroerendezaakbelasting 2026", euro("600.00")),
        ("Kosten", euro("109.00")),
    ]
    assert letter.names_debtor
    assert letter.reference == "OZB-2026-0001"
    assert letter.pays


@pytest.mark.norm("VEERE-2.5-a")
def test_no_claim_and_no_attachment_while_the_writ_is_not_served() -> None:
    served_later = life().on("2026-05-20").officer("choose_service", way="bailiff", reason="post kwam terug")
    served_later.says("record_third_party", **TENANT)
    after = served_later.on("2026-05-28").claims("H1").orders_attachment().until("2026-05-28")

    assert [(r.code, r.norms) for r in after.refusals] == [("measure_forbidden", ("VEERE-2.5-a",))] * 2
    assert after.all(ThirdPartyClaimed) == []


@pytest.mark.norm("VEERE-2.5-a")
def test_a_claim_is_allowed_once_the_writ_is_served_and_its_term_is_over() -> None:
    given = life().says("record_third_party", **TENANT)
    too_early = given.on("2026-06-01").claims("H1").until("2026-06-01")
    assert (too_early.refusal.code, too_early.refusal.until) == ("measure_forbidden", day("2026-06-01"))

    given = life().says("record_third_party", **TENANT)
    assert given.on("2026-06-02").claims("H1").until("2026-06-02").days(ThirdPartyClaimed) == [day("2026-06-02")]


@pytest.mark.norm("VEERE-2.5-b")
def test_the_notice_of_service_tells_the_assessment_the_duty_to_pay_and_the_consequences() -> None:
    served = life().until("2026-05-27").the(WritServed)
    letter = letter_of(served)

    assert "Uw aanslag onroerendezaakbelasting 2026 met nummer OZB-2026-0001" in text_of(served)
    assert "U bent verplicht om te betalen. Zorg dat € 709,00 uiterlijk op 1 juni 2026" in text_of(served)
    assert letter.consequences is not None
    assert "beslag leggen" in letter.consequences


@pytest.mark.norm("VEERE-2.5-c", "VEERE-2.5-d")
def test_a_writ_for_a_known_address_is_served_by_post_when_nobody_chose() -> None:
    served = life().until("2026-05-27").the(WritServed)

    assert (served.way, served.served_on, served.proof) == ("post", day("2026-05-27"), "verzendregister")


@pytest.mark.norm("VEERE-2.5-c")
def test_service_by_bailiff_takes_its_way_and_date_from_the_report() -> None:
    after = served_by_bailiff_on("2026-06-02").until("2026-06-02")

    served = after.the(WritServed)
    assert (served.way, served.served_on, served.until) == ("bailiff", day("2026-06-02"), day("2026-06-04"))
    assert served.proof == "akte 12"
    assert letter_of(after.the(WritIssued)).recipient is Recipient.BAILIFF


@pytest.mark.norm("VEERE-2.5-d")
def test_the_bailiff_serves_by_choice_only_with_a_recorded_reason() -> None:
    unreasoned = life().on("2026-05-20").officer("choose_service", way="bailiff").until("2026-05-27")
    assert (unreasoned.refusal.code, unreasoned.refusal.norms) == ("reason_required", ("VEERE-2.5-d",))
    assert unreasoned.the(WritServed).way == "post"

    chosen = life().on("2026-05-20").officer("choose_service", way="bailiff", reason="post kwam terug")
    after = chosen.until("2026-05-27")
    assert after.the(ServiceChosen).why == "post kwam terug"
    assert after.days(ServiceOrdered) == [day("2026-05-27")]
    assert after.all(WritServed) == []


@pytest.mark.norm("VEERE-2.5-d")
def test_without_a_known_address_the_bailiff_serves() -> None:
    after = life(debtor={"address_known": False}).until(UNPAID)

    assert after.the(ServiceOrdered).why == "Er is geen adres bekend."
    assert after.all(WritServed) == []


@pytest.mark.norm("VEERE-2.5-d")
def test_the_way_of_service_is_not_chosen_any_more_after_the_writ() -> None:
    after = life().on("2026-05-27").officer("choose_service", way="bailiff", reason="x").until("2026-05-27")

    assert after.refusal.code == "writ_issued"


@pytest.mark.norm("VEERE-2.5-e", "VEERE-1.5-b", "VEERE-1.6-d")
@pytest.mark.parametrize(
    ("amount", "costs"),
    [
        ("134.99", "46.00"),
        ("135.00", "50.00"),
        ("600.00", "90.00"),
        ("154214.99", "13742.00"),
        ("154215.00", "13745.00"),
    ],
)
def test_serving_the_writ_costs_the_tariff_for_the_claimed_sum(amount: str, costs: str) -> None:
    after = life(amount=amount).until("2026-05-27")

    served = after.the(WritServed)
    assert (served.on, served.costs) == (day("2026-05-27"), euro(costs))
    assert list(served.postings()) == [Posting("receivable:costs", "revenue:costs", euro(costs))]
    assert list(after.the(WritIssued).postings()) == []


@pytest.mark.norm("VEERE-1.6-d")
def test_the_claimed_sum_leaves_out_the_costs_of_the_demand_and_the_interest() -> None:
    """400.00 tax, 20.00 demand costs and 3.00 interest: the tariff is that of 400.00, not of 423.00."""
    old = {"step": "demand", "dated": "2025-12-22", "last_day": "2026-01-05", "costs": "20.00", "interest": "3.00"}
    after = life(**(OLD | {"amount": "400.00", "earlier_step": old})).until("2026-01-12")

    writ = after.the(WritIssued)
    assert (writ.claimed_sum, after.the(WritServed).costs) == (euro("400.00"), euro("70.00"))
    tariff = VEERE.tariff("writ", writ.on, euro("423.00"))
    assert tariff is not None
    assert tariff.amount != after.the(WritServed).costs


@pytest.mark.norm("VEERE-2.5-e")
def test_the_costs_of_bailiff_service_are_booked_at_the_date_of_service_for_the_claimed_sum_of_the_writ() -> None:
    given = life().on("2026-05-20").officer("choose_service", way="bailiff", reason="post kwam terug")
    given.on("2026-05-30").pays("319.00")
    after = given.on("2026-06-05").is_served("writ", served_on="2026-06-02").until("2026-06-05")

    served = after.the(WritServed)
    assert (served.on, served.costs) == (day("2026-06-02"), euro("90.00"))


# -- renewed order ------------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-2.7-a")
def test_after_the_term_of_a_postal_writ_the_bailiff_is_ordered_to_serve_a_renewed_order() -> None:
    assert life().until("2026-06-01").all(RenewedOrderOrdered) == []

    after = life().until("2026-06-02")
    assert after.days(RenewedOrderOrdered) == [day("2026-06-02")]
    assert letter_of(after.the(RenewedOrderOrdered)).recipient is Recipient.BAILIFF
    assert after.forbids(Measure.ATTACHMENT) is not None


@pytest.mark.norm("VEERE-2.7-a")
@pytest.mark.parametrize(("paid_on", "orders"), [("2026-06-01", 0), ("2026-06-02", 1)])
def test_a_postal_writ_paid_on_its_last_day_brings_no_renewed_order(paid_on: str, orders: int) -> None:
    after = life().on("2026-06-04").pays("709.00", value_date=paid_on).until(UNPAID)

    withdrawn = {e.act for e in after.all(ActWithdrawn)}
    assert len({RenewedOrderOrdered.type} - withdrawn) == orders


@pytest.mark.norm("VEERE-2.7-a", "VEERE-2.5-c")
def test_after_service_by_bailiff_no_renewed_order_is_needed() -> None:
    after = served_by_bailiff_on("2026-06-02").until("2026-06-05")

    assert after.all(RenewedOrderOrdered) == []
    assert after.days(Executable) == [day("2026-06-05")]
    assert after.forbids(Measure.ATTACHMENT) is None


@pytest.mark.norm("VEERE-2.7-a")
def test_after_service_by_bailiff_and_a_wage_claim_that_ended_short_a_renewed_order_is_needed() -> None:
    given = served_by_bailiff_on("2026-06-02").says("record_third_party", **EMPLOYER)
    given.on("2026-06-08").officer("announce_wage_claim", **WAGES).on("2026-07-30").pays("100.00")
    given.on("2026-08-03").officer("stop_wage_claim", third_party="W1", reason="dienstverband is voorbij")
    given.orders_attachment()
    after = given.until("2026-08-04")

    assert (after.refusal.code, after.refusal.norms) == ("measure_forbidden", ("VEERE-2.7-a",))
    assert after.days(RenewedOrderOrdered) == [day("2026-08-04")]


@pytest.mark.norm("VEERE-2.7-a")
def test_a_wage_claim_that_ends_short_does_not_carry_another_payment_term_over_its_steps() -> None:
    given = life(due=["2026-04-30", "2026-12-31"]).says("record_third_party", **EMPLOYER)
    given.on("2026-06-08").officer("announce_wage_claim", **WAGES)
    given.on("2026-08-03").officer("stop_wage_claim", third_party="W1", reason="dienstverband is voorbij")
    after = given.until("2027-01-01")

    assert [(e.track, e.on) for e in after.all(ReminderIssued)] == [("1", day("2026-05-01")), ("2", day("2027-01-01"))]
    assert after.days(RenewedOrderOrdered) == [day("2026-06-02")]


@pytest.mark.norm("VEERE-2.7-b")
@pytest.mark.parametrize("delivered", ["debtor", "housemate"])
def test_a_renewed_order_that_is_handed_over_must_be_paid_at_once(delivered: str) -> None:
    given = life().on("2026-06-10").is_served("renewed_order", delivered)
    after = given.orders_attachment().until("2026-06-10")

    assert after.the(RenewedOrderServed).until == day("2026-06-10")
    assert after.days(AttachmentOrdered) == [day("2026-06-10")]


@pytest.mark.norm("VEERE-2.7-c", "VEERE-2-c")
def test_a_renewed_order_in_the_letterbox_gives_two_more_days_extended_over_the_weekend() -> None:
    def ordered_on(on: str) -> Seen:
        left = life().on("2026-06-11").is_served("renewed_order", "letterbox")
        return left.on(on).orders_attachment().until(on)

    assert ordered_on("2026-06-11").the(RenewedOrderServed).until == day("2026-06-15")
    for on in ("2026-06-11", "2026-06-13", "2026-06-15"):
        refusal = ordered_on(on).refusal
        assert (refusal.code, refusal.until) == ("measure_forbidden", day("2026-06-15"))
        assert refusal.norms == ("VEERE-2.7-c", "VEERE-2-c")
    assert ordered_on("2026-06-16").days(AttachmentOrdered) == [day("2026-06-16")]


@pytest.mark.norm("VEERE-2.7-d", "VEERE-1.5-b")
@pytest.mark.parametrize("delivered", ["debtor", "letterbox"])
def test_the_costs_of_the_renewed_order_are_booked_once_at_the_day_of_service(delivered: str) -> None:
    before = life().until("2026-06-09")
    after = life().on("2026-06-12").is_served("renewed_order", delivered, served_on="2026-06-10").until(UNPAID)

    served = after.the(RenewedOrderServed)
    assert served.on == day("2026-06-10")
    assert list(served.postings()) == [Posting("receivable:costs", "revenue:costs", euro("18.00"))]
    assert after.debt().open.costs - before.debt().open.costs == euro("18.00")


@pytest.mark.norm("VEERE-2.7-b", "VEERE-2.7-c")
def test_the_renewed_order_itself_says_both_terms_and_the_whole_sum() -> None:
    drawn_up = life().until("2026-06-02").the(RenewedOrderDrawnUp)

    assert "Betaal dan meteen aan de deurwaarder" in text_of(drawn_up)
    assert "Dan hebt u nog 2 dagen" in text_of(drawn_up)
    assert letter_of(drawn_up).total == euro("727.00")


# -- the bailiff --------------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-1.6-e")
@pytest.mark.parametrize(
    ("on", "document"),
    [("2026-05-01", "writ"), ("2026-05-27", "writ"), ("2026-05-28", "renewed_order"), ("2026-06-01", "renewed_order")],
)
def test_a_report_of_service_without_an_open_order_is_no_service_and_is_put_to_the_officer(
    on: str, document: str
) -> None:
    before = life().until(on)
    after = life().on(on).is_served(document).until(on)

    questioned = after.the(BailiffReportQuestioned)
    assert (questioned.on, questioned.document, questioned.proof) == (day(on), document, "akte 12")
    assert after.all(RenewedOrderServed) == []
    assert after.debt().procedures == before.debt().procedures
    assert after.debt().open == before.debt().open
    (task,) = after.tasks("bailiff_report")
    assert (task["task"], task["norms"]) == (f"bailiff_report:{document}:{on}", ["VEERE-1.6-e"])
    assert "geen opdracht open" in task["question"]


@pytest.mark.norm("VEERE-1.6-e")
def test_a_questioned_report_stays_with_the_officer_until_it_is_seen_also_after_payment() -> None:
    given = life().on("2026-05-28").is_served("renewed_order").on("2026-05-29").pays("709.00")
    assert given.until("2026-12-31").tasks("bailiff_report")[0]["answered"] is None

    about = {"question": "bailiff_report:renewed_order:2026-05-28", "answer": "seen", "reason": "gebeld"}
    after = given.on("2026-06-03").officer("decline_question", **about).until("2026-06-03")
    assert after.tasks("bailiff_report")[0]["answered"]["answer"] == "gezien"
    assert after.debt().questions == {}


@pytest.mark.norm("VEERE-1.6-e")
@pytest.mark.parametrize(("served_on", "served"), [("2026-06-01", False), ("2026-06-02", True)])
def test_a_service_before_its_order_is_questioned(served_on: str, served: bool) -> None:
    after = life().on("2026-06-03").is_served("renewed_order", served_on=served_on).until("2026-06-03")

    assert bool(after.all(RenewedOrderServed)) is served
    assert bool(after.all(BailiffReportQuestioned)) is not served


@pytest.mark.norm("VEERE-1.6-e", "VEERE-1.5-b")
def test_a_service_without_a_tariff_for_its_day_is_put_to_the_officer() -> None:
    without = VEERE.tariffs[-1].model_dump() | {"valid_from": "2026-06-05", "other_writ_served": None}
    tables = law(tariffs=[*VEERE.model_dump()["tariffs"], without])
    after = life(under=tables).on("2026-06-10").is_served("renewed_order").until("2026-06-10")

    assert set(after.the(BailiffReportQuestioned).norms) == {"VEERE-1.6-e", "VEERE-1.5-b"}
    assert "geen tarief" in after.tasks("bailiff_report")[0]["question"]
    assert after.debt().procedures.keys() == {"ladder"}


@pytest.mark.norm("VEERE-1.6-e")
def test_a_report_on_a_settled_debt_or_an_unknown_payment_term_is_put_to_the_officer() -> None:
    settled = life().on("2026-06-01").pays("709.00").on("2026-06-05").is_served("renewed_order").until("2026-06-05")
    unknown = life().on("2026-06-05").is_served("renewed_order", track="7").until("2026-06-05")

    for after in (settled, unknown):
        assert after.the(BailiffReportQuestioned).why == "Voor deze betaaltermijn loopt geen invordering."
        assert [t["answered"] for t in after.tasks("bailiff_report")] == [None]
    assert settled.debt().procedures == {}


@pytest.mark.norm("VEERE-1.6-e")
def test_circumstances_that_the_bailiff_reports_are_put_to_the_officer_and_stand_in_no_text_that_travels() -> None:
    seen = "drie kleine kinderen, net ontslagen"
    after = life().on("2026-06-10").is_served("renewed_order", circumstances=seen).until("2026-06-10")

    assert after.the(CircumstancesReported).circumstances == seen
    (task,) = after.tasks("circumstances_reported")
    assert (task["on"], task["answered"]) == ("2026-06-10", None)
    assert len(after.all(RenewedOrderServed)) == 1
    texts = [e.text for e in after.events()] + [t["question"] for t in after.tasks()]
    assert not any("ontslagen" in text for text in texts)
    assert b"ontslagen" not in DEBT.dump_json(after.debt()), "the state, which travels, does not hold it"


@pytest.mark.norm("VEERE-1.6-e")
def test_circumstances_are_kept_when_the_service_itself_is_questioned() -> None:
    after = life().on("2026-05-28").is_served("renewed_order", circumstances="ziek").until("2026-05-28")

    assert {t["kind"] for t in after.tasks()} == {"bailiff_report", "circumstances_reported"}
    assert after.the(CircumstancesReported).circumstances == "ziek"


@pytest.mark.norm("VEERE-1.6-e")
def test_a_service_that_lies_in_the_future_is_refused() -> None:
    after = life().on("2026-06-03").is_served("renewed_order", served_on="2026-06-04").until("2026-06-03")

    assert after.refusal.code == "date_in_future"


@pytest.mark.norm("VEERE-1.6-e")
def test_the_same_renewed_order_is_not_served_twice() -> None:
    after = life().is_executable().is_served("renewed_order").until("2026-06-10")

    assert len(after.all(BailiffReportQuestioned)) == 1
    assert len(after.all(RenewedOrderServed)) == 1


# -- a service that is reported late ------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-2.7-c")
def test_the_term_counts_from_the_day_of_service_not_from_that_of_the_report() -> None:
    given = life().on("2026-06-20").is_served("renewed_order", "letterbox", served_on="2026-06-10")
    after = given.until("2026-06-20")

    assert after.the(RenewedOrderServed).until == day("2026-06-12")
    assert after.days(Executable) == [day("2026-06-20")], "its term is over when the report comes, not before"


@pytest.mark.norm("VEERE-2.5-c", "VEERE-2.5-e")
def test_the_term_of_a_writ_counts_from_the_day_on_which_the_bailiff_served_it() -> None:
    chosen = life().on("2026-05-20").officer("choose_service", way="bailiff", reason="post kwam terug")
    after = chosen.on("2026-06-10").is_served("writ", served_on="2026-05-29").until("2026-06-10")

    served = after.the(WritServed)
    assert (served.on, served.until) == (day("2026-05-29"), day("2026-06-01"))


@pytest.mark.norm("VEERE-2.7-d")
def test_the_costs_of_a_service_that_is_reported_late_are_booked_at_its_day_also_after_a_payment() -> None:
    given = life().on("2026-06-12").pays("109.00").on("2026-06-15")
    after = given.is_served("renewed_order", "letterbox", served_on="2026-06-10").until("2026-06-15")

    assert (after.the(RenewedOrderServed).on, after.the(RenewedOrderServed).costs) == (day("2026-06-10"), euro("18.00"))
    assert after.debt().open.total == euro("618.00")
    assert after.the(RenewedOrderServed).until == day("2026-06-12")


@pytest.mark.norm("VEERE-2.7-d")
def test_a_service_that_is_reported_after_all_was_paid_is_put_to_the_officer() -> None:
    given = life().on("2026-06-09").pays("709.00").on("2026-06-15")
    after = given.is_served("renewed_order", served_on="2026-06-10").until("2026-06-15")

    assert after.days(DebtSettled) == [day("2026-06-09")]
    assert [t["answered"] for t in after.tasks("bailiff_report")] == [None]
    assert len(after.all(BailiffReportQuestioned)) == 1
    assert after.debt().open.total == 0


@pytest.mark.norm("VEERE-1.6-e", "VEERE-4.13.1-a")
@pytest.mark.parametrize("delivered", ["debtor", "letterbox"])
def test_a_service_of_before_a_regime_that_is_reported_after_the_recall_stands_and_the_regime_blocks_on(
    delivered: str,
) -> None:
    given = life().on("2026-06-12").says("register_stabilisation", received_on="2026-06-12", counsellor="nvvk_member")
    given.on("2026-06-16").is_served("renewed_order", delivered, served_on="2026-06-10")
    after = given.until("2026-06-30")

    assert after.days(OrderRecalled) == [day("2026-06-12")]
    assert after.days(RenewedOrderServed) == [day("2026-06-10")]
    assert after.all(BailiffReportQuestioned) == []
    assert after.all(ActWithdrawn) == [], "nobody tells the bailiff to undo his service"
    assert after.debt().open.costs == euro("127.00")
    assert after.forbids(Measure.ATTACHMENT) is not None
    ladder = after.debt().procedures["ladder"]
    assert (ladder.step, ladder.renewed_on) == (
        "executable" if delivered == "debtor" else "renewed",
        day("2026-06-10"),
    )


@pytest.mark.norm("VEERE-1.6-e", "VEERE-2.5-c", "VEERE-4.13.1-a")
def test_a_writ_that_was_served_before_a_regime_stands_too() -> None:
    chosen = life().on("2026-05-20").officer("choose_service", way="bailiff", reason="post kwam terug")
    chosen.on("2026-06-12").says("register_stabilisation", received_on="2026-06-12", counsellor="nvvk_member")
    after = chosen.on("2026-06-16").is_served("writ", served_on="2026-06-11").until("2026-06-16")

    assert after.days(WritServed) == [day("2026-06-11")]
    assert after.debt().procedures["ladder"].step == "served"


@pytest.mark.norm("VEERE-1.6-e", "VEERE-4.13.1-a")
def test_a_service_on_the_day_of_the_recall_or_later_is_put_to_the_officer() -> None:
    for served_on in ("2026-06-12", "2026-06-13"):
        given = life().on("2026-06-12")
        given.says("register_stabilisation", received_on="2026-06-12", counsellor="nvvk_member")
        after = given.on("2026-06-16").is_served("renewed_order", served_on=served_on).until("2026-06-16")

        assert len(after.all(BailiffReportQuestioned)) == 1
        assert after.all(RenewedOrderServed) == []


@pytest.mark.norm("VEERE-1.6-e", "VEERE-4.13.1-a")
def test_after_a_service_on_a_recalled_order_no_new_order_is_given_when_collection_resumes() -> None:
    given = life().on("2026-06-12").says("register_stabilisation", received_on="2026-06-12", counsellor="nvvk_member")
    given.on("2026-06-16").is_served("renewed_order", "letterbox", served_on="2026-06-10")
    after = given.until("2027-03-31")

    assert after.days(RenewedOrderOrdered) == [day("2026-06-02")]
    assert len(after.days(Executable)) == 1
    assert after.the(Executable).on > day("2027-01-31")


@pytest.mark.norm("VEERE-1.6-e")
def test_orders_to_the_bailiff_name_officer_date_debts_and_the_known_personal_situation() -> None:
    after = life(debtor={"circumstances": ["slechthorend", "kleine kinderen"]}).until("2026-06-02")

    letter = letter_of(after.the(RenewedOrderOrdered))
    particulars = {p.label: p.text for p in letter.particulars}
    assert particulars["Opdracht van"] == "de invorderingsambtenaar"
    assert particulars["Datum van de opdracht"] == "2 juni 2026"
    assert particulars["Aanslagen"] == "OZB-2026-0001"
    assert particulars["Persoonlijke situatie, voor zover bekend"] == "slechthorend en kleine kinderen"


@pytest.mark.norm("VEERE-1.6-e")
@pytest.mark.parametrize("role", ["collection_officer", "levying_officer", "debtor", "engine"])
def test_only_a_bailiff_reports_service(role: str) -> None:
    after = life().on("2026-06-10").is_served("renewed_order", role=role).until("2026-06-10")

    assert (after.refusal.code, after.refusal.norms) == ("role_not_allowed", ("VEERE-1.6-e",))


# -- who decides --------------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-1.6-c")
@pytest.mark.parametrize("role", ["levying_officer", "tax_bailiff", "college", "debtor"])
@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("choose_service", {"way": "bailiff"}),
        ("resume_ladder", {}),
        ("order_attachment", {"kind": "movables", "object": "auto"}),
        ("claim_from_third_party", {"third_party": "W1"}),
        ("end_third_party_claim", {"third_party": "W1"}),
        ("decline_question", {"question": "order_attachment"}),
        ("order_pay_out", {"amount": "1.00"}),
        ("record_third_party", EMPLOYER),
    ],
)
def test_acts_of_collection_are_refused_to_all_but_the_collection_officer(
    role: str, command: str, fields: dict[str, Any]
) -> None:
    by = {} if command == "record_third_party" else {"reason": "proef"}
    after = life().on("2026-05-20").says(command, by="medewerker-9", role=role, **by, **fields).until("2026-05-20")

    assert (after.refusal.code, after.refusal.norms) == ("role_not_allowed", ("VEERE-1.6-c",))
    assert len(after.world.records) == len(life().until("2026-05-20").world.records) + 1, "the attempt is recorded"


@pytest.mark.norm("VEERE-1.6-c")
@pytest.mark.parametrize("kind", [DemandIssued, WritIssued])
def test_demand_and_writ_come_from_the_engine_in_the_name_of_the_officer(kind: type[Act]) -> None:
    after = life().until("2026-05-27")

    (record,) = [r for r in after.world.records if any(isinstance(e, kind) for e in r.events)]
    assert (record.command.role, record.command.by) == ("engine", "engine")


# -- several due dates --------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-2.1-a")
def test_each_due_date_has_its_own_part_and_its_own_ladder() -> None:
    after = life(amount="100.00", due=["2026-04-30", "2026-06-30", "2026-08-31"]).until("2026-09-01")

    assert [(e.track, e.due, e.part) for e in after.all(PaymentTermSet)] == [
        ("1", day("2026-04-30"), euro("33.33")),
        ("2", day("2026-06-30"), euro("33.33")),
        ("3", day("2026-08-31"), euro("33.34")),
    ]
    reminders = [(e.track, e.on, e.claimed) for e in after.all(ReminderIssued)]
    assert reminders == [
        ("1", day("2026-05-01"), euro("33.33")),
        ("2", day("2026-07-01"), euro("33.33")),
        ("3", day("2026-09-01"), euro("33.34")),
    ]


@pytest.mark.norm("VEERE-2.1-b")
def test_a_paid_part_ends_its_own_ladder_and_no_other() -> None:
    after = life(due=["2026-04-30", "2026-06-30"]).on("2026-04-20").pays("300.00").until("2026-07-01")

    assert [(e.track, e.on) for e in after.all(PaymentTermMet)] == [("1", day("2026-04-20"))]
    assert [(e.track, e.claimed) for e in after.all(ReminderIssued)] == [("2", euro("300.00"))]


# -- the guide of 2018 --------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-6-b")
@pytest.mark.parametrize("loaded", ["2025-12-31", "2026-01-02"])
def test_a_demand_of_2025_keeps_its_own_term_and_costs_and_the_writ_is_of_2026(loaded: str) -> None:
    after = life(**OLD, on=loaded).until("2026-01-12")

    taken = after.the(StepTakenOver)
    assert (taken.under, taken.until, taken.booked.costs) == ("veere-2018", day("2026-01-11"), euro("18.00"))
    assert after.days(ReminderIssued) == after.days(DemandIssued) == []
    assert after.days(WritIssued) == [day("2026-01-12")]
    assert after.the(WritIssued).claimed_sum == euro("600.00")
    assert after.debt().open.costs == euro("18.00") + euro("90.00")


@pytest.mark.norm("VEERE-6-b")
def test_a_reminder_of_2025_is_followed_by_a_demand_of_2026() -> None:
    reminder = {"step": "reminder", "dated": "2025-12-22", "last_day": "2026-01-04"}
    after = life(**(OLD | {"earlier_step": reminder}), on="2026-01-02").until("2026-01-12")

    assert after.days(ReminderIssued) == []
    assert after.days(DemandIssued) == [day("2026-01-05")]


@pytest.mark.norm("VEERE-6-b")
@pytest.mark.parametrize(("dated", "codes"), [("2025-12-31", []), ("2026-01-01", ["not_taken_over"])])
def test_only_a_step_of_before_2026_is_taken_over(dated: str, codes: list[str]) -> None:
    after = life(**(OLD | {"earlier_step": EARLIER | {"dated": dated}}), on="2026-01-02").until("2026-01-02")

    assert [r.code for r in after.refusals] == codes


@pytest.mark.norm("VEERE-6-b")
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"earlier_step": EARLIER | {"dated": "2025-11-30"}}, "must lie after the due date"),
        ({"earlier_step": EARLIER | {"last_day": "2025-12-21"}}, "must lie after the due date"),
        ({"notice_sent_on": None}, "asks notice_sent_on"),
    ],
)
def test_an_earlier_step_comes_after_its_notice_and_due_date(change: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValidationError, match=rule):
        life(**(OLD | change))


@pytest.mark.norm("VEERE-6-a")
def test_before_2026_no_step_is_taken_under_this_guide() -> None:
    debt = {"dated": "2025-09-30", "due": "2025-11-30"}
    assert life(**debt).until("2025-12-31").all(ReminderIssued) == []

    reminded = life(**debt).until("2026-01-05")
    assert reminded.days(ReminderIssued) == [day("2026-01-01")]
    assert reminded.debt().rulebook == "veere-2026"


# -- questions ----------------------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-2.8-a")
def test_a_settled_debt_asks_and_waits_for_nothing() -> None:
    after = life().is_executable().on("2026-06-11").pays("727.00").until(UNPAID)

    assert after.days(DebtSettled) == [day("2026-06-11")]
    assert after.debt().questions == {}
    assert after.world.next_day() is None
    assert after.tasks("order_attachment")[0]["answered"] == {"answer": "vervallen"}


# -- collection is laid still by deferral or arrangement ----------------------------------------------------------


def by_bailiff() -> Life:
    """The default debt as sewage charge, its writ of 2026-05-27 with the bailiff."""
    given = life(tax="sewage_charge").on("2026-05-20")
    return given.officer("choose_service", way="bailiff", reason="post kwam terug")


@pytest.mark.norm("VEERE-1.6-e", "VEERE-2.5-e", "VEERE-4.9.1-d")
def test_a_writ_is_called_back_from_the_bailiff_when_deferral_is_asked_and_costs_nothing_when_served_after_all() -> (
    None
):
    given = by_bailiff().on("2026-05-29").says("file_objection", received_on="2026-05-29").officer("grant_deferral")
    after = given.on("2026-06-10").is_served("writ").until("2026-06-10")

    recalled = after.the(OrderRecalled)
    assert (recalled.on, letter_of(recalled).kind) == (day("2026-05-29"), "bailiff_stopped")
    assert after.all(WritServed) == []
    assert len(after.all(BailiffReportQuestioned)) == len(after.tasks("bailiff_report")) == 1
    assert after.debt().open.costs == euro("19.00")


@pytest.mark.norm("VEERE-1.6-e", "VEERE-2.5-c", "VEERE-4.9.1-d")
def test_a_writ_that_was_served_before_the_deferral_stands_whenever_the_bailiff_reports_it() -> None:
    given = by_bailiff().on("2026-05-29").says("file_objection", received_on="2026-05-29")
    after = given.on("2026-06-10").is_served("writ", served_on="2026-05-28").until("2026-06-10")

    assert after.days(WritServed) == [day("2026-05-28")]
    assert after.all(BailiffReportQuestioned) == []


@pytest.mark.norm("VEERE-2.5-c", "VEERE-4.10.4-a")
def test_the_bailiff_gets_his_order_anew_fourteen_days_after_the_deferral_is_refused() -> None:
    given = by_bailiff().on("2026-05-29").says("file_objection", received_on="2026-05-29")
    given.on("2026-06-01").officer("refuse_deferral", reason="te laat")
    after = given.until("2026-07-31")

    assert after.days(ServiceOrdered) == [day("2026-05-27"), day("2026-06-16")]
    assert after.debt().open.costs == euro("19.00"), "only service costs"


@pytest.mark.norm("VEERE-1.6-e", "VEERE-2.7-d", "VEERE-4.9.1-d")
def test_a_renewed_order_is_called_back_for_an_arrangement_and_the_plan_keeps_adding_up() -> None:
    given = life().on("2026-06-04").says("request_arrangement", received_on="2026-06-04", channel="phone")
    given.on("2026-06-05").officer("grant_arrangement", circumstances="x", structural=False, months=6)
    after = given.on("2026-06-10").is_served("renewed_order", "letterbox").until("2026-06-10")

    assert after.days(OrderRecalled) == [day("2026-06-04")]
    assert after.all(RenewedOrderServed) == []
    assert len(after.tasks("bailiff_report")) == 1
    assert after.debt().open.total == sum(i.amount for i in after.the(ArrangementGranted).instalments)


def split_at_the_bailiff() -> Life:
    """On 2026-06-04, with a renewed order for all out, deferral is asked for 200 of the 600 euro, and then granted."""
    given = life(tax="sewage_charge").on("2026-06-04")
    given.says("file_objection", received_on="2026-06-04", disputed="200.00")
    return given.on("2026-06-05").officer("grant_deferral")


@pytest.mark.norm("VEERE-1.6-e", "VEERE-4.9.3-f")
def test_an_order_for_more_than_may_be_collected_is_replaced_by_one_for_the_rest() -> None:
    after = split_at_the_bailiff().until("2026-06-05")

    first, second = after.all(OrderRecalled)
    assert first.letter is not None
    assert "Voor de rest van het bedrag, € 509,00" in text_of(first)
    assert second.letter is None, "one document, one letter"
    drawn_up = after.all(RenewedOrderDrawnUp)[-1]
    assert (drawn_up.on, drawn_up.track) == (day("2026-06-05"), "")
    assert letter_of(drawn_up).total == euro("527.00")


@pytest.mark.norm("VEERE-2.7-d")
@pytest.mark.parametrize(("choice", "costs"), [("once", ["18.00", "0.00"]), ("each", ["18.00", "18.00"])])
def test_renewed_orders_on_one_writ_are_charged_once_by_the_reading(choice: str, costs: list[str]) -> None:
    given = life(tax="sewage_charge", under=reading("renewed_order_of_a_part", choice)).on("2026-06-04")
    given.says("file_objection", received_on="2026-06-04", disputed="200.00")
    given.on("2026-06-05").officer("grant_deferral").on("2026-06-10").is_served("renewed_order")
    given.on("2026-07-01").says(
        "rule_on_objection", ruled_on="2026-07-01", ruling="rejected", by="heffer-1", role="levying_officer"
    )
    after = given.on("2026-07-20").is_served("renewed_order", track="disputed").until("2026-07-20")

    assert [(e.track, e.costs) for e in after.all(RenewedOrderServed)] == [
        ("", euro(costs[0])),
        ("disputed", euro(costs[1])),
    ]
    assert len(after.all(RenewedOrderCharged)) == 1
    assert letter_of(after.all(RenewedOrderDrawnUp)[-1]).total == euro("200.00") + euro(costs[1])


@pytest.mark.norm("VEERE-2.7-d", "VEERE-1.6-e")
def test_one_renewed_order_that_was_served_before_the_split_serves_both_parts() -> None:
    given = split_at_the_bailiff().on("2026-06-04")
    after = given.is_served("renewed_order", served_on="2026-06-03").until("2026-06-04")

    assert [(e.track, e.costs) for e in after.all(RenewedOrderServed)] == [
        ("", euro("18.00")),
        ("disputed", euro("0.00")),
    ]
    assert after.all(RenewedOrderCharged) == []


@pytest.mark.norm("VEERE-2.7-d", "VEERE-1.6-e")
def test_a_renewed_order_that_was_served_before_it_was_replaced_stands_and_the_new_one_is_called_back() -> None:
    given = split_at_the_bailiff().on("2026-06-08").is_served("renewed_order", served_on="2026-06-03")
    after = given.until("2026-06-08")

    assert after.days(RenewedOrderOrdered) == [day("2026-06-02"), day("2026-06-05")]
    assert [(e.on, e.track, e.costs) for e in after.all(RenewedOrderServed)] == [
        (day("2026-06-03"), "", euro("18.00")),
        (day("2026-06-03"), "disputed", euro("0.00")),
    ]
    assert after.days(OrderRecalled) == [day("2026-06-04"), day("2026-06-04"), day("2026-06-08")]
    assert "al betekend" in text_of(after.all(OrderRecalled)[-1])
    assert after.tasks("bailiff_report") == []


@pytest.mark.norm("VEERE-2.5-b", "VEERE-2.5-c")
def test_the_writ_that_the_bailiff_serves_tells_all_three_and_counts_its_term_from_the_service() -> None:
    issued = by_bailiff().until("2026-05-27").the(WritIssued)
    letter = letter_of(issued)

    assert letter.recipient is Recipient.BAILIFF
    assert "voor uw aanslag rioolheffing 2026" in text_of(issued)
    assert "€ 709,00 te betalen" in text_of(issued)
    assert "binnen 2 dagen na de dag waarop de deurwaarder" in text_of(issued)
    assert letter.pay_by is None
    assert letter.consequences is not None
    assert "beslag leggen" in letter.consequences
