"""The baseline: workflows that do nothing, and the activity that does it. Temporal alone, no code of ours."""

import asyncio
from collections import deque
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow

_TAKES = timedelta(seconds=30)


@activity.defn(name="Nothing")
async def nothing(message: Any) -> None:
    """Nothing."""


@workflow.defn(name="BareMessages")
class BareMessages:
    """Takes a number of signals; each goes to one no-op normal activity."""

    def __init__(self) -> None:
        self._inbox: deque[Any] = deque()

    @workflow.signal
    def submit(self, message: Any) -> None:
        self._inbox.append(message)

    @workflow.query
    def waiting(self) -> int:
        return len(self._inbox)

    @workflow.run
    async def run(self, messages: int) -> None:
        for _ in range(messages):
            await workflow.wait_condition(lambda: bool(self._inbox))
            await workflow.execute_activity(nothing, self._inbox.popleft(), start_to_close_timeout=_TAKES)


@workflow.defn(name="BareLadder")
class BareLadder:
    """Waits and does nothing, in the order that it is given: {"wait": seconds}, or {"activities": how many at once}."""

    @workflow.run
    async def run(self, steps: list[dict[str, float]]) -> None:
        for step in steps:
            if "wait" in step:
                await workflow.sleep(step["wait"])
            else:
                some = range(int(step["activities"]))
                await asyncio.gather(
                    *(workflow.execute_activity(nothing, None, start_to_close_timeout=_TAKES) for _ in some)
                )
