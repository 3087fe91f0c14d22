"""Bank statements (CAMT.053): which debt, or which debtor, is each payment for?

The reference is looked for in the structured remittance, the free text and the end-to-end id, in that order,
with spaces, hyphens and case forgiven. A payment that names no debt goes to the payer's debtor as undirected
(VEERE-4.4-b); what nobody can place is kept as unmatched with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise, product
from pathlib import Path

from stdnum import iban as iban_number
from stdnum import iso11649

from intake.camt import UnreadableStatement, read_statements
from intake.records import (
    Command,
    FieldError,
    Record,
    Status,
    amount_text,
    bank_command_id,
    broken,
    refused_file,
    split,
    unreadable,
)
from intake.values import DEBTOR, Fields

IsDebt = Callable[[str], bool]
DebtorOfIban = Callable[[str], str | None]

FIELDS = (
    "account",
    "booking_status",
    "direction",
    "reversal",
    "amount",
    "currency",
    "booked_on",
    "value_date",
    "family",
    "sub_family",
    "reference",
    "text",
    "end_to_end_id",
    "mandate",
    "payer_name",
    "payer_iban",
    "return_reason",
    "accepted_on",
    "batch_size",
    "entry_amount",
    "parts_amount",
    "debtor",
)
"""The fields of a payment; `debtor` is only ever filled in by an official who knows whose money it is."""

LONGEST_FIELD = 10_000
ISSUED = "IDDT"
"""Family of the direct debits that the office issued: money going out on it is one sent back."""
DIRECT_DEBIT = {ISSUED, "RDDT"}
CARD = {"MCRD", "CCRD"}

_LONGEST_WINDOW = 6
_SHORTEST_NUMBER = 6
_PART = re.compile(r"[A-Z]+|20[0-9]{2}(?=[0-9]{3})|[0-9]+")
_RUNS_ON = re.compile(r"-?[A-Z0-9]")
_BETWEEN = re.compile(r"[\s./-]{0,3}")
_LIKE_A_REFERENCE = re.compile(r"\b(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*[0-9]{3})[A-Z0-9]+(?:-[A-Z0-9]+)+\b")


@dataclass(frozen=True, slots=True)
class _Left:
    """A payment without a command, and why."""

    status: Status
    error: FieldError


def read_bank(
    path: Path, is_debt: IsDebt, debtor_of_iban: DebtorOfIban, our_ibans: Collection[str]
) -> Iterator[Record]:
    """One record per payment of the statements at `path`; a file that cannot be read gives one error only.

    `is_debt` knows the assessment numbers, `debtor_of_iban` the accounts of debtors (compact IBAN) and
    `our_ibans` holds the accounts of the office.
    """
    try:
        for payment in read_statements(path):
            yield bank_payment(payment.fields, payment.key, payment.line, is_debt, debtor_of_iban, our_ibans)
    except UnreadableStatement as statement:
        yield refused_file(statement.error)


def bank_payment(
    fields: Mapping[str, str],
    key: str,
    line: int | None,
    is_debt: IsDebt,
    debtor_of_iban: DebtorOfIban,
    our_ibans: Collection[str],
) -> Record:
    """The record of one payment from its fields: a command, or why there is none."""
    source, personal = split({name: fields.get(name, "") for name in FIELDS}, LONGEST_FIELD)
    row = Fields({**source, **personal}, [])
    decided: Command | _Left | None = _not_for_debts(row)
    if decided is None:
        row.errors.extend(error for name in FIELDS if (error := unreadable(name, fields.get(name, ""), LONGEST_FIELD)))
        amount, value_date = _facts(row, our_ibans)
        if row.errors or amount is None or value_date is None:
            return Record(line, key, (), source, personal, tuple(row.errors), "refused")
        decided = _command(row, amount_text(amount), value_date.isoformat(), is_debt, debtor_of_iban)
    if isinstance(decided, _Left):
        return Record(line, key, (), source, personal, (decided.error,), decided.status)
    command = {"command": decided["command"], "id": bank_command_id(decided["command"], key), **decided}
    return Record(line, key, (command,), source, personal)


def debts_named(text: str, is_debt: IsDebt, *, may_continue: bool = False) -> list[str]:
    """The known assessment numbers in `text`, each once, forgiving case, spaces and hyphens.

    A number that runs on (`OZB-2026-0001-7`) is another number, unless `may_continue`: our own direct-debit
    batch may number its debits so.
    """
    upper = text.upper()
    if iso11649.is_valid(upper):
        upper = iso11649.compact(upper)[4:]
    parts = list(_PART.finditer(upper))
    found: dict[str, None] = {}
    at = 0
    while at < len(parts):
        length, debt = _longest_at(upper, parts[at : at + _LONGEST_WINDOW], is_debt, may_continue)
        if debt is not None:
            found[debt] = None
        at += length
    return list(found)


def _longest_at(text: str, parts: list[re.Match[str]], is_debt: IsDebt, may_continue: bool) -> tuple[int, str | None]:
    """How many parts, from the first on, the longest known number takes, and that number; else (1, None)."""
    start = parts[0].start()
    if text[start - 1 : start].isalnum():
        return 1, None
    for length in range(len(parts), 0, -1):
        window = parts[:length]
        if not any(part[0].isdigit() for part in window):
            break
        gaps = (text[one.end() : other.start()] for one, other in pairwise(window))
        runs_on = _RUNS_ON.match(text, window[-1].end())
        if (runs_on and not may_continue) or not all(_BETWEEN.fullmatch(gap) for gap in gaps):
            continue
        for hyphens in product(("-", ""), repeat=length - 1):
            number = "".join(part[0] + hyphen for part, hyphen in zip(window, (*hyphens, ""), strict=True))
            is_amount_or_year = number.isdigit() and len(number) < _SHORTEST_NUMBER
            if not is_amount_or_year and is_debt(number):
                return length, number
    return 1, None


def _not_for_debts(row: Fields) -> _Left | None:
    """Entries that say nothing about a debt: not booked yet, or money that the office paid out."""
    booking_status = row.text("booking_status")
    if booking_status not in ("BOOK", ""):
        return _Left("skipped", broken("booking_status", booking_status, "pending", status=booking_status))
    if row.text("direction") != "DBIT" or row.text("family") == ISSUED or row.text("return_reason"):
        return None
    if row.text("reversal") == "true":
        return _Left("unmatched", broken("reversal", "true", "reversal"))
    return _Left("skipped", broken("direction", "DBIT", "debit"))


def _facts(row: Fields, our_ibans: Collection[str]) -> tuple[Decimal | None, date | None]:
    """Amount and value date of a booked payment in euro on an account of ours (VEERE-4.3-a)."""
    row.required("booking_status")
    row.choice("direction", ("CRDT", "DBIT"))
    account = row.required("account")
    if account and iban_number.compact(account) not in {iban_number.compact(ours) for ours in our_ibans}:
        row.fail("account", "account_not_ours")
    if row.required("currency") not in (None, "EUR"):
        row.fail("currency", "currency")
    if row.text("entry_amount") and not _adds_up(row.text("parts_amount"), row.text("entry_amount")):
        details = row.text("parts_amount") or "?"
        row.fail("entry_amount", "batch_sum", details=details, entry=row.text("entry_amount"))
    if row.text("debtor"):
        row.matching("debtor", DEBTOR, "debtor_id")
    if row.text("family") in CARD:  # a card payment counts on the day of the transaction (VEERE-4.3-b)
        row.day("accepted_on")
    return row.amount("amount"), row.day("value_date")


def _adds_up(parts: str, entry: str) -> bool:
    try:
        return Decimal(parts) == Decimal(entry)
    except InvalidOperation:
        return False


def _is_direct_debit(row: Fields) -> bool:
    return row.text("family") in DIRECT_DEBIT or bool(row.text("mandate"))


def _command(
    row: Fields, amount: str, value_date: str, is_debt: IsDebt, debtor_of_iban: DebtorOfIban
) -> Command | _Left:
    """What a booked payment asks of a debt or a debtor."""
    debts = _references(row, is_debt)
    if len(debts) > 1:
        found = ", ".join(debts)
        return _Left("unmatched", broken("reference", found, "several_references", found=found))
    if row.text("direction") == "DBIT":
        if not debts:
            return _Left("unmatched", broken("reference", row.text("reference"), "return_unmatched"))
        return {"command": "report_failed_debit", "debt": debts[0], "on": value_date, "amount": amount}
    if row.text("reversal") == "true" or row.text("return_reason"):
        return _Left("unmatched", broken("reversal", row.text("reversal"), "reversal"))
    channel = _channel(row)
    if debts:
        payment = {"debt": debts[0], "amount": amount, "value_date": value_date, "channel": channel}
        paid_on = {"paid_on": row.text("accepted_on")} if channel == "card" else {}
        return {"command": "register_payment", **payment, **paid_on}
    debtor = row.text("debtor")
    if not debtor:
        left = _no_debt(row)
        debtor = debtor_of_iban(iban_number.compact(row.text("payer_iban"))) or ""
        if left is not None or not debtor:
            return left or _Left("unmatched", broken("reference", "", "no_reference"))
    return {
        "command": "register_undirected_payment",
        "debtor": debtor,
        "amount": amount,
        "value_date": value_date,
        "channel": channel,
    }


def _references(row: Fields, is_debt: IsDebt) -> list[str]:
    """The debts named by the first place that names any."""
    for name in ("reference", "text", "end_to_end_id"):
        may_continue = name == "end_to_end_id" and _is_direct_debit(row)
        if debts := debts_named(row.text(name), is_debt, may_continue=may_continue):
            return debts
    return []


def _no_debt(row: Fields) -> _Left | None:
    """Why a payment without a known assessment number is not undirected either: it does name something."""
    if row.text("batch_size") not in ("", "0", "1"):
        size = row.text("batch_size")
        return _Left("unmatched", broken("batch_size", size, "batch_without_details", count=size))
    if reference := row.text("reference"):
        return _Left("unmatched", broken("reference", reference, "reference_unknown"))
    if named := _LIKE_A_REFERENCE.search(row.text("text").upper()):
        return _Left("unmatched", broken("reference", named[0], "reference_unknown"))
    return None


def _channel(row: Fields) -> str:
    if _is_direct_debit(row):
        return "direct_debit"
    return "card" if row.text("family") in CARD else "bank"
