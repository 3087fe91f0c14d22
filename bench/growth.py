"""How do costs grow with the length of a debt's stream, with the number of debts, and with late truth?

Decisions against PostgreSQL, without Temporal, on debts with 10, 100 and 1,000 events. Ours: milliseconds of a payment
on the longest stream. Baseline: the same on the shortest, in turns. In `stream`: `warm`, the worker remembers the
state; `cold`, it folds the whole stream first, as after a restart; `late`, the payment has an early value date and the
core lives the stream again (computing time alone). In `debts`: a payment with that many debts in the database.
"""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from statistics import median
from typing import Any

from activities.decisions import Decisions, history, law_of
from bench import Progress
from bench.comparison import document, in_turns, rounded
from bench.ground import DATED, Ground, assessment, noon, on_own_ground, payment
from domain import core, wire
from domain.debt.facts import Context, DebtorFacts, Facts

_A_ROUND = 5
_CENTS = "0.01"


def measure(*, rounds: int, progress: Progress, **size: int) -> dict[str, Any]:
    """`measured` on servers of its own."""
    return asyncio.run(on_own_ground(measured, rounds=rounds, progress=progress, **size))


async def measured(
    place: Ground, *, rounds: int, progress: Progress, shortest: int = 10, longest: int = 1000, debts: int = 2000
) -> dict[str, Any]:
    """Streams of `shortest` to `longest` events, and up to `debts` debts; milliseconds a decision."""
    middle = round((shortest * longest) ** 0.5)
    desk = Desk(place)
    debts_of = {events: await _grown(desk, place, events, rounds, progress) for events in (shortest, middle)}
    debts_of[longest] = await _grown(desk, place, longest, 1, progress) * rounds
    turns = {events: iter(debts_of[events]) for events in (shortest, longest)}
    ours, baseline = await in_turns(
        lambda: desk.pays(next(turns[longest])), lambda: desk.pays(next(turns[shortest])), rounds, progress
    )
    stream = {str(events): await _of_stream(desk, of_that_length) for events, of_that_length in debts_of.items()}
    return document(
        "growth",
        "milliseconds a decision",
        ours,
        baseline,
        "none set",
        stream=stream,
        debts=await _of_crowd(desk, place, debts, rounds, progress),
    )


async def _grown(desk: Desk, place: Ground, events: int, number: int, progress: Progress) -> list[str]:
    progress(f"{number} debts with {events} events")
    numbers = place.debts(number)
    for debt in numbers:
        await desk.begin(debt)
        while desk.version(debt) < events:
            await desk.pay(debt)
    return numbers


async def _of_stream(desk: Desk, debts: list[str]) -> dict[str, float]:
    warm = [await desk.pays(debt) for debt in debts]
    cold = [await desk.pays_cold(debt) for debt in debts]
    late = [await desk.pays_late(debt) for debt in debts]
    return {name: rounded(median(each)) for name, each in (("warm", warm), ("cold", cold), ("late", late))}


async def _of_crowd(desk: Desk, place: Ground, debts: int, rounds: int, progress: Progress) -> dict[str, float]:
    found = {}
    for number in (debts // 10, debts):
        progress(f"{number} debts")
        for debt in place.debts(max(1, number - place.used)):
            await desk.begin(debt)
        found[str(place.used)] = rounded(median([await desk.pays(debt) for _ in range(rounds)]))
    return found


class Desk:
    """One worker's decisions, in the order in which they are asked for."""

    def __init__(self, place: Ground) -> None:
        self._place = place
        self._decisions = Decisions(place.pool)
        self._versions: dict[str, int] = {}

    def version(self, debt: str) -> int:
        """How many events the debt has."""
        return self._versions[debt]

    async def begin(self, debt: str) -> None:
        """Fix an assessment."""
        await self._decide(debt, assessment(debt, "600.00"))

    async def pay(self, debt: str) -> None:
        """Book a cent."""
        await self._decide(debt, payment(debt, self._versions[debt], _CENTS))

    async def pays(self, debt: str) -> float:
        """Milliseconds a payment, the state remembered."""
        began = time.perf_counter()
        for _ in range(_A_ROUND):
            await self.pay(debt)
        return (time.perf_counter() - began) / _A_ROUND * 1000

    async def pays_cold(self, debt: str) -> float:
        """Milliseconds a payment when the worker has just started."""
        self._decisions = Decisions(self._place.pool)
        began = time.perf_counter()
        await self.pay(debt)
        return (time.perf_counter() - began) * 1000

    async def pays_late(self, debt: str) -> float:
        """Milliseconds of computing when all of the stream is lived again: the core's answer, not written down."""
        async with self._place.pool.acquire() as connection:
            case = await self._decisions.case(connection, debt)
            past = await history(connection, debt)
        command = core.COMMANDS.validate_python(payment(debt, 0, _CENTS, DATED - timedelta(days=1)))
        context = Context(law_of(case), Facts(debtor=DebtorFacts(registered=True)), DATED)
        began = time.thread_time()
        core.decide_and_evolve(command, case, context, past)
        return (time.thread_time() - began) * 1000

    async def _decide(self, debt: str, command: dict[str, Any]) -> None:
        decision = await self._decisions.decide(wire.Message(debt, command, noon()))
        if decision.kind != "accepted":
            raise RuntimeError(f"{debt}: {decision.kind}, so the figure means nothing: {decision.answer}")
        self._versions[debt] = decision.outlook.version
