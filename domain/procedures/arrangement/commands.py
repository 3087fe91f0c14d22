"""What can be said about a payment arrangement."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from domain.kernel.messages import OFFICER, Command, DebtId, OfficialCommand, Role
from domain.kernel.money import Amount, Money
from domain.rulebooks.rulebook import Household

Condition = Literal["new_assessments_on_time"]
MOST_INSTALMENTS = 120
Line = Annotated[str, Field(min_length=1, max_length=200)]

_BY_THE_OFFICER: frozenset[Role] = frozenset({Role.COLLECTION_OFFICER})

# -- the request --------------------------------------------------------------------------------------------------


class RequestArrangement(Command):
    """The debtor cannot pay in time or at once and asks for an arrangement (VEERE-4.9.5-b)."""

    roles: ClassVar = OFFICER | {Role.DEBTOR}
    title: ClassVar = "Verzoek om betalingsregeling registreren"

    command: Literal["request_arrangement"] = "request_arrangement"
    debt: DebtId
    received_on: date
    channel: Literal["email", "post", "phone"]
    monthly: Amount | None = Field(None, description="euro a month that the debtor proposes")
    months: int | None = Field(None, ge=1, le=MOST_INSTALMENTS, description="number of months that the debtor proposes")
    until: date | None = Field(None, description="the debtor asks to pay all of it on this day")

    @property
    def effective_on(self) -> date:
        return self.received_on


class AskForData(OfficialCommand):
    """The officer asks for the financial data that the payment capacity needs (VEERE-4.9.6-h)."""

    roles: ClassVar = _BY_THE_OFFICER
    title: ClassVar = "Financiële gegevens opvragen"

    command: Literal["ask_for_data"] = "ask_for_data"
    debt: DebtId
    needed: tuple[Line, ...] = Field(min_length=1, max_length=20, description="which data, in Dutch, for the letter")


class SupplyData(Command):
    """The data that were asked for came in; they stay in the office's own file."""

    roles: ClassVar = OFFICER | {Role.DEBTOR}
    title: ClassVar = "Financiële gegevens ontvangen"

    command: Literal["supply_data"] = "supply_data"
    debt: DebtId
    received_on: date

    @property
    def effective_on(self) -> date:
        return self.received_on


class ComputeCapacity(OfficialCommand):
    """The payment capacity is computed (VEERE-4.9.6-g): by the formula, or by the officer for a legal entity."""

    roles: ClassVar = _BY_THE_OFFICER
    title: ClassVar = "Betalingscapaciteit berekenen"

    command: Literal["compute_capacity"] = "compute_capacity"
    debt: DebtId
    net_disposable_income: Money | None = Field(None, ge=0, description="euro a month")
    household: Household | None = Field(None, description="takes the norm amount for living costs from the table")
    living_costs: Money | None = Field(None, ge=0, description="norm amount in euro a month, where the table has none")
    capacity: Money | None = Field(None, ge=0, description="legal entity only: the officer's own figure")


class _Schedule(OfficialCommand):
    """By which instalments is paid? One of `monthly`, `months` and `until`; none: the engine's proposal."""

    debt: DebtId
    monthly: Amount | None = Field(None, description="euro a month until all is paid")
    months: int | None = Field(None, ge=1, le=MOST_INSTALMENTS, description="number of equal monthly instalments")
    until: date | None = Field(None, description="deferral until this day: one instalment (VEERE-4.9.5-c)")
    first_on: date | None = Field(None, description="day of the first instalment; empty: a month after the grant")
    special_circumstances: str = Field("", max_length=2000, description="why more than ten months (VEERE-4.9.6-d)")
    next_assessment_on: date | None = Field(None, description="when the next assessment is expected; empty: in a year")

    @model_validator(mode="after")
    def _one_way(self) -> _Schedule:
        if sum(x is not None for x in (self.monthly, self.months, self.until)) > 1:
            raise ValueError("monthly, months, until: give at most one of the three")
        if self.until and self.first_on:
            raise ValueError("first_on: a deferral until one day has no first instalment; leave it out")
        return self


