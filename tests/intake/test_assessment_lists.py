import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest

from intake.assessments import COLUMNS, read_assessments
from intake.records import Record
from intake.values import read_amount
from tests.intake.statements import PAYER, written

GOOD = {
    "debt": "OZB-2026-0001",
    "debtor": "D1",
    "name": "Anna de Wit",
    "address": "Kerkstraat 12",
    "postcode": "4351 AB",
    "city": "Veere",
    "kind": "private_person",
    "tax": "property_tax",
    "amount": "600.00",
    "dated": "2026-02-28",
    "due": "2026-04-30",
    "tax_year": "2026",
    "message_box": "no",
    "iban": PAYER,
}


def row(**changes: str) -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "") | GOOD | changes


def listed(*rows: dict[str, str], delimiter: str = ";") -> str:
    lines = [delimiter.join(COLUMNS), *(delimiter.join(row[name] for name in COLUMNS) for row in rows)]
    return "".join(f"{line}\n" for line in lines)


def read(folder: Path, text: str | bytes, **options: object) -> list[Record]:
    return list(read_assessments(written(folder, text, "list.csv"), **options))


def only(folder: Path, **changes: str) -> Record:
    [record] = read(folder, listed(row(**changes)))
    return record


def errors(record: Record) -> list[tuple[str, str]]:
    return [(error.field, error.rule) for error in record.errors]


@pytest.mark.norm("VEERE-2.1-a")
def test_a_good_line_registers_the_debtor_and_fixes_the_assessment(tmp_path: Path) -> None:
    record = only(tmp_path)

    register, fix = record.commands
    assert (record.line, record.ref, record.status, record.errors) == (2, "OZB-2026-0001", "ready", ())
    assert register.pop("id").startswith("register_debtor:D1:2026-02-28:")
    assert register == {
        "command": "register_debtor",
        "debtor": "D1",
        "kind": "private_person",
        "natural_person": True,
        "representative": False,
        "message_box": False,
        "address_known": True,
    }
    assert fix == {
        "command": "fix_assessment",
        "id": "fix_assessment:OZB-2026-0001",
        "debt": "OZB-2026-0001",
        "debtor": "D1",
        "tax": "property_tax",
        "amount": "600.00",
        "dated": "2026-02-28",
        "due": ["2026-04-30"],
        "tax_year": 2026,
    }


def test_personal_data_stays_out_of_commands_and_source(tmp_path: Path) -> None:
    record = only(tmp_path, representative_name="Mr. Francke", representative_address="Dam 25, Middelburg")

    assert record.personal["representative_name"] == "Mr. Francke"
    assert record.commands[0]["representative"] is True
    for told in ("Anna", "Kerkstraat", "4351", PAYER, "Francke", "Dam 25"):
        assert told not in str(record.commands)
        assert told not in str(record.source)


def test_direct_debit_adds_a_mandate(tmp_path: Path) -> None:
    record = only(tmp_path, direct_debit="10", direct_debit_first_on="2026-03-26")

    assert record.commands[2] == {
        "command": "register_mandate",
        "id": "register_mandate:OZB-2026-0001:2026-03-26:10",
        "debt": "OZB-2026-0001",
        "instalments": 10,
        "first_on": "2026-03-26",
    }


@pytest.mark.norm("VEERE-2.1-a")
def test_several_due_dates_are_put_in_order(tmp_path: Path) -> None:
    record = only(tmp_path, due="2026-06-30| 2026-04-30 ")

    assert record.commands[1]["due"] == ["2026-04-30", "2026-06-30"]


def test_an_entrepreneur_is_a_natural_person_only_when_the_list_says_so(tmp_path: Path) -> None:
    told = only(tmp_path, kind="entrepreneur", natural_person="yes").commands[0]
    untold = only(tmp_path, kind="entrepreneur").commands[0]

    assert (told["natural_person"], untold["natural_person"]) == (True, False)


