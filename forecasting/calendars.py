"""Public holidays and weekends of a country, and the calendar of a region's dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

import holidays
import numpy as np

from forecasting.arrays import BoolArray, DateArray, FloatArray, IntArray, StringArray
from forecasting.errors import Fault, InvalidInput
from forecasting.queues import Region

__all__ = ["Calendar", "make_calendar", "observances", "public_holidays", "weekend_days"]

PUBLIC = "public"
MARGIN_DAYS = 14
"""Dates before and after a calendar whose holidays it knows too: eves and first days back reach across."""

_OBSERVED = re.compile(r"\s*\((?:observed|substituted|estimated)[^)]*\)", re.IGNORECASE)


OBSERVED_CATEGORIES = ("optional", "half_day")
"""Of the package ``holidays``: days on which many, but not all, rest or stop early."""


@lru_cache(maxsize=4096)
def _holidays_of_year(
    country: str, subdivision: str | None, year: int, *, observances: bool = False
) -> dict[date, str]:
    try:
        kinds = holidays.country_holidays(country).supported_categories
        chosen = [each for each in OBSERVED_CATEGORIES if each in kinds] if observances else [PUBLIC]
        if not chosen:
            return {}
        named = holidays.country_holidays(
            country, subdiv=subdivision or None, years=year, categories=tuple(chosen)
        )
    except NotImplementedError:
        fault = Fault("public holidays are known by ISO 3166 country and subdivision", code="unknown_country")
        place = f"{country}-{subdivision}" if subdivision else country
        raise InvalidInput(Fault(fault.rule, value=place, code=fault.code)) from None
    return {day: _OBSERVED.sub("", name) for day, name in named.items() if day.year == year}


def public_holidays(country: str | None, subdivision: str | None, first: date, last: date) -> dict[date, str]:
    """Return the public holidays from one date to another, both inclusive, by date.

    Parameters
    ----------
    country, subdivision
        ISO 3166 codes, e.g. ``DE`` and ``BY``. Without a country there are no holidays.
    first, last
        Local dates.

    Raises
    ------
    InvalidInput
        If the country or its subdivision is not known.
    """
    return _between(country, subdivision, first, last, observances=False)


def observances(country: str | None, subdivision: str | None, first: date, last: date) -> dict[date, str]:
    """Return days that many, but not all, keep: optional holidays and half days, by date.

    Parameters, errors and ends are those of ``public_holidays``, which are not among them.
    """
    public = public_holidays(country, subdivision, first, last)
    kept = _between(country, subdivision, first, last, observances=True)
    return {day: name for day, name in kept.items() if day not in public}


def _between(
    country: str | None, subdivision: str | None, first: date, last: date, *, observances: bool
) -> dict[date, str]:
    if not country:
        return {}
    years = range(first.year, last.year + 1)
    found = (_holidays_of_year(country, subdivision, year, observances=observances) for year in years)
    return {day: name for named in found for day, name in sorted(named.items()) if first <= day <= last}


@lru_cache(maxsize=512)
def weekend_days(country: str | None) -> frozenset[int]:
    """Return the weekdays (Monday is 0) of a country's weekend; Saturday and Sunday without a country.

    Raises
    ------
    InvalidInput
        If the country is not known.
    """
    if not country:
        return frozenset({5, 6})
    try:
        return frozenset(holidays.country_holidays(country).weekend)
    except NotImplementedError:
        rule = "weekends are known by ISO 3166 country"
        raise InvalidInput(Fault(rule, value=country, code="unknown_country")) from None


@dataclass(frozen=True, eq=False)
class Calendar:
    """What is known beforehand about n consecutive dates of a region.

    Parameters
    ----------
    dates
        datetime64[D], shape (n,): consecutive local dates.
    holidays
        Public holidays by date, from ``MARGIN_DAYS`` before the first to ``MARGIN_DAYS`` after the last.
    weekend
        Weekdays (Monday is 0) of the country's weekend.
    observances
        Optional holidays and half days by date, as far as ``holidays`` reach.
    """

    dates: DateArray
    holidays: Mapping[np.datetime64, str]
    weekend: frozenset[int]
    observances: Mapping[np.datetime64, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.dates)

    def part(self, first: int, last: int) -> Calendar:
        """Return the calendar of ``dates[first:last]``."""
        return Calendar(self.dates[first:last], self.holidays, self.weekend, self.observances)

    @property
    def weekday(self) -> IntArray:
        """Monday is 0, shape (n,)."""
        return np.asarray((_day_numbers(self.dates) + 3) % 7, dtype=np.int64)

    @property
    def day_of_month(self) -> IntArray:
        """1–31, shape (n,)."""
        first = self.dates.astype("datetime64[M]").astype("datetime64[D]")
        return _day_numbers(self.dates) - _day_numbers(first) + 1

    @property
    def days_to_month_end(self) -> IntArray:
        """0 on the last day of a month, shape (n,)."""
        following = (self.dates.astype("datetime64[M]") + 1).astype("datetime64[D]")
        return _day_numbers(following) - _day_numbers(self.dates) - 1

    @property
    def year_angle(self) -> FloatArray:
        """Place in the solar year in radians, shape (n,)."""
        return np.asarray(2 * np.pi * (_day_numbers(self.dates) % 365.2425) / 365.2425, dtype=np.float64)

    def on_holiday(self, shift_days: int = 0) -> BoolArray:
        """Tell of each date whether the one so many days later is a public holiday, shape (n,)."""
        return np.isin(self.dates + np.timedelta64(shift_days, "D"), self._holiday_dates)

    @cached_property
    def _holiday_dates(self) -> DateArray:
        return np.array(list(self.holidays), dtype="datetime64[D]")

    @cached_property
    def holiday_names(self) -> StringArray:
        """The public holiday of each date, blank on other days, shape (n,)."""
        return np.array([self.holidays.get(day, "") for day in self.dates], dtype=np.str_)

    @cached_property
    def observance_names(self) -> StringArray:
        """The observance of each date, blank on other days, shape (n,)."""
        return np.array([self.observances.get(day, "") for day in self.dates], dtype=np.str_)

    def after_holiday(self, working: BoolArray) -> BoolArray:
        """Tell which dates are the first working ones after a public holiday, shape (n,).

        Parameters
        ----------
        working
            Shape (7,): weekdays on which the region's customers call as on any working day. A holiday on a
            day that is none of these has no first day back.
        """
        back = np.zeros(len(self), dtype=bool)
        if not len(self) or not working.any():
            return back
        for holiday in self.holidays:
            if not working[(holiday.astype(np.int64) + 3) % 7]:
                continue
            day = holiday + np.timedelta64(1, "D")
            while day in self.holidays or not working[(day.astype(np.int64) + 3) % 7]:
                day = day + np.timedelta64(1, "D")
            back |= self.dates == day
        return back


def _day_numbers(dates: DateArray) -> IntArray:
    """Return days since 1970-01-01, a Thursday."""
    return np.asarray(dates.astype("datetime64[D]"), dtype=np.int64)


def make_calendar(region: Region, first: np.datetime64, days: int) -> Calendar:
    """Return the calendar of so many local dates of a region from the first on.

    Raises
    ------
    InvalidInput
        If the region's country or subdivision is not known.
    """
    dates = first.astype("datetime64[D]") + np.arange(days)
    margin = np.timedelta64(MARGIN_DAYS, "D")
    low: date = (first - margin).astype("datetime64[D]").item()
    high: date = (first + np.timedelta64(days, "D") + margin).astype("datetime64[D]").item()
    named = public_holidays(region.country, region.subdivision, low, high)
    kept = observances(region.country, region.subdivision, low, high)
    return Calendar(dates, _by_date(named), weekend_days(region.country), _by_date(kept))


def _by_date(named: Mapping[date, str]) -> dict[np.datetime64, str]:
    by_date: dict[np.datetime64, str] = {np.datetime64(day, "D"): name for day, name in named.items()}
    return by_date
