"""What goes in and comes out of the core: commands, events, refusals, postings.

A command is an order or a report in the imperative; an event is what was decided, in the past tense, stored under
a versioned name (`demand.issued.v1`), never changed. A refusal is a typed answer, recorded too; an exception is only
ever a bug.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from string import Formatter
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from domain.debt.letters import LetterContent
from domain.kernel.dutch import dutch_date, dutch_euro
from domain.kernel.money import ZERO, Money

DebtId = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,39}$", description="assessment number")]
DebtorId = Annotated[
    str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,39}$", description="the office's number of the debtor, never a BSN")
]


class Role(StrEnum):
    """In whose name a command is given (VEERE-1.6-a to 1.6-e)."""

    ENGINE = "engine"
    LEVYING_OFFICER = "levying_officer"
    COLLECTION_OFFICER = "collection_officer"
    TAX_BAILIFF = "tax_bailiff"
    EXTERNAL_BAILIFF = "external_bailiff"
    COLLEGE = "college"
    DEBTOR = "debtor"

    @property
    def dutch(self) -> str:
        """The role as officials write it."""
        return _ROLES[self]


_ROLES = {
    Role.ENGINE: "het systeem",
    Role.LEVYING_OFFICER: "de heffingsambtenaar",
    Role.COLLECTION_OFFICER: "de invorderingsambtenaar",
    Role.TAX_BAILIFF: "de belastingdeurwaarder",
    Role.EXTERNAL_BAILIFF: "de externe deurwaarder",
    Role.COLLEGE: "het college van B&W",
    Role.DEBTOR: "de belastingschuldige",
}

OFFICER = frozenset({Role.COLLECTION_OFFICER, Role.ENGINE})
"""Acts of the collection officer, or of the engine in that officer's name (VEERE-1.6-c)."""


class Command(BaseModel):
    """One order or report. `id` is the sender's key: the same id is decided once, however often it arrives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str
    id: str = Field("", max_length=200, description="the sender's key; made by the tool when empty")
    by: str = Field("", max_length=100, description="staff number or system that gives the command; no name")
    role: Role = Role.ENGINE

    roles: ClassVar[frozenset[Role]] = frozenset(Role)
    role_norms: ClassVar[tuple[str, ...]] = ("VEERE-1.6-c",)
    knows_other_debts: ClassVar[bool] = False
    """Its decision needs to know what else the debtor has open."""
    whole_day: ClassVar[bool] = False
    """Its legal date counts from the start of that day: what the office did on that day came after it."""
    title: ClassVar[str] = ""
    """What it says, in Dutch, for officials."""

    @property
    def effective_on(self) -> date | None:
        """The legal date of the fact that it brings, where that may lie before the day on which it arrives."""
        return None


class OfficialCommand(Command):
    """A decision of an official: who, in which role and why."""

    by: str = Field(min_length=1, max_length=100, description="staff number of the official; no name")
    role: Role
    reason: str = Field("", max_length=2000)

    answers_about: ClassVar[str] = ""
    """The field that names which of several questions of one kind it answers; empty: it answers them all."""


class Posting(NamedTuple):
    """One balanced move of `amount` euro from the credit to the debit account."""

    debit: str
    credit: str
    amount: Money


class Event(BaseModel):
    """Something that was decided on `on` (legal date), resting on `norms`.

    `says` is its Dutch sentence, a format string over the event's own fields. `track` names the payment term that it
    is about, where the assessment has several; `instance` the procedure, where a debt can have several of one kind.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: date
    norms: tuple[str, ...] = ()
    track: str = ""
    instance: str = ""

    type: ClassVar[str]
    says: ClassVar[str]

    @property
    def amount(self) -> Money:
        """The euro that the event is about, for the timeline."""
        return ZERO

    @property
    def text(self) -> str:
        """The event in one Dutch sentence."""
        return "".join([text + _written(getattr(self, name)) if name else text for text, name in _parts(self.says)])

    def postings(self) -> Iterable[Posting]:
        """The moves of money that the event books."""
        return ()


class Act(Event):
    """A step of the office: it may cost, send a letter, and be withdrawn when a late fact shows it unlawful."""

    costs: Money = ZERO
    tariff: str = Field("", description="source of the cost tariff")
    tariff_confirmed: bool = True
    letter: LetterContent | None = None
    letter_key: str = ""
    channel: Literal["post", "message_box"] = "post"
    addressee: str = Field("", description="the office's number of whom the letter goes to; empty: by its recipient")

    title: ClassVar[str]
    immediate: ClassVar[bool] = False
    """The letter leaves at once, not at the day's release moment."""

    @property
    def amount(self) -> Money:
        return self.costs

    @property
    def text(self) -> str:
        warning = "" if self.tariff_confirmed else " Let op: het tarief is niet bevestigd."
        return super().text + warning

    def postings(self) -> Iterable[Posting]:
        if self.costs:
            yield Posting("receivable:costs", "revenue:costs", self.costs)


@cache
def _parts(says: str) -> tuple[tuple[str, str], ...]:
    """The literal texts of a sentence, each with the field that comes after it (empty: none)."""
    return tuple((literal, field or "") for literal, field, _, _ in Formatter().parse(says))


def _written(value: object) -> str:
    if isinstance(value, date):
        return dutch_date(value)
    return dutch_euro(value) if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command is not carried out: code, norms, until when, and the reason in Dutch."""

    code: str
    text: str
    norms: tuple[str, ...] = ()
    until: date | None = None


Outcome = list[Event] | Refusal
