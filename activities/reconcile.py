"""Does the legal record agree with itself? Every stream is folded anew and held against all that was derived from it.

One read-only snapshot, some hundreds of streams at a time: an office at work is never seen halfway a decision, and
memory does not grow with the number of debts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

import asyncpg
from pydantic import TypeAdapter, ValidationError

from activities.database import Connection, Pool
from domain import core
from domain.debt.facts import DebtorFacts
from domain.debt.outlook import status
from domain.debt.state import Debt
from domain.debtor.debtor import Debtor
from domain.kernel.messages import Act, Command, Event, Posting
from domain.kernel.money import ZERO

PARTS = ("tax", "costs", "interest", "fine")
CLEARING = "clearing"
_CHUNK = 500
_DEBTOR_FACTS = TypeAdapter(DebtorFacts)

Row = asyncpg.Record


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement: in which stream, about what, what should be there and what is."""

    stream: str
    what: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class InFlight:
    """Money that left one stream and has not been taken up by the other yet."""

    command: str
    sender: str
    receiver: str
    amount: Decimal


@dataclass
class Reconciliation:
    """What was counted, the balance of each account in euro (debit less credit), and each difference."""

    counted: Counter[str] = field(default_factory=Counter)
    accounts: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    in_flight: list[InFlight] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "agrees": not self.differences,
            "counted": dict(self.counted),
            "accounts": {name: f"{self.accounts[name]:.2f}" for name in sorted(self.accounts)},
            "in_flight": [asdict(money) | {"amount": f"{money.amount:.2f}"} for money in self.in_flight],
            "differences": [asdict(difference) for difference in self.differences],
        }


@dataclass(frozen=True, slots=True)
class _File:
    """One stream with all rows that hang on it."""

    row: Row
    events: Sequence[Row]
    commands: Sequence[Row]
    postings: Sequence[Row]
    letters: Sequence[Row]
    tasks: Sequence[Row]

    @property
    def stream(self) -> str:
        return str(self.row["stream"])


async def reconcile(
    pool: Pool, progress: Callable[[int, int], None] = lambda done, total: None, chunk: int = _CHUNK
) -> Reconciliation:
    """Hold every stream against its row, ledger, letters, tasks and commands; all streams together against clearing.

    `progress` hears how many streams are done, of how many.
    """
    result = Reconciliation()
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        total = await connection.fetchval("select count(*) from streams")
        async for files in _chunks(connection, chunk):
            sent: list[tuple[str, str, Command]] = []
            for file in files:
                result.differences += _check(file, result, sent)
            await _deliveries(connection, sent, result)
            progress(result.counted["streams"], total)
        orphans = await connection.fetch(
            "select stream, task from tasks where not exists (select from streams s where s.stream = tasks.stream)"
        )
    result.differences += [
        Difference(row["stream"], f"task {row['task']}", "its stream", "no such stream") for row in orphans
    ]
    on_its_way = sum((money.amount for money in result.in_flight), ZERO)
    if result.accounts[CLEARING] != -on_its_way:
        result.differences.append(Difference("all", CLEARING, f"{-on_its_way:.2f}", f"{result.accounts[CLEARING]:.2f}"))
    return result


async def _chunks(connection: Connection, size: int) -> AsyncIterator[list[_File]]:
    """The streams in the order of their names, each with its rows."""
    last = ""
    while rows := await connection.fetch(
        "select * from streams where stream > $1 order by stream limit $2", last, size
    ):
        last = rows[-1]["stream"]
        names = [row["stream"] for row in rows]
        parts = [
            _by_stream(await connection.fetch(query, names))
            for query in (
                "select stream, seq, type, legal_on, command, body from events where stream = any($1) order by seq",
                "select stream, id, name, refusal, first, last from commands where stream = any($1) order by place",
                "select stream, seq, debit, credit, amount from postings where stream = any($1) order by seq, line",
                "select stream, key, seq, kind, status, receipt, sha256, released_at from letters"
                " where stream = any($1)",
                "select * from tasks where stream = any($1) and status = 'open'",
            )
        ]
        yield [_File(row, *(part[row["stream"]] for part in parts)) for row in rows]


def _by_stream(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["stream"]].append(row)
    return grouped


