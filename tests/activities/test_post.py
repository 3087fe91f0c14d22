"""A letter leaves the house once, or not at all."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.decisions import Decisions
from activities.letters.letterhead import load_letterhead
from activities.letters.spool import SpoolFolder
from activities.post import PostRoom
from domain import wire
from tests.conftest import Office
from tests.workflows.one_debt import OneDebt, in_spool

LETTERHEAD = load_letterhead()
ASSESSED = datetime(2026, 2, 28, 11, tzinfo=UTC)
REMINDED = datetime(2026, 5, 1, 8, tzinfo=UTC)
CLOSING_TIME = datetime(2026, 5, 1, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Reminded:
    """A debt whose reminder lies ready, and how it is sent or stopped."""

    debt: OneDebt
    decisions: Decisions
    spool: Path

    @property
    def key(self) -> str:
        return f"{self.debt.debt}-reminder-2"

    def room(self, office: Office) -> PostRoom:
        return PostRoom(office.pool, SpoolFolder(self.spool), LETTERHEAD)

    async def is_paid(self) -> wire.Decision:
        payment = self.debt.payment("600.00", "late", value_date="2026-04-30")
        return await self.decisions.decide(wire.Message(self.debt.debt, payment, REMINDED))

    async def row(self, office: Office) -> dict[str, object]:
        return dict(await office.pool.fetchrow("select * from letters where key = $1", self.key) or {})


async def reminded(office: Office, spool: Path) -> Reminded:
    debt, decisions = OneDebt.at(office), Decisions(office.pool)
    debtor = {"command": "register_debtor", "id": "d", "debtor": debt.debtor, "kind": "private_person"}
    await decisions.decide(wire.Message(f"debtor-{debt.debtor}", debtor, ASSESSED))
    begun = await decisions.decide(wire.Message(debt.debt, debt.assessment(), ASSESSED))
    assert begun.outlook.wake is not None
    ends = {"command": "end_term", "debt": debt.debt, "term": begun.outlook.wake.term, "by": "engine"}
    decision = await decisions.decide(wire.Message(debt.debt, ends, REMINDED))
    assert [letter.at for letter in decision.outlook.letters if "reminder" in letter.key] == [CLOSING_TIME]
    return Reminded(debt, decisions, spool)


async def test_a_letter_that_is_released_twice_leaves_once(office: Office, tmp_path: Path) -> None:
    case = await reminded(office, tmp_path)

    first = await case.room(office).release([case.key], CLOSING_TIME)
    row, pdf = await case.row(office), (tmp_path / f"{case.key}.pdf").read_bytes()
    again = await case.room(office).release([case.key], CLOSING_TIME)

    assert first == again == {case.key: "released"}
    assert in_spool(tmp_path, case.debt.debt) == {case.key}
    assert (await case.row(office), (tmp_path / f"{case.key}.pdf").read_bytes()) == (row, pdf)
    assert row["receipt"] == str(tmp_path / f"{case.key}.pdf")
    assert json.loads((tmp_path / f"{case.key}.json").read_text())["sha256"] == row["sha256"]


async def test_a_letter_in_the_spool_of_which_the_register_never_heard_is_not_sent_again(
    office: Office, tmp_path: Path
) -> None:
    """The worker was killed between the two: the second attempt makes the same letter, to the byte."""
    case = await reminded(office, tmp_path)
    await case.room(office).release([case.key], CLOSING_TIME)
    pdf = tmp_path / f"{case.key}.pdf"
    before = pdf.read_bytes(), pdf.stat().st_mtime_ns
    await office.pool.execute(
        "update letters set status = 'releasing', released_at = null, receipt = null, sha256 = null where key = $1",
        case.key,
    )

    assert await case.room(office).release([case.key], CLOSING_TIME) == {case.key: "released"}
    assert (pdf.read_bytes(), pdf.stat().st_mtime_ns) == before
    assert (await case.row(office))["sha256"] is not None


async def test_a_letter_that_was_withdrawn_never_leaves(office: Office, tmp_path: Path) -> None:
    case = await reminded(office, tmp_path)
    await case.is_paid()

    assert await case.room(office).release([case.key], CLOSING_TIME) == {case.key: "withdrawn"}
    assert in_spool(tmp_path, case.debt.debt) == set()
    assert (await case.row(office))["receipt"] is None


@dataclass
class Jammed:
    """A delivery port that fails for some letters."""

    jams: set[str]
    taken: list[str] = field(default_factory=list)

    async def deliver(self, key: str, pdf: bytes, sidecar: Mapping[str, object]) -> str:
        if key in self.jams:
            raise OSError(f"{key} does not fit")
        self.taken.append(key)
        return f"taken {key}"


async def test_a_letter_that_jams_holds_up_no_other_and_goes_when_tried_again(office: Office, tmp_path: Path) -> None:
    cases = [await reminded(office, tmp_path) for _ in range(3)]
    keys = [case.key for case in cases]
    port = Jammed({keys[0]})
    room = PostRoom(office.pool, port, LETTERHEAD)

    with pytest.raises(OSError, match="does not fit"):
        await room.release(keys, CLOSING_TIME)
    assert sorted(port.taken) == sorted(keys[1:])
    assert (await cases[0].row(office))["status"] == "releasing"

    port.jams.clear()
    assert await room.release(keys, CLOSING_TIME) == dict.fromkeys(keys, "released")
    assert sorted(port.taken) == sorted(keys)


async def test_a_payment_and_a_release_at_the_same_moment_have_one_winner(office: Office, tmp_path: Path) -> None:
    """Also when an attempt at release outlives its workflow: the database decides."""
    cases = [await reminded(office, tmp_path) for _ in range(30)]

    async def race(case: Reminded, head_start: float) -> tuple[object, bool, bool]:
        async def release() -> None:
            await asyncio.sleep(max(head_start, 0))
            await case.room(office).release([case.key], CLOSING_TIME)

        async def pay() -> None:
            await asyncio.sleep(max(-head_start, 0))
            await case.is_paid()

        await asyncio.gather(release(), pay())
        left = case.key in in_spool(tmp_path, case.debt.debt)
        notified = "withdrawal.notified.v1" in await case.debt.events()
        return (await case.row(office))["status"], left, notified

    outcomes = [await race(case, (n - 15) / 1000) for n, case in enumerate(cases)]

    assert set(outcomes) == {("withdrawn", False, False), ("released", True, True)}
