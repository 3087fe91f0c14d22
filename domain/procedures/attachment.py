"""Beslag: does an official order an attachment, of what, and what does the bailiff report?

Only when every earlier step is served, proven and expired (VEERE-2-a, VEERE-2.7-c), only by an official's decision
(VEERE-2.8-a), by the simplest, fastest and cheapest measure unless a reason is recorded (VEERE-2-b). Several may run
side by side, together no more than what is open (VEERE-2.8-b). The bailiff acts on order only (VEERE-1.6-e).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile
from typing import ClassVar, Literal

from pydantic import Field

from domain.debt.barriers import allowed_tracks, forbidding, refused, why_not
from domain.debt.events import (
    AssessmentReduced,
    DebtSettled,
    Executable,
    HoldChanged,
    PaymentBooked,
    QuestionAsked,
    RegimeImposed,
)
from domain.debt.facts import Context
from domain.debt.letter_texts import ATTACHMENT_ORDER
from domain.debt.letters import AmountLine, LetterSpec, Recipient
from domain.debt.procedure import Procedure
from domain.debt.state import Debt, Measure, Question, Term
from domain.kernel.dutch import dutch_date, dutch_euro, dutch_list
from domain.kernel.messages import OFFICER, Act, Command, DebtId, Event, OfficialCommand, Outcome, Refusal, Role
from domain.kernel.money import ZERO, Money

Kind = Literal["property_with_third_party", "movables", "real_estate"]

KINDS: dict[str, str] = {
    "property_with_third_party": "zaken onder een derde",
    "movables": "roerende zaken",
    "real_estate": "onroerende zaken",
}

# -- commands -----------------------------------------------------------------------------------------------------


class OrderAttachment(OfficialCommand):
    """The officer orders the bailiff to attach property of the debtor."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Beslag opdragen"

    command: Literal["order_attachment"] = "order_attachment"
    debt: DebtId
    kind: Kind
    object: str = Field(min_length=1, max_length=200, description="what is attached: a car, a house")
    holder: str = Field("", max_length=100, description="number of the third party that holds it")


class ReportAttachment(Command):
    """The bailiff reports an attachment: the official report (proces-verbaal)."""

    roles: ClassVar = frozenset({Role.TAX_BAILIFF, Role.EXTERNAL_BAILIFF})
    role_norms: ClassVar = ("VEERE-1.6-e",)
    title: ClassVar = "Beslag melden"

    command: Literal["report_attachment"] = "report_attachment"
    role: Role = Role.TAX_BAILIFF
    debt: DebtId
    order: int = Field(ge=1)
    attached_on: date
    proof: str = Field(min_length=1, max_length=200, description="number of the official report")
    succeeded: bool = True


