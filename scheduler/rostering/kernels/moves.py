"""Who could move over to which queue, as sets of bits, and idle units that find work by it."""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.compiled import keyed_by, lowest_bit

__all__ = ["DUST", "find_moves", "mark_dead", "mend", "push"]

DUST = 1e-9


@njit("void(i4[::1], i8[::1], i8[::1], i8[::1], u8[:, ::1], u8[:, ::1])", cache=True)
def find_moves(x, kinds, kind_first, edge_queue, mask, move):  # type: ignore[no-untyped-def]
    """Write to which queues a unit that serves a queue could move, as bits, (Q, words)."""
    move[:] = np.uint64(0)
    for kind in kinds:
        for edge in range(kind_first[kind], kind_first[kind + 1]):
            if x[edge] > 0:
                for word in range(mask.shape[1]):
                    move[edge_queue[edge], word] |= mask[kind, word]


@njit("i8(i8[::1], i8[::1], u8[:, ::1], u8[:, ::1], u8[::1], i8[::1])", cache=True)
def mark_dead(kinds, idle, mask, move, reach, dead):  # type: ignore[no-untyped-def]
    """Mark the queues that no idle unit can reach by moving others over; return how many are idle."""
    words = mask.shape[1]
    reach[:] = np.uint64(0)
    found = 0
    for kind in kinds:
        if idle[kind] > 0:
            found += idle[kind]
            for word in range(words):
                reach[word] |= mask[kind, word]
    queues = len(dead)
    dead[:] = 1
    if found == 0:
        return 0
    grows = True
    while grows:
        grows = False
        for queue in range(queues):
            if dead[queue] and (reach[queue >> 6] >> np.uint64(queue & 63)) & np.uint64(1):
                dead[queue] = 0
                grows = True
                for word in range(words):
                    reach[word] |= move[queue, word]
    return found


@njit("i8(i8, i8, i8[::1], i8[::1])", cache=True)
def _edge_to(kind, queue, kind_first, edge_queue):  # type: ignore[no-untyped-def]
    for edge in range(kind_first[kind], kind_first[kind + 1]):
        if edge_queue[edge] == queue:
            return edge
    return -1


@njit("i8(i8, i4[::1], i8[::1], i8[::1])", cache=True)
def _units_at(queue, x, queue_first, queue_edge):  # type: ignore[no-untyped-def]
    units = 0
    for place in range(queue_first[queue], queue_first[queue + 1]):
        units += x[queue_edge[place]]
    return units


@njit("void(i8, i4[::1], u8[:, ::1], u8[:, ::1], i8[::1], i8[::1], i8[::1])", cache=True)
def _find_moves_from(queue, x, mask, move, edge_kind, queue_first, queue_edge):  # type: ignore[no-untyped-def]
    words = mask.shape[1]
    for word in range(words):
        move[queue, word] = np.uint64(0)
    for place in range(queue_first[queue], queue_first[queue + 1]):
        if x[queue_edge[place]] > 0:
            for word in range(words):
                move[queue, word] |= mask[edge_kind[queue_edge[place]], word]


