"""Assessment lists of the levying officer: a CSV file, one assessment a line.

UTF-8 with or without byte order mark, `;` or `,` between the fields. A field holds no line break, so a quote
that is never closed spoils its own line and no other; of a line no more than `LONGEST_LINE` is ever held.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import BinaryIO

from stdnum import iban as iban_number
from stdnum.nl import bsn

from intake.records import (
    Command,
    FieldError,
    Record,
    Status,
    amount_text,
    broken,
    fix_assessment_id,
    refused_file,
    register_debtor_id,
    register_mandate_id,
    split,
    unreadable,
)
from intake.values import DEBT, DEBTOR, Fields

REQUIRED = (
    "debt",
    "debtor",
    "name",
    "address",
    "postcode",
    "city",
    "kind",
    "tax",
    "amount",
    "dated",
    "due",
    "tax_year",
    "direct_debit",
    "direct_debit_first_on",
    "message_box",
)
OPTIONAL = ("natural_person", "representative_name", "representative_address", "iban")
COLUMNS = REQUIRED + OPTIONAL

TAXES = frozenset(
    {
        "property_tax",
        "sewage_charge",
        "waste_charge",
        "dog_tax",
        "tourist_tax",
        "parking_tax",
        "second_home_tax",
        "business_improvement_tax",
        "advertising_tax",
        "fees",
        "invoice",
    }
)
"""Kinds that an office collects when it names no others."""

KINDS = ("private_person", "entrepreneur")
MOST_DUE_DATES = 12
LONGEST_FIELD = 10_000
"""Characters of one field."""
LONGEST_LINE = 250_000
"""Bytes of one line; what is longer is read past, not held."""

_TAX = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_BLOCK = 1 << 16


def read_assessments(path: Path, taxes: Collection[str] = TAXES) -> Iterator[Record]:
    """One record per line of the list at `path`; errors of the file as a whole come first, with line None.

    `taxes` are the kinds of tax that the office collects. A file with wrong columns or in UTF-16 gives its
    error and no lines; bytes that are not UTF-8 give one error with the first offset and spoil their lines.
    """
    if unknown := sorted(kind for kind in taxes if not _TAX.fullmatch(kind)):
        raise ValueError(f"taxes: {unknown} must be in snake_case")
    with path.open("rb") as file:
        wrong = _encoding_error(file)
        if wrong is not None:
            offset, encoding = wrong
            yield refused_file(broken("encoding", encoding, "file_encoding", offset=offset))
            if encoding != "UTF-8":
                return
        lines = _lines(file)
        number, header_line, _ = next(lines, (0, "", False))
        if not header_line.strip():
            yield refused_file(broken("file", "", "file_empty"))
            return
        delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
        header = [name.strip() for name in _start_of(header_line, delimiter)]
        if wrong_columns := _column_errors(header):
            yield refused_file(*wrong_columns)
            return
        for number, line, is_cut in lines:
            if line.strip():
                yield _row(number, line, is_cut, header, delimiter, taxes)


def assessment(fields: Mapping[str, str], line: int | None, taxes: Collection[str] = TAXES) -> Record:
    """The record of one assessment from its fields by column: its commands, or the errors."""
    source, personal = split({name: fields.get(name, "") for name in COLUMNS}, LONGEST_FIELD)
    row = Fields({**source, **personal}, [])
    for name in COLUMNS:
        if error := unreadable(name, fields.get(name, ""), LONGEST_FIELD):
            row.errors.append(error)
    commands = () if row.errors else _commands(row, taxes)
    ref = _ref(source["debt"], line)
    status: Status = "refused" if row.errors else "ready"
    return Record(line, ref, commands, source, personal, tuple(row.errors), status)


def _commands(row: Fields, taxes: Collection[str]) -> tuple[Command, ...]:
    debt = row.matching("debt", DEBT, "debt_id")
    debtor = _debtor_number(row)
    kind = row.choice("kind", KINDS)
    tax = row.choice("tax", taxes, "tax_kind")
    amount = row.amount("amount")
    dated = row.day("dated")
    tax_year = row.number("tax_year", 1990, 2100)
    due = _due_dates(row, dated)
    mandate = _mandate(row, dated)
    facts = _debtor_facts(row, kind)
    if row.errors or not (debt and debtor and tax and amount and dated):
        return ()
    register = {
        "command": "register_debtor",
        "id": register_debtor_id(debtor, dated, facts),
        "debtor": debtor,
        **facts,
    }
    fix = {
        "command": "fix_assessment",
        "id": fix_assessment_id(debt),
        "debt": debt,
        "debtor": debtor,
        "tax": tax,
        "amount": amount_text(amount),
        "dated": dated.isoformat(),
        "due": [day.isoformat() for day in due],
        "tax_year": tax_year,
    }
    if mandate is None:
        return register, fix
    instalments, first_on = mandate
    return (
        register,
        fix,
        {
            "command": "register_mandate",
            "id": register_mandate_id(debt, instalments, first_on),
            "debt": debt,
            "instalments": instalments,
            "first_on": first_on.isoformat(),
        },
    )


def _debtor_number(row: Fields) -> str | None:
    """The office's number of the debtor. A BSN is refused: numbers stand in ids, logs and the Web UI."""
    if any(bsn.is_valid(digits) for digits in re.findall(r"(?<![0-9])[0-9]{9}(?![0-9])", row.text("debtor"))):
        row.fail("debtor", "bsn", value="(BSN)")
        return None
    return row.matching("debtor", DEBTOR, "debtor_id")


