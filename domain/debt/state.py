"""One debt as it stands: what is open, its payment terms, its open procedures, its questions to officials.

State is frozen and only ever made by `evolve`. It is a set of open procedures, never one linear status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, TypeAdapter

from domain.kernel.messages import Role
from domain.kernel.money import ZERO, Money


class Measure(StrEnum):
    """What the office may do to collect. The order of preference is the rulebook's (VEERE-2-b)."""

    REMINDER = "reminder"
    DEMAND = "demand"
    WRIT = "writ"
    RENEWED_ORDER = "renewed_order"
    DIRECT_DEBIT = "direct_debit"
    SET_OFF = "set_off"
    WAGE_CLAIM = "wage_claim"
    GOVERNMENT_CLAIM = "government_claim"
    PAYMENT_CLAIM = "payment_claim"
    THIRD_PARTY_CLAIM = "third_party_claim"
    ATTACHMENT = "attachment"
    SALE = "sale"

    @property
    def dutch(self) -> str:
        """The measure as officials call it."""
        return _MEASURES[self]


_MEASURES = {
    Measure.REMINDER: "betalingsherinnering",
    Measure.DEMAND: "aanmaning",
    Measure.WRIT: "dwangbevel",
    Measure.RENEWED_ORDER: "hernieuwd bevel tot betaling",
    Measure.DIRECT_DEBIT: "automatische incasso",
    Measure.SET_OFF: "verrekening",
    Measure.WAGE_CLAIM: "loonvordering",
    Measure.GOVERNMENT_CLAIM: "overheidsvordering",
    Measure.PAYMENT_CLAIM: "betalingsvordering",
    Measure.THIRD_PARTY_CLAIM: "vordering op een derde",
    Measure.ATTACHMENT: "beslag",
    Measure.SALE: "verkoop",
}

STEPS = frozenset({Measure.REMINDER, Measure.DEMAND, Measure.WRIT, Measure.RENEWED_ORDER})
LADDER = STEPS | {Measure.DIRECT_DEBIT}
"""What the engine does by itself on its day: the steps for who does not pay, and the debits that were agreed."""

CLAIMS = frozenset({Measure.WAGE_CLAIM, Measure.GOVERNMENT_CLAIM, Measure.PAYMENT_CLAIM, Measure.THIRD_PARTY_CLAIM})
COERCIVE = CLAIMS | {Measure.ATTACHMENT, Measure.SALE}
ALL_MEASURES = frozenset(Measure)


@dataclass(frozen=True, slots=True)
class Balance:
    """Euro by part of the debt, in the order in which payments are booked (VEERE-4-a); the fine comes last."""

    costs: Money = ZERO
    interest: Money = ZERO
    tax: Money = ZERO
    fine: Money = ZERO

    @property
    def total(self) -> Decimal:
        """All parts together."""
        return self.costs + self.interest + self.tax + self.fine

    def __add__(self, other: Balance) -> Balance:
        return Balance(
            self.costs + other.costs, self.interest + other.interest, self.tax + other.tax, self.fine + other.fine
        )

    def __sub__(self, other: Balance) -> Balance:
        return Balance(
            self.costs - other.costs, self.interest - other.interest, self.tax - other.tax, self.fine - other.fine
        )

    def allocate(self, amount: Decimal) -> Balance:
        """How is a payment of `amount` booked? First on costs, then interest, then tax (VEERE-4-a, art. 7 IW)."""
        costs = min(amount, self.costs)
        amount -= costs
        interest = min(amount, self.interest)
        amount -= interest
        tax = min(amount, self.tax)
        amount -= tax
        return Balance(costs, interest, tax, min(amount, self.fine))


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """One part of the assessment with its due date. Each has its own ladder, named `track`.

    `amount` is tax, `fine` the fine on the same notice. A part that is disputed or decided on apart gets a term of
    its own (`PartSplit`), so that the rest is collected beside it.
    """

    track: str
    due: date
    amount: Money
    fine: Money = ZERO


