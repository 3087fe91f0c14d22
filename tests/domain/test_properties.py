"""What must always hold, whatever happens and in whatever order; and that a late fact ends as one known in time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain import core
from domain.debt.barriers import barriers, forbidding
from domain.debt.commands import RegisterPayment
from domain.debt.decide import due_terms
from domain.debt.events import ActWithdrawn, CourseCorrected, PaymentBooked, QuestionAsked
from domain.debt.outlook import details, document
from domain.debt.state import ALL_MEASURES, DEBT, Debt, Measure
from domain.debtor.debtor import CreditPaidOut, Debtor, RegisterRefund, RegisterUndirectedPayment
from domain.kernel.messages import Act, Event
from domain.kernel.money import ZERO
from domain.procedures.arrangement.events import InstalmentMissed
from domain.procedures.arrangement.state import PLAN_KEY
from domain.procedures.attachment import Attachment, AttachmentOrdered
from domain.procedures.direct_debit import DebitOrdered
from domain.procedures.ladder import (
    DemandIssued,
    Ladder,
    ReminderIssued,
    RenewedOrderOrdered,
    RenewedOrderServed,
    Step,
    WritIssued,
    WritServed,
)
from domain.procedures.restructuring import ReportSettlementEnd
from domain.procedures.third_party_claim import ThirdPartyClaimed
from domain.procedures.wage_claim import RegisterWageRemittance
from domain.scenario import Record, World
from tests.builder import DEBTOR, OFFICER, VEERE, day

DEBTS = ("OZB-2026-0001", "RIO-2026-0002", "AFV-2025-0003")
START = day("2026-02-27")

MEASURES: dict[type[Event], Measure] = {
    ReminderIssued: Measure.REMINDER,
    DemandIssued: Measure.DEMAND,
    WritIssued: Measure.WRIT,
    RenewedOrderOrdered: Measure.RENEWED_ORDER,
    AttachmentOrdered: Measure.ATTACHMENT,
}
BEFORE: dict[type[Event], type[Event]] = {
    DemandIssued: ReminderIssued,
    WritIssued: DemandIssued,
    WritServed: WritIssued,
    RenewedOrderOrdered: WritServed,
    RenewedOrderServed: RenewedOrderOrdered,
}
"""Which step must stand, with its term over, before this one."""

euros = st.sampled_from(["0.01", "9.00", "19.00", "45.67", "150.00", "300.00", "600.00", "709.00", "2000.00"])
debts = st.sampled_from(DEBTS)
tracks = st.sampled_from(["", "1", "2"])
PROCEEDINGS = ("objection_liability_art_49_1", "deferral_request")

earlier = st.sampled_from([0, 0, 0, 1, 5, 20, 60, 200])


def _stands_still(debt: Debt, today: date, track: str) -> bool:
    """Is nothing at all done about this part, as while it is deferred or under a regime?"""
    still = (b for b in barriers(debt, VEERE) if b.measures == ALL_MEASURES and b.track in (None, track))
    return any(b.until is None or today <= b.until for b in still)


@dataclass
class Checked:
    """A second bookkeeping, made from the events alone, against which every decision is held."""

    cases: dict[str, core.Case] = field(default_factory=dict)
    accounts: defaultdict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    letters: set[str] = field(default_factory=set)
    steps: defaultdict[tuple[str, str], dict[type[Event], tuple[str, Event]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    came_in: Decimal = ZERO
    paid_out: Decimal = ZERO
    seen: int = 0

    def follow(self, world: World) -> None:
        """Hold all decisions since the last time against what must always hold."""
        for record in world.records[self.seen :]:
            corrected = any(isinstance(e, CourseCorrected) for e in record.events)
            for event in record.events:
                if not corrected:
                    self._must_be_allowed(event, record)
                self._must_have_its_step(event, record)
                self._book(event, record)
                before = self.cases.get(record.stream)
                self.cases[record.stream] = after = core.evolve(before, event, record.stream)
                if isinstance(before, Debt) and isinstance(after, Debt) and not corrected:
                    self._must_leave_what_is_deferred(before, after, event, record)
            self._count_money(record)
        self.seen = len(world.records)

    def _must_be_allowed(self, event: Event, record: Record) -> None:
        debt = self.cases.get(record.stream)
        if isinstance(event, ThirdPartyClaimed) and isinstance(debt, Debt):
            third_party = Measure.THIRD_PARTY_CLAIM
            free = [t.track for t in debt.terms if not forbidding(debt, VEERE, third_party, record.today, t.track)]
            assert event.claimed <= sum(debt.open_of(track).total for track in free)
        elif isinstance(event, DebitOrdered) and isinstance(debt, Debt):
            assert event.debited <= sum(
                debt.open_of(t.track).total
                for t in debt.terms
                if not forbidding(debt, VEERE, Measure.DIRECT_DEBIT, record.today, t.track)
            )
        elif isinstance(event, InstalmentMissed) and isinstance(debt, Debt):
            plan = debt.procedures[PLAN_KEY]
            assert any(not _stands_still(debt, record.today, track) for track in plan.tracks), event.text
        elif (measure_of := MEASURES.get(type(event))) and isinstance(debt, Debt):
            assert forbidding(debt, VEERE, measure_of, record.today, event.track) is None, event.text

    def _must_leave_what_is_deferred(self, before: Debt, after: Debt, event: Event, record: Record) -> None:
        if isinstance(event, PaymentBooked) and isinstance(record.command, RegisterWageRemittance):
            for term in before.terms:
                if _stands_still(before, record.today, term.track):
                    assert after.open_of(term.track) == before.open_of(term.track), event.text

    def _must_have_its_step(self, event: Event, record: Record) -> None:
        steps = self.steps[record.stream, event.track]
        if isinstance(event, ActWithdrawn):
            for kind in [k for k, (command, act) in steps.items() if (command, act.type) == (event.command, event.act)]:
                del steps[kind]
        if before := BEFORE.get(type(event)):
            assert before in steps, f"{event.type} without {before.type}"
            assert getattr(steps[before][1], "until", event.on) <= event.on
        if type(event) in BEFORE or isinstance(event, ReminderIssued):
            steps[type(event)] = (record.command.id, event)

    def _book(self, event: Event, record: Record) -> None:
        for posting in event.postings():
            assert posting.amount > 0
            self.accounts[record.stream, posting.debit] += posting.amount
            self.accounts[record.stream, posting.credit] -= posting.amount
        if isinstance(event, Act) and event.letter is not None:
            assert event.letter_key
            assert event.letter_key not in self.letters
            self.letters.add(event.letter_key)
        if isinstance(event, QuestionAsked):
            assert set(event.question.answers) <= core.COMMAND_TYPES.keys()
        assert core.load_event(core.dump_event(event)) == event
        assert event.text

    def _count_money(self, record: Record) -> None:
        if record.refusal is not None:
            return
        match record.command:
            case RegisterPayment() | RegisterUndirectedPayment() if record.command.channel != "internal":
                self.came_in += record.command.amount
            case RegisterWageRemittance():
                self.came_in += record.command.amount
            case RegisterRefund() if not record.command.from_debt:
                self.came_in += record.command.amount
            case ReportSettlementEnd() if record.command.agreements_kept:
                self.came_in += record.command.share
        self.paid_out += sum((e.paid for e in record.events if isinstance(e, CreditPaidOut)), ZERO)

    def balance(self, account: str) -> Decimal:
        """What stands on the account over all streams."""
        return sum((amount for (_, name), amount in self.accounts.items() if name == account), ZERO)


def must_hold(world: World, checked: Checked, today: date) -> None:
    """The state is the fold of its events, the ledger says the same, and no money is made or lost."""
    assert checked.cases == world.cases
    kept = ZERO
    for stream, case in world.cases.items():
        if isinstance(case, Debtor):
            assert case.credit >= 0
            kept += case.credit
            continue
        for part in ("costs", "interest", "tax", "fine"):
            assert getattr(case.open, part) == checked.accounts[stream, f"receivable:{part}"] >= 0, part
        assert all(costs >= 0 for costs in case.costs_by_track.values())
        assert sum((case.open_of(t.track).total for t in case.terms), ZERO) == case.open.total
        assert (case.closed_on is not None) is (case.open.total == 0)
        names = [term.name for term in due_terms(case)]
        assert len(names) == len(set(names))
        assert DEBT.validate_json(DEBT.dump_json(case)) == case
        assert document(case, VEERE, today)["debt"] == stream
        assert stream in details(case, VEERE, today)
        kept += case.paid
    assert kept + checked.paid_out == checked.came_in
    assert checked.balance("clearing") == checked.balance("reallocation") == 0


class Lives(RuleBasedStateMachine):
    """One debtor with three debts; anybody may say anything at any time, in any order."""

    amounts = ("600.00", "150.01", "300.00")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.checked = Checked()
        self.today = START

    def say(self, command: str, **fields: Any) -> None:
        given = {"id": f"c{len(self.world.records)}", "command": command}
        self.world.tell(core.COMMANDS.validate_python(given | fields), self.today)
        self.world.wake(self.today)

    @initialize(
        two=st.booleans(),
        address=st.booleans(),
        fine=st.sampled_from(["0.00", "50.00"]),
        unpaid=st.sampled_from([0, 65, 90, 100, 150]),
    )
    def begin(self, two: bool, address: bool, fine: str, unpaid: int) -> None:
        due, amounts = ["2026-04-30", "2026-06-30"] if two else ["2026-04-30"], self.amounts
        self.say("register_debtor", debtor=DEBTOR, kind="private_person", address_known=address)
        for third_party, income in (("W1", "wages"), ("T1", "")):
            relation = {"third_party": third_party, "relation": "owes_money_to_debtor", "income": income}
            self.say("record_third_party", debtor=DEBTOR, **relation)
        kept = {"debtor": DEBTOR, "dated": START, "rulebook": "veere-2026"}
        self.say("fix_assessment", debt=DEBTS[0], tax="property_tax", amount=amounts[0], due=due, fine=fine, **kept)
        self.say("fix_assessment", debt=DEBTS[1], tax="sewage_charge", amount=amounts[1], due=["2026-03-31"], **kept)
        older = kept | {"dated": "2025-12-01", "notice_sent_on": "2025-12-01"}
        self.say("fix_assessment", debt=DEBTS[2], tax="waste_charge", amount=amounts[2], due=["2026-01-31"], **older)
        self.pass_time(unpaid)

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.pass_time(days)

    def pass_time(self, days: int) -> None:
        until = self.today + timedelta(days=days)
        while (wakes := self.world.next_day()) is not None and wakes <= until:
            self.world.wake(max(wakes, self.today))
            self.today = max(wakes, self.today)
        self.today = until

    @rule(debt=debts, amount=euros, ago=earlier, channel=st.sampled_from(["bank", "card", "bailiff", "desk"]))
    def money_comes_in(self, debt: str, amount: str, ago: int, channel: str) -> None:
        paid_on = self.today - timedelta(days=ago)
        dates = {"value_date": paid_on if channel == "bank" else self.today, "paid_on": paid_on}
        self.say("register_payment", debt=debt, amount=amount, channel=channel, **dates)

    @rule(amount=euros, ago=earlier)
    def money_without_reference_comes_in(self, amount: str, ago: int) -> None:
        value_date = self.today - timedelta(days=ago)
        self.say("register_undirected_payment", debtor=DEBTOR, amount=amount, value_date=value_date)

    @rule(amount=euros)
    def credit_is_paid_out(self, amount: str) -> None:
        self.say("order_pay_out", debtor=DEBTOR, amount=amount, **OFFICER)

    @rule(debt=debts, instalments=st.integers(1, 11), days=st.integers(0, 40))
    def a_mandate_is_given(self, debt: str, instalments: int, days: int) -> None:
        first_on = self.today + timedelta(days=days)
        self.say("register_mandate", debt=debt, instalments=instalments, first_on=first_on)

    @rule(debt=debts, amount=euros)
    def a_debit_fails(self, debt: str, amount: str) -> None:
        self.say("report_failed_debit", debt=debt, on=self.today, amount=amount)

    @rule(debt=debts, track=tracks, way=st.sampled_from(["post", "bailiff"]), reason=st.sampled_from(["", "verhuisd"]))
    def a_way_of_service_is_chosen(self, debt: str, track: str, way: str, reason: str) -> None:
        self.say("choose_service", debt=debt, track=track, way=way, reason=reason, **OFFICER)

    @rule(
        debt=debts,
        track=tracks,
        document=st.sampled_from(["writ", "renewed_order"]),
        delivered=st.sampled_from(["debtor", "letterbox"]),
        ago=earlier,
    )
    def the_bailiff_reports_service(self, debt: str, track: str, document: str, delivered: str, ago: int) -> None:
        served_on = self.today - timedelta(days=ago)
        report = {"document": document, "delivered": delivered, "served_on": served_on, "proof": "akte"}
        self.say("report_service", debt=debt, track=track, **report)

    @rule(debt=debts, delivered=st.sampled_from(["debtor", "letterbox"]), succeeded=st.booleans())
    def the_bailiff_does_what_is_ordered(self, debt: str, delivered: str, succeeded: bool) -> None:
        case = self.world.cases[debt]
        assert isinstance(case, Debt)
        for state in case.procedures.values():
            if isinstance(state, Ladder) and state.step in (Step.WRIT_ISSUED, Step.RENEWAL_ORDERED):
                document = "writ" if state.step is Step.WRIT_ISSUED else "renewed_order"
                self.the_bailiff_reports_service(debt, state.track, document, delivered, 0)
            elif isinstance(state, Attachment) and not state.made_on:
                self.the_bailiff_reports_an_attachment(debt, state.order, succeeded, 0)

    @rule(debt=debts, kind=st.sampled_from(["movables", "real_estate"]), reason=st.sampled_from(["", "beter", "beter"]))
    def an_attachment_is_ordered(self, debt: str, kind: str, reason: str) -> None:
        self.say("order_attachment", debt=debt, kind=kind, object="auto", reason=reason, **OFFICER)

    @rule(debt=debts, order=st.integers(1, 2), succeeded=st.booleans(), ago=st.sampled_from([0, 0, 3]))
    def the_bailiff_reports_an_attachment(self, debt: str, order: int, succeeded: bool, ago: int) -> None:
        attached_on = self.today - timedelta(days=ago)
        report = {"order": order, "attached_on": attached_on, "proof": "pv", "succeeded": succeeded}
        self.say("report_attachment", debt=debt, **report)

    @rule(debt=debts, third_party=st.sampled_from(["W1", "T1", "X9"]))
    def a_third_party_is_claimed_from(self, debt: str, third_party: str) -> None:
        self.say("claim_from_third_party", debt=debt, third_party=third_party, **OFFICER)

    @rule(debt=debts, third_party=st.sampled_from(["W1", "T1"]))
    def a_claim_is_ended(self, debt: str, third_party: str) -> None:
        self.say("end_third_party_claim", debt=debt, third_party=third_party, **OFFICER)

    @rule(debt=debts, exempt=st.sampled_from(["0.00", "1400.00"]), pay_day=st.sampled_from([1, 31]))
    def a_wage_claim_is_announced(self, debt: str, exempt: str, pay_day: int) -> None:
        situation = {"living_situation": "single", "housing_situation": "tenant", "computed_on": self.today}
        wages = {"third_party": "W1", "income": "1500.00", "exempt": exempt, "pay_day": pay_day}
        self.say("announce_wage_claim", debt=debt, **OFFICER, **wages, **situation)

    @rule(debt=debts, amount=euros, ago=earlier)
    def the_employer_remits(self, debt: str, amount: str, ago: int) -> None:
        value_date = self.today - timedelta(days=ago)
        self.say("register_wage_remittance", debt=debt, third_party="W1", amount=amount, value_date=value_date)

    @rule(debt=debts)
    def a_wage_claim_is_stopped(self, debt: str) -> None:
        self.say("stop_wage_claim", debt=debt, third_party="W1", reason="uit dienst", **OFFICER)

    @rule(debt=debts)
    def an_objection_comes_in(self, debt: str) -> None:
        self.say("file_objection", debt=debt, received_on=self.today)

    @rule(debt=debts, new_amount=st.sampled_from([None, "0.00", "100.00", "299.99"]))
    def the_objection_is_ruled_on(self, debt: str, new_amount: str | None) -> None:
        ruling = {"ruling": "rejected" if new_amount is None else "partly_upheld", "new_amount": new_amount}
        self.say("rule_on_objection", debt=debt, ruled_on=self.today, by="m2", role="levying_officer", **ruling)

    @rule(debt=debts, kind=st.sampled_from(PROCEEDINGS), step=st.integers(0, 2))
    def a_decision_is_late(self, debt: str, kind: str, step: int) -> None:
        if step == 0 and kind.startswith("objection"):
            dates = {"received_on": self.today, "decide_by": self.today + timedelta(days=10)}
            self.say("open_proceeding", debt=debt, proceeding=kind, **dates)
        elif step == 1:
            self.say("register_notice_of_default", debt=debt, proceeding=kind, received_on=self.today)
        elif kind.startswith("objection"):
            decision = {"proceeding": kind, "decided_on": self.today, "reason": "ongegrond"}
            self.say("decide_proceeding", debt=debt, **OFFICER, **decision)

    @rule(debt=debts, again=st.sampled_from([None, 0, 10]), number=st.integers(0, 5))
    def a_question_is_declined(self, debt: str, again: int | None, number: int) -> None:
        case = self.world.cases[debt]
        assert isinstance(case, Debt)
        open_ = [*sorted(case.questions), "nothing"]
        ask_again_on = None if again is None else self.today + timedelta(days=again)
        no = {"question": open_[number % len(open_)], "reason": "nee", "ask_again_on": ask_again_on}
        self.say("decline_question", debt=debt, **OFFICER, **no)

    @rule(debt=debts, term=st.sampled_from(["ladder.due", "ladder.reminded", "ladder:1.demanded", "direct_debit.next"]))
    def a_term_is_said_to_have_ended(self, debt: str, term: str) -> None:
        self.say("end_term", debt=debt, term=term)

    @invariant()
    def everything_holds(self) -> None:
        self.checked.follow(self.world)
        must_hold(self.world, self.checked, self.today)


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=120, stateful_step_count=40)


# -- late truth ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Happening:
    """What happens `after` so many days; a payment becomes known `delay` days after its value date."""

    after: int
    what: str
    amount: str = ""
    delay: int = 0


steps = st.one_of(
    st.builds(Happening, st.integers(0, 250), st.just("pays"), euros, st.integers(0, 120)),
    st.builds(Happening, st.integers(90, 250), st.sampled_from(["debtor", "letterbox", "attachment"])),
    st.builds(Happening, st.integers(0, 250), st.just("objection"), st.sampled_from(["", "100.00", "450.00"])),
)


stories = st.lists(steps, min_size=1, max_size=6, unique_by=lambda s: s.after)
due_dates = st.sampled_from([["2026-04-30"], ["2026-04-30", "2026-06-30"]])


def lived(story: list[Happening], due: list[str], *, late: bool) -> tuple[World, bool]:
    """The debt's life, and whether a payment came on a day of which the letters had not left the house."""
    machine = Lives.__new__(Lives)
    machine.world, machine.today = World(), START
    machine.say("register_debtor", debtor=DEBTOR, kind="private_person")
    kept = {"debtor": DEBTOR, "tax": "property_tax", "amount": "600.00", "dated": START, "due": due}
    machine.say("fix_assessment", debt=DEBTS[0], **kept)
    stopped_a_letter = False
    for step in sorted(story, key=lambda s: s.after + s.delay * late):
        machine.pass_time((START - machine.today).days + step.after + step.delay * late)
        match step.what:
            case "pays":
                debt = machine.world.cases[DEBTS[0]]
                assert isinstance(debt, Debt)
                stopped_a_letter |= debt.last_act_on == START + timedelta(days=step.after)
                value_date = START + timedelta(days=step.after)
                machine.say("register_payment", debt=DEBTS[0], amount=step.amount, value_date=value_date)
            case "attachment":
                machine.an_attachment_is_ordered(DEBTS[0], "movables", "beter")
            case "objection":
                machine.an_objection_comes_in(DEBTS[0])
                machine.the_objection_is_ruled_on(DEBTS[0], step.amount or None)
            case delivered:
                machine.the_bailiff_does_what_is_ordered(DEBTS[0], delivered, True)
    machine.pass_time(400 - (machine.today - START).days)
    return machine.world, stopped_a_letter


def end_of(world: World) -> dict[str, Any]:
    """How the debt ends: what is open of each payment term, what runs, when it closed, what is asked."""
    debt = world.cases[DEBTS[0]]
    assert isinstance(debt, Debt)
    same = {name: getattr(debt, name) for name in ("open", "paid", "surplus", "procedures", "closed_on")}
    terms = {t.track: debt.open_of(t.track) for t in debt.terms}
    titles = {track: title for track, title in debt.titles.items() if terms[track].total}
    # Who goes out on an order that is withdrawn later leaves a task about it in one life only.
    questions = {task for task, q in debt.questions.items() if q.kind != "bailiff_report"}
    return same | {"terms": terms, "titles": titles, "questions": questions}


@settings(max_examples=150)
@given(stories, due_dates)
def test_a_payment_that_is_known_late_leaves_the_debt_as_one_that_is_known_in_time(
    story: list[Happening], due: list[str]
) -> None:
    in_time, stopped_a_letter = lived(story, due, late=False)
    assume(not stopped_a_letter)
    late, _ = lived(story, due, late=True)

    assert end_of(late) == end_of(in_time)
