"""De belastingschuldige: what is known of it that decides how its debts are collected, and money without a debt.

Undirected payments go to the oldest open assessments (VEERE-4.4-b); an overpayment is treated in the same way
(VEERE-4.4-c); what is more than the debtor owes becomes a credit that waits for pay-out. Holds no personal data.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from domain.debt.commands import Channel, DeclineQuestion, EndTerm
from domain.debt.decide import answered, decline, end_term
from domain.debt.events import QuestionAnswered, QuestionAsked
from domain.debt.evolve import addressed, with_letter_key
from domain.debt.facts import AtEnd, Context, DebtorFacts, OpenDebt, Regime, ThirdParty
from domain.debt.letters import LetterSpec
from domain.debt.procedure import followers, for_command, for_event
from domain.debt.state import ProcedureState, Question
from domain.kernel.dutch import dutch_euro
from domain.kernel.messages import (
    OFFICER,
    Act,
    Command,
    DebtorId,
    Event,
    OfficialCommand,
    Outcome,
    Posting,
    Refusal,
    Role,
)
from domain.kernel.money import ZERO, Amount, Money

Kind = Literal["private_person", "entrepreneur", "entity_without_business"]

AfterRegime = Literal["resume", "refused", "withdrawn", "appeal_rejected", "remit", "write_off"]
"""After a regime: collection resumes at once, after 14 days where a deferral ended so (VEERE-4.10.4-a), or never."""

# -- commands -----------------------------------------------------------------------------------------------------


class RegisterDebtor(Command):
    """What is known of a debtor, as a whole; each registration replaces the one before and is kept (VEERE-1.6-f)."""

    title: ClassVar = "Belastingschuldige registreren"

    command: Literal["register_debtor"] = "register_debtor"
    debtor: DebtorId
    kind: Kind
    natural_person: bool | None = Field(None, description="empty: true for a private person only")
    representative: bool = Field(False, description="has a legal representative")
    message_box: bool = Field(False, description="message box of MijnOverheid is active for this sender")
    address_known: bool = True
    circumstances: tuple[Annotated[str, Field(max_length=200)], ...] | None = Field(
        None, description="known personal circumstances that the bailiff must mind, no names; empty: as they were"
    )


class RecordThirdParty(Command):
    """A third party owes money to the debtor or holds money of it (VEERE-2.6-a)."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Derde vastleggen"

    command: Literal["record_third_party"] = "record_third_party"
    debtor: DebtorId
    third_party: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,39}$", description="the office's number of the third party")
    relation: Literal["owes_money_to_debtor", "holds_money_of_debtor"]
    income: Literal["", "wages", "benefit", "pension", "other_periodic_payments"] = ""


class RequestPaperMail(Command):
    """The debtor asks the municipality to send paper instead of digital messages (VEERE-2.1-f)."""

    roles: ClassVar = frozenset({Role.DEBTOR, Role.ENGINE, Role.COLLECTION_OFFICER})
    title: ClassVar = "Verzoek om papieren post"

    command: Literal["request_paper_mail"] = "request_paper_mail"
    debtor: DebtorId


class RegisterUndirectedPayment(Command):
    """Money of this debtor came in without a payment reference, or more than a debt had open."""

    title: ClassVar = "Ongerichte betaling boeken"
    knows_other_debts: ClassVar = True

    command: Literal["register_undirected_payment"] = "register_undirected_payment"
    debtor: DebtorId
    amount: Amount
    value_date: date
    channel: Channel = "bank"
    from_debt: str = Field("", description="debt that was overpaid")


class RegisterRefund(Command):
    """Money is payable to the debtor: set off where an arrangement runs and nothing forbids it, else a credit."""

    roles: ClassVar = frozenset({Role.ENGINE, Role.COLLECTION_OFFICER})
    title: ClassVar = "Teruggaaf boeken"

    command: Literal["register_refund"] = "register_refund"
    debtor: DebtorId
    amount: Amount
    on: date
    from_debt: str = Field("", description="debt that it comes from; empty: another office")
    arose_on: date | None = Field(None, description="day on which the tax arose that is given back")


