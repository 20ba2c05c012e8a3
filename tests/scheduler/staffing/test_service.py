"""Erlang C and A against exact sums, and the search for the fewest agents."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import gammaln, xlogy

from scheduler.staffing.kernels import (
    CAP_TOLERANCE,
    agents_for_all,
    erlang_a_measures,
    erlang_c_measures,
    fewest_agents,
    service_of_all,
)
from scheduler.staffing.service import LiveLoad, expected_service, minimum_agents

LOADS = st.floats(0.01, 60.0)


def exact_waiting(servers: int, load: Fraction) -> Fraction:
    """Erlang C as the sum of the states' probabilities, in whole fractions."""
    terms = [load**count / math.factorial(count) for count in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last)


@given(servers=st.integers(1, 25), percent=st.integers(1, 99))
def test_erlang_c_is_the_sum_over_states(servers: int, percent: int) -> None:
    load = Fraction(percent * servers, 100)
    expected = exact_waiting(servers, load)
    assert erlang_c_measures(servers, float(load), 0.0)[2] == pytest.approx(float(expected), rel=1e-9)


def chain_of_a(servers: int, load: float, wait: float, patience: float) -> tuple[float, float, float, float]:
    """Erlang A from its birth and death chain: (service level, mean wait, P(wait), abandoned).

    A customer who finds k others waiting sees departures at the rates n + j / patience, j = k … 0, while
    his own patience runs: a small chain, followed in time by uniformisation.
    """
    weights = [1.0]
    while weights[-1] > 1e-18 * max(weights) or len(weights) < servers + load:
        count = len(weights)
        weights.append(weights[-1] * load / (min(count, servers) + max(0, count - servers) / patience))
    chance = np.array(weights) / sum(weights)
    behind = chance[servers:]
    size = len(behind)
    leave = servers + np.arange(size) / patience
    # Served at last from k waiting: every step must come before the customer gives up.
    reach = np.cumprod(leave / (leave + 1 / patience))
    step_time = np.cumsum(1 / (leave + 1 / patience))
    answered = chance[:servers].sum() + (behind * reach).sum()
    mean = (behind * reach * step_time).sum() / answered
    top = float(leave.max() + 1 / patience)
    state = behind.copy()
    done, within = 0.0, 0.0
    # In logarithms: of many jumps the chance of none is below the least number there is.
    steps = np.arange(int(top * wait + 12 * math.sqrt(top * wait) + 60))
    chances = np.exp(xlogy(steps, top * wait) - top * wait - gammaln(steps + 1))
    for poisson in chances:
        within += poisson * done
        done += state[0] * leave[0] / top
        state = state * (1 - (leave + 1 / patience) / top) + np.append(state[1:] * leave[1:], 0.0) / top
    return chance[:servers].sum() + within, mean, behind.sum(), 1 - answered


@settings(max_examples=60, deadline=None)
@example(servers=20, ratio=1.5, wait=1.5, patience=0.0625)
@given(
    servers=st.integers(1, 20),
    ratio=st.floats(0.05, 1.6),
    wait=st.floats(0.0, 1.5),
    patience=st.floats(0.05, 4.0),
)
def test_erlang_a_is_its_chain(servers: int, ratio: float, wait: float, patience: float) -> None:
    load = ratio * servers
    level, mean, waits, occupancy, abandoned = erlang_a_measures(servers, load, wait, patience)
    exact = chain_of_a(servers, load, wait, patience)
    assert (level, mean, waits, abandoned) == pytest.approx(exact, rel=1e-7, abs=1e-9)
    assert occupancy == pytest.approx(load * (1 - exact[3]) / servers)


@given(servers=st.integers(1, 2000), ratio=st.floats(0.2, 0.97), wait=st.floats(0.0, 2.0))
def test_endless_patience_is_erlang_c(servers: int, ratio: float, wait: float) -> None:
    endless = erlang_a_measures(servers, ratio * servers, wait, 1e12)
    assert endless == pytest.approx(erlang_c_measures(servers, ratio * servers, wait), rel=1e-6, abs=1e-9)


