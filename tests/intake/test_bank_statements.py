from pathlib import Path

import pytest

from intake import camt
from intake.bank import debts_named, read_bank
from intake.records import Record
from tests.intake.statements import (
    DEBTORS,
    DEBTS,
    OURS,
    PAYER,
    STRANGER,
    VERSIONS,
    Entry,
    Part,
    statement,
    written,
)


def read(folder: Path, text: str | bytes) -> list[Record]:
    return list(read_bank(written(folder, text), DEBTS.__contains__, DEBTORS.get, [OURS]))


def only(folder: Path, *entries: Entry, **of_file: str) -> Record:
    [record] = read(folder, statement(*entries, **of_file))
    return record


def rules(record: Record) -> list[str]:
    return [error.rule for error in record.errors]


@pytest.mark.norm("VEERE-4.3-a", "VEERE-4.4-a")
@pytest.mark.parametrize("version", VERSIONS)
def test_a_payment_with_a_reference_goes_to_its_debt_with_the_value_date_in_every_version(
    tmp_path: Path, version: str
) -> None:
    record = only(tmp_path, Entry([Part("100.00", reference="OZB-2026-0001")]), version=version)

    [command] = record.commands
    assert record.status == "ready"
    assert command == {
        "command": "register_payment",
        "id": f"register_payment:{OURS}:REF1:2026-05-08:CRDT100.00:1:1",
        "debt": "OZB-2026-0001",
        "amount": "100.00",
        "value_date": "2026-05-08",
        "channel": "bank",
    }


@pytest.mark.norm("VEERE-4.1-b")
@pytest.mark.parametrize("version", VERSIONS)
def test_who_paid_is_kept_apart_from_the_command_in_every_version(tmp_path: Path, version: str) -> None:
    part = Part("100.00", text="OZB-2026-0001", name="B. Derde", iban=STRANGER)

    record = only(tmp_path, Entry([part]), version=version)

    assert (record.personal["payer_name"], record.personal["payer_iban"]) == ("B. Derde", STRANGER)
    assert "Derde" not in str(record.commands)
    assert STRANGER not in str(record.commands)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_batch_of_direct_debits_gives_a_payment_per_part_in_every_version(tmp_path: Path, version: str) -> None:
    parts = [
        Part("60.00", end_to_end="OZB-2026-0001-03", mandate="M1"),
        Part("40.00", end_to_end="RIO-2026-0001-03", mandate="M2"),
    ]

    records = read(tmp_path, statement(Entry(parts, family="IDDT", batch=2), version=version))

    told = [(c["debt"], c["amount"], c["channel"]) for record in records for c in record.commands]
    assert told == [("OZB-2026-0001", "60.00", "direct_debit"), ("RIO-2026-0001", "40.00", "direct_debit")]
    assert len({record.ref for record in records}) == 2


def test_a_namespace_prefix_changes_nothing(tmp_path: Path) -> None:
    text = statement(Entry([Part("100.00", text="OZB-2026-0001")]))
    prefixed = text.replace("<Document xmlns=", "<Document xmlns:c=").replace("</", "</c:")
    prefixed = "".join(
        f"<c:{piece}" if piece[:1].isalpha() else f"<{piece}" for piece in prefixed.split("<")
    ).removeprefix("<")

    [record] = read(tmp_path, prefixed)

    assert record.commands[0]["debt"] == "OZB-2026-0001"


@pytest.mark.parametrize(
    "text",
    [
        "OZB-2026-0001",
        "betaling ozb 2026 0001 Jansen",
        "OZB20260001",
        "Kenmerk:OZB 2026-0001.",
        "aanslag OZB-2026- 0001, dank u",
        "OZB-2026-00 01",
    ],
)
def test_a_reference_is_found_whatever_its_spaces_hyphens_and_case(text: str) -> None:
    assert debts_named(text, DEBTS.__contains__) == ["OZB-2026-0001"]


