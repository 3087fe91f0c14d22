import asyncio
import re
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from intake.assessments import read_assessments
from intake.bank import read_bank
from intake.records import Command
from intake.store import (
    ImportSummary,
    Kept,
    NotMendable,
    Undeliverable,
    keep,
    known,
    mend,
    refused,
    send_ready,
)
from tests.intake.statements import OURS, PAYER, STRANGER, Entry, Part, statement, written
from tests.intake.test_assessment_lists import listed, row


async def keep_list(pool: asyncpg.Pool, folder: Path, *rows: dict[str, str], name: str = "list.csv") -> ImportSummary:
    path = written(folder, listed(*rows), name)
    return await keep(pool, path, "assessments", read_assessments(path))


async def keep_bank(pool: asyncpg.Pool, folder: Path, *entries: Entry, name: str = "S1") -> ImportSummary:
    path = written(folder, statement(*entries, name=name))
    now = await known(pool)
    return await keep(pool, path, "bank", read_bank(path, now.is_debt, now.debtor_of_iban, [OURS]))


async def sent_by(pool: asyncpg.Pool, booked_until: date = date.max) -> list[Command]:
    taken: list[Command] = []

    async def send(command: Command) -> None:
        taken.append(command)

    await send_ready(pool, send, booked_until=booked_until)
    return taken


async def statuses(pool: asyncpg.Pool) -> list[str]:
    return [row["status"] for row in await pool.fetch("select status from intake_records order by id")]


def rules(kept: Kept) -> list[str]:
    return [error.rule for error in kept.record.errors]


PAYMENT = Entry([Part("100.00", text="OZB-2026-0001")])


# -- keep ------------------------------------------------------------------------------------------------


async def test_good_and_refused_lines_are_kept_and_counted(pool: asyncpg.Pool, tmp_path: Path) -> None:
    summary = await keep_list(pool, tmp_path, row(), row(debt="OZB-2026-0002", amount="-1"))

    assert (summary.name, summary.kind, summary.is_new) == ("list.csv", "assessments", True)
    assert summary.records == {"ready": 1, "refused": 1}


async def test_the_same_file_again_adds_nothing(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(), row(debt="OZB-2026-0002", amount="-1"))
    await sent_by(pool)

    again = await keep_list(pool, tmp_path, row(), row(debt="OZB-2026-0002", amount="-1"), name="copy.csv")

    assert (again.is_new, again.records) == (False, {"sent": 1, "refused": 1})
    assert await sent_by(pool) == []


async def test_an_error_while_reading_keeps_nothing_of_the_file(pool: asyncpg.Pool, tmp_path: Path) -> None:
    path = written(tmp_path, listed(row()), "list.csv")

    def broken():
        yield from read_assessments(path)
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="disk"):
        await keep(pool, path, "assessments", broken())

    assert await statuses(pool) == []
    assert await pool.fetchval("select count(*) from intake_files") == 0
    assert await pool.fetchval("select count(*) from people") == 0


async def test_the_same_assessment_in_another_file_is_a_duplicate(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row())

    other = await keep_list(pool, tmp_path, row(), row(debt="OZB-2026-0002"), name="other.csv")

    assert other.records == {"duplicate": 1, "ready": 1}


async def test_the_same_assessment_with_another_amount_is_refused(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row())
    await sent_by(pool)

    await keep_list(pool, tmp_path, row(amount="601.00"), name="other.csv")

    [kept] = await refused(pool)
    assert rules(kept) == ["already_imported"]
    assert await sent_by(pool) == []


async def test_a_line_twice_in_one_file_counts_once(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(), row(), row(amount="1.00"))

    assert await statuses(pool) == ["ready", "duplicate", "refused"]


async def test_a_moved_debtor_in_a_later_list_is_news_about_the_person_only(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row())
    await keep_list(pool, tmp_path, row(debt="OZB-2026-0002", dated="2026-03-31", address="Markt 3"), name="b.csv")
    await keep_list(pool, tmp_path, row(debt="OZB-2026-0003", dated="2026-04-15", address="Markt 3"), name="c.csv")

    history = await pool.fetch("select valid_from, address from people where debtor = 'D1' order by valid_from")
    assert [tuple(line) for line in history] == [
        (date(2026, 2, 28), "Kerkstraat 12"),
        (date(2026, 3, 31), "Markt 3"),
    ]


