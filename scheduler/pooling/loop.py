"""Simulate the rota, move the requirement, solve again: until every target is met with the fewest agents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from forecasting.forecast import ForecastResult
from scheduler.pooling.shape import Moves, Shape
from scheduler.progress import Progress
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.result import Limits, RotaResult
from scheduler.rostering.solve import solve
from scheduler.rota import Rota
from scheduler.simulation.result import SimulationResult
from scheduler.simulation.simulate_rota import simulate_rota
from scheduler.staffing.options import simulation_assumptions
from scheduler.workspace import Workspace

__all__ = ["PooledRota", "Round", "solve_pooled"]

SHARES = (0.12, 0.12, 0.12, 0.12, 0.12, 0.4)
"""Of the limits, for each round; the last one, when the requirement has settled, builds the best rota."""
REPLICATIONS = 40
TOLERANCE = 0.0005
"""Of all contacts: rounds that miss their targets by so much more than the best are as good as it."""


@dataclass(frozen=True, eq=False)
class Round:
    """One requirement, its rota, and what that gave.

    Parameters
    ----------
    paid_hours
        Of the rota.
    missed
        Contacts that should have been in time, over the horizon, for every queue to meet its target.
    queues_met
        Queues that meet their target over the horizon.
    """

    requirement: StaffingRequirement
    result: RotaResult
    simulated: SimulationResult
    paid_hours: float
    missed: float
    queues_met: int


@dataclass(frozen=True, eq=False)
class PooledRota:
    """The chosen requirement and its rota, and the rounds that led there, the first by formulas alone."""

    requirement: StaffingRequirement
    result: RotaResult
    rounds: tuple[Round, ...] = ()
    chosen: int = 0

    def report(self) -> dict[str, Any]:
        """Return the ``pooling`` part of ``report.json``."""
        return {
            "chosen": self.chosen,
            "rounds": [
                {
                    "required_hours": round(_required_hours(each.requirement), 2),
                    "paid_hours": round(each.paid_hours, 2),
                    "queues": len(each.simulated.system.queues.keys),
                    "queues_met": each.queues_met,
                    "contacts_missed": round(each.missed, 2),
                }
                for each in self.rounds
            ],
        }

    def note(self) -> str:
        """Say what the loop did."""
        if not self.rounds:
            return "Pooling was not simulated: there is no rota by formulas alone to begin with."
        first, last = self.rounds[0], self.rounds[self.chosen]
        count = len(last.simulated.system.queues.keys)
        before, after = (_required_hours(each.requirement) for each in (first, last))
        return (
            f"Pooling: in {len(self.rounds)} rounds the requirement moved from {before:,.0f} to {after:,.0f} "
            "agent-hours "
            f"and the rota from {first.paid_hours:,.0f} to {last.paid_hours:,.0f} paid hours; "
            f"{last.queues_met} of {count} queues meet their target as simulated, {first.queues_met} did by "
            "formulas alone."
        )


def solve_pooled(
    workspace: Workspace,
    predicted: ForecastResult,
    requirement: StaffingRequirement,
    limits: Limits,
    *,
    clock: Callable[[], float],
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> PooledRota:
    """Return the requirement and rota that meet the targets, as simulated, with the fewest paid hours.

    All rounds meet the same contacts (common random numbers). Among those that miss the fewest contacts,
    within a tolerance, the one of the fewest paid hours is chosen; where the people are too few for the
    targets, that is the round that comes nearest.

    Parameters
    ----------
    limits
        For all rounds together.
    """
    shape = Shape(workspace, predicted, requirement)
    rounds: list[Round] = []
    stood: list[Moves] = []
    for share in SHARES:
        if rounds and should_stop is not None and should_stop():
            break
        if len(rounds) == len(SHARES) - 1 and (place := _best(rounds)) < len(rounds) - 1:
            # No later move did better: the longest search is for the best requirement so far.
            shape.moves = {key: moves.copy() for key, moves in stood[place].items()}
        wanted = shape.moved() if rounds else requirement
        result = solve(
            workspace,
            wanted,
            _part(limits, share),
            clock=clock,
            on_progress=on_progress,
            should_stop=should_stop,
        )
        if result.rota is None:
            break
        rounds.append(_measure(workspace, predicted, wanted, result, rota=result.rota, limits=limits))
        stood.append({key: moves.copy() for key, moves in shape.moves.items()})
        worse = len(rounds) - 1 not in _good(rounds)
        shape.follow(rounds[-1].simulated, stood[_best(rounds)] if worse else None)
    if not rounds:
        return PooledRota(requirement, result)
    chosen = _best(rounds)
    best = rounds[chosen]
    spent = sum(each.result.work for each in rounds), sum(each.result.seconds for each in rounds)
    result = replace(best.result, work=spent[0], seconds=spent[1])
    return PooledRota(best.requirement, result, tuple(rounds), chosen)


def _part(limits: Limits, share: float) -> Limits:
    return replace(
        limits,
        time_seconds=None if limits.time_seconds is None else limits.time_seconds * share,
        work=None if limits.work is None else max(1, round(limits.work * share)),
    )


def _measure(
    workspace: Workspace,
    predicted: ForecastResult,
    requirement: StaffingRequirement,
    result: RotaResult,
    *,
    rota: Rota,
    limits: Limits,
) -> Round:
    simulated = simulate_rota(
        workspace,
        predicted.forecast,
        rota,
        dispersion=predicted.dispersion,
        assumptions=simulation_assumptions(workspace),
        replications=REPLICATIONS,
        seed=limits.seed,
        workers=limits.workers,
    )
    level = np.nan_to_num(simulated.of_horizon("service_level").mean, nan=1.0)
    contacts = simulated.measure("arrived").sum(axis=(0, 2)) / simulated.replications
    short = np.maximum(0.0, simulated.system.queues.target - level)
    return Round(
        requirement=requirement,
        result=result,
        simulated=simulated,
        paid_hours=sum(shift.paid_minutes for shift in rota.shifts) / 60.0,
        missed=float((short * contacts).sum()),
        queues_met=int(np.count_nonzero(short == 0)),
    )


def _good(rounds: list[Round]) -> list[int]:
    """Return the rounds that miss the fewest contacts, within the tolerance."""
    contacts = rounds[0].simulated.contacts / rounds[0].simulated.replications
    enough = min(each.missed for each in rounds) + TOLERANCE * contacts
    return [place for place, each in enumerate(rounds) if each.missed <= enough]


def _best(rounds: list[Round]) -> int:
    """Return the good round of the fewest paid hours, the last one of equals."""
    return min(_good(rounds), key=lambda place: (rounds[place].paid_hours, -place))


def _required_hours(requirement: StaffingRequirement) -> float:
    return float(requirement.frame["agents"].sum()) * requirement.interval_minutes / 60.0
