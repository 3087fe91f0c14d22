"""The way to the office: its legal record in PostgreSQL and its cases in Temporal.

The settings come first (DATABASE_URL and TEMPORAL_*); without DATABASE_URL it is the instance that runs on the data
folder of this machine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from pydantic import ValidationError

from activities import database
from activities.cases import Cases
from activities.database import Pool
from desk.screen import DeskProblem
from runtime import instance
from runtime.logs import configure_logging
from runtime.settings import Settings, temporal_client


@dataclass(frozen=True)
class Place:
    """Where the servers answer; `temporal` None: where the TEMPORAL_* settings say."""

    dsn: str = field(repr=False)
    temporal: str | None


def settings_for(data: Path) -> Settings:
    """The settings of this process with `data` as folder."""
    try:
        return Settings(data=data)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
        raise DeskProblem(f"the settings are not right: {wrong}") from None


def find(settings: Settings) -> Place:
    """The configured servers, else those of the instance that runs on the data folder."""
    if settings.database_url is not None:
        return Place(settings.database_url, None)
    if (addresses := instance.running(settings.data)) is not None:
        return Place(addresses.dsn, addresses.temporal_address)
    raise DeskProblem(
        f"no office found: DATABASE_URL is not set and no instance runs on {settings.data.resolve()}; start one "
        "with `invordering up` (in another terminal), name its folder with --data DIR, or set DATABASE_URL and "
        "TEMPORAL_ADDRESS"
    )


@asynccontextmanager
async def legal_record(data: Path) -> AsyncIterator[Pool]:
    """The database of the office."""
    settings = settings_for(data)
    configure_logging(settings.log, level="WARNING")
    async with _pool(find(settings)) as pool:
        yield pool


@asynccontextmanager
async def whole_office(data: Path) -> AsyncIterator[tuple[Pool, Cases]]:
    """The database of the office, and its cases in Temporal."""
    settings = settings_for(data)
    configure_logging(settings.log, level="WARNING")
    place = find(settings)
    client = await temporal_client(settings, place.temporal)
    async with _pool(place) as pool:
        yield pool, Cases(client, settings.task_queue)


@asynccontextmanager
async def _pool(place: Place) -> AsyncIterator[Pool]:
    try:
        pool = await database.connect(place.dsn)
    except (OSError, asyncpg.PostgresError) as error:
        where = place.dsn.rpartition("@")[2]
        raise DeskProblem(
            f"PostgreSQL does not let us in at {where}: {error}; look at DATABASE_URL, or start an instance with "
            "`invordering up`"
        ) from None
    try:
        yield pool
    finally:
        await pool.close()
