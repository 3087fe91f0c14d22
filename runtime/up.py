"""`invordering up`: servers and worker in the foreground until Ctrl-C or SIGTERM."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table
from temporalio.common import SearchAttributeKey

from runtime.embedded import Runtime, embedded
from runtime.errors import ServerFailed

Worker = Callable[[Runtime], AbstractAsyncContextManager[None]]


async def up(
    data: Path,
    run_worker: Worker,
    *,
    temporal_port: int = 7233,
    ui_port: int = 8233,
    postgres_port: int = 5433,
    time_skipping: bool = False,
    search_attributes: Iterable[SearchAttributeKey[Any]] = (),
    dynamic_config: Mapping[str, str] | None = None,
    console: Console | None = None,
) -> None:
    """Run everything on `data` until asked to stop, then stop in order: worker, Temporal, PostgreSQL.

    Raises a RuntimeProblem when something cannot start, ServerFailed when a server ends by itself.
    """
    console = console or Console()
    async with (
        stop_signals() as asked,
        embedded(
            data,
            temporal_port=temporal_port,
            ui_port=ui_port,
            postgres_port=postgres_port,
            time_skipping=time_skipping,
            search_attributes=search_attributes,
            dynamic_config=dynamic_config,
        ) as runtime,
        run_worker(runtime),
    ):
        console.print(addresses(runtime))
        console.print("Running. Ctrl-C stops everything; the next start goes on from here.")
        await until_asked_or_failed(asked, runtime)
        console.print("Stopping: worker, Temporal, PostgreSQL…")
    console.print("Stopped.")


def addresses(runtime: Runtime) -> Table:
    """The addresses of a running instance as a table, without the password."""
    table = Table(show_header=False, box=None, pad_edge=False)
    at = urlsplit(runtime.dsn)
    table.add_row("Web UI", runtime.ui_url)
    table.add_row("Temporal", runtime.temporal_address)
    table.add_row("PostgreSQL", f"{at.hostname}:{at.port}{at.path} (user {at.username}, password in postgres.password)")
    table.add_row("Data and logs", str(runtime.data))
    table.add_row("Started in", f"{runtime.seconds:.1f} s")
    return table


async def until_asked_or_failed(asked: asyncio.Event, runtime: Runtime) -> None:
    """Wait until a signal asks us to stop. Raises ServerFailed when a server ends by itself first."""
    waiting = asyncio.ensure_future(asked.wait())
    failing = asyncio.ensure_future(runtime.failure())
    try:
        await asyncio.wait([waiting, failing], return_when=asyncio.FIRST_COMPLETED)
        if not asked.is_set():
            raise failing.result()
    finally:
        for task in (waiting, failing):
            task.cancel()
            with suppress(asyncio.CancelledError, ServerFailed):
                await task


@asynccontextmanager
async def stop_signals() -> AsyncIterator[asyncio.Event]:
    """An event that the first SIGINT or SIGTERM sets; a second one ends the process at once.

    A signal during the start takes effect when the start is done.
    """
    loop, asked, numbers = asyncio.get_running_loop(), asyncio.Event(), (signal.SIGINT, signal.SIGTERM)

    def stop_listening() -> None:
        for number in numbers:
            loop.remove_signal_handler(number)

    def ask() -> None:
        asked.set()
        stop_listening()

    for number in numbers:
        loop.add_signal_handler(number, ask)
    try:
        yield asked
    finally:
        stop_listening()
