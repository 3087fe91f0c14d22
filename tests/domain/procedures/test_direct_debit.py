"""Direct debit: at most ten equal debits with the rest in the last, and no reminder while they run."""

from decimal import Decimal

import pytest

from domain.debt.outlook import waits_for
from domain.debt.state import Measure
from domain.kernel.messages import Act
from domain.procedures.direct_debit import DebitEnded, DebitFailed, DebitOrdered, DebitScheduled
from domain.procedures.ladder import ReminderIssued
from tests.builder import VEERE, Life, Seen, day, euro, law, life, reading

MANDATE = "2026-03-02"


def mandated(instalments: int, given: Life, first_on: str = "2026-03-31") -> Life:
    return given.on(MANDATE).says("register_mandate", instalments=instalments, first_on=first_on)


def debits(after: Seen) -> list[Decimal]:
    return [d.amount for d in after.the(DebitScheduled).debits]


@pytest.mark.norm("VEERE-4.2-a")
def test_ten_debits_are_nine_equal_ones_and_the_rest_in_the_last() -> None:
    after = mandated(10, life(amount="604.55", due="2027-01-31")).until(MANDATE)

    assert debits(after) == [euro("60.45")] * 9 + [euro("60.50")]
    assert sum(debits(after)) == euro("604.55")


@pytest.mark.norm("VEERE-4.2-a")
def test_an_eleventh_debit_is_refused() -> None:
    after = mandated(11, life(amount="604.55")).until(MANDATE)

    assert (after.refusal.code, after.refusal.norms) == ("too_many_instalments", ("VEERE-4.2-a",))
    assert after.all(DebitScheduled) == []


@pytest.mark.norm("VEERE-4.2-b")
@pytest.mark.parametrize(("tax", "most"), [("tourist_tax", 3), ("invoice", 1)])
def test_tourist_tax_and_invoices_have_their_own_number_of_debits(tax: str, most: int) -> None:
    within = mandated(most, life(tax=tax)).until(MANDATE)
    assert len(debits(within)) == most

    beyond = mandated(most + 1, life(tax=tax)).until(MANDATE)
    assert (beyond.refusal.code, beyond.refusal.norms) == ("too_many_instalments", ("VEERE-4.2-b",))


@pytest.mark.norm("VEERE-4.2-b")
@pytest.mark.parametrize(("tax", "norm"), [("tourist_tax", "VEERE-4.2-b"), ("property_tax", "VEERE-4.2-a")])
def test_all_that_the_schedule_says_rests_on_the_norm_of_its_tax(tax: str, norm: str) -> None:
    after = mandated(1, life(tax=tax)).until(MANDATE)
    barrier = after.forbids(Measure.REMINDER)
    assert barrier is not None
    assert barrier.norms == (norm,)
    waits = waits_for(after.debt(), VEERE)
    assert waits is not None
    assert waits.norms == (norm,)

    later = mandated(1, life(tax=tax)).until("2026-12-31")
    assert norm in later.the(DebitOrdered).norms
    assert norm in later.the(DebitEnded).norms


@pytest.mark.norm("VEERE-4.2-b")
def test_the_number_of_debits_is_a_setting_per_kind_of_tax() -> None:
    taxes = law().model_dump()["taxes"]
    one = law(taxes=taxes | {"tourist_tax": taxes["tourist_tax"] | {"direct_debits": 1}})

    assert debits(mandated(1, life(tax="tourist_tax", under=one)).until(MANDATE)) == [euro("600.00")]
    assert mandated(2, life(tax="tourist_tax", under=one)).until(MANDATE).refusal.code == "too_many_instalments"


@pytest.mark.norm("VEERE-4.2-a")
def test_the_debits_are_taken_month_by_month_on_the_last_day_where_a_month_is_shorter() -> None:
    after = mandated(3, life()).until("2026-06-30")

    assert after.days(DebitOrdered) == [day("2026-03-31"), day("2026-04-30"), day("2026-05-31")]
    assert [e.amount for e in after.all(DebitOrdered)] == [euro("200.00")] * 3


