"""The pages' clocks against the ones that plans are made with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from forecasting.timegrid import day_bounds, to_local
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

ZONES = [
    "UTC",
    "Europe/Riga",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour of summer time
    "America/St_Johns",
    "Pacific/Chatham",
    "Pacific/Kiritimati",  # a day ahead of …
    "Pacific/Pago_Pago",
    "Africa/Cairo",  # summer time skips midnight
    "Asia/Beirut",
]
ASK = "async ([what, ...given]) => (await import('/static/pages/zones.js'))[what](...given)"


@pytest.mark.parametrize("zone", ZONES)
def test_days_begin_when_the_plans_days_begin(open_page: OpenPage, zone: str) -> None:
    page = open_page("/")
    days = [date(2026, 1, 1) + timedelta(days=step) for step in range(365)]
    found = page.evaluate(
        """async ([zone, days]) => {
            const { startOfDay } = await import('/static/pages/zones.js');
            return days.map((day) => startOfDay(day, zone));
        }""",
        [zone, [day.isoformat() for day in days]],
    )
    assert found == [int(day_bounds(zone, day)[0].timestamp()) * 1000 for day in days]


@pytest.mark.parametrize("zone", ZONES)
def test_wall_clocks_agree_over_a_year(open_page: OpenPage, zone: str) -> None:
    page = open_page("/")
    instants = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=105 * step) for step in range(5000)]
    found = page.evaluate(
        """async ([zone, instants]) => {
            const { local } = await import('/static/pages/zones.js');
            const shown = instants.map((at) => local(at, zone));
            return shown.map(({ day, hour, minute }) => [day, hour, minute]);
        }""",
        [zone, [instant.timestamp() * 1000 for instant in instants]],
    )
    expected = []
    for instant in instants:
        shown = to_local(instant, zone)
        expected.append([shown.date().isoformat(), shown.hour, shown.minute])
    assert found == expected


@pytest.mark.parametrize(
    ("zone", "instant", "label"),
    [
        ("Europe/Riga", "2026-03-30T00:00Z", "Mon 30 Mar 03:00"),
        ("Europe/Riga", "2026-10-25T00:30Z", "Sun 25 Oct 03:30 (UTC+03:00)"),
        ("Europe/Riga", "2026-10-25T01:30Z", "Sun 25 Oct 03:30 (UTC+02:00)"),
        ("Asia/Kathmandu", "2026-03-28T22:00Z", "Sun 29 Mar 03:45"),
        ("Pacific/Kiritimati", "2026-12-31T12:00Z", "Fri 1 Jan 02:00"),
        ("Pacific/Pago_Pago", "2026-12-31T12:00Z", "Thu 31 Dec 01:00"),
    ],
)
def test_moments_tell_repeated_hours_apart(open_page: OpenPage, zone: str, instant: str, label: str) -> None:
    at = datetime.fromisoformat(instant).timestamp() * 1000
    assert open_page("/").evaluate(ASK, ["momentLabel", at, zone]) == label


@pytest.mark.parametrize(
    ("zone", "start", "end", "changes"),
    [
        ("Europe/Riga", "2026-03-23", "2026-04-06", [("2026-03-29T01:00+00:00", 120, 180)]),
        ("Australia/Lord_Howe", "2026-04-01", "2026-04-08", [("2026-04-04T15:00+00:00", 660, 630)]),
        ("Asia/Kolkata", "2026-01-01", "2026-12-31", []),
    ],
)
def test_clock_changes_are_found(
    open_page: OpenPage, zone: str, start: str, end: str, changes: list[Any]
) -> None:
    span = [datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000 for day in (start, end)]
    found = open_page("/").evaluate(ASK, ["clockChanges", zone, *span])
    expected = [
        {"at": datetime.fromisoformat(at).timestamp() * 1000, "before": before, "after": after}
        for at, before, after in changes
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("zone", "day", "hours", "repeated"),
    [
        ("Europe/Riga", "2026-10-25", 25, {3: 4}),
        ("Europe/Riga", "2026-03-29", 23, {}),
        ("Australia/Lord_Howe", "2026-04-05", 25, {1: 2}),  # 01:30–02:00 comes twice
        ("Asia/Kathmandu", "2026-03-29", 24, {}),
    ],
)
def test_heat_map_hours_of_a_day(
    open_page: OpenPage, zone: str, day: str, hours: int, repeated: dict[int, int]
) -> None:
    """Quarter hours of one local date fall into its hours; ``repeated`` counts those of a second pass."""
    start, end = day_bounds(zone, date.fromisoformat(day))
    minutes = list(range(int(start.timestamp()) // 60, int(end.timestamp()) // 60, 15))
    counts = open_page("/").evaluate(
        """async ([zone, minutes]) => {
            const { cellsOf } = await import('/static/pages/heatmap.js');
            const ones = minutes.map(() => 1);
            const series = { minute: minutes, required: ones, scheduled: ones, short: ones, over: ones };
            const cells = cellsOf(series, minutes.map((_, at) => at), zone);
            return [...cells].map(([key, cell]) => [key, cell.count]);
        }""",
        [zone, minutes],
    )
    assert sum(count for _, count in counts) == len(minutes)
    assert len(counts) == hours
    assert {int(key.split()[1]): count for key, count in counts if key.endswith(" 1")} == repeated


def test_a_plan_is_shown_on_the_clocks_it_was_made_with(open_page: OpenPage) -> None:
    """The browser's zone database may be older than the server's, or newer."""
    start = datetime(2026, 3, 29, tzinfo=UTC)
    spans = [
        [start.timestamp() / 60, 45],
        [start.timestamp() / 60 + 600, 105],
        [start.timestamp() / 60 + 1200, None],
    ]
    hours = open_page("/").evaluate(
        """async ([spans, start]) => {
            const { learn, timeLabel } = await import('/static/pages/zones.js');
            learn({ 'Europe/Riga': spans });
            const minutes = [-60, 0, 599, 600, 1199, 1200];
            return minutes.map((minute) => timeLabel(start + minute * 60000, 'Europe/Riga'));
        }""",
        [spans, start.timestamp() * 1000],
    )
    assert hours == ["01:00", "00:45", "10:44", "11:45", "21:44", "23:00"]
