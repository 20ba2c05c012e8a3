"""A workspace and its requirement, compiled to arrays once for all searches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from math import gcd
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from scheduler.agents import Agent
from scheduler.contracts import Contract
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.contract_limits import TourLimits, build_limits, counted_weekends, week_numbers
from scheduler.rostering.demand import Demand, Kinds, build_demand, build_kinds
from scheduler.rostering.duties import MINUTE, DutyTable, Patterns, build_duties, common_step
from scheduler.rostering.history import read_past
from scheduler.rostering.options import Options, Prices, absent, build_options, employed
from scheduler.rostering.site_clock import weekend_days
from scheduler.settings import Weights
from scheduler.sites import Site
from scheduler.window import plan_window
from scheduler.workspace import Workspace

__all__ = ["Person", "Problem", "compile_problem"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
FINEST_MINUTES = 5
"""Queues may be switched on whole five minutes."""
Row = TypeVar("Row")


@dataclass(frozen=True, eq=False)
class Person:
    """One agent, compiled.

    Attributes
    ----------
    kind
        Number among the problem's kinds.
    weekend
        Number of each date's weekend, −1 where it does not count, (D,).
    forbidden
        Whether a template may not follow another on the next date, (templates, templates).
    pinned
        Prefix sums over slots of fixed activities, where no break may lie and nobody is served.
    """

    agent: Agent
    site: Site
    contract: Contract
    kind: int
    options: Options
    tour: TourLimits
    weekend: Ints
    forbidden: Bools
    pinned: Ints


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
    names = tuple(template.name for template in templates)
    agents = [workspace.agents[name] for name in sorted(workspace.agents)]
    bounds = plan_window(workspace)
    if bounds is None:
        starts = requirement.frame["interval_start"]
        anchor = starts.min().to_pydatetime() if len(starts) else datetime.fromisoformat("2000-01-01T00:00Z")
        bounds = (anchor, anchor)
    demand = build_demand(workspace, requirement, *bounds)
    tables = {
        site.name: build_duties(site, templates, dates, demand.origin) for site in workspace.sites.values()
    }
    step = common_step(templates, demand.interval, _offsets(workspace, tables.values(), demand.origin))
    slot = gcd(step, FINEST_MINUTES) if finest else step
    kinds, kind_of = build_kinds(agents, [workspace.queues[key] for key in demand.queues])
    build = partial(
        _build_person, _Tables(workspace), tables, demand=demand, dates=dates, names=names, slot=slot
    )
    return Problem(
        workspace,
        requirement,
        demand,
        kinds,
        Patterns.build(templates, slot),
        tuple(build(agent, kind) for agent, kind in zip(agents, kind_of, strict=True)),
        dates,
        week_numbers(dates),
        names,
        slot,
        gcd(slot, FINEST_MINUTES),
    )


def _offsets(workspace: Workspace, tables: Iterable[DutyTable], origin: datetime) -> list[int]:
    found = {int(minute) for table in tables for minute in np.unique(table.rows[:, 0] % 60)}
    for work in workspace.fixed:
        moments = [work.start, work.end, *(moment for pause in work.breaks for moment in pause[:2])]
        found.update((moment - origin) // MINUTE % 60 for moment in moments)
    for template in workspace.shifts.values():
        found.update(template.lengths)
    return sorted(found)


def _by_agent(rows: Iterable[Row], key: str = "agent") -> dict[Hashable, list[Row]]:
    grouped: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, key)].append(row)
    return grouped


class _Tables:
    """A workspace's tables by agent."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.availability = _by_agent(workspace.availability)
        self.time_off = _by_agent(workspace.time_off)
        self.wishes = _by_agent(workspace.wishes)
        self.fixed = _by_agent(workspace.fixed)
        self.worked = _by_agent(workspace.worked)


def _build_person(
    tables: _Tables,
    duties: dict[str, DutyTable],
    agent: Agent,
    kind: int,
    *,
    demand: Demand,
    dates: Sequence[date],
    names: Sequence[str],
    slot: int,
) -> Person:
    workspace = tables.workspace
    settings = workspace.settings
    site = workspace.sites[agent.site]
    contract = workspace.contracts[agent.contract]
    table = duties[site.name]
    own = np.array([name in contract.shifts for name in names], dtype=bool)
    currency = site.currency or settings.currency
    rate = 1.0 if currency == settings.currency else settings.rates.get(currency, 0.0)
    time_off = tables.time_off[agent.name]
    weights = settings.weights
    options = build_options(
        agent,
        site,
        table,
        own[table.rows[:, 5]],
        dates=dates,
        origin=demand.origin,
        availability=tables.availability[agent.name],
        time_off=time_off,
        wishes=tables.wishes[agent.name],
        fixed=tables.fixed[agent.name],
        prices=Prices(agent.hourly_cost * rate * weights.cost, weights.night, weights.wish),
        templates=names,
    )
    week = week_numbers(dates)
    weekend = counted_weekends(dates, weekend_days(site))
    unpaid = absent(dates, site, [absence for absence in time_off if not absence.paid])
    tour = build_limits(
        contract,
        options,
        read_past(tables.worked[agent.name], tables.fixed[agent.name], site.time_zone, dates[0]),
        week=week,
        weekends=int(weekend.max()) + 1,
        blocked=unpaid | ~employed(agent, dates),
        paid_leave=absent(dates, site, [absence for absence in time_off if absence.paid]),
        templates=names,
        origin=demand.origin,
    )
    forbidden = np.zeros((len(names), len(names)), dtype=np.bool_)
    for before, after in contract.forbidden_next:
        if before in names and after in names:
            forbidden[names.index(before), names.index(after)] = True
    pinned = np.zeros(len(demand.required) * (demand.interval // slot) + 1, dtype=np.int64)
    for day in options.fixed.values():
        for work in day.activities:
            low = (work.start - demand.origin) // MINUTE // slot
            high = -((demand.origin - work.end) // MINUTE // slot)
            pinned[low + 1 : high + 1] = 1
    return Person(
        agent, site, contract, kind, options, tour, weekend, forbidden, np.cumsum(pinned).astype(np.int64)
    )
