"""Who serves what: units of present kinds given to queues, moving others over where it helps.

A kind is a set of agents with equal speeds on every queue. Edge e joins a kind to a queue that it can
serve; ``x[t, e]`` counts its units (of ``share`` of an interval) that serve that queue in interval t.
Live queues are filled in the order of their weights, each unit along a shortest augmenting path among
queues; with equal speeds this is the greedy algorithm of a transversal matroid and so optimal per
interval (Edmonds 1971). With unequal speeds a path is taken only if it gains after rounding to whole
units. Deferred work then takes what is left, oldest first, moving others over likewise.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["allocate"]

DUST = 1e-9


@njit("f8(f8, f8, f8, f8, f8)", cache=True, inline="never")
def _gain(served, change, cap, weight, over):  # type: ignore[no-untyped-def]
    before = min(served, cap) * weight - max(served - cap, 0.0) * over
    after = served + change
    return min(after, cap) * weight - max(after - cap, 0.0) * over - before


@njit(
    "i8(i8, b1, f8, f8, i4[::1], i8[::1], f8[::1], f8[::1], f8[::1], i8[::1], i8[::1], i8[::1], f8[::1],"
    " i8[::1], i8[::1], i8[:, ::1])",
    cache=True,
)
def augment(  # type: ignore[no-untyped-def]
    queue, whole, share, over, x, idle, served, cap, weight,
    kind_first, edge_queue, edge_kind, edge_speed, queue_first, queue_edge, work,
):  # fmt: skip
    """Bring idle units to a queue along the shortest path of moves; return how many, 0 if none gains.

    ``whole``: only units that the queue can use fully, as many as it needs; else one unit.
    ``work`` rows: 0 marks, 1 order, 2 edge into the queue before, 3 edge left behind, 4 queue before,
    5 whether no idle unit can reach a queue: once so it stays so, for units only ever lose their idleness.
    """
    mark, order, into, out, before, dead = work[0], work[1], work[2], work[3], work[4], work[5]
    if dead[queue]:
        return 0
    for other in range(len(served)):
        mark[other] = dead[other]
    mark[queue] = 1
    order[0] = queue
    head, tail = 0, 1
    end, last = -1, -1
    while head < tail and last < 0:
        here = order[head]
        head += 1
        best = -1.0
        for place in range(queue_first[here], queue_first[here + 1]):
            edge = queue_edge[place]
            if idle[edge_kind[edge]] > 0 and edge_speed[edge] > best:
                best = edge_speed[edge]
                end, last = here, edge
        if last >= 0:
            break
        for place in range(queue_first[here], queue_first[here + 1]):
            edge = queue_edge[place]
            kind = edge_kind[edge]
            for other in range(kind_first[kind], kind_first[kind + 1]):
                there = edge_queue[other]
                if x[other] > 0 and mark[there] == 0:
                    mark[there] = 1
                    into[there], out[there], before[there] = edge, other, here
                    order[tail] = there
                    tail += 1
    if last < 0:
        for place in range(tail):
            dead[order[place]] = 1
        return 0
    units = idle[edge_kind[last]]
    first = last
    here = end
    while here != queue:
        units = min(units, x[out[here]])
        first = into[here]
        here = before[here]
    if whole:
        units = min(units, int((cap[queue] - served[queue]) / (edge_speed[first] * share) + DUST))
    else:
        units = min(units, 1)
    if units <= 0:
        return 0
    amount = units * share
    gain = 0.0
    here, enters = end, last
    while True:
        change = amount * edge_speed[enters]
        if here == queue:
            gain += _gain(served[here], change, cap[here], weight[here], over)
            break
        change -= amount * edge_speed[out[here]]
        gain += _gain(served[here], change, cap[here], weight[here], over)
        enters = into[here]
        here = before[here]
    if gain <= DUST:
        return 0
    idle[edge_kind[last]] -= units
    here, enters = end, last
    while True:
        x[enters] += units
        served[here] += amount * edge_speed[enters]
        if here == queue:
            return units
        x[out[here]] -= units
        served[here] -= amount * edge_speed[out[here]]
        enters = into[here]
        here = before[here]


@njit(
    "void(b1[::1], f8, f8, i4[::1], i8[::1], f8[::1], f8[::1], f8[::1], i8[::1], i8[::1], i8[::1], f8[::1],"
    " i8[::1], i8[::1], i8[:, ::1])",
    cache=True,
)
def _fill(  # type: ignore[no-untyped-def]
    take, share, over, x, idle, served, cap, weight,
    kind_first, edge_queue, edge_kind, edge_speed, queue_first, queue_edge, work,
):  # fmt: skip
    """Fill the taken queues, always the one whose next unit gains most, until no unit gains."""
    queues = len(served)
    done = np.zeros(queues, dtype=np.bool_)
    while True:
        best, chosen = DUST, -1
        for queue in range(queues):
            rest = cap[queue] - served[queue]
            if take[queue] and not done[queue] and rest > DUST:
                value = weight[queue] * min(rest, share)
                if value > best:
                    best, chosen = value, queue
        if chosen < 0:
            break
        moved = 0
        for whole in (True, False):
            if moved == 0:
                moved = augment(
                    chosen, whole, share, over, x, idle, served, cap, weight,
                    kind_first, edge_queue, edge_kind, edge_speed, queue_first, queue_edge, work,
                )  # fmt: skip
        if moved == 0:
            done[chosen] = True


@njit(
    "i8(b1[::1], i4[:, ::1], i4[:, ::1], i4[:, ::1], f8[:, ::1], f8[:, ::1], f8[:, ::1], f8[:, ::1],"
    " i8[:, ::1], f8[:, ::1], f8[::1], i8[::1], i8[::1], i8[::1], i8[::1], f8[::1], i8[::1], i8[::1], f8,"
    " f8)",
    cache=True,
)
def allocate(  # type: ignore[no-untyped-def]
    dirty, present, live_x, x, served, short, required, weight, oldest, rest, priority, window,
    kind_first, edge_queue, edge_kind, edge_speed, queue_first, queue_edge, share, over,
):  # fmt: skip
    """Allocate all intervals anew that changed, in order of time; return how many.

    The outcome depends on ``present`` alone: an interval is left as it is only where its presence and
    the open deferred work that reaches it are those of the last call.

    Parameters
    ----------
    dirty
        Intervals whose presence changed, shape (T,); cleared.
    present
        Units per kind, shape (T, K).
    live_x, x, served, short
        Result: units per edge before and with deferred work (T, E), agents serving (T, Q), agents or
        agent-intervals missing (T, Q).
    oldest, rest
        Deferred work before each interval: row of the oldest open arrival and what is open of it, (T + 1, Q).
    window
        Intervals in which deferred work may be served, (Q,); 0 for live queues.
    """
    steps, queues = required.shape
    kinds = present.shape[1]
    idle = np.zeros(kinds, dtype=np.int64)
    cap = np.zeros(queues)
    row_weight = np.zeros(queues)
    live = window == 0
    deferred = window > 0
    turn = np.zeros(queues, dtype=np.bool_)
    work = np.zeros((6, queues), dtype=np.int64)
    total = np.zeros((steps + 1, queues))
    for step in range(steps):
        for queue in range(queues):
            total[step + 1, queue] = total[step, queue] + required[step, queue]
    state_row = np.zeros(queues, dtype=np.int64)
    state_rest = np.zeros(queues)
    for queue in range(queues):
        state_rest[queue] = required[0, queue]
    redone = 0
    for step in range(steps):
        changed = dirty[step]
        for queue in range(queues):
            if window[queue] > 0:
                low = max(0, step - window[queue] + 1)
                while state_row[queue] < low:
                    short[state_row[queue], queue] = state_rest[queue] if state_rest[queue] > DUST else 0.0
                    state_row[queue] += 1
                    state_rest[queue] = required[state_row[queue], queue]
                if oldest[step, queue] != state_row[queue] or rest[step, queue] != state_rest[queue]:
                    changed = True
                    oldest[step, queue] = state_row[queue]
                    rest[step, queue] = state_rest[queue]
        if changed:
            redone += 1
            work[5] = 0
            for kind in range(kinds):
                idle[kind] = present[step, kind]
            fresh = dirty[step]
            dirty[step] = False
            served[step] = 0.0
            for edge in range(len(edge_queue)):
                if fresh:
                    live_x[step, edge] = 0
                x[step, edge] = live_x[step, edge]
                idle[edge_kind[edge]] -= x[step, edge]
                served[step, edge_queue[edge]] += x[step, edge] * edge_speed[edge] * share
            for queue in range(queues):
                cap[queue] = required[step, queue]
                row_weight[queue] = weight[step, queue]
                if window[queue] > 0:
                    row = state_row[queue]
                    cap[queue] = 0.0
                    if row <= step:
                        cap[queue] = state_rest[queue] + total[step + 1, queue] - total[row + 1, queue]
                    row_weight[queue] = priority[queue]
            if fresh:
                _fill(
                    live, share, over, x[step], idle, served[step], cap, row_weight,
                    kind_first, edge_queue, edge_kind, edge_speed, queue_first, queue_edge, work,
                )  # fmt: skip
                live_x[step] = x[step]
            # Deferred queues in the order of the deadline of their oldest work; equal ones together.
            turn[:] = False
            while True:
                deadline = 1 << 60
                for queue in range(queues):
                    if deferred[queue] and not turn[queue] and cap[queue] > DUST:
                        deadline = min(deadline, state_row[queue] + window[queue])
                if deadline == 1 << 60:
                    break
                for queue in range(queues):
                    if deferred[queue] and cap[queue] > DUST and state_row[queue] + window[queue] <= deadline:
                        turn[queue] = True
                _fill(
                    turn, share, over, x[step], idle, served[step], cap, row_weight,
                    kind_first, edge_queue, edge_kind, edge_speed, queue_first, queue_edge, work,
                )  # fmt: skip
            for queue in range(queues):
                if live[queue]:
                    missing = required[step, queue] - served[step, queue]
                    short[step, queue] = missing if missing > DUST else 0.0
        for queue in range(queues):
            if window[queue] > 0:
                left = served[step, queue]
                while left > DUST and state_row[queue] <= step:
                    taken = min(left, state_rest[queue])
                    left -= taken
                    state_rest[queue] -= taken
                    if state_rest[queue] > DUST:
                        break
                    short[state_row[queue], queue] = 0.0
                    state_row[queue] += 1
                    state_rest[queue] = required[state_row[queue], queue] if state_row[queue] < steps else 0.0
    for queue in range(queues):
        if window[queue] > 0:
            oldest[steps, queue] = state_row[queue]
            rest[steps, queue] = state_rest[queue]
            while state_row[queue] < steps:
                short[state_row[queue], queue] = state_rest[queue] if state_rest[queue] > DUST else 0.0
                state_row[queue] += 1
                if state_row[queue] < steps:
                    state_rest[queue] = required[state_row[queue], queue]
    return redone
