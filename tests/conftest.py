"""What tests of the whole engine share: one office on real servers, started when the first test asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from temporalio.client import Client

    from activities.database import Pool
    from runtime.embedded import Runtime
    from runtime.settings import Settings


@dataclass(frozen=True)
class Office:
    """PostgreSQL and Temporal (with time skipping) of this test session, and a worker that runs all the while."""

    runtime: Runtime
    settings: Settings
    client: Client
    pool: Pool


@pytest.fixture(scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """One office for all tests: each test takes debts and debtors of its own."""
    import worker

    async with (
        servers(tmp_path_factory.mktemp("office")) as office,
        worker.running(office.client, office.settings, office.runtime.dsn),
    ):
        yield office


@asynccontextmanager
async def servers(data: Path, **options: Any) -> AsyncIterator[Office]:
    """An office on `data` without a worker. `options` are those of `runtime.embedded`."""
    from activities import database
    from activities.cases import SEARCH_ATTRIBUTES
    from runtime.embedded import embedded
    from runtime.settings import Settings, temporal_client

    ports = {"temporal_port": 0, "ui_port": 0, "postgres_port": 0}
    settings = Settings(data=data, spool=data / "spool")
    async with embedded(
        data, **{**ports, "time_skipping": True, "search_attributes": SEARCH_ATTRIBUTES, **options}
    ) as runtime:
        client = await temporal_client(settings, runtime.temporal_address)
        pool = await database.connect(runtime.dsn)
        try:
            await database.migrate(pool)
            yield Office(runtime, settings, client, pool)
        finally:
            await pool.close()
