"""Start a server so that it never outlives us; run as a script, between us and the server.

    python -I -S launch.py PARENT_PID DEATH_SIGNAL UID:GID:KEEP COMMAND...

The kernel sends DEATH_SIGNAL to the server when the thread that started it dies (Linux; elsewhere the next
start ends what was left behind). UID:GID is the account to become, "-" to stay who we are: PostgreSQL
refuses to run as root. KEEP is 1 to keep the one right to pass through directories closed to that account,
so that root may keep its data below /root. A script of its own, and not a function between fork and exec,
because that would run in a process with threads.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAP_DAC_OVERRIDE, CAPABILITY_VERSION_3 = 1, 0x20080522
CANNOT_START = 126


def become(uid: int, gid: int, keep_passage: bool) -> None:
    """Leave root for good; on Linux with `keep_passage`, keep CAP_DAC_OVERRIDE over the coming exec."""
    on_linux = sys.platform == "linux"
    if on_linux and keep_passage:
        _libc().prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if on_linux and keep_passage:
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        bit = 1 << CAP_DAC_OVERRIDE
        sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable; then high bits
        _libc().capset(header, sets)
        _libc().prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def die_with(parent: int, signal_number: int) -> None:
    """Ask the kernel for `signal_number` when our parent dies; stop at once if it already has."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(CANNOT_START)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def main(parent: str, death_signal: str, account: str, *command: str) -> None:
    """Become the account, tie our life to the parent's, and become the server."""
    if account != "-":
        uid, gid, keep = map(int, account.split(":"))
        become(uid, gid, bool(keep))
    die_with(int(parent), int(death_signal))  # last: a change of account clears it
    try:
        os.execv(command[0], command)
    except OSError as error:
        sys.exit(f"cannot start {command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(*sys.argv[1:])
