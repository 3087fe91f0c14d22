"""The demo: the samples in the core alone, and a small set of files through `demo` on real servers."""

import asyncio
import os
import signal
from collections.abc import Iterator
from datetime import date
from io import StringIO
from itertools import chain
from pathlib import Path
from urllib.request import urlopen

import pytest
from pydantic import ValidationError
from rich.console import Console

from activities.letters.letterhead import load_letterhead
from domain import core, rulebooks
from domain.debt.outlook import status
from domain.debt.state import Debt
from domain.debtor.debtor import Debtor
from domain.procedures.ladder import ReportService
from domain.scenario import DEFAULT_RULEBOOK, World
from intake.assessments import read_assessments
from intake.bank import read_bank
from rehearsal.agenda import Agenda, Happened, day_of
from rehearsal.demo import demo
from rehearsal.samples import SAMPLES, Answer, Samples
from runtime import instance
from runtime.errors import DataInUse, RuntimeProblem
from tests.intake.statements import Entry, Part, statement

HEADER, *LINES = SAMPLES.assessments.read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def lived() -> tuple[World, Agenda]:
    """The samples, lived in the core by the same agenda as in the demo."""
    debts = list(read_assessments(SAMPLES.assessments, rulebooks.load(DEFAULT_RULEBOOK).taxes))
    owners = {record.personal["iban"]: record.commands[0]["debtor"] for record in debts}
    known = {record.ref for record in debts}
    records = [*debts, *read_bank(SAMPLES.bank, known.__contains__, owners.get, [load_letterhead().iban])]
    agenda, world, day, heard = Agenda(), World(), date.min, 0
    agenda.expect(records, SAMPLES.answers())
    while (next_day := agenda.next_day(day, _acting(world))) is not None:
        day = next_day
        while (wakes := world.next_day()) is not None and wakes <= day:
            world.wake(wakes)
        arrived = chain(*(record.commands for record in records if record.commands and day_of(record) == day))
        for command in (*map(core.COMMANDS.validate_python, arrived), *agenda.said(day)):
            world.tell(command, day)
            world.wake(day)
        agenda.hear(_news(world, heard), day)
        heard = len(world.records)
    return world, agenda


def _acting(world: World) -> dict[str, date]:
    day = world.next_day()
    return {} if day is None else dict.fromkeys(world.cases, day)


def _news(world: World, since: int) -> Iterator[Happened]:
    for record in world.records[since:]:
        for event in record.events:
            yield Happened(record.today, record.stream, event)


def _debt(world: World, number: str) -> Debt:
    case = world.cases[number]
    assert isinstance(case, Debt)
    return case


def _steps(world: World, stream: str) -> dict[str, date]:
    return {event.type: record.today for record in world.records if record.stream == stream for event in record.events}


def test_every_answer_of_the_samples_is_given_and_none_is_refused(lived: tuple[World, Agenda]) -> None:
    world, agenda = lived

    assert agenda.unsaid == {}
    assert [record for record in world.records if record.refusal is not None] == []


def test_a_debt_of_the_samples_climbs_the_whole_ladder(lived: tuple[World, Agenda]) -> None:
    world, _ = lived

    steps = _steps(world, "OZB-2026-0001")

    assert [
        steps[step]
        for step in (
            "reminder.issued.v1",
            "demand.issued.v1",
            "writ.served.v1",
            "renewed_order.ordered.v1",
            "renewed_order.served.v1",
            "attachment.ordered.v1",
            "attachment.made.v1",
            "debt.settled.v1",
        )
    ] == [
        date(2026, 5, 1),
        date(2026, 5, 9),
        date(2026, 5, 27),
        date(2026, 6, 2),
        date(2026, 6, 5),
        date(2026, 6, 10),
        date(2026, 6, 16),
        date(2026, 6, 19),
    ]


