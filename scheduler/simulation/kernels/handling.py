"""What happens at an event: a contact arrives, is begun or done; agents come and leave."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from scheduler.compiled import lowest_bit
from scheduler.simulation.kernels.calendar import insert, list_agent, release, reserve, unlist_agent
from scheduler.simulation.kernels.choice import (
    count_waiting,
    drop_gone,
    find_agent,
    find_queue,
    join,
    pop,
)
from scheduler.simulation.kernels.draws import (
    DELAY,
    PATIENCE,
    RETURNS,
    child,
    draw,
    exponential,
    handle_seconds,
    identify,
)
from scheduler.simulation.kernels.records import (
    ANSWERED,
    ARRIVED,
    IN_TIME,
    NEXT_END,
    NEXT_RELIEF,
    NEXT_START,
    NO_LIMIT,
    NONE,
    NOW,
    REDIAL,
    WAIT,
    State,
    Tables,
)

__all__ = ["arrive", "change_presence", "complete"]

ONE, ZERO = np.uint64(1), np.uint64(0)


@njit(forceinline=True)
def add_span(t: Tables, s: State, g: int, start: float, end: float, weight: float, column: int) -> None:
    """Spread agent-seconds over the intervals that they lie in."""
    i = int(start / t.step)
    while start < end and i < len(s.work):
        stop = min(end, (i + 1) * t.step)
        s.work[i, g, column] += (stop - start) * weight
        start = stop
        i += 1


@njit(forceinline=True)
def take(t: Tables, s: State, r: int, a: int, now: float) -> None:
    """Let an agent begin a contact."""
    q, interval, arrived = s.contacts[r].queue, s.contacts[r].interval, s.contacts[r].time
    g = s.agents[a].group
    s.stats[interval, q, ANSWERED] += 1.0
    s.stats[interval, q, WAIT] += now - arrived
    count_waiting(s, q, interval, s.place[NOW])
    done = now + handle_seconds(t.aht[interval, q], t.queues[q].sigma, s.contacts[r].identity) / t.speed[g, q]
    # A live contact is in time when it is picked up, a deferred one when its reply is sent.
    if (done if t.queues[q].deferred else now) - arrived <= t.queues[q].limit:
        s.stats[interval, q, IN_TIME] += 1.0
    add_span(t, s, g, now, done, 1.0 / t.queues[q].concurrency, 0)
    if s.contacts[r].again != NONE:
        s.contacts[s.contacts[r].again].queue = NONE
        s.contacts[r].again = NONE
    s.agents[a].held += 1
    s.agents[a].room = min(s.agents[a].room, t.queues[q].concurrency)
    s.contacts[r].agent = a
    insert(t, s, r, done)


@njit(forceinline=True)
def serve(t: Tables, s: State, a: int, now: float) -> None:
    """Give an agent with room what waits, and list the agent while room is left."""
    while s.agents[a].held < s.agents[a].room:
        q = find_queue(t, s, a, now)
        if q == NONE:
            list_agent(s, a, now)
            return
        take(t, s, pop(t, s, q), a, now)


@njit(forceinline=True)
def arrive(t: Tables, s: State, r: int, now: float) -> None:
    """Give an arriving contact an agent, or let it wait."""
    q = s.contacts[r].queue
    s.contacts[r].interval = s.place[NOW]
    s.stats[s.place[NOW], q, ARRIVED] += 1.0
    a = find_agent(t, s, q)
    if a != NONE:
        unlist_agent(s, a)
        take(t, s, r, a, now)
        if s.agents[a].held < s.agents[a].room:
            list_agent(s, a, now)
        return
    s.contacts[r].give_up = math.inf
    if t.queues[q].patience < math.inf:
        s.contacts[r].give_up = now + t.queues[q].patience * exponential(s.contacts[r].identity, PATIENCE)
        plan_redial(t, s, r)
    join(t, s, q, r)


@njit(forceinline=True)
def plan_redial(t: Tables, s: State, r: int) -> None:
    """Book the next try of a caller who will ring again if not answered; an answer cancels it."""
    q, identity = s.contacts[r].queue, s.contacts[r].identity
    if t.queues[q].redial_rate <= 0.0 or draw(identity, RETURNS) >= t.queues[q].redial_rate:
        return
    when = s.contacts[r].give_up + t.queues[q].redial_delay * exponential(identity, DELAY)
    if when / t.step >= len(s.later):
        return
    again = reserve(s)
    if again == NONE:
        return
    s.contacts[again].queue, s.contacts[again].agent, s.contacts[again].again = q, REDIAL, NONE
    s.contacts[again].identity = child(identity)
    s.contacts[r].again = again
    insert(t, s, again, when)


@njit(forceinline=True)
def complete(t: Tables, s: State, r: int, now: float) -> None:
    """End a contact; some come back later. The agent takes the next one, or leaves if due."""
    a, q, identity = s.contacts[r].agent, s.contacts[r].queue, s.contacts[r].identity
    if t.queues[q].repeat_rate > 0.0 and draw(identity, RETURNS) < t.queues[q].repeat_rate:
        s.contacts[r].agent = NONE
        s.contacts[r].identity = child(identity)
        insert(t, s, r, now + t.queues[q].repeat_delay * exponential(identity, DELAY))
    else:
        release(s, r)
    unlist_agent(s, a)
    s.agents[a].held -= 1
    if s.agents[a].held == 0:
        s.agents[a].room = NO_LIMIT
    if s.agents[a].present:
        serve(t, s, a, now)
    elif s.agents[a].held == 0:
        end_overrun(t, s, a, now)


@njit(forceinline=True)
def end_overrun(t: Tables, s: State, a: int, now: float) -> None:
    """Count what an agent has worked past the end of a segment: as overrun, and as available."""
    s.overrun[a, s.agents[a].goes_on] += now - s.agents[a].left_at
    add_span(t, s, s.agents[a].group, s.agents[a].left_at, now, 1.0, 1)


@njit(forceinline=True)
def count_natives(t: Tables, s: State, a: int, step: int) -> None:
    """Count an agent who comes (1) or leaves (−1) among those who know the languages of translated queues."""
    for w in range(len(t.translated_queues)):
        found = t.native_queues[s.agents[a].group, w] & t.translated_queues[w]
        while found != ZERO:
            bit = lowest_bit(found)
            found &= found - ONE
            q = t.queue_at_bit[64 * w + bit]
            s.natives[q] += step
            mark_covered(t, s, q)


@njit(forceinline=True)
def mark_covered(t: Tables, s: State, q: int) -> None:
    """Note whether a queue is its natives' own: some are present, and the rota plans no translation."""
    w, bit = t.queues[q].bit // 64, ONE << np.uint64(t.queues[q].bit % 64)
    if s.natives[q] > 0 and s.relieved[q] == 0:
        s.covered[w] |= bit
    else:
        s.covered[w] &= ~bit


