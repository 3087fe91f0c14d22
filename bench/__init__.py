"""Figures: our path against a bare baseline, interleaved in one run on the same servers.

    document = bench.run("engine", rounds=5, progress=print)

Each figure is a module of this package with the same entrance, `measure`. Nothing is imported before it is asked for:
the workflow sandbox reads this file too.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

NAMES = ("engine", "ladder", "core", "history", "replay", "decide", "growth")
"""What can be measured; the docstring of `bench.NAME` says what it means."""

Progress = Callable[[str], None]
"""Is told, in a few words, what is being done now."""


def run(name: str, *, rounds: int = 5, progress: Progress | None = None, **size: int) -> dict[str, Any]:
    """Measure `name`: one JSON document with name, ours, baseline, unit, ratio (ours over baseline), rounds, spread.

    `size` makes a figure smaller or larger, with the names of that figure's own `measure`. Raises ValueError for an
    unknown name or fewer than one round.
    """
    if name not in NAMES:
        raise ValueError(f"name: {name!r} is no figure; choose one of {', '.join(NAMES)}")
    if rounds < 1:
        raise ValueError(f"rounds: {rounds} must be at least 1")
    document: dict[str, Any] = import_module(f"bench.{name}").measure(
        rounds=rounds, progress=progress or (lambda doing: None), **size
    )
    return document
