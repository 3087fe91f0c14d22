"""Invorderingsladder: may the next step of collection be taken, and when?

Reminder (free, 7 days), demand (costs, 14 days), writ, service by post or bailiff, and after a postal writ or a wage
claim that fell short the renewed order. No step is skipped and none is taken before its predecessor is served, proven
and expired: until then the ladder itself forbids claims and attachments. Each payment term of an assessment has its
own ladder. VEERE-2-a, VEERE-2.2 to VEERE-2.7.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal, assert_never

from pydantic import Field

from domain.debt.barriers import forbidding
from domain.debt.events import (
    AssessmentFixed,
    AssessmentReduced,
    Booked,
    ClaimFellShort,
    DemandIssued,
    Executable,
    HoldChanged,
    PaymentBooked,
    QuestionAsked,
    QuestionLapsed,
    RegimeImposed,
)
from domain.debt.facts import Context
from domain.debt.letter_texts import (
    DEMAND,
    REFERRAL,
    REMINDER,
    RENEWED_ORDER,
    RENEWED_ORDER_TO_BAILIFF,
    SERVICE_NOTICE,
    WRIT,
)
from domain.debt.letters import AmountLine, LetterSpec, Recipient
from domain.debt.procedure import Procedure
from domain.debt.state import CLAIMS, COERCIVE, Balance, Barrier, Debt, ExecutionTitle, Measure, Question, Term
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import OFFICER, Act, Command, DebtId, Event, OfficialCommand, Outcome, Refusal, Role
from domain.kernel.money import ZERO, Amount, Money
from domain.rulebooks.rulebook import Cost, Tariff

# -- commands -----------------------------------------------------------------------------------------------------


class ReportService(Command):
    """The bailiff reports that a writ or a renewed order was served, and what he saw of the debtor's situation
    (VEERE-1.6-e, VEERE-2.5-c, VEERE-2.7-b, VEERE-2.7-c).
    """

    roles: ClassVar = frozenset({Role.TAX_BAILIFF, Role.EXTERNAL_BAILIFF})
    role_norms: ClassVar = ("VEERE-1.6-e",)
    title: ClassVar = "Betekening melden"

    command: Literal["report_service"] = "report_service"
    role: Role = Role.TAX_BAILIFF
    debt: DebtId
    document: Literal["writ", "renewed_order"]
    served_on: date
    delivered: Literal["debtor", "housemate", "letterbox"]
    proof: str = Field(min_length=1, max_length=200, description="number of the bailiff's record of service")
    circumstances: str = Field(
        "", max_length=2000, description="what the office must know of the debtor's situation after the visit; no names"
    )
    track: str = ""


class ChooseService(OfficialCommand):
    """The officer has the writ served by bailiff instead of by post, with a reason (VEERE-2.5-d)."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Betekening door de deurwaarder kiezen"

    command: Literal["choose_service"] = "choose_service"
    debt: DebtId
    way: Literal["post", "bailiff"]
    track: str = ""


class ResumeLadder(OfficialCommand):
    """The officer has a withheld step taken again, after what withheld it is mended."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Invordering hervatten"
    answers_about: ClassVar = "track"

    command: Literal["resume_ladder"] = "resume_ladder"
    debt: DebtId
    track: str = ""


# -- events -------------------------------------------------------------------------------------------------------

_WAYS = {"post": "per post", "bailiff": "door de deurwaarder"}
_DOCUMENTS = {"writ": "dwangbevel", "renewed_order": "hernieuwd bevel"}


class PaymentTermSet(Event):
    """A part of the assessment must be on the account on `due` at the latest."""

    type: ClassVar = "payment_term.set.v1"
    says: ClassVar = "Te betalen: {part}, uiterlijk op {due}."
    norms: tuple[str, ...] = ("VEERE-2.1-a",)

    due: date
    part: Amount

    @property
    def amount(self) -> Money:
        return self.part


class PaymentTermMet(Event):
    """This part is paid; its ladder ends."""

    type: ClassVar = "payment_term.met.v1"
    says: ClassVar = "Deze termijn is betaald."
    norms: tuple[str, ...] = ("VEERE-2.1-b",)


class ReminderIssued(Act):
    """The free reminder."""

    type: ClassVar = "reminder.issued.v1"
    says: ClassVar = "Betalingsherinnering voor {claimed}; kosteloos te betalen tot en met {until}."
    title: ClassVar = "betalingsherinnering"

    claimed: Money
    until: date


class WritIssued(Act):
    """The writ with order to pay; `claimed_sum` is the base of its costs (VEERE-1.6-d)."""

    type: ClassVar = "writ.issued.v1"
    says: ClassVar = "Dwangbevel uitgevaardigd voor {claimed}."
    title: ClassVar = "dwangbevel"

    claimed: Money
    claimed_sum: Money


class WritServed(Act):
    """The writ was made known, by post or by the bailiff."""

    type: ClassVar = "writ.served.v1"
    says: ClassVar = "Dwangbevel betekend {way_in_dutch}, kosten {costs}; te betalen tot en met {until}."
    title: ClassVar = "betekening van het dwangbevel"

    way: Literal["post", "bailiff"]
    served_on: date
    until: date
    proof: str

    @property
    def way_in_dutch(self) -> str:
        """How it was served."""
        return _WAYS[self.way]


class ServiceOrdered(Act):
    """The bailiff is ordered to serve the writ."""

    type: ClassVar = "service.ordered.v1"
    says: ClassVar = "Deurwaarder opgedragen het dwangbevel te betekenen. {why}"
    title: ClassVar = "opdracht tot betekening"
    immediate: ClassVar = True

    why: str


class ServiceChosen(Event):
    """An official chose how the writ will be served."""

    type: ClassVar = "service.chosen.v1"
    says: ClassVar = "Gekozen: betekening {way_in_dutch}. {why}"

    way: Literal["post", "bailiff"]
    why: str

    @property
    def way_in_dutch(self) -> str:
        """How it will be served."""
        return _WAYS[self.way]


class RenewedOrderDrawnUp(Act):
    """The renewed order itself: the document that the bailiff will serve."""

    type: ClassVar = "renewed_order.drawn_up.v1"
    says: ClassVar = "Hernieuwd bevel tot betaling opgemaakt."
    title: ClassVar = "hernieuwd bevel tot betaling (stuk)"
    immediate: ClassVar = True


class RenewedOrderOrdered(Act):
    """The bailiff is ordered to serve a renewed order."""

    type: ClassVar = "renewed_order.ordered.v1"
    says: ClassVar = "Deurwaarder opgedragen een hernieuwd bevel tot betaling te betekenen."
    title: ClassVar = "opdracht hernieuwd bevel"
    immediate: ClassVar = True


class RenewedOrderServed(Act):
    """The renewed order was handed over (pay at once) or left in the letterbox (two more days)."""

    type: ClassVar = "renewed_order.served.v1"
    says: ClassVar = "Hernieuwd bevel betekend ({delivered_in_dutch}), kosten {costs}; te betalen tot en met {until}."
    title: ClassVar = "hernieuwd bevel tot betaling"

    delivered: Literal["debtor", "housemate", "letterbox"]
    served_on: date
    until: date
    proof: str

    @property
    def delivered_in_dutch(self) -> str:
        """To whom it was delivered."""
        return {
            "debtor": "aan de belastingschuldige",
            "housemate": "aan een huisgenoot",
            "letterbox": "in de brievenbus",
        }[self.delivered]


class StepWithheld(Event):
    """A step is due but may not be taken: it waits for an official."""

    type: ClassVar = "step.withheld.v1"
    says: ClassVar = "Stap niet gezet: {step}. {why}"

    step: str
    why: str


class LadderResumed(Event):
    """A withheld step is taken up again."""

    type: ClassVar = "ladder.resumed.v1"
    says: ClassVar = "Invordering hervat. {why}"

    why: str


class BailiffReportQuestioned(Event):
    """The bailiff reports a service that cannot be taken as one: it changes nothing and is put to the officer."""

    type: ClassVar = "bailiff_report.questioned.v1"
    says: ClassVar = "Melding van de deurwaarder niet verwerkt: betekening van een {document_in_dutch}. {why}"
    norms: tuple[str, ...] = ("VEERE-1.6-e",)

    document: Literal["writ", "renewed_order"]
    proof: str
    why: str

    @property
    def document_in_dutch(self) -> str:
        """What was reported as served."""
        return _DOCUMENTS[self.document]


class CircumstancesReported(Event):
    """The bailiff saw or heard something of the debtor's situation. `says` leaves it out: that text travels."""

    type: ClassVar = "circumstances.reported.v1"
    says: ClassVar = "De deurwaarder meldt omstandigheden van de belastingschuldige."
    norms: tuple[str, ...] = ("VEERE-1.6-e",)

    circumstances: str


