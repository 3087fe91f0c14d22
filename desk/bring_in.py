"""Bring in: files of assessments and bank statements, what of them was refused, and single commands."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from desk.screen import DATA, Data, DeskProblem, Json, document, explained, progress, say, table

if TYPE_CHECKING:
    from activities.cases import Cases
    from activities.database import Pool
    from domain.kernel.messages import Command
    from intake.store import ImportSummary, Kept, Kind, SendSummary

imports = typer.Typer(no_args_is_help=True, help="Read assessment lists and bank statements; mend what was refused.")
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file to read.")]
Send = Annotated[bool, typer.Option("--send/--no-send", help="Send what is good, or only keep it.")]
By = Annotated[str, typer.Option("--by", envvar="INVORDERING_BY", help="Your staff number; no name.")]
OurAccounts = Annotated[
    list[str] | None, typer.Option("--account", help="IBAN of the office; that of the letterhead when not given.")
]


@imports.command()
@explained()
def assessments(file: File, data: Data = DATA, send: Send = True, as_json: Json = False) -> None:
    """Read an assessment list (CSV): each line is kept, judged, and sent to its debt when it is good.

    Reading the same file again does nothing twice. Exit code 1 when a line was refused.
    """
    _import(file, "assessments", data, send, as_json)


@imports.command()
@explained()
def bank(file: File, data: Data = DATA, account: OurAccounts = None, send: Send = True, as_json: Json = False) -> None:
    """Read a bank statement (CAMT.053): each payment goes to the debt or debtor that it is for.

    Exit code 1 when a payment was refused, or could not be placed and waits for an official.
    """
    _import(file, "bank", data, send, as_json, account)


@imports.command()
@explained()
def refused(data: Data = DATA, as_json: Json = False) -> None:
    """List the lines and payments that wait for an official, with what is wrong and how to mend it."""

    async def look() -> list[Kept]:
        from desk.office import legal_record
        from intake import store

        async with legal_record(data) as pool:
            return await store.refused(pool)

    rows = asyncio.run(look())
    if as_json:
        document({"refused": [_as_json(kept) for kept in rows]})
    elif rows:
        _tell_refused(rows)
    else:
        say("Nothing waits: every line that was read is sent or needs nothing.")


@imports.command()
@explained()
def mend(
    record: Annotated[int, typer.Argument(metavar="ID", help="Number that `import refused` shows.")],
    by: By,
    changes: Annotated[
        list[str] | None, typer.Argument(metavar="FIELD=VALUE …", help="What to change; nothing: judge it again.")
    ] = None,
    data: Data = DATA,
    account: OurAccounts = None,
    send: Send = True,
    as_json: Json = False,
) -> None:
    """Change fields of a refused line or payment and send it. Exit code 1 when it is still not good."""

    async def change() -> tuple[Kept, SendSummary | None]:
        from desk.office import whole_office
        from intake import store

        wanted = _pairs(changes or [])
        async with whole_office(data) as (pool, cases):
            try:
                kept = await store.mend(pool, record, wanted, by=by, our_ibans=_accounts(account), taxes=_taxes())
            except store.NotMendable as problem:
                raise DeskProblem(str(problem)) from None
            sent = await _send(pool, cases) if send and kept.record.status == "ready" else None
            still = [row for row in await store.refused(pool) if row.id == record]
            return (still[0] if still else kept), sent

    kept, sent = asyncio.run(change())
    is_good = kept.record.status not in ("refused", "unmatched")
    if as_json:
        document(_as_json(kept) | {"sent": bool(sent)})
    elif is_good:
        say(f"Record {record} is mended{' and sent' if sent else ''}.")
    else:
        _tell_refused([kept])
    if not is_good:
        raise typer.Exit(1)


@imports.command()
@explained()
def resend(data: Data = DATA, as_json: Json = False) -> None:
    """Send what is ready and was not sent yet, as after an import that was interrupted."""

    async def again() -> SendSummary:
        from desk.office import whole_office

        async with whole_office(data) as (pool, cases):
            return await _send(pool, cases)

    done = asyncio.run(again())
    if as_json:
        document({"sent": done.sent, "refused": done.refused})
    else:
        say(f"Sent: {done.sent}. Refused by their debt: {done.refused}.")
        if done.refused:
            say("See what is wrong: invordering import refused")
    if done.refused:
        raise typer.Exit(1)


def _import(file: Path, kind: Kind, data: Path, send: bool, as_json: bool, account: list[str] | None = None) -> None:
    summary, sent, waiting = asyncio.run(_keep_and_send(file, kind, data, send, account))
    if as_json:
        document(
            {
                "file": summary.name,
                "sha256": summary.sha256,
                "kind": summary.kind,
                "is_new": summary.is_new,
                "records": summary.records,
                "sent": sent.sent if sent else 0,
                "refused": [_as_json(kept) for kept in waiting],
            }
        )
    else:
        if not summary.is_new:
            say(f"{summary.name} was read before; only what has become good since is taken up.")
        table(summary.name, ("records", "number #"), [(s, n) for s, n in sorted(summary.records.items())])
        if sent is not None:
            say(f"Sent now: {sent.sent}.")
        if waiting:
            _tell_refused(waiting)
    if waiting:
        raise typer.Exit(1)


async def _keep_and_send(
    file: Path, kind: Kind, data: Path, send: bool, account: list[str] | None
) -> tuple[ImportSummary, SendSummary | None, list[Kept]]:
    from dataclasses import replace

    from desk.office import whole_office
    from intake import store
    from intake.assessments import read_assessments
    from intake.bank import read_bank

    async with whole_office(data) as (pool, cases):
        if kind == "assessments":
            records = read_assessments(file, _taxes())
        else:
            known = await store.known(pool)
            records = read_bank(file, known.is_debt, known.debtor_of_iban, _accounts(account))
        summary = await store.keep(pool, file, kind, records)
        sent = await _send(pool, cases) if send else None
        waiting = [kept for kept in await store.refused(pool) if kept.file == summary.sha256]
        counts = await pool.fetch(
            "select status, count(*) as records from intake_records where file = $1 group by status", summary.sha256
        )
    return replace(summary, records={row["status"]: row["records"] for row in counts}), sent, waiting


async def _send(pool: Pool, cases: Cases) -> SendSummary:
    from desk.delivery import sender
    from intake import store

    with progress("Sending") as hear:
        return await store.send_ready(pool, sender(pool, cases), hear)


def _taxes() -> list[str]:
    from domain import rulebooks
    from domain.scenario import DEFAULT_RULEBOOK

    return list(rulebooks.load(DEFAULT_RULEBOOK).taxes)


def _accounts(given: list[str] | None) -> list[str]:
    from stdnum import iban

    from activities.letters.letterhead import load_letterhead

    return [iban.compact(account) for account in given or [load_letterhead().iban]]


def _pairs(pairs: list[str]) -> dict[str, str]:
    wanted = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise DeskProblem(f"{pair!r} is not FIELD=VALUE, as in amount=600.00", 2)
        wanted[name] = value
    return wanted


def _as_json(kept: Kept) -> dict[str, Any]:
    record = kept.record
    return {
        "id": kept.id,
        "kind": kept.kind,
        "status": record.status,
        "line": record.line,
        "ref": record.ref,
        "fields": record.source,
        "errors": [{"field": e.field, "value": e.value, "rule": e.rule, "text": e.text} for e in record.errors],
        "mendings": len(kept.mendings),
    }


def _tell_refused(rows: list[Kept]) -> None:
    table(
        "These wait for an official",
        ("id #", "line #", "reference", "what is wrong"),
        [(k.id, k.record.line, k.record.ref, "\n".join(map(str, k.record.errors))) for k in rows],
    )
    kinds = Counter("file" if kept.record.line is None else "record" for kept in rows)
    if kinds["record"]:
        say("Mend one and send it: invordering import mend ID FIELD=VALUE … --by STAFF")
    if kinds["file"]:
        say("A file that cannot be read as a whole: correct the file and import it again.")


# -- single commands ----------------------------------------------------------------------------------------------


class Forms(TyperGroup):
    """`submit`: one sub-command per command of the core, made when one is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self._filled())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return self._filled().get(cmd_name)

    def _filled(self) -> dict[str, Any]:
        if not self.commands:
            from desk.forms import forms

            made: Any = typer.main.get_command(forms(deliver))
            self.commands.update(made.commands)
        return dict(self.commands)


