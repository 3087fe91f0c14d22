"""A fact that arrives late: what was done and should not have been is withdrawn, and whoever was told is told again."""

import pytest

from domain.debt.events import (
    ActWithdrawn,
    CostsCorrected,
    CourseCorrected,
    DebtSettled,
    WithdrawalNotified,
)
from domain.debt.letters import Recipient
from domain.procedures.attachment import (
    AttachmentCapLowered,
    AttachmentLifted,
    AttachmentMade,
    AttachmentOrdered,
    AttachmentReportQuestioned,
)
from domain.procedures.ladder import (
    DemandIssued,
    ReminderIssued,
    RenewedOrderDrawnUp,
    RenewedOrderOrdered,
    WritIssued,
    WritServed,
)
from tests.builder import Seen, day, euro, life


def withdrawn(after: Seen) -> list[str]:
    return [e.act for e in after.all(ActWithdrawn)]


def told(after: Seen) -> list[Recipient]:
    return [e.letter.recipient for e in after.all(WithdrawalNotified) if e.letter is not None]


@pytest.mark.norm("VEERE-4.3-a", "VEERE-2.3-c")
def test_a_payment_before_the_letter_leaves_the_house_withdraws_letter_and_costs_and_nobody_is_told() -> None:
    after = life().on("2026-05-09").pays("600.00").until("2026-12-31")

    assert withdrawn(after) == [DemandIssued.type]
    assert told(after) == []
    assert after.debt().closed_on == day("2026-05-09")
    assert after.balances()["revenue:costs"] == 0


@pytest.mark.norm("VEERE-4.3-a")
def test_a_payment_after_the_letter_left_pays_its_costs_too() -> None:
    after = life().on("2026-05-10").pays("600.00").until("2026-05-10")

    assert withdrawn(after) == []
    assert after.debt().open.total == euro("19.00")


@pytest.mark.norm("VEERE-4.3-a", "VEERE-2.2-a")
def test_a_part_payment_on_the_day_of_the_letter_does_not_stop_it() -> None:
    after = life().on("2026-05-01").pays("100.00").until("2026-05-01")

    assert withdrawn(after) == []
    assert after.days(ReminderIssued) == [day("2026-05-01")]


@pytest.mark.norm("VEERE-4.3-c")
def test_a_payment_known_late_withdraws_all_that_followed_with_one_letter_to_each_who_was_told() -> None:
    after = life().on("2026-06-10").pays("600.00", channel="bailiff", paid_on="2026-05-08").until("2026-12-31")

    assert withdrawn(after) == [
        DemandIssued.type,
        WritIssued.type,
        WritServed.type,
        RenewedOrderDrawnUp.type,
        RenewedOrderOrdered.type,
    ]
    assert told(after) == [Recipient.DEBTOR, Recipient.BAILIFF]
    to_debtor = after.all(WithdrawalNotified)[0].letter
    assert to_debtor is not None
    assert "€ 109,00" in " ".join(to_debtor.paragraphs)
    assert after.days(DebtSettled) == [day("2026-05-08")]
    assert after.balances()["revenue:costs"] == 0
    assert after.debtor.credit == 0


@pytest.mark.norm("VEERE-2.5-e", "VEERE-1.6-d")
def test_a_part_payment_known_late_corrects_the_costs_of_what_stands() -> None:
    after = life().on("2026-06-10").pays("300.00", value_date="2026-05-08").until("2026-06-10")

    assert [(e.act, e.difference) for e in after.all(CostsCorrected)] == [
        (DemandIssued.type, -euro("10.00")),
        (WritServed.type, -euro("28.00")),
    ]
    assert withdrawn(after) == []
    assert after.debt().open.total == euro("300.00") + euro("9.00") + euro("62.00")


@pytest.mark.norm("VEERE-2.1-b", "VEERE-4.3-a")
def test_payments_in_another_order_than_their_dates_settle_the_debt_on_the_day_it_was_full() -> None:
    given = life().on("2026-03-12").pays("300.00").on("2026-03-13").pays("300.00", value_date="2026-03-10")
    after = given.until("2026-12-31")

    assert after.debt().closed_on == day("2026-03-12")


@pytest.mark.norm("VEERE-4.3-a")
def test_a_late_payment_that_undoes_nothing_is_simply_booked() -> None:
    given = life().on("2026-03-12").pays("100.00").on("2026-03-13").pays("100.00", value_date="2026-03-10")
    after = given.until("2026-03-13")

    assert after.all(CourseCorrected) == []
    assert after.debt().open.total == euro("400.00")