class OrderRecalled(Act):
    """Collection of what the document claims is laid still: the order lapses and is given anew when it resumes."""

    type: ClassVar = "bailiff_order.recalled.v1"
    says: ClassVar = "Opdracht aan de deurwaarder teruggenomen: {what}"
    title: ClassVar = "intrekking van de opdracht aan de deurwaarder"
    immediate: ClassVar = True

    what: str


class RenewedOrderCharged(Event):
    """A renewed order on the same writ was served and charged: one for this part costs nothing more."""

    type: ClassVar = "renewed_order.charged.v1"
    says: ClassVar = "De kosten van een hernieuwd bevel voor dit dwangbevel zijn al in rekening gebracht."
    norms: tuple[str, ...] = ("VEERE-2.7-d",)


class StepTakenOver(Booked):
    """A step of before this engine is taken over as it was."""

    type: ClassVar = "step.taken_over.v1"
    says: ClassVar = (
        "Overgenomen uit het vorige systeem ({under}): {step_in_dutch} van {dated}, termijn tot en met {until}."
    )

    step: Literal["reminder", "demand"]
    dated: date
    until: date
    under: str

    @property
    def step_in_dutch(self) -> str:
        """The step as officials call it."""
        return Measure(self.step).dutch


# -- letters (the others stand in domain.debt.letter_texts) -------------------------------------------------------

WRIT_TO_BAILIFF = LetterSpec(
    kind="writ_to_bailiff",
    title="Opdracht aan de belastingdeurwaarder: betekening dwangbevel",
    subject="Opdracht: betekenen van een dwangbevel",
    recipient=Recipient.BAILIFF,
    particulars={
        "Opdracht van": "{officer}",
        "Datum van de opdracht": "{dated}",
        "Aanslagen": "{debts}",
        "Dwangbevel": "uitgevaardigd op {writ_on}",
        "Persoonlijke situatie, voor zover bekend": "{circumstances}",
    },
    blocks={
        "order": "U krijgt opdracht om het bijgevoegde dwangbevel te betekenen aan de belastingschuldige.",
        "care": (
            "Houd rekening met de persoonlijke situatie van de belastingschuldige. Ziet of hoort u iets wat wij moeten"
            " weten? Zet het in uw verslag."
        ),
        "referral": REFERRAL,
        "report": "Meld ons na uw bezoek de datum, aan wie u het dwangbevel gaf en wat er is betaald.",
    },
    required=frozenset({"Opdracht van", "Aanslagen", "order", "care", "referral", "amounts"}),
    names_debtor=True,
    legal_basis=("artikel 13 Invorderingswet 1990", "artikel 1.6 en 2.5 Leidraad invordering gemeente Veere"),
    norms=("VEERE-1.6-e", "VEERE-2.5-c", "VEERE-4.13-a"),
)

