"""Automatische incasso: may the municipality take the debt from the debtor's account, when and in how many parts?

At most 10 instalments (VEERE-4.2-a); other numbers for tourist tax and invoices (VEERE-4.2-b). No reminder while the
schedule runs without failures. After too many failed debits the schedule ends and collection goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from domain.debt.events import RegimeImposed
from domain.debt.facts import Context
from domain.debt.procedure import Procedure
from domain.debt.state import LADDER, Barrier, Debt, Term
from domain.kernel.calendar import add_months
from domain.kernel.messages import OFFICER, Command, DebtId, Event, Outcome, Refusal, Role
from domain.kernel.money import CENT, Amount, Money, equal_parts

# -- commands -----------------------------------------------------------------------------------------------------


class RegisterMandate(Command):
    """The debtor lets the municipality debit the assessment in instalments."""

    roles: ClassVar = OFFICER | {Role.DEBTOR}
    title: ClassVar = "Machtiging automatische incasso"

    command: Literal["register_mandate"] = "register_mandate"
    debt: DebtId
    instalments: int = Field(ge=1, le=60)
    first_on: date


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


class DebitScheduled(Event):
    """The schedule of debits."""

    type: ClassVar = "direct_debit.scheduled.v1"
    says: ClassVar = "Automatische incasso in {number} keer, de eerste op {first_on}."

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
        return sum((d.amount for d in self.debits), start=self.debits[0].amount * 0)


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


# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DirectDebit:
    """The running schedule: debits to come, failures so far, and after the last one until when money may arrive."""

    procedure: ClassVar[str] = "direct_debit"

    to_come: tuple[Debit, ...]
    failures: int = 0
    arrives_until: date | None = None


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """What follows from a mandate or a failed debit?"""
    match command:
        case RegisterMandate():
            return _schedule(command, debt, ctx)
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
    if debt.open.total < command.instalments * CENT:
        text = f"Er staat te weinig open voor {command.instalments} keer."
        return Refusal("too_many_instalments", text, (kind.direct_debit_norm,))
    months = int(ctx.law.reading("debit_interval_months"))
    debits = tuple(
        Debit(add_months(command.first_on, number * months), amount)
        for number, amount in enumerate(equal_parts(debt.open.total, command.instalments))
    )
    return [DebitScheduled(on=ctx.today, norms=(kind.direct_debit_norm,), debits=debits)]


def _failed(command: ReportFailedDebit, debt: Debt, ctx: Context) -> Outcome:
    """Is one failure too many? Then the schedule ends. VEERE-4.2-a (setting `failed_debits`)."""
    state = debt.procedures.get("direct_debit")
    if not isinstance(state, DirectDebit):
        return Refusal("no_mandate", "Er loopt geen automatische incasso.", ("VEERE-4.2-a",))
    failures = state.failures + 1
    failed = DebitFailed(on=command.on, debited=command.amount, failures=failures)
    if failures < int(ctx.law.reading("failed_debits")):
        return [failed]
    return [failed, DebitEnded(on=ctx.today, why=f"{failures} keer niet gelukt")]


def end_term(state: DirectDebit, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """Is a debit due, or is the schedule over with money still open?"""
    if not state.to_come:
        return [DebitEnded(on=ctx.today, why="na de laatste incasso staat nog een bedrag open")]
    return [
        DebitOrdered(
            on=ctx.today,
            debited=min(state.to_come[0].amount, debt.open.total),
            arrives_until=ctx.law.last_day("debit_arrives", ctx.today),
        )
    ]


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: DirectDebit | None, event: Event) -> DirectDebit | None:
    """Where the schedule stands after `event`."""
    if isinstance(event, DebitScheduled):
        return DirectDebit(event.debits)
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
        yield Term("direct_debit.next", before, ("VEERE-4.2-a",), "volgende automatische incasso, par. 4.2")
    elif state.arrives_until is not None:
        yield Term("direct_debit.arrives", state.arrives_until, ("VEERE-4.2-a",), "laatste incasso onderweg, par. 4.2")


def barriers(state: DirectDebit, debt: Debt) -> Iterable[Barrier]:
    """No reminder and no further step while the schedule runs without failures. VEERE-4.2-a."""
    yield Barrier(LADDER, ("VEERE-4.2-a",), "De automatische incasso loopt.")


def follow(event: RegimeImposed, debt: Debt, ctx: Context) -> Iterable[Event]:
    """A bankruptcy or a settlement with all creditors ends the schedule: nothing is debited any more. VEERE-4.17-d."""
    if event.lapses and "direct_debit" in debt.procedures:
        yield DebitEnded(on=ctx.today, norms=event.norms, why=event.what.rstrip("."))


PROCEDURE = Procedure(
    name="direct_debit",
    title="Automatische incasso",
    state=DirectDebit,
    commands=(RegisterMandate, ReportFailedDebit),
    events=(DebitScheduled, DebitOrdered, DebitFailed, DebitEnded),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    barriers=barriers,
    follow=follow,
    follows=(RegimeImposed,),
    status=lambda state: ("direct_debit", "automatische incasso"),
)
