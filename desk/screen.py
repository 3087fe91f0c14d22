"""What people and programs read: tables and sentences for the one, one JSON document for the other.

With `--json` standard output holds that document and nothing else; progress, logs and problems go to standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

Data = Annotated[
    Path,
    typer.Option("--data", envvar="INVORDERING_DATA", metavar="DIR", help="Folder of the instance on this machine."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]
DATA = Path("var")
_PIPE_WIDTH = 160


class DeskProblem(Exception):
    """What was asked cannot be done; the text says why and what to do. `code` is the exit code."""

    def __init__(self, text: str, code: int = 1) -> None:
        self.code = code
        super().__init__(text)


def paper(*, aside: bool = False) -> Console:
    """Where tables go; `aside`: standard error, for progress and problems. A pipe gets wide lines."""
    stream = sys.stderr if aside else sys.stdout
    return Console(stderr=aside, width=None if stream.isatty() else _PIPE_WIDTH, highlight=False)


def say(*lines: str) -> None:
    """Sentences for people; square brackets stay what they are."""
    for line in lines:
        paper().print(Text(line))


def aside(*lines: str) -> None:
    """Sentences on standard error."""
    for line in lines:
        paper(aside=True).print(Text(line))


def document(content: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2, default=_plain) + "\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table for people; amounts and numbers (columns that end in `€` or `#`) to the right."""
    sheet = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    for column in columns:
        right = column.endswith(("€", "#"))
        sheet.add_column(column, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in rows:
        sheet.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    paper().print(sheet)


@contextmanager
def explained() -> Iterator[None]:
    """Problems that a person can solve become a line on standard error and an exit code; bugs stay tracebacks."""
    try:
        yield
    except DeskProblem as problem:
        _complain(str(problem), problem.code)
    except Exception as problem:
        _complain(_words(problem), 1)


def _words(problem: Exception) -> str:
    """What to do about a problem of another room; one that nobody can solve is raised again."""
    # Only now, so that `--help` need not load the clients of the database and the cluster.
    import asyncpg
    from temporalio.service import RPCError

    from domain.norms import UnknownNormError
    from domain.norms.sources import CoverageError
    from domain.rulebooks import UnknownRulebookError
    from runtime.errors import RuntimeProblem

    match problem:
        case RuntimeProblem() | UnknownRulebookError() | CoverageError() | UnknownNormError():
            return str(problem.args[0])
        case asyncpg.UndefinedTableError() | asyncpg.UndefinedColumnError():
            return f"the schema of the database is not that of this version ({problem}); run `invordering migrate`"
        case asyncpg.PostgresError():
            return f"PostgreSQL refused: {problem}; look at DATABASE_URL"
        case RPCError():
            return f"Temporal refused: {problem.message}"
        case _:
            raise problem


def _complain(text: str, code: int) -> None:
    aside(f"Error: {text}")
    raise typer.Exit(code)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    return str(value)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error that hears how much is done, of how much."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = paper(aside=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task(label, total=None)

        def hear(done: int, total: int) -> None:
            bars.update(bar, completed=done, total=total)

        yield hear
