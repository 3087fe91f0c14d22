"""Exact euro amounts: `Decimal` with two decimals, never a float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, PlainSerializer

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(amount: Decimal | int | str) -> Decimal:
    """`amount` in euro rounded half up to whole cents."""
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


def _two_decimals(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)


_WRITTEN = PlainSerializer(str, return_type=str, when_used="json")

Money = Annotated[Decimal, Field(max_digits=12, decimal_places=2), AfterValidator(_two_decimals), _WRITTEN]
"""Euro, signed, at most two decimals; written as a string with two decimals."""

Amount = Annotated[Decimal, Field(max_digits=12, decimal_places=2, gt=0), AfterValidator(_two_decimals), _WRITTEN]
"""Euro, above zero."""


def equal_parts(amount: Decimal, parts: int) -> tuple[Decimal, ...]:
    """`amount` in `parts` equal parts rounded down to cents; the last one holds the rest (VEERE-4.2-a)."""
    if parts < 1:
        raise ValueError(f"parts: {parts} must be at least 1")
    each = cents(int(amount * 100) // parts * CENT)
    return (*[each] * (parts - 1), amount - each * (parts - 1))
