"""The golden histories: the workflows go the way that every story went, and the gate sees when they do not."""

from collections import Counter
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from rehearsal.replay import read_histories, replay
from tests.stories import stories
from tests.workflows.incompatible import SaysMore, ShowsTooSoon, SleepsOnIt
from workflows.debtor import DebtorWorkflow

HISTORIES = Path(__file__).parents[1] / "histories"
ANEW = "record them: uv run python -m rehearsal.record"


@pytest.fixture(scope="module")
async def golden() -> list[WorkflowHistory]:
    return [history async for history in read_histories([HISTORIES])]


def test_every_story_has_its_golden_histories() -> None:
    assert {folder.name for folder in HISTORIES.iterdir()} == {story.stem for story in stories()}, ANEW
    assert sum(file.stat().st_size for file in HISTORIES.rglob("*.json")) < 5_000_000


async def test_every_golden_history_replays(golden: list[WorkflowHistory]) -> None:
    replayed: Counter[str] = Counter()

    failures = await replay(golden, lambda: replayed.update(histories=1))

    assert failures == []
    assert replayed["histories"] == len(golden) >= 2 * len(stories())


@pytest.mark.parametrize("incompatible", [ShowsTooSoon, SleepsOnIt])
async def test_the_gate_fails_on_workflows_that_go_another_way(
    golden: list[WorkflowHistory], incompatible: type
) -> None:
    debts = [history for history in golden if not history.workflow_id.startswith("debtor-")][:10]

    failures = await replay(debts, workflows=[incompatible, DebtorWorkflow])

    assert {failure.workflow for failure in failures} == {history.workflow_id for history in debts}
    assert all("nondeterminism" in failure.error.casefold() for failure in failures)


async def test_the_gate_lets_pass_what_changes_no_command(golden: list[WorkflowHistory]) -> None:
    assert await replay(golden[:10], workflows=[SaysMore, DebtorWorkflow]) == []


@pytest.mark.parametrize(("story", "most"), [("paid_on_the_due_date", 24), ("unpaid_to_attachment", 120)])
async def test_a_life_leaves_a_short_history(golden: list[WorkflowHistory], story: str, most: int) -> None:
    [debt] = [h async for h in read_histories([HISTORIES / story]) if not h.workflow_id.startswith("debtor-")]
    kinds = Counter(event.event_type for event in debt.events)

    assert kinds[EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED] > 0  # the assessment notice and all that followed
    assert len(debt.events) <= most
