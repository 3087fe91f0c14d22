"""The desk of a real office: files come in, commands are decided, questions answered, and all of it can be seen."""

from pathlib import Path
from typing import Any

import pytest

from activities.cases import Cases
from desk.delivery import sender
from intake.store import Undeliverable
from tests.conftest import Office
from tests.desk.conftest import Desk, Numbers
from tests.workflows.one_debt import eventually

HEADER = (
    "debt;debtor;name;address;postcode;city;kind;tax;amount;dated;due;tax_year;direct_debit;"
    "direct_debit_first_on;message_box\n"
)


def line(debt: str, debtor: str, amount: str = "600,00") -> str:
    return (
        f"{debt};{debtor};J. Jansen;Markt 1;4351 AA;Veere;private_person;property_tax;{amount};2026-02-28;"
        "2080-04-30;2026;;;no\n"
    )


async def test_an_assessment_list_is_sent_and_its_bad_line_is_told_and_mended(
    desk: Desk, numbers: Numbers, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    other = f"{numbers.debt}-B"
    file.write_text(HEADER + line(numbers.debt, numbers.debtor) + line(other, numbers.debtor, "600,005"))

    first = await desk("import", "assessments", str(file), "--json")
    assert first.code == 1
    assert first.json["records"] == {"sent": 1, "refused": 1}
    [bad] = first.json["refused"]
    assert (bad["line"], bad["errors"][0]["field"], bad["errors"][0]["value"]) == (3, "amount", "600,005")
    assert (await desk("show", numbers.debt, "--json")).json["outstanding"]["total"] == "600.00"

    assert bad["id"] in [row["id"] for row in (await desk("import", "refused", "--json")).json["refused"]]
    told = await desk("import", "refused")
    assert "invordering import mend ID FIELD=VALUE" in told.out

    still = await desk("import", "mend", str(bad["id"]), "amount=nul", "--by", "INV-01", "--json")
    assert (still.code, still.json["errors"][0]["value"]) == (1, "nul")
    mended = await desk("import", "mend", str(bad["id"]), "amount=50,00", "--by", "INV-01")
    assert mended.code == 0
    assert (await desk("show", other, "--json")).json["outstanding"]["total"] == "50.00"

    again = await desk("import", "assessments", str(file), "--json")
    assert (again.code, again.json["is_new"], again.json["sent"]) == (0, False, 0)


async def test_a_record_that_was_refused_by_its_debt_says_why(desk: Desk, known: Numbers, tmp_path: Path) -> None:
    file = tmp_path / "again.csv"
    file.write_text(HEADER + line(known.debt, known.debtor))

    said = await desk("import", "assessments", str(file), "--json")

    assert said.code == 1
    [row] = said.json["refused"]
    assert row["errors"][0]["rule"] == "undeliverable"
    assert f"Aanslag {known.debt} bestaat al" in row["errors"][0]["text"]


async def test_a_mend_of_nothing_is_an_error(desk: Desk) -> None:
    said = await desk("import", "mend", "999999999", "amount=1,00", "--by", "INV-01")
    assert said.code == 1
    assert "999999999 is not a refused or unmatched line" in said.err


async def test_a_message_that_no_case_could_read_is_listed_mended_and_sent(
    desk: Desk, known: Numbers, office: Office
) -> None:
    message = {"command": "register_payment", "id": f"{known.debt}-paid", "debt": known.debt, "amount": "-5"}
    await office.client.get_workflow_handle(known.debt).signal(
        "submit", message | {"value_date": "2026-03-02", "colour": "red"}
    )

    async def waiting() -> list[dict[str, Any]]:
        rows = (await desk("rejected", "list", "--json")).json["rejected"]
        return [row for row in rows if row["case"] == known.debt]

    async def has_come() -> bool:
        return await waiting() != []

    await eventually(has_come)
    [row] = await waiting()
    assert {error["field"].split(".")[-1] for error in row["errors"]} == {"amount", "colour"}
    assert "invordering rejected mend ID FIELD=VALUE" in (await desk("rejected", "list")).out

    still = await desk("rejected", "mend", str(row["id"]), "amount=5.00", "--by", "INV-01")
    assert (still.code, "colour: unknown field" in still.err) == (2, True)
    mended = await desk("rejected", "mend", str(row["id"]), "amount=5.00", "colour=", "--by", "INV-01", "--json")
    assert (mended.json["kind"], mended.json["id"]) == ("accepted", f"{known.debt}-paid")

    assert await waiting() == []
    assert (await desk("show", known.debt, "--json")).json["outstanding"]["total"] == "595.00"
    again = await desk("rejected", "mend", str(row["id"]), "--by", "INV-01")
    assert (again.code, "no message that waits" in again.err) == (2, True)


async def test_a_payment_for_an_unknown_debt_is_undeliverable_and_leaves_nothing(office: Office) -> None:
    send = sender(office.pool, Cases(office.client, office.settings.task_queue))
    payment = {"command": "register_payment", "id": "x", "debt": "NO-SUCH-DEBT", "amount": "1.00"}
    with pytest.raises(Undeliverable, match="NO-SUCH-DEBT is niet bekend"):
        await send(payment | {"value_date": "2026-05-11"})
    assert await office.pool.fetchval("select count(*) from streams where stream = 'NO-SUCH-DEBT'") == 0


async def test_a_payment_is_decided_once_however_often_it_is_given(desk: Desk, known: Numbers) -> None:
    words = ["submit", "register_payment", "--debt", known.debt, "--amount", "100.10"]
    words += ["--value-date", "2026-05-11", "--id", f"bank:{known.debt}", "--json"]

    first, second = await desk(*words), await desk(*words)

    assert (first.code, first.json["kind"]) == (0, "accepted")
    assert first.json["answer"]["events"][0]["event"] == "payment.booked.v1"
    assert (second.code, second.json["kind"]) == (0, "repeated")
    assert (await desk("show", known.debt, "--json")).json["outstanding"]["total"] == "499.90"


async def test_a_refusal_is_told_in_dutch_with_its_norm_and_fails(desk: Desk, known: Numbers) -> None:
    said = await desk(
        "submit", "fix_assessment", "--debt", known.debt, "--debtor", known.debtor, "--tax", "property_tax",
        "--amount", "1.00", "--dated", "2026-02-28", "--due", "2080-04-30",
    )  # fmt: skip
    assert said.code == 1
    assert f"Aanslag {known.debt} bestaat al. [VEERE-2.1-a]" in said.out


async def test_a_command_that_cannot_be_read_reaches_nobody(desk: Desk, known: Numbers) -> None:
    said = await desk("submit", "register_payment", "--debt", known.debt, "--amount", "1,00", "--json")
    assert (said.code, said.out) == (2, "")
    assert "amount: '1,00': Input should be a valid decimal" in said.err
    assert "value_date: missing; give --value-date" in said.err


async def test_a_whole_command_comes_as_json_and_may_be_left_in_the_inbox(desk: Desk, known: Numbers) -> None:
    payment = f'{{"command": "register_payment", "debt": "{known.debt}", "amount": 0.10, "value_date": "2026-05-11"}}'
    said = await desk("submit", "--json-file", "-", "--no-wait", "--json", input=payment)
    assert (said.code, said.json["kind"]) == (0, "delivered")
    # The inbox is taken up in order: when a later command is decided, this one was.
    await desk("submit", "register_payment", "--debt", known.debt, "--amount", "1.00", "--value-date", "2026-05-11")
    assert (await desk("show", known.debt, "--json")).json["paid"] == "1.10"


async def test_without_a_worker_the_desk_says_so(office: Office, known: Numbers) -> None:
    lonely = Desk(
        {
            "DATABASE_URL": office.runtime.dsn,
            "TEMPORAL_ADDRESS": office.runtime.temporal_address,
            "INVORDERING_TASK_QUEUE": "nobody-works-here",
        }
    )
    said = await lonely(
        "submit", "register_debtor", "--debtor", f"{known.debtor}-L", "--kind", "private_person", "--patience", "0.5"
    )
    assert said.code == 1
    assert "does a worker run" in said.err


async def test_a_question_shows_how_it_is_answered_and_is_gone_when_it_is(desk: Desk, numbers: Numbers) -> None:
    case = f"debtor-{numbers.debtor}"
    await desk("submit", "register_debtor", "--debtor", numbers.debtor, "--kind", "private_person")
    await desk(
        "submit", "register_undirected_payment", "--debtor", numbers.debtor, "--amount", "25.00",
        "--value-date", "2026-05-11",
    )  # fmt: skip

    [task] = [row for row in (await desk("tasks", "--json")).json["tasks"] if row["case"] == case]
    assert task["task"] == "pay_out_credit"
    assert task["answers"][0]["how"].startswith(f"invordering answer {case} pay_out_credit order_pay_out --by STAFF")

    wrong = await desk("answer", case, "pay_out_credit", "order_attachment", "--by", "INV-07")
    assert wrong.code == 2
    assert "choose one of order_pay_out, no" in wrong.err
    done = await desk("answer", case, "pay_out_credit", "order_pay_out", "--by", "INV-07", "--set", "amount=25.00")
    assert done.code == 0, done
    assert "INV-07" in done.out
    again = await desk("answer", case, "pay_out_credit", "order_pay_out", "--by", "INV-07", "--set", "amount=25.00")
    assert again.code == 1
    assert "'pay_out_credit' is not open" in again.err


async def test_explain_gives_each_act_its_norms_by_title(desk: Desk, known: Numbers) -> None:
    content = (await desk("explain", known.debt, "--json")).json
    assert content["acts"][0]["event"] == "assessment.fixed.v1"
    titles = {norm["id"]: norm["title"] for act in content["acts"] for norm in act["norms"]}
    assert titles["VEERE-2.1-b"] == "The whole amount must be paid"
    assert content["waits_for"]["until"] == "2080-04-30"
    assert any("VEERE-2.4-a" in [norm["id"] for norm in block["norms"]] for block in content["blocked"])
    assert [letter["kind"] for letter in content["letters"]] == ["assessment_notice"]

    told = await desk("explain", known.debt)
    assert "Aanslag vastgesteld: € 600,00." in told.out
    assert "The whole amount must be paid" in told.out


async def test_explain_tells_what_was_refused(desk: Desk, known: Numbers) -> None:
    await desk(
        "submit", "order_attachment", "--debt", known.debt, "--kind", "movables", "--object", "auto",
        "--by", "INV-07", "--role", "collection_officer",
    )  # fmt: skip
    [refusal] = (await desk("explain", known.debt, "--json")).json["refusals"]
    assert refusal["command"] == "order_attachment"
    assert refusal["by"] == "INV-07"
    assert refusal["text"]


async def test_forecast_tells_which_steps_come_when_and_at_what_cost(desk: Desk, known: Numbers) -> None:
    content = (await desk("forecast", known.debt, "--json")).json
    events = [step["event"] for step in content["steps"]]
    assert events.index("reminder.issued.v1") < events.index("demand.issued.v1") < events.index("writ.issued.v1")
    assert content["steps"][0]["on"] == "2080-05-01"
    costs = sum(float(step["costs"]) for step in content["steps"])
    assert float(content["outstanding_then"]["total"]) == float(content["outstanding"]["total"]) + costs > 600


async def test_letters_of_a_debt_show_their_state(desk: Desk, known: Numbers) -> None:
    [letter] = (await desk("letters", known.debt, "--json")).json["letters"]
    assert letter["key"] == f"{known.debt}-assessment_notice-1"
    assert letter["status"] in ("planned", "releasing", "released")
    assert letter["total"] == "600.00"


async def test_an_unknown_debt_is_a_clear_error_for_every_look(desk: Desk) -> None:
    for look in ("show", "explain", "forecast", "letters"):
        said = await desk(look, "NOWHERE-1", "--json")
        assert (said.code, said.out) == (1, "")
        assert "debt: 'NOWHERE-1' is not known" in said.err


async def test_migrating_again_changes_nothing(desk: Desk) -> None:
    assert (await desk("migrate", "--json")).json == {"schema_files": [], "search_attributes": []}
