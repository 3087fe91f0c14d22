"""Reconciliation: a record that agrees is silent, and each kind of damage is named by stream, what and both values."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from activities import database
from activities.database import Pool
from activities.decisions import Decisions
from activities.reconcile import Difference, reconcile
from domain import wire
from tests.conftest import Office

NOON = datetime(2026, 5, 11, 12, tzinfo=UTC)
DEBT = "OZB-2026-0001"


@pytest.fixture(scope="module")
async def lived(office: Office) -> AsyncIterator[str]:
    """The name of a database with a debt that was reminded and demanded, then overpaid, and its debtor's credit."""
    await office.pool.execute("create database lived")
    pool = await database.connect(_dsn(office, "lived"), size=2)
    await database.migrate(pool)
    await live(Decisions(pool))
    await pool.close()
    yield "lived"
    await office.pool.execute("drop database lived with (force)")


@pytest.fixture
async def record(office: Office, lived: str) -> AsyncIterator[Pool]:
    """A legal record that the test may damage."""
    await office.pool.execute(f"create database damaged template {lived}")
    pool = await database.connect(_dsn(office, "damaged"), size=2)
    try:
        yield pool
    finally:
        await pool.close()
        await office.pool.execute("drop database damaged with (force)")


def _dsn(office: Office, name: str) -> str:
    return urlsplit(office.runtime.dsn)._replace(path=f"/{name}").geturl()


async def live(decisions: Decisions) -> None:
    about = {"debt": DEBT, "debtor": "D1", "tax": "property_tax", "amount": "600.00"}
    late = {"value_date": "2026-05-11", "amount": "700.00", "debt": DEBT}
    told: list[tuple[datetime, dict[str, Any]]] = [
        (NOON.replace(month=2), {"command": "register_debtor", "debtor": "D1", "kind": "private_person"}),
        (NOON.replace(month=2), {"command": "fix_assessment", **about, "dated": "2026-02-28", "due": ["2026-04-30"]}),
        (NOON.replace(day=1), {"command": "end_term", "debt": DEBT, "term": "ladder.due"}),
        (NOON.replace(day=1), {"command": "order_attachment", "debt": DEBT, "kind": "movables", "object": "auto",
                               "by": "INV-07", "role": "collection_officer"}),
        (NOON, {"command": "end_term", "debt": DEBT, "term": "ladder.reminded"}),
        (NOON, {"command": "register_payment", **late}),
    ]  # fmt: skip
    for number, (moment, command) in enumerate(told):
        await tell(decisions, command | {"id": str(number)}, moment)


async def tell(decisions: Decisions, command: dict[str, Any], moment: datetime) -> None:
    """Decide a command, and all messages that follow from it."""
    stream = command.get("debt") or f"debtor-{command['debtor']}"
    decision = await decisions.decide(wire.Message(stream, command, moment))
    assert decision.kind in ("accepted", "refused"), decision.answer
    for message in decision.outgoing:
        await tell(decisions, message, moment)


async def differences(pool: Pool, chunk: int = 500) -> list[Difference]:
    return (await reconcile(pool, chunk=chunk)).differences


@pytest.mark.parametrize("chunk", [1, 500])
async def test_a_sound_record_agrees_however_it_is_cut(record: Pool, chunk: int) -> None:
    heard: list[tuple[int, int]] = []
    found = await reconcile(record, lambda done, total: heard.append((done, total)), chunk)

    assert found.differences == []
    assert found.in_flight == []
    assert (found.counted["streams"], found.counted["debts"]) == (2, 1)
    assert found.accounts["bank:bank"] == 700
    assert found.accounts["payable:credit"] == -100
    assert heard[-1] == (2, 2)


