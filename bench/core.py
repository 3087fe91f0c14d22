"""What does one command cost the core, beside reading it?

Ours: `core.decide_and_evolve`, the events or the refusal and the state after it, on the state and the day that the
command meets in the life of an unpaid debt. Baseline: pydantic validates that command's own JSON, as it came in. Both
in microseconds of this thread's computing time, the shortest of small batches in turns; no database, no workflow.

The figure itself is that of a payment, the message that an office gets most. `commands` has the others. The end of a
term is four short strings to read and a whole letter to write, so its ratio says little; its own cost says all.
`late_payment` has a value date before the ladder's first step, so that its whole life is lived again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from bench import Progress
from bench.comparison import document, rounded
from domain import core
from domain.debt.facts import Context, Facts
from domain.debt.late_truth import Lived
from domain.debtor.debtor import Debtor
from domain.kernel.messages import Command, Event
from domain.scenario import Script, World, live

DEBT, DEBTOR = "OZB-2026-0001", "D1"
_BATCHES = 40


@dataclass(frozen=True)
class Sample:
    """A command with the case, the context and the past that it meets."""

    name: str
    command: Command
    case: core.Case | None
    context: Context
    past: list[Lived] | None

    def decided(self) -> object:
        """Decide it and fold what follows."""
        return core.decide_and_evolve(self.command, self.case, self.context, self.past)

    def answer(self) -> list[Event]:
        """The events that follow. RuntimeError when it is refused."""
        outcome, _ = core.decide_and_evolve(self.command, self.case, self.context, self.past)
        if not isinstance(outcome, list):
            raise RuntimeError(f"{self.name} is not accepted, so its figure means nothing: {outcome}")
        return outcome


def measure(*, rounds: int, progress: Progress, loops: int = 20) -> dict[str, Any]:
    """Microseconds a command; `loops` commands in each of the small batches."""
    samples = [*lifetime(unpaid())]
    costs: dict[str, tuple[list[float], list[float]]] = {sample.name: ([], []) for sample in samples}
    lives: list[float] = []
    for number in range(rounds):
        progress(f"round {number + 1} of {rounds}")
        for sample in samples:
            mine, bare = _shortest(sample.decided, reading(sample.command), loops)
            costs[sample.name][0].append(mine)
            costs[sample.name][1].append(bare)
        lives.append(_lives(loops))
    ours, baseline = costs["register_payment"]
    commands = {
        name: {
            "ours": rounded(median(mine)),
            "baseline": rounded(median(bare)),
            "ratio": rounded(median(mine) / median(bare)),
        }
        for name, (mine, bare) in costs.items()
    }
    return document(
        "core",
        "microseconds a payment",
        ours,
        baseline,
        "ratio at most 10",
        commands=commands,
        whole_ladders_per_second=rounded(median(lives)),
    )


def said(command: str, **fields: Any) -> Command:
    """The command with these fields; about our one debt unless they say otherwise."""
    about = {} if fields.keys() & {"debt", "debtor"} else {"debt": DEBT}
    read: Command = core.COMMANDS.validate_python({"command": command, "id": command, "by": "bench", **about, **fields})
    return read


def unpaid() -> Script:
    """A debt that is paid for a small part only, until its attachment is ordered, and paid late after all."""
    officer = {"role": "collection_officer"}
    life: list[tuple[str, Command]] = [
        ("2026-01-05", said("register_debtor", debtor=DEBTOR, kind="private_person")),
        ("2026-02-27", said("fix_assessment", debt=DEBT, debtor=DEBTOR, tax="property_tax", amount="600.00",
                            dated="2026-02-27", due=["2026-04-30"], role="levying_officer")),
        ("2026-04-01", payment("10.00", "2026-04-01", id="register_payment")),
        ("2026-06-05", said("report_service", document="renewed_order", served_on="2026-06-05", delivered="letterbox",
                            proof="akte 1", role="tax_bailiff")),
        ("2026-06-12", said("order_attachment", kind="movables", object="auto", **officer)),
        ("2026-06-20", payment("700.00", "2026-04-30", id="late_payment")),
    ]  # fmt: skip
    return Script(tuple((date.fromisoformat(day), command) for day, command in life), date(2026, 6, 21))


def payment(amount: str, value_date: str, id: str) -> Command:
    """A payment by bank."""
    return said("register_payment", amount=amount, value_date=value_date, channel="bank", id=id)


def lifetime(script: Script) -> Iterator[Sample]:
    """Every command of a life, those that the engine gives itself too, with what it meets."""
    cases: dict[str, core.Case | None] = {}
    pasts: dict[str, list[Lived]] = {}
    world = World()
    for record in live(script).records:
        command, stream = record.command, record.stream
        case, debtor = cases.get(stream), cases.get(f"debtor-{DEBTOR}")
        facts = Facts(debtor=debtor.facts) if isinstance(debtor, Debtor) else Facts()
        context = Context(world.law_of(case, command), facts, record.today)
        past = pasts.setdefault(stream, [])
        name = command.id if command.by == "bench" else f"{command.command} {getattr(command, 'term', '')}".strip()
        late = core.decide_and_evolve(command, case, context)[0] == core.NEEDS_HISTORY
        sample = Sample(name, command, case, context, list(past) if late else None)
        yield sample
        _, cases[stream] = core.decide_and_evolve(command, case, context, sample.past)
        past.append(Lived(command, facts, record.today, tuple(sample.answer())))


def reading(command: Command) -> Callable[[], object]:
    """Validate the command's own JSON, with the fields that its sender gave."""
    text = json.dumps(command.model_dump(mode="json", exclude_unset=True) | {"command": command.command}).encode()
    return lambda: core.COMMANDS.validate_json(text)


def _shortest(ours: Callable[[], object], baseline: Callable[[], object], loops: int) -> tuple[float, float]:
    """Microseconds of both, each the shortest of batches that take turns."""
    mine, bare = [], []
    for _ in range(_BATCHES):
        mine.append(microseconds(ours, loops))
        bare.append(microseconds(baseline, loops))
    return min(mine), min(bare)


def microseconds(work: Callable[[], object], loops: int) -> float:
    """Computing time of this thread for one run of `work`."""
    began = time.thread_time_ns()
    for _ in range(loops):
        work()
    return (time.thread_time_ns() - began) / loops / 1000


def _lives(loops: int) -> float:
    """Whole ladders a second of computing time: from the assessment to the order of attachment, in the core alone."""
    script = unpaid()
    whole = Script(script.commands[:-1], script.until)
    return 1_000_000 / min(microseconds(lambda: live(whole), max(1, loops // 4)) for _ in range(3))