@pytest.mark.norm("VEERE-4.2-a")
def test_the_interval_is_a_setting() -> None:
    after = mandated(3, life(under=reading("debit_interval_months", 2))).until("2026-08-31")

    assert after.days(DebitOrdered) == [day("2026-03-31"), day("2026-05-31"), day("2026-07-31")]


@pytest.mark.norm("VEERE-4.2-a")
def test_no_reminder_goes_out_while_the_debits_run() -> None:
    given = mandated(3, life(due="2026-04-30"))
    for paid_on in ("2026-03-31", "2026-04-30", "2026-05-31"):
        given.on(paid_on).pays("200.00", channel="direct_debit")
    after = given.until("2026-12-31")

    assert after.all(ReminderIssued) == []
    assert after.debt().closed_on == day("2026-05-31")
    assert after.debt().procedures == {}


@pytest.mark.norm("VEERE-4.2-a")
def test_after_too_many_failures_the_debits_end_and_the_reminder_follows() -> None:
    given = mandated(10, life())
    given.on("2026-04-02").says("report_failed_debit", on="2026-04-02", amount="60.00")
    once = given.until("2026-05-20")
    assert (len(once.all(DebitFailed)), once.all(DebitEnded), once.all(ReminderIssued)) == (1, [], [])

    given.on("2026-05-04").says("report_failed_debit", on="2026-05-04", amount="60.00")
    twice = given.until("2026-05-20")
    assert twice.days(DebitEnded) == [day("2026-05-04")]
    assert [(e.on, e.claimed) for e in twice.all(ReminderIssued)] == [(day("2026-05-04"), euro("600.00"))]
    assert len(twice.all(DebitOrdered)) == 2, "no debit after the end"


@pytest.mark.norm("VEERE-4.2-a")
def test_how_many_failures_end_the_debits_is_a_setting() -> None:
    given = mandated(10, life(under=reading("failed_debits", 1)))
    after = given.on("2026-04-02").says("report_failed_debit", on="2026-04-02", amount="60.00").until("2026-04-02")

    assert after.days(DebitEnded) == [day("2026-04-02")]


@pytest.mark.norm("VEERE-4.2-a")
def test_a_debit_that_never_arrives_ends_the_schedule_after_the_last_one() -> None:
    after = mandated(2, life()).until("2026-12-31")

    assert after.days(DebitOrdered) == [day("2026-03-31"), day("2026-04-30")]
    # Five days after 30 April is Tuesday 5 May, a recognised holiday: the money may arrive through 6 May.
    assert after.days(DebitEnded) == [day("2026-05-07")]
    assert after.days(ReminderIssued) == [day("2026-05-07")]


@pytest.mark.norm("VEERE-4.2-a")
def test_the_last_debit_takes_no_more_than_what_is_open() -> None:
    after = mandated(2, life()).on("2026-04-10").pays("450.00").until("2026-04-30")

    assert [e.amount for e in after.all(DebitOrdered)] == [euro("300.00"), euro("150.00")]


@pytest.mark.norm("VEERE-4.2-a")
def test_a_debt_of_fewer_cents_than_debits_is_not_cut_into_nothings() -> None:
    after = mandated(10, life(amount="0.09")).until(MANDATE)

    assert (after.refusal.code, after.refusal.norms) == ("too_many_instalments", ("VEERE-4.2-a",))


@pytest.mark.norm("VEERE-4.7-a")
def test_no_message_tells_how_a_debit_was_booked() -> None:
    given = mandated(2, life()).on("2026-03-31").pays("300.00", channel="direct_debit")
    after = given.until("2026-04-29")

    (record,) = [r for r in after.world.records if r.command.command == "register_payment"]
    assert not any(isinstance(e, Act) for e in record.events)
    kinds = [act.letter.kind for act in after.letters() if act.letter]
    assert kinds == ["assessment_notice", "direct_debit"], "the days were told before, nothing after"