def _check(file: _File, result: Reconciliation, sent: list[tuple[str, str, Command]]) -> Iterator[Difference]:
    """What in one stream disagrees; counts it, and notes in `sent` what it told other streams."""
    result.counted.update(
        streams=1,
        debts=not file.stream.startswith("debtor-"),
        events=len(file.events),
        commands=len(file.commands),
        postings=len(file.postings),
        letters=len(file.letters),
        open_tasks=len(file.tasks),
    )
    balances: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for posting in file.postings:
        balances[posting["debit"]] += posting["amount"]
        balances[posting["credit"]] -= posting["amount"]
    for account, balance in balances.items():
        result.accounts[account] += balance
    numbers = [row["seq"] for row in file.events]
    if numbers != list(range(1, len(numbers) + 1)):
        yield Difference(file.stream, "event numbers", f"1 to {len(numbers)}", _shown(numbers))
    try:
        events = [core.load_event(row["body"]) for row in file.events]
        case = core.fold(events, file.stream)
    except (KeyError, ValueError, ValidationError) as error:
        yield Difference(file.stream, "events", "events that this version reads", f"{type(error).__name__}: {error}")
        return
    if case is not None:
        for row, event in zip(file.events, events, strict=True):
            sent += [(file.stream, row["command"], message) for message in core.outgoing(event, case, row["command"])]
    yield from _row(file, case)
    yield from _commands(file)
    yield from _ledger(file, events, case, balances)
    yield from _letters(file, events)
    yield from _tasks(file, case)


def _row(file: _File, case: core.Case | None) -> Iterator[Difference]:
    """The stream's own row against the case that its events make."""
    expected: dict[str, Any] = {"version": len(file.events)}
    match case:
        case Debt():
            expected |= {
                "debtor": case.debtor,
                "rulebook": case.rulebook,
                "dated": case.dated,
                "due": case.terms[0].due,
                "open": case.open.total,
                "status": status(case)[0],
                "closed_on": case.closed_on,
                "arose_on": case.arose_on,
                "procedures": sorted(case.procedures),
            }
        case Debtor():
            expected |= {
                "debtor": case.debtor,
                "facts": _DEBTOR_FACTS.dump_python(case.facts, mode="json"),
                "open": ZERO,
                "procedures": sorted(case.procedures),
            }
        case None:
            expected |= {"open": ZERO, "closed_on": None}
    for name, value in expected.items():
        if file.row[name] != value:
            yield Difference(file.stream, name, str(value), str(file.row[name]))
    for row in file.events:
        if row["type"] != row["body"]["type"] or row["legal_on"].isoformat() != row["body"]["on"]:
            body = f"{row['body']['type']} on {row['body']['on']}"
            yield Difference(file.stream, f"event {row['seq']}", body, f"{row['type']} on {row['legal_on']}")


def _commands(file: _File) -> Iterator[Difference]:
    """Accepted commands take up all events, one range after the other; each event names its command."""
    owner: dict[int, str] = {}
    version = 0
    for row in file.commands:
        about = f"events of command {row['id']}"
        if row["refusal"] is not None or row["first"] == 0:
            if (row["first"], row["last"]) != (0, version):
                yield Difference(file.stream, about, f"none after {version}", f"{row['first']} to {row['last']}")
            continue
        if row["first"] != version + 1 or row["last"] < row["first"]:
            yield Difference(file.stream, about, f"from {version + 1} on", f"{row['first']} to {row['last']}")
        version = max(row["last"], version)
        owner.update(dict.fromkeys(range(row["first"], row["last"] + 1), str(row["id"])))
    if version != len(file.events):
        yield Difference(file.stream, "events of all commands", str(len(file.events)), str(version))
    for row in file.events:
        if owner.get(row["seq"]) != row["command"]:
            yield Difference(file.stream, f"command of event {row['seq']}", str(owner.get(row["seq"])), row["command"])


def _ledger(
    file: _File, events: Sequence[Event], case: core.Case | None, balances: Mapping[str, Decimal]
) -> Iterator[Difference]:
    """The postings against those of the events, and their sums against what the case says is open."""
    booked: defaultdict[int, list[Posting]] = defaultdict(list)
    for row in file.postings:
        booked[row["seq"]].append(Posting(row["debit"], row["credit"], row["amount"]))
    for seq, event in enumerate(events, start=1):
        if (expected := list(event.postings())) != booked[seq]:
            yield Difference(
                file.stream, f"postings of event {seq} ({event.type})", _moves(expected), _moves(booked[seq])
            )
    expected_balances: dict[str, Decimal] = {}
    if isinstance(case, Debt):
        expected_balances = {f"receivable:{part}": getattr(case.open, part) for part in PARTS}
        expected_balances["reallocation"] = ZERO
    elif isinstance(case, Debtor):
        expected_balances = {"payable:credit": -case.credit}
    for account, balance in expected_balances.items():
        if balances.get(account, ZERO) != balance:
            yield Difference(file.stream, f"ledger {account}", f"{balance:.2f}", f"{balances.get(account, ZERO):.2f}")


