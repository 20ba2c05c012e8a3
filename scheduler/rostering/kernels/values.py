"""What one more agent of a kind is worth in every interval, after the others moved over."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["deferred_help", "kind_values", "plain_kind_values"]

DUST = 1e-9


@njit(
    "void(f8[:, ::1], f8[:, ::1], f8[:, ::1], i8[:, ::1], i8[::1], f8[:, ::1], f8[:, ::1])",
    cache=True,
)
def deferred_help(required, short, served, oldest, window, amount, scarcity):  # type: ignore[no-untyped-def]
    """Find where one more unit of deferred work would lessen the shortage.

    More work done in an interval lets every later interval serve younger work, so it helps if such a
    chain, first in first out, reaches work that is short now.

    Parameters
    ----------
    amount
        Result, (T, Q): work that is short along the chain, 0 where a unit would not help.
    scarcity
        Result, (T, Q): short share of the work that arrives around then, 0–1; how urgent help is while
        the rota is still being filled.
    """
    steps, queues = required.shape
    lost = np.zeros(steps + 1)
    come = np.zeros(steps + 1)
    last = np.zeros(steps, dtype=np.int64)
    for queue in range(queues):
        if window[queue] == 0:
            continue
        for step in range(steps):
            lost[step + 1] = lost[step] + short[step, queue]
            come[step + 1] = come[step] + required[step, queue]
        # Last interval in which work that arrived up to a step is served: the first after which the
        # oldest open work is younger.
        moment = 0
        for step in range(steps):
            moment = max(moment, step)
            while moment + 1 < steps and oldest[moment + 1, queue] <= step:
                moment += 1
            last[step] = min(moment, step + window[queue] - 1)
        helpful = 1 << 60
        reach = 0.0
        for step in range(steps - 1, -1, -1):
            amount[step, queue] = 0.0
            low = oldest[step + 1, queue]
            if low <= step:
                low = max(low, step - window[queue] + 1)
                missing = lost[step + 1] - lost[low]
                if missing > DUST:
                    amount[step, queue] = missing
                elif helpful <= last[step]:
                    amount[step, queue] = reach
            if amount[step, queue] > 0:
                if served[step, queue] > DUST:
                    helpful = step
                    reach = amount[step, queue]
                early = max(0, step - window[queue] + 1)
                late = min(steps, step + window[queue])
                work = come[late] - come[early]
                scarcity[step, queue] = min(1.0, (lost[late] - lost[early]) / work) if work > DUST else 0.0


@njit(
    "void(i8, f8, u8[:, :, ::1], f8[:, ::1], f8[::1], f8[:, ::1], f8[:, ::1], f8[::1], i8[::1], f8[:, ::1],"
    " f8[:, ::1], u8[:, ::1], f8[::1])",
    cache=True,
)
def plain_kind_values(  # type: ignore[no-untyped-def]
    kind, bend, move, served, missing, required, weight, priority, window, amount, scarcity, mask, value,
):  # fmt: skip
    """Do what :func:`kind_values` does where all speeds are 1, with sets of queues as bits.

    ``mask``, ``move`` and ``missing``: see :func:`scheduler.rostering.kernels.allocation.allocate`.
    """
    steps, queues = required.shape
    words = mask.shape[1]
    some_deferred = window.any()
    room = np.zeros(queues)
    worth = np.zeros(queues)
    order = np.zeros(queues, dtype=np.int64)
    reach = np.zeros(words, dtype=np.uint64)
    seen = np.zeros(words, dtype=np.uint64)
    one = np.uint64(1)
    for step in range(steps):
        value[step] = 0.0
        if missing[step] <= DUST and not some_deferred:
            continue
        for word in range(words):
            reach[word] = mask[kind, word]
            seen[word] = np.uint64(0)
        tail = 0
        grows = True
        while grows:
            grows = False
            for word in range(words):
                fresh = reach[word] & ~seen[word]
                seen[word] |= fresh
                queue = word << 6
                while fresh != np.uint64(0):
                    if fresh & one:
                        grows = True
                        for other in range(words):
                            reach[other] |= move[step, queue, other]
                        if window[queue] > 0:
                            room[queue] = amount[step, queue]
                            worth[queue] = priority[queue] * (1.0 - bend + bend * scarcity[step, queue])
                        else:
                            room[queue] = required[step, queue] - served[step, queue]
                            share = room[queue] / required[step, queue] if room[queue] > DUST else 0.0
                            worth[queue] = weight[step, queue] * (1.0 - bend + bend * share)
                        if room[queue] > DUST:
                            order[tail] = queue
                            tail += 1
                    fresh >>= one
                    queue += 1
        left = 1.0
        while left > DUST:
            best, chosen = DUST, -1
            for place in range(tail):
                queue = order[place]
                if room[queue] > DUST and worth[queue] > best:
                    best, chosen = worth[queue], queue
            if chosen < 0:
                break
            taken = min(left, room[chosen])
            value[step] += taken * worth[chosen]
            left -= taken
            room[chosen] = 0.0


@njit(
    "void(i8, f8, i4[:, ::1], f8[:, ::1], f8[:, ::1], f8[:, ::1], f8[::1], i8[::1], f8[:, ::1],"
    " f8[:, ::1], i8[::1], i8[::1], i8[::1], f8[::1], i8[::1], i8[::1], f8[::1])",
    cache=True,
)
def kind_values(  # type: ignore[no-untyped-def]
    kind, bend, x, served, required, weight, priority, window, amount, scarcity,
    kind_first, edge_queue, edge_kind, edge_speed, queue_first, queue_edge, value,
):  # fmt: skip
    """Value one more agent of a kind present for whole intervals, in weighted agent-intervals.

    All queues are searched that the kind reaches by moving others over; its units go to the scarcest.

    Parameters
    ----------
    bend
        0: the true worth of filling a shortage. 1: worth in proportion to the missing share, so that
        the first agents spread as the requirement does.
    value
        Result, shape (T,).
    """
    steps, queues = required.shape
    mark = np.zeros(queues, dtype=np.int64)
    order = np.zeros(queues, dtype=np.int64)
    factor = np.zeros(queues)
    worth = np.zeros(queues)
    room = np.zeros(queues)
    for step in range(steps):
        tail = 0
        for edge in range(kind_first[kind], kind_first[kind + 1]):
            queue = edge_queue[edge]
            mark[queue] = step + 1
            order[tail] = queue
            factor[queue] = edge_speed[edge]
            tail += 1
        head = 0
        while head < tail:
            here = order[head]
            head += 1
            for place in range(queue_first[here], queue_first[here + 1]):
                edge = queue_edge[place]
                if x[step, edge] > 0:
                    mover = edge_kind[edge]
                    for other in range(kind_first[mover], kind_first[mover + 1]):
                        there = edge_queue[other]
                        if mark[there] != step + 1:
                            mark[there] = step + 1
                            order[tail] = there
                            factor[there] = factor[here] * edge_speed[other] / edge_speed[edge]
                            tail += 1
        for place in range(tail):
            queue = order[place]
            if window[queue] > 0:
                room[queue] = amount[step, queue]
                urgency = scarcity[step, queue]
                worth[queue] = priority[queue]
            else:
                room[queue] = max(0.0, required[step, queue] - served[step, queue])
                urgency = room[queue] / required[step, queue] if room[queue] > DUST else 0.0
                worth[queue] = weight[step, queue]
            worth[queue] *= factor[queue] * (1.0 - bend + bend * urgency)
        left = 1.0
        gain = 0.0
        while left > DUST:
            best, chosen = DUST, -1
            for place in range(tail):
                queue = order[place]
                if room[queue] > DUST and worth[queue] > best:
                    best, chosen = worth[queue], queue
            if chosen < 0:
                break
            taken = min(left, room[chosen] / factor[chosen])
            gain += taken * worth[chosen]
            left -= taken
            room[chosen] = 0.0
        value[step] = gain
