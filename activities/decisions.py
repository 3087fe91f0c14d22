"""Decisions: one command, one transaction. Events, ledger, letter register, tasks and the stream's row, or a refusal.

The stream's row is locked first, so two workers never decide on one case at once. A command id that is already in the
stream answers with what was decided then: delivery may repeat, effects may not.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError
from temporalio import activity

from activities.database import Connection, Pool
from domain import core, rulebooks, wire
from domain.debt.events import QuestionAnswered
from domain.debt.facts import Context, DebtorFacts, Facts, OpenDebt
from domain.debt.late_truth import Lived
from domain.debt.others import open_debt
from domain.debt.outlook import details, document, next_debtor_wake, next_wake, status, term_summary
from domain.debt.state import Debt, Question
from domain.debtor.debtor import Debtor
from domain.kernel.dutch import dutch_euro
from domain.kernel.messages import Act, Command, Event, Refusal
from domain.rulebooks.rulebook import Rulebook
from domain.scenario import DEFAULT_RULEBOOK

log = structlog.get_logger()

DECIDE = "Beslissen volgens de leidraad"
OPEN_FILE = "Dossier openen"
"""Local activities show by their type name only in the Web UI, so their names are words that an official reads."""

_FACTS = TypeAdapter(Facts)
_DEBTOR_FACTS = TypeAdapter(DebtorFacts)
_REMEMBERED = 2_000

# Locked in a statement of its own: the next one then sees all that was committed before the lock was had.
_LOCK = "select 1 from streams where stream = $1 for update"

# A payment may have come before its debt: then the row is there, and now it gets its debtor.
_ADOPT = """
insert into streams (stream, debtor) values ($1, $2)
on conflict (stream) do update set debtor = excluded.debtor where streams.version = 0
"""

_TURN = """
select 1 from streams where stream = (select 'debtor-' || d.debtor from streams d where d.stream = $1) for update
"""

_OPEN_DEBTS = """
select stream, version, dated, due, open, arose_on, procedures from streams where debtor = $1 and open > 0
order by stream
"""

_READ = """
select s.version, s.rulebook, s.debtor,
       coalesce((select d.facts from streams d where d.stream = 'debtor-' || s.debtor), '{}') as facts,
       array(select l.key from letters l
             where l.stream = s.stream and l.status = 'planned' and not l.immediate for update) as unreleased,
       (select jsonb_build_object('refusal', c.refusal, 'first', c.first, 'last', c.last) from commands c
        where c.stream = s.stream and c.id = $2) as before
from streams s where s.stream = $1
"""

_WRITE = """
with decided as (
    insert into commands (stream, id, name, by, role, today, command, facts, refusal, first, last)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
), recorded as (
    insert into events (stream, seq, type, legal_on, recorded_at, command, body)
    select $1, e.seq, e.type, e.legal_on, $12, $2, e.body
    from jsonb_to_recordset($13) as e (seq int, type text, legal_on date, body jsonb)
), booked as (
    insert into postings (stream, seq, line, booked_on, debit, credit, amount)
    select $1, p.seq, p.line, p.booked_on, p.debit, p.credit, p.amount
    from jsonb_to_recordset($14) as p (seq int, line int, booked_on date, debit text, credit text, amount numeric)
), registered as (
    insert into letters (key, stream, seq, kind, title, recipient, recipient_number, channel, dated, pay_by, total,
                         tariff, tariff_confirmed, norms, content, immediate, release_at)
    select l.key, $1, l.seq, l.kind, l.title, l.recipient, l.recipient_number, l.channel, l.dated, l.pay_by, l.total,
           l.tariff, l.tariff_confirmed, l.norms, l.content, l.immediate, l.release_at
    from jsonb_to_recordset($15) as l (key text, seq int, kind text, title text, recipient text,
         recipient_number text, channel text, dated date, pay_by date, total numeric, tariff text,
         tariff_confirmed boolean, norms text[], content jsonb, immediate boolean, release_at timestamptz)
), withdrawn as (
    update letters set status = 'withdrawn' where stream = $1 and key = any ($16) and status = 'planned'
)
update streams set version = $11, rulebook = $17, debtor = $18, dated = $19, due = $20, open = $21, status = $22,
                   facts = $23, closed_on = $24, arose_on = $25, procedures = $26, updated_at = now()
