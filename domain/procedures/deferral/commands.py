"""What can be said about a deferral: the debtor's request and the officer's decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Literal

from pydantic import Field

from domain.debt.state import Measure
from domain.kernel.dutch import dutch_date, dutch_euro
from domain.kernel.messages import OFFICER, Command, DebtId, OfficialCommand, Role
from domain.kernel.money import Amount

Request = Literal[
    "objection", "appeal", "higher_appeal", "fine_objection", "fine_appeal", "fine_higher_appeal", "other"
]
"""What is asked for: deferral during a remedy; `fine_…`: of the fine alone; `other`: on a ground the guide lacks."""

_FORMS: Final = {"surety": "borg", "mortgage": "hypotheek", "bank_guarantee": "bankgarantie"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that the engine watches: `euro` paid on the debt after the grant, or security given, `by` a day."""

    what: Literal["payment", "security"]
    euro: Amount
    by: date
    form: Literal["", "surety", "mortgage", "bank_guarantee"] = ""

    @property
    def dutch(self) -> str:
        """The condition as the letter says it."""
        if self.what == "payment":
            return f"u betaalt {dutch_euro(self.euro)} uiterlijk op {dutch_date(self.by)}"
        form = _FORMS.get(self.form, "vorm in overleg")
        return f"u geeft zekerheid ({form}) voor {dutch_euro(self.euro)} uiterlijk op {dutch_date(self.by)}"


class RequestDeferral(Command):
    """The debtor asks for deferral by e-mail, post or phone, on one of three grounds (VEERE-4.9.1-a, VEERE-4.9.2-a)."""

    roles: ClassVar = OFFICER | {Role.DEBTOR}
    title: ClassVar = "Verzoek om uitstel registreren"

    command: Literal["request_deferral"] = "request_deferral"
    debt: DebtId
    ground: Literal["objection_filed", "insufficient_money", "debt_counselling_msnp", "other"]
    channel: Literal["email", "post", "phone"]
    requested_on: date
    request: Request | None = Field(None, description="which of several, such as appeal or fine_appeal")

    @property
    def effective_on(self) -> date:
        return self.requested_on


class OnDeferral(OfficialCommand):
    """A decision of the officer on one request."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    answers_about: ClassVar = "request"

    debt: DebtId
    request: Request = "objection"


class GrantDeferral(OnDeferral):
    """The officer grants deferral, under conditions (VEERE-4.9.1-b, VEERE-4.9.1-c)."""

    title: ClassVar = "Uitstel verlenen"

    command: Literal["grant_deferral"] = "grant_deferral"
    until: date | None = Field(None, description="last day; empty: until the ruling")
    conditions: tuple[Condition, ...] = ()
    other_conditions: tuple[str, ...] = ()
    woz_final: bool | None = Field(
        None, description="is it about a WOZ decision that is final? To be answered for taxes on a WOZ value"
    )


class RefuseDeferral(OnDeferral):
    """The officer refuses deferral, with the reason (VEERE-4.9.3-b: a WOZ decision that is final is one)."""

    title: ClassVar = "Uitstel weigeren"

    command: Literal["refuse_deferral"] = "refuse_deferral"
    woz_final: bool = False


class WithdrawDeferral(OnDeferral):
    """The officer ends a deferral, with the reason."""

    title: ClassVar = "Uitstel intrekken"

    command: Literal["withdraw_deferral"] = "withdraw_deferral"


class RecordSecurity(OnDeferral):
    """The security that was demanded has been given (VEERE-4.9.1-c)."""

    title: ClassVar = "Zekerheid vastleggen"

    command: Literal["record_security"] = "record_security"
    form: Literal["surety", "mortgage", "bank_guarantee"]
    amount: Amount


class AllowDespiteDeferral(OfficialCommand):
    """The officer lets named measures go on: interests in danger, or abuse (VEERE-4.9.1-e)."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Maatregel toestaan ondanks uitstel"

    command: Literal["allow_despite_deferral"] = "allow_despite_deferral"
    debt: DebtId
    measures: tuple[Measure, ...] = Field(min_length=1)
    ground: Literal["interests_in_danger", "abuse_of_deferral"]
