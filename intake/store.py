"""What was read, kept in PostgreSQL before anything is sent: a killed import goes on where it stopped.

    file -> read_assessments / read_bank -> keep -> send_ready -> workflows
                                             |  ^
                                    refused, unmatched -> mend

Sending may repeat: command ids are business keys, and a debt answers a known id with what was decided then.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import asyncpg
from stdnum import iban as iban_number

from intake import assessments, bank
from intake.records import Command, FieldError, Record, Status, broken

Kind = Literal["assessments", "bank"]
Send = Callable[[Command], Awaitable[None]]
Progress = Callable[[int, int], None]
"""Records done, and records in all."""

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

OPEN: tuple[Status, ...] = ("refused", "unmatched")
"""What waits for an official."""
_CHUNK = 1_000
_TOGETHER = 32


class Undeliverable(Exception):
    """What `send` raises for a command that will never arrive, as on a debt that does not exist.

    The record is refused with this reason and the rest goes on. Any other exception stops the sending, which
    goes on with the same records next time.
    """


class NotMendable(ValueError):
    """There is no record of this id that still waits for an official."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """One file as kept: records by status, and whether the same file had been read before."""

    sha256: str
    name: str
    kind: Kind
    is_new: bool
    records: dict[Status, int]


@dataclass(frozen=True, slots=True)
class SendSummary:
    """Records sent, and records that proved undeliverable."""

    sent: int
    refused: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as kept; `digest` is of its fields as first read, `mendings` are the changes of officials."""

    id: int
    file: str
    position: int
    kind: Kind
    record: Record
    digest: str
    mendings: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The debts that were imported, and whose account is whose: what a bank file is read against."""

    debts: frozenset[str]
    debtors: dict[str, str]

    def is_debt(self, debt: str) -> bool:
        return debt in self.debts

    def debtor_of_iban(self, iban: str) -> str | None:
        return self.debtors.get(iban_number.compact(iban))


async def known(pool: asyncpg.Pool) -> Known:
    """The debts and accounts that the imports tell of; an account of two debtors says nothing of either."""
    debts = await pool.fetch(
        """select ref from intake_records join intake_files on sha256 = file
           where kind = 'assessments' and status in ('ready', 'sent')"""
    )
    accounts = await pool.fetch(
        """select iban, min(debtor) as debtor from (
               select distinct on (debtor) debtor, iban from people order by debtor, valid_from desc
           ) as latest where iban <> '' group by iban having count(*) = 1"""
    )
    return Known(frozenset(row["ref"] for row in debts), {row["iban"]: row["debtor"] for row in accounts})


async def keep(pool: asyncpg.Pool, path: Path, kind: Kind, records: Iterable[Record]) -> ImportSummary:
    """Write all `records` of the file in one transaction; nothing is sent.

    The same file again adds nothing, but a refused or unmatched record that is good by now becomes ready. The
    same assessment or entry in another file is a duplicate; with other facts it is refused.
    """
    sha256 = await asyncio.to_thread(_sha256, path)
    reading = iter(records)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_ONE_AT_A_TIME)
        is_new = await connection.fetchval(
            "insert into intake_files values ($1, $2, $3) on conflict do nothing returning true",
            sha256,
            path.name,
            kind,
        )
        start = 0
        while chunk := await asyncio.to_thread(_take, reading):
            await _keep_chunk(connection, sha256, kind, start, chunk)
            start += len(chunk)
        rows = await connection.fetch(
            "select status, count(*) as records from intake_records where file = $1 group by status", sha256
        )
    counts = {row["status"]: row["records"] for row in rows}
    return ImportSummary(sha256, path.name, kind, bool(is_new), counts)


async def send_ready(
    pool: asyncpg.Pool,
    send: Send,
    progress: Progress = lambda done, total: None,
    booked_until: date = date.max,
) -> SendSummary:
    """Send what is ready, file by file; a record is marked as sent once all its commands were taken.

    Bank entries booked and assessments dated after `booked_until` wait.

    Records of one debt go in their order, different debts together. What `send` raises, other than
    `Undeliverable`, is raised again when the records under way are marked.
    """
    total = await pool.fetchval(f"select count(*) from intake_records where {_READY}", booked_until.isoformat())
    summary = SendSummary(0, 0)
    while ready := await _next_ready(pool, booked_until):
        lanes = [list(lane) for _, lane in groupby(sorted(ready, key=_lane), key=_lane)]
        results = await asyncio.gather(*(_send_lane(pool, send, lane) for lane in lanes))
        for part, _ in results:
            summary = SendSummary(summary.sent + part.sent, summary.refused + part.refused)
        progress(summary.sent + summary.refused, total)
        if failure := next((failure for _, failure in results if failure is not None), None):
            raise failure
    return summary


async def refused(pool: asyncpg.Pool) -> list[Kept]:
    """The records that wait for an official: refused by a rule, or unmatched; oldest first."""
    rows = await pool.fetch(f"{_SELECT} where status = any($1) order by r.id", list(OPEN))
    return [_kept(row) for row in rows]


async def mend(
    pool: asyncpg.Pool,
    record_id: int,
    changes: dict[str, str],
    *,
    by: str,
    our_ibans: Collection[str] = (),
    taxes: Collection[str] = assessments.TAXES,
    known_now: Known | None = None,
) -> Kept:
    """Change fields of a refused or unmatched record and judge it again by the rules of its file.

    `by` is the official's staff number. `our_ibans` and `known_now` (by default what the imports tell) are
    for bank entries, `taxes` for assessments. The answer is ready to send, or tells what is still wrong.
    Without changes the record is only judged again. Raises NotMendable.
    """
    read_against = known_now or await known(pool)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_ONE_AT_A_TIME)
        row = await connection.fetchrow(f"{_SELECT} where r.id = $1", record_id)
        if row is None or row["status"] not in OPEN or row["line"] is None:
            raise NotMendable(f"record_id: {record_id} is not a refused or unmatched line; list those first")
        kept = _kept(row)
        columns = assessments.COLUMNS if kept.kind == "assessments" else bank.FIELDS
        if wrong := sorted(set(changes) - set(columns)):
            raise NotMendable(f"changes: {', '.join(wrong)} cannot be changed; choose from {', '.join(columns)}")
        old = kept.record
        fields = old.source | old.personal | changes
        if kept.kind == "assessments":
            judged = assessments.assessment(fields, old.line, taxes)
        else:
            is_debt, debtor_of_iban = read_against.is_debt, read_against.debtor_of_iban
            judged = bank.bank_payment(fields, old.ref, old.line, is_debt, debtor_of_iban, our_ibans)
        earlier = (await _latest(connection, [judged.ref], leave_out=record_id)).get(judged.ref)
        mendings = (*kept.mendings, {"at": datetime.now(UTC).isoformat(), "by": by, "changes": changes})
        mended = replace(kept, record=_beside(judged, _fields_digest(judged), earlier), mendings=mendings)
        await _write(connection, [], [mended], [])
        await _write_people(connection, [mended])
    return mended


def _beside(record: Record, digest: str, earlier: Kept | None) -> Record:
    """`record` beside the `earlier` one of its key: news, the same again, or at odds with what was taken."""
    if earlier is None:
        return record
    was_taken = earlier.record.status in ("ready", "sent")
    if digest == earlier.digest and (was_taken or record.status == earlier.record.status):
        return replace(record, status="duplicate", commands=(), errors=())
    if not was_taken or record.status != "ready":
        return record
    taken = {command["id"]: command for command in earlier.record.commands}
    same_ids = [command for command in record.commands if command["id"] in taken]
    if same_ids and all(taken[command["id"]] == command for command in same_ids):
        return record
    error = broken("line", record.ref, "already_imported")
    return replace(record, status="refused", commands=(), errors=(error,))


async def _keep_chunk(connection: Connection, file: str, kind: Kind, start: int, chunk: Sequence[Record]) -> None:
    """Write some records of a file, each judged beside what is kept under its key."""
    rows = await connection.fetch(
        f"{_SELECT} where r.file = $1 and r.position between $2 and $3", file, start, start + len(chunk) - 1
    )
    present = {row["position"]: _kept(row) for row in rows}
    latest = await _latest(connection, [record.ref for record in chunk])
    new: list[Kept] = []
    better: list[Kept] = []
    replaced: list[Kept] = []
    for position, read in enumerate(chunk, start):
        kept = present.get(position)
        if kept is not None and (kept.record.status not in OPEN or kept.mendings or read.status != "ready"):
            continue
        earlier = latest.get(read.ref) if read.line is not None else None
        if earlier is not None and (earlier.file, earlier.position) == (file, position):
            earlier = None
        digest = _fields_digest(read)
        record = _beside(read, digest, earlier)
        now = Kept(kept.id if kept else 0, file, position, kind, record, digest)
        (better if kept else new).append(now)
        if record.status == "ready" and earlier is not None and earlier.record.status in OPEN:
            replaced.append(replace(earlier, record=replace(earlier.record, status="mended")))
        if record.status != "duplicate":
            latest[record.ref] = now
    await _write(connection, new, better, replaced)
    await _write_people(connection, [*new, *better])


async def _latest(connection: Connection, refs: Sequence[str], *, leave_out: int | None = None) -> dict[str, Kept]:
    """The record that counts for each key: the one taken, else the last one read."""
    rows = await connection.fetch(
        f"""{_SELECT} where r.ref = any($1) and r.line is not null and r.id is distinct from $2
            and status not in ('duplicate', 'mended')
            order by status in ('ready', 'sent'), r.id""",
        list(refs),
        leave_out,
    )
    return {row["ref"]: _kept(row) for row in rows}


async def _write(
    connection: Connection, new: Sequence[Kept], judged_again: Sequence[Kept], replaced: Sequence[Kept]
) -> None:
    await connection.executemany(
        """insert into intake_records
               (file, position, line, ref, status, digest, commands, source, personal, errors)
           values ($1, $2, $3, $4, $5, $6,
               $7::text::jsonb, $8::text::jsonb, $9::text::jsonb, $10::text::jsonb)""",
        [(kept.file, kept.position, kept.record.line, *_facts(kept)) for kept in new],
    )
    await connection.executemany(
        """update intake_records set ref = $2, status = $3, digest = $4, commands = $5::text::jsonb,
               source = $6::text::jsonb, personal = $7::text::jsonb, errors = $8::text::jsonb,
               mendings = $9::text::jsonb
           where id = $1""",
        [(kept.id, *_facts(kept), json.dumps(kept.mendings)) for kept in judged_again],
    )
    await connection.executemany(
        "update intake_records set status = 'mended' where file = $1 and position = $2",
        [(kept.file, kept.position) for kept in replaced],
    )


async def _write_people(connection: Connection, records: Sequence[Kept]) -> None:
    """Keep who the debtors and payers of the ready records are; an empty account does not end a known one."""
    ready = [kept.record for kept in records if kept.record.status == "ready"]
    await connection.executemany(
        """with known as (
               select * from people where debtor = $1 and valid_from <= $2 order by valid_from desc limit 1
           ), told as (
               select $3::text as name, $4::text as address, $5::text as postcode, $6::text as city,
                      coalesce(nullif($7::text, ''), (select iban from known), '') as iban,
                      $8::text as representative_name, $9::text as representative_address
           )
           insert into people
           select $1, $2, told.* from told
           where not exists (select from known where (known.name, known.address, known.postcode, known.city,
               known.iban, known.representative_name, known.representative_address) = (told.*))
           on conflict (debtor, valid_from) do update set
               name = excluded.name, address = excluded.address, postcode = excluded.postcode,
               city = excluded.city, iban = excluded.iban, recorded_at = now(),
               representative_name = excluded.representative_name,
               representative_address = excluded.representative_address""",
        [
            (command["debtor"], date.fromisoformat(command["dated"]), *_person(record.personal))
            for record in ready
            for command in record.commands
            if command["command"] == "fix_assessment"
        ],
    )
    await connection.executemany(
        """insert into payers values ($1, $2, $3)
           on conflict (command_id) do update set name = excluded.name, iban = excluded.iban""",
        [
            (command["id"], record.personal["payer_name"], iban_number.compact(record.personal["payer_iban"]))
            for record in ready
            for command in record.commands
            if record.personal.get("payer_name") or record.personal.get("payer_iban")
        ],
    )


def _person(personal: dict[str, str]) -> tuple[str, ...]:
    told = {name: value.strip() for name, value in personal.items()}
    return (
        *(told[name] for name in ("name", "address", "postcode", "city")),
        iban_number.compact(told["iban"]),
        told["representative_name"],
        told["representative_address"],
    )


async def _next_ready(pool: asyncpg.Pool, booked_until: date) -> list[Kept]:
    """The next ready records, all of one file: a payment never overtakes its assessment."""
    rows = await pool.fetch(
        f"""{_SELECT} where {_READY} and file =
                (select file from intake_records where {_READY} order by id limit 1)
            order by r.id limit $2""",
        booked_until.isoformat(),
        _TOGETHER,
    )
    return [_kept(row) for row in rows]


def _lane(kept: Kept) -> str:
    about = kept.record.commands[-1]
    return str(about.get("debt") or about.get("debtor"))


async def _send_lane(pool: asyncpg.Pool, send: Send, lane: Sequence[Kept]) -> tuple[SendSummary, Exception | None]:
    """Send the records of one debt in their order, up to the first that fails."""
    sent = refused = 0
    for kept in lane:
        try:
            for command in kept.record.commands:
                await send(command)
        except Undeliverable as reason:
            errors = json.dumps([asdict(broken("line", kept.record.ref, "undeliverable", problem=reason))])
            await pool.execute(
                "update intake_records set status = 'refused', errors = $2::text::jsonb where id = $1",
                kept.id,
                errors,
            )
            refused += 1
        except Exception as failure:
            return SendSummary(sent, refused), failure
        else:
            await pool.execute("update intake_records set status = 'sent', sent_at = now() where id = $1", kept.id)
            sent += 1
    return SendSummary(sent, refused), None


def _facts(kept: Kept) -> tuple[str, ...]:
    record = kept.record
    return (
        record.ref,
        record.status,
        kept.digest,
        json.dumps(record.commands),
        json.dumps(record.source),
        json.dumps(record.personal),
        json.dumps([asdict(error) for error in record.errors]),
    )


def _kept(row: asyncpg.Record) -> Kept:
    record = Record(
        row["line"],
        row["ref"],
        tuple(json.loads(row["commands"])),
        json.loads(row["source"]),
        json.loads(row["personal"]),
        tuple(FieldError(**error) for error in json.loads(row["errors"])),
        row["status"],
    )
    mendings = tuple(json.loads(row["mendings"]))
    return Kept(row["id"], row["file"], row["position"], row["kind"], record, row["digest"], mendings)


def _fields_digest(record: Record) -> str:
    fields = json.dumps([record.source, record.personal], sort_keys=True)
    return hashlib.sha256(fields.encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _take(records: Iterator[Record]) -> list[Record]:
    return list(islice(records, _CHUNK))


_SELECT = """select r.id, file, position, kind, line, ref, status, digest, commands::text, source::text,
    personal::text, errors::text, mendings::text
    from intake_records r join intake_files on sha256 = file"""
_READY = "status = 'ready' and coalesce(source->>'booked_on', source->>'dated', '') <= $1"
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('intake.keep'))"
