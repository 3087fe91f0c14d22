"""The life of one debt: it takes up messages one by one, sleeps until the next legal date, and acts."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain import wire
    from workflows.case import CaseWorkflow


@workflow.defn(name="Debt")
class DebtWorkflow(CaseWorkflow):
    """One debt, from its assessment until it is settled and nothing of it runs any more."""

    @workflow.init
    def __init__(self, start: wire.CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: wire.CaseStart) -> str:
        if not self.inbox:  # else the first decision tells how the case stands
            await self.open_file()
        while not self.is_done():
            await self.work_comes()
            await self.take_up_work()
            self.show()
            await self.rest()
        return self.outlook.summary
