"""A letter's content becomes a PDF: accessible (PDF/UA-1), with a payment QR code.

The same input gives the same bytes: a repeated attempt makes the same letter.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any

import typst
import zxingcpp
from pydantic import BaseModel, ConfigDict, Field
from stdnum import iban

from activities.letters.letterhead import Letterhead
from domain.debt.letters import LetterContent, Recipient
from domain.kernel.dutch import dutch_date, dutch_euro

TEMPLATE = Path(__file__).with_name("letter.typ")
_AS_WRITTEN = {
    "opening",
    "subject",
    "paragraphs",
    "unconfirmed_tariff",
    "consequences",
    "remedy",
    "legal_basis",
}

Line = Annotated[str, Field(min_length=1)]


class Addressee(BaseModel):
    """A person on paper: name and address lines."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line
    lines: Annotated[tuple[Line, ...], Field(max_length=6)] = ()
    salutation: Line = "Geachte heer of mevrouw,"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that can be sent."""

    pdf: bytes
    pages: int

    @property
    def sha256(self) -> str:
        return sha256(self.pdf).hexdigest()


def render(
    content: LetterContent,
    addressee: Addressee,
    letterhead: Letterhead,
    key: str,
    debtor: Addressee | None = None,
) -> Letter:
    """The letter `key` to `addressee` as a PDF; `debtor` is needed when the addressee is somebody else.

    Takes some 15 ms of computing: call it in a thread. Raises ValueError when the debtor must be named and is
    not given, and when a text has signs for which there is no font.
    """
    day = datetime(content.dated.year, content.dated.month, content.dated.day, tzinfo=UTC)
    page = _page(content, addressee, letterhead, key, debtor)
    pdf = _compile(page, format="pdf", pdf_standards="ua-1", timestamp=day)
    assert isinstance(pdf, bytes)
    return Letter(pdf, _pages(pdf))


def picture(
    content: LetterContent,
    addressee: Addressee,
    letterhead: Letterhead,
    key: str,
    debtor: Addressee | None = None,
) -> list[bytes]:
    """The same letter as one PNG a page, for a screen; see `render`."""
    pages = _compile(_page(content, addressee, letterhead, key, debtor), format="png", ppi=144.0)
    return pages if isinstance(pages, list) else [pages]


def _page(
    content: LetterContent, addressee: Addressee, letterhead: Letterhead, key: str, debtor: Addressee | None
) -> dict[str, Any]:
    """Everything that the template lays out, as JSON; amounts and dates are written out."""
    to_debtor = content.recipient in (Recipient.DEBTOR, Recipient.REPRESENTATIVE)
    officer = f"{letterhead.signatory} van de {letterhead.municipality}"
    signature = [letterhead.signatory_name, officer] if letterhead.signatory_name else [officer]
    named = _debtor(content, addressee, debtor, key)
    particulars = [(item.label, item.text) for item in content.particulars]
    if content.names_debtor:
        issued = [("Uitgevaardigd door", ", ".join(signature))] if to_debtor else []
        particulars = [("Belastingschuldige", ", ".join((named.name, *named.lines))), *issued, *particulars]
    representing = (
        f"U krijgt deze brief als wettelijk vertegenwoordiger van {named.name}. "
        f"Met ‘u’ bedoelen wij in deze brief {named.name}."
    )
    number = "Klantnummer" if key.startswith("debtor-") else "Aanslagnummer"
    marks = [("Datum", dutch_date(content.dated)), (number, content.reference)]
    if content.pay_by:
        marks.append(("Uiterlijk betalen op", dutch_date(content.pay_by)))
    phone = letterhead.phone.replace(" ", "\u00a0")
    return content.model_dump(include=_AS_WRITTEN) | {
        "title": f"{content.subject} ({content.reference})",
        "year": content.dated.year,
        "month": content.dated.month,
        "day": content.dated.day,
        "key": key,
        "letterhead": letterhead.model_dump(mode="json") | {"logo_svg": letterhead.logo_svg},
        "addressee": addressee.model_dump(),
        "representing": representing if content.recipient is Recipient.REPRESENTATIVE else None,
        "marks": marks,
        "particulars": particulars,
        "amounts": [(line.label, dutch_euro(line.amount)) for line in content.amounts],
        "amounts_title": "Wat moet u betalen?" if content.pays or to_debtor else "Welk bedrag staat open?",
        "total": dutch_euro(content.total),
        "payment": _payment(content, letterhead, to_debtor) if content.pays else None,
        "schedule": [(dutch_date(term.due_on), dutch_euro(term.amount)) for term in content.schedule],
        "schedule_title": "Uiterlijk te betalen op" if content.pays else "Wij schrijven het bedrag af op",
        "help": f"Bel {phone} of mail naar {letterhead.email}. {content.help}" if content.help else None,
        "signature": signature,
    }


def _debtor(content: LetterContent, addressee: Addressee, debtor: Addressee | None, key: str) -> Addressee:
    """Who is the debtor on paper? The addressee, unless the letter goes to somebody else."""
    if debtor is not None:
        return debtor
    if content.recipient is Recipient.REPRESENTATIVE or (
        content.names_debtor and content.recipient is not Recipient.DEBTOR
    ):
        raise ValueError(f"letter {key}: a letter to the {content.recipient} names the debtor; give debtor")
    return addressee


def _payment(content: LetterContent, letterhead: Letterhead, to_debtor: bool) -> dict[str, Any]:
    """How to pay (VEERE-4.1-a): account, reference and QR code; in terms, the first one."""
    amount = content.schedule[0].amount if content.schedule else content.total
    written = dutch_euro(amount) + (" (eerste termijn)" if content.schedule else "")
    account = iban.format(letterhead.iban)
    lines = [
        ("IBAN", f"{account} (BIC {letterhead.bic})"),
        ("Op naam van", letterhead.account_holder),
        ("Betalingskenmerk", content.reference),
    ]
    if content.schedule:
        lines.insert(0, ("Bedrag", written))
    return {
        "lines": lines,
        "qr": _qr_code(letterhead, content.reference, amount),
        "alt": f"QR-code om {written} te betalen aan {letterhead.account_holder}, IBAN {account}, "
        f"betalingskenmerk {content.reference}",
        "ways": (
            f"Contant betalen kan op het stadskantoor ({', '.join(letterhead.visiting_address)})."
            + (" Iemand anders mag ook voor u betalen." if to_debtor else "")
        ),
    }


def _qr_code(letterhead: Letterhead, reference: str, amount: Decimal) -> str:
    """A European payment code (EPC069-12, version 2) as SVG: the banking app fills in the transfer."""
    fields = ("BCD", "002", "1", "SCT", letterhead.bic, letterhead.account_holder, letterhead.iban)
    content = "\n".join((*fields, f"EUR{amount}", "", "", reference))
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return zxingcpp.write_barcode_to_svg(code)


@cache
def _fonts() -> typst.Fonts:
    with as_file(files("fontpkg_lato") / "files") as folder:
        return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


_of_thread = threading.local()


def _compiler() -> typst.Compiler:
    """One compiler a thread: it keeps the template and fonts, and cannot be shared."""
    if not hasattr(_of_thread, "compiler"):
        _of_thread.compiler = typst.Compiler(
            str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=_fonts(), ignore_system_fonts=True
        )
    compiler: typst.Compiler = _of_thread.compiler
    return compiler


def _compile(page: dict[str, Any], **options: Any) -> bytes | list[bytes]:
    data = json.dumps(page, ensure_ascii=False).replace("€ ", "€\u00a0")
    try:
        made = _compiler().compile(sys_inputs={"letter": data}, **options)
    except typst.TypstError as error:
        raise _readable(error, page["key"]) from None
    assert made is not None
    return made


def _pages(pdf: bytes) -> int:
    tree = re.search(rb"/Type/Pages/Count (\d+)/", pdf)
    if tree is None:
        raise RuntimeError("the PDF writer wrote no plain page tree; read the number of pages in another way")
    return int(tree[1])


def _readable(error: typst.TypstError, key: str) -> ValueError:
    """The error without the text of the letter: that may hold a name."""
    if sign := re.search(r'the text `"(.)', error.message):
        return ValueError(f"letter {key}: no font has the sign U+{ord(sign[1]):04X}; write it in Latin letters")
    return ValueError(f"letter {key}: the template fails: {error.message}")
