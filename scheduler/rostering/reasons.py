"""A tour that breaks as few rules as can be, and why: by CP-SAT for each agent alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from scheduler.rostering.exact.rules import TourRules
from scheduler.rostering.problem import Person, Problem
from scheduler.rostering.tour import OFF

__all__ = ["Mended", "mend"]

DETERMINISTIC_SECONDS = 2.0


@dataclass(frozen=True, eq=False)
class Mended:
    """What CP-SAT found for one agent.

    Parameters
    ----------
    chosen
        Row of the agent's options on each date, −1 off, (D,); None where nothing was found.
    reason
        Which rules of runs no tour can keep together; None where that is not proven.
    """

    chosen: npt.NDArray[np.int64] | None = None
    reason: str | None = None


def mend(problem: Problem, person: Person) -> Mended:
    """Find a tour of this agent that breaks as few rules of runs as can be."""
    model = cp_model.CpModel()
    tour = TourRules(model, problem, person, {})
    model.minimize(sum(tour.broken))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Mended()
    picked = [row for row, pick in enumerate(tour.pick) if solver.value(pick)]
    chosen = np.full(len(tour.rows), OFF, dtype=np.int64)
    chosen[np.searchsorted(person.options.first, picked, side="right") - 1] = picked
    if status != cp_model.OPTIMAL or solver.objective_value < 0.5:
        return Mended(chosen)
    reason = (
        f"agent {person.agent.name}: no tour keeps contract {person.contract.name} "
        f"({_named(person)}) together with its maxima, leave, availability, fixed work and the days before "
        "the plan; the rota breaks as few of these rules as it can"
    )
    return Mended(chosen, reason)


def _named(person: Person) -> str:
    contract = person.contract
    told = []
    if (contract.min_days_running or 1) > 1:
        told.append(f"at least {contract.min_days_running} working days running")
    if contract.days_off_running > 1:
        told.append(f"at least {contract.days_off_running} days off in a row")
    if contract.max_days_off_running is not None:
        told.append(f"at most {contract.max_days_off_running} days off in a row")
    return ", ".join(told)
