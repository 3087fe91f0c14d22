"""The life of one debtor's file: it spreads money that came without a debt, and waits while there is a credit."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain import wire
    from workflows.case import CaseWorkflow


@workflow.defn(name="Debtor")
class DebtorWorkflow(CaseWorkflow):
    """One debtor's file; it rests when no question is open, and a message wakes it again."""

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
