"""Under rule packs the walk, the search over labels and the exact model find tours of one value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from ortools.sat.python import cp_model

from scheduler.rostering.exact.rules import TourRules
from scheduler.rostering.kernels.labels import BROKEN, LIMITS
from scheduler.rostering.kernels.tours import best_tour
from scheduler.rostering.problem import Person, Problem, compile_problem
from scheduler.rostering.walker import Room, build_walkers
from scheduler.team import RuleRow
from tests.scheduler.rostering.random_workspaces import lawful_case

LABELS = 4000
FINE = 1000


def by_labels(problem: Problem, person: Person, value: np.ndarray) -> tuple[float, bool]:
    """Return the value, and whether no label was left out."""
    options, tour = person.options, person.tour
    chosen = np.empty(len(problem.dates) + 1, dtype=np.int64)
    total = best_tour(
        options.rows, value, options.first, np.minimum(options.off, 0.0), tour.away, problem.week,
        person.weekend, tour.floor, np.zeros_like(tour.week_min), tour.limits, tour.start, tour.spans,
        tour.ahead, 0.0, 0.0, person.forbidden, LABELS, chosen,
    )  # fmt: skip
    return float(total), not chosen[-1]


def by_model(problem: Problem, person: Person, value: np.ndarray) -> tuple[float, bool]:
    """Return the value of the best tour, in thousandths, and whether it had to break a rule."""
    model = cp_model.CpModel()
    rules = TourRules(model, problem, person, {})
    worth = sum(round(FINE * value[row]) * pick for row, pick in enumerate(rules.pick))
    off = person.options.off
    for day, work in enumerate(rules.work):
        if not rules.fixed_day[day]:
            worth += round(FINE * off[day]) * (1 - work)
    model.maximize(worth - int(BROKEN) * FINE * sum(rules.broken))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    return solver.objective_value / FINE, any(solver.value(each) for each in rules.broken)


@pytest.mark.parametrize(
    "seed", [69, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (3, *range(40, 60)))]
)
def test_three_searches_agree(seed: int) -> None:
    workspace, requirement = lawful_case(seed, agents=2, days=11)
    rows = [row for row in workspace.rules if row.rule != "min_weekly_rest_minutes"]
    rest = (1440, 2100, 2880, 3600)[seed % 4]
    rows.append(RuleRow("own", "min_weekly_rest_minutes", str(rest)))
    workspace = replace(workspace, rules=tuple(rows))
    problem = compile_problem(workspace, requirement)
    random = np.random.default_rng(seed)
    room = Room()
    chosen = np.empty(len(problem.dates), dtype=np.int64)
    for person, walker in zip(problem.people, build_walkers(problem), strict=True):
        value = np.round(random.normal(1.0, 2.0, len(person.options.rows)), 3)
        person.options.off[person.options.off > -1e299] = 0.0
        expected, is_exact = by_labels(problem, person, value)
        modelled, broken = by_model(problem, person, value)
        if is_exact and expected > -BROKEN / 2:
            assert not broken
            assert modelled == pytest.approx(expected, abs=1e-6)
        if walker is not None:
            bare = replace(walker, week_min=np.zeros_like(walker.week_min), plan_min=0.0)
            total = bare.best(value, room, chosen)
            assert total >= expected - 1e-6
            assert not is_exact or total == pytest.approx(expected, abs=1e-6)
        assert person.tour.limits[LIMITS.index("weekly_rest")] == rest
