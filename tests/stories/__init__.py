"""The stories: lives of debts that every engine must live alike. docs/scenarios.md tells how to write one.

`python -m tests.stories` writes down anew, in `golden/`, what the core makes of each.
"""

import json
from pathlib import Path
from typing import Any

from domain.scenario import last_day, live, report
from domain.script import Story, read_script

HERE = Path(__file__).parent


def stories() -> list[Path]:
    """The files of all stories, in the order of their names."""
    return sorted(HERE.glob("*.yaml"))


def read(path: Path) -> Story:
    """The story in this file."""
    return read_script(path.read_text("utf-8"), path.name)


def told_by_the_core(story: Story) -> dict[str, Any]:
    """What comes of the story in the core alone: the document that `simulate --json` prints."""
    world = live(story)
    return report(world.records, world.cases, last_day(story, world.records), world)


def golden(path: Path) -> Path:
    """Where the story's whole document is written down."""
    return HERE / "golden" / f"{path.stem}.json"


def written(document: dict[str, Any]) -> str:
    """The document as it stands in a golden file."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
