"""The same scenario through Temporal and PostgreSQL: each case on a calendar of its own, moved forward day by day.

Uses Temporal's time skipping, which is experimental: for rehearsals only.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper

from activities.cases import Cases
from activities.database import Pool
from domain import core
from domain.kernel.messages import Command, Refusal
from domain.scenario import Record, Script, World, last_day, report

ZONE = ZoneInfo("Europe/Amsterdam")
_PATIENCE = timedelta(seconds=30)


@dataclass
class Stage:
    """The cases of one rehearsal. `prefix` keeps it apart from others on the same server: none here."""

    client: Client
    pool: Pool
    task_queue: str
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    streams: dict[str, WorkflowHandle[Any, Any]] = field(default_factory=dict)
    today: date = date.min

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
        if script.until is not None and script.until > self.today:
            progress(script.until)
            await self.go_to(script.until)

    async def go_to(self, day: date) -> None:
        """Move every running case to noon of `day`; each acts on its own terms on the way."""
        self.today = day
        await asyncio.gather(*(self._forward(handle, _noon(day)) for handle in list(self.streams.values())))
        await self.quiet()

    async def tell(self, command: Command) -> None:
        """Deliver a command on the day that has come, and wait until all that follows from it is done."""
        data = command.model_dump(mode="json", exclude_unset=True) | {"id": command.id}
        data["command"] = getattr(command, "command")
        with self._skipper.with_time_skipping_disabled():
            cases = Cases(self._skipper.client, self.task_queue, _noon(self.today) - datetime.now(UTC))
            handle = await cases.submit(data)
        self.streams[handle.id] = self.client.get_workflow_handle(handle.id)
        await self._decided([(core.case_of(command), command.id)])
        await self.quiet()

    async def _decided(self, expected: list[tuple[str, str]]) -> None:
        """Wait until these commands were decided, and those that followed from them."""
        queue = deque(expected)
        end = datetime.now(UTC) + _PATIENCE
        while queue:
            stream, command_id = queue[0]
            row = await self.pool.fetchrow(
                "select first, last, refusal from commands where stream = $1 and id = $2", stream, command_id
            )
            if row is None:
                if datetime.now(UTC) > end:
                    raise TimeoutError(f"{stream}: command {command_id} was not decided within {_PATIENCE}")
                await asyncio.sleep(0.02)
                continue
            queue.popleft()
            self.streams.setdefault(stream, self.client.get_workflow_handle(stream))
            if row["refusal"] is None:
                bodies = await self.pool.fetch(
                    "select body from events where stream = $1 and seq between $2 and $3 order by seq",
                    stream, row["first"], row["last"],
                )
                case = await _case(self.pool, stream)
                for body in bodies:
                    event = core.load_event(body["body"])
                    queue.extend((core.case_of(c), c.id) for c in core.outgoing(event, case, command_id))

    async def quiet(self) -> None:
        """Wait until no case has anything left to do."""
        await asyncio.gather(*(self._quiet(handle) for handle in self.streams.values()))

    async def _quiet(self, handle: WorkflowHandle[Any, Any]) -> None:
        end = datetime.now(UTC) + _PATIENCE
        while datetime.now(UTC) < end:
            try:
                if (await handle.query("stand"))["idle"]:
                    return
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                return
            if await self._is_over(handle):
                return
            await asyncio.sleep(0.02)
        raise TimeoutError(f"{handle.id} is still busy after {_PATIENCE}")

    async def _is_over(self, handle: WorkflowHandle[Any, Any]) -> bool:
        return (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING

    async def _forward(self, handle: WorkflowHandle[Any, Any], moment: datetime) -> None:
        if await self._is_over(handle):
            return
        now = datetime.fromisoformat((await handle.query("stand"))["clock"])
        if moment > now:
            await self._skipper.fast_forward(handle, moment - now)

    async def report(self, script: Script) -> dict[str, Any]:
        """What happened, as the same document that the core gives."""
        records = await records_of(self.pool, list(self.streams))
        cases = {stream: await _case(self.pool, stream) for stream in self.streams}
        known = {stream: case for stream, case in cases.items() if case is not None}
        return report(records, known, last_day(script, records), World())


async def _case(pool: Pool, stream: str) -> Any:
    rows = await pool.fetch("select body from events where stream = $1 order by seq", stream)
    return core.fold((core.load_event(row["body"]) for row in rows), stream)


async def records_of(pool: Pool, streams: list[str]) -> list[Record]:
    """Every decision on these cases, from the legal record."""
    rows = await pool.fetch(
        "select * from commands where stream = any ($1) order by place", streams
    )
    records = []
    for row in rows:
        bodies = await pool.fetch(
            "select body from events where stream = $1 and seq between $2 and $3 order by seq",
            row["stream"], row["first"], row["last"],
        )
        refusal = row["refusal"]
        records.append(
            Record(
                row["stream"],
                core.COMMANDS.validate_python(row["command"]),
                row["today"],
                tuple(core.load_event(b["body"]) for b in bodies) if refusal is None else (),
                None
                if refusal is None
                else Refusal(
                    refusal["code"],
                    refusal["text"],
                    tuple(refusal["norms"]),
                    date.fromisoformat(refusal["until"]) if refusal["until"] else None,
                ),
                row["first"],
            )
        )
    return records


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZONE).astimezone(UTC)


