"""Law: which norms are automated, how open texts are read, the rulebooks, and what the engine understands."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from desk.screen import DeskProblem, Json, aside, document, explained, say, table

RulebookName = Annotated[str | None, typer.Option("--rulebook", help="Only this one; all when not given.")]
Engine = Literal["core", "temporal"]
ROOT = Path(__file__).parents[1]


@explained()
def norms(rulebook: RulebookName = None, as_json: Json = False) -> None:
    """Norm coverage: which rule is automated, by which code, proven by which test."""
    from domain.norms import norm
    from domain.norms.coverage import from_tree

    if not (ROOT / "tests").is_dir():
        raise DeskProblem(
            "norms are counted from the sources and their tests; run this in a checkout of the repository"
        )
    count = from_tree(ROOT, rulebook)
    if as_json:
        document(count.model_dump(mode="json"))
        return
    table(
        f"{count.covered} of {count.automatable} automatable norms are covered ({count.total} in all)",
        ("norm", "rule", "engine", "status", "tests #", "code #"),
        [
            (row.id, norm(row.id).title, row.engine, row.status, len(row.tests), len(row.code))
            for row in count.rows
            if rulebook is not None or row.status in ("covered", "not_automated")
        ],
    )
    if rulebook is None:
        say("Open rows are left out here; see them with --rulebook NAME or --json.")


@explained()
def readings(rulebook: RulebookName = None, as_json: Json = False) -> None:
    """The readings taken where a regulation is open or contradicts itself: each a switch of its rulebook."""
    rows = [
        {"rulebook": law.id, "name": name, **reading.model_dump(mode="json")}
        for law in _rulebooks(rulebook)
        for name, reading in law.readings.items()
    ]
    if as_json:
        document({"readings": rows})
        return
    table(
        "Readings",
        ("rulebook", "reading", "question", "choice", "options", "why", "norms"),
        [
            (
                r["rulebook"],
                r["name"],
                r["question"],
                r["choice"],
                ", ".join(map(str, r["options"])),
                r["why"],
                ", ".join(r["norms"]),
            )
            for r in rows
        ],
    )


@explained()
def rulebooks(as_json: Json = False) -> None:
    """The rulebooks that a debt can be pinned to, and when each is in force."""
    rows = [
        {
            "id": law.id,
            "version": law.version,
            "title": law.title,
            "regulation": law.regulation,
            "valid_from": law.valid_from.isoformat(),
            "valid_until": law.valid_until.isoformat() if law.valid_until else None,
            "text_known": law.text_known,
            "taxes": {name: kind.label for name, kind in law.taxes.items()},
            "tariffs": [
                {"valid_from": t.valid_from.isoformat(), "confirmed": t.confirmed, "source": t.source}
                for t in law.tariffs
            ],
            "readings": len(law.readings),
        }
        for law in _rulebooks(None)
    ]
    if as_json:
        document({"rulebooks": rows})
        return
    table(
        "Rulebooks",
        ("rulebook", "version", "title", "from", "until", "taxes", "readings #"),
        [
            (r["id"], r["version"], r["title"], r["valid_from"], r["valid_until"], ", ".join(r["taxes"]), r["readings"])
            for r in rows
        ],
    )
    unconfirmed = sorted({t["source"] for r in rows for t in r["tariffs"] if not t["confirmed"]})
    say(*(f"Tariff not confirmed: {source}" for source in unconfirmed))


def _rulebooks(name: str | None) -> list[Any]:
    from domain import rulebooks

    return [rulebooks.load(one) for one in ([name] if name is not None else rulebooks.names())]


@explained()
def schema(
    name: Annotated[str | None, typer.Argument(help="One command or event; all when not given.")] = None,
    as_json: Json = False,
) -> None:
    """JSON Schema of every command and event, for producers. Always JSON, with or without --json."""
    from domain.core import COMMAND_TYPES, EVENT_TYPES
    from domain.expectation import meant

    known = {**COMMAND_TYPES, **EVENT_TYPES}
    if name is None:
        document(
            {
                "commands": {n: _schema(kind, n, "command") for n, kind in COMMAND_TYPES.items()},
                "events": {n: _schema(kind, n, "type") for n, kind in EVENT_TYPES.items()},
            }
        )
    elif name in known:
        document(_schema(known[name], name, "command" if name in COMMAND_TYPES else "type"))
    else:
        raise DeskProblem(f"name: {name!r} is no command or event{meant(name, known)}", 2)


def _schema(kind: Any, name: str, tag: str) -> dict[str, Any]:
    """The model's schema with the field that names it: an event is stored as {"type", …its fields}."""
    shape: dict[str, Any] = kind.model_json_schema(mode="validation" if tag == "command" else "serialization")
    properties = {tag: {"const": name, "type": "string"}, **shape["properties"]}
    properties[tag] = {"const": name, "type": "string"}
    required = [tag, *(field for field in shape.get("required", []) if field != tag)]
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name}
    return {**shape, **schema, "properties": properties, "required": required}