class OrderPayOut(OfficialCommand):
    """The officer has the credit paid out: to the debtor, or to the trustee who acts for a bankrupt."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Tegoed uitbetalen"

    command: Literal["order_pay_out"] = "order_pay_out"
    debtor: DebtorId
    amount: Amount
    payee: Literal["debtor", "trustee"] = "debtor"


# -- events -------------------------------------------------------------------------------------------------------


class DebtorRegistered(Event):
    """What holds for the debtor from now on."""

    type: ClassVar = "debtor.registered.v1"
    says: ClassVar = "Belastingschuldige geregistreerd als {kind_in_dutch}."
    norms: tuple[str, ...] = ("VEERE-1.6-f",)

    kind: Literal["private_person", "entrepreneur"]
    natural_person: bool
    representative: bool
    message_box: bool
    address_known: bool
    circumstances: tuple[str, ...]

    @property
    def kind_in_dutch(self) -> str:
        """The class in Dutch."""
        return {"private_person": "particulier", "entrepreneur": "ondernemer"}[self.kind]


class ThirdPartyRecorded(Event):
    """A relation to a third party."""

    type: ClassVar = "third_party.recorded.v1"
    says: ClassVar = "Derde {third_party} vastgelegd."
    norms: tuple[str, ...] = ("VEERE-2.6-a",)

    third_party: str
    relation: str
    income: str


class PaperMailReferred(Act):
    """The debtor is told to change it at MijnOverheid; nothing changes here."""

    type: ClassVar = "paper_mail.referred.v1"
    says: ClassVar = "Verzoek om papieren post: belastingschuldige verwezen naar MijnOverheid, er verandert niets."
    title: ClassVar = "antwoord op het verzoek om papieren post"
    norms: tuple[str, ...] = ("VEERE-2.1-f",)


PAPER_MAIL = LetterSpec(
    kind="paper_mail_referral",
    title="Antwoord op een verzoek om papieren post",
    subject="Uw verzoek om post op papier",
    blocks={
        "request": "U vroeg ons om brieven op papier te sturen. Dat kunnen wij niet voor u aanpassen.",
        "referral": (
            "U stelt dat zelf in. Log in op mijn.overheid.nl en zet de Berichtenbox voor onze gemeente uit. Daarna"
            " krijgt u onze brieven met de post."
        ),
        "until_then": "Tot die tijd krijgt u onze berichten in uw Berichtenbox. Kijk daar dus regelmatig.",
    },
    required=frozenset({"request", "referral", "until_then"}),
    legal_basis=("artikel 2.1 Leidraad invordering gemeente Veere",),
    norms=("VEERE-2.1-f",),
)


@dataclass(frozen=True, slots=True)
class Part:
    """The part of an undirected payment that goes to one debt, in euro."""

    debt: str
    amount: Money


class PaymentSpread(Event):
    """An undirected payment goes to the oldest debts; what is left becomes credit."""

    type: ClassVar = "payment.spread.v1"
    says: ClassVar = "Ongerichte betaling van {paid} verdeeld over {number} aanslag(en); {credit} wordt tegoed."

    paid: Money
    channel: str
    value_date: date
    parts: tuple[Part, ...]
    credit: Money

    @property
    def number(self) -> int:
        """How many debts get a part."""
        return len(self.parts)

    @property
    def amount(self) -> Money:
        return self.paid

    def postings(self) -> Iterable[Posting]:
        if self.channel != "internal":
            yield Posting(f"bank:{self.channel}", "clearing", self.paid)
        if self.credit:
            yield Posting("clearing", "payable:credit", self.credit)


class RefundCredited(Event):
    """A refund: part of it set off on debts with an arrangement, the rest a credit."""

    type: ClassVar = "refund.credited.v1"
    says: ClassVar = "Teruggaaf van {refund}: {set_off} verrekend, {credit} wordt tegoed."

    refund: Money
    from_debt: str
    arose_on: date | None = None
    parts: tuple[Part, ...]
    credit: Money

    @property
    def set_off(self) -> Decimal:
        """Euro that is set off."""
        return self.refund - self.credit

    @property
    def amount(self) -> Money:
        return self.refund

    def postings(self) -> Iterable[Posting]:
        if not self.from_debt:
            yield Posting("expense:refunds", "clearing", self.refund)
        if self.credit:
            yield Posting("clearing", "payable:credit", self.credit)


class RegimeOrdered(Event):
    """A regime begins for the debtor; it reaches these debts now, and debts that start while it holds."""

    type: ClassVar = "regime.ordered.v1"
    says: ClassVar = "{what} Geldt vanaf {since} voor {number} aanslag(en)."

    regime: str
    since: date
    until: date | None = None
    arisen_until: date | None = None
    what: str
    attachments: Literal["sleep", "lapse"]
    at_end: AtEnd = "resume"
    trustee: str = Field("", description="the office's number of the trustee, who gets the letters from now on")
    debts: tuple[str, ...]

    @property
    def number(self) -> int:
        """How many debts it reaches now."""
        return len(self.debts)


class RegimeEnded(Event):
    """A regime ends; `then`: what follows for its `debts` (none where its last day ends it on each debt)."""

    type: ClassVar = "regime.ended.v1"
    says: ClassVar = "Regeling beëindigd: {why}."

    regime: str
    why: str
    then: AfterRegime = "resume"
    request: str = Field("", description="what is refused or withdrawn, when not the regime itself")
    debts: tuple[str, ...]


class CreditSetOff(Act):
    """Credit is set off on debts by the officer's decision; the debtor is told."""

    type: ClassVar = "credit.set_off.v1"
    says: ClassVar = "Tegoed van {set_off} verrekend met {number} aanslag(en)."
    title: ClassVar = "verrekening"

    parts: tuple[Part, ...]

    @property
    def number(self) -> int:
        """On how many debts."""
        return len(self.parts)

    @property
    def set_off(self) -> Decimal:
        """Euro that is set off."""
        return sum((part.amount for part in self.parts), ZERO)

    @property
    def amount(self) -> Decimal:
        return self.set_off

    def postings(self) -> Iterable[Posting]:
        yield Posting("payable:credit", "clearing", self.set_off)


