"""Where a request and an arrangement stand: what was asked and decided, and is the schedule kept?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from domain.debt.letters import Instalment
from domain.debt.procedure import installed
from domain.debt.state import ALL_MEASURES, Debt
from domain.kernel.money import ZERO, Money
from domain.procedures.arrangement import schedule
from domain.procedures.arrangement.commands import Condition

REQUEST_KEY = "arrangement_request"
PLAN_KEY = "arrangement"


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that waits for its decision. `repeated`: after an earlier decision; `restored`: by the College.

    `decide_by`: last day of the office's term; `warn_on`: when its end is near, None once that was said.
    """

    received_on: date
    monthly: Money | None = None
    months: int | None = None
    until: date | None = None
    holds: bool = True
    repeated: bool = False
    restored: bool = False
    warn_on: date | None = None
    decide_by: date | None = None


@dataclass(frozen=True, slots=True)
class RequestFile:
    """What was asked, computed and decided about arrangements for one assessment, kept as long as the assessment.

    `data_until`: last day for the data that were asked for. `capacity` and `least` in euro a month; `least` is the
    lowest instalment that the capacity allows, None where no formula holds. `granted`: arrangements so far; `repeats`:
    repeated requests so far.
    """

    procedure: ClassVar[str] = REQUEST_KEY

    asked: Asked | None = None
    data_until: date | None = None
    capacity: Money | None = None
    least: Money | None = None
    granted: int = 0
    refused: bool = False
    repeats: int = 0
    external_since: date | None = None


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The arrangement that runs. `paid_before`: what the debt had paid at its start; `set_off` does not count as paid.

    `missed`: due dates of the instalments that were recorded as missed. `paused_by`: the regimes that suspend it, since
    `paused_since`. `deferred`: the parts that its instalments leave out, because they are deferred on another ground.
    """

    procedure: ClassVar[str] = PLAN_KEY

    granted_on: date
    tracks: tuple[str, ...]
    agreed: tuple[Instalment, ...]
    paid_before: Money
    conditions: tuple[Condition, ...] = ()
    set_off: Money = ZERO
    missed: tuple[date, ...] = ()
    paused_by: tuple[str, ...] = ()
    paused_since: date | None = None
    deferred: tuple[str, ...] = ()

    def paid(self, debt: Debt) -> Decimal:
        """Euro that the debtor paid since the start; a set-off is none (VEERE-4.10.1-b)."""
        return max(debt.paid - self.paid_before - self.set_off, ZERO)

    def owed(self, debt: Debt) -> Decimal:
        """Euro still open of what its instalments ask: what it covers and is not deferred."""
        return sum((debt.open_of(track).total for track in self.tracks if track not in self.deferred), ZERO)

    def is_paid(self, debt: Debt) -> bool:
        """Is nothing open any more of what it covers?"""
        return sum((debt.open_of(track).total for track in self.tracks), ZERO) <= 0

    def stands(self, debt: Debt) -> list[Instalment]:
        """The schedule as it stands."""
        return schedule.standing(self.agreed, self.paid(debt), self.owed(debt))

    def unpaid(self, debt: Debt, until: date = date.max) -> list[Instalment]:
        """The instalments due up to and including `until` that are not fully paid, with what is unpaid of them."""
        return [i for i in schedule.unpaid(self.stands(debt), self.paid(debt)) if i.due_on <= until]

    def covers_all(self, debt: Debt) -> bool:
        """Does it cover every payment term?"""
        return {t.track for t in debt.terms} <= set(self.tracks)


def file_of(debt: Debt) -> RequestFile:
    """The file of requests; an empty one when nothing was ever asked."""
    found = debt.known(REQUEST_KEY)
    return found if isinstance(found, RequestFile) else RequestFile()


def plan_of(debt: Debt) -> Arrangement | None:
    """The arrangement that runs, if any."""
    found = debt.procedures.get(PLAN_KEY)
    return found if isinstance(found, Arrangement) else None


def deferred(debt: Debt) -> frozenset[str]:
    """Which parts of the debt are deferred on another ground, or held until that is decided? VEERE-4.9.3-a.

    A deferral lets nothing happen to its part; an arrangement and the days after it still allow set-off.
    """
    found = (b for s in debt.procedures.values() for b in installed(s.procedure).barriers(s, debt))
    return frozenset(b.track for b in found if b.track is not None and b.measures == ALL_MEASURES)


def regimes(debt: Debt, names: Iterable[str]) -> list[str]:
    """Which of these regimes hold for the debt?"""
    return [name for name in names if f"regime:{name}" in debt.procedures]
