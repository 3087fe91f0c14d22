"""What can have happened to a request for an arrangement, and to the arrangement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from domain.debt.events import DeferralStopped, HoldChanged
from domain.debt.letters import Instalment
from domain.kernel.messages import Act, Event
from domain.kernel.money import ZERO, Money
from domain.procedures.arrangement.commands import Condition
from domain.procedures.arrangement.schedule import sum_of

# -- the request --------------------------------------------------------------------------------------------------


class ArrangementRequested(HoldChanged):
    """A request for an arrangement came in; collection waits for its decision where `holds`."""

    type: ClassVar = "arrangement.requested.v1"
    says: ClassVar = "{what} van {received_on} om een betalingsregeling."
    norms: tuple[str, ...] = ("VEERE-4.9.5-b",)

    received_on: date
    channel: str
    monthly: Money | None = None
    months: int | None = None
    until: date | None = None
    repeated: bool
    holds: bool
    warn_on: date | None = None
    decide_by: date | None = None

    @property
    def what(self) -> str:
        """A first or a repeated request."""
        return "Herhaald verzoek" if self.repeated else "Verzoek"


class DataAsked(Act):
    """The debtor is asked for financial data."""

    type: ClassVar = "arrangement.data_asked.v1"
    says: ClassVar = "Financiële gegevens gevraagd, te geven tot en met {until}."
    title: ClassVar = "verzoek om financiële gegevens"

    until: date


class DataSupplied(Event):
    """The data came in."""

    type: ClassVar = "arrangement.data_supplied.v1"
    says: ClassVar = "Financiële gegevens ontvangen op {received_on}."
    norms: tuple[str, ...] = ("VEERE-4.9.6-h",)

    received_on: date


class DataOverdue(Act):
    """The data did not come in time: the officer is asked."""

    type: ClassVar = "arrangement.data_overdue.v1"
    says: ClassVar = "Financiële gegevens niet ontvangen binnen de termijn."
    title: ClassVar = "termijn voor gegevens verstreken"
    norms: tuple[str, ...] = ("VEERE-4.9.6-h",)


class CapacityComputed(Event):
    """The payment capacity, in euro a month. `least`: lowest instalment that it allows; None for a legal entity."""

    type: ClassVar = "arrangement.capacity_computed.v1"
    says: ClassVar = "Betalingscapaciteit: {capacity} per maand{least_in_dutch}.{warning}"

    net_disposable_income: Money | None
    living_costs: Money | None
    source: str
    confirmed: bool
    capacity: Money
    least: Money | None
    percent: int

    @property
    def least_in_dutch(self) -> str:
        """What is at least claimed of it."""
        return "" if self.least is None else f", waarvan ten minste {self.percent}% wordt gevraagd"

    @property
    def warning(self) -> str:
        """Is the norm amount sure?"""
        return "" if self.confirmed else " Let op: het normbedrag voor levensonderhoud is niet bevestigd."

    @property
    def amount(self) -> Money:
        return self.capacity


class RequestGranted(Event):
    """The officer granted the request, for the circumstances that the file holds."""

    type: ClassVar = "arrangement.request_granted.v1"
    says: ClassVar = "Verzoek om betalingsregeling toegewezen.{longer}"

    circumstances: str
    special_circumstances: str

    @property
    def longer(self) -> str:
        """Was a longer term allowed?"""
        return " Langere looptijd wegens bijzondere omstandigheden." if self.special_circumstances else ""


class ArrangementRefused(Act):
    """The request is refused by decision letter."""

    type: ClassVar = "arrangement.refused.v1"
    says: ClassVar = "Betalingsregeling afgewezen{because}."
    title: ClassVar = "afwijzing van de betalingsregeling"

    circumstances: str
    structural: bool
    why: str

    @property
    def because(self) -> str:
        """The ground, where it is the text's own."""
        return ": de betalingsproblemen zijn structureel" if self.structural else ""


