"""A contract and an agent's past as the numbers that the tour search reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from scheduler.contracts import Contract
from scheduler.rostering.around import Around
from scheduler.rostering.duties import COLUMNS, MINUTE
from scheduler.rostering.history import Past
from scheduler.rostering.kernels.labels import COUNTERS, FIXED, LIMITS, NO_END, SHARE, SPAN
from scheduler.rostering.options import Options
from scheduler.rostering.weekly_rest import WeeklyRest, monday_of, week_spans

__all__ = ["TourLimits", "build_limits", "counted_weekends", "week_numbers"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
DAY = timedelta(days=1)
LOW, HIGH = SPAN.index("low"), SPAN.index("high")


@dataclass(frozen=True, eq=False)
class TourLimits:
    """See :func:`scheduler.rostering.kernels.tours.best_tour` for shapes and meaning."""

    limits: Ints
    start: Ints
    floor: Ints
    week_min: Floats
    plan_min: float
    spans: Ints
    ahead: Ints
    away: Bools


def week_numbers(dates: Sequence[date]) -> Ints:
    """Number the Monday-to-Sunday weeks of dates."""
    monday = dates[0] - dates[0].weekday() * DAY
    return np.array([(day - monday).days // 7 for day in dates], dtype=np.int64)


def counted_weekends(dates: Sequence[date], weekdays: frozenset[int]) -> Ints:
    """Number the weekends that lie wholly inside the dates; −1 on all other dates.

    Weekend days that follow each other make one weekend.
    """
    numbers = np.full(len(dates), -1, dtype=np.int64)
    count = 0
    at = 0
    while at < len(dates):
        if dates[at].weekday() not in weekdays:
            at += 1
            continue
        end = at
        while end < len(dates) and dates[end].weekday() in weekdays:
            end += 1
        before = (dates[at] - DAY).weekday() in weekdays
        after = (dates[end - 1] + DAY).weekday() in weekdays
        if not (at == 0 and before) and not (end == len(dates) and after):
            numbers[at:end] = count
            count += 1
        at = end
    return numbers


def _or_none(value: int | None) -> int:
    return -1 if value is None else value


def build_limits(
    contract: Contract,
    agreed: Contract,
    options: Options,
    past: Past,
    rest: WeeklyRest,
    *,
    sundays: int | None,
    around: Around,
    dates: Sequence[date],
    week: Ints,
    weekends: int,
    employed: Bools,
    unpaid_leave: Bools,
    paid_leave: Bools,
    templates: Sequence[str],
    origin: datetime,
) -> TourLimits:
    """Return an agent's limits, the state at the horizon's start and the soft minima.

    Parameters
    ----------
    contract, agreed
        As rule packs tighten it, and as it is.
    rest
        What is asked of weekly rest.
    sundays
        Most Sundays in a row with work; None: no such rule.
    around
        Given work outside the horizon.
    weekends
        Number of weekends that count.
    employed
        Dates of employment, (D,).
    unpaid_leave
        Dates that lessen the week's minimum, like those outside employment: whole-day unpaid time off, (D,).
    paid_leave
        Dates that are credited to it: whole-day paid time off, (D,).
    """
    weeks = int(week[-1]) + 1
    blocked = unpaid_leave | ~employed
    credit = agreed.min_week_minutes / agreed.max_days_a_week if agreed.max_days_a_week else 0.0
    free_days = np.bincount(week, weights=~blocked, minlength=weeks)
    leave_days = np.bincount(week, weights=paid_leave & ~blocked, minlength=weeks)
    week_min = np.maximum(0.0, contract.min_week_minutes * free_days / 7 - credit * leave_days)
    plan_min = max(0.0, (contract.min_plan_minutes or 0) - credit * float(leave_days.sum()))
    longest = int(options.rows[:, 2].max(initial=0))
    weekly = min(contract.max_days_a_week, 7) * longest + past.week_minutes
    limit = {
        "min_rest": contract.min_rest_minutes,
        "max_week": contract.max_week_minutes,
        "max_days_week": contract.max_days_a_week,
        "max_running": _or_none(contract.max_days_running),
        "min_running": _or_none(contract.min_days_running),
        "least_off": contract.days_off_running,
        "most_off": _or_none(contract.max_days_off_running),
        "max_plan": _or_none(contract.max_plan_minutes),
        "max_nights": _or_none(contract.max_nights),
        "max_weekends": -1 if contract.weekends_off is None else max(0, weekends - contract.weekends_off),
        "tolerance": _or_none(contract.start_tolerance_minutes),
        "week_counts": int(week_min.max(initial=0.0) > 0 or weekly > contract.max_week_minutes),
        "plan_counts": int(plan_min > 0 or contract.max_plan_minutes is not None),
        "template_counts": int(bool(contract.forbidden_next)),
        "max_sundays": _or_none(sundays),
        "weekly_rest": _or_none(rest.minutes),
    }
    spans = week_spans(around, rest, dates, origin)
    counter = {
        "run": past.run,
        "free": int(past.free),
        "end": NO_END if past.end is None else -((origin - past.end) // MINUTE),
        "template": templates.index(past.template) if past.template in templates else -1,
        "week": past.week_minutes,
        "days": past.week_days,
        "low": min(past.walls, default=1 << 20),
        "high": max(past.walls, default=-(1 << 20)),
        "sundays": min(around.sundays_before(monday_of(dates[0])), max(0, _or_none(sundays))),
        "sunday": int(bool(around.sundays(around.before) & set(dates))),
        "need": int(rest.minutes is not None and not rest.exempt[0] and not rest.had),
        "long": NO_END if rest.since is None else -((origin - rest.since) // MINUTE),
    }
    _seed_starts(spans, options, week)
    counter["low"] = min(counter["low"], int(spans[0, LOW]))
    counter["high"] = max(counter["high"], int(spans[0, HIGH]))
    if weeks == 1:
        _add_given(counter, spans[0])
    week_min[0] += past.week_minutes if week_min[0] > 0 else 0
    taken = int(spans[-1, SPAN.index("minutes")])
    week_min[-1] += taken if week_min[-1] > 0 else 0
    return TourLimits(
        limits=np.array([limit[name] for name in LIMITS], dtype=np.int64),
        start=np.array([counter.get(name, 0) for name in COUNTERS], dtype=np.int64),
        floor=_floors(options, contract.min_rest_minutes, rest, spans[week]),
        week_min=week_min,
        plan_min=plan_min,
        spans=spans,
        ahead=_ahead(around, dates, origin),
        away=~employed & (np.diff(options.first) == 0),
    )


def _seed_starts(spans: Ints, options: Options, week: Ints) -> None:
    """Let every week begin with the starts of its fixed shifts: they count whatever else is planned."""
    for day in np.flatnonzero(np.diff(options.first) == 1):
        row = options.rows[options.first[day]]
        if row[COLUMNS.index("fixed")] == FIXED:
            span = spans[week[day]]
            wall = row[COLUMNS.index("wall")]
            span[LOW], span[HIGH] = min(span[LOW], wall), max(span[HIGH], wall)


def _add_given(counter: dict[str, int], span: Ints) -> None:
    """Count given work after the horizon from the start, where the horizon lies in one week."""
    given = dict(zip(SPAN, span.tolist(), strict=True))
    counter["week"] += given["minutes"]
    counter["days"] += given["days"]
    counter["sunday"] = max(counter["sunday"], given["sunday"])


def _ahead(around: Around, dates: Sequence[date], origin: datetime) -> Ints:
    """Return what :func:`scheduler.rostering.kernels.labels.finish` reads."""
    end = dates[-1] + DAY
    start = min(((work.start - origin) // MINUTE for work in around.after), default=1 << 40)
    monday = monday_of(dates[-1])
    sundays = around.sundays_after(monday + 7 * DAY)
    last = monday + 6 * DAY in around.sundays(around.after)
    return np.array([start, around.days_after(end), sundays, last], dtype=np.int64)


def _floors(options: Options, rest: int, weekly: WeeklyRest, span: Ints) -> Ints:
    """Return, per date, the earliest start on any later date less the rest: no earlier end matters.

    Where a weekly rest is asked for, less that, and no later than its share in the week, (D, 8) in ``span``.
    """
    days = len(options.off)
    floors = np.full(days, 1 << 40, dtype=np.int64)
    earliest = 1 << 40
    for day in range(days - 1, -1, -1):
        floors[day] = earliest - max(rest, weekly.minutes or 0)
        if weekly.minutes is not None:
            until = int(span[day, SPAN.index("until")])
            floors[day] = min(floors[day], until - min(SHARE, weekly.minutes))
        here = options.rows[options.first[day] : options.first[day + 1], 0]
        earliest = min(earliest, int(here.min(initial=1 << 40)))
    return floors
