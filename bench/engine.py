"""How many payment messages a second go a debt's whole path: signal, decision, ledger, state?

Ours: debts that each get a number of payments; the last one settles the debt and ends its workflow. Each message is
validated, decided under the stream's lock, booked in the ledger, recorded with its command, and folded into what the
workflow shows and waits for. Baseline: as many bare workflows with as many signals, one no-op normal activity each.
Debts and workflows stand ready before the clock starts; it stops when the last workflow has ended.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from temporalio.client import Client, WorkflowHandle

from bench import Progress
from bench.bare import BareMessages
from bench.comparison import document, in_turns
from bench.ground import BARE, PATIENCE, Ground, assessment, on_own_ground, payment

PART = 10
"""Euro a payment."""

Handle = WorkflowHandle[Any, Any]


def measure(*, rounds: int, progress: Progress, **size: int) -> dict[str, Any]:
    """`measured` on servers of its own."""
    return asyncio.run(on_own_ground(measured, rounds=rounds, progress=progress, **size))


async def measured(
    place: Ground, *, rounds: int, progress: Progress, debts: int = 100, payments: int = 5
) -> dict[str, Any]:
    """`debts` debts with `payments` messages each, in every round; messages a second."""
    progress("warming up")
    few = min(debts, 20)
    await paid(place, await assessed(place, few, payments), payments)
    await signalled(place, few, payments)
    ours, baseline = await in_turns(
        lambda: _paid(place, debts, payments), lambda: signalled(place, debts, payments), rounds, progress
    )
    return document("engine", "messages/s", ours, baseline, "ratio at least 1.0", debts=debts, messages_each=payments)


async def _paid(place: Ground, debts: int, payments: int) -> float:
    return await paid(place, await assessed(place, debts, payments), payments)


async def assessed(place: Ground, debts: int, payments: int) -> list[Handle]:
    """Debts that are just paid after so many payments."""
    commands = [assessment(debt, f"{payments * PART}.00", notice_sent_on="2026-02-27") for debt in place.debts(debts)]
    handles = await asyncio.gather(*(place.cases.submit(command) for command in commands))
    await place.decided(command["id"] for command in commands)
    return [current(place.client, handle) for handle in handles]


def current(client: Client, handle: Handle) -> Handle:
    """The workflow under that id, whichever run it is in."""
    return client.get_workflow_handle(handle.id)


async def paid(place: Ground, debts: list[Handle], payments: int) -> float:
    """Pay the debts; messages a second until all are settled. RuntimeError when the ledger says otherwise."""
    ids = [debt.id for debt in debts]
    began = time.perf_counter()
    await asyncio.gather(*(_sent(debt, [payment(debt.id, n, f"{PART}.00") for n in range(payments)]) for debt in debts))
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(debt.result() for debt in debts))
    seconds = time.perf_counter() - began
    await booked(place, ids, payments)
    return len(debts) * payments / seconds


async def booked(place: Ground, debts: list[str], payments: int) -> None:
    """RuntimeError when not every payment is in the ledger, once."""
    found = await place.pool.fetchval(
        "select count(*) from postings where stream = any ($1) and debit = 'bank:bank' and amount = $2", debts, PART
    )
    if found != len(debts) * payments:
        raise RuntimeError(f"the ledger has {found} payments and not {len(debts) * payments}; the figure means nothing")


async def signalled(place: Ground, workflows: int, messages: int) -> float:
    """The same messages to bare workflows; messages a second until all have ended."""
    ids = [f"bare-{debt}" for debt in place.debts(workflows)]
    bare = await asyncio.gather(
        *(place.client.start_workflow(BareMessages.run, messages, id=id, task_queue=BARE) for id in ids)
    )
    await asyncio.gather(*(handle.query(BareMessages.waiting) for handle in bare))
    began = time.perf_counter()
    await asyncio.gather(
        *(_sent(handle, [payment(handle.id, n, f"{PART}.00") for n in range(messages)]) for handle in bare)
    )
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(handle.result() for handle in bare))
    return workflows * messages / (time.perf_counter() - began)


async def _sent(handle: Handle, messages: list[dict[str, Any]]) -> None:
    """One producer sends them one after the other, without waiting for what comes of them."""
    for message in messages:
        await handle.signal("submit", message)