@given(servers=st.integers(1, 300), ratio=st.floats(0.2, 3.0))
def test_no_patience_is_erlang_b(servers: int, ratio: float) -> None:
    blocked = erlang_a_measures(servers, ratio * servers, 0.5, 1e-12)[4]
    waits = erlang_a_measures(servers, ratio * servers, 0.5, 1e-12)[2]
    assert blocked == pytest.approx(waits, rel=1e-6)


def random_case(random: np.random.Generator) -> tuple[LiveLoad, float, float]:
    """Return a load from 0.01 to 10,000 erlangs, a target and an occupancy cap."""
    erlangs = float(np.exp(random.uniform(np.log(0.01), np.log(10_000.0))))
    aht = float(random.uniform(20, 7200))
    patience = float(np.exp(random.uniform(np.log(0.01), np.log(1e6)))) if random.random() < 0.6 else None
    threshold = float(random.choice([0.0, 20.0, 60.0, 600.0]))
    load = LiveLoad(erlangs * 900 / aht, 900, aht, threshold, patience, int(random.integers(1, 5)))
    return load, float(random.uniform(0.05, 0.99)), float(random.uniform(0.3, 1.0))


@pytest.mark.parametrize("cases", [500, pytest.param(10_000, marks=pytest.mark.soak)])
def test_the_fewest_agents_meet_the_target_and_one_less_misses(cases: int) -> None:
    # The measures are those of the quadrature, the search's own are of the series.
    random = np.random.default_rng([2002, cases])
    for _ in range(cases):
        one_less_misses(*random_case(random))


def one_less_misses(load: LiveLoad, target: float, cap: float) -> None:
    agents = minimum_agents(load, service_level=target, max_occupancy=cap)

    def meets(count: int) -> bool:
        service = expected_service(load, count)
        return service.service_level >= target and service.occupancy <= cap * (1 + CAP_TOLERANCE)

    assert agents >= 1
    assert meets(agents), (load, target, cap)
    assert agents == 1 or not meets(agents - 1), (load, target, cap)


@settings(max_examples=200, deadline=None)
@given(
    erlangs=st.floats(0.01, 3000),
    ratio=st.floats(0.3, 3.0),
    wait=st.floats(0.0, 20.0),
    patience=st.floats(1e-3, 1e3),
)
def test_the_fast_series_is_the_quadrature(
    erlangs: float, ratio: float, wait: float, patience: float
) -> None:
    servers = max(1, round(erlangs * ratio))
    ones = np.array([erlangs]), np.array([wait]), np.array([patience])
    level = service_of_all(np.array([servers]), *ones)[0]
    assert level == pytest.approx(erlang_a_measures(servers, erlangs, wait, patience)[0], abs=1e-11)


@pytest.mark.parametrize("start", [1, 5, 14, 15, 400])
def test_the_search_finds_the_same_from_anywhere(start: int) -> None:
    assert fewest_agents(10.0, 20 / 180, 0.0, 0.0, 0.8, 0.9, 1, start) == 14
    assert fewest_agents(1e-6, 0.1, 0.0, 0.0, 0.8, 0.9, 1, start) == 1


def test_a_load_of_next_to_nothing_does_not_mislead_the_search_after_it() -> None:
    load = np.array([5e-324, 1e-300, 10.0, 0.0, 1e-12, 10.0])
    ones = np.ones(len(load))
    agents, _ = agents_for_all(load, ones / 9, 0 * ones, 10 * ones, 0.0, 0.8, 0.9, 1)
    assert agents.tolist() == [1, 1, 14, 0, 1, 14]


