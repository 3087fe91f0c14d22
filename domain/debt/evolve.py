"""What does an event make of a debt? Copies recorded facts into state: never refuses, never reads law or clock."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from domain.debt.events import (
    ActWithdrawn,
    AllocationCorrected,
    AssessmentFixed,
    AssessmentReduced,
    Booked,
    CostsCorrected,
    CourseCorrected,
    DebtReopened,
    DebtSettled,
    DeferralChanged,
    ExceptionMade,
    Executable,
    PartSplit,
    PaymentBooked,
    QuestionAnswered,
    QuestionAsked,
    QuestionLapsed,
    RefundDue,
    Remitted,
    WrittenOff,
)
from domain.debt.facts import DebtorFacts
from domain.debt.letters import Recipient
from domain.debt.procedure import for_event, installed
from domain.debt.state import DEBT, Balance, Debt, PaymentTerm
from domain.kernel.dutch import short_date
from domain.kernel.messages import Act, Event
from domain.kernel.money import ZERO

_KEPT_BY_CORRECTION = frozenset({"open", "paid", "surplus", "recent", "letters", "version", "last_act_on"})
_RECENT = 5


def evolve(debt: Debt | None, event: Event) -> Debt:
    """The debt after `event`."""
    if debt is None:
        return _begin(event)
    changes = _own(debt, event)
    if procedure := for_event(type(event)):
        instance = event.instance or event.track
        key = f"{procedure.name}:{instance}" if instance else procedure.name
        changes |= _kept(debt, key, procedure.evolve(debt.known(key), event))
        if key in debt.excepted and (isinstance(event, DeferralChanged) or key not in changes["procedures"]):
            changes["excepted"] = {k: measures for k, measures in debt.excepted.items() if k != key}
    if isinstance(event, Booked):
        changes["open"] = debt.open + event.booked
        changes["costs_by_track"] = _costs(debt, event.track, event.booked.costs)
    if isinstance(event, Act):
        changes["last_act_on"] = max(event.on, debt.last_act_on or event.on)
        if not event.tariff_confirmed:
            changes["tariff_unconfirmed"] = True
        if event.costs:
            changes["open"] = debt.open + Balance(costs=event.costs)
            changes["costs_by_track"] = _costs(debt, event.track, event.costs)
        if event.letter is not None:
            changes["letters"] = debt.letters + 1
    changes["recent"] = (*debt.recent[-_RECENT + 1 :], f"{short_date(event.on)} {event.text}")
    changes["version"] = debt.version + 1
    return _changed(debt, changes)


def _kept(debt: Debt, key: str, state: Any) -> dict[str, Any]:
    """Where the procedure stands: among the open ones, or kept because a later rule asks for it."""
    procedures = {k: v for k, v in debt.procedures.items() if k != key}
    past = {k: v for k, v in debt.past.items() if k != key}
    if state is not None:
        (past if installed(state.procedure).over(state) else procedures)[key] = state
    return {"procedures": procedures, "past": past}


def _changed(debt: Debt, changes: dict[str, Any]) -> Debt:
    """As `dataclasses.replace` at a tenth of its cost: a debt has many fields, and every event comes here."""
    changed: Debt = object.__new__(Debt)
    changed.__dict__.update(debt.__dict__ | changes)
    return changed


def with_letter_key(event: Event, case: str, letters: int) -> Event:
    """`event` with the key of its letter: case, kind and sequence. The one place where letter keys are made."""
    if isinstance(event, Act) and event.letter is not None:
        return event.model_copy(update={"letter_key": f"{case}-{event.letter.kind}-{letters + 1}"})
    return event


def addressed(event: Event, debtor: DebtorFacts) -> Event:
    """`event` with its letter to whoever acts for the debtor: in bankruptcy the trustee, on paper. VEERE-4.17-a."""
    if not debtor.trustee or not isinstance(event, Act) or event.letter is None:
        return event
    if event.letter.recipient not in (Recipient.DEBTOR, Recipient.REPRESENTATIVE):
        return event
    letter = event.letter.model_copy(update={"recipient": Recipient.TRUSTEE, "names_debtor": True})
    norms = (*event.norms, "VEERE-4.17-a")
    changes = {"letter": letter, "norms": norms, "addressee": debtor.trustee, "channel": "post"}
    return event.model_copy(update=changes)


def _begin(event: Event) -> Debt:
    if not isinstance(event, AssessmentFixed):
        raise ValueError(f"a debt begins with assessment.fixed, not with {event.type}")
    return Debt(
        debt=event.debt,
        debtor=event.debtor,
        tax=event.tax,
        tax_year=event.tax_year,
        rulebook=event.rulebook,
        arose_on=event.arose_on or event.dated,
        dated=event.dated,
        assessed=event.assessed,
        terms=event.terms,
        open=event.assessed,
        recent=(f"{short_date(event.on)} {event.text}",),
        version=1,
    )


def _own(debt: Debt, event: Event) -> dict[str, Any]:
    match event:
        case PaymentBooked():
            return {
                "last_booked_on": max(event.on, debt.last_booked_on or event.on),
                "open": debt.open - event.parts,
                "paid": debt.paid + event.paid - event.surplus,
                "surplus": debt.surplus + event.surplus,
            }
        case AssessmentReduced():
            return {
                "last_booked_on": max(event.on, debt.last_booked_on or event.on),
                "assessed": debt.assessed - Balance(tax=event.parts.tax, fine=event.parts.fine),
                "open": debt.open - event.still_open,
                "paid": debt.paid - event.surplus,
                "surplus": debt.surplus + event.surplus,
                "terms": _reduced(debt.terms, event.parts),
                "costs_by_track": _costs(debt, event.track, -event.parts.costs),
            }
        case DebtSettled():
            outliving = {k: s for k, s in debt.procedures.items() if installed(s.procedure).outlives_debt}
            past = {k: s for k, s in debt.past.items() if installed(s.procedure).outlives_debt}
            waiting = {k: q for k, q in debt.questions.items() if q.outlives_debt}
            kept = {"procedures": outliving, "past": past, "questions": waiting, "excepted": {}}
            return {"closed_on": event.on, **kept}
        case DebtReopened():
            return {"closed_on": None}
        case Remitted() | WrittenOff():
            return {"open": debt.open - event.parts}
        case RefundDue():
            return {"surplus": debt.surplus + event.refund}
        case PartSplit():
            return _split(debt, event)
        case ExceptionMade():
            before = debt.excepted.get(event.instance, frozenset())
            return {"excepted": {**debt.excepted, event.instance: before | set(event.measures)}}
        case Executable():
            return {"titles": {**debt.titles, event.track: event.title}}
        case QuestionAsked():
            return {"questions": {**debt.questions, event.question.task: event.question}}
        case QuestionAnswered():
            questions = {k: q for k, q in debt.questions.items() if k != event.task}
            if event.ask_again_on:
                questions[event.task] = replace(debt.questions[event.task], ask_again_on=event.ask_again_on)
            return {"questions": questions}
        case QuestionLapsed():
            return {"questions": {k: q for k, q in debt.questions.items() if k != event.task}}
        case ActWithdrawn(reversed=amount):
            return {
                "open": debt.open - Balance(costs=amount),
                "costs_by_track": _costs(debt, event.track, -amount),
            }
        case CostsCorrected(difference=amount):
            return {
                "open": debt.open + Balance(costs=amount),
                "costs_by_track": _costs(debt, event.track, amount),
            }
        case AllocationCorrected():
            return {
                "open": debt.open + event.parts,
                "paid": debt.paid - event.surplus,
                "surplus": debt.surplus + event.surplus,
            }
        case CourseCorrected():
            relived = DEBT.validate_python(event.state)
            return {f.name: getattr(relived, f.name) for f in fields(relived) if f.name not in _KEPT_BY_CORRECTION}
        case _:
            return {}


def _split(debt: Debt, event: PartSplit) -> dict[str, Any]:
    """The new part comes last, so payments reach it last; procedures that follow a part go on for both."""
    terms = [
        replace(t, amount=t.amount - event.tax, fine=t.fine - event.fine) if t.track == event.track else t
        for t in debt.terms
    ]
    due = next(t.due for t in debt.terms if t.track == event.track)
    changes: dict[str, Any] = {"terms": (*terms, PaymentTerm(event.new_track, due, event.tax, event.fine))}
    copies = {
        f"{state.procedure}:{event.new_track}": replace(state, track=event.new_track)
        for state in debt.procedures.values()
        if installed(state.procedure).splits and state.track == event.track
    }
    changes["procedures"] = {**debt.procedures, **copies}
    if event.track in debt.titles:
        changes["titles"] = {**debt.titles, event.new_track: debt.titles[event.track]}
    return changes


def _reduced(terms: tuple[PaymentTerm, ...], less: Balance) -> tuple[PaymentTerm, ...]:
    """A reduction shortens the last payment term first."""
    shortened: list[PaymentTerm] = []
    for term in reversed(terms):
        off = Balance(tax=min(less.tax, term.amount), fine=min(less.fine, term.fine))
        less -= off
        shortened.insert(0, replace(term, amount=term.amount - off.tax, fine=term.fine - off.fine))
    return tuple(shortened)


def _costs(debt: Debt, track: str, amount: Any) -> dict[str, Any]:
    return {**debt.costs_by_track, track: debt.costs_by_track.get(track, ZERO) + amount}