def test_a_debtor_without_any_address_is_taken_as_such(tmp_path: Path) -> None:
    record = only(tmp_path, address="", postcode="", city="")

    assert record.commands[0]["address_known"] is False


@pytest.mark.norm("VEERE-2.1-a")
def test_an_assessment_without_a_due_date_is_refused(tmp_path: Path) -> None:
    record = only(tmp_path, due=" | ")

    assert (record.status, record.commands, errors(record)) == ("refused", (), [("due", "no_due_date")])


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"debt": ""}, "debt", "missing"),
        ({"debt": "ozb 1"}, "debt", "debt_id"),
        ({"debt": "AB"}, "debt", "debt_id"),
        ({"debt": "A" * 41}, "debt", "debt_id"),
        ({"debtor": "D_1"}, "debtor", "debtor_id"),
        ({"debtor": "111222333"}, "debtor", "bsn"),
        ({"debtor": "D-111222333"}, "debtor", "bsn"),
        ({"name": " "}, "name", "missing"),
        ({"city": ""}, "city", "address_part"),
        ({"kind": "particulier"}, "kind", "choice"),
        ({"natural_person": "no"}, "natural_person", "natural_person"),
        ({"tax": "window_tax"}, "tax", "tax_kind"),
        ({"amount": "0"}, "amount", "amount_not_positive"),
        ({"amount": "-600.00"}, "amount", "amount_not_positive"),
        ({"amount": "600.005"}, "amount", "amount_ambiguous"),
        ({"amount": "1600.005"}, "amount", "amount_decimals"),
        ({"amount": "NaN"}, "amount", "amount_form"),
        ({"dated": "2026-02-29"}, "dated", "date_missing_day"),
        ({"dated": "28-02-2026"}, "dated", "date_form"),
        ({"dated": "20260228"}, "dated", "date_form"),
        ({"due": "2026-04-31"}, "due", "date_missing_day"),
        ({"due": "2026-02-27"}, "due", "due_before_dated"),
        ({"due": "2026-04-30|2026-04-30"}, "due", "due_twice"),
        ({"due": "|".join(f"2026-04-{day:02d}" for day in range(1, 14))}, "due", "due_many"),
        ({"tax_year": "26"}, "tax_year", "number"),
        ({"tax_year": "２０２６"}, "tax_year", "number"),
        ({"message_box": "ja"}, "message_box", "choice"),
        ({"iban": "NL70TEST0000000001"}, "iban", "iban"),
        ({"direct_debit": "10"}, "direct_debit_first_on", "mandate_start"),
        ({"direct_debit_first_on": "2026-03-26"}, "direct_debit", "mandate_start"),
        ({"direct_debit": "0", "direct_debit_first_on": "2026-03-26"}, "direct_debit", "number"),
        (
            {"direct_debit": "10", "direct_debit_first_on": "2026-02-27"},
            "direct_debit_first_on",
            "mandate_before_dated",
        ),
        ({"representative_name": "Mr. Francke"}, "representative_address", "representative"),
        ({"name": "Anna\x00"}, "name", "control_character"),
        ({"name": "x" * 10_001}, "name", "too_long"),
    ],
)
def test_a_bad_field_is_named_with_its_rule_and_the_rest_goes_on(
    tmp_path: Path, changes: dict[str, str], field: str, rule: str
) -> None:
    refused, taken = read(tmp_path, listed(row(**changes), row(debt="OZB-2026-0002")))

    assert (refused.status, refused.commands, errors(refused)) == ("refused", (), [(field, rule)])
    assert (taken.line, taken.ref, taken.status) == (3, "OZB-2026-0002", "ready")


def test_a_field_of_ten_thousand_characters_is_taken(tmp_path: Path) -> None:
    assert only(tmp_path, name="x" * 10_000).status == "ready"


