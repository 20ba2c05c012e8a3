"""Who may and must be at work at once, compiled: seats of sites and rows of presence.csv.

People are at work from a shift's start to its end, breaks and activities included. Between two slots nobody
comes or goes, so that each rule is a least and a most per slot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from forecasting.timegrid import local_date
from scheduler.agents import Agent
from scheduler.rostering.around import is_inside_shift
from scheduler.rostering.duties import MINUTE
from scheduler.rostering.meetings import free_of
from scheduler.rostering.person import Person, Tables
from scheduler.rostering.site_clock import DAY, wall_spans
from scheduler.team import Presence
from scheduler.window import plan_window
from scheduler.workspace import Workspace

__all__ = ["NO_LIMIT", "PresenceRules", "build_presence"]

Ints = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]
NO_LIMIT = np.iinfo(np.int32).max
Span = tuple[datetime, datetime]


@dataclass(frozen=True, eq=False)
class PresenceRules:
    """R rules over S slots of ``slot`` minutes from ``origin``.

    Attributes
    ----------
    names
        Of each rule, in planners' words.
    least, most
        People at work, (R, S).
    given
        Of them those whom given work keeps there, (R, S).
    members
        Numbers of the rules that count each person.
    own
        Slots of the given work of those who have some inside the horizon, by person.
    """

    names: tuple[str, ...]
    least: Counts
    most: Counts
    given: Counts
    members: tuple[Ints, ...]
    own: dict[int, list[tuple[int, int]]]
    origin: datetime
    slot: int

    def pieces(self, number: int, person: Person, row: int) -> list[tuple[int, int]]:
        """Return when an option adds its person to those at work, in slots: given work counts already."""
        options = person.options
        if options.pattern[row] < 0:
            return []
        low, high = (int(minute) // self.slot for minute in options.rows[row, :2])
        return free_of([(low, high)], self.own.get(number, ()))

    def instant(self, slot: int) -> datetime:
        """Return when a slot begins."""
        return self.origin + slot * self.slot * MINUTE


def build_presence(
    tables: Tables, people: Sequence[Person], origin: datetime, slots: int, slot: int
) -> PresenceRules | None:
    """Compile the rules; None where the workspace has none.

    Times are laid on slots; where a window or a day of history ends within a slot, the whole slot is bound.
    """
    workspace = tables.workspace
    seated = {site.name: site.seats for site in workspace.sites.values() if site.seats is not None}
    count = len(seated) + len(workspace.presence)
    if not count:
        return None
    least = np.zeros((count, slots), dtype=np.int32)
    most = np.full((count, slots), NO_LIMIT, dtype=np.int32)
    given = np.zeros((count, slots), dtype=np.int32)
    counted: list[set[str]] = []
    names = []
    for number, (site, seats) in enumerate(seated.items()):
        counted.append({name for name, agent in workspace.agents.items() if agent.site == site})
        most[number] = seats
        names.append(f"seats of site {site}")
    grid = _Grid(origin, slots, slot)
    for number, row in enumerate(workspace.presence, start=len(seated)):
        agents = {
            name: agent for name, agent in workspace.agents.items() if row.counts(agent, workspace.queues)
        }
        counted.append({*agents})
        names.append(f"presence of {row.group}")
        if row.most is not None:
            for low, high, _ in grid.lay_all(_windows_of_most(workspace, row)):
                np.minimum(most[number, low:high], row.most, out=most[number, low:high])
        if row.least is not None:
            for low, high, _ in grid.lay_all(_windows_of_least(workspace, row, agents)):
                np.maximum(least[number, low:high], row.least, out=least[number, low:high])
    for name in workspace.agents:
        rules = [number for number, members in enumerate(counted) if name in members]
        for low, high, partly in grid.lay_all(_given(tables, workspace.agents[name])):
            given[rules, low:high] += 1
            for at in partly:
                # At work for a part of the slot only: a seat less, yet nobody whom a minimum may count.
                least[rules, at] += least[rules, at] > 0
    return PresenceRules(
        tuple(names),
        least,
        most,
        given,
        tuple(
            np.array(
                [number for number, members in enumerate(counted) if person.agent.name in members],
                dtype=np.int64,
            )
            for person in people
        ),
        {
            number: [
                (low, high)
                for day in sorted(person.options.fixed)
                for low, high, _ in grid.lay_all(
                    (work.start, work.end) for work in person.options.fixed[day].shifts
                )
            ]
            for number, person in enumerate(people)
            if person.options.fixed
        },
        origin,
        slot,
    )


@dataclass(frozen=True)
class _Grid:
    """Slots of some minutes from the origin."""

    origin: datetime
    slots: int
    slot: int

    def lay_all(self, spans: Iterable[Span]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Yield the slots that each span meets, if any, and those of them that it meets for a part only."""
        for start, end in spans:
            yield from self._lay(start, end)

    def _lay(self, start: datetime, end: datetime) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        first, last = (start - self.origin) / MINUTE / self.slot, (end - self.origin) / MINUTE / self.slot
        low, high = max(0, int(first // 1)), min(self.slots, int(-(-last // 1)))
        if low < high:
            cut = {low} if first > low else set()
            cut |= {high - 1} if last < high else set()
            yield low, high, tuple(sorted(cut))


def _windows(row: Presence, days: Iterable[date]) -> Iterator[Span]:
    window = [(row.from_minute, row.until_minute)]
    for day in days:
        if day.weekday() in row.weekdays:
            yield from wall_spans(row.zone, day, window)


def _windows_of_most(workspace: Workspace, row: Presence) -> Iterator[Span]:
    # A row's zone may be a day away from its people's, and their shifts end on the day after.
    settings = workspace.settings
    return _windows(row, (settings.start + step * DAY for step in range(-2, settings.days + 2)))


def _windows_of_least(workspace: Workspace, row: Presence, agents: dict[str, Agent]) -> Iterator[Span]:
    """Yield the windows of the plan's dates as far as shifts of these people can reach."""
    own = tuple(work for work in workspace.fixed if work.agent in agents)
    reach = plan_window(replace(workspace, agents=agents, fixed=own)) or plan_window(workspace)
    if reach is not None:
        for start, end in _windows(row, workspace.settings.dates):
            yield max(start, reach[0]), min(end, reach[1])


def _given(tables: Tables, agent: Agent) -> Iterator[Span]:
    """Yield when given work keeps an agent, whenever it lies."""
    zone, start = tables.workspace.sites[agent.site].time_zone, tables.workspace.settings.start
    recorded = set()
    for row in tables.worked[agent.name]:
        if row.day < start:
            recorded.add(row.day)
            if row.end is not None:
                yield row.end - row.worked_minutes * MINUTE, row.end
    fixed = tables.fixed[agent.name]
    for work in fixed:
        if local_date(work.start, zone) not in recorded and not is_inside_shift(work, fixed):
            yield work.start, work.end
