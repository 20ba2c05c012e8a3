"""Night and holiday minutes on the site's clock, and cost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from forecasting.timegrid import local_date, wall_to_instant
from scheduler.agents import Agent
from scheduler.pay.price import price_shifts
from scheduler.rota import Break, Shift
from scheduler.settings import PlanSettings
from scheduler.sites import Site
from scheduler.workspace import Workspace


def a_workspace(site: Site, hourly_cost: float = 12.0) -> Workspace:
    agent = Agent("ann", site.name, "full", (), hourly_cost=hourly_cost)
    settings = PlanSettings(date(2026, 3, 2), 14, currency="EUR")
    return Workspace(settings, {}, {}, sites={site.name: site}, agents={"ann": agent})


def a_shift(zone: str, start: datetime, minutes: int, breaks: tuple[Break, ...] = ()) -> Shift:
    unpaid = sum(int((b.end - b.start).total_seconds()) // 60 for b in breaks if not b.paid)
    end = start + timedelta(minutes=minutes)
    return Shift("ann", "here", "t", start, end, local_date(start, zone), zone, minutes - unpaid, breaks)


@pytest.mark.parametrize(
    ("zone", "day", "night_minutes"),
    [
        ("Europe/London", date(2026, 3, 10), 420),
        ("Europe/London", date(2026, 3, 28), 360),
        ("Europe/London", date(2026, 10, 24), 480),
        ("America/New_York", date(2026, 3, 7), 360),
        ("America/New_York", date(2026, 10, 31), 480),
        ("Australia/Lord_Howe", date(2026, 4, 4), 450),
        ("Australia/Lord_Howe", date(2026, 10, 3), 390),
        ("Asia/Kolkata", date(2026, 3, 28), 420),
        ("Asia/Kathmandu", date(2026, 3, 28), 420),
        ("Pacific/Kiritimati", date(2026, 3, 28), 420),
        ("Pacific/Pago_Pago", date(2026, 3, 28), 420),
    ],
)
def test_a_whole_night_is_counted_by_elapsed_minutes(zone: str, day: date, night_minutes: int) -> None:
    start, end = wall_to_instant(zone, day, 22 * 60), wall_to_instant(zone, day, 31 * 60)
    assert start is not None
    assert end is not None
    shift = a_shift(zone, start, int((end - start).total_seconds()) // 60)
    (pay,) = price_shifts([shift], a_workspace(Site("here", zone)))
    assert pay.night_minutes == night_minutes


def test_unpaid_breaks_are_not_paid_at_night_and_paid_ones_are() -> None:
    start = datetime(2026, 3, 10, 22, tzinfo=UTC)
    at = [start + timedelta(minutes=minute) for minute in (30, 90, 240)]
    breaks = (
        Break(at[0], at[1], paid=False),  # 22:30–23:30: half of it at night
        Break(at[2], at[2] + timedelta(minutes=15), paid=True),
    )
    (pay,) = price_shifts([a_shift("UTC", start, 480, breaks)], a_workspace(Site("here", "UTC")))
    assert pay.night_minutes == 420 - 30
    assert pay.cost == pytest.approx(7 * 12.0)


@pytest.mark.parametrize(
    ("zone", "country", "start", "holiday_minutes"),
    [
        # Christmas begins at the site's midnight, wherever the date line is.
        ("Europe/London", "GB", datetime(2026, 12, 24, 22, tzinfo=UTC), 360),
        ("Pacific/Kiritimati", "KI", datetime(2026, 12, 24, 8, tzinfo=UTC), 360),
        ("Pacific/Pago_Pago", "AS", datetime(2026, 12, 25, 9, tzinfo=UTC), 360),
        ("Asia/Kolkata", "IN", datetime(2026, 12, 24, 16, 30, tzinfo=UTC), 360),
        ("Asia/Kathmandu", None, datetime(2026, 12, 24, 16, 15, tzinfo=UTC), 0),
    ],
)
def test_holiday_minutes_lie_on_the_sites_dates(
    zone: str, country: str | None, start: datetime, holiday_minutes: int
) -> None:
    (pay,) = price_shifts([a_shift(zone, start, 480)], a_workspace(Site("here", zone, country)))
    assert pay.holiday_minutes == holiday_minutes


def test_a_subdivisions_own_holiday_counts_there_only() -> None:
    start = datetime(2026, 1, 6, 9, tzinfo=UTC)  # Epiphany, kept in Bavaria
    shift = a_shift("Europe/Berlin", start, 480)
    for subdivision, minutes in (("BY", 480), ("BE", 0)):
        site = Site("here", "Europe/Berlin", "DE", subdivision)
        assert price_shifts([shift], a_workspace(site))[0].holiday_minutes == minutes


def test_pay_is_never_for_more_minutes_than_are_paid() -> None:
    start = datetime(2026, 12, 25, 0, tzinfo=UTC)
    meeting = Shift("ann", "here", None, start, start + timedelta(hours=5), date(2026, 12, 25), "UTC", 60)
    (pay,) = price_shifts([meeting], a_workspace(Site("here", "UTC", "GB")))
    assert (pay.night_minutes, pay.holiday_minutes) == (60, 60)


def test_cost_is_in_the_sites_currency_or_the_plans() -> None:
    shift = a_shift("UTC", datetime(2026, 3, 10, 9, tzinfo=UTC), 450)
    for currency, expected in (("INR", "INR"), (None, "EUR")):
        (pay,) = price_shifts([shift], a_workspace(Site("here", "UTC", currency=currency)))
        assert pay.cost == pytest.approx(90.0)
        assert pay.currency == expected


def test_no_shifts_have_no_pay() -> None:
    assert price_shifts([], a_workspace(Site("here", "UTC"))) == ()
