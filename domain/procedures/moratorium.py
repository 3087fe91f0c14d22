"""Wettelijk breed moratorium (incassopauze, art. 5 Wgs): does collection pause for all debts, and until when?

At most six months from receipt of the request (VEERE-4.19-a). Attachments stay and sleep (VEERE-4.19-b), refunds are
not set off (VEERE-4.19-c), a running arrangement is suspended (VEERE-4.19-d): the regime does so on each debt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from domain.debt.facts import Context
from domain.debt.procedure import Procedure
from domain.debt.state import Term
from domain.debtor import regimes
from domain.debtor.debtor import Debtor
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import OFFICER, Command, DebtorId, Event, Outcome, Refusal

REGIME = "moratorium"
_NORMS = ("VEERE-4.19-a", "VEERE-4.19-b", "VEERE-4.19-c")

# -- commands -----------------------------------------------------------------------------------------------------


class RegisterMoratorium(Command):
    """A request under article 5 Wgs came in."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Breed moratorium registreren"

    command: Literal["register_moratorium"] = "register_moratorium"
    debtor: DebtorId
    received_on: date


class RegisterMoratoriumEnd(Command):
    """The moratorium ended before its last day."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Einde van het moratorium registreren"

    command: Literal["register_moratorium_end"] = "register_moratorium_end"
    debtor: DebtorId
    ended_on: date
    why: str = Field(min_length=1, max_length=200, description="how it ended: by the court, or the request failed")


# -- events -------------------------------------------------------------------------------------------------------


class MoratoriumRegistered(Event):
    """The pause runs."""

    type: ClassVar = "moratorium.registered.v1"
    says: ClassVar = "Verzoek breed moratorium ontvangen op {received_on}: incassopauze tot en met {until}."
    norms: tuple[str, ...] = ("VEERE-4.19-a",)

    received_on: date
    until: date


class MoratoriumOver(Event):
    """The pause is over."""

    type: ClassVar = "moratorium.over.v1"
    says: ClassVar = "Het moratorium is voorbij: {why}."
    norms: tuple[str, ...] = ("VEERE-4.19-a",)

    why: str


# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moratorium:
    """The pause that runs, until that day included."""

    procedure: ClassVar[str] = "moratorium"

    received_on: date
    until: date


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debtor: Debtor, ctx: Context) -> Outcome:
    """Does the pause begin, or end early? VEERE-4.19-a."""
    state = debtor.procedures.get("moratorium")
    match command:
        case RegisterMoratorium():
            return _register(command, debtor, ctx)
        case RegisterMoratoriumEnd():
            if not isinstance(state, Moratorium):
                return Refusal("no_moratorium", "Er loopt geen moratorium.", ("VEERE-4.19-a",))
            if not state.received_on <= command.ended_on <= ctx.today:
                text = f"Het einde ligt tussen {dutch_date(state.received_on)} en vandaag."
                return Refusal("date_out_of_range", text, ("VEERE-4.19-a",))
            debts = regimes.reached(ctx)
            ended = regimes.ends(
                REGIME, ctx, why=command.why, norms=("VEERE-4.19-a",), debts=debts, on=command.ended_on
            )
            return [MoratoriumOver(on=command.ended_on, why=command.why), ended]
        case _:
            raise TypeError(f"a moratorium does not decide {type(command).__name__}")


def _register(command: RegisterMoratorium, debtor: Debtor, ctx: Context) -> Outcome:
    """Is the debtor a natural person without a pause? Then six months from receipt."""
    if refusal := regimes.not_natural(debtor, ("VEERE-4.19-a",), "Voor anderen bestaat geen breed moratorium."):
        return refusal
    if "moratorium" in debtor.procedures:
        return Refusal("moratorium_runs", "Er loopt al een moratorium.", ("VEERE-4.19-a",))
    until = ctx.law.last_day("moratorium", command.received_on)
    if not command.received_on <= ctx.today <= until:
        text = f"Ontvangen op {dutch_date(command.received_on)}: dat geeft vandaag geen pauze."
        return Refusal("date_out_of_range", text, ("VEERE-4.19-a",))
    what = "Breed moratorium: de invordering staat stil en er wordt niet verrekend."
    return [
        MoratoriumRegistered(on=ctx.today, received_on=command.received_on, until=until),
        regimes.begins(REGIME, command.received_on, ctx, what=what, norms=_NORMS, until=until),
    ]


def end_term(state: Moratorium, term: Term, debtor: Debtor, ctx: Context) -> Outcome:
    """Six months are over: each debt resumes by itself."""
    why = "de termijn is verstreken"
    return [MoratoriumOver(on=ctx.today, why=why), regimes.ends(REGIME, ctx, why=why, norms=("VEERE-4.19-a",))]


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: Moratorium | None, event: Event) -> Moratorium | None:
    """Does the pause run?"""
    return Moratorium(event.received_on, event.until) if isinstance(event, MoratoriumRegistered) else None


# -- terms --------------------------------------------------------------------------------------------------------


def terms(state: Moratorium, debtor: Debtor) -> Iterable[Term]:
    """Until when does the pause run?"""
    yield Term("moratorium.ends", state.until, ("VEERE-4.19-a",), "zes maanden moratorium, par. 4.19")


PROCEDURE = Procedure(
    name="moratorium",
    title="Breed moratorium",
    state=Moratorium,
    commands=(RegisterMoratorium, RegisterMoratoriumEnd),
    events=(MoratoriumRegistered, MoratoriumOver),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    of_debtor=True,
)
