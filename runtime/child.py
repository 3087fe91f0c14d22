"""A server process of ours: started, watched, stopped, and never left behind."""

import asyncio
import os
import pwd
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from runtime import launch
from runtime.errors import ServerFailed

_LOG_TAIL = 2_000
_FOREIGN = ("TEMPORAL_", "PG")  # settings of clients, which our own servers must not take for theirs


@dataclass(frozen=True)
class Account:
    """The user that a server runs as when we are root."""

    uid: int
    gid: int
    name: str

    @classmethod
    def of(cls, entry: pwd.struct_passwd) -> "Account":
        """The account of a line of the password file."""
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name)

    def may_reach(self, path: Path) -> bool:
        """Whether every directory above `path` lets others through."""
        return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def command_line(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    account: Account | None,
    places: Sequence[Path] = (),
) -> list[str]:
    """`command` behind the launcher; `places` are the paths that `account` has to reach."""
    who = "-"
    if account is not None:
        keep = not all(account.may_reach(place) for place in places)
        who = f"{account.uid}:{account.gid}:{int(keep)}"
    launcher = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), str(int(death_signal)), who]
    return [*launcher, *map(str, command)]


def clean_environment() -> dict[str, str]:
    """Our environment without what configures other people's clients and servers."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}


@dataclass
class Child:
    """One running server; `name` and `log` are for the messages."""

    name: str
    log: Path
    process: Process
    _asked_to_stop: bool = False

    @classmethod
    async def start(cls, name: str, command: Sequence[str], log: Path) -> "Child":
        """Start `command` in a session of its own, so that Ctrl-C reaches us and not the server."""
        with _fresh(log) as out:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=DEVNULL,
                stdout=out,
                stderr=STDOUT,
                start_new_session=True,
                umask=0o077,
                env=clean_environment(),
            )
        return cls(name, log, process)

    @property
    def pid(self) -> int:
        """The server's own process id (the launcher becomes the server)."""
        return self.process.pid

    async def until(self, ready: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
        """Wait until `ready` says so; ServerFailed, with the end of the log, when that does not come."""
        deadline = time.monotonic() + seconds
        while not await ready():
            if self.process.returncode is not None:
                raise self._failure("ended while starting")
            if time.monotonic() > deadline:
                raise self._failure(f"did not answer within {seconds:.0f} s")
            await asyncio.sleep(0.03)

    async def stop(self, how: signal.Signals, *, seconds: float) -> None:
        """Send `how` and wait; kill what has not ended after `seconds`. Harmless when repeated."""
        self._asked_to_stop = True
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(how)
            try:
                async with asyncio.timeout(seconds):
                    await self.process.wait()
            except TimeoutError:
                self.process.kill()
        await self.process.wait()

    async def unasked_end(self) -> ServerFailed:
        """Wait until the server ends although nobody asked it to; waits for ever otherwise."""
        await self.process.wait()
        if self._asked_to_stop:
            await asyncio.get_running_loop().create_future()
        return self._failure("ended by itself")

    def _failure(self, what: str) -> ServerFailed:
        tail = self.log.read_text(errors="replace")[-_LOG_TAIL:].strip() or "(empty)"
        return ServerFailed(f"{self.name} {what}; the end of {self.log}:\n{tail}")


def _fresh(log: Path) -> BinaryIO:
    """An empty log; the one of the last start is kept beside it."""
    if log.exists():
        log.replace(log.with_suffix(log.suffix + ".1"))
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


async def end_leftover(pid: int, marker: Path) -> bool:
    """End the server `pid` that a killed instance left; False when the number is another program's by now.

    Only a process whose command line holds `marker` (its data) is ours. On Linux the kernel has told it to
    end already; to hear that twice does no harm.
    """
    try:
        leftover = psutil.Process(pid)
        if str(marker) not in leftover.cmdline():
            return False
        for how, seconds in ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            leftover.send_signal(how)
            with suppress(psutil.TimeoutExpired):
                await asyncio.to_thread(leftover.wait, seconds)
                break
    except psutil.AccessDenied:
        return False
    except psutil.NoSuchProcess:
        pass
    return True


def recorded_pid(file: Path) -> int | None:
    """The process id on the first line of `file`, if there is one."""
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
