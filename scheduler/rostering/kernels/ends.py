"""Numbers the ends of shifts that matter on each date, for the walks of the tour search."""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.rostering.kernels.labels import NO_END

__all__ = ["number_ends"]

LATEST = 1 << 21
"""Minutes from the origin that no end reaches; what lies as far before it is like no end at all."""
TEMPLATES = 1 << 16


@njit("i8(i8, i8, i8)", cache=True)
def _code(end, long, template):  # type: ignore[no-untyped-def]
    """Number an end (time, time as weekly rests count it, template), in the order of these."""
    low = -LATEST
    return ((max(end, low) + LATEST) * (2 * LATEST) + max(long, low) + LATEST) * TEMPLATES + template + 1


@njit("i8(i8)", cache=True)
def _time(part):  # type: ignore[no-untyped-def]
    return NO_END if part == 0 else part - LATEST


@njit(
    "Tuple((i4[::1], i4[::1], i4[::1], i8[::1], i8[:, ::1], i8[::1], i4[::1]))"
    "(i8[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8, i8, i8[::1])",
    cache=True,
)
def number_ends(start, end, template, first, floor, rest, weekly, past):  # type: ignore[no-untyped-def]
    """Number the ends that matter before each date.

    Parameters
    ----------
    start, end, template
        Per row: minutes, and the template as far as successions depend on it (−1: not).
    first
        First row of each date, (D + 1,).
    floor
        No end up to this minute matters after each date, (D,).
    rest, weekly
        Minutes of rest between shifts, and of a weekly rest (−1: none).
    past
        End before the horizon, the same as weekly rests count it, and its template.

    Returns
    -------
    arrive, reach, after_rest
        As :func:`scheduler.rostering.kernels.walk.walk` reads them.
    end_first, ends
        First end before each date, (D + 2,), and their times, times for weekly rests and templates, (n, 3).
    carry_first, carry
        As :func:`scheduler.rostering.kernels.walk.walk` reads them.
    """
    days = len(first) - 1
    arrive = np.zeros(len(start), dtype=np.int32)
    reach = np.zeros(len(start), dtype=np.int32)
    after_rest = np.zeros(len(start), dtype=np.int32)
    end_first = np.zeros(days + 2, dtype=np.int64)
    carry_first = np.zeros(days + 1, dtype=np.int64)
    codes = np.empty(1, dtype=np.int64)
    codes[0] = _code(past[0], past[1], past[2])
    parts = [codes]
    carries = [np.empty(0, dtype=np.int32)]
    end_first[1] = 1
    for day in range(days):
        times = codes // (2 * LATEST * TEMPLATES) - LATEST
        longs = codes // TEMPLATES % (2 * LATEST) - LATEST
        for row in range(first[day], first[day + 1]):
            reach[row] = np.searchsorted(times, start[row] - rest, side="right")
            if weekly >= 0:
                after_rest[row] = np.searchsorted(longs, start[row] - weekly, side="right")
        carried = np.empty(len(codes), dtype=np.int64)
        least = floor[day]
        for at in range(len(codes)):
            carried[at] = _code(
                times[at] if times[at] > least else NO_END, longs[at] if longs[at] > least else NO_END, -1
            )
        worked = np.empty(first[day + 1] - first[day], dtype=np.int64)
        for at in range(len(worked)):
            row = first[day] + at
            beyond = end[row] if end[row] > least else NO_END
            worked[at] = _code(beyond, beyond, template[row])
        none = np.empty(1, dtype=np.int64)
        none[0] = _code(NO_END, NO_END, -1)
        codes = np.unique(np.concatenate((none, carried, worked)))
        for at in range(len(worked)):
            arrive[first[day] + at] = np.searchsorted(codes, worked[at])
        carries.append(np.searchsorted(codes, carried).astype(np.int32))
        carry_first[day + 1] = carry_first[day] + len(carried)
        parts.append(codes)
        end_first[day + 2] = end_first[day + 1] + len(codes)
    ends = np.empty((end_first[-1], 3), dtype=np.int64)
    carry = np.empty(carry_first[-1], dtype=np.int32)
    for day in range(days + 1):
        for at in range(len(parts[day])):
            code = parts[day][at]
            place = end_first[day] + at
            ends[place, 0] = _time(code // (2 * LATEST * TEMPLATES))
            ends[place, 1] = _time(code // TEMPLATES % (2 * LATEST))
            ends[place, 2] = code % TEMPLATES - 1
    for day in range(days):
        carry[carry_first[day] : carry_first[day + 1]] = carries[day + 1]
    return arrive, reach, after_rest, end_first, ends, carry_first, carry