@njit(forceinline=True)
def serve_uncovered(t: Tables, s: State, now: float) -> None:
    """Give idle agents who translate what waits in queues that are not their natives' own now."""
    for w in range(len(t.translated_queues)):
        found = t.translated_queues[w] & s.nonempty[w] & ~s.covered[w]
        while found != ZERO:
            q = t.queue_at_bit[64 * w + lowest_bit(found)]
            found &= found - ONE
            while drop_gone(t, s, q, now) != NONE:
                a = find_agent(t, s, q)
                if a == NONE:
                    break
                unlist_agent(s, a)
                take(t, s, pop(t, s, q), a, now)
                if s.agents[a].held < s.agents[a].room:
                    list_agent(s, a, now)


@njit(forceinline=True)
def change_presence(t: Tables, s: State, absence: Any, now: float) -> None:
    """Let the agents leave whose segment ends, those begin whose segment starts, and planned translation."""
    while s.place[NEXT_END] < len(t.segments) and t.segments[t.by_end[s.place[NEXT_END]]].end <= now:
        segment = t.by_end[s.place[NEXT_END]]
        s.place[NEXT_END] += 1
        if s.shown[segment]:
            a = t.segments[segment].agent
            unlist_agent(s, a)
            s.agents[a].present = 0
            count_natives(t, s, a, -1)
            s.agents[a].left_at, s.agents[a].goes_on = now, t.segments[segment].goes_on
    while s.place[NEXT_START] < len(t.segments) and t.segments[s.place[NEXT_START]].start <= now:
        segment = s.place[NEXT_START]
        s.place[NEXT_START] += 1
        a = t.segments[segment].agent
        if (
            s.agents[a].absence > 0.0
            and draw(identify(absence, a), t.segments[segment].key) < s.agents[a].absence
        ):
            continue
        s.shown[segment] = 1
        add_span(t, s, s.agents[a].group, t.segments[segment].start, t.segments[segment].end, 1.0, 1)
        if s.agents[a].held > 0:
            end_overrun(t, s, a, now)
        s.agents[a].present = 1
        count_natives(t, s, a, 1)
        serve(t, s, a, now)
    while s.place[NEXT_RELIEF] < len(t.relief_time) and t.relief_time[s.place[NEXT_RELIEF]] <= now:
        relief = s.place[NEXT_RELIEF]
        s.place[NEXT_RELIEF] += 1
        s.relieved[t.relief_queue[relief]] = t.relief_begins[relief]
        mark_covered(t, s, t.relief_queue[relief])
    serve_uncovered(t, s, now)
