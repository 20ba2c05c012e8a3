"""From a forecast to the contacts that reach agents, per queue and interval of one common grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.dispersion import UNKNOWN_DISPERSION, Dispersion
from forecasting.errors import Fault, InvalidInput
from forecasting.opening import open_intervals
from forecasting.queues import ChannelKind, Queue, QueueKey
from forecasting.tables import ContactForecast
from forecasting.timegrid import wall_clock
from scheduler.simulation.assumptions import Assumptions
from scheduler.simulation.system import Demand
from scheduler.staffing.workload import contacts_to_agents, wait_for_opening
from scheduler.window import plan_window
from scheduler.workspace import Workspace

__all__ = ["Grid", "forecast_demand", "forecast_grid"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NO_DATE = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Grid:
    """The intervals that a forecast's queues span together (UTC)."""

    starts: pd.DatetimeIndex
    interval_minutes: int

    @property
    def start(self) -> datetime:
        """Start of the first interval."""
        return self.starts[0].to_pydatetime()

    @property
    def seconds(self) -> float:
        """Length of the whole grid."""
        return len(self.starts) * self.interval_minutes * 60.0


def forecast_grid(forecast: ContactForecast) -> Grid:
    """Return the grid of a forecast.

    Raises
    ------
    InvalidInput
        If the forecast is empty.
    """
    starts = forecast.frame["interval_start"]
    if starts.empty:
        raise InvalidInput("the forecast to simulate must have rows")
    step = pd.Timedelta(minutes=forecast.interval_minutes)
    return Grid(pd.date_range(starts.min(), starts.max(), freq=step), forecast.interval_minutes)


def forecast_demand(
    workspace: Workspace,
    forecast: ContactForecast,
    grid: Grid,
    *,
    dispersion: Mapping[QueueKey, Dispersion],
    assumptions: Assumptions,
) -> tuple[Demand, tuple[str, ...]]:
    """Return the demand of a forecast, and what a planner should know about it.

    Contacts pass deflection and, unless their delay is assumed, repeats, as in staffing. What comes to a live
    queue while it is closed is lost; to a deferred one, it waits for the next opening. Intervals outside the
    plan's window, in which nobody can work, have no contacts and belong to no date.

    Raises
    ------
    InvalidInput
        If a queue of the forecast is not known, or has contacts but no handle time.
    """
    keys = forecast.queues
    shape = (len(keys), len(grid.starts))
    contacts, aht, days = np.zeros(shape), np.full(shape, np.nan), np.full(shape, NO_DATE)
    notes = []
    inside = _inside_window(workspace, grid)
    for place, key in enumerate(keys):
        queue = workspace.queues.get(key)
        if queue is None:
            raise InvalidInput(Fault("the forecast's queues must be in queues.csv", value=str(key)))
        region, rows = workspace.regions[key.region], forecast.of(key)
        starts = pd.DatetimeIndex(rows["interval_start"])
        at = grid.starts.get_indexer(starts)
        coming = _reaching(queue, rows["contacts"].to_numpy(np.float64), assumptions)
        is_open = open_intervals(queue.hours, region, starts, grid.interval_minutes)
        arriving, lost = _at_open_hours(queue, coming, is_open)
        contacts[place, at] = np.where(inside[at], arriving, 0.0)
        aht[place, at] = rows["aht_seconds"].to_numpy(np.float64)
        aht[place] = _handle_times(queue, contacts[place], aht[place])
        days[place, at] = np.where(inside[at], wall_clock(starts, region.time_zone).day, NO_DATE)
        if lost > 0:
            notes.append(f"{key}: {lost:,.1f} contacts expected outside its hours are left out.")
    edge = np.count_nonzero(~inside)
    if edge:
        notes.append(f"{edge} intervals before the first or after the last possible shift are left out.")
    dates, day = _number_dates(days)
    variances = [dispersion.get(key, UNKNOWN_DISPERSION) for key in keys]
    demand = Demand(
        contacts=contacts,
        aht_seconds=aht,
        day=day,
        dates=dates,
        day_variance=np.array([each.day for each in variances]),
        interval_variance=np.array(
            [each.interval_at(mean) for each, mean in zip(variances, contacts, strict=True)]
        ),
        shared=np.array([each.shared for each in variances]),
        persistence=np.array([each.persistence for each in variances]),
    )
    return demand, tuple(notes)


def _inside_window(workspace: Workspace, grid: Grid) -> Bools:
    """Tell which intervals are no edge: neither wholly before the window nor from its end on."""
    window = plan_window(workspace)
    if window is None:
        return np.ones(len(grid.starts), dtype=bool)
    first, last = pd.Timestamp(window[0]), pd.Timestamp(window[1])
    ends = grid.starts + pd.Timedelta(minutes=grid.interval_minutes)
    return np.asarray((ends > first) & (grid.starts < last))


def _reaching(queue: Queue, contacts: Floats, assumptions: Assumptions) -> Floats:
    """Return the contacts that reach agents, with repeats unless those are simulated one by one."""
    if assumptions.repeat_delay_minutes is None:
        return contacts_to_agents(queue, contacts)
    return contacts * (1.0 - queue.deflection)


def _at_open_hours(queue: Queue, contacts: Floats, is_open: Bools) -> tuple[Floats, float]:
    """Return the contacts by the intervals in which they can be served, and those that cannot be at all."""
    if queue.kind is ChannelKind.DEFERRED:
        return wait_for_opening(contacts, is_open)
    return np.where(is_open, contacts, 0.0), float(contacts[~is_open].sum())


def _handle_times(queue: Queue, contacts: Floats, aht: Floats) -> Floats:
    """Return the handle time of every interval: repeats and redials also come where none is forecast."""
    known = np.isfinite(aht)
    usual = queue.aht_seconds
    if usual is None and known.any():
        usual = float(np.average(aht[known], weights=contacts[known] if contacts[known].any() else None))
    if usual is None and contacts.any():
        rule = "a queue with contacts needs aht_seconds, in its history or in queues.csv"
        raise InvalidInput(Fault(rule, value=str(queue.key)))
    return np.where(known, aht, usual or 0.0)


def _number_dates(days: npt.NDArray[np.datetime64]) -> tuple[tuple[date, ...], Ints]:
    """Return the dates that occur, and each interval's place among them (−1: none)."""
    known = ~np.isnat(days)
    dates, places = np.unique(days[known], return_inverse=True)
    numbers = np.full(days.shape, -1, dtype=np.int64)
    numbers[known] = places
    return tuple(dates.astype("datetime64[D]").tolist()), numbers
