"""The database: one pool a process, JSON as Python data, and the schema brought up to date."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection

_MIGRATION_LOCK = 7_205_759_403
"""Advisory lock: two processes that migrate at once wait for each other."""


async def connect(dsn: str, size: int = 10) -> Pool:
    """A pool of at most `size` connections."""
    pool = await asyncpg.create_pool(dsn, min_size=1, max_size=size, init=_prepare, command_timeout=60)
    assert pool is not None
    return pool


async def _prepare(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog", format="text")


def migrations() -> list[str]:
    """The names of the schema files, in order."""
    return sorted(f.name for f in files("activities.schema").iterdir() if f.name.endswith(".sql"))


async def migrate(pool: Pool) -> list[str]:
    """Bring the schema up to date; returns the files that were applied now. Safe to run often and at once."""
    applied: list[str] = []
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", _MIGRATION_LOCK)
        await connection.execute(
            "create table if not exists schema_files (name text primary key, applied_at timestamptz default now())"
        )
        done: set[Any] = {row["name"] for row in await connection.fetch("select name from schema_files")}
        for name in migrations():
            if name not in done:
                await connection.execute(files("activities.schema").joinpath(name).read_text("utf-8"))
                await connection.execute("insert into schema_files (name) values ($1)", name)
                applied.append(name)
    return applied