async def test_a_list_without_the_account_does_not_forget_it(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row())
    await keep_list(
        pool, tmp_path, row(debt="OZB-2026-0002", dated="2026-03-31", iban="", city="Domburg"), name="b.csv"
    )

    assert (await known(pool)).debtor_of_iban(PAYER) == "D1"


async def test_a_corrected_list_replaces_the_refused_line(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(amount="-600.00"))

    await keep_list(pool, tmp_path, row(), name="corrected.csv")

    assert await statuses(pool) == ["mended", "ready"]
    assert await refused(pool) == []


async def test_personal_data_of_a_refused_line_is_not_yet_a_person(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(amount="-600.00"))

    assert await pool.fetchval("select count(*) from people") == 0


async def test_an_account_of_two_debtors_says_nothing(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(), row(debt="OZB-2026-0002", debtor="D2"))

    assert (await known(pool)).debtor_of_iban(PAYER) is None


async def test_characters_that_a_database_cannot_hold_are_kept_readable(pool: asyncpg.Pool, tmp_path: Path) -> None:
    path = written(
        tmp_path, listed(row(name="Zo\x00"), row(debt="OZB-2026-0002", city="Zoë")).encode("cp1252"), "l.csv"
    )

    summary = await keep(pool, path, "assessments", read_assessments(path))

    assert summary.records == {"refused": 3}


@pytest.mark.norm("VEERE-4.1-b")
async def test_the_payer_of_each_payment_is_kept(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row())
    part = Part("100.00", text="OZB-2026-0001", name="B. Derde", iban=STRANGER)
    await keep_bank(pool, tmp_path, Entry([part]))

    payer = await pool.fetchrow("select * from payers")
    assert (payer["name"], payer["iban"]) == ("B. Derde", STRANGER)
    assert payer["command_id"].startswith("register_payment:")


async def test_an_entry_in_the_daily_and_the_monthly_statement_is_sent_once(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row())
    await keep_bank(pool, tmp_path, PAYMENT, name="DAY")
    await keep_bank(pool, tmp_path, Entry(servicer_reference="R0"), PAYMENT, name="MONTH")

    payments = [command for command in await sent_by(pool) if command["command"] == "register_payment"]
    assert len(payments) == 1


async def test_a_payment_that_came_before_its_assessment_is_taken_when_the_file_is_read_again(
    pool: asyncpg.Pool, tmp_path: Path
) -> None:
    before = await keep_bank(pool, tmp_path, PAYMENT)
    await keep_list(pool, tmp_path, row())

    after = await keep_bank(pool, tmp_path, PAYMENT)

    assert (before.records, after.records) == ({"unmatched": 1}, {"ready": 1})
    assert await pool.fetchval("select count(*) from payers") == 1


async def test_a_pending_entry_is_taken_once_the_bank_books_it(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row())
    pending = Entry([Part("100.00", text="OZB-2026-0001")], status="PDNG")

    await keep_bank(pool, tmp_path, pending, name="DAY-1")
    summary = await keep_bank(pool, tmp_path, PAYMENT, name="DAY-2")

    assert summary.records == {"ready": 1}


async def test_many_records_are_kept_in_pieces_and_in_order(pool: asyncpg.Pool, tmp_path: Path) -> None:
    rows = [row(debt=f"OZB-{number:06d}") for number in range(1_100)]

    summary = await keep_list(pool, tmp_path, *rows)

    assert summary.records == {"ready": 1_100}
    fixed = [command["debt"] for command in await sent_by(pool) if command["command"] == "fix_assessment"]
    assert len(set(fixed)) == 1_100


# -- send ------------------------------------------------------------------------------------------------


async def test_the_commands_of_a_line_go_out_in_their_order(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(direct_debit="10", direct_debit_first_on="2026-03-26"))

    commands = [command["command"] for command in await sent_by(pool)]

    assert commands == ["register_debtor", "fix_assessment", "register_mandate"]
    assert await statuses(pool) == ["sent"]


async def test_what_was_sent_is_not_sent_again(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row())

    assert len(await sent_by(pool)) == 2
    assert await sent_by(pool) == []


