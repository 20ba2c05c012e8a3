"""Who serves what: units of present kinds given to queues, moving others over where it helps.

A kind is a set of agents with equal speeds on every queue. Edge e joins a kind to a queue that it can
serve; ``x[t, e]`` counts its units (of ``share`` of an interval) that serve that queue in interval t.
Live queues are filled in the order of their weights, each unit along a shortest augmenting path among
queues; with equal speeds this is the greedy algorithm of a transversal matroid and so optimal per
interval (Edmonds 1971). With unequal speeds a path is taken only if it gains after rounding to whole
units. Deferred work then takes what is left, oldest first, moving others over likewise.

Where all speeds are 1 and all rows weigh the same, a largest matching is best whatever it was grown from:
such intervals are mended where presence changed instead of being filled anew.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.compiled import keyed_by
from scheduler.rostering.kernels.moves import DUST, find_moves, mark_dead, mend, push

__all__ = ["allocate"]


@njit("f8(f8, f8, f8, f8, f8)", cache=True, inline="never")
def _gain(served, change, cap, weight, over):  # type: ignore[no-untyped-def]
    before = min(served, cap) * weight - max(served - cap, 0.0) * over
    after = served + change
    return min(after, cap) * weight - max(after - cap, 0.0) * over - before


@njit(
    "i8(i8, b1, f8, f8, i4[::1], i4[::1], i8[::1], f8[::1], f8[::1], f8[::1], i8[::1], i8[::1], i8[::1],"
    " f8[::1], i8[::1], i8[::1], i8[:, ::1])",
    cache=True,
)
def augment(  # type: ignore[no-untyped-def]
    queue, whole, share, over, present, x, idle, served, cap, weight,
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
            if present[kind] == 0:
                continue
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
    "i8(i8, b1[::1], f8, f8, i4[::1], i4[::1], i8[::1], f8[::1], f8[::1], f8[::1], i8[::1], i8[::1], i8[::1],"
    " f8[::1], i8[::1], i8[::1], i8[:, ::1])",
    cache=True,
)
def _fill(  # type: ignore[no-untyped-def]
    someone, take, share, over, present, x, idle, served, cap, weight,
    kind_first, edge_queue, edge_kind, edge_speed, queue_first, queue_edge, work,
):  # fmt: skip
    """Fill the taken queues, always the one whose next unit gains most, until no unit gains.

    ``someone``: how many units are idle; returned is how many still are.
    """
    queues = len(served)
    done = np.zeros(queues, dtype=np.bool_)
    while someone > 0:
        best, chosen = DUST, -1
        for queue in range(queues):
            rest = cap[queue] - served[queue]
            if take[queue] and not done[queue] and not work[5, queue] and rest > DUST:
                value = weight[queue] * min(rest, share)
                if value > best:
                    best, chosen = value, queue
        if chosen < 0:
            break
        moved = 0
        for whole in (True, False):
            if moved == 0:
                moved = augment(
                    chosen, whole, share, over, present, x, idle, served, cap, weight,
                    kind_first, edge_queue, edge_kind, edge_speed, queue_first, queue_edge, work,
                )  # fmt: skip
        someone -= moved
        if moved == 0:
            done[chosen] = True
    return someone


@njit("f8(f8[::1], f8[::1], f8[::1], f8[::1])", cache=True)
def _lack(required, served, weight, short):  # type: ignore[no-untyped-def]
    """Write what each queue is short of; return how much that weighs."""
    weighed = 0.0
    for queue in range(len(required)):
        lack = required[queue] - served[queue]
        short[queue] = lack if lack > DUST else 0.0
        weighed += short[queue] * weight[queue]
    return weighed


@njit(
    "i8(b1[::1], i8[::1], i4[:, ::1], i4[:, ::1], i8[:, ::1], i8[::1], i4[:, ::1], i4[:, ::1], f8[:, ::1],"
    " f8[:, ::1], f8[::1], f8[:, ::1], f8[:, ::1], i8[:, ::1], f8[:, ::1], f8[::1], i8[::1],"
    " b1[::1], u8[:, ::1], u8[:, :, ::1], i8[::1],"
    " i8[::1], i8[::1], f8[::1], i8[::1], i8[::1], f8, f8, b1, b1[::1], i4[:, ::1], i4[:, ::1],"
    " u8[:, :, ::1], f8[:, ::1], f8[:, ::1])",
    cache=True,
)
@keyed_by("scheduler.compiled", "scheduler.rostering.kernels.moves")
def allocate(  # type: ignore[no-untyped-def]
    dirty, touched, present, before, idle_units, spare, live_x, x, served, short, missing, required, weight,
    oldest, rest, priority, window, plain, mask, move, kind_first, edge_queue, edge_kind, edge_speed,
    queue_first, queue_edge, share, over, logs, logged, old_live_x, old_x, old_move, old_served, old_short,
):  # fmt: skip
    """Allocate all intervals anew that changed, in order of time; return how many.

    Parameters
    ----------
    dirty, touched
        Intervals whose presence changed, shape (T,), cleared; the kinds that changed in any of them.
    present, before
        Units per kind, shape (T, K): now, and at the last call for each interval.
    idle_units, spare
        Units per kind that serve nobody, (T, K), and together, (T,): kept for intervals that are mended.
    live_x, x, served, short, missing
        Result: units per edge before and with deferred work (T, E), agents serving (T, Q), agents or
        agent-intervals missing (T, Q), and what is missing live weighs, (T,).
    oldest, rest
        Deferred work before each interval: row of the oldest open arrival and what is open of it, (T + 1, Q).
    window
        Intervals in which deferred work may be served, (Q,); 0 for live queues.
    plain
        Whether an interval's live work may be mended, (T,).
    mask, move
        Queues as bits: those of each kind, (K, words), and result, those to which the units that serve a
        queue could move, (T, Q, words).
    logs, logged, old_live_x, old_x, old_move, old_served, old_short
        Whether to keep what each interval that is not mended had before it is changed for the first time,
        which these are, and the copies.
    """
    steps, queues = required.shape
    kinds = present.shape[1]
    here = np.zeros(kinds, dtype=np.int64)
    reach = np.zeros(mask.shape[1], dtype=np.uint64)
    idle = np.zeros(kinds, dtype=np.int64)
    cap = np.zeros(queues)
    row_weight = np.zeros(queues)
    live = window == 0
    deferred = window > 0
    some_deferred = deferred.any()
    turn = np.zeros(queues, dtype=np.bool_)
    work = np.zeros((6, queues), dtype=np.int64)
    total = np.zeros((steps + 1 if some_deferred else 1, queues))
    state_row = np.zeros(queues, dtype=np.int64)
    state_rest = np.zeros(queues)
    if some_deferred:
        for step in range(steps):
            for queue in range(queues):
                total[step + 1, queue] = total[step, queue] + required[step, queue]
        for queue in range(queues):
            state_rest[queue] = required[0, queue]
    redone = 0
    for step in range(steps):
        changed = dirty[step]
        if some_deferred:
            for queue in range(queues):
                if window[queue] > 0:
                    low = max(0, step - window[queue] + 1)
                    while state_row[queue] < low:
                        short[state_row[queue], queue] = (
                            state_rest[queue] if state_rest[queue] > DUST else 0.0
                        )
                        state_row[queue] += 1
                        state_rest[queue] = required[state_row[queue], queue]
                    if oldest[step, queue] != state_row[queue] or rest[step, queue] != state_rest[queue]:
                        changed = True
                        oldest[step, queue] = state_row[queue]
                        rest[step, queue] = state_rest[queue]
        if changed:
            redone += 1
            fresh = dirty[step]
            dirty[step] = False
            if plain[step] and not some_deferred:
                spare[step] = mend(
                    touched, spare[step], present[step], before[step], live, share, x[step],
                    idle_units[step], served[step], required[step], mask, move[step], reach,
                    kind_first, edge_queue, edge_kind, queue_first, queue_edge, work, here,
                )  # fmt: skip
                missing[step] = _lack(required[step], served[step], weight[step], short[step])
                continue
            if logs and not logged[step]:
                logged[step] = True
                old_live_x[step] = live_x[step]
                old_x[step] = x[step]
                old_move[step] = move[step]
                old_served[step] = served[step]
                old_short[step] = short[step]
            anew = fresh and not plain[step]
            served[step] = 0.0
            count = 0
            for kind in range(kinds):
                if present[step, kind] == 0 and before[step, kind] == 0:
                    continue
                here[count] = kind
                count += 1
                before[step, kind] = present[step, kind]
                left = present[step, kind]
                for edge in range(kind_first[kind], kind_first[kind + 1]):
                    units = 0 if anew else min(live_x[step, edge], left)
                    left -= units
                    live_x[step, edge] = units
                    x[step, edge] = units
                    served[step, edge_queue[edge]] += units * edge_speed[edge] * share
                idle[kind] = left
            for queue in range(queues):
                cap[queue] = required[step, queue]
                row_weight[queue] = weight[step, queue]
                if window[queue] > 0:
                    row = state_row[queue]
                    cap[queue] = 0.0
                    if row <= step:
                        cap[queue] = state_rest[queue] + total[step + 1, queue] - total[row + 1, queue]
                    row_weight[queue] = priority[queue]
            find_moves(x[step], here[:count], kind_first, edge_queue, mask, move[step])
            if fresh and plain[step]:
                push(
                    here[:count], live, share, x[step], idle, served[step], cap, mask, move[step], reach,
                    kind_first, edge_queue, edge_kind, queue_first, queue_edge, work,
                )  # fmt: skip
                live_x[step] = x[step]
            someone = mark_dead(here[:count], idle, mask, move[step], reach, work[5])
            if anew and someone > 0:
                someone = _fill(
                    someone, live, share, over, present[step], x[step], idle, served[step], cap, row_weight,
                    kind_first, edge_queue, edge_kind, edge_speed, queue_first, queue_edge, work,
                )  # fmt: skip
                live_x[step] = x[step]
                find_moves(x[step], here[:count], kind_first, edge_queue, mask, move[step])
            # Deferred queues in the order of the deadline of their oldest work; equal ones together.
            turn[:] = False
            served_some = False
            while someone > 0:
                deadline = 1 << 60
                for queue in range(queues):
                    if deferred[queue] and not turn[queue] and cap[queue] > DUST:
                        deadline = min(deadline, state_row[queue] + window[queue])
                if deadline == 1 << 60:
                    break
                for queue in range(queues):
                    if deferred[queue] and cap[queue] > DUST and state_row[queue] + window[queue] <= deadline:
                        turn[queue] = True
                served_some = True
                someone = _fill(
                    someone, turn, share, over, present[step], x[step], idle, served[step], cap, row_weight,
                    kind_first, edge_queue, edge_kind, edge_speed, queue_first, queue_edge, work,
                )  # fmt: skip
            if served_some:
                find_moves(x[step], here[:count], kind_first, edge_queue, mask, move[step])
            for queue in range(queues):
                if live[queue]:
                    lack = required[step, queue] - served[step, queue]
                    short[step, queue] = lack if lack > DUST else 0.0
            missing[step] = (short[step] * weight[step]).sum()
            for at in range(count):
                idle[here[at]] = 0
        for queue in range(queues if some_deferred else 0):
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
