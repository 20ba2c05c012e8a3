"""What each agent may do on each date, and what it costs beside coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from forecasting.timegrid import day_bounds
from scheduler.agents import Agent, Availability, TimeOff, Wish, WishKind
from scheduler.rostering.duties import COLUMNS, MINUTE, DutyTable
from scheduler.rostering.fixed import FixedDay
from scheduler.rostering.kernels.labels import AROUND_FIXED
from scheduler.rostering.site_clock import Spans, merge, wall_spans
from scheduler.sites import Site

__all__ = [
    "Options",
    "Prices",
    "absent",
    "allowed_duties",
    "apart",
    "build_options",
    "employed",
    "refused_weights",
]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
NEVER = -1e300


@dataclass(frozen=True, eq=False)
class Options:
    """What an agent may do on each date.

    Attributes
    ----------
    rows, pattern
        Duties and fixed work, sorted by date: see :mod:`scheduler.rostering.duties`; pattern −1 where
        breaks are given.
    first
        First row of each date, (D + 1,).
    base
        Worth of each row before any coverage: less cost, night and refused wishes.
    premium
        What of that cost are premiums.
    off
        Worth of a day off, (D,); −1e300 where work is fixed.
    fixed
        What is fixed on a date, by the number of the date.
    """

    rows: Ints
    pattern: Ints
    first: Ints
    base: Floats
    premium: Floats
    off: Floats
    fixed: Mapping[int, FixedDay]


@dataclass(frozen=True)
class Prices:
    """Exchange rates of one agent's own terms: per paid hour, night shift and refused weight."""

    hour: float
    night: float
    wish: float


def allowed_duties(
    agent: Agent,
    site: Site,
    table: DutyTable,
    own: Bools,
    *,
    dates: Sequence[date],
    origin: datetime,
    availability: Sequence[Availability],
    time_off: Sequence[TimeOff],
    fixed: Mapping[int, FixedDay],
) -> Bools:
    """Tell which duties of a table an agent may work as far as each goes by itself.

    Parameters
    ----------
    own
        Duties whose template the contract has.
    """
    keep = own.copy()
    keep &= employed(agent, dates)[table.day]
    spans = _available(site, dates, availability)
    if spans is not None:
        keep &= _inside(table.rows, spans, origin)
    for absence in time_off:
        keep &= apart(table.rows, absence.start, absence.end, origin)
    for number, work in fixed.items():
        on_date = table.day == number
        inside = (table.rows[:, 0] <= work.start) & (table.rows[:, 1] >= work.end)
        keep &= ~on_date | (inside & (not work.has_shift))
    return keep


def apart(rows: Ints, start: datetime, end: datetime, origin: datetime) -> Bools:
    """Tell which duties do not overlap [start, end)."""
    low, high = (start - origin) // MINUTE, -((origin - end) // MINUTE)
    return np.asarray((rows[:, 1] <= low) | (rows[:, 0] >= high), dtype=bool)


def build_options(
    agent: Agent,
    site: Site,
    table: DutyTable,
    keep: Bools,
    *,
    dates: Sequence[date],
    time_off: Sequence[TimeOff],
    wishes: Sequence[Wish],
    prices: Prices,
    templates: Sequence[str],
    fixed: Mapping[int, FixedDay],
) -> Options:
    """Return an agent's options.

    Parameters
    ----------
    keep
        Duties of the table that the agent may work.
    templates
        Names by number.
    fixed
        What is fixed on a date, by the number of the date.
    """
    days = fixed
    extra = np.array([work.row(templates) for work in days.values()], dtype=np.int64).reshape(
        -1, len(COLUMNS)
    )
    planned, planned_day = table.rows[keep], table.day[keep]
    planned[np.isin(planned_day, [*days]), COLUMNS.index("fixed")] = AROUND_FIXED
    rows = np.concatenate([planned, extra])
    day_of = np.concatenate([planned_day, np.array([*days], dtype=np.int64)])
    pattern = np.concatenate([table.pattern[keep], np.full(len(days), -1, dtype=np.int64)])
    order = np.argsort(day_of, kind="stable")
    rows, day_of, pattern = rows[order], day_of[order], pattern[order]
    first = np.searchsorted(day_of, np.arange(len(dates) + 1)).astype(np.int64)
    premium = prices.hour * np.concatenate([table.premium[keep], np.zeros(len(days))])[order]
    base = -prices.hour * rows[:, 2] / 60 - prices.night * rows[:, 3] - premium
    off = np.zeros(len(dates))
    options = Options(rows, pattern, first, base, premium, off, days)
    cannot = absent(dates, site, time_off) | ~employed(agent, dates)
    refused, refused_off = refused_weights(
        agent, wishes, options, dates=dates, cannot=cannot, templates=templates
    )
    base -= prices.wish * refused
    off -= prices.wish * refused_off
    for number in days:
        off[number] = NEVER
    return options


