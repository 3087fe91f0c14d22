"""One question: may measure M be taken on day D, and if not, why and until when?

Barriers overlap. Collection resumes where it stopped, no earlier than the last of them allows: a term waits for the
first day on which the measure that it would bring is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain.debt.procedure import installed
from domain.debt.state import ALL_MEASURES, Barrier, Debt, Measure, PaymentTerm, Term
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import Refusal
from domain.rulebooks.rulebook import Rulebook


def barriers(debt: Debt, law: Rulebook) -> Iterator[Barrier]:
    """All that forbids something on this debt, on any day."""
    yield _not_yet(law)
    yield from (barrier for _, barrier in of_procedures(debt))


def of_procedures(debt: Debt) -> Iterator[tuple[str, Barrier]]:
    """What the open procedures forbid, each barrier with the key of its procedure."""
    for key, state in debt.procedures.items():
        for barrier in installed(state.procedure).barriers(state, debt):
            yield key, barrier


def _not_yet(law: Rulebook) -> Barrier:
    return Barrier(
        ALL_MEASURES,
        ("VEERE-6-a",),
        f"De {law.short} geldt vanaf {dutch_date(law.valid_from)}.",
        until=law.valid_from - timedelta(days=1),
    )


def standing(debt: Debt, law: Rulebook, day: date) -> list[Barrier]:
    """What forbids something on `day`."""
    return [b for b in barriers(debt, law) if b.until is None or day <= b.until]


def forbidding(debt: Debt, law: Rulebook, measure: Measure, day: date, track: str | None = None) -> Barrier | None:
    """The barrier that forbids `measure` on `day` the longest, or None when it is allowed."""
    against = [b for b in (_not_yet(law), *_against(debt, measure, track)) if b.until is None or day <= b.until]
    return max(against, key=lambda b: b.until or date.max, default=None)


def _against(debt: Debt, measure: Measure, track: str | None) -> Iterator[Barrier]:
    """The barriers of procedures against `measure`, without those against which an exception was made."""
    for key, barrier in of_procedures(debt):
        excepted = barrier.yields and measure in debt.excepted.get(key, ())
        if measure in barrier.measures and barrier.track in (None, track) and not excepted:
            yield barrier


def soonest_track(debt: Debt, measure: Measure) -> str:
    """For which payment term with an open balance may `measure` be taken the soonest? The first of those."""

    def free_after(term: PaymentTerm) -> date:
        return max((b.until or date.max for b in _against(debt, measure, term.track)), default=date.min)

    unpaid = [t for t in debt.terms if debt.open_of(t.track).total > 0]
    return min(unpaid or debt.terms, key=free_after).track


def first_day(debt: Debt, law: Rulebook, measure: Measure | None, day: date, track: str = "") -> date | None:
    """On which day, `day` or later, may `measure` be taken? None while a barrier without end forbids it."""
    while measure is not None and (barrier := forbidding(debt, law, measure, day, track)):
        if barrier.until is None:
            return None
        day = barrier.until + timedelta(days=1)
    return day


def wakes_on(debt: Debt, law: Rulebook, term: Term) -> date | None:
    """On which day does the debt act on the end of `term`? None while a barrier without end stands against it."""
    return first_day(debt, law, term.measure, term.last_day + timedelta(days=1), term.track)


def refused(barrier: Barrier, measure: Measure) -> Refusal:
    """The refusal of `measure` because of `barrier`."""
    until = f" Dit geldt tot en met {dutch_date(barrier.until)}." if barrier.until else ""
    return Refusal(
        "measure_forbidden",
        f"{measure.dutch.capitalize()} mag nu niet. {barrier.text}{until}",
        barrier.norms,
        barrier.until,
    )


def allowed_tracks(debt: Debt, law: Rulebook, measure: Measure, day: date) -> list[str]:
    """For which payment terms with an open balance is `measure` allowed on `day`?"""
    return [
        t.track
        for t in debt.terms
        if debt.open_of(t.track).total > 0 and forbidding(debt, law, measure, day, t.track) is None
    ]


def why_not(debt: Debt, law: Rulebook, measure: Measure, day: date) -> Refusal:
    """Why may `measure` be taken on `day` for none of the payment terms?"""
    for term in debt.terms:
        if debt.open_of(term.track).total > 0 and (barrier := forbidding(debt, law, measure, day, term.track)):
            return refused(barrier, measure)
    return Refusal("nothing_open", "Er staat niets open.", ("VEERE-2.1-b",))
