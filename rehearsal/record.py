"""Golden histories: every story lived on servers of our own, and what Temporal wrote down of each of its workflows.

    uv run python -m rehearsal.record [STORIES [INTO]]        # tests/stories, tests/histories

They are the replay gate of every change: record anew only for a change of the workflows that no running debt meets.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

from activities import database
from activities.cases import SEARCH_ATTRIBUTES
from domain.script import read_script
from rehearsal.stage import Stage, prefix_of
from runtime.embedded import embedded
from runtime.settings import Settings, temporal_client
from worker import running

_AT_ONCE = 8
_REHEARSED = {
    "EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED",
    "EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED",
}
"""Events that only a rehearsal has."""
_NOT_REPLAYED = {
    *("identity", "taskId", "requestId", "historySizeBytes", "workerVersion", "meteringMetadata", "sdkName"),
    *("header", "priority", "useWorkflowBuildId", "retryPolicy", "scheduleToCloseTimeout", "scheduleToStartTimeout"),
}
"""What is of the machine that it ran on, and what is the same each time."""
_ONLY_SHOWN = {"details": "", "document": {}}
"""Of an outlook: most of its bytes, and nothing that a workflow acts on."""


async def record(stories: Path, into: Path) -> int:
    """Live all stories in `stories` and write `into`/STORY/WORKFLOW.json anew; returns how many files."""
    lived: dict[str, dict[str, str]] = {}
    told = await asyncio.to_thread(lambda: sorted(stories.glob("*.yaml")))
    slots = asyncio.Semaphore(_AT_ONCE)
    with tempfile.TemporaryDirectory(prefix="record-") as folder:
        data = Path(folder)
        os.chmod(folder, 0o755)  # as root, PostgreSQL runs as another user
        settings = Settings(data=data, spool=data / "spool")
        async with embedded(
            data, temporal_port=0, ui_port=0, postgres_port=0, time_skipping=True, search_attributes=SEARCH_ATTRIBUTES
        ) as runtime:
            client = await temporal_client(settings, runtime.temporal_address)
            pool = await database.connect(runtime.dsn)

            async def live(story: Path) -> None:
                async with slots:
                    stage = Stage(client, pool, settings.task_queue, prefix_of(story.stem))
                    await stage.live(read_script(await asyncio.to_thread(story.read_text, "utf-8"), story.name))
                    histories = [await case.fetch_history() for case in stage.streams.values()]
                    lived[story.stem] = {history.workflow_id: compact(history) for history in histories}

            try:
                await database.migrate(pool)
                async with running(client, settings, runtime.dsn), asyncio.TaskGroup() as group:
                    for story in told:
                        group.create_task(live(story))
            finally:
                await pool.close()
    _write(into, lived)
    return sum(map(len, lived.values()))


def compact(history: WorkflowHistory) -> str:
    """The history as JSON, an event a line, without what is of the rehearsal, of the machine, or only shown."""
    kept = [event for event in json.loads(history.to_json())["events"] if event["eventType"] not in _REHEARSED]
    numbers = {event["eventId"]: str(number) for number, event in enumerate(kept, start=1)}
    lines = [json.dumps(_clean(event, numbers), separators=(",", ":"), ensure_ascii=False) for event in kept]
    return '{"events":[\n' + ",\n".join(lines) + "\n]}\n"


def _clean(value: Any, numbers: Mapping[str, str]) -> Any:
    """Without what is not needed; events are numbered anew, and so is every reference to one."""
    match value:
        case {"metadata": {"encoding": encoding}, "data": str(data)}:
            return {"metadata": {"encoding": encoding}, "data": b64encode(_lighter(b64decode(data))).decode()}
        case {"kind": "TASK_QUEUE_KIND_STICKY", "normalName": name}:
            return {"name": name, "kind": "TASK_QUEUE_KIND_NORMAL"}
        case dict():
            return {
                key: numbers[item] if key.lower().endswith("eventid") and item in numbers else _clean(item, numbers)
                for key, item in value.items()
                if key not in _NOT_REPLAYED
            }
        case list():
            return [_clean(item, numbers) for item in value]
        case _:
            return value


def _lighter(payload: bytes) -> bytes:
    match json.loads(payload):
        case {"kind": "accepted" | "repeated", "outlook": outlook} as decision:
            decision |= {"outlook": outlook | _ONLY_SHOWN, "answer": {}}
            return json.dumps(decision, separators=(",", ":"), ensure_ascii=False).encode()
        case _:
            return payload


def _write(into: Path, lived: dict[str, dict[str, str]]) -> None:
    shutil.rmtree(into, ignore_errors=True)
    for story, histories in lived.items():
        (into / story).mkdir(parents=True)
        for workflow, text in histories.items():
            (into / story / f"{workflow}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    stories, into = ([*map(Path, sys.argv[1:]), None, None])[:2]
    written = asyncio.run(record(stories or Path("tests/stories"), into or Path("tests/histories")))
    print(f"{written} histories")