def refused_weights(
    agent: Agent,
    wishes: Sequence[Wish],
    options: Options,
    *,
    dates: Sequence[date],
    cannot: Bools,
    templates: Sequence[str],
) -> tuple[Floats, Floats]:
    """Return the weight of wishes that each option and each day off refuses, times the agent's factor.

    ``cannot``: dates on which the agent cannot work, so that a day off refuses nothing.
    """
    refused, refused_off = np.zeros(len(options.rows)), np.zeros(len(dates))
    for number, day in enumerate(dates):
        here = slice(int(options.first[number]), int(options.first[number + 1]))
        for wish in wishes:
            if wish.day == day or (wish.day is None and wish.weekday == day.weekday()):
                weight = wish.weight * agent.wish_factor
                by_rows, by_off = _refused(wish, options.rows[here], templates)
                refused[here] += weight * by_rows
                refused_off[number] += weight * (by_off and not cannot[number])
    return refused, refused_off


def _refused(wish: Wish, rows: Ints, templates: Sequence[str]) -> tuple[Bools, bool]:
    """Tell which rows refuse a wish, and whether a day off does."""
    count = len(rows)
    if wish.kind is WishKind.DAY_OFF:
        return np.ones(count, dtype=bool), False
    if wish.kind is WishKind.WORK:
        return np.zeros(count, dtype=bool), True
    if wish.kind is WishKind.SHIFT:
        number = templates.index(wish.shift) if wish.shift in templates else -2
        return rows[:, 5] != number, True
    minute = wish.minute or 0
    if wish.kind is WishKind.START_BEFORE:
        return rows[:, 4] > minute, False
    return rows[:, 4] < minute, False


def employed(agent: Agent, dates: Sequence[date]) -> Bools:
    """Tell on which dates the agent is employed."""
    first, last = agent.first_date or date.min, agent.last_date or date.max
    return np.array([first <= day <= last for day in dates], dtype=bool)


def absent(dates: Sequence[date], site: Site, time_off: Sequence[TimeOff]) -> Bools:
    """Tell which dates time off takes whole."""
    if not time_off:
        return np.zeros(len(dates), dtype=bool)
    whole = {day for absence in time_off for day in absence.whole_days}
    bounds = [day_bounds(site.time_zone, day) for day in dates]
    return np.array(
        [
            day in whole or any(absence.start <= low and absence.end >= high for absence in time_off)
            for day, (low, high) in zip(dates, bounds, strict=True)
        ],
        dtype=bool,
    )


def _available(site: Site, dates: Sequence[date], rows: Sequence[Availability]) -> Spans | None:
    """Return when an agent may work; None: always."""
    if not rows:
        return None
    by_weekday: dict[int, list[tuple[int, int]]] = {}
    by_date: dict[date, list[tuple[int, int]]] = {}
    for row in rows:
        window = (row.from_minute, row.until_minute)
        if row.day is not None:
            by_date.setdefault(row.day, []).append(window)
        elif row.weekday is not None:
            by_weekday.setdefault(row.weekday, []).append(window)
    spans: Spans = []
    around = timedelta(days=1)
    for day in (dates[0] - around, *dates, dates[-1] + around, dates[-1] + 2 * around):
        windows = by_date.get(day)
        if windows is None:
            windows = by_weekday.get(day.weekday(), []) if by_weekday else [(0, 1440)]
        spans += wall_spans(site.time_zone, day, windows)
    return merge(spans)


def _inside(rows: Ints, spans: Spans, origin: datetime) -> Bools:
    """Tell which duties lie wholly inside one of the spans."""
    if not spans:
        return np.zeros(len(rows), dtype=bool)
    lows = np.array([-((origin - low) // MINUTE) for low, _ in spans], dtype=np.int64)
    highs = np.array([(high - origin) // MINUTE for _, high in spans], dtype=np.int64)
    at = np.searchsorted(lows, rows[:, 0], side="right") - 1
    return np.asarray((at >= 0) & (rows[:, 1] <= highs[np.maximum(at, 0)]), dtype=bool)
