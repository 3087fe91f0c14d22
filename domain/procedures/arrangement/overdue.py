"""Voorwaarde van een betalingsregeling: is another assessment of the debtor overdue?

A debt whose demand goes out tells the debtor's file, which tells the debts with an arrangement (VEERE-4.10.3-a). A
debt that is deferred, arranged or under a regime gets no demand, so it tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from domain.debt.events import DemandIssued
from domain.debt.facts import Context
from domain.debt.procedure import Procedure
from domain.debt.state import Debt
from domain.debtor.debtor import Debtor
from domain.kernel.messages import Command, DebtId, DebtorId, Event, Outcome, Role
from domain.procedures.arrangement.commands import ReportOverdueAssessment

# -- commands -----------------------------------------------------------------------------------------------------


class ReportOverdueDebt(Command):
    """A debt tells its debtor's file that it was not paid by its due date."""

    roles: ClassVar = frozenset({Role.ENGINE})
    title: ClassVar = "Achterstand van een aanslag melden"

    command: Literal["report_overdue_debt"] = "report_overdue_debt"
    debtor: DebtorId
    from_debt: DebtId
    due: date


# -- events -------------------------------------------------------------------------------------------------------


class OverdueDebtReported(Event):
    """An assessment is overdue while an arrangement runs for these others."""

    type: ClassVar = "overdue_debt.reported.v1"
    says: ClassVar = "Aanslag {overdue}, te betalen op {due}, is niet op tijd betaald naast een betalingsregeling."
    norms: tuple[str, ...] = ("VEERE-4.10.3-a",)

    overdue: str
    due: date
    debts: tuple[str, ...]


# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Condition:
    """Nothing is kept: each arrangement knows its own conditions."""

    procedure: ClassVar[str] = "arrangement_condition"


# -- decide, evolve -----------------------------------------------------------------------------------------------


def decide(command: Command, debtor: Debtor, ctx: Context) -> Outcome:
    """Do other debts of this debtor have an arrangement, of which that may break a condition? VEERE-4.10.3-a."""
    assert isinstance(command, ReportOverdueDebt)
    others = (d for d in ctx.facts.open_debts if d.debt != command.from_debt)
    arranged = tuple(sorted(d.debt for d in others if d.has("arrangement")))
    if not arranged:
        return []
    return [OverdueDebtReported(on=ctx.today, overdue=command.from_debt, due=command.due, debts=arranged)]


def evolve(state: Condition | None, event: Event) -> None:
    """Nothing is kept."""


# -- tells --------------------------------------------------------------------------------------------------------


def _tell_debtor(event: DemandIssued, debt: Debt) -> Iterable[Command]:
    """When is it sure that the due date passed unpaid? Reading `overdue_assessment`. VEERE-4.10.3-a."""
    due = next(term.due for term in debt.terms if term.track == event.track)
    yield ReportOverdueDebt(debtor=debt.debtor, from_debt=debt.debt, due=due)


def _tell_debts(event: OverdueDebtReported, debtor: Debtor) -> Iterable[Command]:
    """Each debt with an arrangement sees whether that was its condition."""
    for debt in event.debts:
        yield ReportOverdueAssessment(debt=debt, overdue=event.overdue, due=event.due)


CONDITION = Procedure(
    name="arrangement_condition",
    title="Voorwaarde van de betalingsregeling",
    state=Condition,
    commands=(ReportOverdueDebt,),
    events=(OverdueDebtReported,),
    decide=decide,
    evolve=evolve,
    of_debtor=True,
    tells={DemandIssued: _tell_debtor, OverdueDebtReported: _tell_debts},
)
