"""Who serves whom: the agent for an arriving contact, the queue for an agent with room."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from scheduler.compiled import lowest_bit
from scheduler.simulation.kernels.calendar import release
from scheduler.simulation.kernels.records import ABANDONED, BACKLOG, NONE, State, Tables

__all__ = ["count_waiting", "drop_gone", "find_agent", "find_queue", "join", "pop"]

ONE, ZERO = np.uint64(1), np.uint64(0)


@njit(forceinline=True)
def find_agent(t: Tables, s: State, q: int) -> int:
    """Return the agent who gets an arriving contact, or NONE.

    Those who already hold such contacts and have room come first (the free ones stay free for calls), then
    the fastest, the least flexible, the one who has been waiting longest. Those who translate are asked last,
    and only while nobody of the queue's language is present or the rota plans translation.
    """
    words = s.idle.shape[1]
    bit = t.queues[q].bit
    own = (s.covered[bit // 64] >> np.uint64(bit % 64)) & ONE
    last = t.tier_native[q] if own else t.tier_start[q + 1]
    for level in range(t.queues[q].concurrency - 1, -1, -1):
        anyone = ZERO
        for w in range(words):
            anyone |= s.idle[level, w] & t.queue_groups[q, w]
        if anyone == ZERO:
            continue
        for tier in range(t.tier_start[q], last):
            best, longest = NONE, math.inf
            for w in range(words):
                found = s.idle[level, w] & t.tiers[tier, w]
                while found != ZERO:
                    a = s.ends[level, 64 * w + lowest_bit(found), 0]
                    found &= found - ONE
                    if s.agents[a].since < longest:
                        best, longest = a, s.agents[a].since
            if best != NONE:
                return best
    return NONE


@njit(forceinline=True)
def find_queue(t: Tables, s: State, a: int, now: float) -> int:
    """Return the queue from which an agent with room takes the next contact, or NONE.

    The first routing class with someone waiting, and in it the longest waiting; in the last class, deferred
    work, the earliest deadline.
    """
    g = s.agents[a].group
    best, earliest = NONE, math.inf
    for w in range(len(s.nonempty)):
        # Queues of other languages only while nobody is present who knows them, or translation is planned.
        mine = t.native_queues[g, w] | (t.group_queues[g, w] & ~s.covered[w])
        found = s.nonempty[w] & mine & t.roomy_queues[s.agents[a].held, w]
        while found != ZERO:
            q = t.queue_at_bit[64 * w + lowest_bit(found)]
            found &= found - ONE
            if best != NONE and t.queues[q].routing_class != t.queues[best].routing_class:
                return best
            r = drop_gone(t, s, q, now)
            if r == NONE:
                continue
            due = s.contacts[r].time + (t.queues[q].limit if t.queues[q].deferred else 0.0)
            if due < earliest:
                best, earliest = q, due
    return best


@njit(forceinline=True)
def count_waiting(s: State, q: int, first: int, last: int) -> None:
    """Count a contact as waiting at the ends of intervals first … last − 1 (as differences)."""
    if last > first:
        s.stats[first, q, BACKLOG] += 1.0
        if last < len(s.stats):
            s.stats[last, q, BACKLOG] -= 1.0


@njit(forceinline=True)
def drop_gone(t: Tables, s: State, q: int, now: float) -> int:
    """Take customers who have given up off the queue's head; return the first who has not, or NONE."""
    while s.waiting[q, 0] != NONE:
        r = s.waiting[q, 0]
        if s.contacts[r].give_up > now:
            return r
        pop(t, s, q)
        s.stats[s.contacts[r].interval, q, ABANDONED] += 1.0
        count_waiting(s, q, s.contacts[r].interval, int(s.contacts[r].give_up / t.step))
        release(s, r)
    return NONE


@njit(forceinline=True)
def join(t: Tables, s: State, q: int, r: int) -> None:
    """Let a contact wait as the last of its queue."""
    s.contacts[r].next = NONE
    if s.waiting[q, 1] == NONE:
        s.waiting[q, 0] = r
        bit = t.queues[q].bit
        s.nonempty[bit >> 6] |= ONE << np.uint64(bit & 63)
    else:
        s.contacts[s.waiting[q, 1]].next = r
    s.waiting[q, 1] = r


@njit(forceinline=True)
def pop(t: Tables, s: State, q: int) -> int:
    """Take the first contact off a queue that has one."""
    r = s.waiting[q, 0]
    s.waiting[q, 0] = s.contacts[r].next
    if s.waiting[q, 0] == NONE:
        s.waiting[q, 1] = NONE
        bit = t.queues[q].bit
        s.nonempty[bit >> 6] &= ~(ONE << np.uint64(bit & 63))
    return r
