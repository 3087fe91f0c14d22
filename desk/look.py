"""Look: what officials must decide, how a debt stands, why it is there, what comes, what left the house."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desk.screen import DATA, Data, Json, document, explained, say, table

if TYPE_CHECKING:
    from desk.dossier import Dossier

Case = Annotated[str, typer.Argument(metavar="DEBT", help="Assessment number, or debtor-NUMBER.")]
_PARTS = (("tax", "tax"), ("costs", "costs"), ("interest", "interest"), ("fine", "fine"), ("total", "total"))


@explained()
def tasks(data: Data = DATA, as_json: Json = False) -> None:
    """List the open questions to officials, and how to answer each."""

    async def look() -> list[dict[str, Any]]:
        from desk import dossier
        from desk.office import legal_record

        async with legal_record(data) as pool:
            return await dossier.tasks(pool)

    rows = asyncio.run(look())
    if as_json:
        document({"tasks": rows})
        return
    if not rows:
        say("No open questions.")
        return
    table(
        "Open questions",
        ("since", "case", "task", "question", "norms", "answer by", "again on"),
        [
            (
                *(r[k] for k in ("opened_on", "case", "task", "question")),
                _norms(r["norms"]),
                r["deadline"],
                r["ask_again_on"],
            )
            for r in rows
        ],
    )
    say("", "How to answer:", *(f"  {a['how']}" for r in rows for a in r["answers"]))


@explained()
def show(debt: Case, data: Data = DATA, as_json: Json = False) -> None:
    """How does a debt stand: what is open by part, its procedures, what it waits for, what blocks it."""
    from desk.dossier import standing

    content = _of(debt, data, standing)
    if as_json:
        document(content)
    else:
        _tell_standing(debt, content)
        _tell_waiting(content)
        _tell_questions(content)


@explained()
def explain(debt: Case, data: Data = DATA, as_json: Json = False) -> None:
    """Why is a debt where it is: each act with its norms and costs, what it waits for, what blocks it."""
    from desk.dossier import explanation

    content = _of(debt, data, explanation)
    if as_json:
        document(content)
        return
    _tell_standing(debt, content)
    table(
        "What happened",
        ("on", "what", "amount €", "on which rule", "given by"),
        [
            (
                act["on"],
                act["text"],
                "" if act["amount"] == "0.00" else act["amount"],
                _norms(act["norms"]),
                f"{act['by'] or act['role']} ({act['command']})",
            )
            for act in content["acts"]
        ],
    )
    _tell_waiting(content)
    _tell_questions(content)
    if content["refusals"]:
        table(
            "What was refused",
            ("on", "command", "why", "on which rule"),
            [(r["on"], r["command"], r["text"], _norms(r["norms"])) for r in content["refusals"]],
        )
    if content["letters"]:
        _tell_letters(content["letters"])


@explained()
def forecast(debt: Case, data: Data = DATA, as_json: Json = False) -> None:
    """If nothing is paid and nobody does anything: which steps follow, when, at what cost?"""
    from desk.dossier import outlook

    content = _of(debt, data, outlook)
    if as_json:
        document(content)
        return
    if not content["steps"]:
        say(f"{debt}: nothing follows by itself; look at `invordering explain {debt}` for what it waits for.")
    else:
        table(
            f"{debt}: if nothing is paid, seen from {content['day']}",
            ("on", "what", "costs €", "on which rule"),
            [
                (s["on"], s["text"], "" if s["costs"] == "0.00" else s["costs"], _norms(s["norms"]))
                for s in content["steps"]
            ],
        )
        say(f"Open now € {content['outstanding']['total']}, then € {content['outstanding_then']['total']}.")
    for question in content["questions_then"]:
        say(f"Then an official decides: {question['question']}")


@explained()
def letters(
    debt: Annotated[str | None, typer.Argument(metavar="[DEBT]", help="Assessment number; all when empty.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """The letter register: what was written, for how much, and whether it left the house."""

    async def look() -> list[dict[str, Any]]:
        from desk import dossier
        from desk.office import legal_record

        async with legal_record(data) as pool:
            return await dossier.letters(pool, debt)

    rows = asyncio.run(look())
    if as_json:
        document({"letters": rows})
    elif rows:
        _tell_letters(rows)
    else:
        say("No letters.")


def _of(debt: str, data: Path, what: Callable[[Dossier], dict[str, Any]]) -> dict[str, Any]:
    async def look() -> dict[str, Any]:
        from desk import dossier
        from desk.office import legal_record

        async with legal_record(data) as pool:
            return what(await dossier.read(pool, debt))

    return asyncio.run(look())


def _tell_standing(case: str, content: Mapping[str, Any]) -> None:
    if "outstanding" not in content:
        table(
            f"Debtor {content['debtor']} on {content['day']}",
            ("kind", "credit €", "representative", "message box", "version #"),
            [[content[k] for k in ("kind", "credit", "representative", "message_box", "version")]],
        )
        return
    say(
        f"{case}: {content['status_text']} ({content['status']}), on {content['day']}",
        f"{content['tax']} {content['tax_year']} of debtor {content['debtor']}, dated {content['dated']}, "
        f"under {content['rulebook']}; to be paid by {', '.join(t['due'] for t in content['terms'])}",
    )
    table(
        "Open",
        ("part", "assessed €", "open €"),
        [(name, content["assessed"][part], content["outstanding"][part]) for part, name in _PARTS],
    )
    say(f"Paid: € {content['paid']}. Procedures: {', '.join(content['procedures']) or 'none'}.")
    if content["closed_on"]:
        say(f"Settled on {content['closed_on']}.")


def _tell_waiting(content: Mapping[str, Any]) -> None:
    wait = content.get("waits_for")
    if wait:
        what = wait.get("text", wait["term"])
        say(f"Waits for: {what} (until and including {wait['until']}); {_norms(wait['norms'], '; ')}")
    else:
        say("Waits for: nothing by itself; only for messages and decisions.")
    for block in content.get("blocked", ()):
        until = f" until {block['until']}" if block["until"] else ""
        rule = _norms(block["norms"], "; ")
        say(f"Blocked{until}: {block['text']} ({', '.join(block['measures'])}); {rule}")


def _tell_questions(content: Mapping[str, Any]) -> None:
    for question in content["questions"]:
        say(f"Open question {question['task']}: {question['question']}")
        say(*(f"  {a['how']}" for a in question["answers"]))


def _tell_letters(rows: Sequence[Mapping[str, Any]]) -> None:
    table(
        "Letters",
        ("dated", "letter", "what", "to", "total €", "pay by", "state"),
        [
            (
                r["dated"],
                r["key"],
                r["title"] + ("" if r["tariff_confirmed"] else " (tarief niet bevestigd)"),
                f"{r['recipient']} by {r['channel']}",
                r["total"],
                r["pay_by"],
                r["status"],
            )
            for r in rows
        ],
    )


def _norms(rows: Sequence[Any], between: str = "\n") -> str:
    return between.join(row if isinstance(row, str) else f"{row['id']} {row['title']}".strip() for row in rows)