WRIT_FOR_BAILIFF = LetterSpec(
    kind="writ_for_bailiff",
    title="Dwangbevel dat de deurwaarder betekent",
    subject=WRIT.subject,
    recipient=Recipient.BAILIFF,
    opening=WRIT.opening,
    blocks={
        "unpaid_assessment": (
            "Op {demand_on} hebben wij u een aanmaning gestuurd voor uw aanslag {tax} {year}. Daarna hebben wij nog"
            " steeds niet het hele bedrag ontvangen. Daarom brengt de belastingdeurwaarder u dit dwangbevel."
        ),
        "order_to_pay": (
            "Ik geef u het bevel om {total} te betalen. Zorg dat dit bedrag op onze rekening staat binnen {days} dagen"
            " na de dag waarop de deurwaarder dit dwangbevel aan u of een huisgenoot gaf, of in uw brievenbus deed. Is"
            " de laatste dag een zaterdag, zondag of feestdag? Dan mag het ook nog op de eerste werkdag daarna."
        ),
        **{name: text for name, text in WRIT.blocks.items() if name not in ("unpaid_assessment", "order_to_pay")},
    },
    required=WRIT.required - {"pay_by"} | {"unpaid_assessment"},
    pays=True,
    names_debtor=True,
    legal_basis=WRIT.legal_basis,
    norms=(*WRIT.norms, "VEERE-2.5-b", "VEERE-2.5-c"),
)
"""The writ that is itself the document of service: the day on which its term begins is not known yet. VEERE-2.5-b."""

STOP_BAILIFF = LetterSpec(
    kind="bailiff_stopped",
    title="Intrekking van een opdracht aan de deurwaarder",
    subject="Betekenen hoeft niet meer",
    recipient=Recipient.BAILIFF,
    blocks={
        "why": "Voor aanslag {reference} geldt: {why}",
        "stop": "Onze opdracht om het {document} te betekenen vervalt. Ga niet langs. Stuur ons het stuk terug.",
        "later": "Gaat de invordering later verder, dan krijgt u een nieuwe opdracht.",
        "rest": "Voor de rest van het bedrag, {rest}, krijgt u een nieuwe opdracht met een nieuw stuk.",
    },
    required=frozenset({"why", "stop"}),
    optional=frozenset({"rest"}),
    names_debtor=True,
    norms=("VEERE-1.6-e",),
)

# -- state --------------------------------------------------------------------------------------------------------


class Step(StrEnum):
    """How far collection has come."""

    DUE = "due"
    REMINDED = "reminded"
    DEMANDED = "demanded"
    WRIT_ISSUED = "writ_issued"
    SERVED = "served"
    RENEWAL_ORDERED = "renewal_ordered"
    RENEWED = "renewed"
    EXECUTABLE = "executable"


@dataclass(frozen=True, slots=True)
class Ladder:
    """One payment term's ladder. `until`: last day of the running term. `dates`: when each step was taken.

    `ordered_on`, `recalled_on`: since when the bailiff had the last order, and when it was recalled. `writ_of`: the
    payment term for which the writ was issued, before parts were split off. `charged`: a renewed order on it was.
    `earlier_order`: from when until when the renewed order stood that was recalled before the present one was given.
    """

    procedure: ClassVar[str] = "ladder"

    track: str
    due: date
    part: Money
    step: Step = Step.DUE
    until: date | None = None
    way: Literal["post", "bailiff"] | None = None
    claimed_sum: Money = ZERO
    reminder_on: date | None = None
    demand_on: date | None = None
    writ_on: date | None = None
    served_on: date | None = None
    renewed_on: date | None = None
    withheld: bool = False
    needs_renewal: bool = False
    ordered_on: date | None = None
    recalled_on: date | None = None
    writ_of: str | None = None
    charged: bool = False
    earlier_order: tuple[date, date] | None = None


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """What follows from a report or an order about the ladder?"""
    ladder = _ladder(debt, getattr(command, "track", ""))
    if isinstance(command, ReportService):
        return _service_reported(command, ladder, debt, ctx)
    if ladder is None:
        return _no_ladder()
    match command:
        case ChooseService():
            return _choose_service(command, ladder, ctx)
        case ResumeLadder():
            if not ladder.withheld:
                return Refusal("nothing_withheld", "Er wacht geen stap.", ("VEERE-1.5-b",))
            return [LadderResumed(on=ctx.today, norms=("VEERE-1.5-b",), track=ladder.track, why=command.reason)]
        case _:
            raise TypeError(f"the ladder does not decide {type(command).__name__}")


def end_term(ladder: Ladder, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """Which step follows now that the term of the former one has ended? VEERE-2-a."""
    match ladder.step:
        case Step.DUE:
            return [_reminder(ladder, debt, ctx)]
        case Step.REMINDED:
            return _demand(ladder, debt, ctx)
        case Step.DEMANDED:
            return _writ(ladder, debt, ctx)
        case Step.SERVED if ladder.way == "post" or ladder.needs_renewal:
            return _renewed_order(ladder, debt, ctx)
        case Step.SERVED | Step.RENEWED:
            return [_executable(ladder, ladder.renewed_on, ctx.today)]
        case Step.WRIT_ISSUED | Step.RENEWAL_ORDERED | Step.EXECUTABLE:
            raise AssertionError(f"no term runs at step {ladder.step}")
        case _:
            assert_never(ladder.step)


def _reminder(ladder: Ladder, debt: Debt, ctx: Context) -> Event:
    """Is the due date over with an open balance? Then a free reminder goes out. VEERE-2.2-a, VEERE-2.2-b."""
    until = ctx.law.last_day("reminder", ctx.today)
    open_ = debt.open_of(ladder.track)
    return ReminderIssued(
        on=ctx.today,
        track=ladder.track,
        norms=("VEERE-2.2-a", "VEERE-2.2-b"),
        claimed=open_.total,
        until=until,
        letter=REMINDER.compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=_lines(open_, debt, ctx),
            pay_by=until,
            tax=ctx.law.taxes[debt.tax].label,
            year=debt.tax_year,
            due_on=ladder.due,
        ),
    )


