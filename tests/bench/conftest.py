"""One ground for all figures that need servers."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bench.ground import Ground, ground


@pytest_asyncio.fixture(scope="module")
async def place() -> AsyncIterator[Ground]:
    """Servers, workers and a registered debtor."""
    async with ground(lambda doing: None) as started:
        yield started
