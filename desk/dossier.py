"""One case as people and programs want to see it: how it stands, why it is there, what comes, what left the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import asyncpg

from activities.database import Pool
from activities.decisions import Decisions, law_of
from desk.screen import DeskProblem
from domain import core, norms
from domain.core import COMMAND_TYPES
from domain.debt.facts import DebtorFacts
from domain.debt.outlook import document, next_debtor_wake, next_wake, status
from domain.debt.state import Debt, Question
from domain.debtor.debtor import Debtor
from domain.kernel.messages import Act, Event, OfficialCommand
from domain.rulebooks.rulebook import Rulebook
from domain.scenario import forecast

PARTS = ("tax", "costs", "interest", "fine", "total")


@dataclass(frozen=True)
class Dossier:
    """One case with all that hangs on it. `day`: on which it is looked at, the office's today or a later one."""

    stream: str
    case: core.Case
    law: Rulebook
    day: date
    acts: tuple[tuple[Event, asyncpg.Record], ...]
    refusals: tuple[asyncpg.Record, ...]
    letters: tuple[asyncpg.Record, ...]
    facts: DebtorFacts
    """Of its debtor."""

    @property
    def debt(self) -> Debt:
        """The case as a debt; DeskProblem when it is a debtor."""
        if not isinstance(self.case, Debt):
            raise DeskProblem(f"debt: {self.stream!r} is a debtor; give the number of one of its debts")
        return self.case

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is open to officials."""
        return tuple(self.case.questions.values())


async def read(pool: Pool, stream: str) -> Dossier:
    """The dossier of a debt (its number) or of a debtor (`debtor-` and its number). DeskProblem when unknown.

    It is looked at on the office's today, but never before its last decision: rehearsed debts live ahead of us.
    """
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        case = await Decisions(pool).case(connection, stream)
        if case is None:
            raise DeskProblem(await _unknown(pool, stream))
        commands = await connection.fetch("select * from commands where stream = $1 order by place", stream)
        events = await connection.fetch("select seq, body, command from events where stream = $1 order by seq", stream)
        letters = await connection.fetch(f"{LETTERS} where l.stream = $1 order by l.seq", stream)
        debtor = await Decisions(pool).case(connection, f"debtor-{case.debtor}")
    law = law_of(case)
    by_id = {row["id"]: row for row in commands}
    return Dossier(
        stream,
        case,
        law,
        max(law.calendar.day_of(datetime.now(UTC)), *(row["today"] for row in commands)),
        tuple((core.load_event(row["body"]), by_id[row["command"]]) for row in events),
        tuple(row for row in commands if row["refusal"] is not None),
        tuple(letters),
        debtor.facts if isinstance(debtor, Debtor) else DebtorFacts(),
    )


LETTERS = """select l.key, l.stream, l.kind, l.title, l.recipient, l.channel, l.dated, l.pay_by, l.total,
    l.tariff, l.tariff_confirmed, l.norms, l.status, l.release_at, l.released_at, l.receipt, l.sha256 from letters l"""


async def _unknown(pool: Pool, stream: str) -> str:
    near = await pool.fetch(
        "select stream from streams where version > 0 and stream like $1 || '%' order by stream limit 3",
        stream[:8].replace("%", ""),
    )
    hint = f"; known are for instance {', '.join(row['stream'] for row in near)}" if near else ""
    refused = await pool.fetchval("select refusal->>'text' from commands where stream = $1 limit 1", stream)
    why = f" (a command on it was refused: {refused})" if refused else ""
    return f"debt: {stream!r} is not known{why}{hint}; bring it in with `invordering import assessments FILE.csv`"


# -- how it stands ------------------------------------------------------------------------------------------------


def standing(dossier: Dossier) -> dict[str, Any]:
    """How the case stands: for a debt the document of the scenario report and its own facts."""
    match dossier.case:
        case Debt() as debt:
            return {
                **document(debt, dossier.law, dossier.day),
                "day": dossier.day.isoformat(),
                "status_text": status(debt)[1],
                "debtor": debt.debtor,
                "tax": debt.tax,
                "tax_year": debt.tax_year,
                "rulebook": debt.rulebook,
                "dated": debt.dated.isoformat(),
                "assessed": {part: f"{getattr(debt.assessed, part):.2f}" for part in PARTS},
                "terms": [
                    {"track": t.track, "due": t.due.isoformat(), "amount": f"{t.amount:.2f}"} for t in debt.terms
                ],
                "paid": f"{debt.paid:.2f}",
                "passed_on": f"{debt.surplus:.2f}",
                "questions": [question_row(dossier.stream, q) for q in dossier.questions],
                "letters": len(dossier.letters),
                "version": debt.version,
            }
        case debtor:
            return {
                "debtor": debtor.debtor,
                "day": dossier.day.isoformat(),
                "kind": debtor.facts.kind,
                "registered": debtor.facts.registered,
                "natural_person": debtor.facts.natural_person,
                "representative": debtor.facts.representative,
                "message_box": debtor.facts.message_box,
                "address_known": debtor.facts.address_known,
                "circumstances": list(debtor.facts.circumstances),
                "credit": f"{debtor.credit:.2f}",
                "procedures": sorted(debtor.procedures),
                "questions": [question_row(dossier.stream, q) for q in dossier.questions],
                "letters": len(dossier.letters),
                "version": debtor.version,
            }


# -- why it is there ----------------------------------------------------------------------------------------------


def explanation(dossier: Dossier) -> dict[str, Any]:
    """Why the case is where it is: each act with its norms, what it waits for, what blocks it, what was refused."""
    return {
        **standing(dossier),
        "acts": [_act(event, command) for event, command in dossier.acts],
        "waits_for": _waits_for(dossier),
        "blocked": _blocked(dossier),
        "refusals": [
            {
                "on": row["today"].isoformat(),
                "command": row["name"],
                "id": row["id"],
                "by": row["by"],
                **row["refusal"],
                "norms": norm_rows(row["refusal"]["norms"]),
            }
            for row in dossier.refusals
        ],
        "letters": [letter_row(row) for row in dossier.letters],
    }


def _act(event: Event, command: asyncpg.Record) -> dict[str, Any]:
    return {
        "on": event.on.isoformat(),
        "decided_on": command["today"].isoformat(),
        "event": event.type,
        "text": event.text,
        "amount": f"{event.amount:.2f}",
        "costs": f"{event.costs:.2f}" if isinstance(event, Act) else "0.00",
        "norms": norm_rows(event.norms),
        "track": event.track,
        "command": command["name"],
        "command_id": command["id"],
        "by": command["by"],
        "role": command["role"],
        "said": command["command"].get("circumstances") or command["command"].get("reason") or "",
    }


def _waits_for(dossier: Dossier) -> dict[str, Any] | None:
    case = dossier.case
    wake = next_wake(case, dossier.law) if isinstance(case, Debt) else next_debtor_wake(case)
    if wake is None:
        return None
    return {
        "term": wake.term.name,
        "until": wake.until.isoformat(),
        "acts_on": wake.on.isoformat(),
        "text": wake.term.text,
        "norms": norm_rows(wake.term.norms),
    }


def _blocked(dossier: Dossier) -> list[dict[str, Any]]:
    if not isinstance(dossier.case, Debt):
        return []
    blocks = document(dossier.case, dossier.law, dossier.day)["blocked"]
    return [block | {"norms": norm_rows(block["norms"])} for block in blocks]


def norm_rows(ids: Iterable[str]) -> list[dict[str, str]]:
    """Each norm with what it says; a rulebook's own id that the catalogue lacks keeps an empty title."""
    rows = []
    for id in ids:
        try:
            norm = norms.norm(id)
        except norms.UnknownNormError:
            rows.append({"id": id, "title": "", "terms": ""})
        else:
            rows.append({"id": id, "title": norm.title, "terms": ", ".join(norm.terms)})
    return rows


