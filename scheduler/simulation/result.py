"""What a simulation shows: per queue and interval, per queue and day, and over the horizon."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scheduler.simulation.intervals import Estimate, ratio_estimate, share_estimate
from scheduler.simulation.kernels.gathering import RATIOS
from scheduler.simulation.kernels.records import MEASURES
from scheduler.simulation.system import System

__all__ = ["SimulationResult"]

Floats = npt.NDArray[np.float64]

SPREAD = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
"""Quantiles over replications: how a day may turn out, not how well its mean is known."""
ROUNDING = 1e-9
SHARES = ("service_level", "abandonment", "occupancy")


@dataclass(frozen=True, eq=False)
class SimulationResult:
    """Service per queue, interval and day, from independent replications.

    Parameters
    ----------
    replications
        That were played to their end; fewer than asked for if stopped, possibly none.
    moments
        Shape (intervals, queues, ratios, 5): sums over replications from which intervals are estimated.
    days
        Shape (replications, queues, dates, measures): contacts of each local date, by arrival.
    overrun_seconds
        Shape (replications, agents, 2): work past the ends of shifts, and into breaks or activities.
    """

    system: System
    seed: int
    replications: int
    moments: Floats
    days: Floats
    overrun_seconds: Floats

    def measure(self, name: str) -> Floats:
        """Return one of the measures of ``days``, shape (replications, queues, dates)."""
        return self.days[..., MEASURES.index(name)]

    @cached_property
    def contacts(self) -> float:
        """Contacts that arrived in all replications, in intervals that a date counts."""
        return float(self.measure("arrived").sum())

    def of_intervals(self, ratio: str) -> Estimate:
        """Return a ratio per interval and queue, shape (intervals, queues), with its 95 % interval.

        Parameters
        ----------
        ratio
            ``service_level``, ``asa_seconds``, ``abandonment``, ``occupancy`` or ``backlog``.
        """
        return self._estimate(ratio, self.moments[:, :, RATIOS.index(ratio)])

    def of_days(self, ratio: str) -> Estimate:
        """Return a ratio per queue and date, shape (queues, dates), with its 95 % interval."""
        return self._estimate(ratio, _products(*self._parts(ratio)))

    def of_horizon(self, ratio: str) -> Estimate:
        """Return a ratio per queue over all dates, shape (queues,), with its 95 % interval."""
        above, below = self._parts(ratio)
        return self._estimate(ratio, _products(above.sum(axis=2), below.sum(axis=2)))

    def of_several(self, ratio: str, chosen: npt.NDArray[np.bool_]) -> Estimate:
        """Return a ratio over all dates of some queues, shape (), with its 95 % interval.

        Parameters
        ----------
        ratio
            ``service_level``, ``asa_seconds`` or ``abandonment``. Occupancy of several queues would count an
            agent with several skills several times.
        chosen
            Shape (queues,).
        """
        above, below = (part[:, chosen] for part in self._parts(ratio))
        return self._estimate(ratio, _products(above.sum(axis=(1, 2)), below.sum(axis=(1, 2))))

    def spread_of_days(self, ratio: str) -> dict[str, Floats]:
        """Return quantiles over replications (p10, p50, p90) of a daily ratio, each of shape (queues, dates).

        NaN on dates on which no replication has anything to measure.
        """
        above, below = self._parts(ratio)
        values = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
        known = np.isfinite(values).any(axis=0)
        result = {}
        for name, share in SPREAD.items():
            result[name] = np.full(known.shape, np.nan)
            if known.any():
                result[name][known] = np.nanquantile(values[:, known], share, axis=0)
        return result

    def chance_of_target(self) -> Estimate:
        """Return the probability that a queue meets its target on a date, shape (queues, dates).

        A date without contacts meets it. NaN on dates that no interval of the queue belongs to.
        """
        above, below = self._parts("service_level")
        met = above >= self.system.queues.target[:, None] * below - ROUNDING
        chance = share_estimate(met.sum(axis=0).astype(np.float64), self.replications)
        for values in (chance.mean, chance.low, chance.high):
            values[~self.counted_dates] = np.nan
        return chance

    @cached_property
    def counted_dates(self) -> npt.NDArray[np.bool_]:
        """Which dates a queue has intervals on, shape (queues, dates)."""
        demand = self.system.demand
        counted = np.zeros((len(demand.day), len(demand.dates) + 1), dtype=bool)
        np.put_along_axis(counted, demand.day, True, axis=1)
        return counted[:, :-1]

    def interval_table(self) -> pd.DataFrame:
        """Return a row per queue and interval: ``contacts`` (mean), each ratio, ``_low``, ``_high``."""
        system = self.system
        step = pd.Timedelta(minutes=system.interval_minutes)
        starts = pd.date_range(system.start, periods=system.intervals, freq=step)
        queue, interval = np.nonzero(system.demand.day >= 0)
        table = self._keys(queue)
        table["interval_start"] = starts[interval]
        arrived = self.moments[:, :, RATIOS.index("abandonment"), 1]
        table["contacts"] = (arrived / max(1, self.replications))[interval, queue]
        for ratio in RATIOS:
            _add_columns(table, ratio, self.of_intervals(ratio), (interval, queue))
        return table

    def day_table(self) -> pd.DataFrame:
        """Return a row per queue and local date.

        ``contacts``, ``answered_in_time`` and ``left_waiting`` (still so at the horizon's end) are means per
        replication; each ratio has ``_low`` and ``_high`` (95 %), the service level also its quantiles over
        replications; ``meets_target`` is the probability of reaching ``target``.
        """
        queue, day = np.nonzero(self.counted_dates)
        table = self._keys(queue)
        table["date"] = [self.system.demand.dates[place] for place in day]
        for name, column in (
            ("arrived", "contacts"),
            ("in_time", "answered_in_time"),
            ("left", "left_waiting"),
        ):
            table[column] = self.measure(name).sum(axis=0)[queue, day] / max(1, self.replications)
        for ratio in RATIOS:
            _add_columns(table, ratio, self.of_days(ratio), (queue, day))
        for name, values in self.spread_of_days("service_level").items():
            table[f"service_level_{name}"] = values[queue, day]
        table["target"] = self.system.queues.target[queue]
        _add_columns(table, "meets_target", self.chance_of_target(), (queue, day))
        return table

    def _keys(self, queue: npt.NDArray[np.intp]) -> pd.DataFrame:
        names = np.array(self.system.queues.keys, dtype=object).reshape(-1, 3)
        return pd.DataFrame(names[queue], columns=["region", "language", "channel"], dtype="str")

    def _estimate(self, ratio: str, moments: Floats) -> Estimate:
        return ratio_estimate(moments, self.replications, most=1.0 if ratio in SHARES else math.inf)

    def _parts(self, ratio: str) -> tuple[Floats, Floats]:
        """Return numerator and denominator of a ratio, shape (replications, queues, dates)."""
        match ratio:
            case "service_level":
                return self.measure("in_time"), self.measure("arrived") - self.measure("undecided")
            case "asa_seconds":
                return self.measure("wait"), self.measure("answered")
            case "abandonment":
                return self.measure("abandoned"), self.measure("arrived")
            case "occupancy":
                return self.measure("busy"), self.measure("available")
            case "backlog":
                return self.measure("backlog"), np.ones(self.days.shape[:-1])
            case _:
                raise ValueError(f"ratio must be one of {', '.join(RATIOS)}, got {ratio}")


def _products(y: Floats, x: Floats) -> Floats:
    """Return the sums that a ratio's estimate takes, over the first axis."""
    return np.stack([part.sum(axis=0) for part in (y, x, y * y, x * y, x * x)], axis=-1)


def _add_columns(table: pd.DataFrame, name: str, estimate: Estimate, place: Any) -> None:
    table[name] = estimate.mean[place]
    table[f"{name}_low"] = estimate.low[place]
    table[f"{name}_high"] = estimate.high[place]
