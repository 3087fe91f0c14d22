"""A life longer than one history: the debt goes on in a new run and takes everything along."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

import worker
from activities.cases import NEXT_ON, OUTSTANDING, STATUS
from activities.reconcile import reconcile
from rehearsal.stage import Stage
from tests.conftest import Office, servers
from tests.stories import read, stories, told_by_the_core
from tests.workflows.one_debt import OFFICER, OneDebt

SHORT = {"limit.historyCount.suggestContinueAsNew": "20"}
"""Histories of some twenty events, where a server allows thousands."""


@pytest.fixture(scope="module")
async def short(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office whose histories are short."""
    async with (
        servers(tmp_path_factory.mktemp("short"), dynamic_config=SHORT) as office,
        worker.running(office.client, office.settings, office.runtime.dsn),
    ):
        yield office


async def runs(office: Office, workflow: str) -> list[WorkflowExecutionStatus | None]:
    """The status of each run of a workflow, the latest first."""
    return [row.status async for row in office.client.list_workflows(f'WorkflowId = "{workflow}"')]


async def test_signals_and_updates_in_flight_are_decided_once_over_many_runs(short: Office) -> None:
    debt = await OneDebt.at(short).begin()
    payments = [debt.payment("1.00", f"payment-{n}") for n in range(60)]
    order = {"command": "order_attachment", "debt": debt.debt, "kind": "movables", "object": "auto", **OFFICER}
    orders = [order | {"id": f"order-{n}"} for n in range(15)]

    async def in_turn(producer: int) -> list[dict[str, Any]]:
        answers = []
        for payment, question in zip(payments[producer::3], [*orders[producer::3], *[None] * 15], strict=False):
            await debt.cases.submit(payment)
            if question is not None:
                answers.append(await debt.cases.decide(question))
        return answers

    answers = [answer for some in await asyncio.gather(*map(in_turn, range(3))) for answer in some]
    await debt.decided(*(command["id"] for command in payments + orders))

    assert {(answer["kind"], answer["answer"]["code"]) for answer in answers} == {("refused", "measure_forbidden")}
    assert len(answers) == 15
    assert (await debt.events()).count("payment.booked.v1") == 60
    assert (await debt.opened())["outstanding"]["total"] == "540.00"
    continued = [status for status in await runs(short, debt.debt) if status is not WorkflowExecutionStatus.RUNNING]
    assert set(continued) == {WorkflowExecutionStatus.CONTINUED_AS_NEW}
    assert len(continued) >= 5


async def test_what_lies_in_the_inbox_goes_along_in_its_order(short: Office) -> None:
    debt = await OneDebt.at(short).begin()

    await asyncio.gather(*(debt.cases.submit(debt.payment("1.00", f"payment-{n:02}")) for n in range(40)))
    await debt.signal("submit", "onleesbaar")
    await debt.cases.submit(debt.payment("560.00", "last"))
    await debt.ended()

    decided = await debt.column("select id from commands where stream = $1 order by place")
    assert decided[0], decided[-1] == (f"{debt.debt}-assessment", "last")
    assert len(decided) == len(set(decided)) == 42
    assert await debt.column("select count(*) from rejected where stream = $1") == [1]


async def test_calendar_and_search_attributes_go_along(short: Office) -> None:
    debt = await OneDebt.at(short).begin()
    before = await debt.opened()
    for n in range(30):
        await debt.cases.decide(debt.payment("1.00", f"payment-{n}"))
    await debt.settled_down()

    after = await debt.opened()
    shown = (await debt.workflow.describe()).typed_search_attributes

    assert len(await runs(short, debt.debt)) > 2
    assert after["ahead"] == before["ahead"]
    assert after["acts_at"] == before["acts_at"]
    assert after["clock"][:10] == "2026-02-28"
    assert (shown[STATUS], shown[OUTSTANDING]) == ("wacht op betaling", 570.0)
    assert shown[NEXT_ON] == datetime(2026, 4, 30, 22, tzinfo=UTC)
    await debt.cases.submit(debt.payment("570.00", "rest"))
    await debt.ended()
    shown = (await debt.workflow.describe()).typed_search_attributes
    assert (shown[STATUS], shown.get(NEXT_ON)) == ("voldaan", None)


@pytest.mark.parametrize("story", ["unpaid_to_attachment", "undirected_payment_over_two_debts"])
async def test_a_story_that_is_continued_in_its_midst_is_the_same_story(short: Office, story: str) -> None:
    [path] = [path for path in stories() if path.stem == story]
    stage = Stage(short.client, short.pool, short.settings.task_queue, f"{story[:4].upper()}-")

    await stage.live(read(path))

    assert await stage.report(read(path)) == told_by_the_core(read(path))
    assert sum([len(await runs(short, stream)) for stream in stage.streams]) > len(stage.streams)


async def test_the_record_of_all_that_agrees_with_itself(short: Office) -> None:
    found = await reconcile(short.pool)

    assert found.differences == []
    assert found.in_flight == []
    assert found.counted["commands"] > 100
