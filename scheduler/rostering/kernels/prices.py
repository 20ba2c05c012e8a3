"""Prices of deferred work where it may be served."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["deferred_prices"]


@njit("void(f8[:, ::1], i8[::1], f8[:, ::1], i8[:, ::1])", cache=True)
def deferred_prices(price, window, worth, source):  # type: ignore[no-untyped-def]
    """Find the dearest open work of each deferred queue in each interval.

    Parameters
    ----------
    price
        Of work by the interval of its arrival, (T, Q).
    window
        Intervals in which deferred work may be served, (Q,); 0 for live queues, which are left alone.
    worth, source
        Result, (T, Q): the highest price of an arrival whose window is open, and that arrival's interval.
    """
    steps, queues = price.shape
    for queue in range(queues):
        if window[queue] == 0:
            continue
        at = 0
        for step in range(steps):
            low = max(0, step - window[queue] + 1)
            if step == 0 or at < low:
                at = low
                for other in range(low, step + 1):
                    if price[other, queue] >= price[at, queue]:
                        at = other
            elif price[step, queue] >= price[at, queue]:
                at = step
            worth[step, queue] = price[at, queue]
            source[step, queue] = at


@njit(
    "void(f8[:, ::1], i8[::1], f8[::1], f8[::1], i8, f8[::1], i8[::1], f8[::1])",
    cache=True,
    nogil=True,
)
def kind_worth(worth, queues, speeds, costs, each, prefix, queue, speed):  # type: ignore[no-untyped-def]
    """Find the queue that pays a kind of agents best in every interval.

    Parameters
    ----------
    worth
        What a full agent earns with each queue in each interval, (Q, T).
    queues, speeds, costs
        That the kind serves, how fast, and what an agent-interval of it costs.
    each
        Slots that make an interval.
    prefix
        Result, (T · each + 1,): prefix sums over slots of what presence earns.
    queue, speed
        Result, (T,): the queue (−1: none pays) and the speed there.
    """
    best = np.zeros(worth.shape[1])
    queue[:] = -1
    speed[:] = 0.0
    for at in range(len(queues)):
        row = worth[queues[at]]
        for step in range(len(row)):
            gain = row[step] * speeds[at] - costs[at]
            if gain > best[step]:
                best[step] = gain
                queue[step] = queues[at]
                speed[step] = speeds[at]
    total = 0.0
    prefix[0] = 0.0
    for step in range(len(best)):
        for slot in range(each):
            total += best[step] / each
            prefix[step * each + slot + 1] = total


@njit(
    "void(f8[::1], i8[:, ::1], i8[::1], i8, i8[::1], i8[:, ::1], f8[::1], f8[::1])",
    cache=True,
    nogil=True,
)
def earnings(prefix, rows, pattern, slot, rule_first, rules, base, value):  # type: ignore[no-untyped-def]
    """Value shifts with every break where it alone costs least: never less than they can earn.

    Where windows of breaks neither overlap nor touch, that is just what they earn.

    Parameters
    ----------
    rows, pattern, base
        As in :class:`scheduler.rostering.options.Options`.
    value
        Result per row.
    """
    for row in range(len(rows)):
        low = rows[row, 0] // slot
        total = base[row] + prefix[rows[row, 1] // slot] - prefix[low]
        place = pattern[row]
        if place >= 0:
            for rule in range(rule_first[place], rule_first[place + 1]):
                length = rules[rule, 0]
                least = 1e300
                for at in range(low + rules[rule, 1], low + rules[rule, 2] + 1):
                    least = min(least, prefix[at + length] - prefix[at])
                total -= least
        value[row] = total


@njit(
    "void(f8[::1], i8[:, ::1], i8[::1], i8, i8[::1], i8[:, ::1], i8[::1], i8, f8[::1])",
    cache=True,
    nogil=True,
)
def add_earners(prefix, rows, pattern, slot, rule_first, rules, chosen, each, presence):  # type: ignore[no-untyped-def]
    """Add the chosen shifts less their breaks, as :func:`earnings` has them, to presence per interval."""
    share = 1.0 / each
    for row in chosen:
        if row < 0:
            continue
        low = rows[row, 0] // slot
        for at in range(low, rows[row, 1] // slot):
            presence[at // each] += share
        place = pattern[row]
        if place < 0:
            continue
        for rule in range(rule_first[place], rule_first[place + 1]):
            length = rules[rule, 0]
            least = 1e300
            where = low
            for at in range(low + rules[rule, 1], low + rules[rule, 2] + 1):
                cost = prefix[at + length] - prefix[at]
                if cost < least - 1e-12:
                    least = cost
                    where = at
            for at in range(where, where + length):
                presence[at // each] -= share


@njit("void(f8[::1], i8[::1], f8[::1], i8[:, ::1], f8[:, ::1])", cache=True, nogil=True)
def add_used(presence, queue, speed, source, used):  # type: ignore[no-untyped-def]
    """Add what a kind present serves to the rows that pay it best; ``source`` and ``used`` are (Q, T)."""
    for step in range(len(presence)):
        if queue[step] >= 0 and presence[step] != 0:
            used[queue[step], source[queue[step], step]] += presence[step] * speed[step]