class SetSaleDate(OfficialCommand):
    """The officer sets the day on which attached property is sold."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Verkoopdatum bepalen"
    answers_about: ClassVar = "order"

    command: Literal["set_sale_date"] = "set_sale_date"
    debt: DebtId
    order: int = Field(ge=1)
    sale_on: date


# -- events -------------------------------------------------------------------------------------------------------


class AttachmentOrdered(Act):
    """The order to the bailiff."""

    type: ClassVar = "attachment.ordered.v1"
    says: ClassVar = "Beslag op {object} ({kind_in_dutch}) opgedragen voor ten hoogste {cap}."
    title: ClassVar = "opdracht tot beslag"
    immediate: ClassVar = True

    order: int
    kind: Kind
    object: str
    holder: str
    cap: Money

    @property
    def kind_in_dutch(self) -> str:
        """The kind of property."""
        return KINDS[self.kind]


class AttachmentMade(Act):
    """The bailiff attached the property; the official report costs."""

    type: ClassVar = "attachment.made.v1"
    says: ClassVar = "Beslag gelegd op {object}, proces-verbaal {proof}; kosten {costs}."
    title: ClassVar = "beslag"

    order: int
    object: str
    proof: str


class AttachmentReportQuestioned(Event):
    """The bailiff reports an attachment that cannot be taken as one: it changes nothing and is put to the officer."""

    type: ClassVar = "attachment_report.questioned.v1"
    says: ClassVar = "Melding van de deurwaarder niet verwerkt: beslag onder opdracht {order}. {why}"
    norms: tuple[str, ...] = ("VEERE-1.6-e",)

    order: int
    proof: str
    why: str


class AttachmentFailed(Event):
    """The bailiff found nothing to attach."""

    type: ClassVar = "attachment.failed.v1"
    says: ClassVar = "Geen beslag gelegd op {object}: {proof}."
    norms: tuple[str, ...] = ("VEERE-2.8-a", "VEERE-1.6-e")

    order: int
    object: str
    proof: str


class SaleDateSet(Event):
    """The attached property will be sold."""

    type: ClassVar = "attachment.sale_set.v1"
    says: ClassVar = "Verkoop van {object} bepaald op {sale_on}."
    norms: tuple[str, ...] = ("VEERE-2.8-a",)

    order: int
    object: str
    sale_on: date


class AttachmentCapLowered(Act):
    """Money came in: the bailiff may recover less than the order said."""

    type: ClassVar = "attachment.cap_lowered.v1"
    says: ClassVar = "Deurwaarder gemeld dat op {object} nog ten hoogste {cap} te verhalen is."
    title: ClassVar = "lager bedrag voor beslag"
    immediate: ClassVar = True

    order: int
    object: str
    cap: Money


class AttachmentSuspended(Act):
    """Collection is laid still: what is attached stays so, nothing more is done, and a sale is put off."""

    type: ClassVar = "attachment.suspended.v1"
    says: ClassVar = "Beslag op {object} geschorst.{sale}"
    title: ClassVar = "schorsing van beslag"
    immediate: ClassVar = True

    order: int
    object: str
    sale_on: date | None

    @property
    def sale(self) -> str:
        """What becomes of the sale."""
        return f" De verkoop van {dutch_date(self.sale_on)} gaat niet door." if self.sale_on else ""


class AttachmentResumed(Act):
    """The attachment is awake again."""

    type: ClassVar = "attachment.resumed.v1"
    says: ClassVar = "Schorsing van het beslag op {object} voorbij."
    title: ClassVar = "einde van de schorsing van beslag"
    immediate: ClassVar = True

    order: int
    object: str


class AttachmentLifted(Act):
    """The debt is settled, or a regime lets attachments lapse: the order lapses or the attachment is lifted."""

    type: ClassVar = "attachment.lifted.v1"
    says: ClassVar = "Beslag op {object} opgeheven: {why}."
    title: ClassVar = "opheffing van beslag"
    immediate: ClassVar = True

    order: int
    object: str
    why: str = "de schuld is voldaan"


# -- letters ------------------------------------------------------------------------------------------------------

ATTACHMENT_LIFTED = LetterSpec(
    kind="attachment_lifted",
    title="Opheffing van beslag",
    subject="Opheffing van het beslag op {object}",
    recipient=Recipient.BAILIFF,
    blocks={
        "why": (
            "Voor aanslag {reference} geldt: {why}. De opdracht van {ordered_on} om beslag te leggen op {object}"
            " vervalt."
        ),
        "lift": (
            "Is er al beslag gelegd? Hef het dan op, laat het doorhalen in de registers waarin het staat, zeg het aan"
            " wie de zaken onder zich heeft, en meld ons wanneer u dat deed."
        ),
    },
    required=frozenset({"why", "lift"}),
    names_debtor=True,
    norms=("VEERE-1.6-e", "VEERE-2.8-b"),
)

ATTACHMENT_CAP_LOWERED = LetterSpec(
    kind="attachment_cap_lowered",
    title="Lager bedrag voor beslag",
    subject="U verhaalt minder op {object}",
    recipient=Recipient.BAILIFF,
    blocks={
        "why": "Voor aanslag {reference} is er betaald, er is minder verschuldigd, of een deel ligt nu stil.",
        "cap": (
            "Verhaal op {object} nog ten hoogste {cap}. Dit bedrag komt in de plaats van dat in onze opdracht van"
            " {ordered_on}. Leg niet meer beslag dan daarvoor nodig is."
        ),
    },
    required=frozenset({"why", "cap", "amounts"}),
    names_debtor=True,
    norms=("VEERE-1.6-e", "VEERE-2.8-b"),
)

ATTACHMENT_SUSPENDED = LetterSpec(
    kind="attachment_suspended",
    title="Schorsing van beslag",
    subject="Wacht met het beslag op {object}",
    recipient=Recipient.BAILIFF,
    blocks={
        "why": "Voor aanslag {reference} geldt: {why}",
        "stop": "Is er nog geen beslag gelegd op {object}? Leg het dan niet. Ligt het er al? Dan blijft het liggen.",
        "sale": "De verkoop van {sale_on} gaat niet door. Zeg dat aan wie het aangaat.",
        "wait": "Doe verder niets tot u weer bericht van ons krijgt.",
    },
    required=frozenset({"why", "stop", "wait"}),
    optional=frozenset({"sale"}),
    names_debtor=True,
    norms=("VEERE-1.6-e",),
)

ATTACHMENT_RESUMED = LetterSpec(
    kind="attachment_resumed",
    title="Einde van de schorsing van beslag",
    subject="U kunt verder met het beslag op {object}",
    recipient=Recipient.BAILIFF,
    blocks={
        "resume": "De schorsing van {suspended_on} voor aanslag {reference} is voorbij. Onze opdracht geldt weer.",
        "sale": "Verkoop alleen op een dag die wij u opnieuw opgeven.",
    },
    required=frozenset({"resume", "sale"}),
    names_debtor=True,
    norms=("VEERE-1.6-e",),
)

# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attachment:
    """One order, when the attachment was made, the day of sale, and since when it is suspended, on which norms.

    `ordered_cap`: what the order said, before money came in; two lives that differ in it alone are the same. `slept`:
    first day of the last suspension, and the day on which it was over. `ended_on`: it failed or was lifted; the debt
    keeps it in `past`, so that its number is not given again.
    """

    procedure: ClassVar[str] = "attachment"

    order: int
    object: str
    ordered_on: date
    cap: Money
    track: str = ""
    made_on: date | None = None
    sale_on: date | None = None
    suspended_on: date | None = None
    sale_put_off: bool = False
    ended_on: date | None = None
    ordered_cap: Money = field(default=ZERO, compare=False)
    suspended_by: tuple[str, ...] = ()
    slept: tuple[date, date] | None = None


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """May the attachment be ordered, and does the bailiff's report stand on an order?"""
    match command:
        case OrderAttachment():
            return _order(command, debt, ctx)
        case ReportAttachment():
            return _report(command, debt, ctx)
        case SetSaleDate():
            return _sale(command, debt, ctx)
        case _:
            raise TypeError(f"attachment does not decide {type(command).__name__}")


