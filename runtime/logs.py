"""One way out for all logs: ours and those of libraries, JSON in production, readable on a terminal.

Logs tell which debt, which command, which workflow; never whose. Values under names of personal data are
masked, objects show only their type, and traces of data in texts of errors are cut.
"""

import logging
import re
import sys
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import PurePath
from typing import Any, TextIO
from uuid import UUID

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from runtime.settings import LogFormat

MASK = "[masked]"

_IDENTITY = {
    "name",
    "names",
    "surname",
    "initials",
    "bsn",
    "rsin",
    "kvk",
    "birth_date",
    "date_of_birth",
    "born_on",
}
_CONTACT = {
    "address",
    "street",
    "house_number",
    "postcode",
    "postal_code",
    "city",
    "email",
    "phone",
    "telephone",
}
_PAYMENT = {"payer", "payee", "counterparty", "iban", "account", "account_number", "remittance"}
_FREE_TEXT = {"description", "reason", "circumstances", "body", "letter", "payload"}
_SECRET = {"password", "token", "api_key", "dsn", "database_url"}

PERSONAL = frozenset(_IDENTITY | _CONTACT | _PAYMENT | _FREE_TEXT | _SECRET)
"""Names under which no value may be logged; also as the end of a longer name (`payer_iban`)."""

_NOT_PERSONAL = frozenset({"logger_name", "event_name", "activity_name", "workflow_name", "temporal_address"})
_PLAIN = (str, int, float, bool, Decimal, date, time, timedelta, UUID, Enum, PurePath, type(None))
_TRACES = (
    re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),  # IBAN
    re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b"),  # e-mail address
    re.compile(r"(?<=input_value=).*?(?=, input_type=)", re.DOTALL),  # pydantic
    re.compile(r"(?<=DETAIL:).*"),  # PostgreSQL
    re.compile(r"(?<=://)[^\s/@]+@"),  # credentials in a URL
)


def configure_logging(log: LogFormat = "auto", *, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send the logs of structlog and of the standard library to `stream` (standard error) as `log`.

    Bind the context with `structlog.contextvars.bind_contextvars(debt=…, command_id=…, workflow_id=…)`.
    May be called again; the last call counts.
    """
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), lift_temporal_context],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_personal_data,
                _renderer(log, stream),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    _hear_the_sdk_core()
    # The context goes along as fields; glued to the text it could not be searched.
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


@cache
def _hear_the_sdk_core() -> None:
    """Have the SDK's core log this way too: by itself it writes to standard output, where programs read."""
    forwarding = LogForwardingConfig(
        logging.getLogger("temporalio"), prepend_target_on_message=False, append_log_fields_to_message=False
    )
    levels = TelemetryFilter(core_level="WARN", other_level="ERROR")
    telemetry = TelemetryConfig(logging=LoggingConfig(levels, forwarding=forwarding))
    Runtime.set_default(Runtime(telemetry=telemetry), error_if_already_set=False)


def _renderer(log: LogFormat, stream: TextIO) -> Processor:
    if log == "json" or (log == "auto" and not stream.isatty()):
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=stream.isatty())


def lift_temporal_context(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put the ids that Temporal's own logger nests beside the others, under our names."""
    for key in ("temporal_workflow", "temporal_activity"):
        nested = event.pop(key, None)
        if isinstance(nested, Mapping):
            event.update((name, value) for name, value in nested.items() if name not in event)
    return event


def mask_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask what names, holds or quotes personal data, at any depth."""
    return {key: MASK if _is_personal(key) else _safe(value) for key, value in event.items()}


def _is_personal(key: str) -> bool:
    low = key.lower()
    return low not in _NOT_PERSONAL and any(low == name or low.endswith(f"_{name}") for name in PERSONAL)


def _safe(value: Any) -> Any:
    match value:
        case str():
            for trace in _TRACES:
                value = trace.sub(MASK, value)
            return value
        case Mapping():
            return {key: MASK if _is_personal(str(key)) else _safe(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_safe(item) for item in value]
        case BaseException():
            return f"{type(value).__name__}: {_safe(str(value))}"
        case _:
            return value if isinstance(value, _PLAIN) else f"<{type(value).__name__}>"
