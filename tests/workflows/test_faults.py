"""What breaks in a data centre: nothing is lost, nothing is done twice, and the work goes on by itself."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import TimeSkipper

import worker
from activities.reconcile import reconcile
from tests.conftest import Office, servers
from tests.workflows.one_debt import ZONE, OneDebt, eventually, in_spool

ROOT = Path(worker.__file__).parent
CLOSING_TIME = datetime(2026, 5, 1, 17, tzinfo=ZONE)
"""When the letters of 1 May leave: of a debt that was due on 30 April, its reminder."""

Fresh = Iterator[OneDebt]


@pytest.fixture(scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office to break, without a worker of its own."""
    async with servers(tmp_path_factory.mktemp("faults")) as office:
        yield office


@pytest.fixture(scope="module")
async def fresh(ground: Office) -> Fresh:
    """Debts that are not fixed yet, of debtors that are registered."""
    async with working(ground):
        return iter(await asyncio.gather(*(OneDebt.at(ground).known() for _ in range(70))))


def working(office: Office) -> AbstractAsyncContextManager[Any]:
    """A worker in this process."""
    return worker.running(office.client, office.settings, office.runtime.dsn)


@asynccontextmanager
async def worker_process(office: Office) -> AsyncIterator[Process]:
    """`python worker.py`, killed at the end."""
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
        process.kill()
        await process.wait()


async def tell(debts: Iterable[OneDebt], *payments: str, **assessment: Any) -> list[tuple[str, str]]:
    """Send each debt its assessment and its payments; what must be decided of it, as stream and id."""
    sent = []
    for debt in debts:
        commands = [
            debt.assessment(**assessment),
            *(debt.payment(amount, f"pay-{n}") for n, amount in enumerate(payments)),
        ]
        for command in commands:
            await debt.cases.submit(command)
            sent.append((debt.debt, command["id"]))
    return sent


async def decided(office: Office, sent: list[tuple[str, str]]) -> None:
    """Wait until all was decided, and every letter has left or was withdrawn."""

    streams, ids = zip(*sent, strict=True)

    async def open_still() -> list[str]:
        rows = await office.pool.fetch(
            "select s || ' ' || i from unnest($1::text[], $2::text[]) as sent (s, i)"
            " where not exists (select from commands where stream = s and id = i) union all"
            " select key from letters where status in ('planned', 'releasing') and stream = any ($1)",
            streams,
            ids,
        )
        return [row[0] for row in rows]

    async def all_done() -> bool:
        return await open_still() == []

    try:
        await eventually(all_done, within=120)
    except AssertionError:
        pytest.fail(f"not done after two minutes: {await open_still()}")


async def nothing_is_lost_or_twice(office: Office, debts: Iterable[OneDebt]) -> None:
    """The record agrees with itself, and the spool holds the letters of the register, each once."""
    found = await reconcile(office.pool)
    assert found.differences == []
    assert found.in_flight == []
    for debt in debts:
        keys = await debt.column("select key from letters where stream = $1 and status = 'released'")
        assert in_spool(office.settings.spool, debt.debt) == set(keys)


async def test_a_worker_killed_while_letters_leave_loses_none_and_sends_none_twice(
    ground: Office, fresh: Fresh
) -> None:
    debts = [*islice(fresh, 12)]
    names = [debt.debt for debt in debts]
    sent = await tell(debts, "1.00", "2.00")
    releasing = "select count(*) from letters where status = 'releasing' and stream = any ($1)"

    async with worker_process(ground):
        await eventually(lambda: ground.pool.fetchval(releasing, names))
    assert await ground.pool.fetchval(releasing, names) > 0, "none was on its way when the worker was killed"
    async with working(ground):
        await decided(ground, sent)

    for debt in debts:
        assert await debt.letters() == {"assessment_notice": "released"}
        assert await debt.column("select open from streams where stream = $1") == [597]
    await nothing_is_lost_or_twice(ground, debts)


async def test_a_worker_killed_in_the_midst_of_a_decision_has_it_decided_once(ground: Office, fresh: Fresh) -> None:
    debt = next(fresh)
    async with working(ground):
        await debt.fixed()
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"

    async with ground.pool.acquire() as connection, connection.transaction():
        await connection.execute("select from streams where stream = $1 for update", debt.debt)
        async with worker_process(ground):
            await debt.cases.submit(debt.payment("600.00", "paid"))
            await eventually(lambda: ground.pool.fetchval(waiting))
    assert "payment.booked.v1" not in await debt.events()
    async with working(ground):
        await debt.ended()

    assert (await debt.events()).count("payment.booked.v1") == 1
    await nothing_is_lost_or_twice(ground, [debt])


async def test_workers_killed_again_and_again_under_load_come_to_the_same_end(ground: Office, fresh: Fresh) -> None:
    debts = [*islice(fresh, 10)]
    names = [debt.debt for debt in debts]
    sent = await tell(debts, *["50.00"] * 14, notice_sent_on="2026-02-28")  # twelve make 600.00
    files = [f"debtor-{debt.debtor}" for debt in debts]
    surplus = [(file, f"pay-{n}:{file}:register_undirected_payment") for file in files for n in (12, 13)]
    so_far = "select count(*) >= $2 from commands where stream = any ($1)"

    for share in (20, 60, 100):
        async with worker_process(ground):
            await eventually(lambda share=share: ground.pool.fetchval(so_far, names, share))
    async with working(ground):
        await decided(ground, [*sent, *surplus])

    for debt in debts:
        assert (await debt.events()).count("payment.booked.v1") == 14
        assert await debt.column("select open from streams where stream = $1") == [0]
    await nothing_is_lost_or_twice(ground, debts)


