"""Wall-clock windows as instants: opening hours, availability, nights."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from forecasting.calendars import public_holidays
from forecasting.timegrid import day_bounds, wall_to_instant
from scheduler.agents import Availability
from scheduler.sites import Site

__all__ = ["Span", "available_spans", "inside", "night_minutes", "open_spans", "wall_span"]

Span = tuple[datetime, datetime]
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=65536)
def _moment(zone_name: str, day: date, minute: int) -> datetime:
    """Return the instant of a wall-clock time; where a clock change skips it, the first one after it.

    A clock change skips the times from ``minute`` on, or the zone skips the date whole.
    """
    for later in range(minute, minute + 24 * 60, 5):
        moment = wall_to_instant(zone_name, day, later)
        if moment is not None:
            return moment
    return day_bounds(zone_name, day + timedelta(days=minute // 1440))[1]


def wall_span(zone_name: str, day: date, window: tuple[int, int]) -> Span:
    """Return the instants of a wall-clock window, in minutes after a date's 00:00."""
    return _moment(zone_name, day, window[0]), _moment(zone_name, day, window[1])


def _union(spans: Iterable[Span]) -> list[Span]:
    """Join spans that overlap or touch, sorted."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        elif start < end:
            joined.append((start, end))
    return joined


def inside(spans: Sequence[Span], start: datetime, end: datetime) -> bool:
    """Tell whether [start, end) lies whole inside one of the joined spans."""
    place = bisect_right(spans, start, key=lambda span: span[0]) - 1
    return place >= 0 and end <= spans[place][1]


def _around(dates: Sequence[date]) -> Sequence[date]:
    """The dates, one before and two after: shifts and windows cross midnight."""
    return (dates[0] - DAY, *dates, dates[-1] + DAY, dates[-1] + 2 * DAY)


def open_spans(site: Site, dates: Sequence[date]) -> list[Span] | None:
    """Return when a site is open, joined; None: always."""
    if site.hours.always:
        return None
    days = _around(dates)
    holidays = public_holidays(site.country, site.subdivision, days[0], days[-1])
    return _union(
        wall_span(site.time_zone, day, window)
        for day in days
        for window in site.hours.day_windows(day.weekday(), holiday=day in holidays)
    )


def available_spans(rows: Sequence[Availability], zone_name: str, dates: Sequence[date]) -> list[Span] | None:
    """Return when an agent may work, joined; None: always.

    A date's own rows replace its weekday's. Who has weekday rows is unavailable on weekdays without one;
    who has only date rows is free on other dates.
    """
    if not rows:
        return None
    own_dates = {row.day for row in rows if row.day is not None}
    has_weekdays = any(row.day is None for row in rows)
    spans = []
    for day in _around(dates):
        if day in own_dates:
            windows = [(row.from_minute, row.until_minute) for row in rows if row.day == day]
        elif has_weekdays:
            windows = [
                (row.from_minute, row.until_minute)
                for row in rows
                if row.day is None and row.weekday == day.weekday()
            ]
        else:
            windows = [(0, 1440)]
        spans += [wall_span(zone_name, day, window) for window in windows]
    return _union(spans)


@lru_cache(maxsize=65536)
def _night(zone_name: str, day: date, window: tuple[int, int]) -> Span:
    begin, end = window
    return _moment(zone_name, day, begin), _moment(zone_name, day, end if end > begin else end + 1440)


def night_minutes(zone_name: str, day: date, start: datetime, end: datetime, window: tuple[int, int]) -> int:
    """Return the elapsed minutes of [start, end) inside the night on the zone's clock.

    Parameters
    ----------
    day
        The zone's date at the start.
    window
        Wall-clock minutes after midnight at which the night begins and ends.
    """
    total = 0
    night_of = day - DAY
    while True:
        low, high = _night(zone_name, night_of, window)
        if low >= end:
            return total
        total += max(timedelta(0), min(end, high) - max(start, low)) // MINUTE
        night_of += DAY
