"""The plan's window, across zones, clock changes and dates of employment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from scheduler.agents import FixedWork
from scheduler.shifts import ShiftTemplate
from scheduler.sites import Site
from scheduler.window import plan_window
from tests.scheduler.factory import DAY, MONDAY, instant, make_agent, make_contract, make_workspace

NIGHT = ShiftTemplate("night", 1320, 1320, min_minutes=480, max_minutes=600)
ACROSS = ShiftTemplate("across", 1380, 1500, min_minutes=480, max_minutes=480, start_every_minutes=60)


def test_first_start_and_last_end_of_a_week_with_a_clock_change() -> None:
    # Riga leaves winter time on Sunday 2026-03-29: its wall clock is at UTC+3 from then.
    assert plan_window(make_workspace()) == (
        datetime(2026, 3, 23, 6, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 7, 0, tzinfo=UTC) + timedelta(hours=8, minutes=30),
    )


def test_both_sides_of_the_date_line() -> None:
    sites = [Site("west", "Pacific/Pago_Pago"), Site("east", "Pacific/Kiritimati")]
    workspace = make_workspace(
        sites=sites,
        agents=[make_agent("a1", site="west"), make_agent("a2", site="east")],
        settings={"days": 1},
    )
    first, last = plan_window(workspace) or (None, None)
    assert first == datetime(2026, 3, 22, 18, 0, tzinfo=UTC)
    assert last == datetime(2026, 3, 23, 21, 0, tzinfo=UTC) + timedelta(hours=8, minutes=30)


def test_employment_and_weekdays_narrow_it() -> None:
    workspace = make_workspace(
        agents=[
            make_agent("a1", first_date=MONDAY + timedelta(days=1), last_date=MONDAY + timedelta(days=4))
        ],
        templates=[ShiftTemplate("day", 480, 480, 60, 60, weekdays=frozenset({0, 2, 6}))],
    )
    wednesday = MONDAY + timedelta(days=2)
    assert plan_window(workspace) == (instant(wednesday, 480), instant(wednesday, 540))


def test_a_start_beyond_midnight_belongs_to_the_next_date() -> None:
    # 23:00, 24:00 and 25:00: on every date of the horizon, 00:00 and 01:00 as well as 23:00.
    workspace = make_workspace(
        templates=[ACROSS], contracts=[make_contract(shifts=("across",))], settings={"days": 1}
    )
    assert plan_window(workspace) == (instant(MONDAY, 0), instant(MONDAY, 1380) + timedelta(hours=8))


def test_a_skipped_start_is_none_and_nobody_gives_no_window() -> None:
    # 02:30 does not exist on that Sunday in Berlin.
    night = ShiftTemplate("day", 150, 150, 60, 60)
    berlin = Site("riga", "Europe/Berlin")
    sunday = {"start": date(2026, 3, 29), "days": 1}
    assert plan_window(make_workspace(templates=[night], sites=[berlin], settings=sunday)) is None
    assert plan_window(make_workspace(agents=0)) is None


def test_fixed_work_of_the_horizon_widens_it() -> None:
    early, late = instant(MONDAY, 120), instant(MONDAY, 300)
    before = FixedWork("a1", early - timedelta(days=2), late - timedelta(days=2), "shift")
    workspace = make_workspace(fixed=(FixedWork("a1", early, late, "shift"), before))
    window = plan_window(workspace)
    assert window is not None
    assert window[0] == early


def test_the_longest_length_counts() -> None:
    workspace = make_workspace(
        templates=[DAY, NIGHT], contracts=[make_contract(shifts=("day", "night"))], settings={"days": 1}
    )
    assert plan_window(workspace) == (instant(MONDAY, 480), instant(MONDAY, 1320) + timedelta(hours=10))
