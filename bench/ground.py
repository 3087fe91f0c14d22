"""The ground on which both sides run: one PostgreSQL, one Temporal server, and in this process the workers of both."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities import database
from activities.cases import SEARCH_ATTRIBUTES, Cases
from activities.database import Pool
from activities.decisions import Decisions
from bench import Progress
from bench.bare import BareLadder, BareMessages, nothing
from bench.variant import DebtByNormalActivity
from runtime.embedded import embedded
from runtime.logs import configure_logging
from runtime.settings import Settings, temporal_client
from worker import running

BARE = "bench-bare"
VARIANT = "bench-variant"
DEBTOR = "D1"
ZONE = ZoneInfo("Europe/Amsterdam")
DATED = date(2026, 2, 27)
PATIENCE = 300.0
"""After so many seconds without an end something is wrong."""


@dataclass
class Ground:
    """The servers and a way to each side. `cases` live on the office's day DATED. `used`: how many debts were begun."""

    client: Client
    pool: Pool
    cases: Cases
    used: int = 0

    def debts(self, number: int) -> list[str]:
        """The numbers of so many debts that do not exist yet."""
        first, self.used = self.used, self.used + number
        return [f"OZB-2026-{n:06}" for n in range(first, self.used)]

    async def until(self, query: str, *values: Any) -> None:
        """Wait until the query says yes. RuntimeError when it does not in time."""
        end = time.monotonic() + PATIENCE
        while not await self.pool.fetchval(query, *values):
            if time.monotonic() > end:
                raise RuntimeError(f"not so after {PATIENCE:.0f} seconds: {query} {values}"[:400])
            await asyncio.sleep(0.02)

    async def decided(self, ids: Iterable[str]) -> None:
        """Wait until all commands with these ids were accepted. RuntimeError when one was refused or never decided."""
        wanted = list(ids)
        await self.until("select count(*) = $2 from commands where id = any ($1)", wanted, len(wanted))
        refusal = await self.pool.fetchval("select max(refusal ->> 'text') from commands where id = any ($1)", wanted)
        if refusal is not None:
            raise RuntimeError(f"a command was refused, so the figure means nothing: {refusal}")


async def asleep(handle: WorkflowHandle[Any, Any]) -> None:
    """Wait until the case has nothing to do."""
    idle = False
    while not idle:
        idle = (await handle.query("stand"))["idle"]


def assessment(debt: str, amount: str, **fields: Any) -> dict[str, Any]:
    """An assessment of property tax on the office's usual dates."""
    return {
        "command": "fix_assessment", "id": f"{debt}/fix", "by": "bench", "role": "levying_officer", "debt": debt,
        "debtor": DEBTOR, "tax": "property_tax", "amount": amount, "dated": DATED.isoformat(), "due": ["2026-04-30"],
        **fields,
    }  # fmt: skip


def payment(debt: str, number: int, amount: str, value_date: date = DATED) -> dict[str, Any]:
    """A payment by bank, in time."""
    return {
        "command": "register_payment", "id": f"{debt}/payment/{number}", "by": "bench", "debt": debt, "amount": amount,
        "value_date": value_date.isoformat(), "channel": "bank",
    }  # fmt: skip


def office(client: Client, task_queue: str) -> Cases:
    """The cases on a calendar on which it is now noon of the day on which our assessments are dated."""
    return Cases(client, task_queue, noon() - datetime.now(UTC))


def noon() -> datetime:
    """Noon of that day."""
    return datetime.combine(DATED, time_of_day(12), ZONE).astimezone(UTC)


@asynccontextmanager
async def ground(progress: Progress) -> AsyncIterator[Ground]:
    """Fresh servers in a folder of their own, the schema, one registered debtor, and the workers. Logs go to a file."""
    progress("starting PostgreSQL and Temporal")
    with TemporaryDirectory(prefix="invordering-bench-") as folder, _logs(Path(folder) / "bench.log"):
        data = Path(folder)
        async with embedded(
            data, temporal_port=0, ui_port=0, postgres_port=0, time_skipping=True, search_attributes=SEARCH_ATTRIBUTES
        ) as servers:
            settings = Settings(data=data)
            client = await temporal_client(settings, servers.temporal_address)
            pool = await database.connect(servers.dsn, size=20)
            try:
                await database.migrate(pool)
                async with running(client, settings, servers.dsn), _baseline(client, pool):
                    place = Ground(client, pool, office(client, settings.task_queue))
                    register = {
                        "command": "register_debtor",
                        "id": "register",
                        "debtor": DEBTOR,
                        "kind": "private_person",
                    }
                    await place.cases.submit(register)
                    await place.decided(["register"])
                    yield place
            finally:
                await pool.close()


async def on_own_ground(
    measured: Callable[..., Awaitable[dict[str, Any]]], *, progress: Progress, **size: int
) -> dict[str, Any]:
    """The figure `measured` on a ground of its own."""
    async with ground(progress) as place:
        return await measured(place, progress=progress, **size)


@asynccontextmanager
async def _baseline(client: Client, pool: Pool) -> AsyncIterator[None]:
    """The workers of the bare workflows and of the variant, with the same limits as ours."""
    alike: dict[str, Any] = {"max_cached_workflows": 1000, "max_concurrent_activities": 20}
    bare = Worker(client, task_queue=BARE, workflows=[BareMessages, BareLadder], activities=[nothing], **alike)
    decide = Decisions(pool)
    variant = Worker(
        client,
        task_queue=VARIANT,
        workflows=[DebtByNormalActivity],
        activities=[decide.decide, decide.open_file],
        **alike,
    )
    async with bare, variant:
        yield


@contextmanager
def _logs(path: Path) -> Iterator[None]:
    """Every decision is logged, as in production; here to a file, because the document is for standard output."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    with path.open("w") as file:
        configure_logging("json", stream=file)
        try:
            yield
        except BaseException as error:
            file.flush()
            failures = [json.loads(line) for line in path.read_text().splitlines() if '"exception"' in line]
            if failures:
                error.add_note(f"The last of {len(failures)} failures in the log:\n{failures[-1]['exception']}")
            raise
        finally:
            root.handlers[:], root.level = handlers, level
            structlog.configure(**before)
