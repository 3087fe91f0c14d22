"""What a decision needs to know beside its own debt, read in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from domain.kernel.money import ZERO, Money

if TYPE_CHECKING:
    from domain.rulebooks.rulebook import Rulebook


AtEnd = Literal["resume", "wait", "write_off"]
"""What the last day of a regime brings: collection resumes at once or after 14 days, or the rest is written off."""


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """Somebody who owes or holds money of the debtor (VEERE-2.6-a). `name` is the office's number of it."""

    third_party: str
    relation: str
    income: str = ""


@dataclass(frozen=True, slots=True)
class Regime:
    """An insolvency regime of the debtor: from when, until which day (None: until lifted), and which debts.

    `arisen_until`: covers tax that arose on that day or before (None: all). `text`: what it forbids, in Dutch.
    `trustee`: the office's number of the trustee who acts for the debtor.
    """

    regime: str
    since: date
    norms: tuple[str, ...]
    text: str
    attachments: str
    until: date | None = None
    arisen_until: date | None = None
    at_end: AtEnd = "resume"
    trustee: str = ""

    def covers(self, arose_on: date, day: date) -> bool:
        """Does it hold on `day` for tax that arose on `arose_on`?"""
        holds = self.until is None or day <= self.until
        return holds and (self.arisen_until is None or arose_on <= self.arisen_until)


@dataclass(frozen=True, slots=True)
class DebtorFacts:
    """What decisions on a debt may know of its debtor: no personal data."""

    registered: bool = False
    kind: str = "private_person"
    natural_person: bool = True
    representative: bool = False
    message_box: bool = False
    address_known: bool = True
    circumstances: tuple[str, ...] = ()
    third_parties: tuple[ThirdParty, ...] = ()
    regimes: tuple[Regime, ...] = ()

    @property
    def trustee(self) -> str:
        """The office's number of the trustee who acts for the debtor; empty when there is none (VEERE-4.17-a)."""
        return next((r.trustee for r in self.regimes if r.trustee), "")


@dataclass(frozen=True, slots=True)
class PeriodicClaim:
    """What a debt claims of the income that this payer pays: `monthly` in euro. `ten_percent`: as in VEERE-3.2-a."""

    third_party: str
    ten_percent: bool
    monthly: Money


@dataclass(frozen=True, slots=True)
class OpenDebt:
    """An open debt of the debtor, for spreading an undirected payment (VEERE-4.4-b) and for measures beside others.

    Only where the command `knows_other_debts`: `deferred`, what of `open` is deferred; `last_due`, the last of its due
    dates; `rests`: nothing of it is to be paid now (deferral, arrangement, regime); `claims`: what it claims of
    periodic income.
    """

    debt: str
    dated: date
    due: date
    open: Money
    arose_on: date | None = None
    procedures: tuple[str, ...] = ()
    deferred: Money = ZERO
    last_due: date | None = None
    rests: bool = False
    claims: tuple[PeriodicClaim, ...] = ()

    def has(self, procedure: str) -> bool:
        """Does this procedure run on the debt, in any instance?"""
        return any(p == procedure or p.startswith(f"{procedure}:") for p in self.procedures)


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one decision. `unreleased`: keys of the debt's letters that have not left the house."""

    debtor: DebtorFacts = DebtorFacts()
    unreleased: frozenset[str] = frozenset()
    open_debts: tuple[OpenDebt, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """Under which law, with which facts and on which day is decided. `command`: its id and sender."""

    law: Rulebook
    facts: Facts
    today: date