def test_a_mandate_that_cannot_hold_is_refused() -> None:
    past = mandated(2, life(), first_on=MANDATE).until(MANDATE)
    second = mandated(2, life()).says("register_mandate", instalments=2, first_on="2026-04-30").until(MANDATE)
    paid = mandated(2, life().pays("600.00")).until(MANDATE)
    none_runs = life().says("report_failed_debit", on="2026-02-27", amount="60.00").until(MANDATE)

    refused = [after.refusal.code for after in (past, second, paid, none_runs)]
    assert refused == ["first_debit_past", "mandate_exists", "nothing_open", "no_mandate"]


# -- the debtor is told, and what must not be collected is not debited ------------------------------------------------


def told(after: Seen) -> list[list[tuple[str, Decimal]]]:
    """The days and amounts in each letter about the debits."""
    letters = [act.letter for act in after.letters("direct_debit") if act.letter]
    return [[(str(i.due_on), i.amount) for i in letter.schedule] for letter in letters]


@pytest.mark.norm("VEERE-4.2-a", "VEERE-4.2-b")
@pytest.mark.parametrize(("tax", "norm"), [("tourist_tax", "VEERE-4.2-b"), ("property_tax", "VEERE-4.2-a")])
def test_the_debtor_is_told_on_which_days_how_much_is_taken(tax: str, norm: str) -> None:
    after = mandated(3, life(tax=tax)).until(MANDATE)

    third = euro("200.00")
    assert told(after) == [[("2026-03-31", third), ("2026-04-30", third), ("2026-05-31", third)]]
    (act,) = after.letters("direct_debit")
    assert act.letter is not None
    assert norm in act.letter.norms
    assert "Lukt het 2 keer niet" in (act.letter.consequences or "")
    assert any("niet meer automatisch betalen? Mail naar" in text for text in act.letter.paragraphs)
    assert not any("stond stil" in text for text in act.letter.paragraphs)


@pytest.mark.norm("VEERE-4.2-c")
def test_the_debtor_may_withdraw_the_mandate_and_then_pays_like_others() -> None:
    given = mandated(3, life()).on("2026-04-02").says("withdraw_mandate", role="debtor")
    after = given.until("2026-05-01")

    assert after.days(DebitEnded) == [day("2026-04-02")]
    assert after.days(DebitOrdered) == [day("2026-03-31")]
    assert after.days(ReminderIssued) == [day("2026-05-01")]
    assert given.says("withdraw_mandate").until("2026-05-01").refusal.code == "no_mandate"


def deferred(disputed: str | None = None) -> Life:
    """Three debits from 31 March; deferral from 15 March until the ruling."""
    given = mandated(3, life(tax="sewage_charge")).on("2026-03-10")
    given = given.says("file_objection", received_on="2026-03-10", disputed=disputed)
    return given.on("2026-03-15").officer("grant_deferral")


def ruled(given: Life, on: str) -> Life:
    ruling = {"ruled_on": on, "ruling": "rejected", "by": "h", "role": "levying_officer"}
    return given.on(on).says("rule_on_objection", **ruling)


@pytest.mark.norm("VEERE-4.2-a", "VEERE-4.9.1-d")
def test_during_a_deferral_nothing_is_debited() -> None:
    after = deferred().until("2026-12-31")

    assert after.all(DebitOrdered) == []
    assert after.forbids(Measure.DIRECT_DEBIT) is not None


@pytest.mark.norm("VEERE-4.2-a", "VEERE-4.9.1-d")
def test_while_a_request_for_deferral_waits_nothing_is_debited() -> None:
    given = mandated(3, life(tax="sewage_charge")).on("2026-03-10")
    after = given.says("file_objection", received_on="2026-03-10").until("2026-04-30")

    assert after.all(DebitOrdered) == []