submit = typer.Typer(cls=Forms, invoke_without_command=True)


@submit.callback()
@explained()
def whole_command(
    ctx: typer.Context,
    json_file: Annotated[
        str | None,
        typer.Option("--json-file", metavar="FILE", help="A whole command as JSON; - reads standard input."),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the decision, or only deliver.")] = True,
    patience: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="How long to wait.")] = 30.0,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Give any command to a debt or debtor, by options or as JSON, and read what was decided.

    Each command below has its own options: `invordering submit register_payment --help`. Exit code 1 when the
    command is refused, 2 when it cannot be read.
    """
    if ctx.invoked_subcommand is not None:
        return
    if json_file is None:
        say(ctx.get_help())
        return
    from desk.forms import from_file, read

    deliver(read(from_file(json_file)), data, wait, patience, as_json)


@explained()
def answer(
    case: Annotated[str, typer.Argument(help="Debt (or debtor-NUMBER), as `invordering tasks` shows it.")],
    task: Annotated[str, typer.Argument(help="The task, as `invordering tasks` shows it.")],
    with_: Annotated[str, typer.Argument(metavar="ANSWER", help="The command that answers it, or `no`.")],
    by: By,
    role: Annotated[str, typer.Option(help="In whose name.")] = "collection_officer",
    reason: Annotated[str, typer.Option(help="Why: the debtor may ask for it.")] = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="What the answer needs more.")
    ] = None,
    patience: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="How long to wait.")] = 30.0,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Answer a question to officials: who, in which role, what and why.

    invordering answer OZB-2026-0001 order_attachment order_attachment --by INV-07 --set kind=movables --set object=auto
    """
    from desk.forms import from_pairs, read

    asked = asyncio.run(_question(data, case, task))
    name = "decline_question" if with_ == "no" else with_
    allowed = [a["command"] for a in asked["answers"]]
    if name not in allowed:
        choice = ", ".join("no" if a == "decline_question" else a for a in allowed)
        raise DeskProblem(f"answer: {with_!r} does not answer {task}; choose one of {choice}", 2)
    about = {"debtor": case.removeprefix("debtor-")} if case.startswith("debtor-") else {"debt": case}
    question = {"question": task} if name == "decline_question" else {}
    official = {"by": by, "role": role, "reason": reason}
    fields = {"command": name, **about, **question, **official, **from_pairs(set_ or [])}
    deliver(read(fields), data, True, patience, as_json)


