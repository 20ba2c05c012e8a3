"""From a replication's counts to what is kept of it: sums for the intervals, its own days."""

from __future__ import annotations

from functools import cache
from typing import Any

import numba as nb
from numba import njit

from scheduler.compiled import source_digest
from scheduler.simulation.kernels.records import (
    ABANDONED,
    ANSWERED,
    ARRIVED,
    AVAILABLE,
    BACKLOG,
    BUSY,
    IN_TIME,
    UNDECIDED,
    WAIT,
    Floats,
    Ints,
)

__all__ = ["RATIOS", "gather", "load"]

RATIOS = ("service_level", "asa_seconds", "abandonment", "occupancy", "backlog")
"""Measures that are a numerator over a denominator: contacts in time of those decided, waits of answered
contacts, abandoned ones of all, busy of available seconds, and contacts that wait at the interval's end."""


@njit(forceinline=True)
def add(moments: Floats, i: int, q: int, ratio: int, above: float, below: float) -> None:
    """Add a replication's numerator and denominator, and their products, to the sums."""
    if above == 0.0 and below == 0.0:
        return
    moments[i, q, ratio, 0] += above
    moments[i, q, ratio, 1] += below
    moments[i, q, ratio, 2] += above * above
    moments[i, q, ratio, 3] += above * below
    moments[i, q, ratio, 4] += below * below


SIGNATURE = nb.void(nb.float64[:, :, ::1], nb.int64[:, ::1], nb.float64[:, :, :, ::1], nb.float64[:, :, ::1])


def _compile(digest: str) -> Any:
    @njit(SIGNATURE, cache=True, nogil=True, error_model="numpy")
    def entry(stats: Floats, day: Ints, moments: Floats, days: Floats) -> None:
        _ = digest
        intervals, queues, measures = stats.shape
        for i in range(intervals):
            for q in range(queues):
                arrived = stats[i, q, ARRIVED]
                add(moments, i, q, 0, stats[i, q, IN_TIME], arrived - stats[i, q, UNDECIDED])
                add(moments, i, q, 1, stats[i, q, WAIT], stats[i, q, ANSWERED])
                add(moments, i, q, 2, stats[i, q, ABANDONED], arrived)
                add(moments, i, q, 3, stats[i, q, BUSY], stats[i, q, AVAILABLE])
                add(moments, i, q, 4, stats[i, q, BACKLOG], 1.0)
                d = day[i, q]
                if d >= 0:
                    for k in range(measures):
                        days[q, d, k] += stats[i, q, k]
                    # A backlog is a state: the day's is that of its last interval.
                    days[q, d, BACKLOG] = stats[i, q, BACKLOG]

    return entry


@cache
def load() -> Any:
    """Return the compiled entry: from numba's cache, or compiled."""
    return _compile(source_digest(f"{__package__}.records", f"{__package__}.gathering"))


def gather(stats: Floats, day: Ints, moments: Floats, days: Floats) -> None:
    """Add one replication to the sums over replications, and sum up its days.

    Parameters
    ----------
    stats
        Shape (intervals, queues, measures).
    day
        Shape (intervals, queues): place of the local date, −1 where none is counted.
    moments
        Shape (intervals, queues, ratios, 5), added to: Σy, Σx, Σy², Σxy, Σx² of each ratio y/x.
    days
        Shape (queues, dates, measures), of zeros; filled.
    """
    load()(stats, day, moments, days)
