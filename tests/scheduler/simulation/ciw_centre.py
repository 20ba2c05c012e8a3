"""A contact centre with skills in Ciw (Palmer, Knight, Harper & Hawa 2019), an independent simulation.

Ciw has no skills of servers: a node of our own lets servers serve only their customer classes, each class in
order of arrival, and asks servers in the order in which they are given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ciw
import numpy as np
import numpy.typing as npt

__all__ = ["CiwQueue", "simulate_by_ciw"]


@dataclass(frozen=True)
class CiwQueue:
    """Contacts an hour, lognormal handle times (mean in seconds, coefficient of variation), mean patience."""

    per_hour: float
    aht: float
    cv: float
    patience: float


def simulate_by_ciw(
    queues: Sequence[CiwQueue],
    servers: Sequence[frozenset[int]],
    *,
    hours: float,
    warm_up_hours: float,
    seed: int,
) -> dict[str, npt.NDArray[np.float64]]:
    """Return, per queue of one run, contacts that arrive after the warm-up, are answered, and their waits.

    Parameters
    ----------
    queues
        In order of falling priority.
    servers
        The queues that each can serve, those to be asked first at the front.
    """
    names = [f"c{place}" for place in range(len(queues))]
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions={
            name: [ciw.dists.Exponential(queue.per_hour / 3600.0)]
            for name, queue in zip(names, queues, strict=True)
        },
        service_distributions={
            name: [_lognormal(queue.aht, queue.cv)] for name, queue in zip(names, queues, strict=True)
        },
        reneging_time_distributions={
            name: [ciw.dists.Exponential(1.0 / queue.patience)]
            for name, queue in zip(names, queues, strict=True)
        },
        priority_classes={name: place for place, name in enumerate(names)},
        number_of_servers=[len(servers)],
    )
    run = ciw.Simulation(network, node_class=_skilled([{names[q] for q in skills} for skills in servers]))
    run.simulate_until_max_time(hours * 3600.0)
    counts = {name: np.zeros(len(queues)) for name in ("arrived", "answered", "wait")}
    for record in run.get_all_records():
        if record.arrival_date < warm_up_hours * 3600.0:
            continue
        place = names.index(record.customer_class)
        counts["arrived"][place] += 1
        if record.record_type == "service":
            counts["answered"][place] += 1
            counts["wait"][place] += record.waiting_time
    return counts


def _lognormal(mean: float, cv: float) -> Any:
    sigma = math.sqrt(math.log1p(cv**2))
    return ciw.dists.Lognormal(math.log(mean) - sigma**2 / 2, sigma)


def _skilled(skills: Sequence[set[str]]) -> type[Any]:
    class SkilledNode(ciw.Node):  # type: ignore[misc]
        def find_free_server(self, ind: Any) -> Any:
            for server in self.servers:
                if not server.busy and ind.customer_class in skills[server.id_number - 1]:
                    return server
            return None

        def begin_service_if_possible_accept(self, next_individual: Any) -> None:
            next_individual.arrival_date = self.now
            next_individual.reneging_date = self.get_reneging_date(next_individual)
            server = self.find_free_server(next_individual)
            if server is not None:
                self.begin(next_individual, server)

        def begin_service_if_possible_release(self, _released: Any, newly_free_server: Any) -> None:
            served = skills[newly_free_server.id_number - 1]
            for waiting in self.individuals:
                for individual in waiting:
                    if not individual.server and individual.customer_class in served:
                        self.begin(individual, newly_free_server)
                        return

        def begin(self, individual: Any, server: Any) -> None:
            self.attach_server(server, individual)
            individual.service_start_date = self.now
            individual.service_time = self.get_service_time(individual)
            individual.service_end_date = self.now + individual.service_time
            self.number_in_service += 1
            server.next_end_service_date = individual.service_end_date

    return SkilledNode
