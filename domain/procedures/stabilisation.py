"""Stabilisatiefase (MSNP): does collection stand still while a debt counsellor maps and steadies the debtor's money?

At most 240 days from receipt of the notice of the stabilisation agreement (VEERE-4.13.1-a, VEERE-4.13.1-b), for
natural persons, by a counsellor who is a member of the NVVK or for a municipality (VEERE-4.13.1-d, VEERE-4.13.1-e).
A debt-settlement agreement that is granted takes its place; without one each debt resumes after its last day.
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
from domain.debtor.debtor import Debtor, RegimeEnded
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import OFFICER, Command, DebtorId, Event, Outcome, Refusal

REGIME = "stabilisation"

# -- commands -----------------------------------------------------------------------------------------------------


class RegisterStabilisation(Command):
    """The debt counsellor's notice of the stabilisation agreement came in, with its copy."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Stabilisatie-overeenkomst registreren"

    command: Literal["register_stabilisation"] = "register_stabilisation"
    debtor: DebtorId
    received_on: date
    counsellor: regimes.Counsellor


class RegisterStabilisationEnd(Command):
    """The counsellor reports that the stabilisation phase stopped before its last day, without an agreement."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Einde van de stabilisatie registreren"

    command: Literal["register_stabilisation_end"] = "register_stabilisation_end"
    debtor: DebtorId
    why: str = Field(min_length=1, max_length=200)


# -- events -------------------------------------------------------------------------------------------------------


class StabilisationRegistered(Event):
    """The stabilisation phase runs."""

    type: ClassVar = "stabilisation.registered.v1"
    says: ClassVar = "Stabilisatie-overeenkomst ontvangen op {received_on}: de invordering staat stil t/m {until}."
    norms: tuple[str, ...] = ("VEERE-4.13.1-b", "VEERE-4.13.1-d", "VEERE-4.13.1-e")

    received_on: date
    until: date


class StabilisationOver(Event):
    """The stabilisation phase is over."""

    type: ClassVar = "stabilisation.over.v1"
    says: ClassVar = "De stabilisatiefase is voorbij: {why}."
    norms: tuple[str, ...] = ("VEERE-4.13.1-b",)

    why: str


# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stabilisation:
    """The phase that runs, until that day included."""

    procedure: ClassVar[str] = "stabilisation"

    until: date


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debtor: Debtor, ctx: Context) -> Outcome:
    """Does the phase begin, or end early?"""
    match command:
        case RegisterStabilisation():
            return _register(command, debtor, ctx)
        case RegisterStabilisationEnd():
            if "stabilisation" not in debtor.procedures:
                return Refusal("no_stabilisation", "Er loopt geen stabilisatiefase.", ("VEERE-4.13.1-b",))
            debts = regimes.reached(ctx)
            return [regimes.ends(REGIME, ctx, why=command.why, norms=("VEERE-4.13.1-b",), debts=debts)]
        case _:
            raise TypeError(f"stabilisation does not decide {type(command).__name__}")


def _register(command: RegisterStabilisation, debtor: Debtor, ctx: Context) -> Outcome:
    """Does the notice stop collection? VEERE-4.13.1-a, VEERE-4.13.1-b, VEERE-4.13.1-d, VEERE-4.13.1-e."""
    if refusal := regimes.not_natural(debtor, ("VEERE-4.13.1-d",), "Zie par. 4.11 en 4.18."):
        return refusal
    if refusal := regimes.other_counsellor(command.counsellor):
        return refusal
    if "stabilisation" in debtor.procedures or regimes.holds(debtor, "debt_settlement"):
        return Refusal("restructuring_runs", "Er loopt al een minnelijke schuldsanering.", ("VEERE-4.13.1-b",))
    until = ctx.law.last_day("stabilisation", command.received_on)
    if not command.received_on <= ctx.today <= until:
        text = f"Ontvangen op {dutch_date(command.received_on)}: dat geeft vandaag geen stilstand."
        return Refusal("date_out_of_range", text, ("VEERE-4.13.1-b",))
    norms = ("VEERE-4.13.1-a", "VEERE-4.13.1-b")
    what = "Stabilisatiefase van de schuldhulp: de invordering staat stil."
    return [
        StabilisationRegistered(on=ctx.today, received_on=command.received_on, until=until),
        regimes.begins(REGIME, command.received_on, ctx, what=what, norms=norms, until=until),
    ]


def end_term(state: Stabilisation, term: Term, debtor: Debtor, ctx: Context) -> Outcome:
    """240 days are over: each debt resumes by itself. VEERE-4.13.1-b."""
    return [regimes.ends(REGIME, ctx, why="de 240 dagen stabilisatie zijn verstreken", norms=("VEERE-4.13.1-b",))]


def follow(event: RegimeEnded, debtor: Debtor, ctx: Context) -> Iterable[Event]:
    """The phase is over with its regime: after 240 days, or because a debt settlement takes its place."""
    if event.regime == REGIME and "stabilisation" in debtor.procedures:
        yield StabilisationOver(on=event.on, why=event.why)


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: Stabilisation | None, event: Event) -> Stabilisation | None:
    """Does the phase run?"""
    return Stabilisation(event.until) if isinstance(event, StabilisationRegistered) else None


# -- terms --------------------------------------------------------------------------------------------------------


def terms(state: Stabilisation, debtor: Debtor) -> Iterable[Term]:
    """Until when does the phase run?"""
    yield Term("stabilisation.ends", state.until, ("VEERE-4.13.1-b",), "240 dagen stabilisatie, par. 4.13.1")


PROCEDURE = Procedure(
    name="stabilisation",
    title="Stabilisatiefase",
    state=Stabilisation,
    commands=(RegisterStabilisation, RegisterStabilisationEnd),
    events=(StabilisationRegistered, StabilisationOver),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    follow=follow,
    follows=(RegimeEnded,),
    of_debtor=True,
)
