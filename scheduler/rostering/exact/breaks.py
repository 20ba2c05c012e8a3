"""Breaks of a person's tour as variables: one per date, rule of a template and five minutes.

Starts and lengths share them: since one option a date is worked at most, a break at a given time may be
used exactly where one of the options that allow it is worked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.rostering.exact.rules import Linear, TourRules
from scheduler.rostering.problem import Problem

__all__ = ["BreakVariable", "add_breaks"]


@dataclass(frozen=True)
class BreakVariable:
    """A break of ``slots`` slots from ``start`` (slots from the origin) of rule ``place`` of a template."""

    day: int
    template: str
    place: int
    start: int
    slots: int
    variable: cp_model.IntVar


Rule = tuple[str, int]


def _allowed(problem: Problem, tour: TourRules, day: int) -> dict[Rule, dict[int, list[int]]]:
    """Return, per rule of a template, the slots where the break may start and the rows that allow each."""
    options, patterns = tour.person.options, problem.patterns
    found: dict[Rule, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in tour.rows[day]:
        number = int(options.pattern[row])
        if number < 0 or isinstance(tour.pick[row], int):
            continue
        pattern = patterns.patterns[number]
        base = int(options.rows[row, 0]) // problem.slot
        for place in range(len(pattern.rules)):
            _, low, high = patterns.rules[patterns.rule_first[number] + place].tolist()
            key = pattern.template, pattern.places[place]
            for at in range(base + low, base + high + 1):
                found[key][at].append(row)
    return found


def add_breaks(model: cp_model.CpModel, problem: Problem, tour: TourRules, day: int) -> list[BreakVariable]:
    """Add a date's breaks: each of the worked option once, inside its window, apart from the others."""
    pinned = tour.person.pinned
    variables: list[BreakVariable] = []
    by_template: dict[str, list[list[BreakVariable]]] = defaultdict(list)
    for (template, place), starts in sorted(_allowed(problem, tour, day).items()):
        slots = _slots_of(problem, template, place)
        rows = sorted({row for allowed in starts.values() for row in allowed})
        own = []
        for at, allowed in sorted(starts.items()):
            if pinned[at + slots] != pinned[at]:
                continue
            variable = model.new_bool_var("")
            own.append(BreakVariable(day, template, place, at, slots, variable))
            if len(allowed) < len(rows):
                model.add(variable <= sum(tour.pick[row] for row in allowed))
        model.add(sum(each.variable for each in own) == sum(tour.pick[row] for row in rows))
        by_template[template].append(own)
        variables += own
    for template, groups in sorted(by_template.items()):
        _keep_apart(model, problem, template, groups)
    return variables


def _slots_of(problem: Problem, template: str, place: int) -> int:
    return problem.workspace.shifts[template].breaks[place].minutes // problem.slot


def _keep_apart(
    model: cp_model.CpModel, problem: Problem, template: str, groups: list[list[BreakVariable]]
) -> None:
    """Breaks of one shift neither touch nor come nearer than the least gap, nor farther than the most."""
    shape = problem.workspace.shifts[template]
    least = max(1, -(-(shape.min_break_gap_minutes or 0) // problem.slot))
    for at, group in enumerate(groups):
        for other in groups[at + 1 :]:
            for first in group:
                near: list[Linear] = [
                    second.variable
                    for second in other
                    if first.start - second.slots - least < second.start < first.start + first.slots + least
                ]
                if near:
                    model.add(first.variable + sum(near) <= 1)
    if shape.max_break_gap_minutes is None or len(groups) < 2:
        return
    most = shape.max_break_gap_minutes // problem.slot
    # All breaks but the last have another that begins within the most gap after their end.
    last = [model.new_bool_var("") for _ in groups]
    model.add(sum(last) <= 1)
    for at, group in enumerate(groups):
        others = [each for place, other in enumerate(groups) if place != at for each in other]
        for first in group:
            end = first.start + first.slots
            model.add(
                first.variable
                <= last[at] + sum(each.variable for each in others if end + least <= each.start <= end + most)
            )
