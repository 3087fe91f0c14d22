"""Reading scenario files: what a good one gives, and what each mistake is told."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

from domain.debt.commands import FixAssessment, RegisterPayment
from domain.debtor.debtor import RegisterDebtor
from domain.expectation import unmet
from domain.procedures.direct_debit import ReportFailedDebit
from domain.scenario import last_day, live, report
from domain.script import ScriptError, Story, read_script

DOCS = Path(__file__).parents[2] / "docs" / "scenarios.md"
PAYMENT = "date: 2026-05-11, command: register_payment, debt: OZB-2026-0001, value_date: 2026-05-11"
DEBT = "debt: OZB-2026-0001, debtor: D1, tax: property_tax, dated: 2026-02-28, due: [2026-04-30]"


def script(more: str = "", *commands: str, debt: str = f"{{{DEBT}, amount: 600.00}}") -> Story:
    """A scenario of one debt on line 3, commands from line 5 on, and then `more`."""
    head = f"debtors: [{{debtor: D1, kind: private_person}}]\ndebts:\n  - {debt}\ncommands:\n"
    return read_script(head + "".join(f"  - {command}\n" for command in commands) + dedent(more), "s.yaml")


def errors(more: str = "", *commands: str, **parts: str) -> list[str]:
    with pytest.raises(ScriptError) as error:
        script(more, *commands, **parts)
    assert str(error.value) == "\n".join(error.value.errors)
    return list(error.value.errors)


# -- a good file ---------------------------------------------------------------------------------------------


def test_debtors_come_first_then_debts_then_commands_each_on_its_day() -> None:
    story = script("until: 2027-12-31", f"{{{PAYMENT}, amount: 600.00}}")

    assert [(day, type(command)) for day, command in story.commands] == [
        (date(2026, 2, 28), RegisterDebtor),
        (date(2026, 2, 28), FixAssessment),
        (date(2026, 5, 11), RegisterPayment),
    ]
    assert story.until == date(2027, 12, 31)


def test_debtors_are_registered_on_the_earliest_day_even_when_a_command_comes_before_the_debts() -> None:
    story = script("", f"{{{PAYMENT}, amount: 1}}".replace("2026-05-11", "2026-01-05", 1))

    assert [day for day, _ in story.commands] == [date(2026, 1, 5), date(2026, 2, 28), date(2026, 1, 5)]


def test_a_debt_may_arrive_later_than_it_is_dated() -> None:
    story = script(debt=f"{{{DEBT}, amount: 600.00, date: 2026-03-02}}")

    assert story.commands[1][0] == date(2026, 3, 2)


@pytest.mark.parametrize("amount", ["600.00", "0.10", "1234567.89", "600", "'0.30'"])
def test_amounts_keep_their_cents(amount: str) -> None:
    story = script(debt=f"{{{DEBT}, amount: {amount}}}")

    fixed = story.commands[1][1]
    assert isinstance(fixed, FixAssessment)
    assert fixed.amount == Decimal(amount.strip("'"))


def test_words_that_yaml_would_turn_into_other_values_stay_as_they_stand() -> None:
    story = script(
        "",
        "{date: 2026-05-01, command: register_payment, debt: OFF, by: 0123, amount: 010, value_date: 2026-05-01}",
    )

    payment = story.commands[2][1]
    assert isinstance(payment, RegisterPayment)
    assert (payment.debt, payment.by, payment.amount) == ("OFF", "0123", Decimal(10))


def test_a_command_that_has_a_field_on_may_use_it() -> None:
    story = script(
        "",
        "{date: 2026-05-02, command: report_failed_debit, debt: OZB-2026-0001, on: 2026-05-01, amount: 60.00}",
    )

    failed = story.commands[2][1]
    assert isinstance(failed, ReportFailedDebit)
    assert failed.on == date(2026, 5, 1)


def test_commands_without_id_get_one_that_is_theirs_alone_and_the_same_each_time() -> None:
    payments = (
        f"{{{PAYMENT}, amount: 1}}",
        f"{{{PAYMENT}, amount: 2}}",
        f"{{{PAYMENT}, amount: 3, id: bank-7}}",
    )
    ids = [command.id for _, command in script("", *payments).commands]

    assert ids == [
        "debtor-D1/register_debtor/1",
        "OZB-2026-0001/fix_assessment/1",
        "OZB-2026-0001/register_payment/1",
        "OZB-2026-0001/register_payment/2",
        "bank-7",
    ]
    assert ids == [command.id for _, command in script("", *payments).commands]


def test_the_rulebook_holds_for_debts_that_name_none() -> None:
    other = f"  - {{{DEBT}, amount: 1, rulebook: veere-2026}}".replace("0001", "0002")
    story = script("rulebook: veere-2018", debt=f"{{{DEBT}, amount: 600.00}}\n{other}")

    assert [c.rulebook for _, c in story.commands if isinstance(c, FixAssessment)] == [
        "veere-2018",
        "veere-2026",
    ]


def test_anchors_are_followed_and_own_fields_go_before_merged_ones() -> None:
    story = script("", f"&p {{{PAYMENT}, amount: 1}}", "{<<: *p, amount: 2}")

    assert [c.amount for _, c in story.commands if isinstance(c, RegisterPayment)] == [Decimal(1), Decimal(2)]


# -- mistakes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (f"{{{PAYMENT}, amont: 1, amount: 1}}", ".amont: unknown field; did you mean 'amount'?"),
        (f"{{{PAYMENT}}}", ".amount: missing"),
        (f"{{{PAYMENT}, amount: 1, amount: 2}}", ".amount: stands twice"),
        (f"{{{PAYMENT}, amount: 1, on: 2026-01-01}}", ".on: unknown field; the day of a command is its date"),
        ("{date: 2026-05-11, command: pay}", ".command: 'pay': unknown command"),
        (
            "{date: 2026-05-11, command: register_paymnt}",
            ".command: 'register_paymnt': unknown command; did you mean 'register_payment'?",
        ),
        ("{date: 2026-05-11}", ".command: missing"),
        ("pay", ": 'pay': must have fields"),
    ],
)
def test_a_mistake_in_a_command_is_told_with_its_line_and_place(command: str, error: str) -> None:
    assert errors("", command) == [f"s.yaml:5: commands[0]{error}"]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("amount: 600.005", "amount: '600.005': .* no more than 2 decimal places"),
        ("amount: -600.00", "amount: '-600.00': .* greater than 0"),
        ("amount: veel", "amount: 'veel': .* valid decimal"),
        ("amount: 1, channel: cheque", "channel: 'cheque': .* 'bank', 'ideal'"),
        ("amount: 1, paid_on: 2026-02-30", "paid_on: '2026-02-30': .* valid date"),
    ],
)
def test_a_wrong_value_is_told_with_the_rule_that_it_breaks(value: str, rule: str) -> None:
    (error,) = errors("", f"{{{PAYMENT}, {value}}}")

    assert re.fullmatch(rf"s\.yaml:5: commands\[0\]\.{rule}.*", error)


def test_a_command_without_date_is_told_so() -> None:
    assert errors("", f"{{{PAYMENT}, amount: 1}}".replace("date: 2026-05-11, ", "", 1)) == [
        "s.yaml:5: commands[0].date: missing"
    ]


def test_dates_of_an_assessment_must_rise() -> None:
    debt = f"{{{DEBT}, amount: 1}}".replace("[2026-04-30]", "[2026-05-31, 2026-04-30]")

    assert errors(debt=debt) == ["s.yaml:3: debts[0]: due: dates must rise and differ"]


def test_a_command_after_the_last_day_would_never_come_and_is_an_error() -> None:
    assert errors("until: 2026-05-10", f"{{{PAYMENT}, amount: 1}}") == [
        "s.yaml:5: commands[0].date: 2026-05-11 lies after until 2026-05-10"
    ]


def test_an_id_may_stand_once() -> None:
    payment = f"{{{PAYMENT}, amount: 1, id: bank-7}}"

    assert errors("", payment, payment) == [
        "s.yaml:6: commands[1].id: 'bank-7': stands twice; what has the same id is decided once"
    ]


def test_unknown_keys_rulebooks_and_events_are_told() -> None:
    more = """\
    rulebok: veere-2026
    rulebook: veere-2062
    expect:
      never: [demand.isued.v1]
      timeline: [{event: reminder.issued.v1, when: 2026-05-01}]
    """

    assert errors(more) == [
        "s.yaml:5: rulebok: unknown field; did you mean 'rulebook'?",
        "s.yaml:6: rulebook: 'veere-2062': unknown rulebook; choose one of veere-2018, veere-2026",
        "s.yaml:8: expect.never[0].event: 'demand.isued.v1': unknown event; did you mean 'demand.issued.v1'?",
        "s.yaml:9: expect.timeline[0].when: unknown field",
    ]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    payment = f"{{{PAYMENT}, amount: nul, chanel: bank}}"
    found = errors("until: morgen", payment, debt=f"{{{DEBT}, amount: 1, colour: red}}")

    assert [error.split(": ")[1] for error in found] == [
        "debts[0].colour",
        "commands[0].amount",
        "commands[0].chanel",
        "until",
    ]


def test_a_debtor_has_no_date_of_its_own() -> None:
    with pytest.raises(ScriptError, match=r"debtors\[0\].date: unknown field"):
        read_script(f"debtors: [{{debtor: D1, kind: entrepreneur, date: 2026-01-01}}]\ndebts: [{{{DEBT}, amount: 1}}]")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("debts: [{debt: A", r"s\.yaml:1:17: expected .*"),
        ("debts:\n\t- x", r"s\.yaml:2:1: found character .*"),
        ("", r"s\.yaml:1: a scenario has keys such as debts, commands and until"),
        ("- x", r"s\.yaml:1: a scenario has keys such as debts, commands and until"),
        ("until: 2026-01-01", r"s\.yaml:1: nothing happens; give at least one entry under debts or commands"),
        ("a: \x00", r"s\.yaml:1: not readable as YAML: (?s:.*)"),
        ("[" * 2000, r"s\.yaml:1: not readable as YAML: .*"),
        ("commands: &c [*c]", r"s\.yaml:1: commands(\[0\])+: lies too deep(?s:.*)"),
        ("debts: none", r"s\.yaml:1: debts: must be a list(?s:.*)"),
    ],
)
def test_what_is_no_scenario_at_all_is_told_with_line_and_column(text: str, error: str) -> None:
    with pytest.raises(ScriptError) as raised:
        read_script(text, "s.yaml")

    assert re.fullmatch(error, str(raised.value))


# -- the manual ----------------------------------------------------------------------------------------------


def test_the_example_of_the_manual_does_what_it_says() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    story = read_script(example)
    world = live(story)

    assert story.expect.timeline
    assert unmet(story.expect, report(world.records, world.cases, last_day(story, world.records), world)) == []


def test_the_mistakes_in_the_manual_are_those_of_the_reader() -> None:
    text = DOCS.read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (shown,) = re.findall(r"```\n(scenario.yaml.*?)```", text, re.DOTALL)
    broken = example.replace("    amount: 619.00\n", "    amont: 619.00\n").replace(
        "renewed_order.ordered.v1", "renewed.order.v1"
    )

    with pytest.raises(ScriptError) as error:
        read_script(broken, "scenario.yaml")

    assert str(error.value) == shown.strip()


def test_the_manual_names_every_key() -> None:
    keys = set(re.findall(r"^\| `(\w+)` \|", DOCS.read_text("utf-8"), re.MULTILINE))

    with pytest.raises(ScriptError) as error:
        read_script("".join(f"{key}x: 1\n" for key in keys))

    assert set(re.findall(r"did you mean '(\w+)'", str(error.value))) == keys
    assert len(keys) == 8


def test_a_question_that_is_asked_anew_leaves_one_that_is_open() -> None:
    refund = "date: 2026-05-0{n}, command: register_refund, debtor: D1, amount: 5{n}.00, on: 2026-05-0{n}"
    story = script("until: 2026-05-04", *(f"{{{refund.format(n=n)}, from_debt: OZB-2025-0001}}" for n in (2, 3)))
    world = live(story)
    asked = report(world.records, world.cases, last_day(story, world.records), world)["tasks"]

    assert [(row["on"], row["answered"]) for row in asked if row["task"] == "pay_out_credit"] == [
        ("2026-05-02", {"answer": "vervallen"}),
        ("2026-05-03", None),
    ]