async def _question(data: Path, case: str, task: str) -> dict[str, Any]:
    from desk import dossier
    from desk.office import legal_record

    async with legal_record(data) as pool:
        asked = {q.task: dossier.question_row(case, q) for q in (await dossier.read(pool, case)).questions}
    if task not in asked:
        open_ = ", ".join(asked) or "none"
        raise DeskProblem(f"task: {task!r} is not open on {case}; open: {open_}")
    return asked[task]


# -- messages that could not be read ------------------------------------------------------------------------------

rejected = typer.Typer(no_args_is_help=True, help="Messages of other systems that no case could read; mend and resend.")


@rejected.command("list")
@explained()
def list_rejected(data: Data = DATA, as_json: Json = False) -> None:
    """List the messages that could not be read, with what is wrong in each."""
    rows = asyncio.run(_rejected(data))
    if as_json:
        document({"rejected": rows})
        return
    if not rows:
        say("Nothing waits: every message was read.")
        return
    table(
        "These messages were not read",
        ("id #", "case", "received", "command", "what is wrong"),
        [
            (
                row["id"],
                row["case"],
                row["received_at"][:16].replace("T", " "),
                row["message"].get("command") or row["message"].get("signal") or "",
                "\n".join(f"{e['field']} {e['value']!r}: {e['rule']}" for e in row["errors"]),
            )
            for row in rows
        ],
    )
    say("Mend one and send it: invordering rejected mend ID FIELD=VALUE … --by STAFF")


