"""The cases in Temporal: how a command reaches the workflow of its debt or debtor. The one place that starts them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from temporalio import activity
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import (
    SearchAttributeKey,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain import core, rulebooks, wire
from domain.kernel.dutch import dutch_euro
from domain.kernel.money import cents
from domain.scenario import DEFAULT_RULEBOOK

log = structlog.get_logger()

NOTIFY = "Bericht aan ander dossier"
DEBT_WORKFLOW = "Debt"
DEBTOR_WORKFLOW = "Debtor"
SUBMIT = "submit"
DECIDE_UPDATE = "decide"
_PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds until a question is put again that came while a run ended."""


def workflow_type(stream: str) -> str:
    """Which workflow keeps this case."""
    return DEBTOR_WORKFLOW if stream.startswith("debtor-") else DEBT_WORKFLOW


@dataclass(frozen=True)
class Cases:
    """The workflows of all cases. `clock`: how far the office's calendar is ahead of the server's clock.

    `clock` is zero in production; an acceptance environment that lives on another date sets it.
    """

    client: Client
    task_queue: str
    clock: timedelta = timedelta()

    async def submit(self, command: dict[str, Any]) -> WorkflowHandle[Any, Any]:
        """Deliver `command` to its case; returns once the server has it. Starts the case where it is not running."""
        stream = core.case_of(core.COMMANDS.validate_python(command))
        return await self.client.start_workflow(
            workflow_type(stream),
            start_signal=SUBMIT,
            start_signal_args=[command],
            **self._start(stream, command, self.clock),
        )

    async def decide(self, command: dict[str, Any]) -> dict[str, Any]:
        """Have `command` decided now and return the answer: {"kind": "accepted", "answer": …}.

        Asks again when the workflow ended in that very moment: a command is decided once, however often it arrives.
        """
        stream = core.case_of(core.COMMANDS.validate_python(command))
        for pause in _PAUSES:
            try:
                return await self._ask(stream, command)
            except (RPCError, WorkflowUpdateFailedError) as error:
                if not _came_too_late(error):
                    raise
                await asyncio.sleep(pause)
        return await self._ask(stream, command)

    async def _ask(self, stream: str, command: dict[str, Any]) -> dict[str, Any]:
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            workflow_type(stream), **self._start(stream, command, self.clock)
        )
        answer: dict[str, Any] = await self.client.execute_update_with_start_workflow(
            DECIDE_UPDATE, command, start_workflow_operation=start
        )
        return answer

    @activity.defn(name=NOTIFY)
    async def notify(self, command: dict[str, Any], now: datetime) -> None:
        """Deliver a message of one case to another, which lives on the calendar of the sender."""
        stream = core.case_of(core.COMMANDS.validate_python(command))
        clock = now - datetime.now(UTC)
        await self.client.start_workflow(
            workflow_type(stream),
            start_signal=SUBMIT,
            start_signal_args=[command],
            **self._start(stream, command, clock if abs(clock) > timedelta(minutes=5) else timedelta()),
        )

    def _start(self, stream: str, command: dict[str, Any], clock: timedelta) -> dict[str, Any]:
        return {
            "args": [wire.CaseStart(stream, clock.total_seconds())],
            "id": stream,
            "task_queue": self.task_queue,
            "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
            "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            "static_summary": _summary(command),
        }


def _came_too_late(error: RPCError | WorkflowUpdateFailedError) -> bool:
    """Did the run end, or its task fail, between the question and the answer?"""
    if isinstance(error, RPCError):
        return error.status in (RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.NOT_FOUND, RPCStatusCode.ABORTED)
    return isinstance(error.cause, ApplicationError) and error.cause.type == "AcceptedUpdateCompletedWorkflow"


def _summary(command: dict[str, Any]) -> str | None:
    """Tax, year and amount of a new debt; no personal data."""
    if command.get("command") != "fix_assessment":
        return None
    law = rulebooks.load(command.get("rulebook", DEFAULT_RULEBOOK))
    kind = law.taxes.get(command["tax"])
    year = command.get("tax_year") or str(command["dated"])[:4]
    return f"{kind.label if kind else command['tax']} {year} · {dutch_euro(cents(str(command['amount'])))}"


STATUS = SearchAttributeKey.for_keyword("Status")
RULEBOOK = SearchAttributeKey.for_keyword("Rulebook")
PROCEDURES = SearchAttributeKey.for_keyword_list("Procedures")
OUTSTANDING = SearchAttributeKey.for_float("Outstanding")
TAX = SearchAttributeKey.for_keyword("Tax")
TAX_YEAR = SearchAttributeKey.for_int("TaxYear")
HAS_QUESTION = SearchAttributeKey.for_bool("HasQuestion")
BLOCKED = SearchAttributeKey.for_bool("Blocked")
TARIFF_UNCONFIRMED = SearchAttributeKey.for_bool("TariffUnconfirmed")
WAITS_FOR = SearchAttributeKey.for_keyword("WaitsFor")
NEXT_ON = SearchAttributeKey.for_datetime("NextOn")

SEARCH_ATTRIBUTES: tuple[SearchAttributeKey[Any], ...] = (
    STATUS,
    RULEBOOK,
    PROCEDURES,
    OUTSTANDING,
    TAX,
    TAX_YEAR,
    HAS_QUESTION,
    BLOCKED,
    TARIFF_UNCONFIRMED,
    WAITS_FOR,
    NEXT_ON,
)
