"""Minnelijke schuldsanering (MSNP): does a debt-settlement agreement give deferral, and is the rest remitted?

At most 18 months from the date of the agreement, for what arose until then, under conditions that the officer judges
(VEERE-4.13.1-c to VEERE-4.13.1-n). Attachments lapse when the creditors agreed; silence of the counsellor, harm or
another good reason lets the officer withdraw, after notice and fourteen days (VEERE-4.13.1-o to VEERE-4.13.1-u). Who
kept the agreements is remitted the rest (VEERE-4.13.1-v, VEERE-4.13.1-w). The phase before it is stabilisation.py.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.debt.events import DeferralRestored, DeferralStopped
from domain.debt.procedure import Procedure
from domain.debt.state import Debt
from domain.debtor.debtor import RefundCredited
from domain.debtor.regimes import ReportCollegeAppeal
from domain.kernel.messages import Command
from domain.procedures.restructuring.commands import (
    AnnounceWithdrawal,
    JudgeSettlementAgreement,
    KeepSettlement,
    RegisterSettlementAgreement,
    ReopenSettlement,
    ReportSettlementEnd,
    ReportSettlementReached,
    SetOffInSettlement,
    WithdrawSettlement,
)
from domain.procedures.restructuring.decide import REQUEST, decide, end_term, follow
from domain.procedures.restructuring.events import (
    EVENTS,
    SettlementAgreementIncomplete,
    SettlementAgreementReported,
    SettlementReopened,
)
from domain.procedures.restructuring.state import DebtSettlement, evolve, terms


def _reopen(event: DeferralRestored, debt: Debt) -> Iterable[Command]:
    """The College granted an appeal on one debt: the debtor's file is decided anew."""
    if event.request == REQUEST:
        yield ReopenSettlement(debtor=debt.debtor, from_debt=debt.debt)


def _rejected(event: DeferralStopped, debt: Debt) -> Iterable[Command]:
    """The College rejected an appeal on one debt: the debtor's file tells the others of the decision.

    Where the file told it (the event names its regime) it knows.
    """
    if event.request == REQUEST and event.why == "appeal_rejected" and not event.instance:
        yield ReportCollegeAppeal(
            debtor=debt.debtor, from_debt=debt.debt, request=event.request, on=event.decided_on, stands="rejected"
        )


PROCEDURE = Procedure(
    name="debt_settlement",
    title="Schuldregeling (MSNP)",
    state=DebtSettlement,
    commands=(
        RegisterSettlementAgreement,
        JudgeSettlementAgreement,
        ReportSettlementReached,
        AnnounceWithdrawal,
        KeepSettlement,
        WithdrawSettlement,
        ReportSettlementEnd,
        SetOffInSettlement,
        ReopenSettlement,
        ReportCollegeAppeal,
    ),
    events=EVENTS,
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    follow=follow,
    follows=(RefundCredited, SettlementAgreementReported, SettlementAgreementIncomplete, SettlementReopened),
    of_debtor=True,
    tells={DeferralRestored: _reopen, DeferralStopped: _rejected},
)

__all__ = ["PROCEDURE", "REQUEST"]
