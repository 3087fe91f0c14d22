"""Which norms are automated, by which code, proven by which tests: counted from the sources themselves.

A row is covered when its engine is `auto` or `human` and at least one test is marked with its id, or one
story names it under `proves`. A skipped test proves nothing. `code` are the places that name the id.

    python -m domain.norms.coverage --write    writes docs/generated/norms.md
    python -m domain.norms.coverage --check    fails when that page is not what the sources say
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from domain.norms import REGULATIONS, Engine, Norm, Regulation, catalogue, norms_of
from domain.norms.sources import CoverageError, load, mentions, proofs

Status = Literal["covered", "open", "info", "not_automated"]
Texts = Mapping[str, str]

PAGE = "docs/generated/norms.md"
NOT_AUTOMATED = "domain/norms/not_automated.yaml"
CODE_ROOMS = ("domain", "workflows", "activities", "intake")


class Row(BaseModel):
    """One norm: its tests as `path::name` (a story as its path), its code as `path:line`."""

    model_config = ConfigDict(frozen=True)

    id: str
    engine: Engine
    status: Status
    tests: tuple[str, ...]
    code: tuple[str, ...]


class Coverage(BaseModel):
    """The count over all rows: `automatable` are those with engine `auto` or `human`."""

    model_config = ConfigDict(frozen=True)

    total: int
    automatable: int
    covered: int
    rows: tuple[Row, ...]


def from_tree(root: Path, rulebook: str | None = None) -> Coverage:
    """Count the coverage of the repository at `root`; of one rulebook only when it is named."""
    return coverage(read(root), rulebook)


def read(root: Path) -> Texts:
    """Read what the count needs from the repository at `root`: text by path relative to `root`."""
    patterns = ["tests/**/test_*.py", "tests/stories/**/*.yaml"]
    patterns += [f"{room}/**/*.{kind}" for room in CODE_ROOMS for kind in ("py", "yaml")]
    texts = {path.relative_to(root).as_posix(): path for pattern in patterns for path in root.glob(pattern)}
    return {
        name: path.read_text("utf-8")
        for name, path in sorted(texts.items())
        if name == NOT_AUTOMATED or not name.startswith("domain/norms/")
    }


def coverage(texts: Texts, rulebook: str | None = None) -> Coverage:
    """Count the coverage from sources by path; raise CoverageError for a norm id that does not exist."""
    norms = catalogue() if rulebook is None else norms_of(_regulation(rulebook))
    tests: dict[str, set[str]] = defaultdict(set)
    code: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for path, text in texts.items():
        if path.startswith("tests/"):
            for id, test in proofs(path, text):
                tests[id].add(test)
        elif path != NOT_AUTOMATED:
            for id, line in mentions(path, text):
                code[id].add((path, line))
    reasons = _reasons(texts)
    _refuse_unknown(tests, code, reasons)

    rows = tuple(
        Row(
            id=id,
            engine=norm.engine,
            status=_status(norm, tests.keys(), reasons),
            tests=tuple(sorted(tests.get(id, ()))),
            code=tuple(f"{path}:{line}" for path, line in sorted(code.get(id, ()))),
        )
        for id, norm in norms.items()
    )
    return Coverage(
        total=len(rows),
        automatable=sum(row.engine != "info" for row in rows),
        covered=sum(row.status == "covered" for row in rows),
        rows=rows,
    )


def _regulation(rulebook: str) -> Regulation:
    for name in REGULATIONS:
        if name == rulebook:
            return name
    raise CoverageError(f"rulebook {rulebook!r} has no norms; choose one of {', '.join(REGULATIONS)}")


def _status(norm: Norm, proven: Iterable[str], reasons: Mapping[str, str]) -> Status:
    if norm.engine == "info":
        return "info"
    if norm.id in reasons:
        return "not_automated"
    return "covered" if norm.id in proven else "open"


def _reasons(texts: Texts) -> Mapping[str, str]:
    """Why a row is not automated, by id."""
    listed = load(NOT_AUTOMATED, texts.get(NOT_AUTOMATED, "")) or {}
    if not isinstance(listed, dict):
        raise CoverageError(f"{NOT_AUTOMATED}: a list of `id: reason` is wanted, not {listed!r}")
    for id, reason in listed.items():
        if not isinstance(reason, str) or not reason.strip():
            raise CoverageError(f"{NOT_AUTOMATED}: {id} needs its reason as text, not {reason!r}")
    return listed


def _refuse_unknown(
    tests: Mapping[str, set[str]], code: Mapping[str, set[tuple[str, int]]], reasons: Mapping[str, str]
) -> None:
    places = [(id, test) for id, names in tests.items() for test in names]
    places += [(id, f"{path}:{line}") for id, at in code.items() for path, line in at]
    places += [(id, NOT_AUTOMATED) for id in reasons]
    if unknown := sorted(f"{id} in {place}" for id, place in places if id not in catalogue()):
        raise CoverageError(
            f"not in the norm catalogue: {'; '.join(unknown)}; correct the id or add the row to the catalogue"
        )
    if both := sorted(reasons.keys() & tests.keys()):
        raise CoverageError(
            f"{', '.join(both)}: proven by a test and yet listed in {NOT_AUTOMATED}; take it off the list"
        )


def page(texts: Texts) -> str:
    """Return the page of norm coverage as markdown: the same sources always give the same text."""
    rows = coverage(texts).rows
    parts = [
        "# Norm coverage",
        "Made by `make docs` from the norm catalogue, the tests' marks and the sources; not edited by hand. "
        "A row is covered when a test proves it. `auto`: the engine does it alone; `human`: an official whom "
        "the engine asks; `info`: nothing to do.",
        "## Per regulation",
        _totals("regulation", rows, lambda norm: (norm.regulation,)),
        "## Per article",
        _totals("regulation | article", rows, lambda norm: (norm.regulation, norm.article.split(".")[0])),
        "## Covered",
        _covered(row for row in rows if row.status == "covered"),
    ]
    if reasons := _reasons(texts):
        parts += ["## Not automated", _table("norm | reason", [[id, reasons[id]] for id in sorted(reasons)])]
    return "\n\n".join([*parts, "## Open", *_open(rows)]) + "\n"


def write_page(root: Path) -> str:
    """Write the page of the repository at `root` to docs/generated/norms.md and return it."""
    text = page(read(root))
    target = root / PAGE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")
    return text


def _totals(head: str, rows: Sequence[Row], key: Callable[[Norm], tuple[str, ...]]) -> str:
    counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[key(catalogue()[row.id])][row.status] += 1
    statuses = get_args(Status)
    lines = [
        [*names, count.total(), *(count[status] for status in statuses)]
        for names, count in sorted(counts.items(), key=lambda item: _order(*item[0]))
    ]
    return _table(f"{head} | rows | {' | '.join(statuses)}".replace("_", " "), lines)


def _covered(rows: Iterable[Row]) -> str:
    lines = [
        [
            row.id,
            catalogue()[row.id].title,
            row.engine,
            ", ".join(_link(test.rpartition("::")[2].rpartition("/")[2], test) for test in row.tests),
            ", ".join(_link(path, path) for path in dict.fromkeys(place.split(":")[0] for place in row.code)),
        ]
        for row in rows
    ]
    return _table("norm | rule | engine | proven by | code", lines)


def _open(rows: Sequence[Row]) -> Iterator[str]:
    by_regulation: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.status == "open":
            norm = catalogue()[row.id]
            by_regulation[norm.regulation][norm.article].append(norm.id)
    for regulation, articles in by_regulation.items():
        yield f"### {regulation}"
        yield "\n".join(
            f"- {article}: {', '.join(articles[article])}"
            for article in sorted(articles, key=lambda name: _order(regulation, name))
        )


def _order(regulation: str, article: str = "") -> tuple[int, list[tuple[int, str]]]:
    """Regulations in their own order, articles as a reader counts: 2.10 after 2.9, 7a after 7."""
    words = re.findall(r"\d+|[^\d.]+", article)
    place = [(int(word), "") if word.isdigit() else (0, word) for word in words]
    return REGULATIONS.index(regulation), place


def _link(name: str, place: str) -> str:
    return f"[{name}](../../{place.split(':')[0]})"


def _table(head: str, lines: Iterable[Sequence[object]]) -> str:
    columns = head.split(" | ")
    ruled = [columns, ["---"] * len(columns), *lines]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |" for line in ruled)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the page of the repository in the current directory; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m domain.norms.coverage", description="Norm coverage page")
    wish = parser.add_mutually_exclusive_group(required=True)
    wish.add_argument("--write", action="store_true", help=f"write {PAGE}")
    wish.add_argument("--check", action="store_true", help=f"fail when {PAGE} is stale")
    options = parser.parse_args(arguments)
    root = Path.cwd()
    if not (root / "domain" / "norms").is_dir():
        parser.error(f"{root} is not the repository: run this where domain/ and tests/ stand")
    if options.write:
        write_page(root)
        return 0
    target = root / PAGE
    if target.is_file() and target.read_text("utf-8") == page(read(root)):
        return 0
    print(f"{PAGE} is not what the sources say; run `make docs` and commit the result", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
