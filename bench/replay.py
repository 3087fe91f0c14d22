"""How many histories a second does a release gate replay?

Ours: the history of the whole unpaid ladder until attachment through Temporal's Replayer, with our workflows and
converter. Baseline: the history of a bare workflow with the same timers and a no-op normal activity for each of ours.
Both are real histories, fetched once from the server; computing time alone, no server is asked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from bench import Progress
from bench.bare import BareLadder
from bench.comparison import document, in_turns
from bench.ground import Ground, on_own_ground
from bench.histories import figures_of, plan_of
from bench.ladder import one_history, waited
from worker import WORKFLOWS


def measure(*, rounds: int, progress: Progress, **size: int) -> dict[str, Any]:
    """`measured` on servers of its own."""
    return asyncio.run(on_own_ground(measured, rounds=rounds, progress=progress, **size))


async def measured(place: Ground, *, rounds: int, progress: Progress, histories: int = 50) -> dict[str, Any]:
    """`histories` replays of each side in every round; histories a second."""
    progress("one debt and one bare workflow, for their histories")
    mine = await one_history(place)
    await waited(place, ["bare-ladder"], plan_of(mine))
    bare = await place.client.get_workflow_handle("bare-ladder").fetch_history()
    ours, baseline = await in_turns(
        lambda: _replayed(WORKFLOWS, mine, histories),
        lambda: _replayed([BareLadder], bare, histories),
        rounds,
        progress,
    )
    events = {"ours": figures_of(mine)["events"], "baseline": figures_of(bare)["events"]}
    return document("replay", "histories/s", ours, baseline, "none set", histories=histories, events_each=events)


async def _replayed(workflows: Sequence[type], history: WorkflowHistory, times: int) -> float:
    async def copies() -> AsyncIterator[WorkflowHistory]:
        for _ in range(times):
            yield history

    began = time.perf_counter()
    results = await Replayer(workflows=workflows, data_converter=pydantic_data_converter).replay_workflows(
        copies(), raise_on_replay_failure=False
    )
    seconds = time.perf_counter() - began
    if results.replay_failures:
        raise RuntimeError(f"{history.workflow_id} does not replay: {next(iter(results.replay_failures.values()))}")
    return times / seconds