class RepeatForwarded(Act):
    """The debtor hears that the College will decide on the repeated request."""

    type: ClassVar = "arrangement.repeat_forwarded.v1"
    says: ClassVar = "Geen gunstiger besluit mogelijk op het herhaalde verzoek; belastingschuldige geïnformeerd."
    title: ClassVar = "bericht over doorsturen aan het college"

    received_on: date


class RequestReopened(HoldChanged):
    """The College granted the appeal: the officer decides again, in its sense."""

    type: ClassVar = "arrangement.request_reopened.v1"
    says: ClassVar = "Verzoek om betalingsregeling heropend na beroep bij het college."
    norms: tuple[str, ...] = ("VEERE-4.10.5-f",)

    warn_on: date | None = None
    decide_by: date | None = None


class RequestDecisionNear(Event):
    """Alarm: the office's term to decide is about to end. Silence does not grant."""

    type: ClassVar = "arrangement.decision_near.v1"
    says: ClassVar = "Waarschuwing: beslis op het verzoek om een betalingsregeling, uiterlijk op {decide_by}."
    norms: tuple[str, ...] = ("VEERE-4.9.1-b",)

    decide_by: date


class RequestLapsed(Event):
    """The debt was settled, or arranged by the external bailiff, before the request was decided."""

    type: ClassVar = "arrangement.request_lapsed.v1"
    says: ClassVar = "Verzoek om betalingsregeling vervallen: {why}."
    norms: tuple[str, ...] = ("VEERE-4.9.5-b",)

    why: str = "de schuld is voldaan"


class HandedOver(Event):
    """Collection went to the external bailiff's office."""

    type: ClassVar = "collection.handed_over.v1"
    says: ClassVar = "Invordering overgedragen aan de externe deurwaarder."
    norms: tuple[str, ...] = ("VEERE-4.9.6-f",)


# -- the arrangement ----------------------------------------------------------------------------------------------


class ArrangementGranted(Act, HoldChanged):
    """The arrangement starts: a schedule of instalments for these parts of the debt."""

    type: ClassVar = "arrangement.granted.v1"
    says: ClassVar = "{what} in {number} termijn(en), samen {amount}, de laatste op {last_on}.{warning}"
    title: ClassVar = "betalingsregeling"

    instalments: tuple[Instalment, ...]
    tracks: tuple[str, ...]
    paid_before: Money
    conditions: tuple[Condition, ...] = ()
    renewed: bool = False
    external: bool = False
    next_assessment_on: date | None = None

    @property
    def what(self) -> str:
        """Which arrangement it is."""
        by = " van de externe deurwaarder" if self.external else ""
        return f"{'Nieuwe betalingsregeling' if self.renewed else 'Betalingsregeling'}{by}"

    @property
    def number(self) -> int:
        """How many instalments."""
        return len(self.instalments)

    @property
    def last_on(self) -> date:
        """Day of the last instalment."""
        return self.instalments[-1].due_on

    @property
    def warning(self) -> str:
        """Does it run past the next assessment? VEERE-4.9.6-a."""
        late = self.next_assessment_on is not None and self.last_on >= self.next_assessment_on
        return " Let op: de regeling loopt door nadat de volgende aanslag wordt verwacht." if late else ""

    @property
    def amount(self) -> Decimal:
        return sum_of(self.instalments)


class InstalmentMissed(Act):
    """An instalment was not fully paid on its date; `short` is what is lacking."""

    type: ClassVar = "arrangement.instalment_missed.v1"
    says: ClassVar = "Termijn van {due_on} niet volledig betaald: {short} te weinig."
    title: ClassVar = "bericht over een gemiste termijn"

    due_on: date
    short: Money

    @property
    def amount(self) -> Money:
        return self.short


