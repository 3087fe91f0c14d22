"""What a workflow and its activities tell each other. Plain data, small, and understood by every later version.

No postponed annotations here: the converter resolves these types inside the workflow sandbox.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic_core import to_json

_NUL = b"\\u0000"


def check_storable(value: Any) -> None:
    """Can the JSON value be sent on and kept? ValueError: NaN, NUL, half characters, or too deep to be a message."""
    json.dumps(value, allow_nan=False)
    if _NUL in to_json(value):
        raise ValueError("a text holds the character NUL")


@dataclass(frozen=True)
class Wake:
    """When the case acts by itself (aware), on the end of which term; `summary` is Dutch, for the timeline."""

    at: datetime
    term: str
    summary: str


@dataclass(frozen=True)
class LetterReady:
    """A letter that waits in the house until `at`. `summary` is Dutch, for the timeline."""

    key: str
    at: datetime
    summary: str


@dataclass(frozen=True)
class Outlook:
    """How a case stands after a decision: all that its workflow needs to wait, to act and to show itself.

    `document` is the case as JSON; `details` the same in Dutch markdown; `attributes` the search attributes by name.
    """

    stream: str
    version: int = 0
    closed: bool = True
    summary: str = ""
    details: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    wake: Wake | None = None
    letters: list[LetterReady] = field(default_factory=list)


@dataclass(frozen=True)
class CaseStart:
    """The start of a run: its stream, how many seconds the office's calendar is ahead of the server's clock, and the
    messages that the run before it left."""

    stream: str
    clock: float = 0.0
    inbox: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Message:
    """A command as it came in, unread, and the office's moment at which it is taken up (aware)."""

    stream: str
    command: dict[str, Any]
    now: datetime


@dataclass(frozen=True)
class Decision:
    """What was decided: accepted, refused, repeated (decided before) or invalid (could not be read).

    `answer`: the refusal, the errors, or the Dutch sentences of what followed. `outgoing`: commands for other cases.
    """

    kind: str
    outlook: Outlook
    answer: dict[str, Any] = field(default_factory=dict)
    outgoing: list[dict[str, Any]] = field(default_factory=list)
