"""The norm catalogue: every rule of the four regulations as one row, known by its id.

A norm id (`VEERE-2.3-b`) is how events, barriers, refusals, letters, costs, terms and tests name the rule
they rest on. The rows stand per regulation in `catalogue/`; a regulation is read once, when first asked for.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, field_validator

Engine = Literal["auto", "human", "info"]
Kind = Literal[
    "allocation",
    "calculation",
    "calendar",
    "cost",
    "deadline",
    "decision",
    "effect",
    "letter",
    "notification",
    "permission",
    "precondition",
    "prohibition",
    "record",
    "right",
]
Regulation = Literal["veere-2026", "rijk-2008", "maldegem-2024", "fod-aaii"]

REGULATIONS: tuple[Regulation, ...] = get_args(Regulation)
PREFIXES: Mapping[str, Regulation] = MappingProxyType(
    {"VEERE": "veere-2026", "RIJK": "rijk-2008", "MALDEGEM": "maldegem-2024", "AAII": "fod-aaii"}
)


class Norm(BaseModel):
    """One rule of a regulation, as read by a jurist.

    `engine` says who carries it out: the engine alone (`auto`), an official whom the engine asks (`human`),
    or nobody (`info`). `params` holds the figures of the text, `scenario` an example to test.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    article: str
    title: str
    terms: tuple[str, ...]
    kind: Kind
    applies_to: str
    trigger: str
    norm: str
    params: Mapping[str, object]
    outcome: str
    engine: Engine
    scenario: str
    regulation: Regulation

    @field_validator("params", mode="before")
    @classmethod
    def _read_on_as_a_word(cls, params: Mapping[object, object]) -> dict[object, object]:
        """YAML 1.1 reads a bare key `on` as true."""
        return {"on" if key is True else key: value for key, value in params.items()}


class UnknownNormError(LookupError):
    """A norm id that the catalogue does not hold: a slip of the pen, or a row that must be added first."""


@lru_cache
def catalogue() -> Mapping[str, Norm]:
    """Return all norms by id: regulation by regulation, in the order of the texts."""
    return MappingProxyType({id: row for name in REGULATIONS for id, row in norms_of(name).items()})


@lru_cache
def norms_of(regulation: Regulation) -> Mapping[str, Norm]:
    """Return the norms of one regulation by id; raise ValueError for an id that stands there twice."""
    rows: dict[str, Norm] = {}
    for source in _sources(regulation):
        for fields in yaml.load(source.read_text("utf-8"), Loader=yaml.CSafeLoader):
            row = Norm(**fields, regulation=regulation)
            if row.id in rows or PREFIXES.get(row.id.partition("-")[0]) != regulation:
                raise ValueError(
                    f"norm {row.id} in {source.name}: an id stands once, in the file of its own regulation; "
                    f"give the row another id or remove it"
                )
            rows[row.id] = row
    return MappingProxyType(rows)


def norm(id: str) -> Norm:
    """Return the norm with this id; raise UnknownNormError, naming the nearest ids, when there is none."""
    regulation = PREFIXES.get(id.partition("-")[0])
    if regulation is None:
        raise UnknownNormError(f"norm {id!r}: an id begins with one of {', '.join(PREFIXES)} and a hyphen")
    rows = norms_of(regulation)
    if id not in rows:
        near = ", ".join(get_close_matches(id, rows)) or "none"
        raise UnknownNormError(f"norm {id!r} is not in the catalogue of {regulation}; nearest ids: {near}")
    return rows[id]


def _sources(regulation: Regulation) -> list[Traversable]:
    """The files of one regulation: a single file, or a folder of them in the order of their articles."""
    place = files(__name__) / "catalogue"
    folder = place / regulation
    if folder.is_dir():
        return sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    return [place / f"{regulation}.yaml"]
