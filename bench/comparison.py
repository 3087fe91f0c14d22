"""Two sides measured in turns, and the document that comes of it."""

from __future__ import annotations

import os
import platform
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

from bench import Progress

Side = Callable[[], Awaitable[float]]


async def in_turns(ours: Side, baseline: Side, rounds: int, progress: Progress) -> tuple[list[float], list[float]]:
    """Measure both sides `rounds` times, in turns; who goes first changes each round."""
    mine: list[float] = []
    bare: list[float] = []
    for number in range(rounds):
        progress(f"round {number + 1} of {rounds}")
        sides = [(ours, mine), (baseline, bare)]
        for side, figures in sides if number % 2 == 0 else reversed(sides):
            figures.append(await side())
    return mine, bare


def document(
    name: str, unit: str, ours: Sequence[float], baseline: Sequence[float], target: str, **more: Any
) -> dict[str, Any]:
    """The figures of all rounds as one document: medians, their ratio, and how far the rounds lie apart."""
    mine, bare = median(ours), median(baseline)
    ratios = [one / other for one, other in zip(ours, baseline, strict=True)]
    return {
        "name": name,
        "unit": unit,
        "ours": rounded(mine),
        "baseline": rounded(bare),
        "ratio": rounded(mine / bare),
        "target": target,
        "rounds": len(ours),
        "spread": {
            "ours": [rounded(min(ours)), rounded(max(ours))],
            "baseline": [rounded(min(baseline)), rounded(max(baseline))],
            "ratio": [rounded(min(ratios)), rounded(max(ratios))],
        },
        "measured": measured(),
        **more,
    }


def measured() -> dict[str, Any]:
    """On which machine and when; `load` is that of the last minute, others' work included."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def rounded(figure: float) -> float:
    """Three significant digits are more than the rounds agree on."""
    return float(f"{figure:.3g}") if figure < 1000 else float(round(figure))
