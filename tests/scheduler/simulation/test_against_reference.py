"""The compiled event loop says what a plain one says, contact by contact."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, composite

from scheduler.simulation.kernels.records import MEASURES
from scheduler.simulation.kernels.replication import play
from scheduler.simulation.paths import rates_of
from scheduler.simulation.routing import agent_records, make_tables, room_needed
from scheduler.simulation.state import new_state
from scheduler.simulation.system import System
from tests.scheduler.simulation.centres import Line, Person, centre
from tests.scheduler.simulation.reference import Reference


@composite
def lines(draw: DrawFn) -> Line:
    deferred = draw(st.booleans())
    return Line(
        per_hour=draw(st.sampled_from([0.0, 3.0, 12.0, 40.0])),
        aht=draw(st.sampled_from([0.0, 60.0, 300.0, 2000.0])),
        deferred=deferred,
        limit=draw(st.sampled_from([0.0, 20.0, 7200.0])),
        patience=math.inf if deferred else draw(st.sampled_from([0.0, 5.0, 300.0, math.inf])),
        concurrency=draw(st.sampled_from([1, 1, 2, 3])),
        priority=draw(st.sampled_from([1.0, 1.0, 5.0])),
        cv=draw(st.sampled_from([0.5, 1.0, math.nan])),
        repeat=draw(st.sampled_from([(0.0, 0.0), (0.3, 1000.0)])),
        redial=draw(st.sampled_from([(0.0, 0.0), (0.6, 300.0)])),
    )


@composite
def systems(draw: DrawFn) -> System:
    queues = draw(st.lists(lines(), min_size=1, max_size=4))
    speeds = st.tuples(*[st.sampled_from([0.0, 0.5, 1.0])] * len(queues))
    shifts = [None, (), ((6.0, 9.5), (10.0, 14.0)), ((0.0, 8.0),), ((8.0, 8.25), (9.0, 24.0))]
    people = st.builds(
        Person,
        speeds=speeds,
        present=st.sampled_from(shifts),
        absence=st.sampled_from([0.0, 0.0, 0.4]),
        goes_on=st.sampled_from([(), (True,)]),
    )
    return centre(
        queues,
        draw(st.lists(people, min_size=1, max_size=8)),
        interval_minutes=draw(st.sampled_from([15, 60])),
    )


@pytest.mark.slow
@settings(max_examples=30)
@given(systems(), st.integers(0, 2**63 - 1))
def test_says_what_a_plain_simulation_says(system: System, seed: int) -> None:
    compare(system, seed)


@pytest.mark.slow
@settings(max_examples=600)
@given(systems(), st.integers(0, 2**63 - 1))
def test_says_what_a_plain_simulation_says_of_many_centres(system: System, seed: int) -> None:
    compare(system, seed)


def compare(system: System, seed: int) -> None:
    """Play one replication both ways."""
    tables, agents = make_tables(system), agent_records(system.agents)
    state = new_state(tables, agents, 16 * room_needed(system))
    assert play(tables, state, seed, 3, rates_of(system.demand, seed=seed, replication=3))
    plain = Reference(system, seed, 3).play()
    for place, name in enumerate(MEASURES):
        expected = plain.stats[:, :, place]
        np.testing.assert_allclose(state.stats[:, :, place], expected, rtol=1e-9, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(state.overrun, plain.overrun, rtol=1e-9, atol=1e-6)


@pytest.mark.slow
def test_says_the_same_of_more_groups_and_queues_than_a_word_has_bits() -> None:
    random = np.random.default_rng(70)
    queues = [
        Line(0.5, 900.0, deferred=place % 3 == 0, limit=60.0, priority=float(place % 4 + 1))
        for place in range(70)
    ]
    staff = [Person(tuple(random.choice([0.0, 0.0, 0.0, 1.0, 0.8], size=70))) for _ in range(70)]
    system = centre(queues, staff, interval_minutes=60)
    tables, agents = make_tables(system), agent_records(system.agents)
    assert len(tables.speed) == 70
    state = new_state(tables, agents, room_needed(system))
    assert play(tables, state, 5, 0, rates_of(system.demand, seed=5, replication=0))
    plain = Reference(system, 5, 0).play()
    np.testing.assert_allclose(state.stats, plain.stats, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_takes_any_seed(seed: int) -> None:
    system = centre([Line(30.0)], [Person()] * 3)
    state = new_state(make_tables(system), agent_records(system.agents), 4096)
    assert play(make_tables(system), state, seed, 0, rates_of(system.demand, seed=seed, replication=0))
    np.testing.assert_allclose(state.stats, Reference(system, seed, 0).play().stats, atol=1e-6)
