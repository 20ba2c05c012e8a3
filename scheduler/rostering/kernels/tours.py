"""An agent's best tour: labels over the days, each a partial tour with all that later rules need.

A label carries every counter that a rule of the contract reads (:mod:`scheduler.rostering.kernels.labels`),
so that each tour found keeps every hard rule. Labels that later days cannot tell apart are merged, keeping
the better; where a day has too many, the best per number of days worked go on. That pruning makes the search
a heuristic.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.rostering.kernels.labels import (
    HERE,
    NEVER,
    PLAN,
    WEEK,
    WORKED,
    end_rest,
    finish,
    key_of,
    last_rest,
    leave,
    new_week,
    rest,
    work,
)

__all__ = ["best_tour"]


@njit("f8(i8[::1], f8, f8)", cache=True)
def _week_end(label, week_min, under):  # type: ignore[no-untyped-def]
    return -under * max(0.0, week_min - label[WEEK])


@njit(
    "f8(i8[:, ::1], f8[::1], i8[::1], f8[::1], b1[::1], i8[::1], i8[::1], i8[::1], f8[::1], i8[::1], i8[::1],"
    " i8[:, ::1], i8[::1], f8, f8, b1[:, ::1], i8, i8[::1])",
    cache=True,
)
def best_tour(  # type: ignore[no-untyped-def]
    options, value, first, off_value, away, week, weekend, floor, week_min, limits, start, spans, ahead,
    plan_min, under, forbidden, width, chosen,
):  # fmt: skip
    """Find the tour of most value.

    Parameters
    ----------
    options, value, first
        Rows of (start, end, paid, night, wall minute, template, fixed, Sunday), their values, and the first
        row of each date, (D + 1,).
    off_value
        Of a day off, (D,); −1e300 where work is fixed.
    away
        Whether the agent is not employed on a date, (D,).
    week, weekend
        Number of each date's week and of its weekend (−1: none that counts), (D,).
    floor
        Earliest possible start after each date, less the rest; (D,).
    week_min
        Minutes below which each week (by number) is short of the contract.
    start
        Counters before the first date.
    spans, ahead
        Of each week, (weeks, 8), and of work after the horizon: see ``SPAN`` and :func:`finish`.
    plan_min
        Minutes below which the plan is short of the contract.
    under
        Value of a contract minute missing.
    width
        Most labels kept per date.
    chosen
        Result, (D + 1,): row of ``options``, −1 off; and last, whether labels were left out, so that a
        better tour may exist.
    """
    days = len(off_value)
    counters = len(start)
    room = width
    labels = np.empty((days + 1, width, counters), dtype=np.int64)
    worth = np.empty((days + 1, width))
    came = np.empty((days + 1, width), dtype=np.int64)
    by = np.empty((days + 1, width), dtype=np.int64)
    slots = 1
    while slots < 16 * width:
        slots *= 2
    most = 8 * width
    table_key = np.empty(slots, dtype=np.int64)
    table_at = np.full(slots, -1, dtype=np.int64)
    pool = np.empty((most, counters), dtype=np.int64)
    pool_worth = np.empty(most)
    pool_came = np.empty(most, dtype=np.int64)
    pool_by = np.empty(most, dtype=np.int64)
    used = np.empty(most, dtype=np.int64)
    new = np.empty(counters, dtype=np.int64)
    chosen[days] = 0
    labels[0, 0] = start
    worth[0, 0] = 0.0
    size = 1
    for day in range(days):
        count = 0
        for at in range(size):
            label = labels[day, at]
            base = worth[day, at]
            if day > 0 and week[day] != week[day - 1]:
                base += _week_end(label, week_min[week[day - 1]], under)
                base += new_week(label, limits, spans[week[day]])
                worth[day, at] = base
            if day > 0 and weekend[day] != weekend[day - 1]:
                label[HERE] = 0
            for option in range(first[day] - 1, first[day + 1]):
                if option < first[day]:
                    if off_value[day] <= NEVER:
                        continue
                    total = off_value[day]
                    if away[day]:
                        leave(label, new)
                    else:
                        total += rest(label, limits, new)
                else:
                    if value[option] <= NEVER:
                        continue
                    total = work(label, options[option], limits, forbidden, weekend[day] >= 0, new)
                    if total <= NEVER:
                        continue
                    total += value[option]
                    total += end_rest(label, options[option, 0], limits, spans[week[day]], new)
                total += base
                key = key_of(new, limits, floor[day])
                place = key & (slots - 1)
                while table_at[place] >= 0 and table_key[place] != key:
                    place = (place + 1) & (slots - 1)
                at_pool = table_at[place]
                if at_pool < 0:
                    if count == most:
                        chosen[days] = 1
                        continue
                    at_pool = count
                    table_at[place] = count
                    table_key[place] = key
                    used[count] = place
                    count += 1
                elif pool_worth[at_pool] >= total:
                    continue
                pool[at_pool] = new
                pool_worth[at_pool] = total
                pool_came[at_pool] = at
                pool_by[at_pool] = option if option >= first[day] else -1
        for at in range(count):
            table_at[used[at]] = -1
        if count == 0:
            return NEVER
        order = np.argsort(-pool_worth[:count], kind="mergesort")
        if count > room:
            chosen[days] = 1
            # The best of every number of days worked: a tour that rests now may earn more later.
            groups = 0
            for at in range(count):
                groups = max(groups, pool[at, WORKED])
            seen = np.zeros(groups + 1, dtype=np.int64)
            share = max(1, room // (groups + 1))
            size = 0
            for at in order:
                if seen[pool[at, WORKED]] < share and size < room:
                    seen[pool[at, WORKED]] += 1
                    order[size] = at
                    size += 1
        else:
            size = count
        for at in range(size):
            labels[day + 1, at] = pool[order[at]]
            worth[day + 1, at] = pool_worth[order[at]]
            came[day + 1, at] = pool_came[order[at]]
            by[day + 1, at] = pool_by[order[at]]
    best, last = NEVER, -1
    for at in range(size):
        label = labels[days, at]
        total = worth[days, at] + _week_end(label, week_min[week[days - 1]], under)
        total -= under * max(0.0, plan_min - label[PLAN])
        total += finish(label, limits, ahead)
        total += last_rest(label, limits, spans[week[days - 1]], ahead[0])
        if total > best:
            best, last = total, at
    if last < 0:
        return NEVER
    for day in range(days, 0, -1):
        chosen[day - 1] = by[day, last]
        last = came[day, last]
    return best
