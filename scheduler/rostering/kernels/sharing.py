"""Who of a kind serves what its people serve together."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["FREE", "LONGEST_PAUSE", "share_out"]

FREE = -1
"""Queue of who serves none."""
LONGEST_PAUSE = 12
"""Units away after which somebody need not come back to the queue served before: a break is no reason."""


@njit("void(i8[:, ::1], i8[::1], i4[:, ::1], i8[::1], i8, i8[::1])", cache=True)
def share_out(segments, first, amount, queues, each, result):  # type: ignore[no-untyped-def]
    """Give each unit of people's presence a queue, interval by interval: first the queue served before.

    Parameters
    ----------
    segments, first
        Half-open stretches of presence in units, by person and time, (n, 2), and the first of each person,
        (P + 1,).
    amount
        Units that serve each queue, (T, E).
    queues
        Their numbers, (E,).
    each
        Units of an interval.
    result
        The queue of each unit of the stretches, one after the other; −1: none.
    """
    people = len(first) - 1
    at = first[:-1].copy()
    offset = np.zeros(len(segments) + 1, dtype=np.int64)
    for row in range(len(segments)):
        offset[row + 1] = offset[row] + segments[row, 1] - segments[row, 0]
    moment = np.full(people, -1 << 40, dtype=np.int64)
    place = np.full(people, -1, dtype=np.int64)
    units = np.empty((people, each), dtype=np.int64)
    goes = np.empty((people, each), dtype=np.int64)
    count = np.zeros(people, dtype=np.int64)
    kept = np.zeros(people, dtype=np.int64)
    rest = np.empty(len(queues), dtype=np.int64)
    for step in range(len(amount)):
        anybody = False
        for person in range(people):
            count[person] = 0
            while at[person] < first[person + 1]:
                row = at[person]
                low, high = max(segments[row, 0], step * each), min(segments[row, 1], (step + 1) * each)
                for unit in range(low, high):
                    units[person, count[person]] = unit
                    goes[person, count[person]] = offset[row] + unit - segments[row, 0]
                    count[person] += 1
                if segments[row, 1] > (step + 1) * each:
                    break
                at[person] += 1
            anybody |= count[person] > 0
        if not anybody:
            continue
        rest[:] = amount[step]
        for person in range(people):
            kept[person] = 0
            own = place[person]
            if count[person] and own >= 0 and units[person, 0] - moment[person] <= LONGEST_PAUSE:
                kept[person] = min(count[person], rest[own])
                rest[own] -= kept[person]
        for person in range(people):
            free = count[person] - kept[person]
            done = 0
            # The queue served before comes first, then the one of which most is left.
            at_queue, taken = place[person], kept[person]
            while True:
                for _ in range(taken):
                    result[goes[person, done]] = queues[at_queue]
                    done += 1
                if taken:
                    moment[person], place[person] = units[person, done - 1], at_queue
                if free == 0:
                    break
                at_queue = -1
                for queue in range(len(queues)):
                    if rest[queue] > 0 and (at_queue < 0 or rest[queue] > rest[at_queue]):
                        at_queue = queue
                if at_queue < 0:
                    break
                taken = min(free, rest[at_queue])
                rest[at_queue] -= taken
                free -= taken
            for left in range(done, count[person]):
                result[goes[person, left]] = FREE
