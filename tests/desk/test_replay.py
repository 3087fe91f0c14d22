"""The replay gate: today's histories pass, those of another workflow do not, and a file that is none is named."""

from pathlib import Path

import pytest
from temporalio import workflow

from domain import wire
from rehearsal.replay import HistoryError, read_histories, replay
from tests.conftest import Office
from tests.desk.conftest import Desk, Numbers


@workflow.defn(name="Debt", sandboxed=False)
class AnotherDebt:
    """A version whose first step is another one."""

    @workflow.run
    async def run(self, start: wire.CaseStart) -> str:
        await workflow.sleep(1)
        return start.stream


@pytest.fixture
async def history(office: Office, known: Numbers, tmp_path: Path) -> Path:
    """The history of a debt, in a file as the Web UI gives it."""
    handle = office.client.get_workflow_handle(known.debt)
    file = tmp_path / f"{known.debt}.json"
    file.write_text((await handle.fetch_history()).to_json())
    return file


async def test_a_history_of_this_version_replays(desk: Desk, history: Path) -> None:
    said = await desk("replay", str(history.parent), "--json")
    assert (said.code, said.json) == (0, {"replayed": 1, "failures": []})


async def test_histories_come_from_the_server_by_query(desk: Desk, known: Numbers) -> None:
    said = await desk("replay", "--from-server", f'WorkflowId="{known.debt}"', "--json")
    assert said.code == 0
    assert said.json["replayed"] <= 1  # the visibility store may lag behind


async def test_an_incompatible_workflow_fails_the_gate_by_name(history: Path) -> None:
    counted: list[None] = []
    [failure] = await replay(read_histories([history]), lambda: counted.append(None), [AnotherDebt])
    assert failure.workflow == history.stem
    assert "Nondeterminism" in failure.error
    assert len(counted) == 1


async def test_a_file_that_is_no_history_is_named(tmp_path: Path, desk: Desk) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"events": 1}')
    with pytest.raises(HistoryError, match=r"wrong\.json"):
        await replay(read_histories([wrong]))
    said = await desk("replay", str(wrong), "--json")
    assert (said.code, said.out) == (2, "")


async def test_nothing_to_replay_is_an_error_and_not_a_pass(desk: Desk, tmp_path: Path) -> None:
    assert (await desk("replay")).code == 2
    said = await desk("replay", str(tmp_path))
    assert said.code == 2
    assert "no *.json in this folder" in said.err
