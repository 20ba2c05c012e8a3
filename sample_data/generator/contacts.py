"""Contacts drawn from markets and queues: gamma-mixed Poisson counts on the market's wall clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.hours import parse_hours
from forecasting.timegrid import day_bounds, interval_grid, parse_instant, wall_clock
from sample_data.generator.demand import EVENTS, GAPS, INCIDENTS, QueueSpec, Window
from sample_data.generator.markets import HOURLY, MARKETS, WEEKLY

__all__ = ["contact_table", "expected_contacts", "grid", "is_open"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

HOLIDAY_FACTOR = {"phone": 0.5, "chat": 0.65, "email": 0.55, "social": 0.95}
DAY_AFTER_FACTOR = 1.15
MARKET_DAY_CV = 0.05
"""Spread of the day factor that all queues of a market share."""
QUEUE_DAY_CV = 0.08
"""Spread of each queue's own day factor."""
INTERVAL_CV = 0.08
HANDLE_CV = 0.6
"""Spread of single handle times; a mean of n has this over the root of n."""


def grid(region: str, start: date, days: int) -> pd.DatetimeIndex:
    """Return the half hours (UTC) of ``days`` local dates of the region from ``start``."""
    zone = MARKETS[region].time_zone
    first, _ = day_bounds(zone, start)
    last, _ = day_bounds(zone, start + timedelta(days=days))
    return interval_grid(first, last, 30)


def _in_dates(days: npt.NDArray[np.datetime64], dates: Iterable[date]) -> Mask:
    return np.isin(days, np.array(sorted(dates), dtype="datetime64[D]"))


def is_open(spec: QueueSpec, index: pd.DatetimeIndex) -> Mask:
    """Tell for each half hour whether it begins within the queue's hours."""
    market = MARKETS[spec.region]
    hours = parse_hours(spec.hours)
    clock = wall_clock(index, market.time_zone)
    holiday = _in_dates(clock.day, market.holidays)
    before = _in_dates(clock.day - np.timedelta64(1, "D"), market.holidays)
    states = zip(clock.weekday, clock.minute, holiday, before, strict=True)
    return np.array(
        [hours.is_open(int(d), int(m), holiday=bool(h), holiday_before=bool(b)) for d, m, h, b in states]
    )


def _inside(window: Window, spec: QueueSpec, index: pd.DatetimeIndex) -> Mask:
    concerns = (
        window.region in (None, spec.region)
        and window.language in (None, spec.language)
        and window.channel in (None, spec.channel)
    )
    start, end = pd.Timestamp(parse_instant(window.start)), pd.Timestamp(parse_instant(window.end))
    return np.asarray((index >= start) & (index < end)) & concerns


def _shape(channel: str, minute: npt.NDArray[np.int64], weekday: npt.NDArray[np.int64]) -> Floats:
    floor, waves = HOURLY[channel]
    hour = (minute + 15) / 60
    day = np.full(len(hour), floor)
    for top, width, height in waves:
        away = np.abs(hour - top)
        away = np.minimum(away, 24 - away)
        day += height * np.exp(-0.5 * (away / width) ** 2)
    week = np.array(WEEKLY[channel], dtype=np.float64)
    shape: Floats = day * week[weekday]
    return shape


def _level(spec: QueueSpec) -> float:
    """Return the mean of the shape over the open half hours of a week without holidays."""
    hours = parse_hours(spec.hours)
    weekday, minute = (
        part.ravel() for part in np.meshgrid(np.arange(7), np.arange(0, 1440, 30), indexing="ij")
    )
    flags = [
        hours.is_open(int(d), int(m), holiday=False, holiday_before=False)
        for d, m in zip(weekday, minute, strict=True)
    ]
    return float(_shape(spec.channel, minute, weekday)[flags].mean())


