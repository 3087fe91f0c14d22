"""Bankruptcy and dissolution: what stops, what lapses, what is filed with the trustee, and the five years after."""

from typing import Any

import pytest

from domain.debt.events import ActWithdrawn, RegimeImposed, RegimeLifted, WrittenOff
from domain.debt.state import Measure
from domain.debtor.debtor import RefundCredited
from domain.procedures.attachment import AttachmentLifted, AttachmentMade
from domain.procedures.bankruptcy import (
    BankruptcyEnded,
    ClaimRecorded,
    ClaimsFiled,
    DebtsRevived,
    DebtsWrittenOff,
    DormancyOver,
    EntityDissolved,
    MeansReported,
    RevivalNear,
)
from domain.procedures.direct_debit import DebitEnded, DebitOrdered
from domain.procedures.ladder import DemandIssued, ReminderIssued, RenewedOrderServed, WritIssued, WritServed
from domain.procedures.third_party_claim import ThirdPartyClaimed, ThirdPartyClaimEnded
from domain.procedures.wage_claim import WageClaimEnded
from tests.builder import DEBT, Life, Seen, day, euro, law, life, reading

COMPANY = {"kind": "entrepreneur", "natural_person": False}


def bankrupt(subject: Life, declared_on: str = "2026-05-04", known_on: str = "") -> Life:
    return subject.on(known_on or declared_on).says("register_bankruptcy", declared_on=declared_on, trustee="C1")


def ended(subject: Life | None = None, on: str = "2026-10-01") -> Life:
    return bankrupt(subject or life()).on(on).says("register_bankruptcy_end", ended_on=on)


def letter(seen: Seen, kind: str) -> Any:
    (act,) = seen.letters(kind)
    assert act.letter is not None
    return act.letter


# -- what stops, what lapses --------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.17-d")
def test_debts_at_any_stage_stand_still() -> None:
    demanded = life(debt="A-1", dated="2026-02-01", due="2026-03-31").assessed(debt="B-1")
    demanded.assessed(debt="C-1", dated="2026-04-01", due="2026-06-30")
    after = bankrupt(demanded, "2026-05-11").until("2027-05-11")

    last = [max(e.on for e in after.events(debt)) for debt in ("A-1", "B-1", "C-1")]
    assert last == [day("2026-05-11")] * 3
    assert after.debt("A-1").procedures["ladder"].step != after.debt("B-1").procedures["ladder"].step


@pytest.mark.norm("VEERE-4.17-d")
def test_every_measure_is_refused_and_no_refund_is_set_off() -> None:
    running = bankrupt(life().is_executable(), "2026-06-11").on("2026-07-01").orders_attachment()
    after = running.says("register_refund", amount="50.00", on="2026-07-01").until("2026-07-01")

    assert (after.refusal.code, after.refusal.norms[0]) == ("measure_forbidden", "VEERE-4.17-d")
    assert after.forbids(Measure.SET_OFF) is not None
    assert after.the(RefundCredited).parts == ()


@pytest.mark.norm("VEERE-4.17-e")
def test_attachments_with_a_sale_date_orders_and_claims_end_with_a_release() -> None:
    running = life().is_executable()
    running.says("record_third_party", third_party="N1", relation="holds_money_of_debtor")
    running.on("2026-06-15").orders_attachment(reason="snelste weg").claims("N1")
    running.says("report_attachment", order=1, attached_on="2026-06-15", proof="pv 1")
    running.on("2026-06-16").officer("set_sale_date", order=1, sale_on="2026-08-12")
    after = bankrupt(running, "2026-07-01").until("2026-12-31")

    lifted, claim = after.the(AttachmentLifted), after.the(ThirdPartyClaimEnded)
    assert (lifted.on, claim.on) == (day("2026-07-01"), day("2026-07-01"))
    assert lifted.letter is not None
    assert lifted.letter.recipient == "bailiff"
    assert "Hef het dan op" in " ".join(lifted.letter.paragraphs)
    assert claim.letter is not None
    assert claim.letter.recipient == "third_party"
    assert [k for k in after.debt().procedures if k.startswith(("attachment", "third_party_claim"))] == []


