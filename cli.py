"""The command `invordering`: one desk for running the engine, bringing in facts, looking, deciding and checking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from desk import bring_in, check, law, look, run
from desk.screen import say

app = typer.Typer(
    name="invordering",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,  # they may hold personal data
    help="Collect tax debts by law: one debt, one durable workflow; every step explains itself.\n\n"
    "Begin with [bold]invordering demo[/bold], or [bold]invordering up[/bold] in one terminal and the rest in "
    "another. Every command has --help; those that read have --json.",
)

RUN, BRING_IN, LOOK, DECIDE, LAW, CHECK = "Run", "Bring in", "Look", "Decide", "Law", "Check"

PANELS: dict[str, dict[str, Callable[..., Any]]] = {
    RUN: {"demo": run.demo, "up": run.up, "migrate": run.migrate, "worker": run.worker},
    BRING_IN: {},
    LOOK: {"show": look.show, "explain": look.explain, "forecast": look.forecast, "letters": look.letters},
    DECIDE: {"tasks": look.tasks, "answer": bring_in.answer},
    LAW: {
        "simulate": law.simulate,
        "norms": law.norms,
        "readings": law.readings,
        "rulebooks": law.rulebooks,
        "schema": law.schema,
    },
    CHECK: {"reconcile": check.reconcile, "replay": check.replay, "bench": check.bench, "docs": check.docs},
}

for _panel, _commands in PANELS.items():
    if _panel == BRING_IN:
        app.add_typer(
            bring_in.imports, name="import", rich_help_panel=BRING_IN, help="Files: assessments, bank statements."
        )
        app.add_typer(bring_in.submit, name="submit", rich_help_panel=BRING_IN)
    for _name, _command in _commands.items():
        app.command(_name, rich_help_panel=_panel)(_command)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(version("invordering"))
        raise typer.Exit()


@app.callback()
def desk(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """The options that stand before any command."""


def main() -> None:
    """The entry point of the command."""
    app()


if __name__ == "__main__":
    main()