async def test_payments_follow_their_assessments_and_keep_their_order_per_debt(
    pool: asyncpg.Pool, tmp_path: Path
) -> None:
    await keep_list(pool, tmp_path, *[row(debt=f"OZB-2026-000{number}") for number in range(5)])
    entries = [Entry([Part(text=f"OZB-2026-000{n % 5}")], servicer_reference=f"R{n}") for n in range(20)]
    await keep_bank(pool, tmp_path, *entries)
    taken: list[tuple[str, str]] = []

    async def slower_for_the_first(command: Command) -> None:
        await asyncio.sleep(0.02 if ":R0:" in command["id"] else 0)
        taken.append((command["command"], command["id"]))

    await send_ready(pool, slower_for_the_first)

    kinds = [kind for kind, _ in taken]
    assert set(kinds[:10]) == {"register_debtor", "fix_assessment"}
    of_first = [id_.split(":")[2] for _, id_ in taken if re.search(r":R(0|5|10|15):", id_)]
    assert of_first == ["R0", "R5", "R10", "R15"]


@pytest.mark.parametrize("dies_at", [0, 1, 2, 7, 40])
async def test_a_send_that_dies_anywhere_loses_nothing_when_it_runs_again(
    pool: asyncpg.Pool, tmp_path: Path, dies_at: int
) -> None:
    await keep_list(pool, tmp_path, *[row(debt=f"OZB-2026-{number:04d}") for number in range(40)])
    arrived: list[str] = []

    async def dies(command: Command) -> None:
        if len(arrived) == dies_at:
            raise ConnectionError("the engine went away")
        arrived.append(command["id"])

    with pytest.raises(ConnectionError, match="went away"):
        await send_ready(pool, dies)
    assert "ready" in await statuses(pool)

    arrived += [command["id"] for command in await sent_by(pool)]

    assert {name for name in arrived if name.startswith("fix")} == {
        f"fix_assessment:OZB-2026-{number:04d}" for number in range(40)
    }
    assert set(await statuses(pool)) == {"sent"}


async def test_an_undeliverable_command_is_refused_and_the_rest_goes_on(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(), row(debt="OZB-2026-0002"))

    async def send(command: Command) -> None:
        if command.get("debt") == "OZB-2026-0001":
            raise Undeliverable("aanslag is afgesloten")

    summary = await send_ready(pool, send)

    assert (summary.sent, summary.refused) == (1, 1)
    [kept] = await refused(pool)
    assert (rules(kept), kept.record.ref) == (["undeliverable"], "OZB-2026-0001")
    assert "afgesloten" in kept.record.errors[0].text
    assert (await mend(pool, kept.id, {}, by="INV-04")).record.status == "ready"


async def test_progress_is_told_up_to_the_whole(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, *[row(debt=f"OZB-2026-{number:04d}") for number in range(70)])
    told: list[tuple[int, int]] = []

    async def send(command: Command) -> None:
        return None

    await send_ready(pool, send, lambda done, total: told.append((done, total)))

    assert told == sorted(told)
    assert told[-1] == (70, 70)


async def test_bank_entries_may_be_held_back_until_the_day_they_were_booked(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row())
    await keep_bank(pool, tmp_path, Entry([Part(text="OZB-2026-0001")], booked_on="2026-05-11"))

    early = await sent_by(pool, date(2026, 5, 10))
    later = await sent_by(pool, date(2026, 5, 11))

    assert [command["command"] for command in early] == ["register_debtor", "fix_assessment"]
    assert [command["command"] for command in later] == ["register_payment"]


# -- mend ------------------------------------------------------------------------------------------------


async def test_a_mended_line_is_sent_and_tells_who_changed_what(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(amount="600.005"))
    [kept] = await refused(pool)

    mended = await mend(pool, kept.id, {"amount": "600,50"}, by="INV-04")

    assert (mended.record.status, mended.record.errors) == ("ready", ())
    assert [(change["by"], change["changes"]) for change in mended.mendings] == [("INV-04", {"amount": "600,50"})]
    assert [command.get("amount") for command in await sent_by(pool)] == [None, "600.50"]
    assert await pool.fetchval("select name from people") == "Anna de Wit"


async def test_a_mending_is_judged_by_the_same_rules(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(amount="-1", dated="2026-02-30"))
    [kept] = await refused(pool)

    half = await mend(pool, kept.id, {"amount": "1.00"}, by="INV-04")
    whole = await mend(pool, kept.id, {"dated": "2026-02-28"}, by="INV-05")

    assert (half.record.status, rules(half)) == ("refused", ["date_missing_day"])
    assert whole.record.status == "ready"
    assert [change["by"] for change in whole.mendings] == ["INV-04", "INV-05"]


