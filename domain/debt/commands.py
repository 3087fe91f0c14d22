"""What can be said to a debt as such: that it exists, that money came in, that a term ended, that a question waits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field, model_validator

from domain.debt.state import EarlierStep
from domain.kernel.messages import OFFICER, Command, DebtId, DebtorId, OfficialCommand, Role
from domain.kernel.money import CENT, ZERO, Amount, Money

Channel = Literal["bank", "ideal", "direct_debit", "card", "bailiff", "desk", "internal"]

PAID_ELSEWHERE = frozenset({"card", "bailiff", "desk"})
"""Ways of paying whose legal date is the day of paying, not that of the credit (VEERE-4.3-b to VEERE-4.3-d)."""


class FixAssessment(Command):
    """The levying officer fixes an assessment: the debt begins (VEERE-2.1-a)."""

    roles: ClassVar = frozenset({Role.LEVYING_OFFICER, Role.ENGINE})
    role_norms: ClassVar = ("VEERE-1.6-b",)
    title: ClassVar = "Aanslag vaststellen"

    command: Literal["fix_assessment"] = "fix_assessment"
    debt: DebtId
    debtor: DebtorId
    tax: str = Field(min_length=1, max_length=40, description="kind of tax, as in the rulebook")
    tax_year: int = Field(0, ge=0, le=2200, description="0: the year of `dated`")
    amount: Amount
    fine: Money = Field(ZERO, ge=0, description="fine on the same notice")
    dated: date
    due: tuple[date, ...] = Field(
        min_length=1, max_length=12, description="on which dates the money must be on the account; equal parts"
    )
    arose_on: date | None = Field(None, description="day on which the tax arose; empty: `dated`")
    rulebook: str = "veere-2026"
    notice_sent_on: date | None = Field(None, description="the notice was already sent, by another system")
    earlier_step: EarlierStep | None = Field(
        None, description="how far collection had come before this engine, for the first due date"
    )

    @model_validator(mode="after")
    def _dates_in_order(self) -> FixAssessment:
        if list(self.due) != sorted(set(self.due)):
            raise ValueError("due: dates must rise and differ")
        if self.due[0] < self.dated:
            raise ValueError(f"due: {self.due[0]} lies before dated {self.dated}")
        if (earlier := self.earlier_step) is not None:
            if not self.due[0] < earlier.dated <= earlier.last_day:
                raise ValueError(f"earlier_step: dated {earlier.dated} must lie after the due date {self.due[0]}")
            if self.notice_sent_on is None:
                raise ValueError("earlier_step: asks notice_sent_on, as no step comes before its notice")
        if self.amount < len(self.due) * CENT:
            raise ValueError(f"amount: {self.amount} cannot be paid in {len(self.due)} parts of a cent or more")
        return self


class RegisterPayment(Command):
    """Money came in for this debt, from whomever (VEERE-4.1-b). Its legal date depends on the channel (VEERE-4.3)."""

    title: ClassVar = "Betaling boeken"

    command: Literal["register_payment"] = "register_payment"
    debt: DebtId
    amount: Amount
    value_date: date = Field(description="day of the credit on the municipality's account")
    channel: Channel = "bank"
    paid_on: date | None = Field(
        None,
        description="day of the card transaction, of payment at the desk or to the bailiff; an order date otherwise",
    )

    @model_validator(mode="after")
    def _has_its_day(self) -> RegisterPayment:
        if self.paid_on is None and self.channel in PAID_ELSEWHERE:
            raise ValueError(f"paid_on: a payment by {self.channel} counts on the day of paying: give it")
        if self.paid_on is not None and self.paid_on > self.value_date:
            raise ValueError(f"paid_on: {self.paid_on} lies after value_date {self.value_date}")
        return self

    @property
    def effective_on(self) -> date:
        return self.paid_on if self.paid_on and self.channel in PAID_ELSEWHERE else self.value_date


class EndTerm(Command):
    """A term has ended: what it brings is due. Given by the engine itself."""

    roles: ClassVar = frozenset({Role.ENGINE})
    title: ClassVar = "Termijn verstreken"

    command: Literal["end_term"] = "end_term"
    debt: DebtId | None = None
    debtor: DebtorId | None = None
    term: str

    @model_validator(mode="after")
    def _one_case(self) -> EndTerm:
        return _about_one_case(self)


class DeclineQuestion(OfficialCommand):
    """An official answers a question with no (for good, or until it is asked again), or has seen what it tells."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Vraag met nee of gezien beantwoorden"

    command: Literal["decline_question"] = "decline_question"
    debt: DebtId | None = None
    debtor: DebtorId | None = None
    question: str = Field(description="the task as `invordering tasks` shows it")
    answer: Literal["no", "seen"] = "no"
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    ask_again_on: date | None = None

    @model_validator(mode="after")
    def _one_case(self) -> DeclineQuestion:
        return _about_one_case(self)


About = TypeVar("About", EndTerm, DeclineQuestion)


def _about_one_case(command: About) -> About:
    if (command.debt is None) == (command.debtor is None):
        raise ValueError("debt, debtor: give exactly one of the two")
    return command
