"""When is a report as expected? Each difference must show."""

from typing import Any

import pytest

from domain.expectation import Expectation, unmet

REPORT: dict[str, Any] = {
    "timeline": [
        {
            "on": "2026-05-01",
            "debt": "OZB-2026-0001",
            "event": "reminder.issued.v1",
            "norms": ["VEERE-2.2-a", "VEERE-2.2-b"],
            "amount": "0.00",
            "text": "Betalingsherinnering voor € 600,00.",
        }
    ],
    "refusals": [
        {
            "on": "2026-05-02",
            "command": "order_attachment",
            "code": "measure_forbidden",
            "norms": [],
            "until": None,
        }
    ],
    "tasks": [
        {"task": "order_attachment", "norms": [], "answered": {"answer": "nee", "by": "M-104"}},
        {"task": "pay_out_credit", "norms": [], "answered": None},
    ],
    "debts": [
        {
            "debt": "OZB-2026-0001",
            "status": "reminded",
            "procedures": ["ladder"],
            "outstanding": {"tax": "600.00", "costs": "0.00", "total": "600.00"},
            "waits_for": {"term": "ladder.reminded", "until": "2026-05-08", "norms": ["VEERE-2.2-b"]},
            "closed_on": None,
        }
    ],
}
REMINDER = "reminder.issued.v1"


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"timeline": [{"event": REMINDER}]},
        {"timeline": [{"event": REMINDER, "on": "2026-05-01", "amount": "0", "norms": ["VEERE-2.2-b"]}]},
        {"timeline": [{"event": REMINDER, "text": "€ 600,00"}]},
        {"refusals": [{"command": "order_attachment", "code": "measure_forbidden", "until": None}]},
        {"tasks": [{"task": "order_attachment", "answered": {"answer": "nee"}}]},
        {"tasks": [{"task": "pay_out_credit", "answered": None}]},
        {"debts": [{"debt": "OZB-2026-0001", "outstanding": {"total": "600.00"}, "closed_on": None}]},
        {"debts": [{"debt": "OZB-2026-0001", "waits_for": {"until": "2026-05-08"}, "procedures": ["ladder"]}]},
        {"never": ["demand.issued.v1", {"event": REMINDER, "debt": "OZB-2026-0002"}]},
    ],
)
def test_a_report_that_says_the_same_in_all_fields_given_is_as_expected(expected: dict[str, Any]) -> None:
    assert unmet(Expectation.model_validate(expected), REPORT) == []


@pytest.mark.parametrize(
    "expected",
    [
        {"timeline": [{"event": "demand.issued.v1"}]},
        {"timeline": [{"event": REMINDER, "on": "2026-05-02"}]},
        {"timeline": [{"event": REMINDER, "amount": "0.01"}]},
        {"timeline": [{"event": REMINDER, "norms": ["VEERE-2.2-a", "VEERE-2.3-a"]}]},
        {"timeline": [{"event": REMINDER, "text": "€ 601,00"}]},
        {"refusals": [{"command": "order_attachment", "code": "measure_forbidden", "until": "2026-05-08"}]},
        {"tasks": [{"task": "order_attachment", "answered": None}]},
        {"tasks": [{"task": "pay_out_credit", "answered": {"answer": "nee"}}]},
        {"debts": [{"debt": "OZB-2026-0001", "outstanding": {"total": "600.00", "costs": "9.00"}}]},
        {"debts": [{"debt": "OZB-2026-0001", "waits_for": None}]},
        {"debts": [{"debt": "OZB-2026-0002"}]},
        {"never": [REMINDER]},
        {"never": [{"event": REMINDER, "on": "2026-05-01"}]},
    ],
)
def test_each_difference_is_told_in_one_sentence(expected: dict[str, Any]) -> None:
    assert len(unmet(Expectation.model_validate(expected), REPORT)) == 1


def test_a_difference_shows_what_came_nearest() -> None:
    expected = Expectation.model_validate({"timeline": [{"event": REMINDER, "on": "2026-05-02"}]})

    assert unmet(expected, REPORT) == [
        "timeline: nothing like event reminder.issued.v1, on 2026-05-02; "
        "nearest: event reminder.issued.v1, on 2026-05-01"
    ]
