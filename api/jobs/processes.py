"""Process groups: started apart, ended whole, and never outliving who started them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from time import monotonic, sleep

import psutil

__all__ = ["Group", "die_with_parent", "end_of"]

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.05


def die_with_parent(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send this process a signal when the one that started it dies (Linux).

    Elsewhere, and for what this process starts, see :mod:`api.jobs.beacon`.

    Parameters
    ----------
    parent
        Id of the process that should be the parent; if it died before this call, so does this process.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, by, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), by)


def end_of(returncode: int) -> str:
    """Say how a process ended.

    Examples
    --------
    >>> end_of(-9)
    'was ended by SIGKILL'
    >>> end_of(3)
    'ended with exit status 3'
    """
    if returncode < 0:
        return f"was ended by {signal.Signals(-returncode).name}"
    return f"ended with exit status {returncode}"


class Group:
    """A child process and all that it starts, in a session of their own."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the command is ours
            command, env=dict(environment), stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.pid = self._process.pid

    def has_ended(self) -> bool:
        """Whether the child has ended. It is not reaped yet, so that its group's number stays taken."""
        if self._process.returncode is not None:
            return True
        state = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return state is not None

    def wait(self, seconds: float) -> None:
        """Wait so long at the most for the child to end."""
        until = monotonic() + seconds
        while not self.has_ended() and monotonic() < until:
            sleep(POLL_SECONDS)

    def memory_bytes(self) -> int:
        """Memory that the child and what it started hold (resident)."""
        total = 0
        with contextlib.suppress(psutil.NoSuchProcess):
            leader = psutil.Process(self.pid)
            for process in (leader, *leader.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    total += int(process.memory_info().rss)
        return total

    def kill(self) -> int:
        """End whatever is left of the group, reap the child and return its return code."""
        if self._process.returncode is None:
            # Until the child is reaped its number, and so the group's, can belong to nobody else.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        return self._process.wait()