class GrantArrangement(_Schedule):
    """The officer grants an arrangement, for the first time or more favourably than before (VEERE-4.10-a)."""

    roles: ClassVar = _BY_THE_OFFICER
    title: ClassVar = "Betalingsregeling toewijzen"

    command: Literal["grant_arrangement"] = "grant_arrangement"
    circumstances: str = Field("", max_length=2000, description="personal and financial circumstances (VEERE-4.9.5-a)")
    structural: bool | None = Field(None, description="are the payment problems structural? (VEERE-4.9.5-d)")
    conditions: tuple[Condition, ...] = ("new_assessments_on_time",)
    other_conditions: tuple[Line, ...] = Field((), max_length=10, description="in Dutch, for the letter")


class RefuseArrangement(OfficialCommand):
    """The officer refuses the arrangement."""

    roles: ClassVar = _BY_THE_OFFICER
    title: ClassVar = "Betalingsregeling afwijzen"

    command: Literal["refuse_arrangement"] = "refuse_arrangement"
    debt: DebtId
    circumstances: str = Field("", max_length=2000, description="personal and financial circumstances (VEERE-4.9.5-a)")
    structural: bool | None = Field(None, description="are the payment problems structural? (VEERE-4.9.5-d)")
    why: str = Field("", max_length=1000, description="why it is refused, in Dutch, for the letter")


class ForwardRequest(OfficialCommand):
    """A repeated request that cannot be decided more favourably goes to the College as an appeal (VEERE-4.10-a)."""

    roles: ClassVar = _BY_THE_OFFICER
    title: ClassVar = "Herhaald verzoek doorsturen aan het college"

    command: Literal["forward_request"] = "forward_request"
    debt: DebtId


# -- the external bailiff -----------------------------------------------------------------------------------------


class HandOverToExternalBailiff(OfficialCommand):
    """Collection is handed over to the external bailiff's office (VEERE-4.9.6-f)."""

    roles: ClassVar = _BY_THE_OFFICER
    title: ClassVar = "Overdragen aan de externe deurwaarder"

    command: Literal["hand_over_to_external_bailiff"] = "hand_over_to_external_bailiff"
    debt: DebtId
    reason: str = Field(min_length=1, max_length=2000)


class ReportArrangement(_Schedule):
    """The external bailiff accepted a new payment proposal (VEERE-4.9.6-f)."""

    roles: ClassVar = frozenset({Role.EXTERNAL_BAILIFF})
    role_norms: ClassVar = ("VEERE-4.9.6-f",)
    title: ClassVar = "Betalingsregeling van de externe deurwaarder melden"

    command: Literal["report_arrangement"] = "report_arrangement"
    agreed_on: date

    @property
    def effective_on(self) -> date:
        return self.agreed_on


# -- the running arrangement --------------------------------------------------------------------------------------


class RegisterSetOff(Command):
    """A refund of the debtor is set off on this debt (VEERE-4.10.1-a)."""

    roles: ClassVar = frozenset({Role.ENGINE})
    title: ClassVar = "Teruggaaf verrekenen"

    command: Literal["register_set_off"] = "register_set_off"
    debt: DebtId
    amount: Amount
    on: date


class EndArrangement(OfficialCommand):
    """The officer ends the arrangement (VEERE-4.10.3)."""

    roles: ClassVar = _BY_THE_OFFICER
    title: ClassVar = "Betalingsregeling beëindigen"

    command: Literal["end_arrangement"] = "end_arrangement"
    debt: DebtId
    ground: Literal["conditions_not_kept", "wrong_data", "reason_gone"]
    finding: str = Field("", max_length=1000, description="what was found, in Dutch, for the letter")


class ReportOverdueAssessment(Command):
    """Another assessment of the debtor is overdue: a condition of the arrangement may be broken (VEERE-4.10.3-a)."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Nieuwe achterstand melden"

    command: Literal["report_overdue_assessment"] = "report_overdue_assessment"
    debt: DebtId
    overdue: DebtId
    due: date
