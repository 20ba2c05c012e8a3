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
    """Return the load at the time at which it weighs on agents, shape (n,): the mean contacts in hand.

    Contacts in hand, were there always an agent, follow m' = λ − m / AHT; an interval's load is the mean of m
    over it: the modified offered load (D. Jagerman 1975; O. Jennings, A. Mandelbaum, W. Massey and W. Whitt,
    "Server staffing to meet time-varying demand", Management Science 42, 1996). The shift by one handle time
    of SIPP Lag (L. Green, P. Kolesar and J. Soares, Operations Research 49, 2001) is its first term, and goes
    too far where handle times are longer than an interval. Before the first interval the load is taken to
    have been the first one's.
    """
    result = np.zeros(len(load))
    in_hand = load[0] if len(load) else 0.0
    length = 60.0 * interval_minutes / aht_seconds
    stay = np.exp(-length)
    for place, own in enumerate(load):
        beyond = in_hand - own
        result[place] = own + beyond * (1.0 - stay[place]) / length[place]
        in_hand = own + beyond * stay[place]
    return result


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