@explained()
def simulate(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Scenario file (docs/scenarios.md).")],
    engine: Annotated[
        Engine, typer.Option(help="core: in memory; temporal: on real servers of its own, which takes longer.")
    ] = "core",
    as_json: Json = False,
) -> None:
    """Live a scripted debt: every event, refusal and question, and how the debts stand at the end.

    Both engines give the same answer. Exit code 2 when the file has mistakes, 1 when its `expect` is not met.
    """
    from domain.expectation import unmet
    from domain.script import ScriptError, read_script

    try:
        story = read_script(file.read_text("utf-8"), file.name)
    except UnicodeDecodeError as error:
        raise DeskProblem(f"{file}: not UTF-8: byte {error.start}; save it as UTF-8", 2) from None
    except ScriptError as error:
        raise DeskProblem("the scenario cannot be lived:\n" + "\n".join(error.errors), 2) from None
    if engine == "core":
        from domain.scenario import last_day, live, report

        world = live(story)
        outcome = report(world.records, world.cases, last_day(story, world.records), world)
    else:
        outcome = asyncio.run(_on_temporal(story))
    if as_json:
        document(outcome)
    else:
        _tell(story.title or file.name, outcome)
    if missing := unmet(story.expect, outcome):
        aside(*(f"Not as expected: {line}" for line in missing))
        raise typer.Exit(1)


async def _on_temporal(story: Any) -> dict[str, Any]:
    """The story on PostgreSQL and Temporal in a folder that is gone afterwards."""
    import tempfile

    import worker
    from activities import database
    from activities.cases import SEARCH_ATTRIBUTES
    from rehearsal.stage import Stage
    from runtime.embedded import embedded
    from runtime.logs import configure_logging
    from runtime.settings import Settings, temporal_client

    with tempfile.TemporaryDirectory(prefix="invordering-", ignore_cleanup_errors=True) as folder:
        data = Path(folder)
        settings = Settings(data=data, spool=data / "spool")
        configure_logging(settings.log, level="WARNING")
        aside("Starting Temporal and PostgreSQL for this scenario…")
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
                    stage = Stage(client, pool, settings.task_queue)
                    await stage.live(story, lambda day: aside(f"  {day.isoformat()}"))
                    return await stage.report(story)
            finally:
                await pool.close()


def _tell(title: str, outcome: dict[str, Any]) -> None:
    table(
        title,
        ("on", "case", "what", "amount €", "norms"),
        [
            (r["on"], r["debt"], r["text"], "" if r["amount"] == "0.00" else r["amount"], _lines(r["norms"]))
            for r in outcome["timeline"]
        ],
    )
    if outcome["refusals"]:
        table(
            "Refused",
            ("on", "case", "command", "why", "norms"),
            [(r["on"], r["debt"], r["command"], r["text"], _lines(r["norms"])) for r in outcome["refusals"]],
        )
    if outcome["tasks"]:
        table(
            "Questions to officials",
            ("on", "case", "task", "question", "answer"),
            [
                (r["on"], r["debt"], r["task"], r["question"], (r["answered"] or {"answer": "open"})["answer"])
                for r in outcome["tasks"]
            ],
        )
    table(
        "How the debts stand",
        ("debt", "status", "open €", "of which costs €", "waits for", "until", "blocked by"),
        [
            (
                d["debt"],
                d["status"],
                d["outstanding"]["total"],
                d["outstanding"]["costs"],
                d["waits_for"]["term"] if d["waits_for"] else "",
                d["waits_for"]["until"] if d["waits_for"] else "",
                _lines([norm for block in d["blocked"] for norm in block["norms"]]),
            )
            for d in outcome["debts"]
        ],
    )


def _lines(items: Sequence[str]) -> str:
    return "\n".join(items)
