"""What the command line says without an office: help, the law, scenarios, and where to find an office."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import cli
from desk import pages
from domain.core import COMMAND_TYPES, EVENT_TYPES
from tests.desk.conftest import Desk

STORY = """
title: Paid in time
debtors: [{debtor: D1, kind: private_person}]
debts:
  - {debt: OZB-2026-0001, debtor: D1, tax: property_tax, amount: 600.00, dated: 2026-02-28, due: [2026-04-30]}
commands:
  - {date: 2026-04-30, command: register_payment, debt: OZB-2026-0001, amount: 600.00, value_date: 2026-04-30}
until: 2026-12-31
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    file = tmp_path / "story.yaml"
    file.write_text(STORY)
    return file


def test_help_shows_every_command_in_its_panel(alone: Desk) -> None:
    said = alone.call("--help")
    assert said.code == 0
    for panel, commands in cli.PANELS.items():
        assert f" {panel} " in said.out
        for name in commands:
            assert f"│ {name} " in said.out


def test_submit_has_a_form_for_every_command_of_the_core(alone: Desk) -> None:
    said = alone.call("submit", "--help")
    assert {name for name in COMMAND_TYPES if f"│ {name} " in said.out} == set(COMMAND_TYPES)


@pytest.mark.parametrize("name", ["register_payment", "file_objection", "fix_assessment", "register_debtor"])
def test_a_form_has_an_option_for_every_field(alone: Desk, name: str) -> None:
    said = alone.call("submit", name, "--help")
    fields = set(COMMAND_TYPES[name].model_fields) - {"command"}
    assert {f for f in fields if f"--{f.replace('_', '-')}" in said.out} == fields


def test_the_installed_command_prints_json_and_nothing_else() -> None:
    script = Path(sys.executable).with_name("invordering")
    done = subprocess.run([script, "rulebooks", "--json"], capture_output=True, text=True, check=True, timeout=60)
    assert {book["id"] for book in json.loads(done.stdout)["rulebooks"]} >= {"veere-2018", "veere-2026"}


def test_without_an_office_a_command_says_how_to_get_one(alone: Desk, tmp_path: Path) -> None:
    said = alone.call("tasks", "--data", str(tmp_path), "--json")
    assert said.code == 1
    assert said.out == ""
    assert "no office found" in said.err
    assert "invordering up" in said.err
    assert "DATABASE_URL" in said.err


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    said = Desk({"DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/none"}).call("tasks")
    assert said.code == 1
    assert "127.0.0.1:1/none" in said.err
    assert "secret" not in said.err


def test_a_setting_that_is_wrong_is_named() -> None:
    said = Desk({"DATABASE_URL": "mysql://me:secret@db/none"}).call("tasks")
    assert said.code == 1
    assert "DATABASE_URL: Value error, must begin with postgresql://" in said.err
    assert "secret" not in said.err


# -- the law ------------------------------------------------------------------------------------------------------


def test_schema_holds_every_command_and_event(alone: Desk) -> None:
    schemas = alone.call("schema").json
    assert schemas["commands"].keys() == COMMAND_TYPES.keys()
    assert schemas["events"].keys() == EVENT_TYPES.keys()
    for schema in schemas["commands"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_the_schema_of_a_command_takes_what_the_core_takes_and_no_other(alone: Desk) -> None:
    schema = alone.call("schema", "register_payment").json
    payment = {"command": "register_payment", "debt": "OZB-1", "amount": "1.00", "value_date": "2026-05-11"}
    jsonschema.validate(payment, schema)
    for wrong in ({"command": "pay"}, {"colour": "red"}, {"debt": "ozb"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(payment | wrong, schema)


def test_the_schema_of_an_event_is_that_of_its_stored_form(alone: Desk) -> None:
    schema = alone.call("schema", "payment.booked.v1").json
    assert schema["properties"]["type"]["const"] == "payment.booked.v1"
    assert "type" in schema["required"]


def test_an_unknown_name_gets_a_hint(alone: Desk) -> None:
    said = alone.call("schema", "register_paymnt")
    assert said.code == 2
    assert "did you mean 'register_payment'?" in said.err


def test_norms_are_counted_per_rulebook(alone: Desk) -> None:
    count = alone.call("norms", "--rulebook", "veere-2026", "--json").json
    assert count["total"] == len(count["rows"])
    assert count["covered"] == sum(row["status"] == "covered" for row in count["rows"]) > 0
    assert {row["id"].partition("-")[0] for row in count["rows"]} == {"VEERE"}


def test_a_rulebook_without_norms_is_an_error_that_names_the_others(alone: Desk) -> None:
    said = alone.call("norms", "--rulebook", "nowhere", "--json")
    assert (said.code, said.out) == (1, "")
    assert "veere-2026" in said.err


def test_readings_tell_choice_options_and_reason(alone: Desk) -> None:
    rows = alone.call("readings", "--rulebook", "veere-2026", "--json").json["readings"]
    assert rows
    for row in rows:
        assert row["norms"]
        assert row["why"]
        assert not row["options"] or row["choice"] in row["options"]


# -- scenarios ----------------------------------------------------------------------------------------------------


def test_simulate_prints_the_report_of_a_scenario(alone: Desk, story: Path) -> None:
    report = alone.call("simulate", str(story), "--json").json
    assert report.keys() == {"timeline", "refusals", "debts", "tasks"}
    assert [(debt["debt"], debt["status"]) for debt in report["debts"]] == [("OZB-2026-0001", "settled")]


def test_simulate_tells_people_what_happened(alone: Desk, story: Path) -> None:
    said = alone.call("simulate", str(story))
    assert said.code == 0
    assert "Paid in time" in said.out
    assert "De schuld is volledig voldaan." in said.out


def test_mistakes_in_a_scenario_are_told_with_their_line(alone: Desk, story: Path) -> None:
    story.write_text(STORY.replace("register_payment", "register_paymnt"))
    said = alone.call("simulate", str(story), "--json")
    assert (said.code, said.out) == (2, "")
    assert "story.yaml:7: commands[0].command: 'register_paymnt': unknown command" in said.err


def test_an_expectation_that_is_not_met_fails(alone: Desk, story: Path) -> None:
    story.write_text(STORY + "expect:\n  timeline: [{event: reminder.issued.v1}]\n")
    said = alone.call("simulate", str(story), "--json")
    assert said.code == 1
    assert said.json["debts"]
    assert "Not as expected: timeline: nothing like event reminder.issued.v1" in said.err


# -- pages --------------------------------------------------------------------------------------------------------


def test_the_page_of_commands_and_events_names_each() -> None:
    page = pages.commands_and_events()
    assert all(f"| `{name}` |" in page for name in (*COMMAND_TYPES, *EVENT_TYPES))


def test_every_link_of_the_page_leads_to_a_file() -> None:
    places = {line.rpartition("](../../")[2].rstrip(") |") for line in pages.commands_and_events().splitlines()}
    assert all((pages.ROOT / place).is_file() for place in places if place.endswith(".py"))
    assert sum(place.endswith(".py") for place in places) > 5


def test_what_cannot_be_measured_is_refused_with_what_can(alone: Desk) -> None:
    said = alone.call("bench", "speed")
    assert said.code == 2
    assert "choose one of" in said.err
