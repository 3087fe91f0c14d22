"""Reads a scenario file: which debts there are, what happens to them on which day, and what must come of it.

    story = read_script(path.read_text("utf-8"), path.name)    # ScriptError: every mistake, with its line
    world = live(story)

Each value is taken as the text that stands in the file and gets its meaning from the field that it is for:
0.10 stays ten cents, and neither `on` nor `no` becomes a truth value, as YAML 1.1 would have it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError

from domain import rulebooks
from domain.core import COMMAND_TYPES, case_of
from domain.debt.commands import FixAssessment
from domain.debtor.debtor import RegisterDebtor
from domain.expectation import Expectation, meant
from domain.kernel.messages import Command
from domain.scenario import DEFAULT_RULEBOOK, Script

_LISTS = ("debtors", "debts", "commands")
_DEEPEST = 8
_MERGE, _NULL = "tag:yaml.org,2002:merge", "tag:yaml.org,2002:null"

Place = tuple[int | str, ...]
"""Where a value stands in the file: ("commands", 3, "amount")."""

Entry = Mapping[str, Any]
Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value")


class ScriptError(ValueError):
    """The scenario cannot be lived. `errors`: each mistake in one line, in the order of the file."""

    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(self.errors))


@dataclass(frozen=True, slots=True)
class Story(Script):
    """A script with its title, the norms that it proves, and what must come of it."""

    title: str = ""
    proves: tuple[str, ...] = ()
    expect: Expectation = field(default_factory=Expectation)


def _known_rulebook(name: str) -> str:
    if name not in rulebooks.names():
        raise ValueError(f"unknown rulebook; choose one of {', '.join(rulebooks.names())}")
    return name


_Rulebook = Annotated[str, AfterValidator(_known_rulebook)]
_DAY: TypeAdapter[date] = TypeAdapter(date)
_RULEBOOK: TypeAdapter[str] = TypeAdapter(_Rulebook)


class _Head(BaseModel):
    """All of the file but its lists."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""
    proves: tuple[str, ...] = ()
    rulebook: _Rulebook = DEFAULT_RULEBOOK
    until: date | None = None
    expect: Expectation = Expectation()


def read_script(text: str, name: str = "scenario") -> Story:
    """The scenario in `text`: YAML as docs/scenarios.md describes it. `name` stands before each error.

    Debtors are registered before all else. A debt arrives on its `date`, else on the day that it is dated.
    Commands come on theirs, those of one day in the order of the file; one without `id` gets the same at each
    reading. Raises ScriptError.
    """
    sheet = _Sheet(text, name)
    head = sheet.read(_Head, {k: v for k, v in sheet.content.items() if k not in _LISTS}, ()) or _Head()
    told: list[tuple[date | None, Command | None]] = []
    for place, entry in sheet.entries("debts"):
        debt = sheet.command(FixAssessment, entry, place, head.rulebook)
        told.append((sheet.day(entry, place) if "date" in entry else debt.dated if debt else None, debt))
    for place, entry in sheet.entries("commands"):
        day, kind = sheet.day(entry, place), sheet.kind(entry, place)
        if day and head.until and day > head.until:
            sheet.wrong((*place, "date"), f"{day} lies after until {head.until}")
        told.append((day, sheet.command(kind, entry, place, head.rulebook) if kind else None))
    if not told:
        sheet.wrong((), "nothing happens; give at least one entry under debts or commands")
    start = min((day for day, _ in told if day), default=date.max)
    debtors = [
        (start, sheet.command(RegisterDebtor, entry, place, head.rulebook)) for place, entry in sheet.entries("debtors")
    ]
    sheet.check()
    commands = _with_ids((day, command) for day, command in [*debtors, *told] if day and command)
    return Story(commands, head.until, head.title, head.proves, head.expect)


def _with_ids(told: Iterable[tuple[date, Command]]) -> tuple[tuple[date, Command], ...]:
    """Name the commands without id: debt or debtor, command, and which of its kind it is."""
    count: Counter[str] = Counter()
    named = []
    for day, command in told:
        kind = f"{case_of(command)}/{type(command).model_fields['command'].default}"
        count[kind] += 1
        id = command.id or f"{kind}/{count[kind]}"
        named.append((day, command.model_copy(update={"id": id})))
    return tuple(named)