def _demand(ladder: Ladder, debt: Debt, ctx: Context) -> Outcome:
    """Was the reminder not followed by payment? Then the demand with its costs. VEERE-2.3-a to VEERE-2.3-c."""
    open_ = debt.open_of(ladder.track)
    tariff = ctx.law.tariff("demand", ctx.today, open_.tax)
    if tariff is None:
        return _withheld(ladder, Measure.DEMAND, "demand", ctx)
    until = ctx.law.last_day("demand", ctx.today)
    owed = open_ + Balance(costs=tariff.amount)
    return [
        DemandIssued(
            on=ctx.today,
            track=ladder.track,
            norms=("VEERE-2.3-a", "VEERE-2.3-b", "VEERE-2.3-c", "VEERE-1.5-b", "VEERE-1.6-d"),
            claimed=owed.total,
            until=until,
            costs=tariff.amount,
            tariff=tariff.source,
            tariff_confirmed=tariff.confirmed,
            letter=DEMAND.compose(
                dated=ctx.today,
                reference=debt.debt,
                amounts=_lines(owed, debt, ctx),
                pay_by=until,
                unconfirmed_tariff=not tariff.confirmed,
                tax=ctx.law.taxes[debt.tax].label,
                year=debt.tax_year,
                reminder_on=ladder.reminder_on,
                costs=tariff.amount,
            ),
        )
    ]


def _writ(ladder: Ladder, debt: Debt, ctx: Context) -> Outcome:
    """Was the demand not followed by payment? Then the writ, served by post as much as possible. VEERE-2.4, 2.5."""
    open_ = debt.open_of(ladder.track)
    tariff = ctx.law.tariff("writ", ctx.today, open_.tax)
    if tariff is None:
        return _withheld(ladder, Measure.WRIT, "writ", ctx)
    by_post = ladder.way != "bailiff" and ctx.facts.debtor.address_known
    until = ctx.law.last_day("writ_by_post", ctx.today)
    owed = open_ + Balance(costs=tariff.amount)
    issued = WritIssued(
        on=ctx.today,
        track=ladder.track,
        norms=("VEERE-2.4-a", "VEERE-2.4-b"),
        claimed=owed.total,
        claimed_sum=open_.tax,
        tariff_confirmed=tariff.confirmed,
        letter=WRIT.compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=_lines(owed, debt, ctx),
            pay_by=until,
            unconfirmed_tariff=not tariff.confirmed,
            demand_on=ladder.demand_on,
        )
        if by_post
        else WRIT_FOR_BAILIFF.compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=_lines(owed, debt, ctx),
            unconfirmed_tariff=not tariff.confirmed,
            demand_on=ladder.demand_on,
            tax=ctx.law.taxes[debt.tax].label,
            year=debt.tax_year,
            days=ctx.law.terms["writ_by_bailiff"].days,
        ),
    )
    if not by_post:
        no_address = "Er is geen adres bekend." if not ctx.facts.debtor.address_known else "Besluit van de ambtenaar."
        order = WRIT_TO_BAILIFF.compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=_lines(owed, debt, ctx),
            unconfirmed_tariff=not tariff.confirmed,
            officer=_OFFICER,
            debts=debt.debt,
            writ_on=ctx.today,
            circumstances=ctx.facts.debtor.circumstances,
        )
        norms = ("VEERE-2.5-c", "VEERE-2.5-d", "VEERE-1.6-e")
        return [
            issued,
            ServiceOrdered(on=ctx.today, track=ladder.track, norms=norms, why=no_address, letter=order),
        ]
    return [
        issued,
        WritServed(
            on=ctx.today,
            track=ladder.track,
            norms=("VEERE-2.5-b", "VEERE-2.5-c", "VEERE-2.5-d", "VEERE-2.5-e", "VEERE-1.6-d"),
            way="post",
            served_on=ctx.today,
            until=until,
            proof="verzendregister",
            costs=tariff.amount,
            tariff=tariff.source,
            tariff_confirmed=tariff.confirmed,
            letter=SERVICE_NOTICE.compose(
                dated=ctx.today,
                reference=debt.debt,
                amounts=_lines(owed, debt, ctx),
                pay_by=until,
                unconfirmed_tariff=not tariff.confirmed,
                tax=ctx.law.taxes[debt.tax].label,
                year=debt.tax_year,
                writ_on=ctx.today,
            ),
        ),
    ]


def _service_reported(command: ReportService, ladder: Ladder | None, debt: Debt, ctx: Context) -> Outcome:
    """Can the bailiff's report be taken as a service? Else the officer hears of it, as of what he saw. VEERE-1.6-e."""
    if command.served_on > ctx.today:
        return Refusal("date_in_future", "De dag van betekening ligt na vandaag.", ("VEERE-1.6-e",))
    served: Outcome
    if ladder is None:
        served = _no_ladder()
    elif command.document == "writ":
        served = _writ_served_by_bailiff(command, ladder, debt, ctx)
    else:
        served = _renewed_order_served(command, ladder, debt, ctx)
    events = _questioned(command, served, debt) if isinstance(served, Refusal) else served
    return [*events, *_circumstances(command, debt)]


def _questioned(command: ReportService, refusal: Refusal, debt: Debt) -> list[Event]:
    day, document = dutch_date(command.served_on), _DOCUMENTS[command.document]
    asked = f"De deurwaarder meldt dat op {day} een {document} is betekend. {refusal.text} Gezien?"
    about = f"{command.document}:{command.served_on}"
    questioned = BailiffReportQuestioned(
        on=command.served_on,
        track=_known(command.track, debt),
        norms=tuple(dict.fromkeys(("VEERE-1.6-e", *refusal.norms))),
        document=command.document,
        proof=command.proof,
        why=refusal.text,
    )
    return [questioned, _to_see("bailiff_report", about, asked, command, debt)]


