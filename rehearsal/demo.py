"""`invordering demo`: two files are imported, and the debts live through the law on real servers, in a minute.

    servers -> import -> day by day: payments, letters, answers -> timelines, ledger, letters, Web UI

Each debt has a calendar of its own that Temporal's time skipping moves; the days are those on which something arrives
or an answer is waited for. Everything else is what runs in production: intake, worker, decisions, post room.
"""

from __future__ import annotations

import asyncio
import heapq
import shutil
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from activities import database
from activities.cases import SEARCH_ATTRIBUTES
from activities.database import Pool
from activities.letters.letterhead import load_letterhead
from domain import core, rulebooks
from domain.kernel.messages import Event, OfficialCommand
from domain.scenario import DEFAULT_RULEBOOK
from intake import store
from intake.assessments import read_assessments
from intake.bank import read_bank
from intake.records import Record
from intake.store import ImportSummary
from rehearsal import account
from rehearsal.samples import Answer, Samples
from rehearsal.stage import Stage
from runtime.embedded import Runtime, embedded
from runtime.errors import DataInUse, RuntimeProblem
from runtime.instance import running as instance_on
from runtime.instance import sole_instance
from runtime.logs import configure_logging
from runtime.settings import Settings, temporal_client
from runtime.up import stop_signals, until_asked_or_failed
from worker import running

DATA = Path("var/demo")
_MARK = "this-folder-is-of-the-demo"
_INTERRUPTED = 130

Happened = tuple[date, str, Event]
"""Day of the decision, stream, and what was decided."""
Progressed = Callable[[date, date, list[Happened]], None]


async def demo(data: Path, keep: bool, console: Console) -> int:
    """Live the samples on servers of our own with their data in `data`, and tell what came of it.

    `keep` leaves everything running until Ctrl-C. A folder of an earlier demo begins anew. Returns the exit code: 0,
    1 when the ledger does not add up, 130 when interrupted. Raises RuntimeProblem when something cannot start.
    """
    begun = time.monotonic()
    _begin_anew(data)
    with (data / "worker.log").open("a", encoding="utf-8") as log:
        configure_logging("json", stream=log)
        console.print("Starting PostgreSQL, Temporal and a worker…")
        async with stop_signals() as asked, _servers(data) as (runtime, stage):
            console.print(f"Started in {runtime.seconds:.1f} s. Watch it: {runtime.ui_url}\n")
            ending = asyncio.ensure_future(until_asked_or_failed(asked, runtime))
            playing = asyncio.ensure_future(_play(stage, console))
            try:
                await asyncio.wait([ending, playing], return_when=asyncio.FIRST_COMPLETED)
                if not playing.done():
                    ending.result()
                    console.print("Stopped before the end.")
                    return _INTERRUPTED
                adds_up = await account.tell(stage, data / "spool", await playing, console)
                console.print(f"\nAll of this took {time.monotonic() - begun:.0f} s.")
                if keep:
                    console.print(f"Look around: [bold]{runtime.ui_url}[/]. Ctrl-C stops everything.")
                    await ending
            finally:
                for task in (ending, playing):
                    task.cancel()
                await asyncio.gather(ending, playing, return_exceptions=True)
    if not keep:
        console.print("Everything is stopped. `invordering demo --keep` leaves it running, with its Web UI.")
    return 0 if adds_up else 1


def _begin_anew(data: Path) -> None:
    """Empty the folder of an earlier demo; leave any other folder alone."""
    if instance_on(data) is not None:
        raise DataInUse(f"a demo or another instance runs on {data}; stop that one (Ctrl-C), or give --data DIR")
    if data.is_dir() and any(data.iterdir()) and not (data / _MARK).exists():
        raise RuntimeProblem(
            f"the folder {data} holds something else than a demo, which would be lost; give an empty one with --data DIR"
        )
    with sole_instance(data):
        (data / _MARK).touch()
        for entry in data.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name not in (_MARK, "instance.lock"):
                entry.unlink()


@asynccontextmanager
async def _servers(data: Path) -> AsyncIterator[tuple[Runtime, Stage]]:
    """Both servers on free ports with the schema and a worker, and the stage on top of them."""
    settings = Settings(data=data, spool=data / "spool")
    async with embedded(
        data, temporal_port=0, ui_port=0, postgres_port=0, time_skipping=True, search_attributes=SEARCH_ATTRIBUTES
    ) as runtime:
        client = await temporal_client(settings, runtime.temporal_address)
        pool = await database.connect(runtime.dsn)
        try:
            await database.migrate(pool)
            async with running(client, settings, runtime.dsn):
                yield runtime, Stage(client, pool, settings.task_queue)
        finally:
            await pool.close()


async def _play(stage: Stage, console: Console) -> date:
    """Import the samples and live them, telling of each day; returns the last one."""
    samples = Samples()
    records = []
    for path, kind, read in (
        (samples.assessments, "assessments", read_assessments(samples.assessments, _taxes())),
        (samples.bank, "bank", None),
    ):
        ...
    return date.min


def _taxes() -> Iterable[str]:
    return rulebooks.load(DEFAULT_RULEBOOK).taxes
