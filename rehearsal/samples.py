"""The samples of the demo: an assessment list, bank statements, and what officials and bailiffs answer.

An answer waits for a task (by its kind) or an event (by its type) of its debt or debtor, or for a date; `days` later
its command is given. So the samples name no date that the law computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from domain.core import COMMAND_TYPES, COMMANDS
from domain.debt.commands import PAID_ELSEWHERE
from domain.kernel.messages import Command, Role


class Answer(BaseModel):
    """What an official, a bailiff or a debtor says, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    debt: str = ""
    debtor: str = ""
    task: str = Field("", description="kind of the question that it waits for")
    event: str = Field("", description="type of the event that it waits for")
    said_on: date | None = Field(None, alias="date", description="day on which it is said")
    days: int = Field(0, ge=0, description="days after what it waits for")
    by: str
    role: Role
    reason: str = ""
    command: dict[str, Any]

    @model_validator(mode="after")
    def _is_about_one_and_waits_for_one(self) -> Self:
        if bool(self.debt) == bool(self.debtor):
            raise ValueError("give debt or debtor: whose answer is it?")
        if sum(map(bool, (self.task, self.event, self.said_on))) != 1:
            raise ValueError("give one of task, event and date: what does it wait for?")
        return self

    @property
    def stream(self) -> str:
        """The case that it is about."""
        return self.debt or f"debtor-{self.debtor}"

    def given_on(self, day: date, id: str) -> Command:
        """The command `id` as given on `day`: that is also each date that the command asks for and that is not told."""
        told = {"debt": self.debt} if self.debt else {"debtor": self.debtor}
        told |= {"id": id, "by": self.by, "role": self.role, **self.command}
        fields = COMMAND_TYPES[self.command["command"]].model_fields
        if "reason" in fields:
            told |= {"reason": self.reason}
        dates = {name: day for name, field in fields.items() if field.annotation is date and field.is_required()}
        if told.get("channel") in PAID_ELSEWHERE:
            dates["paid_on"] = day
        command: Command = COMMANDS.validate_python(dates | told)
        return command


@dataclass(frozen=True, slots=True)
class Samples:
    """The files of one demo."""

    folder: Path

    @property
    def assessments(self) -> Path:
        """The list of the levying officer."""
        return self.folder / "assessments.csv"

    @property
    def bank(self) -> Path:
        """The statements of the bank."""
        return self.folder / "bank.xml"

    def answers(self) -> list[Answer]:
        """All answers, in the order of the file. Raises pydantic's ValidationError with place, value and rule."""
        read = yaml.safe_load((self.folder / "answers.yaml").read_text("utf-8"))
        return TypeAdapter(list[Answer]).validate_python(read)


SAMPLES = Samples(Path(__file__).parents[1] / "samples")
"""Those that come with the engine."""
