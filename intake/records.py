"""What one line or entry of a foreign file became: commands, personal data, errors that name field and rule.

Commands are plain JSON objects for a debt's or a debtor's workflow. Personal data is kept apart: it goes to
PostgreSQL only. Every command id is a business key made by one function here, so that the same line in the
same or in another file always gives the same id.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Command = dict[str, Any]
"""One command as JSON: dates as ISO text, amounts as text with two decimals."""

Status = Literal["ready", "sent", "refused", "unmatched", "skipped", "duplicate", "mended"]
"""ready to send; sent; refused by a rule; unmatched: an official decides; skipped: nothing to do with debts;
duplicate: kept before under the same key; mended: replaced by a later, better record."""

RULES: dict[str, str] = {
    # every file
    "file_encoding": "Geen geldige UTF-8: byte {offset} past er niet in. Sla het bestand op als 'CSV UTF-8'.",
    "file_empty": "Het bestand is leeg.",
    "file_too_large": "Het bestand is groter dan {limit} MB. Splits het bestand.",
    "columns_missing": "Deze kolom ontbreekt. Voeg de kolom toe aan de eerste regel van het bestand.",
    "columns_unknown": "Deze kolom kennen wij niet. Verwijder de kolom of verbeter de naam.",
    "columns_twice": "Deze kolom staat er twee keer in. Laat er één staan.",
    "row_malformed": "De regel is geen goede CSV ({problem}). Een veld mag geen regeleinde bevatten.",
    "row_width": "De regel heeft {found} velden, de eerste regel van het bestand heeft er {expected}.",
    "encoding": "Dit veld bevat tekens die geen UTF-8 zijn. Sla het bestand op als UTF-8.",
    "control_character": "Dit veld bevat een onzichtbaar stuurteken. Haal het weg.",
    "too_long": "Dit veld is langer dan {limit} tekens. Kort het in.",
    "missing": "Dit veld is verplicht. Vul het in.",
    "field_unknown": "Dit veld kan hier niet worden verbeterd. Kies uit: {choices}.",
    "already_imported": "Dit is al eerder ingelezen met andere gegevens. Geef een wijziging apart door.",
    "undeliverable": "De opdracht kon niet worden bezorgd: {problem}",
    # values
    "choice": "Deze waarde kennen wij niet. Kies uit: {choices}.",
    "amount_form": "Dit is geen bedrag. Schrijf het als 1234.56 of 1234,56.",
    "amount_ambiguous": "Zijn dit duizendtallen of drie decimalen? Schrijf het als 1234.00 of 1,23.",
    "amount_decimals": "Een bedrag heeft hoogstens twee decimalen.",
    "amount_not_positive": "Het bedrag moet hoger zijn dan 0.",
    "amount_too_large": "Het bedrag is te groot: hoogstens 9999999999,99.",
    "date_form": "Dit is geen datum. Schrijf jjjj-mm-dd.",
    "date_missing_day": "Deze datum bestaat niet.",
    "number": "Dit is geen geheel getal van {low} tot en met {high}.",
    "iban": "Dit is geen geldig IBAN.",
    # assessments
    "debt_id": "Een aanslagnummer heeft 3 tot 40 tekens: hoofdletters, cijfers en streepjes.",
    "debtor_id": "Een debiteurnummer heeft hoogstens 40 tekens: hoofdletters, cijfers en streepjes.",
    "bsn": "Dit is een burgerservicenummer (BSN). Gebruik een eigen nummer voor deze debiteur.",
    "tax_kind": "Deze belastingsoort kennen wij niet. Kies uit: {choices}.",
    "no_due_date": "Een aanslag heeft minstens één uiterste betaaldatum (leidraad 2.1).",
    "due_before_dated": "De uiterste betaaldatum ligt vóór de dagtekening {dated}.",
    "due_many": "Een aanslag heeft hoogstens {limit} uiterste betaaldatums.",
    "due_twice": "Deze uiterste betaaldatum staat er twee keer.",
    "address_part": "Een adres heeft straat, postcode en plaats. Vul dit in of maak alle drie leeg.",
    "natural_person": "Een particulier is altijd een natuurlijk persoon.",
    "mandate_start": "Bij automatische incasso horen zowel het aantal termijnen als de eerste datum.",
    "mandate_before_dated": "De eerste incasso ligt vóór de dagtekening {dated}.",
    "representative": "Een vertegenwoordiger heeft zowel een naam als een adres.",
    # bank
    "xml_malformed": "Geen goede XML: {problem}, regel {line}, kolom {column}. Er is niets ingelezen.",
    "xml_encoding": "De tekens passen niet bij codering {encoding}: {problem}. Er is niets ingelezen.",
    "xml_dtd": "Het bestand bevat een DOCTYPE. Een bankafschrift heeft dat nooit. Er is niets ingelezen.",
    "not_camt": "Dit is geen CAMT.053-afschrift maar {found}. Er is niets ingelezen.",
    "account_not_ours": "Dit is geen rekening van het kantoor.",
    "currency": "Alleen bedragen in EUR kunnen worden geboekt.",
    "batch_sum": "De delen van deze boeking tellen op tot {details}, de boeking zelf is {entry}.",
    "batch_without_details": "Dit is één bedrag voor {count} betalingen. Vraag de details op bij de bank.",
    "no_reference": "Er staat geen aanslagnummer bij en de rekening van de betaler is onbekend.",
    "reference_unknown": "Het genoemde kenmerk is geen aanslag van ons. Geef het juiste aanslagnummer.",
    "several_references": "Er staan meer aanslagnummers bij: {found}. Geef aan op welke aanslag dit hoort.",
    "reversal": "De bank draait een eerdere boeking terug. Beslis wat dat voor de aanslag betekent.",
    "return_unmatched": "Een incasso is teruggeboekt, maar de aanslag is onbekend. Geef het aanslagnummer.",
    "debit": "Een afschrijving die geen mislukte incasso is. Er is niets te boeken op een aanslag.",
    "pending": "De boeking is nog niet definitief ({status}). Zij komt terug als de bank haar boekt.",
}
"""The Dutch sentence of each rule: what is wrong and what to do."""

PERSONAL = frozenset(
    {
        "name",
        "address",
        "postcode",
        "city",
        "iban",
        "representative_name",
        "representative_address",
        "payer_name",
        "payer_iban",
        "text",
    }
)
"""Fields that may hold personal data: never in a command, and masked in errors."""

SHOWN = 80
"""Characters of a value that an error shows."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_UTF8 = re.compile("[\ud800-\udfff\ufffd]")


