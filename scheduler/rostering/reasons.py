"""Why an agent's rules cannot all be kept, proven by CP-SAT for each agent alone."""

from __future__ import annotations

from ortools.sat.python import cp_model

from scheduler.rostering.exact.rules import TourRules
from scheduler.rostering.problem import Person, Problem

__all__ = ["why_unlawful"]

DETERMINISTIC_SECONDS = 2.0


def why_unlawful(problem: Problem, person: Person) -> str | None:
    """Say which rules of runs no tour of this agent can keep; None where it is not proven."""
    model = cp_model.CpModel()
    tour = TourRules(model, problem, person, {})
    if not tour.broken:
        return None
    model.minimize(sum(tour.broken))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS
    status = solver.solve(model)
    if status != cp_model.OPTIMAL or solver.objective_value < 0.5:
        return None
    return (
        f"agent {person.agent.name}: no tour keeps contract {person.contract.name} "
        f"({_named(person)}) together with its maxima, leave, availability, fixed work and the days before "
        "the plan; the rota breaks as few of these rules as it can"
    )


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
