"""What must come of a scenario: the parts of its report that decide, and the events that may never be there.

An expected row is found when the report has a row that says the same in every field given: `text` a part of
its sentence, a list some of its items.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from domain.core import EVENT_TYPES
from domain.kernel.money import Money


def meant(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that was probably meant: "; did you mean 'amount'?", or nothing."""
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _known(name: str) -> str:
    if name not in EVENT_TYPES:
        raise ValueError(f"unknown event{meant(name, EVENT_TYPES)}")
    return name


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EventPart(_Part):
    """A row of the timeline."""

    event: Annotated[str, AfterValidator(_known)]
    on: date | None = None
    debt: str = ""
    amount: Money | None = None
    norms: tuple[str, ...] = ()
    text: str = ""


class RefusalPart(_Part):
    """A refused command."""

    command: str
    code: str
    on: date | None = None
    debt: str = ""
    until: date | None = None
    norms: tuple[str, ...] = ()
    text: str = ""


class AnswerPart(_Part):
    """What an official answered, and when."""

    answer: str = ""
    on: date | None = None
    by: str = ""
    role: str = ""
    reason: str = ""


class TaskPart(_Part):
    """A question to an official; `answered` is null while it is open."""

    task: str
    on: date | None = None
    debt: str = ""
    norms: tuple[str, ...] = ()
    answered: AnswerPart | None = None


class BalancePart(_Part):
    """Euro by part of the debt."""

    tax: Money | None = None
    costs: Money | None = None
    interest: Money | None = None
    fine: Money | None = None
    total: Money | None = None


class WaitPart(_Part):
    """The term that the debt waits for."""

    term: str = ""
    until: date | None = None
    norms: tuple[str, ...] = ()


class DebtPart(_Part):
    """How a debt stands at the end."""

    debt: str
    status: str = ""
    procedures: tuple[str, ...] = ()
    outstanding: BalancePart = BalancePart()
    waits_for: WaitPart | None = None
    closed_on: date | None = None


def _row_of(event: object) -> object:
    return {"event": event} if isinstance(event, str) else event


class Expectation(_Part):
    """Rows that the report must hold, by section; `never`: events that it may not hold, by name or row."""

    timeline: tuple[EventPart, ...] = ()
    refusals: tuple[RefusalPart, ...] = ()
    tasks: tuple[TaskPart, ...] = ()
    debts: tuple[DebtPart, ...] = ()
    never: tuple[Annotated[EventPart, BeforeValidator(_row_of)], ...] = ()


def unmet(expected: Expectation, report: Mapping[str, Any]) -> list[str]:
    """What `report` lacks and what it should not hold, a sentence each; empty when all is as expected."""
    sections = expected.model_dump(mode="json", exclude_unset=True)
    never, timeline = sections.pop("never", ()), report["timeline"]
    return [f"never: {_flat(row)}, but it happened" for row in never if _holds(timeline, row)] + [
        f"{section}: nothing like {_flat(row)}; nearest: {_nearest(row, report[section])}"
        for section, rows in sections.items()
        for row in rows
        if not _holds(report[section], row)
    ]


def _holds(rows: Iterable[Any], wanted: Any) -> bool:
    return any(_agrees(row, wanted) for row in rows)


def _agrees(found: Any, wanted: Any) -> bool:
    match wanted:
        case dict():
            return isinstance(found, dict) and not any(_differences(found, wanted))
        case list():
            return all(_holds(found, item) for item in wanted)
        case _:
            return bool(found == wanted)


def _differences(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    for name, value in wanted.items():
        if not (value in found[name] if name == "text" else _agrees(found[name], value)):
            yield name


def _nearest(wanted: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """The row that differs least, in the fields that were asked for."""
    nearest = min(rows, key=lambda row: len(list(_differences(row, wanted))), default=None)
    return "nothing" if nearest is None else _flat({name: nearest[name] for name in wanted})


def _flat(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items())