@pytest.mark.norm("VEERE-4.2-a", "VEERE-4.9.1-d", "VEERE-4.10.4-a")
def test_debits_that_waited_are_announced_anew_and_not_taken_all_at_once() -> None:
    after = ruled(deferred(), "2026-07-01").until("2026-10-31")

    # 14 days after the ruling the debits may go on; the first of their days that lies 14 days ahead is 31 July.
    assert after.days(DebitScheduled) == [day("2026-03-02"), day("2026-07-16")]
    third = euro("200.00")
    assert told(after)[1] == [("2026-07-31", third), ("2026-08-31", third), ("2026-09-30", third)]
    assert after.days(DebitOrdered) == [day("2026-07-31"), day("2026-08-31"), day("2026-09-30")]
    again = after.letters("direct_debit")[1].letter
    assert again is not None
    assert "stond stil" in again.paragraphs[0]


@pytest.mark.norm("VEERE-4.2-a")
@pytest.mark.parametrize(("days", "first"), [(15, "2026-07-31"), (16, "2026-08-31")])
def test_how_long_before_the_debtor_is_told_is_a_setting(days: int, first: str) -> None:
    given = mandated(3, life(tax="sewage_charge", under=reading("debit_notice_days", days))).on("2026-03-10")
    given = given.says("file_objection", received_on="2026-03-10").on("2026-03-15").officer("grant_deferral")
    after = ruled(given, "2026-07-01").until("2026-07-16")

    assert told(after)[1][0][0] == first


@pytest.mark.norm("VEERE-4.2-a", "VEERE-4.9.3-f", "VEERE-4.9.3-g")
def test_where_a_part_is_deferred_only_the_rest_is_debited() -> None:
    given = deferred("150.00")
    for paid_on in ("2026-03-31", "2026-04-30"):
        given.on(paid_on).pays("200.00", channel="direct_debit")
    after = given.until("2026-05-31")

    assert [e.amount for e in after.all(DebitOrdered)] == [euro("200.00"), euro("200.00"), euro("50.00")]


@pytest.mark.norm("VEERE-4.2-a", "VEERE-4.9.3-g")
def test_where_every_payment_term_is_deferred_nothing_is_debited() -> None:
    given = mandated(3, life(tax="sewage_charge", due=["2026-04-30", "2026-06-30"])).on("2026-03-10")
    given = given.says("file_objection", received_on="2026-03-10").on("2026-03-15").officer("grant_deferral")

    assert given.until("2026-12-31").all(DebitOrdered) == []


@pytest.mark.norm("VEERE-4.2-a", "VEERE-4.19-a")
def test_during_a_moratorium_nothing_is_debited_and_after_it_the_days_are_told_anew() -> None:
    given = mandated(3, life()).on("2026-03-10").says("register_moratorium", received_on="2026-03-10")
    after = given.until("2026-12-31")

    # The pause runs until 10 September included.
    assert after.days(DebitScheduled) == [day("2026-03-02"), day("2026-09-11")]
    assert after.days(DebitOrdered) == [day("2026-09-30"), day("2026-10-30"), day("2026-11-30")]


@pytest.mark.norm("VEERE-4.2-a", "VEERE-4.9.5-b")
def test_an_arrangement_takes_the_place_of_the_debits() -> None:
    given = mandated(3, life(tax="sewage_charge"), "2026-04-15").on("2026-03-10")
    given = given.says("request_arrangement", received_on="2026-03-10", channel="phone").on("2026-03-12")
    told_by_debtor = {"circumstances": "minder werk", "structural": False, "months": 10}
    after = given.officer("grant_arrangement", **told_by_debtor).until("2026-12-31")

    assert after.days(DebitEnded) == [day("2026-03-12")]
    assert after.all(DebitOrdered) == []


@pytest.mark.norm("VEERE-4.2-a", "VEERE-4.9.1-d")
def test_a_mandate_is_for_what_may_be_collected_and_refused_while_that_is_nothing() -> None:
    def during(disputed: str | None) -> Seen:
        given = life(tax="sewage_charge").on("2026-03-01")
        given = given.says("file_objection", received_on="2026-03-01", disputed=disputed)
        return mandated(3, given).until(MANDATE)

    assert debits(during("150.00")) == [euro("150.00")] * 3
    assert during(None).refusal.code == "measure_forbidden"
