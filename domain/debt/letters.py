"""What a letter says, and how a procedure declares it.

A procedure writes one `LetterSpec` per kind of letter: Dutch templates in named blocks, and which blocks the
law demands. `LetterSpec.compose` fills in the facts and gives a `LetterContent`, which one template lays out.
Content holds no names and no addresses: they join it only on paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from string import Formatter
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.kernel.dutch import dutch_date, dutch_euro, dutch_list
from domain.kernel.money import ZERO, Amount, Money

Fact = str | int | date | Decimal | tuple[str, ...] | None
"""What a template can say: written in Dutch; None is not known."""

Text = Annotated[str, Field(min_length=1)]

CONSEQUENCES = "consequences_of_non_payment"
HELP = "help"
REMEDY = "remedy"
_SECTIONS = frozenset({CONSEQUENCES, HELP, REMEDY})


class Recipient(StrEnum):
    """To whom a letter goes; the address is looked up when it is sent."""

    DEBTOR = "debtor"
    REPRESENTATIVE = "representative"
    BAILIFF = "bailiff"
    THIRD_PARTY = "third_party"
    EMPLOYER = "employer"
    TRUSTEE = "trustee"
    COUNSELLOR = "counsellor"

    @property
    def dutch(self) -> str:
        """The recipient as officials call it."""
        return _RECIPIENTS[self]


_RECIPIENTS = {
    Recipient.DEBTOR: "de belastingschuldige",
    Recipient.REPRESENTATIVE: "de vertegenwoordiger",
    Recipient.BAILIFF: "de belastingdeurwaarder",
    Recipient.THIRD_PARTY: "de derde",
    Recipient.EMPLOYER: "de werkgever",
    Recipient.TRUSTEE: "de curator",
    Recipient.COUNSELLOR: "de schuldhulpverlener",
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AmountLine(_Frozen):
    """One part of what is owed, in euro; below zero for what was paid already."""

    label: Text
    amount: Money


class Instalment(_Frozen):
    """One term: `amount` euro on the account on `due_on` at the latest."""

    due_on: date
    amount: Amount


class Particular(_Frozen):
    """One fact in the list at the head of a letter, such as the object of an attachment."""

    label: Text
    text: Text


class LetterContent(_Frozen):
    """All that one letter says, without names and addresses."""

    kind: Text
    subject: Text
    dated: date
    recipient: Recipient = Recipient.DEBTOR
    reference: Annotated[Text, Field(max_length=140, description="payment reference: the assessment number")]
    opening: str | None = Field(None, description="formula above the letter, such as: In naam van de Koning")
    paragraphs: Annotated[tuple[Text, ...], Field(min_length=1)]
    particulars: tuple[Particular, ...] = ()
    amounts: tuple[AmountLine, ...] = ()
    pay_by: date | None = None
    pays: bool = Field(False, description="the letter shows how to pay, with IBAN, reference and QR code")
    schedule: tuple[Instalment, ...] = ()
    consequences: str | None = None
    help: str | None = None
    remedy: str | None = None
    legal_basis: tuple[str, ...] = ()
    unconfirmed_tariff: bool = Field(False, description="costs rest on a tariff that is not confirmed yet")
    names_debtor: bool = Field(False, description="the letter names the debtor and the issuing officer")
    norms: tuple[str, ...] = ()

    @property
    def total(self) -> Money:
        """The sum of the amounts in euro."""
        return sum((line.amount for line in self.amounts), ZERO)

    @model_validator(mode="after")
    def _must_add_up(self) -> Self:
        if self.pays and self.total <= 0:
            raise ValueError(f"amounts: {self.total} is nothing to pay; a letter that asks for payment needs more")
        terms = sum((term.amount for term in self.schedule), ZERO)
        if self.schedule and terms != self.total:
            raise ValueError(f"schedule: the terms add up to {terms}, the amounts to {self.total}; make equal")
        return self


class LetterSpec(_Frozen):
    """A kind of letter as its procedure declares it.

    Templates are `str.format` texts with plain `{name}` fields: the facts of `compose`, and `dated`,
    `pay_by`, `reference`, `total` and `instalments` (how many). Dates, amounts (`Decimal`) and lists come
    out in Dutch. Blocks become paragraphs in their order; `consequences_of_non_payment`, `help` and `remedy`
    get a section of their own. A fact that is lacking makes composing fail, except in the blocks and
    particulars named in `optional`, which are then left out. `required` names what the law demands: blocks,
    particulars, `amounts`, `pay_by`, `schedule` or `payment`.
    """

    kind: Text
    title: Text = Field(description="the kind in Dutch, for registers and officials")
    subject: Text
    blocks: Mapping[str, Text]
    particulars: Mapping[str, Text] = {}
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    recipient: Recipient = Recipient.DEBTOR
    opening: str | None = None
    pays: bool = False
    names_debtor: bool = False
    legal_basis: tuple[str, ...] = ()
    norms: tuple[str, ...] = ()

    def compose(
        self,
        *,
        dated: date,
        reference: str,
        amounts: tuple[AmountLine, ...] = (),
        pay_by: date | None = None,
        schedule: tuple[Instalment, ...] = (),
        recipient: Recipient | None = None,
        unconfirmed_tariff: bool = False,
        norms: tuple[str, ...] = (),
        **facts: Fact,
    ) -> LetterContent:
        """The letter with its facts filled in; `norms` come after those of the kind.

        Raises ValueError that names a required block which is missing, a fact which is lacking, or a fact
        which no template of this kind uses.
        """
        if unused := facts.keys() - self._usable:
            raise ValueError(f"letter {self.kind}: no template uses the fact {', '.join(sorted(unused))}; leave it out")
        own: dict[str, Fact] = {
            "dated": dated,
            "reference": reference,
            "pay_by": pay_by,
            "total": sum((line.amount for line in amounts), ZERO) if amounts else None,
            "instalments": len(schedule) or None,
        }
        known = {name: _dutch(fact) for name, fact in (facts | own).items() if fact is not None}
        blocks = self._filled(self.blocks, known)
        particulars = self._filled(self.particulars, known)
        present = {name for name, text in (blocks | particulars).items() if text.strip()}
        structure = {"amounts": amounts, "pay_by": pay_by, "schedule": schedule, "payment": self.pays}
        present |= {name for name, value in structure.items() if value}
        if missing := sorted(self.required - present):
            raise ValueError(f"letter {self.kind}: required block missing: {', '.join(missing)}; add it")

        return LetterContent(
            kind=self.kind,
            subject=self._filled({"subject": self.subject}, known)["subject"],
            dated=dated,
            recipient=recipient or self.recipient,
            reference=reference,
            opening=self.opening,
            paragraphs=tuple(text for name, text in blocks.items() if name not in _SECTIONS),
            particulars=tuple(Particular(label=label, text=text) for label, text in particulars.items()),
            amounts=amounts,
            pay_by=pay_by,
            pays=self.pays,
            schedule=schedule,
            consequences=blocks.get(CONSEQUENCES),
            help=blocks.get(HELP),
            remedy=blocks.get(REMEDY),
            legal_basis=self.legal_basis,
            unconfirmed_tariff=unconfirmed_tariff,
            names_debtor=self.names_debtor,
            norms=tuple(dict.fromkeys(self.norms + norms)),
        )

    def _filled(self, templates: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
        filled = {}
        for name, template in templates.items():
            try:
                filled[name] = template.format_map(known)
            except KeyError as lacking:
                if name not in self.optional:
                    raise ValueError(
                        f"letter {self.kind}: {name} lacks the fact {lacking}; give it to compose()"
                    ) from None
        return filled

    @cached_property
    def _usable(self) -> frozenset[str]:
        """The facts that any template of this kind uses."""
        templates = (self.subject, *self.blocks.values(), *self.particulars.values())
        return frozenset(name for template in templates for _, name, _, _ in Formatter().parse(template) if name)


def _dutch(fact: str | int | date | Decimal | tuple[str, ...]) -> str:
    match fact:
        case date():
            return dutch_date(fact)
        case Decimal():
            return dutch_euro(fact)
        case tuple():
            return dutch_list(fact) or "geen bekend"
        case _:
            return str(fact)
