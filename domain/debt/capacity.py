"""Betalingscapaciteit: how much can the debtor pay each month? The same for an arrangement and for remission.

VEERE-4.9.6-i: private persons are treated in an arrangement as in a remission request, so there is one calculation.
"""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

from domain.kernel.money import CENT, ZERO


def payment_capacity(net_disposable_income: Decimal, living_costs: Decimal) -> Decimal:
    """What is left of the net disposable income after the norm amount? Euro a month, not below zero. VEERE-4.9.6-j."""
    return max(net_disposable_income - living_costs, ZERO)


def least_instalment(capacity: Decimal, percent: int) -> Decimal:
    """What is at least claimed of the capacity? `percent` of it in euro a month, up to a whole cent. VEERE-4.9.6-k."""
    return (capacity * percent / 100).quantize(CENT, ROUND_UP)