@njit(
    "void(i8[::1], b1[::1], f8, i4[::1], i8[::1], f8[::1], f8[::1], u8[:, ::1], u8[:, ::1], u8[::1],"
    " i8[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[:, ::1])",
    cache=True,
)
@keyed_by("scheduler.compiled")
def push(  # type: ignore[no-untyped-def]
    kinds, live, share, x, idle, served, cap, mask, move, seen,
    kind_first, edge_queue, edge_kind, queue_first, queue_edge, work,
):  # fmt: skip
    """Give idle units of speed 1 to the nearest queues that lack whole ones, moving others over.

    ``move`` is kept up to date. ``work`` rows: 1 order, 4 queue before; ``seen`` is room for bits. Queues
    from which none that lacks is reached stay so, for no path to one leads through them, and are not searched
    again.
    """
    words = mask.shape[1]
    order, before = work[1], work[4]
    one = np.uint64(1)
    lacking = False
    for queue in range(len(cap)):
        lacking = lacking or (live[queue] and cap[queue] - served[queue] >= share - DUST)
    if not lacking:
        return
    for word in range(words):
        seen[word] = np.uint64(0)
    for kind in kinds:
        while idle[kind] > 0:
            tail = 0
            for edge in range(kind_first[kind], kind_first[kind + 1]):
                queue = edge_queue[edge]
                bit = one << np.uint64(queue & 63)
                if live[queue] and not seen[queue >> 6] & bit:
                    seen[queue >> 6] |= bit
                    before[queue] = -1
                    order[tail] = queue
                    tail += 1
            head = 0
            target = -1
            while head < tail:
                queue = order[head]
                head += 1
                if cap[queue] - served[queue] >= share - DUST:
                    target = queue
                    break
                for word in range(words):
                    fresh = move[queue, word] & ~seen[word]
                    seen[word] |= fresh
                    while fresh != np.uint64(0):
                        at = (word << 6) + lowest_bit(fresh)
                        fresh &= fresh - one
                        if live[at]:
                            before[at] = queue
                            order[tail] = at
                            tail += 1
            if target < 0:
                break
            for place in range(tail):
                queue = order[place]
                seen[queue >> 6] &= ~(one << np.uint64(queue & 63))
            units = min(idle[kind], int((cap[target] - served[target]) / share + DUST))
            for again in range(2):
                there = target
                while before[there] >= 0:
                    queue = before[there]
                    for place in range(queue_first[queue], queue_first[queue + 1]):
                        leaves = queue_edge[place]
                        mover = edge_kind[leaves]
                        if x[leaves] > 0 and (mask[mover, there >> 6] >> np.uint64(there & 63)) & one:
                            if again == 0:
                                units = min(units, x[leaves])
                            else:
                                x[leaves] -= units
                                enters = _edge_to(mover, there, kind_first, edge_queue)
                                x[enters] += units
                                for word in range(words):
                                    move[there, word] |= mask[mover, word]
                            break
                    there = queue
                if again == 1:
                    x[_edge_to(kind, there, kind_first, edge_queue)] += units
                    # Who left a queue may have been the last that could go somewhere from it.
                    there = target
                    while before[there] >= 0:
                        there = before[there]
                        _find_moves_from(there, x, mask, move, edge_kind, queue_first, queue_edge)
                    if before[target] < 0:
                        for word in range(words):
                            move[target, word] |= mask[kind, word]
            served[target] = _units_at(target, x, queue_first, queue_edge) * share
            idle[kind] -= units


@njit(
    "i8(i8[::1], i8, i4[::1], i4[::1], b1[::1], f8, i4[::1], i8[::1], f8[::1], f8[::1], u8[:, ::1],"
    " u8[:, ::1], u8[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[:, ::1], i8[::1])",
    cache=True,
)
@keyed_by("scheduler.compiled")
def mend(  # type: ignore[no-untyped-def]
    changed, spare, present, before, live, share, x, idle, served, cap, mask, move, reach,
    kind_first, edge_queue, edge_kind, queue_first, queue_edge, work, kinds,
):  # fmt: skip
    """Mend a largest matching of units of speed 1 after the ``changed`` kinds' presence did.

    Units that left can only be made up for at the queues that they served, and units that came are the only
    others that find work: elsewhere the matching has been the largest already (Berge 1957). ``idle`` are the
    units of each kind that serve nobody, kept from call to call, ``spare`` how many they are together;
    returned is how many they are now. ``kinds`` is room for kinds; ``work`` row 2 must be 0, and is so again.
    """
    lacking, noted = work[0], work[2]
    lacks = count = 0
    for kind in changed:
        rest = idle[kind] + present[kind] - before[kind]
        spare -= idle[kind]
        before[kind] = present[kind]
        edge = kind_first[kind + 1]
        while rest < 0:
            edge -= 1
            if x[edge] > 0:
                units = min(x[edge], -rest)
                x[edge] -= units
                rest += units
                if not noted[edge_queue[edge]]:
                    noted[edge_queue[edge]] = 1
                    lacking[lacks] = edge_queue[edge]
                    lacks += 1
        idle[kind] = rest
        if rest > 0:
            kinds[count] = kind
            count += 1
    for at in range(lacks):
        queue = lacking[at]
        noted[queue] = 0
        served[queue] = _units_at(queue, x, queue_first, queue_edge) * share
        _find_moves_from(queue, x, mask, move, edge_kind, queue_first, queue_edge)
    push(
        kinds[:count], live, share, x, idle, served, cap, mask, move, reach,
        kind_first, edge_queue, edge_kind, queue_first, queue_edge, work,
    )  # fmt: skip
    if spare > 0 and lacks > 0:
        count = 0
        for kind in range(len(present)):
            if idle[kind] > 0:
                kinds[count] = kind
                count += 1
        wanted = False
        for at in range(lacks):
            queue = lacking[at]
            wanted = wanted or cap[queue] - served[queue] >= share - DUST
        if wanted:
            push(
                kinds[:count], live, share, x, idle, served, cap, mask, move, reach,
                kind_first, edge_queue, edge_kind, queue_first, queue_edge, work,
            )  # fmt: skip
        spare = 0
        for at in range(count):
            spare += idle[kinds[at]]
        return spare
    for kind in changed:
        spare += idle[kind]
    return spare
