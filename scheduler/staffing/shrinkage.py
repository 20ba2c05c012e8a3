"""Paid time that is not available for contacts, per queue."""

from __future__ import annotations

from collections.abc import Mapping

from forecasting.queues import Queue
from scheduler.agents import Agent
from scheduler.contracts import Contract
from scheduler.sites import Site

__all__ = ["mean_shrinkage"]


def mean_shrinkage(
    queue: Queue,
    agents: Mapping[str, Agent],
    sites: Mapping[str, Site],
    contracts: Mapping[str, Contract],
) -> float | None:
    """Return the mean shrinkage of the agents able to serve a queue, weighted by contract minutes.

    Each agent counts with the site's shrinkage and the contract's ``max_week_minutes``. Scheduled breaks,
    leave and activities are no part of it: the rota plans those. Who would translate counts only where nobody
    knows the language.

    Returns
    -------
    float or None
        In [0, 1); None where no agent is able to serve the queue.
    """
    able = [agent for agent in agents.values() if agent.speed(*queue.key) > 0]
    able = able or [agent for agent in agents.values() if agent.translating_speed(queue) > 0]
    minutes = [contracts[agent.contract].max_week_minutes for agent in able]
    if not sum(minutes):
        return None
    lost = (sites[agent.site].shrinkage * weight for agent, weight in zip(able, minutes, strict=True))
    return sum(lost) / sum(minutes)
