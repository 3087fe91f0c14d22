"""Lives a scripted life through the core alone: the same rules, order and answers as the engine on Temporal.

A day goes so: terms that have ended are acted on first, then the day's commands arrive, then letters leave the house.
Messages between debts and debtors arrive the same day.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from domain import core, rulebooks
from domain.debt.commands import EndTerm, FixAssessment
from domain.debt.events import QuestionAnswered, QuestionAsked
from domain.debt.facts import Context, DebtorFacts, Facts, OpenDebt
from domain.debt.late_truth import Lived
from domain.debt.others import open_debt
from domain.debt.outlook import document, next_debtor_wake, next_wake
from domain.debt.state import Debt
from domain.debtor.debtor import Debtor
from domain.kernel.messages import Act, Command, Event, Refusal
from domain.rulebooks.rulebook import Rulebook

DEFAULT_RULEBOOK = "veere-2026"


@dataclass(frozen=True, slots=True)
class Record:
    """One decision: which command, on which day, and what followed. `first`: version of its first event."""

    stream: str
    command: Command
    today: date
    events: tuple[Event, ...] = ()
    refusal: Refusal | None = None
    first: int = 0


@dataclass
class World:
    """The debts and debtors of one scenario and all that was decided. `today` only goes forward."""

    laws: dict[str, Rulebook] = field(default_factory=dict)
    cases: dict[str, core.Case] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    _lived: dict[str, list[Lived]] = field(default_factory=lambda: defaultdict(list))
    _house: dict[str, tuple[date, set[str]]] = field(default_factory=dict)

    def tell(self, command: Command, today: date) -> Record:
        """Decide `command` on `today`, and all messages that follow from it."""
        queue = deque([command])
        first = None
        while queue:
            record = self._decide(queue.popleft(), today)
            first = first or record
            for event in record.events:
                queue.extend(core.outgoing(event, self.cases[record.stream], record.command.id))
        assert first is not None
        return first

    def wake(self, today: date) -> None:
        """Act on every term that has ended by `today`, until all is quiet."""
        quiet = False
        while not quiet:
            quiet = True
            for stream, case in sorted(self.cases.items()):
                if (due := self._due(case)) is not None and due[0] <= today:
                    about = {"debt": stream} if isinstance(case, Debt) else {"debtor": case.debtor}
                    self.tell(EndTerm(id=f"{stream}/{case.version}/{due[1]}", by="engine", term=due[1], **about), today)
                    quiet = False

    def next_day(self) -> date | None:
        """The first day on which a debt acts by itself."""
        days = [due[0] for case in self.cases.values() if (due := self._due(case))]
        return min(days, default=None)

    def law_of(self, case: core.Case | None, command: Command | None = None) -> Rulebook:
        """The rulebook that the debt is pinned to; for a new debt the one that its assessment names."""
        name = case.rulebook if isinstance(case, Debt) else getattr(command, "rulebook", DEFAULT_RULEBOOK)
        return self.laws.get(name) or rulebooks.load(name)

    def _due(self, case: core.Case) -> tuple[date, str] | None:
        wake = next_wake(case, self.law_of(case)) if isinstance(case, Debt) else next_debtor_wake(case)
        return None if wake is None else (wake.on, wake.term.name)

    def _decide(self, command: Command, today: date) -> Record:
        stream = core.case_of(command)
        case = self.cases.get(stream)
        ctx = Context(self.law_of(case, command), self._facts(command, case, today), today)
        outcome, after = core.decide_and_evolve(command, case, ctx)
        if outcome == core.NEEDS_HISTORY:
            outcome, after = core.decide_and_evolve(command, case, ctx, self._lived[stream])
        assert not isinstance(outcome, str)
        if isinstance(outcome, Refusal):
            record = Record(stream, command, today, refusal=outcome)
        else:
            record = Record(stream, command, today, tuple(outcome), first=(case.version if case else 0) + 1)
            assert after is not None
            self.cases[stream] = after
            self._lived[stream].append(Lived(command, ctx.facts, today, record.events))
            self._keep_letters(stream, record.events, today)
        self.records.append(record)
        return record

    def _keep_letters(self, stream: str, events: Iterable[Event], today: date) -> None:
        """Letters of today lie ready until the release hour; those of earlier days have left."""
        day, keys = self._house.get(stream, (today, set()))
        keys = keys if day == today else set()
        keys |= {e.letter_key for e in events if isinstance(e, Act) and e.letter and not e.immediate}
        self._house[stream] = (today, keys)

    def _facts(self, command: Command, case: core.Case | None, today: date) -> Facts:
        debtor_id = case.debtor if case else getattr(command, "debtor", "")
        debtor = self.cases.get(f"debtor-{debtor_id}")
        day, keys = self._house.get(core.case_of(command), (today, set()))
        debts = [c for c in self.cases.values() if isinstance(c, Debt) and c.debtor == debtor_id and c.open.total > 0]
        open_debts: tuple[OpenDebt, ...] = ()
        if command.knows_other_debts:
            open_debts = tuple(open_debt(d, self.law_of(d), today) for d in debts)
        elif not isinstance(case, Debt):
            open_debts = tuple(
                OpenDebt(d.debt, d.dated, d.terms[0].due, d.open.total, d.arose_on, tuple(sorted(d.procedures)))
                for d in debts
            )
        return Facts(
            debtor=debtor.facts if isinstance(debtor, Debtor) else DebtorFacts(),
            unreleased=frozenset(keys) if day == today else frozenset(),
            open_debts=open_debts,
        )


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in a scenario: dated commands in the order of the file, and its last day."""

    commands: tuple[tuple[date, Command], ...]
    until: date | None = None


