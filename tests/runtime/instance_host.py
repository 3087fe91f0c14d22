"""A process of its own that runs an instance, for tests that kill, signal or look at it from outside.

python instance_host.py embedded DATA    prints one JSON line when up, then waits to be killed
python instance_host.py up DATA          the foreground command, with a worker that tells what it sees
python instance_host.py orphan DATA      leaves a PostgreSQL behind that no kernel ends
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from runtime import postgres
from runtime.embedded import Runtime, embedded
from runtime.postgres import PostgresServer
from runtime.up import up

ANY_PORT: dict[str, Any] = {"temporal_port": 0, "ui_port": 0, "postgres_port": 0}


def say(**facts: Any) -> None:
    print(json.dumps({"pid": os.getpid(), "uid": os.geteuid()} | facts), flush=True)


def facts_of(runtime: Runtime) -> dict[str, Any]:
    return {"dsn": runtime.dsn, "temporal_pid": runtime.temporal_pid, "postgres_pid": runtime.postgres_pid}


async def run_embedded(data: Path) -> None:
    async with embedded(data, **ANY_PORT) as runtime:
        say(**facts_of(runtime))
        await asyncio.sleep(600)


@asynccontextmanager
async def watching_worker(runtime: Runtime) -> AsyncIterator[None]:
    say(**facts_of(runtime))
    try:
        yield
    finally:
        temporal_lives = psutil.pid_exists(runtime.temporal_pid)
        connection = await asyncpg.connect(runtime.dsn)
        say(worker="stopped", temporal_lives=temporal_lives, postgres=await connection.fetchval("SELECT 1"))
        await connection.close()


async def run_up(data: Path) -> None:
    await up(data, watching_worker, **ANY_PORT)


async def run_orphan(data: Path) -> None:
    """With a death signal that PostgreSQL ignores, as on systems whose kernel sends none."""
    launched_with = postgres.command_line

    def deaf(command: Any, **options: Any) -> list[str]:
        return launched_with(command, **options | {"death_signal": signal.SIGCHLD})

    postgres.command_line = deaf
    server = PostgresServer(data, int(sys.argv[3]))
    await server.start()
    say(postgres_pid=server.child.pid)
    os._exit(0)


if __name__ == "__main__":
    role = {"embedded": run_embedded, "up": run_up, "orphan": run_orphan}[sys.argv[1]]
    asyncio.run(role(Path(sys.argv[2])))
