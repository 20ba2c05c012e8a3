"""Serving deferred work: oldest first, until its deadline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Served", "serve_in_order", "window_intervals"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DUST = 1e-9
"""Agent-intervals; what sums of thirds leave behind is no work."""


def window_intervals(respond_within_minutes: int, interval_minutes: int) -> int:
    """Return in how many intervals, its own included, work may be served: at least one."""
    return max(1, respond_within_minutes // interval_minutes)


@dataclass(frozen=True)
class Served:
    """What became of deferred work, all in agent-intervals, shape (n,).

    Attributes
    ----------
    short
        Work that arrived in the row's interval and was not served by its deadline.
    backlog
        Open work at the end of the interval that may still be served later.
    excess
        Capacity of the interval that found no open work.
    """

    short: Floats
    backlog: Floats
    excess: Floats


def serve_in_order(index: Ints, arriving: Floats, capacity: Floats, window: int) -> Served:
    """Serve the work of one queue first in, first out.

    All work of a queue has the same time to its deadline, so that first in, first out is earliest
    deadline first, which leaves the least work unserved that any order can.

    Parameters
    ----------
    index
        Number of each row's interval, strictly increasing, shape (n,); intervals without a row have
        neither arrivals nor capacity.
    arriving, capacity
        Agent-intervals of work that arrive, and that can be served, in each, shape (n,).
    window
        Work of interval i may be served in intervals i … i + window − 1.
    """
    rows = len(index)
    numbers: list[int] = index.tolist()
    open_work: list[float] = arriving.tolist()
    free: list[float] = capacity.tolist()
    backlog = [0.0] * rows
    waiting = 0.0
    oldest = 0
    for row, now in enumerate(numbers):
        while oldest < row and numbers[oldest] + window <= now:
            waiting -= open_work[oldest]
            oldest += 1
        waiting += open_work[row]
        left = free[row]
        while left > DUST and oldest <= row:
            served = min(left, open_work[oldest])
            left -= served
            waiting -= served
            open_work[oldest] -= served
            if open_work[oldest] > DUST:
                break
            waiting -= open_work[oldest]
            open_work[oldest] = 0.0
            oldest += 1
        free[row] = left
        while oldest <= row and numbers[oldest] + window <= now + 1:
            waiting -= open_work[oldest]
            oldest += 1
        if oldest > row or waiting <= DUST:
            waiting = 0.0
        backlog[row] = waiting
    return Served(_clean(open_work), _clean(backlog), _clean(free))


def _clean(values: list[float]) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    array[array <= DUST] = 0.0
    return array
