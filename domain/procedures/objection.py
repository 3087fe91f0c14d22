"""Bezwaar: does somebody object to the assessment, and what does the levying officer rule?

Objections are the levying officer's to decide, not the collection officer's (VEERE-1.6-b): the engine forwards them
and waits for the ruling as an event from outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from domain.debt.events import AssessmentReduced, QuestionAsked
from domain.debt.facts import Context
from domain.debt.procedure import Procedure
from domain.debt.state import Debt, Question
from domain.kernel.messages import Command, DebtId, Event, OfficialCommand, Outcome, Refusal, Role
from domain.kernel.money import Amount, Money

# -- commands -----------------------------------------------------------------------------------------------------


class FileObjection(Command):
    """An objection to the assessment came in."""

    title: ClassVar = "Bezwaar registreren"

    command: Literal["file_objection"] = "file_objection"
    debt: DebtId
    received_on: date
    reasoned: bool = True
    disputed: Amount | None = Field(None, description="euro of the assessment that is disputed; empty: all of it")


class RuleOnObjection(OfficialCommand):
    """The levying officer rules on the objection."""

    roles: ClassVar = frozenset({Role.LEVYING_OFFICER})
    role_norms: ClassVar = ("VEERE-1.6-b",)
    title: ClassVar = "Uitspraak op bezwaar"

    command: Literal["rule_on_objection"] = "rule_on_objection"
    debt: DebtId
    ruled_on: date
    ruling: Literal["upheld", "partly_upheld", "rejected"]
    new_amount: Money | None = Field(None, ge=0, description="tax in euro after the ruling, unless rejected")

    @model_validator(mode="after")
    def _amount_with_ruling(self) -> RuleOnObjection:
        if (self.new_amount is None) != (self.ruling == "rejected"):
            raise ValueError("new_amount: given exactly when the objection is (partly) upheld")
        return self


# -- events -------------------------------------------------------------------------------------------------------


class ObjectionForwarded(Event):
    """The objection goes to the levying officer."""

    type: ClassVar = "objection.forwarded.v1"
    says: ClassVar = "Bezwaar van {received_on} doorgezonden aan de heffingsambtenaar."
    norms: tuple[str, ...] = ("VEERE-1.6-b",)

    received_on: date
    reasoned: bool
    disputed: Money

    @property
    def amount(self) -> Money:
        return self.disputed


class ObjectionRuled(Event):
    """The levying officer ruled."""

    type: ClassVar = "objection.ruled.v1"
    says: ClassVar = "Uitspraak op bezwaar van {ruled_on}: {ruling_in_dutch}."
    norms: tuple[str, ...] = ("VEERE-1.6-b",)

    ruled_on: date
    ruling: Literal["upheld", "partly_upheld", "rejected"]

    @property
    def ruling_in_dutch(self) -> str:
        """The ruling in Dutch."""
        return {"upheld": "gegrond", "partly_upheld": "deels gegrond", "rejected": "ongegrond"}[self.ruling]


# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection that waits for its ruling."""

    procedure: ClassVar[str] = "objection"

    received_on: date
    reasoned: bool
    disputed: Money


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """Is the objection forwarded, and does its ruling change the assessment? VEERE-1.6-b."""
    objection = debt.procedures.get("objection")
    match command:
        case FileObjection():
            if objection is not None:
                return Refusal("objection_open", "Er loopt al een bezwaar tegen deze aanslag.", ("VEERE-1.6-b",))
            disputed = min(command.disputed or debt.assessed.tax, debt.assessed.tax)
            question = Question(
                task="rule_on_objection",
                kind="rule_on_objection",
                question=f"Bezwaar tegen aanslag {debt.debt}: uitspraak van de heffingsambtenaar?",
                norms=("VEERE-1.6-b",),
                answers=("rule_on_objection",),
                opened_on=ctx.today,
                asked_of=Role.LEVYING_OFFICER,
            )
            return [
                ObjectionForwarded(
                    on=ctx.today, received_on=command.received_on, reasoned=command.reasoned, disputed=disputed
                ),
                QuestionAsked(on=ctx.today, norms=question.norms, question=question),
            ]
        case RuleOnObjection():
            if objection is None:
                return Refusal("no_objection", "Er loopt geen bezwaar tegen deze aanslag.", ("VEERE-1.6-b",))
            ruled = ObjectionRuled(on=ctx.today, ruled_on=command.ruled_on, ruling=command.ruling)
            if command.new_amount is None or command.new_amount >= debt.assessed.tax:
                return [ruled]
            less = debt.assessed.tax - command.new_amount
            return [
                ruled,
                AssessmentReduced(on=ctx.today, norms=("VEERE-1.6-b",), less=less, still_open=min(less, debt.open.tax)),
            ]
        case _:
            raise TypeError(f"objection does not decide {type(command).__name__}")


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(objection: Objection | None, event: Event) -> Objection | None:
    """Is there an objection that waits?"""
    if isinstance(event, ObjectionForwarded):
        return Objection(event.received_on, event.reasoned, event.disputed)
    return None


PROCEDURE = Procedure(
    name="objection",
    title="Bezwaar",
    state=Objection,
    commands=(FileObjection, RuleOnObjection),
    events=(ObjectionForwarded, ObjectionRuled),
    decide=decide,
    evolve=evolve,
    outlives_debt=True,
)
