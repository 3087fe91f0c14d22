"""How a command reaches its case: one workflow per debt and per debtor, wherever it comes from."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.cases import SEARCH_ATTRIBUTES, Cases, workflow_type
from tests.conftest import Office
from tests.workflows.one_debt import MORNING, OneDebt, eventually


async def test_a_debt_and_a_debtor_have_a_workflow_each(office: Office) -> None:
    debt = await OneDebt.at(office).begin()
    debtor = office.client.get_workflow_handle(f"debtor-{debt.debtor}")

    assert (await debt.workflow.describe()).workflow_type == workflow_type(debt.debt) == "Debt"
    assert (await debtor.describe()).workflow_type == workflow_type(debtor.id) == "Debtor"


@pytest.mark.parametrize(
    "command",
    [{}, {"command": "forgive"}, {"command": "register_payment", "debt": "lower case", "amount": "1.00"}],
    ids=["nothing", "unknown", "wrong fields"],
)
async def test_a_command_that_cannot_be_read_starts_nothing(office: Office, command: dict[str, Any]) -> None:
    cases = Cases(office.client, office.settings.task_queue)

    with pytest.raises(ValidationError):
        await cases.submit(command)
    with pytest.raises(ValidationError):
        await cases.decide(command)


async def test_a_message_of_a_case_takes_its_calendar_along(office: Office) -> None:
    debt = await OneDebt.at(office).known()
    sender = MORNING + timedelta(days=3)

    await Cases(office.client, office.settings.task_queue).notify(debt.assessment(), sender.astimezone(UTC))
    await debt.decided(f"{debt.debt}-assessment")

    assert (await debt.stand())["clock"][:10] == "2026-03-03"


async def test_in_production_the_calendar_is_the_clock(office: Office) -> None:
    debt = await OneDebt.at(office).known()

    await Cases(office.client, office.settings.task_queue).notify(debt.assessment(), datetime.now(UTC))
    await debt.decided(f"{debt.debt}-assessment")

    assert (await debt.stand())["ahead"] == 0


async def test_a_question_to_a_case_that_ends_in_that_moment_is_answered(office: Office) -> None:
    """Each payment to an unknown debt begins a workflow that ends at once; the questions meet it at every stage."""
    debt = OneDebt.at(office)
    questions = [debt.payment("1.00", f"question-{n}") for n in range(20)]

    answers = await asyncio.gather(*(debt.cases.decide(question) for question in questions))

    assert {answer["answer"]["code"] for answer in answers} == {"unknown_debt"}
    assert await debt.column("select count(*) from commands where stream = $1") == [20]


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        (RPCError("workflow task is not scheduled yet", RPCStatusCode.FAILED_PRECONDITION, b""), 2),
        (WorkflowUpdateFailedError(ApplicationError("gone", type="AcceptedUpdateCompletedWorkflow")), 2),
        (RPCError("who are you", RPCStatusCode.PERMISSION_DENIED, b""), 1),
        (WorkflowUpdateFailedError(ApplicationError("unreadable")), 1),
    ],
    ids=["not ready", "ended", "no permission", "refused by the validator"],
)
async def test_only_what_came_too_late_is_asked_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, error: Exception, asked: int
) -> None:
    debt = await OneDebt.at(office).begin()
    real, calls = Cases._ask, []

    async def once_failing(cases: Cases, stream: str, command: dict[str, Any]) -> dict[str, Any]:
        calls.append(stream)
        if len(calls) == 1:
            raise error
        return await real(cases, stream, command)

    monkeypatch.setattr(Cases, "_ask", once_failing)
    if asked == 1:
        with pytest.raises(type(error)):
            await debt.cases.decide(debt.payment("1.00", "paid"))
    else:
        assert (await debt.cases.decide(debt.payment("1.00", "paid")))["kind"] == "accepted"
    assert len(calls) == asked


async def test_every_search_attribute_is_set_by_some_debt(office: Office) -> None:
    debt = await OneDebt.at(office).begin()

    async def shown() -> set[str]:
        pairs = (await debt.workflow.describe()).typed_search_attributes
        return {pair.key.name for pair in pairs}

    await eventually(shown)
    assert {key.name for key in SEARCH_ATTRIBUTES} <= await shown()
