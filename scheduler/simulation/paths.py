"""Expected contacts of one replication: a sample path, or the mean times random factors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.simulation.system import Demand

__all__ = ["rates_of"]

Floats = npt.NDArray[np.float64]


def rates_of(demand: Demand, *, seed: int, replication: int) -> Floats:
    """Return the expected contacts of a replication, shape (intervals, queues).

    They depend on the demand, the seed and the replication only: two rotas meet the same days.
    """
    if demand.paths is not None:
        return np.ascontiguousarray(demand.paths[replication % len(demand.paths)].T, dtype=np.float64)
    random = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, replication])))
    queues, intervals = demand.contacts.shape
    # A last column, of ones, for intervals that no date counts.
    common = np.ones((queues, len(demand.dates) + 1))
    common[:, :-1] = _factors(demand.day_variance, len(demand.dates), random)
    own = _factors(demand.interval_variance, intervals, random)
    return np.ascontiguousarray(
        (demand.contacts * own * np.take_along_axis(common, demand.day, axis=1)).T, dtype=np.float64
    )


def _factors(variance: Floats, count: int, random: np.random.Generator) -> Floats:
    """Return gamma factors of mean 1, shape (queues, count)."""
    factors = np.ones((len(variance), count))
    for queue in np.flatnonzero(variance):
        factors[queue] = random.gamma(1.0 / variance[queue], variance[queue], count)
    return factors
