"""A regime of the debtor and a new debt at the same moment: whichever comes first, the debt is under the regime.

On a real PostgreSQL: both decisions wait for a transaction that holds the debtor's row, and go on in the order in
which they came.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activities import database
from activities.database import Pool
from activities.decisions import Decisions
from domain import wire
from domain.debt.state import Debt
from runtime.ports import claim
from runtime.postgres import OPTION, PostgresServer

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="race-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # as root, the server runs as another user
        yield Path(folder)


@pytest.fixture(scope="module")
async def pool(folder: Path) -> AsyncIterator[Pool]:
    [port] = claim({OPTION: 0})
    async with PostgresServer(folder, port) as server:
        pool = await database.connect(server.dsn)
        try:
            await database.migrate(pool)
            yield pool
        finally:
            await pool.close()


class Desk:
    """One debtor with one debt, and a worker each for what happens to the debtor and to its debts."""

    def __init__(self, pool: Pool, debtor: str) -> None:
        self.pool, self.debtor = pool, debtor
        self.workers = (Decisions(pool), Decisions(pool))

    async def decide(self, command: str, worker: int = 0, **fields: Any) -> wire.Decision:
        about = fields.get("debt") or f"debtor-{self.debtor}"
        message = {"command": command, "id": f"{about}/{command}/{sorted(fields.items())}", "by": "test"} | fields
        return await self.workers[worker].decide(wire.Message(about, message, NOW))

    async def registered(self) -> "Desk":
        await self.decide("register_debtor", debtor=self.debtor, kind="private_person")
        return self

    async def new_debt(self, debt: str) -> wire.Decision:
        assessment = {"tax": "property_tax", "amount": "600.00", "dated": "2026-05-04", "due": ["2026-06-30"]}
        return await self.decide(
            "fix_assessment", 1, debt=debt, debtor=self.debtor, role="levying_officer", **assessment
        )

    async def bankruptcy(self) -> wire.Decision:
        return await self.decide("register_bankruptcy", debtor=self.debtor, declared_on="2026-05-04", trustee="C1")

    async def in_order(self, *decisions: Awaitable[wire.Decision]) -> list[wire.Decision]:
        """Both wait for one who holds the debtor's row; the first in the queue is the first to decide."""
        async with self.pool.acquire() as holder, holder.transaction():
            await holder.execute("select 1 from streams where stream = $1 for update", f"debtor-{self.debtor}")
            tasks = []
            for waiting, decision in enumerate(decisions, start=1):
                tasks.append(asyncio.ensure_future(decision))
                async with asyncio.timeout(20):
                    await self._queue_of(waiting)
        return list(await asyncio.gather(*tasks))

    async def _queue_of(self, length: int) -> None:
        query = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        waiting = 0
        while waiting < length:
            await asyncio.sleep(0.01)
            waiting = int(await self.pool.fetchval(query))

    async def told(self, decisions: list[wire.Decision]) -> None:
        """What the decisions tell other cases arrives."""
        for decision in decisions:
            for other in decision.outgoing:
                about = other.get("debt") or f"debtor-{other['debtor']}"
                await self.told([await self.workers[1].decide(wire.Message(about, other, NOW))])

    async def debt(self, debt: str) -> Debt:
        async with self.pool.acquire() as connection:
            found = await self.workers[0].case(connection, debt)
        assert isinstance(found, Debt)
        return found


def happened(decision: wire.Decision) -> list[str]:
    assert decision.kind == "accepted", decision.answer
    return [event["event"] for event in decision.answer["events"]]


async def test_a_debt_that_is_first_is_reached_by_the_regime(pool: Pool) -> None:
    desk = await Desk(pool, "R1").registered()

    debt, regime = await desk.in_order(desk.new_debt("R1-1"), desk.bankruptcy())

    assert "regime.imposed.v1" not in happened(debt)
    assert [(o["command"], o["debt"]) for o in regime.outgoing] == [("impose_regime", "R1-1")]
    await desk.told([debt, regime])
    assert "regime:bankruptcy" in (await desk.debt("R1-1")).procedures


async def test_a_regime_that_is_first_is_learnt_by_the_debt_at_its_start(pool: Pool) -> None:
    desk = await Desk(pool, "R2").registered()

    regime, debt = await desk.in_order(desk.bankruptcy(), desk.new_debt("R2-1"))

    assert regime.outgoing == []
    assert "regime.imposed.v1" in happened(debt)
    await desk.told([regime, debt])
    assert "regime:bankruptcy" in (await desk.debt("R2-1")).procedures


async def test_a_debt_of_which_a_payment_came_before_it_is_not_missed_either(pool: Pool) -> None:
    desk = await Desk(pool, "R3").registered()
    early = await desk.decide("register_payment", 1, debt="R3-1", amount="100.00", value_date="2026-05-04")
    assert early.answer["code"] == "unknown_debt"

    regime, debt = await desk.in_order(desk.bankruptcy(), desk.new_debt("R3-1"))

    assert "regime.imposed.v1" in happened(debt)
    await desk.told([regime, debt])
    assert "regime:bankruptcy" in (await desk.debt("R3-1")).procedures


async def test_of_many_debts_that_start_while_a_regime_begins_none_is_missed(pool: Pool) -> None:
    desk = await Desk(pool, "R4").registered()
    debts = [f"R4-{number}" for number in range(12)]

    first = [desk.new_debt(debt) for debt in debts[:6]]
    decisions = list(await asyncio.gather(*first, desk.bankruptcy(), *(desk.new_debt(debt) for debt in debts[6:])))
    await desk.told(decisions)

    assert all(["regime:bankruptcy" in (await desk.debt(debt)).procedures for debt in debts])
    filing = await pool.fetchval(
        "select count(*) from events where stream = 'debtor-R4' and type = 'claim.recorded.v1'"
    )
    assert filing == len(debts)
