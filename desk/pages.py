"""The generated pages under docs/: always what the sources say, checked in CI.

Norms and questions are read from the sources as syntax trees: an event rests on the norms that its class names and
on those that the code gives it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import domain
from desk import diagrams
from domain import rulebooks
from domain.core import COMMAND_TYPES, EVENT_TYPES
from domain.debt.letters import LetterSpec
from domain.kernel.messages import Act, OfficialCommand, Role
from domain.norms import catalogue, coverage

ROOT = Path(domain.__file__).parents[1]
MADE = "Made by `make docs` from the sources; not edited by hand."
_NORM = re.compile(r"\b(?:VEERE|RIJK|MALDEGEM|AAII)-[0-9][\w.]*(?:-[\w.]+)*\b")


def write(cli: Any) -> list[str]:
    """Write all pages; their names. `cli` is the command line as its library sees it."""
    for name, text in _pages(cli).items():
        target = ROOT / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return list(_pages(cli))


def stale(cli: Any) -> list[str]:
    """The names of the pages that are not what the sources say."""
    return [
        name
        for name, text in _pages(cli).items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text("utf-8") != text
    ]


def _pages(cli: Any) -> dict[str, str]:
    return {
        coverage.PAGE: coverage.page(coverage.read(ROOT)),
        "docs/generated/commands-events.md": commands_and_events(),
        "docs/generated/states.md": diagrams.page((ROOT / "tests/stories").glob("*.yaml")),
        "docs/readings.md": readings(),
        "docs/cli.md": command_line(cli),
    }


# -- commands, events, letters, questions -------------------------------------------------------------------------


def commands_and_events() -> str:
    """Every command, event, letter and question: its name, its Dutch words, its norms and its file."""
    norms = _norms_given()
    return _page(
        "# Commands, events, letters, questions",
        f"{MADE} Fields: `invordering schema NAME`.",
        "## Commands",
        _table(
            ("command", "says", "given by", "norms", "file"),
            (
                (f"`{name}`", kind.title, _givers(kind), _ids(kind.__doc__, kind.role_norms), _file(kind))
                for name, kind in sorted(COMMAND_TYPES.items())
            ),
        ),
        "## Events",
        "Stored under this name for ever; a change of meaning is a new version. An act may cost and send a letter.",
        _table(
            ("event", "says", "act", "norms", "file"),
            (
                (
                    f"`{name}`",
                    kind.says,
                    "act" if issubclass(kind, Act) else "",
                    _ids(kind.__doc__, kind.model_fields["norms"].default, sorted(norms[kind.__name__])),
                    _file(kind),
                )
                for name, kind in sorted(EVENT_TYPES.items())
            ),
        ),
        "## Letters",
        _table(
            ("letter", "title", "to", "norms", "file"),
            (
                (f"`{spec.kind}`", spec.title, spec.recipient.value, _ids(*spec.norms), _link(file))
                for spec, file in _letters()
            ),
        ),
        "## Questions to officials",
        _table(("task", "asks", "answered by", "norms", "file"), _questions()),
    )


def _givers(kind: Any) -> str:
    roles = "anyone" if kind.roles == frozenset(Role) else ", ".join(sorted(kind.roles))
    return f"{roles}; with a name and a reason" if issubclass(kind, OfficialCommand) else roles


def _ids(*sources: str | Sequence[str] | None) -> str:
    """The norms of the catalogue that texts and lists name, each once; articles are no norms."""
    texts = [part for source in sources if source for part in ([source] if isinstance(source, str) else source)]
    return ", ".join(dict.fromkeys(id for text in texts for id in _NORM.findall(text) if id in catalogue()))


def _file(kind: type) -> str:
    return _link(Path(inspect.getfile(kind)).relative_to(ROOT).as_posix())


def _link(file: str) -> str:
    return f"[{file}](../../{file})"


@cache
def _trees() -> Mapping[str, ast.Module]:
    """The sources of the domain as syntax trees, by path."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted((ROOT / "domain").rglob("*.py"))
    }


@cache
def _all_calls() -> Sequence[tuple[str, str, dict[str, ast.expr], ast.FunctionDef | None]]:
    """Every call by name in the domain: file, name, keyword arguments and the function around it."""
    calls = []
    for file, tree in _trees().items():
        waiting: list[tuple[ast.AST, ast.FunctionDef | None]] = [(tree, None)]
        while waiting:
            node, around = waiting.pop()
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                calls.append((file, node.func.id, {k.arg: k.value for k in node.keywords if k.arg}, around))
            inner = node if isinstance(node, ast.FunctionDef) else around
            waiting += [(child, inner) for child in ast.iter_child_nodes(node)]
    return calls


def _calls(name: str) -> Iterator[tuple[str, dict[str, ast.expr]]]:
    """The calls of `name`: file and keyword arguments."""
    return ((file, arguments) for file, called, arguments, _ in _all_calls() if called == name)


