"""One person's published shifts as a calendar (RFC 5545).

Times are local with ``TZID``, and every zone that occurs is described in a ``VTIMEZONE``: a calendar program
needs no tables of its own. A local time that a clock change repeats names its first occurrence (section
3.3.5), so the second is written in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import orjson
from icalendar import Calendar, Event

from api.store.published import PublishedShift
from forecasting.timegrid import to_local, wall_to_instant

__all__ = ["shift_calendar"]

PRODUCT = "-//Sunrota//Shifts//EN"
REFRESH = timedelta(hours=1)
MARGIN = timedelta(days=366)
"""How far the described zones reach beyond the shifts: a change of clocks lies within."""


def shift_calendar(name: str, shifts: Iterable[PublishedShift]) -> bytes:
    """Return a calendar.

    Parameters
    ----------
    name
        What calendar programs call it.
    shifts
        In effect or cancelled: a cancelled one is kept with ``STATUS:CANCELLED``, for calendars that have it.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    starts = []
    for shift in shifts:
        calendar.add_component(_event(shift))
        starts.append(shift.start)
    if starts:
        calendar.add_missing_timezones((min(starts) - MARGIN).date(), (max(starts) + MARGIN).date())
    return bytes(calendar.to_ical())


def _event(shift: PublishedShift) -> Event:
    event = Event()
    event.add("uid", f"{shift.id}@sunrota")
    # The first revision is 1; the first sequence is 0 (section 3.8.7.4).
    event.add("sequence", shift.revision - 1)
    event.add("dtstamp", shift.updated.astimezone(UTC))
    event.add("last-modified", shift.updated.astimezone(UTC))
    event.add("dtstart", _local(shift.start, shift.time_zone))
    event.add("dtend", _local(shift.end, shift.time_zone))
    event.add("summary", f"{shift.shift or 'Work'} ({shift.site})")
    event.add("location", shift.site)
    event.add("status", "CANCELLED" if shift.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if shift.cancelled else "OPAQUE")
    breaks = [_break(pause, shift.time_zone) for pause in orjson.loads(shift.breaks)]
    if breaks:
        event.add("description", f"Breaks: {', '.join(breaks)}")
    return event


def _local(instant: datetime, zone: str) -> datetime:
    local = to_local(instant, zone)
    minute = 60 * local.hour + local.minute
    first = wall_to_instant(zone, local.date(), minute)
    return local if first == instant else instant.astimezone(UTC)


def _break(pause: dict[str, object], zone: str) -> str:
    begin, end = (to_local(datetime.fromisoformat(str(pause[name])), zone) for name in ("start", "end"))
    return f"{begin:%H:%M}–{end:%H:%M}{'' if pause['paid'] else ' (unpaid)'}"
