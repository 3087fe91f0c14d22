"""The servers of one machine: real starts, stops, crashes and kills."""

import asyncio
import json
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from runtime.child import Account, command_line
from runtime.embedded import embedded
from runtime.errors import DataInUse, NoServer, PortTaken, RuntimeProblem, ServerFailed
from runtime.instance import running
from runtime.ports import claim
from runtime.postgres import PostgresServer
from runtime.temporal import TemporalServer, install_search_attributes

HOST = Path(__file__).with_name("instance_host.py")
PROJECT = Path(__file__).parents[2]
ANY_PORT: dict[str, Any] = {"temporal_port": 0, "ui_port": 0, "postgres_port": 0}
STATUS = SearchAttributeKey.for_keyword("Status")
NEXT_ON = SearchAttributeKey.for_datetime("NextOn")


@workflow.defn
class ThreeTerms:
    """The smallest thing that waits as long as a debt; returns how long that was by its own clock."""

    @workflow.run
    async def run(self) -> int:
        began = workflow.now()
        for _ in range(3):
            await workflow.sleep(timedelta(days=240))
        return (workflow.now() - began).days


@contextmanager
def host(role: str, data: Path, *more: str, account: Account | None = None) -> Iterator[subprocess.Popen[str]]:
    """An instance in a process of its own, killed at the end if it still lives."""
    command = [sys.executable, str(HOST), role, str(data), *more]
    if account is not None:
        places = [Path(sys.executable), HOST, data]
        command = command_line(command, death_signal=signal.SIGKILL, account=account, places=places)
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(data)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=data.parent
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The next JSON line of the host; what it says otherwise fails the test."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("{"), line + process.stdout.read()
    return dict(json.loads(line))


def gone(*pids: int, within: float = 20) -> bool:
    deadline = time.monotonic() + within
    while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def http_status(url: str) -> int:
    with urllib.request.urlopen(url) as page:
        return int(page.status)


async def one(dsn: str, statement: str) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_a_second_start_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    async with embedded(tmp_path, search_attributes=[STATUS], **ANY_PORT) as first:
        assert await asyncio.to_thread(http_status, first.ui_url) == 200
        assert running(tmp_path) is not None
        await one(first.dsn, "CREATE TABLE debts (debt text)")
        await one(first.dsn, "INSERT INTO debts VALUES ('OZB-2026-0001')")
        client = await Client.connect(first.temporal_address)
        attributes = TypedSearchAttributes([SearchAttributePair(STATUS, "open")])
        await client.start_workflow("Debt", id="OZB-2026-0001", task_queue="none", search_attributes=attributes)
        pids = first.temporal_pid, first.postgres_pid

    assert gone(*pids, within=0)
    assert running(tmp_path) is None

    async with embedded(tmp_path, search_attributes=[STATUS, NEXT_ON], **ANY_PORT) as second:
        assert await one(second.dsn, "SELECT debt FROM debts") == "OZB-2026-0001"
        client = await Client.connect(second.temporal_address)
        debt = await client.get_workflow_handle("OZB-2026-0001").describe()
        assert debt.typed_search_attributes[STATUS] == "open"
        # An attribute that is new since the first start is there too.
        assert [found async for found in client.list_workflows("NextOn IS NULL")]


async def test_committed_rows_outlive_a_crash_of_postgresql(tmp_path: Path) -> None:
    async with embedded(tmp_path, **ANY_PORT) as runtime:
        assert await one(runtime.dsn, "SHOW fsync") == "on"
        await one(runtime.dsn, "CREATE TABLE postings (cents int)")
        await one(runtime.dsn, "INSERT INTO postings VALUES (60000)")
        unfinished = await asyncpg.connect(runtime.dsn)
        await unfinished.execute("BEGIN; INSERT INTO postings VALUES (1)")

        await runtime.stop_postgres()
        with pytest.raises((OSError, asyncpg.PostgresConnectionError)):
            await one(runtime.dsn, "SELECT 1")
        await runtime.start_postgres()

        assert await one(runtime.dsn, "SELECT sum(cents) FROM postings") == 60000


@pytest.fixture(scope="module")
async def temporal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A Temporal server alone, that skips time and takes workflow ids of at most 50 characters."""
    port, ui_port = claim({"--temporal-port": 0, "--ui-port": 0})
    limits = {"limit.maxIDLength": "50"}
    data = tmp_path_factory.mktemp("temporal")
    async with TemporalServer(data, port, ui_port, time_skipping=True, dynamic_config=limits) as server:
        yield await Client.connect(server.address)


async def test_years_of_terms_pass_at_once_when_time_may_be_skipped(temporal: Client) -> None:
    client = TimeSkipper(temporal).client
    async with Worker(client, task_queue="t", workflows=[ThreeTerms], workflow_runner=UnsandboxedWorkflowRunner()):
        days = client.execute_workflow(ThreeTerms.run, id="D", task_queue="t")
        assert await asyncio.wait_for(days, timeout=20) == 3 * 240


async def test_a_dynamic_value_that_is_given_reaches_the_server(temporal: Client) -> None:
    await temporal.start_workflow("Debt", id="x" * 50, task_queue="none")
    with pytest.raises(RPCError, match="exceeds maximum allowed length"):
        await temporal.start_workflow("Debt", id="x" * 51, task_queue="none")


async def test_search_attributes_are_installed_once_and_another_type_is_refused(temporal: Client) -> None:
    assert await install_search_attributes(temporal, [STATUS]) == ["Status"]
    assert await install_search_attributes(temporal, [STATUS, NEXT_ON]) == ["NextOn"]
    with pytest.raises(NoServer, match="Status exists in namespace default with another type"):
        await install_search_attributes(temporal, [SearchAttributeKey.for_int("Status")])


async def test_more_search_attributes_than_a_database_has_room_for_are_refused(temporal: Client) -> None:
    too_many = [SearchAttributeKey.for_bool(f"B{n}") for n in range(4)]
    with pytest.raises(NoServer, match=r"B0, B1, B2, B3 cannot be installed .* more than 3 .* Bool"):
        await install_search_attributes(temporal, too_many)


@pytest.mark.parametrize("option", ["temporal_port", "ui_port", "postgres_port"])
async def test_a_taken_port_is_named_with_its_option_and_its_holder(tmp_path: Path, option: str) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortTaken) as refusal:
            async with embedded(tmp_path, **ANY_PORT | {option: port}):
                pass
    text = str(refusal.value)
    assert f"port {port} " in text
    assert f"(--{option.replace('_', '-')})" in text
    assert f"(pid {os.getpid()})" in text
    assert running(tmp_path) is None


def test_one_number_for_two_ports_is_refused() -> None:
    with pytest.raises(PortTaken, match="7233 is given twice, as --temporal-port and as --ui-port"):
        claim({"--temporal-port": 7233, "--ui-port": 7233})


def test_a_port_beyond_the_range_is_refused() -> None:
    with pytest.raises(PortTaken, match=r"70000 \(--ui-port\) does not exist"):
        claim({"--ui-port": 70000})


async def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "var"
    file.touch()
    with pytest.raises(RuntimeProblem, match=r"var cannot be used: .*--data DIR"):
        async with embedded(file, **ANY_PORT):
            pass


async def test_a_killed_instance_leaves_no_server_and_can_be_started_again(tmp_path: Path) -> None:
    with host("embedded", tmp_path) as process:
        facts = told(process)
        with pytest.raises(DataInUse, match=rf"in use by another instance \(pid {facts['pid']}\)"):
            async with embedded(tmp_path, **ANY_PORT):
                pass
        found = running(tmp_path)
        assert found is not None
        assert found.dsn == facts["dsn"]
        await one(found.dsn, "CREATE TABLE kept AS SELECT 1 AS n")

        os.kill(facts["pid"], signal.SIGKILL)
        process.wait()
        async with embedded(tmp_path, **ANY_PORT) as again:
            assert await one(again.dsn, "SELECT n FROM kept") == 1
    assert gone(facts["temporal_pid"], facts["postgres_pid"])


async def test_a_server_that_was_left_behind_is_ended_before_the_next_starts(tmp_path: Path) -> None:
    [port] = claim({"--postgres-port": 0})
    with host("orphan", tmp_path, str(port)) as process:
        orphan = told(process)["postgres_pid"]
        process.wait()
        assert psutil.pid_exists(orphan)
        async with PostgresServer(tmp_path, port) as server:
            assert not psutil.pid_exists(orphan)
            assert await one(server.dsn, "SELECT 1") == 1


async def test_half_made_data_and_a_lock_with_another_programs_number_do_not_stop_a_start(
    tmp_path: Path,
) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "half").touch()
    [port] = claim({"--postgres-port": 0})
    lock = tmp_path / "postgres" / "postmaster.pid"
    async with PostgresServer(tmp_path, port):
        _, *rest = lock.read_text().split("\n")
    lock.write_text("\n".join([str(os.getppid()), *rest]))
    async with PostgresServer(tmp_path, port) as server:
        assert await one(server.dsn, "SELECT 1") == 1
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(server.dsn, password="x")
    assert (tmp_path / "postgres.password").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "postgres.new").exists()


def test_up_stops_worker_then_temporal_then_postgresql_on_ctrl_c(tmp_path: Path) -> None:
    with host("up", tmp_path) as process:
        facts = told(process)
        assert process.stdout is not None
        shown = [process.stdout.readline() for _ in range(6)]
        assert shown[0].startswith("Web UI")
        assert "http://127.0.0.1:" in shown[0]
        assert not any(facts["dsn"].split(":")[2].split("@")[0] in line for line in shown)
        assert_orderly_stop(process, facts, signal.SIGINT)


def test_an_ordinary_user_can_run_it_and_sigterm_stops_it(tmp_path: Path) -> None:
    account = Account.of(pwd.getpwnam("nobody")) if os.geteuid() == 0 else None
    user = account.uid if account else os.geteuid()
    data = tmp_path / "var"
    data.mkdir()
    os.chown(data, user, -1)
    with host("up", data, account=account) as process:
        facts = told(process)
        servers = psutil.Process(facts["temporal_pid"]), psutil.Process(facts["postgres_pid"])
        assert {facts["uid"], *(server.uids().effective for server in servers)} == {user}
        assert_orderly_stop(process, facts, signal.SIGTERM)


def assert_orderly_stop(process: subprocess.Popen[str], facts: dict[str, Any], how: signal.Signals) -> None:
    """The worker ends while both servers still answer, and nothing is left afterwards."""
    process.send_signal(how)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    [worker] = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert (worker["temporal_lives"], worker["postgres"]) == (True, 1)
    assert said.splitlines()[-1] == "Stopped."
    assert gone(facts["temporal_pid"], facts["postgres_pid"], within=0)


def test_up_ends_with_the_reason_when_a_server_ends_by_itself(tmp_path: Path) -> None:
    with host("up", tmp_path) as process:
        facts = told(process)
        os.kill(facts["temporal_pid"], signal.SIGKILL)
        said, _ = process.communicate(timeout=30)
        assert process.returncode != 0
    assert "ServerFailed: Temporal ended by itself; the end of" in said
    assert "temporal.log" in said
    assert gone(facts["postgres_pid"], within=0)


async def test_data_of_another_postgresql_is_refused_with_advice(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(ServerFailed, match=r"made by PostgreSQL 16 .* pg_dump"):
        await PostgresServer(tmp_path, 0).start()