where stream = $1
"""


@dataclass(frozen=True, slots=True)
class _File:
    """A case as read under lock: its state, its law, the facts, and an earlier decision on the same command."""

    case: core.Case | None
    law: Rulebook
    facts: Facts
    before: dict[str, Any] | None


class Decisions:
    """The activities that read and write the legal record."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._remembered: OrderedDict[str, core.Case] = OrderedDict()

    @activity.defn(name=DECIDE)
    async def decide(self, message: wire.Message) -> wire.Decision:
        """Decide one command. Raises only when the database cannot be reached or the core has a bug."""
        try:
            command = core.COMMANDS.validate_python(message.command)
            if core.case_of(command) != message.stream:
                raise ValueError(f"the command is about {core.case_of(command)}, this is {message.stream}")
        except ValidationError as error:
            problems = [
                {"field": ".".join(map(str, e["loc"])), "value": str(e["input"])[:80], "rule": e["msg"]}
                for e in error.errors(include_url=False)
            ]
            return await self._reject(message, problems)
        except (TypeError, ValueError) as error:
            return await self._reject(message, [{"field": "command", "value": "", "rule": str(error)}])
        if not command.id:
            command = command.model_copy(update={"id": _digest(message.command)})
        async with self._pool.acquire() as connection, connection.transaction():
            decision, case = await self._decide(connection, command, message)
        if case is not None:  # committed: only now is it true
            self._remember(message.stream, case)
        return decision

    @activity.defn(name=OPEN_FILE)
    async def open_file(self, message: wire.Message) -> wire.Outlook:
        """How the case stands: read at the start of every run, so that no run depends on an older one."""
        async with self._pool.acquire() as connection:
            return await self.outlook(connection, message.stream, message.now)

    async def outlook(self, connection: Connection, stream: str, now: datetime) -> wire.Outlook:
        """How the case stands at the office's moment `now`."""
        case = await self.case(connection, stream)
        if case is None:
            return wire.Outlook(stream)
        return _outlook(case, law_of(case), now, await _in_house(connection, stream))

    async def case(self, connection: Connection, stream: str) -> core.Case | None:
        """The case as its events make it; remembered by version."""
        version = await connection.fetchval("select version from streams where stream = $1", stream)
        return await self._fold(connection, stream, version or 0)

    async def _decide(
        self, connection: Connection, command: Command, message: wire.Message
    ) -> tuple[wire.Decision, core.Case | None]:
        """The decision, and the case after it."""
        stream = message.stream
        file = await self._lock(connection, command, message)
        law, now = file.law, message.now
        today = law.calendar.day_of(now)
        if file.before is not None:
            return await self._repeat(connection, file, stream, now), file.case
        ctx = Context(law, file.facts, today)
        outcome, case = core.decide_and_evolve(command, file.case, ctx)
        if outcome == core.NEEDS_HISTORY:
            past = await history(connection, stream)
            outcome, case = core.decide_and_evolve(command, file.case, ctx, past)
        assert not isinstance(outcome, str), "with history there is an answer"
        events, refusal = ([], outcome) if isinstance(outcome, Refusal) else (outcome, None)
        await self._write(connection, command, message, file, case, events, refusal, today)
        if case is None:
            outlook = wire.Outlook(stream)
        else:
            outlook = _outlook(case, law, now, await _in_house(connection, stream))
        log.info(
            "decided",
            debt=stream,
            command_id=command.id,
            command=command.command,
            outcome="refused" if refusal else "accepted",
            code=refusal.code if refusal else None,
            events=len(events),
        )
        if refusal is not None:
            return wire.Decision("refused", outlook, refusal_as_data(refusal)), case
        assert case is not None
        outgoing = [c for event in events for c in core.outgoing(event, case, command.id)]
        accepted = wire.Decision(
            "accepted",
            outlook,
            {"events": [{"event": e.type, "on": e.on.isoformat(), "text": e.text} for e in events]},
            [c.model_dump(mode="json", exclude_defaults=True) | {"command": c.command} for c in outgoing],
        )
        return accepted, case

    async def _lock(self, connection: Connection, command: Command, message: wire.Message) -> _File:
        stream, debtor_id = message.stream, getattr(command, "debtor", "")
        if debtor_id and not stream.startswith("debtor-"):
            # A new debt learns what holds for its debtor: it waits for a decision on the debtor that is under way.
            await _begin(connection, f"debtor-{debtor_id}", debtor_id)
            await connection.execute("select 1 from streams where stream = $1 for share", f"debtor-{debtor_id}")
            await connection.execute(_ADOPT, stream, debtor_id)
        if command.knows_other_debts:
            # What the other debts claim must not change meanwhile: such decisions on one debtor take turns.
            await connection.execute(_TURN, stream)
        if await connection.fetchval(_LOCK, stream) is None:
            await _begin(connection, stream, debtor_id)
            await connection.fetchval(_LOCK, stream)
        row = await connection.fetchrow(_READ, stream, command.id)
        assert row is not None, "the row is there and locked"
        case = await self._fold(connection, stream, row["version"])
        open_debts: tuple[OpenDebt, ...] = ()
        if stream.startswith("debtor-") or command.knows_other_debts:
            debts = await connection.fetch(_OPEN_DEBTS, row["debtor"])
            if command.knows_other_debts:
                others = [await self._fold(connection, d["stream"], d["version"]) for d in debts]
                today = law_of(case, command).calendar.day_of(message.now)
                open_debts = tuple(open_debt(d, law_of(d), today) for d in others if isinstance(d, Debt))
            else:
                open_debts = tuple(
                    OpenDebt(d["stream"], d["dated"], d["due"], d["open"], d["arose_on"], tuple(d["procedures"]))
                    for d in debts
                )
        facts = Facts(
            debtor=_DEBTOR_FACTS.validate_python(row["facts"]),
            unreleased=frozenset(row["unreleased"]),
            open_debts=open_debts,
        )
        return _File(case, law_of(case, command), facts, row["before"])

    async def _fold(self, connection: Connection, stream: str, version: int) -> core.Case | None:
        if version == 0:
            return None
        known = self._remembered.get(stream)
        if known is not None and known.version == version:
            self._remembered.move_to_end(stream)
            return known
        rows = await connection.fetch(
            "select body from events where stream = $1 and seq <= $2 order by seq", stream, version
        )
        case = core.fold((core.load_event(row["body"]) for row in rows), stream)
        assert case is not None, f"{stream}: no event is recorded of {version}"
        assert case.version == version, f"{stream}: {version} events are recorded, {case.version} were read"
        self._remember(stream, case)
        return case

    def _remember(self, stream: str, case: core.Case) -> None:
        self._remembered[stream] = case
        self._remembered.move_to_end(stream)
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)

    async def _write(
        self,
        connection: Connection,
        command: Command,
        message: wire.Message,
        file: _File,
        case: core.Case | None,
        events: Sequence[Event],
        refusal: Refusal | None,
        today: date,
    ) -> None:
        before = file.case.version if file.case else 0
        numbered = list(enumerate(events, start=before + 1))
        debt = case if isinstance(case, Debt) else None
        debtor = case if isinstance(case, Debtor) else None
        await connection.execute(
            _WRITE,
            message.stream,
            command.id,
            command.command,
            command.by,
            command.role.value,
            today,
            command.model_dump(mode="json"),
            _FACTS.dump_python(file.facts, mode="json"),
            refusal_as_data(refusal) if refusal else None,
            before + 1 if events else 0,
            before + len(events),
            message.now,
            [
                {"seq": seq, "type": e.type, "legal_on": e.on.isoformat(), "body": core.dump_event(e)}
                for seq, e in numbered
            ],
            [
                {
                    "seq": seq,
                    "line": line,
                    "booked_on": today.isoformat(),
                    "debit": p.debit,
                    "credit": p.credit,
                    "amount": str(p.amount),
                }
                for seq, e in numbered
                for line, p in enumerate(e.postings(), start=1)
            ],
            [
                _register_row(seq, e, file.law, today, message.now)
                for seq, e in numbered
                if isinstance(e, Act) and e.letter
            ],
            [key for e in events if (key := getattr(e, "withdrawn_letter", ""))],
            file.law.id,
            debt.debtor if debt else getattr(command, "debtor", "") or message.stream.removeprefix("debtor-"),
            debt.dated if debt else None,
            debt.terms[0].due if debt else None,
            debt.open.total if debt else 0,
            status(debt)[0] if debt else "",
            _DEBTOR_FACTS.dump_python(debtor.facts, mode="json") if debtor else {},
            debt.closed_on if debt else None,
            debt.arose_on if debt else None,
            sorted(case.procedures) if case else [],
        )
        asked_before, asked = _questions(file.case), _questions(case)
        if asked_before != asked:
            await _sync_tasks(connection, message.stream, asked_before, asked, events, today)

    async def _repeat(self, connection: Connection, file: _File, stream: str, now: datetime) -> wire.Decision:
        assert file.before is not None, "the command was decided before"
        if file.case is None:
            return wire.Decision("refused", wire.Outlook(stream), file.before["refusal"] or {})
        outlook = _outlook(file.case, file.law, now, await _in_house(connection, stream))
        if file.before["refusal"]:
            return wire.Decision("refused", outlook, file.before["refusal"])
        rows = await connection.fetch(
            "select body, command from events where stream = $1 and seq between $2 and $3 order by seq",
            stream,
            file.before["first"],
            file.before["last"],
        )
        events = [core.load_event(row["body"]) for row in rows]
        outgoing = [c for row, e in zip(rows, events, strict=True) for c in core.outgoing(e, file.case, row["command"])]
        return wire.Decision(
            "repeated",
            outlook,
            {"events": [{"event": e.type, "on": e.on.isoformat(), "text": e.text} for e in events]},
            [c.model_dump(mode="json", exclude_defaults=True) | {"command": c.command} for c in outgoing],
        )

    async def _reject(self, message: wire.Message, errors: list[dict[str, Any]]) -> wire.Decision:
        """A message that cannot be read is kept, to be mended and sent again."""
        async with self._pool.acquire() as connection:
            await connection.execute(
                "insert into rejected (stream, message, errors, digest) values ($1, $2, $3, $4) on conflict do nothing",
                message.stream,
                message.command,
                errors,
                _digest(message.command),
            )
            outlook = await self.outlook(connection, message.stream, message.now)
        log.warning("rejected", debt=message.stream, fields=[e["field"] for e in errors])
        return wire.Decision("invalid", outlook, {"errors": errors})