@pytest.mark.norm("VEERE-4.17-e", "VEERE-4.17-d")
def test_a_notice_that_comes_late_withdraws_the_steps_since_with_their_costs() -> None:
    running = life().is_executable().on("2026-06-11").orders_attachment()
    running.says("report_attachment", order=1, attached_on="2026-06-11", proof="pv 1")
    before = running.until("2026-06-12").debt()
    after = bankrupt(running, "2026-05-09", "2026-06-19").until("2026-06-19")

    assert before.open.costs > 0
    assert after.debt().open.costs == 0
    undone = {e.act for e in after.all(ActWithdrawn)}
    assert undone >= {e.type for e in (DemandIssued, WritIssued, WritServed, RenewedOrderServed, AttachmentMade)}
    assert ReminderIssued.type not in undone
    assert [a for a in after.debt().procedures if a.startswith("attachment")] == []
    told = {a.letter.recipient.value for a in after.letters() if a.letter and a.on == day("2026-06-19")}
    assert told == {"trustee", "bailiff"}, "the debtor's withdrawal goes to the trustee, the orders are recalled"
    assert after.balances()["receivable:costs"] == 0


@pytest.mark.norm("VEERE-3.4-b", "VEERE-4.17-d")
def test_only_a_claim_on_the_trustee_goes_through_and_only_with_a_reason() -> None:
    running = life().is_executable()
    for number in ("C1", "N1"):
        running.says("record_third_party", third_party=number, relation="holds_money_of_debtor")
    running = bankrupt(running, "2026-06-11").on("2026-07-01").claims("C1").claims("N1", reason="houdt geld")
    after = running.claims("C1", reason="de boedel is ruim").until("2026-07-01")

    assert [r.norms[0] for r in after.refusals] == ["VEERE-4.17-d"] * 2
    assert (after.the(ThirdPartyClaimed).third_party, after.the(ThirdPartyClaimed).norms[-1]) == ("C1", "VEERE-3.4-b")


# -- the trustee and the filing -----------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.17-a")
def test_letters_go_to_the_trustee_as_long_as_the_bankruptcy_lasts() -> None:
    running = bankrupt(life(debtor={"kind": "private_person", "message_box": True}))
    running.assessed(debt="B-1", dated="2026-05-11", due="2026-06-30")
    running.on("2026-10-01").says("register_bankruptcy_end", ended_on="2026-10-01")
    after = running.assessed(debt="C-1", dated="2026-11-02", due="2026-12-31").until("2026-11-02")

    notices = {a.letter.reference: a for a in after.letters("assessment_notice") if a.letter}
    during, before, later = notices["B-1"], notices[DEBT], notices["C-1"]
    assert during.letter is not None
    assert (during.letter.recipient, during.addressee, during.channel) == ("trustee", "C1", "post")
    assert during.letter.names_debtor
    assert "VEERE-4.17-a" in during.norms
    for notice in (before, later):
        assert notice.letter is not None
        assert (notice.letter.recipient, notice.addressee, notice.channel) == ("debtor", "", "message_box")


@pytest.mark.norm("VEERE-4.17-f")
def test_all_open_claims_are_filed_in_one_letter_with_tax_and_costs() -> None:
    running = life(debt="A-1", amount="1000.00", dated="2026-04-01", due="2026-06-30")
    running.assessed(debt="B-1", amount="2500.00", dated="2026-04-01", due="2026-06-30")
    running.assessed(debt="P-1", dated="2026-04-01", due="2026-06-30")
    running.on("2026-04-15").pays("600.00", debt="P-1")
    after = bankrupt(running).until("2026-12-31")

    filed = after.the(ClaimsFiled)
    assert (filed.filed, filed.debts, filed.addressee) == (euro("3500.00"), ("A-1", "B-1"), "C1")
    assert filed.letter is not None
    assert (filed.letter.recipient, filed.letter.total) == ("trustee", euro("3500.00"))
    assert [line.label for line in filed.letter.amounts] == ["Aanslag A-1, belasting", "Aanslag B-1, belasting"]