@pytest.mark.parametrize(
    "text",
    ["OZB-2026-00019", "XOZB-2026-0001", "OZB-2026-0001-7", "5OZB-2026-0001", "OZB, 2026: 0001"],
)
def test_another_number_that_holds_a_reference_is_not_taken_for_it(text: str) -> None:
    assert debts_named(text, DEBTS.__contains__) == []


def test_an_iso_11649_creditor_reference_is_read_without_its_check_digits() -> None:
    assert debts_named("RF89 OZB2 0260 001", DEBTS.__contains__) == ["OZB-2026-0001"]


def test_the_longest_number_wins() -> None:
    assert debts_named("OZB-2026-0001", {"OZB-2026", "OZB-2026-0001"}.__contains__) == ["OZB-2026-0001"]


def test_a_payment_that_names_two_debts_is_left_to_an_official(tmp_path: Path) -> None:
    record = only(tmp_path, Entry([Part("100.00", text="OZB-2026-0001 en RIO-2026-0001")]))

    assert (record.status, rules(record), record.commands) == ("unmatched", ["several_references"], ())


@pytest.mark.norm("VEERE-4.4-b")
def test_a_payment_without_reference_from_a_known_account_is_undirected(tmp_path: Path) -> None:
    record = only(tmp_path, Entry([Part("100.00", text="gemeentebelasting")]))

    [command] = record.commands
    assert (command["command"], command["debtor"]) == ("register_undirected_payment", "D1")
    assert (command["value_date"], command["amount"], command["channel"]) == ("2026-05-08", "100.00", "bank")


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (Part("100.00", text="gemeentebelasting", iban=STRANGER), "no_reference"),
        (Part("100.00", reference="OZB-2026-9999"), "reference_unknown"),
        (Part("100.00", text="voor OZB-2026-9999"), "reference_unknown"),
    ],
)
def test_a_payment_that_nobody_can_place_is_kept_with_the_reason(tmp_path: Path, part: Part, rule: str) -> None:
    record = only(tmp_path, Entry([part]))

    assert (record.status, rules(record), record.commands) == ("unmatched", [rule], ())
    assert record.source["amount"] == "100.00"


def test_a_batch_without_details_is_left_to_an_official(tmp_path: Path) -> None:
    record = only(tmp_path, Entry([], family="IDDT", batch=25))

    assert (record.status, rules(record)) == ("unmatched", ["batch_without_details"])
    assert "25" in record.errors[0].text


def test_a_batch_that_does_not_add_up_is_refused_as_a_whole(tmp_path: Path) -> None:
    parts = [Part("60.00", text="OZB-2026-0001"), Part("39.99", text="RIO-2026-0001")]

    records = read(tmp_path, statement(Entry(parts)))

    assert [(record.status, rules(record)) for record in records] == [("refused", ["batch_sum"])] * 2
    assert "99.99" in records[0].errors[0].text


def test_a_batch_net_of_a_returned_debit_adds_up(tmp_path: Path) -> None:
    parts = [
        Part("140.00", end_to_end="OZB-2026-0001-1", mandate="M1"),
        Part("40.00", end_to_end="RIO-2026-0001-1", mandate="M2", direction="DBIT"),
    ]

    records = read(tmp_path, statement(Entry(parts, family="IDDT")))

    assert [record.commands[0]["command"] for record in records] == [
        "register_payment",
        "report_failed_debit",
    ]


def test_a_charge_beside_a_payment_is_not_taken_for_its_amount(tmp_path: Path) -> None:
    charge = "<Chrgs><Rcrd><Amt Ccy='EUR'>0.25</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>"

    record = only(tmp_path, Entry([Part(None, text="OZB-2026-0001", extra=charge)]))

    assert (record.commands[0]["command"], record.commands[0]["amount"]) == ("register_payment", "100.00")