def test_the_samples_end_in_many_ways(lived: tuple[World, Agenda]) -> None:
    world, _ = lived
    ends = {case.debt: status(case)[0] for case in world.cases.values() if isinstance(case, Debt)}

    assert len(ends) >= 12
    some = {"settled", "executable", "direct_debit", "renewal_ordered", "bankruptcy", "college_appeal"}
    assert some <= set(ends.values())
    assert "act.withdrawn.v1" in _steps(world, "HND-2026-0001"), "the back-valued payment withdraws the demand"
    debtor = world.cases["debtor-D8"]
    assert isinstance(debtor, Debtor)
    assert debtor.credit == 25, "overpaid, and nothing else is open"


@pytest.mark.parametrize("answer", SAMPLES.answers(), ids=lambda answer: answer.stream)
def test_every_answer_is_a_command_of_a_role_that_may_give_it(answer: Answer) -> None:
    command = answer.given_on(date(2026, 6, 2), "answer-1")

    assert command.role in type(command).roles
    assert core.case_of(command) == answer.stream


def test_a_report_gets_the_day_on_which_it_is_made() -> None:
    report = next(answer for answer in SAMPLES.answers() if answer.command["command"] == "report_service")

    command = report.given_on(date(2026, 6, 5), "answer-1")

    assert isinstance(command, ReportService)
    assert command.served_on == date(2026, 6, 5)


@pytest.mark.parametrize("occasion", [{}, {"task": "order_attachment", "date": "2026-06-01"}])
def test_an_answer_waits_for_exactly_one_thing(occasion: dict[str, str]) -> None:
    fields = {"debt": "OZB-2026-0001", "by": "INV-1", "role": "collection_officer", "command": {}}

    with pytest.raises(ValidationError, match="give one of task, event and date"):
        Answer.model_validate(fields | occasion)


@pytest.fixture
def few(tmp_path: Path) -> Samples:
    """A debt that is paid in time, one that is paid after its reminder, and an official who is too early."""
    paid, partly, unpaid = ("RIO-2026-0001", "OZB-2026-0002", "OZB-2026-0003")
    lines = [line for line in LINES if line.startswith((paid, partly, unpaid))]
    (tmp_path / "assessments.csv").write_text("\n".join([HEADER, *lines]), "utf-8")
    entry = Entry([Part("245.50", text=paid)], amount="245.50", value_date="2026-04-28", booked_on="2026-04-28")
    (tmp_path / "bank.xml").write_text(statement(entry), "utf-8")
    (tmp_path / "answers.yaml").write_text(
        f"""
- {{debt: {partly}, event: reminder.issued.v1, days: 2, by: KAS-1, role: collection_officer,
   command: {{command: register_payment, amount: "412.80", channel: desk}}}}
- {{debt: {unpaid}, date: 2026-05-03, by: INV-1, role: collection_officer, reason: te vroeg,
   command: {{command: order_attachment, kind: movables, object: auto}}}}
""",
        "utf-8",
    )
    return Samples(tmp_path)


async def test_the_demo_lives_files_on_real_servers_and_proves_its_ledger(few: Samples, tmp_path: Path) -> None:
    data, out = tmp_path / "data", StringIO()
    running = asyncio.ensure_future(demo(data, True, Console(file=out, width=100), few))

    while "Ctrl-C stops everything" not in out.getvalue():
        assert not running.done(), out.getvalue()
        await asyncio.sleep(0.1)
    at = instance.running(data)
    assert at is not None
    with await asyncio.to_thread(urlopen, at.ui_url, timeout=10) as page:
        assert page.status == 200
    with pytest.raises(DataInUse, match="--data DIR"):
        await demo(data, False, Console(file=StringIO()), few)
    os.kill(os.getpid(), signal.SIGINT)

    assert await running == 0
    told = out.getvalue()
    assert "Betalingsherinnering voor € 412,80" in told
    assert "geweigerd: " in told, "no attachment without its steps"
    assert "Balanced. 3 debts" in told
    assert "Bakker" not in told, "no names on the screen"
    assert max(map(len, told.splitlines())) <= 100
    assert len(list((data / "spool").glob("*-reminder-*.pdf"))) == 2
    assert instance.running(data) is None


async def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")

    with pytest.raises(RuntimeProblem, match="holds something that is no demo; give an empty one with --data DIR"):
        await demo(tmp_path, False, Console(file=StringIO()))

    assert (tmp_path / "thesis.txt").exists()