@pytest.mark.norm("VEERE-4.17-f")
def test_the_filing_holds_the_costs_of_the_day_of_the_bankruptcy_and_not_those_of_steps_that_are_withdrawn() -> None:
    running = life(debt="A-1").on("2026-05-10")
    costs = running.until("2026-05-26").the(DemandIssued).costs
    after = bankrupt(running, "2026-05-20", "2026-06-01").until("2026-06-30")

    filed = after.the(ClaimsFiled)
    assert {e.act_on for e in after.all(ActWithdrawn)} == {day("2026-05-27")}
    assert filed.filed == euro("600.00") + costs
    assert filed.letter is not None
    assert [line.amount for line in filed.letter.amounts] == [euro("600.00"), costs]


@pytest.mark.norm("VEERE-4.17-f")
def test_an_assessment_imposed_later_over_earlier_times_is_filed_additionally_and_a_new_tax_is_not() -> None:
    running = bankrupt(life())
    running.assessed(debt="B-1", amount="75.00", dated="2026-06-01", due="2026-07-31", arose_on="2026-05-04")
    running.assessed(debt="C-1", amount="80.00", dated="2026-06-01", due="2026-07-31", arose_on="2026-05-05")
    after = running.until("2026-12-31")

    first, additional = after.all(ClaimsFiled)
    assert (first.debts, additional.debts, additional.filed) == ((DEBT,), ("B-1",), euro("75.00"))
    assert additional.letter is not None
    assert "aanvulling op onze aanmelding van 5 mei 2026" in " ".join(additional.letter.paragraphs)
    assert first.letter is not None
    assert "aanvulling" not in " ".join(first.letter.paragraphs)
    assert after.all(ReminderIssued, "C-1") == [], "measures stop for all debts"
    assert [e.claim.debt for e in after.all(ClaimRecorded)] == [DEBT, "B-1"]


def test_a_second_bankruptcy_and_one_of_tomorrow_are_refused() -> None:
    twice = bankrupt(bankrupt(life()), "2026-05-05").until("2026-05-05")
    tomorrow = bankrupt(life(), "2026-05-05", "2026-05-04").until("2026-05-04")

    assert (twice.refusal.code, tomorrow.refusal.code) == ("already_bankrupt", "date_in_future")


# -- afterwards: natural persons ----------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.17-h")
def test_after_the_bankruptcy_of_a_natural_person_the_debts_lie_dormant_for_five_years_and_are_then_final() -> None:
    asleep = ended().until("2031-10-01")
    assert asleep.the(BankruptcyEnded).dormant_until == day("2031-10-01")
    assert asleep.all(DemandIssued) == []
    assert asleep.debt().open.total == euro("600.00")
    assert asleep.forbids(Measure.DEMAND) is not None
    assert asleep.debtor.facts.trustee == ""

    final = ended().until("2031-10-02")
    assert final.days(WrittenOff) == final.days(DormancyOver) == [day("2031-10-02")]
    assert final.debt().closed_on == day("2031-10-02")
    assert final.balances()["expense:write_off"] == euro("600.00")
    assert final.debtor.procedures == {}
    assert final.debtor.facts.regimes == ()


@pytest.mark.norm("VEERE-4.17-h")
def test_an_assessment_over_earlier_times_that_comes_in_the_dormant_years_lies_dormant_too() -> None:
    running = ended().assessed(debt="B-1", dated="2027-01-04", due="2027-02-28", arose_on="2026-03-01")
    running.assessed(debt="C-1", dated="2027-01-04", due="2027-02-28")
    after = running.until("2027-04-01")

    assert after.all(ReminderIssued, "B-1") == []
    assert after.days(ReminderIssued, "C-1") == [day("2027-03-01")]


@pytest.mark.norm("VEERE-4.17-h")
def test_by_the_other_reading_only_what_arose_before_the_ruling_lies_dormant() -> None:
    during = reading("dormant_debts", "arisen_until_ruling")
    running = bankrupt(life(under=during))
    running.assessed(debt="B-1", dated="2026-06-01", due="2026-07-31")
    after = running.on("2026-10-01").says("register_bankruptcy_end", ended_on="2026-10-01").until("2026-12-31")

    assert after.days(ReminderIssued, "B-1") == [day("2026-10-01")]
    assert after.days(DemandIssued, DEBT) == []