def test_a_returned_direct_debit_is_reported_to_its_debt(tmp_path: Path) -> None:
    part = Part("100.00", end_to_end="OZB-2026-0001-02", mandate="M1", return_reason="AM04")

    record = only(tmp_path, Entry([part], direction="DBIT", family="IDDT"))

    [command] = record.commands
    assert command.pop("id").startswith("report_failed_debit:")
    assert command == {
        "command": "report_failed_debit",
        "debt": "OZB-2026-0001",
        "on": "2026-05-08",
        "amount": "100.00",
    }


def test_a_returned_direct_debit_without_a_debt_is_left_to_an_official(tmp_path: Path) -> None:
    record = only(tmp_path, Entry([Part("100.00", mandate="M1")], direction="DBIT", family="IDDT"))

    assert (record.status, rules(record)) == ("unmatched", ["return_unmatched"])


@pytest.mark.parametrize(("family", "mandate"), [("ICDT", ""), ("RDDT", "SUPPLIER-1")])
def test_money_that_the_office_paid_is_skipped_with_the_reason(tmp_path: Path, family: str, mandate: str) -> None:
    part = Part("100.00", text="OZB-2026-0001", mandate=mandate)

    record = only(tmp_path, Entry([part], direction="DBIT", family=family))

    assert (record.status, rules(record), record.commands) == ("skipped", ["debit"], ())


@pytest.mark.parametrize("direction", ["CRDT", "DBIT"])
def test_a_reversal_is_left_to_an_official(tmp_path: Path, direction: str) -> None:
    record = only(tmp_path, Entry([Part("100.00", text="OZB-2026-0001")], direction=direction, reversal=True))

    assert (record.status, rules(record), record.commands) == ("unmatched", ["reversal"], ())


def test_a_pay_out_that_came_back_is_no_payment(tmp_path: Path) -> None:
    record = only(tmp_path, Entry([Part("100.00", text="OZB-2026-0001", return_reason="AC04")]))

    assert (record.status, rules(record), record.commands) == ("unmatched", ["reversal"], ())


def test_a_reference_in_what_the_bank_says_is_found_too(tmp_path: Path) -> None:
    [command] = only(tmp_path, Entry([Part("100.00", bank_says="OVERB OZB-2026-0001 2026")])).commands

    assert command["debt"] == "OZB-2026-0001"


def test_a_single_part_is_worth_what_was_booked(tmp_path: Path) -> None:
    [command] = only(tmp_path, Entry([Part("100.25", text="OZB-2026-0001")], amount="100.00")).commands

    assert command["amount"] == "100.00"


def test_an_entry_that_is_not_booked_yet_is_skipped(tmp_path: Path) -> None:
    record = only(tmp_path, Entry([Part("100.00", text="OZB-2026-0001")], status="PDNG"))

    assert (record.status, rules(record), record.commands) == ("skipped", ["pending"], ())


@pytest.mark.norm("VEERE-4.3-b")
def test_a_card_payment_tells_the_day_of_the_transaction(tmp_path: Path) -> None:
    part = Part("100.00", text="OZB-2026-0001", accepted="2026-05-07T22:30:00Z")

    [command] = only(tmp_path, Entry([part], family="MCRD")).commands

    assert (command["channel"], command["paid_on"], command["value_date"]) == (
        "card",
        "2026-05-08",
        "2026-05-08",
    )