@pytest.mark.norm("VEERE-2.8-b", "VEERE-1.6-e")
def test_an_attachment_that_a_late_payment_makes_needless_is_lifted_and_the_bailiff_told() -> None:
    given = life().is_executable().orders_attachment()
    given.on("2026-06-20").says("report_attachment", order=1, attached_on="2026-06-11", proof="pv 3")
    given.on("2026-06-25").pays("400.00")
    given.on("2026-06-29").pays("392.00", value_date="2026-06-23")
    given.on("2026-06-30").pays("10.00", value_date="2026-06-22")
    after = given.until("2026-12-31")

    assert after.debt().closed_on == day("2026-06-25")
    (lifted,) = after.all(AttachmentLifted)
    assert lifted.letter is not None
    assert (lifted.letter.recipient, lifted.letter.dated) == (Recipient.BAILIFF, day("2026-06-29"))
    assert after.debt().procedures == {}


@pytest.mark.norm("VEERE-1.6-d")
def test_nothing_is_corrected_twice() -> None:
    given = life().on("2026-06-10").pays("300.00", value_date="2026-05-08")
    after = given.on("2026-06-11").pays("50.00", value_date="2026-05-08").until("2026-06-11")

    assert sum(e.difference for e in after.all(CostsCorrected)) == -euro("42.00")
    assert after.debt().open.costs == after.balances()["receivable:costs"] == euro("67.00")


@pytest.mark.norm("VEERE-2.8-a")
def test_a_question_about_a_part_that_is_paid_lapses() -> None:
    given = life(due=["2026-04-30", "2026-12-31"]).on("2026-06-10").is_served("renewed_order", track="1")
    after = given.on("2026-06-12").pays("389.00").until("2026-06-12")

    assert after.debt().questions == {}
    assert after.tasks("order_attachment")[0]["answered"] == {"answer": "vervallen"}


@pytest.mark.norm("VEERE-1.6-e")
def test_the_number_of_an_order_that_was_withdrawn_is_not_given_again() -> None:
    given = life(due=["2026-04-30", "2026-06-01"]).on("2026-06-10").is_served("renewed_order", track="1")
    given.on("2026-06-12").orders_attachment()
    given.on("2026-06-20").pays("371.00", channel="bailiff", paid_on="2026-06-09")
    given.on("2026-06-21").pays("1.00", channel="bailiff", paid_on="2026-06-09")
    given.on("2026-08-03").is_served("renewed_order", track="2").orders_attachment(object="boot")
    given.on("2026-08-04").says("report_attachment", order=1, attached_on="2026-08-04", proof="pv 3")
    after = given.until("2026-08-04")

    assert AttachmentOrdered.type in withdrawn(after)
    assert [e.order for e in after.all(AttachmentOrdered)] == [1, 2]
    assert after.the(AttachmentReportQuestioned).order == 1, "the old order is not the new one"
    assert "attachment:1" not in after.debt().procedures


@pytest.mark.norm("VEERE-1.6-e")
def test_an_order_keeps_its_number_when_one_before_it_is_withdrawn() -> None:
    given = life(due=["2026-04-30", "2026-06-01"]).on("2026-06-10").is_served("renewed_order", track="1")
    given.on("2026-06-12").orders_attachment(object="auto")
    given.on("2026-08-03").is_served("renewed_order", track="2").orders_attachment(object="boot")
    given.on("2026-08-10").pays("371.00", channel="bailiff", paid_on="2026-06-09")
    given.on("2026-08-11").says("report_attachment", order=2, attached_on="2026-08-05", proof="pv 3")
    after = given.until("2026-08-11")

    assert withdrawn(after).count(AttachmentOrdered.type) == 1
    assert after.the(AttachmentMade).object == "boot"
    assert "attachment:2" in after.debt().procedures


@pytest.mark.norm("VEERE-4.3-a")
def test_what_was_withdrawn_once_is_not_withdrawn_again_by_a_next_late_fact() -> None:
    given = life().is_executable().orders_attachment()
    given.on("2026-06-20").pays("100.00", value_date="2026-06-18")
    given.on("2026-06-25").pays("600.00", channel="bailiff", paid_on="2026-05-08")
    given.on("2026-06-27").pays("1.00", channel="bailiff", paid_on="2026-05-07")
    after = given.until("2026-06-27")

    gone = [(e.command, e.act, e.withdrawn_letter) for e in after.all(ActWithdrawn)]
    assert AttachmentCapLowered.type in [act for _, act, _ in gone]
    assert len(gone) == len(set(gone))
