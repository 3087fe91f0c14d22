"""The samples lived on the stage: day by day what arrives, what the debts do by themselves, and what people answer.

A day is gone to when the agenda says so, and only the debtors concerned are moved, all side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from activities.letters.letterhead import load_letterhead
from domain import core, rulebooks
from domain.scenario import DEFAULT_RULEBOOK
from intake import store
from intake.assessments import read_assessments
from intake.bank import read_bank
from rehearsal.agenda import Agenda, Happened
from rehearsal.samples import Samples
from rehearsal.stage import Stage

_SINCE = """select c.place, c.today, e.stream, e.body from events e
            join commands c on c.stream = e.stream and c.id = e.command where c.place > $1 order by c.place, e.seq"""


@dataclass
class Play:
    """One life of the samples. `files`: what was read."""

    stage: Stage
    samples: Samples
    agenda: Agenda = field(default_factory=Agenda)
    files: list[store.ImportSummary] = field(default_factory=list)
    _place: int = 0

    async def bring_in(self) -> None:
        """Read both files and keep what they say; nothing is sent yet."""
        pool, law = self.stage.pool, rulebooks.load(DEFAULT_RULEBOOK)
        debts = list(read_assessments(self.samples.assessments, law.taxes))
        self.files.append(await store.keep(pool, self.samples.assessments, "assessments", debts))
        known = await store.known(pool)
        paid = list(read_bank(self.samples.bank, known.is_debt, known.debtor_of_iban, [load_letterhead().iban]))
        self.files.append(await store.keep(pool, self.samples.bank, "bank", paid))
        self.agenda.expect(debts + paid, self.samples.answers())

    async def live(self, tell: Callable[[date, date, list[Happened]], None]) -> None:
        """Live until nothing is to come; `tell` hears each day, the last that is known, and what happened.

        Ends on the day after: by then the last letters have left the house.
        """
        day = date.min
        while (next_day := self.agenda.next_day(day, acting := await self.stage.acting())) is not None:
            day = next_day
            await self.stage.go_to(day, self.agenda.concerned(day, acting))
            await store.send_ready(self.stage.pool, self._send, booked_until=day)
            for command in self.agenda.said(day):
                await self.stage.tell(command)
            news = await self._news()
            self.agenda.hear(news, day)
            tell(day, self.agenda.last_known(day), news)
        day += timedelta(days=1)
        await self.stage.go_to(day)
        tell(day, day, await self._news())

    async def _send(self, command: dict[str, Any]) -> None:
        await self.stage.tell(core.COMMANDS.validate_python(command))

    async def _news(self) -> list[Happened]:
        """What was decided since the last time."""
        rows = await self.stage.pool.fetch(_SINCE, self._place)
        self._place = max([self._place, *(row["place"] for row in rows)])
        return [Happened(row["today"], row["stream"], core.load_event(row["body"])) for row in rows]
