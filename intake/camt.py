"""CAMT.053 bank statements as plain fields, one dict per payment, whatever the version.

pycamt reads the file; `Statements` adds what it leaves out and a debt needs: the entry's own reference, every
reference of the remittance, amount and direction of each part of a batch (pycamt takes the first below it,
which may be those of a charge), return reasons, and the line in the file.
"""
# mypy: disable-error-code="import-untyped", disallow-subclassing-any=False

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from lxml import etree
from pycamt.parser import Camt053ParseError, Camt053Parser
from stdnum import iban as iban_number

from intake.records import broken

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes: some 100,000 entries, and under 1 GB of memory."""

_STATEMENT = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.053\.001\.[0-9]{2})")
_NO_REFERENCE = {"NONREF", "NOTPROVIDED"}
_OFFICE_TIME = ZoneInfo("Europe/Amsterdam")


class UnreadableStatement(Exception):
    """A file that gives no entries at all."""

    def __init__(self, rule: str, **facts: object) -> None:
        self.error = broken("file", "", rule, **facts)
        super().__init__(str(self.error))


@dataclass(frozen=True, slots=True)
class Payment:
    """One entry, or one part of a batch. `key` is the same in every file that holds it; `fields` are text."""

    key: str
    line: int
    fields: dict[str, str]


def read_statements(path: Path) -> Iterator[Payment]:
    """The payments of all statements at `path`, in order; raises `UnreadableStatement` before the first."""
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableStatement("file_too_large", limit=LARGEST_FILE >> 20)
    try:
        transactions = cast("list[dict[str, Any]]", Statements(path.read_bytes()).get_transactions())
    except Camt053ParseError:
        raise UnreadableStatement("not_camt", found="een bestand zonder afschrift") from None
    for _, parts in groupby(transactions, key=lambda transaction: transaction["Entry"]):
        yield from _payments(list(parts))


class Statements(Camt053Parser):
    """pycamt's reader for untrusted files of any version, with the fields that it leaves out."""

    def __init__(self, xml: bytes) -> None:
        self.tree = _root(xml)
        namespace = etree.QName(self.tree).namespace or ""
        version = _STATEMENT.fullmatch(namespace)
        if version is None:
            raise UnreadableStatement("not_camt", found=namespace or etree.QName(self.tree).localname)
        self.namespaces = {None: namespace}
        self.version = version[1]
        self._entries = 0
        self._statement: etree._Element | None = None
        self._head = self.tree
        self._seen: Counter[str] = Counter()

    def _extract_common_entry_data(self, entry: etree._Element, statement: etree._Element) -> dict[str, Any]:
        self._entries += 1
        if statement is not self._statement:
            self._statement, self._head, self._seen = statement, self._head_of(statement), Counter()
        read: dict[str, Any] = super()._extract_common_entry_data(entry, self._head)
        read["EntryAmount"], read["EntryDirection"] = read["Amount"], read["CreditDebitIndicator"]
        key = self._key(read, entry)
        self._seen[key] += 1
        return read | {
            "Entry": self._entries,
            "Key": f"{key}:{self._seen[key]}",
            "Line": entry.sourceline,
            "BatchSize": self._text(entry, "NtryDtls/Btch/NbOfTxs"),
        }

    def _extract_transaction_details(self, tx_detail: etree._Element) -> dict[str, Any]:
        read: dict[str, Any] = super()._extract_transaction_details(tx_detail)
        amount = self._element(tx_detail, "Amt")
        if amount is None:
            amount = self._element(tx_detail, "AmtDtls/TxAmt/Amt")
        own = {
            "PartCurrency": amount.get("Ccy") if amount is not None else None,
            "Direction": self._text(tx_detail, "CdtDbtInd"),
            "References": self._references(tx_detail),
            "BankSays": self._text(tx_detail, "AddtlTxInf"),
            "ReturnReason": self._first(tx_detail, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
            "TransactionFamilyCode": self._text(tx_detail, "BkTxCd/Domn/Fmly/Cd"),
            "TransactionSubFamilyCode": self._text(tx_detail, "BkTxCd/Domn/Fmly/SubFmlyCd"),
            "AcceptedOn": self._first(tx_detail, "RltdDts/AccptncDtTm", "RltdDts/TxDtTm"),
        }
        read.pop("Amount", None)
        return {
            **read,
            **{name: value for name, value in own.items() if value is not None},
            "Part": amount.text if amount is not None else None,
        }

    def _key(self, read: dict[str, Any], entry: etree._Element) -> str:
        """Account, reference, value date, direction, amount. A statement's own reference has its id."""
        reference = self._text(entry, "AcctSvcrRef") or read["TransactionID"]
        if not reference or reference.upper() in _NO_REFERENCE:
            reference = f"{self._text(self._head, 'Id')}/{self._text(entry, 'NtryRef') or '-'}"
        day = _day(read["ValueDate"] or read["BookingDate"])[:10]
        amount = _decimal(read["EntryAmount"])
        moved = f"{read['EntryDirection']}"[:4] + ("" if amount is None else f"{amount:.2f}"[:20])
        return f"{iban_number.compact(read['AccountIBAN'] or '-')[:34]}:{reference[:70]}:{day}:{moved}"

    def _head_of(self, statement: etree._Element) -> etree._Element:
        """The statement without its entries: pycamt looks the account up again for each of them."""
        head = etree.Element(statement.tag)
        head.extend(deepcopy(part) for name in ("Id", "Acct") for part in statement.findall(name, self.namespaces))
        return head

    def _references(self, tx_detail: etree._Element) -> str | None:
        """Every structured reference; pycamt keeps the first."""
        structured = tx_detail.findall("RmtInf/Strd", self.namespaces)
        places = ("CdtrRefInf/Ref", "RfrdDocInf/Nb", "AddtlRmtInf")
        found = [text for one in structured for place in places if (text := self._text(one, place))]
        return " | ".join(found) or None

    def _element(self, parent: etree._Element, path: str) -> etree._Element | None:
        return parent.find(path, self.namespaces)

    def _text(self, parent: etree._Element, path: str) -> str | None:
        found = self._element(parent, path)
        return found.text.strip() if found is not None and found.text else None

    def _first(self, parent: etree._Element, *paths: str) -> str | None:
        return next((text for path in paths if (text := self._text(parent, path))), None)


def _root(xml: bytes) -> etree._Element:
    """The root of a file that nobody vouches for: no DTD, so no entity grows or reaches out."""
    try:
        events = etree.iterparse(BytesIO(xml), events=("start",), resolve_entities=False, no_network=True)
        _, start = next(events)
        if start.getroottree().docinfo.doctype:
            raise UnreadableStatement("xml_dtd")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        return etree.fromstring(xml, parser)
    except StopIteration:
        raise UnreadableStatement("file_empty") from None
    except etree.XMLSyntaxError as error:
        raise _malformed(error, xml) from error


def _malformed(error: etree.XMLSyntaxError, xml: bytes) -> UnreadableStatement:
    line, column = error.position
    problem = str(error.msg).split(", line")[0]
    if not xml.strip():
        return UnreadableStatement("file_empty")
    if "ncoding" in problem or "UTF" in problem:
        declared = re.search(rb"""encoding=["']([\w.:-]+)["']""", xml[:200])
        encoding = declared[1].decode("ascii") if declared else "UTF-8"
        where = f"{problem}, regel {line}, kolom {column}"
        return UnreadableStatement("xml_encoding", encoding=encoding, problem=where)
    return UnreadableStatement("xml_malformed", problem=problem, line=line, column=column)


def _payments(parts: list[dict[str, Any]]) -> Iterator[Payment]:
    """The payments of one entry, with what its parts add up to: a batch may have been cut short."""
    is_batch = len(parts) > 1
    total = _sum(parts)
    for number, part in enumerate(parts, start=1):
        fields = {
            "account": part["AccountIBAN"],
            "booking_status": part["Status"],
            "direction": part.get("Direction") or part["EntryDirection"],
            "reversal": part["ReversalIndicator"],
            "amount": part["Part"] if is_batch else part["Amount"],
            "currency": (is_batch and part.get("PartCurrency")) or part["Currency"],
            "booked_on": _day(part["BookingDate"]),
            "value_date": _day(part["ValueDate"]),
            "family": part["TransactionFamilyCode"],
            "sub_family": part["TransactionSubFamilyCode"],
            "reference": part.get("References"),
            "text": _text(part),
            "end_to_end_id": part.get("EndToEndId"),
            "mandate": part.get("MandateId"),
            "payer_name": part.get("DebtorName"),
            "payer_iban": part.get("DebtorIBAN"),
            "return_reason": part.get("ReturnReason"),
            "accepted_on": _day(part.get("AcceptedOn")),
            "batch_size": part["BatchSize"] if "Part" not in part else None,
            "entry_amount": part["EntryAmount"] if is_batch else None,
            "parts_amount": total if is_batch else None,
        }
        text = {name: str(value).strip() if value is not None else "" for name, value in fields.items()}
        yield Payment(f"{part['Key']}:{number}", part["Line"], text)


def _text(part: dict[str, Any]) -> str | None:
    """What the payer wrote, else what the bank wrote: some banks put the one in the place of the other."""
    places = (part.get("RemittanceInformationFull"), part.get("BankSays"), part["AdditionalEntryInformation"])
    return next((text for text in places if text), None)


def _sum(parts: list[dict[str, Any]]) -> str | None:
    """What the parts add up to in the direction of their entry; None when one has no amount."""
    total = Decimal(0)
    for part in parts:
        amount = _decimal(part.get("Part"))
        if amount is None:
            return None
        is_opposite = part.get("Direction") not in (None, part["EntryDirection"])
        total += -amount if is_opposite else amount
    return str(total)


def _decimal(text: str | None) -> Decimal | None:
    try:
        amount = Decimal(text or "")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _day(text: str | None) -> str:
    """The date of an ISO date or date-time on the office's clock; other text stays, for a rule to see."""
    if text is None or "T" not in text:
        return (text or "").strip()
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return text.strip()
    return (moment.astimezone(_OFFICE_TIME) if moment.tzinfo else moment).date().isoformat()
