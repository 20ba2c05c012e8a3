"""Build a rota: the one entry point of the engine."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.coverage import measure_coverage
from scheduler.progress import Progress, ProgressReport
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.budget import Budget, Clock
from scheduler.rostering.prices.known import price_table
from scheduler.rostering.problem import compile_problem
from scheduler.rostering.result import Limits, RotaResult, RotaStatus
from scheduler.rostering.search import PROVEN, Candidate, Search
from scheduler.rostering.state import State
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
    if not workspace.agents:
        return _without_agents(workspace, requirement, budget)

    def tell(state: State, message: str) -> None:
        if on_progress is not None:
            on_progress(ProgressReport("rota", budget.share_used, message, state.objective))

    search = Search(compile_problem(workspace, requirement), budget, tell)
    best = search.run()
    return RotaResult(
        status=_status(search, best, budget),
        rota=best.rota,
        objective=best.objective,
        bound=search.bound,
        reasons=search.reasons,
        notes=search.notes,
        work=int(budget.work),
        seconds=budget.seconds,
        prices=None if search.prices is None else price_table(search.prices, search.problem.demand),
    )


def _status(search: Search, best: Candidate, budget: Budget) -> RotaStatus:
    if search.reasons:
        return RotaStatus.INFEASIBLE
    if search.bound is not None and best.objective - search.bound <= PROVEN * max(1.0, best.objective):
        return RotaStatus.OPTIMAL
    return RotaStatus.STOPPED if budget.stopped else RotaStatus.FEASIBLE


def _without_agents(workspace: Workspace, requirement: StaffingRequirement, budget: Budget) -> RotaResult:
    rota = Rota((), ())
    objective = measure_coverage(workspace, requirement, rota.stretches).weighted_short_hours
    return RotaResult(
        RotaStatus.OPTIMAL,
        rota,
        objective,
        bound=objective,
        notes=("There are no agents: everything required is short.",),
        seconds=budget.seconds,
    )
