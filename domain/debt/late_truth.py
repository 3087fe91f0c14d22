"""Two time axes: a fact that arrives late is repaired by living the debt again with the fact in its place.

The accepted commands are lived again in the order of their legal dates, each under the facts and the day of its own
decision. What was done and does not follow any more is withdrawn, with its costs; what would have followed earlier is
not invented: its term simply ends now. Each correction is an event of its own; nothing is deleted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from itertools import chain

from domain.debt.commands import EndTerm, RegisterPayment
from domain.debt.events import (
    ActWithdrawn,
    AllocationCorrected,
    CostsCorrected,
    CourseCorrected,
    DebtReopened,
    DebtSettled,
    PaymentBooked,
    WithdrawalNotified,
)
from domain.debt.evolve import addressed, evolve, with_letter_key
from domain.debt.facts import Context, Facts
from domain.debt.letters import LetterContent, LetterSpec, Recipient
from domain.debt.procedure import for_event
from domain.debt.state import DEBT, Balance, Debt, ProcedureState
from domain.kernel.dutch import dutch_date, dutch_list
from domain.kernel.messages import Act, Command, Event, OfficialCommand, Outcome, Refusal
from domain.kernel.money import ZERO

WITHDRAWAL = LetterSpec(
    kind="withdrawal",
    title="Intrekking",
    subject="Wij trekken in: {what}",
    blocks={
        "withdrawn": (
            "Wij hebben u eerder gestuurd: {what}. Later bleek dat dit niet had gemoeten. Wij trekken dit in. U hoeft"
            " er niets meer mee te doen."
        ),
        "costs": "De kosten van {costs} die daarbij hoorden, hoeft u niet te betalen.",
        "sorry": "Onze excuses voor het ongemak.",
    },
    required=frozenset({"withdrawn"}),
    optional=frozenset({"costs"}),
)

ORDER_RECALLED = LetterSpec(
    kind="order_recalled",
    title="Intrekking van een opdracht aan de deurwaarder",
    subject="Wij trekken in: {what}",
    recipient=Recipient.BAILIFF,
    blocks={
        "withdrawn": "Voor aanslag {reference} vervalt: {what}. Voer dit niet meer uit.",
        "undo": "Is er al iets betekend of beslag gelegd? Maak dat dan ongedaan en meld ons wanneer u dat deed.",
    },
    required=frozenset({"withdrawn", "undo"}),
    names_debtor=True,
    norms=("VEERE-1.6-e",),
)


@dataclass(frozen=True, slots=True)
class Lived:
    """One accepted command of the past: on which day and under which facts it was decided, and what followed."""

    command: Command
    facts: Facts
    today: date
    events: tuple[Event, ...]


Decide = Callable[[Command, Debt | None, Context], tuple[Outcome, Debt | None]]
Moment = tuple[date, int]


def late_since(command: Command, debt: Debt, ctx: Context) -> Moment | None:
    """From which moment does `command` change the past? None when it came in time.

    A fact is late when the office acted or booked after its legal date. A payment that arrives before a letter has
    left the house counts as known before that letter was made: it stops the letter.
    """
    day = command.effective_on
    done = max((on for on in (debt.last_act_on, debt.last_booked_on) if on), default=None)
    if day is None or done is None:
        return None
    if command.whole_day:
        return (day, -1) if debt.last_act_on and day <= debt.last_act_on else None
    if day < done:
        return (day, 1)
    if debt.last_act_on and ctx.facts.unreleased and isinstance(command, RegisterPayment):
        return (debt.last_act_on, -1)
    return None


def relive(
    command: Command, debt: Debt, ctx: Context, history: Sequence[Lived], since: Moment, decide: Decide
) -> tuple[Outcome, Debt] | None:
    """What follows from a late `command`: its own events and the corrections, and the debt after them.

    None: nothing that was done has to be undone.
    """
    void = _withdrawn(history)
    past = list(_moments(history))
    life = sorted([*past, (since, Lived(command, ctx.facts, max(since[0], debt.dated), ()))], key=lambda x: x[0])

    relived: Debt | None = None
    following: dict[str, list[Event]] = {}
    for _, lived in life:
        if lived.command.id not in void:
            today = lived.command.effective_on or lived.today
            outcome, relived = decide(lived.command, relived, replace(ctx, facts=lived.facts, today=today))
            if not isinstance(outcome, Refusal):
                following[lived.command.id] = outcome
            elif lived.command is command:
                return outcome, debt
            elif _takes_the_place_of(command, lived):
                return None
        relived = _numbers_kept(relived, lived.events)
    assert relived is not None, "a debt that is decided on has begun"

    withdrawn = list(_withdrawals(history, following, void, ctx))
    corrected = list(_cost_corrections(history, following, void, ctx))
    if not withdrawn and since[1] < 0:
        return None
    if not withdrawn and not corrected and _ends_as(relived, *decide(command, debt, ctx)):
        return None
    own = [e for e in following[command.id] if not isinstance(e, DebtSettled | DebtReopened)]
    sent = [_sent(e, ctx.today) for e in (*own, *_endings(history, following))]
    before = _given_up([*(e for lived in history for e in lived.events), *sent])
    now = _given_up(e for events in following.values() for e in events)
    less = {a: d for a in before if (d := before[a] - now.get(a, ZERO))}
    return _settled(debt, relived, [*sent, *withdrawn, *corrected], less, ctx, since[0])


def _takes_the_place_of(command: Command, lived: Lived) -> bool:
    """Would the late decision undo one of its kind that was accepted? That one stands: what is left is decided now."""
    return isinstance(command, OfficialCommand) and type(lived.command) is type(command) and bool(lived.events)


def _numbers_kept(debt: Debt | None, events: Iterable[Event]) -> Debt | None:
    """A number that was given to an order, and told to the bailiff, is not given again in the second life."""
    if debt is None:
        return None
    given: dict[str, ProcedureState] = {}
    for event in events:
        procedure = for_event(type(event))
        if procedure is not None and event.instance.isdigit():
            key = f"{procedure.name}:{event.instance}"
            if debt.known(key) is None and (state := procedure.evolve(None, event)) is not None:
                given[key] = state
    return replace(debt, past={**debt.past, **given}) if given else debt


def _endings(history: Sequence[Lived], following: dict[str, list[Event]]) -> Iterable[Event]:
    """The acts that end what runs, such as lifting an attachment, where now an earlier command settles the debt."""
    done = [event for lived in history for event in lived.events]
    for lived in history:
        outcome = following.get(lived.command.id, [])
        settled = next((n for n, event in enumerate(outcome) if isinstance(event, DebtSettled)), len(outcome))
        yield from (e for e in outcome[settled:] if isinstance(e, Act) and _still(e, done) is None)


def _ends_as(relived: Debt, outcome: Outcome, debt: Debt | None) -> bool:
    """Does the command, simply decided today, lead to the same state?"""
    if isinstance(outcome, Refusal) or debt is None:
        return False
    told = {"recent", "letters", "version", "last_act_on"}
    return all(getattr(debt, f.name) == getattr(relived, f.name) for f in fields(debt) if f.name not in told)


def _sent(event: Event, today: date) -> Event:
    """`event` with its letter dated on the day on which it is written, not on that of the late fact."""
    if not isinstance(event, Act) or event.letter is None:
        return event
    return event.model_copy(update={"letter": event.letter.model_copy(update={"dated": today})})


def _moments(history: Iterable[Lived]) -> Iterable[tuple[Moment, Lived]]:
    """When does each command take its place? The end of a term comes at the start of its day, before that day's facts,
    but after a fact of that day that made it end.
    """
    told: set[date] = set()
    for lived in history:
        if isinstance(lived.command, EndTerm):
            yield (lived.today, 1 if lived.today in told else 0), lived
            continue
        told.add(lived.today)
        if lived.events and lived.events[0].type == "assessment.fixed.v1":
            yield (date.min, 0), lived
        else:
            yield (lived.command.effective_on or lived.today, -1 if lived.command.whole_day else 1), lived


def _withdrawn(history: Iterable[Lived]) -> set[str]:
    """Commands of which all acts were withdrawn before: they are not lived again."""
    withdrawn = {e.command for lived in history for e in lived.events if isinstance(e, ActWithdrawn)}
    return {
        lived.command.id for lived in history if lived.command.id in withdrawn and lived.command.effective_on is None
    }


def _acts(history: Sequence[Lived], void: set[str]) -> Iterable[tuple[Lived, Act, Decimal]]:
    """The acts that stand, each with its costs in euro after the corrections so far."""
    corrected: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for lived in history:
        for event in lived.events:
            if isinstance(event, CostsCorrected):
                corrected[event.command, event.act, event.track] += event.difference
    withdrawn = {
        (e.command, e.act, e.track, e.act_on, e.withdrawn_letter)
        for lived in history
        for e in lived.events
        if isinstance(e, ActWithdrawn)
    }
    for lived in history:
        if lived.command.id in void:
            continue
        for event in lived.events:
            if not isinstance(event, Act) or isinstance(event, WithdrawalNotified):
                continue
            if (lived.command.id, event.type, event.track, event.on, event.letter_key) not in withdrawn:
                yield lived, event, event.costs + corrected[lived.command.id, event.type, event.track]


def _followed(lived: Lived, following: dict[str, list[Event]]) -> Iterable[Event]:
    """What follows now where `lived` stood; what a late fact brought may follow from any command."""
    if any(isinstance(event, CourseCorrected) for event in lived.events):
        return chain.from_iterable(following.values())
    return following.get(lived.command.id, ())


def _still(act: Act, events: Iterable[Event]) -> Act | None:
    about = act.instance or act.track
    same = (e for e in events if isinstance(e, Act) and (e.type, e.instance or e.track) == (act.type, about))
    return next(same, None)


def _withdrawals(
    history: Sequence[Lived], following: dict[str, list[Event]], void: set[str], ctx: Context
) -> Iterable[Event]:
    """What was done and does not follow any more; whoever got a letter about it is told, once."""
    told: dict[Recipient, list[tuple[Act, Decimal]]] = {}
    for lived, act, costs in _acts(history, void):
        if _still(act, _followed(lived, following)) is not None:
            continue
        if act.letter is not None and act.letter_key not in ctx.facts.unreleased:
            told.setdefault(act.letter.recipient, []).append((act, costs))
        yield ActWithdrawn(
            on=ctx.today,
            track=act.track,
            norms=act.norms,
            act=act.type,
            what=act.title,
            act_on=act.on,
            command=lived.command.id,
            reversed=costs,
            withdrawn_letter=act.letter_key,
        )
    for recipient, acts in told.items():
        yield WithdrawalNotified(
            on=ctx.today,
            norms=tuple(dict.fromkeys(n for act, _ in acts for n in act.norms)),
            letter=_letter(recipient, acts, ctx),
        )


def _letter(recipient: Recipient, acts: Sequence[tuple[Act, Decimal]], ctx: Context) -> LetterContent:
    letters = [act.letter for act, _ in acts if act.letter is not None]
    what = dutch_list([f"{act.title} van {dutch_date(act.on)}" for act, _ in acts])
    if recipient is Recipient.BAILIFF:
        return ORDER_RECALLED.compose(dated=ctx.today, reference=letters[0].reference, what=what)
    costs = sum((costs for _, costs in acts), ZERO)
    return WITHDRAWAL.compose(
        dated=ctx.today,
        reference=letters[0].reference,
        recipient=recipient,
        what=what,
        costs=costs or None,
    )


def _cost_corrections(
    history: Sequence[Lived], following: dict[str, list[Event]], void: set[str], ctx: Context
) -> Iterable[CostsCorrected]:
    for lived, act, costs in _acts(history, void):
        still = _still(act, _followed(lived, following))
        if still is not None and still.costs != costs:
            yield CostsCorrected(
                on=ctx.today,
                track=act.track,
                norms=act.norms,
                what=act.title,
                act_on=act.on,
                act=act.type,
                command=lived.command.id,
                difference=still.costs - costs,
            )


def _given_up(events: Iterable[Event]) -> dict[str, Decimal]:
    """How much was remitted or written off, in euro by account?"""
    sums: dict[str, Decimal] = {}
    for event in events:
        for posting in event.postings():
            for account, amount in ((posting.debit, posting.amount), (posting.credit, -posting.amount)):
                if account.startswith("expense:"):
                    sums[account] = sums.get(account, ZERO) + amount
    return sums


def _caused_by(events: Sequence[Event]) -> tuple[str, ...]:
    """The norms of what was withdrawn and of the payment that came late; else those of what the late fact is."""
    undone = [e.norms for e in events if isinstance(e, ActWithdrawn | PaymentBooked)]
    fact = next((e.norms for e in events if e.norms), ())
    return tuple(dict.fromkeys(chain.from_iterable(undone))) or fact


def _settled(
    debt: Debt, relived: Debt, events: list[Event], given_up_less: dict[str, Decimal], ctx: Context, fact_on: date
) -> tuple[list[Event], Debt]:
    """Book the difference between both lives and take over the relived course."""
    was_open = debt.closed_on is None
    for number, event in enumerate(events):
        events[number] = with_letter_key(addressed(event, ctx.facts.debtor), debt.debt, debt.letters)
        debt = evolve(debt, events[number])
    folded = len(events)
    surplus = max(relived.surplus - debt.surplus, ZERO)
    parts = relived.open - debt.open
    # Money that was passed on to other debts is not taken back: it stays open here.
    parts += Balance(tax=-(parts.total - surplus - sum(given_up_less.values(), ZERO)))
    if surplus or given_up_less or parts != Balance():
        events.append(AllocationCorrected(on=ctx.today, parts=parts, surplus=surplus, given_up_less=given_up_less))
    events.append(
        CourseCorrected(
            on=ctx.today,
            norms=_caused_by(events),
            fact_on=fact_on,
            state=DEBT.dump_python(relived, mode="json"),
        )
    )
    if was_open and relived.closed_on is not None:
        events.append(DebtSettled(on=relived.closed_on))
    for event in events[folded:]:
        debt = evolve(debt, event)
    return events, debt
