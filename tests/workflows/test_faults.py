"""What breaks in a data centre: nothing is lost, nothing is done twice, and the work goes on by itself."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import worker
from activities.reconcile import reconcile
from tests.conftest import Office, servers
from tests.workflows.one_debt import ZONE, OneDebt, eventually, in_spool

ROOT = Path(worker.__file__).parent
CLOSING_TIME = datetime(2026, 5, 1, 17, tzinfo=ZONE)
"""The letters of the day leave: of a debt that was due on 30 April, its reminder."""


@pytest.fixture(scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office to break, without a worker of its own."""
    async with servers(tmp_path_factory.mktemp("faults")) as office:
        yield office


@asynccontextmanager
async def worker_process(office: Office) -> AsyncIterator[Process]:
    """`python worker.py`, killed at the end if it still lives."""
    environment = os.environ | {
        "DATABASE_URL": office.runtime.dsn,
        "TEMPORAL_ADDRESS": office.runtime.temporal_address,
        "INVORDERING_SPOOL": str(office.settings.spool),
        "INVORDERING_LOG": "json",
    }
    with (office.runtime.data / "worker.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "worker.py"), cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def tell(debts: Iterable[OneDebt], *payments: str) -> list[tuple[str, str]]:
    """Send each debt its debtor, its assessment and its payments; what must be decided of it, as stream and id."""
    sent: list[tuple[str, str]] = []
    for debt in debts:
        debtor = {"command": "register_debtor", "debtor": debt.debtor, "kind": "private_person"}
        commands: list[dict[str, Any]] = [debtor | {"id": f"{debt.debtor}-registered"}]
        commands += [debt.assessment(), *(debt.payment(amount, f"pay-{n}") for n, amount in enumerate(payments))]
        for command in commands:
            handle = await debt.cases.submit(command)
            sent.append((handle.id, command["id"]))
    return sent


async def decided(office: Office, sent: list[tuple[str, str]]) -> None:
    """Wait until all was decided, and every letter has left or was withdrawn."""

    async def all_done() -> bool:
        streams, ids = zip(*sent, strict=True)
        query = "select count(*) from commands where (stream, id) in (select * from unnest($1::text[], $2::text[]))"
        if await office.pool.fetchval(query, streams, ids) != len(sent):
            return False
        still = "select count(*) from letters where status in ('planned', 'releasing') and stream = any ($1)"
        return await office.pool.fetchval(still, streams) == 0

    await eventually(all_done, within=120)


async def nothing_is_lost_or_twice(office: Office, debts: Iterable[OneDebt]) -> None:
    """The record agrees with itself, and the spool holds the letters of the register, each once."""
    found = await reconcile(office.pool)
    assert found.differences == []
    assert found.in_flight == []
    for debt in debts:
        keys = await debt.column("select key from letters where stream = $1 and status = 'released'")
        assert in_spool(office.settings.spool, debt.debt) == set(keys)


async def test_a_worker_killed_while_letters_leave_loses_none_and_sends_none_twice(ground: Office) -> None:
    debts = [OneDebt.at(ground) for _ in range(12)]
    names = [debt.debt for debt in debts]
    sent = await tell(debts, "1.00", "2.00")
    releasing = "select count(*) from letters where status = 'releasing' and stream = any ($1)"

    async with worker_process(ground) as process:
        await eventually(lambda: ground.pool.fetchval(releasing, names))
        process.kill()
        await process.wait()
    assert await ground.pool.fetchval(releasing, names) > 0, "none was on its way when the worker was killed"
    async with worker_process(ground):
        await decided(ground, sent)

    for debt in debts:
        assert await debt.letters() == {"assessment_notice": "released"}
        assert await debt.column("select open from streams where stream = $1") == [597]
    await nothing_is_lost_or_twice(ground, debts)


async def test_a_worker_killed_in_the_midst_of_a_decision_has_it_decided_once(ground: Office) -> None:
    debt = OneDebt.at(ground)
    async with worker_process(ground):
        await debt.begin()
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"

    async with ground.pool.acquire() as connection, connection.transaction():
        await connection.execute("select from streams where stream = $1 for update", debt.debt)
        async with worker_process(ground) as process:
            await debt.cases.submit(debt.payment("600.00", "paid"))
            await eventually(lambda: ground.pool.fetchval(waiting))
            process.kill()
            await process.wait()
    async with worker_process(ground):
        await debt.ended()

    assert (await debt.events()).count("payment.booked.v1") == 1
    await nothing_is_lost_or_twice(ground, [debt])


async def test_a_worker_killed_again_and_again_under_load_comes_to_the_same_end(ground: Office) -> None:
    debts = [OneDebt.at(ground) for _ in range(10)]
    sent = await tell(debts, *["50.00"] * 14)
    names = [debt.debt for debt in debts]
    so_far = "select count(*) from commands where stream = any ($1)"

    for share in (20, 70, 120):

        async def reached(share: int = share) -> bool:
            return bool(await ground.pool.fetchval(so_far, names) >= share)

        async with worker_process(ground) as process:
            await eventually(reached)
            process.kill()
            await process.wait()
    async with worker_process(ground):
        await decided(ground, sent)
        surplus = [(f"debtor-{debt.debtor}", f"pay-{n}:surplus") for debt in debts for n in (12, 13)]
        await decided(ground, surplus)

    for debt in debts:
        assert (await debt.events()).count("payment.booked.v1") == 14
        assert await debt.column("select open from streams where stream = $1") == [0]
    await nothing_is_lost_or_twice(ground, debts)


async def test_postgresql_gone_under_load_and_back_again_costs_only_time(ground: Office) -> None:
    before = [OneDebt.at(ground) for _ in range(8)]
    during = [OneDebt.at(ground) for _ in range(4)]
    names = [debt.debt for debt in before]

    async with worker_process(ground):
        sent = await tell(before, *["10.00"] * 10)
        await eventually(
            lambda: ground.pool.fetchval("select count(*) >= 10 from commands where stream = any ($1)", names)
        )
        await ground.runtime.stop_postgres()
        sent += await tell(during, "600.00")

        async def stands_still() -> str:
            return str((await during[0].stand())["stands_still"])

        assert await eventually(stands_still) == "ConnectionRefusedError"
        assert "**staat stil:** beslissen lukt nu niet" in await during[0].details()
        await ground.runtime.start_postgres()
        await ground.pool.expire_connections()
        await decided(ground, sent)
        for debt in during:
            await debt.ended()

    for debt in before:
        assert await debt.column("select open from streams where stream = $1") == [500]
    await nothing_is_lost_or_twice(ground, before + during)


async def test_a_late_payment_and_the_release_of_a_letter_have_one_winner(ground: Office) -> None:
    debts = [OneDebt.at(ground, CLOSING_TIME - timedelta(seconds=20)) for _ in range(24)]
    async with worker_process(ground):
        for debt in debts:
            await debt.known()
        debts = [OneDebt(**vars(debt) | {"clock": CLOSING_TIME - soon(6)}) for debt in debts]
        await asyncio.gather(*(debt.begin() for debt in debts))
        moment = CLOSING_TIME - debts[0].clock
        offsets = [-2.0, *(n / 20 - 0.4 for n in range(22)), 3.0]

        async def pay(debt: OneDebt, offset: float) -> None:
            await asyncio.sleep((moment - datetime.now(moment.tzinfo)).total_seconds() + offset)
            await debt.cases.submit(debt.payment("600.00", "late", value_date="2026-04-30"))

        await asyncio.gather(*map(pay, debts, offsets))
        await asyncio.gather(*(debt.decided("late") for debt in debts))

        async def reminders_over() -> bool:
            query = "select count(*) from letters where kind = 'reminder' and status in ('planned', 'releasing')"
            return await ground.pool.fetchval(query) == 0

        await eventually(reminders_over)

    outcomes = []
    for debt in debts:
        letters = await debt.letters()
        notified = "withdrawal.notified.v1" in await debt.events()
        left = any("-reminder-" in key for key in in_spool(ground.settings.spool, debt.debt))
        outcomes.append((letters["reminder"], left, notified))
    assert set(outcomes) == {("withdrawn", False, False), ("released", True, True)}
    assert outcomes[0][0] == "withdrawn"
    assert outcomes[-1][0] == "released"


async def test_debts_go_on_after_a_restart_of_both_servers(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = tmp_path_factory.mktemp("restart")
    async with servers(data) as first, worker_process(first):
        settled, waiting = OneDebt.at(first), OneDebt.at(first, CLOSING_TIME - timedelta(seconds=15))
        await settled.begin()
        await waiting.begin()
        assert (await waiting.letters())["reminder"] == "planned"

    async with servers(data) as second, worker_process(second):
        settled, waiting = (
            OneDebt(**vars(debt) | {"client": second.client, "pool": second.pool}) for debt in (settled, waiting)
        )

        async def reminded() -> bool:
            return (await waiting.letters())["reminder"] == "released"

        await eventually(reminded)
        await settled.cases.submit(settled.payment("600.00", "paid"))
        await settled.ended()
        assert (await waiting.stand())["status"] == "reminded"
        await nothing_is_lost_or_twice(second, [settled, waiting])


def soon(seconds: float) -> datetime:
    return datetime.now(ZONE) + timedelta(seconds=seconds)
