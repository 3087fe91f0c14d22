"""The files of the demo: every line is good, and together they show every way in which money comes in."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from domain.core import COMMANDS
from intake.assessments import read_assessments
from intake.bank import read_bank
from intake.records import Record
from tests.intake.statements import OURS

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def assessments() -> list[Record]:
    return list(read_assessments(SAMPLES / "assessments.csv"))


@pytest.fixture(scope="module")
def payments(assessments: list[Record]) -> list[Record]:
    debts = {record.ref for record in assessments}
    accounts = {record.personal["iban"]: record.commands[0]["debtor"] for record in assessments}
    return list(read_bank(SAMPLES / "bank.xml", debts.__contains__, accounts.get, [OURS]))


def test_every_assessment_is_ready(assessments: list[Record]) -> None:
    assert len(assessments) >= 14
    assert {record.status for record in assessments} == {"ready"}


def test_every_command_of_the_samples_is_one_that_the_core_knows(
    assessments: list[Record], payments: list[Record]
) -> None:
    commands = [command for record in (*assessments, *payments) for command in record.commands]

    for command in commands:
        COMMANDS.validate_python(command)

    assert {command["command"] for command in commands} == {
        "register_debtor",
        "fix_assessment",
        "register_mandate",
        "register_payment",
        "register_undirected_payment",
        "report_failed_debit",
    }


def test_the_list_shows_each_kind_of_debtor_and_debt(assessments: list[Record]) -> None:
    debtors = [record.commands[0] for record in assessments]
    fixed = [record.commands[1] for record in assessments]

    assert {debtor["kind"] for debtor in debtors} == {"private_person", "entrepreneur"}
    assert any(debtor["representative"] for debtor in debtors)
    assert any(debtor["message_box"] for debtor in debtors)
    assert max(Counter(debtor["debtor"] for debtor in debtors).values()) == 3
    assert max(len(debt["due"]) for debt in fixed) == 2
    assert len({debt["tax"] for debt in fixed}) >= 6
    assert [c["instalments"] for record in assessments for c in record.commands[2:]] == [10, 10]


def test_the_statements_show_each_way_of_paying(assessments: list[Record], payments: list[Record]) -> None:
    fixed = {record.ref: record.commands[1] for record in assessments}
    told = [(record, command) for record in payments for command in record.commands]
    paid = [(record, command) for record, command in told if command["command"] == "register_payment"]

    def shown(record: Record, command: dict[str, Any]) -> set[str]:
        debt = fixed[command["debt"]]
        amount, owed = Decimal(command["amount"]), Decimal(debt["amount"])
        return {
            "late" if command["value_date"] > debt["due"][0] else "in time",
            "partial" if amount < owed else "overpaid" if amount > owed else "whole",
            "back-valued" if record.source["value_date"] < record.source["booked_on"] else "",
            command["channel"],
        }

    assert set().union(*(shown(*payment) for payment in paid)) == {
        *("in time", "late", "partial", "whole", "overpaid", "back-valued", "bank", "direct_debit", "")
    }
    commands = Counter(command["command"] for _, command in told)
    assert commands["register_undirected_payment"] == 1
    assert commands["report_failed_debit"] == 1
    left = {(record.status, error.rule) for record in payments for error in record.errors}
    assert left == {("unmatched", "reference_unknown"), ("skipped", "debit")}


def test_the_back_valued_payment_lies_on_both_sides_of_the_demand(payments: list[Record]) -> None:
    [record] = [record for record in payments if record.source["value_date"] < record.source["booked_on"]]

    assert record.source["value_date"] <= "2026-05-08" < "2026-05-09" <= record.source["booked_on"]


def test_each_statement_adds_up_to_its_closing_balance() -> None:
    tree = etree.parse(SAMPLES / "bank.xml")
    names = {"c": etree.QName(tree.getroot()).namespace}
    closing = Decimal("10000.00")
    for statement in tree.iterfind(".//c:Stmt", names):
        first, last = (Decimal(text) for text in statement.xpath("c:Bal/c:Amt/text()", namespaces=names))
        moved = sum(
            Decimal(entry.findtext("c:Amt", None, names))
            * (1 if entry.findtext("c:CdtDbtInd", None, names) == "CRDT" else -1)
            for entry in statement.iterfind("c:Ntry", names)
        )
        assert first == closing
        closing = first + moved
        assert last == closing