def _circumstances(command: ReportService, debt: Debt) -> Iterable[Event]:
    """What the bailiff saw stays in the event: no text that travels (logs, timers, screens) repeats it."""
    if not command.circumstances:
        return
    track = _known(command.track, debt)
    yield CircumstancesReported(on=command.served_on, track=track, circumstances=command.circumstances)
    asked = (
        f"De deurwaarder meldt omstandigheden bij zijn bezoek van {dutch_date(command.served_on)}. Lees ze in het"
        " dossier en leg vast wat van belang is. Gezien?"
    )
    yield _to_see("circumstances_reported", str(command.served_on), asked, command, debt)


def _to_see(kind: str, about: str, asked: str, command: ReportService, debt: Debt) -> QuestionAsked:
    """A task that asks no measure, only to be seen; also when the debt is settled meanwhile."""
    track = _known(command.track, debt)
    question = Question(
        task=":".join(filter(None, (kind, track, about))),
        kind=kind,
        question=asked,
        norms=("VEERE-1.6-e",),
        answers=(),
        opened_on=command.served_on,
        track=track,
        outlives_debt=True,
    )
    return QuestionAsked(on=command.served_on, track=track, norms=question.norms, question=question)


def _known(track: str, debt: Debt) -> str:
    return track if track in {t.track for t in debt.terms} else ""


def _writ_served_by_bailiff(command: ReportService, ladder: Ladder, debt: Debt, ctx: Context) -> Outcome:
    """Did the bailiff serve the writ on an order that stands? VEERE-1.6-e, VEERE-2.5-c, VEERE-2.5-e.

    One writ is charged once, also where a part was split off after it was issued.
    """
    if not _on_order(ladder, command.served_on, Step.WRIT_ISSUED, Step.DEMANDED):
        return _no_order(command)
    # The claimed sum is that of the date of the writ, the tariff that of the day of service.
    tariff = ctx.law.tariff("writ", command.served_on, ladder.claimed_sum)
    if tariff is None:
        return _no_tariff("writ", command.served_on)
    others = [o for o in _same_writ(ladder, debt) if _on_order(o, command.served_on, Step.WRIT_ISSUED, Step.DEMANDED)]
    return [
        WritServed(
            on=command.served_on,
            track=part.track,
            norms=("VEERE-2.5-c", "VEERE-2.5-e", "VEERE-1.6-d", "VEERE-1.6-e"),
            way="bailiff",
            served_on=command.served_on,
            until=ctx.law.last_day("writ_by_bailiff", command.served_on),
            proof=command.proof,
            costs=tariff.amount if part is ladder else ZERO,
            tariff=tariff.source,
            tariff_confirmed=tariff.confirmed,
        )
        for part in (ladder, *others)
    ]


def _same_writ(ladder: Ladder, debt: Debt) -> list[Ladder]:
    """The other parts of what the writ of `ladder` claims: they were split off after it was issued."""
    if ladder.writ_of is None:
        return []
    others = (o for o in debt.procedures.values() if isinstance(o, Ladder) and o != ladder)
    return [o for o in others if (o.writ_of, o.writ_on) == (ladder.writ_of, ladder.writ_on)]


def _on_order(ladder: Ladder, served_on: date, ordered: Step, recalled: Step) -> bool:
    """Had the bailiff an order on that day? One that was recalled later stood until then. VEERE-1.6-e."""
    if ladder.earlier_order is not None and ladder.earlier_order[0] <= served_on < ladder.earlier_order[1]:
        return ladder.step in (ordered, recalled)
    if ladder.ordered_on is None or served_on < ladder.ordered_on:
        return False
    if ladder.recalled_on is not None:
        return ladder.step is recalled and served_on < ladder.recalled_on
    return ladder.step is ordered


def _renewed_order(ladder: Ladder, debt: Debt, ctx: Context) -> Outcome:
    """Is the postal writ not paid in time? Then the bailiff visits with a renewed order. VEERE-2.7-a."""
    tariff = _renewed_order_tariff(ladder, ctx.today, debt, ctx)
    if tariff is None:
        return _withheld(ladder, Measure.RENEWED_ORDER, "other_writ_served", ctx)
    owed = debt.open_of(ladder.track)
    return [
        RenewedOrderDrawnUp(
            on=ctx.today,
            track=ladder.track,
            norms=("VEERE-2.7-a", "VEERE-2.7-b", "VEERE-2.7-c", "VEERE-2.7-d"),
            tariff_confirmed=tariff.confirmed,
            letter=RENEWED_ORDER.compose(
                dated=ctx.today,
                reference=debt.debt,
                amounts=_lines(owed + Balance(costs=tariff.amount), debt, ctx),
                recipient=Recipient.BAILIFF,
                unconfirmed_tariff=not tariff.confirmed,
                tax=ctx.law.taxes[debt.tax].label,
                year=debt.tax_year,
                writ_on=ladder.writ_on,
                served_on=ladder.served_on,
                letterbox_days=ctx.law.terms["renewed_order_letterbox"].days,
            ),
        ),
        RenewedOrderOrdered(
            on=ctx.today,
            track=ladder.track,
            norms=("VEERE-2.7-a", "VEERE-1.6-e"),
            letter=RENEWED_ORDER_TO_BAILIFF.compose(
                dated=ctx.today,
                reference=debt.debt,
                amounts=_lines(owed, debt, ctx),
                officer=_OFFICER,
                debts=debt.debt,
                writ_on=ladder.writ_on,
                served_on=ladder.served_on,
                circumstances=ctx.facts.debtor.circumstances,
            ),
        ),
    ]


