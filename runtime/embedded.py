"""Both servers on this machine with nothing but Python: for the demo, the tests and development."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio.common import SearchAttributeKey

from runtime import postgres
from runtime.errors import ServerFailed
from runtime.instance import Addresses, publish, sole_instance
from runtime.ports import claim
from runtime.postgres import PostgresServer
from runtime.temporal import TemporalServer


@dataclass(frozen=True)
class Runtime:
    """Two running servers: where they answer, and what tests of faults do to them.

    `dsn` holds the password and is kept out of the representation. `seconds` is what the start took.
    """

    dsn: str = field(repr=False)
    temporal_address: str
    ui_url: str
    data: Path
    seconds: float
    _postgres: PostgresServer = field(repr=False)
    _temporal: TemporalServer = field(repr=False)

    @property
    def temporal_pid(self) -> int:
        """The process id of the Temporal server."""
        return self._temporal.child.pid

    @property
    def postgres_pid(self) -> int:
        """The process id of PostgreSQL's first process."""
        return self._postgres.child.pid

    async def stop_postgres(self) -> None:
        """Stop PostgreSQL at once, as a power cut does: only what was not committed is lost."""
        await self._postgres.crash()

    async def start_postgres(self) -> None:
        """Start PostgreSQL again on the same port; the dsn stays valid."""
        await self._postgres.restart()

    async def failure(self) -> ServerFailed:
        """Wait until one of the servers ends by itself; waits for ever while all is well."""
        watches = [asyncio.ensure_future(server.child.unasked_end()) for server in (self._postgres, self._temporal)]
        try:
            done, _ = await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for watch in watches:
                watch.cancel()


@asynccontextmanager
async def embedded(
    data: Path,
    *,
    temporal_port: int = 7233,
    ui_port: int = 8233,
    postgres_port: int = 5433,
    time_skipping: bool = False,
    search_attributes: Iterable[SearchAttributeKey[Any]] = (),
    dynamic_config: Mapping[str, str] | None = None,
) -> AsyncIterator[Runtime]:
    """PostgreSQL and Temporal on `data`, started side by side; a second start goes on where it stopped.

    A port 0 means any free one. Leave the worker's context before this one: Temporal stops first, then
    PostgreSQL. Enter from the main thread: on Linux the servers die with the thread that started them.
    Raises a RuntimeProblem whose text says what to do.
    """
    data = _absolute(data)
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        stack.enter_context(sole_instance(data))
        ports = claim({"--temporal-port": temporal_port, "--ui-port": ui_port, postgres.OPTION: postgres_port})
        temporal = TemporalServer(
            data,
            ports[0],
            ports[1],
            time_skipping=time_skipping,
            search_attributes=tuple(search_attributes),
            dynamic_config=dynamic_config or {},
        )
        database = PostgresServer(data, ports[2])
        stack.push_async_callback(database.stop)
        stack.push_async_callback(temporal.stop)
        await _side_by_side(database.start(), temporal.start())
        publish(data, Addresses(database.dsn, temporal.address, temporal.ui_url))
        seconds = time.monotonic() - began
        yield Runtime(database.dsn, temporal.address, temporal.ui_url, data, seconds, database, temporal)


def _absolute(data: Path) -> Path:
    return data.expanduser().resolve()


async def _side_by_side(*starts: Coroutine[Any, Any, None]) -> None:
    """Run all; the first failure ends the others and is raised as itself."""
    try:
        async with asyncio.TaskGroup() as group:
            for start in starts:
                group.create_task(start)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
