"""The post room: a letter of the register becomes a PDF and leaves the house, once."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import structlog
from temporalio import activity

from activities.database import Connection, Pool
from activities.letters.letterhead import Letterhead
from activities.letters.render import Addressee, render
from activities.letters.spool import Delivery, sidecar
from domain.debt.letters import LetterContent, Recipient

log = structlog.get_logger()

RELEASE = "Post versturen"


class PostRoom:
    """Renders letters and hands them to the delivery port."""

    def __init__(self, pool: Pool, delivery: Delivery, letterhead: Letterhead) -> None:
        self._pool = pool
        self._delivery = delivery
        self._letterhead = letterhead

    @activity.defn(name=RELEASE)
    async def release(self, keys: list[str], now: datetime) -> dict[str, str]:
        """Send these letters unless withdrawn or gone before; says of each which: released, withdrawn.

        From the moment that one is marked `releasing` it cannot be withdrawn any more. A repeated attempt finds it.
        Each goes whatever becomes of the others; the first error is raised at the end.
        """
        outcomes = await asyncio.gather(*(self._release(key, now) for key in keys), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return dict(zip(keys, map(str, outcomes), strict=True))

    async def _release(self, key: str, now: datetime) -> str:
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(
                "update letters set status = 'releasing' where key = $1 and status in ('planned', 'releasing')"
                " returning *",
                key,
            )
            if row is None:
                status = await connection.fetchval("select status from letters where key = $1", key)
                return str(status)
            content = LetterContent.model_validate(row["content"])
            debtor = await connection.fetchval("select debtor from streams where stream = $1", row["stream"])
            number = row["recipient_number"] or debtor
            addressee = await self._addressee(connection, content.recipient, number, row["dated"])
            person = await self._addressee(connection, Recipient.DEBTOR, debtor, row["dated"])
        letter = await asyncio.to_thread(render, content, addressee, self._letterhead, key, person)
        note = sidecar(content, letter, key, row["channel"])
        receipt = await self._delivery.deliver(key, letter.pdf, note)
        async with self._pool.acquire() as connection:
            await connection.execute(
                "update letters set status = 'released', released_at = $2, receipt = $3, sha256 = $4"
                " where key = $1 and status = 'releasing'",
                key,
                now,
                receipt,
                letter.sha256,
            )
        log.info("letter released", debt=row["stream"], letter_key=key, kind=row["kind"])
        return "released"

    async def _addressee(self, connection: Connection, recipient: Recipient, number: str, dated: Any) -> Addressee:
        """Name and address on the day of the letter. Bailiffs have a desk; a person without address has a number."""
        if recipient is Recipient.BAILIFF:
            return Addressee(name="De belastingdeurwaarder", salutation="Geachte deurwaarder,")
        person = await connection.fetchrow(
            "select * from people where debtor = $1 and valid_from <= $2 order by valid_from desc limit 1",
            number,
            dated,
        ) or await connection.fetchrow("select * from people where debtor = $1 order by valid_from limit 1", number)
        if person is None:
            return Addressee(name=f"Nummer {number}", lines=("adres niet bekend",))
        town = f"{person['postcode']}  {person['city']}".strip()
        if recipient is Recipient.REPRESENTATIVE and person["representative_name"]:
            lines = tuple(x.strip() for x in person["representative_address"].split(",") if x.strip())
            return Addressee(name=person["representative_name"], lines=lines)
        return Addressee(name=person["name"], lines=tuple(x for x in (person["address"], town) if x))
