"""Systems whose answers are known exactly: the exact value lies in the simulation's interval."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from scheduler.simulation.intervals import Estimate, ratio_estimate
from scheduler.simulation.result import SimulationResult
from scheduler.simulation.simulate import simulate
from scheduler.staffing.service import LiveLoad, expected_service
from tests.scheduler.simulation.centres import EXPONENTIAL, Line, Person, centre

WARM_UP_DAYS = 1


def settled(result: SimulationResult, above: str, below: str) -> Estimate:
    """Return a ratio of the first queue's measures without the first day, with its 99 % interval."""
    y, x = (result.measure(name)[:, 0, WARM_UP_DAYS:].sum(axis=1) for name in (above, below))
    moments = np.array([part.sum() for part in (y, x, y * y, x * y, x * x)])
    return ratio_estimate(moments, result.replications, confidence=0.99)


def holds(estimate: Estimate, exact: float) -> bool:
    return bool(estimate.low <= exact <= estimate.high)


def test_erlang_c() -> None:
    # 10 erlangs on 14 agents: 88.8 % within 20 s, a mean wait of 7.8 s, agents busy for 71.4 %.
    result = simulate(centre([Line(200.0, aht=180.0)], [Person()] * 14, days=8), replications=30)
    exact = expected_service(LiveLoad(100, 1800, 180, 20), 14)
    level = settled(result, "in_time", "arrived")
    assert holds(level, exact.service_level)
    assert level.high - level.low < 0.01
    assert holds(settled(result, "wait", "answered"), exact.asa_seconds)
    assert holds(settled(result, "busy", "available"), exact.occupancy)
    assert settled(result, "abandoned", "arrived").mean == 0


def test_erlang_a() -> None:
    system = centre([Line(200.0, aht=180.0, patience=60.0)], [Person()] * 9, days=4)
    result = simulate(system, replications=30)
    exact = expected_service(LiveLoad(100, 1800, 180, 20, patience_seconds=60), 9)
    assert holds(settled(result, "in_time", "arrived"), exact.service_level)
    assert holds(settled(result, "wait", "answered"), exact.asa_seconds)
    assert holds(settled(result, "abandoned", "arrived"), exact.abandoned)
    assert holds(settled(result, "busy", "available"), exact.occupancy)


@pytest.mark.parametrize("cv", [EXPONENTIAL, 0.0, 1.0, 2.0])
def test_pollaczek_khinchine(cv: float) -> None:
    # One server: mean wait = ρ/(1 − ρ) × mean handle time × (1 + cv²)/2, whatever the distribution.
    result = simulate(centre([Line(14.0, aht=180.0, cv=cv)], [Person()], days=20), replications=60)
    spread = 1.0 if math.isnan(cv) else cv
    exact = 0.7 / 0.3 * 180.0 * (1 + spread**2) / 2
    assert holds(settled(result, "wait", "answered"), exact)


def test_little() -> None:
    # Contacts that wait = arrivals per second × mean wait. Both sides are counted apart: heads at the ends
    # of intervals, seconds per contact.
    result = simulate(centre([Line(200.0, aht=180.0)], [Person()] * 11, days=5), replications=40)
    backlog = result.moments[96:, 0, 4, 0].sum() / result.moments[96:, 0, 4, 1].sum()
    wait = result.measure("wait")[:, 0, 1:].sum() / result.measure("answered")[:, 0, 1:].sum()
    assert backlog == pytest.approx(200.0 / 3600.0 * wait, rel=0.03)


def test_slots_serve_chat() -> None:
    # Five agents of two chats each are ten servers.
    chat = Line(200.0, aht=120.0, concurrency=2)
    result = simulate(centre([chat], [Person()] * 5, days=4), replications=30)
    exact = expected_service(LiveLoad(200, 3600, 120, 20, concurrency=2), 5)
    assert holds(settled(result, "in_time", "arrived"), exact.service_level)
    assert holds(settled(result, "busy", "available"), exact.occupancy)


def test_speed_divides_handle_times() -> None:
    slow = simulate(centre([Line(20.0, aht=180.0)], [Person((0.5,))] * 4), replications=3)
    full = simulate(centre([Line(20.0, aht=360.0)], [Person((1.0,))] * 4), replications=3)
    np.testing.assert_allclose(slow.days, full.days)


def random_setting(number: int) -> tuple[Line, int]:
    """Return a random queue of 0.5 to 80 erlangs and a number of agents: waits are rare to usual."""
    random = np.random.default_rng([20020415, number])
    aht = float(random.uniform(60, 600))
    load = float(np.exp(random.uniform(np.log(0.5), np.log(80))))
    line = Line(load / aht * 3600.0, aht=aht, limit=float(random.choice([0.0, 10.0, 20.0, 60.0])))
    if number % 2:
        agents = max(1, round(load + random.uniform(-0.5, 1.5) * math.sqrt(load)))
        return replace(line, patience=float(random.uniform(30, 600))), agents
    return line, math.ceil(load + random.uniform(0.3, 1.5) * math.sqrt(load))


@pytest.mark.slow
def test_erlang_c_and_a_on_thirty_random_settings() -> None:
    missed = []
    for number in range(30):
        line, agents = random_setting(number)
        result = simulate(centre([line], [Person()] * agents, days=8), replications=40, seed=number)
        patience = None if math.isinf(line.patience) else line.patience
        assert isinstance(line.per_hour, float)
        exact = expected_service(LiveLoad(line.per_hour, 3600, line.aht, line.limit, patience), agents)
        for name, estimate, value in (
            ("service level", settled(result, "in_time", "arrived"), exact.service_level),
            ("wait", settled(result, "wait", "answered"), exact.asa_seconds),
            ("abandoned", settled(result, "abandoned", "arrived"), exact.abandoned),
            ("occupancy", settled(result, "busy", "available"), exact.occupancy),
        ):
            if not holds(estimate, value):
                missed.append((number, name, float(estimate.low), float(estimate.high), value))
    # 105 intervals of 99 % (abandonment without patience cannot miss): one miss is expected, two settings
    # are allowed.
    assert len({number for number, *_ in missed}) <= 2, missed
