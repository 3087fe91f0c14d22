"""One instance per data directory: the lock that proves it lives, and where its servers answer."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

from runtime.errors import DataInUse, RuntimeProblem

_LOCK = "instance.lock"
_ADDRESSES = "instance.json"


@dataclass(frozen=True)
class Addresses:
    """Where the servers of a running instance answer; `dsn` holds the password."""

    dsn: str = field(repr=False)
    temporal_address: str
    ui_url: str


@contextmanager
def sole_instance(data: Path) -> Iterator[None]:
    """Hold `data` (made when missing) for this process; the kernel lets go when the process dies.

    Raises DataInUse with the process id of the instance that lives there.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / _LOCK).open("a+")
    except OSError as error:
        raise RuntimeProblem(f"the data directory {data} cannot be used: {error.strerror}; choose --data DIR") from None
    with lock:
        if not _take(lock):
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise DataInUse(
                f"the data directory {data} is in use by another instance (pid {holder}); "
                "stop that one (Ctrl-C), or choose another directory with --data DIR"
            )
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            (data / _ADDRESSES).unlink(missing_ok=True)


def publish(data: Path, addresses: Addresses) -> None:
    """Tell other commands on this machine and of this user where the instance on `data` answers."""
    file = data / _ADDRESSES
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(asdict(addresses), out)


def running(data: Path) -> Addresses | None:
    """Where the instance that lives on `data` answers; None when none does."""
    try:
        with (data / _LOCK).open() as lock:
            if _take(lock):
                return None
        return Addresses(**json.loads((data / _ADDRESSES).read_text()))
    except FileNotFoundError:
        return None


def _take(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
