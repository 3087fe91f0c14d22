"""Wettelijk breed moratorium (incassopauze, art. 5 Wgs): does collection pause for all debts, and until when?

At most six months from receipt of the request (VEERE-4.19-a). Attachments stay and sleep (VEERE-4.19-b), refunds are
not set off (VEERE-4.19-c), a running arrangement is suspended (VEERE-4.19-d): the regime does so on each debt.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from domain.debtor import regimes
from domain.debtor.debtor import Debtor
from domain.kernel.messages import Refusal

# -- commands -----------------------------------------------------------------------------------------------------


class RegisterMoratorium(regimes.RegisterPause):
    """A request under article 5 Wgs came in."""

    title: ClassVar = "Breed moratorium registreren"

    command: Literal["register_moratorium"] = "register_moratorium"


class RegisterMoratoriumEnd(regimes.RegisterPauseEnd):
    """The moratorium ended before its last day: by the court, or because the request failed."""

    title: ClassVar = "Einde van het moratorium registreren"

    command: Literal["register_moratorium_end"] = "register_moratorium_end"


# -- events -------------------------------------------------------------------------------------------------------


class MoratoriumRegistered(regimes.PauseRegistered):
    """The pause runs."""

    type: ClassVar = "moratorium.registered.v1"
    says: ClassVar = "Verzoek breed moratorium ontvangen op {received_on}: incassopauze tot en met {until}."
    norms: tuple[str, ...] = ("VEERE-4.19-a",)


class MoratoriumOver(regimes.PauseOver):
    """The pause is over."""

    type: ClassVar = "moratorium.over.v1"
    says: ClassVar = "Het moratorium is voorbij: {why}."
    norms: tuple[str, ...] = ("VEERE-4.19-a",)


# -- state --------------------------------------------------------------------------------------------------------


class Moratorium(regimes.Paused):
    """The pause that runs, until that day included."""

    procedure: ClassVar[str] = "moratorium"


# -- decide -------------------------------------------------------------------------------------------------------


def refuses(command: RegisterMoratorium, debtor: Debtor) -> Refusal | None:
    """Is the debtor a natural person without a pause? VEERE-4.19-a."""
    if refusal := regimes.not_natural(debtor, ("VEERE-4.19-a",), "Voor anderen bestaat geen breed moratorium."):
        return refusal
    if "moratorium" in debtor.procedures:
        return Refusal("moratorium_runs", "Er loopt al een moratorium.", ("VEERE-4.19-a",))
    return None


PROCEDURE = regimes.pause(
    name="moratorium",
    title="Breed moratorium",
    state=Moratorium,
    commands=(RegisterMoratorium, RegisterMoratoriumEnd),
    events=(MoratoriumRegistered, MoratoriumOver),
    refuses=refuses,
    norms=("VEERE-4.19-a", "VEERE-4.19-b", "VEERE-4.19-c"),
    what="Breed moratorium: de invordering staat stil en er wordt niet verrekend.",
    text="zes maanden moratorium, par. 4.19",
)