def _renewed_order_served(command: ReportService, ladder: Ladder, debt: Debt, ctx: Context) -> Outcome:
    """Handed over: pay at once. In the letterbox: two more days. VEERE-2.7-b to VEERE-2.7-d."""
    if not _on_order(ladder, command.served_on, Step.RENEWAL_ORDERED, Step.SERVED):
        return _no_order(command)
    tariff = _renewed_order_tariff(ladder, command.served_on, debt, ctx)
    if tariff is None:
        return _no_tariff("other_writ_served", command.served_on)
    letterbox = command.delivered == "letterbox"
    term = "renewed_order_letterbox" if letterbox else "renewed_order_handed"
    others = _same_writ(ladder, debt)
    parts = [ladder, *(o for o in others if _on_order(o, command.served_on, Step.RENEWAL_ORDERED, Step.SERVED))]
    served: list[Event] = [
        RenewedOrderServed(
            on=command.served_on,
            track=part.track,
            norms=("VEERE-2.7-c" if letterbox else "VEERE-2.7-b", "VEERE-2.7-d", "VEERE-1.5-b"),
            delivered=command.delivered,
            served_on=command.served_on,
            until=ctx.law.last_day(term, command.served_on),
            proof=command.proof,
            costs=tariff.amount if part is ladder else ZERO,
            tariff=tariff.source,
            tariff_confirmed=tariff.confirmed,
        )
        for part in parts
    ]
    if tariff.amount:
        to_come = (o for o in others if o not in parts and o.renewed_on is None)
        served += [RenewedOrderCharged(on=command.served_on, track=o.track) for o in to_come]
    served = [*_needless(parts, command.served_on, debt, ctx), *served]
    return served if letterbox else [*served, *(_executable(p, command.served_on, command.served_on) for p in parts)]


def _needless(parts: Iterable[Ladder], served_on: date, debt: Debt, ctx: Context) -> Iterable[OrderRecalled]:
    """Which orders need no visit any more, as an earlier one turns out to be served? VEERE-1.6-e."""
    for part in parts:
        if part.step is Step.RENEWAL_ORDERED and part.ordered_on is not None and served_on < part.ordered_on:
            what = f"het hernieuwd bevel is op {dutch_date(served_on)} al betekend."
            yield OrderRecalled(
                on=ctx.today,
                track=part.track,
                norms=("VEERE-1.6-e", "VEERE-2.7-d"),
                what=what,
                letter=STOP_BAILIFF.compose(
                    dated=ctx.today, reference=debt.debt, document=_DOCUMENTS["renewed_order"], why=what
                ),
            )


def _renewed_order_tariff(ladder: Ladder, day: date, debt: Debt, ctx: Context) -> Tariff | None:
    """What does serving a renewed order cost on `day`? One on the same writ is charged once. VEERE-2.7-d, VEERE-1.5-b.

    Reading `renewed_order_of_a_part`.
    """
    if ladder.charged and ctx.law.reading("renewed_order_of_a_part") == "once":
        return _NO_CHARGE
    return ctx.law.tariff("other_writ_served", day, debt.open_of(ladder.track).tax)


def _executable(ladder: Ladder, renewed_on: date | None, day: date) -> Executable:
    assert ladder.writ_on is not None, "every step was taken"
    assert ladder.served_on is not None, "every step was taken"
    title = ExecutionTitle(ladder.writ_on, ladder.served_on, renewed_on)
    return Executable(on=day, track=ladder.track, title=title)


def _choose_service(command: ChooseService, ladder: Ladder, ctx: Context) -> Outcome:
    """Is bailiff service chosen with a recorded reason, before the writ? VEERE-2.5-d."""
    if command.way == "bailiff" and not command.reason:
        return Refusal("reason_required", "Betekening door de deurwaarder vraagt een reden.", ("VEERE-2.5-d",))
    if ladder.step not in (Step.DUE, Step.REMINDED, Step.DEMANDED):
        return Refusal("writ_issued", "Het dwangbevel is al uitgevaardigd.", ("VEERE-2.5-d",))
    return [
        ServiceChosen(on=ctx.today, track=ladder.track, norms=("VEERE-2.5-d",), way=command.way, why=command.reason)
    ]


_NO_CHARGE = Tariff(ZERO, confirmed=True, source="")
_OFFICER = "de invorderingsambtenaar"


def _lines(owed: Balance, debt: Debt, ctx: Context) -> tuple[AmountLine, ...]:
    label = ctx.law.taxes[debt.tax].label.capitalize()
    parts = (
        (f"{label} {debt.tax_year}", owed.tax),
        ("Kosten", owed.costs),
        ("Invorderingsrente", owed.interest),
        ("Boete", owed.fine),
    )
    return tuple(AmountLine(label=label, amount=amount) for label, amount in parts if amount)


def _withheld(ladder: Ladder, measure: Measure, cost: Cost, ctx: Context) -> list[Event]:
    """A costed step without a tariff for its day is refused and put to an official. VEERE-1.5-b."""
    refusal = _no_tariff(cost, ctx.today)
    question = Question(
        task=f"mend_tariff:{ladder.track}" if ladder.track else "mend_tariff",
        kind="mend_tariff",
        question=f"De {measure.dutch} kan niet uit: er is geen tarief. Tarief ingevoerd en verder gaan?",
        norms=("VEERE-1.5-b",),
        answers=("resume_ladder",),
        opened_on=ctx.today,
        track=ladder.track,
    )
    return [
        StepWithheld(on=ctx.today, track=ladder.track, norms=("VEERE-1.5-b",), step=measure.dutch, why=refusal.text),
        QuestionAsked(on=ctx.today, track=ladder.track, norms=("VEERE-1.5-b",), question=question),
    ]


def _no_tariff(cost: Cost, day: date) -> Refusal:
    return Refusal(
        "no_tariff",
        f"Er is geen tarief van de Kostenwet bekend voor {_COSTS[cost]} op {dutch_date(day)}.",
        ("VEERE-1.5-b",),
    )


_COSTS: dict[Cost, str] = {
    "demand": "een aanmaning",
    "writ": "de betekening van een dwangbevel",
    "other_writ_served": "de betekening van een hernieuwd bevel",
    "attachment_report": "een proces-verbaal van beslag",
}


def _no_order(command: ReportService) -> Refusal:
    text = f"Voor die dag staat geen opdracht open om een {_DOCUMENTS[command.document]} te betekenen."
    return Refusal("no_open_order", text, ("VEERE-1.6-e",))


