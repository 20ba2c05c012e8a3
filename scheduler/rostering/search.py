"""The stages of a search: sweeps, then proof, then what time is left for better rotas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from scheduler.coverage import measure_coverage
from scheduler.earlier import Earlier
from scheduler.rostering.answer import Answers
from scheduler.rostering.attendance import Attendance
from scheduler.rostering.budget import Budget
from scheduler.rostering.exact.neighbourhood import draw_days, improve, is_worthwhile
from scheduler.rostering.exact.whole import is_small, solve_whole
from scheduler.rostering.meetings import Meeting
from scheduler.rostering.prices.bound import PriceBound
from scheduler.rostering.problem import Problem
from scheduler.rostering.reasons import mend, missed_meetings, too_few
from scheduler.rostering.recreate import recreate_until, related
from scheduler.rostering.state import State
from scheduler.rostering.sweeps import BENDS, sweep_until_settled
from scheduler.rostering.timeline import build_rota
from scheduler.rostering.true_cost import premiums_beyond
from scheduler.rostering.warm_start import begin_as_before
from scheduler.rota import Rota

__all__ = ["PROVEN", "Candidate", "Search"]

Floats = npt.NDArray[np.float64]

PROVEN = 1e-4
"""Relative: what rounding to CP-SAT's whole numbers may cost the bound."""

