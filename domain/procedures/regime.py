"""Insolventie van de belastingschuldige: what does a regime of the debtor mean for this debt?

The regime itself (stabilisation, debt settlement, bankruptcy, moratorium) lives in the debtor's file; this is its
shadow on one debt: measures are forbidden, attachments sleep or lapse, and at its end collection resumes where it
stopped, the rest is remitted, or the debt lies dormant. The same for all regimes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from domain.debt.events import DeferralStopped, RegimeImposed, RegimeLifted, Remitted
from domain.debt.facts import Context
from domain.debt.procedure import Procedure
from domain.debt.state import ALL_MEASURES, Barrier, Debt, Term
from domain.kernel.messages import Command, DebtId, Event, Outcome, Role

# -- commands -----------------------------------------------------------------------------------------------------


class ImposeRegime(Command):
    """The debtor's file tells the debt that a regime holds from `since` on."""

    roles: ClassVar = frozenset({Role.ENGINE})
    title: ClassVar = "Regeling laten gelden"

    command: Literal["impose_regime"] = "impose_regime"
    debt: DebtId
    regime: str
    since: date
    until: date | None = None
    text: str
    attachments: Literal["sleep", "lapse"]
    norms: tuple[str, ...]

    @property
    def effective_on(self) -> date:
        return self.since


class LiftRegime(Command):
    """The debtor's file tells the debt that a regime has ended, and what follows."""

    roles: ClassVar = frozenset({Role.ENGINE})
    title: ClassVar = "Regeling laten eindigen"

    command: Literal["lift_regime"] = "lift_regime"
    debt: DebtId
    regime: str
    then: Literal["resume", "after_14_days", "remit", "dormant"]
    norms: tuple[str, ...]


# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActiveRegime:
    """One regime that holds."""

    procedure: ClassVar[str] = "regime"

    regime: str
    since: date
    until: date | None
    text: str
    norms: tuple[str, ...]


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """Does the regime begin or end for this debt?"""
    match command:
        case ImposeRegime():
            if f"regime:{command.regime}" in debt.procedures:
                return []
            return [
                RegimeImposed(
                    on=ctx.today,
                    instance=command.regime,
                    norms=command.norms,
                    regime=command.regime,
                    since=command.since,
                    until=command.until,
                    what=command.text,
                    attachments=command.attachments,
                )
            ]
        case LiftRegime():
            return _lift(command, debt, ctx)
        case _:
            raise TypeError(f"a regime does not decide {type(command).__name__}")


def _lift(command: LiftRegime, debt: Debt, ctx: Context) -> Outcome:
    """What follows for the debt: it resumes, waits 14 days, is remitted or lies dormant?"""
    state = debt.procedures.get(f"regime:{command.regime}")
    if not isinstance(state, ActiveRegime) or command.then == "dormant":
        return []
    lifted: list[Event] = [_lifted(state, command.norms, ctx)]
    if command.then == "remit":
        return [*lifted, Remitted(on=ctx.today, norms=command.norms, parts=debt.open)]
    if command.then == "after_14_days":
        stopped = DeferralStopped(
            on=ctx.today,
            norms=command.norms,
            why="withdrawn",
            request=command.regime,
            tracks=tuple(t.track for t in debt.terms),
            decided_on=ctx.today,
            appealable=True,
        )
        return [*lifted, stopped]
    return lifted


def _lifted(state: ActiveRegime, norms: tuple[str, ...], ctx: Context) -> RegimeLifted:
    return RegimeLifted(on=ctx.today, instance=state.regime, norms=norms, regime=state.regime, what=state.text)


def end_term(state: ActiveRegime, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """The last day of the regime is over: collection resumes where it stopped."""
    return [_lifted(state, state.norms, ctx)]


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: ActiveRegime | None, event: Event) -> ActiveRegime | None:
    """Does the regime hold?"""
    if isinstance(event, RegimeImposed):
        return ActiveRegime(event.regime, event.since, event.until, event.what, event.norms)
    return None


# -- terms and barriers -------------------------------------------------------------------------------------------


def terms(state: ActiveRegime, debt: Debt) -> Iterable[Term]:
    """Until when does it hold by itself?"""
    if state.until is not None:
        yield Term(f"regime:{state.regime}.ends", state.until, state.norms, f"einde van de regeling: {state.text}")


def barriers(state: ActiveRegime, debt: Debt) -> Iterable[Barrier]:
    """Every measure stops, set-off included."""
    yield Barrier(ALL_MEASURES, state.norms, state.text, state.until)


PROCEDURE = Procedure(
    name="regime",
    title="Insolventie",
    state=ActiveRegime,
    commands=(ImposeRegime, LiftRegime),
    events=(RegimeImposed, RegimeLifted),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    barriers=barriers,
    status=lambda state: (state.regime, state.text.rstrip(".").lower()),
)
