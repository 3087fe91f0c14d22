"""The command `invordering`: one desk for running the engine, bringing in facts, looking, deciding and checking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from desk import bring_in, check, law, look, run
from desk.screen import say


class InOrder(TyperGroup):
    """The commands in the order of their panels."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=_ORDER.index)


app = typer.Typer(
    name="invordering",
    cls=InOrder,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,  # they may hold personal data
    help="Collect tax debts by law: one debt, one durable workflow; every step explains itself.\n\n"
    "Begin with [bold]invordering demo[/bold], or [bold]invordering up[/bold] in one terminal and the rest in "
    "another. Every command has --help; those that read have --json.",
)

PANELS: dict[str, dict[str, Callable[..., Any] | typer.Typer]] = {
    "Run": {"demo": run.demo, "up": run.up, "migrate": run.migrate, "worker": run.worker},
    "Bring in": {"import": bring_in.imports, "submit": bring_in.submit, "rejected": bring_in.rejected},
    "Look": {"show": look.show, "explain": look.explain, "forecast": look.forecast, "letters": look.letters},
    "Decide": {"tasks": look.tasks, "answer": bring_in.answer},
    "Law": {
        "simulate": law.simulate,
        "norms": law.norms,
        "readings": law.readings,
        "rulebooks": law.rulebooks,
        "schema": law.schema,
    },
    "Check": {"reconcile": check.reconcile, "replay": check.replay, "bench": check.bench, "docs": check.docs},
}
_ORDER = [name for commands in PANELS.values() for name in commands]

for _panel, _commands in PANELS.items():
    for _name, _command in _commands.items():
        if isinstance(_command, typer.Typer):
            app.add_typer(_command, name=_name, rich_help_panel=_panel)
        else:
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