async def history(connection: Connection, stream: str) -> list[Lived]:
    """All accepted commands of a stream with their facts and events, in the order of their decisions."""
    rows = await connection.fetch(
        "select command, facts, today, first, last from commands where stream = $1 and refusal is null order by place",
        stream,
    )
    bodies = [
        r["body"] for r in await connection.fetch("select body from events where stream = $1 order by seq", stream)
    ]
    return [
        Lived(
            core.COMMANDS.validate_python(row["command"]),
            _FACTS.validate_python(row["facts"]),
            row["today"],
            tuple(core.load_event(body) for body in bodies[row["first"] - 1 : row["last"]]) if row["first"] else (),
        )
        for row in rows
    ]


def law_of(case: core.Case | None, command: Command | None = None) -> Rulebook:
    """The rulebook that the debt is pinned to; for a new debt the one that its assessment names."""
    if isinstance(case, Debt):
        return rulebooks.load(case.rulebook)
    try:
        return rulebooks.load(getattr(command, "rulebook", DEFAULT_RULEBOOK))
    except rulebooks.UnknownRulebookError:
        return rulebooks.load(DEFAULT_RULEBOOK)


def refusal_as_data(refusal: Refusal) -> dict[str, Any]:
    """A refusal as JSON."""
    return {
        "code": refusal.code,
        "text": refusal.text,
        "norms": list(refusal.norms),
        "until": refusal.until.isoformat() if refusal.until else None,
    }


