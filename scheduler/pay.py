"""What a shift is paid for: minutes at night, on public holidays and beyond contract, and its cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays
import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.timegrid import wall_clock
from scheduler.rota import Shift
from scheduler.sites import Site
from scheduler.workspace import Workspace

__all__ = ["NIGHT_FROM_MINUTE", "NIGHT_UNTIL_MINUTE", "ShiftPay", "price_shifts", "public_holidays"]

NIGHT_FROM_MINUTE = 23 * 60
NIGHT_UNTIL_MINUTE = 6 * 60
STEP_MINUTES = 5
"""Starts, ends and breaks of shifts lie on whole 5 minutes."""

Spans = list[tuple[datetime, datetime]]


@dataclass(frozen=True)
class ShiftPay:
    """Pay of one shift.

    Parameters
    ----------
    night_minutes
        Paid minutes between 23:00 and 06:00 on the site's clock.
    holiday_minutes
        Paid minutes on dates that are public holidays at the site.
    overtime_minutes
        0 as long as no rule pack says what overtime is.
    cost
        Paid hours × hourly cost, in ``currency``: the site's, or the plan's where the site states none.
    """

    night_minutes: int
    holiday_minutes: int
    overtime_minutes: int
    cost: float
    currency: str


@lru_cache(maxsize=1024)
def public_holidays(country: str | None, subdivision: str | None, year: int) -> frozenset[date]:
    """Return the dates of a year that are public holidays in a country and subdivision."""
    if country is None:
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def price_shifts(shifts: Iterable[Shift], workspace: Workspace) -> tuple[ShiftPay, ...]:
    """Return the pay of each shift, in their order.

    Night and holiday minutes are elapsed minutes outside unpaid breaks, at most the shift's paid minutes.
    """
    shifts = tuple(shifts)
    night = np.zeros(len(shifts), dtype=np.int64)
    holiday = np.zeros(len(shifts), dtype=np.int64)
    by_site: dict[str, list[int]] = {}
    for place, shift in enumerate(shifts):
        by_site.setdefault(shift.site, []).append(place)
    for name, places in by_site.items():
        _count_site(workspace.sites[name], shifts, np.array(places), night, holiday)
    return tuple(
        ShiftPay(
            night_minutes=min(int(night[place]), shift.paid_minutes),
            holiday_minutes=min(int(holiday[place]), shift.paid_minutes),
            overtime_minutes=0,
            cost=shift.paid_minutes / 60 * workspace.agents[shift.agent].hourly_cost,
            currency=workspace.sites[shift.site].currency or workspace.settings.currency,
        )
        for place, shift in enumerate(shifts)
    )


def _count_site(
    site: Site,
    shifts: tuple[Shift, ...],
    places: npt.NDArray[np.int64],
    night: npt.NDArray[np.int64],
    holiday: npt.NDArray[np.int64],
) -> None:
    """Add the minutes of one site's shifts, all their paid time cut into steps and read off its clock."""
    spans = [(place, *span) for place in places for span in _paid_spans(shifts[place])]
    lengths = np.array([(end - start) // timedelta(minutes=STEP_MINUTES) for _, start, end in spans])
    starts = pd.DatetimeIndex([start for _, start, _ in spans])
    within = np.arange(lengths.sum()) - np.repeat(lengths.cumsum() - lengths, lengths)
    steps = starts.repeat(lengths) + pd.to_timedelta(within * STEP_MINUTES, unit="min")
    owner = np.repeat(np.array([place for place, _, _ in spans]), lengths)
    clock = wall_clock(steps, site.time_zone)
    at_night = (clock.minute >= NIGHT_FROM_MINUTE) | (clock.minute < NIGHT_UNTIL_MINUTE)
    on_holiday = _is_holiday(site, clock.day)
    night += STEP_MINUTES * np.bincount(owner[at_night], minlength=len(shifts))
    holiday += STEP_MINUTES * np.bincount(owner[on_holiday], minlength=len(shifts))


def _paid_spans(shift: Shift) -> Spans:
    """Return the shift's time outside its unpaid breaks."""
    spans: Spans = []
    begin = shift.start
    for pause in sorted(shift.breaks, key=lambda pause: pause.start):
        if not pause.paid:
            spans.append((begin, pause.start))
            begin = pause.end
    return [*spans, (begin, shift.end)]


def _is_holiday(site: Site, days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    distinct, inverse = np.unique(days, return_inverse=True)
    known: Mapping[date, bool] = {
        day: day in public_holidays(site.country, site.subdivision, day.year) for day in distinct.tolist()
    }
    return np.array([known[day] for day in distinct.tolist()], dtype=bool)[inverse]
