"""What is known of a debtor, and what changes when somebody says so."""

import pytest

from domain.debt.letters import Recipient
from domain.debtor.debtor import DebtorRegistered, PaperMailReferred
from tests.builder import DEBTOR, Life, reading


@pytest.mark.norm("VEERE-1.6-f")
@pytest.mark.parametrize(
    ("kind", "classed", "natural"),
    [
        ("private_person", "private_person", True),
        ("entrepreneur", "entrepreneur", False),
        ("entity_without_business", "entrepreneur", False),
    ],
)
def test_every_debtor_is_a_private_person_or_an_entrepreneur(kind: str, classed: str, natural: bool) -> None:
    after = Life().registers(kind=kind).until("2026-01-01")

    assert (after.debtor.facts.kind, after.debtor.facts.natural_person) == (classed, natural)
    assert after.debtor.facts.registered


@pytest.mark.norm("VEERE-1.6-f")
def test_a_legal_entity_without_a_business_is_classed_as_the_office_reads_it() -> None:
    by_the_text = Life(reading("entity_without_business", "private_person"))

    assert (
        by_the_text.registers(kind="entity_without_business").until("2026-01-01").debtor.facts.kind == "private_person"
    )


@pytest.mark.norm("VEERE-1.6-f")
def test_the_class_is_kept_with_its_history() -> None:
    given = Life().registers().on("2026-03-01").registers(kind="entrepreneur", natural_person=True)
    after = given.until("2026-03-01")

    assert [(e.kind, e.on.isoformat()) for e in after.all(DebtorRegistered)] == [
        ("private_person", "2020-01-01"),
        ("entrepreneur", "2026-03-01"),
    ]
    assert (after.debtor.facts.kind, after.debtor.facts.natural_person) == ("entrepreneur", True)


@pytest.mark.norm("VEERE-2.1-f")
def test_a_request_for_paper_is_answered_with_a_referral_and_changes_nothing() -> None:
    given = Life().registers(message_box=True).on("2026-02-02")
    after = given.says("request_paper_mail", role="debtor").until("2026-02-02")

    referred = after.the(PaperMailReferred)
    assert "verwezen naar MijnOverheid" in referred.text
    assert referred.letter is not None
    assert (referred.letter.recipient, referred.channel) == (Recipient.DEBTOR, "message_box")
    assert "mijn.overheid.nl" in " ".join(referred.letter.paragraphs)
    assert after.debtor.facts.message_box


@pytest.mark.norm("VEERE-2.6-a")
def test_a_third_party_is_recorded_once_with_its_latest_relation_and_outlives_a_new_registration() -> None:
    given = Life().registers()
    for relation in ("owes_money_to_debtor", "holds_money_of_debtor"):
        given.says("record_third_party", third_party="T1", relation=relation)
    after = given.registers(kind="entrepreneur").until("2026-01-01")

    assert [(t.third_party, t.relation) for t in after.debtor.facts.third_parties] == [("T1", "holds_money_of_debtor")]
    assert after.debtor.debtor == DEBTOR