# -- what comes ---------------------------------------------------------------------------------------------------


def outlook(dossier: Dossier) -> dict[str, Any]:
    """If nothing is paid and nobody does anything: which step, when, at what cost."""
    records = forecast(dossier.debt, dossier.law, dossier.facts, dossier.day)
    steps = [
        {
            "on": record.today.isoformat(),
            "event": event.type,
            "text": event.text,
            "costs": f"{event.costs:.2f}" if isinstance(event, Act) else "0.00",
            "norms": norm_rows(event.norms),
        }
        for record in records
        for event in record.events
    ]
    after: core.Case | None = dossier.debt
    for record in records:
        for event in record.events if record.stream == dossier.stream else ():
            after = core.evolve(after, event, dossier.stream)
    assert isinstance(after, Debt)
    return {
        "debt": dossier.stream,
        "day": dossier.day.isoformat(),
        "steps": steps,
        "outstanding": {part: f"{getattr(dossier.debt.open, part):.2f}" for part in PARTS},
        "outstanding_then": {part: f"{getattr(after.open, part):.2f}" for part in PARTS},
        "questions_then": [question_row(dossier.stream, q) for q in after.questions.values()],
    }


# -- letters and tasks --------------------------------------------------------------------------------------------


def letter_row(row: asyncpg.Record) -> dict[str, Any]:
    """A row of the letter register as JSON."""
    return {
        "key": row["key"],
        "case": row["stream"],
        "kind": row["kind"],
        "title": row["title"],
        "dated": row["dated"].isoformat(),
        "pay_by": row["pay_by"].isoformat() if row["pay_by"] else None,
        "total": f"{row['total']:.2f}",
        "recipient": row["recipient"],
        "channel": row["channel"],
        "norms": list(row["norms"]),
        "tariff": row["tariff"],
        "tariff_confirmed": row["tariff_confirmed"],
        "status": row["status"],
        "release_at": row["release_at"].isoformat(),
        "released_at": row["released_at"].isoformat() if row["released_at"] else None,
        "receipt": row["receipt"],
        "sha256": row["sha256"],
    }


