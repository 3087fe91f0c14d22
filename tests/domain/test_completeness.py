"""What must hold for every command, event, procedure and norm, also for those that are added later: tests over sets."""

import dataclasses
import re
import types
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel

from domain import core, rulebooks
from domain.debt.letters import LetterContent
from domain.debt.procedure import for_command, for_event
from domain.kernel.messages import Act, Command, Event, OfficialCommand
from domain.norms import catalogue
from domain.norms.coverage import from_tree
from domain.norms.sources import mentions
from domain.procedures import PROCEDURES
from tests.builder import DEBT, day, euro

ROOT = Path(__file__).parents[2]
LETTER = LetterContent(kind="proef", subject="Proef", dated=day("2026-05-26"), reference=DEBT, paragraphs=("Tekst.",))
PLAIN: dict[Any, Any] = {
    str: DEBT, int: 1, bool: True, Decimal: euro("1.00"), date: day("2026-05-26"), Any: {}, LetterContent: LETTER,
    datetime: datetime.fromisoformat("2026-05-26T12:00:00+02:00"),
}  # fmt: skip

events = pytest.mark.parametrize("kind", core.EVENT_TYPES.values(), ids=core.EVENT_TYPES)
commands = pytest.mark.parametrize("kind", core.COMMAND_TYPES.values(), ids=core.COMMAND_TYPES)


def sample(kind: Any) -> Any:
    """Some value of the type `kind`."""
    origin, args = get_origin(kind), get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if origin in (Annotated, Union, types.UnionType, Literal):
        return args[0] if origin is Literal else sample(args[0])
    if origin in (tuple, frozenset):
        return origin([sample(args[0])])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if dataclasses.is_dataclass(kind):
        return kind(**{n: sample(t) for n, t in get_type_hints(kind, include_extras=True).items() if n != "procedure"})  # type: ignore[operator]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind(**{n: sample(f.annotation) for n, f in kind.model_fields.items() if f.is_required()})
    return (origin or kind)()


def sample_event(kind: type[Event]) -> Event:
    made = sample(kind)
    assert isinstance(made, Event)
    return made.model_copy(update={"letter": LETTER}) if isinstance(made, Act) else made


# -- events -------------------------------------------------------------------------------------------------------


def subclasses(kind: type[Any]) -> set[type[Any]]:
    return {kind}.union(*(subclasses(sub) for sub in kind.__subclasses__()))


def test_every_event_of_the_domain_is_known_under_exactly_one_versioned_name() -> None:
    named = [e for e in subclasses(Event) if "type" in vars(e) and e.__module__.startswith("domain.")]

    assert set(named) == set(core.EVENT_TYPES.values())
    assert len({e.type for e in named}) == len(named)
    assert all(re.fullmatch(r"[a-z_]+(\.[a-z_]+)+\.v[1-9]\d*", e.type) for e in named)


@events
def test_every_event_says_itself_in_dutch(kind: type[Event]) -> None:
    names = {field for _, field, _, _ in Formatter().parse(kind.says) if field}

    assert all(name in kind.model_fields or isinstance(getattr(kind, name, None), property) for name in names)
    text = sample_event(kind).text
    assert text.strip()
    assert not re.search(r"[{}]|None|\d{4}-\d{2}-\d{2}|Decimal", text)


@events
def test_every_event_comes_back_from_the_store_as_it_went_in(kind: type[Event]) -> None:
    event = sample_event(kind)

    assert core.load_event(core.dump_event(event)) == event


@events
def test_every_event_says_in_its_docstring_what_happened(kind: type[Event]) -> None:
    assert vars(kind).get("__doc__"), f"{kind.__name__} has no docstring of its own"


@events
def test_every_posting_moves_money_between_two_accounts(kind: type[Event]) -> None:
    event = sample_event(kind)

    assert isinstance(event.amount, Decimal)
    assert all(p.amount > 0 and p.debit != p.credit for p in event.postings())