def _texts(node: ast.AST) -> Iterator[str]:
    return (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def _norms_given() -> Mapping[str, set[str]]:
    """The norms that the code gives an event where it makes one, by name of its class.

    Norms that are put together first are those that the same function names.
    """
    given: defaultdict[str, set[str]] = defaultdict(set)
    for _, called, arguments, around in _all_calls():
        if "norms" in arguments:
            body = around.body[ast.get_docstring(around) is not None :] if around else ()
            given[called] |= _named(arguments["norms"]) or _named(*body)
    return given


def _named(*nodes: ast.AST) -> set[str]:
    return {id for node in nodes for text in _texts(node) for id in _NORM.findall(text)}


def _letters() -> Iterator[tuple[LetterSpec, str]]:
    seen: dict[str, tuple[LetterSpec, str]] = {}
    for info in pkgutil.walk_packages(domain.__path__, "domain."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            if isinstance(value, LetterSpec) and value.kind not in seen:
                seen[value.kind] = (value, _home_of(value.kind))
    return iter(sorted(seen.values(), key=lambda pair: pair[0].kind))


def _home_of(letter: str) -> str:
    return next(file for file, a in _calls("LetterSpec") if "kind" in a and letter in _texts(a["kind"]))


def _questions() -> list[tuple[str, ...]]:
    return sorted(
        (
            f"`{_words(arguments['kind'], constants)}`",
            _words(arguments["question"], constants),
            ", ".join(f"`{name}`" for name in _texts(arguments["answers"])) or "`decline_question`",
            _ids(*_texts(arguments["norms"])),
            _link(file),
        )
        for file, arguments in _calls("Question")
        for constants in [_constants(file)]
        if {"kind", "question", "answers", "norms"} <= arguments.keys()
    )


def _constants(file: str) -> dict[str, str]:
    """The texts that have a name in this file."""
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    return {name: value for name, value in vars(module).items() if isinstance(value, str)}


def _words(node: ast.expr, constants: Mapping[str, str]) -> str:
    """The text of an expression; what is filled in later stands as …"""
    match node:
        case ast.Name(id=name) if name in constants:
            return constants[name]
        case ast.IfExp(body=one, orelse=other):
            return " / ".join(_words(part, constants) for part in (one, other))
        case ast.FormattedValue(value=value):
            return _words(value, constants)
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_words(part, constants) for part in parts)
        case _:
            return "…"


# -- readings -----------------------------------------------------------------------------------------------------


def readings() -> str:
    """Where the text of a regulation is open, and how each rulebook reads it."""
    parts = [
        "# Readings",
        f"{MADE} Where a regulation is open or contradicts itself, its rulebook takes a reading: a switch with its "
        "reason. The office may choose another; debts that run keep theirs.",
    ]
    for name in rulebooks.names():
        law = rulebooks.load(name)
        if law.readings:
            parts += [
                f"## {law.title} (`{law.id}`)",
                _table(
                    ("norm", "question", "choice", "options", "why"),
                    (
                        (
                            ", ".join(reading.norms),
                            reading.question,
                            f"`{key}`: **{reading.choice}**",
                            ", ".join(map(str, reading.options)) or "any number",
                            reading.why,
                        )
                        for key, reading in law.readings.items()
                    ),
                ),
            ]
    return _page(*parts)


# -- the command line ---------------------------------------------------------------------------------------------


def command_line(cli: Any) -> str:
    """Every command with its help and options, by panel."""
    parts = [
        "# The command line",
        f"{MADE} `invordering --help` tells the same.",
        "It works on the servers that `DATABASE_URL` and `TEMPORAL_*` name; without `DATABASE_URL` on the instance "
        "that runs on the folder of `--data`. With `--json`, standard output holds one JSON document and nothing "
        "else. Exit codes: 0 all is well; 1 something was refused, differs or is not known; 2 what was given cannot "
        "be read.",
    ]
    panel = ""
    for command in (cli.get_command(None, name) for name in cli.list_commands(None)):
        if command.rich_help_panel != panel:
            panel = command.rich_help_panel
            parts.append(f"## {panel}")
        parts += _described(command, f"invordering {command.name}", deep=command.name != "submit")
    return _page(*parts)


def _described(command: Any, called: str, *, deep: bool) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    shown = " ".join([called, *(_metavar(p) for p in arguments)])
    yield f"### `{shown}`"
    yield inspect.cleandoc(command.help or "")
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    if rows := [(f"`{_metavar(p)}`", p.help or "") for p in arguments] + [(_flags(p), p.help or "") for p in options]:
        yield _table(("", ""), rows)
    for child in getattr(command, "commands", {}).values() if deep else ():
        yield from _described(child, f"{called} {child.name}", deep=True)


def _metavar(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name.upper())
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _flags(parameter: Any) -> str:
    return ", ".join(f"`{flag}`" for flag in (*parameter.opts, *parameter.secondary_opts))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
