"""Every rota of the engine keeps every rule of the independent checker, at the objective it claims."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from forecasting.queues import Translation
from scheduler.check import Objective, Severity, check
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.result import Limits, RotaStatus
from scheduler.rostering.solve import solve
from scheduler.workspace import Workspace
from tests.scheduler.rostering.random_workspaces import (
    attending_case,
    crowded_case,
    lawful_case,
    random_case,
)

Case = Callable[..., tuple[Workspace, StaffingRequirement]]


def _examine(
    seed: int, *, agents: int, days: int, work: int, translation: tuple[Translation, ...] = ()
) -> float:
    """Solve and check a random case; return the hours of machine translation."""
    case = random_case(seed, agents=agents, days=days, translation=translation)
    return _examine_case(*case, seed=seed, work=work).quantities["translation"]


def _examine_case(
    workspace: Workspace, requirement: StaffingRequirement, *, seed: int, work: int
) -> Objective:
    result = solve(workspace, requirement, Limits(work=work, seed=seed), clock=time.monotonic)
    assert result.rota is not None
    report = check(workspace, requirement, result.rota)
    broken = [found for found in report.violations if found.severity is Severity.VIOLATION]
    seats = any(site.seats is not None for site in workspace.sites.values())
    across = bool(seats or workspace.presence or workspace.activities)
    if result.status is RotaStatus.INFEASIBLE or across:
        # Only rules of runs can be out of reach, and only of agents for whom that is proven; where rules
        # across agents stand in the way it is told.
        told = [*result.reasons, *(result.notes if across else ())]
        broken = [
            found
            for found in broken
            if not found.rule.endswith("_running") or not any(f"{found.agent}:" in why for why in told)
        ]
    missed = [said for said in (*result.reasons, *result.notes) if "is not attended" in said]
    broken = [
        found
        for found in broken
        if found.rule != "activity_attended" or not any(f"{found.agent}:" in said for said in missed)
    ]
    if any(" must be at work, " in said for said in (*result.reasons, *result.notes)):
        broken = [found for found in broken if found.rule != "presence_min"]
    assert not [found.message for found in broken]
    assert result.objective == pytest.approx(report.objective.total, abs=1e-6)
    assert not [note for note in result.notes if "error of the proof" in note]
    if result.bound is not None:
        assert result.bound <= report.objective.total + 1e-6
    return report.objective


@pytest.mark.parametrize("seed", [2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2))])
def test_a_small_plan_is_lawful_and_honest(seed: int) -> None:
    _examine(seed, agents=2, days=5, work=30)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [142, 148, 175])
def test_rules_that_conflict_are_told_and_as_few_as_can_be_are_broken(seed: int) -> None:
    """Seeds at which runs of days conflict with fixed work, or the best coverage with a short run."""
    _examine(seed, agents=3, days=9, work=100)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_small_plan_keeps_its_rule_pack(seed: int) -> None:
    _examine_case(*lawful_case(seed, agents=2, days=9), seed=seed, work=30)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 4))
def test_many_plans_keep_their_rules_across_agents(seed: int) -> None:
    _examine_case(*crowded_case(seed, agents=4, days=7), seed=seed, work=100)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_many_plans_place_their_activities(seed: int) -> None:
    _examine_case(*attending_case(seed, agents=3, days=7), seed=seed, work=100)


@pytest.mark.soak
@pytest.mark.parametrize("case", [crowded_case, attending_case])
@pytest.mark.parametrize("first", range(1000, 1500, 20))
def test_a_thousand_plans_keep_their_rules_across_agents(case: Case, first: int) -> None:
    for seed in range(first, first + 20):
        _examine_case(*case(seed, agents=4, days=9), seed=seed, work=100)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 103))
def test_many_plans_keep_their_rule_packs(seed: int) -> None:
    _examine_case(*lawful_case(seed, agents=3, days=16), seed=seed, work=100)


@pytest.mark.soak
@pytest.mark.parametrize("first", range(1000, 2000, 20))
def test_a_thousand_plans_keep_their_rule_packs(first: int) -> None:
    for seed in range(first, first + 20):
        _examine_case(*lawful_case(seed, agents=3, days=16), seed=seed, work=100)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 103))
def test_many_plans_are_lawful_and_honest(seed: int) -> None:
    _examine(seed, agents=3, days=9, work=100)


@pytest.mark.slow
def test_machine_translation_is_lawful_and_honest() -> None:
    hours = [
        _examine(seed, agents=3, days=7, work=60, translation=(Translation("lv", 0.6),))
        for seed in range(200, 204)
    ]
    assert sum(spent > 0 for spent in hours) >= 1


@pytest.mark.soak
@pytest.mark.parametrize("first", range(1000, 2000, 20))
def test_a_thousand_plans_are_lawful_and_honest(first: int) -> None:
    for seed in range(first, first + 20):
        _examine(seed, agents=3, days=9, work=100)
