"""Calendars of shifts, read by two parsers that share nothing, over changes of clocks on three continents."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
import vobject  # type: ignore[import-untyped]
from icalendar import Calendar

from api.calendars import shift_calendar
from api.store.published import PublishedShift

HOUR = timedelta(hours=1)
NIGHTS = [
    ("Europe/Riga", datetime(2026, 3, 28, 22, tzinfo=UTC)),
    ("Europe/Riga", datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 3, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 2, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 12, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 12, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 3, 28, 22, 15, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2026, 3, 28, 22, tzinfo=UTC)),
]
"""Nights in which clocks change, but for the last two."""


def row(zone: str, start: datetime, end: datetime, **more: Any) -> PublishedShift:
    """A published shift."""
    given = {
        "id": f"{zone}-{start:%m%d%H%M}",
        "revision": 3,
        "updated": datetime(2026, 2, 1, tzinfo=UTC),
        "cancelled": False,
        "agent": "ann",
        "site": 'Riga; "the" site, north',
        "shift": "night",
        "start": start,
        "end": end,
        "time_zone": zone,
        "local_date": date(2026, 1, 1),
        "breaks": json.dumps(
            [{"start": start.isoformat(), "end": (start + HOUR / 2).isoformat(), "paid": False}]
        ),
    }
    return cast(PublishedShift, SimpleNamespace(**(given | more)))


def by_icalendar(text: bytes) -> dict[str, tuple[datetime, datetime]]:
    events = Calendar.from_ical(text).walk("VEVENT")
    return {
        str(one["uid"]): (one.decoded("dtstart").astimezone(UTC), one.decoded("dtend").astimezone(UTC))
        for one in events
    }


def by_vobject(text: bytes) -> dict[str, tuple[datetime, datetime]]:
    """Read with the zones that the calendar itself describes."""
    calendar = vobject.readOne(text.decode())
    return {
        one.uid.value: (one.dtstart.value.astimezone(UTC), one.dtend.value.astimezone(UTC))
        for one in calendar.vevent_list
    }


@pytest.mark.parametrize(("zone", "night"), NIGHTS)
def test_two_parsers_read_the_instants_that_were_written(zone: str, night: datetime) -> None:
    """Every half hour of the night as a begin: also times that are skipped or come twice."""
    shifts = [row(zone, start, start + 8 * HOUR) for start in (night + step * HOUR / 2 for step in range(16))]
    text = shift_calendar("Shifts of ann", shifts)
    expected = {f"{one.id}@sunrota": (one.start, one.end) for one in shifts}
    assert by_icalendar(text) == expected
    assert by_vobject(text) == expected
    assert f"TZID:{zone}".encode() in text
    assert b"BEGIN:VTIMEZONE" in text


def test_a_calendar_says_what_changed() -> None:
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    shifts = [
        row("Europe/Riga", start, start + 8 * HOUR),
        row("Europe/Riga", start + 24 * HOUR, start + 30 * HOUR, cancelled=True),
    ]
    kept, cancelled = Calendar.from_ical(shift_calendar("Shifts", shifts)).walk("VEVENT")
    assert (str(kept["status"]), str(cancelled["status"])) == ("CONFIRMED", "CANCELLED")
    assert kept["sequence"] == 2
    assert str(kept["location"]) == 'Riga; "the" site, north'
    assert str(kept["description"]) == "Breaks: 10:00–10:30 (unpaid)"
    assert b"VTIMEZONE" not in shift_calendar("Empty", [])
