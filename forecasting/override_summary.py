"""What overrides changed, in few rows."""

from __future__ import annotations

import pandas as pd

from forecasting.tables import QUEUE_COLUMNS, ContactForecast

__all__ = ["summarize_overrides"]


def summarize_overrides(forecast: ContactForecast) -> pd.DataFrame:
    """Return what planners changed, a row for each queue and reason.

    Returns
    -------
    DataFrame
        ``region, language, channel, override`` (the reason), ``first`` and ``until`` (UTC; from the first
        interval changed to the end of the last), ``model_contacts`` and ``contacts``; empty where nothing was
        overridden.
    """
    columns = [*QUEUE_COLUMNS, "override", "first", "until", "model_contacts", "contacts"]
    frame = forecast.frame
    if "override" not in frame:
        return pd.DataFrame(columns=columns)
    found = (
        frame[frame["override"] != ""]
        .groupby([*QUEUE_COLUMNS, "override"], sort=True)
        .agg(
            first=("interval_start", "min"),
            until=("interval_start", "max"),
            model_contacts=("model_contacts", "sum"),
            contacts=("contacts", "sum"),
        )
        .reset_index()
    )
    found["until"] += pd.Timedelta(minutes=forecast.interval_minutes)
    return found[columns]