def _order(command: OrderAttachment, debt: Debt, ctx: Context) -> Outcome:
    """Is every step before taken, and is there no simpler measure left without a reason? VEERE-2-a, VEERE-2-b."""
    tracks = allowed_tracks(debt, ctx.law, Measure.ATTACHMENT, ctx.today)
    if not tracks:
        return why_not(debt, ctx.law, Measure.ATTACHMENT, ctx.today)
    if command.kind == "property_with_third_party" and not command.holder:
        text = "Beslag onder een derde vraagt wie de zaak onder zich heeft."
        return Refusal("holder_required", text, ("VEERE-2.8-b",))
    possible = possible_measures(debt, ctx)
    simpler = [possible[name] for name in takewhile(lambda name: name != command.kind, possible)]
    if simpler and not command.reason:
        return Refusal(
            "reason_required",
            f"Er is een eenvoudiger weg: {dutch_list(simpler)}. Beslag op {KINDS[command.kind]} vraagt een reden.",
            ("VEERE-2-b",),
        )
    running = sum((a.cap for a in debt.procedures.values() if isinstance(a, Attachment)), ZERO)
    cap = sum((debt.open_of(t).total for t in tracks), ZERO) - running
    if cap <= 0:
        return Refusal(
            "cap_reached",
            "De lopende beslagen dekken samen al het openstaande bedrag.",
            ("VEERE-2.8-b",),
        )
    title = debt.titles[tracks[0]]
    given = (a.order for a in (*debt.procedures.values(), *debt.past.values()) if isinstance(a, Attachment))
    number = 1 + max(given, default=0)
    return [
        AttachmentOrdered(
            on=ctx.today,
            track=tracks[0],
            instance=str(number),
            norms=("VEERE-2.8-a", "VEERE-2.8-b", "VEERE-1.6-e", "VEERE-2-b"),
            order=number,
            kind=command.kind,
            object=command.object,
            holder=command.holder,
            cap=cap,
            letter=ATTACHMENT_ORDER.compose(
                dated=ctx.today,
                reference=debt.debt,
                amounts=(AmountLine(label="Te verhalen, ten hoogste", amount=cap),),
                officer="de invorderingsambtenaar",
                debts=debt.debt,
                object=command.object,
                writ_on=title.writ_on,
                served_on=title.served_on,
                renewed_order_on=title.renewed_on,
                circumstances=ctx.facts.debtor.circumstances,
            ),
        )
    ]


