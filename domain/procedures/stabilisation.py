"""Stabilisatiefase (MSNP): does collection stand still while a debt counsellor maps and steadies the debtor's money?

At most 240 days from receipt of the notice of the stabilisation agreement (VEERE-4.13.1-a, VEERE-4.13.1-b), for
natural persons, by a counsellor who is a member of the NVVK or for a municipality (VEERE-4.13.1-d, VEERE-4.13.1-e).
A debt-settlement agreement that is granted takes its place; without one each debt resumes after its last day.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from domain.debtor import regimes
from domain.debtor.debtor import Debtor
from domain.kernel.messages import Refusal

# -- commands -----------------------------------------------------------------------------------------------------


class RegisterStabilisation(regimes.RegisterPause):
    """The debt counsellor's notice of the stabilisation agreement came in, with its copy."""

    title: ClassVar = "Stabilisatie-overeenkomst registreren"

    command: Literal["register_stabilisation"] = "register_stabilisation"
    counsellor: regimes.Counsellor


class RegisterStabilisationEnd(regimes.RegisterPauseEnd):
    """The counsellor reports that the stabilisation phase stopped before its last day, without an agreement."""

    title: ClassVar = "Einde van de stabilisatie registreren"

    command: Literal["register_stabilisation_end"] = "register_stabilisation_end"


# -- events -------------------------------------------------------------------------------------------------------


class StabilisationRegistered(regimes.PauseRegistered):
    """The stabilisation phase runs."""

    type: ClassVar = "stabilisation.registered.v1"
    says: ClassVar = "Stabilisatie-overeenkomst ontvangen op {received_on}: de invordering staat stil t/m {until}."
    norms: tuple[str, ...] = ("VEERE-4.13.1-b", "VEERE-4.13.1-d", "VEERE-4.13.1-e")


class StabilisationOver(regimes.PauseOver):
    """The stabilisation phase is over: after 240 days, or because a debt settlement takes its place."""

    type: ClassVar = "stabilisation.over.v1"
    says: ClassVar = "De stabilisatiefase is voorbij: {why}."
    norms: tuple[str, ...] = ("VEERE-4.13.1-b",)


# -- state --------------------------------------------------------------------------------------------------------


class Stabilisation(regimes.Paused):
    """The phase that runs, until that day included."""

    procedure: ClassVar[str] = "stabilisation"


# -- decide -------------------------------------------------------------------------------------------------------


def refuses(command: RegisterStabilisation, debtor: Debtor) -> Refusal | None:
    """Does the notice stop collection? VEERE-4.13.1-d, VEERE-4.13.1-e."""
    if refusal := regimes.not_natural(debtor, ("VEERE-4.13.1-d",), "Zie par. 4.11 en 4.18."):
        return refusal
    if refusal := regimes.other_counsellor(command.counsellor):
        return refusal
    if "stabilisation" in debtor.procedures or regimes.holds(debtor, "debt_settlement"):
        return Refusal("restructuring_runs", "Er loopt al een minnelijke schuldsanering.", ("VEERE-4.13.1-b",))
    return None


PROCEDURE = regimes.pause(
    name="stabilisation",
    title="Stabilisatiefase",
    state=Stabilisation,
    commands=(RegisterStabilisation, RegisterStabilisationEnd),
    events=(StabilisationRegistered, StabilisationOver),
    refuses=refuses,
    norms=("VEERE-4.13.1-b", "VEERE-4.13.1-a"),
    what="Stabilisatiefase van de schuldhulp: de invordering staat stil.",
    text="240 dagen stabilisatie, par. 4.13.1",
)
