"""Run CP-SAT under a budget, so that it can be stopped at any time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

from ortools.sat.python import cp_model

from scheduler.rostering.budget import Budget
from scheduler.rostering.exact.model import RotaModel
from scheduler.rostering.exact.scale import SCALE
from scheduler.rostering.exact.solver import new_solver

__all__ = ["Outcome", "run", "solve_model"]

POLL_SECONDS = 0.2
WORK_A_SECOND = 100
"""Units of work that a deterministic second of CP-SAT counts."""
SLOW_WITH_PRESENCE = ("core",)
"""Of CP-SAT's searches those that take a minute for a third of a deterministic second where seats bind."""


@dataclass(frozen=True)
class Outcome:
    """What CP-SAT found.

    Parameters
    ----------
    solver
        Holding the values of the best solution; None where there is none.
    bound
        Proven lower limit on the model's objective, in agent-hours, where no rule had to be broken.
    proven
        Whether the solution is proven to be the best.
    hopeless
        Whether it is proven that no rota keeps every rule.
    """

    solver: cp_model.CpSolver | None
    bound: float | None
    proven: bool
    hopeless: bool = False


def run(
    model: RotaModel,
    budget: Budget,
    *,
    seconds: float | None = None,
    work: float | None = None,
    gap: float | None = None,
    poll: Callable[[], None] | None = None,
) -> Outcome:
    """Minimise a model within what is left of the budget, and within ``seconds`` and ``work`` of its own.

    ``gap``: agent-hours between solution and bound that are near enough.
    """
    solver, status = solve_model(
        model.model,
        budget,
        seconds=seconds,
        work=work,
        gap=None if gap is None else gap * SCALE,
        poll=poll,
        without=() if model.problem.presence is None else SLOW_WITH_PRESENCE,
    )
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(None, None, proven=False)
    lawful = not solver.value(model.broken)
    return Outcome(
        solver,
        solver.best_objective_bound / SCALE if lawful else None,
        proven=lawful and status == cp_model.OPTIMAL,
        hopeless=not lawful and solver.best_objective_bound >= model.price_of_breach,
    )


def solve_model(
    model: cp_model.CpModel,
    budget: Budget,
    *,
    seconds: float | None = None,
    work: float | None = None,
    gap: float | None = None,
    poll: Callable[[], None] | None = None,
    without: Sequence[str] = (),
) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
    """Solve any model within what is left of the budget, and within ``seconds`` and ``work`` of its own.

    Parameters
    ----------
    gap
        In the model's own unit, between solution and bound.
    without
        CP-SAT's own searches that are left out.
    """
    solver = new_solver()
    parameters = solver.parameters
    parameters.num_workers = budget.limits.workers
    parameters.ignore_subsolvers.extend(without)
    parameters.random_seed = budget.limits.seed % (1 << 31)
    if gap is not None:
        parameters.absolute_gap_limit = gap
    seconds_left = min(budget.seconds_left, seconds if seconds is not None else float("inf"))
    work_left = min(budget.work_left, work if work is not None else float("inf"))
    if seconds_left < float("inf"):
        parameters.max_time_in_seconds = seconds_left
    if work_left < float("inf"):
        # With several workers only interleaved search gives the same answer twice.
        parameters.interleave_search = True
        parameters.max_deterministic_time = work_left / WORK_A_SECOND
    found: list[cp_model.CpSolverStatus] = []
    left = Event()

    def search() -> None:
        if not left.is_set():
            found.append(solver.solve(model))

    thread = Thread(target=search, daemon=True)
    try:
        thread.start()
        while thread.is_alive():
            thread.join(POLL_SECONDS)
            if poll is not None:
                poll()
            if budget.over():
                solver.stop_search()
    finally:
        # Whatever ends the wait, Ctrl-C too, ends the search: it would go on beside what comes next, and a
        # process that ends meanwhile is aborted.
        left.set()
        while thread.is_alive():
            solver.stop_search()
            thread.join(POLL_SECONDS)
    budget.spend(solver.response_proto.deterministic_time * WORK_A_SECOND)
    (status,) = found
    return solver, status