def possible_measures(debt: Debt, ctx: Context) -> dict[str, str]:
    """Which allowed measures are known to be possible, the preferred one first? Name and Dutch words. VEERE-2-b."""
    possible = {kind: f"beslag op {label}" for kind, label in KINDS.items()}
    known = ctx.facts.debtor.third_parties
    claimed = any(s.procedure == "third_party_claim" for s in debt.procedures.values())
    claims = {
        Measure.WAGE_CLAIM: any(t.income for t in known),
        Measure.THIRD_PARTY_CLAIM: not claimed and any(not t.income for t in known),
    }
    for measure, is_possible in claims.items():
        if is_possible and allowed_tracks(debt, ctx.law, measure, ctx.today):
            possible[measure] = measure.dutch
    return {name: possible[name] for name in ctx.law.preference if name in possible}


def _report(command: ReportAttachment, debt: Debt, ctx: Context) -> Outcome:
    """Can the bailiff's report be taken as an attachment? Else it changes nothing, and the officer hears of it.

    VEERE-1.6-e, VEERE-1.5-b.
    """
    if command.attached_on > ctx.today:
        return Refusal("date_in_future", "De dag van het beslag ligt na vandaag.", ("VEERE-1.6-e",))
    outcome = _reported(command, debt, ctx)
    return _questioned(command, outcome, ctx) if isinstance(outcome, Refusal) else outcome


def _questioned(command: ReportAttachment, refusal: Refusal, ctx: Context) -> list[Event]:
    norms = tuple(dict.fromkeys(("VEERE-1.6-e", *refusal.norms)))
    attached = "beslag is gelegd" if command.succeeded else "beslag niet is gelukt"
    question = Question(
        task=f"bailiff_report:attachment:{command.order}",
        kind="bailiff_report",
        question=f"De deurwaarder meldt dat op {dutch_date(command.attached_on)} {attached}. {refusal.text} Gezien?",
        norms=norms,
        answers=(),
        opened_on=ctx.today,
        outlives_debt=True,
    )
    return [
        AttachmentReportQuestioned(
            on=command.attached_on, norms=norms, order=command.order, proof=command.proof, why=refusal.text
        ),
        QuestionAsked(on=ctx.today, norms=norms, question=question),
    ]


