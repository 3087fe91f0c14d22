"""What can be said about a debt-settlement agreement: reports of the counsellor, decisions of the officer."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from domain.debt.commands import Channel
from domain.debtor.regimes import Counsellor
from domain.kernel.messages import OFFICER, Command, DebtId, DebtorId, OfficialCommand, Role
from domain.kernel.money import ZERO, Amount, Money

Ground = Literal["no_confirmation", "harms_creditors", "other_good_reason"]

_DECIDES = OFFICER - {Role.ENGINE}


class RegisterSettlementAgreement(Command):
    """The counsellor reports that a debt-settlement agreement has been made."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Schuldregelingsovereenkomst registreren"

    command: Literal["register_settlement_agreement"] = "register_settlement_agreement"
    debtor: DebtorId
    agreed_on: date
    counsellor: Counsellor
    counsellor_number: DebtorId = Field(description="the office's number of the counsellor, for letters")


class JudgeSettlementAgreement(OfficialCommand):
    """The officer judges the conditions of VEERE-4.13.1-f to VEERE-4.13.1-j; the last amounts are in euro."""

    roles: ClassVar = _DECIDES
    title: ClassVar = "Schuldregelingsovereenkomst beoordelen"

    command: Literal["judge_settlement_agreement"] = "judge_settlement_agreement"
    debtor: DebtorId
    nvvk_code: bool = Field(description="made under the NVVK code of conduct or an equivalent agreement")
    vtlb_calculation: bool = Field(description="the calculation with the VTLB calculator is there")
    nvvk_module_entrepreneurs: bool | None = Field(None, description="for entrepreneurs: made under that module")
    viable: bool | None = Field(None, description="for entrepreneurs: viable after the settlement")
    compulsory_settlement_likely: bool
    offered_yield: Money = Field(ge=0)
    statutory_yield: Money = Field(ge=0, description="what a statutory restructuring would bring")
    reason: str = Field(min_length=1, max_length=2000)


class ReportSettlementReached(OfficialCommand):
    """The counsellor reports that the creditors agreed: the settlement goes through."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Akkoord van de schuldeisers registreren"

    command: Literal["report_settlement_reached"] = "report_settlement_reached"
    debtor: DebtorId
    reported_on: date = Field(description="day on which the counsellor's report came in")


class AnnounceWithdrawal(OfficialCommand):
    """The officer intends to withdraw the deferral, and says so to the counsellor first (VEERE-4.13.1-u)."""

    roles: ClassVar = _DECIDES
    title: ClassVar = "Intrekking van het MSNP-uitstel aankondigen"

    command: Literal["announce_withdrawal"] = "announce_withdrawal"
    debtor: DebtorId
    ground: Ground


class KeepSettlement(OfficialCommand):
    """The debtor met the obligations after the notice: the deferral stays."""

    roles: ClassVar = _DECIDES
    title: ClassVar = "MSNP-uitstel laten doorlopen"

    command: Literal["keep_settlement"] = "keep_settlement"
    debtor: DebtorId
    reason: str = Field(min_length=1, max_length=2000)


class WithdrawSettlement(OfficialCommand):
    """The officer withdraws the deferral after notice and fourteen days."""

    roles: ClassVar = _DECIDES
    title: ClassVar = "MSNP-uitstel intrekken"

    command: Literal["withdraw_settlement"] = "withdraw_settlement"
    debtor: DebtorId
    reason: str = Field(min_length=1, max_length=2000)


class ReportSettlementEnd(OfficialCommand):
    """The counsellor's end report: were the agreements kept, and how much came in that is not booked yet?"""

    roles: ClassVar = OFFICER
    title: ClassVar = "Eindverslag van de schuldregeling registreren"

    command: Literal["report_settlement_end"] = "report_settlement_end"
    debtor: DebtorId
    ended_on: date
    agreements_kept: bool = Field(description="by the counsellor's statement")
    share: Money = Field(ZERO, ge=0, description="euro for all settled debts together that came in with the report")
    value_date: date | None = Field(None, description="of the share; empty: `ended_on`")
    channel: Channel = "bank"


class SetOffInSettlement(OfficialCommand):
    """The officer sets a refund off on the debts of the settlement (VEERE-4.13.1-p)."""

    roles: ClassVar = _DECIDES
    title: ClassVar = "Teruggaaf verrekenen in de MSNP"

    command: Literal["set_off_in_settlement"] = "set_off_in_settlement"
    debtor: DebtorId
    amount: Amount
    arose_on: date = Field(description="day on which the tax arose that is given back")


class ReopenSettlement(Command):
    """The College granted an appeal about the deferral: the officer decides anew."""

    roles: ClassVar = frozenset({Role.ENGINE})
    title: ClassVar = "Besluit over MSNP-uitstel heropenen"

    command: Literal["reopen_settlement"] = "reopen_settlement"
    debtor: DebtorId
    from_debt: DebtId