@pytest.mark.norm("VEERE-4.17-i")
@pytest.mark.parametrize("means", ["income_above_average", "valuable_possessions"])
def test_within_five_years_the_officer_can_revive_the_debt_at_its_former_stage(means: str) -> None:
    running = ended().on("2029-03-01").says("report_means", means=means)
    asked = running.until("2029-12-31")
    assert asked.the(MeansReported)
    assert [t["answered"] for t in asked.tasks("revive_debts")] == [None]
    assert asked.all(RegimeLifted)[1:] == [], "a sign alone restarts nothing"

    revived = running.on("2029-04-02").officer("revive_debts", means=means, reason="loonstroken gezien")
    after = revived.until("2029-04-02")
    assert after.the(DebtsRevived).on == day("2029-04-02")
    assert after.days(DemandIssued) == [day("2029-04-02")]


@pytest.mark.norm("VEERE-4.17-i")
def test_a_sign_on_the_last_day_of_the_five_years_is_in_time_and_one_after_it_is_refused() -> None:
    last = ended().on("2031-10-01").says("report_means", means="income_above_average")
    assert last.until("2031-10-01").the(MeansReported)
    assert last.until("2031-10-02").tasks("revive_debts")[0]["answered"]["answer"] == "vervallen"
    late = ended().on("2031-11-03").says("report_means", means="income_above_average").until("2031-11-03")
    assert (late.refusal.code, late.refusal.norms[0]) == ("not_dormant", "VEERE-4.17-i")
    too_late = ended().on("2031-11-03").officer("revive_debts", means="income_above_average", reason="r")
    assert too_late.until("2031-11-03").refusal.code == "not_dormant"


@pytest.mark.norm("VEERE-4.17-i")
def test_a_sign_that_nobody_judged_raises_an_alarm_a_week_before_the_five_years_end() -> None:
    signalled = ended().on("2029-03-01").says("report_means", means="income_above_average")
    near = signalled.until("2031-10-01").the(RevivalNear)
    assert (near.on, near.until) == (day("2031-09-25"), day("2031-10-01"))

    judged = ended().on("2029-03-01").says("report_means", means="income_above_average").on("2029-04-02")
    judged.officer("revive_debts", means="income_above_average", reason="loonstroken gezien")
    assert judged.until("2031-10-01").all(RevivalNear) == []


@pytest.mark.norm("VEERE-4.17-h", "VEERE-4.17-f")
def test_a_second_bankruptcy_ends_the_dormant_years_and_its_own_end_begins_new_ones() -> None:
    running = ended().on("2028-09-01").says("report_means", means="income_above_average")
    running = bankrupt(running, "2028-10-02")
    during = running.until("2032-12-31")
    assert during.all(WrittenOff) == during.all(DormancyOver) == during.all(DemandIssued) == []
    assert during.debt().open.total == euro("600.00")
    assert [(e.on, e.filed) for e in during.all(ClaimsFiled)][1:] == [(day("2028-10-03"), euro("600.00"))]
    assert [r.regime for r in during.debtor.facts.regimes] == ["bankruptcy"]
    assert [t["answered"]["answer"] for t in during.tasks("revive_debts")] == ["vervallen"]

    running.on("2030-03-01").says("register_bankruptcy_end", ended_on="2030-03-01")
    assert running.until("2035-03-01").all(WrittenOff) == []
    assert running.until("2035-03-02").days(WrittenOff) == [day("2035-03-02")]


# -- afterwards: entities -----------------------------------------------------------------------------------------


@pytest.mark.norm("VEERE-4.17-g")
def test_what_a_dissolved_entity_leaves_is_proposed_for_write_off_and_the_officer_decides() -> None:
    running = life(debtor=COMPANY).on("2026-05-04").says("register_dissolution", dissolved_on="2026-05-04")
    proposed = running.until("2027-05-04")
    assert proposed.the(EntityDissolved)
    assert [t["answered"] for t in proposed.tasks("write_off_debts")] == [None]
    assert proposed.all(DemandIssued) == proposed.all(WrittenOff) == []

    decided = running.on("2026-06-01").officer("write_off_debts", reason="niets te halen").until("2026-06-01")
    assert decided.the(DebtsWrittenOff)
    assert decided.the(WrittenOff).amount == euro("600.00")
    assert decided.debt().closed_on == day("2026-06-01")
    assert decided.debtor.procedures == {}


