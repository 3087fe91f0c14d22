"""The road not taken: the same debt with its decisions in a normal activity. See docs/decisions/0001."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.decisions import DECIDE
    from domain import wire
    from workflows.case import DECISION_TAKES, PATIENT
    from workflows.debt import DebtWorkflow


@workflow.defn(name="DebtByNormalActivity")
class DebtByNormalActivity(DebtWorkflow):
    """A debt whose decisions are normal activities."""

    @workflow.init
    def __init__(self, start: wire.CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: wire.CaseStart) -> str:
        return await super().run(start)

    async def ask(self, message: wire.Message) -> wire.Decision:
        decision: wire.Decision = await workflow.execute_activity(
            DECIDE, message, result_type=wire.Decision, start_to_close_timeout=DECISION_TAKES, retry_policy=PATIENT
        )
        return decision