@pytest.mark.parametrize(
    ("damage", "stream", "what"),
    [
        (f"update streams set open = 1 where stream = '{DEBT}'", DEBT, "open"),
        (f"update streams set status = 'settled?' where stream = '{DEBT}'", DEBT, "status"),
        (f"update streams set closed_on = null where stream = '{DEBT}'", DEBT, "closed_on"),
        ("update streams set facts = '{}' where stream = 'debtor-D1'", "debtor-D1", "facts"),
        (f"delete from postings where stream = '{DEBT}' and credit = 'receivable:tax'", DEBT, "ledger receivable:tax"),
        (f"update postings set amount = amount + 1 where stream = '{DEBT}' and seq = 1", DEBT, "postings of event 1"),
        (f"update letters set key = 'other' where key = '{DEBT}-reminder-2'", DEBT, f"letter {DEBT}-reminder-2"),
        (f"update letters set kind = 'writ' where key = '{DEBT}-reminder-2'", DEBT, f"letter {DEBT}-reminder-2"),
        (f"update letters set status = 'released' where key = '{DEBT}-reminder-2'", DEBT, f"letter {DEBT}-reminder-2"),
        (f"update letters set status = 'withdrawn' where key = '{DEBT}-reminder-2'", DEBT, f"letter {DEBT}-reminder-2"),
        ("delete from tasks where stream = 'debtor-D1'", "debtor-D1", "task pay_out_credit"),
        ("update tasks set question = 'Anders?' where stream = 'debtor-D1'", "debtor-D1", "question of task"),
        ("update tasks set stream = 'nowhere'", "nowhere", "task pay_out_credit"),
        (f"update commands set last = last - 1 where stream = '{DEBT}' and id = '1'", DEBT, "events of command"),
        (f"update commands set first = 1 where stream = '{DEBT}' and id = '3'", DEBT, "events of command 3"),
        (f"update events set command = '2' where stream = '{DEBT}' and seq = 1", DEBT, "command of event 1"),
        (f"update events set type = 'demand.issued.v1' where stream = '{DEBT}' and seq = 1", DEBT, "event 1"),
        (f"update streams set version = version + 1 where stream = '{DEBT}'", DEBT, "version"),
        (f"update events set body = jsonb_set(body, '{{type}}', '\"x.v9\"') where stream = '{DEBT}'", DEBT, "events"),
    ],
)
async def test_damage_is_named(record: Pool, damage: str, stream: str, what: str) -> None:
    await record.execute(damage)
    found = [d for d in await differences(record) if d.stream == stream and d.what.startswith(what)]
    assert found, await differences(record)
    assert all(d.expected != d.found for d in found)


async def test_a_missing_event_is_named(record: Pool) -> None:
    await record.execute(f"delete from postings where stream = '{DEBT}'")
    await record.execute(f"delete from letters where stream = '{DEBT}'")
    await record.execute(f"delete from events where stream = '{DEBT}' and seq = 2")
    assert any(d.what == "event numbers" and d.stream == DEBT for d in await differences(record))


async def test_money_that_left_a_debt_and_has_not_arrived_is_named_and_is_no_difference(record: Pool) -> None:
    decisions = Decisions(record)
    payment = {"command": "register_payment", "debt": DEBT, "amount": "5.00", "value_date": "2026-05-12", "id": "late"}
    decision = await decisions.decide(wire.Message(DEBT, payment, NOON.replace(day=12)))
    [message] = decision.outgoing

    found = await reconcile(record)

    assert found.differences == []
    assert [(money.sender, money.receiver, str(money.amount)) for money in found.in_flight] == [
        (DEBT, "debtor-D1", "5.00")
    ]
    assert found.accounts["clearing"] == -5
    await tell(decisions, message, NOON.replace(day=12))
    assert (await reconcile(record)).document()["in_flight"] == []


async def test_money_that_vanished_between_streams_is_a_difference(record: Pool) -> None:
    await record.execute("delete from postings where stream = 'debtor-D1'")
    assert "clearing" in [d.what for d in await differences(record) if d.stream == "all"]


async def test_the_record_is_only_read(record: Pool) -> None:
    before = await record.fetchval("select sum(xmin::text::bigint) from streams")
    await reconcile(record)
    assert await record.fetchval("select sum(xmin::text::bigint) from streams") == before
    assert isinstance(record, asyncpg.Pool)
