"""The sums of a schedule: which instalments are agreed, what is left of them, which are unpaid.

The agreed instalments never change by money: what stands of them follows from what was paid and what is still owed.
So a set-off and a reduction shorten the schedule from its end (VEERE-4.10.1-b), and costs lengthen its last part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from domain.debt.facts import Context
from domain.debt.letters import Instalment
from domain.kernel.calendar import add_months
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import Refusal
from domain.kernel.money import CENT, ZERO, equal_parts
from domain.procedures.arrangement.commands import MOST_INSTALMENTS


class Wish(Protocol):
    """How somebody wants to pay; see the commands."""

    @property
    def monthly(self) -> Decimal | None: ...
    @property
    def months(self) -> int | None: ...
    @property
    def until(self) -> date | None: ...
    @property
    def first_on(self) -> date | None: ...
    @property
    def special_circumstances(self) -> str: ...


def agree(wish: Wish, total: Decimal, start: date, next_assessment: date, ctx: Context) -> list[Instalment] | Refusal:
    """Which instalments pay `total`, from the grant on `start`? VEERE-4.9.5-b, VEERE-4.9.5-c, VEERE-4.9.6-a to -d.

    Without a wish: as many equal monthly parts as end before the next assessment and within the ten months.
    """
    limit = ctx.law.last_day("arrangement", start)
    if wish.until is not None:
        if wish.until <= start:
            return Refusal("date_past", f"{dutch_date(wish.until)} ligt niet na vandaag.", ("VEERE-4.9.5-c",))
        amounts, days = [total], [wish.until]
    else:
        if wish.first_on is not None and not start < wish.first_on <= add_months(start, 1):
            latest = add_months(start, 1)
            text = f"De eerste termijn valt binnen een maand: uiterlijk op {dutch_date(latest)}, niet op {{}}."
            return Refusal("first_instalment", text.format(dutch_date(wish.first_on)), ("VEERE-4.9.5-b",), latest)
        if wish.monthly is not None:
            amounts = _of(wish.monthly, total)
        else:
            fitting = [d for d in (_month(wish, start, n) for n in range(12)) if d <= limit and d < next_assessment]
            amounts = list(equal_parts(total, max(min(wish.months or len(fitting) or 1, int(total / CENT)), 1)))
        if len(amounts) > MOST_INSTALMENTS:
            text = f"{len(amounts)} termijnen is te veel; ten hoogste {MOST_INSTALMENTS}."
            return Refusal("too_many_instalments", text, ("VEERE-4.9.6-b",))
        days = [_month(wish, start, n) for n in range(len(amounts))]
    if days[-1] > limit and not wish.special_circumstances:
        return Refusal(
            "arrangement_too_long",
            f"Een betalingsregeling duurt ten hoogste {ctx.law.terms['arrangement'].dutch}: tot en met"
            f" {dutch_date(limit)}, niet tot {dutch_date(days[-1])}. Langer kan alleen in bijzondere omstandigheden.",
            ("VEERE-4.9.6-b", "VEERE-4.9.6-d"),
            limit,
        )
    last = date.max if wish.special_circumstances else limit
    return [
        Instalment(due_on=min(ctx.law.calendar.next_working_day(day), last), amount=amount)
        for day, amount in zip(days, amounts, strict=True)
    ]


def standing(agreed: Iterable[Instalment], paid: Decimal, owed: Decimal) -> list[Instalment]:
    """The schedule as it stands, in euro paid and still owed: cut at its end, or with the last part raised."""
    rest = paid + owed
    stands: list[Instalment] = []
    for instalment in agreed:
        amount = min(instalment.amount, rest)
        if amount > 0:
            stands.append(instalment.model_copy(update={"amount": amount}))
        rest -= amount
    if rest > 0 and stands:
        stands[-1] = stands[-1].model_copy(update={"amount": stands[-1].amount + rest})
    return stands


def unpaid(stands: Iterable[Instalment], paid: Decimal) -> list[Instalment]:
    """The instalments that `paid` does not fully cover, each with what is unpaid of it. The oldest is filled first."""
    left = []
    for instalment in stands:
        covered = min(instalment.amount, paid)
        paid -= covered
        if covered < instalment.amount:
            left.append(instalment.model_copy(update={"amount": instalment.amount - covered}))
    return left


def is_better(new: Sequence[Instalment], old: Sequence[Instalment]) -> bool:
    """Is the new schedule more favourable to the debtor: a lower highest instalment, or as high and longer? 4.10-a."""
    high, was_high = max(i.amount for i in new), max(i.amount for i in old)
    return high < was_high or (high == was_high and new[-1].due_on > old[-1].due_on)


def sum_of(instalments: Iterable[Instalment]) -> Decimal:
    """The instalments together, in euro."""
    return sum((i.amount for i in instalments), ZERO)


def _of(monthly: Decimal, total: Decimal) -> list[Decimal]:
    whole, rest = divmod(total, monthly)
    if whole > MOST_INSTALMENTS:
        return [monthly] * (MOST_INSTALMENTS + 1)
    return [monthly] * int(whole) + ([rest] if rest else [])


def _month(wish: Wish, start: date, number: int) -> date:
    return add_months(wish.first_on, number) if wish.first_on else add_months(start, number + 1)
