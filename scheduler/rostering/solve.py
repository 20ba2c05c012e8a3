"""Build a rota: the one entry point of the engine."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.coverage import measure_coverage
from scheduler.progress import Progress, ProgressReport
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.answer import Answers
from scheduler.rostering.budget import Budget, Clock
from scheduler.rostering.problem import compile_problem
from scheduler.rostering.result import Limits, RotaResult, RotaStatus
from scheduler.rostering.state import State
from scheduler.rostering.sweeps import sweep_until_settled
from scheduler.rostering.timeline import build_rota
from scheduler.rota import Rota
from scheduler.workspace import Workspace

__all__ = ["solve"]


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
    problem = compile_problem(workspace, requirement)
    state = State(problem)

    def tell(message: str) -> None:
        if on_progress is not None:
            on_progress(ProgressReport("rota", budget.share_used, message, state.objective))

    if not workspace.agents:
        return _without_agents(workspace, requirement, budget)
    sweep_until_settled(state, Answers(problem), budget, tell=tell)
    rota = build_rota(state)
    return RotaResult(
        status=RotaStatus.STOPPED if budget.stopped else RotaStatus.FEASIBLE,
        rota=rota,
        objective=_shortage(workspace, requirement, rota) + state.own_costs,
        bound=None,
        work=int(budget.work),
        seconds=budget.seconds,
    )


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