async def test_a_character_that_was_lost_in_reading_must_be_mended_too(pool: asyncpg.Pool, tmp_path: Path) -> None:
    path = written(tmp_path, listed(row(name="Zoë", amount="-1")).encode("cp1252"), "list.csv")
    await keep(pool, path, "assessments", read_assessments(path))
    kept = (await refused(pool))[-1]

    half = await mend(pool, kept.id, {"amount": "1.00"}, by="INV-04")
    whole = await mend(pool, kept.id, {"name": "Zoë"}, by="INV-04")

    assert (rules(half), whole.record.status) == (["encoding"], "ready")


async def test_a_field_that_was_cut_is_still_too_long(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(name="x" * 20_000, amount="-1"))
    [kept] = await refused(pool)

    assert rules(await mend(pool, kept.id, {"amount": "1.00"}, by="INV-04")) == ["too_long"]


async def test_the_file_again_does_not_undo_a_mending(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(amount="-1", dated="2026-02-30"))
    [kept] = await refused(pool)
    await mend(pool, kept.id, {"amount": "1.00"}, by="INV-04")

    await keep_list(pool, tmp_path, row(amount="-1", dated="2026-02-30"))

    [still] = await refused(pool)
    assert (rules(still), len(still.mendings)) == (["date_missing_day"], 1)


async def test_an_official_gives_an_unmatched_payment_its_debt(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row())
    await keep_bank(pool, tmp_path, Entry([Part("100.00", text="voor OZB-2026-9999")]))
    [kept] = await refused(pool)

    mended = await mend(pool, kept.id, {"reference": "OZB-2026-0001"}, by="INV-04", our_ibans=[OURS])

    assert mended.record.commands[0]["debt"] == "OZB-2026-0001"
    assert [command["command"] for command in await sent_by(pool)][-1] == "register_payment"


async def test_a_mended_entry_in_the_monthly_statement_is_a_duplicate(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row())
    entry = Entry([Part("100.00", text="voor OZB-2026-9999")])
    await keep_bank(pool, tmp_path, entry, name="DAY")
    [kept] = await refused(pool)
    await mend(pool, kept.id, {"reference": "OZB-2026-0001"}, by="INV-04", our_ibans=[OURS])

    summary = await keep_bank(pool, tmp_path, entry, name="MONTH")

    assert summary.records == {"duplicate": 1}


async def test_an_official_gives_an_unmatched_payment_its_debtor(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_bank(pool, tmp_path, Entry([Part("100.00", text="belasting", iban=STRANGER)]))
    [kept] = await refused(pool)

    wrong = await mend(pool, kept.id, {"debtor": "mevrouw Jansen"}, by="INV-04", our_ibans=[OURS])
    mended = await mend(pool, kept.id, {"debtor": "D7"}, by="INV-04", our_ibans=[OURS])

    assert (wrong.record.status, rules(wrong)) == ("refused", ["debtor_id"])
    assert mended.record.commands[0]["command"] == "register_undirected_payment"
    assert mended.record.commands[0]["debtor"] == "D7"


async def test_mending_into_an_assessment_that_exists_is_refused(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(), row(debt="ozb", amount="5.00"))
    [kept] = await refused(pool)

    mended = await mend(pool, kept.id, {"debt": "OZB-2026-0001"}, by="INV-04")

    assert (mended.record.status, rules(mended)) == ("refused", ["already_imported"])


async def test_only_open_lines_and_known_fields_can_be_mended(pool: asyncpg.Pool, tmp_path: Path) -> None:
    await keep_list(pool, tmp_path, row(), row(debt="OZB-2026-0002", amount="-1"))
    [kept] = await refused(pool)

    for record_id in (kept.id - 1, 999):
        with pytest.raises(NotMendable, match=f"record_id: {record_id} "):
            await mend(pool, record_id, {"amount": "1.00"}, by="INV-04")
    with pytest.raises(NotMendable, match="changes: bedrag cannot be changed; choose from debt, "):
        await mend(pool, kept.id, {"bedrag": "1.00"}, by="INV-04")


async def test_an_error_of_a_whole_file_is_listed_but_cannot_be_mended(pool: asyncpg.Pool, tmp_path: Path) -> None:
    path = written(tmp_path, "no;such;columns\n", "list.csv")
    await keep(pool, path, "assessments", read_assessments(path))
    [kept] = await refused(pool)

    assert kept.record.line is None
    with pytest.raises(NotMendable):
        await mend(pool, kept.id, {}, by="INV-04")