@rejected.command("mend")
@explained()
def mend_rejected(
    number: Annotated[int, typer.Argument(metavar="ID", help="Number that `rejected list` shows.")],
    by: By,
    changes: Annotated[
        list[str] | None,
        typer.Argument(metavar="FIELD=VALUE …", help="What to change; FIELD= takes it out; JSON where it is not text."),
    ] = None,
    patience: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="How long to wait.")] = 30.0,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Change fields of a message that could not be read and send it. What was received stays on record."""
    from desk.forms import from_pairs, read

    row = next((row for row in asyncio.run(_rejected(data)) if row["id"] == number), None)
    if row is None:
        raise DeskProblem(f"ID: {number} is no message that waits; see `invordering rejected list`", 2)
    sent = row["message"] if "command" in row["message"] else {}
    fields = {"id": f"rejected/{number}", **sent, **from_pairs(changes or [])}
    command = read({name: value for name, value in fields.items() if value != ""})
    deliver(command, data, True, patience, as_json, mends=(number, by))


async def _rejected(data: Path) -> list[dict[str, Any]]:
    from desk import dossier
    from desk.office import legal_record

    async with legal_record(data) as pool:
        return await dossier.rejected(pool)


def deliver(
    command: Command, data: Path, wait: bool, patience: float, as_json: bool, mends: tuple[int, str] | None = None
) -> None:
    """Give `command` to its case and print what was decided. Exit code 1 when it was not accepted.

    `mends`: the number of the rejected message that it stands for, and the staff number of who mended it.
    """
    outcome = asyncio.run(_deliver(command, data, wait, patience, mends))
    if as_json:
        document(outcome)
    else:
        _tell(outcome)
    if outcome["kind"] not in ("accepted", "repeated", "delivered"):
        raise typer.Exit(1)


async def _deliver(
    command: Command, data: Path, wait: bool, patience: float, mends: tuple[int, str] | None
) -> dict[str, Any]:
    from desk import dossier
    from desk.delivery import decide
    from desk.forms import as_message
    from desk.office import whole_office
    from domain import core

    message = as_message(command)
    about = {"case": core.case_of(command), "command": message["command"], "id": command.id}
    async with whole_office(data) as (pool, cases):
        if not wait:
            await cases.submit(message)
            return {**about, "kind": "delivered", "answer": {}}
        decision = await decide(cases, message, patience)
        if mends is not None and decision["kind"] != "invalid":
            await dossier.mark_mended(pool, *mends, command.id)
        return {**about, **decision}


def _tell(outcome: dict[str, Any]) -> None:
    from desk.delivery import reason

    answer, about = outcome["answer"], f"{outcome['command']} {outcome['id']} on {outcome['case']}"
    match outcome["kind"]:
        case "delivered":
            say(f"Delivered: {about}. Look with: invordering show {outcome['case']}")
        case "accepted" | "repeated" as kind:
            again = " (it was decided before: nothing happened twice)" if kind == "repeated" else ""
            say(f"Accepted: {about}{again}.", *(f"  {e['on']}  {e['text']}" for e in answer["events"]))
        case "refused":
            until = f" (until {answer['until']})" if answer["until"] else ""
            norms = f" [{', '.join(answer['norms'])}]" if answer["norms"] else ""
            say(f"Refused: {about}.", f"  {answer['text']}{until}{norms}")
        case kind:
            say(f"Not carried out ({kind}): {about}.", f"  {reason(outcome)}")
