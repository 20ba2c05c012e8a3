"""A site's wall clock and calendar over the horizon: nights, weekends, opening hours, availability."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays

from forecasting.timegrid import local_date, wall_to_instant
from scheduler.rules.labour_rules import LabourRules
from scheduler.sites import Site

__all__ = [
    "SUNDAY",
    "Spans",
    "covers",
    "dates_of",
    "is_night",
    "merge",
    "open_spans",
    "touches_sunday",
    "wall_spans",
    "weekend_days",
]

Spans = list[tuple[datetime, datetime]]
"""Half-open spans of instants, sorted, neither overlapping nor touching."""

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SUNDAY = 6


def merge(spans: Iterable[tuple[datetime, datetime]]) -> Spans:
    """Return the union of spans."""
    merged: Spans = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def covers(spans: Sequence[tuple[datetime, datetime]], start: datetime, end: datetime) -> bool:
    """Tell whether [start, end) lies wholly inside one of the spans."""
    return any(low <= start and end <= high for low, high in spans)


@lru_cache(maxsize=65536)
def _reached(zone_name: str, day: date, minute: int) -> datetime:
    """Return the first instant at which the wall clock shows this time or, where it is skipped, more."""
    for later in range(minute, minute + 24 * 60, 5):
        moment = wall_to_instant(zone_name, day, later)
        if moment is not None:
            return moment
    return _reached(zone_name, day + DAY, 0)


def wall_spans(zone_name: str, day: date, windows: Iterable[tuple[int, int]]) -> Spans:
    """Return the instants of wall-clock windows (minutes after a date's 00:00)."""
    return [(_reached(zone_name, day, low), _reached(zone_name, day, high)) for low, high in windows]


@lru_cache(maxsize=65536)
def _night(zone_name: str, day: date, window: tuple[int, int]) -> tuple[datetime, datetime]:
    begin, end = window
    return _reached(zone_name, day, begin), _reached(zone_name, day, end + 1440 * (end <= begin))


def is_night(zone_name: str, day: date, start: datetime, end: datetime, rules: LabourRules) -> bool:
    """Tell whether work that starts on this local date is a night shift, as the rules in force define it."""
    inside = timedelta(0)
    for step in range(-1, (end - start).days + 2):
        low, high = _night(zone_name, day + step * DAY, rules.night_window)
        inside += max(timedelta(0), min(end, high) - max(start, low))
    return inside >= timedelta(minutes=rules.night_shift_minutes)


def dates_of(zone_name: str, start: datetime, end: datetime) -> list[date]:
    """Return the local dates that have a minute of [start, end)."""
    first, last = local_date(start, zone_name), local_date(end - MINUTE, zone_name)
    return [first + step * DAY for step in range((last - first).days + 1)]


def touches_sunday(zone_name: str, start: datetime, end: datetime) -> bool:
    """Tell whether any of [start, end) is on a Sunday."""
    return any(day.weekday() == SUNDAY for day in dates_of(zone_name, start, end))


@lru_cache(maxsize=1024)
def _calendar(country: str, subdivision: str | None) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=subdivision)


def weekend_days(site: Site) -> frozenset[int]:
    """Return the weekdays (Monday is 0) of the country's weekend; Saturday and Sunday without one."""
    if site.country is None:
        return frozenset((5, 6))
    return frozenset(_calendar(site.country, None).weekend)


def open_spans(site: Site, dates: Sequence[date]) -> Spans | None:
    """Return when the site is open on these dates and the nights beside them; None: always."""
    if site.hours.always:
        return None
    calendar = _calendar(site.country, site.subdivision) if site.country is not None else None
    spans: Spans = []
    for day in (dates[0] - DAY, *dates, dates[-1] + DAY, dates[-1] + 2 * DAY):
        holiday = calendar is not None and day in calendar
        spans += wall_spans(site.time_zone, day, site.hours.day_windows(day.weekday(), holiday=holiday))
    return merge(spans)