def _no_ladder() -> Refusal:
    return Refusal("no_such_track", "Voor deze betaaltermijn loopt geen invordering.", ("VEERE-2-a",))


def _ladder(debt: Debt, track: str) -> Ladder | None:
    state = debt.procedures.get(f"ladder:{track}" if track else "ladder")
    return state if isinstance(state, Ladder) else None


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(ladder: Ladder | None, event: Event) -> Ladder | None:
    """Where the ladder stands after `event`."""
    if isinstance(event, PaymentTermSet):
        return Ladder(track=event.track, due=event.due, part=event.part)
    if isinstance(event, ClaimFellShort) and not _may_need_renewal(ladder):
        return ladder
    if ladder is None:
        return None
    match event:
        case ReminderIssued():
            return replace(ladder, step=Step.REMINDED, reminder_on=event.on, until=event.until, withheld=False)
        case DemandIssued():
            return replace(ladder, step=Step.DEMANDED, demand_on=event.on, until=event.until, withheld=False)
        case WritIssued():
            return replace(
                ladder,
                step=Step.WRIT_ISSUED,
                writ_on=event.on,
                until=None,
                claimed_sum=event.claimed_sum,
                withheld=False,
                ordered_on=event.on,
                recalled_on=None,
                writ_of=event.track,
            )
        case WritServed():
            return replace(
                ladder,
                step=Step.SERVED,
                way=event.way,
                served_on=event.served_on,
                until=event.until,
                ordered_on=None,
                recalled_on=None,
            )
        case RenewedOrderOrdered():
            stood = (ladder.ordered_on, ladder.recalled_on) if ladder.ordered_on and ladder.recalled_on else None
            ordered = replace(ladder, step=Step.RENEWAL_ORDERED, until=event.on, ordered_on=event.on, recalled_on=None)
            return replace(ordered, earlier_order=stood)
        case RenewedOrderServed():
            return replace(
                ladder,
                step=Step.RENEWED,
                renewed_on=event.served_on,
                until=event.until,
                needs_renewal=False,
                ordered_on=None,
                recalled_on=None,
                earlier_order=None,
            )
        case RenewedOrderCharged():
            return replace(ladder, charged=True)
        case Executable():
            return replace(ladder, step=Step.EXECUTABLE, until=None)
        case ClaimFellShort():
            return replace(ladder, step=Step.SERVED, until=event.on, needs_renewal=True)
        case ServiceChosen():
            return replace(ladder, way=event.way)
        case OrderRecalled():
            back = Step.SERVED if ladder.step is Step.RENEWAL_ORDERED else Step.DEMANDED
            return replace(ladder, step=back, until=event.on, recalled_on=event.on)
        case StepWithheld():
            return replace(ladder, withheld=True)
        case LadderResumed():
            return replace(ladder, withheld=False)
        case StepTakenOver():
            if event.step == "reminder":
                return replace(ladder, step=Step.REMINDED, reminder_on=event.dated, until=event.until)
            return replace(ladder, step=Step.DEMANDED, demand_on=event.dated, until=event.until)
        case PaymentTermMet():
            return None
        case _:
            return ladder


def _may_need_renewal(ladder: Ladder | None) -> bool:
    """Is the writ served, and no renewed order served or on its way?"""
    return ladder is not None and ladder.step in (Step.SERVED, Step.EXECUTABLE) and ladder.renewed_on is None


# -- terms and barriers -------------------------------------------------------------------------------------------

_WAITS: dict[Step, tuple[Measure, str, tuple[str, ...]]] = {
    Step.DUE: (Measure.REMINDER, "vervaldag van de aanslag, art. 8 IW", ("VEERE-2.1-a",)),
    Step.REMINDED: (Measure.DEMAND, "7 dagen na herinnering, par. 2.2", ("VEERE-2.2-b",)),
    Step.DEMANDED: (Measure.WRIT, "14 dagen na aanmaning, art. 11 IW", ("VEERE-2.3-b", "VEERE-2-c")),
    Step.SERVED: (Measure.RENEWED_ORDER, "termijn van het dwangbevel, art. 14 IW", ("VEERE-2.7-a",)),
    Step.RENEWED: (Measure.ATTACHMENT, "twee dagen na hernieuwd bevel, art. 14 IW", ("VEERE-2.7-c", "VEERE-2-c")),
}


def terms(ladder: Ladder, debt: Debt) -> Iterable[Term]:
    """Until when does the ladder wait before its next step?"""
    if ladder.step not in _WAITS or ladder.withheld:
        return
    measure, text, norms = _WAITS[ladder.step]
    if ladder.step is Step.SERVED and ladder.way == "bailiff" and not ladder.needs_renewal:
        measure = Measure.ATTACHMENT
    key = f"ladder:{ladder.track}" if ladder.track else "ladder"
    yield Term(f"{key}.{ladder.step}", ladder.until or ladder.due, norms, text, ladder.track, measure)


def barriers(ladder: Ladder, debt: Debt) -> Iterable[Barrier]:
    """Which measures does the order of steps still forbid? VEERE-2-a, VEERE-2.4-a, VEERE-2.5-a, VEERE-2.7-a."""
    track = ladder.track
    match ladder.step:
        case Step.DUE | Step.REMINDED | Step.DEMANDED:
            yield Barrier(
                COERCIVE,
                ("VEERE-2-a", "VEERE-2.4-a"),
                "Er is nog geen dwangbevel: eerst herinnering, aanmaning en dwangbevel.",
                None,
                track,
            )
        case Step.WRIT_ISSUED:
            yield Barrier(COERCIVE, ("VEERE-2.5-a",), "Het dwangbevel is nog niet betekend.", None, track)
        case Step.SERVED:
            waits = "De termijn van het dwangbevel loopt nog."
            yield Barrier(CLAIMS, ("VEERE-2.6-a",), waits, ladder.until, track)
            needs = ladder.way == "post" or ladder.needs_renewal
            if needs:
                yield _needs_renewed_order(track)
            else:
                yield Barrier(frozenset({Measure.ATTACHMENT}), ("VEERE-2.7-a",), waits, ladder.until, track)
        case Step.RENEWAL_ORDERED:
            yield _needs_renewed_order(track)
        case Step.RENEWED:
            yield Barrier(
                frozenset({Measure.ATTACHMENT, Measure.SALE}),
                ("VEERE-2.7-c", "VEERE-2-c"),
                "De belastingschuldige mag na het hernieuwd bevel nog betalen.",
                ladder.until,
                track,
            )
        case Step.EXECUTABLE:
            return
        case _:
            assert_never(ladder.step)


