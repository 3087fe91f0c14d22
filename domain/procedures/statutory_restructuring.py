"""Wettelijke schuldsanering (WSNP): which debts does the court take out of collection, and what comes after?

Debts that arose until the ruling stand still, and cannot be in an arrangement (VEERE-4.10.2-b, VEERE-4.10.3-d); for
later ones the usual rules hold (VEERE-4.10.2-a, VEERE-4.14-e). After 18 months the outcome is asked for. A clean slate
closes the debts for good (VEERE-4.14-b); without one the officer may resume collection (VEERE-4.14-c).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from domain.debt.events import QuestionAsked
from domain.debt.facts import Context
from domain.debt.procedure import Procedure
from domain.debt.state import Question, Term
from domain.debtor import regimes
from domain.debtor.debtor import Debtor
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import OFFICER, Command, DebtorId, Event, OfficialCommand, Outcome, Refusal, Role

REGIME = "wsnp"

# -- commands -----------------------------------------------------------------------------------------------------


class RegisterWsnp(Command):
    """The court admitted the debtor to the statutory restructuring."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Toelating tot de WSNP registreren"

    command: Literal["register_wsnp"] = "register_wsnp"
    debtor: DebtorId
    admitted_on: date


class ExtendWsnp(OfficialCommand):
    """The court extended the statutory restructuring."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Verlenging van de WSNP registreren"

    command: Literal["extend_wsnp"] = "extend_wsnp"
    debtor: DebtorId
    until: date = Field(description="its last day by the court's decision")


class RegisterWsnpEnd(OfficialCommand):
    """The court ended the statutory restructuring, with or without a clean slate."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Einde van de WSNP registreren"

    command: Literal["register_wsnp_end"] = "register_wsnp_end"
    debtor: DebtorId
    ended_on: date
    clean_slate: bool


