"""From contacts as forecast to the contacts and the work that reach agents."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forecasting.queues import Queue

__all__ = ["contacts_to_agents", "deferred_work", "lagged", "offered_load", "wait_for_opening"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def contacts_to_agents(queue: Queue, contacts: Floats) -> Floats:
    """Return the contacts that need an agent, shape (n,).

    contacts × (1 − deflection) / (1 − repeat_rate): a bot or self-service resolves a share, and each of
    the others comes back with probability ``repeat_rate``, again and again (a geometric series).
    """
    return contacts * (1.0 - queue.deflection) / (1.0 - queue.repeat_rate)


def offered_load(contacts: Floats, aht_seconds: Floats, interval_minutes: int) -> Floats:
    """Return contacts × AHT / interval length, in erlangs, shape (n,)."""
    return contacts * aht_seconds / (60.0 * interval_minutes)


def lagged(load: Floats, aht_seconds: Floats, interval_minutes: int) -> Floats:
    """Return the load at the time at which it weighs on agents, shape (n,): a handle time after its arrival.

    SIPP Lag of L. Green, P. Kolesar and J. Soares, "Improving the SIPP approach for staffing service systems
    that have cyclic demands" (Operations Research 49, 2001): contacts in hand at t came at t − AHT on
    average. What an interval's lag cuts in two goes to two intervals. Before the first interval the load is
    taken to have been the first one's.
    """
    count = len(load)
    if not count:
        return load
    lag = aht_seconds / (60.0 * interval_minutes)
    whole = np.floor(lag).astype(np.int64)
    share = lag - whole
    result = np.zeros(count)
    for step, part in ((0, 1.0 - share), (1, share)):
        place = np.arange(count) + whole + step
        np.add.at(result, place[place < count], (part * load)[place < count])
    before = np.clip(lag[0] - np.arange(count), 0.0, 1.0)
    return np.asarray(result + before * load[0], dtype=np.float64)


def deferred_work(queue: Queue, load: Floats) -> Floats:
    """Return the work of deferred contacts in agent-intervals, shape (n,): load / concurrency.

    No occupancy cap applies: work that waits is done back to back, without idle time between contacts.
    """
    return load / queue.concurrency


def wait_for_opening(values: Floats, is_open: Bools) -> tuple[Floats, float]:
    """Move what arrives while closed to the next open interval.

    Parameters
    ----------
    values
        Per interval in order of time, shape (n,).

    Returns
    -------
    tuple
        The moved values, shape (n,), and what is left over because no later interval is open.
    """
    opening = np.flatnonzero(is_open)
    place = np.searchsorted(opening, np.arange(len(values)))
    reached = place < len(opening)
    moved = np.zeros(len(values))
    np.add.at(moved, opening[place[reached]], values[reached])
    return moved, float(values[~reached].sum())