def test_all_broken_rules_of_a_line_are_told_at_once(tmp_path: Path) -> None:
    record = only(tmp_path, amount="-1", dated="2026-02-30", tax="window_tax")

    assert {field for field, _ in errors(record)} == {"amount", "dated", "tax"}


def test_an_error_shows_the_value_cut_and_what_to_do_but_no_personal_data(tmp_path: Path) -> None:
    long, personal = only(tmp_path, kind="k" * 500), only(tmp_path, iban="NL00WRONG")

    assert len(long.errors[0].value) == 80
    assert str(long.errors[0]).endswith("Kies uit: entrepreneur, private_person.")
    assert str(personal.errors[0]) == 'iban "(9 tekens)": Dit is geen geldig IBAN.'


def test_a_bsn_is_not_shown(tmp_path: Path) -> None:
    assert "111222333" not in str(only(tmp_path, debtor="111222333").errors[0])


def test_the_office_names_its_own_kinds_of_tax(tmp_path: Path) -> None:
    [record] = read(tmp_path, listed(row(tax="window_tax")), taxes={"window_tax"})

    assert record.commands[1]["tax"] == "window_tax"
    with pytest.raises(ValueError, match="Window Tax"):
        read(tmp_path, listed(row()), taxes={"Window Tax"})


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("600", "600"),
        ("600.5", "600.50"),
        ("600,05", "600.05"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("12.345.678,90", "12345678.90"),
        ("0,01", "0.01"),
    ],
)
def test_amounts_are_read_with_a_dutch_comma_or_an_english_dot(text: str, amount: str) -> None:
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("1.234", "amount_ambiguous"),
        ("1,234", "amount_ambiguous"),
        ("12.345.678", "amount_form"),
        ("0.123", "amount_decimals"),
        ("1.234,567", "amount_decimals"),
        ("-1.234,56", "amount_not_positive"),
        ("0,00", "amount_not_positive"),
        ("1e3", "amount_form"),
        ("€ 5", "amount_form"),
        ("1 000", "amount_form"),
        ("٣", "amount_form"),
        ("10000000000", "amount_too_large"),
        ("9" * 5000, "amount_too_large"),
    ],
)
def test_what_is_no_sure_amount_above_zero_is_refused(text: str, rule: str) -> None:
    assert read_amount(text) == rule


# -- the file as a whole ---------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_delimiter_byte_order_mark_and_line_ends_may_vary(
    tmp_path: Path, delimiter: str, encoding: str, line_end: str
) -> None:
    text = listed(row(name="Zoë"), row(debt="OZB-2026-0002"), delimiter=delimiter)

    records = read(tmp_path, text.replace("\n", line_end).encode(encoding))

    assert [record.status for record in records] == ["ready", "ready"]
    assert records[0].personal["name"] == "Zoë"


def test_a_quoted_field_may_hold_the_delimiter_and_quotes(tmp_path: Path) -> None:
    record = only(tmp_path, name='"De ""Zilte"" Bries; B.V."')

    assert record.personal["name"] == 'De "Zilte" Bries; B.V.'


def test_missing_unknown_and_double_columns_are_all_told_and_no_line_is_read(tmp_path: Path) -> None:
    text = listed(row()).replace(";amount;", ";bedrag;").replace(";tax;", ";debt;")

    [record] = read(tmp_path, text)

    assert (record.line, record.status) == (None, "refused")
    assert sorted(errors(record)) == [
        ("amount", "columns_missing"),
        ("bedrag", "columns_unknown"),
        ("debt", "columns_twice"),
        ("tax", "columns_missing"),
    ]


@pytest.mark.parametrize("text", [b"", b"\xef\xbb\xbf", b"\n"])
def test_an_empty_file_is_refused(tmp_path: Path, text: bytes) -> None:
    [record] = read(tmp_path, text)

    assert errors(record) == [("file", "file_empty")]


