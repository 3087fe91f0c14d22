"""One form per command of the core: its options come from the command's own fields, its rules from pydantic.

Values are taken as text and get their meaning from the field: an amount never passes through a float.
"""

from __future__ import annotations

import json
import sys
import types
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from desk.screen import DATA, Data, DeskProblem, Json, explained
from domain.core import COMMAND_TYPES, COMMANDS
from domain.expectation import meant
from domain.kernel.messages import Command, Role

Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Any field; JSON where it is not text.")
]
JsonFile = Annotated[
    str | None, typer.Option("--json-file", metavar="FILE", help="Fields from a JSON file; - reads standard input.")
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the decision, or only deliver.")]
Patience = Annotated[float, typer.Option("--patience", min=0.1, metavar="SECONDS", help="How long to wait.")]
PATIENCE = 30.0


def forms(send: Callable[..., None]) -> typer.Typer:
    """`submit COMMAND`, one sub-command per command; `send(command, data, wait, patience, json)` delivers it."""
    app = typer.Typer(no_args_is_help=False)
    for name, kind in COMMAND_TYPES.items():
        app.command(name, help=_help(kind), no_args_is_help=False)(_form(name, kind, send))
    return app


def _help(kind: type[Command]) -> str:
    roles = "" if kind.roles == frozenset(Role) else f"\n\nGiven by: {', '.join(sorted(kind.roles))}."
    return f"{kind.title}. {(kind.__doc__ or '').strip()}{roles}"


def _form(name: str, kind: type[Command], send: Callable[..., None]) -> Callable[..., None]:
    fields = {f: about for f, about in kind.model_fields.items() if f != "command"}

    @explained()
    def form(**given: Any) -> None:
        told = {f: value for f in fields if (value := given.pop(f)) not in (None, [])}
        rest = from_file(given["json_file"]) | from_pairs(given["set_"] or [])
        if (other := rest.get("command", name)) != name:
            raise DeskProblem(f"command: the file is about {other!r}, not about {name!r}", 2)
        send(read({**rest, **told, "command": name}), given["data"], given["wait"], given["patience"], given["as_json"])

    options: list[tuple[str, Any, Any]] = [(f, _option(f, about), None) for f, about in fields.items()]
    options += [
        ("set_", Set, None),
        ("json_file", JsonFile, None),
        ("wait", Wait, True),
        ("patience", Patience, PATIENCE),
        ("data", Data, DATA),
        ("as_json", Json, False),
    ]
    # Typer reads a command from its function's signature: this one is made from the model.
    form.__dict__["__signature__"] = Signature(
        [Parameter(f, Parameter.KEYWORD_ONLY, default=d, annotation=a) for f, a, d in options]
    )
    form.__annotations__ = {f: a for f, a, _ in options}
    return form


def _option(name: str, about: FieldInfo) -> Any:
    """The option of one field, as an annotation that Typer understands."""
    kind, choices = _kind(about.annotation)
    required = "[required]" if about.is_required() else ""
    hint = "; ".join(filter(None, [about.description or "", f"one of {', '.join(choices)}" if choices else ""]))
    flag = f"--{name.replace('_', '-')}"
    if kind is bool:
        flag += f"/--no-{name.replace('_', '-')}"
    help = " ".join(filter(None, [hint, required])).replace("[", r"\[")
    metavar = None if kind is bool else _metavar(about.annotation)
    wanted: Any = list[str] | None if kind is list else bool | None if kind is bool else str | None
    return Annotated[wanted, typer.Option(flag, help=help, metavar=metavar, show_default=False)]


def _kind(annotation: Any) -> tuple[type, tuple[str, ...]]:
    """How a field is written, and between what one chooses."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return next(_kind(a) for a in get_args(annotation) if a is not type(None))
    if origin is Literal:
        return str, tuple(str(a) for a in get_args(annotation) if a)
    if origin in (tuple, list, frozenset):
        return list, ()
    if annotation is Role:
        return str, tuple(Role)
    return (bool if annotation is bool else str), ()


def _metavar(annotation: Any) -> str:
    """How the value of a field is shown: DATE, AMOUNT, NUMBER or TEXT."""
    if get_origin(annotation) is Annotated or get_origin(annotation) in (Union, types.UnionType, tuple):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        return _metavar(inner[0])
    return {date: "DATE", Decimal: "AMOUNT", int: "NUMBER"}.get(annotation, "TEXT")


def from_file(file: str | None) -> dict[str, Any]:
    """The fields in a JSON file; `-` is standard input. Numbers stay the text that stands there."""
    if file is None:
        return {}
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
        content = json.loads(text, parse_float=str)
    except (OSError, UnicodeDecodeError) as error:
        raise DeskProblem(f"{file}: cannot be read: {error}", 2) from None
    except json.JSONDecodeError as error:
        raise DeskProblem(f"{file}:{error.lineno}:{error.colno}: not JSON: {error.msg}", 2) from None
    if not isinstance(content, dict):
        raise DeskProblem(f"{file}: a command is one JSON object with its fields, not {type(content).__name__}", 2)
    return content


def from_pairs(pairs: Sequence[str]) -> dict[str, Any]:
    """Fields given as FIELD=VALUE: text as it stands; a value that begins with [ or { is JSON."""
    fields: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise DeskProblem(f"--set: {pair!r} is not FIELD=VALUE", 2)
        try:
            fields[name.replace("-", "_")] = json.loads(value) if value[:1] in ("[", "{") else value
        except json.JSONDecodeError as error:
            raise DeskProblem(f"--set {name}: {value!r} is not JSON: {error.msg}", 2) from None
    return fields


def read(fields: Mapping[str, Any]) -> Command:
    """The command of these fields, with an id of its own when it has none. DeskProblem names field, value and rule."""
    name = fields.get("command")
    if not isinstance(name, str) or name not in COMMAND_TYPES:
        hint = meant(str(name), COMMAND_TYPES) if name else ""
        raise DeskProblem(f"command: {name!r} is unknown{hint}; `invordering submit --help` lists them", 2)
    try:
        command: Command = COMMANDS.validate_python(dict(fields))
    except ValidationError as error:
        known = set(COMMAND_TYPES[name].model_fields) - {"command"}
        raise DeskProblem("\n".join([f"{name}: not given", *_mistakes(error, known)]), 2) from None
    if getattr(command, "channel", "") == "internal":
        raise DeskProblem(f"{name}: not given\n  channel: 'internal': only between cases, not from outside", 2)
    return command if command.id else command.model_copy(update={"id": str(uuid.uuid4())})


def _mistakes(error: ValidationError, known: set[str]) -> list[str]:
    """Each broken rule in one line: field, value, rule."""
    lines = []
    for mistake in error.errors(include_url=False):
        field = ".".join(map(str, mistake["loc"][1:])) or "command"
        rule = mistake["msg"].removeprefix("Value error, ")
        match mistake["type"]:
            case "missing":
                lines.append(f"  {field}: missing; give --{field.replace('_', '-')}")
            case "extra_forbidden":
                lines.append(f"  {field}: unknown field{meant(field, known)}")
            case _ if isinstance(mistake["input"], dict):
                lines.append(f"  {rule}")
            case _:
                lines.append(f"  {field}: {str(mistake['input'])[:80]!r}: {rule}")
    return lines


def as_message(command: Command) -> dict[str, Any]:
    """The command as it travels: only what was given, with its name and id."""
    return {
        **command.model_dump(mode="json", exclude_unset=True),
        "command": command.command,
        "id": command.id,
    }
