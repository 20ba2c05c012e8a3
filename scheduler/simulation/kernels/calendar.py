"""Events in order of time, and the lists of agents with room.

All events of the current interval lie in narrow buckets, each a short list sorted by time, so that an event
costs the same however many agents are busy; events of later intervals wait in a list per interval.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.simulation.kernels.records import FREE, NONE, NOW, OVERFLOW, State, Tables

__all__ = ["begin_interval", "insert", "list_agent", "release", "reserve", "unlist_agent"]

ONE = np.uint64(1)


@njit(forceinline=True)
def reserve(s: State) -> int:
    """Return a free record, or NONE and remember that there was none."""
    r = s.place[FREE]
    if r == NONE:
        s.place[OVERFLOW] = 1
    else:
        s.place[FREE] = s.contacts[r].next
    return r


@njit(forceinline=True)
def release(s: State, r: int) -> None:
    """Give a record back."""
    s.contacts[r].next = s.place[FREE]
    s.place[FREE] = r


@njit(forceinline=True)
def insert(t: Tables, s: State, r: int, time: float) -> None:
    """Put a record into the calendar; beyond the horizon it is given back."""
    s.contacts[r].time = time
    now = s.place[NOW]
    if time >= (now + 1) * t.step:
        intervals = len(s.later)
        later = max(int(min(time / t.step, float(intervals))), now + 1)
        if later < intervals:
            s.contacts[r].next = s.later[later]
            s.later[later] = r
        else:
            release(s, r)
        return
    bucket = min(int((time - now * t.step) * (t.buckets / t.step)), t.buckets - 1)
    before, after = NONE, s.heads[bucket]
    while after != NONE and s.contacts[after].time <= time:
        before, after = after, s.contacts[after].next
    s.contacts[r].next = after
    if before == NONE:
        s.heads[bucket] = r
    else:
        s.contacts[before].next = r


@njit(forceinline=True)
def begin_interval(t: Tables, s: State, interval: int) -> None:
    """Move the records that waited for this interval into its buckets."""
    s.place[NOW] = interval
    r = s.later[interval]
    s.later[interval] = NONE
    while r != NONE:
        after = s.contacts[r].next
        insert(t, s, r, s.contacts[r].time)
        r = after


@njit(forceinline=True)
def list_agent(s: State, a: int, now: float) -> None:
    """Put an agent with room last in the list of the group's agents who hold as many contacts."""
    level, g = s.agents[a].held, s.agents[a].group
    last = s.ends[level, g, 1]
    s.agents[a].before, s.agents[a].after = last, NONE
    if last == NONE:
        s.ends[level, g, 0] = a
        s.idle[level, g >> 6] |= ONE << np.uint64(g & 63)
    else:
        s.agents[last].after = a
    s.ends[level, g, 1] = a
    s.agents[a].listed = level
    s.agents[a].since = now


@njit(forceinline=True)
def unlist_agent(s: State, a: int) -> None:
    """Take an agent out of the list, if there."""
    level, g = s.agents[a].listed, s.agents[a].group
    if level == NONE:
        return
    before, after = s.agents[a].before, s.agents[a].after
    if before == NONE:
        s.ends[level, g, 0] = after
    else:
        s.agents[before].after = after
    if after == NONE:
        s.ends[level, g, 1] = before
    else:
        s.agents[after].before = before
    if before == NONE and after == NONE:
        s.idle[level, g >> 6] &= ~(ONE << np.uint64(g & 63))
    s.agents[a].listed = NONE
