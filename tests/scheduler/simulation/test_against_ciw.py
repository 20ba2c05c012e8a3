"""Two skill-based systems, beside an independent simulation by Ciw."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scheduler.simulation.simulate import simulate
from tests.scheduler.simulation.centres import Line, Person, centre
from tests.scheduler.simulation.ciw_centre import CiwQueue, simulate_by_ciw

HIGH, LOW = CiwQueue(60.0, 180.0, 1.0, 120.0), CiwQueue(40.0, 240.0, 1.0, 300.0)
BOTH = frozenset({0, 1})
RUNS, HOURS, WARM_UP = 24, 48, 24
Z = 3.0
"""Standard errors; twelve comparisons of one run of both."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("servers", "queues"),
    [
        # V: one pool serves two queues, one before the other, with abandonment.
        ([BOTH] * 6, (HIGH, LOW)),
        # N: two agents serve the first queue only, four serve both; specialists are asked first.
        ([frozenset({0})] * 2 + [BOTH] * 4, (HIGH, LOW)),
    ],
    ids=["V", "N"],
)
def test_agrees_with_ciw(servers: list[frozenset[int]], queues: tuple[CiwQueue, ...]) -> None:
    runs = [
        simulate_by_ciw(queues, servers, hours=HOURS, warm_up_hours=WARM_UP, seed=seed)
        for seed in range(RUNS)
    ]
    lines = [
        Line(queue.per_hour, aht=queue.aht, cv=queue.cv, patience=queue.patience, priority=-place)
        for place, queue in enumerate(queues)
    ]
    people = [Person(tuple(float(place in skills) for place in range(len(queues)))) for skills in servers]
    ours = simulate(centre(lines, people, days=2), replications=400)
    for above, below in (("answered", "arrived"), ("wait", "answered")):
        for place in range(len(queues)):
            theirs = [(run[above][place], run[below][place]) for run in runs]
            mine = list(zip(ours.measure(above)[:, place, 1], ours.measure(below)[:, place, 1], strict=True))
            (mean, error), (their_mean, their_error) = (ratio_and_error(pairs) for pairs in (mine, theirs))
            assert abs(mean - their_mean) < Z * math.hypot(error, their_error), (
                above,
                place,
                mean,
                their_mean,
            )
            assert their_error / their_mean < 0.06


def ratio_and_error(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    above, below = np.array(pairs).T
    ratio = above.sum() / below.sum()
    spread = (above - ratio * below).std(ddof=1)
    return float(ratio), float(spread / below.mean() / math.sqrt(len(pairs)))
