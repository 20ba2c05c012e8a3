"""Instants, wall clocks and interval grids: the only module that touches pytz.

Instants are UTC. A wall-clock time exists only beside the zone that shows it, and is turned into an
instant strictly: a time that a clock change skips or repeats is a stated choice, never a silent hour.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytz

from forecasting.errors import Fault, InvalidInput

__all__ = [
    "UTC",
    "WallClock",
    "day_bounds",
    "interval_grid",
    "local_date",
    "parse_instant",
    "to_local",
    "utc_offset_minutes",
    "wall_clock",
    "wall_to_instant",
    "zone",
]

MINUTES_A_DAY = 1440


@lru_cache(maxsize=1024)
def zone(name: str) -> pytz.BaseTzInfo:
    """Return the IANA zone of this name.

    Raises
    ------
    InvalidInput
        If there is no such zone.
    """
    try:
        return pytz.timezone(name)
    except pytz.UnknownTimeZoneError:
        raise InvalidInput(Fault("time zone must be an IANA name", value=name, code="unknown_zone")) from None


def wall_to_instant(zone_name: str, day: date, minute: int) -> datetime | None:
    """Return the instant at which this zone's wall clock shows a time of day.

    Parameters
    ----------
    zone_name
        IANA zone.
    day
        Local date.
    minute
        Wall-clock minutes after that date's 00:00; 1440 and more lie on the following dates.

    Returns
    -------
    datetime or None
        UTC. None where a clock change skips this time; the first of the two where it repeats it.
    """
    extra_days, minute = divmod(minute, MINUTES_A_DAY)
    naive = datetime.combine(day + timedelta(days=extra_days), time(minute // 60, minute % 60))
    where = zone(zone_name)
    try:
        return where.localize(naive, is_dst=None).astimezone(UTC)
    except pytz.NonExistentTimeError:
        return None
    except pytz.AmbiguousTimeError:
        return min(
            where.localize(naive, is_dst=True).astimezone(UTC),
            where.localize(naive, is_dst=False).astimezone(UTC),
        )


def day_bounds(zone_name: str, day: date) -> tuple[datetime, datetime]:
    """Return the first instant of a local date and of the next one (UTC); 23, 24 or 25 hours apart.

    Where a clock change skips midnight, the date begins with its first minute that exists.
    """
    return _first_instant(zone_name, day), _first_instant(zone_name, day + timedelta(days=1))


@lru_cache(maxsize=65536)
def _first_instant(zone_name: str, day: date) -> datetime:
    # A date that a zone skipped whole (Samoa, 2011-12-30) begins where the next one does.
    for minute in range(0, 2 * MINUTES_A_DAY + 1, 15):
        instant = wall_to_instant(zone_name, day, minute)
        if instant is not None:
            return instant
    raise AssertionError(f"no minute of {day} exists in {zone_name}")


def to_local(instant: datetime, zone_name: str) -> datetime:
    """Return the instant as this zone's wall clock shows it (aware)."""
    return instant.astimezone(zone(zone_name))


def local_date(instant: datetime, zone_name: str) -> date:
    """Return the date that this zone's calendar shows at the instant."""
    return to_local(instant, zone_name).date()


def parse_instant(text: str) -> datetime:
    """Read an RFC 3339 instant with offset, as UTC.

    Raises
    ------
    ValueError
        If it is not one; a time without an offset is refused, for it names no instant.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC")
    return moment.astimezone(UTC)


def interval_grid(start: datetime, end: datetime, interval_minutes: int) -> pd.DatetimeIndex:
    """Return the starts (UTC) of all intervals that begin in the half-open window [start, end).

    Intervals are aligned to whole multiples of their length since the Unix epoch. An interval belongs
    to the local date of its start, so that in zones at 30 or 45 minutes from UTC the first one of a day
    may begin some minutes after midnight.
    """
    step = timedelta(minutes=interval_minutes)
    first = pd.Timestamp(start).ceil(step)
    return pd.date_range(first, end, freq=step, inclusive="left", tz=UTC if first.tzinfo is None else None)


class WallClock:
    """What a zone's clocks and calendar show at each of n instants.

    Attributes
    ----------
    day
        datetime64[D], shape (n,): local date.
    minute
        int64, shape (n,): minutes after that date's 00:00, 0–1439.
    weekday
        int64, shape (n,): Monday is 0.
    """

    def __init__(self, index: pd.DatetimeIndex, tz: tzinfo) -> None:
        local = index.tz_convert(tz)
        self.day: npt.NDArray[np.datetime64] = (
            local.tz_localize(None).normalize().to_numpy().astype("datetime64[D]")
        )
        self.minute: npt.NDArray[np.int64] = np.asarray(local.hour * 60 + local.minute, dtype=np.int64)
        self.weekday: npt.NDArray[np.int64] = np.asarray(local.day_of_week, dtype=np.int64)


def wall_clock(index: pd.DatetimeIndex, zone_name: str) -> WallClock:
    """Return local dates, minutes of day and weekdays of UTC instants in a zone."""
    return WallClock(index, zone(zone_name))


def utc_offset_minutes(index: pd.DatetimeIndex, zone_name: str) -> npt.NDArray[np.int64]:
    """Return how many minutes the zone's clocks are ahead of UTC at each instant, shape (n,)."""
    local = index.tz_convert(zone(zone_name)).tz_localize(None)
    ahead = (local - index.tz_convert(None)) // pd.Timedelta(minutes=1)
    return np.asarray(ahead, dtype=np.int64)
