"""A walk over automaton and ends finds just the value that the search over labels finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from scheduler.agents import FixedWork
from scheduler.rostering import walker as walker_module
from scheduler.rostering.kernels.tours import best_tour
from scheduler.rostering.prices.minutes import PricedMinutes
from scheduler.rostering.problem import Person, Problem, compile_problem
from scheduler.rostering.tour import own_cost
from scheduler.rostering.walker import Room, build_walkers
from tests.scheduler.factory import MONDAY, PHONE, instant, make_contract, make_requirement, make_workspace
from tests.scheduler.rostering.random_workspaces import random_case

LABELS = 3000


def by_labels(problem: Problem, person: Person, value: np.ndarray) -> tuple[float, bool]:
    """Return the value, and whether no label was left out."""
    options, tour = person.options, person.tour
    chosen = np.empty(len(problem.dates) + 1, dtype=np.int64)
    total = best_tour(
        options.rows, value, options.first, options.off, tour.away, problem.week, person.weekend, tour.floor,
        tour.week_min, tour.limits, tour.start, tour.spans, tour.ahead, tour.plan_min,
        problem.weights.under_contract / 60, person.forbidden, LABELS, chosen,
    )  # fmt: skip
    return float(total), not chosen[-1]


@pytest.mark.parametrize(
    "seed", [2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, *range(3, 40)))]
)
def test_walks_agree_with_labels(seed: int) -> None:
    workspace, requirement = random_case(seed, agents=3, days=9)
    # What is borne beyond a fair share is charged by touching lines here, exactly in a tour's cost.
    weights = replace(workspace.settings.weights, fairness=0.0)
    workspace = replace(workspace, settings=replace(workspace.settings, weights=weights))
    problem = compile_problem(workspace, requirement)
    random = np.random.default_rng(seed)
    room = Room()
    chosen = np.empty(len(problem.dates), dtype=np.int64)
    strict, relaxed = build_walkers(problem), build_walkers(problem, relaxed=True)
    for person, walker, loose in zip(problem.people, strict, relaxed, strict=True):
        own = random.normal(0.0, 2.0, len(person.options.rows))
        value = own + person.options.base
        expected, is_exact = by_labels(problem, person, value)
        assert loose is not None
        assert loose.best(value, room, chosen) >= expected - 1e-6
        if walker is not None:
            total = walker.best(value, room, chosen)
            assert total >= expected - 1e-6
            assert not is_exact or total == pytest.approx(expected, abs=1e-6)
            if total > -1e4:
                earned = float(own[chosen[chosen >= 0]].sum()) - own_cost(problem, person, chosen)
                assert earned == pytest.approx(total, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 5))
def test_minutes_at_a_price_promise_no_less_than_minutes_counted(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walker_module, "LEFT_OUT", ((0, {"plan_counts": 0, "max_plan": -1}),))
    workspace, requirement = random_case(seed, agents=3, days=9)
    problem = compile_problem(workspace, requirement)
    random = np.random.default_rng(seed)
    room = Room()
    chosen = np.empty(len(problem.dates), dtype=np.int64)
    for person, walker in zip(problem.people, build_walkers(problem, relaxed=True), strict=True):
        assert walker is not None
        for _ in range(6):
            priced = PricedMinutes(walker)
            value = random.normal(1.0, 1.0, len(person.options.rows)) + person.options.base
            expected, _ = by_labels(problem, person, value)
            if expected > -1e4:
                promised = priced.best(value, room, chosen)
                assert promised >= expected - 1e-6
                assert promised <= walker.best(value, room, chosen) + 1e-9
                assert priced.best(value, room, chosen) >= expected - 1e-6


def test_minutes_at_a_price_leave_room_for_fixed_work_beyond_the_maximum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walker_module, "LEFT_OUT", ((0, {"plan_counts": 0, "max_plan": -1}),))
    start = instant(MONDAY, 480)
    fixed = tuple(
        FixedWork("a1", start + timedelta(days=day), start + timedelta(days=day, hours=8), "shift", "day")
        for day in range(3)
    )
    contract = make_contract(max_plan_minutes=480)
    workspace = make_workspace(contracts=[contract], fixed=fixed)
    problem = compile_problem(workspace, make_requirement([(PHONE, start, 1.0)]))
    (person,), (walker,) = problem.people, build_walkers(problem, relaxed=True)
    assert walker is not None
    value = np.where(person.options.rows[:, 6] > 0, 10.0, 4.0)
    chosen = np.empty(len(problem.dates), dtype=np.int64)
    priced = PricedMinutes(walker)
    for _ in range(5):
        assert priced.best(value, Room(), chosen) >= 30.0 - 1e-6
