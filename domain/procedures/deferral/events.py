"""What can have happened to a deferral. Events that other procedures follow stand in domain.debt.events."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final, Literal

from pydantic import Field

from domain.debt.events import DeferralChanged
from domain.kernel.dutch import dutch_date, dutch_list
from domain.kernel.messages import Act, Event
from domain.kernel.money import ZERO, Money
from domain.procedures.deferral.commands import Condition, Request

_HOW: Final = {
    "objection": "Uitstel gevraagd met het bezwaarschrift",
    "email": "Uitstel gevraagd per e-mail",
    "post": "Uitstel gevraagd per post",
    "phone": "Uitstel gevraagd per telefoon",
    "college": "Verzoek om uitstel heropend door het college",
    "proposal": "Uitstel voor de boete voorgelegd",
}


class _OnRequest(Event):
    """An event about one request for `tax` and `fine` euro."""

    request: Request
    tax: Money = ZERO
    fine: Money = ZERO

    @property
    def amount(self) -> Money:
        return self.tax + self.fine


class DeferralNotAsked(_OnRequest):
    """An objection or appeal that gives no deferral by itself: collection goes on, and why."""

    type: ClassVar = "deferral.not_asked.v1"
    says: ClassVar = "Geen uitstel: {why}"

    why: str


class DeferralAsked(_OnRequest, DeferralChanged):
    """There is a request (or, for a fine, a proposal) to decide on; `held`: measures wait meanwhile."""

    type: ClassVar = "deferral.asked.v1"
    says: ClassVar = "{how} op {asked_on} voor {amount}."

    channel: Literal["objection", "email", "post", "phone", "college", "proposal"]
    asked_on: date
    held: bool
    tracks: tuple[str, ...]
    warn_on: date
    decide_by: date

    @property
    def how(self) -> str:
        """How it was asked."""
        return _HOW[self.channel]


class DeferralDecisionNear(Event):
    """Alarm: the office's term to decide is about to end. Silence does not grant."""

    type: ClassVar = "deferral.decision_near.v1"
    says: ClassVar = "Waarschuwing: beslis op het verzoek om uitstel, uiterlijk op {decide_by}."
    norms: tuple[str, ...] = ("VEERE-4.9.1-b",)

    decide_by: date


class DeferralGranted(Act, DeferralChanged):
    """The decision letter: this part waits, under conditions."""

    type: ClassVar = "deferral.granted.v1"
    says: ClassVar = "Uitstel verleend voor {deferred}{until_in_dutch}{conditions_in_dutch}."
    title: ClassVar = "beschikking uitstel van betaling"

    request: Request
    tracks: tuple[str, ...]
    deferred: Money
    paid_before: Money = Field(ZERO, description="paid on the debt before the grant: it keeps no condition")
    until: date | None
    conditions: tuple[Condition, ...]
    other_conditions: tuple[str, ...]

    @property
    def amount(self) -> Money:
        return self.deferred

    @property
    def until_in_dutch(self) -> str:
        """Until when."""
        return f" tot en met {dutch_date(self.until)}" if self.until else " tot de uitspraak"

    @property
    def conditions_in_dutch(self) -> str:
        """Under which conditions."""
        listed = dutch_list([*(c.dutch for c in self.conditions), *self.other_conditions])
        return f", op voorwaarde: {listed}" if listed else ""


class DeferralRefused(Act, DeferralChanged):
    """The decision letter that refuses; appeal to the College is open."""

    type: ClassVar = "deferral.refused.v1"
    says: ClassVar = "Uitstel geweigerd: {why}"
    title: ClassVar = "afwijzing van uitstel van betaling"

    request: Request
    tracks: tuple[str, ...]
    why: str


class DeferralWithdrawn(Act, DeferralChanged):
    """The decision letter that ends a deferral; appeal to the College is open."""

    type: ClassVar = "deferral.withdrawn.v1"
    says: ClassVar = "Uitstel ingetrokken: {why}"
    title: ClassVar = "intrekking van uitstel van betaling"

    request: Request
    why: str


class DeferralEnded(Act, DeferralChanged):
    """Nobody decided: the ruling is there, or the last day of the deferral is over."""

    type: ClassVar = "deferral.ended.v1"
    says: ClassVar = "{what}: {why}."
    title: ClassVar = "bericht einde uitstel"

    request: Request
    why: str
    ran: bool = Field(True, description="was there a deferral, or a request for it, that ends with this?")

    @property
    def what(self) -> str:
        """What is over: the deferral, or the time in which it could be asked for."""
        return "Uitstel geëindigd" if self.ran else "Uitstel kan niet meer worden gevraagd"


class SecurityRecorded(Event):
    """The security is there: the deferral is no longer conditional on it."""

    type: ClassVar = "deferral.security_recorded.v1"
    says: ClassVar = "Zekerheid ontvangen voor {security}."
    norms: tuple[str, ...] = ("VEERE-4.9.1-c",)

    condition: Condition
    security: Money


class ConditionChecked(Event):
    """The day of a condition is over."""

    type: ClassVar = "deferral.condition_checked.v1"
    says: ClassVar = "Voorwaarde {kept_in_dutch}: {condition_in_dutch}."

    condition: Condition
    kept: bool

    @property
    def kept_in_dutch(self) -> str:
        """Was it kept?"""
        return "nagekomen" if self.kept else "niet nagekomen"

    @property
    def condition_in_dutch(self) -> str:
        """The condition."""
        return self.condition.dutch


class RestructuringReferred(Act):
    """The debtor is told that debt counselling itself asks for the stop of collection (VEERE-4.9.1-a)."""

    type: ClassVar = "deferral.referred_to_restructuring.v1"
    says: ClassVar = "Uitstel gevraagd op {asked_on} wegens schuldhulpverlening: verwezen naar het minnelijke traject."
    norms: tuple[str, ...] = ("VEERE-4.9.1-a", "VEERE-4.9.2-a")
    title: ClassVar = "verwijzing naar schuldhulpverlening"

    asked_on: date
