"""Build a rota: the one entry point of the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scheduler.coverage import measure_coverage
from scheduler.progress import Progress, ProgressReport
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.answer import Answers
from scheduler.rostering.budget import Budget, Clock
from scheduler.rostering.exact.whole import is_small, solve_whole
from scheduler.rostering.problem import compile_problem
from scheduler.rostering.result import Limits, RotaResult, RotaStatus
from scheduler.rostering.state import State
from scheduler.rostering.sweeps import sweep_until_settled
from scheduler.rostering.timeline import build_rota
from scheduler.rota import Rota
from scheduler.workspace import Workspace

__all__ = ["solve"]

PROVEN = 1e-4
"""Relative: what rounding to CP-SAT's whole numbers may cost the bound."""


def solve(
    workspace: Workspace,
    requirement: StaffingRequirement,
    limits: Limits,
    *,
    clock: Clock,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> RotaResult:
    """Build the best rota found within the limits.

    Parameters
    ----------
    clock
        Seconds, ever rising.
    should_stop
        Asked at least every second; once it says so, the best rota so far is returned.
    """
    budget = Budget(limits, clock, should_stop)
    if not workspace.agents:
        return _without_agents(workspace, requirement, budget)
    problem = compile_problem(workspace, requirement)
    state = State(problem)
    best: list[_Candidate] = []

    def tell(message: str) -> None:
        if on_progress is not None:
            objective = best[0].objective if best else state.objective
            on_progress(ProgressReport("rota", budget.share_used, message, objective))

    sweep_until_settled(state, Answers(problem), budget, tell=tell)
    best.append(_candidate(state))
    bound, proven = None, False
    if is_small(problem) and not budget.over():
        tell("Proving how good the rota is")
        whole, outcome = solve_whole(state, budget)
        bound, proven = outcome.bound, outcome.proven
        best.append(_candidate(whole))
    chosen = min(best, key=lambda candidate: candidate.objective)
    if bound is not None:
        bound = min(bound, chosen.objective)
    status = RotaStatus.FEASIBLE
    if proven and bound is not None and chosen.objective - bound <= PROVEN * max(1.0, chosen.objective):
        status = RotaStatus.OPTIMAL
    elif budget.stopped:
        status = RotaStatus.STOPPED
    return RotaResult(
        status=status,
        rota=chosen.rota,
        objective=chosen.objective,
        bound=bound,
        work=int(budget.work),
        seconds=budget.seconds,
    )


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A rota and its objective, as the checker will find it."""

    rota: Rota
    objective: float


def _candidate(state: State) -> _Candidate:
    rota = build_rota(state)
    problem = state.problem
    return _Candidate(rota, _shortage(problem.workspace, problem.requirement, rota) + state.own_costs)


def _shortage(workspace: Workspace, requirement: StaffingRequirement, rota: Rota) -> float:
    coverage = measure_coverage(workspace, requirement, rota.stretches)
    over = workspace.settings.weights.overstaffing
    return coverage.weighted_short_hours + (over * coverage.excess_hours if over else 0.0)


def _without_agents(workspace: Workspace, requirement: StaffingRequirement, budget: Budget) -> RotaResult:
    rota = Rota((), ())
    objective = _shortage(workspace, requirement, rota)
    return RotaResult(
        RotaStatus.OPTIMAL,
        rota,
        objective,
        bound=objective,
        notes=("There are no agents: everything required is short.",),
        seconds=budget.seconds,
    )
