"""How much a search may still use: time, work, and whether it was told to stop."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.rostering.result import Limits

__all__ = ["Budget", "Clock"]

Clock = Callable[[], float]
"""Seconds, ever rising: ``time.monotonic``."""


class Budget:
    """Time and work left, and the planner's wish to stop.

    Attributes
    ----------
    work
        Units used so far.
    stopped
        Whether ``should_stop`` said so.
    reserve
        Seconds kept back for writing out the rota at the end.
    """

    def __init__(self, limits: Limits, clock: Clock, should_stop: Callable[[], bool] | None = None) -> None:
        self.limits = limits
        self.work = 0.0
        self.stopped = False
        self.reserve = 0.0
        self._clock = clock
        self._should_stop = should_stop
        self._start = clock()

    @property
    def seconds(self) -> float:
        """Seconds since the search began."""
        return self._clock() - self._start

    @property
    def seconds_left(self) -> float:
        """Seconds until the time limit; infinite without one."""
        limit = self.limits.time_seconds
        return float("inf") if limit is None else max(0.0, limit - self.reserve - self.seconds)

    @property
    def work_left(self) -> float:
        """Units until the work limit; infinite without one."""
        limit = self.limits.work
        return float("inf") if limit is None else max(0.0, limit - self.work)

    @property
    def share_used(self) -> float:
        """Largest used share of any limit, 0–1."""
        shares = [0.0]
        if self.limits.time_seconds:
            shares.append(self.seconds / self.limits.time_seconds)
        if self.limits.work:
            shares.append(self.work / self.limits.work)
        return min(1.0, max(shares))

    def spend(self, units: float) -> None:
        """Count work done."""
        self.work += units

    def over(self) -> bool:
        """Tell whether the search must end now."""
        if not self.stopped and self._should_stop is not None and self._should_stop():
            self.stopped = True
        return self.stopped or self.seconds_left <= 0 or self.work_left <= 0