class CreditPaidOut(Event):
    """Credit goes back to the account that the money came from, or to the trustee of a bankrupt."""

    type: ClassVar = "credit.paid_out.v1"
    says: ClassVar = "Tegoed van {paid} ter uitbetaling {payee}opgedragen."
    norms: tuple[str, ...] = ("VEERE-4.4-c",)

    paid: Money
    trustee: str = ""

    @property
    def payee(self) -> str:
        """To whom, where it is not the debtor."""
        return f"aan curator {self.trustee} " if self.trustee else ""

    @property
    def amount(self) -> Money:
        return self.paid

    def postings(self) -> Iterable[Posting]:
        yield Posting("payable:credit", "bank:pay_out", self.paid)


EVENTS = (
    DebtorRegistered,
    ThirdPartyRecorded,
    PaperMailReferred,
    PaymentSpread,
    RefundCredited,
    RegimeOrdered,
    RegimeEnded,
    CreditSetOff,
    CreditPaidOut,
)
COMMANDS = (
    RegisterDebtor,
    RecordThirdParty,
    RequestPaperMail,
    RegisterUndirectedPayment,
    RegisterRefund,
    OrderPayOut,
)

# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Debtor:
    """One debtor: what decisions on its debts may know, and its credit in euro."""

    debtor: str
    facts: DebtorFacts = field(default_factory=DebtorFacts)
    credit: Money = ZERO
    procedures: Mapping[str, ProcedureState] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    recent: tuple[str, ...] = ()
    letters: int = 0
    version: int = 0


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debtor: Debtor, ctx: Context) -> Outcome:
    """What follows from a command about a debtor?"""
    if command.role not in type(command).roles:
        text = f"{type(command).title} is niet aan {command.role.dutch}."
        return Refusal("role_not_allowed", text, type(command).role_norms)
    outcome = _answer(command, debtor, ctx)
    if isinstance(outcome, Refusal):
        return outcome
    events: list[Event] = []
    credit = debtor.credit
    queue = deque([*outcome, *answered(command, debtor, ctx)])
    while queue:
        event = addressed(queue.popleft(), debtor.facts)
        event = with_letter_key(event, f"debtor-{debtor.debtor}", debtor.letters)
        debtor = evolve(debtor, event)
        events.append(event)
        for procedure in followers(type(event)):
            if procedure.of_debtor:
                queue.extend(procedure.follow(event, debtor, ctx))
        if not queue and debtor.credit != credit and debtor.credit > 0:
            credit = debtor.credit
            queue.append(_pay_out(credit, ctx.today))
    return events