def expected_contacts(spec: QueueSpec, index: pd.DatetimeIndex, plan_start: date) -> Floats:
    """Return the mean of contacts per half hour, announced events included and incidents not.

    Parameters
    ----------
    spec
        The queue; ``spec.mean`` holds at ``plan_start``.
    index
        n half hours, UTC.
    plan_start
        Where trend and yearly wave are 1.

    Returns
    -------
    ndarray, shape (n,)
        Contacts per half hour; 0 where a live queue is closed. Customers write when the office is closed.
    """
    market = MARKETS[spec.region]
    clock = wall_clock(index, market.time_zone)
    rate = spec.mean * _shape(spec.channel, clock.minute, clock.weekday) / _level(spec)

    since = (clock.day - np.datetime64(plan_start, "D")).astype(np.float64)
    phase = plan_start.timetuple().tm_yday - market.busiest_day
    wave = 1 + market.yearly_swing * np.cos(2 * np.pi * (since + phase) / 365.25)
    wave /= 1 + market.yearly_swing * np.cos(2 * np.pi * phase / 365.25)
    rate *= wave * np.exp(np.log1p(market.growth) * since / 365.25)

    month_day = (clock.day - clock.day.astype("datetime64[M]")).astype(np.int64) + 1
    factor_of_day = np.array([market.month_days.get(day, 1.0) for day in range(32)])
    if spec.channel != "social":
        rate *= factor_of_day[month_day]

    holiday = _in_dates(clock.day, market.holidays)
    after = _in_dates(clock.day - np.timedelta64(1, "D"), market.holidays) & ~holiday & (clock.weekday < 5)
    rate[holiday] *= HOLIDAY_FACTOR[spec.channel]
    rate[after] *= DAY_AFTER_FACTOR
    for event in EVENTS:
        rate[_inside(event, spec, index)] *= event.factor
    return rate * is_open(spec, index) if spec.live else rate


def _gamma(rng: np.random.Generator, cv: float, size: int) -> Floats:
    return rng.gamma(1 / cv**2, cv**2, size)


def _draw(
    rng: np.random.Generator,
    spec: QueueSpec,
    index: pd.DatetimeIndex,
    market_days: pd.Series,
    plan_start: date,
) -> pd.DataFrame:
    clock = wall_clock(index, MARKETS[spec.region].time_zone)
    rate = expected_contacts(spec, index, plan_start)
    for incident in INCIDENTS:
        rate[_inside(incident, spec, index)] *= incident.factor
    place = np.searchsorted(market_days.index.to_numpy().astype("datetime64[D]"), clock.day)
    own = _gamma(rng, QUEUE_DAY_CV, len(market_days))
    rate *= market_days.to_numpy()[place] * own[place] * _gamma(rng, INTERVAL_CV, len(index))
    contacts = rng.poisson(rate)

    busy = np.where(contacts > 0, contacts, 1)
    rhythm = 1 + 0.05 * np.cos(2 * np.pi * (clock.minute / 1440 - 0.75)) + 0.02 * (clock.weekday == 0)
    noise = 1 + HANDLE_CV / np.sqrt(busy) * rng.standard_normal(len(index))
    handle = np.rint(spec.aht_seconds * rhythm * np.maximum(noise, 0.35))
    good_day = rng.beta(30, 6, len(market_days))
    in_time = rng.binomial(contacts, good_day[place])
    gone = rng.binomial(contacts - in_time, 0.3 if spec.live else 0.0)
    frame = pd.DataFrame(
        {
            "interval_start": index,
            "region": spec.region,
            "language": spec.language,
            "channel": spec.channel,
            "contacts": contacts.astype(np.int32),
            "aht_seconds": pd.array(handle, dtype="Int32"),
            "abandoned": pd.array(gone, dtype="Int32"),
            "answered_in_time": in_time.astype(np.int32),
        }
    )
    frame.loc[contacts == 0, "aht_seconds"] = pd.NA
    if not spec.live:
        frame["abandoned"] = pd.array([pd.NA] * len(frame), dtype="Int32")
    kept = is_open(spec, index) if spec.live else np.ones(len(index), dtype=bool)
    for gap in GAPS:
        kept &= ~_inside(gap, spec, index)
    return frame[kept]


def contact_table(seed: int, specs: Iterable[QueueSpec], start: date, plan_start: date) -> pd.DataFrame:
    """Return the rows of ``contacts``: each queue from local date ``start`` up to ``plan_start``.

    Closed half hours of live queues and the gaps have no row. Queues draw from streams of their own, so that
    changing one leaves the others as they are.
    """
    days = (plan_start - start).days
    calendar = pd.DatetimeIndex(
        [datetime.combine(start + timedelta(days=day), datetime.min.time()) for day in range(days)]
    )
    tables = []
    for number, spec in enumerate(sorted(specs, key=lambda item: item[:3])):
        market_rng = np.random.default_rng([seed, 1, list(MARKETS).index(spec.region)])
        shared = pd.Series(_gamma(market_rng, MARKET_DAY_CV, days), index=calendar)
        rng = np.random.default_rng([seed, 2, number])
        tables.append(_draw(rng, spec, grid(spec.region, start, days), shared, plan_start))
    return pd.concat(tables, ignore_index=True)
