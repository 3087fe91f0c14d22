"""Uitstel van betaling: where does a request stand, what does it wait for and what does it forbid?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from domain.debt.state import ALL_MEASURES, Barrier, Debt, Term
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import Event
from domain.kernel.money import ZERO, Money
from domain.procedures.deferral.commands import Condition, Request
from domain.procedures.deferral.events import (
    ConditionChecked,
    DeferralAsked,
    DeferralDecisionNear,
    DeferralEnded,
    DeferralGranted,
    DeferralNotAsked,
    DeferralRefused,
    DeferralWithdrawn,
    SecurityRecorded,
)


@dataclass(frozen=True, slots=True)
class Deferral:
    """One request and where it stands. `tracks`: the parts set apart for it.

    `paid_before`: euro paid on the debt that keep no condition: before the grant, or for a condition that was kept.
    """

    procedure: ClassVar[str] = "deferral"

    request: Request
    stage: Literal["possible", "asked", "granted", "stopped"]
    tax: Money
    fine: Money
    channel: str = ""
    held: bool = False
    tracks: tuple[str, ...] = ()
    warn_on: date | None = None
    decide_by: date | None = None
    until: date | None = None
    conditions: tuple[Condition, ...] = ()
    paid_before: Money = ZERO


def key(request: Request) -> str:
    """Under which name the debt keeps it."""
    return f"deferral:{request}"


def evolve(state: Deferral | None, event: Event) -> Deferral | None:
    """Where the request stands after `event`."""
    match event:
        case DeferralNotAsked():
            return Deferral(event.request, "possible", event.tax, event.fine)
        case DeferralAsked():
            return Deferral(
                event.request,
                "asked",
                event.tax,
                event.fine,
                event.channel,
                event.held,
                event.tracks,
                event.warn_on,
                event.decide_by,
            )
        case DeferralEnded():
            return None
    if state is None:
        return None
    match event:
        case DeferralDecisionNear():
            return replace(state, warn_on=None)
        case DeferralGranted():
            return replace(
                state,
                stage="granted",
                tracks=event.tracks,
                until=event.until,
                conditions=event.conditions,
                paid_before=event.paid_before,
                warn_on=None,
            )
        case SecurityRecorded() | ConditionChecked():
            left = list(state.conditions)
            if event.condition in left:
                left.remove(event.condition)
            used = isinstance(event, ConditionChecked) and event.kept and event.condition.what == "payment"
            before = state.paid_before + (event.condition.euro if used else ZERO)
            return replace(state, conditions=tuple(left), paid_before=before)
        case DeferralRefused() | DeferralWithdrawn():
            return replace(state, stage="stopped", held=False, warn_on=None, until=None, conditions=())
        case _:
            return state


def terms(state: Deferral, debt: Debt) -> Iterable[Term]:
    """When must the officer decide, until when does the deferral run, and when is its next condition due?"""
    name = key(state.request)
    if state.stage == "asked" and state.warn_on is not None:
        text = "waarschuwing voor het einde van de beslistermijn, par. 4.9.1"
        yield Term(f"{name}.decision", state.warn_on, ("VEERE-4.9.1-b",), text)
    if state.stage == "granted":
        if state.until is not None:
            yield Term(f"{name}.until", state.until, ("VEERE-4.9.1-b",), "einde van het uitstel, par. 4.9.1")
        if state.conditions:
            condition = state.conditions[0]
            norms = ("VEERE-4.9.1-c" if condition.what == "security" else "VEERE-4.9.1-b",)
            yield Term(f"{name}.condition", condition.by, norms, f"voorwaarde: {condition.dutch}")


def barriers(state: Deferral, debt: Debt) -> Iterable[Barrier]:
    """Nothing is done about what is deferred, or may be. An officer can make an exception. VEERE-4.9.1-d, -e."""
    if state.stage == "granted":
        until = f" tot en met {dutch_date(state.until)}" if state.until else ""
        norms, text = ("VEERE-4.9.1-d",), f"Er is uitstel van betaling verleend{until}."
    elif state.stage == "asked" and state.held:
        norms, text = ("VEERE-4.9.3-a",), "Op een verzoek om uitstel van betaling is nog niet beslist."
    else:
        return
    for track in state.tracks:
        yield Barrier(ALL_MEASURES, norms, text, None, track, yields=True)
