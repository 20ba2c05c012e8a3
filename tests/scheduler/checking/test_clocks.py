"""Rules over clock changes, midnight, both sides of the date line and odd offsets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from forecasting.hours import parse_hours
from scheduler.agents import Availability
from scheduler.check import check
from scheduler.checking.clock import available_spans, inside, night_minutes, open_spans
from scheduler.rota import Rota
from scheduler.shifts import ShiftTemplate
from scheduler.sites import Site
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    instant,
    make_contract,
    make_requirement,
    make_rota,
    make_shift,
    make_workspace,
)

NIGHT = ShiftTemplate("night", 1320, 1320, min_minutes=480, max_minutes=480)
LATE = ShiftTemplate("late", 780, 780, min_minutes=480, max_minutes=480)
EARLY = ShiftTemplate("early", 60, 1500, min_minutes=240, max_minutes=240, start_every_minutes=30)
DAYS = timedelta(days=1)
HOURS = (23 * 60, 6 * 60)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def workspace_in(zone_name: str, start: date, **contract: object) -> Workspace:
    return make_workspace(
        sites=[Site("riga", zone_name)],
        templates=[NIGHT, LATE, EARLY],
        contracts=[make_contract(shifts=("night", "late", "early"), **contract)],
        settings={"start": start, "days": 7},
    )


def rules(workspace: Workspace, rota: Rota) -> list[str]:
    return [violation.rule for violation in check(workspace, make_requirement([]), rota).violations]


def test_rest_is_elapsed_over_a_night_of_23_hours() -> None:
    # Riga, 2026-03-28: 21:00 to 08:00 is eleven hours on other nights, ten on this one.
    for day, expected in ((SPRING - 2 * DAYS, []), (SPRING - DAYS, ["min_rest_minutes"])):
        workspace = workspace_in("Europe/Riga", day)
        late = make_shift(workspace, day=day, minute=780, template="late")
        early = make_shift(workspace, day=day + DAYS, minute=480, template="early")
        assert rules(workspace, make_rota([late, early])) == expected


def test_rest_is_elapsed_over_a_night_of_25_hours() -> None:
    workspace = workspace_in("Europe/Riga", AUTUMN - DAYS)
    late = make_shift(workspace, day=AUTUMN - DAYS, minute=780, template="late")
    for minute, expected in ((420, []), (390, ["min_rest_minutes"])):
        early = make_shift(workspace, day=AUTUMN, minute=minute, template="early")
        assert rules(workspace, make_rota([late, early])) == expected


@pytest.mark.parametrize(("changed", "ends_at"), [(SPRING, 7), (AUTUMN, 5), (SPRING - 7 * DAYS, 6)])
def test_a_night_shift_over_a_clock_change_is_paid_as_elapsed(changed: date, ends_at: int) -> None:
    workspace = workspace_in("Europe/Riga", changed - DAYS)
    shift = make_shift(workspace, day=changed - DAYS, minute=1320, template="night")
    assert shift.end == instant(changed, ends_at * 60)
    assert rules(workspace, make_rota([shift])) == []
    # As long as the wall clock shows it is an hour off where clocks change.
    by_wall = replace(shift, end=instant(changed, 360), paid_minutes=480)
    expected = [] if ends_at == 6 else ["length", "paid_minutes"]
    assert rules(workspace, make_rota([by_wall])) == expected


def test_a_repeated_start_means_the_first() -> None:
    # Riga, 2026-10-25: 03:00 to 04:00 comes twice.
    workspace = workspace_in("Europe/Riga", AUTUMN)
    first = make_shift(workspace, day=AUTUMN, minute=210, template="early")
    assert first.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = replace(first, start=first.start + timedelta(hours=1), end=first.end + timedelta(hours=1))
    assert rules(workspace, make_rota([first])) == []
    assert rules(workspace, make_rota([second])) == ["start"]


def test_a_start_beyond_midnight_belongs_to_the_next_date() -> None:
    workspace = workspace_in("Europe/Riga", SPRING)
    shift = make_shift(workspace, day=SPRING, minute=30, template="early")
    assert shift.local_date == SPRING
    assert rules(workspace, make_rota([shift])) == []
    before = replace(shift, local_date=SPRING - DAYS)
    assert rules(workspace, make_rota([before])) == ["local_date"]


@pytest.mark.parametrize(
    "zone_name",
    [
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Asia/Kathmandu",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/New_York",
    ],
)
@pytest.mark.parametrize(
    "start", [date(2026, 3, 8), SPRING, date(2026, 4, 5), date(2026, 10, 4), date(2026, 11, 1)]
)
def test_a_week_of_nights_is_lawful_in_every_zone(zone_name: str, start: date) -> None:
    workspace = workspace_in(zone_name, start, max_days_a_week=5, max_week_minutes=2400)
    nights = [
        make_shift(workspace, day=start + step * DAYS, minute=1320, template="night") for step in range(1, 6)
    ]
    assert [shift.local_date for shift in nights] == [start + step * DAYS for step in range(1, 6)]
    assert rules(workspace, make_rota(nights)) == []


@pytest.mark.parametrize(
    ("zone_name", "day", "minutes"),
    [
        ("Europe/Riga", SPRING - 2 * DAYS, 420),
        ("Europe/Riga", SPRING - DAYS, 360),
        ("Europe/Riga", AUTUMN - DAYS, 480),
        ("Australia/Lord_Howe", date(2026, 4, 4), 450),
        ("Australia/Lord_Howe", date(2026, 10, 3), 390),
        ("Asia/Kathmandu", SPRING - DAYS, 420),
        # Clocks go from 24:00 to 01:00: Beirut's 29 March begins at 01:00.
        ("Asia/Beirut", SPRING - DAYS, 360),
    ],
)
def test_night_minutes_of_a_night(zone_name: str, day: date, minutes: int) -> None:
    start, end = instant(day, 1200, zone_name), instant(day + DAYS, 600, zone_name)
    assert night_minutes(zone_name, day, start, end, HOURS) == minutes


def test_two_nights_in_one_long_shift_add_up() -> None:
    day = date(2026, 1, 5)
    start = instant(day, 240)
    assert night_minutes("Europe/Riga", day, start, start + timedelta(hours=20), HOURS) == 120 + 60


def test_availability_across_midnight_and_a_clock_change() -> None:
    # 22:00-08:00 on Saturday: Sunday's 08:00 comes an hour early.
    rows = [Availability("a1", 5, None, 1320, 1440 + 480)]
    spans = available_spans(rows, "Europe/Riga", [SPRING - DAYS])
    assert spans is not None
    start = instant(SPRING - DAYS, 1320)
    assert inside(spans, start, start + timedelta(hours=9))
    assert not inside(spans, start, start + timedelta(hours=9, minutes=5))
    assert not inside(spans, start - timedelta(minutes=5), start + timedelta(hours=1))


def test_a_window_that_begins_in_a_skipped_hour_begins_after_it() -> None:
    rows = [Availability("a1", 6, None, 210, 600)]
    spans = available_spans(rows, "Europe/Riga", [SPRING])
    assert spans is not None
    assert spans[0][0] == instant(SPRING, 240)


def test_site_hours_across_midnight() -> None:
    site = Site("s", "Asia/Kathmandu", hours=parse_hours("fri 22:00-06:00"))
    friday = date(2026, 3, 27)
    spans = open_spans(site, [friday])
    start = instant(friday, 1320, "Asia/Kathmandu")
    assert spans == [(start, start + timedelta(hours=8))]
    assert open_spans(Site("s", "Asia/Kathmandu"), [friday]) is None
