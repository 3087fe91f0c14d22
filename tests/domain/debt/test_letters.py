"""How a procedure declares a letter, and what composing one refuses."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain.debt import letter_texts
from domain.debt.letters import AmountLine, Fact, Instalment, LetterContent, LetterSpec

SPECS = [spec for spec in vars(letter_texts).values() if isinstance(spec, LetterSpec)]
TAX = AmountLine(label="Aanslag OZB-2026-0001", amount=Decimal("600.00"))
FACTS: dict[str, Fact] = {"tax": "onroerendezaakbelasting", "year": 2026, "writ_on": date(2026, 5, 27)}


def service_notice(spec: LetterSpec = letter_texts.SERVICE_NOTICE, **changes: Any) -> LetterContent:
    facts: dict[str, Any] = {
        "dated": date(2026, 5, 27),
        "reference": "OZB-2026-0001",
        "amounts": (TAX,),
        "pay_by": date(2026, 5, 29),
    }
    return spec.compose(**(facts | FACTS | changes))


def test_facts_are_filled_in_as_dutch_text() -> None:
    letter = service_notice()
    assert letter.subject == "Bekendmaking van het dwangbevel van 27 mei 2026"
    assert "Zorg dat € 600,00 uiterlijk op 29 mei 2026 op onze rekening staat." in " ".join(letter.paragraphs)


@pytest.mark.norm("VEERE-2.5-b")
@pytest.mark.parametrize("block", ["unpaid_assessment", "duty_to_pay", "consequences_of_non_payment"])
def test_a_notice_of_service_without_a_block_that_the_law_demands_is_not_made(block: str) -> None:
    spec = letter_texts.SERVICE_NOTICE
    rest = {name: text for name, text in spec.blocks.items() if name != block}
    with pytest.raises(ValueError, match=f"letter service_notice: required block missing: {block}"):
        service_notice(spec.model_copy(update={"blocks": rest}))


@pytest.mark.norm("VEERE-2.5-b")
def test_a_notice_of_service_has_the_three_blocks_that_the_law_demands() -> None:
    letter = service_notice()
    text = " ".join(letter.paragraphs)
    assert "Uw aanslag onroerendezaakbelasting 2026 met nummer OZB-2026-0001 is nog niet helemaal betaald" in text
    assert "U bent verplicht om te betalen" in text
    assert letter.consequences
    assert "beslag leggen" in letter.consequences


def test_a_required_block_that_is_empty_counts_as_missing() -> None:
    spec = letter_texts.SERVICE_NOTICE
    empty = spec.model_copy(update={"blocks": {**spec.blocks, "duty_to_pay": "  "}})
    with pytest.raises(ValueError, match="required block missing: duty_to_pay"):
        service_notice(empty)


def test_a_letter_without_the_amounts_that_it_must_show_is_not_made() -> None:
    spec = letter_texts.ATTACHMENT_ORDER
    with pytest.raises(ValueError, match="required block missing: amounts"):
        spec.compose(
            dated=date(2026, 6, 16),
            reference="OZB-2026-0001",
            officer="invorderingsambtenaar",
            debts=("OZB-2026-0001",),
            object="een auto",
            writ_on=date(2026, 5, 27),
            served_on=date(2026, 5, 27),
            circumstances=(),
        )


def test_a_fact_that_is_lacking_is_named() -> None:
    with pytest.raises(ValueError, match="letter service_notice: subject lacks the fact 'writ_on'"):
        service_notice(writ_on=None)


def test_a_fact_that_no_template_uses_is_refused() -> None:
    with pytest.raises(ValueError, match="no template uses the fact writ_date"):
        service_notice(writ_date=date(2026, 5, 27))


def test_an_optional_block_without_its_fact_is_left_out() -> None:
    notice = letter_texts.ASSESSMENT_NOTICE
    facts: dict[str, Any] = {
        "tax": "rioolheffing",
        "year": 2026,
        "dated": date(2026, 2, 28),
        "reference": "R-1",
    }
    at_once = notice.compose(**facts, amounts=(TAX,), pay_by=date(2026, 4, 30))
    terms = tuple(Instalment(due_on=date(2026, m, 28), amount=Decimal("200.00")) for m in (4, 6, 8))
    in_terms = notice.compose(**facts, amounts=(TAX,), schedule=terms)
    assert "uiterlijk op 30 april 2026" in at_once.paragraphs[1]
    assert "in 3 termijnen" in in_terms.paragraphs[1]
    assert len(at_once.paragraphs) == len(in_terms.paragraphs) == 2


def test_braces_in_a_fact_are_printed_and_not_filled_in() -> None:
    assert service_notice(tax="{reference} {0}").paragraphs[1].startswith("Uw aanslag {reference} {0} 2026")


def test_terms_must_add_up_to_the_amounts() -> None:
    with pytest.raises(ValidationError, match=r"the terms add up to 500\.00, the amounts to 600\.00"):
        service_notice(schedule=(Instalment(due_on=date(2026, 4, 30), amount=Decimal("500.00")),))


@pytest.mark.parametrize("amount", ["-600.00", "-700.00"])
def test_a_letter_that_asks_for_payment_needs_something_to_pay(amount: str) -> None:
    paid = AmountLine(label="Al betaald", amount=Decimal(amount))
    with pytest.raises(ValidationError, match="is nothing to pay"):
        service_notice(amounts=(TAX, paid))


def test_content_survives_the_way_through_json_unchanged() -> None:
    letter = service_notice()
    assert LetterContent.model_validate_json(letter.model_dump_json()) == letter


def test_the_norms_of_an_act_come_after_those_of_its_letter_once() -> None:
    letter = service_notice(norms=("VEERE-2.5-b", "VEERE-1.5-b"))
    assert letter.norms == (*letter_texts.SERVICE_NOTICE.norms, "VEERE-1.5-b")


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.title)
def test_every_block_that_a_letter_requires_or_may_leave_out_exists(spec: LetterSpec) -> None:
    structure = {"amounts", "pay_by", "schedule", "payment"}
    parts = spec.blocks.keys() | spec.particulars.keys()
    assert spec.required <= parts | structure
    assert spec.optional <= parts
    assert not spec.required & spec.optional


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.title)
def test_every_letter_is_in_short_sentences(spec: LetterSpec) -> None:
    for name, text in spec.blocks.items():
        assert text == " ".join(text.split()), name
        for sentence in text.replace("?", ".").replace(": ", ". ").split(". "):
            assert len(sentence.split()) <= 24, f"{name}: {sentence}"
