"""What a decision needs to know beside its own debt, read in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from domain.kernel.money import Money

if TYPE_CHECKING:
    from domain.rulebooks.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """Somebody who owes or holds money of the debtor (VEERE-2.6-a). `name` is the office's number of it."""

    third_party: str
    relation: str
    income: str = ""


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


@dataclass(frozen=True, slots=True)
class OpenDebt:
    """An open debt of the debtor, for spreading an undirected payment (VEERE-4.4-b)."""

    debt: str
    dated: date
    due: date
    open: Money


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
