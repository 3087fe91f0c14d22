"""The same scenario through Temporal and PostgreSQL: each case on a calendar of its own, moved forward day by day.

Uses Temporal's time skipping, which is experimental: for rehearsals only.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper

from activities.cases import Cases
from activities.database import Pool
from domain import core
from domain.kernel.messages import Command, OfficialCommand, Refusal, Role
from domain.scenario import Record, Script, World, horizon, last_day, report

ZONE = ZoneInfo("Europe/Amsterdam")
_PATIENCE = timedelta(minutes=2)

_CASES_OF_DEBTOR = """
select stream from streams s
where debtor <> '' and debtor = (select debtor from streams where stream = $1)
  and exists (select from commands c where c.stream = s.stream)
"""

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
    _stands: dict[str, tuple[tuple[str | None, int], dict[str, Any]]] = field(default_factory=dict)

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

    async def go_to(self, day: date, debtors: Collection[str] | None = None) -> None:
        """Move every running case, or those of `debtors`, to noon of `day`; each acts on its own terms on the way."""
        self.today = day
        files = await self.pool.fetch(
            "select min(stream) as stream from streams"
            " where stream = any ($1) and ($2::text[] is null or debtor = any ($2))"
            " group by case when debtor = '' then stream else debtor end",
            list(self.streams),
            None if debtors is None else list(debtors),
        )
        await asyncio.gather(*(self._go_together(file["stream"], day) for file in files))

    async def tell(self, command: Command) -> None:
        """Deliver a command on the day that has come, and wait until all that follows from it is done.

        Several may be told side by side. An official's decision is an update, which is answered; all else a signal.
        """
        self._numbers |= {getattr(command, "debt", ""), getattr(command, "debtor", "")} - {""}
        data = command.model_dump(mode="json", exclude_unset=True) | {"id": command.id}
        data = self._with_prefix(data | {"command": command.command})
        cases = Cases(self.client, self.task_queue, _noon(self.today) - datetime.now(UTC))
        stream = core.case_of(core.COMMANDS.validate_python(data))
        self.streams[stream] = self.client.get_workflow_handle(stream)
        if isinstance(command, OfficialCommand) and command.role is not Role.ENGINE:
            await cases.decide(data)
        else:
            await cases.submit(data)
        await self._settled(stream)
        if not await self.pool.fetchval(
            "select exists (select from commands where stream = $1 and id = $2)", stream, command.id
        ):
            raise RuntimeError(f"{stream}: command {command.id} was not decided; the table `rejected` says why")

    async def acting(self) -> dict[str, date]:
        """The day on which each case does something by itself; cases that only wait for messages are left out."""
        days = dict(zip(self.streams, await asyncio.gather(*map(self._acts_on, self.streams.values())), strict=True))
        return {stream: day for stream, day in days.items() if day is not None}

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
            bodies[_without(self.prefix, row["stream"])].append(core.load_event(_without(self.prefix, row["body"])))
        folded = {stream: core.fold(events, stream) for stream, events in bodies.items()}
        return {stream: case for stream, case in folded.items() if case is not None}

    async def _go_together(self, stream: str, day: date) -> None:
        """Move the cases of one debtor together, so that what one tells another arrives on the day of its saying."""
        halt = date.min
        while halt < day:
            cases = await self._settled(stream)
            acting = await asyncio.gather(*(self._acts_on(case) for case in cases))
            halt = min((on for on in acting if on is not None and on < day), default=day)
            at_ease = [case for case, on in zip(cases, acting, strict=True) if on != halt]
            await asyncio.gather(*(self._forward(case, _noon(halt)) for case in at_ease))
            for case, on in zip(cases, acting, strict=True):
                if on == halt:
                    await self._forward(case, _noon(halt))
                    await self._settled(stream)

    async def _settled(self, stream: str) -> list[Case]:
        """All cases of this one's debtor, once none of them has anything under way."""
        rested = False
        while not rested:
            rows = await self.pool.fetch(_CASES_OF_DEBTOR, stream)
            for name in sorted({stream, *(row["stream"] for row in rows)} - self.streams.keys()):
                self.streams[name] = self.client.get_workflow_handle(name)
            cases = [self.streams[name] for name in sorted({stream, *(row["stream"] for row in rows)})]
            rested = all(await asyncio.gather(*(self._rests(case) for case in cases)))
        return cases

    async def _rests(self, case: Case) -> bool:
        """Wait until the case has nothing under way; false when it had, as it may have told others."""
        end, pause = datetime.now(UTC) + _PATIENCE, 0.005
        while await self._is_busy(case):
            if datetime.now(UTC) > end:
                raise TimeoutError(f"{case.id} is still busy after {_PATIENCE}")
            await asyncio.sleep(pause)
            pause = min(2 * pause, 0.2)
        return pause == 0.005

    async def _is_busy(self, case: Case) -> bool:
        raw = (description := await case.describe()).raw_description
        if raw.pending_activities or raw.HasField("pending_workflow_task"):
            return True
        if description.run_id == raw.workflow_execution_info.first_run_id:
            return False
        try:  # the server lets a run that goes on from another wait a moment before its first task
            await case.query("stand")
        except RPCError as error:
            if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                raise
            return True
        return False

    async def _acts_on(self, case: Case) -> date | None:
        """The next day on which the case does something by itself; None when it only waits for messages."""
        stand = await self._stand(case)
        at = stand and stand["acts_at"]
        return datetime.fromisoformat(at).astimezone(ZONE).date() if at else None

    async def _forward(self, case: Case, moment: datetime) -> None:
        if (stand := await self._stand(case)) is None:
            return
        # The workflow's own time is that of its last task: a clock that was moved since then is ahead of it.
        ahead = moment - (await self._skipper.get_current_time(case) + timedelta(seconds=stand["ahead"]))
        if ahead > timedelta():
            await self._skipper.fast_forward(case, ahead)

    async def _stand(self, case: Case) -> dict[str, Any] | None:
        """How a running case stands; asked again only when its history has grown. None when it has ended."""
        description = await case.describe()
        if description.status is not WorkflowExecutionStatus.RUNNING:
            return None
        seen = (description.run_id, description.history_length)
        if case.id not in self._stands or self._stands[case.id][0] != seen:
            self._stands[case.id] = (seen, await case.query("stand"))
        return self._stands[case.id][1]

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


