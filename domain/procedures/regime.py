"""Insolventie van de belastingschuldige: what does a regime of the debtor mean for this debt?

The regime itself (stabilisation, debt settlement, bankruptcy, moratorium, the years after a bankruptcy) lives in the
debtor's file; this is its shadow on one debt: measures are forbidden, attachments and claims sleep or lapse, and at
its end collection resumes where it stopped, or the rest is remitted or written off. The same for all regimes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from domain.debt.events import DeferralRestored, DeferralStopped, RegimeImposed, RegimeLifted, Remitted, WrittenOff
from domain.debt.facts import AtEnd, Context
from domain.debt.procedure import Procedure
from domain.debt.state import ALL_MEASURES, Barrier, Debt, Term
from domain.debtor.debtor import AfterRegime, Debtor, RegimeEnded, RegimeOrdered
from domain.kernel.messages import Command, DebtId, Event, Outcome, Role

# -- commands -----------------------------------------------------------------------------------------------------


class ImposeRegime(Command):
    """The debtor's file tells the debt that a regime holds from `since` on, or that attachments now lapse under it."""

    roles: ClassVar = frozenset({Role.ENGINE})
    whole_day: ClassVar = True
    title: ClassVar = "Regeling laten gelden"

    command: Literal["impose_regime"] = "impose_regime"
    debt: DebtId
    regime: str
    since: date
    until: date | None = None
    text: str
    attachments: Literal["sleep", "lapse"]
    at_end: AtEnd = "resume"
    norms: tuple[str, ...]

    @property
    def effective_on(self) -> date:
        return self.since


class LiftRegime(Command):
    """The debtor's file tells the debt that a regime has ended on `on`, and what follows."""

    roles: ClassVar = frozenset({Role.ENGINE})
    title: ClassVar = "Regeling laten eindigen"

    command: Literal["lift_regime"] = "lift_regime"
    debt: DebtId
    regime: str
    on: date
    then: AfterRegime
    request: str = ""
    norms: tuple[str, ...]

    @property
    def effective_on(self) -> date:
        return self.on


# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActiveRegime:
    """One regime that holds. `lapsed`: attachments and claims were ended. `at_end`: what its last day brings."""

    procedure: ClassVar[str] = "regime"

    regime: str
    since: date
    until: date | None
    text: str
    norms: tuple[str, ...]
    lapsed: bool = False
    at_end: AtEnd = "resume"


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """Does the regime begin, sharpen or end for this debt?"""
    match command:
        case ImposeRegime():
            state = debt.procedures.get(f"regime:{command.regime}")
            known = isinstance(state, ActiveRegime) and (state.lapsed or command.attachments == "sleep")
            if known or debt.closed_on is not None:
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
                    at_end=command.at_end,
                )
            ]
        case LiftRegime():
            return _lift(command, debt, ctx)
        case _:
            raise TypeError(f"a regime does not decide {type(command).__name__}")


def _lift(command: LiftRegime, debt: Debt, ctx: Context) -> Outcome:
    """What follows for the debt: it resumes, waits 14 days, is remitted or written off?"""
    state = debt.procedures.get(f"regime:{command.regime}")
    lifted: list[Event] = [_lifted(state, command.norms, ctx)] if isinstance(state, ActiveRegime) else []
    match command.then:
        case "remit" if debt.open.total > 0:
            return [*lifted, Remitted(on=ctx.today, norms=command.norms, parts=debt.open)]
        case "write_off" if debt.open.total > 0:
            return [*lifted, WrittenOff(on=ctx.today, norms=command.norms, parts=debt.open)]
        case ("refused" | "withdrawn" | "appeal_rejected") as why if lifted or _waits_anew(why, debt):
            request = f"regime:{command.request or command.regime}"
            stopped = _stopped(why, request, command.on, command.regime, command.norms, debt, ctx)
            return [*lifted, stopped]
        case _:
            return lifted


