"""The assessment: when a debt begins, who is told, by which one channel, and what is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.debt.events import AssessmentFixed, AssessmentNoticeSent
from domain.debt.letters import Recipient
from domain.procedures.ladder import DemandIssued, PaymentTermSet, ReminderIssued, WritIssued
from tests.builder import Life, day, euro, life


@pytest.mark.norm("VEERE-2.1-a")
def test_the_debt_begins_with_amount_date_and_due_date_and_waits_for_that_day() -> None:
    after = life().until("2026-02-27")

    fixed = after.the(AssessmentFixed)
    assert (fixed.amount, fixed.dated) == (euro("600.00"), day("2026-02-27"))
    assert after.the(PaymentTermSet).due == day("2026-04-30")
    assert after.world.next_day() == day("2026-05-01")
    assert after.balances() == {"receivable:tax": euro("600.00"), "revenue:tax": -euro("600.00")}


@pytest.mark.norm("VEERE-2.1-a")
@pytest.mark.parametrize(
    ("due", "says"),
    [([], "too_short"), (["2026-06-30", "2026-04-30"], "dates must rise"), (["2026-02-26"], "lies before dated")],
)
def test_an_assessment_without_a_lawful_due_date_is_refused(due: list[str], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        life(due=due)


@pytest.mark.norm("VEERE-2.1-a")
def test_an_assessment_of_fewer_cents_than_due_dates_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"amount: 0\.01 cannot be paid in 2 parts"):
        life(amount="0.01", due=["2026-04-30", "2026-06-30"])


@pytest.mark.norm("VEERE-2.1-a", "VEERE-4.1-a")
def test_the_notice_states_the_date_on_which_the_money_must_be_on_the_account() -> None:
    letter = life().until("2026-02-27").the(AssessmentNoticeSent).letter

    assert letter is not None
    assert (letter.pay_by, letter.total, letter.pays) == (day("2026-04-30"), euro("600.00"), True)
    assert letter.remedy is not None
    assert "bezwaar bij de heffingsambtenaar" in letter.remedy


@pytest.mark.norm("VEERE-2.1-a")
def test_the_notice_lists_every_due_date_with_its_part_and_the_fine_with_the_last() -> None:
    after = life(amount="100.00", fine="25.00", due=["2026-04-30", "2026-06-30", "2026-08-31"]).until("2026-02-27")

    letter = after.the(AssessmentNoticeSent).letter
    assert letter is not None
    assert [(t.due_on, t.amount) for t in letter.schedule] == [
        (day("2026-04-30"), euro("33.33")),
        (day("2026-06-30"), euro("33.33")),
        (day("2026-08-31"), euro("58.34")),
    ]


@pytest.mark.norm("VEERE-2.1-c", "VEERE-1.6-c")
def test_the_notice_is_sent_to_the_debtor_and_its_sending_recorded_before_any_term_runs() -> None:
    after = life().until("2026-02-27")

    sent = after.the(AssessmentNoticeSent)
    assert (sent.on, sent.channel, sent.letter_key) == (
        day("2026-02-27"),
        "post",
        "OZB-2026-0001-assessment_notice-1",
    )
    assert sent.letter is not None
    assert sent.letter.recipient is Recipient.DEBTOR
    events = [type(e) for e in after.events("OZB-2026-0001")]
    assert events.index(AssessmentNoticeSent) < events.index(PaymentTermSet)


@pytest.mark.norm("VEERE-2.1-a", "VEERE-2.1-c")
@pytest.mark.parametrize(("loaded", "codes"), [("2026-04-30", []), ("2026-05-01", ["due_before_notice"])])
def test_no_notice_is_sent_whose_due_date_is_past(loaded: str, codes: list[str]) -> None:
    after = life(on=loaded).until(loaded)
    assert [r.code for r in after.refusals] == codes
    assert len(after.all(AssessmentNoticeSent)) == 1 - len(codes)

    assert life(on=loaded, notice_sent_on="2026-02-27").until(loaded).refusals == []


@pytest.mark.norm("VEERE-2.1-c")
def test_a_notice_that_another_system_sent_is_not_sent_again() -> None:
    assert life(notice_sent_on="2026-02-27").until("2026-02-27").all(AssessmentNoticeSent) == []


@pytest.mark.norm("VEERE-2.1-d")
def test_the_notice_goes_to_the_legal_representative_and_not_to_the_debtor() -> None:
    after = life(debtor={"representative": True, "message_box": True}).until("2026-05-01")

    (notice,) = after.letters("assessment_notice")
    assert notice.letter is not None
    assert notice.letter.recipient is Recipient.REPRESENTATIVE
    assert notice.channel == "post", "the message box is the debtor's own"
    assert "VEERE-2.1-d" in notice.norms
    assert after.the(ReminderIssued).letter.recipient is Recipient.DEBTOR  # type: ignore[union-attr]


@pytest.mark.norm("VEERE-2.1-e")
@pytest.mark.parametrize(("message_box", "channel"), [(True, "message_box"), (False, "post")])
def test_the_notice_takes_exactly_one_channel(message_box: bool, channel: str) -> None:
    after = life(debtor={"message_box": message_box}).until("2026-02-27")

    assert [act.channel for act in after.letters()] == [channel]


@pytest.mark.norm("VEERE-2.1-f")
def test_the_channel_follows_what_the_debtor_chose_at_mijnoverheid() -> None:
    given = Life().registers(message_box=True).on("2026-02-02").registers(message_box=False)

    assert given.assessed().until("2026-02-27").the(AssessmentNoticeSent).channel == "post"


@pytest.mark.norm("VEERE-6-a")
@pytest.mark.parametrize(("last", "reminders"), [("2025-12-31", 0), ("2026-01-05", 1)])
def test_this_guide_holds_for_acts_from_2026_on(last: str, reminders: int) -> None:
    after = life(dated="2025-10-31", due="2025-11-30").until(last)

    assert len(after.all(ReminderIssued)) == reminders
    assert after.debt().rulebook == "veere-2026"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"tax": "window_tax"}, "unknown_tax"),
        ({"rulebook": "veere-2018"}, "unknown_tax"),
        ({"debtor": "D9"}, "debtor_not_registered"),
    ],
)
def test_an_assessment_that_cannot_be_collected_by_the_rulebook_is_refused(fields: dict[str, Any], code: str) -> None:
    after = Life().registers().assessed(**fields).until("2026-02-27")

    assert after.refusal.code == code
    assert "OZB-2026-0001" not in after.world.cases


def test_the_same_number_is_not_assessed_twice_and_an_unknown_debt_is_told_nothing() -> None:
    assert life().assessed().until("2026-02-27").refusal.code == "debt_exists"
    assert Life().on("2026-05-01").pays("1.00").until("2026-05-01").refusal.code == "unknown_debt"


@pytest.mark.norm("VEERE-1.6-f")
def test_a_debt_of_a_debtor_that_is_not_classed_does_not_begin() -> None:
    after = Life().assessed().until("2026-02-27")

    assert (after.refusal.code, after.refusal.norms) == ("debtor_not_registered", ("VEERE-1.6-f",))


@pytest.mark.norm("VEERE-2.1-b")
def test_the_fine_is_collected_with_the_tax_but_bears_on_no_tariff() -> None:
    after = life(amount="400.00", fine="100.00").until("2026-05-27")

    assert after.the(ReminderIssued).claimed == euro("500.00")
    assert after.the(DemandIssued).costs == euro("9.00")
    assert after.the(WritIssued).claimed_sum == euro("400.00")
