"""How commands leave the desk: delivered to their case, or decided while we wait."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError

from activities.cases import Cases
from activities.database import Pool
from desk.screen import DeskProblem
from intake.records import Command
from intake.store import Send, Undeliverable

BEGINNINGS = frozenset({"register_debtor", "fix_assessment"})
"""Decided before anything else is sent: an unregistered debtor can have no debt, and no debt no payment."""
GOOD = frozenset({"accepted", "repeated"})


async def decide(cases: Cases, command: dict[str, Any], patience: float) -> dict[str, Any]:
    """The decision on `command`: {"kind", "answer"}. DeskProblem when none comes within `patience` seconds."""
    try:
        async with asyncio.timeout(patience):
            return await cases.decide(command)
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise DeskProblem(
            f"no decision within {patience:g} s: does a worker run (`invordering up`, `invordering worker`)? "
            "Nothing is lost by sending again with the same --id; --no-wait leaves it in the inbox of the case"
        ) from None


def sender(pool: Pool, cases: Cases, patience: float = 60.0) -> Send:
    """Sends the commands of an import: beginnings are decided at once, the rest goes into the inbox of its case.

    What is refused, or is about a debt that does not exist, is Undeliverable: its record is refused with the reason.
    """

    async def send(command: Command) -> None:
        if command["command"] in BEGINNINGS:
            decision = await decide(cases, command, patience)
            if decision["kind"] not in GOOD:
                raise Undeliverable(reason(decision))
            return
        debt = command.get("debt")
        if debt is not None and not await pool.fetchval(
            "select true from streams where stream = $1 and version > 0", debt
        ):
            raise Undeliverable(f"aanslag {debt} is niet bekend")
        await cases.submit(command)

    return send


def reason(decision: dict[str, Any]) -> str:
    """Why a command was not accepted, in one line."""
    answer = decision["answer"]
    match decision["kind"]:
        case "refused":
            return str(answer["text"])
        case "invalid":
            return "; ".join(f"{e['field']} {e['value']!r}: {e['rule']}" for e in answer["errors"])
        case _:
            return str(answer.get("error", decision["kind"]))
