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
    AgreementsBroken,
    ConfirmationMissing,
    DebtSettlementGranted,
    DebtSettlementRefused,
    EndReportAsked,
    SettlementAgreementReported,
    SettlementAppealed,
    SettlementAppealOver,
    SettlementCompleted,
    SettlementDecisionNear,
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
    a notice, when the end report is asked for, and the alarm before `decide_by`; None once they are over. `broken_on`:
    the agreements ended so. `appealed_on`: the debt on which the decision is appealed, which is looked after again
    when `appeal_until` is over.
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
    warn_on: date | None = None
    decide_by: date | None = None
    broken_on: date | None = None
    appealed_on: str = ""
    appeal_until: date | None = None


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
            warn_on=event.warn_on,
            decide_by=event.decide_by,
        )
    if state is None:
        return None
    match event:
        case SettlementDecisionNear():
            return replace(state, warn_on=None)
        case DebtSettlementGranted():
            return replace(state, stage="deferred", notice_until=None, waits_for_cure=None, warn_on=None)
        case DebtSettlementRefused() | SettlementWithdrawn():
            return replace(state, stage="stopped", warn_on=None)
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
        case AgreementsBroken():
            return replace(state, broken_on=event.ended_on)
        case SettlementReopened():
            return replace(state, stage="judged", warn_on=event.warn_on, decide_by=event.decide_by)
        case SettlementAppealed():
            return replace(state, appealed_on=event.from_debt, appeal_until=event.look_until)
        case SettlementAppealOver():
            return replace(state, appealed_on="", appeal_until=None)
        case SettlementCompleted():
            return None
        case _:
            return state


def terms(state: DebtSettlement, debtor: Debtor) -> Iterable[Term]:
    """What is waited for before, while and after the deferral runs?

    VEERE-4.13.1-c, VEERE-4.13.1-l, VEERE-4.13.1-r, VEERE-4.13.1-u, VEERE-4.10.4-b.
    """
    judging = (("decision", state.warn_on, "VEERE-4.9.1-b", "waarschuwing voor het einde van de beslistermijn"),)
    deferred = (
        ("progress", state.waits_for_progress, "VEERE-4.13.1-l", "120 dagen schuldhulpverlener, par. 4.13.1"),
        ("confirmation", state.waits_for_confirmation, "VEERE-4.13.1-r", "240 dagen schuldhulpverlener, par. 4.13.1"),
        ("cure", state.waits_for_cure, "VEERE-4.13.1-u", "14 dagen na aankondiging, par. 4.13.1"),
        ("report", state.waits_for_report, "VEERE-4.13.1-c", "tijd voor het eindverslag, par. 4.13.1"),
        ("ends", state.until, "VEERE-4.13.1-c", "18 maanden schuldregeling, par. 4.13.1"),
    )
    stopped = (("appeal", state.appeal_until, "VEERE-4.10.4-b", "beslistermijn van het college, par. 4.10.5"),)
    waits = {"judged": judging, "deferred": deferred, "stopped": stopped, "expired": ()}
    for name, last_day, norm, text in waits[state.stage]:
        if last_day is not None:
            yield Term(f"debt_settlement.{name}", last_day, (norm,), text)
