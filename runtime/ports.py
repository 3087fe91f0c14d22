"""Local ports: which are free, and who holds the one that is not."""

import errno
import os
import socket
from collections.abc import Mapping
from contextlib import ExitStack

import psutil

from runtime.errors import PortTaken

LOCALHOST = "127.0.0.1"


def claim(wanted: Mapping[str, int]) -> list[int]:
    """Check that each port of `wanted` (option name: number, 0 for any free one) can be opened.

    Returns the numbers in the same order, all different. They are free when this returns, so start the
    servers at once. Raises PortTaken with the port, the option and, where the system tells, the holder.
    """
    _refuse_doubles(wanted)
    with ExitStack() as open_until_all_are_known:
        return [open_until_all_are_known.enter_context(_listen(*item)).getsockname()[1] for item in wanted.items()]


def _refuse_doubles(wanted: Mapping[str, int]) -> None:
    options: dict[int, str] = {}
    for option, port in wanted.items():
        if port and port in options:
            raise PortTaken(f"port {port} is given twice, as {options[port]} and as {option}; choose two ports")
        options[port] = option


def _listen(option: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOCALHOST, port))
        listener.listen(1)
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortTaken(_explain(option, port, error)) from None
    return listener


def _explain(option: str, port: int, error: OSError | OverflowError) -> str:
    advice = f"choose another with {option} PORT, or any free one with {option} 0"
    if isinstance(error, OverflowError):
        return f"port {port} ({option}) does not exist: ports run to 65535; {advice}"
    if error.errno == errno.EADDRINUSE:
        return f"port {port} ({option}) is taken by {_holder(port)}; stop that process, or {advice}"
    return f"port {port} ({option}) cannot be opened: {os.strerror(error.errno or 0)}; {advice}"


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN:
                pid = connection.pid
                return f"{psutil.Process(pid).name()} (pid {pid})" if pid else "a process of another user"
    except psutil.Error:
        pass
    return "another process"
