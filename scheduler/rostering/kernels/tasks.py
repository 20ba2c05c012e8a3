"""Best shifts of tasks from any start, and a person's best tour of such shifts, by dynamic programming."""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.rostering.kernels.labels import NEVER

__all__ = ["best_shifts", "fill_shift", "task_walk", "trace_walk"]


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
    "void(f8[:, ::1], i8[::1], i8[::1], i8[::1], i8[:, ::1], i8, i8, i8, i8, f8[:, :, :, ::1])",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def task_walk(  # type: ignore[no-untyped-def]
    worth, first, offset, clear, goes, shortest, low, run_before, clear_before, ran,
):  # fmt: skip
    """Find the most that shifts of some days are worth, for every sum of steps.

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
    goes
        Place in ``clear`` that each start and length make the next day wait for, (A, L).
    shortest
        Steps of a shift.
    low
        Least steps of work in all; sums that cannot reach it are left out.
    run_before, clear_before
        Days worked in a row up to the first day, and the place in ``clear`` that its start must reach.
    ran
        Result, (D + 1, most days in a row + 1, X, steps + 1): after so many days, worked in a row up to
        then, and so much waiting and work.
    """
    days = len(first) - 1
    lengths = worth.shape[1]
    longest = shortest + lengths - 1
    waits = len(clear)
    max_days, size = ran.shape[1] - 1, ran.shape[3]
    best = np.empty(size)
    reached = np.zeros((days + 1, max_days + 1, waits), dtype=np.bool_)
    ran[:] = NEVER
    ran[0, run_before, clear_before, 0] = 0.0
    reached[0, run_before, clear_before] = True
    for day in range(days):
        least = max(0, low - (days - day) * longest)
        most = min(size, day * longest + 1)
        if least >= most:
            return
        goal = ran[day + 1, 0, 0]
        for run in range(max_days + 1):
            for x in range(waits):
                if reached[day, run, x]:
                    reached[day + 1, 0, 0] = True
                    source = ran[day, run, x]
                    for m in range(least, most):
                        goal[m] = max(goal[m], source[m])
        for run in range(max_days):
            best[:] = NEVER
            x = 0
            some = False
            for a in range(first[day], first[day + 1]):
                while x < waits and clear[x] <= offset[a]:
                    if reached[day, run, x]:
                        some = True
                        source = ran[day, run, x]
                        for m in range(least, most):
                            best[m] = max(best[m], source[m])
                    x += 1
                if not some:
                    continue
                for place in range(lengths):
                    pay = worth[a, place]
                    if pay <= NEVER:
                        continue
                    length = shortest + place
                    to = goes[a, place]
                    reached[day + 1, run + 1, to] = True
                    goal = ran[day + 1, run + 1, to, length:]
                    for m in range(least, min(most, size - length)):
                        goal[m] = max(goal[m], best[m] + pay)


@njit(
    "f8(f8[:, ::1], i8[::1], i8[::1], i8[::1], i8[:, ::1], i8, f8[:, :, :, ::1], i8, i8, i8, i8, i8[::1])",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def trace_walk(  # type: ignore[no-untyped-def]
    worth, first, offset, clear, goes, shortest, ran, low, high, run_after, start_after, chosen,
):  # fmt: skip
    """Find the tour of most worth after a walk; −1e300 where there is none.

    Parameters
    ----------
    worth, first, offset, clear, goes, shortest, ran
        Of the walk; see :func:`task_walk`.
    low, high
        Least and most steps of work in all; not less than the walk's least.
    run_after, start_after
        Days worked in a row after the last day, and steps after midnight of the first of those starts.
    chosen
        Result, (D,): start × L + length − shortest; −1: off.
    """
    days = len(first) - 1
    lengths = worth.shape[1]
    waits = len(clear)
    total = NEVER
    at_run, at_x, at_m = -1, -1, -1
    for run in range(ran.shape[1] - run_after):
        for x in range(waits):
            if run_after > 0 and clear[x] > start_after:
                break
            for m in range(max(low, 0), min(high + 1, ran.shape[3])):
                if ran[days, run, x, m] > total:
                    total = ran[days, run, x, m]
                    at_run, at_x, at_m = run, x, m
    if total <= NEVER / 2:
        return NEVER
    for day in range(days - 1, -1, -1):
        target = ran[day + 1, at_run, at_x, at_m]
        chosen[day] = -1
        run, x = 0, 0
        if at_run == 0:
            while ran[day, run, x, at_m] != target:
                x += 1
                if x == waits:
                    run, x = run + 1, 0
            at_run, at_x = run, x
            continue
        found = False
        for a in range(first[day], first[day + 1]):
            for place in range(lengths):
                length = shortest + place
                if found or goes[a, place] != at_x or worth[a, place] <= NEVER or length > at_m:
                    continue
                x = 0
                while x < waits and clear[x] <= offset[a] and not found:
                    found = ran[day, at_run - 1, x, at_m - length] + worth[a, place] == target
                    x += 1
                if found:
                    chosen[day] = a * lengths + place
        at_m -= shortest + chosen[day] % lengths
        at_x = x - 1
        at_run -= 1
    return total
