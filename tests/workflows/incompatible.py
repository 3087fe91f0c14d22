"""Workflows that a running debt would not survive: what the replay gate must find before a deploy does."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.cases import STATUS
    from domain import wire
    from workflows.case import CaseWorkflow


class Life(CaseWorkflow):
    """The life of a case as it is now."""

    async def live(self) -> str:
        while not self.is_done():
            await self.work_comes()
            await self.take_up_work()
            self.show()
            await self.rest()
        return self.outlook.summary


@workflow.defn(name="Debt")
class SaysMore(Life):
    """Other words in the details: no command changes, so nothing breaks."""

    @workflow.init
    def __init__(self, start: wire.CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: wire.CaseStart) -> str:
        workflow.set_current_details("nog leeg")
        return await self.live()


@workflow.defn(name="Debt")
class ShowsTooSoon(Life):
    """Sets a search attribute before the first decision: another order of commands."""

    @workflow.init
    def __init__(self, start: wire.CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: wire.CaseStart) -> str:
        workflow.upsert_search_attributes([STATUS.value_set("new")])
        return await self.live()


@workflow.defn(name="Debt")
class SleepsOnIt(Life):
    """Waits an hour before a letter leaves: one timer more."""

    @workflow.init
    def __init__(self, start: wire.CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: wire.CaseStart) -> str:
        return await self.live()

    async def release(self, letters: list[wire.LetterReady]) -> None:
        await workflow.sleep(3600)
        await super().release(letters)
