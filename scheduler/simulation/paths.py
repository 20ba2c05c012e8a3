"""Expected contacts of one replication: a sample path, or the mean times each day's random factor."""

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
    if demand.day_variance == 0:
        return np.ascontiguousarray(demand.contacts.T)
    random = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, replication])))
    shape = 1.0 / demand.day_variance
    # A last column, of ones, for intervals that no date counts.
    factors = np.ones((len(demand.contacts), len(demand.dates) + 1))
    factors[:, :-1] = random.gamma(shape, 1.0 / shape, size=(len(demand.contacts), len(demand.dates)))
    return np.ascontiguousarray((demand.contacts * np.take_along_axis(factors, demand.day, axis=1)).T)