def _reported(command: ReportAttachment, debt: Debt, ctx: Context) -> Outcome:
    """Does the report stand on an open order, and is its tariff known?"""
    state = debt.procedures.get(f"attachment:{command.order}")
    if not isinstance(state, Attachment) or state.made_on or command.attached_on < state.ordered_on:
        text = f"Voor die dag staat geen opdracht {command.order} tot beslag open."
        return Refusal("no_open_order", text, ("VEERE-1.6-e",))
    if _slept(state, command.attached_on):
        barrier = forbidding(debt, ctx.law, Measure.ATTACHMENT, command.attached_on, state.track)
        text = f"Opdracht {command.order} tot beslag was die dag geschorst."
        return refused(barrier, Measure.ATTACHMENT) if barrier else Refusal("order_suspended", text, ("VEERE-1.6-e",))
    if not command.succeeded:
        return [
            AttachmentFailed(
                on=command.attached_on,
                track=state.track,
                instance=str(state.order),
                order=state.order,
                object=state.object,
                proof=command.proof,
            ),
            _question(debt, ctx, state.track),
        ]
    tariff = ctx.law.tariff("attachment_report", command.attached_on, debt.open.tax)
    if tariff is None:
        return Refusal("no_tariff", "Er is geen tarief voor een proces-verbaal van beslag.", ("VEERE-1.5-b",))
    return [
        AttachmentMade(
            on=command.attached_on,
            track=state.track,
            instance=str(state.order),
            norms=("VEERE-2.8-a", "VEERE-1.5-b", "VEERE-1.6-e"),
            order=state.order,
            object=state.object,
            proof=command.proof,
            costs=tariff.amount,
            tariff=tariff.source,
            tariff_confirmed=tariff.confirmed,
        )
    ]


def _slept(state: Attachment, day: date) -> bool:
    """Was the order suspended on that day? One that was suspended later stood until then. VEERE-1.6-e."""
    if state.suspended_on is not None and day >= state.suspended_on:
        return True
    return state.slept is not None and state.slept[0] <= day < state.slept[1]


def _sale(command: SetSaleDate, debt: Debt, ctx: Context) -> Outcome:
    """Is the property attached, may it be sold on that day, and is it worth that? VEERE-2.8-a, VEERE-2-b.

    Reading `sale_for_a_rest`.
    """
    state = debt.procedures.get(f"attachment:{command.order}")
    if not isinstance(state, Attachment) or state.made_on is None:
        return Refusal("not_attached", f"Onder opdracht {command.order} ligt geen beslag.", ("VEERE-2.8-a",))
    if command.sale_on <= ctx.today:
        return Refusal("date_in_past", "De dag van de verkoop moet na vandaag liggen.", ("VEERE-2.8-a",))
    if barrier := forbidding(debt, ctx.law, Measure.SALE, ctx.today, state.track):
        return refused(barrier, Measure.SALE)
    open_ = sum((debt.open_of(track).total for track in debt.titles), ZERO)
    if not command.reason.strip() and open_ * 100 < state.ordered_cap * int(ctx.law.reading("sale_for_a_rest")):
        text = (
            f"Er staat nog {dutch_euro(open_)} open. Het beslag is opgedragen voor {dutch_euro(state.ordered_cap)}."
            " Verkoop voor zo'n rest vraagt een reden."
        )
        return Refusal("reason_required", text, ("VEERE-2-b", "VEERE-2.8-b"))
    return [
        SaleDateSet(
            on=ctx.today,
            track=state.track,
            instance=str(state.order),
            order=state.order,
            object=state.object,
            sale_on=command.sale_on,
        )
    ]


