"""A command from options and JSON: values become what the field means, mistakes name field, value and rule."""

from decimal import Decimal
from pathlib import Path

import pytest

from desk.forms import as_message, from_file, from_pairs, read
from desk.screen import DeskProblem
from domain.debt.commands import RegisterPayment

PAYMENT = {"command": "register_payment", "debt": "OZB-1", "amount": "600.10", "value_date": "2026-05-11"}


def test_text_becomes_what_the_field_means() -> None:
    command = read(PAYMENT)
    assert isinstance(command, RegisterPayment)
    assert command.amount == Decimal("600.10")
    assert command.value_date.isoformat() == "2026-05-11"


def test_a_command_without_id_gets_one_of_its_own() -> None:
    first, second = read(PAYMENT), read(PAYMENT)
    assert first.id
    assert first.id != second.id
    assert read(PAYMENT | {"id": "bank:1"}).id == "bank:1"


def test_a_message_holds_what_was_given_and_its_name() -> None:
    assert as_message(read(PAYMENT | {"id": "bank:1"})) == PAYMENT | {"id": "bank:1"}


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"amount": "1.005"}, "amount: '1.005': Decimal input should have no more than 2 decimal places"),
        ({"amount": "-1.00"}, "amount: '-1.00': Input should be greater than 0"),
        ({"value_date": "2026-02-30"}, "value_date: '2026-02-30': Input should be a valid date"),
        ({"debt": None}, "debt: 'None': Input should be a valid string"),
        ({"amuont": "1.00"}, "amuont: unknown field; did you mean 'amount'?"),
        ({"role": "king"}, "role: 'king': Input should be 'engine'"),
    ],
)
def test_a_mistake_names_field_value_and_rule(fields: dict[str, object], line: str) -> None:
    with pytest.raises(DeskProblem) as refused:
        read(PAYMENT | fields)
    assert refused.value.code == 2
    assert line in str(refused.value)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(DeskProblem) as refused:
        read({"command": "register_payment"})
    assert [line.split(":")[0].strip() for line in str(refused.value).splitlines()[1:]] == [
        "debt",
        "amount",
        "value_date",
    ]


def test_an_unknown_command_gets_a_hint() -> None:
    with pytest.raises(DeskProblem, match="did you mean 'register_payment'"):
        read({"command": "register_paymnt"})


def test_a_number_in_a_json_file_stays_the_text_that_stands_there(tmp_path: Path) -> None:
    file = tmp_path / "payment.json"
    file.write_text('{"amount": 0.10}')
    assert from_file(str(file)) == {"amount": "0.10"}


@pytest.mark.parametrize(("text", "words"), [("{", "payment.json:1:2: not JSON"), ("[]", "one JSON object")])
def test_a_json_file_that_is_no_command_is_named(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "payment.json"
    file.write_text(text)
    with pytest.raises(DeskProblem, match=words):
        from_file(str(file))


def test_pairs_are_text_unless_they_are_a_list_or_an_object() -> None:
    assert from_pairs(["amount=1.00", "due=[1, 2]", "third-party=X=Y"]) == {
        "amount": "1.00",
        "due": [1, 2],
        "third_party": "X=Y",
    }
    with pytest.raises(DeskProblem, match="'amount' is not FIELD=VALUE"):
        from_pairs(["amount"])
