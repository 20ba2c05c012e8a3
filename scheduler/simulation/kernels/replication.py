"""One replication of a system, contact by contact: the compiled entry."""

from __future__ import annotations

from functools import cache
from typing import Any

import numba as nb
import numpy as np
from numba import njit

from scheduler.compiled import lowest_bit, source_digest
from scheduler.simulation.kernels.calendar import begin_interval, insert, release, reserve
from scheduler.simulation.kernels.choice import count_waiting, drop_gone, pop
from scheduler.simulation.kernels.draws import ABSENCE, CONTACTS, GAPS, exponential, identify, stream
from scheduler.simulation.kernels.handling import arrive, change_presence, complete
from scheduler.simulation.kernels.records import (
    ABANDONED,
    AVAILABLE,
    BACKLOG,
    BUSY,
    LEFT,
    NONE,
    OVERFLOW,
    REDIAL,
    STATE_TYPE,
    TABLES_TYPE,
    TICK,
    UNDECIDED,
    Floats,
    State,
    Tables,
)

__all__ = ["load", "play"]

ONE, ZERO = np.uint64(1), np.uint64(0)


@njit(forceinline=True)
def begin_streams(s: State, seed: int, replication: int) -> None:
    """Key each queue's random numbers, and draw its first gap."""
    for q in range(len(s.ahead)):
        s.keys[0, q] = stream(seed, replication, GAPS, q)
        s.keys[1, q] = stream(seed, replication, CONTACTS, q)
        s.keys[2, q] = 0
        s.ahead[q] = exponential(s.keys[0, q], 0)


@njit(forceinline=True)
def draw_arrivals(t: Tables, s: State, i: int, rates: Floats) -> None:
    """Draw an interval's contacts: exponential gaps on a clock that counts expected contacts.

    ``ahead`` is each queue's next contact on that clock, measured from the interval's start, so that what is
    left of a gap goes over into the next interval (Çinlar 1975, inversion of the cumulative rate).
    """
    for q in range(len(s.ahead)):
        rate = rates[i, q]
        x = s.ahead[q]
        while x < rate:
            r = reserve(s)
            if r == NONE:
                return
            s.contacts[r].queue, s.contacts[r].agent, s.contacts[r].again = q, NONE, NONE
            s.contacts[r].identity = identify(s.keys[1, q], s.keys[2, q])
            insert(t, s, r, (i + x / rate) * t.step)
            s.keys[2, q] += ONE
            x += exponential(s.keys[0, q], s.keys[2, q])
        s.ahead[q] = x - rate


@njit(forceinline=True)
def draw_ticks(t: Tables, s: State, i: int) -> None:
    """Enter the instants of an interval at which agents come or leave."""
    for tick in range(t.first_tick[i], t.first_tick[i + 1]):
        r = reserve(s)
        if r == NONE:
            return
        s.contacts[r].agent = TICK
        insert(t, s, r, t.ticks[tick])


@njit(forceinline=True)
def play_interval(t: Tables, s: State, absence: Any) -> None:
    """Let the events of the current interval happen, in order of time."""
    for bucket in range(t.buckets):
        while s.heads[bucket] != NONE:
            r = s.heads[bucket]
            s.heads[bucket] = s.contacts[r].next
            now, agent = s.contacts[r].time, s.contacts[r].agent
            if agent >= 0:
                complete(t, s, r, now)
            elif agent == TICK:
                release(s, r)
                change_presence(t, s, absence, now)
            elif agent == REDIAL and s.contacts[r].queue == NONE:
                release(s, r)
            else:
                s.contacts[r].agent = NONE
                arrive(t, s, r, now)


@njit(forceinline=True)
def credit_queues(t: Tables, s: State, i: int, g: int) -> None:
    """Add a group's time in an interval to every queue of its own languages."""
    for w in range(t.native_queues.shape[1]):
        found = t.native_queues[g, w]
        while found != ZERO:
            q = t.queue_at_bit[64 * w + lowest_bit(found)]
            found &= found - ONE
            s.stats[i, q, BUSY] += s.work[i, g, 0]
            s.stats[i, q, AVAILABLE] += s.work[i, g, 1]


@njit(forceinline=True)
def close(t: Tables, s: State) -> None:
    """Count those who still wait at the end, sum up backlogs, and give each queue its agents' time."""
    intervals = len(s.stats)
    end = intervals * t.step
    for q in range(len(t.queues)):
        while s.waiting[q, 0] != NONE:
            r = pop(t, s, q)
            i = s.contacts[r].interval
            if s.contacts[r].give_up <= end:
                s.stats[i, q, ABANDONED] += 1.0
                count_waiting(s, q, i, int(s.contacts[r].give_up / t.step))
                continue
            s.stats[i, q, LEFT] += 1.0
            count_waiting(s, q, i, intervals)
            if s.contacts[r].time + t.queues[q].limit > end:
                s.stats[i, q, UNDECIDED] += 1.0
    for i in range(intervals):
        for q in range(len(t.queues)):
            if i > 0:
                s.stats[i, q, BACKLOG] += s.stats[i - 1, q, BACKLOG]
        for g in range(len(t.speed)):
            if s.work[i, g, 0] > 0.0 or s.work[i, g, 1] > 0.0:
                credit_queues(t, s, i, g)


SIGNATURE = nb.boolean(TABLES_TYPE, STATE_TYPE, nb.int64, nb.int64, nb.float64[:, ::1])
OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
"""Without nrt numba counts no references of arrays. Counting them, atomically and at every call, made a
replication 10 times slower; nothing is allocated in compiled code, and the caller holds all arrays."""


def _compile(digest: str) -> Any:
    @njit(SIGNATURE, **OPTIONS)
    def entry(t: Tables, s: State, seed: int, replication: int, rates: Floats) -> bool:
        _ = digest
        begin_streams(s, seed, replication)
        absence = stream(seed, replication, ABSENCE, 0)
        for i in range(len(s.stats)):
            begin_interval(t, s, i)
            draw_ticks(t, s, i)
            draw_arrivals(t, s, i, rates)
            play_interval(t, s, absence)
            for q in range(len(t.queues)):
                drop_gone(t, s, q, (i + 1) * t.step)
            if s.place[OVERFLOW]:
                return False
        close(t, s)
        return True

    return entry


@cache
def load() -> Any:
    """Return the compiled entry: from numba's cache, or compiled, which takes half a minute once."""
    parts = ("records", "draws", "calendar", "choice", "handling", "replication")
    return _compile(source_digest("scheduler.compiled", *(f"{__package__}.{part}" for part in parts)))


def play(tables: Tables, state: State, seed: int, replication: int, rates: Floats) -> bool:
    """Play one replication from a new state; holds no interpreter lock.

    Parameters
    ----------
    seed, replication
        Name the random numbers, 0 … 2⁶³ − 1.
    rates
        Expected contacts, shape (intervals, queues).

    Returns
    -------
    bool
        Whether there was room for all contacts at once. If not, ``state`` holds nothing of use.
    """
    return bool(load()(tables, state, seed, replication, rates))