@pytest.mark.parametrize(
    ("entry", "field", "rule"),
    [
        (Entry([Part("100.00", currency="USD")], currency="USD"), "currency", "currency"),
        (Entry(value_date=None), "value_date", "missing"),
        (Entry([Part("100.00", text="OZB-2026-0001")], family="MCRD"), "accepted_on", "missing"),
        (Entry(value_date="2026-02-30"), "value_date", "date_missing_day"),
        (Entry(value_date="08-05-2026"), "value_date", "date_form"),
        (Entry(amount="-5.00"), "amount", "amount_not_positive"),
        (Entry(amount="100.005"), "amount", "amount_ambiguous"),
        (Entry(amount="1000.005"), "amount", "amount_decimals"),
        (Entry(amount="veel"), "amount", "amount_form"),
        (Entry(direction="BOTH"), "direction", "choice"),
        (Entry(status=""), "booking_status", "missing"),
        (Entry([Part(text="x" * 10_001)]), "text", "too_long"),
        (Entry([Part(reference="\u0085\x7f")]), "reference", "control_character"),
    ],
)
def test_a_bad_field_refuses_its_entry_and_the_rest_goes_on(
    tmp_path: Path, entry: Entry, field: str, rule: str
) -> None:
    good = Entry([Part("100.00", text="OZB-2026-0001")], servicer_reference="REF2")

    refused, taken = read(tmp_path, statement(entry, good))

    assert (refused.status, refused.commands) == ("refused", ())
    assert (field, rule) in [(error.field, error.rule) for error in refused.errors]
    assert taken.status == "ready"


def test_a_field_of_ten_megabytes_refuses_its_entry_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = Entry([Part("100.00", text="OZB-2026-0001")], servicer_reference="REF2")

    refused, taken = read(tmp_path, statement(Entry([Part(text="x" * 11_000_000)]), good))

    assert (refused.status, [(error.field, error.rule) for error in refused.errors]) == (
        "refused",
        [("text", "too_long")],
    )
    assert sum(len(value) for value in (refused.source | refused.personal).values()) < 11_000
    assert taken.status == "ready"


def test_an_account_of_somebody_else_is_refused(tmp_path: Path) -> None:
    record = only(tmp_path, Entry([Part("100.00", text="OZB-2026-0001")]), account=STRANGER)

    assert (record.status, rules(record)) == ("refused", ["account_not_ours"])


def test_errors_show_no_personal_data(tmp_path: Path) -> None:
    record = only(tmp_path, Entry([Part(text="J. de Vries " + "x" * 10_001, name="J.\x7fde Vries")]))

    assert {error.field for error in record.errors} == {"text", "payer_name"}
    assert "Vries" not in " ".join(map(str, record.errors))
    assert "Vries" not in str(record.source)


# -- files that give nothing but their error -------------------------------------------------------------


def refused_file(folder: Path, text: str | bytes, rule: str) -> str:
    [record] = read(folder, text)
    assert (record.line, record.status, rules(record), record.commands) == (None, "refused", [rule], ())
    return record.errors[0].text


def test_broken_xml_is_one_error_with_line_and_column(tmp_path: Path) -> None:
    text = statement(Entry([Part("100.00", text="OZB-2026-0001")])).replace("</Stmt>", "</Statement>")

    assert "regel 6, kolom" in refused_file(tmp_path, text, "xml_malformed")