def _pay_out(credit: Decimal, today: date) -> QuestionAsked:
    """A credit waits for pay-out: as long as there is one, the officer is asked. VEERE-4.4-c."""
    question = Question(
        task="pay_out_credit",
        kind="pay_out_credit",
        question=f"Tegoed van {dutch_euro(credit)} uitbetalen?",
        norms=("VEERE-4.4-c",),
        answers=("order_pay_out",),
        opened_on=today,
    )
    return QuestionAsked(on=today, norms=question.norms, question=question)


def _answer(command: Command, debtor: Debtor, ctx: Context) -> Outcome:
    match command:
        case RegisterDebtor():
            return _register(command, debtor, ctx)
        case RecordThirdParty():
            return [
                ThirdPartyRecorded(
                    on=ctx.today,
                    third_party=command.third_party,
                    relation=command.relation,
                    income=command.income,
                )
            ]
        case RequestPaperMail():
            letter = PAPER_MAIL.compose(dated=ctx.today, reference=debtor.debtor)
            channel = "message_box" if debtor.facts.message_box else "post"
            return [PaperMailReferred(on=ctx.today, channel=channel, letter=letter)]
        case RegisterUndirectedPayment() if not debtor.facts.registered:
            text = f"Belastingschuldige {debtor.debtor} is niet geregistreerd: van wie is dit geld?"
            return Refusal("debtor_not_registered", text, ("VEERE-4.4-b", "VEERE-1.6-f"))
        case RegisterUndirectedPayment():
            return _spread(command, ctx)
        case RegisterRefund():
            return _refund(command, debtor, ctx)
        case OrderPayOut():
            if command.amount > debtor.credit:
                return Refusal(
                    "more_than_credit",
                    f"Het tegoed is {dutch_euro(debtor.credit)}, niet {dutch_euro(command.amount)}.",
                    ("VEERE-4.4-c",),
                )
            if command.payee != (wanted := "trustee" if debtor.facts.trustee else "debtor"):
                text = (
                    f"Voor de belastingschuldige treedt curator {debtor.facts.trustee} op: dit valt in de boedel."
                    if debtor.facts.trustee
                    else "Voor deze belastingschuldige treedt geen curator op."
                )
                return Refusal("wrong_payee", f"{text} Geef payee={wanted}.", ("VEERE-4.17-a", "VEERE-4.4-c"))
            return [CreditPaidOut(on=ctx.today, paid=command.amount, trustee=debtor.facts.trustee)]
        case EndTerm():
            return end_term(command, debtor, ctx)
        case DeclineQuestion():
            return decline(command, debtor)
        case _:
            procedure = for_command(type(command))
            if procedure is None:
                raise TypeError(f"no procedure decides {type(command).__name__}; add it to the procedure's commands")
            return procedure.decide(command, debtor, ctx)


def _register(command: RegisterDebtor, debtor: Debtor, ctx: Context) -> Outcome:
    """Is the debtor an entrepreneur or a private person? VEERE-1.6-f, reading `entity_without_business`."""
    kind: Any = command.kind
    if kind == "entity_without_business":
        kind = ctx.law.reading("entity_without_business")
    natural = command.natural_person
    return [
        DebtorRegistered(
            on=ctx.today,
            kind=kind,
            natural_person=command.kind == "private_person" if natural is None else natural,
            representative=command.representative,
            message_box=command.message_box,
            address_known=command.address_known,
            circumstances=debtor.facts.circumstances if command.circumstances is None else command.circumstances,
        )
    ]


def _spread(command: RegisterUndirectedPayment, ctx: Context) -> Outcome:
    """On which open assessments is a payment without reference booked? VEERE-4.4-b, VEERE-4.4-c.

    The oldest first, and what is deferred only after all that is not.
    """
    by_due = ctx.law.reading("oldest_debt") == "due_date"

    def age(debt: OpenDebt) -> tuple[date, str]:
        return (debt.due if by_due else debt.dated, debt.debt)

    rest: Decimal = command.amount
    debts = [d for d in sorted(ctx.facts.open_debts, key=age) if d.debt != command.from_debt and not d.has("regime")]
    taken = dict.fromkeys((debt.debt for debt in debts), ZERO)
    for is_deferred in (False, True):
        for debt in debts:
            share = min(rest, debt.deferred if is_deferred else debt.open - debt.deferred)
            taken[debt.debt] += share
            rest -= share
    parts = [Part(number, share) for number, share in taken.items() if share]
    return [
        PaymentSpread(
            on=command.value_date,
            norms=("VEERE-4.4-c", "VEERE-4.4-b") if command.from_debt else ("VEERE-4.4-b",),
            paid=command.amount,
            channel="internal" if command.from_debt else command.channel,
            value_date=command.value_date,
            parts=tuple(parts),
            credit=rest,
        )
    ]


