"""All of a person's tours of whole days that are worth nearly as much as the best."""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.rostering.kernels.labels import NEVER

__all__ = ["near_tours"]


@njit("i8(i8, i8, i8, b1[:, ::1], i8, i8, i8, i8, i8)", cache=True, nogil=True)
def _follow(node, shift, klass, may, day, classes, max_run, min_run, min_off):  # type: ignore[no-untyped-def]
    """Return the node that a shift (−1: off) leads to on a day; −1 where that is not allowed."""
    resting = node < min_off
    run = 0 if resting else (node - min_off) // classes + 1
    if shift < 0:
        # A run that began on the first day may be short.
        if not (resting or run >= min_run or run == day):
            return -1
        return min(node + 1, min_off - 1) if resting else 0
    if resting:
        return min_off + klass if node == min_off - 1 or node + 1 == day else -1
    if run >= max_run or not may[(node - min_off) % classes, shift]:
        return -1
    return min_off + run * classes + klass


@njit(
    "i8(f8[:, ::1], f8[::1], i8[::1], b1[:, ::1], i8[::1], i8[::1], i8[::1], b1[:, ::1], i8[::1], i8[::1],"
    " i8[::1], i8[::1], i8, i8, i8, f8[:, :, :, ::1], f8, i1[:, ::1])",
    cache=True,
    nogil=True,
)
def near_tours(  # type: ignore[no-untyped-def]
    value, off_value, group, may, klass, units, step, can, weekend, low, high, weekends_high,
    max_run, min_run, min_off, worth, least, found,
):  # fmt: skip
    """Write all tours of at least a value to ``found``, (N, D); return how many, or −1 where it is too small.

    Parameters
    ----------
    worth
        As ``daily_walk`` leaves it where it has a plane for each number of days passed: the most that a way
        to each state is worth. Ways are followed back from the end as long as they can keep the value.
    least
        The least value.

    See ``daily_walk`` for the others.
    """
    days, shifts = value.shape
    classes, counts = len(may), can.shape[1]
    nodes = min_off + max_run * classes
    moves = (shifts + 1) * nodes
    count = 0
    at_n = np.empty(days + 1, dtype=np.int64)
    at_w = np.empty(days + 1, dtype=np.int64)
    at_c = np.empty(days + 1, dtype=np.int64)
    at_m = np.empty(days + 1, dtype=np.int64)
    tail = np.empty(days + 1)
    move = np.empty(days + 1, dtype=np.int64)
    tour = np.empty(days, dtype=np.int8)
    for end in range(nodes):
        for q in range((weekends_high[days] + 1) * counts):
            for m in range(high[days] - low[days] + 1):
                if worth[days, end, q, m] < least:
                    continue
                at = days
                at_n[at], at_w[at], at_c[at], at_m[at] = end, q // counts, q % counts, m
                tail[at] = 0.0
                move[at] = 0
                while at <= days:
                    if at == 0:
                        if count == len(found):
                            return -1
                        found[count] = tour
                        count += 1
                        at += 1
                        continue
                    if move[at] == moves:
                        at += 1
                        continue
                    s = move[at] // nodes - 1
                    n = move[at] % nodes
                    move[at] += 1
                    day = at - 1
                    if s < 0:
                        pay, kind, more, added, length = off_value[day], 0, 0, 0, 0
                    else:
                        g = group[s]
                        if g < 0:
                            continue
                        pay, kind, added, length = value[day, s], klass[g], step[g], units[g]
                        begins = weekend[day] == 1 or (weekend[day] == 2 and n < min_off)
                        more = 1 if begins else 0
                    w, c = at_w[at] - more, at_c[at] - added
                    m_before = at_m[at] - length + low[at] - low[day]
                    if pay <= NEVER or w < 0 or w > weekends_high[day] or c < 0:
                        continue
                    if m_before < 0 or m_before > high[day] - low[day] or (s >= 0 and not can[group[s], c]):
                        continue
                    if _follow(n, s, kind, may, day, classes, max_run, min_run, min_off) != at_n[at]:
                        continue
                    if worth[day, n, w * counts + c, m_before] + pay + tail[at] < least:
                        continue
                    tour[day] = s
                    tail[day] = tail[at] + pay
                    at_n[day], at_w[day], at_c[day], at_m[day] = n, w, c, m_before
                    move[day] = 0
                    at = day
    return count
