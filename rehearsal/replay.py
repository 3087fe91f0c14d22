"""The replay gate: does every history still lead this version of the workflows to the same commands?

Workflows, converter and sandbox are the worker's own, so what passes here will not be stuck on the day of the deploy.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.json_format import ParseError
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from worker import WORKFLOWS


@dataclass(frozen=True, slots=True)
class Failure:
    """A history that this version does not replay, and why."""

    workflow: str
    run: str
    error: str


class HistoryError(ValueError):
    """A file is no workflow history; the text names it."""


async def replay(
    histories: AsyncIterator[WorkflowHistory] | Iterable[WorkflowHistory],
    progress: Callable[[], None] = lambda: None,
    workflows: Sequence[type[Any]] = tuple(WORKFLOWS),
) -> list[Failure]:
    """Replay all `histories` and return those that fail; `progress` is called after each."""
    replayer = Replayer(workflows=workflows, data_converter=pydantic_data_converter)
    failures = []
    source = histories if isinstance(histories, AsyncIterator) else _each(histories)
    async with replayer.workflow_replay_iterator(source) as results:
        async for result in results:
            progress()
            if (error := result.replay_failure) is not None:
                failures.append(
                    Failure(result.history.workflow_id, result.history.run_id, f"{type(error).__name__}: {error}")
                )
    return failures


async def read_histories(places: Iterable[Path]) -> AsyncIterator[WorkflowHistory]:
    """The histories in JSON files (as the Web UI and `temporal workflow show --output json` give them).

    A folder stands for all *.json in it. The workflow is named after its file. Raises HistoryError.
    """
    for place in places:
        files = sorted(place.rglob("*.json")) if place.is_dir() else [place]
        if not files:
            raise HistoryError(f"{place}: no *.json in this folder")
        for file in files:
            try:
                text = await asyncio.to_thread(file.read_text, "utf-8")
                yield WorkflowHistory.from_json(file.stem, text)
            except (ParseError, ValueError, KeyError, TypeError, IndexError) as error:
                raise HistoryError(f"{file}: not a workflow history as JSON: {error}") from None


async def _each(histories: Iterable[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for history in histories:
        yield history
