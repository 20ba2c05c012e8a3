"""One agent of a workspace, compiled: options, limits and what proofs may assume."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from scheduler.agents import Agent, TimeOff
from scheduler.contracts import Contract
from scheduler.rostering.around import Around, read_around
from scheduler.rostering.averages import Load, Shares, share_out
from scheduler.rostering.contract_limits import TourLimits, build_limits, counted_weekends, week_numbers
from scheduler.rostering.demand import Demand
from scheduler.rostering.duties import MINUTE, DutyTable
from scheduler.rostering.earlier import with_stability
from scheduler.rostering.fairness import Fair, build_fair
from scheduler.rostering.fixed import FixedDay, fixed_days
from scheduler.rostering.history import read_past
from scheduler.rostering.itinerary import Itinerary, build_itinerary
from scheduler.rostering.options import (
    Options,
    Prices,
    absent,
    allowed_duties,
    apart,
    build_options,
    employed,
    refused_weights,
)
from scheduler.rostering.site_clock import weekend_days
from scheduler.rostering.site_law import SiteLaw
from scheduler.rostering.weekly_rest import WeeklyRest, monday_of, read_weekly_rest
from scheduler.shares import fair_share
from scheduler.sites import Site
from scheduler.workspace import Workspace

__all__ = ["Grid", "Person", "Place", "Tables", "build_person"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
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
    fair
        What is borne beyond a fair share; None where that weighs nothing.
    bounding
        The same agent as proofs see it, where the search keeps rules more strictly than they are or a
        proof leaves one out; None: as it is.
    exact
        Whether the search leaves out nothing that is lawful.
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
    fair: Fair | None = None
    bounding: Person | None = None
    exact: bool = True

    @cached_property
    def itinerary(self) -> Itinerary:
        """Dates, shifts and ends of shifts as walks of the tour search read them."""
        tour = self.tour
        return build_itinerary(self.options, tour.floor, tour.limits, tour.start, self.forbidden)


@dataclass(frozen=True, eq=False)
class Place:
    """A site with its law and its duties."""

    site: Site
    law: SiteLaw
    table: DutyTable


@dataclass(frozen=True, eq=False)
class Grid:
    """What all agents share: demand, dates, names of templates, and the slot in minutes."""

    demand: Demand
    dates: tuple[date, ...]
    names: tuple[str, ...]
    slot: int


def _by_agent(rows: Iterable[Row]) -> dict[Hashable, list[Row]]:
    grouped: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.agent].append(row)  # type: ignore[attr-defined]
    return grouped


class Tables:
    """A workspace's tables by agent."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.availability = _by_agent(workspace.availability)
        self.time_off = _by_agent(workspace.time_off)
        self.wishes = _by_agent(workspace.wishes)
        self.fixed = _by_agent(workspace.fixed)
        self.worked = _by_agent(workspace.worked)


def build_person(tables: Tables, place: Place, agent: Agent, kind: int, grid: Grid) -> Person:
    """Compile an agent of a site."""
    return _Builder(tables, place, agent, grid).build(kind)