def test_an_event_of_an_unknown_type_is_not_loaded() -> None:
    with pytest.raises(KeyError, match=r"demand\.issued\.v9"):
        core.load_event({"type": "demand.issued.v9"})


# -- commands -----------------------------------------------------------------------------------------------------


def test_every_command_has_a_name_of_its_own() -> None:
    known = [*core.DEBT_COMMANDS, *core.DEBTOR_COMMANDS]

    assert len(core.COMMAND_TYPES) == len(set(known))
    assert len({c.title for c in set(known)}) == len(set(known))


@commands
def test_every_command_is_named_after_its_class_and_says_what_it_is(kind: type[Command]) -> None:
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()

    assert kind.model_fields["command"].default == name
    assert kind.title
    assert vars(kind).get("__doc__"), f"{kind.__name__} has no docstring of its own"
    assert kind.roles, "somebody may give it"
    assert set(kind.role_norms) <= catalogue().keys()


@commands
def test_every_command_has_a_schema_for_its_senders(kind: type[Command]) -> None:
    schema = kind.model_json_schema()

    assert schema["additionalProperties"] is False
    assert {"id", "command", "role"} <= schema["properties"].keys()


@commands
def test_a_decision_of_an_official_always_says_who_decided(kind: type[Command]) -> None:
    if issubclass(kind, OfficialCommand):
        assert kind.model_fields["by"].is_required()
        assert kind.model_fields["role"].is_required()
        assert not kind.answers_about or kind.answers_about in kind.model_fields


# -- procedures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_every_command_and_event_of_a_procedure_finds_its_way_back_to_it(procedure: Any) -> None:
    assert all(for_command(c) is procedure for c in procedure.commands)
    assert all(for_event(e) is procedure for e in procedure.events)
    assert procedure.state.procedure == procedure.name
    assert procedure.title


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_every_term_of_a_procedure_can_end(procedure: Any) -> None:
    waits = procedure.terms.__name__ != "_nothing"

    assert waits is (procedure.end_term is not None)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_a_procedure_tells_in_its_first_line_which_question_of_law_it_answers(procedure: Any) -> None:
    module = import_module(".".join(procedure.state.__module__.split(".")[:3]))

    assert "?" in (getdoc(module) or "").split("\n\n")[0]


# -- norms --------------------------------------------------------------------------------------------------------

CHAPTERS = ("1.5", "1.6", *(f"2.{n}" for n in range(1, 9)), "2", "4.1", "4.2", "4.3", "4.4", "4.7", "6")
LADDER_NORMS = {
    id: norm
    for id, norm in catalogue().items()
    if norm.engine != "info" and (id == "VEERE-4-a" or id.rpartition("-")[0] in {f"VEERE-{c}" for c in CHAPTERS})
}


def test_every_norm_that_the_domain_names_stands_in_the_catalogue() -> None:
    files = [p for kind in ("py", "yaml") for p in (ROOT / "domain").rglob(f"*.{kind}") if "norms" not in p.parts]
    named = {id for p in files for id, _ in mentions(p.relative_to(ROOT).as_posix(), p.read_text("utf-8"))}

    assert len(named) > 50
    assert named - catalogue().keys() == set()


@pytest.mark.parametrize("name", rulebooks.names())
def test_every_norm_of_a_rulebook_stands_in_the_catalogue(name: str) -> None:
    law = rulebooks.load(name)
    named = {n for part in (law.terms, law.channels, law.readings) for rule in part.values() for n in rule.norms}

    assert named | {tax.direct_debit_norm for tax in law.taxes.values()} <= catalogue().keys()


def test_every_norm_of_the_ladder_is_proven_by_a_test() -> None:
    rows = {row.id: row for row in from_tree(ROOT).rows}

    assert len(LADDER_NORMS) == 52
    assert [id for id in LADDER_NORMS if rows[id].status != "covered"] == []


def test_every_norm_of_the_ladder_is_named_by_the_code_that_does_it() -> None:
    rows = {row.id: row for row in from_tree(ROOT).rows}

    assert [id for id in LADDER_NORMS if not rows[id].code] == []