def live(script: Script, laws: dict[str, Rulebook] | None = None) -> World:
    """The world after the script, lived day by day."""
    world = World(laws=laws or {})
    waiting = deque(sorted(script.commands, key=lambda c: c[0]))
    last = horizon(script)
    while True:
        days = [d for d in (waiting[0][0] if waiting else None, world.next_day()) if d is not None]
        if not days or min(days) > last:
            return world
        today = min(days)
        world.wake(today)
        while waiting and waiting[0][0] <= today:
            world.tell(waiting.popleft()[1], today)
            world.wake(today)


def horizon(script: Script) -> date:
    """Until when is the script lived? Two years after its last command, where it does not say."""
    return script.until or max((d for d, _ in script.commands), default=date.min) + timedelta(days=730)


def forecast(debt: Debt, law: Rulebook, facts: DebtorFacts, today: date) -> list[Record]:
    """If nothing is paid and nobody does anything: which steps follow, when and at what cost?"""
    world = World(laws={law.id: law})
    world.cases[debt.debt] = debt
    world.cases[f"debtor-{debt.debtor}"] = Debtor(debt.debtor, facts=facts)
    while (day := world.next_day()) is not None and len(world.records) < 100:
        world.wake(max(day, today))
    return world.records


def timeline(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Every event in the order of its decision."""
    return [
        {
            "on": event.on.isoformat(),
            "debt": record.stream,
            "event": event.type,
            "norms": list(event.norms),
            "amount": f"{event.amount:.2f}",
            "text": event.text,
        }
        for record in in_order(records)
        for event in record.events
    ]


def in_order(records: Sequence[Record]) -> list[Record]:
    """Decisions by day, then stream, then version: the same in every engine."""
    return sorted(records, key=lambda r: (r.today, r.stream, r.first or 10**9, r.command.id))


def report(records: Sequence[Record], cases: dict[str, core.Case], day: date, world: World) -> dict[str, Any]:
    """The scenario's outcome as one JSON document; both engines give the same."""
    refusals = [
        {
            "on": r.today.isoformat(),
            "debt": r.stream,
            "command": r.command.command,
            "code": r.refusal.code,
            "norms": list(r.refusal.norms),
            "until": r.refusal.until.isoformat() if r.refusal.until else None,
            "text": r.refusal.text,
        }
        for r in in_order(records)
        if r.refusal is not None
    ]
    debts = [c for c in cases.values() if isinstance(c, Debt)]
    return {
        "timeline": timeline(records),
        "refusals": refusals,
        "debts": [document(d, world.law_of(d), day) for d in sorted(debts, key=lambda d: d.debt)],
        "tasks": tasks(records, cases),
    }


def tasks(records: Sequence[Record], cases: dict[str, core.Case]) -> list[dict[str, Any]]:
    """Every question that was put to an official, and its answer: null while it is open."""
    rows: list[dict[str, Any]] = []
    for record in in_order(records):
        for event in record.events:
            if isinstance(event, QuestionAsked):
                for row in rows:  # asked anew: the earlier question lapsed
                    if (row["debt"], row["task"], row["answered"]) == (record.stream, event.question.task, None):
                        row["answered"] = {"answer": "vervallen"}
                rows.append(
                    {
                        "on": event.on.isoformat(),
                        "debt": record.stream,
                        "task": event.question.task,
                        "kind": event.question.kind,
                        "question": event.question.question,
                        "norms": list(event.question.norms),
                        "answered": None,
                    }
                )
            elif isinstance(event, QuestionAnswered):
                _answer(rows, record.stream, event)
    open_ = {(s, t) for s, c in cases.items() for t in c.questions}
    for row in rows:
        if row["answered"] is None and (row["debt"], row["task"]) not in open_:
            row["answered"] = {"answer": "vervallen"}
    last = {(row["debt"], row["task"]): row for row in rows}
    for asked in open_ & last.keys():  # also one whose answer fell away with a late fact
        last[asked]["answered"] = None
    return rows


def _answer(rows: list[dict[str, Any]], stream: str, event: QuestionAnswered) -> None:
    for row in reversed(rows):
        if (row["debt"], row["task"]) == (stream, event.task) and row["answered"] is None:
            row["answered"] = {
                "on": event.on.isoformat(),
                "answer": event.answer,
                "by": event.by,
                "role": event.role,
                "reason": event.reason,
            }
            return


def last_day(script: Script, records: Sequence[Record]) -> date:
    """The day on which the scenario is looked at."""
    days = [d for d, _ in script.commands] + [r.today for r in records]
    return script.until or max(days, default=date.min)


def begins(command: Command) -> bool:
    """Is this the first word about a debt?"""
    return isinstance(command, FixAssessment)
