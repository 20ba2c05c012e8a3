"""Long handle times: staffing by lagged load keeps the target that unlagged load misses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from scheduler.simulation.simulate import simulate
from scheduler.staffing.kernels import agents_for_all
from scheduler.staffing.workload import lagged
from tests.scheduler.simulation.centres import Line, Person, centre

AHT, PER_DAY = 7200.0, 24
Floats = npt.NDArray[np.float64]


def worst_hour(load: Floats, rates: list[float]) -> float:
    """Return the lowest service level of an hour of the second day, agents coming and leaving by the hour."""
    ones = np.ones(len(load))
    length = 3600.0 / AHT * ones
    agents, _ = agents_for_all(load, 60.0 / AHT * ones, 0.0 * ones, length, 0.0, 0.8, 1.0, 1)
    people = []
    for place in range(int(agents.max())):
        here = np.flatnonzero(np.diff(np.concatenate(([0], (agents > place).astype(np.int64), [0]))))
        people.append(Person(present=tuple((float(a), float(b)) for a, b in here.reshape(-1, 2))))
    system = centre([Line(rates, aht=AHT, limit=60.0)], people, days=2, interval_minutes=60)
    level = simulate(system, replications=60).of_intervals("service_level").mean[PER_DAY:, 0]
    return float(level.min())


@pytest.mark.slow
def test_lagged_load_keeps_the_target_that_its_own_interval_misses() -> None:
    clock = 2 * np.pi * np.arange(2 * PER_DAY) / PER_DAY
    rates = 60.0 * (1 - 0.6 * np.cos(clock))
    own = rates * AHT / 3600.0
    later = lagged(own, np.full(len(own), AHT), 60)
    assert worst_hour(own, rates.tolist()) < 0.76
    assert worst_hour(later, rates.tolist()) > 0.79
    assert later.sum() <= own.sum() * 1.001
