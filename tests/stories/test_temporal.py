"""Every story through Temporal and PostgreSQL, side by side on one server: the document is that of the core."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal.stage import Stage, prefix_of
from tests.conftest import Office
from tests.stories import read, stories, told_by_the_core

AT_ONCE = 16
"""A fast-forward waits more than it works; all at once, with the workflow cache off, they would starve each other."""
Lives = dict[Path, asyncio.Task[dict[str, Any]]]


@pytest.fixture(scope="module")
async def lives(office: Office, request: pytest.FixtureRequest) -> AsyncIterator[Lives]:
    """The stories that are asked for, some side by side."""
    turn = asyncio.Semaphore(AT_ONCE)
    asked = [item.callspec.params["path"] for item in request.session.items if item.path == Path(__file__)]
    tasks = {path: asyncio.create_task(told_by_temporal(office, path, turn)) for path in asked}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("path", stories(), ids=lambda path: path.stem)
async def test_temporal_tells_the_story_as_the_core_does(path: Path, lives: Lives) -> None:
    assert await lives[path] == told_by_the_core(read(path))


async def told_by_temporal(office: Office, path: Path, turn: asyncio.Semaphore) -> dict[str, Any]:
    stage = Stage(office.client, office.pool, office.settings.task_queue, prefix_of(path.stem))
    story = read(path)
    async with turn:
        await stage.live(story)
    return await stage.report(story)