async def test_postgresql_gone_under_load_and_back_again_costs_only_time(ground: Office, fresh: Fresh) -> None:
    before, during = [*islice(fresh, 8)], [*islice(fresh, 4)]
    names = [debt.debt for debt in before]
    so_far = "select count(*) >= 10 from commands where stream = any ($1)"

    async with working(ground):
        sent = await tell(before, *["10.00"] * 10)
        await eventually(lambda: ground.pool.fetchval(so_far, names))
        await ground.runtime.stop_postgres()
        sent += await tell(during, "600.00")

        async def stands_still() -> str:
            return str((await during[0].stand())["stands_still"])

        assert await eventually(stands_still, within=240) == "ConnectionRefusedError"
        assert "**staat stil:** beslissen lukt nu niet" in await during[0].details()
        await ground.runtime.start_postgres()
        await ground.pool.expire_connections()
        await decided(ground, sent)
        for debt in during:
            await debt.ended()

    for debt in before:
        assert await debt.column("select open from streams where stream = $1") == [500]
    await nothing_is_lost_or_twice(ground, before + during)


async def test_a_late_payment_and_the_release_of_a_letter_have_one_winner(ground: Office, fresh: Fresh) -> None:
    morning = CLOSING_TIME.replace(hour=10) - datetime.now(ZONE)
    debts = [replace(debt, clock=morning) for debt in islice(fresh, 22)]
    skipper = TimeSkipper(ground.client)

    async def pay(debt: OneDebt, offset: float) -> None:
        """Pay so many seconds after the letters of the day left, by the debt's own calendar."""
        await debt.fixed(notice_sent_on="2026-02-28")
        await debt.settled_down()
        left = CLOSING_TIME - (await skipper.get_current_time(debt.workflow) + debt.clock)
        await skipper.fast_forward(debt.workflow, left - timedelta(seconds=2))
        left = CLOSING_TIME - (await skipper.get_current_time(debt.workflow) + debt.clock)
        await asyncio.sleep(left.total_seconds() + offset)
        await debt.cases.submit(debt.payment("600.00", "late", value_date="2026-04-30"))
        await debt.ended()

    async with working(ground):
        await asyncio.gather(*(pay(debt, n / 10 - 1) for n, debt in enumerate(debts)))

    outcomes = []
    for debt in debts:
        left = any("-reminder-" in key for key in in_spool(ground.settings.spool, debt.debt))
        notified = "withdrawal.notified.v1" in await debt.events()
        outcomes.append(((await debt.letters())["reminder"], left, notified))
    assert set(outcomes) == {("withdrawn", False, False), ("released", True, True)}
    await nothing_is_lost_or_twice(ground, debts)


async def test_debts_go_on_after_a_restart_of_both_servers(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = tmp_path_factory.mktemp("restart")
    async with servers(data) as first, working(first):
        settled, waiting = OneDebt.at(first), OneDebt.at(first, CLOSING_TIME - timedelta(seconds=12))
        await settled.begin()
        await waiting.begin(notice_sent_on="2026-02-28")

        async def reminder() -> str:
            return (await waiting.letters()).get("reminder", "")

        assert await eventually(reminder) == "planned"

    async with servers(data) as second, working(second):
        settled, waiting = (replace(d, client=second.client, pool=second.pool) for d in (settled, waiting))

        async def reminded() -> bool:
            return await reminder() == "released"

        await eventually(reminded)
        await settled.cases.submit(settled.payment("600.00", "paid"))
        await settled.ended()
        assert (await waiting.stand())["status"] == "reminded"
        await nothing_is_lost_or_twice(second, [settled, waiting])


async def test_a_debt_that_cannot_be_decided_stands_still_alone_and_goes_on_by_itself(office: Office) -> None:
    stuck, other = await OneDebt.at(office).begin(), await OneDebt.at(office).begin()
    trigger = f"only_{stuck.debt.replace('-', '_').lower()}"
    await office.pool.execute(
        f"create function {trigger}() returns trigger language plpgsql as $$ begin"
        f" if new.stream = '{stuck.debt}' then raise 'the disk is full' using errcode = 'disk_full'; end if;"
        f" return new; end $$; create trigger {trigger} before insert on commands"
        f" for each row execute function {trigger}()"
    )
    try:
        for debt in (stuck, other):
            await debt.cases.submit(debt.payment("600.00", "paid"))
        await other.ended()

        async def stands_still() -> str:
            return str((await stuck.stand())["stands_still"])

        assert await eventually(stands_still) == "DiskFullError"
    finally:
        await office.pool.execute(f"drop trigger {trigger} on commands; drop function {trigger}()")
    await stuck.ended()

    assert (await stuck.events()).count("payment.booked.v1") == 1
    assert "staat stil" not in await stuck.details()
