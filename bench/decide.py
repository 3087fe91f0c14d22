"""Should the decision be a local or a normal activity? The figures behind docs/decisions/0001.

Ours: payments through debts that decide in a local activity, as the engine does. Baseline: the same debts, the same
code and the same database, but with the decision in a normal activity.
"""

from __future__ import annotations

import asyncio
from statistics import median
from typing import Any

from bench import Progress
from bench.comparison import document, in_turns, rounded
from bench.engine import PART, Handle, assessed, paid, signalled
from bench.ground import VARIANT, Ground, assessment, on_own_ground
from bench.histories import events_of
from bench.variant import DebtByNormalActivity
from domain.wire import CaseStart


def measure(*, rounds: int, progress: Progress, **size: int) -> dict[str, Any]:
    """`measured` on servers of its own."""
    return asyncio.run(on_own_ground(measured, rounds=rounds, progress=progress, **size))


async def measured(
    place: Ground, *, rounds: int, progress: Progress, debts: int = 100, payments: int = 5
) -> dict[str, Any]:
    """`debts` debts with `payments` messages each, in every round; messages a second and events a message."""
    grown: dict[str, list[float]] = {"local": [], "normal": []}

    async def side(name: str, place: Ground) -> float:
        begin = assessed if name == "local" else _assessed_by_normal_activity
        handles = await begin(place, debts, payments)
        before = await _events(handles)
        speed = await paid(place, handles, payments)
        grown[name].append((await _events(handles) - before) / (debts * payments))
        return speed

    progress("warming up")
    await signalled(place, min(debts, 20), payments)
    ours, baseline = await in_turns(lambda: side("local", place), lambda: side("normal", place), rounds, progress)
    return document(
        "decide",
        "messages/s",
        ours,
        baseline,
        "none set: it records a choice",
        debts=debts,
        messages_each=payments,
        events_per_message={name: rounded(median(figures)) for name, figures in grown.items()},
    )


async def _assessed_by_normal_activity(place: Ground, debts: int, payments: int) -> list[Handle]:
    """As `assessed`, with the workflow that decides in a normal activity."""
    commands = [assessment(debt, f"{payments * PART}.00", notice_sent_on="2026-02-27") for debt in place.debts(debts)]
    handles = await asyncio.gather(
        *(
            place.client.start_workflow(
                DebtByNormalActivity.run,
                CaseStart(command["debt"], place.cases.clock.total_seconds()),
                id=command["debt"],
                task_queue=VARIANT,
                start_signal="submit",
                start_signal_args=[command],
            )
            for command in commands
        )
    )
    await place.decided(command["id"] for command in commands)
    return [place.client.get_workflow_handle(handle.id) for handle in handles]


async def _events(handles: list[Handle]) -> int:
    histories = await asyncio.gather(*(handle.fetch_history() for handle in handles))
    return sum(len(events_of(history)) for history in histories)
