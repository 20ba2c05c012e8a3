"""A replication's state before its first interval."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.simulation.kernels.records import CONTACT, MEASURES, NO_LIMIT, NONE, State, Tables

__all__ = ["new_state"]

Agents = npt.NDArray[np.void]


def new_state(tables: Tables, agents: Agents, capacity: int) -> State:
    """Return a state in which nobody has come and nobody waits.

    Parameters
    ----------
    agents
        The group and the probability of absence of each, in an array of AGENT.
    capacity
        Contacts that can wait, be handled or come back at once.
    """
    contacts = np.zeros(capacity, CONTACT)
    contacts["next"] = np.arange(1, capacity + 1)
    contacts["next"][-1] = NONE
    agents = agents.copy()
    agents["room"], agents["listed"] = NO_LIMIT, NONE
    intervals, queues = tables.aht.shape
    groups, levels = len(tables.speed), len(tables.roomy_queues)
    return State(
        contacts=contacts,
        agents=agents,
        place=np.zeros(6, np.int64),
        heads=np.full(tables.buckets, NONE),
        later=np.full(intervals, NONE),
        waiting=np.full((queues, 2), NONE),
        nonempty=np.zeros(tables.group_queues.shape[1], np.uint64),
        natives=np.zeros(queues, np.int64),
        relieved=np.zeros(queues, np.int64),
        covered=np.zeros(tables.group_queues.shape[1], np.uint64),
        idle=np.zeros((levels, tables.tiers.shape[1]), np.uint64),
        ends=np.full((levels, groups, 2), NONE),
        shown=np.zeros(len(tables.segments), np.int64),
        keys=np.zeros((3, queues), np.uint64),
        ahead=np.zeros(queues),
        stats=np.zeros((intervals, queues, len(MEASURES))),
        work=np.zeros((intervals, groups, 2)),
        overrun=np.zeros((len(agents), 2)),
    )