@pytest.mark.norm("VEERE-4.17-g", "VEERE-4.17-h")
def test_an_entity_does_not_lie_dormant_after_its_bankruptcy_write_off_is_proposed_instead() -> None:
    after = ended(life(debtor=COMPANY)).until("2027-10-01")

    assert after.the(BankruptcyEnded).dormant_until is None
    assert len(after.tasks("write_off_debts")) == 1
    assert [e.regime for e in after.all(RegimeImposed)] == ["bankruptcy"]
    written_off = ended(life(debtor=COMPANY)).officer("write_off_debts", reason="niets te halen").until("2026-10-01")
    assert written_off.the(WrittenOff).amount == euro("600.00")


def test_a_person_is_not_dissolved_and_nothing_is_written_off_while_the_entity_exists() -> None:
    person = life().on("2026-05-04").says("register_dissolution", dissolved_on="2026-05-04")
    early = bankrupt(life(debtor=COMPANY)).officer("write_off_debts", reason="nu vast")

    assert person.until("2026-05-04").refusal.code == "not_an_entity"
    assert early.until("2026-05-04").refusal.code == "entity_exists"


def test_the_end_of_a_bankruptcy_that_is_known_late_counts_from_its_own_day() -> None:
    late = bankrupt(life()).on("2026-11-20").says("register_bankruptcy_end", ended_on="2026-10-01")

    assert late.until("2026-11-20").the(BankruptcyEnded).dormant_until == day("2031-10-01")


def test_the_five_years_are_a_figure_of_the_rulebook() -> None:
    terms = law().model_dump()["terms"]
    shorter = law(terms=terms | {"dormancy": terms["dormancy"] | {"months": 36}})
    after = bankrupt(life(under=shorter)).on("2026-10-01").says("register_bankruptcy_end", ended_on="2026-10-01")

    assert after.until("2026-10-01").the(BankruptcyEnded).dormant_until == day("2029-10-01")


@pytest.mark.norm("VEERE-4.17-d")
def test_nothing_is_debited_any_more() -> None:
    running = life().on("2026-03-02").says("register_mandate", instalments=6, first_on="2026-03-30")
    after = bankrupt(running).until("2026-12-31")

    assert after.days(DebitOrdered) == [day("2026-03-30"), day("2026-04-30")]
    assert after.the(DebitEnded).on == day("2026-05-04")


@pytest.mark.norm("VEERE-4.17-e")
def test_a_wage_claim_ends_with_a_letter_to_the_employer() -> None:
    running = life()
    running.says("record_third_party", third_party="W1", relation="owes_money_to_debtor", income="wages")
    running.on("2026-06-02").officer(
        "announce_wage_claim",
        third_party="W1",
        income="2000.00",
        exempt="1700.00",
        living_situation="single",
        housing_situation="tenant",
        computed_on="2026-06-01",
    )
    after = bankrupt(running, "2026-07-01").until("2026-07-01")

    assert after.the(WageClaimEnded).on == day("2026-07-01")
    assert letter(after, "wage_claim_ended").recipient == "employer"


@pytest.mark.norm("VEERE-4.17-a", "VEERE-4.4-c")
def test_credit_of_a_bankrupt_is_paid_out_to_the_trustee() -> None:
    given = bankrupt(life()).on("2026-07-09").pays_without_reference("700.00").on("2026-07-12")
    refused = given.officer("order_pay_out", amount="700.00").until("2026-07-12")
    assert refused.refusal.code == "wrong_payee"
    assert "curator C1" in refused.refusal.text


@pytest.mark.norm("VEERE-4.4-c")
def test_credit_of_others_is_paid_out_to_themselves() -> None:
    given = life().pays("650.00").on("2026-03-02")
    assert given.officer("order_pay_out", amount="50.00", payee="trustee").until("2026-03-02").refusal.code == (
        "wrong_payee"
    )
