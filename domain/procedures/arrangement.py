"""Betalingsregeling: may the debt be paid in monthly instalments, and are they paid?

Being written: set-off during an arrangement.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from domain.kernel.messages import Command, DebtId, Role
from domain.kernel.money import Amount


class RegisterSetOff(Command):
    """A refund of the debtor is set off on this debt (VEERE-4.10.1-a)."""

    roles: ClassVar = frozenset({Role.ENGINE})
    title: ClassVar = "Teruggaaf verrekenen"

    command: Literal["register_set_off"] = "register_set_off"
    debt: DebtId
    amount: Amount
    on: date
