"""Customer markets: clocks, public holidays, and how their contacts move over day, week, month and year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

__all__ = ["HOURLY", "MARKETS", "WEEKLY", "Market"]


class Market(NamedTuple):
    """A region of customers.

    Parameters
    ----------
    busiest_day
        Day of the year (1–365) at the top of the yearly wave.
    yearly_swing
        Height of that wave: 0.1 is ±10 %.
    growth
        Change of volume per year: 0.08 is +8 %.
    month_days
        Factor by day of the month: bills and pay days.
    holidays
        Public holidays of the year of history and of the plan. They are frozen here, so that the same seed
        gives the same bytes whatever calendar is installed.
    """

    time_zone: str
    country: str
    subdivision: str | None
    busiest_day: int
    yearly_swing: float
    growth: float
    month_days: Mapping[int, float]
    holidays: frozenset[date]


def _dates(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in text.split())


MARKETS: Mapping[str, Market] = {
    "north-america": Market(
        "America/New_York",
        "US",
        "NY",
        busiest_day=345,
        yearly_swing=0.14,
        growth=0.06,
        month_days={1: 1.16, 2: 1.1, 3: 1.05, 15: 1.08, 16: 1.05},
        holidays=_dates(
            "2025-05-26 2025-06-19 2025-07-04 2025-09-01 2025-11-27 2025-12-25 2026-01-01 2026-01-19 "
            "2026-02-16"
        ),
    ),
    "brazil": Market(
        "America/Sao_Paulo",
        "BR",
        "SP",
        busiest_day=330,
        yearly_swing=0.12,
        growth=0.1,
        month_days={5: 1.12, 6: 1.1, 7: 1.08, 10: 1.1, 20: 1.06},
        holidays=_dates(
            "2025-04-18 2025-04-21 2025-05-01 2025-07-09 2025-09-07 2025-10-12 2025-11-02 2025-11-15 "
            "2025-11-20 2025-12-25 2026-01-01 2026-04-03"
        ),
    ),
    "eu-north": Market(
        "Europe/Riga",
        "LV",
        None,
        busiest_day=20,
        yearly_swing=0.1,
        growth=0.03,
        month_days={1: 1.1, 2: 1.08, 20: 1.12, 21: 1.08},
        holidays=_dates(
            "2025-04-18 2025-04-20 2025-04-21 2025-05-01 2025-05-02 2025-05-04 2025-05-05 2025-05-11 "
            "2025-06-08 2025-06-23 2025-06-24 2025-11-17 2025-11-18 2025-12-24 2025-12-25 2025-12-26 "
            "2025-12-31 2026-01-01 2026-01-02 2026-04-03 2026-04-05 2026-04-06"
        ),
    ),
    "eu-south": Market(
        "Europe/Athens",
        "GR",
        None,
        busiest_day=200,
        yearly_swing=0.15,
        growth=0.05,
        month_days={1: 1.08, 2: 1.06, 27: 1.05, 28: 1.07},
        holidays=_dates(
            "2025-03-25 2025-04-18 2025-04-21 2025-05-01 2025-06-09 2025-08-15 2025-10-28 2025-12-25 "
            "2025-12-26 2026-01-01 2026-01-06 2026-02-23 2026-03-25"
        ),
    ),
    "india": Market(
        "Asia/Kolkata",
        "IN",
        "TN",
        busiest_day=290,
        yearly_swing=0.13,
        growth=0.12,
        month_days={1: 1.08, 5: 1.1, 7: 1.08, 10: 1.06},
        holidays=_dates(
            "2025-03-31 2025-04-10 2025-04-14 2025-04-18 2025-05-01 2025-05-12 2025-06-07 2025-07-06 "
            "2025-08-15 2025-08-16 2025-08-27 2025-09-05 2025-10-01 2025-10-02 2025-10-20 2025-11-05 "
            "2025-12-25 2026-01-14 2026-01-15 2026-01-16 2026-01-26 2026-03-04 2026-03-21 2026-03-26 "
            "2026-03-31 2026-04-03"
        ),
    ),
    "philippines": Market(
        "Asia/Manila",
        "PH",
        None,
        busiest_day=350,
        yearly_swing=0.16,
        growth=0.08,
        month_days={15: 1.12, 16: 1.08, 30: 1.1, 1: 1.06},
        holidays=_dates(
            "2025-04-01 2025-04-09 2025-04-17 2025-04-18 2025-04-19 2025-05-01 2025-05-12 2025-06-06 "
            "2025-06-12 2025-08-21 2025-08-25 2025-10-31 2025-11-01 2025-11-30 2025-12-08 2025-12-24 "
            "2025-12-25 2025-12-30 2025-12-31 2026-01-01 2026-02-17 2026-03-20 2026-04-02 2026-04-03 "
            "2026-04-04"
        ),
    ),
}

HOURLY: Mapping[str, tuple[float, tuple[tuple[float, float, float], ...]]] = {
    "phone": (0.06, ((10.8, 2.0, 1.0), (15.6, 2.6, 0.9))),
    "chat": (0.12, ((12.0, 3.0, 0.9), (19.5, 2.6, 1.0))),
    "email": (0.22, ((9.5, 2.2, 1.0), (14.5, 3.2, 0.8), (20.5, 2.0, 0.4))),
    "social": (0.2, ((13.0, 3.0, 0.6), (20.5, 2.4, 1.0))),
}
"""By channel: a floor, and waves over the local day as (hour of the top, width in hours, height)."""

WEEKLY: Mapping[str, tuple[float, ...]] = {
    "phone": (1.22, 1.08, 1.02, 1.0, 0.96, 0.82, 0.7),
    "chat": (1.12, 1.04, 1.0, 0.98, 0.96, 0.94, 0.9),
    "email": (1.3, 1.15, 1.08, 1.04, 0.96, 0.66, 0.6),
    "social": (0.92, 0.92, 0.94, 0.98, 1.06, 1.14, 1.12),
}
"""Factor by channel and weekday, Monday first."""
