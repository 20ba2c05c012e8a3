"""The best rota of a tiny problem, by trying all of them: the checker's rules, none of the engine's code.

Every tour of each agent is built and judged by :func:`scheduler.check.check`; every combination of two
agents' lawful tours is priced with the best service that those present can give, which is found by trying
every way to share their five-minute units among queues, interval by interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import numpy as np

from forecasting.queues import ChannelKind, QueueKey
from forecasting.tables import QUEUE_COLUMNS
from forecasting.timegrid import local_date, wall_to_instant
from scheduler.agents import FixedWork
from scheduler.check import Severity, check
from scheduler.requirement import StaffingRequirement
from scheduler.rota import Break, Rota, Shift, Stretch
from scheduler.shifts import ShiftTemplate
from scheduler.window import plan_window
from scheduler.workspace import Workspace
from tests.scheduler.factory import make_requirement

__all__ = ["best_objective", "lawful_tours"]

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEP = 5
PARTS = 600
"""Of an agent-interval: holds sixths (five of thirty minutes) of tenths (speeds)."""
NOTHING = make_requirement([])


@dataclass(frozen=True)
class LawfulTour:
    """A tour, what it costs by itself, and the instants of the five minutes in which it can serve."""

    shifts: tuple[Shift, ...]
    cost: float
    units: tuple[datetime, ...]


def best_objective(workspace: Workspace, requirement: StaffingRequirement) -> float | None:
    """Return the least objective of any lawful rota of at most two agents; None where there is none."""
    tours = [lawful_tours(workspace, name) for name in sorted(workspace.agents)]
    if not all(tours):
        return None
    total = np.zeros([len(each) for each in tours])
    for axis, own in enumerate(tours):
        costs = np.array([tour.cost for tour in own])
        total += costs.reshape([-1 if place == axis else 1 for place in range(len(tours))])
    for service in split(workspace, requirement):
        seen = [[service.presence(tour) for tour in own] for own in tours]
        distinct = [sorted(set(each)) for each in seen]
        table = np.zeros([len(each) for each in distinct])
        for place in np.ndindex(*table.shape):
            table[place] = service.least_cost([distinct[axis][at] for axis, at in enumerate(place)])
        number = [{key: at for at, key in enumerate(each)} for each in distinct]
        total += table[np.ix_(*([number[axis][key] for key in own] for axis, own in enumerate(seen)))]
    return float(total.min())


def lawful_tours(workspace: Workspace, name: str) -> list[LawfulTour]:
    """Return every tour of an agent in which the checker finds no fault of the plan's."""
    alone = replace(
        workspace,
        agents={name: workspace.agents[name]},
        fixed=tuple(work for work in workspace.fixed if work.agent == name),
    )
    tours = []
    for shifts in product(*(list(_choices(workspace, name, day)) for day in workspace.settings.dates)):
        worked = tuple(shift for choice in shifts for shift in choice)
        stretches = [stretch for shift in worked for stretch in _timeline(workspace, shift)]
        report = check(alone, NOTHING, Rota(worked, tuple(stretches)))
        if all(each.severity is not Severity.VIOLATION for each in report.violations):
            free = [stretch for stretch in stretches if stretch.activity == "idle"]
            units = [
                stretch.start + at * MINUTE
                for stretch in free
                for at in range(0, (stretch.end - stretch.start) // MINUTE, STEP)
            ]
            tours.append(LawfulTour(worked, report.objective.total, tuple(units)))
    return tours


def _given(workspace: Workspace, name: str, day: date) -> list[FixedWork]:
    zone = workspace.sites[workspace.agents[name].site].time_zone
    return [work for work in workspace.fixed if work.agent == name and local_date(work.start, zone) == day]


def _choices(workspace: Workspace, name: str, day: date) -> Iterator[tuple[Shift, ...]]:
    """Yield what the agent may do on a date as far as given work goes: nothing, or shifts."""
    given = _given(workspace, name, day)
    yield tuple(_copy(workspace, work) for work in given)
    if any(work.activity == "shift" for work in given):
        return
    for shift in _shifts(workspace, name, day):
        if all(shift.start <= work.start and work.end <= shift.end for work in given):
            yield (shift,)


def _copy(workspace: Workspace, work: FixedWork) -> Shift:
    site = workspace.sites[workspace.agents[work.agent].site]
    unpaid = sum((end - start) // MINUTE for start, end, paid in work.breaks if not paid)
    stated = work.paid_minutes
    return Shift(
        work.agent, site.name, work.shift if work.activity == "shift" else None, work.start, work.end,
        local_date(work.start, site.time_zone), site.time_zone,
        (work.end - work.start) // MINUTE - unpaid if stated is None else stated,
        tuple(Break(*each) for each in work.breaks), fixed=True,
    )  # fmt: skip


def _shifts(workspace: Workspace, name: str, day: date) -> Iterator[Shift]:
    site = workspace.sites[workspace.agents[name].site]
    for template in workspace.shifts.values():
        for wall, length in product(template.starts, template.lengths):
            start = wall_to_instant(site.time_zone, day, wall % 1440)
            if start is not None:
                for breaks in _breaks(template, length, start):
                    yield Shift(
                        name, site.name, template.name, start, start + length * MINUTE, day, site.time_zone,
                        template.paid_minutes(length), breaks,
                    )  # fmt: skip


def _breaks(template: ShiftTemplate, length: int, start: datetime) -> Iterator[tuple[Break, ...]]:
    rules = template.breaks_of(length)
    for places in product(*(range(rule.after, rule.latest_start(length) + 1, STEP) for rule in rules)):
        breaks = [
            Break(start + at * MINUTE, start + (at + rule.minutes) * MINUTE, rule.paid)
            for at, rule in zip(places, rules, strict=True)
        ]
        yield tuple(sorted(breaks, key=lambda each: each.start))


def _timeline(workspace: Workspace, shift: Shift) -> list[Stretch]:
    """Return a shift's breaks and meetings, and idle time between them."""
    closed = [(each.start, each.end, "break") for each in shift.breaks]
    closed += [
        (work.start, work.end, work.activity)
        for work in workspace.fixed
        if work.agent == shift.agent
        and work.activity != "shift"
        and shift.start <= work.start
        and work.end <= shift.end
    ]
    stretches, at = [], shift.start
    for start, end, activity in sorted(closed):
        if start > at:
            stretches.append(Stretch(shift.agent, at, start, "idle"))
        stretches.append(Stretch(shift.agent, start, end, activity))
        at = end
    if shift.end > at:
        stretches.append(Stretch(shift.agent, at, shift.end, "idle"))
    return stretches


Presence = tuple[int, ...]
"""Units in each interval of a part of the plan."""


@dataclass(eq=False)
class Service:
    """The requirement of consecutive intervals, and the best that a presence can serve of it.

    Parameters
    ----------
    first, count
        Number of the first interval since the epoch, and how many there are.
    need, weight
        Parts required and value of an agent-interval, by queue and interval of the part.
    window
        Intervals in which deferred work may be served; 0 for live queues.
    speed
        Parts that a unit serves, by agent and queue.
    """

    interval: int
    first: int
    count: int
    need: dict[QueueKey, list[int]]
    weight: dict[QueueKey, list[float]]
    window: dict[QueueKey, int]
    speed: list[dict[QueueKey, int]]
    over: float

    def presence(self, tour: LawfulTour) -> Presence:
        """Return what of a tour lies in this part."""
        units = [0] * self.count
        for moment in tour.units:
            at = (moment - EPOCH) // (self.interval * MINUTE) - self.first
            if 0 <= at < self.count:
                units[at] += 1
        return tuple(units)

    def least_cost(self, present: Sequence[Presence]) -> float:
        """Return the least weighted shortage, in agent-hours: all ways to serve, interval by interval."""
        late = [key for key in self.need if self.window[key]]
        states: dict[tuple[tuple[int, ...], ...], float] = {tuple((0,) * self.count for _ in late): 0.0}
        for at in range(self.count):
            after: dict[tuple[tuple[int, ...], ...], float] = {}
            for state, cost in states.items():
                came = [list(each) for each in state]
                for place, key in enumerate(late):
                    came[place][at] = self.need[key][at]
                wanted = {key: self.need[key][at] for key in self.need}
                for place, key in enumerate(late):
                    low = max(0, at - self.window[key] + 1)
                    wanted[key] = sum(came[place][low : at + 1])
                for served in self._ways([each[at] for each in present], wanted):
                    paid = cost + sum(self._now(key, at, served[key], wanted[key]) for key in served)
                    then = tuple(
                        self._oldest_first(came[place], at, self.window[key], served[key])
                        for place, key in enumerate(late)
                    )
                    if paid < after.get(then, float("inf")):
                        after[then] = paid
            states = after
        hours = self.interval / 60 / PARTS
        return hours * min(
            cost + sum(self._left(key, state[place]) for place, key in enumerate(late))
            for state, cost in states.items()
        )

    def _ways(self, units: Sequence[int], wanted: dict[QueueKey, int]) -> list[dict[QueueKey, int]]:
        """Return what can be served of each queue; without a price on excess no more than is wanted."""
        keys = [*wanted]
        found = {(0,) * len(keys)}
        for agent, count in enumerate(units):
            able = [place for place, key in enumerate(keys) if self.speed[agent].get(key)]
            for _ in range(count):
                found |= {
                    (*way[:place], self._add(way[place], agent, keys[place], wanted), *way[place + 1 :])
                    for way in found
                    for place in able
                }
        return [dict(zip(keys, way, strict=True)) for way in found]

    def _add(self, served: int, agent: int, key: QueueKey, wanted: dict[QueueKey, int]) -> int:
        more = served + self.speed[agent][key]
        return more if self.over else min(more, wanted[key])

    def _now(self, key: QueueKey, at: int, served: int, wanted: int) -> float:
        """Return what serving so much costs at once: what live queues miss, and what is in excess."""
        missing = 0.0 if self.window[key] else self.weight[key][at] * max(0, wanted - served)
        return missing + self.over * max(0, served - wanted)

    def _oldest_first(self, came: Sequence[int], at: int, window: int, served: int) -> tuple[int, ...]:
        left = list(came)
        for row in range(max(0, at - window + 1), at + 1):
            taken = min(left[row], served)
            left[row] -= taken
            served -= taken
        return tuple(left)

    def _left(self, key: QueueKey, left: Sequence[int]) -> float:
        return sum(self.weight[key][at] * amount for at, amount in enumerate(left))


def split(workspace: Workspace, requirement: StaffingRequirement) -> list[Service]:
    """Cut the requirement where so long nothing is required that nothing can be served any more."""
    interval = requirement.interval_minutes
    rows: dict[QueueKey, dict[int, tuple[int, float]]] = {key: {} for key in workspace.queues}
    bounds = plan_window(workspace)
    frame = requirement.frame
    for key, start, agents, weight in zip(
        frame[QUEUE_COLUMNS].itertuples(index=False),
        frame["interval_start"],
        frame["agents"],
        frame["weight"],
        strict=True,
    ):
        moment = start.to_pydatetime()
        edge = bounds is not None and (moment + interval * MINUTE <= bounds[0] or moment >= bounds[1])
        number = (moment - EPOCH) // (interval * MINUTE)
        rows[QueueKey(*key)][number] = (round(agents * PARTS), 0.0 if edge else float(weight))
    window = {
        key: max(1, queue.respond_within_minutes // interval) if queue.kind is ChannelKind.DEFERRED else 0
        for key, queue in workspace.queues.items()
    }
    reach = max(1, *window.values())
    speed = [
        {key: round(agent.speed(*key) * PARTS * STEP / interval) for key in workspace.queues}
        for _, agent in sorted(workspace.agents.items())
    ]
    asked = sorted({number for own in rows.values() for number, (need, _) in own.items() if need})
    services = []
    while asked:
        last = asked[0]
        while last + reach in asked or any(last < number <= last + reach for number in asked):
            last = max(number for number in asked if number <= last + reach)
        first, count = asked[0], last + reach - asked[0]
        numbers = range(first, first + count)
        services.append(
            Service(
                interval,
                first,
                count,
                {key: [own.get(number, (0, 0.0))[0] for number in numbers] for key, own in rows.items()},
                {key: [own.get(number, (0, 0.0))[1] for number in numbers] for key, own in rows.items()},
                window,
                speed,
                workspace.settings.weights.overstaffing,
            )
        )
        asked = [number for number in asked if number >= first + count]
    return services
