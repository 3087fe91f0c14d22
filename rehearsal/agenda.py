"""What is still to come of the samples: on which days something arrives, is said, or must be waited for.

Knows neither server nor core: whoever lives the samples asks it for the next day and tells it what happened.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.debt.events import QuestionAsked
from domain.kernel.messages import Command, Event
from intake.records import Record
from rehearsal.samples import Answer


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of `stream` that was decided on `day`."""

    day: date
    stream: str
    event: Event


@dataclass
class Agenda:
    """`unsaid`: the answers that wait for their occasion, by their place in the file."""

    unsaid: dict[int, Answer] = field(default_factory=dict)
    _debtors: dict[str, str] = field(default_factory=dict)
    _arrivals: list[tuple[date, str]] = field(default_factory=list)
    _due: list[tuple[date, int, Answer]] = field(default_factory=list)

    def expect(self, records: Iterable[Record], answers: Iterable[Answer] = ()) -> None:
        """Put what the files bring, assessments first, and what people answer on the agenda."""
        for record in records:
            for command in record.commands:
                if "debtor" in command and "debt" in command:
                    self._debtors[command["debt"]] = command["debtor"]
                about = command.get("debtor") or self._debtors[command["debt"]]
                self._arrivals.append((day_of(record), about))
        for number, answer in enumerate(answers, start=1):
            if answer.said_on:
                heapq.heappush(self._due, (answer.said_on, number, answer))
            else:
                self.unsaid[number] = answer

    def next_day(self, today: date, acting: Mapping[str, date]) -> date | None:
        """The next day to go to; `acting` tells on which day each case acts by itself. None: nothing is to come."""
        awaited = {self._debtor(answer.stream) for answer in self.unsaid.values()}
        days = [
            *(day for day, _ in self._arrivals if day > today),
            *(max(day, today) for day, _, _ in self._due),
            *(day for stream, day in acting.items() if day > today and self._debtor(stream) in awaited),
        ]
        return min(days, default=None)

    def last_known(self, today: date) -> date:
        """The last day of which the agenda knows already."""
        return max([today, *(day for day, _ in self._arrivals), *(day for day, _, _ in self._due)])

    def concerned(self, day: date, acting: Mapping[str, date]) -> set[str]:
        """The debtors for whom something arrives or is said on `day`, or ends by itself until then."""
        return {
            *(debtor for on, debtor in self._arrivals if on == day),
            *(self._debtor(answer.stream) for on, _, answer in self._due if on <= day),
            *(self._debtor(stream) for stream, on in acting.items() if on <= day),
        }

    def said(self, day: date) -> Iterator[Command]:
        """What is said until `day`, in order; it is off the agenda then."""
        while self._due and self._due[0][0] <= day:
            _, number, answer = heapq.heappop(self._due)
            yield answer.given_on(day, f"answer-{number}")

    def hear(self, news: Iterable[Happened], today: date) -> None:
        """Something happened: the first answer that waits for it will be given."""
        for happened in news:
            number = next((n for n, answer in self.unsaid.items() if _is_awaited(answer, happened)), None)
            if number is not None:
                answer = self.unsaid.pop(number)
                due = max(happened.day + timedelta(days=answer.days), today)
                heapq.heappush(self._due, (due, number, answer))

    def _debtor(self, stream: str) -> str:
        return self._debtors.get(stream) or stream.removeprefix("debtor-")


def day_of(record: Record) -> date:
    """The day on which a record of a file arrives: an assessment is dated, a bank entry booked."""
    return date.fromisoformat(record.source.get("booked_on") or record.source["dated"])


def _is_awaited(answer: Answer, happened: Happened) -> bool:
    if answer.stream != happened.stream:
        return False
    if answer.task:
        return isinstance(happened.event, QuestionAsked) and happened.event.question.kind == answer.task
    return happened.event.type == answer.event
