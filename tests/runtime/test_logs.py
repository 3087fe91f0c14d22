"""What the logs say, and what they never say."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import structlog
from pydantic import BaseModel, ValidationError

from runtime.logs import MASK, configure_logging

IBAN = "NL91ABNA0417164300"


@dataclass
class Payer:
    name: str


class Payment(BaseModel):
    amount: int


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    configure_logging("json", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_production_logs_are_one_json_object_a_line_with_the_ids(out: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(debt="OZB-2026-0001", command_id="c1", workflow_id="OZB-2026-0001")
    structlog.get_logger("worker").info("command decided", events=2, amount=Decimal("12.50"), on=date(2026, 5, 1))
    [line] = lines(out)
    assert line["event"] == "command decided"
    assert (line["debt"], line["command_id"], line["workflow_id"]) == ("OZB-2026-0001", "c1", "OZB-2026-0001")
    assert (line["level"], line["logger"], line["events"]) == ("info", "worker", 2)
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("key", ["name", "payer", "payer_iban", "Address", "postal_code", "bsn", "email", "reason"])
def test_values_under_names_of_personal_data_are_masked(out: io.StringIO, key: str) -> None:
    structlog.get_logger().warning("seen", **{key: "Jansen", "facts": [{key: "Jansen", "cents": 5}]})
    assert "Jansen" not in out.getvalue()
    assert lines(out)[0]["facts"] == [{key: MASK, "cents": 5}]


def test_objects_show_their_type_and_not_what_they_hold(out: io.StringIO) -> None:
    structlog.get_logger().info("received", message=Payer("Jansen"), all=[Payment(amount=5)])
    [line] = lines(out)
    assert (line["message"], line["all"]) == ("<Payer>", ["<Payment>"])


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (f"account {IBAN} is unknown", IBAN),
        ("account NL91 ABNA 0417 1643 00 is unknown", "0417"),
        ("mail to j.jansen@example.nl failed", "jansen"),
        ("cannot reach postgresql://veere:geheim@db:5432/x", "geheim"),
        ("duplicate key\nDETAIL:  Key (iban)=(Jansen) already exists.", "Jansen"),
    ],
)
def test_traces_of_personal_data_are_cut_from_texts_of_any_library(out: io.StringIO, text: str, cut: str) -> None:
    logging.getLogger("asyncpg").error(text)
    [line] = lines(out)
    assert cut not in line["event"]
    assert MASK in line["event"]


def test_an_error_is_told_with_its_place_but_without_the_refused_value(out: io.StringIO) -> None:
    debtor = "".join(["Jan", "sen"])  # the traceback quotes this line
    try:
        Payment.model_validate({"amount": debtor})
    except ValidationError:
        structlog.get_logger().exception("refused")
    [line] = lines(out)
    assert "ValidationError" in line["exception"]
    assert __file__ in line["exception"]
    assert "Jansen" not in line["exception"]


def test_ids_that_temporal_nests_stand_beside_ours(out: io.StringIO) -> None:
    context = {"workflow_id": "OZB-2026-0001", "attempt": 2}
    logging.getLogger("temporalio.workflow").warning("retrying", extra={"temporal_workflow": context})
    [line] = lines(out)
    assert (line["workflow_id"], line["attempt"]) == ("OZB-2026-0001", 2)
    assert "temporal_workflow" not in line


def test_on_a_terminal_the_logs_are_for_people() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        configure_logging("auto", stream=stream)
        structlog.get_logger().info("started", debt="OZB-2026-0001")
    structlog.reset_defaults()
    assert not terminal.getvalue().startswith("{")
    assert "OZB-2026-0001" in terminal.getvalue()
    assert json.loads(pipe.getvalue())["debt"] == "OZB-2026-0001"


def test_setting_up_twice_does_not_say_things_twice(out: io.StringIO) -> None:
    configure_logging("json", stream=out)
    structlog.get_logger().info("once")
    assert len(lines(out)) == 1
