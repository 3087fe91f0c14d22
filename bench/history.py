"""How long do histories grow, what do they weigh, and what would Temporal Cloud bill for them?

Real histories of real debts on the server. Ours and baseline: events of the whole unpaid ladder until attachment, ours
against a bare workflow with the same timers and a no-op normal activity for each of our activities. `paths` gives for
each path the events, bytes, billable actions, and the limit that we keep.
"""

from __future__ import annotations

import asyncio
from statistics import median
from typing import Any

from temporalio.client import WorkflowHandle, WorkflowHistory

from bench import Progress
from bench.comparison import document
from bench.engine import assessed, paid
from bench.ground import PATIENCE, Ground, asleep, assessment, on_own_ground, payment
from bench.histories import figures_of, plan_of
from bench.ladder import lived, waited

LIMITS = {"paid_in_time": 24, "ladder_to_attachment": 120}
PARTS = 5


def measure(*, rounds: int, progress: Progress, **size: int) -> dict[str, Any]:
    """`measured` on servers of its own."""
    return asyncio.run(on_own_ground(measured, rounds=rounds, progress=progress, **size))


async def measured(place: Ground, *, rounds: int, progress: Progress) -> dict[str, Any]:
    """Each path is lived by `rounds` debts; medians. The rounds of histories hardly differ."""
    progress("debts that are paid in time")
    in_time = await asyncio.gather(*(_paid_in_time(place, debt) for debt in place.debts(rounds)))
    progress(f"debts that are paid in {PARTS} parts")
    handles = await assessed(place, rounds, PARTS)
    await paid(place, handles, PARTS)
    in_parts = await asyncio.gather(*(handle.fetch_history() for handle in handles))
    progress("debts that nobody pays")
    debts = place.debts(rounds)
    await lived(place, debts)
    ladders = await asyncio.gather(*(_history(place, debt) for debt in debts))
    progress("a payment with a value date before all of it")
    late = await _paid_late(place)
    progress("the same ladder, bare")
    bare = [f"bare-{debt}" for debt in debts]
    await waited(place, bare, plan_of(ladders[0]))
    bare_ladders = await asyncio.gather(*(_history(place, id) for id in bare))
    paths = {
        "paid_in_time": _path(in_time),
        "paid_in_parts": _path(in_parts),
        "ladder_to_attachment": _path(ladders),
        "ladder_and_late_payment": _path([late]),
        "bare_ladder": _path(bare_ladders),
    }
    for name, limit in LIMITS.items():
        paths[name]["limit"] = limit
    ours = [float(figures_of(history)["events"]) for history in ladders]
    baseline = [float(figures_of(history)["events"]) for history in bare_ladders]
    kept = " and ".join(f"{name} at most {limit} events" for name, limit in LIMITS.items())
    return document("history", "events", ours, baseline, kept, paths=paths)


async def _paid_in_time(place: Ground, debt: str) -> WorkflowHistory:
    """Assessed with its notice; when that has left and the debt sleeps it is paid, and its workflow ends."""
    handle = await place.cases.submit(assessment(debt, "600.00"))
    await place.until("select count(*) = 1 from letters where stream = $1 and status = 'released'", debt)
    async with asyncio.timeout(PATIENCE):
        await asleep(handle)
        await place.cases.submit(payment(debt, 1, "600.00"))
        await place.client.get_workflow_handle(handle.id).result()
    return await _history(place, debt)


async def _paid_late(place: Ground) -> WorkflowHistory:
    """The whole ladder, and then a payment from before its first step: all is undone."""
    (debt,) = place.debts(1)
    await lived(place, [debt], forget=False)
    await place.cases.submit(payment(debt, 1, "600.00"))
    await place.decided([f"{debt}/payment/1"])
    await place.until("select count(*) = 0 from letters where stream = $1 and status in ('planned', 'releasing')", debt)
    return await _history(place, debt)


async def _history(place: Ground, workflow_id: str) -> WorkflowHistory:
    handle: WorkflowHandle[Any, Any] = place.client.get_workflow_handle(workflow_id)
    return await handle.fetch_history()


def _path(histories: list[WorkflowHistory]) -> dict[str, Any]:
    figures = [figures_of(history) for history in histories]
    return {name: round(median(figure[name] for figure in figures)) for name in figures[0]}
