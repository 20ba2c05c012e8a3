"""An agent's best tour by a walk over days, counters and the end of the last shift.

Counters are states of an automaton (:mod:`scheduler.rostering.automaton`), ends of shifts are numbered per
date (:mod:`scheduler.rostering.itinerary`): both do not depend on what shifts are worth, so that a walk is
additions and comparisons alone. It leaves nothing out: its value is the most that a tour can have.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.rostering.kernels.labels import BROKEN, BY_FIXED, NEVER, SHARE

__all__ = ["walk"]


@njit(
    "f8(i8[::1], i8[::1], i4[::1], i4[::1], i4[::1], i4[::1], b1[::1], f8[::1], f8[::1], i8[::1], i8[::1],"
    " i8[::1], i8[::1], i4[::1], i8, b1[::1], b1[::1], i8[::1], i4[:, ::1], f8[:, ::1], i8[::1], i8[::1], i8,"
    " f8[::1], f8, f8, b1[:, ::1], i8[::1], i8, i8[::1], f8[::1], i4[::1], b1[::1], i8[::1], i8[:, ::1], i8,"
    " f8[:, :, ::1], i4[:, :, :, ::1], i8[::1])",
    cache=True,
    nogil=True,
)
def walk(  # type: ignore[no-untyped-def]
    first, start, symbol, arrive, reach, mask, fixed, value, off_value,
    end_first, end_time, end_template, carry_first, carry, rest, new_week, new_weekend, week,
    trans, price, minutes, plan, state, week_min, plan_min, under, allowed, symbols,
    weekly, need, last, after_rest, ends_rest, end_long, spans, ahead,
    worth, back, chosen,
):  # fmt: skip
    """Find the tour of most value.

    Parameters
    ----------
    first
        First row of each date, (D + 1,).
    start, symbol, arrive, reach, mask, fixed, value
        Per row: start in minutes, symbol of the automaton on ordinary dates, number of its end among the
        date's, how many ends of the day before leave it enough rest, which templates may be before it,
        whether it is fixed, and its value.
    off_value
        Of a day off, (D,); −1e300 where work is fixed.
    end_first, end_time, end_template
        Ends that matter before each date (of dates ``d − 1`` and before), ascending: their first, (D + 2,),
        times and templates (−1: none).
    carry_first, carry
        Number among the next date's ends of each end after a day off.
    new_week, new_weekend, week
        Whether a date begins a week or leaves a weekend that counts, and the number of its week, (D,).
    trans, price
        Next state and value of each state and symbol, (S, A); −1: not allowed.
    minutes, plan
        Paid minutes of the week and of the plan of each state, (S,).
    state
        The state before the first date.
    allowed
        Whether a template may come before rows of a mask, (masks, templates + 1); the last: none.
    symbols
        Symbols of a new week and a new weekend, of a weekly rest that is had and of one that is owed, of the
        given work that a week ends with after the horizon, and per date what is added to a row's symbol and
        the symbol of no work, (5 + 2 D,).
    weekly
        Minutes of a weekly rest; −1: none is asked for, and what follows is not read but for ``last``.
    need, last
        What the weekly rest of each state still needs (counter ``need``), and the price of ending in it.
    after_rest, ends_rest
        Per row: how many ends of the day before leave a weekly rest before it, and whether such a rest has
        its share in the row's week.
    end_long
        Like ``end_time``, as weekly rests count it.
    spans, ahead
        What is known of each week (``SPAN`` of :mod:`scheduler.rostering.kernels.labels`), and when given
        work after the horizon starts.
    worth, back
        Room: (2, S, J) and (D, 3, S, J).
    chosen
        Result, (D,): row or −1.
    """
    days = len(off_value)
    states = len(trans)
    masks = len(allowed)
    now, then = 0, 1
    for s in range(states):
        for j in range(end_first[1] - end_first[0]):
            worth[now, s, j] = NEVER
    worth[now, state, 0] = 0.0
    best_value = np.empty(worth.shape[2])
    best_at = np.empty(worth.shape[2], dtype=np.int64)
    alive = np.zeros(states, dtype=np.bool_)
    alive[state] = True
    alive_then = np.zeros(states, dtype=np.bool_)
    for day in range(days):
        ends = end_first[day + 1] - end_first[day]
        ends_then = end_first[day + 2] - end_first[day + 1]
        if new_week[day] or new_weekend[day]:
            # Weeks and weekends begin for everyone alike; what lacks of the week before is paid now.
            for s in range(states):
                alive_then[s] = False
            for s in range(states):
                if not alive[s]:
                    continue
                target = s
                pay = 0.0
                if new_week[day]:
                    pay = -under * max(0.0, week_min[week[day - 1]] - minutes[s])
                    target = trans[target, symbols[0]]
                    if spans[week[day], 4] > 0:
                        target = trans[target, symbols[4]]
                if new_weekend[day]:
                    target = trans[target, symbols[1]]
                owes = target
                if new_week[day] and weekly >= 0:
                    owes = trans[target, symbols[3]]
                    if spans[week[day], 2]:
                        target = trans[target, symbols[2]]
                asks = new_week[day] and weekly >= 0 and need[s] == 1
                for which in range(2 if asks else 1):
                    to_state = owes if which else target
                    if not alive_then[to_state]:
                        alive_then[to_state] = True
                        for j in range(ends):
                            worth[then, to_state, j] = NEVER
                for j in range(ends):
                    to_state = target
                    if asks:
                        # The open rest has, may yet have, or cannot have its share in the week that ends.
                        end = end_long[end_first[day] + j]
                        if end > spans[week[day], 0] - min(SHARE, weekly):
                            continue
                        if end + weekly > spans[week[day], 0]:
                            to_state = owes
                    total = worth[now, s, j] + pay
                    if total > worth[then, to_state, j]:
                        worth[then, to_state, j] = total
                        back[day, 2, to_state, j] = s
            now, then = then, now
            alive, alive_then = alive_then, alive
        for s in range(states):
            alive_then[s] = False
        shift = symbols[5 + day]
        idle = symbols[5 + days + day]
        for s in range(states):
            if not alive[s]:
                continue
            target = trans[s, idle]
            if off_value[day] > NEVER and target >= 0:
                if not alive_then[target]:
                    alive_then[target] = True
                    for j in range(ends_then):
                        worth[then, target, j] = NEVER
                pay = off_value[day] + price[s, idle]
                for j in range(ends):
                    total = worth[now, s, j] + pay
                    to = carry[carry_first[day] + j]
                    if total > worth[then, target, to]:
                        worth[then, target, to] = total
                        back[day, 0, target, to] = s
                        back[day, 1, target, to] = -1 - j
            if first[day] == first[day + 1]:
                continue
            asks = weekly >= 0 and need[s] > 0
            for m in range(masks):
                ran = NEVER
                at = -1
                for j in range(ends):
                    if allowed[m, end_template[end_first[day] + j]] and worth[now, s, j] > ran:
                        ran = worth[now, s, j]
                        at = j
                    best_value[j] = ran
                    best_at[j] = at
                for row in range(first[day], first[day + 1]):
                    if mask[row] != m or value[row] <= NEVER:
                        continue
                    sign = symbol[row] + shift
                    target = trans[s, sign]
                    if target < 0:
                        continue
                    if not asks and not fixed[row]:
                        if reach[row] == 0:
                            continue
                        ran = best_value[reach[row] - 1]
                        if ran <= NEVER / 2:
                            continue
                        total = ran + value[row] + price[s, sign]
                        if not alive_then[target]:
                            alive_then[target] = True
                            for j in range(ends_then):
                                worth[then, target, j] = NEVER
                        to = arrive[row]
                        if total > worth[then, target, to]:
                            worth[then, target, to] = total
                            back[day, 0, target, to] = s
                            back[day, 1, target, to] = row * ends + best_at[reach[row] - 1]
                        continue
                    # Twice where work may end a weekly rest: after ends so far back that it does, and any.
                    for rested in range(2 if asks else 1):
                        if rested == 0 and asks and need[s] == 2:
                            continue
                        to_state = target
                        if rested and ends_rest[row]:
                            to_state = trans[target, symbols[2]]
                        elif rested and need[s] == 1:
                            continue
                        if fixed[row]:
                            ran = NEVER
                            at = -1
                            for j in range(ends):
                                place = end_first[day] + j
                                if rested and end_long[place] + weekly > start[row]:
                                    continue
                                total = worth[now, s, j]
                                if end_time[place] + rest > start[row]:
                                    total -= BROKEN * BY_FIXED
                                if not allowed[m, end_template[place]]:
                                    total -= BROKEN * BY_FIXED
                                if total > ran:
                                    ran = total
                                    at = j
                        else:
                            most = min(reach[row], after_rest[row]) if rested else reach[row]
                            if most == 0:
                                continue
                            ran = best_value[most - 1]
                            at = best_at[most - 1]
                        if ran <= NEVER / 2:
                            continue
                        total = ran + value[row] + price[s, sign]
                        if not alive_then[to_state]:
                            alive_then[to_state] = True
                            for j in range(ends_then):
                                worth[then, to_state, j] = NEVER
                        to = arrive[row]
                        if total > worth[then, to_state, to]:
                            worth[then, to_state, to] = total
                            back[day, 0, to_state, to] = s
                            back[day, 1, to_state, to] = row * ends + at
        now, then = then, now
        alive, alive_then = alive_then, alive
    best, s_at, j_at = NEVER, -1, -1
    for s in range(states):
        if not alive[s]:
            continue
        pay = -under * max(0.0, week_min[week[days - 1]] - minutes[s])
        pay -= under * max(0.0, plan_min - plan[s])
        pay += last[s]
        for j in range(end_first[days + 1] - end_first[days]):
            if weekly >= 0 and need[s] > 0:
                end = end_long[end_first[days] + j]
                if ahead - end < weekly:
                    continue
                if need[s] == 1 and min(spans[week[days - 1], 1], ahead) - end < min(SHARE, weekly):
                    continue
            if worth[now, s, j] > NEVER / 2 and worth[now, s, j] + pay > best:
                best, s_at, j_at = worth[now, s, j] + pay, s, j
    if s_at < 0:
        return NEVER
    for day in range(days - 1, -1, -1):
        code = back[day, 1, s_at, j_at]
        s_at = back[day, 0, s_at, j_at]
        if code < 0:
            chosen[day] = -1
            j_at = -1 - code
        else:
            ends = end_first[day + 1] - end_first[day]
            chosen[day] = code // ends
            j_at = code % ends
        if new_week[day] or new_weekend[day]:
            s_at = back[day, 2, s_at, j_at]
    return best
