"""Forecasts as they were made, kept so that they can be held against what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from forecasting.queues import Region
from forecasting.rows import EPOCH, MINUTE, minutes_of, row_ends, rows_by_queue
from forecasting.tables import ContactForecast, ContactHistory
from forecasting.timegrid import day_bounds

__all__ = ["Snapshot", "known_until", "take_snapshot"]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A forecast, when it was made, and what was known then.

    Parameters
    ----------
    forecast
        As it went into staffing: with the planners' overrides, the model's values beside them.
    made_at
        When (UTC).
    cutoff
        By region, the instant (UTC) after which nothing was known: the end of the last row of history that
        the forecast could learn from.
    """

    forecast: ContactForecast
    made_at: datetime
    cutoff: Mapping[str, datetime]

    @property
    def frame(self) -> pd.DataFrame:
        """The forecast's rows with ``model_contacts`` and ``override``, whether overridden or not."""
        frame = self.forecast.frame
        if "override" in frame:
            return frame
        return frame.assign(
            model_contacts=frame["contacts"], override=pd.Series("", index=frame.index, dtype="str")
        )


def take_snapshot(
    forecast: ContactForecast,
    history: ContactHistory,
    *,
    regions: Mapping[str, Region],
    start: date,
    made_at: datetime,
) -> Snapshot:
    """Return the snapshot of a forecast that was just made.

    Parameters
    ----------
    history
        What it was made from; rows that do not end by the start of the horizon were not used.
    start
        First local date of the horizon.
    """
    names = sorted({key.region for key in forecast.queues})
    return Snapshot(forecast, made_at, known_until(history, {name: regions[name] for name in names}, start))


def known_until(history: ContactHistory, regions: Mapping[str, Region], start: date) -> dict[str, datetime]:
    """Return by region the end (UTC) of the last row of history that ends by the start of the horizon.

    Without any such row it is the start of the horizon itself.

    Parameters
    ----------
    start
        First local date of the horizon.
    """
    begins = {name: minutes_of(day_bounds(region.time_zone, start)[0]) for name, region in regions.items()}
    known: dict[str, int] = {}
    for key, rows in rows_by_queue(history).items():
        if key.region in regions:
            ends = row_ends(rows, history.interval_minutes, regions[key.region].time_zone)
            past = ends[ends <= begins[key.region]]
            if len(past):
                known[key.region] = max(known.get(key.region, 0), int(past.max()))
    return {
        name: (EPOCH + known.get(name, begin) * MINUTE).to_pydatetime()
        for name, begin in sorted(begins.items())
    }