class EarlierStep(BaseModel):
    """A step that was taken before this engine, under the rulebook of its day; it keeps its term (VEERE-6-b)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: Literal["reminder", "demand"]
    dated: date
    last_day: date = Field(description="last day of its term, by the rules of its day")
    under: str = Field("veere-2018", description="rulebook under which the step was taken")
    costs: Money = Field(ZERO, ge=0)
    interest: Money = Field(ZERO, ge=0)


@dataclass(frozen=True, slots=True)
class ExecutionTitle:
    """The served writ on which property of the debtor may be attached, and the renewed order where one was needed."""

    writ_on: date
    served_on: date
    renewed_on: date | None


@dataclass(frozen=True, slots=True)
class Term:
    """What a procedure waits for: until `last_day` (that day included), then the procedure's `end_term`.

    `measure`: what its end would bring; it waits as long as a barrier forbids that measure.
    """

    name: str
    last_day: date
    norms: tuple[str, ...]
    text: str
    track: str = ""
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Barrier:
    """What may not be done, on which norms and until which day (None: until an event lifts it).

    `track`: only for that payment term. `text`: the reason in Dutch. `yields`: an official may make an exception to
    it (VEERE-4.9.1-e).
    """

    measures: frozenset[Measure]
    norms: tuple[str, ...]
    text: str
    until: date | None = None
    track: str | None = None
    yields: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A task: a decision that an official takes. `answers`: the commands that answer it. `asked_of`: in which role.

    `must_decide`: somebody waits for a decision, so a plain no does not close it; it can only be put off.
    `outlives_debt`: it is still to be answered when the debt is settled.
    """

    task: str
    kind: str
    question: str
    norms: tuple[str, ...]
    answers: tuple[str, ...]
    opened_on: date
    track: str = ""
    deadline: date | None = None
    ask_again_on: date | None = None
    asked_of: Role = Role.COLLECTION_OFFICER
    must_decide: bool = False
    outlives_debt: bool = False


STATES: dict[str, TypeAdapter[Any]] = {}
"""Adapters of the procedures' states by procedure name, filled where procedures are declared."""


def _dump(state: Any) -> Any:
    return {"procedure": state.procedure, **STATES[state.procedure].dump_python(state, mode="json")}


def _load(raw: Any) -> Any:
    if not isinstance(raw, dict):
        return raw
    fields = dict(raw)
    return STATES[fields.pop("procedure")].validate_python(fields)


ProcedureState = Annotated[Any, PlainValidator(_load), PlainSerializer(_dump)]
"""The state of one open procedure: a frozen dataclass with a class attribute `procedure`, its procedure's name."""


@dataclass(frozen=True)
class Debt:
    """One debt. Amounts in euro. `version`: number of events so far. `letters`: number of letters so far.

    `procedures`: those that are open. `past`: what is kept of those that are over, for the rules that ask for it.
    `excepted`: by procedure, the measures that an official lets go on against its barriers (VEERE-4.9.1-e).
    """

    debt: str
    debtor: str
    tax: str
    tax_year: int
    rulebook: str
    dated: date
    assessed: Balance
    terms: tuple[PaymentTerm, ...]
    open: Balance
    paid: Money = ZERO
    surplus: Money = ZERO
    costs_by_track: Mapping[str, Money] = field(default_factory=dict)
    procedures: Mapping[str, ProcedureState] = field(default_factory=dict)
    past: Mapping[str, ProcedureState] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    titles: Mapping[str, ExecutionTitle] = field(default_factory=dict)
    excepted: Mapping[str, frozenset[Measure]] = field(default_factory=dict)
    arose_on: date | None = None
    recent: tuple[str, ...] = ()
    last_act_on: date | None = None
    tariff_unconfirmed: bool = False
    last_booked_on: date | None = None
    closed_on: date | None = None
    letters: int = 0
    version: int = 0

    @property
    def last_due(self) -> date:
        """The last of its due dates."""
        return self.terms[-1].due

    def known(self, procedure: str) -> ProcedureState | None:
        """The procedure under this key, open or over; None: there never was one, or nothing of it is kept."""
        return self.procedures.get(procedure) or self.past.get(procedure)

    def open_of(self, track: str) -> Balance:
        """What is open of one payment term? Payments fill the first term first; a term bears its own costs.

        Interest comes with the last term.
        """
        if len(self.terms) == 1 and self.costs_by_track.keys() <= {track} == {self.terms[0].track}:
            return self.open
        tax = _unfilled({t.track: t.amount for t in self.terms}, self.assessed.tax - self.open.tax)
        fine = _unfilled({t.track: t.fine for t in self.terms}, self.assessed.fine - self.open.fine)
        booked = sum(self.costs_by_track.values(), ZERO)
        costs = _unfilled(self.costs_by_track, booked - self.open.costs)
        last = track == self.terms[-1].track
        return Balance(
            costs.get(track, ZERO),
            self.open.interest if last else ZERO,
            tax.get(track, ZERO),
            fine.get(track, ZERO),
        )


def _unfilled(parts: Mapping[str, Decimal], filled: Decimal) -> dict[str, Decimal]:
    rest = {}
    for name, amount in parts.items():
        taken = min(amount, max(filled, ZERO))
        rest[name] = amount - taken
        filled -= taken
    return rest


class HasProcedures(Protocol):
    """What a debt and a debtor have in common: open procedures, and questions to officials."""

    @property
    def procedures(self) -> Mapping[str, ProcedureState]:
        """The open procedures by key."""
        ...

    @property
    def questions(self) -> Mapping[str, Question]:
        """The open questions by task."""
        ...


DEBT = TypeAdapter(Debt)
"""Reads and writes a whole debt as JSON."""
