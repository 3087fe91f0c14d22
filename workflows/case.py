"""What the workflows of a debt and of a debtor share: an inbox, decisions one by one, letters, and one timer.

A run reads its outlook from the legal record when it starts, so no run depends on the payload of an older one, and
what it shows, waits for and sends was decided by the core and recorded: replay never decides again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy, SearchAttributeUpdate
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.cases import NEXT_ON, NOTIFY, SEARCH_ATTRIBUTES, SUBMIT
    from activities.decisions import DECIDE, OPEN_FILE
    from activities.post import RELEASE
    from domain import wire

PATIENT = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(minutes=1))
DECISION_TAKES = timedelta(seconds=15)
_BRIEF = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=5)
"""A local activity that is retried keeps the workflow task open, and each eight seconds of that are three events."""
_PAUSES = (timedelta(seconds=10), timedelta(minutes=10))
_LETTER_TAKES = timedelta(seconds=30)
_REMEMBERED = 20

T = TypeVar("T")
Message = dict[str, Any]


class Alarm:
    """One timer to the nearest moment; it starts anew only when that moment changes."""

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._timer: asyncio.Task[None] | None = None
        self.rings = False

    def set(self, at: datetime | None, now: datetime, summary: str) -> None:
        """Ring at `at` (office's moment), not at all when None, at once when it is past."""
        if at == self._at and at is not None:
            return
        self.stop()
        self._at = at
        if at is not None:
            self._timer = asyncio.create_task(self._wait(at - now, summary))

    def stop(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._at, self.rings = None, None, False

    async def _wait(self, duration: timedelta, summary: str) -> None:
        await workflow.sleep(max(duration, timedelta()), summary=summary[:200])
        self.rings = True


class CaseWorkflow:
    """The desk of one case. Subclasses say in `run` what its life is."""

    def __init__(self, start: wire.CaseStart) -> None:
        self.start = start
        self.clock = timedelta(seconds=start.clock)
        self.inbox: deque[tuple[Message, asyncio.Future[wire.Decision] | None]] = deque((m, None) for m in start.inbox)
        self.outlook = wire.Outlook(start.stream)
        self.rejected: deque[str] = deque(maxlen=_REMEMBERED)
        self.held: str | None = None
        self.stands_still = ""
        self.busy = True
        self.alarm = Alarm()

    # -- messages: handlers only put them in the inbox ------------------------------------------------------------

    @workflow.signal(dynamic=True, description="`submit`: een opdracht als JSON-object (zie `invordering schema`)")
    def on_signal(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Every signal comes in here, unread: one with a handler of its own is dropped when it cannot be read."""
        said = [_read(argument) for argument in arguments]
        if name == SUBMIT and len(said) == 1 and isinstance(said[0], dict):
            self.inbox.append((said[0], None))
        else:
            self.inbox.append(({"signal": name, "arguments": said}, None))

    @workflow.update(
        name="decide", description="Een besluit: wie (by), in welke rol (role), wat (command), waarom (reason)"
    )
    async def decide_now(self, command: dict[str, Any]) -> dict[str, Any]:
        answer: asyncio.Future[wire.Decision] = asyncio.Future()
        self.inbox.append((command, answer))
        decision = await answer
        return {"kind": decision.kind, "answer": decision.answer}

    @decide_now.validator
    def _is_readable(self, command: dict[str, Any]) -> None:
        if not isinstance(command, dict) or not isinstance(command.get("command"), str):
            raise ApplicationError(
                'Geef een JSON-object met "command", bijvoorbeeld {"command": "order_attachment", …}'
            )
        try:
            wire.check_storable(command)
        except ValueError as error:
            raise ApplicationError(f"Dit kan niet worden bewaard: {error}") from None

    @workflow.query(name="stand", description="Hoe de zaak ervoor staat, als JSON")
    def stand(self) -> dict[str, Any]:
        return {
            **self.outlook.document,
            "version": self.outlook.version,
            "idle": not self.busy and not self.inbox,
            "clock": self.now().isoformat(),
            "ahead": self.start.clock,
            "acts_at": self.acts_at.isoformat() if self.acts_at else None,
            "rejected": list(self.rejected),
            "stands_still": self.stands_still,
        }

    # -- the steps that `run` orders ------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The office's moment."""
        return workflow.now().astimezone(UTC) + self.clock

    @property
    def acts_at(self) -> datetime | None:
        """When the case acts by itself: at the end of the term that it waits for."""
        wake = self.outlook.wake
        return None if wake is None or wake.term == self.held else wake.at

    async def open_file(self) -> None:
        """Read how the case stands."""
        message = wire.Message(self.start.stream, {}, self.now())
        self.outlook = await self.patiently(
            lambda: workflow.execute_local_activity(
                OPEN_FILE,
                message,
                result_type=wire.Outlook,
                start_to_close_timeout=DECISION_TAKES,
                retry_policy=_BRIEF,
            )
        )

    async def work_comes(self) -> None:
        """Wait for a message, the end of a term, or the moment at which a letter leaves."""
        moments = [(letter.at, letter.summary) for letter in self.outlook.letters]
        if self.outlook.wake is not None and self.acts_at is not None:
            moments.append((self.acts_at, self.outlook.wake.summary))
        at, summary = min(moments, default=(None, ""))
        if self.inbox or (at is not None and at <= self.now()):
            return
        self.alarm.set(at, self.now(), summary)
        self.busy = False
        await workflow.wait_condition(lambda: bool(self.inbox) or self.alarm.rings)
        self.busy = True

    async def take_up_work(self) -> None:
        """One piece of work: a message, a term that has ended, or letters that must leave; a payment stops a letter."""
        now = self.now()
        if self.inbox:
            command, answer = self.inbox.popleft()
            decision = await self.decide(command)
            if answer is not None:
                answer.set_result(decision)
            elif decision.kind == "refused":
                self.rejected.append(f"{command.get('command')}: {decision.answer.get('text')}")
        elif (wake := self.outlook.wake) is not None and self.acts_at is not None and self.acts_at <= now:
            stream = self.start.stream
            about = {"debtor": stream.removeprefix("debtor-")} if stream.startswith("debtor-") else {"debt": stream}
            ends = {"command": "end_term", "term": wake.term, "by": "engine", **about}
            ends["id"] = f"{self.start.stream}/{self.outlook.version}/{wake.term}"
            decision = await self.decide(ends)
            if decision.kind != "accepted":
                self.held = wake.term
        elif due := [letter for letter in self.outlook.letters if letter.at <= now]:
            await self.release(due)

    async def decide(self, command: Message) -> wire.Decision:
        """Have one command decided, tell other cases what follows for them, and take over the new outlook."""
        message = wire.Message(self.start.stream, command, self.now())
        decision = await self.patiently(lambda: self.ask(message))
        if decision.kind == "invalid":
            name = command.get("command") or command.get("signal")
            self.rejected.append(f"{name}: {_rules(decision.answer['errors'])}")
        if decision.outlook.version > self.outlook.version:
            self.held = None
        self.outlook = decision.outlook
        for other in decision.outgoing:
            await workflow.execute_activity(
                NOTIFY,
                args=[other, self.now()],
                start_to_close_timeout=DECISION_TAKES,
                retry_policy=PATIENT,
                summary=f"Bericht aan het dossier van {other.get('debt') or 'de belastingschuldige'}",
            )
        return decision

    async def ask(self, message: wire.Message) -> wire.Decision:
        """Have the core answer, in a local activity: fewer events and faster (docs/decisions/0001)."""
        decision: wire.Decision = await workflow.execute_local_activity(
            DECIDE,
            message,
            result_type=wire.Decision,
            start_to_close_timeout=DECISION_TAKES,
            retry_policy=_BRIEF,
        )
        return decision

    async def patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer of the legal record. While it gives none the case stands still, shows that, and asks again."""
        pause, longest = _PAUSES
        while True:
            try:
                answer = await ask()
            except FailureError as error:  # of a local activity it is the bare cause
                if is_cancelled_exception(error):
                    raise
                cause = error.cause if isinstance(error, ActivityError) else error
                self.stands_still = (isinstance(cause, ApplicationError) and cause.type) or type(cause).__name__
                self.show()
                await workflow.sleep(pause, summary="Beslissen lukt nu niet; daarna een nieuwe poging")
                pause = min(2 * pause, longest)
            else:
                self.stands_still = ""
                return answer

    async def release(self, letters: list[wire.LetterReady]) -> None:
        """Send letters, unless they were withdrawn meanwhile."""
        await workflow.execute_activity(
            RELEASE,
            args=[[letter.key for letter in letters], self.now()],
            start_to_close_timeout=_LETTER_TAKES,
            retry_policy=PATIENT,
            summary="; ".join(letter.summary for letter in letters)[:200],
        )
        for letter in letters:
            self.outlook.letters.remove(letter)

    def show(self) -> None:
        """Show the case in the Web UI; search attributes only when they changed."""
        lines = [f"- **niet verwerkt:** {line}" for line in list(self.rejected)[-3:]]
        if self.stands_still:
            lines.append(f"- **staat stil:** beslissen lukt nu niet ({self.stands_still}); een nieuwe poging volgt")
        workflow.set_current_details("\n".join([self.outlook.details, "", *lines]).strip())
        if changes := [*_changes(self.outlook.attributes)]:
            workflow.upsert_search_attributes(changes)

    def is_done(self) -> bool:
        """Is there nothing left to do or to wait for?"""
        return self.outlook.closed and not self.inbox and not self.outlook.letters and self.outlook.wake is None

    async def rest(self) -> None:
        """Before a run ends: answer every official who waits. Go on in a new run when the history has grown long."""
        grown = workflow.info().is_continue_as_new_suggested()
        if not (grown or self.is_done()):
            return
        while any(answer is not None for _, answer in self.inbox):
            await self.take_up_work()
        await workflow.wait_condition(workflow.all_handlers_finished)
        if grown and not self.is_done() and not any(answer is not None for _, answer in self.inbox):
            workflow.continue_as_new(
                wire.CaseStart(self.start.stream, self.start.clock, [message for message, _ in self.inbox])
            )


def _changes(attributes: dict[str, Any]) -> Iterator[SearchAttributeUpdate[Any]]:
    """What must be set or unset, compared with what the server has: also after the run was continued."""
    known = workflow.info().typed_search_attributes
    for key in SEARCH_ATTRIBUTES:
        value = attributes.get(key.name)
        if value in ("", []):
            value = None
        elif value is not None and key == NEXT_ON:
            value = datetime.fromisoformat(value)
        if value != known.get(key):
            yield key.value_unset() if value is None else key.value_set(value)


def _read(argument: RawValue) -> Any:
    """What a signal brought: JSON that can be kept, else its bare text."""
    try:
        value = workflow.payload_converter().from_payload(argument.payload)
        wire.check_storable(value)
    except Exception:
        return argument.payload.data.decode(errors="replace").replace("\0", "\ufffd")
    return value


def _rules(errors: list[dict[str, Any]]) -> str:
    return "; ".join(f"{error['field']}: {error['rule']}" for error in errors[:3])
