"""How fast do debts live through the whole unpaid ladder, with real letters?

Ours: an assessment that nobody pays: notice, reminder, demand, writ with service by post, renewed order, the bailiff's
report, and the attachment that an official orders. Eight letters are rendered as PDF and put in the spool folder.
Baseline: as many bare workflows with the same number of timers, of the same length and in the same order, and a no-op
normal activity for each activity of ours, local or normal: the plan is read from the history of one of our debts.
The bare workflows get no messages; ours get three.

Timers must not dominate, and no rule may be bent for speed. So both sides run on the server's own time skipping, which
jumps over a workflow's wait as soon as it has nothing else to do, and many debts live at once: both cores are busy
throughout. Skips cost both sides the same.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.testing import TimeSkipper

from activities.cases import Cases
from bench import Progress
from bench.bare import BareLadder
from bench.comparison import document, in_turns
from bench.ground import BARE, PATIENCE, ZONE, Ground, assessment, office, on_own_ground
from bench.histories import figures_of, plan_of

LETTERS = 8
_GO_ON = ("renewal_ordered", "executable")
"""At these the debt waits for the bailiff and for the official."""


def measure(*, rounds: int, progress: Progress, **size: int) -> dict[str, Any]:
    """`measured` on servers of its own."""
    return asyncio.run(on_own_ground(measured, rounds=rounds, progress=progress, **size))


async def measured(place: Ground, *, rounds: int, progress: Progress, debts: int = 40) -> dict[str, Any]:
    """`debts` debts at once in every round; whole ladders a second."""
    progress("one debt, for the plan")
    history = await one_history(place)
    plan = plan_of(history)
    ours, baseline = await in_turns(
        lambda: lived(place, place.debts(debts)), lambda: waited(place, place.debts(debts), plan), rounds, progress
    )
    counted = {k: v for k, v in figures_of(history).items() if k in ("timers", "activities", "local_activities")}
    return document(
        "ladder", "ladders/s", ours, baseline, "ratio at least 0.6", debts=debts, letters_each=LETTERS, plan=counted
    )


async def one_history(place: Ground) -> WorkflowHistory:
    """The history of one debt that went the whole way."""
    (debt,) = place.debts(1)
    await lived(place, [debt], forget=False)
    history = await place.client.get_workflow_handle(debt).fetch_history()
    await place.client.get_workflow_handle(debt).terminate()
    return history


async def lived(place: Ground, debts: list[str], *, forget: bool = True) -> float:
    """Let the debts go unpaid until the attachment is ordered and every letter is out; debts a second."""
    cases = office(TimeSkipper(place.client).client, place.cases.task_queue)
    began = time.perf_counter()
    await asyncio.gather(*(cases.submit(assessment(debt, "600.00")) for debt in debts))
    at: dict[str, str] = {}
    async with asyncio.TaskGroup() as going:
        while await _letters_out(place, debts) < LETTERS * len(debts):
            if time.perf_counter() - began > PATIENCE:
                raise RuntimeError(f"not all of {len(debts)} debts reached attachment in {PATIENCE} seconds: {at}")
            for row in await place.pool.fetch("select stream, status from streams where stream = any ($1)", debts):
                debt, status = row["stream"], row["status"]
                if at.get(debt) != status and status in _GO_ON:
                    going.create_task(_go_on(place, cases, debt, status))
                at[debt] = status
            await asyncio.sleep(0.05)
    seconds = time.perf_counter() - began
    if forget:
        await asyncio.gather(*(place.client.get_workflow_handle(debt).terminate() for debt in debts))
    return len(debts) / seconds


async def _letters_out(place: Ground, debts: list[str]) -> int:
    out: int = await place.pool.fetchval(
        "select count(*) from letters where stream = any ($1) and status = 'released'", debts
    )
    return out


async def _go_on(place: Ground, cases: Cases, debt: str, status: str) -> None:
    """The bailiff reports that the renewed order is in the letterbox; the official orders the attachment."""
    if status == "renewal_ordered":
        stand = await cases.client.get_workflow_handle(debt).query("stand")
        served = datetime.fromisoformat(stand["clock"]).astimezone(ZONE).date().isoformat()
        report = {"document": "renewed_order", "served_on": served, "delivered": "letterbox", "proof": "akte 1"}
        said = {"command": "report_service", "id": f"{debt}/service", "by": "bench", "role": "tax_bailiff"}
        await cases.submit(said | {"debt": debt} | report)
        await place.decided([f"{debt}/service"])
    else:
        order = {"kind": "movables", "object": "auto", "by": "bench", "role": "collection_officer"}
        answer = await cases.decide({"command": "order_attachment", "id": f"{debt}/order", "debt": debt, **order})
        if answer["kind"] != "accepted":
            raise RuntimeError(f"{debt}: the attachment was not ordered: {answer['answer']}")


async def waited(place: Ground, ids: list[str], plan: list[dict[str, float]]) -> float:
    """Bare workflows with these ids and the same plan; workflows a second."""
    client = TimeSkipper(place.client).client
    began = time.perf_counter()
    bare = await asyncio.gather(*(client.start_workflow(BareLadder.run, plan, id=id, task_queue=BARE) for id in ids))
    await asyncio.gather(*(handle.result() for handle in bare))
    return len(ids) / (time.perf_counter() - began)
