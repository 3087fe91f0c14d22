"""A regulation as dated data: terms, tariffs, settings and the readings taken where the text is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.kernel.calendar import Calendar, TermRule
from domain.kernel.money import Money, cents

Cost = Literal["demand", "writ", "other_writ_served", "attachment_report"]
Household = Literal["single", "single_parent", "couple"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DemandTariff(_Data):
    """Kostenwet art. 2: euro for a claimed sum below 454 euro, and from 454 euro."""

    below_454: Money
    from_454: Money


class WritTariff(_Data):
    """Kostenwet art. 3(1): `base`, and `step` for every whole `per` euro by which the claimed sum exceeds `above`."""

    base: Money
    max: Money
    step: Money | None = None
    per: Money | None = None
    above: Money | None = None


class TariffTable(_Data):
    """The tariffs of the Kostenwet from `valid_from` on. A missing figure is unknown, never zero."""

    valid_from: date
    source: str
    confirmed: bool
    demand: DemandTariff | None = None
    writ: WritTariff | None = None
    other_writ_served: Money | None = None
    receipt: Money | None = None
    attachment_report: Money | None = None
    sale_and_report: Money | None = None
    posters: Money | None = None


class Tariff(NamedTuple):
    """An amount in euro from a dated table, where it comes from, and whether the office confirmed it."""

    amount: Decimal
    confirmed: bool
    source: str


class Figure(_Data):
    """A number that the text gives and that is neither a term nor money: a percentage, a count."""

    value: Annotated[int, Field(ge=0)]
    norms: tuple[str, ...]
    source: str = ""


class LivingCosts(_Data):
    """Norm amounts for living costs in euro a month, by kind of household, from `valid_from` on."""

    valid_from: date
    source: str
    confirmed: bool
    monthly: Mapping[Household, Money]


class TaxKind(_Data):
    """A kind of tax: its Dutch name and what differs by kind."""

    label: str
    direct_debits: Annotated[int, Field(ge=1)]
    direct_debit_norm: str
    deferral_on_objection: bool = True
    woz: bool = Field(False, description="its amount rests on a WOZ value")


class Contact(_Data):
    """Where debtors reach the office."""

    email: str
    post: str
    phone: str


class Channel(_Data):
    """A way of paying: which date is the day of payment (VEERE-4.3)."""

    label: str
    counts: Literal["value_date", "paid_on"]
    norms: tuple[str, ...]


class Reading(_Data):
    """The reading taken where the text is open or contradicts itself: a switch with its options."""

    norms: tuple[str, ...]
    question: str
    choice: str | int
    options: tuple[str | int, ...] = ()
    why: str

    @model_validator(mode="after")
    def _known_choice(self) -> Reading:
        if self.options and self.choice not in self.options:
            raise ValueError(f"choice: {self.choice!r} is not one of {', '.join(map(repr, self.options))}")
        return self


class Rulebook(_Data):
    """One version of one regulation. A debt is pinned to `id`; acts outside `valid_from`-`valid_until` are refused."""

    id: str
    version: str
    title: str
    regulation: str
    short: str
    valid_from: date
    valid_until: date | None = None
    text_known: bool = True
    calendar: Calendar
    release_hour: Annotated[int, Field(ge=0, le=23)]
    strict_tariffs: bool = False
    terms: Mapping[str, TermRule]
    taxes: Mapping[str, TaxKind]
    channels: Mapping[str, Channel]
    contact: Contact | None = None
    readings: Mapping[str, Reading]
    preference: tuple[str, ...]
    tariffs: tuple[TariffTable, ...] = ()
    figures: Mapping[str, Figure] = Field(default_factory=dict)
    living_costs: tuple[LivingCosts, ...] = ()
    norms: Mapping[str, str] = Field(default_factory=dict, description="where this rulebook departs in norm ids")

    @cached_property
    def _tables(self) -> tuple[TariffTable, ...]:
        return tuple(sorted(self.tariffs, key=lambda t: t.valid_from, reverse=True))

    def reading(self, name: str) -> str | int:
        """The choice taken for the reading `name`. KeyError for a reading that the rulebook does not hold."""
        return self.readings[name].choice

    def figure(self, name: str) -> int:
        """The number `name`. KeyError for a figure that the rulebook does not hold."""
        return self.figures[name].value

    def living_cost(self, household: Household, day: date) -> Tariff | None:
        """The norm amount in euro a month for this household on `day`, None when no figure is known. VEERE-4.9.6-j."""
        tables = [t for t in self.living_costs if t.valid_from <= day]
        table = max(tables, key=lambda t: t.valid_from, default=None)
        if table is None or household not in table.monthly or (self.strict_tariffs and not table.confirmed):
            return None
        return Tariff(table.monthly[household], table.confirmed, table.source)

    def last_day(self, term: str, start: date) -> date:
        """Until which day does the term `term` run that starts on `start`?"""
        return self.terms[term].last_day(start, self.calendar)

    def warning_day(self, last_day: date) -> date:
        """On which day is the official warned whose decision is due on `last_day`?"""
        return last_day - (self.last_day("decision_warning", last_day) - last_day)

    def in_force(self, day: date) -> bool:
        """Does this version apply to acts dated `day` (VEERE-6-a)?"""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def tariff(self, cost: Cost, day: date, claimed_sum: Decimal) -> Tariff | None:
        """What does `cost` come to on `day` for this claimed sum in euro? None when no figure is known.

        VEERE-1.5-b: the Kostenwet in force on the day of the measure; VEERE-1.6-d: by the tax alone. A rulebook with
        `strict_tariffs` takes no unconfirmed figure.
        """
        table = next((t for t in self._tables if t.valid_from <= day), None)
        if table is None or (self.strict_tariffs and not table.confirmed):
            return None
        amount = _amount(table, cost, claimed_sum)
        return None if amount is None else Tariff(amount, table.confirmed, table.source)


def _amount(table: TariffTable, cost: Cost, claimed_sum: Decimal) -> Decimal | None:
    match cost:
        case "demand":
            demand = table.demand
            return None if demand is None else demand.below_454 if claimed_sum < 454 else demand.from_454
        case "writ":
            writ = table.writ
            if writ is None or writ.step is None or writ.per is None or writ.above is None:
                return None
            steps = max(0, int((claimed_sum - writ.above) // writ.per))
            return min(cents(writ.base + steps * writ.step), writ.max)
        case "other_writ_served":
            return table.other_writ_served
        case "attachment_report":
            return table.attachment_report
