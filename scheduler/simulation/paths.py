"""Expected contacts of one replication: a sample path, or the mean times random factors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forecasting.paths import day_factors, own_factors
from scheduler.simulation.system import Demand

__all__ = ["rates_of"]

Floats = npt.NDArray[np.float64]


def rates_of(demand: Demand, *, seed: int, replication: int) -> Floats:
    """Return the expected contacts of a replication, shape (intervals, queues).

    They depend on the demand, the seed and the replication only: two rotas meet the same days. The factors
    are those of the forecast's own sample paths (:mod:`forecasting.paths`).
    """
    if demand.paths is not None:
        return np.ascontiguousarray(demand.paths[replication % len(demand.paths)].T, dtype=np.float64)
    random = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, replication])))
    queues, _ = demand.contacts.shape
    # A last column, of ones, for intervals that no date counts.
    common = np.ones((queues, len(demand.dates) + 1))
    if demand.dates:
        together = random.standard_normal((len(demand.dates), 1))
        shared = np.zeros(queues) if demand.shared is None else demand.shared
        common[:, :-1] = day_factors(demand.day_variance, shared, together, random).T
    own = np.ones(demand.contacts.shape)
    following = np.zeros(queues) if demand.persistence is None else demand.persistence
    alone = following == 0
    own[alone] = _independent(demand.interval_variance[alone], random)
    for queue in np.flatnonzero(~alone):
        own[queue] = own_factors(demand.interval_variance[queue], float(following[queue]), 1, random)[0]
    return np.ascontiguousarray(
        (demand.contacts * own * np.take_along_axis(common, demand.day, axis=1)).T, dtype=np.float64
    )


def _independent(variance: Floats, random: np.random.Generator) -> Floats:
    """Return gamma factors of mean 1 with these variances; where that is 0, the factor is 1."""
    factors = np.ones(variance.shape)
    some = variance > 0
    factors[some] = random.gamma(1.0 / variance[some], variance[some])
    return factors