def test_bytes_that_are_no_utf_8_are_told_once_and_spoil_only_their_lines(
    tmp_path: Path,
) -> None:
    text = listed(row(), row(debt="OZB-2026-0002", name="Zoë"), row(debt="OZB-2026-0003", city="Curaçao"), row())

    whole, first, bad, worse, last = read(tmp_path, text.encode("cp1252"))

    assert (whole.line, errors(whole)) == (None, [("encoding", "file_encoding")])
    assert f"byte {text.index('ë')} " in whole.errors[0].text
    assert "UTF-8" in whole.errors[0].text
    assert (first.status, last.status) == ("ready", "ready")
    assert (errors(bad), errors(worse)) == ([("name", "encoding")], [("city", "encoding")])


def test_a_file_that_ends_inside_a_character_is_told_with_the_offset(tmp_path: Path) -> None:
    text = listed(row(iban="", representative_name="")).encode().rstrip() + b"\xc3"

    whole, _ = read(tmp_path, text)

    assert f"byte {len(text) - 1} " in whole.errors[0].text


def test_the_offset_is_right_far_into_a_file(tmp_path: Path) -> None:
    text = listed(*[row(name="é" * 900)] * 100).encode() + b"\xff\n"

    assert f"byte {len(text) - 2} " in read(tmp_path, text)[0].errors[0].text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_told_and_no_line_is_read(tmp_path: Path, encoding: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""

    [record] = read(tmp_path, mark + listed(row()).encode(encoding))

    assert errors(record) == [("encoding", "file_encoding")]
    assert record.errors[0].value == "UTF-16"


def test_a_quote_that_is_never_closed_spoils_one_line(tmp_path: Path) -> None:
    first, second = read(tmp_path, listed(row(name='"Anna'), row(debt="OZB-2026-0002")))

    assert (first.ref, errors(first)) == ("OZB-2026-0001", [("line", "row_malformed")])
    assert second.status == "ready"


def test_a_line_with_too_few_or_too_many_fields_is_told_by_count(tmp_path: Path) -> None:
    text = listed(row()) + "OZB-2026-0002;D2\n" + listed(row()).splitlines()[1] + ";extra\n\n"

    good, short, long = read(tmp_path, text)

    assert good.status == "ready"
    assert (short.line, short.ref, errors(short)) == (3, "OZB-2026-0002", [("line", "row_width")])
    assert "2 velden" in short.errors[0].text
    assert errors(long) == [("line", "row_width")]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_field_of_ten_megabytes_is_told_by_column_and_never_held(tmp_path: Path, quote: str) -> None:
    huge = quote + "x" * 10_000_000 + quote
    path = written(tmp_path, listed(row(), row(debt="OZB-2026-0002", city=huge), row(debt="OZB-2026-0003")), "l.csv")

    tracemalloc.start()
    first, bad, last = read_assessments(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (bad.line, bad.ref, errors(bad)) == (3, "OZB-2026-0002", [("city", "too_long")])
    assert bad.source["debtor"] == "D1"
    assert (first.status, last.line, last.status) == ("ready", 4, "ready")
    assert peak < 5_000_000


def test_a_csv_that_is_a_picture_is_refused_without_a_crash(tmp_path: Path) -> None:
    records = read(tmp_path, bytes(range(256)) * 400)

    assert {record.status for record in records} == {"refused"}


# -- keys ------------------------------------------------------------------------------------------------


def test_the_same_line_gives_the_same_ids_in_any_file(tmp_path: Path) -> None:
    one = read(tmp_path, listed(row(direct_debit="10", direct_debit_first_on="2026-03-26")))
    other = read(
        tmp_path,
        listed(row(debt="X-1"), row(direct_debit="10", direct_debit_first_on="2026-03-26"), delimiter=","),
    )

    assert one[0].commands == other[1].commands


def test_a_debtor_whose_facts_changed_is_registered_under_another_id(tmp_path: Path) -> None:
    assert only(tmp_path).commands[0]["id"] != only(tmp_path, message_box="yes").commands[0]["id"]