class SetOffDecided(Act):
    """A refund is set off on the debt; the schedule gets shorter from its end."""

    type: ClassVar = "arrangement.set_off.v1"
    says: ClassVar = "Teruggaaf verrekend voor {taken}; {left} blijft open in {number} termijn(en)."
    title: ClassVar = "verrekening van een teruggaaf"

    taken: Money
    left: Money
    number: int

    @property
    def amount(self) -> Money:
        return self.taken


class ArrangementPaused(Event):
    """A regime of the debtor or a deferral suspends the arrangement."""

    type: ClassVar = "arrangement.paused.v1"
    says: ClassVar = "Betalingsregeling geschorst vanaf {since}."

    regime: str
    since: date


class PartDeferred(Event):
    """Of what the arrangement covers these parts are deferred on another ground: its instalments leave them out."""

    type: ClassVar = "arrangement.part_deferred.v1"
    says: ClassVar = "Betalingsregeling: {what}."

    tracks: tuple[str, ...]

    @property
    def what(self) -> str:
        """What the instalments ask now."""
        return "wat is uitgesteld, wordt nu niet gevraagd" if self.tracks else "het uitstel van een deel is voorbij"


class PauseEnded(Event):
    """One of several regimes that suspend the arrangement ended."""

    type: ClassVar = "arrangement.pause_ended.v1"
    says: ClassVar = "Een van de redenen voor schorsing van de betalingsregeling is vervallen."

    regime: str


class ArrangementResumed(Act):
    """The pause is over: the dates that it stopped move by its length."""

    type: ClassVar = "arrangement.resumed.v1"
    says: ClassVar = "Betalingsregeling gaat verder; de data schuiven {days} dagen op, de laatste is nu {last_on}."
    title: ClassVar = "nieuwe data van de betalingsregeling"

    days: int
    instalments: tuple[Instalment, ...]

    @property
    def last_on(self) -> date:
        """Day of the last instalment."""
        return self.instalments[-1].due_on


Ground = Literal[
    "missed_instalments",
    "not_paid_in_time",
    "overdue_assessment",
    "conditions_not_kept",
    "wrong_data",
    "reason_gone",
    "restructuring",
    "bankruptcy",
]

GROUNDS: dict[Ground, str] = {
    "missed_instalments": "twee termijnen niet betaald",
    "not_paid_in_time": "na de laatste termijn stond nog een bedrag open",
    "overdue_assessment": "een andere aanslag is niet op tijd betaald",
    "conditions_not_kept": "voorwaarden niet nagekomen",
    "wrong_data": "onjuiste gegevens verstrekt",
    "reason_gone": "de reden is vervallen",
    "restructuring": "toegelaten tot een schuldsaneringsregeling",
    "bankruptcy": "de aanslag valt in het faillissement",
}


class ArrangementEnded(Act, HoldChanged):
    """The arrangement ends before all was paid."""

    type: ClassVar = "arrangement.ended.v1"
    says: ClassVar = "Betalingsregeling beëindigd: {ground_in_dutch}."
    title: ClassVar = "beëindiging van de betalingsregeling"

    ground: Ground
    finding: str = ""

    @property
    def ground_in_dutch(self) -> str:
        """Why it ends, for officials."""
        return GROUNDS[self.ground]


class ArrangementCompleted(Event):
    """All that the arrangement covers is paid."""

    type: ClassVar = "arrangement.completed.v1"
    says: ClassVar = "Betalingsregeling volledig betaald."
    norms: tuple[str, ...] = ("VEERE-4.9.5-b",)

    @property
    def amount(self) -> Money:
        return ZERO


def stopped(why: Literal["refused", "withdrawn"], tracks: tuple[str, ...], on: date) -> DeferralStopped:
    """The refusal or end of an arrangement is one of a deferral: 14 days, and appeal to the College."""
    return DeferralStopped(
        on=on,
        norms=("VEERE-4.10.4-a", "VEERE-4.10.5-a"),
        why=why,
        request="arrangement",
        tracks=tracks,
        decided_on=on,
        appealable=True,
    )