async def letters(pool: Pool, stream: str | None) -> list[dict[str, Any]]:
    """The letter register, of one case or of all."""
    if stream is not None and not await pool.fetchval("select true from streams where stream = $1", stream):
        raise DeskProblem(await _unknown(pool, stream))
    rows = await pool.fetch(f"{LETTERS} where $1::text is null or l.stream = $1 order by l.dated, l.key", stream)
    return [letter_row(row) for row in rows]


async def tasks(pool: Pool) -> list[dict[str, Any]]:
    """The open questions of all cases, the oldest first, each with the commands that answer it."""
    rows = await pool.fetch("select * from tasks where status = 'open' order by opened_on, stream, task")
    return [
        question_row(
            row["stream"],
            Question(
                row["task"],
                row["kind"],
                row["question"],
                tuple(row["norms"]),
                tuple(row["answers"]),
                row["opened_on"],
                deadline=row["deadline"],
                ask_again_on=row["ask_again_on"],
            ),
        )
        for row in rows
    ]


async def rejected(pool: Pool) -> list[dict[str, Any]]:
    """The messages that no case could read, the oldest first, each with what is wrong; mended ones are left out."""
    rows = await pool.fetch("select * from rejected where mended_at is null order by id")
    return [
        {
            "id": row["id"],
            "case": row["stream"],
            "received_at": row["received_at"].isoformat(),
            "message": row["message"],
            "errors": row["errors"],
        }
        for row in rows
    ]


async def mark_mended(pool: Pool, number: int, by: str, command_id: str) -> None:
    """The rejected message is settled: what it became was decided."""
    await pool.execute(
        "update rejected set mended_at = now(), mended_by = $2, mended_as = $3 where id = $1", number, by, command_id
    )


def question_row(stream: str, question: Question) -> dict[str, Any]:
    """A question with how to answer it, as JSON."""
    answers = [*question.answers, *({"decline_question"} - set(question.answers))]
    return {
        "case": stream,
        "task": question.task,
        "kind": question.kind,
        "question": question.question,
        "norms": list(question.norms),
        "opened_on": question.opened_on.isoformat(),
        "deadline": question.deadline.isoformat() if question.deadline else None,
        "ask_again_on": question.ask_again_on.isoformat() if question.ask_again_on else None,
        "answers": [
            {
                "command": name,
                "title": COMMAND_TYPES[name].title,
                "roles": sorted(COMMAND_TYPES[name].roles),
                "how": how_to_answer(stream, question.task, name),
            }
            for name in answers
        ],
    }


def how_to_answer(stream: str, task: str, name: str) -> str:
    """The command line that gives this answer, with the fields that it needs."""
    kind = COMMAND_TYPES[name]
    known = {"command", "debt", "debtor", "question", "by", "role", "reason"}
    needed = [f for f, about in kind.model_fields.items() if about.is_required() and f not in known]
    shown = "no" if name == "decline_question" else name
    official = " --by STAFF --reason WHY" if issubclass(kind, OfficialCommand) else ""
    return f"invordering answer {stream} {task} {shown}{official}" + "".join(f" --set {f}=…" for f in needed)