def _question(debt: Debt, ctx: Context, track: str = "") -> QuestionAsked:
    """Put the choice of measure to the officer, the preferred one first. VEERE-2.8-a, VEERE-2-b."""
    order = list(possible_measures(debt, ctx).values())
    task = f"order_attachment:{track}" if track else "order_attachment"
    question = Question(
        task=task,
        kind="order_attachment",
        question=f"Beslag laten leggen? Voorstel: {order[0]}. Mogelijk: {dutch_list(order)}.",
        norms=("VEERE-2.8-a", "VEERE-2.8-b", "VEERE-2-b"),
        answers=("order_attachment", "claim_from_third_party", "announce_wage_claim"),
        opened_on=ctx.today,
        track=track,
    )
    return QuestionAsked(on=ctx.today, track=track, norms=question.norms, question=question)


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: Attachment | None, event: Event) -> Attachment | None:
    """Where this attachment stands after `event`."""
    if isinstance(event, AttachmentOrdered):
        return Attachment(event.order, event.object, event.on, event.cap, event.track, ordered_cap=event.cap)
    if state is None:
        return None
    match event:
        case AttachmentMade():
            return replace(state, made_on=event.on)
        case SaleDateSet():
            return replace(state, sale_on=event.sale_on, sale_put_off=False)
        case AttachmentSuspended():
            put_off = event.sale_on is not None
            return replace(state, suspended_on=event.on, sale_on=None, sale_put_off=put_off, suspended_by=event.norms)
        case AttachmentResumed():
            assert state.suspended_on is not None, "what resumes was suspended"
            return replace(state, suspended_on=None, suspended_by=(), slept=(state.suspended_on, event.on))
        case AttachmentCapLowered():
            return replace(state, cap=event.cap)
        case AttachmentFailed() | AttachmentLifted():
            return replace(state, ended_on=event.on)
        case _:
            return state


# -- terms --------------------------------------------------------------------------------------------------------


def terms(state: Attachment, debt: Debt) -> Iterable[Term]:
    """A suspended attachment wakes on the first day on which attachment is allowed again."""
    if state.suspended_on is not None:
        yield Term(
            f"attachment:{state.order}.resumes",
            state.suspended_on,
            state.suspended_by,
            "schorsing van het beslag",
            state.track,
            Measure.ATTACHMENT,
        )


def end_term(state: Attachment, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """The bailiff may go on; a sale that was put off needs a new day."""
    assert state.suspended_on is not None
    resumed = AttachmentResumed(
        on=ctx.today,
        track=state.track,
        instance=str(state.order),
        norms=term.norms,
        order=state.order,
        object=state.object,
        letter=ATTACHMENT_RESUMED.compose(
            dated=ctx.today, reference=debt.debt, object=state.object, suspended_on=state.suspended_on
        ),
    )
    if not state.sale_put_off:
        return [resumed]
    question = Question(
        task=f"set_sale_date:{state.order}",
        kind="set_sale_date",
        question=f"De verkoop van {state.object} ging niet door. Een nieuwe dag bepalen?",
        norms=("VEERE-2.8-a",),
        answers=("set_sale_date",),
        opened_on=ctx.today,
        track=state.track,
    )
    return [resumed, QuestionAsked(on=ctx.today, track=state.track, norms=question.norms, question=question)]


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """Ask the officer when attachment becomes possible; lift what runs when the debt is settled or a regime says so;
    tell the bailiff when there is less to recover.
    """
    if isinstance(event, Executable):
        yield _question(debt, ctx, event.track)
        return
    if isinstance(event, PaymentBooked | AssessmentReduced | HoldChanged):
        yield from _capped(debt, ctx)
    if isinstance(event, PaymentBooked | AssessmentReduced):
        return
    for state in list(debt.procedures.values()):
        match state, event:
            case Attachment(), DebtSettled():
                yield _lifted(state, debt, ctx, ("VEERE-2.8-b",), "de schuld is voldaan")
            case Attachment(), RegimeImposed(lapses=True):
                yield _lifted(state, debt, ctx, event.norms, event.what.rstrip("."))
            case Attachment(suspended_on=None), RegimeImposed():
                yield _suspended(state, event.norms, event.what, debt, ctx)
            case Attachment(suspended_on=None), HoldChanged() if _acts_on(state, ctx.today):
                if barrier := forbidding(debt, ctx.law, Measure.ATTACHMENT, ctx.today, state.track):
                    yield _suspended(state, barrier.norms, barrier.text, debt, ctx)


def _acts_on(state: Attachment, day: date) -> bool:
    """Is something still to be done: an attachment to be made, or a sale? One that is made stays, as a security."""
    return state.made_on is None or (state.sale_on is not None and state.sale_on >= day)


def _capped(debt: Debt, ctx: Context) -> Iterable[Event]:
    """Do the orders together recover no more than what is open where every step is taken? VEERE-2.8-b.

    An attachment that is still to be made is not made for a part that is laid still (VEERE-4.9.1-d).
    """
    left = sum((debt.open_of(track).total for track in debt.titles), ZERO)
    still = {t for t in debt.titles if forbidding(debt, ctx.law, Measure.ATTACHMENT, ctx.today, t)}
    if debt.open.total <= 0:
        return
    for state in list(debt.procedures.values()):
        if not isinstance(state, Attachment):
            continue
        waits = sum((debt.open_of(track).total for track in still), ZERO)
        kept = ZERO if state.made_on or state.track in still else min(waits, left)
        cap = min(state.cap, left - kept)
        left -= cap
        if cap <= 0 and kept:
            continue
        if cap <= 0:
            yield _lifted(state, debt, ctx, ("VEERE-2.8-b",), "het bedrag van de opdracht is betaald")
        elif cap < state.cap:
            yield _cap_lowered(state, cap, debt, ctx)


def _cap_lowered(state: Attachment, cap: Money, debt: Debt, ctx: Context) -> AttachmentCapLowered:
    return AttachmentCapLowered(
        on=ctx.today,
        track=state.track,
        instance=str(state.order),
        norms=("VEERE-2.8-b", "VEERE-1.6-e"),
        order=state.order,
        object=state.object,
        cap=cap,
        letter=ATTACHMENT_CAP_LOWERED.compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=(AmountLine(label="Te verhalen, ten hoogste", amount=cap),),
            object=state.object,
            ordered_on=state.ordered_on,
            cap=cap,
        ),
    )


