"""A real PostgreSQL with the intake's tables, empty for each test."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from runtime.ports import claim
from runtime.postgres import OPTION, PostgresServer

SCHEMA = Path(__file__).parents[2] / "activities" / "schema" / "0002_intake.sql"


@pytest.fixture(scope="session")
def intake_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="intake-") as folder:
        Path(folder).chmod(0o755)  # as root, the server runs as another user
        yield Path(folder)


@pytest.fixture(scope="session")
async def intake_database(intake_folder: Path) -> AsyncIterator[str]:
    [port] = claim({OPTION: 0})
    async with PostgresServer(intake_folder, port) as server:
        connection = await asyncpg.connect(server.dsn)
        await connection.execute(await asyncio.to_thread(SCHEMA.read_text))
        await connection.close()
        yield server.dsn


@pytest.fixture
async def pool(intake_database: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(intake_database, min_size=1, max_size=4) as pool:
        await pool.execute("truncate intake_records, intake_files, people, payers restart identity")
        yield pool
