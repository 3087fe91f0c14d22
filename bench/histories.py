"""What is in a workflow's history: events, bytes, billable actions, and the plan of its timers and activities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

_OF_THE_REHEARSAL = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    }
)
"""Events that only time skipping brings: in production there are none."""

_ONE_ACTION = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
        EventType.EVENT_TYPE_TIMER_STARTED,
        EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    }
)


def events_of(history: WorkflowHistory) -> list[HistoryEvent]:
    """The events as production has them."""
    return [event for event in history.events if event.event_type not in _OF_THE_REHEARSAL]


def figures_of(history: WorkflowHistory) -> dict[str, Any]:
    """Events, bytes, and billable actions by Temporal's rules (each start, signal, update, timer, upsert and attempt of
    an activity is one; local activities of one workflow task are one together)."""
    events = events_of(history)
    kinds = Counter(event.event_type for event in events)
    attempts = sum(
        event.activity_task_started_event_attributes.attempt
        for event in events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
    )
    return {
        "events": len(events),
        "bytes": sum(event.ByteSize() for event in events),
        "billable_actions": sum(kinds[kind] for kind in _ONE_ACTION)
        + attempts
        + len({event.marker_recorded_event_attributes.workflow_task_completed_event_id for event in _markers(events)}),
        "timers": kinds[EventType.EVENT_TYPE_TIMER_STARTED],
        "activities": kinds[EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED],
        "local_activities": len(list(_markers(events))),
    }


def plan_of(history: WorkflowHistory) -> list[dict[str, float]]:
    """The timers (seconds) and activities of a history in their order; what was started together stays together."""
    plan: list[dict[str, float]] = []
    together = 0
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            timer = event.timer_started_event_attributes.start_to_fire_timeout
            plan.append({"wait": timer.ToTimedelta().total_seconds()})
        elif event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            plan.append({"activities": 1})
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            task = event.activity_task_scheduled_event_attributes.workflow_task_completed_event_id
            if task == together:
                plan[-1]["activities"] += 1
            else:
                plan.append({"activities": 1})
            together = task
    return plan


def _markers(events: list[HistoryEvent]) -> Iterator[HistoryEvent]:
    return (event for event in events if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED)
