"""Reading one field: amount, date, number, choice. Each gives the value, or notes the rule that it breaks."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from intake.records import FieldError, broken

DEBT = re.compile(r"[A-Z0-9][A-Z0-9-]{2,39}")
"""An assessment number."""
DEBTOR = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")
"""The office's number of a debtor."""
MOST = Decimal("9999999999.99")

_PLAIN = re.compile(r"(-?)([0-9]+)(?:[.,]([0-9]+))?")
_GROUPED = re.compile(r"(-?)([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+)|(-?)([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(slots=True)
class Fields:
    """The fields of one record and the errors found so far. A getter gives None where a rule is broken."""

    values: dict[str, str]
    errors: list[FieldError]

    def text(self, name: str) -> str:
        """The text without spaces around it; empty when the field is not there."""
        return self.values.get(name, "").strip()

    def fail(self, name: str, rule: str, *, value: str | None = None, **facts: object) -> None:
        """Note that the field breaks `rule`."""
        self.errors.append(broken(name, self.text(name) if value is None else value, rule, **facts))

    def required(self, name: str) -> str | None:
        """The text, which may not be empty."""
        if text := self.text(name):
            return text
        self.fail(name, "missing")
        return None

    def matching(self, name: str, pattern: re.Pattern[str], rule: str) -> str | None:
        """The text, which is required and matches `pattern`."""
        text = self.required(name)
        if text is None or pattern.fullmatch(text):
            return text
        self.fail(name, rule)
        return None

    def choice(self, name: str, choices: Collection[str], rule: str = "choice") -> str | None:
        """The text, which is required and one of `choices`."""
        text = self.required(name)
        if text is None or text in choices:
            return text
        self.fail(name, rule, choices=", ".join(sorted(choices)))
        return None

    def amount(self, name: str) -> Decimal | None:
        """Euro above zero, with Dutch comma or English dot; `1.234` is refused: it may mean two things."""
        text = self.required(name)
        if text is None:
            return None
        value = read_amount(text)
        if isinstance(value, Decimal):
            return value
        self.fail(name, value)
        return None

    def day(self, name: str, text: str | None = None) -> date | None:
        """A day that exists, as yyyy-mm-dd; `text` when the field holds more than one."""
        written = self.required(name) if text is None else text
        if written is None:
            return None
        if not _DATE.fullmatch(written):
            self.fail(name, "date_form", value=written)
            return None
        try:
            return date.fromisoformat(written)
        except ValueError:
            self.fail(name, "date_missing_day", value=written)
            return None

    def number(self, name: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`."""
        text = self.required(name)
        if text is None:
            return None
        if re.fullmatch(r"[0-9]{1,9}", text) and low <= int(text) <= high:
            return int(text)
        self.fail(name, "number", low=low, high=high)
        return None

    def yes(self, name: str) -> bool:
        """yes or no; an empty field is no: missing data never counts as yes."""
        return bool(self.text(name)) and self.choice(name, ("yes", "no")) == "yes"


def read_amount(text: str) -> Decimal | str:
    """Euro above zero, or the code of the rule that `text` breaks."""
    if plain := _PLAIN.fullmatch(text):
        sign, whole, decimals = plain.group(1), plain.group(2), plain.group(3) or ""
        if len(decimals) == 3 and len(whole) <= 3 and whole[0] != "0" and not sign:
            return "amount_ambiguous"
    elif grouped := _GROUPED.fullmatch(text):
        sign, whole, decimals = grouped.group(1, 2, 3) if grouped[2] else grouped.group(4, 5, 6)
        whole = whole.replace(".", "").replace(",", "")
    else:
        return "amount_form"
    if sign:
        return "amount_not_positive"
    if len(decimals) > 2:
        return "amount_decimals"
    if len(whole) > 12:
        return "amount_too_large"
    amount = Decimal(f"{whole}.{decimals or 0}")
    if amount <= 0:
        return "amount_not_positive"
    return amount if amount <= MOST else "amount_too_large"
