"""What a number of agents gives to live contacts, and how many agents a target takes.

Phone and chat are queues with Poisson arrivals and exponential handle times: Erlang C where nobody
abandons, Erlang A (M/M/n+M) where customers have patience. The formulas are stationary: each interval is
taken as if its load lasted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scheduler.staffing.kernels import erlang_a_measures, erlang_c_measures, fewest_agents

__all__ = ["LiveLoad", "Service", "expected_service", "minimum_agents"]


@dataclass(frozen=True)
class LiveLoad:
    """Contacts of one interval on a live queue, and how they behave.

    Parameters
    ----------
    contacts
        That arrive in the interval and need an agent.
    interval_seconds
        Length of the interval.
    aht_seconds
        Mean handle time of a contact, as elapsed while agents hold their usual number of contacts at
        once; it may be longer than the interval.
    answer_within_seconds
        The threshold of the service level (not the mean wait, ASA).
    patience_seconds
        Mean time a customer waits before abandoning; None: nobody abandons.
    concurrency
        Contacts that one agent holds at once. Such slots, not agents, are the servers of the queue.
    """

    contacts: float
    interval_seconds: float
    aht_seconds: float
    answer_within_seconds: float
    patience_seconds: float | None = None
    concurrency: int = 1

    def __post_init__(self) -> None:
        if not self.contacts >= 0:
            raise ValueError(f"contacts must be 0 or more, got {self.contacts}")
        if not (self.interval_seconds > 0 and self.aht_seconds > 0):
            raise ValueError("interval_seconds and aht_seconds must be above 0")
        if not self.answer_within_seconds >= 0:
            raise ValueError(f"answer_within_seconds must be 0 or more, got {self.answer_within_seconds}")
        if self.patience_seconds is not None and not self.patience_seconds > 0:
            raise ValueError(f"patience_seconds must be above 0, got {self.patience_seconds}")
        if self.concurrency < 1:
            raise ValueError(f"concurrency must be 1 or more, got {self.concurrency}")

    @property
    def erlangs(self) -> float:
        """Offered load: contacts × AHT / interval length."""
        return self.contacts * self.aht_seconds / self.interval_seconds


@dataclass(frozen=True)
class Service:
    """What customers and agents meet.

    Parameters
    ----------
    service_level
        Contacts answered within the threshold / all contacts offered, 0–1. A customer who abandons is not
        answered, however soon they leave: the P(W ≤ t, served) of A. Mandelbaum and S. Zeltyn, "Service
        engineering in action: the Palm/Erlang-A queue" (2007). Without abandonment it is Erlang C's
        P(W ≤ t).
    asa_seconds
        Mean wait of the answered; infinite where the load outgrows the agents and nobody abandons.
    waiting
        Probability that a contact is not answered at once.
    occupancy
        Busy time / available time.
    abandoned
        Share of contacts that leave before they are answered.
    """

    service_level: float
    asa_seconds: float
    waiting: float
    occupancy: float
    abandoned: float


def expected_service(load: LiveLoad, agents: int) -> Service:
    """Return the stationary service that so many agents give.

    Overload is data, not an error: without abandonment its service level is 0.

    Examples
    --------
    >>> service = expected_service(LiveLoad(100, 1800, 180, 20), 14)
    >>> round(service.service_level, 3), round(service.asa_seconds, 1), round(service.waiting, 3)
    (0.888, 7.8, 0.174)
    """
    if agents < 0:
        raise ValueError(f"agents must be 0 or more, got {agents}")
    servers, wait = agents * load.concurrency, load.answer_within_seconds / load.aht_seconds
    if load.erlangs > 0 and servers == 0:
        abandons = load.patience_seconds is not None
        return Service(0.0, float("inf"), 1.0, 0.0, 1.0 if abandons else 0.0)
    if load.patience_seconds is None:
        level, mean, waiting, occupancy, abandoned = erlang_c_measures(servers, load.erlangs, wait)
    else:
        patience = load.patience_seconds / load.aht_seconds
        level, mean, waiting, occupancy, abandoned = erlang_a_measures(servers, load.erlangs, wait, patience)
    return Service(level, mean * load.aht_seconds, waiting, occupancy, abandoned)


def minimum_agents(load: LiveLoad, *, service_level: float, max_occupancy: float = 1.0) -> int:
    """Return the fewest agents that reach a service level with occupancy at most ``max_occupancy``.

    The search starts at one agent, not at the load: a small queue may need fewer agents than its erlangs
    rounded up plus one, and with abandonment fewer than its erlangs. No contacts need no agents.

    Raises
    ------
    ValueError
        If the service level is not in [0, 1] or the occupancy not in (0, 1].

    Examples
    --------
    >>> minimum_agents(LiveLoad(100, 1800, 180, 20), service_level=0.8)
    14
    """
    if not 0 <= service_level <= 1:
        raise ValueError(f"service_level must be in [0, 1], got {service_level}")
    if not 0 < max_occupancy <= 1:
        raise ValueError(f"max_occupancy must be in (0, 1], got {max_occupancy}")
    patience = 0.0 if load.patience_seconds is None else load.patience_seconds / load.aht_seconds
    wait = load.answer_within_seconds / load.aht_seconds
    guess = math.ceil(load.erlangs / load.concurrency)
    return int(
        fewest_agents(
            load.erlangs, wait, patience, 0.0, service_level, max_occupancy, load.concurrency, guess
        )
    )