def _refund(command: RegisterRefund, debtor: Debtor, ctx: Context) -> Outcome:
    """Is a refund set off? While an arrangement runs, yes; not under a regime that forbids it. VEERE-4.10.1-a.

    The rest is due to the debtor. VEERE-4.8-a.
    """
    rest: Decimal = command.amount
    parts = []
    for debt in sorted(ctx.facts.open_debts, key=lambda d: (d.dated, d.debt)):
        taken = min(rest, debt.open)
        if taken > 0 and debt.has("arrangement") and not debt.has("regime") and debt.debt != command.from_debt:
            parts.append(Part(debt.debt, taken))
            rest -= taken
    return [
        RefundCredited(
            on=command.on,
            norms=(*(("VEERE-4.10.1-a",) if parts else ()), *(("VEERE-4.8-a",) if rest else ())),
            refund=command.amount,
            from_debt=command.from_debt,
            arose_on=command.arose_on,
            parts=tuple(parts),
            credit=rest,
        )
    ]


# -- evolve -------------------------------------------------------------------------------------------------------

_RECENT = 5


def evolve(debtor: Debtor, event: Event) -> Debtor:
    """The debtor after `event`."""
    changes = _own(debtor, event)
    if procedure := for_event(type(event)):
        key = f"{procedure.name}:{event.instance}" if event.instance else procedure.name
        state = procedure.evolve(debtor.procedures.get(key), event)
        procedures = {k: v for k, v in debtor.procedures.items() if k != key}
        changes["procedures"] = procedures if state is None else {**procedures, key: state}
    if isinstance(event, Act) and event.letter is not None:
        changes["letters"] = debtor.letters + 1
    recent = (*debtor.recent[-_RECENT + 1 :], f"{event.on:%d-%m-%Y} {event.text}")
    return replace(debtor, version=debtor.version + 1, recent=recent, **changes)


def _own(debtor: Debtor, event: Event) -> dict[str, Any]:
    facts = debtor.facts
    match event:
        case DebtorRegistered():
            registered = DebtorFacts(
                registered=True,
                kind=event.kind,
                natural_person=event.natural_person,
                representative=event.representative,
                message_box=event.message_box,
                address_known=event.address_known,
                circumstances=event.circumstances,
                third_parties=facts.third_parties,
                regimes=facts.regimes,
            )
            return {"facts": registered}
        case ThirdPartyRecorded():
            third = ThirdParty(event.third_party, event.relation, event.income)
            others = tuple(t for t in facts.third_parties if t.third_party != third.third_party)
            return {"facts": replace(facts, third_parties=(*others, third))}
        case RegimeOrdered():
            regime = Regime(
                regime=event.regime,
                since=min([event.since, *(r.since for r in facts.regimes if r.regime == event.regime)]),
                norms=event.norms,
                text=event.what,
                attachments=event.attachments,
                until=event.until,
                arisen_until=event.arisen_until,
                at_end=event.at_end,
                trustee=event.trustee,
            )
            others_ = tuple(r for r in facts.regimes if r.regime != event.regime)
            return {"facts": replace(facts, regimes=(*others_, regime))}
        case RegimeEnded():
            left = tuple(r for r in facts.regimes if r.regime != event.regime)
            return {"facts": replace(facts, regimes=left)}
        case QuestionAsked():
            return {"questions": {**debtor.questions, event.question.task: event.question}}
        case QuestionAnswered():
            questions = {k: q for k, q in debtor.questions.items() if k != event.task}
            if event.ask_again_on:
                questions[event.task] = replace(debtor.questions[event.task], ask_again_on=event.ask_again_on)
            return {"questions": questions}
        case PaymentSpread():
            return {"credit": debtor.credit + event.credit}
        case RefundCredited():
            return {"credit": debtor.credit + event.credit}
        case CreditSetOff():
            return {"credit": debtor.credit - event.set_off}
        case CreditPaidOut():
            return {"credit": debtor.credit - event.paid}
        case _:
            return {}
