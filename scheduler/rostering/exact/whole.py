"""Small problems whole: the best rota, and the proof that it is."""

from __future__ import annotations

from scheduler.rostering.budget import Budget
from scheduler.rostering.exact.model import RotaModel
from scheduler.rostering.exact.run import Outcome, run
from scheduler.rostering.problem import Problem, compile_problem
from scheduler.rostering.state import State
from scheduler.rostering.tour import make_tour

__all__ = ["is_small", "refine", "solve_whole"]

MOST_OPTIONS = 12_000
"""Options of all people and dates; beyond them CP-SAT proves nothing within minutes."""
MOST_UNITS = 60_000
"""Intervals × edges."""
WORK_WITHOUT_LIMITS = 6000.0
"""Where nobody set a limit, a search for proof must still end."""


def is_small(problem: Problem) -> bool:
    """Tell whether the whole problem as one model has a chance to be proven."""
    options = sum(len(person.options.rows) for person in problem.people)
    steps = len(problem.demand.required)
    return options <= MOST_OPTIONS and steps * len(problem.kinds.edge_queue) <= MOST_UNITS


def refine(state: State) -> State:
    """Return the same rota on five-minute slots, where breaks may begin at every five minutes."""
    coarse = state.problem
    fine = compile_problem(coarse.workspace, coarse.requirement, finest=True)
    ratio = coarse.slot // fine.slot
    refined = State(fine)
    refined.fill(
        [
            make_tour(
                fine,
                person,
                tour.chosen,
                tuple(tuple(at * ratio for at in breaks) for breaks in tour.breaks),
                attended=tuple((which, low * ratio, high * ratio) for which, low, high in tour.attended),
                missed=len(fine.meetings[number]) - len(tour.attended),
            )
            for number, person in enumerate(fine.people)
            for tour in (state.tour_of(number),)
        ]
    )
    refined.times = {which: start * ratio for which, start in state.times.items()}
    return refined


def solve_whole(state: State, budget: Budget) -> tuple[State, Outcome]:
    """Solve the whole problem with everybody and every date free, starting from a settled state.

    Returns
    -------
    State
        The best rota with who serves what as CP-SAT has it; the one given, refined, where it found none.
    """
    refined = refine(state)
    model = RotaModel(refined, range(len(refined.tours)), range(len(refined.problem.dates)))
    model.hint()
    limits = budget.limits
    gap = None if limits.gap is None else limits.gap * state.problem.demand.counted_hours
    endless = limits.time_seconds is None and limits.work is None
    outcome = run(model, budget, work=WORK_WITHOUT_LIMITS if endless else None, gap=gap)
    if outcome.solver is None:
        return refined, outcome
    best = State(refined.problem)
    tours = model.tours(outcome.solver)
    best.fill([tours[number] for number in range(len(tours))])
    best.times = model.times(outcome.solver)
    best.x, best.translated = model.units(outcome.solver)
    return best, outcome