def _lifted(state: Attachment, debt: Debt, ctx: Context, norms: tuple[str, ...], why: str) -> AttachmentLifted:
    return AttachmentLifted(
        on=ctx.today,
        track=state.track,
        instance=str(state.order),
        norms=norms,
        order=state.order,
        object=state.object,
        why=why,
        letter=ATTACHMENT_LIFTED.compose(
            dated=ctx.today, reference=debt.debt, object=state.object, ordered_on=state.ordered_on, why=why
        ),
    )


def _suspended(state: Attachment, norms: tuple[str, ...], why: str, debt: Debt, ctx: Context) -> AttachmentSuspended:
    """The attachment stays but sleeps. VEERE-4.13.1-a, VEERE-4.19-b, VEERE-4.9.1-d."""
    return AttachmentSuspended(
        on=ctx.today,
        track=state.track,
        instance=str(state.order),
        norms=norms,
        order=state.order,
        object=state.object,
        sale_on=state.sale_on,
        letter=ATTACHMENT_SUSPENDED.compose(
            dated=ctx.today,
            reference=debt.debt,
            object=state.object,
            why=why,
            sale_on=state.sale_on,
        ),
    )


PROCEDURE = Procedure(
    name="attachment",
    title="Beslag",
    state=Attachment,
    commands=(OrderAttachment, ReportAttachment, SetSaleDate),
    events=(
        AttachmentOrdered,
        AttachmentMade,
        AttachmentReportQuestioned,
        AttachmentFailed,
        SaleDateSet,
        AttachmentCapLowered,
        AttachmentSuspended,
        AttachmentResumed,
        AttachmentLifted,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    follow=follow,
    follows=(Executable, DebtSettled, PaymentBooked, AssessmentReduced, RegimeImposed, HoldChanged),
    status=lambda state: (
        ("attached", "beslag gelegd") if state.made_on else ("attachment_ordered", "beslag opgedragen")
    ),
    over=lambda state: state.ended_on is not None,
    outlives_debt=True,
)
