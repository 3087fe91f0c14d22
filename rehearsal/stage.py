"""The same scenario through Temporal and PostgreSQL: each case on a calendar of its own, moved forward day by day.

Uses Temporal's time skipping, which is experimental: for rehearsals only.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.testing import TimeSkipper

from activities.cases import Cases
from activities.database import Pool
from domain import core
from domain.kernel.messages import Command, Refusal
from domain.scenario import Record, Script, World, horizon, last_day, report

ZONE = ZoneInfo("Europe/Amsterdam")
_PATIENCE = timedelta(minutes=1)

Case = WorkflowHandle[Any, Any]


@dataclass
class Stage:
    """The cases of one rehearsal.

    `prefix` stands before each number of a debt and a debtor, so that several rehearsals can use one server; what
    the stage reports is without it.
    """

    client: Client
    pool: Pool
    task_queue: str
    prefix: str = ""
    streams: dict[str, Case] = field(default_factory=dict)
    today: date = date.min
    _numbers: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._skipper = TimeSkipper(self.client)

    async def live(self, script: Script, progress: Callable[[date], None] = lambda day: None) -> None:
        """Live the script: per day terms that ended first, then the day's commands one by one."""
        waiting = deque(sorted(script.commands, key=lambda c: c[0]))
        while waiting:
            day = waiting[0][0]
            progress(day)
            await self.go_to(day)
            while waiting and waiting[0][0] == day:
                await self.tell(waiting.popleft()[1])
        if (end := horizon(script)) > self.today:
            progress(end)
            await self.go_to(end)

    async def go_to(self, day: date) -> None:
        """Move every running case to noon of `day`; each acts on its own terms on the way.

        The cases of one debtor go together, so that what one tells another arrives on the day that it was said.
        """
        self.today = day
        await asyncio.gather(*(self._go_together(debtor, day) for debtor in await self._debtors()))

    async def tell(self, command: Command) -> None:
        """Deliver a command on the day that has come, and wait until all that follows from it is done."""
        self._numbers |= {getattr(command, "debt", ""), getattr(command, "debtor", "")} - {""}
        data = command.model_dump(mode="json", exclude_unset=True) | {"id": command.id}
        data = self._with_prefix(data | {"command": getattr(command, "command")})
        with self._skipper.with_time_skipping_disabled():
            cases = Cases(self._skipper.client, self.task_queue, _noon(self.today) - datetime.now(UTC))
            stream = (await cases.submit(data)).id
        self.streams[stream] = self.client.get_workflow_handle(stream)
        await self.quiet()
        if not await self.pool.fetchval(
            "select exists (select from commands where stream = $1 and id = $2)", stream, command.id
        ):
            raise RuntimeError(f"{stream}: command {command.id} was not decided; table `rejected` says why")

    async def quiet(self) -> None:
        """Wait until no case has anything left to do."""
        rested = False
        while not rested:  # one that rests may have told another
            await self._debtors()
            rested = all(await asyncio.gather(*(self._rests(case) for case in self.streams.values())))

    async def report(self, script: Script) -> dict[str, Any]:
        """What happened, as the same document that the core gives."""
        records = await records_of(self.pool, list(self.streams), self.prefix)
        cases = await self._cases()
        return report(records, cases, last_day(script, records), World())

    async def _cases(self) -> dict[str, core.Case]:
        """Every case as its events make it."""
        rows = await self.pool.fetch(
            "select stream, body from events where stream = any ($1) order by stream, seq", list(self.streams)
        )
        bodies = defaultdict(list)
        for row in rows:
            bodies[row["stream"].replace(self.prefix, "")].append(core.load_event(_without(self.prefix, row["body"])))
        folded = {stream: core.fold(events, stream) for stream, events in bodies.items()}
        return {stream: case for stream, case in folded.items() if case is not None}

    async def _debtors(self) -> dict[str, list[Case]]:
        """Our cases by debtor, also those that others among them have begun."""
        rows = await self.pool.fetch(
            "select s.stream, s.debtor from streams s where exists (select from commands c where c.stream = s.stream)"
            " and (s.stream = any ($1) or s.debtor in (select debtor from streams where stream = any ($1) and debtor <> ''))"
            " order by s.stream",
            list(self.streams),
        )
        files = defaultdict(list)
        for row in rows:
            case = self.streams.setdefault(row["stream"], self.client.get_workflow_handle(row["stream"]))
            files[row["debtor"]].append(case)
        return files

    async def _go_together(self, debtor: str, day: date) -> None:
        arrived = False
        while not arrived:
            cases = (await self._debtors())[debtor]
            acting = dict(zip(cases, await asyncio.gather(*(self._acts_on(case) for case in cases)), strict=True))
            halt = min((on for on in acting.values() if on is not None and on < day), default=day)
            first = [case for case, on in acting.items() if on != halt]
            await asyncio.gather(*(self._forward(case, _noon(halt)) for case in first))
            for case, on in acting.items():
                if on == halt:
                    await self._forward(case, _noon(halt))
            arrived = halt == day

    async def _acts_on(self, case: Case) -> date | None:
        """The next day on which the case does something by itself; None when it only waits for messages."""
        if not await self._runs(case):
            return None
        at = (await case.query("stand"))["acts_at"]
        return datetime.fromisoformat(at).astimezone(ZONE).date() if at else None

    async def _forward(self, case: Case, moment: datetime) -> None:
        if not await self._runs(case):
            return
        ahead = moment - datetime.fromisoformat((await case.query("stand"))["clock"])
        if ahead > timedelta():
            await self._skipper.fast_forward(case, ahead)
        await self.quiet()

    async def _runs(self, case: Case) -> bool:
        return (await case.describe()).status is WorkflowExecutionStatus.RUNNING

    async def _rests(self, case: Case) -> bool:
        """Wait until nothing of the case is under way; was that so at once?"""
        end = datetime.now(UTC) + _PATIENCE
        pause = 0.01
        while (await case.describe()).raw_description.pending_activities:
            pass
        return True

    def _with_prefix(self, value: Any) -> Any:
        match value:
            case str() if value in self._numbers:
                return self.prefix + value
            case list():
                return [self._with_prefix(item) for item in value]
            case dict():
                return {key: self._with_prefix(item) for key, item in value.items()}
            case _:
                return value
