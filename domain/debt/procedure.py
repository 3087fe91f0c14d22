"""What a legal procedure is to the engine: one record per file, listed in `domain.procedures.PROCEDURES`.

A procedure names its commands and events and answers five questions: what follows from a command (`decide`), what an
event does to its state (`evolve`), what it waits for (`terms`), what follows when that ends (`end_term`), and what it
forbids meanwhile (`barriers`). `follow` lets it react to events of others. The engine does the rest: order of
messages, roles, barriers, resuming, questions, letters, bookings, late truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from domain.debt.facts import Context
from domain.debt.state import STATES, Barrier, Term
from domain.kernel.messages import Command, Event, Outcome


def _nothing(*_: Any) -> Sequence[Any]:
    return ()


def _never(state: Any) -> bool:
    return False


@dataclass(frozen=True)
class Procedure:
    """One legal procedure. `state` is a frozen dataclass with the class attribute `procedure` = `name`.

    `evolve(state or None, event)` returns the new state, or None when the procedure has ended. `over`: it has ended,
    has no terms or barriers, but a later rule asks what it was (only one arrangement); the debt keeps such a state
    apart. `outlives_debt`: goes on when the debt is settled (an attachment must still be lifted). `status`: code and
    Dutch words for where it stands, or None; the debt shows that of the last procedure in the list. `splits`: follows a
    part of the debt (its state has a `track`), so a part that is split off goes on where the whole was. `of_debtor`:
    lives in the debtor's file (its functions get a Debtor where others get a Debt) and reaches the debts by regimes.
    `tells`: which commands an event sends to other debts or to the debtor.
    """

    name: str
    title: str
    state: type
    commands: tuple[type[Command], ...]
    events: tuple[type[Event], ...]
    decide: Callable[[Any, Any, Context], Outcome]
    evolve: Callable[[Any, Any], Any]
    terms: Callable[[Any, Any], Iterable[Term]] = _nothing
    end_term: Callable[[Any, Term, Any, Context], Outcome] | None = None
    barriers: Callable[[Any, Any], Iterable[Barrier]] = _nothing
    follow: Callable[[Any, Any, Context], Iterable[Event]] = _nothing
    follows: tuple[type[Event], ...] = ()
    status: Callable[[Any], tuple[str, str] | None] | None = None
    over: Callable[[Any], bool] = _never
    outlives_debt: bool = False
    splits: bool = False
    of_debtor: bool = False
    tells: Mapping[type[Event], Callable[[Any, Any], Iterable[Command]]] = field(default_factory=dict)


_BY_NAME: dict[str, Procedure] = {}
_BY_COMMAND: dict[type[Command], Procedure] = {}
_BY_EVENT: dict[type[Event], Procedure] = {}
_FOLLOWERS: dict[type, list[Procedure]] = {}
_TELLERS: dict[type[Event], list[Callable[[Any, Any], Iterable[Command]]]] = {}


def install(*procedures: Procedure) -> tuple[Procedure, ...]:
    """Make the procedures known to the engine, in this order. Raises ValueError for a name or type claimed twice."""
    for procedure in procedures:
        claimed = [n for n in (procedure.name,) if n in _BY_NAME]
        claimed += [c.__name__ for c in procedure.commands if c in _BY_COMMAND]
        claimed += [e.__name__ for e in procedure.events if e in _BY_EVENT]
        if claimed:
            raise ValueError(f"procedure {procedure.name}: {', '.join(claimed)} already belongs to another")
        STATES[procedure.name] = TypeAdapter(procedure.state)
        _BY_NAME[procedure.name] = procedure
        _BY_COMMAND.update(dict.fromkeys(procedure.commands, procedure))
        _BY_EVENT.update(dict.fromkeys(procedure.events, procedure))
        for event in procedure.follows:
            _FOLLOWERS.setdefault(event, []).append(procedure)
        for event, tell in procedure.tells.items():
            _TELLERS.setdefault(event, []).append(tell)
    return procedures


def tellers(event: type[Event]) -> list[Callable[[Any, Any], Iterable[Command]]]:
    """What procedures tell other debts and debtors when this kind of event happens."""
    return _TELLERS.get(event, [])


def installed(name: str) -> Procedure:
    """The procedure of that name."""
    return _BY_NAME[name]


def for_command(command: type[Command]) -> Procedure | None:
    """The procedure that decides this kind of command; None: the debt itself."""
    return _BY_COMMAND.get(command)


def for_event(event: type[Event]) -> Procedure | None:
    """The procedure whose state this kind of event changes; None: none."""
    return _BY_EVENT.get(event)


def followers(event: type[Event]) -> list[Procedure]:
    """The procedures that react to this kind of event, or to a wider kind that it belongs to."""
    return [procedure for kind in event.__mro__ for procedure in _FOLLOWERS.get(kind, ())]
