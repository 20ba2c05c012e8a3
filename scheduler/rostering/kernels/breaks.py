"""Breaks where they cost least: exact, over the sets of breaks already taken and the last one's end."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["duty_values", "place_breaks"]

NEVER = 1e300


@njit("f8(f8[::1], i8[::1], i8, i8, i8[:, ::1], i8, i8, f8[:, ::1], f8[::1])", cache=True)
def _least_loss(  # type: ignore[no-untyped-def]
    value, pinned, start, slots, rules, least_gap, most_gap, loss, ready
):
    """Fill ``loss[taken, end]`` for all sets of breaks; return the least with all of them taken.

    ``value`` and ``pinned`` are prefix sums over slots, of worth and of slots where no break may lie;
    ``rules`` rows are (slots, earliest, latest start) of a break.
    A break may start ``least_gap`` … ``most_gap`` slots after the one before it ended.
    """
    count = len(rules)
    full = (1 << count) - 1
    for taken in range(full + 1):
        for end in range(slots + 1):
            loss[taken, end] = NEVER
    for taken in range(full):
        for at in range(slots + 1):
            ready[at] = 0.0 if taken == 0 else NEVER
        if taken > 0:
            if most_gap >= slots:
                best = NEVER
                for at in range(least_gap, slots + 1):
                    best = min(best, loss[taken, at - least_gap])
                    ready[at] = best
            else:
                for end in range(slots + 1):
                    if loss[taken, end] < NEVER:
                        for at in range(end + least_gap, min(slots, end + most_gap) + 1):
                            ready[at] = min(ready[at], loss[taken, end])
        for rule in range(count):
            if taken >> rule & 1:
                continue
            then = taken | 1 << rule
            length = rules[rule, 0]
            for at in range(rules[rule, 1], rules[rule, 2] + 1):
                if ready[at] < NEVER and pinned[start + at + length] == pinned[start + at]:
                    cost = ready[at] + value[start + at + length] - value[start + at]
                    loss[then, at + length] = min(loss[then, at + length], cost)
    if full == 0:
        return 0.0
    best = NEVER
    for end in range(slots + 1):
        best = min(best, loss[full, end])
    return best


@njit(
    "void(f8[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[:, ::1], i8[::1], i8[::1], f8[::1])",
    cache=True,
)
def duty_values(  # type: ignore[no-untyped-def]
    worth, pinned, start, slots, pattern, rule_first, rules, least_gap, most_gap, value
):
    """Value duties at the best places of their breaks.

    Parameters
    ----------
    worth, pinned
        Prefix sums over slots, (S + 1,): what presence is worth, and slots where no break may lie.
    start, slots, pattern
        Per duty: first slot, slots, break pattern (−1: none).
    rule_first, rules
        Rows of ``rules`` per pattern: (slots, earliest start, latest start).
    value
        Result; −1e300 where the breaks fit nowhere.
    """
    longest = 1
    widest = 1
    for duty in range(len(start)):
        longest = max(longest, slots[duty])
    for place in range(len(rule_first) - 1):
        widest = max(widest, 1 << (rule_first[place + 1] - rule_first[place]))
    loss = np.empty((widest, longest + 1))
    ready = np.empty(longest + 1)
    for duty in range(len(start)):
        value[duty] = worth[start[duty] + slots[duty]] - worth[start[duty]]
        place = pattern[duty]
        if place >= 0 and rule_first[place + 1] > rule_first[place]:
            lost = _least_loss(
                worth, pinned, start[duty], slots[duty], rules[rule_first[place] : rule_first[place + 1]],
                least_gap[place], most_gap[place], loss, ready,
            )  # fmt: skip
            value[duty] = value[duty] - lost if lost < NEVER else -NEVER


@njit("b1(f8[::1], i8[::1], i8, i8, i8[:, ::1], i8, i8, i8[::1])", cache=True)
def place_breaks(  # type: ignore[no-untyped-def]
    worth, pinned, start, slots, rules, least_gap, most_gap, places
):
    """Write the best start of each break, in slots after the duty's; tell whether there is one."""
    count = len(rules)
    loss = np.empty((1 << count, slots + 1))
    ready = np.empty(slots + 1)
    best = _least_loss(worth, pinned, start, slots, rules, least_gap, most_gap, loss, ready)
    if best >= NEVER:
        return False
    taken = (1 << count) - 1
    end = 0
    while end < slots and loss[taken, end] != best:
        end += 1
    while taken > 0:
        found = False
        for rule in range(count):
            at = end - rules[rule, 0]
            if found or not taken >> rule & 1 or at < rules[rule, 1] or at > rules[rule, 2]:
                continue
            if pinned[start + end] != pinned[start + at]:
                continue
            before = taken & ~(1 << rule)
            cost = worth[start + end] - worth[start + at]
            if before == 0:
                if cost == loss[taken, end]:
                    places[rule] = at
                    taken, found = before, True
                continue
            for earlier in range(max(0, at - most_gap), at - least_gap + 1):
                total = loss[before, earlier] + worth[start + end] - worth[start + at]
                if loss[before, earlier] < NEVER and total == loss[taken, end]:
                    places[rule] = at
                    taken, end, found = before, earlier, True
                    break
        if not found:
            return False
    return True
