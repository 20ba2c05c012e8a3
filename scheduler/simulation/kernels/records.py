"""The arrays of a replication: what it reads, what it changes, what it counts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

__all__ = [
    "AGENT",
    "CONTACT",
    "MEASURES",
    "QUEUE",
    "SEGMENT",
    "STATE_TYPE",
    "TABLES_TYPE",
    "State",
    "Tables",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

MEASURES = (
    "arrived", "answered", "in_time", "abandoned", "wait", "undecided", "left", "backlog",
    "busy", "available",
)  # fmt: skip
"""What is counted per interval and queue.

Contacts are counted in the interval of their arrival. ``wait`` is the sum of the waits of answered contacts
in seconds; ``left`` still wait at the end, ``undecided`` are those among them whose time limit had not
passed; ``backlog`` wait at the interval's end; ``busy`` and ``available`` are seconds of the agents who can
serve the queue.
"""
(ARRIVED, ANSWERED, IN_TIME, ABANDONED, WAIT, UNDECIDED, LEFT, BACKLOG, BUSY, AVAILABLE) = range(10)

NONE = -1
TICK, REDIAL = -2, -3
"""A contact's ``agent`` where it is none: nobody yet, a change of presence, a caller's next try."""
NO_LIMIT = 1 << 30

FREE, NOW, OVERFLOW, NEXT_START, NEXT_END, NEXT_RELIEF = range(6)
"""Places of ``State.place``: first free contact, current interval, whether room ran out, next segments."""

CONTACT = np.dtype(
    [
        ("time", "f8"),  # of its event; of its arrival while it waits
        ("give_up", "f8"),
        ("identity", "u8"),  # key of its random numbers
        ("next", "i4"),  # in its bucket, interval, queue or the free ones
        ("queue", "i4"),
        ("agent", "i4"),
        ("interval", "i4"),  # of its arrival
        ("again", "i4"),  # the customer's next try, if this one is not answered
        ("unused", "i4"),
    ],
    align=True,
)
"""A contact from its arrival to the end of its handling."""

QUEUE = np.dtype(
    [
        ("sigma", "f8"),  # of the lognormal handle time; NaN: exponential
        ("patience", "f8"),  # mean seconds; inf: nobody abandons
        ("limit", "f8"),  # seconds in which to answer (live) or reply (deferred)
        ("repeat_rate", "f8"),
        ("repeat_delay", "f8"),
        ("redial_rate", "f8"),
        ("redial_delay", "f8"),
        ("deferred", "i4"),
        ("concurrency", "i4"),
        ("routing_class", "i4"),  # equal where the longest waiting goes first
        ("bit", "i4"),  # place in routing order
    ],
    align=True,
)

AGENT = np.dtype(
    [
        ("since", "f8"),  # when listed
        ("left_at", "f8"),  # end of the segment before
        ("absence", "f8"),  # probability of missing a segment
        ("group", "i4"),
        ("held", "i4"),  # contacts in hand
        ("room", "i4"),  # least concurrency among them
        ("listed", "i4"),  # level under which the agent is listed, or NONE
        ("before", "i4"),
        ("after", "i4"),
        ("present", "i4"),
        ("goes_on", "i4"),  # whether the shift went on after the segment before
    ],
    align=True,
)

SEGMENT = np.dtype(
    [("start", "f8"), ("end", "f8"), ("key", "i8"), ("agent", "i4"), ("goes_on", "i4")], align=True
)
"""A time in which an agent is ready for contacts; its key names its random number."""


class Tables(NamedTuple):
    """What a replication reads: I intervals, Q queues, G groups of agents of equal speeds, S segments.

    Sets of queues and of groups are bits in words of 64; the bits of queues stand in routing order.
    """

    step: float  # seconds of an interval
    buckets: int
    queues: Any  # (Q,) of QUEUE
    queue_at_bit: Ints  # (Q,)
    aht: Floats  # (I, Q) seconds
    speed: Floats  # (G, Q)
    group_queues: Words  # (G, words) queues that a group serves
    roomy_queues: Words  # (levels, words) queues of which one may hold more than so many contacts
    queue_groups: Words  # (Q, group words) groups that serve a queue
    native_queues: Words  # (G, words) queues of the own languages
    translated_queues: Words  # (words,) queues that some group serves by translation
    tier_start: Ints  # (Q + 1,) first of each queue's tiers
    tier_native: Ints  # (Q + 1,) first of each queue's tiers that translate
    tiers: (
        Words  # (tiers, group words) groups of equal speed and flexibility, best first, translating ones last
    )
    segments: Any  # (S,) of SEGMENT, sorted by start
    by_end: Ints  # (S,) the segments in order of their end
    relief_time: Floats  # (R,) seconds at which planned translation of a queue begins or ends, sorted
    relief_queue: Ints  # (R,)
    relief_begins: Ints  # (R,) 1, or 0 where it ends
    ticks: Floats  # (K,) instants at which presence or planned translation changes, sorted
    first_tick: Ints  # (I + 1,) first tick of each interval


class State(NamedTuple):
    """What a replication changes."""

    contacts: Any  # (capacity,) of CONTACT
    agents: Any  # (A,) of AGENT
    place: Ints
    heads: Ints  # (buckets,) first contact of each bucket
    later: Ints  # (I,) first contact of each later interval
    waiting: Ints  # (Q, 2) first and last waiting contact
    nonempty: Words  # (words,) queues with someone waiting
    natives: Ints  # (Q,) agents present of the own language, of queues that some group translates
    relieved: Ints  # (Q,) whether the rota plans translation of a queue now
    covered: Words  # (words,) queues with such agents present that are not relieved
    idle: Words  # (levels, group words) groups with a listed agent
    ends: Ints  # (levels, G, 2) first and last agent listed
    shown: Ints  # (S,) whether the agent came
    keys: Words  # (3, Q) each queue's random numbers: gaps, contacts, how many so far
    ahead: Floats  # (Q,) expected contacts until the next one
    stats: Floats  # (I, Q, measures)
    work: Floats  # (I, G, 2) busy and available agent-seconds
    overrun: Floats  # (A, 2) seconds past the end of shifts, and into breaks or activities


_F1, _F2, _F3 = nb.float64[::1], nb.float64[:, ::1], nb.float64[:, :, ::1]
_I1, _I2, _I3 = nb.int64[::1], nb.int64[:, ::1], nb.int64[:, :, ::1]
_U1, _U2 = nb.uint64[::1], nb.uint64[:, ::1]
_QUEUES, _SEGMENTS = nb.from_dtype(QUEUE)[::1], nb.from_dtype(SEGMENT)[::1]
_CONTACTS, _AGENTS = nb.from_dtype(CONTACT)[::1], nb.from_dtype(AGENT)[::1]
_TABLES = (
    nb.float64, nb.int64, _QUEUES, _I1, _F2, _F2, _U2, _U2, _U2, _U2, _U1, _I1, _I1, _U2, _SEGMENTS, _I1,
    _F1, _I1, _I1, _F1, _I1,
)  # fmt: skip
_STATE = (
    _CONTACTS, _AGENTS, _I1, _I1, _I1, _I2, _U1, _I1, _I1, _U1, _U2, _I3, _I1, _U2, _F1, _F3, _F3, _F2,
)  # fmt: skip
TABLES_TYPE = nb.types.NamedTuple(_TABLES, Tables)
STATE_TYPE = nb.types.NamedTuple(_STATE, State)
"""Tables and state as the compiled entry declares them."""
