"""One builder of lives with lawful defaults: given a debt, when somebody does something, then look at what followed.

    after = life(due="2026-04-30").on("2026-05-11").pays("600.00").until("2026-12-31")
    assert after.the(ReminderIssued).until == day("2026-05-08")

Without a word the debtor is a private person at a known address, and the debt 600.00 euro property tax, dated
2026-02-27 and due on 2026-04-30. Unpaid it lives so: reminder 2026-05-01, demand 2026-05-09, writ by post 2026-05-27,
renewed order to the bailiff 2026-06-02.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self, TypeVar

from domain import core, rulebooks
from domain.debt.barriers import forbidding
from domain.debt.state import Barrier, Debt, Measure
from domain.debtor.debtor import Debtor
from domain.kernel.messages import Act, Command, Event, Refusal
from domain.rulebooks.rulebook import Rulebook
from domain.scenario import Script, World, live, tasks

DEBT, DEBTOR = "OZB-2026-0001", "D1"
OFFICER = {"by": "medewerker-7", "role": "collection_officer"}
VEERE = rulebooks.load("veere-2026")

E = TypeVar("E", bound=Event)


def day(written: str | date) -> date:
    """The day that is written as 2026-05-26."""
    return date.fromisoformat(written) if isinstance(written, str) else written


def euro(written: str) -> Decimal:
    """An amount in euro."""
    return Decimal(written)


def law(**changes: Any) -> Rulebook:
    """The rulebook of Veere with other figures, checked as at load."""
    return Rulebook.model_validate(VEERE.model_dump() | changes)


def reading(name: str, choice: str | int) -> Rulebook:
    """The rulebook of Veere with another reading of an open question."""
    readings = VEERE.model_dump()["readings"]
    return law(readings=readings | {name: readings[name] | {"choice": choice}})


def life(*, debtor: Mapping[str, Any] | None = None, under: Rulebook = VEERE, **assessment: Any) -> Life:
    """A debtor (with these facts) and one assessment (with these fields)."""
    return Life(under).registers(**(debtor or {})).assessed(**assessment)


class Life:
    """What happens, in order: `on` sets the day, the verbs add commands, `until` lives it."""

    def __init__(self, under: Rulebook = VEERE) -> None:
        self._law = under
        self._today = date(2020, 1, 1)
        self._commands: list[tuple[date, Command]] = []

    def on(self, today: str | date) -> Self:
        """What follows is said on `today`."""
        self._today = day(today)
        return self

    def until(self, last: str | date) -> Seen:
        """Live it up to and including the day `last`."""
        world = live(Script(tuple(self._commands), day(last)), {self._law.id: self._law})
        return Seen(world, day(last), self._law)

    def says(self, command: str, **fields: Any) -> Self:
        """Any command, about the debt (or the debtor) of the defaults when none is named."""
        subject = "debtor" if core.COMMAND_TYPES[command] in core.DEBTOR_COMMANDS else "debt"
        given = {"id": f"c{len(self._commands) + 1}", subject: DEBTOR if subject == "debtor" else DEBT}
        read = core.COMMANDS.validate_python({"command": command} | given | fields)
        self._commands.append((self._today, read))
        return self

    def registers(self, **facts: Any) -> Self:
        """The debtor is registered."""
        return self.says("register_debtor", **({"kind": "private_person"} | facts))

    def assessed(self, on: str | None = None, **fields: Any) -> Self:
        """An assessment is fixed on its own date, or taken in `on` a later day; that becomes today."""
        assessment = {"debtor": DEBTOR, "tax": "property_tax", "amount": "600.00", "dated": "2026-02-27"}
        assessment |= {"due": "2026-04-30"} | fields
        if isinstance(assessment["due"], str):
            assessment["due"] = [assessment["due"]]
        return self.on(on or assessment["dated"]).says("fix_assessment", **assessment)

    def pays(self, amount: str, **fields: Any) -> Self:
        """Money comes in by bank, with today as value date."""
        return self.says("register_payment", **({"amount": amount, "value_date": self._today} | fields))

    def pays_without_reference(self, amount: str, **fields: Any) -> Self:
        """Money of the debtor comes in by bank without a payment reference."""
        fields = {"amount": amount, "value_date": self._today} | fields
        return self.says("register_undirected_payment", **fields)

    def is_served(self, document: str, delivered: str = "debtor", **fields: Any) -> Self:
        """The bailiff reports that the document was served today."""
        report = {"document": document, "delivered": delivered, "served_on": self._today, "proof": "akte 12"}
        return self.says("report_service", **(report | fields))

    def officer(self, command: str, **fields: Any) -> Self:
        """The collection officer decides."""
        return self.says(command, **(OFFICER | fields))

    def orders_attachment(self, kind: str = "movables", object: str = "auto", **fields: Any) -> Self:
        """The collection officer orders an attachment."""
        return self.officer("order_attachment", kind=kind, object=object, **fields)

    def claims(self, third_party: str, **fields: Any) -> Self:
        """The collection officer claims from a third party."""
        return self.officer("claim_from_third_party", third_party=third_party, **fields)

    def is_executable(self) -> Self:
        """The default debt goes its whole way unpaid: the renewed order is handed over on 2026-06-10."""
        return self.on("2026-06-10").is_served("renewed_order")


@dataclass(frozen=True)
class Seen:
    """What was lived, looked at on its last day."""

    world: World
    last: date
    law: Rulebook

    def debt(self, number: str = DEBT) -> Debt:
        """The debt as it stands."""
        found = self.world.cases[number]
        assert isinstance(found, Debt)
        return found

    @property
    def debtor(self) -> Debtor:
        """The debtor as it stands."""
        found = self.world.cases[f"debtor-{DEBTOR}"]
        assert isinstance(found, Debtor)
        return found

    def events(self, stream: str | None = None) -> list[Event]:
        """All events (of one debt or debtor) in the order of their decision."""
        return [e for r in self.world.records if stream in (None, r.stream) for e in r.events]

    def all(self, kind: type[E], stream: str | None = None) -> list[E]:
        """All events of one kind."""
        return [e for e in self.events(stream) if isinstance(e, kind)]

    def the(self, kind: type[E], stream: str | None = None) -> E:
        """The only event of one kind."""
        (found,) = self.all(kind, stream)
        return found

    def days(self, kind: type[Event], stream: str | None = None) -> list[date]:
        """On which days events of one kind came."""
        return [e.on for e in self.all(kind, stream)]

    def letters(self, kind: str = "") -> list[Act]:
        """The acts that sent a letter (of one kind)."""
        acts = [e for e in self.events() if isinstance(e, Act) and e.letter is not None]
        return [act for act in acts if act.letter is not None and kind in ("", act.letter.kind)]

    @property
    def refusals(self) -> list[Refusal]:
        """All that was refused."""
        return [r.refusal for r in self.world.records if r.refusal is not None]

    @property
    def refusal(self) -> Refusal:
        """The only refusal."""
        (found,) = self.refusals
        return found

    def balances(self, stream: str | None = None) -> dict[str, Decimal]:
        """What the postings leave on each account: debit less credit, in euro."""
        accounts: dict[str, Decimal] = defaultdict(Decimal)
        for event in self.events(stream):
            for posting in event.postings():
                accounts[posting.debit] += posting.amount
                accounts[posting.credit] -= posting.amount
        return accounts

    def tasks(self, kind: str = "") -> list[dict[str, Any]]:
        """The questions that were put to officials (of one kind), with their answers."""
        rows = tasks(self.world.records, self.world.cases)
        return [row for row in rows if kind in ("", row["kind"])]

    def forbids(self, measure: Measure, track: str = "") -> Barrier | None:
        """What forbids the measure on the last day."""
        return forbidding(self.debt(), self.law, measure, self.last, track)
