"""Build a rota of whole days, and prove how good it can be at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from scheduler.daily import DailyProblem, DailyRota
from scheduler.progress import Progress, ProgressReport
from scheduler.rostering.budget import Budget, Clock
from scheduler.rostering.daily.board import make_board
from scheduler.rostering.daily.search import DailySearch
from scheduler.rostering.result import Limits, RotaStatus

__all__ = ["DailyResult", "solve_daily"]

DUST = 1e-4


@dataclass(frozen=True)
class DailyResult:
    """The best rota found, and what is proven about it.

    Parameters
    ----------
    bound
        Proven lower limit on the cost of any rota, whole as all weights are; None where nothing is proven.
    reasons
        Why there is no rota.
    """

    status: RotaStatus
    rota: DailyRota | None
    cost: float | None
    bound: int | None
    reasons: tuple[str, ...] = ()
    work: int = 0
    seconds: float = 0.0


def solve_daily(
    problem: DailyProblem,
    limits: Limits,
    *,
    clock: Clock,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> DailyResult:
    """Build the best rota found within the limits.

    Parameters
    ----------
    limits
        A unit of work is a person's answer. ``gap`` is a share of the rota's cost.
    clock
        Seconds, ever rising.
    should_stop
        Asked often; once it says so, the best rota so far is returned.
    """
    budget = Budget(limits, clock, should_stop)

    def tell(message: str, best: float | None) -> None:
        if on_progress is not None:
            on_progress(ProgressReport("rota", budget.share_used, message, best))

    search = DailySearch(make_board(problem), budget, tell)
    search.run()
    bound = None if search.bound is None else max(0, ceil(search.bound - DUST))
    if search.tours is None:
        names = [problem.people[person].name for person in search.without]
        reasons = tuple(f"No tour was found for {name} that keeps every rule." for name in names)
        status = RotaStatus.INFEASIBLE if search.impossible else RotaStatus.NO_SOLUTION
        return DailyResult(status, None, None, bound, reasons, int(budget.work), budget.seconds)
    status = RotaStatus.STOPPED if budget.stopped else RotaStatus.FEASIBLE
    if bound is not None and search.cost <= bound + DUST:
        status = RotaStatus.OPTIMAL
    rota = search.board.rota(search.tours)
    return DailyResult(status, rota, search.cost, bound, (), int(budget.work), budget.seconds)
