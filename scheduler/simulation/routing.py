"""Routing tables: groups of equal agents, and the order in which queues and groups are asked."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.simulation.kernels.records import AGENT, QUEUE, SEGMENT, Tables
from scheduler.simulation.system import AgentArrays, QueueArrays, System

__all__ = ["agent_records", "make_tables", "room_needed"]

WORD = 64
FEWEST_BUCKETS, MOST_BUCKETS = 64, 65536
SPARE_CONTACTS = 1024

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Records = npt.NDArray[np.void]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]


def make_tables(system: System) -> Tables:
    """Return what the compiled replication reads.

    Queues: live before deferred; live ones by falling priority, equal priorities share a class, in which the
    longest waiting goes first; deferred ones are one class, in which the earliest deadline goes first. Agents
    of equal speeds are one group. For each queue, its groups stand in tiers: the fastest first, then those
    who can serve the fewest queues; last of all those who translate.
    """
    queues, agents, step = system.queues, system.agents, system.step_seconds
    rank = np.where(queues.deferred, np.inf, -queues.priority)
    order = np.argsort(rank, kind="stable")
    speed, translates = np.split(_groups(agents)[0], 2, axis=1)
    can, native = speed > 0, (speed > 0) & (translates == 0)
    tier_start, tier_native, tiers = _tiers(speed, native)
    roomy = [queues.concurrency > level for level in range(int(queues.concurrency.max(initial=1)))]
    relief_time, relief_queue, relief_begins = _reliefs(agents)
    ticks = np.unique(np.concatenate([agents.segments.ravel(), relief_time])).astype(np.float64)
    ticks = ticks[ticks < system.intervals * step]
    return Tables(
        step=step,
        buckets=_buckets(_busiest(system)),
        queues=_queue_records(system.queues, rank, order),
        queue_at_bit=order.astype(np.int64),
        aht=np.ascontiguousarray(system.demand.aht_seconds.T, dtype=np.float64),
        speed=np.ascontiguousarray(speed, dtype=np.float64),
        group_queues=_pack(can[:, order]),
        roomy_queues=_pack(np.stack(roomy)[:, order]),
        queue_groups=_pack(can.T),
        native_queues=_pack(native[:, order]),
        translated_queues=_pack((can & ~native).any(axis=0)[None, order])[0],
        tier_start=tier_start,
        tier_native=tier_native,
        tiers=tiers,
        segments=(segments := _segment_records(agents)),
        by_end=np.argsort(segments["end"], kind="stable").astype(np.int64),
        relief_time=relief_time,
        relief_queue=relief_queue,
        relief_begins=relief_begins,
        ticks=ticks,
        first_tick=np.searchsorted(ticks, np.arange(system.intervals + 1) * step).astype(np.int64),
    )


def _reliefs(agents: AgentArrays) -> tuple[Floats, Ints, Ints]:
    """Return when planned translation of which queue begins (1) or ends (0), in order of time."""
    if agents.relief is None or agents.relief_queue is None:
        nothing = np.zeros(0, dtype=np.int64)
        return np.zeros(0), nothing, nothing
    times = agents.relief.T.ravel()
    begins = np.repeat(np.array([1, 0], dtype=np.int64), len(agents.relief))
    # One that begins where another of its queue ends goes on.
    order = np.lexsort((begins, times))
    queue = np.tile(agents.relief_queue, 2).astype(np.int64)
    return np.ascontiguousarray(times[order], dtype=np.float64), queue[order], begins[order]


def agent_records(agents: AgentArrays) -> Records:
    """Return each agent's group (place in ``Tables.speed``) and probability of absence."""
    records = np.zeros(len(agents.names), AGENT)
    records["group"] = _groups(agents)[1]
    records["absence"] = agents.absence
    return records


def _groups(agents: AgentArrays) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Return the groups, their speeds and then where they translate, and each agent's group."""
    translates = np.zeros(agents.speed.shape) if agents.translates is None else agents.translates
    both = np.concatenate((agents.speed, translates), axis=1, dtype=np.float64)
    groups, numbers = np.unique(both, axis=0, return_inverse=True)
    return groups, numbers.reshape(-1)


def _queue_records(queues: QueueArrays, rank: Floats, order: npt.NDArray[np.intp]) -> Records:
    records = np.zeros(len(order), QUEUE)
    records["sigma"] = np.sqrt(np.log1p(queues.handle_cv**2))
    records["patience"] = queues.patience_seconds
    records["limit"] = queues.limit_seconds
    records["repeat_rate"], records["repeat_delay"] = queues.repeat_rate, queues.repeat_delay_seconds
    records["redial_rate"], records["redial_delay"] = queues.redial_rate, queues.redial_delay_seconds
    records["deferred"] = queues.deferred
    records["concurrency"] = queues.concurrency
    records["routing_class"] = np.unique(rank, return_inverse=True)[1]
    records["bit"][order] = np.arange(len(order))
    return records


def _segment_records(agents: AgentArrays) -> Records:
    records = np.zeros(len(agents.segments), SEGMENT)
    records["start"], records["end"] = agents.segments.T
    # Two rotas that place an agent's segment at the same time draw the same absence.
    records["key"] = agents.segments[:, 0]
    records["agent"], records["goes_on"] = agents.segment_agent, agents.shift_goes_on
    return records[np.lexsort((records["agent"], records["start"]))]


def room_needed(system: System) -> int:
    """Return the contacts for which a replication has room at first; more is made where it runs out."""
    in_hand = len(system.agents.names) * int(system.queues.concurrency.max(initial=1))
    return int(2 * _busiest(system)) + in_hand + SPARE_CONTACTS


def _busiest(system: System) -> float:
    """Return the expected contacts of the busiest interval."""
    return float(system.demand.contacts.sum(axis=0).max(initial=0.0))


def _buckets(busiest: float) -> int:
    """About one event a bucket in the busiest interval: each contact arrives and is done."""
    wanted = 1 << int(np.ceil(np.log2(max(1.0, 2.0 * busiest))))
    return int(np.clip(wanted, FEWEST_BUCKETS, MOST_BUCKETS))


def _tiers(speed: Floats, native: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Words]:
    """Return where each queue's tiers and those that translate start, and the groups of each tier as bits."""
    groups, queues = speed.shape
    flexibility = native.sum(axis=1)
    starts, foreign = [0], []
    members: list[Flags] = []
    for q in range(queues):
        able = np.flatnonzero(speed[:, q] > 0)
        keys = np.column_stack((~native[able, q], -speed[able, q], flexibility[able]))
        tiers = np.unique(keys, axis=0)
        foreign.append(len(members) + int((tiers[:, 0] == 0).sum()))
        for key in tiers:
            member = np.zeros(groups, dtype=bool)
            member[able[(keys == key).all(axis=1)]] = True
            members.append(member)
        starts.append(len(members))
    packed = _pack(np.asarray(members, dtype=bool).reshape(len(members), groups))
    foreign.append(len(members))
    return np.asarray(starts, dtype=np.int64), np.asarray(foreign, dtype=np.int64), packed


def _pack(flags: npt.NDArray[np.bool_]) -> Words:
    """Return each row's flags as bits of words, the first flag lowest; at least one word."""
    rows, width = flags.shape
    words = max(1, -(-width // WORD))
    padded = np.zeros((rows, words * WORD), dtype=np.uint64)
    padded[:, :width] = flags
    weights = np.uint64(1) << np.arange(WORD, dtype=np.uint64)
    return np.ascontiguousarray((padded.reshape(rows, words, WORD) * weights).sum(axis=2, dtype=np.uint64))