class _Sheet:
    """The file as plain text values, the line of each, and the mistakes found so far."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._lines: dict[Place, int] = {(): 1}
        self._errors: list[tuple[int, str]] = []
        self._ids: set[str] = set()
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = f"{mark.line + 1}:{mark.column + 1}" if mark else "1"
            raise ScriptError([f"{name}:{where}: {error.problem or error.context}"]) from error
        except (yaml.YAMLError, RecursionError) as error:
            raise ScriptError([f"{name}:1: not readable as YAML: {error}"]) from error
        content = None if root is None else self._plain(root, ())
        if not isinstance(content, dict):
            raise ScriptError([f"{name}:1: a scenario has keys such as debts, commands and until"])
        self.content: Entry = content

    def wrong(self, place: Place, rule: str) -> None:
        """Note that the value at `place` breaks `rule`."""
        line = next(self._lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in self._lines)
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        self._errors.append((line, ": ".join(filter(None, [f"{self._name}:{line}", where, rule]))))

    def check(self) -> None:
        """Raise ScriptError with all mistakes so far, if any."""
        if self._errors:
            raise ScriptError(text for _, text in sorted(self._errors, key=lambda error: error[0]))

    def entries(self, section: str) -> Iterator[tuple[Place, Entry]]:
        """The entries of a list, each with its place."""
        found = self.content.get(section)
        if not isinstance(found, list | None):
            self.wrong((section,), "must be a list")
            return
        for number, entry in enumerate(found or ()):
            if isinstance(entry, dict):
                yield (section, number), entry
            else:
                self.wrong((section, number), f"{entry!r}: must have fields")

    def day(self, entry: Entry, place: Place) -> date | None:
        """On which day does it happen?"""
        return self._value(_DAY, entry, (*place, "date"))

    def kind(self, entry: Entry, place: Place) -> type[Command] | None:
        """Which command is it?"""
        at = (*place, "command")
        name = self._value(TypeAdapter(str), entry, at)
        if name is not None and name not in COMMAND_TYPES:
            self.wrong(at, f"{name!r}: unknown command{meant(name, COMMAND_TYPES)}")
        return COMMAND_TYPES.get(name or "")

    def command(self, kind: type[Model], entry: Entry, place: Place, rulebook: str) -> Model | None:
        """The command that `entry` gives; an assessment that names no rulebook falls under `rulebook`."""
        fields = {k: v for k, v in entry.items() if k != "date" or place[0] == "debtors"}
        if kind is FixAssessment:
            fields = {"rulebook": rulebook} | fields
            self._value(_RULEBOOK, fields, (*place, "rulebook"))
        if id := entry.get("id"):
            if str(id) in self._ids:
                self.wrong((*place, "id"), f"{id!r}: stands twice; what has the same id is decided once")
            self._ids.add(str(id))
        return self.read(kind, fields, place)

    def read(self, model: type[Model], fields: Entry, place: Place) -> Model | None:
        """The fields as `model`, or None with all mistakes noted."""
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            self._note(error, place, {*model.model_fields, *(("date",) if place else _LISTS)} - {"command"})
            return None

    def _value(self, reader: TypeAdapter[Value], entry: Entry, place: Place) -> Value | None:
        if (given := entry.get(str(place[-1]))) is None:
            self.wrong(place, "missing")
            return None
        try:
            return reader.validate_python(given)
        except ValidationError as error:
            self._note(error, place, ())
            return None

    def _note(self, error: ValidationError, place: Place, known: Iterable[str]) -> None:
        for mistake in error.errors(include_url=False):
            at = (*place, *mistake["loc"])
            value, rule = mistake["input"], mistake["msg"].removeprefix("Value error, ")
            match mistake["type"]:
                case "missing":
                    rule = "missing"
                case "extra_forbidden":
                    hint = "; the day of a command is its date" if at[-1] == "on" else meant(str(at[-1]), known)
                    rule = f"unknown field{hint}"
                case "string_pattern_mismatch":
                    rule = f"{value!r}: a number has capitals, digits and dashes, at most 40 of them"
                case _ if isinstance(value, str):
                    rule = f"{value!r}: {rule}"
            self.wrong(at, rule)

    def _plain(self, node: yaml.Node, place: Place) -> Any:
        """The text, list or fields of `node`. Own fields go before those that `<<` brings in."""
        self._lines[place] = node.start_mark.line + 1
        if len(place) > _DEEPEST:
            self.wrong(place, "lies too deep")
            return None
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*place, number)) for number, item in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            return None if node.tag == _NULL else node.value
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                bases = self._plain(value, place)
                for base in bases if isinstance(bases, list) else [bases]:
                    merged = base | merged if isinstance(base, dict) else merged
                continue
            name = str(key.value)
            own_value = self._plain(value, (*place, name))
            self._lines[*place, name] = key.start_mark.line + 1
            if name in own:
                self.wrong((*place, name), "stands twice")
            own[name] = own_value
        return merged | own
