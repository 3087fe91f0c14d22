"""One worker process: client, activities, workflows. Nothing else.

DATABASE_URL=postgresql://… TEMPORAL_ADDRESS=… python worker.py
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker

from activities import database
from activities.cases import Cases
from activities.decisions import Decisions
from activities.letters.letterhead import load_letterhead
from activities.letters.spool import SpoolFolder
from activities.post import PostRoom
from runtime.logs import configure_logging
from runtime.settings import Settings, temporal_client
from workflows.debt import DebtWorkflow
from workflows.debtor import DebtorWorkflow

WORKFLOWS = [DebtWorkflow, DebtorWorkflow]
_AT_ONCE = 20


@asynccontextmanager
async def running(
    client: Client, settings: Settings, dsn: str, *, max_cached: int | None = None
) -> AsyncIterator[Worker]:
    """A worker that runs as long as the context; `max_cached` workflows stay in memory (0: every task replays)."""
    cached = int(os.environ.get("INVORDERING_WORKFLOW_CACHE", "1000")) if max_cached is None else max_cached
    pool = await database.connect(dsn, size=_AT_ONCE)
    try:
        decisions = Decisions(pool)
        post = PostRoom(pool, SpoolFolder(settings.spool), load_letterhead())
        cases = Cases(client, settings.task_queue)
        worker = Worker(
            client,
            task_queue=settings.task_queue,
            workflows=WORKFLOWS,
            activities=[decisions.decide, decisions.open_file, post.release, cases.notify],
            max_cached_workflows=cached,
            # As many as can decide at once: a task that waits for its decision is better off at the server. Without
            # a cache each new task evicts the last one, with the decision that it waits for.
            max_concurrent_workflow_tasks=_AT_ONCE if cached else 1,
            max_concurrent_local_activities=_AT_ONCE,
            max_concurrent_activities=_AT_ONCE,
            graceful_shutdown_timeout=timedelta(seconds=10),
        )
        async with worker:
            yield worker
    finally:
        await pool.close()


async def main() -> None:
    """Run until SIGINT or SIGTERM."""
    settings = Settings()
    configure_logging(settings.log)
    client = await temporal_client(settings)
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with running(client, settings, settings.required_database_url()):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