BEFORE_PROOF = 0.15
"""Share of what the sweeps leave that small problems spend on better rotas before they are solved whole."""
FOR_SWEEPS = 0.5
"""Share of all that there is after which sweeps give way to the bound; they go on after it."""
LATER = len(BENDS) - 1
"""The sweep to begin with where everyone has a tour."""
FOR_BOUND = 0.4
"""Share of what the sweeps leave that large problems spend on their bound."""
FOR_SMALL_BOUND = 0.05
"""The same for small problems, in case that solving them whole takes too long."""
ROUNDS_WITHOUT_LIMITS = 50
STRETCH = 0.1
"""Share of the budget after which ruin and recreate gives way to one neighbourhood of CP-SAT."""
NEIGHBOURS, NEIGHBOUR_DAYS, NEIGHBOUR_WORK = 5, 7, 200.0
MOST_REASONS = 20
RESERVE_AGAIN = 2.5
"""Times what beginning with an earlier rota took."""
FOR_LOST = 0.5
"""Share of what is left that is spent where an earlier rota lost coverage."""
FRUITLESS_WHERE_LOST = 300
"""Tries in a row without a gain there after which the whole rota is looked at."""
RESERVE = 1.5
"""Times what writing out the first rota took."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A rota and its objective, as the checker will find it."""

    rota: Rota
    objective: float
    broken: float
    """Units of hard rules."""
    attendance: Attendance | None = None
    """Who is at work at once."""
    breakers: tuple[str, ...] = ()
    """Agents whose own tours break hard rules."""
    missed: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Numbers of the activities that each person should attend and does not."""

    @property
    def rank(self) -> tuple[float, float]:
        """Less is better."""
        return self.broken, self.objective


class Search:
    """One search and what it has found.

    Attributes
    ----------
    best
        None before the sweeps.
    bound
        Proven lower limit on the objective of any rota.
    reasons
        Rules that no rota can keep.
    notes
        What else a planner should know of the search.
    """

    def __init__(self, problem: Problem, budget: Budget, tell: Callable[[State, str], None]) -> None:
        self.problem = problem
        self.budget = budget
        self.best: Candidate | None = None
        self.bound: float | None = None
        self.reasons: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = problem.notes
        self._hopeless = False
        self._state = State(problem)
        self._answers = Answers(problem)
        self._tell = tell
        self._prices: PriceBound | None = None

    @property
    def prices(self) -> Floats | None:
        """What an agent-interval of each row is worth where the bound is best, in agent-hours, (T, Q)."""
        return None if self._prices is None else self._prices.best_price

    def run(self) -> Candidate:
        """Search until the budget is over or nothing more is gained; return the best rota."""
        state, budget = self._state, self.budget
        earlier = self.problem.workspace.earlier
        settled = self._sweep(0, self._swept_enough) if earlier is None else self._begin_as_before(earlier)
        self._mend()
        if not budget.over():
            if is_small(self.problem):
                self._recreate(self._until(BEFORE_PROOF))
                self._find_bound(FOR_SMALL_BOUND)
                if not self._near_enough():
                    self._prove()
            else:
                self._find_bound(FOR_BOUND)
                if not settled:
                    self._sweep(LATER, self._near_enough)
                self._recreate(self._near_enough)
        best = self._keep(state)
        self._tell_across(best)
        self._tell_left_out()
        self._reconcile(best)
        return best

    def _sweep(self, first: int, enough: Callable[[], bool]) -> bool:
        return sweep_until_settled(
            self._state,
            self._answers,
            self.budget,
            tell=self._say,
            after_first=self._rehearse,
            enough=enough,
            first=first,
        )

    def _swept_enough(self) -> bool:
        return self.budget.share_used >= FOR_SWEEPS

    def _begin_as_before(self, earlier: Earlier) -> bool:
        """Begin with an earlier rota, and mend first what it lost; return whether it is settled."""
        state, budget = self._state, self.budget
        self._say("Beginning with the earlier rota")
        begun = budget.seconds
        lost = begin_as_before(state, self._answers, earlier, budget)
        budget.reserve = RESERVE_AGAIN * (budget.seconds - begun)
        if earlier.prices is not None and not is_small(self.problem):
            self._find_bound(0.0)
        recreate_until(
            state,
            self._answers,
            budget,
            enough=_either(self._near_enough, self._until(FOR_LOST)),
            tell=self._say,
            random=np.random.default_rng([budget.limits.seed, 3]),
            where=lost,
            fruitless=FRUITLESS_WHERE_LOST,
        )
        return self._sweep(LATER, self._swept_enough)

    def _reconcile(self, best: Candidate) -> None:
        """Lower the bound to the rota's objective where rounding, or a rule that it breaks, put it above."""
        if self.bound is None or self.bound <= best.objective:
            return
        if not best.broken and self.bound - best.objective > PROVEN * max(1.0, best.objective):
            self.notes = (
                *self.notes,
                "A lower limit was dropped: this rota is below it, which is an error of the proof.",
            )
            self.bound = None
        else:
            self.bound = best.objective

    def _rehearse(self) -> None:
        """Write out the first whole rota, and keep back the time that this takes for the last one."""
        begun = self.budget.seconds
        self._keep(self._state)
        self.budget.reserve = RESERVE * (self.budget.seconds - begun)

    def _say(self, message: str) -> None:
        self._tell(self._state, message)

    def _keep(self, state: State) -> Candidate:
        rota = build_rota(state)
        workspace, requirement = state.problem.workspace, state.problem.requirement
        coverage = measure_coverage(workspace, requirement, rota.stretches)
        over = workspace.settings.weights.overstaffing
        short = coverage.weighted_short_hours + (over * coverage.excess_hours if over else 0.0)
        own = state.own_costs + workspace.settings.weights.translation * state.translation_hours
        own += premiums_beyond(state, rota)
        breakers = tuple(state.problem.people[number].agent.name for number in state.breakers)
        missed = {number: left for number in state.breakers if (left := state.missed(number))}
        candidate = Candidate(
            rota, short + own, round(state.broken, 6), copy(state.attendance), breakers, missed
        )
        if self.best is None or candidate.rank < self.best.rank:
            self.best = candidate
        return self.best

    def _until(self, share: float) -> Callable[[], bool]:
        """Return a test whether this share of what is left now has been used."""
        used = self.budget.share_used
        limit = used + share * (1 - used)
        return lambda: self.budget.share_used >= limit

    def _near_enough(self) -> bool:
        if self.bound is None or self._state.broken:
            return False
        gap, objective = self.budget.limits.gap, self._state.objective
        enough = 0.0 if gap is None else gap * self.problem.demand.counted_hours
        return objective - self.bound <= max(enough, PROVEN / 2 * max(1.0, objective))

    def _mend(self) -> None:
        """Give who breaks a rule a tour that breaks as few as can be, and tell of whom none breaks none."""
        state = self._state
        reasons = []
        for number in range(len(self.problem.people)):
            if not state.tour_of(number).broken:
                continue
            old = state.take_out(number)
            leeway = state.leeway(number)
            if old is not None:
                state.put_in(number, old)
            state.settle()
            mended = mend(self.problem, number, leeway)
            if mended.reason is not None:
                reasons.append(mended.reason)
            if mended.chosen is not None:
                self._exchange(number, mended.chosen, () if leeway is None else leeway.meetings)
        more = len(reasons) - MOST_REASONS
        self.reasons = (*reasons[:MOST_REASONS], *([f"and {more} agents more"] if more > 0 else []))

    def _tell_across(self, best: Candidate) -> None:
        """Tell what rules across agents leave broken, and whether anybody could change that."""
        attendance = best.attendance
        never, others = missed_meetings(self.problem, best.missed)
        if attendance is not None and attendance.missing.any():
            hopeless, open_ = too_few(self.problem, attendance)
            never += hopeless
            others += open_
        if attendance is not None or best.missed:
            told = " ".join((*self.reasons, *never, *others))
            others += [
                f"agent {name}: this rota breaks a rule of working days or days off"
                for name in best.breakers
                if f"agent {name}:" not in told
            ]
        ending = "no rota keeps every rule" if self._hopeless else "no better was found"
        others = [f"{said}; {ending}" for said in others]
        self.reasons = (*self.reasons, *never, *(others if self._hopeless else ()))
        self.notes = (*self.notes, *(others if not self._hopeless else ()))

    def _tell_left_out(self) -> None:
        """Tell which rules prices leave out, where the bound is theirs: no rota may reach it."""
        problem = self.problem
        if self._prices is None or self.bound is None or self.bound != self._prices.best:
            return
        left_out = ["who is at work at once"] if problem.presence is not None else []
        left_out += ["activities to place"] if any(problem.meetings) else []
        if left_out:
            self.notes = (
                *self.notes,
                f"The proof leaves out rules on {' and '.join(left_out)}: the best rota may be nearer than "
                "the gap says.",
            )

    def _exchange(self, number: int, chosen: npt.NDArray[np.int64], meetings: Sequence[Meeting]) -> None:
        state = self._state
        old = state.tour_of(number)
        worth = self._answers.slot_worth(number, state.values(self.problem.people[number].kind, 0.0))
        tour = self._answers.build(number, chosen, worth, meetings)
        if tour.broken < old.broken:
            state.take_out(number)
            state.put_in(number, tour)
            state.settle()

    def _recreate(self, enough: Callable[[], bool]) -> None:
        """Ruin and recreate, with a neighbourhood of CP-SAT now and then."""
        state, budget = self._state, self.budget
        random = np.random.default_rng([budget.limits.seed, 2])
        small_models = is_worthwhile(state)
        while not enough() and not budget.over():
            settled = recreate_until(
                state,
                self._answers,
                budget,
                enough=_either(enough, self._until(STRETCH)),
                tell=self._say,
                random=random,
            )
            if enough() or budget.over() or (settled and not small_models):
                return
            if small_models:
                people = related(state, random, NEIGHBOURS)
                days = draw_days(len(self.problem.dates), random, NEIGHBOUR_DAYS)
                helped = improve(state, budget, people, days, work=NEIGHBOUR_WORK)
                if settled and not helped:
                    return

    def _prove(self) -> None:
        if self.budget.over():
            return
        self._say("Proving how good the rota is")
        whole, outcome = solve_whole(self._state, self.budget)
        if outcome.solver is not None:
            self._keep(whole)
        self._hopeless = outcome.hopeless and self.problem.exact
        if outcome.bound is not None and self.problem.exact:
            self.bound = max(outcome.bound, -np.inf if self.bound is None else self.bound)

    def _find_bound(self, share: float) -> None:
        budget = self.budget
        self._say("Proving how good any rota can be")
        prices = self._prices or PriceBound(self.problem, budget.limits.workers, self._state.short)
        groups = prices.earners.people
        limits = budget.limits
        endless = limits.time_seconds is None and limits.work is None
        spent = self._until(share)
        rounds = 0

        def enough() -> bool:
            nonlocal rounds
            rounds += 1
            budget.spend(groups if rounds > 1 else 0)
            self.bound = prices.best
            return (
                budget.over()
                or spent()
                or self._near_enough()
                or (endless and rounds > ROUNDS_WITHOUT_LIMITS)
            )

        if self._prices is None:
            self._prices = prices
            prices.start(enough)
        prices.rounds(enough)


def _either(first: Callable[[], bool], second: Callable[[], bool]) -> Callable[[], bool]:
    return lambda: first() or second()
