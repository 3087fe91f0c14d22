"""The desk of a test: commands given as a person gives them, against the office of the session."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from tests.conftest import Office

_NUMBERS = count(1)


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Desk:
    """`invordering` with the settings `env`."""

    env: Mapping[str, str | None] = field(default_factory=dict)

    def call(self, *words: str, input: str | None = None) -> Said:
        """Give one command line."""
        with _logging_kept():
            result = CliRunner().invoke(cli.app, list(words), env=self.env, input=input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    async def __call__(self, *words: str, input: str | None = None) -> Said:
        """Give one command line while the office's worker goes on."""
        return await asyncio.to_thread(self.call, *words, input=input)


@contextmanager
def _logging_kept() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
def alone() -> Desk:
    """A desk without any office."""
    return Desk({"DATABASE_URL": None, "TEMPORAL_ADDRESS": None, "INVORDERING_DATA": None})


@pytest.fixture
def desk(office: Office) -> Desk:
    """A desk of the session's office."""
    return Desk({"DATABASE_URL": office.runtime.dsn, "TEMPORAL_ADDRESS": office.runtime.temporal_address})


@dataclass(frozen=True)
class Numbers:
    """A debt and a debtor that no other test has."""

    debt: str
    debtor: str


@pytest.fixture
def numbers() -> Numbers:
    """Fresh numbers for each test."""
    number = next(_NUMBERS)
    return Numbers(f"DESK-{number:04d}", f"DESK{number}")


@pytest.fixture
async def known(desk: Desk, numbers: Numbers) -> Numbers:
    """A debt of 600 euro that falls due in a far future, so that nothing happens to it by itself."""
    registered = await desk("submit", "register_debtor", "--debtor", numbers.debtor, "--kind", "private_person")
    assert registered.code == 0, registered
    fields = {"debtor": numbers.debtor, "tax": "property_tax", "amount": "600.00", "dated": "2026-02-28"}
    options = [word for name, value in fields.items() for word in (f"--{name}", value)]
    fixed = await desk("submit", "fix_assessment", "--debt", numbers.debt, *options, "--due", "2080-04-30")
    assert fixed.code == 0, fixed
    return numbers