async def _begin(connection: Connection, stream: str, debtor: str) -> None:
    await connection.execute(
        "insert into streams (stream, debtor) values ($1, $2) on conflict do nothing", stream, debtor
    )


async def _in_house(connection: Connection, stream: str) -> list[wire.LetterReady]:
    rows = await connection.fetch(
        "select key, title, release_at from letters where stream = $1 and status in ('planned', 'releasing')"
        " order by release_at, seq",
        stream,
    )
    return [wire.LetterReady(r["key"], r["release_at"], f"{r['title'].capitalize()} versturen") for r in rows]


def _register_row(seq: int, act: Act, law: Rulebook, today: date, now: datetime) -> dict[str, Any]:
    letter = act.letter
    assert letter is not None
    release = now if act.immediate else max(law.calendar.start_of(today, law.release_hour), now)
    return {
        "key": act.letter_key,
        "seq": seq,
        "kind": letter.kind,
        "title": act.title,
        "recipient": letter.recipient.value,
        "recipient_number": act.addressee or getattr(act, "third_party", ""),
        "channel": act.channel,
        "dated": letter.dated.isoformat(),
        "pay_by": letter.pay_by.isoformat() if letter.pay_by else None,
        "total": str(letter.total),
        "tariff": act.tariff,
        "tariff_confirmed": act.tariff_confirmed,
        "norms": list(act.norms),
        "content": letter.model_dump(mode="json"),
        "immediate": act.immediate,
        "release_at": release.isoformat(),
    }


def _questions(case: core.Case | None) -> dict[str, Question]:
    if isinstance(case, Debt):
        return dict(case.questions)
    return dict(case.questions) if isinstance(case, Debtor) else {}


