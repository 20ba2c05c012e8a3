"""A tour that breaks as few rules as can be, and why: by CP-SAT for each agent alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from scheduler.rostering.attendance import Attendance, Leeway
from scheduler.rostering.exact.rules import TourRules
from scheduler.rostering.exact.solver import new_solver
from scheduler.rostering.kernels.labels import AROUND_FIXED
from scheduler.rostering.meetings import Meeting, hosts
from scheduler.rostering.presence import PresenceRules
from scheduler.rostering.problem import Person, Problem
from scheduler.rostering.tour import OFF, break_places, working_segments

__all__ = ["Mended", "mend", "missed_meetings", "too_few"]

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


def mend(problem: Problem, number: int, leeway: Leeway | None = None) -> Mended:
    """Find a tour of this agent that breaks as few rules of runs, and misses as few activities, as can be.

    ``leeway``: what the rules across agents leave; others may make more of it, so that it proves nothing.
    """
    person, own = problem.people[number], problem.meetings[number]
    model = cp_model.CpModel()
    tour = TourRules(model, problem, person, {})
    nothing = np.zeros(problem.slots + 1)
    for row in np.flatnonzero(person.options.rows[:, 6] == AROUND_FIXED).tolist():
        if break_places(problem, person, row, nothing, person.pinned) is None:
            model.add(tour.pick[row] == 0)
    meetings, narrowed = own, False
    if leeway is not None:
        barred = leeway.bars(person, problem.slot)
        for row in np.flatnonzero(barred).tolist():
            model.add(tour.pick[row] == 0)
        meetings = leeway.meetings
        narrowed = bool(barred.any()) or meetings != own
    missed = []
    for meeting in meetings:
        able = [
            tour.pick[row]
            for row in np.flatnonzero(hosts(person, meeting, problem.slot)).tolist()
            if _has_place(problem, person, row, meeting)
        ]
        if able:
            missed.append(model.new_bool_var(""))
            model.add(sum(able) + missed[-1] >= 1)
    model.minimize(sum(tour.broken) + sum(missed))
    solver = new_solver()
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
    if narrowed:
        return Mended(chosen, mend(problem, number).reason)
    reason = (
        f"agent {person.agent.name}: no tour keeps contract {person.contract.name} "
        f"({_named(person, own)}) together with its maxima, leave, availability, fixed work and the days "
        "before the plan; the rota breaks as few of these rules as it can"
    )
    return Mended(chosen, reason)


def too_few(problem: Problem, attendance: Attendance) -> tuple[list[str], list[str]]:
    """Tell where fewer are at work than a minimum asks: what nobody could mend, and what may be mended.

    Nobody can where fewer have any shift that could be worked then, each rule of theirs aside.
    """
    rules, missing = attendance.rules, attendance.missing
    could = rules.given.copy()
    for number, person in enumerate(problem.people):
        reach = np.zeros(rules.least.shape[1] + 1, dtype=np.int64)
        for row in range(len(person.options.rows)):
            for low, high in rules.pieces(number, person, row):
                reach[low] += 1
                reach[high] -= 1
        could[rules.members[number]] += np.cumsum(reach[:-1]) > 0
    hopeless: list[str] = []
    others: list[str] = []
    for rule in np.flatnonzero(missing.any(axis=1)).tolist():
        never = (could[rule] < rules.least[rule]) & (missing[rule] > 0)
        for slots, told, why in (
            (never, hopeless, "people who could be"),
            ((missing[rule] > 0) & ~never, others, "at work in this rota"),
        ):
            if slots.any():
                counts = could[rule] if told is hopeless else attendance.heads[rule]
                told.append(_spell(rules, rule, slots, counts, why))
    return hopeless, others


def missed_meetings(problem: Problem, missed: Mapping[int, Sequence[int]]) -> tuple[list[str], list[str]]:
    """Tell which activities a rota leaves out: those that nobody could place, and the others.

    Parameters
    ----------
    missed
        Numbers of the activities by person.
    """
    never: list[str] = []
    others: list[str] = []
    for number, activities in missed.items():
        person = problem.people[number]
        for meeting in problem.meetings[number]:
            if meeting.number in activities:
                able = np.flatnonzero(hosts(person, meeting, problem.slot)).tolist()
                said = f"agent {person.agent.name}: {meeting.name} is not attended"
                if any(_has_place(problem, person, row, meeting) for row in able):
                    others.append(said)
                else:
                    never.append(f"{said}: no shift that could be worked holds it")
    return never, others


def _has_place(problem: Problem, person: Person, row: int, meeting: Meeting) -> bool:
    day = int(np.searchsorted(person.options.first, row, side="right")) - 1
    spans = working_segments(problem, person, day, row, ())
    return any(min(high, meeting.high) - max(low, meeting.low) >= meeting.slots for low, high in spans)


def _spell(
    rules: PresenceRules, rule: int, slots: npt.NDArray[np.bool_], counts: npt.NDArray[np.int32], why: str
) -> str:
    """Say where a minimum is not met, the first stretch with its times."""
    first = int(np.argmax(slots))
    after = first + int(np.argmin(np.append(slots[first:], False)))
    hours = float(slots.sum()) * rules.slot / 60
    least = int(rules.least[rule, first])
    return (
        f"{rules.names[rule]}: at least {least} must be at work, {int(counts[first])} "
        f"{why}, from {rules.instant(first):%Y-%m-%dT%H:%MZ} to {rules.instant(after):%Y-%m-%dT%H:%MZ}"
        f" ({hours:g} h in all)"
    )


def _named(person: Person, meetings: Sequence[Meeting]) -> str:
    contract = person.contract
    told = []
    if (contract.min_days_running or 1) > 1:
        told.append(f"at least {contract.min_days_running} working days running")
    if contract.days_off_running > 1:
        told.append(f"at least {contract.days_off_running} days off in a row")
    if contract.max_days_off_running is not None:
        told.append(f"at most {contract.max_days_off_running} days off in a row")
    told += [f"{meeting.name} to attend" for meeting in meetings]
    return ", ".join(told)