def test_a_file_cut_off_halfway_gives_no_payment_at_all(tmp_path: Path) -> None:
    text = statement(*[Entry([Part("100.00", text="OZB-2026-0001")])] * 3)

    refused_file(tmp_path, text[: len(text) * 2 // 3], "xml_malformed")


def test_bytes_that_are_not_of_the_declared_encoding_are_one_clear_error(tmp_path: Path) -> None:
    text = statement(Entry([Part("100.00", name="Zoë", text="OZB-2026-0001")])).encode("latin-1")

    told = refused_file(tmp_path, text, "xml_encoding")

    assert "UTF-8" in told
    assert "regel 5" in told


def test_an_encoding_that_does_not_exist_is_one_clear_error(tmp_path: Path) -> None:
    text = statement(Entry()).replace('encoding="UTF-8"', 'encoding="KLINGON-8"')

    assert "KLINGON-8" in refused_file(tmp_path, text, "xml_encoding")


def test_a_declared_encoding_other_than_utf_8_is_read(tmp_path: Path) -> None:
    text = statement(Entry([Part("100.00", name="Zoë", text="OZB-2026-0001")]))

    [record] = read(tmp_path, text.replace("UTF-8", "windows-1252").encode("cp1252"))

    assert record.personal["payer_name"] == "Zoë"


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE Document [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
        '<!DOCTYPE Document [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/camt.dtd">',
        "<!DOCTYPE Document>",
    ],
)
def test_a_file_with_a_dtd_is_refused(tmp_path: Path, dtd: str) -> None:
    text = statement(Entry([Part("100.00", text="OZB-2026-0001 &c;")]))

    refused_file(tmp_path, text.replace("<Document", dtd + "<Document", 1), "xml_dtd")


def test_an_entity_bomb_in_an_attribute_of_the_root_is_refused(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    dtd = f'<!DOCTYPE Document [<!ENTITY e0 "bombbombbomb">{levels}]>'
    text = statement(Entry()).replace("<Document", dtd + '<Document bomb="&e9;"', 1)

    [record] = read(tmp_path, text)

    assert record.status == "refused"
    assert record.errors[0].rule in ("xml_dtd", "xml_malformed")


def test_another_message_is_refused_by_name(tmp_path: Path) -> None:
    text = statement(Entry()).replace("camt.053.001.08", "camt.052.001.08")

    assert "camt.052.001.08" in refused_file(tmp_path, text, "not_camt")


def test_a_file_without_a_statement_is_refused(tmp_path: Path) -> None:
    refused_file(tmp_path, statement().replace("Stmt>", "Rest>"), "not_camt")


def test_a_statement_without_entries_gives_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, statement()) == []


@pytest.mark.parametrize("text", [b"", b"  \n", b"debt;debtor\n"])
def test_a_file_that_is_no_xml_is_refused(tmp_path: Path, text: bytes) -> None:
    [record] = read(tmp_path, text)

    assert record.status == "refused"
    assert record.errors[0].rule in ("file_empty", "xml_malformed")


def test_a_file_over_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camt, "LARGEST_FILE", 1024)

    refused_file(tmp_path, statement(Entry(), Entry()), "file_too_large")


# -- keys ------------------------------------------------------------------------------------------------


def ids(folder: Path, text: str) -> list[str]:
    return [command["id"] for record in read(folder, text) for command in record.commands]


def test_the_same_entry_in_another_statement_has_the_same_id(tmp_path: Path) -> None:
    mine = Entry([Part("100.00", text="OZB-2026-0001")])
    other = Entry([Part("100.00", text="OZB-2026-0001")], servicer_reference="REF0")

    daily = ids(tmp_path, statement(mine, name="DAY-131"))
    monthly = ids(tmp_path, statement(other, mine, name="MONTH-05", version="02"))

    assert daily[0] in monthly
    assert len(set(monthly)) == 2


@pytest.mark.parametrize("reference", ["", "NONREF"])
def test_without_a_reference_of_the_bank_the_statement_tells_entries_apart(tmp_path: Path, reference: str) -> None:
    entry = Entry([Part("100.00", text="OZB-2026-0001")], servicer_reference=reference)

    one, two = ids(tmp_path, statement(entry, name="S1")), ids(tmp_path, statement(entry, name="S2"))

    assert one != two
    assert one == ids(tmp_path, statement(entry, name="S1"))


def test_two_equal_payments_under_one_reference_are_two(tmp_path: Path) -> None:
    entry = Entry([Part("100.00", text="OZB-2026-0001")])

    assert len(set(ids(tmp_path, statement(entry, entry)))) == 2


def test_a_statement_twice_in_one_file_gives_the_same_keys(tmp_path: Path) -> None:
    text = statement(Entry([Part("100.00", text="OZB-2026-0001")]))
    once = text[text.index("<Stmt>") : text.index("</BkToCstmrStmt>")]

    one, other = ids(tmp_path, text.replace(once, once + once))

    assert one == other


def test_ids_fit_a_command(tmp_path: Path) -> None:
    entry = Entry([Part("100.00", text="OZB-2026-0001")], amount="9999999999.99", servicer_reference="R" * 500)

    assert len(ids(tmp_path, statement(entry))[0]) <= 200
    assert PAYER not in ids(tmp_path, statement(entry))[0]
