"""What tests of the whole engine share: one office on real servers, started when the first test asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    from activities import database
    from activities.cases import SEARCH_ATTRIBUTES
    from runtime.embedded import embedded
    from runtime.settings import Settings, temporal_client

    data = tmp_path_factory.mktemp("office")
    settings = Settings(data=data, spool=data / "spool")
    async with embedded(
        data,
        temporal_port=0,
        ui_port=0,
        postgres_port=0,
        time_skipping=True,
        search_attributes=SEARCH_ATTRIBUTES,
    ) as runtime:
        client = await temporal_client(settings, runtime.temporal_address)
        pool = await database.connect(runtime.dsn)
        try:
            await database.migrate(pool)
            async with worker.running(client, settings, runtime.dsn):
                yield Office(runtime, settings, client, pool)
        finally:
            await pool.close()
