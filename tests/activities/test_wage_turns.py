"""Two debts of one debtor that claim from one payer at once: together they stay under the exempt part."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from activities.decisions import Decisions
from domain import wire
from tests.conftest import Office
from tests.workflows.one_debt import OneDebt

CLAIM = {
    "third_party": "E1",
    "income": "2000.00",
    "exempt": "1700.00",
    "living_situation": "single",
    "housing_situation": "tenant",
    "computed_on": "2026-06-01",
    "by": "m7",
    "role": "collection_officer",
}


@pytest.mark.norm("VEERE-3.1-g")
async def test_two_wage_claims_at_once_take_turns_and_claim_the_free_part_once(office: Office) -> None:
    debtor = (one := OneDebt.at(office)).debtor
    debts = [f"{one.debt}-A", f"{one.debt}-B"]

    async def say(stream: str, command: str, day: str, **fields: Any) -> wire.Decision:
        message = {"command": command, "id": f"{command}-{stream}-{day}", **fields}
        return await Decisions(office.pool).decide(wire.Message(stream, message, noon(day)))

    await say(f"debtor-{debtor}", "register_debtor", "2026-02-27", debtor=debtor, kind="private_person")
    third_party = {"third_party": "E1", "relation": "owes_money_to_debtor", "income": "wages"}
    await say(f"debtor-{debtor}", "record_third_party", "2026-02-27", debtor=debtor, **third_party)
    for debt in debts:
        assessment = {"tax": "property_tax", "amount": "600.00", "dated": "2026-02-27", "due": ["2026-04-30"]}
        await say(debt, "fix_assessment", "2026-02-27", debt=debt, debtor=debtor, **assessment)
        for day in ("2026-05-01", "2026-05-09", "2026-05-27"):
            wake = (await Decisions(office.pool).open_file(wire.Message(debt, {}, noon(day)))).wake
            assert wake is not None
            await say(debt, "end_term", day, debt=debt, term=wake.term, by="engine")

    async with office.pool.acquire() as other, other.transaction():
        await other.execute("select 1 from streams where stream = $1 for update", f"debtor-{debtor}")
        claims = [
            asyncio.create_task(say(debt, "announce_wage_claim", "2026-06-02", debt=debt, **CLAIM)) for debt in debts
        ]
        await asyncio.sleep(0.3)
        assert not any(claim.done() for claim in claims), "both wait for the debtor's turn"

    assert sorted(decision.kind for decision in await asyncio.gather(*claims)) == ["accepted", "refused"]


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T11:00:00+00:00")
