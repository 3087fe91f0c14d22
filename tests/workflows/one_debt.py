"""One debt of a test's own on a running office: what is sent to it, and what came of it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle

from activities.cases import Cases
from activities.database import Pool

ZONE = ZoneInfo("Europe/Amsterdam")
OFFICER = {"by": "M-104", "role": "collection_officer", "reason": "geen loon bekend"}
MORNING = datetime(2026, 2, 28, 10, tzinfo=ZONE)
"""The day on which the assessment is dated, unless a test says otherwise."""

_numbers = itertools.count(1)
T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]], within: float = 60) -> T:
    """The first answer that is true; AssertionError with the last one when none comes in time."""
    end = asyncio.get_running_loop().time() + within
    while not (answer := await look()):
        assert asyncio.get_running_loop().time() < end, f"still {answer!r} after {within} s"
        await asyncio.sleep(0.05)
    return answer


@dataclass(frozen=True)
class OneDebt:
    """A debt of 600.00 euro, dated 2026-02-28 and due 2026-04-30, whose calendar begins at `now`."""

    client: Client
    pool: Pool
    task_queue: str
    debt: str
    debtor: str
    clock: timedelta

    @classmethod
    def at(cls, office: Any, now: datetime = MORNING) -> OneDebt:
        """A debt that nobody has heard of yet."""
        number = next(_numbers)
        return cls(
            office.client,
            office.pool,
            office.settings.task_queue,
            f"T-{number:05}",
            f"TD-{number:05}",
            now - datetime.now(UTC),
        )

    @property
    def cases(self) -> Cases:
        return Cases(self.client, self.task_queue, self.clock)

    @property
    def workflow(self) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(self.debt)

    def assessment(self, **fields: Any) -> dict[str, Any]:
        return {
            "command": "fix_assessment",
            "id": f"{self.debt}-assessment",
            "debt": self.debt,
            "debtor": self.debtor,
            "tax": "property_tax",
            "amount": "600.00",
            "dated": "2026-02-28",
            "due": ["2026-04-30"],
            **fields,
        }

    def payment(self, amount: str, id: str, **fields: Any) -> dict[str, Any]:
        return {
            "command": "register_payment",
            "id": id,
            "debt": self.debt,
            "amount": amount,
            "value_date": "2026-03-02",
            **fields,
        }

    async def known(self, **fields: Any) -> OneDebt:
        """Have the debtor registered: a private person."""
        id, debtor = f"{self.debtor}-registered", {"debtor": self.debtor, "kind": "private_person"}
        await self.cases.submit({"command": "register_debtor", "id": id, **debtor, **fields})
        await self.decided(id, stream=f"debtor-{self.debtor}")
        return self

    async def begin(self, **fields: Any) -> OneDebt:
        """Have the debtor registered and the assessment fixed; its notice is on its way."""
        return await (await self.known()).fixed(**fields)

    async def fixed(self, **fields: Any) -> OneDebt:
        """Have the assessment fixed, of a debtor that is registered."""
        await self.cases.submit(self.assessment(**fields))
        await self.decided(f"{self.debt}-assessment")
        return self

    async def signal(self, name: str, *arguments: Any) -> None:
        await self.workflow.signal(name, args=arguments)

    async def decided(self, *ids: str, stream: str = "") -> None:
        """Wait until these commands were decided."""

        async def found() -> bool:
            query = "select count(*) from commands where stream = $1 and id = any ($2)"
            return await self.pool.fetchval(query, stream or self.debt, list(ids)) == len(ids)

        await eventually(found)

    async def ended(self) -> None:
        """Wait until the workflow has completed."""

        async def completed() -> bool:
            return (await self.workflow.describe()).status is WorkflowExecutionStatus.COMPLETED

        await eventually(completed)

    async def settled_down(self) -> None:
        """Wait until the case has nothing under way."""

        async def idle() -> bool:
            return bool((await self.stand())["idle"])

        await eventually(idle)

    async def opened(self) -> dict[str, Any]:
        """How it stands, once the run that goes on has opened the file."""

        async def shown() -> dict[str, Any]:
            stand = await self.stand()
            return stand if "outstanding" in stand else {}

        return await eventually(shown)

    async def stand(self) -> dict[str, Any]:
        return dict(await self.workflow.query("stand"))

    async def details(self) -> str:
        """What an official reads in the Web UI."""
        metadata = await self.workflow.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        return str(metadata.current_details)

    async def column(self, query: str) -> list[Any]:
        """The first column of a query about the debt, its number being $1."""
        return [row[0] for row in await self.pool.fetch(query, self.debt)]

    async def events(self) -> list[str]:
        return await self.column("select type from events where stream = $1 order by seq")

    async def letters(self) -> dict[str, str]:
        rows = await self.pool.fetch("select kind, status from letters where stream = $1", self.debt)
        return {row["kind"]: row["status"] for row in rows}


REHEARSED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
}
"""Events that a history has only because a test moved its clock."""


def in_spool(spool: Path, debt: str) -> set[str]:
    """The letters of a debt that left the house, by key."""
    return {file.stem for file in spool.glob(f"{debt}-*.pdf")}
