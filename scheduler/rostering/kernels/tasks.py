"""Best shifts of tasks from any start, and a person's best tour of such shifts, by dynamic programming."""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.rostering.kernels.tours import NEVER

__all__ = ["best_shifts", "fill_shift", "task_walk"]


@njit("void(f8[:, ::1], i8[::1], i8, i8, i8, f8[:, ::1])", cache=True, nogil=True, error_model="numpy")
def best_shifts(value, starts, shortest, longest, least, worth):  # type: ignore[no-untyped-def]
    """Find what the best shift of each start and length is worth.

    Parameters
    ----------
    value
        Of a person on each task in each step, (T, K).
    starts
        First step of each start, (A,).
    shortest, longest, least
        Steps of a shift, and least steps on a task.
    worth
        Result, (A, longest − shortest + 1); −1e300 where a shift would end beyond the horizon.
    """
    steps, tasks = value.shape
    ran = np.empty((tasks, least))
    for a in range(len(starts)):
        ran[:] = NEVER
        worth[a] = NEVER
        ready = 0.0
        for length in range(1, longest + 1):
            at = starts[a] + length - 1
            if at >= steps:
                break
            fresh = NEVER
            for k in range(tasks):
                full = max(ran[k, least - 1], ran[k, least - 2]) + value[at, k]
                for r in range(least - 2, 0, -1):
                    ran[k, r] = ran[k, r - 1] + value[at, k]
                ran[k, 0] = ready + value[at, k]
                ran[k, least - 1] = full
                fresh = max(fresh, full)
            ready = fresh
            if length >= shortest:
                worth[a, length - shortest] = ready


@njit("void(f8[:, ::1], i8, i8, i8, i8[::1])", cache=True, nogil=True, error_model="numpy")
def fill_shift(value, start, length, least, chosen):  # type: ignore[no-untyped-def]
    """Write the task of each step of the best shift of a length to ``chosen``, (length,)."""
    tasks = value.shape[1]
    ends = np.full(length + 1, NEVER)
    task = np.full(length + 1, -1, dtype=np.int64)
    before = np.full(length + 1, -1, dtype=np.int64)
    ends[0] = 0.0
    total = np.zeros((tasks, length + 1))
    for k in range(tasks):
        for step in range(length):
            total[k, step + 1] = total[k, step] + value[start + step, k]
    for end in range(least, length + 1):
        for begin in range(end - least + 1):
            if ends[begin] <= NEVER:
                continue
            for k in range(tasks):
                worth = ends[begin] + total[k, end] - total[k, begin]
                if worth > ends[end]:
                    ends[end], task[end], before[end] = worth, k, begin
    end = length
    while end > 0:
        for step in range(before[end], end):
            chosen[step] = task[end]
        end = before[end]


@njit(
    "f8(f8[:, ::1], i8[::1], i8[::1], i8[::1], i8, i8, i8, i8, i8, f8[:, :, :, ::1], i4[:, :, :, ::1],"
    " i8[::1])",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def task_walk(  # type: ignore[no-untyped-def]
    worth, first, offset, clear, shortest, rest, max_days, low, high, ran, back, chosen,
):  # fmt: skip
    """Find the tour of most worth; −1e300 where there is none.

    Parameters
    ----------
    worth
        Of each start and length, (A, L); see :func:`best_shifts`.
    first
        First start of each day, (D + 1,).
    offset
        Steps after midnight of each start, (A,), rising within a day.
    clear
        Steps after midnight, ascending, that a next day's start may have to wait for, (X,); the first is 0.
    rest
        Steps between shifts less the steps of a day.
    max_days
        Most days in a row.
    low, high
        Least and most steps of work in all.
    ran, back
        Room: (2, max_days + 1, X, high + 1) and (D, max_days + 1, X, high + 1).
    chosen
        Result, (D,): start × L + length − shortest; −1: off.
    """
    days = len(first) - 1
    lengths = worth.shape[1]
    waits = len(clear)
    size = high + 1
    best = np.empty(size)
    which = np.empty(size, dtype=np.int64)
    now, then = 0, 1
    ran[now] = NEVER
    ran[now, 0, 0, 0] = 0.0
    for day in range(days):
        ran[then] = NEVER
        for run in range(max_days + 1):
            for x in range(waits):
                source, goal, trace = ran[now, run, x], ran[then, 0, 0], back[day, 0, 0]
                code = -1 - (run * waits + x)
                for m in range(size):
                    better = source[m] > goal[m]
                    trace[m] = code if better else trace[m]
                    goal[m] = source[m] if better else goal[m]
        for run in range(max_days):
            best[:] = NEVER
            which[:] = -1
            x = 0
            for a in range(first[day], first[day + 1]):
                while x < waits and clear[x] <= offset[a]:
                    source = ran[now, run, x]
                    for m in range(size):
                        better = source[m] > best[m]
                        which[m] = x if better else which[m]
                        best[m] = source[m] if better else best[m]
                    x += 1
                for place in range(lengths):
                    pay = worth[a, place]
                    if pay <= NEVER:
                        continue
                    length = shortest + place
                    wait = offset[a] + length + rest
                    to = 0
                    while to < waits - 1 and clear[to] < wait:
                        to += 1
                    goal, trace = ran[then, run + 1, to], back[day, run + 1, to]
                    code = a * lengths + place
                    for m in range(size - length):
                        total = best[m] + pay
                        better = total > goal[m + length]
                        trace[m + length] = code * waits + which[m] if better else trace[m + length]
                        goal[m + length] = total if better else goal[m + length]
        now, then = then, now
    total = NEVER
    at_run, at_x, at_m = -1, -1, -1
    for run in range(max_days + 1):
        for x in range(waits):
            for m in range(low, size):
                if ran[now, run, x, m] > total:
                    total = ran[now, run, x, m]
                    at_run, at_x, at_m = run, x, m
    if total <= NEVER / 2:
        return NEVER
    for day in range(days - 1, -1, -1):
        code = back[day, at_run, at_x, at_m]
        if code < 0:
            chosen[day] = -1
            at_run, at_x = (-1 - code) // waits, (-1 - code) % waits
        else:
            chosen[day] = code // waits
            at_m -= shortest + chosen[day] % lengths
            at_x = code % waits
            at_run -= 1
    return total