def _letters(file: _File, events: Sequence[Event]) -> Iterator[Difference]:
    """Every act with a letter has one row of the register, and every row its act; what left has its receipt."""
    rows = {row["key"]: row for row in file.letters}
    withdrawn = {key for event in events if (key := getattr(event, "withdrawn_letter", ""))}
    keys: Counter[str] = Counter()
    for seq, event in enumerate(events, start=1):
        if not isinstance(event, Act) or event.letter is None:
            continue
        keys[event.letter_key] += 1
        about = f"letter {event.letter_key or '(without key)'}"
        row = rows.get(event.letter_key)
        if keys[event.letter_key] > 1:
            yield Difference(file.stream, about, "one act", f"{keys[event.letter_key]} acts")
        elif row is None:
            yield Difference(file.stream, about, f"a row for event {seq}", "no row")
        elif (row["seq"], row["kind"]) != (seq, event.letter.kind):
            yield Difference(
                file.stream, about, f"{event.letter.kind} of event {seq}", f"{row['kind']} of event {row['seq']}"
            )
    for key, row in rows.items():
        if key not in keys:
            yield Difference(file.stream, f"letter {key}", "an act with this letter", "no act")
        if row["status"] == "released" and not (row["receipt"] and row["sha256"] and row["released_at"]):
            yield Difference(file.stream, f"letter {key}", "receipt, digest and moment of release", "released without")
        if row["status"] == "withdrawn" and key not in withdrawn:
            yield Difference(file.stream, f"letter {key}", "an event that withdraws it", "none")
        if row["status"] == "planned" and key in withdrawn:
            yield Difference(file.stream, f"letter {key}", "withdrawn", "planned")


def _tasks(file: _File, case: core.Case | None) -> Iterator[Difference]:
    """The open tasks are the open questions."""
    open_rows = {row["task"]: row for row in file.tasks}
    questions = {} if case is None else case.questions
    for task in sorted(questions.keys() - open_rows.keys()):
        yield Difference(file.stream, f"task {task}", "open", "no open task")
    for task in sorted(open_rows.keys() - questions.keys()):
        yield Difference(file.stream, f"task {task}", "no open question", "open")
    if len(open_rows) != len(file.tasks):
        yield Difference(file.stream, "open tasks", f"{len(open_rows)}, one a question", str(len(file.tasks)))
    for task, row in open_rows.items():
        if (question := questions.get(task)) is None:
            continue
        for name in ("opened_on", "kind", "question", "norms", "answers", "deadline", "ask_again_on"):
            value = getattr(question, name)
            value = list(value) if isinstance(value, tuple) else value
            if row[name] != value:
                yield Difference(file.stream, f"{name} of task {task}", str(value), str(row[name]))


async def _deliveries(connection: Connection, sent: Sequence[tuple[str, str, Command]], result: Reconciliation) -> None:
    """Messages between streams that were not taken up yet are in flight; one that was refused is a difference."""
    if not sent:
        return
    rows = await connection.fetch(
        "select stream, id, refusal from commands where (stream, id) in (select * from unnest($1::text[], $2::text[]))",
        [core.case_of(message) for _, _, message in sent],
        [message.id for _, _, message in sent],
    )
    answers = {(row["stream"], row["id"]): row["refusal"] for row in rows}
    for sender, _, message in sent:
        receiver, amount = core.case_of(message), getattr(message, "amount", ZERO)
        if (receiver, message.id) not in answers:
            result.in_flight.append(InFlight(message.id, sender, receiver, amount))
        elif refusal := answers[receiver, message.id]:
            what = f"message {message.id} of {amount:.2f} to {receiver}"
            result.differences.append(Difference(sender, what, "accepted", f"refused: {refusal['code']}"))


def _moves(postings: Sequence[Posting]) -> str:
    return "; ".join(f"{p.amount:.2f} {p.credit} -> {p.debit}" for p in postings) or "none"


def _shown(numbers: Sequence[int]) -> str:
    return f"{', '.join(map(str, numbers[:10]))}{' …' if len(numbers) > 10 else ''}"