class ResumeAfterWsnp(OfficialCommand):
    """The officer resumes collection of what the restructuring left."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Invordering na de WSNP hervatten"

    command: Literal["resume_after_wsnp"] = "resume_after_wsnp"
    debtor: DebtorId
    reason: str = Field(min_length=1, max_length=2000)


# -- events -------------------------------------------------------------------------------------------------------


class WsnpRegistered(Event):
    """The statutory restructuring runs."""

    type: ClassVar = "wsnp.registered.v1"
    says: ClassVar = "Toegelaten tot de WSNP op {admitted_on}; naar de uitkomst wordt gevraagd na {until}."
    norms: tuple[str, ...] = ("VEERE-4.14-a", "VEERE-4.10.3-d")

    admitted_on: date
    until: date


class WsnpExtended(Event):
    """The statutory restructuring lasts longer."""

    type: ClassVar = "wsnp.extended.v1"
    says: ClassVar = "WSNP verlengd tot en met {until}."
    norms: tuple[str, ...] = ("VEERE-4.14-a",)

    until: date


class WsnpOutcomeAwaited(Event):
    """Its term is over, and nothing was heard of the court."""

    type: ClassVar = "wsnp.outcome_awaited.v1"
    says: ClassVar = "De termijn van de WSNP is voorbij; de uitkomst is niet bekend."
    norms: tuple[str, ...] = ("VEERE-4.14-a",)


class WsnpEnded(Event):
    """The statutory restructuring is over."""

    type: ClassVar = "wsnp.ended.v1"
    says: ClassVar = "De WSNP is geëindigd op {ended_on}, {with_or_without} schone lei."

    ended_on: date
    clean_slate: bool

    @property
    def with_or_without(self) -> str:
        """With or without a clean slate."""
        return "met een" if self.clean_slate else "zonder"


class WsnpCollectionResumed(Event):
    """Collection of the debts starts again where it stopped."""

    type: ClassVar = "wsnp.collection_resumed.v1"
    says: ClassVar = "Invordering na de WSNP hervat. {why}"
    norms: tuple[str, ...] = ("VEERE-4.14-c",)

    why: str


# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wsnp:
    """The restructuring of debts that arose until `admitted_on`. `until`: when the outcome is asked for.

    `ended_on`: it ended without a clean slate, and the officer has not resumed collection.
    """

    procedure: ClassVar[str] = "wsnp"

    admitted_on: date
    until: date | None
    ended_on: date | None = None


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debtor: Debtor, ctx: Context) -> Outcome:
    """Does the restructuring begin or end, and is collection resumed after it?"""
    found = debtor.procedures.get("wsnp")
    state = found if isinstance(found, Wsnp) else None
    match command:
        case RegisterWsnp():
            return _register(command, state, debtor, ctx)
        case _ if state is None:
            return Refusal("no_wsnp", "Er is geen toelating tot de WSNP vastgelegd.", ("VEERE-4.14-a",))
        case ExtendWsnp():
            return _extend(command, state, ctx)
        case RegisterWsnpEnd():
            return _end(command, state, ctx)
        case ResumeAfterWsnp() if state.ended_on is None:
            return Refusal("wsnp_runs", "Hervatten kan pas na een einde zonder schone lei.", ("VEERE-4.14-c",))
        case ResumeAfterWsnp():
            resumed = WsnpCollectionResumed(on=ctx.today, why=command.reason)
            return [resumed, _lifted("de invordering wordt hervat", "resume", resumed.norms, state, ctx, ctx.today)]
        case _:
            raise TypeError(f"the WSNP does not decide {type(command).__name__}")


def _register(command: RegisterWsnp, state: Wsnp | None, debtor: Debtor, ctx: Context) -> Outcome:
    """Which debts fall under it? Those that arose until the ruling. VEERE-4.14-a, VEERE-4.14-e, VEERE-4.10.3-d."""
    if refusal := regimes.not_natural(debtor, ("VEERE-4.14-a",), "Zie par. 4.15 tot en met 4.18."):
        return refusal
    if state is not None and state.ended_on is None:
        return Refusal("wsnp_runs", "Er loopt al een WSNP.", ("VEERE-4.14-a",))
    if command.admitted_on > ctx.today:
        return Refusal("date_in_future", "De dag van de toelating ligt na vandaag.", ("VEERE-4.14-a",))
    until = ctx.law.last_day("wsnp", command.admitted_on)
    what = f"WSNP sinds {dutch_date(command.admitted_on)}: wat tot en met die dag ontstond, wordt niet ingevorderd."
    norms = ("VEERE-4.10.2-b", "VEERE-4.14-a")
    return [
        WsnpRegistered(on=ctx.today, admitted_on=command.admitted_on, until=until),
        regimes.begins(REGIME, command.admitted_on, ctx, what=what, norms=norms, arisen_until=command.admitted_on),
    ]


def _extend(command: ExtendWsnp, state: Wsnp, ctx: Context) -> Outcome:
    """Is the new last day within five years of the admission? VEERE-4.14-a."""
    longest = ctx.law.last_day("wsnp_extended", state.admitted_on)
    if state.ended_on is None and ctx.today <= command.until <= longest:
        return [WsnpExtended(on=ctx.today, until=command.until)]
    text = f"Verlengen kan zolang de WSNP loopt, tot uiterlijk {dutch_date(longest)}."
    return Refusal("date_out_of_range", text, ("VEERE-4.14-a",), longest)


def _end(command: RegisterWsnpEnd, state: Wsnp, ctx: Context) -> Outcome:
    """A clean slate? Then nobody may collect the debts any more; else the officer decides. VEERE-4.14-b, -c."""
    if not state.admitted_on <= command.ended_on <= ctx.today or state.ended_on is not None:
        text = f"Het einde ligt tussen {dutch_date(state.admitted_on)} en vandaag, en is nog niet vastgelegd."
        return Refusal("date_out_of_range", text, ("VEERE-4.14-b",))
    norms = ("VEERE-4.14-b",) if command.clean_slate else ("VEERE-4.14-c",)
    ended = WsnpEnded(on=ctx.today, norms=norms, ended_on=command.ended_on, clean_slate=command.clean_slate)
    if command.clean_slate:
        return [ended, _lifted("de rechter gaf een schone lei", "write_off", norms, state, ctx, command.ended_on)]
    asks = "De WSNP is geëindigd zonder schone lei. Invordering hervatten?"
    return [ended, _asked("resume_after_wsnp", asks, norms, ctx)]


def _lifted(
    why: str, then: Literal["resume", "write_off"], norms: tuple[str, ...], state: Wsnp, ctx: Context, on: date
) -> Event:
    debts = regimes.reached(ctx, state.admitted_on)
    return regimes.ends(REGIME, ctx, why=why, norms=norms, debts=debts, then=then, on=on)


def _asked(kind: str, asks: str, norms: tuple[str, ...], ctx: Context) -> Event:
    answers = (kind, "extend_wsnp") if kind == "register_wsnp_end" else (kind,)
    question = Question(kind, kind, asks, norms, answers, ctx.today)
    return QuestionAsked(on=ctx.today, norms=norms, question=question)


def end_term(state: Wsnp, term: Term, debtor: Debtor, ctx: Context) -> Outcome:
    """The term of the law is over: did the court give its outcome, or extend it? VEERE-4.14-a."""
    awaited = WsnpOutcomeAwaited(on=ctx.today)
    return [awaited, _asked("register_wsnp_end", "Wat is de uitkomst van de WSNP?", awaited.norms, ctx)]


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: Wsnp | None, event: Event) -> Wsnp | None:
    """Does the restructuring run, or wait for the officer?"""
    match event:
        case WsnpRegistered():
            return Wsnp(event.admitted_on, event.until)
        case WsnpExtended() if state is not None:
            return replace(state, until=event.until)
        case WsnpOutcomeAwaited() if state is not None:
            return replace(state, until=None)
        case WsnpEnded() if state is not None and not event.clean_slate:
            return replace(state, until=None, ended_on=event.ended_on)
        case _:
            return None


# -- terms --------------------------------------------------------------------------------------------------------


def terms(state: Wsnp, debtor: Debtor) -> Iterable[Term]:
    """When is the outcome asked for?"""
    if state.until is not None:
        yield Term("wsnp.outcome", state.until, ("VEERE-4.14-a",), "18 maanden WSNP, par. 4.14")


PROCEDURE = Procedure(
    name="wsnp",
    title="Wettelijke schuldsanering (WSNP)",
    state=Wsnp,
    commands=(RegisterWsnp, ExtendWsnp, RegisterWsnpEnd, ResumeAfterWsnp),
    events=(WsnpRegistered, WsnpExtended, WsnpOutcomeAwaited, WsnpEnded, WsnpCollectionResumed),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    of_debtor=True,
)
