"""Run: the servers and the worker on this machine, the schema, the demo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.screen import DATA, Data, Json, document, explained, paper, say

if TYPE_CHECKING:
    from runtime.embedded import Runtime

DEMO = DATA / "demo"
Port = Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")]


@explained()
def up(
    data: Data = DATA,
    temporal_port: Port = 7233,
    ui_port: Port = 8233,
    postgres_port: Port = 5433,
    time_skipping: Annotated[
        bool, typer.Option("--time-skipping", help="Let clocks of debts be moved forward: for rehearsals only.")
    ] = False,
) -> None:
    """Start everything on this machine: Temporal with its Web UI, PostgreSQL and a worker.

    Waits until each is healthy, prints the addresses and runs until Ctrl-C. The next start goes on from there.
    """
    import worker
    from activities import database
    from activities.cases import SEARCH_ATTRIBUTES
    from desk.office import settings_for
    from runtime.logs import configure_logging
    from runtime.settings import temporal_client
    from runtime.up import up as run

    settings = settings_for(data)
    configure_logging(settings.log)

    @asynccontextmanager
    async def working(runtime: Runtime) -> AsyncIterator[None]:
        client = await temporal_client(settings, runtime.temporal_address)
        pool = await database.connect(runtime.dsn, size=1)
        try:
            await database.migrate(pool)
        finally:
            await pool.close()
        async with worker.running(client, settings, runtime.dsn):
            yield

    asyncio.run(
        run(
            data,
            working,
            temporal_port=temporal_port,
            ui_port=ui_port,
            postgres_port=postgres_port,
            time_skipping=time_skipping,
            search_attributes=SEARCH_ATTRIBUTES,
            console=paper(),
        )
    )


@explained()
def migrate(data: Data = DATA, as_json: Json = False) -> None:
    """Bring the database's schema and the cluster's search attributes up to date. Safe to repeat."""

    async def bring_up_to_date() -> tuple[list[str], list[str]]:
        from activities import database
        from activities.cases import SEARCH_ATTRIBUTES
        from desk.office import whole_office
        from runtime.temporal import install_search_attributes

        async with whole_office(data) as (pool, cases):
            files = await database.migrate(pool)
            return files, await install_search_attributes(cases.client, SEARCH_ATTRIBUTES)

    files, attributes = asyncio.run(bring_up_to_date())
    if as_json:
        document({"schema_files": files, "search_attributes": attributes})
    else:
        say(f"Schema: {', '.join(files) or 'up to date'}.")
        say(f"Search attributes: {', '.join(attributes) or 'up to date'}.")


@explained()
def worker() -> None:
    """Run one worker process against DATABASE_URL and TEMPORAL_*: the same as worker.py. Ends on SIGTERM."""
    from worker import main

    asyncio.run(main())


@explained()
def demo(
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="Folder of the demo, cleared first.")] = DEMO,
    keep: Annotated[bool, typer.Option("--keep", help="Leave it running, to look around in the Web UI.")] = False,
) -> None:
    """Watch real debts live through the law of Veere: a list of assessments, a bank statement, letters, a ledger."""
    from rehearsal.demo import demo as rehearse

    if code := asyncio.run(rehearse(data, keep, paper())):
        raise typer.Exit(code)
