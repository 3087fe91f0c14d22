"""`invordering demo`: two files are imported, and their debts live through the law on real servers, in a minute.

    servers -> import -> day by day: payments, letters, answers -> timelines, ledger, letters, Web UI

Time skipping moves the calendars of the debts. All else is what runs in production: intake, worker, decisions, post.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from activities import database
from activities.cases import SEARCH_ATTRIBUTES
from rehearsal import account
from rehearsal.agenda import Happened
from rehearsal.play import Play
from rehearsal.samples import SAMPLES, Samples
from rehearsal.stage import Stage
from runtime.embedded import Runtime, embedded
from runtime.errors import DataInUse, RuntimeProblem
from runtime.instance import running as instance_on
from runtime.instance import sole_instance
from runtime.logs import configure_logging
from runtime.settings import Settings, temporal_client
from runtime.up import stop_signals, until_asked_or_failed
from worker import running

_MARK = "this-is-a-demo"
_INTERRUPTED = 130


async def demo(data: Path, keep: bool, console: Console, samples: Samples = SAMPLES) -> int:
    """Live the samples on servers of our own with their data in `data`, and tell what came of it.

    `keep` leaves everything running until Ctrl-C. An earlier demo in `data` is cleared away. Returns the exit code: 0,
    1 when the ledger does not agree, 130 when interrupted. Raises RuntimeProblem when something cannot start.
    """
    began = time.monotonic()
    _clear(data)
    with _log_to(data / "worker.log"):
        console.print("Starting PostgreSQL, Temporal and a worker…")
        async with stop_signals() as asked, _servers(data) as (runtime, stage):
            console.print(f"Started in {runtime.seconds:.1f} s. Temporal's Web UI: {runtime.ui_url}\n")
            ending = asyncio.ensure_future(until_asked_or_failed(asked, runtime))
            living = asyncio.ensure_future(_live(Play(stage, samples), console))
            try:
                await asyncio.wait([ending, living], return_when=asyncio.FIRST_COMPLETED)
                if not living.done():
                    await ending
                    console.print("Stopped before the end.")
                    return _INTERRUPTED
                await living
                agrees = await account.tell(stage.pool, data / "spool", console)
                console.print(f"\nDone in {time.monotonic() - began:.0f} s.")
                if keep:
                    console.print(f"Look at the debts in Temporal's Web UI: {runtime.ui_url} (Ctrl-C stops everything)")
                    await ending
            finally:
                await _cancel(ending, living)
    if not keep:
        console.print("Servers stopped. `invordering demo --keep` leaves them running, to look around in the Web UI.")
    return 0 if agrees else 1


def _clear(data: Path) -> None:
    """Empty the folder of an earlier demo; any other folder that holds something is left alone."""
    if instance_on(data) is not None:
        raise DataInUse(f"an instance runs on {data}; stop that one (Ctrl-C), or give another folder with --data DIR")
    if data.is_dir() and any(data.iterdir()) and not (data / _MARK).exists():
        raise RuntimeProblem(f"the folder {data} holds something that is no demo; give an empty one with --data DIR")
    with sole_instance(data):
        (data / _MARK).touch()
        for entry in data.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name not in (_MARK, "instance.lock"):
                entry.unlink()


@contextmanager
def _log_to(file: Path) -> Iterator[None]:
    """Keep the logs of the worker out of what people read."""
    with file.open("a", encoding="utf-8") as log:
        configure_logging("json", stream=log)
        try:
            yield
        finally:
            configure_logging()


@asynccontextmanager
async def _servers(data: Path) -> AsyncIterator[tuple[Runtime, Stage]]:
    """Both servers on free ports, the schema, a worker, and the stage on top of them."""
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


async def _live(play: Play, console: Console) -> None:
    """Bring the samples in and live them, with the day and what happens on it in view."""
    await play.bring_in()
    console.print("Read and kept:")
    for file in play.files:
        counts = ", ".join(f"{number} {status}" for status, number in sorted(file.records.items()))
        console.print(f"  {file.name}: {counts}")
    console.print()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("the first day", total=None)
        first: list[date] = []

        def tell(day: date, last: date, news: list[Happened]) -> None:
            first.append(day)
            done, total = (day - first[0]).days, (last - first[0]).days
            bar.update(task, description=f"{day:%d-%m-%Y}", completed=done, total=max(total, 1))
            if news:
                bar.console.print(_headline(day, news), no_wrap=True, overflow="ellipsis", crop=True)

        await play.live(tell)
    for number, answer in play.agenda.unsaid.items():
        console.print(f"[yellow]Answer {number} of the samples had no occasion: {answer.stream} never came to it.[/]")
    console.print()


def _headline(day: date, news: Sequence[Happened]) -> str:
    """The day in one line: how much happened, and the first of it that is about money."""
    first = next((happened for happened in news if happened.event.amount), news[0])
    events = "event " if len(news) == 1 else "events"
    return f"[cyan]{day:%d-%m-%Y}[/] {len(news):3} {events}  {first.stream}: {escape(first.event.text)}"


async def _cancel(*tasks: asyncio.Future[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