class _Builder:
    """What is read of one agent on the way."""

    def __init__(self, tables: Tables, place: Place, agent: Agent, grid: Grid) -> None:
        self.tables = tables
        self.agent = agent
        self.site, self.law, self.table = place.site, place.law, place.table
        self.grid = grid
        self.contract = tables.workspace.contracts[agent.contract]
        self.time_off: list[TimeOff] = tables.time_off[agent.name]
        self.origin = grid.demand.origin
        zone, dates = self.site.time_zone, grid.dates
        fixed = tables.fixed[agent.name]
        self.fixed: dict[int, FixedDay] = fixed_days(fixed, zone, dates, self.origin, self.law.rules)
        self.around: Around = read_around(
            tables.worked[agent.name], fixed, zone, dates[0], tables.workspace.settings.end
        )
        own = np.array([name in self.contract.shifts for name in grid.names], dtype=bool)
        self.keep = allowed_duties(
            agent,
            self.site,
            self.table,
            own[self.table.rows[:, 5]],
            dates=dates,
            origin=self.origin,
            availability=tables.availability[agent.name],
            time_off=self.time_off,
            fixed=self.fixed,
        )
        spans = [
            (self.origin + day.start * MINUTE, self.origin + day.end * MINUTE) for day in self.fixed.values()
        ]
        self.rest = read_weekly_rest(self.law.most("min_weekly_rest_minutes"), self.around, spans, dates)
        for start, end in self.rest.barred:
            self.keep &= apart(self.table.rows, start, end, self.origin)
        earlier = tables.workspace.earlier
        if earlier is not None and earlier.keep_before is not None:
            self.keep &= self.table.rows[:, 0] >= -((self.origin - earlier.keep_before) // MINUTE)

    def build(self, kind: int) -> Person:
        tight, loose = (self.contract, self.contract)
        if not self.law.plain:
            tight, loose = self.law.contracts(self.contract)
        self._keep_from_later(tight)
        shares = Shares(tight, tight)
        if not self.law.plain:
            shares = share_out(self.law, tight, self.around, self._load())
        keep = self._keep_shares(shares)
        sundays = self.law.least("max_sundays_running")
        options = self._options(keep)
        person = Person(
            self.agent,
            self.site,
            self.contract,
            kind,
            options,
            self._limits(shares.tight, options, self.rest, sundays),
            self._weekend(),
            self._forbidden(),
            self._pinned(),
            self._fair(options),
        )
        changes = tight != loose or any(
            self.law.changes(rule) for rule in ("max_sundays_running", "min_weekly_rest_minutes")
        )
        if not (changes or shares.restricts or self.rest.minutes is not None):
            return person
        # Proofs ask for no weekly rest and no even starts: both make their walks long and bind little.
        none = replace(self.rest, minutes=None)
        wide = options if keep is self.keep else self._options(self.keep)
        exact = replace(loose, max_plan_minutes=shares.exact.max_plan_minutes, start_tolerance_minutes=None)
        most = self.law.most("max_sundays_running") if not self.law.changes("max_sundays_running") else None
        bounding = replace(
            person, options=wide, tour=self._limits(exact, wide, none, most), fair=self._fair(wide)
        )
        return replace(person, bounding=bounding, exact=not (changes or shares.restricts))

    def _keep_from_later(self, contract: Contract) -> None:
        """Leave out what is too near to given work after the horizon, or what it must not follow."""
        rows = self.table.rows
        if self.around.after:
            start = (self.around.after[0].start - self.origin) // MINUTE
            self.keep &= rows[:, 1] + contract.min_rest_minutes <= start
        last = len(self.grid.dates) - 1
        names = self.grid.names
        for work in self.around.after:
            if work.day == self.tables.workspace.settings.end:
                for before, after in self.contract.forbidden_next:
                    if after == work.template and before in names:
                        self.keep &= (self.table.day != last) | (rows[:, 5] != names.index(before))

    def _load(self) -> Load:
        days = len(self.grid.dates)
        longest = np.zeros(days, dtype=np.int64)
        np.maximum.at(longest, self.table.day[self.keep], self.table.rows[self.keep, 2])
        given = np.zeros(days, dtype=np.int64)
        for number, day in self.fixed.items():
            given[number] = day.row(self.grid.names)[2]
        nights = bool(self.table.rows[self.keep, 3].any()) or any(day.night for day in self.fixed.values())
        return Load(longest, given, nights, self._days_of)

    def _days_of(self, first: date, last: date) -> int:
        dates = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
        free = employed(self.agent, dates) & ~absent(dates, self.site, self.time_off)
        return int(free.sum())

    def _keep_shares(self, shares: Shares) -> Bools:
        if shares.longest_day is None and not shares.barred:
            return self.keep
        keep = self.keep.copy()
        if shares.longest_day is not None:
            keep &= self.table.rows[:, 2] <= shares.longest_day
        barred = np.array([monday_of(day) in shares.barred for day in self.grid.dates], dtype=bool)
        return np.asarray(keep & ~barred[self.table.day], dtype=bool)

    def _options(self, keep: Bools) -> Options:
        settings = self.tables.workspace.settings
        currency = self.site.currency or settings.currency
        rate = 1.0 if currency == settings.currency else settings.rates.get(currency, 0.0)
        weights = settings.weights
        options = build_options(
            self.agent,
            self.site,
            self.table,
            keep,
            dates=self.grid.dates,
            time_off=self.time_off,
            wishes=self.tables.wishes[self.agent.name],
            prices=Prices(self.agent.hourly_cost * rate * weights.cost, weights.night, weights.wish),
            templates=self.grid.names,
            fixed=self.fixed,
        )
        earlier = self.tables.workspace.earlier
        if earlier is None:
            return options
        return with_stability(
            options,
            earlier,
            self.agent.name,
            price=weights.stability,
            dates=self.grid.dates,
            names=self.grid.names,
            origin=self.origin,
        )

    def _fair(self, options: Options) -> Fair | None:
        workspace, name = self.tables.workspace, self.agent.name
        settings = workspace.settings
        if not settings.weights.fairness:
            return None
        share = fair_share(workspace, self.agent, self.tables.worked[name])
        refused = refused_weights(
            self.agent,
            self.tables.wishes[name],
            options,
            dates=self.grid.dates,
            cannot=absent(self.grid.dates, self.site, self.time_off) | ~employed(self.agent, self.grid.dates),
            templates=self.grid.names,
        )
        return build_fair(settings.weights.fairness, share, self.site, self.grid.dates, refused)

    def _limits(
        self, contract: Contract, options: Options, rest: WeeklyRest, sundays: int | None
    ) -> TourLimits:
        dates = self.grid.dates
        name = self.agent.name
        unpaid = absent(dates, self.site, [absence for absence in self.time_off if not absence.paid])
        return build_limits(
            contract,
            self.contract,
            options,
            read_past(self.tables.worked[name], self.tables.fixed[name], self.site.time_zone, dates[0]),
            rest,
            sundays=sundays,
            around=self.around,
            dates=dates,
            week=week_numbers(dates),
            weekends=int(self._weekend().max()) + 1,
            employed=employed(self.agent, dates),
            unpaid_leave=unpaid,
            paid_leave=absent(dates, self.site, [absence for absence in self.time_off if absence.paid]),
            templates=self.grid.names,
            origin=self.origin,
        )

    def _weekend(self) -> Ints:
        return counted_weekends(self.grid.dates, weekend_days(self.site))

    def _forbidden(self) -> Bools:
        names = self.grid.names
        forbidden = np.zeros((len(names), len(names)), dtype=np.bool_)
        for before, after in self.contract.forbidden_next:
            if before in names and after in names:
                forbidden[names.index(before), names.index(after)] = True
        return forbidden

    def _pinned(self) -> Ints:
        demand, slot = self.grid.demand, self.grid.slot
        pinned = np.zeros(len(demand.required) * (demand.interval // slot) + 1, dtype=np.int64)
        for day in self.fixed.values():
            for work in day.activities:
                low = (work.start - self.origin) // MINUTE // slot
                high = -((self.origin - work.end) // MINUTE // slot)
                pinned[low + 1 : high + 1] = 1
        return np.cumsum(pinned).astype(np.int64)
