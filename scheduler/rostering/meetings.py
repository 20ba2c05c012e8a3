"""Activities to place, compiled: what each person attends, in which slots it may be, and who can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from forecasting.timegrid import day_bounds
from scheduler.agents import Agent
from scheduler.rostering.duties import MINUTE
from scheduler.rostering.options import employed
from scheduler.rostering.person import Person, Tables
from scheduler.rostering.site_clock import covers, merge
from scheduler.team import Activity

__all__ = ["Attended", "Meeting", "build_meetings", "closed_by", "free_of", "hosts"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Attended = tuple[tuple[int, int, int], ...]
"""Number of the activity, first slot and slot after the last of each that is attended."""


@dataclass(frozen=True)
class Meeting:
    """An activity as somebody attends it.

    Parameters
    ----------
    number
        Its place in activities.csv.
    slots
        Length.
    low, high
        Slots between which it lies.
    together
        Whether all who attend begin at the same time.
    """

    number: int
    name: str
    slots: int
    low: int
    high: int
    together: bool

    def at(self, start: int) -> Meeting:
        """Return the same with its time settled."""
        return replace(self, low=start, high=start + self.slots)

    @property
    def settled(self) -> bool:
        """Whether there is only one time for it."""
        return self.high - self.low == self.slots

    @property
    def starts(self) -> range:
        """Slots at which it may begin."""
        return range(self.low, self.high - self.slots + 1)


def build_meetings(
    tables: Tables, people: Sequence[Person], origin: datetime, slots: int, slot: int
) -> tuple[tuple[Meeting, ...], ...]:
    """Return what each person attends; nothing for who is away in all of a window."""
    activities = tables.workspace.activities
    if not activities:
        return tuple(() for _ in people)
    compiled = [
        Meeting(
            number,
            each.name,
            each.minutes // slot,
            max(0, -((origin - each.window_start) // MINUTE // slot)),
            min(slots, (each.window_end - origin) // MINUTE // slot),
            each.together,
        )
        for number, each in enumerate(activities)
    ]
    return tuple(
        tuple(
            meeting
            for meeting, activity in zip(compiled, activities, strict=True)
            if activity.takes_part(person.agent) and not _is_away(tables, person.agent, activity)
        )
        for person in people
    )


def _is_away(tables: Tables, agent: Agent, activity: Activity) -> bool:
    """Tell whether time off, and dates without employment or outside the plan, take a window whole."""
    workspace = tables.workspace
    zone, dates = workspace.sites[agent.site].time_zone, workspace.settings.dates
    spans = [(absence.start, absence.end) for absence in tables.time_off[agent.name]]
    first, last = day_bounds(zone, dates[0])[0], day_bounds(zone, dates[-1])[1]
    spans += [(min(activity.window_start, first), first), (last, max(activity.window_end, last))]
    free = employed(agent, dates)
    spans += [day_bounds(zone, day) for day, works in zip(dates, free, strict=True) if not works]
    return covers(merge(spans), activity.window_start, activity.window_end)


def hosts(person: Person, meeting: Meeting, slot: int) -> Bools:
    """Tell which of a person's options could hold a meeting as far as start and end go."""
    rows = person.options.rows
    low, high = np.maximum(rows[:, 0] // slot, meeting.low), np.minimum(rows[:, 1] // slot, meeting.high)
    return np.asarray(high - low >= meeting.slots)


def free_of(spans: Sequence[tuple[int, int]], closed: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what is left of spans outside others."""
    left = []
    for start, end in spans:
        at = start
        for low, high in sorted(closed):
            if low < end and high > at:
                if low > at:
                    left.append((at, low))
                at = max(at, high)
        if at < end:
            left.append((at, end))
    return left


def closed_by(pinned: Ints, spans: Sequence[tuple[int, int]]) -> Ints:
    """Return prefix sums of slots where no break may lie, with more spans closed."""
    if not spans:
        return pinned
    closed = np.diff(pinned)
    for low, high in spans:
        closed[low:high] = 1
    return np.concatenate([[0], np.cumsum(closed)]).astype(np.int64)