def _needs_renewed_order(track: str) -> Barrier:
    return Barrier(
        frozenset({Measure.ATTACHMENT, Measure.SALE}),
        ("VEERE-2.7-a",),
        "Eerst moet de deurwaarder een hernieuwd bevel tot betaling betekenen.",
        None,
        track,
    )


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """Each due date of an assessment begins a ladder; one whose part is paid ends. VEERE-2.1-a, VEERE-2.1-b.

    While collection is laid still the bailiff does not go out on an order that was given before. VEERE-4.9.1-d.
    """
    match event:
        case RegimeImposed() | HoldChanged():
            yield from _recalls(debt, ctx)
        case AssessmentFixed():
            for term in event.terms:
                yield PaymentTermSet(on=event.dated, track=term.track, due=term.due, part=term.amount)
            if (earlier := event.earlier_step) is not None:
                yield StepTakenOver(
                    on=ctx.today,
                    track=event.terms[0].track,
                    norms=("VEERE-6-b",),
                    step=earlier.step,
                    dated=earlier.dated,
                    until=earlier.last_day,
                    under=earlier.under,
                    booked=Balance(costs=earlier.costs, interest=earlier.interest),
                )
        case PaymentBooked() | AssessmentReduced() if debt.open.total > 0:
            for ladder in debt.procedures.values():
                if isinstance(ladder, Ladder) and debt.open_of(ladder.track).total <= 0:
                    yield PaymentTermMet(on=event.on, track=ladder.track)
                    for q in debt.questions.values():
                        if q.track == ladder.track and q.kind in _ABOUT_A_PART:
                            yield QuestionLapsed(
                                on=event.on, track=q.track, norms=q.norms, task=q.task, asks=q.question
                            )


_ABOUT_A_PART = frozenset({"mend_tariff", "order_attachment"})
"""Questions about the next step for one payment term; others with the same track are about the debt."""


_SERVES = {Step.WRIT_ISSUED: Measure.WRIT, Step.RENEWAL_ORDERED: Measure.RENEWED_ORDER}


def _recalls(debt: Debt, ctx: Context) -> Iterable[OrderRecalled]:
    """Which open orders to the bailiff may he not carry out now? VEERE-4.9.1-d, VEERE-4.13.1-a, VEERE-1.6-e.

    A document that also claims a part that is laid still is recalled as a whole: the rest gets a new one.
    """
    ordered = [o for o in debt.procedures.values() if isinstance(o, Ladder) and o.step in _SERVES]
    still = {o.track: forbidding(debt, ctx.law, _SERVES[o.step], ctx.today, o.track) for o in ordered}
    told: set[str] = set()
    for ladder in ordered:
        others = [o for o in _same_writ(ladder, debt) if (o.step, o.ordered_on) == (ladder.step, ladder.ordered_on)]
        document = [ladder, *others]
        barrier = next((b for o in document if (b := still[o.track])), None)
        if barrier is None:
            continue
        rest = sum((debt.open_of(o.track).total for o in document if still[o.track] is None), ZERO)
        letter = STOP_BAILIFF.compose(
            dated=ctx.today,
            reference=debt.debt,
            document=_DOCUMENTS["renewed_order" if ladder.step is Step.RENEWAL_ORDERED else "writ"],
            why=barrier.text,
            rest=rest or None,
        )
        part = "een deel van wat het stuk noemt, ligt stil; voor de rest volgt een nieuwe opdracht."
        yield OrderRecalled(
            on=ctx.today,
            track=ladder.track,
            norms=barrier.norms,
            what=barrier.text if still[ladder.track] else part,
            letter=letter if ladder.track not in told else None,
        )
        told |= {o.track for o in document}


_STATUS = {
    Step.DUE: "wacht op betaling",
    Step.REMINDED: "herinnerd",
    Step.DEMANDED: "aangemaand",
    Step.WRIT_ISSUED: "dwangbevel uitgevaardigd",
    Step.SERVED: "dwangbevel betekend",
    Step.RENEWAL_ORDERED: "hernieuwd bevel bij deurwaarder",
    Step.RENEWED: "hernieuwd bevel betekend",
    Step.EXECUTABLE: "beslag mogelijk",
}

PROCEDURE = Procedure(
    name="ladder",
    title="Invorderingsladder",
    state=Ladder,
    commands=(ReportService, ChooseService, ResumeLadder),
    events=(
        PaymentTermSet,
        PaymentTermMet,
        ReminderIssued,
        DemandIssued,
        WritIssued,
        WritServed,
        ServiceOrdered,
        ServiceChosen,
        RenewedOrderDrawnUp,
        RenewedOrderOrdered,
        RenewedOrderServed,
        Executable,
        ClaimFellShort,
        StepWithheld,
        LadderResumed,
        BailiffReportQuestioned,
        CircumstancesReported,
        OrderRecalled,
        RenewedOrderCharged,
        StepTakenOver,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    barriers=barriers,
    follow=follow,
    follows=(AssessmentFixed, PaymentBooked, AssessmentReduced, RegimeImposed, HoldChanged),
    splits=True,
    status=lambda ladder: (
        ("withheld", "wacht op ambtenaar") if ladder.withheld else (ladder.step.value, _STATUS[ladder.step])
    ),
)