@settings(max_examples=50, deadline=None)
@given(percent=st.integers(30, 95), target=st.integers(1, 99), tenths=st.integers(1, 120))
def test_the_fewest_agents_in_exact_numbers(percent: int, target: int, tenths: int) -> None:
    # At a threshold of 0 the service level is 1 − C, a fraction; no agent count below may reach it.
    load = Fraction(tenths, 10)
    wanted = Fraction(target, 100)
    cap = Fraction(percent, 100)
    agents = minimum_agents(
        LiveLoad(float(load), 900, 900, 0), service_level=float(wanted), max_occupancy=float(cap)
    )

    def meets(count: int) -> bool:
        return count > load and 1 - exact_waiting(count, load) >= wanted and load <= cap * count

    assert meets(agents)
    assert not any(meets(count) for count in range(1, agents))


@given(erlangs=LOADS, patience=st.none() | st.floats(1, 1e5), agents=st.integers(1, 80))
def test_every_agent_helps(erlangs: float, patience: float | None, agents: int) -> None:
    load = LiveLoad(erlangs, 300, 300, 20, patience)
    fewer, more = expected_service(load, agents), expected_service(load, agents + 1)
    assert more.service_level >= fewer.service_level - 1e-12
    assert more.occupancy <= fewer.occupancy + 1e-12
    assert more.abandoned <= fewer.abandoned + 1e-12


def test_nothing_and_nobody() -> None:
    nothing = LiveLoad(0, 900, 300, 20)
    assert minimum_agents(nothing, service_level=0.8) == 0
    assert expected_service(nothing, 0).service_level == 1.0
    nobody = expected_service(LiveLoad(5, 900, 300, 20), 0)
    assert (nobody.service_level, nobody.asa_seconds, nobody.abandoned) == (0.0, math.inf, 0.0)
    assert expected_service(LiveLoad(5, 900, 300, 20, 60), 0).abandoned == 1.0


def test_overload_is_a_service_level_of_zero() -> None:
    overload = expected_service(LiveLoad(30, 900, 300, 20), 10)
    assert (overload.service_level, overload.asa_seconds, overload.occupancy) == (0.0, math.inf, 1.0)


def test_the_occupancy_cap_counts_in_whole_agents() -> None:
    # 9 erlangs fill ten agents to exactly 90 %; a hundredth more takes eleven.
    assert minimum_agents(LiveLoad(100, 1800, 162, 1800), service_level=0.1, max_occupancy=0.9) == 10
    # 2.7 / 3 is a hair above 0.9 in binary numbers.
    assert minimum_agents(LiveLoad(15, 1800, 324, 1800), service_level=0.1, max_occupancy=0.9) == 3
    assert minimum_agents(LiveLoad(100, 1800, 162.2, 1800), service_level=0.1, max_occupancy=0.9) == 11


def test_slots_are_the_servers_of_a_chat() -> None:
    single = LiveLoad(60, 900, 300, 30)
    double = LiveLoad(60, 900, 300, 30, concurrency=2)
    assert minimum_agents(double, service_level=0.8) == math.ceil(
        minimum_agents(single, service_level=0.8) / 2
    )
    assert expected_service(double, 12) == expected_service(single, 24)


@pytest.mark.parametrize(
    "wrong",
    [
        {"contacts": -1.0},
        {"contacts": math.nan},
        {"interval_seconds": 0.0},
        {"aht_seconds": 0.0},
        {"answer_within_seconds": -1.0},
        {"patience_seconds": 0.0},
        {"concurrency": 0},
    ],
)
def test_impossible_loads_are_refused(wrong: dict[str, float]) -> None:
    sound = {"contacts": 1.0, "interval_seconds": 900.0, "aht_seconds": 300.0, "answer_within_seconds": 20.0}
    with pytest.raises(ValueError, match="must be"):
        LiveLoad(**{**sound, **wrong})  # type: ignore[arg-type]


def test_impossible_targets_are_refused() -> None:
    load = LiveLoad(1, 900, 300, 20)
    with pytest.raises(ValueError, match="service_level"):
        minimum_agents(load, service_level=1.2)
    with pytest.raises(ValueError, match="max_occupancy"):
        minimum_agents(load, service_level=0.8, max_occupancy=0)
    with pytest.raises(ValueError, match="agents"):
        expected_service(load, -1)
