"""What arrives at a debt: nothing is lost, nothing is done twice, and nothing that is wrong stops it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import RawValue

from tests.conftest import Office
from tests.workflows.one_debt import OFFICER, OneDebt, eventually

PAID = {"command": "register_payment", "id": "wrong", "debt": "T", "amount": "1.00", "value_date": "2026-03-02"}


def payload(text: bytes, encoding: bytes = b"json/plain") -> RawValue:
    return RawValue(Payload(metadata={"encoding": encoding}, data=text))


MALFORMED: dict[str, tuple[str, Sequence[Any], str]] = {
    "a text": ("submit", ["betaald!"], "arguments"),
    "a list": ("submit", [[PAID]], "arguments"),
    "nothing": ("submit", [], "arguments"),
    "null": ("submit", [None], "arguments"),
    "two commands": ("submit", [PAID, PAID], "arguments"),
    "no JSON at all": ("submit", [payload(b"{half")], "{half"),
    "an encoding of another system": ("submit", [payload(b"\xff\x00secret", b"binary/encrypted")], "secret"),
    "bytes": ("submit", [b"\x00\xff"], "arguments"),
    "the character NUL": ("submit", [payload(b'{"command": "register_payment", "by": "a\\u0000b"}')], "u0000"),
    "half a character": ("submit", [payload(b'{"command": "register_payment", "by": "\\ud800"}')], "ud800"),
    "a number that is none": ("submit", [payload(b'{"command": "register_payment", "amount": NaN}')], "NaN"),
    "a thousand lists": ("submit", [payload(b"[" * 1000 + b"]" * 1000)], "[[["),
    "an unknown command": ("submit", [PAID | {"command": "forgive_everything"}], "forgive_everything"),
    "no command": ("submit", [{"debt": "T"}], '"debt"'),
    "missing fields": ("submit", [{"command": "register_payment", "amount": "2.00"}], '"2.00"'),
    "an unknown field": ("submit", [PAID | {"colour": "red"}], "colour"),
    "three decimals": ("submit", [PAID | {"amount": "1.001"}], "1.001"),
    "a negative amount": ("submit", [PAID | {"amount": "-5.00"}], "-5.00"),
    "no amount": ("submit", [PAID | {"amount": "veel"}], "veel"),
    "a date that does not exist": ("submit", [PAID | {"value_date": "2026-02-30"}], "2026-02-30"),
    "another debt": ("submit", [PAID | {"debt": "OZB-1999-0001"}], "OZB-1999-0001"),
    "an unknown signal": ("stop_everything", [{"by": "M-104"}], "stop_everything"),
    "a command as a signal": ("register_payment", [PAID], "register_payment"),
}


async def test_whatever_is_malformed_is_kept_and_shown_and_the_debt_goes_on(office: Office) -> None:
    debt = await OneDebt.at(office).begin()

    for name, arguments, _ in MALFORMED.values():
        await debt.signal(name, *arguments)
    await debt.cases.submit(debt.payment("600.00", "after-all-that"))
    await debt.ended()

    kept = await debt.column("select message::text from rejected where stream = $1 order by id")
    assert len(kept) == len(MALFORMED)
    for (what, (_, _, mark)), message in zip(MALFORMED.items(), kept, strict=True):
        assert mark in message, what
    assert all(await debt.column("select errors -> 0 ->> 'rule' from rejected where stream = $1"))
    assert "**niet verwerkt:** register_payment" in await debt.details()
    assert (await debt.stand())["rejected"]
    assert "debt.settled.v1" in await debt.events()


async def test_the_same_malformed_message_is_kept_once(office: Office) -> None:
    debt = await OneDebt.at(office).begin()

    for _ in range(3):
        await debt.signal("submit", PAID | {"amount": "veel"})
    await debt.cases.submit(debt.payment("600.00", "paid"))
    await debt.ended()

    assert await debt.column("select count(*) from rejected where stream = $1") == [1]


@pytest.mark.parametrize(
    "garbage",
    [
        "beslag!",
        {"by": "M-104"},
        {"command": 7},
        {"command": "order_attachment", "reason": "a\0b"},
        {"command": "order_attachment", "reason": float("nan")},
    ],
    ids=["a text", "no command", "a number for a command", "the character NUL", "a number that is none"],
)
async def test_an_update_that_cannot_be_read_is_refused_and_leaves_no_trace(office: Office, garbage: Any) -> None:
    debt = await OneDebt.at(office).begin()
    await debt.settled_down()
    before = len((await debt.workflow.fetch_history()).events)

    with pytest.raises(WorkflowUpdateFailedError):
        await debt.workflow.execute_update("decide", garbage)

    assert len((await debt.workflow.fetch_history()).events) == before
    assert await debt.column("select count(*) from rejected where stream = $1") == [0]


async def test_a_decision_that_the_law_refuses_is_answered_and_recorded(office: Office) -> None:
    debt = await OneDebt.at(office).begin()
    order = {"command": "order_attachment", "debt": debt.debt, "kind": "movables", "object": "auto", **OFFICER}

    answer = await debt.cases.decide(order | {"id": "too-early"})

    assert answer["kind"] == "refused"
    assert answer["answer"]["code"] == "measure_forbidden"
    assert "VEERE-2-a" in answer["answer"]["norms"]
    row = await debt.pool.fetchrow("select * from commands where stream = $1 and id = 'too-early'", debt.debt)
    assert row is not None
    assert (row["by"], row["role"], row["refusal"]) == ("M-104", "collection_officer", answer["answer"])


async def test_a_decision_with_wrong_fields_is_answered_with_field_and_rule_and_kept(office: Office) -> None:
    debt = await OneDebt.at(office).begin()

    answer = await debt.workflow.execute_update("decide", {"command": "order_attachment", "debt": debt.debt})

    assert answer["kind"] == "invalid"
    assert {error["field"].rpartition(".")[2] for error in answer["answer"]["errors"]} >= {"by", "role"}
    assert await debt.column("select count(*) from rejected where stream = $1") == [1]


async def test_the_same_command_ten_times_at_once_is_decided_once(office: Office) -> None:
    debt = await OneDebt.at(office).begin()
    payment = debt.payment("100.00", "one-payment")

    async with asyncio.TaskGroup() as group:
        told = [group.create_task(debt.cases.submit(payment)) for _ in range(5)]
        asked = [group.create_task(debt.cases.decide(payment)) for _ in range(5)]

    assert len({task.result().id for task in told}) == 1
    kinds = sorted(task.result()["kind"] for task in asked)
    assert kinds in (["accepted", *["repeated"] * 4], ["repeated"] * 5)
    assert len({str(task.result()["answer"]) for task in asked}) == 1
    assert (await debt.events()).count("payment.booked.v1") == 1
    assert await debt.column("select sum(amount) from postings where stream = $1 and debit = 'bank:bank'") == [100]


async def test_two_producers_at_once_on_one_debt_lose_nothing(office: Office) -> None:
    debt = OneDebt.at(office)
    payments = [debt.payment("1.00", f"{producer}-{n}") for n in range(25) for producer in ("bank", "desk")]

    await debt.begin()
    await asyncio.gather(*(debt.cases.submit(payment) for payment in payments))
    await debt.decided(*(payment["id"] for payment in payments))

    assert (await debt.events()).count("payment.booked.v1") == 50
    assert (await debt.stand())["outstanding"]["total"] == "550.00"
    assert await debt.column("select open from streams where stream = $1") == [550]


async def test_ten_producers_that_begin_one_debt_begin_it_once(office: Office) -> None:
    debt = await OneDebt.at(office).known()

    await asyncio.gather(*(debt.cases.submit(debt.assessment(id=f"list-{n}")) for n in range(10)))
    await debt.decided(*(f"list-{n}" for n in range(10)))

    assert (await debt.events()).count("assessment.fixed.v1") == 1
    assert await debt.column("select count(*) from commands where stream = $1 and refusal is null") == [1]
    assert set(await debt.letters()) == {"assessment_notice"}


async def test_a_payment_to_an_unknown_debt_is_refused_and_the_debt_can_still_begin(office: Office) -> None:
    debt = OneDebt.at(office)

    await debt.cases.submit(debt.payment("600.00", "too-soon"))
    await debt.ended()

    [refusal] = await debt.column("select refusal from commands where stream = $1")
    assert refusal["code"] == "unknown_debt"
    assert await debt.events() == []

    await debt.begin()
    await debt.cases.submit(debt.payment("600.00", "again"))
    await debt.ended()
    assert "debt.settled.v1" in await debt.events()


async def test_a_payment_after_the_debt_was_settled_wakes_it_and_becomes_credit(office: Office) -> None:
    debt = await OneDebt.at(office).begin()
    await debt.cases.submit(debt.payment("600.00", "first"))
    await debt.ended()
    first_run = (await debt.workflow.describe()).run_id

    await debt.cases.submit(debt.payment("600.00", "second"))
    await debt.decided("second")
    await debt.ended()

    assert (await debt.workflow.describe()).run_id != first_run
    await debt.decided(f"second:debtor-{debt.debtor}:register_undirected_payment", stream=f"debtor-{debt.debtor}")

    async def credit() -> str:
        handle = debt.client.get_workflow_handle(f"debtor-{debt.debtor}")
        return str((await handle.query("stand")).get("credit", ""))

    await eventually(credit)
    assert await credit() == "600.00"


async def test_the_same_late_payment_after_the_end_is_found_to_be_decided(office: Office) -> None:
    debt = await OneDebt.at(office).begin()
    await debt.cases.submit(debt.payment("600.00", "first"))
    await debt.ended()

    answer = await debt.cases.decide(debt.payment("600.00", "first"))

    assert answer["kind"] == "repeated"
    assert (await debt.events()).count("payment.booked.v1") == 1