async def _sync_tasks(
    connection: Connection,
    stream: str,
    before: dict[str, Question],
    after: dict[str, Question],
    events: Sequence[Event],
    today: date,
) -> None:
    """The task list follows the open questions of the case."""
    answers = {e.task: e for e in events if isinstance(e, QuestionAnswered)}
    for task, question in before.items():
        now = after.get(task)
        if now is None or now.opened_on != question.opened_on:
            event = answers.get(task)
            await connection.execute(
                "update tasks set status = $4, closed_on = $5, answer = $6, by = $7, role = $8, reason = $9"
                " where stream = $1 and task = $2 and opened_on = $3",
                stream,
                task,
                question.opened_on,
                "answered" if event else "lapsed",
                today,
                event.answer if event else None,
                event.by if event else None,
                event.role if event else None,
                event.reason if event else None,
            )
    for task, question in after.items():
        if before.get(task) != question:
            await connection.execute(
                "insert into tasks (stream, task, opened_on, kind, question, norms, answers, deadline, ask_again_on)"
                " values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (stream, task, opened_on) do update set"
                " status = 'open', closed_on = null, question = excluded.question,"
                " ask_again_on = excluded.ask_again_on",
                stream,
                task,
                question.opened_on,
                question.kind,
                question.question,
                list(question.norms),
                list(question.answers),
                question.deadline,
                question.ask_again_on,
            )


def _outlook(case: core.Case, law: Rulebook, now: datetime, letters: list[wire.LetterReady]) -> wire.Outlook:
    today = law.calendar.day_of(now)
    if isinstance(case, Debtor):
        return _debtor_outlook(case, law, letters)
    wake = next_wake(case, law)
    _, dutch = status(case)
    shown = document(case, law, today)
    attributes: dict[str, Any] = {
        "Status": dutch,
        "Rulebook": case.rulebook,
        "Procedures": sorted(case.procedures),
        "Outstanding": float(case.open.total),
        "Tax": case.tax,
        "TaxYear": case.tax_year,
        "HasQuestion": bool(case.questions),
        "Blocked": bool(shown["blocked"]),
        "TariffUnconfirmed": case.tariff_unconfirmed,
        "WaitsFor": wake.term.text if wake else "",
        "NextOn": law.calendar.start_of(wake.on).isoformat() if wake else None,
    }
    return wire.Outlook(
        stream=case.debt,
        version=case.version,
        closed=case.closed_on is not None and not case.procedures,
        summary=f"{dutch}, {dutch_euro(case.open.total)} open",
        details=details(case, law, today),
        attributes=attributes,
        document=shown,
        wake=wire.Wake(law.calendar.start_of(wake.on), wake.term.name, term_summary(wake.term)) if wake else None,
        letters=letters,
    )


def _debtor_outlook(debtor: Debtor, law: Rulebook, letters: list[wire.LetterReady]) -> wire.Outlook:
    wake = next_debtor_wake(debtor)
    questions = "\n".join(f"- **open vraag** `{q.task}`: {q.question}" for q in debtor.questions.values())
    regimes = "\n".join(f"- **geldt:** {r.text} ({', '.join(r.norms)})" for r in debtor.facts.regimes)
    waits = f"**Wacht op:** {term_summary(wake.term)}\n" if wake else ""
    recent = "\n".join(f"- {line}" for line in reversed(debtor.recent))
    return wire.Outlook(
        stream=f"debtor-{debtor.debtor}",
        version=debtor.version,
        closed=not debtor.questions and not debtor.procedures,
        summary=f"tegoed {dutch_euro(debtor.credit)}",
        details=f"### Belastingschuldige {debtor.debtor}\n\n**Tegoed:** {dutch_euro(debtor.credit)}\n\n"
        f"{waits}{regimes}\n{questions}\n\n{recent}",
        attributes={
            "Status": "belastingschuldige",
            "HasQuestion": bool(debtor.questions),
            "Procedures": sorted(debtor.procedures),
        },
        document={
            "debtor": debtor.debtor,
            "kind": debtor.facts.kind,
            "credit": f"{debtor.credit:.2f}",
            "questions": sorted(debtor.questions),
            "procedures": sorted(debtor.procedures),
            "regimes": [r.regime for r in debtor.facts.regimes],
        },
        wake=wire.Wake(law.calendar.start_of(wake.on), wake.term.name, term_summary(wake.term)) if wake else None,
        letters=letters,
    )


def _digest(command: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(command, sort_keys=True, default=str).encode()).hexdigest()[:32]
