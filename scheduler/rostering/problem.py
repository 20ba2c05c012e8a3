"""A workspace and its requirement, compiled to arrays once for all searches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from math import gcd

import numpy as np
import numpy.typing as npt

from scheduler.requirement import StaffingRequirement
from scheduler.rostering.contract_limits import week_numbers
from scheduler.rostering.demand import Demand, Kinds, build_demand, build_kinds
from scheduler.rostering.duties import MINUTE, DutyTable, PatternBook, Patterns, build_duties, common_step
from scheduler.rostering.meetings import Meeting, build_meetings
from scheduler.rostering.person import Grid, Person, Place, Tables, build_person
from scheduler.rostering.premiums import least_premiums
from scheduler.rostering.presence import PresenceRules, build_presence
from scheduler.rostering.refused import refused_shifts
from scheduler.rostering.site_law import read_law
from scheduler.rules.resolve import RuleBook
from scheduler.settings import Weights
from scheduler.window import plan_window
from scheduler.workspace import Workspace

__all__ = ["Person", "Problem", "compile_problem"]

Ints = npt.NDArray[np.int64]
FINEST_MINUTES = 5
"""Queues may be switched on whole five minutes."""


@dataclass(frozen=True, eq=False)
class Problem:
    """All that the searches read.

    Attributes
    ----------
    slot
        Minutes: starts, lengths and breaks lie on multiples of it from the demand's origin.
    unit
        Minutes in which presence is given to queues; divides the slot.
    week
        Number of each date's week, (D,).
    templates
        Names of the shift templates by number.
    presence
        Rules on who is at work at once; None without any.
    meetings
        What each person attends.
    notes
        What planners should know of it.
    """

    workspace: Workspace
    requirement: StaffingRequirement
    demand: Demand
    kinds: Kinds
    patterns: Patterns
    people: tuple[Person, ...]
    dates: tuple[date, ...]
    week: Ints
    templates: tuple[str, ...]
    slot: int
    unit: int
    presence: PresenceRules | None = None
    meetings: tuple[tuple[Meeting, ...], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether what is searched leaves out nothing that is lawful."""
        return self.patterns.exact and all(person.exact for person in self.people)

    @cached_property
    def relaxed(self) -> Problem:
        """The problem as proofs see it: whatever is lawful is in it."""
        people = tuple(person.bounding or person for person in self.people)
        patterns = self.patterns if self.patterns.exact else self.patterns.loosened(self.slot)
        return replace(self, people=people, patterns=patterns)

    @cached_property
    def able(self) -> tuple[Ints, ...]:
        """Who can serve each queue, if only by machine translation: numbers of people, in order."""
        kinds = self.kinds
        kind_of = np.array([person.kind for person in self.people], dtype=np.int64)
        serving = [
            np.concatenate([of_queue, kinds.translations.kind[kinds.translations.queue == queue]])
            for queue, of_queue in enumerate(
                np.split(kinds.edge_kind[kinds.queue_edge], kinds.queue_first[1:-1])
            )
        ]
        return tuple(np.flatnonzero(np.isin(kind_of, each)) for each in serving)

    @property
    def weights(self) -> Weights:
        """Exchange rates of the objective."""
        return self.workspace.settings.weights

    @property
    def slots(self) -> int:
        """Number of slots of the grid."""
        return len(self.demand.required) * self.slots_an_interval

    @property
    def slots_an_interval(self) -> int:
        """Slots that make an interval."""
        return self.demand.interval // self.slot

    @property
    def units_an_interval(self) -> int:
        """Units that make an interval."""
        return self.demand.interval // self.unit


def compile_problem(
    workspace: Workspace, requirement: StaffingRequirement, *, finest: bool = False
) -> Problem:
    """Compile a workspace.

    Parameters
    ----------
    finest
        Let breaks begin on every five minutes, as the exact model needs; else on the longest step that
        all times have in common.
    """
    dates = workspace.settings.dates
    templates = [workspace.shifts[name] for name in sorted(workspace.shifts)]
    agents = [workspace.agents[name] for name in sorted(workspace.agents)]
    bounds = plan_window(workspace)
    if bounds is None:
        starts = requirement.frame["interval_start"]
        anchor = starts.min().to_pydatetime() if len(starts) else datetime.fromisoformat("2000-01-01T00:00Z")
        bounds = (anchor, anchor)
    demand = build_demand(workspace, requirement, *bounds)
    book, patterns = RuleBook(workspace.rules), PatternBook(templates)
    places = {}
    for site in workspace.sites.values():
        law = read_law(site, book, dates)
        table = build_duties(law, templates, patterns, demand.origin)
        premium = least_premiums(law, table, patterns.patterns, demand.origin)
        places[site.name] = Place(site, law, replace(table, premium=premium))
    tables = [place.table for place in places.values()]
    step = common_step(templates, demand.interval, _offsets(workspace, tables, demand.origin))
    slot = gcd(step, FINEST_MINUTES) if finest else step
    kinds, kind_of = build_kinds(agents, [workspace.queues[key] for key in demand.queues])
    grid = Grid(demand, dates, tuple(template.name for template in templates), slot)
    rows = Tables(workspace)
    people = tuple(
        build_person(rows, places[agent.site], agent, kind, grid)
        for agent, kind in zip(agents, kind_of, strict=True)
    )
    slots = len(demand.required) * (demand.interval // slot)
    return Problem(
        workspace,
        requirement,
        demand,
        kinds,
        Patterns.build(patterns.patterns, slot),
        people,
        dates,
        week_numbers(dates),
        grid.names,
        slot,
        gcd(slot, FINEST_MINUTES),
        build_presence(rows, people, demand.origin, slots, slot),
        build_meetings(rows, people, demand.origin, slots, slot),
        tuple(said for place in places.values() for said in refused_shifts(workspace, place, patterns)),
    )


def _offsets(workspace: Workspace, tables: Iterable[DutyTable], origin: datetime) -> list[int]:
    found = {int(minute) for table in tables for minute in np.unique(table.rows[:, 0] % 60)}
    for work in workspace.fixed:
        moments = [work.start, work.end, *(moment for pause in work.breaks for moment in pause[:2])]
        found.update((moment - origin) // MINUTE % 60 for moment in moments)
    for template in workspace.shifts.values():
        found.update(template.lengths)
    found.update(activity.minutes for activity in workspace.activities)
    return sorted(found)
