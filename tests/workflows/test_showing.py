"""What an official sees of a debt in the Temporal Web UI, asked of the server as the Web UI asks it."""

import base64
import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHandle

from activities.cases import (
    BLOCKED,
    HAS_QUESTION,
    NEXT_ON,
    OUTSTANDING,
    PROCEDURES,
    RULEBOOK,
    STATUS,
    TARIFF_UNCONFIRMED,
    TAX,
    TAX_YEAR,
    WAITS_FOR,
)
from intake import store
from intake.assessments import read_assessments
from rehearsal.stage import Stage
from tests.conftest import Office
from tests.stories import read, stories
from tests.workflows.one_debt import OneDebt, eventually

SAMPLE = Path(__file__).parents[2] / "samples" / "assessments.csv"


async def test_search_attributes_say_where_a_debt_stands(office: Office) -> None:
    debt = await OneDebt.at(office).begin(notice_sent_on="2026-02-28")
    await debt.settled_down()

    shown = (await debt.workflow.describe()).typed_search_attributes

    assert shown[STATUS] == "wacht op betaling"
    assert shown[RULEBOOK] == "veere-2026"
    assert shown[OUTSTANDING] == 600.0
    assert (shown[TAX], shown[TAX_YEAR]) == ("property_tax", 2026)
    assert shown[PROCEDURES] == ["ladder"]
    assert shown[WAITS_FOR] == "vervaldag van de aanslag, art. 8 IW"
    assert shown[NEXT_ON] == datetime(2026, 4, 30, 22, tzinfo=UTC)  # 1 May in Veere
    assert (shown[HAS_QUESTION], shown[TARIFF_UNCONFIRMED]) == (False, False)
    assert shown[BLOCKED] is bool((await debt.stand())["blocked"])


async def test_a_settled_debt_shows_so_and_waits_for_nothing(office: Office) -> None:
    debt = await OneDebt.at(office).begin()
    await debt.cases.submit(debt.payment("600.00", "paid"))
    await debt.ended()

    shown = (await debt.workflow.describe()).typed_search_attributes

    assert (shown[STATUS], shown[OUTSTANDING]) == ("voldaan", 0.0)
    assert shown.get(NEXT_ON) is None
    assert shown.get(WAITS_FOR) is None


async def test_a_work_list_finds_a_debt_by_what_it_shows(office: Office) -> None:
    debt = await OneDebt.at(office).begin(tax="dog_tax", amount="71.35")

    async def found() -> list[str]:
        query = 'Tax = "dog_tax" AND Outstanding = 71.35 AND ExecutionStatus = "Running"'
        return [row.id async for row in office.client.list_workflows(query)]

    assert debt.debt in await eventually(found)


async def test_the_summary_names_tax_year_and_amount(office: Office) -> None:
    debt = await OneDebt.at(office).begin(tax_year=2025)

    assert await (await debt.workflow.describe()).static_summary() == "onroerendezaakbelasting 2025 · € 600,00"


async def test_the_details_are_a_table_with_what_is_owed_and_what_it_waits_for(office: Office) -> None:
    debt = await OneDebt.at(office).begin(notice_sent_on="2026-02-28")
    await debt.settled_down()

    details = await debt.details()

    assert details.startswith(f"### {debt.debt} · onroerendezaakbelasting 2026 · ")
    assert "| **totaal** | **€ 600,00** |" in details
    assert "**Wacht op:** " in details
    assert "(VEERE-2.1-a), t/m 30-04-2026" in details
    assert "- **28-02-2026** Aanslag vastgesteld: € 600,00" in details


async def test_the_timeline_says_in_dutch_what_is_waited_for_and_what_is_done(office: Office) -> None:
    stage = Stage(office.client, office.pool, office.settings.task_queue, "SHOWN-")
    await stage.live(read(next(path for path in stories() if path.stem == "unpaid_to_attachment")))

    events = (await stage.streams["SHOWN-OZB-2026-0001"].fetch_history()).events
    timers = [summary(event) for event in events if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED]
    acts = [summary(e) for e in events if e.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED]

    assert any("aanmaning" in text and "(VEERE-2.3-b), t/m 26-05-2026" in text for text in timers)
    assert acts[:4] == [
        "Aanslagbiljet versturen",
        "Betalingsherinnering versturen",
        "Bericht aan het dossier van de belastingschuldige",
        "Aanmaning versturen",
    ]
    assert all(timers)
    assert all(acts)


@pytest.fixture
async def imported(office: Office, tmp_path: Path) -> list[WorkflowHandle[Any, Any]]:
    """The cases of the sample's assessment list, imported as an office does, under numbers of their own."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    copy = tmp_path / "assessments.csv"
    with copy.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(row | {"debt": f"PD-{row['debt']}", "debtor": f"PD-{row['debtor']}"} for row in rows)
    await store.keep(office.pool, copy, "assessments", read_assessments(copy))
    cases = OneDebt.at(office, datetime(2026, 3, 2, 11, tzinfo=UTC)).cases
    streams: set[str] = set()

    async def send(command: dict[str, Any]) -> None:
        streams.add((await cases.submit(command)).id)

    await store.send_ready(office.pool, send)

    async def decided() -> bool:
        query = "select count(distinct stream) from commands where stream = any ($1)"
        return await office.pool.fetchval(query, list(streams)) == len(streams)

    await eventually(decided)
    return [office.client.get_workflow_handle(stream) for stream in sorted(streams)]


async def test_no_name_address_or_account_reaches_temporal(
    office: Office, imported: list[WorkflowHandle[Any, Any]]
) -> None:
    columns = ("name", "address", "postcode", "iban", "representative_name", "representative_address")
    people = await office.pool.fetch("select * from people where debtor like 'PD-%'")
    personal = {row[column].casefold() for row in people for column in columns if row[column]}
    assert len(personal) > 40

    for handle in imported:
        history = json.loads((await handle.fetch_history()).to_json())
        payloads = [*decoded(history)]
        written = "\n".join([handle.id, json.dumps(history, ensure_ascii=False), *payloads]).casefold()
        assert {word for word in personal if word in written} == set(), handle.id
        assert any('"command":"' in text for text in payloads)


def summary(event: HistoryEvent) -> str:
    """What the timeline shows of an event."""
    return str(json.loads(event.user_metadata.summary.data or b'""'))


def decoded(value: Any) -> Iterator[str]:
    """Every payload in a history, as text."""
    match value:
        case {"metadata": _, "data": str(data)}:
            yield base64.b64decode(data).decode("utf-8", errors="replace")
        case dict():
            for item in value.values():
                yield from decoded(item)
        case list():
            for item in value:
                yield from decoded(item)
