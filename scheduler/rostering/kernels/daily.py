"""A person's best tour of whole days, by dynamic programming over days and all that their rules may yet read.

States are a node (days off in a row so far, or days worked in a row and the last shift's class of
succession), weekends worked, how often scarce shifts were worked, and minutes in units. Nothing is left
out: the value is the most that a tour can have. Minutes lie innermost so that processors take many at once.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.rostering.kernels.labels import NEVER

__all__ = ["daily_walk"]


@njit(
    "f8(f8[:, ::1], f8[::1], i8[::1], b1[:, ::1], i8[::1], i8[::1], i8[::1], b1[:, ::1], i8[::1], i8[::1],"
    " i8[::1], i8[::1], i8[::1], i8, i8, i8, b1, f8, f8[:, :, :, ::1], i2[:, :, :, ::1], i8[::1])",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def daily_walk(  # type: ignore[no-untyped-def]
    value, off_value, group, may, klass, units, step, can, weekend, low, high, weekends_low, weekends_high,
    max_run, min_run, min_off, free_weekends, weekend_price, worth, back, chosen,
):  # fmt: skip
    """Find the tour of most value; −1e300 where there is none.

    Parameters
    ----------
    value, off_value
        Of each shift, (D, S), and of a day off, (D,); −1e300: not possible.
    group
        Of each shift, (S,): shifts of a group share class, units and scarce count; −1: never worked.
    may
        Whether a shift may follow a class, (K, S).
    klass, units, step, can
        Per group: class of succession, units of minutes, what it adds to the number of scarce shifts worked
        (mixed radix), (G,), and whether it may be added to such a number, (G, C).
    weekend
        Of each day: 0 none, 1 the first day of a weekend, 2 the second day.
    low, high
        Least and most units after each number of days, (D + 1,).
    weekends_low, weekends_high
        Least and most weekends; who has worked fewer than the least counts as having worked those.
    free_weekends, weekend_price
        Whether weekends are not counted, and what each one with work costs.
    worth, back
        Room: (2, nodes, weekends × C, units) and (D, nodes, weekends × C, units). With D + 1 planes ``worth``
        keeps what every state after each number of days is worth.
    chosen
        Result, (D,): shift or −1.
    """
    days, shifts = value.shape
    classes, groups, counts = len(may), len(klass), can.shape[1]
    nodes = min_off + max_run * classes
    raised = nodes * (shifts + 1)
    counted = 0 if free_weekends else 1
    best = np.empty((classes + 1, groups))
    which = np.empty((classes + 1, groups), dtype=np.int64)
    planes = len(worth)
    now = 0
    alive = np.zeros(nodes, dtype=np.bool_)
    alive_then = np.zeros(nodes, dtype=np.bool_)
    worth[now, :nodes] = NEVER
    # Before the first day: off for long enough.
    alive[min_off - 1] = True
    worth[now, min_off - 1, 0, 0] = 0.0
    for day in range(days):
        then = (now + 1) % planes
        for before in range(classes + 1):
            for g in range(groups):
                best[before, g] = NEVER
                which[before, g] = -1
            for s in range(shifts):
                g = group[s]
                if g >= 0 and value[day, s] > best[before, g] and (before == classes or may[before, s]):
                    best[before, g] = value[day, s]
                    which[before, g] = s
        top_w = weekends_high[day] - weekends_low[day]
        top_then = weekends_high[day + 1] - weekends_low[day + 1]
        least_rises = weekends_low[day + 1] - weekends_low[day]
        width, width_then = high[day] - low[day] + 1, high[day + 1] - low[day + 1] + 1
        ahead = low[day + 1] - low[day]
        states_then = (top_then + 1) * counts
        for n in range(nodes):
            alive_then[n] = False
            for q in range(states_then):
                worth[then, n, q, :width_then] = NEVER
        for n in range(nodes):
            if not alive[n]:
                continue
            resting = n < min_off
            run = (n - min_off) // classes + 1
            before = classes if resting else (n - min_off) % classes
            # A run that began on the first day may be short.
            if resting or run >= min_run or run == day:
                target = min(n + 1, min_off - 1) if resting else 0
                code = n * (shifts + 1)
                pay = off_value[day]
                if pay > NEVER:
                    alive_then[target] = True
                    for w in range(min(top_w, top_then + least_rises) + 1):
                        to = max(0, w - least_rises)
                        mark = code + raised if w < least_rises else code
                        for c in range(counts):
                            source = worth[now, n, w * counts + c]
                            goal, trace = (
                                worth[then, target, to * counts + c],
                                back[day, target, to * counts + c],
                            )
                            for m in range(max(0, ahead), min(width, width_then + ahead)):
                                total = source[m] + pay
                                old = goal[m - ahead]
                                trace[m - ahead] = mark if total > old else trace[m - ahead]
                                goal[m - ahead] = total if total > old else old
            if resting and n < min_off - 1 and n + 1 != day:
                continue
            if not resting and run >= max_run:
                continue
            begins = weekend[day] == 1 or (weekend[day] == 2 and resting)
            more = counted if begins else 0
            for g in range(groups):
                pay = best[before, g]
                if pay <= NEVER:
                    continue
                if begins:
                    pay -= weekend_price
                target = min_off + klass[g] if resting else min_off + run * classes + klass[g]
                code = n * (shifts + 1) + which[before, g] + 1
                shift = ahead - units[g]
                alive_then[target] = True
                for w in range(min(top_w, top_then + least_rises - more) + 1):
                    to = max(0, w + more - least_rises)
                    mark = code + raised if w + more < least_rises else code
                    for c in range(counts):
                        if not can[g, c]:
                            continue
                        goal_q = to * counts + c + step[g]
                        source = worth[now, n, w * counts + c]
                        goal, trace = worth[then, target, goal_q], back[day, target, goal_q]
                        for m in range(max(0, shift), min(width, width_then + shift)):
                            total = source[m] + pay
                            old = goal[m - shift]
                            trace[m - shift] = mark if total > old else trace[m - shift]
                            goal[m - shift] = total if total > old else old
        now = then
        alive, alive_then = alive_then, alive
    total = NEVER
    at_n, at_q, at_m = -1, -1, -1
    for n in range(nodes):
        if alive[n]:
            for q in range((weekends_high[days] - weekends_low[days] + 1) * counts):
                for m in range(high[days] - low[days] + 1):
                    if worth[now, n, q, m] > total:
                        total = worth[now, n, q, m]
                        at_n, at_q, at_m = n, q, m
    if total <= NEVER / 2:
        return NEVER
    for day in range(days - 1, -1, -1):
        code = back[day, at_n, at_q, at_m]
        at_q += (weekends_low[day + 1] - weekends_low[day]) * counts
        if code >= raised:
            code -= raised
            at_q -= counts
        s = code % (shifts + 1) - 1
        at_n = code // (shifts + 1)
        at_m += low[day + 1] - low[day]
        chosen[day] = s
        if s >= 0:
            at_m -= units[group[s]]
            at_q -= step[group[s]]
            if weekend[day] == 1 or (weekend[day] == 2 and at_n < min_off):
                at_q -= counted * counts
    return total