def _stopped(
    why: Literal["refused", "withdrawn", "expired", "appeal_rejected"],
    request: str,
    decided_on: date,
    regime: str,
    norms: tuple[str, ...],
    debt: Debt,
    ctx: Context,
) -> DeferralStopped:
    return DeferralStopped(
        on=ctx.today,
        instance=regime,
        norms=("VEERE-4.10.4-a", *norms),
        why=why,
        request=request,
        tracks=tuple(t.track for t in debt.terms),
        decided_on=decided_on,
        appealable=why in ("refused", "withdrawn"),
    )


def _waits_anew(why: str, debt: Debt) -> bool:
    """Does the debt wait 14 days after a rejected appeal, also where it waited for none? VEERE-4.10.4-a."""
    return why == "appeal_rejected" and debt.closed_on is None


def _lifted(state: ActiveRegime, norms: tuple[str, ...], ctx: Context) -> RegimeLifted:
    return RegimeLifted(on=ctx.today, instance=state.regime, norms=norms, regime=state.regime, what=state.text)


def end_term(state: ActiveRegime, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """The last day of the regime is over: collection resumes where it stopped, waits 14 days, or is over for good.

    VEERE-4.10.4-a.
    """
    lifted = _lifted(state, state.norms, ctx)
    match state.at_end:
        case "resume":
            return [lifted]
        case "wait":
            request = f"regime:{state.regime}"
            return [lifted, _stopped("expired", request, ctx.today, state.regime, state.norms, debt, ctx)]
        case "write_off":
            return [lifted, WrittenOff(on=ctx.today, norms=state.norms, parts=debt.open)]


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: ActiveRegime | None, event: Event) -> ActiveRegime | None:
    """Does the regime hold?"""
    if isinstance(event, RegimeImposed):
        since = min(event.since, state.since) if state else event.since
        return ActiveRegime(event.regime, since, event.until, event.what, event.norms, event.lapses, event.at_end)
    return None


# -- terms and barriers -------------------------------------------------------------------------------------------


def terms(state: ActiveRegime, debt: Debt) -> Iterable[Term]:
    """Until when does it hold by itself?"""
    if state.until is not None:
        yield Term(f"regime:{state.regime}.ends", state.until, state.norms, f"einde van de regeling: {state.text}")


def barriers(state: ActiveRegime, debt: Debt) -> Iterable[Barrier]:
    """Every measure stops, set-off included; after the last day only where collection then resumes by itself."""
    until = state.until if state.at_end == "resume" else None
    yield Barrier(ALL_MEASURES, state.norms, state.text, until)


def follow(event: DeferralRestored, debt: Debt, ctx: Context) -> Iterable[Event]:
    """Where the College grants an appeal about a regime, the debt stands still until the officer decides anew."""
    regime = event.request.removeprefix("regime:")
    if regime != event.request and event.request not in debt.procedures:
        yield RegimeImposed(
            on=ctx.today,
            instance=regime,
            norms=("VEERE-4.10.5-a",),
            regime=regime,
            since=ctx.today,
            what="Het college heeft het beroep toegewezen: er volgt een nieuw besluit.",
            attachments="sleep",
        )


def _impose(event: RegimeOrdered, debtor: Debtor) -> Iterable[Command]:
    for debt in event.debts:
        yield ImposeRegime(
            debt=debt,
            regime=event.regime,
            since=event.since,
            until=event.until,
            text=event.what,
            attachments=event.attachments,
            at_end=event.at_end,
            norms=event.norms,
        )


def _lift_everywhere(event: RegimeEnded, debtor: Debtor) -> Iterable[Command]:
    for debt in event.debts:
        yield LiftRegime(
            debt=debt,
            regime=event.regime,
            on=event.on,
            then=event.then,
            request=event.request,
            norms=event.norms,
        )


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
    follow=follow,
    follows=(DeferralRestored,),
    status=lambda state: (state.regime, state.text.rstrip(".").lower()),
    tells={RegimeOrdered: _impose, RegimeEnded: _lift_everywhere},
)
