"""The samples lived on the stage: day by day what arrives, what the debts do by themselves, and what people answer.

A day is gone to when a file brings something on it, when an answer is due, or when a debt acts by itself that somebody
waits for. Only the debtors concerned are moved, all side by side: each case has a calendar of its own.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from activities.letters.letterhead import load_letterhead
from domain import core, rulebooks
from domain.debt.events import QuestionAsked
from domain.kernel.messages import Event
from domain.scenario import DEFAULT_RULEBOOK
from intake import store
from intake.assessments import read_assessments
from intake.bank import read_bank
from intake.records import Record
from rehearsal.samples import Answer, Samples
from rehearsal.stage import Stage

_SINCE = """select c.place, c.today, e.stream, e.body from events e
            join commands c on c.stream = e.stream and c.id = e.command where c.place > $1 order by c.place, e.seq"""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of `stream` that was decided on `day`."""

    day: date
    stream: str
    event: Event


@dataclass
class Play:
    """One life of the samples. `unsaid`: the answers that still wait for their occasion, by their place in the file."""

    stage: Stage
    samples: Samples
    files: list[store.ImportSummary] = field(default_factory=list)
    unsaid: dict[int, Answer] = field(default_factory=dict)
    _debtors: dict[str, str] = field(default_factory=dict)
    _arrivals: list[tuple[date, str]] = field(default_factory=list)
    _due: list[tuple[date, int, Answer]] = field(default_factory=list)
    _place: int = 0

    async def bring_in(self) -> None:
        """Read both files and keep what they say; nothing is sent yet."""
        pool, law = self.stage.pool, rulebooks.load(DEFAULT_RULEBOOK)
        debts = list(read_assessments(self.samples.assessments, law.taxes))
        self.files.append(await store.keep(pool, self.samples.assessments, "assessments", debts))
        known = await store.known(pool)
        paid = list(read_bank(self.samples.bank, known.is_debt, known.debtor_of_iban, [load_letterhead().iban]))
        self.files.append(await store.keep(pool, self.samples.bank, "bank", paid))
        for record in debts:
            self._debtors |= {c["debt"]: record.commands[0]["debtor"] for c in record.commands if "debt" in c}
        self._arrivals = [
            (_day(record), self._debtor(command)) for record in debts + paid for command in record.commands
        ]
        for number, answer in enumerate(self.samples.answers()):
            if answer.said_on:
                heapq.heappush(self._due, (answer.said_on, number, answer))
            else:
                self.unsaid[number] = answer

    async def live(self, tell: Callable[[date, date, list[Happened]], None]) -> date:
        """Live until nothing is to come that the samples speak of; `tell` hears each day, the last known, and the news.

        Returns the day after: by then the last letters have left the house.
        """
        day = date.min
        while (next_day := self._next_day(day, acting := await self.stage.acting())) is not None:
            day = next_day
            await self.stage.go_to(day, self._concerned(day, acting))
            await store.send_ready(self.stage.pool, self._send, booked_until=day)
            while self._due and self._due[0][0] <= day:
                _, number, answer = heapq.heappop(self._due)
                await self.stage.tell(answer.given_on(day, f"answer-{number + 1}"))
            tell(day, self._last_known(day), await self._news(day))
        day += timedelta(days=1)
        await self.stage.go_to(day)
        tell(day, day, await self._news(day))
        return day

    def _next_day(self, today: date, acting: dict[str, date]) -> date | None:
        awaited = {answer.stream for answer in self.unsaid.values()}
        days = [
            *(day for day, _ in self._arrivals if day > today),
            *(max(day, today) for day, _, _ in self._due),
            *(day for stream, day in acting.items() if stream in awaited and day > today),
        ]
        return min(days, default=None)

    def _last_known(self, today: date) -> date:
        return max([today, *(day for day, _ in self._arrivals), *(day for day, _, _ in self._due)])

    def _concerned(self, day: date, acting: dict[str, date]) -> set[str]:
        """Every debtor for whom something arrives or is due on `day`, or ends by itself until then."""
        return {
            *(debtor for on, debtor in self._arrivals if on == day),
            *(answer.debtor or self._debtors[answer.debt] for on, _, answer in self._due if on <= day),
            *(self._debtors[stream] for stream, on in acting.items() if on <= day and stream in self._debtors),
        }

    async def _news(self, day: date) -> list[Happened]:
        """What was decided since the last time; the answers that wait for it become due."""
        rows = await self.stage.pool.fetch(_SINCE, self._place)
        news = [Happened(row["today"], row["stream"], core.load_event(row["body"])) for row in rows]
        self._place = max([self._place, *(row["place"] for row in rows)])
        for happened in news:
            number = next((n for n, answer in self.unsaid.items() if _is_awaited(answer, happened)), None)
            if number is not None:
                answer = self.unsaid.pop(number)
                due = max(happened.day + timedelta(days=answer.days), day)
                heapq.heappush(self._due, (due, number, answer))
        return news

    async def _send(self, command: dict[str, Any]) -> None:
        await self.stage.tell(core.COMMANDS.validate_python(command))

    def _debtor(self, command: dict[str, Any]) -> str:
        return str(command.get("debtor") or self._debtors[command["debt"]])


def _day(record: Record) -> date:
    return date.fromisoformat(record.source.get("booked_on") or record.source["dated"])


def _is_awaited(answer: Answer, happened: Happened) -> bool:
    if answer.stream != happened.stream:
        return False
    if answer.task:
        return isinstance(happened.event, QuestionAsked) and happened.event.question.kind == answer.task
    return happened.event.type == answer.event