def _debtor_facts(row: Fields, kind: str | None) -> dict[str, object]:
    """What the debtor's workflow must know; no personal data."""
    row.required("name")
    address = [name for name in ("address", "postcode", "city") if row.text(name)]
    if 0 < len(address) < 3:
        for name in {"address", "postcode", "city"}.difference(address):
            row.fail(name, "address_part")
    represented = [bool(row.text(name)) for name in ("representative_name", "representative_address")]
    if any(represented) and not all(represented):
        row.fail("representative_" + ("address" if represented[0] else "name"), "representative")
    if row.text("iban") and not iban_number.is_valid(row.text("iban")):
        row.fail("iban", "iban")
    is_natural = row.yes("natural_person")
    if kind == "private_person":
        if row.text("natural_person") == "no":
            row.fail("natural_person", "natural_person")
        is_natural = True
    return {
        "kind": kind,
        "natural_person": is_natural,
        "representative": all(represented),
        "message_box": row.yes("message_box"),
        "address_known": len(address) == 3,
    }


def _due_dates(row: Fields, dated: date | None) -> list[date]:
    """At least one last day of payment, none before the assessment's date (VEERE-2.1-a)."""
    written = [text.strip() for text in row.text("due").split("|") if text.strip()]
    if not written:
        row.fail("due", "no_due_date")
    if len(written) > MOST_DUE_DATES:
        row.fail("due", "due_many", limit=MOST_DUE_DATES)
    days: list[date] = []
    for text in written:
        day = row.day("due", text)
        if day is None:
            continue
        if dated is not None and day < dated:
            row.fail("due", "due_before_dated", value=text, dated=dated)
        elif day in days:
            row.fail("due", "due_twice", value=text)
        days.append(day)
    return sorted(days)


def _mandate(row: Fields, dated: date | None) -> tuple[int, date] | None:
    """Instalments and first day of the direct debit; how many are lawful is for the debt's rulebook."""
    given = [name for name in ("direct_debit", "direct_debit_first_on") if row.text(name)]
    if not given:
        return None
    if len(given) == 1:
        row.fail("direct_debit_first_on" if given[0] == "direct_debit" else "direct_debit", "mandate_start")
        return None
    instalments = row.number("direct_debit", 1, 99)
    first_on = row.day("direct_debit_first_on")
    if first_on is not None and dated is not None and first_on < dated:
        row.fail("direct_debit_first_on", "mandate_before_dated", dated=dated)
    return None if instalments is None or first_on is None else (instalments, first_on)


def _row(number: int, line: str, is_cut: bool, header: list[str], delimiter: str, taxes: Collection[str]) -> Record:
    """The record of one line of text."""
    try:
        values = next(csv.reader([line], delimiter=delimiter, strict=not is_cut))
        wrong = broken("line", "", "row_width", found=len(values), expected=len(header))
    except csv.Error as error:
        values, wrong = [], broken("line", "", "row_malformed", problem=error)
    if len(values) == len(header) and not is_cut:
        return assessment(dict(zip(header, values, strict=True)), number, taxes)
    read = dict(zip(header, _start_of(line, delimiter), strict=False))
    if long := next((name for name, value in read.items() if len(value) > LONGEST_FIELD), None):
        return _unread(number, read, broken(long, "", "too_long", limit=LONGEST_FIELD))
    return _unread(number, {"debt": read.get("debt", "")}, wrong)


def _unread(number: int, fields: Mapping[str, str], error: FieldError) -> Record:
    """A line that could not be taken apart: kept with the fields that are sure, to be mended."""
    source, personal = split({name: fields.get(name, "") for name in COLUMNS}, LONGEST_FIELD)
    return Record(number, _ref(source["debt"], number), (), source, personal, (error,), "refused")


def _ref(debt: str, line: int | None) -> str:
    """The record's business key: its assessment number, or its line where that number is no good."""
    return debt.strip() if DEBT.fullmatch(debt.strip()) else f"line {line}"


def _start_of(line: str, delimiter: str) -> list[str]:
    """The fields of as much of a broken line as the CSV reader takes."""
    try:
        return next(csv.reader([line[: csv.field_size_limit() - 1]], delimiter=delimiter), [])
    except csv.Error:
        return []


def _column_errors(header: list[str]) -> list[FieldError]:
    return [
        *(broken(name, "", "columns_missing") for name in REQUIRED if name not in header),
        *(broken(name or "(leeg)", "", "columns_unknown") for name in header if name not in COLUMNS),
        *(broken(name, "", "columns_twice") for name in sorted({n for n in header if header.count(n) > 1})),
    ]


def _encoding_error(file: BinaryIO) -> tuple[int, str] | None:
    """Offset of the first byte that is no UTF-8, and the encoding; the file is left where its text starts."""
    start = file.read(len(codecs.BOM_UTF8))
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return 0, "UTF-16"
    text_at = len(start) if start == codecs.BOM_UTF8 else 0
    file.seek(text_at)
    decoder = codecs.getincrementaldecoder("utf-8")()
    done, found = text_at, None
    while block := file.read(_BLOCK):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            found = done - pending + error.start, "UTF-8"
            break
        done += len(block)
    else:
        if pending := len(decoder.getstate()[0]):
            found = done - pending, "UTF-8"
    file.seek(text_at)
    return found


def _lines(file: BinaryIO) -> Iterator[tuple[int, str, bool]]:
    """Number, text and whether it was cut, of each line; a byte that is no UTF-8 becomes a lone surrogate."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        is_cut = len(line) == LONGEST_LINE and not line.endswith(b"\n")
        rest = line
        while is_cut and rest and not rest.endswith(b"\n"):
            rest = file.readline(_BLOCK)
        yield number, line.decode("utf-8", "surrogateescape").rstrip("\r\n"), is_cut
