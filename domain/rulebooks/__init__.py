"""The regulations as dated data, loaded once and checked at load."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from domain.rulebooks.rulebook import Rulebook


class UnknownRulebookError(LookupError):
    """No rulebook of that name or for that date."""


def names() -> list[str]:
    """The ids of all rulebooks."""
    return sorted(
        f.name.removesuffix(".yaml").replace("_", "-")
        for f in files(__name__).iterdir()
        if f.name.endswith(".yaml") and f.name != "kostenwet.yaml"
    )


@lru_cache(maxsize=32)
def load(rulebook: str) -> Rulebook:
    """The rulebook `rulebook` ("veere-2026"). Raises UnknownRulebookError; ValidationError when its data is wrong."""
    if rulebook not in names():
        raise UnknownRulebookError(f"rulebook: {rulebook!r} is not one of {', '.join(names())}")
    data = _read(f"{rulebook.replace('-', '_')}.yaml")
    return Rulebook(**data, tariffs=_read("kostenwet.yaml"))


def for_date(family: str, day: date) -> Rulebook:
    """Which version of a regulation applies to an act dated `day`? VEERE-6-a, VEERE-6-b."""
    for name in names():
        if name.startswith(f"{family}-") and load(name).in_force(day):
            return load(name)
    raise UnknownRulebookError(f"no rulebook of {family!r} is in force on {day.isoformat()}")


def _read(name: str) -> Any:
    return yaml.safe_load(files(__name__).joinpath(name).read_text("utf-8"))
