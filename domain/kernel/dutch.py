"""Dates, amounts and lists as Dutch people write them: 26 mei 2026, € 1.234,56, a, b en c.

Own code and no locale: a locale is a setting of the machine, and the same sentence must come out on each.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
_CENT = Decimal("0.01")
_POINTS_AND_COMMAS = str.maketrans(",.", ".,")


def dutch_date(day: date) -> str:
    """`day` written out: 26 mei 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """`day` in figures: 26-05-2026."""
    return f"{day.day:02}-{day.month:02}-{day.year}"


def dutch_euro(amount: Decimal | int) -> str:
    """`amount` in euro with two decimals: € 1.234,56, below zero € -5,00.

    Raises ValueError for a part of a cent: rounding is for the law to decide, not for the one who writes.
    """
    if amount % _CENT:
        raise ValueError(f"amount: {amount} is no whole number of cents; round it before it is written")
    return "€ " + f"{amount:,.2f}".translate(_POINTS_AND_COMMAS)


def dutch_list(items: Sequence[str]) -> str:
    """`items` in one phrase: a, b en c. Nothing gives an empty text."""
    *first, last = items or ("",)
    return f"{', '.join(first)} en {last}" if first else last
