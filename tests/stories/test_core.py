"""The core lives every story as the story expects, and as it was last written down."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.expectation import unmet
from tests.stories import golden, read, stories, told_by_the_core, written

each_story = pytest.mark.parametrize("path", stories(), ids=lambda path: path.stem)


@each_story
def test_the_core_meets_what_the_story_expects(path: Path) -> None:
    story = read(path)

    assert unmet(story.expect, told_by_the_core(story)) == []


@each_story
def test_the_whole_document_is_as_it_was_written_down(path: Path) -> None:
    page = golden(path)
    assert page.exists(), f"{page.name} is missing: uv run python -m tests.stories"

    document = json.loads(written(told_by_the_core(read(path))))

    assert document == json.loads(page.read_text("utf-8")), "if this is meant: uv run python -m tests.stories"


@each_story
def test_a_story_says_what_it_proves_and_names_no_norm_that_it_never_meets(path: Path) -> None:
    story = read(path)

    assert story.title
    assert story.expect.timeline or story.expect.refusals
    assert story.expect.debts or story.expect.never
    assert set(story.proves) <= set(norms_in(told_by_the_core(story)))


def test_every_page_that_was_written_down_belongs_to_a_story() -> None:
    pages = {page.name for page in golden(stories()[0]).parent.glob("*.json")}

    assert pages == {golden(path).name for path in stories()}


def norms_in(document: Any) -> Iterator[str]:
    """Every norm that the document names anywhere."""
    match document:
        case {"norms": list(norms), **rest}:
            yield from norms
            yield from norms_in(rest)
        case dict():
            yield from norms_in(list(document.values()))
        case list():
            for item in document:
                yield from norms_in(item)
