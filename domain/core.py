"""The core's front door: every command and event by name, and `decide` and `evolve` for debts and debtors.

command = COMMANDS.validate_python({...})          # a pydantic ValidationError names field, value and rule
outcome = decide(command, state, context)          # events or a Refusal; NEEDS_HISTORY: ask again with `history`
state = evolve(state, event)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from domain.debt import commands as debt_commands
from domain.debt import decide as debt_decide
from domain.debt import events as debt_events
from domain.debt import evolve as debt_evolve
from domain.debt.facts import Context
from domain.debt.late_truth import Lived
from domain.debt.procedure import tellers
from domain.debt.state import Debt
from domain.debtor import debtor as debtor_core
from domain.debtor.debtor import Debtor
from domain.kernel.messages import Act, Command, Event, Outcome, Refusal
from domain.procedures import PROCEDURES

DEBT_COMMANDS: tuple[type[Command], ...] = (
    debt_commands.FixAssessment,
    debt_commands.RegisterPayment,
    debt_commands.DeclineQuestion,
    debt_commands.EndTerm,
    *(command for procedure in PROCEDURES if not procedure.of_debtor for command in procedure.commands),
)
DEBTOR_COMMANDS: tuple[type[Command], ...] = (
    *debtor_core.COMMANDS,
    *(command for procedure in PROCEDURES if procedure.of_debtor for command in procedure.commands),
)

COMMAND_TYPES: dict[str, type[Command]] = {
    c.model_fields["command"].default: c for c in (*DEBT_COMMANDS, *DEBTOR_COMMANDS)
}
_ANY_COMMAND: Any = reduce(or_, COMMAND_TYPES.values())
COMMANDS: TypeAdapter[Any] = TypeAdapter(Annotated[_ANY_COMMAND, Field(discriminator="command")])
"""Reads any command from JSON or Python data by its `command`."""

_CORE_EVENTS: tuple[type[Event], ...] = (
    debt_events.AssessmentFixed,
    debt_events.AssessmentNoticeSent,
    debt_events.AssessmentReduced,
    debt_events.PaymentBooked,
    debt_events.DebtSettled,
    debt_events.DebtReopened,
    debt_events.Remitted,
    debt_events.WrittenOff,
    debt_events.RefundDue,
    debt_events.PartSplit,
    debt_events.ArrangementAsked,
    debt_events.DeferralStopped,
    debt_events.DeferralRestored,
    debt_events.DecisionAppealable,
    debt_events.ForwardedToCollege,
    debt_events.ExceptionMade,
    debt_events.QuestionAsked,
    debt_events.QuestionAnswered,
    debt_events.QuestionLapsed,
    debt_events.ActWithdrawn,
    debt_events.WithdrawalNotified,
    debt_events.CostsCorrected,
    debt_events.AllocationCorrected,
    debt_events.CourseCorrected,
)
_EVENTS: list[type[Event]] = [*_CORE_EVENTS, *(e for p in PROCEDURES for e in p.events), *debtor_core.EVENTS]
EVENT_TYPES: dict[str, type[Event]] = {e.type: e for e in _EVENTS}

Case = Debt | Debtor
NEEDS_HISTORY = debt_decide.NEEDS_HISTORY


def case_of(command: Command) -> str:
    """The stream that a command belongs to: a debt's number, or `debtor-` and the debtor's number."""
    debt = getattr(command, "debt", None)
    return debt if debt is not None else f"debtor-{getattr(command, 'debtor', '')}"


def decide_and_evolve(
    command: Command, case: Case | None, ctx: Context, history: Sequence[Lived] | None = None
) -> tuple[Outcome | debt_decide.NeedsHistory, Case | None]:
    """What follows from `command`, and the case after it: as `decide` and then `evolve` for each event, at once.

    A debtor begins with the first word about it, a debt with its assessment.
    """
    if case_of(command).startswith("debtor-"):
        debtor = case if isinstance(case, Debtor) else Debtor(getattr(command, "debtor", ""))
        outcome = debtor_core.decide(command, debtor, ctx)
        if isinstance(outcome, Refusal):
            return outcome, case
        return outcome, reduce(debtor_core.evolve, outcome, debtor) if outcome else case
    return debt_decide.decide(command, case if isinstance(case, Debt) else None, ctx, history)


def decide(
    command: Command, case: Case | None, ctx: Context, history: Sequence[Lived] | None = None
) -> Outcome | debt_decide.NeedsHistory:
    """What follows from `command`?"""
    return decide_and_evolve(command, case, ctx, history)[0]


def evolve(case: Case | None, event: Event, stream: str) -> Case:
    """The debt or debtor of `stream` after `event`."""
    if stream.startswith("debtor-"):
        debtor = case if isinstance(case, Debtor) else Debtor(stream.removeprefix("debtor-"))
        return debtor_core.evolve(debtor, event)
    return debt_evolve.evolve(case if isinstance(case, Debt) else None, event)


def fold(events: Iterable[Event], stream: str) -> Case | None:
    """The state after all `events` of `stream`; None when there are none."""
    case: Case | None = None
    for event in events:
        case = evolve(case, event, stream)
    return case


def dump_event(event: Event) -> dict[str, Any]:
    """The event as it is stored: its type and its fields."""
    return {"type": event.type, **event.model_dump(mode="json")}


def load_event(stored: dict[str, Any]) -> Event:
    """The event that was stored. KeyError for a type that this version does not know."""
    fields = dict(stored)
    return EVENT_TYPES[fields.pop("type")].model_validate(fields)


def outgoing(event: Event, case: Case, command_id: str) -> list[Command]:
    """What `event` tells other debts and debtors; `case` is where it happened, after the whole decision.

    Each message has an id made of the command that it follows from, so a repeated delivery is the same message.
    """
    told = [*_money(event, case), *(c for tell in tellers(type(event)) for c in tell(event, case))]
    return [c.model_copy(update={"id": f"{command_id}:{case_of(c)}:{_named(c)}", "by": "engine"}) for c in told]


def _named(command: Command) -> str:
    """What tells the messages of one decision to one case apart: two regimes of a debt can end at once."""
    regime = getattr(command, "regime", "")
    return f"{command.command}:{regime}" if regime else command.command


def _money(event: Event, case: Case) -> Iterable[Command]:
    """Money finds its way: a part of an undirected payment to its debt, what a debt has too much to its debtor."""
    match event, case:
        case ((debtor_core.PaymentSpread() | debtor_core.CreditSetOff()), _):
            for part in event.parts:
                yield debt_commands.RegisterPayment(
                    debt=part.debt, amount=part.amount, value_date=event.on, channel="internal"
                )
        case debt_events.RefundDue(), Debt():
            yield debtor_core.RegisterRefund(debtor=case.debtor, amount=event.refund, on=event.on, from_debt=case.debt)
        case (
            debt_events.PaymentBooked() | debt_events.AllocationCorrected() | debt_events.AssessmentReduced(),
            Debt(),
        ) if event.surplus > 0:
            yield debtor_core.RegisterUndirectedPayment(
                debtor=case.debtor,
                amount=event.surplus,
                value_date=event.on,
                channel="internal",
                from_debt=case.debt,
            )


__all__ = [
    "COMMANDS",
    "COMMAND_TYPES",
    "EVENT_TYPES",
    "NEEDS_HISTORY",
    "Act",
    "Case",
    "case_of",
    "decide",
    "decide_and_evolve",
    "dump_event",
    "evolve",
    "fold",
    "load_event",
    "outgoing",
]
