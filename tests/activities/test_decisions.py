"""One command, one transaction: what is recorded is decided once, and only what is committed is true."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from activities.decisions import Decisions
from domain import wire
from tests.conftest import Office
from tests.workflows.one_debt import OneDebt

NOON = datetime(2026, 2, 28, 11, tzinfo=UTC)


async def begun(office: Office, decisions: Decisions) -> OneDebt:
    """A debt that is recorded, without a workflow."""
    debt = OneDebt.at(office)
    debtor = {"command": "register_debtor", "id": "d", "debtor": debt.debtor, "kind": "private_person"}
    await decisions.decide(wire.Message(f"debtor-{debt.debtor}", debtor, NOON))
    assert (await decisions.decide(wire.Message(debt.debt, debt.assessment(), NOON))).kind == "accepted"
    return debt


async def pay(decisions: Decisions, debt: OneDebt, amount: str, id: str) -> wire.Decision:
    return await decisions.decide(wire.Message(debt.debt, debt.payment(amount, id), NOON))


async def test_what_was_decided_before_is_answered_with_what_was_decided_then(office: Office) -> None:
    decisions = Decisions(office.pool)
    debt = await begun(office, decisions)

    first = await pay(decisions, debt, "700.00", "paid")
    again = await Decisions(office.pool).decide(wire.Message(debt.debt, debt.payment("700.00", "paid"), NOON))

    assert (first.kind, again.kind) == ("accepted", "repeated")
    assert again.answer == first.answer
    assert again.outgoing == first.outgoing
    assert [command["amount"] for command in again.outgoing] == ["100.00"]
    assert again.outlook == first.outlook


async def test_a_refusal_is_repeated_as_a_refusal(office: Office) -> None:
    decisions = Decisions(office.pool)
    debt = await begun(office, decisions)
    second = debt.assessment(id="second")

    refusals = [await decisions.decide(wire.Message(debt.debt, second, NOON)) for _ in range(2)]

    assert [(r.kind, r.answer["code"]) for r in refusals] == [("refused", "debt_exists")] * 2
    assert refusals[0].answer == refusals[1].answer


async def test_one_command_that_twenty_workers_decide_at_once_is_decided_once(office: Office) -> None:
    debt = await begun(office, Decisions(office.pool))

    decisions = await asyncio.gather(*(pay(Decisions(office.pool), debt, "1.00", "one") for _ in range(20)))

    assert sorted(d.kind for d in decisions) == ["accepted", *["repeated"] * 19]
    assert (await debt.events()).count("payment.booked.v1") == 1


async def test_commands_of_twenty_workers_at_once_follow_each_other(office: Office) -> None:
    debt = await begun(office, Decisions(office.pool))

    await asyncio.gather(*(pay(Decisions(office.pool), debt, "1.00", f"pay-{n}") for n in range(20)))

    assert await debt.column("select open from streams where stream = $1") == [580]
    numbers = await debt.column("select seq from events where stream = $1 order by seq")
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_new_debt_and_what_is_decided_on_its_debtor_at_that_moment_do_not_miss_each_other(
    office: Office,
) -> None:
    decisions = Decisions(office.pool)
    first = await begun(office, decisions)
    debts = [first.assessment(id=f"a{n}", debt=f"{first.debt}-{n}") for n in range(10)]
    money = {"command": "register_undirected_payment", "debtor": first.debtor, "amount": "1.00"}
    money |= {"value_date": "2026-02-28"}

    await asyncio.gather(
        *(decisions.decide(wire.Message(debt["debt"], debt, NOON)) for debt in debts),
        *(decisions.decide(wire.Message(f"debtor-{first.debtor}", money | {"id": f"m{n}"}, NOON)) for n in range(10)),
    )

    spread = await office.pool.fetch(
        "select body from events where stream = $1 and type = 'payment.spread.v1'", f"debtor-{first.debtor}"
    )
    assert len(spread) == 10
    assert all(row["body"]["credit"] == "0.00" for row in spread)


async def test_what_was_not_committed_is_not_remembered(office: Office) -> None:
    """Else the next decision would build on a payment that never was."""
    here, elsewhere = Decisions(office.pool), Decisions(office.pool)
    debt = await begun(office, here)
    trigger = f"fails_{debt.debt.replace('-', '_').lower()}"
    await office.pool.execute(
        f"create function {trigger}() returns trigger language plpgsql as $$ begin"
        f" if new.stream = '{debt.debt}' then raise 'no commit'; end if; return new; end $$;"
        f" create constraint trigger {trigger} after insert on commands deferrable initially deferred"
        f" for each row execute function {trigger}()"
    )
    try:
        with pytest.raises(asyncpg.RaiseError, match="no commit"):
            await pay(here, debt, "500.00", "never-was")
    finally:
        await office.pool.execute(f"drop trigger {trigger} on commands; drop function {trigger}()")
    await pay(elsewhere, debt, "1.00", "another")

    decision = await pay(here, debt, "599.00", "rest")

    assert decision.outlook.document["outstanding"]["total"] == "0.00"
    assert await debt.column("select count(*) from commands where stream = $1 and id = 'never-was'") == [0]


UNREADABLE: list[tuple[dict[str, Any], str, str]] = [
    ({"command": "register_payment", "debt": "OZB-1"}, "amount", "required"),
    ({"command": "register_payment", "debt": "OZB-1", "amount": "1.001", "value_date": "2026-03-02"}, "amount", "2"),
    (
        {"command": "register_payment", "debt": "OZB-1", "amount": "1.00", "value_date": "2026-02-30"},
        "value_date",
        "date",
    ),
    ({"command": "pay_me"}, "", "pay_me"),
    ({"signal": "hello"}, "", "command"),
]


@pytest.mark.parametrize(("command", "field", "rule"), UNREADABLE)
async def test_what_cannot_be_read_is_kept_with_field_and_rule(
    office: Office, command: dict[str, Any], field: str, rule: str
) -> None:
    debt = await begun(office, Decisions(office.pool))

    decision = await Decisions(office.pool).decide(wire.Message(debt.debt, command, NOON))

    assert decision.kind == "invalid"
    assert any(field in error["field"] and rule in error["rule"] for error in decision.answer["errors"])
    assert decision.outlook.document["outstanding"]["total"] == "600.00"
    assert await debt.column("select message from rejected where stream = $1") == [command]


async def test_what_is_of_another_case_is_not_decided_here(office: Office) -> None:
    decisions = Decisions(office.pool)
    debt, other = await begun(office, decisions), await begun(office, decisions)

    decision = await decisions.decide(wire.Message(debt.debt, other.payment("1.00", "astray"), NOON))

    assert decision.kind == "invalid"
    assert other.debt in decision.answer["errors"][0]["rule"]
    assert await debt.column("select count(*) from commands where stream = $1 and id = 'astray'") == [0]


async def test_a_file_that_is_opened_says_what_the_last_decision_said(office: Office) -> None:
    decisions = Decisions(office.pool)
    debt = await begun(office, decisions)
    paid = await pay(decisions, debt, "1.00", "one")

    assert await Decisions(office.pool).open_file(wire.Message(debt.debt, {}, NOON)) == paid.outlook


async def test_a_file_of_which_nothing_is_known_is_closed_and_empty(office: Office) -> None:
    assert await Decisions(office.pool).open_file(wire.Message("T-NONE", {}, NOON)) == wire.Outlook("T-NONE")
