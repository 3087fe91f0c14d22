"""Automatische incasso: may the municipality take the debt from the debtor's account, when and in how many parts?

At most 10 instalments (VEERE-4.2-a); other numbers for tourist tax and invoices (VEERE-4.2-b). No reminder while the
schedule runs without failures. After too many failed debits the schedule ends and collection goes on. What must not be
collected is not debited either: the debits then wait, and the debtor is told their new dates before they come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import ClassVar, Final, Literal

from pydantic import Field

from domain.debt.barriers import allowed_tracks, soonest_track, why_not
from domain.debt.events import RegimeImposed
from domain.debt.facts import Context
from domain.debt.letters import CONSEQUENCES, HELP, AmountLine, Instalment, LetterSpec
from domain.debt.procedure import Procedure
from domain.debt.state import STEPS, Barrier, Debt, Measure, Term
from domain.kernel.calendar import add_months
from domain.kernel.messages import OFFICER, Act, Command, DebtId, Event, Outcome, Refusal, Role
from domain.kernel.money import CENT, ZERO, Amount, Money, equal_parts

# -- commands -----------------------------------------------------------------------------------------------------


class RegisterMandate(Command):
    """The debtor lets the municipality debit the assessment in instalments."""

    roles: ClassVar = OFFICER | {Role.DEBTOR}
    title: ClassVar = "Machtiging automatische incasso"

    command: Literal["register_mandate"] = "register_mandate"
    debt: DebtId
    instalments: int = Field(ge=1, le=60)
    first_on: date


class WithdrawMandate(Command):
    """The debtor wants no more debits."""

    roles: ClassVar = OFFICER | {Role.DEBTOR}
    title: ClassVar = "Machtiging automatische incasso intrekken"

    command: Literal["withdraw_mandate"] = "withdraw_mandate"
    debt: DebtId


class ReportFailedDebit(Command):
    """The bank reports that a debit failed or was returned."""

    title: ClassVar = "Mislukte incasso melden"

    command: Literal["report_failed_debit"] = "report_failed_debit"
    debt: DebtId
    on: date
    amount: Amount


# -- events -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Debit:
    """One instalment: the day on which it is taken, and its amount in euro."""

    on: date
    amount: Money


class DebitScheduled(Act):
    """The schedule of debits, told to the debtor: the first one, or the one that follows after the debits waited."""

    type: ClassVar = "direct_debit.scheduled.v1"
    says: ClassVar = "Automatische incasso in {number} keer, de eerste op {first_on}."
    title: ClassVar = "aankondiging automatische incasso"

    debits: tuple[Debit, ...]

    @property
    def number(self) -> int:
        """How many debits."""
        return len(self.debits)

    @property
    def first_on(self) -> date:
        """Day of the first debit."""
        return self.debits[0].on

    @property
    def amount(self) -> Money:
        return sum((d.amount for d in self.debits), ZERO)


class DebitOrdered(Event):
    """A debit is due at the bank."""

    type: ClassVar = "direct_debit.ordered.v1"
    says: ClassVar = "Incasso van {debited} aangeboden bij de bank."
    norms: tuple[str, ...] = ("VEERE-4.2-a", "VEERE-4.7-a")

    debited: Amount
    arrives_until: date

    @property
    def amount(self) -> Money:
        return self.debited


class DebitFailed(Event):
    """A debit failed."""

    type: ClassVar = "direct_debit.failed.v1"
    says: ClassVar = "Incasso van {debited} is mislukt ({failures}e keer)."
    norms: tuple[str, ...] = ("VEERE-4.2-a", "VEERE-4.2-c")

    debited: Amount
    failures: int

    @property
    def amount(self) -> Money:
        return self.debited


class DebitEnded(Event):
    """The schedule ended with an open balance: collection goes on."""

    type: ClassVar = "direct_debit.ended.v1"
    says: ClassVar = "Automatische incasso beëindigd: {why}."
    norms: tuple[str, ...] = ("VEERE-4.2-a", "VEERE-4.2-c")

    why: str


# -- letters ------------------------------------------------------------------------------------------------------

_STOP: Final = "Wilt u niet meer automatisch betalen? Mail naar {email} of schrijf naar {post}."

ANNOUNCED = LetterSpec(
    kind="direct_debit",
    title="Aankondiging automatische incasso",
    subject="Wij schrijven {total} af in {instalments} keer",
    blocks={
        "announced": "U betaalt met automatische incasso. U hoeft zelf niets over te maken.",
        "dates": (
            "Wij schrijven {total} af in {instalments} keer. In het overzicht ziet u op welke dag en hoeveel. Zorg dat"
            " er dan genoeg geld op uw rekening staat."
        ),
        "stop": _STOP,
        CONSEQUENCES: (
            "Lukt het {failures} keer niet om het geld af te schrijven? Dan stopt de automatische incasso. U krijgt dan"
            " een herinnering voor wat nog open staat."
        ),
        HELP: "Kunt u niet zo veel betalen? Vraag dan om een betalingsregeling.",
    },
    required=frozenset({"announced", "dates", "amounts", "schedule", CONSEQUENCES}),
    optional=frozenset({"stop"}),
    legal_basis=("artikel 4.2 Leidraad invordering gemeente Veere",),
)
MOVED = ANNOUNCED.model_copy(
    update={
        "title": "Nieuwe dagen van de automatische incasso",
        "subject": "Nieuwe dagen van de automatische incasso",
        "blocks": {
            **ANNOUNCED.blocks,
            "announced": "De automatische incasso stond stil. Wij gaan nu verder. De dagen zijn daarom veranderd.",
        },
    }
)

# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DirectDebit:
    """The running schedule: debits to come, failures so far, and after the last one until when money may arrive.

    `norm`: on which the number of debits rests.
    """

    procedure: ClassVar[str] = "direct_debit"

    to_come: tuple[Debit, ...]
    norm: str = "VEERE-4.2-a"
    failures: int = 0
    arrives_until: date | None = None


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """What follows from a mandate, its withdrawal or a failed debit?"""
    match command:
        case RegisterMandate():
            return _schedule(command, debt, ctx)
        case WithdrawMandate():
            return _withdrawn(debt, ctx)
        case ReportFailedDebit():
            return _failed(command, debt, ctx)
        case _:
            raise TypeError(f"direct debit does not decide {type(command).__name__}")


def _schedule(command: RegisterMandate, debt: Debt, ctx: Context) -> Outcome:
    """Do the instalments stay within the number for this tax? VEERE-4.2-a, VEERE-4.2-b."""
    kind = ctx.law.taxes[debt.tax]
    if command.instalments > kind.direct_debits:
        return Refusal(
            "too_many_instalments",
            f"Automatische incasso van {kind.label} gaat in ten hoogste {kind.direct_debits} keer,"
            f" niet in {command.instalments}.",
            (kind.direct_debit_norm,),
        )
    if command.first_on <= ctx.today:
        return Refusal("first_debit_past", "De eerste incasso moet na vandaag liggen.", (kind.direct_debit_norm,))
    if "direct_debit" in debt.procedures:
        return Refusal("mandate_exists", "Er loopt al een automatische incasso.", (kind.direct_debit_norm,))
    if debt.open.total <= 0:
        return Refusal("nothing_open", "Er staat niets open.", (kind.direct_debit_norm,))
    if not (open_ := _may_be_debited(debt, ctx)):
        return why_not(debt, ctx.law, Measure.DIRECT_DEBIT, ctx.today)
    if open_ < command.instalments * CENT:
        text = f"Er staat te weinig open voor {command.instalments} keer."
        return Refusal("too_many_instalments", text, (kind.direct_debit_norm,))
    amounts = equal_parts(open_, command.instalments)
    return [_announced(ANNOUNCED, command.first_on, amounts, kind.direct_debit_norm, debt, ctx)]


def _announced(
    spec: LetterSpec, first_on: date, amounts: Iterable[Money], norm: str, debt: Debt, ctx: Context
) -> DebitScheduled:
    """On which days is how much debited? The debtor is told before. VEERE-4.2-a, VEERE-4.2-b."""
    months = int(ctx.law.reading("debit_interval_months"))
    debits = tuple(Debit(add_months(first_on, number * months), amount) for number, amount in enumerate(amounts))
    kind = ctx.law.taxes[debt.tax].label
    contact = ctx.law.contact
    return DebitScheduled(
        on=ctx.today,
        norms=(norm,),
        debits=debits,
        letter=spec.compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=(
                AmountLine(label=f"{kind.capitalize()} {debt.tax_year}", amount=sum((d.amount for d in debits), ZERO)),
            ),
            schedule=tuple(Instalment(due_on=d.on, amount=d.amount) for d in debits),
            failures=int(ctx.law.reading("failed_debits")),
            email=contact.email if contact else None,
            post=contact.post if contact else None,
            norms=(norm,),
        ),
    )


def _may_be_debited(debt: Debt, ctx: Context) -> Money:
    """What is open of the parts that may be collected today, in euro. VEERE-4.9.1-d, VEERE-4.9.3-g."""
    tracks = allowed_tracks(debt, ctx.law, Measure.DIRECT_DEBIT, ctx.today)
    return sum((debt.open_of(track).total for track in tracks), ZERO)


def _withdrawn(debt: Debt, ctx: Context) -> Outcome:
    """Is there a mandate that can be withdrawn? Collection then goes on. VEERE-4.2-c."""
    state = debt.procedures.get("direct_debit")
    if not isinstance(state, DirectDebit):
        return Refusal("no_mandate", "Er loopt geen automatische incasso.", ("VEERE-4.2-a",))
    return [DebitEnded(on=ctx.today, norms=(state.norm, "VEERE-4.2-c"), why="de machtiging is ingetrokken")]


def _failed(command: ReportFailedDebit, debt: Debt, ctx: Context) -> Outcome:
    """Is one failure too many? Then the schedule ends. VEERE-4.2-a (setting `failed_debits`)."""
    state = debt.procedures.get("direct_debit")
    if not isinstance(state, DirectDebit):
        return Refusal("no_mandate", "Er loopt geen automatische incasso.", ("VEERE-4.2-a",))
    failures = state.failures + 1
    norms = (state.norm, "VEERE-4.2-c")
    failed = DebitFailed(on=command.on, norms=norms, debited=command.amount, failures=failures)
    if failures < int(ctx.law.reading("failed_debits")):
        return [failed]
    return [failed, DebitEnded(on=ctx.today, norms=norms, why=f"{failures} keer niet gelukt")]


def end_term(state: DirectDebit, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """Is a debit due, or is the schedule over with money still open? Only what may be collected is debited.

    Debits that had to wait are announced anew, reading `debit_notice_days`. VEERE-4.2-a, VEERE-4.9.1-d, VEERE-4.19-a.
    """
    if not state.to_come:
        why = "na de laatste incasso staat nog een bedrag open"
        return [DebitEnded(on=ctx.today, norms=(state.norm, "VEERE-4.2-c"), why=why)]
    free = _may_be_debited(debt, ctx)
    if state.to_come[0].on < ctx.today:
        return [_moved(state, free, debt, ctx)]
    return [
        DebitOrdered(
            on=ctx.today,
            norms=(state.norm, "VEERE-4.7-a"),
            debited=min(state.to_come[0].amount, free),
            arrives_until=ctx.law.last_day("debit_arrives", ctx.today),
        )
    ]


def _moved(state: DirectDebit, free: Money, debt: Debt, ctx: Context) -> DebitScheduled:
    """The debits that are left, from the first of their days that is far enough ahead."""
    soonest = ctx.today + timedelta(days=int(ctx.law.reading("debit_notice_days")))
    months = int(ctx.law.reading("debit_interval_months"))
    planned = state.to_come[0].on
    later = (add_months(planned, number * months) for number in count())
    first_on = next(day for day in later if day >= soonest)
    amounts = []
    for debit in state.to_come:
        if taken := min(debit.amount, free):
            amounts.append(taken)
        free -= taken
    return _announced(MOVED, first_on, amounts, state.norm, debt, ctx)


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: DirectDebit | None, event: Event) -> DirectDebit | None:
    """Where the schedule stands after `event`."""
    if isinstance(event, DebitScheduled):
        return DirectDebit(event.debits, event.norms[0], state.failures if state else 0)
    if state is None:
        return None
    match event:
        case DebitOrdered():
            rest = state.to_come[1:]
            return replace(state, to_come=rest, arrives_until=event.arrives_until)
        case DebitFailed():
            return replace(state, failures=event.failures)
        case DebitEnded():
            return None
        case _:
            return state


# -- terms and barriers -------------------------------------------------------------------------------------------


def terms(state: DirectDebit, debt: Debt) -> Iterable[Term]:
    """When is the next debit due, or until when may the last one arrive?"""
    if state.to_come:
        before = state.to_come[0].on - timedelta(days=1)
        text = "volgende automatische incasso, par. 4.2"
        measure = Measure.DIRECT_DEBIT
        yield Term("direct_debit.next", before, (state.norm,), text, soonest_track(debt, measure), measure)
    elif state.arrives_until is not None:
        yield Term("direct_debit.arrives", state.arrives_until, (state.norm,), "laatste incasso onderweg, par. 4.2")


def barriers(state: DirectDebit, debt: Debt) -> Iterable[Barrier]:
    """No reminder and no further step while the schedule runs without failures. VEERE-4.2-a, VEERE-4.2-b."""
    yield Barrier(STEPS, (state.norm,), "De automatische incasso loopt.")


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """A bankruptcy, a settlement with all creditors or a payment arrangement ends the schedule: nothing is debited.

    VEERE-4.17-d, VEERE-4.9.5-b.
    """
    if "direct_debit" not in debt.procedures:
        return
    match event:
        case RegimeImposed(lapses=True):
            yield DebitEnded(on=ctx.today, norms=event.norms, why=event.what.rstrip("."))
        case Act() if "arrangement" in debt.procedures:
            yield DebitEnded(on=ctx.today, norms=("VEERE-4.9.1-d", "VEERE-4.9.5-b"), why="er is een betalingsregeling")


PROCEDURE = Procedure(
    name="direct_debit",
    title="Automatische incasso",
    state=DirectDebit,
    commands=(RegisterMandate, WithdrawMandate, ReportFailedDebit),
    events=(DebitScheduled, DebitOrdered, DebitFailed, DebitEnded),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    barriers=barriers,
    follow=follow,
    follows=(RegimeImposed, Act),
    status=lambda state: ("direct_debit", "automatische incasso"),
)
