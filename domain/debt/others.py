"""What may a decision on one debt know of another open debt of the same debtor?"""

from __future__ import annotations

from datetime import date

from domain.debt.barriers import allowed_tracks, standing
from domain.debt.facts import OpenDebt, PeriodicClaim
from domain.debt.state import Debt, Measure
from domain.kernel.money import ZERO
from domain.procedures.wage_claim import WageClaim
from domain.rulebooks.rulebook import Rulebook


def open_debt(debt: Debt, law: Rulebook, day: date) -> OpenDebt:
    """What is open of it, does it rest on `day`, what does it claim of periodic income? VEERE-3.1-g, VEERE-3.2-a."""
    deferred = {b.track for b in standing(debt, law, day) if b.yields and b.track is not None}
    claims = (c for c in debt.procedures.values() if isinstance(c, WageClaim))
    return OpenDebt(
        debt=debt.debt,
        dated=debt.dated,
        due=debt.terms[0].due,
        open=debt.open.total,
        arose_on=debt.arose_on,
        procedures=tuple(sorted(debt.procedures)),
        deferred=sum((debt.open_of(track).total for track in deferred), start=ZERO),
        last_due=debt.last_due,
        rests=not allowed_tracks(debt, law, Measure.REMINDER, day),
        claims=tuple(PeriodicClaim(c.third_party, c.ten_percent, c.claimable) for c in claims),
    )
