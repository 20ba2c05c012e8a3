"""What time off uses of leave balances: whole days and parts of them, over clock changes and weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from api.workspace.leave import Balance, leave_notes, leave_use
from forecasting.timegrid import day_bounds
from scheduler.agents import Agent, TimeOff
from tests.scheduler.factory import RIGA, make_contract

ANN = Agent("ann", "riga", "full", ())
KIND = ("ann", "leave")


def days_off(first: date, last: date, zone: str = "Europe/Riga", kind: str = "leave") -> TimeOff:
    """Whole days from the first to the last."""
    days = tuple(first + timedelta(days=step) for step in range((last - first).days + 1))
    return TimeOff("ann", day_bounds(zone, first)[0], day_bounds(zone, last)[1], days, kind)


def used(*absences: TimeOff, zone: str = "Europe/Riga") -> dict[date, float]:
    contract = make_contract(max_week_minutes=2400, max_days_a_week=5)
    use = leave_use(absences, {"ann": ANN}, {"riga": replace(RIGA, time_zone=zone)}, {"full": contract})
    return dict(use.get(KIND, {}))


def test_a_week_away_uses_its_working_days() -> None:
    fortnight = used(days_off(date(2026, 3, 23), date(2026, 4, 5)))
    assert sum(fortnight.values()) == 10
    assert [day.weekday() for day, share in fortnight.items() if share == 0] == [5, 6, 5, 6]
    assert sum(used(days_off(date(2026, 3, 28), date(2026, 3, 29))).values()) == 2  # only a weekend away
    assert used() == {}


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Riga", date(2026, 3, 29)),
        ("Europe/Riga", date(2026, 10, 25)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),
        ("Australia/Lord_Howe", date(2026, 10, 4)),
        ("Asia/Kathmandu", date(2026, 3, 29)),
        ("America/Santiago", date(2026, 9, 6)),  # has no midnight
    ],
)
def test_a_day_is_a_day_however_many_hours_it_has(zone: str, day: date) -> None:
    assert used(days_off(day, day, zone), zone=zone) == {day: 1.0}
    begin, end = day_bounds(zone, day)
    assert used(TimeOff("ann", begin, end), zone=zone) == {day: 1.0}
    parts = [TimeOff("ann", begin, begin + timedelta(hours=2)), TimeOff("ann", end - timedelta(hours=2), end)]
    assert used(*parts, zone=zone) == {day: 0.5}


def test_part_of_a_night_belongs_to_its_dates() -> None:
    """From 23:00 to 03:00 in Kathmandu, 5:45 ahead: one hour of the 28th, three of the 29th."""
    start = datetime(2026, 3, 28, 17, 15, tzinfo=UTC)
    night = TimeOff("ann", start, start + timedelta(hours=4))
    assert used(night, zone="Asia/Kathmandu") == {date(2026, 3, 28): 0.125, date(2026, 3, 29): 0.375}


def test_what_overlaps_counts_once() -> None:
    day = date(2026, 3, 24)
    begin, _ = day_bounds("Europe/Riga", day)
    assert used(days_off(day, day), TimeOff("ann", begin, begin + timedelta(hours=3))) == {day: 1.0}


def test_of_a_contract_without_minutes_any_part_is_a_day() -> None:
    begin, _ = day_bounds("Europe/Riga", date(2026, 3, 24))
    contract = make_contract(max_week_minutes=0)
    part = TimeOff("ann", begin, begin + timedelta(hours=1))
    use = leave_use([part], {"ann": ANN}, {"riga": RIGA}, {"full": contract})
    assert use == {KIND: {date(2026, 3, 24): 1.0}}


def test_kinds_and_years_are_apart() -> None:
    turn = days_off(date(2026, 12, 30), date(2027, 1, 2))
    sick = days_off(date(2026, 5, 4), date(2026, 5, 8), kind="sick")
    contract = make_contract(max_week_minutes=2400, max_days_a_week=5)
    use = leave_use([turn, sick], {"ann": ANN}, {"riga": RIGA}, {"full": contract})
    balances = [
        Balance("ann", 2026, 1.5),
        Balance("ann", 2027, 2),
        Balance("ann", 2026, 4, "sick"),
        Balance("ann", 2026, 0, "training"),
    ]
    assert list(leave_notes(balances, use)) == [
        "ann is away for 2 days of leave in 2026, 0.5 more than their balance of 1.5.",
        "ann is away for 5 days of sick in 2026, 1 more than their balance of 4.",
    ]
