"""Check: does the record agree with itself, do old histories still replay, are the pages fresh, how fast is it?"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desk.screen import DATA, Data, DeskProblem, Json, aside, document, explained, progress, say, table

if TYPE_CHECKING:
    from activities.reconcile import Reconciliation
    from rehearsal.replay import Failure


@explained()
def reconcile(data: Data = DATA, as_json: Json = False) -> None:
    """Hold all events against ledger, letters, tasks and commands, and name each difference. Exit code 1 when any."""
    found = asyncio.run(_reconcile(data))
    content = found.document()
    if as_json:
        document(content)
    else:
        counted = content["counted"]
        say(", ".join(f"{number} {what.replace('_', ' ')}" for what, number in counted.items()) or "No streams.")
        table("Accounts", ("account", "debit less credit €"), content["accounts"].items())
        for money in content["in_flight"]:
            say(f"In flight: € {money['amount']} from {money['sender']} to {money['receiver']} ({money['command']})")
        if found.differences:
            table(
                f"{len(found.differences)} differences",
                ("stream", "about", "expected", "found"),
                [(d.stream, d.what, d.expected, d.found) for d in found.differences],
            )
        else:
            say("Everything agrees.")
    if found.differences:
        raise typer.Exit(1)


async def _reconcile(data: Path) -> Reconciliation:
    from activities.reconcile import reconcile
    from desk.office import legal_record

    async with legal_record(data) as pool:
        with progress("Reconciling") as hear:
            return await reconcile(pool, hear)


@explained()
def replay(
    files: Annotated[
        list[Path] | None, typer.Argument(exists=True, help="Histories as JSON; a folder: all *.json in it.")
    ] = None,
    from_server: Annotated[
        str | None, typer.Option("--from-server", metavar="QUERY", help="Of workflows on the cluster, by list filter.")
    ] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Replay histories against the workflows of this version: the gate before a deploy. Exit code 1 on failures.

    invordering replay tests/histories
    invordering replay --from-server 'ExecutionStatus="Running"'
    """
    if not files and from_server is None:
        raise DeskProblem("nothing to replay; give history files, or --from-server QUERY", 2)
    total, failures = asyncio.run(_replay(files or [], from_server, data))
    if as_json:
        rows = [{"workflow": f.workflow, "run": f.run, "error": f.error} for f in failures]
        document({"replayed": total, "failures": rows})
    else:
        say(f"{total} histories replayed, {len(failures)} failed.")
        if failures:
            table("Failures", ("workflow", "run", "error"), [(f.workflow, f.run, f.error) for f in failures])
    if failures:
        raise typer.Exit(1)


async def _replay(files: list[Path], query: str | None, data: Path) -> tuple[int, list[Failure]]:
    from desk.office import find, settings_for
    from rehearsal.replay import HistoryError, read_histories, replay
    from runtime.logs import configure_logging
    from runtime.settings import temporal_client

    settings = settings_for(data)
    configure_logging(settings.log, level="CRITICAL")
    total = 0

    def count() -> None:
        nonlocal total
        total += 1

    failures: list[Failure] = []
    try:
        failures += await replay(read_histories(files), count)
    except HistoryError as error:
        raise DeskProblem(str(error), 2) from None
    if query is not None:
        client = await temporal_client(settings, find(settings).temporal)
        failures += await replay(client.list_workflows(query).map_histories(), count)
    return total, failures


@explained()
def docs(
    ctx: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a page is stale.")] = False,
) -> None:
    """Write the generated pages: norms, commands and events, readings, this command line. For contributors."""
    from desk import pages

    cli = ctx.find_root().command
    if not check:
        say(*(f"Written: {name}" for name in pages.write(cli)))
    elif old := pages.stale(cli):
        raise DeskProblem(f"{', '.join(old)}: not what the sources say; run `make docs` and commit the result")


@explained()
def bench(
    name: Annotated[str | None, typer.Argument(help="Which figure; their names when not given.")] = None,
    as_json: Json = False,
) -> None:
    """Measure ours against a baseline in the same run."""
    from bench import NAMES, run

    if name is None:
        if as_json:
            document({"names": list(NAMES)})
        else:
            say(*NAMES)
        return
    if name not in NAMES:
        raise DeskProblem(f"name: {name!r} is no figure; choose one of {', '.join(NAMES)}", 2)
    figures: dict[str, Any] = run(name, progress=aside)
    if as_json:
        document(figures)
        return
    table(name, ("figure", "value"), [(key, value) for key, value in figures.items() if not isinstance(value, dict)])
    aside("The whole document: --json")