@dataclass(frozen=True, slots=True)
class FieldError:
    """One broken rule: the field, its value (cut, masked when personal), the rule and its Dutch sentence."""

    field: str
    value: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f'{self.field} "{self.value}": {self.text}' if self.value else f"{self.field}: {self.text}"


@dataclass(frozen=True, slots=True)
class Record:
    """One line or entry. `source` and `personal` together are the fields as read, so that it can be mended.

    `ref` is its business key: the assessment number, or the bank's account and entry. `commands` go out in
    this order.
    """

    line: int | None
    ref: str
    commands: tuple[Command, ...] = ()
    source: dict[str, str] = field(default_factory=dict)
    personal: dict[str, str] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    status: Status = "ready"


def broken(field: str, value: str, rule: str, **facts: object) -> FieldError:
    """The error that `value` of `field` breaks `rule`; `facts` fill the rule's sentence."""
    shown = printable(value if len(value) <= SHOWN else value[: SHOWN - 1] + "…")
    masked = f"({len(value)} tekens)" if value and field in PERSONAL else shown
    return FieldError(field, masked, rule, RULES[rule].format(**facts))


def refused_file(*errors: FieldError) -> Record:
    """A record for the file as a whole."""
    return Record(None, "file", errors=errors, status="refused")


def split(fields: Mapping[str, str], longest: int) -> tuple[dict[str, str], dict[str, str]]:
    """The fields that are not personal and those that are; one over `longest` is cut, yet stays over it."""
    kept = {name: printable(value[: longest + 1]) for name, value in fields.items()}
    return (
        {name: value for name, value in kept.items() if name not in PERSONAL},
        {name: value for name, value in kept.items() if name in PERSONAL},
    )


def printable(value: str) -> str:
    """`value` without what PostgreSQL cannot keep (NUL, bytes that were no UTF-8)."""
    return _UNSTORABLE.sub("\ufffd", value)


def unreadable(field: str, value: str, longest: int) -> FieldError | None:
    """The error of a value that no rule needs to look at: too long, not UTF-8, control characters."""
    if len(value) > longest:
        return broken(field, value, "too_long", limit=longest)
    if _NOT_UTF8.search(value):
        return broken(field, value, "encoding")
    return broken(field, value, "control_character") if _CONTROL.search(value) else None


def amount_text(amount: Decimal) -> str:
    """Euro with two decimals, as commands carry it."""
    return f"{amount:.2f}"


def fix_assessment_id(debt: str) -> str:
    """One assessment, one command."""
    return f"fix_assessment:{debt}"


def register_debtor_id(debtor: str, dated: date, facts: Mapping[str, object]) -> str:
    """The same facts of a debtor at the same assessment date: the same command."""
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:8]
    return f"register_debtor:{debtor}:{dated}:{digest}"


def register_mandate_id(debt: str, instalments: int, first_on: date) -> str:
    """One direct-debit schedule of a debt."""
    return f"register_mandate:{debt}:{first_on}:{instalments}"


def bank_command_id(command: str, entry: str) -> str:
    """One command of a kind for one entry of the bank."""
    return f"{command}:{entry}"
