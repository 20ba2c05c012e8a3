"""What a rule pack's weekly rest asks of one agent's weeks, given the work around the horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from forecasting.timegrid import day_bounds
from scheduler.rostering.around import Around
from scheduler.rostering.duties import MINUTE
from scheduler.rostering.kernels.labels import SHARE
from scheduler.rostering.site_clock import DAY

__all__ = ["WeeklyRest", "monday_of", "read_weekly_rest", "week_spans"]

Ints = npt.NDArray[np.int64]
Span = tuple[datetime, datetime]
WEEK = timedelta(days=7)
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class WeeklyRest:
    """Parameters of one agent's weekly rest.

    Parameters
    ----------
    minutes
        That each week must have a share in; None: no such rule.
    exempt
        Of each week of the horizon, whether nothing is asked: given work alone breaks the rule (then
        nothing may be planned in the week), or rests after the horizon keep it.
    barred
        The weeks in which nothing may be planned, as instants.
    had
        Whether the first week has had its rest before the horizon.
    since
        End of the last work before the horizon; None: rest since ever.
    """

    minutes: int | None
    exempt: tuple[bool, ...]
    barred: tuple[Span, ...] = ()
    had: bool = False
    since: datetime | None = None


def monday_of(day: date) -> date:
    """Return the Monday of a date's week."""
    return day - day.weekday() * DAY


def _mondays(dates: Sequence[date]) -> list[date]:
    first = monday_of(dates[0])
    return [first + step * WEEK for step in range((monday_of(dates[-1]) - first).days // 7 + 1)]


def read_weekly_rest(
    minutes: int | None, around: Around, fixed: Sequence[Span], dates: Sequence[date]
) -> WeeklyRest:
    """Find out what the weeks of a horizon need.

    Parameters
    ----------
    fixed
        Given work of the horizon, one span a date.
    """
    mondays = _mondays(dates)
    if minutes is None:
        return WeeklyRest(None, (False,) * len(mondays))
    bounds = [_week(around.zone, monday) for monday in mondays]
    before = [(work.start, work.end) for work in around.before]
    after = [(work.start, work.end) for work in around.after]
    given = sorted([*before, *fixed, *after])
    barred = [not _rested(_gaps(given), week, minutes) for week in bounds]
    # The last gap before the horizon, and the first one after it, end with what is planned.
    past, later = list(_gaps(sorted(before)))[:-1], list(_gaps(sorted(after)))[1:]
    had = _rested(past, bounds[0], minutes)
    kept = [False] * (len(bounds) - 1) + [_rested(later, bounds[-1], minutes)]
    return WeeklyRest(
        minutes,
        tuple(bar or keeps for bar, keeps in zip(barred, kept, strict=True)),
        tuple(week for week, bar in zip(bounds, barred, strict=True) if bar),
        had,
        max((end for _, end in before), default=None),
    )


def _week(zone_name: str, monday: date) -> Span:
    return day_bounds(zone_name, monday)[0], day_bounds(zone_name, monday + WEEK)[0]


def _gaps(spans: Sequence[Span]) -> list[Span]:
    """Return the time between spans sorted by start, from the first instant there is to the last."""
    free, gaps = FIRST, []
    for start, end in spans:
        if start > free:
            gaps.append((free, start))
        free = max(free, end)
    return [*gaps, (free, LAST)]


def _rested(gaps: Sequence[Span], week: Span, minutes: int) -> bool:
    least, share = minutes * MINUTE, min(SHARE, minutes) * MINUTE
    return any(
        end - start >= least and min(end, week[1]) - max(start, week[0]) >= share for start, end in gaps
    )


def week_spans(around: Around, rest: WeeklyRest, dates: Sequence[date], origin: datetime) -> Ints:
    """Return what is known of each week: see :data:`scheduler.rostering.kernels.labels.SPAN`."""
    rows = []
    for number, monday in enumerate(_mondays(dates)):
        low, high = _week(around.zone, monday)
        given = [work for work in around.after if monday_of(work.day) == monday]
        walls = [around.wall(work) for work in given if work.timed]
        sunday = monday + 6 * DAY in around.sundays(around.after)
        rows.append(
            (
                -((origin - low) // MINUTE),
                (high - origin) // MINUTE,
                rest.exempt[number],
                sum(work.minutes for work in given),
                len({work.day for work in given}),
                min(walls, default=1 << 20),
                max(walls, default=-(1 << 20)),
                sunday,
            )
        )
    return np.array(rows, dtype=np.int64).reshape(-1, 8)