def prefix_of(name: str) -> str:
    """The prefix of the rehearsal with this name: its own, and the same each time."""
    return f"{sha256(name.encode()).hexdigest()[:6].upper()}-"


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZONE).astimezone(UTC)


async def records_of(pool: Pool, streams: list[str], prefix: str = "") -> list[Record]:
    """Every decision on these cases, from the legal record; `prefix` is taken off all numbers."""

    def plain(value: Any) -> Any:
        return _without(prefix, value)

    rows = await pool.fetch("select * from commands where stream = any ($1) order by place", streams)
    bodies = defaultdict(list)
    for row in await pool.fetch("select stream, body from events where stream = any ($1) order by seq", streams):
        bodies[row["stream"]].append(core.load_event(plain(row["body"])))
    return [
        Record(
            plain(row["stream"]),
            core.COMMANDS.validate_python(plain(row["command"])),
            row["today"],
            tuple(bodies[row["stream"]][row["first"] - 1 : row["last"]]) if row["first"] else (),
            _refusal(plain(row["refusal"])),
            row["first"],
        )
        for row in rows
    ]


def _refusal(stored: dict[str, Any] | None) -> Refusal | None:
    if stored is None:
        return None
    until = date.fromisoformat(stored["until"]) if stored["until"] else None
    return Refusal(stored["code"], stored["text"], tuple(stored["norms"]), until)


def _without(prefix: str, value: Any) -> Any:
    """The JSON value with the prefix taken off, wherever a text has it."""
    return json.loads(json.dumps(value).replace(prefix, "")) if prefix else value
