"""Where does a debt-settlement agreement stand, and what is waited for?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from domain.debt.state import Term
from domain.debtor.debtor import Debtor
from domain.kernel.messages import Event
from domain.procedures.restructuring.events import (
    ConfirmationMissing,
    DebtSettlementGranted,
    DebtSettlementRefused,
    EndReportAsked,
    SettlementAgreementReported,
    SettlementCompleted,
    SettlementExpired,
    SettlementKept,
    SettlementProgressAsked,
    SettlementReached,
    SettlementReopened,
    SettlementWithdrawn,
    WithdrawalAnnounced,
    WithdrawalTermOver,
)

Stage = Literal["judged", "deferred", "stopped", "expired"]


@dataclass(frozen=True, slots=True)
class DebtSettlement:
    """One agreement. `copy_received_on`: of the stabilisation agreement. `confirmed_on`: the creditors agreed.

    `until`: last day of the deferral. The other last days: the counsellor's 120 and 240 days, the fourteen days after
    a notice, and when the end report is asked for; None once they are over.
    """

    procedure: ClassVar[str] = "debt_settlement"

    stage: Stage
    agreed_on: date
    counsellor: str
    copy_received_on: date | None
    until: date
    confirm_until: date
    waits_for_progress: date | None
    waits_for_confirmation: date | None
    waits_for_report: date | None
    notice_until: date | None = None
    waits_for_cure: date | None = None
    confirmed_on: date | None = None


def evolve(state: DebtSettlement | None, event: Event) -> DebtSettlement | None:
    """Where the agreement stands after `event`."""
    if isinstance(event, SettlementAgreementReported):
        return DebtSettlement(
            stage="judged",
            agreed_on=event.agreed_on,
            counsellor=event.counsellor,
            copy_received_on=event.copy_received_on,
            until=event.until,
            confirm_until=event.confirm_until,
            waits_for_progress=event.progress_until,
            waits_for_confirmation=event.confirm_until,
            waits_for_report=event.report_until,
        )
    if state is None:
        return None
    match event:
        case DebtSettlementGranted():
            return replace(state, stage="deferred", notice_until=None, waits_for_cure=None)
        case DebtSettlementRefused() | SettlementWithdrawn():
            return replace(state, stage="stopped")
        case SettlementProgressAsked():
            return replace(state, waits_for_progress=None)
        case ConfirmationMissing():
            return replace(state, waits_for_confirmation=None)
        case SettlementReached():
            return replace(state, confirmed_on=event.reported_on, waits_for_progress=None, waits_for_confirmation=None)
        case WithdrawalAnnounced():
            return replace(state, notice_until=event.until, waits_for_cure=event.until)
        case WithdrawalTermOver():
            return replace(state, waits_for_cure=None)
        case SettlementKept():
            return replace(state, notice_until=None, waits_for_cure=None)
        case EndReportAsked():
            return replace(state, waits_for_report=None)
        case SettlementExpired():
            return replace(state, stage="expired")
        case SettlementReopened():
            return replace(state, stage="judged")
        case SettlementCompleted():
            return None
        case _:
            return state


def terms(state: DebtSettlement, debtor: Debtor) -> Iterable[Term]:
    """What is waited for while the deferral runs? VEERE-4.13.1-c, VEERE-4.13.1-l, VEERE-4.13.1-r, VEERE-4.13.1-u."""
    if state.stage != "deferred":
        return
    waits = (
        ("progress", state.waits_for_progress, "VEERE-4.13.1-l", "120 dagen schuldhulpverlener, par. 4.13.1"),
        ("confirmation", state.waits_for_confirmation, "VEERE-4.13.1-r", "240 dagen schuldhulpverlener, par. 4.13.1"),
        ("cure", state.waits_for_cure, "VEERE-4.13.1-u", "14 dagen na aankondiging, par. 4.13.1"),
        ("report", state.waits_for_report, "VEERE-4.13.1-c", "tijd voor het eindverslag, par. 4.13.1"),
        ("ends", state.until, "VEERE-4.13.1-c", "18 maanden schuldregeling, par. 4.13.1"),
    )
    for name, last_day, norm, text in waits:
        if last_day is not None:
            yield Term(f"debt_settlement.{name}", last_day, (norm,), text)
