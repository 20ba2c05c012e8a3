"""Other forecasting libraries on the same splits, in an environment of their own.

Their releases need older pandas than Sunrota, so they run in a second process with a Python environment that
is made once, in a cache folder. Each is a model like any other to the backtest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from forecasting.arrays import BoolArray, FloatArray
from forecasting.calendars import Calendar
from forecasting.history import DayMatrix

__all__ = ["PEERS", "Peer", "PeerProcess", "make_environment"]

PEERS = (
    "statsforecast SeasonalWindowAverage",
    "statsforecast AutoETS on days",
    "statsforecast MSTL",
    "Prophet",
)
REQUIREMENTS = ("pandas<3", "statsforecast>=2,<3", "prophet>=1.1")
WORKER = Path(__file__).with_name("peers_worker.py")


def make_environment(folder: Path | None = None) -> Path:
    """Return the Python of the peers' environment; make it where it is not there yet (some minutes)."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    where = folder or cache / "sunrota" / "peers"
    python = where / "bin" / "python"
    ready = where / ".installed"
    if not ready.exists():
        venv.create(where, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, *REQUIREMENTS], check=True)
        ready.write_text(" ".join(REQUIREMENTS), encoding="utf-8")
    return python


class PeerProcess:
    """The peers' process, kept running; ``versions`` of what it runs with."""

    def __init__(self, python: Path) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._asked = 0
        self._process = subprocess.Popen(
            [str(python), str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        listed = subprocess.run(
            [str(python), "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"],
            check=True,
            capture_output=True,
            text=True,
        )
        wanted = ("pandas==", "statsforecast==", "prophet==")
        self.versions = [line for line in listed.stdout.splitlines() if line.startswith(wanted)]

    def ask(self, model: str, days: DayMatrix, closed: BoolArray, calendar: Calendar) -> FloatArray:
        """Return a peer's forecast (Q, N, S) of a calendar's dates."""
        path = Path(self._folder.name) / f"{self._asked}.npz"
        self._asked += 1
        known = sorted({str(day) for each in (days.calendar, calendar) for day in each.holidays})
        np.savez(
            path,
            model=model,
            contacts=days.contacts,
            closed=closed,
            first=str(days.calendar.dates[0]),
            ahead=len(calendar),
            holidays=np.array(known, dtype=str),
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the peers' process has no pipes")
        print(path, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"the peers' process ended while asked for {model}")
        return np.asarray(np.load(answer), dtype=np.float64)

    def close(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        self._folder.cleanup()


@dataclass(frozen=True, eq=False)
class _FittedPeer:
    peer: Peer
    days: DayMatrix

    def forecast(self, calendar: Calendar) -> FloatArray:
        """Fit and forecast at once: peers are asked for one window a history."""
        days = self.days
        weekday = days.calendar.weekday
        recorded = np.isfinite(days.contacts)
        closed = np.stack([~recorded[:, weekday == number].any(axis=1) for number in range(7)], axis=1)
        return self.peer.process.ask(self.peer.name, days, closed, calendar)


@dataclass(frozen=True, eq=False)
class Peer:
    """A model of another library; like ours, it forecasts 0 where no slot of the week was ever recorded."""

    name: str
    process: PeerProcess

    def fit(self, days: DayMatrix) -> _FittedPeer:
        """Keep the history: fitting happens with the forecast."""
        return _FittedPeer(self, days)


if __name__ == "__main__":
    sys.stdout.write(f"{make_environment()}\n")
