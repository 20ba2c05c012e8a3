"""From what was forecast and what came to tables: by days ahead, by override, and drift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from forecasting.backtest_scores import TOTAL
from forecasting.drift import DRIFT_LIMIT, smoothed_errors, tracking_signal
from forecasting.metrics import bias, coverage, wape
from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS

__all__ = ["FORECAST", "LEADS", "MODEL", "drift_table", "lead_table", "override_table"]

FORECAST, MODEL = "forecast", "model"
"""Methods: what plans were made from, overrides included, and what the model alone said."""
LONGEST = 9999
"""Days ahead: more than any forecast has."""
LEADS = ((1, 1), (2, 7), (8, 14), (15, 28), (29, LONGEST))
"""Days ahead, first and last, that are scored together."""


def lead_table(pieces: pd.DataFrame, baselines: Sequence[str]) -> pd.DataFrame:
    """Score forecasts by queue, days ahead and method.

    Days ahead count from the last local date of which anything was known to the interval's own. Each count is
    scored as often as it was forecast. The total of all queues adds up their errors, which do not cancel.

    Parameters
    ----------
    pieces
        A row per forecast and count: queue, ``cutoff, made_at, start, day, lead, actual, forecast, model,
        p10, p90, override`` and a column per baseline, NaN where there is none.

    Returns
    -------
    DataFrame
        ``region, language, channel, lead_from, lead_to, method, intervals, contacts`` (that came), ``wape,
        bias`` and ``coverage_80`` (of ``forecast`` alone); per queue every span of ``LEADS`` that was
        forecast and, last, all of them together (from 1 to ``LONGEST``); the total last.
    """
    rows: list[dict[str, object]] = []
    for key, of_queue in _with_total(pieces):
        for low, high in (*LEADS, (1, LONGEST)):
            chosen = of_queue[of_queue["lead"].between(low, high)]
            if len(chosen):
                spans = key._asdict() | {"lead_from": low, "lead_to": high}
                rows += [spans | _scores(chosen, method) for method in (FORECAST, MODEL, *baselines)]
    return pd.DataFrame(rows)


def _with_total(pieces: pd.DataFrame) -> Iterator[tuple[QueueKey, pd.DataFrame]]:
    for key, of_queue in pieces.groupby(QUEUE_COLUMNS, sort=True):
        yield QueueKey(*(str(name) for name in key)), of_queue
    yield TOTAL, pieces


def _scores(pieces: pd.DataFrame, method: str) -> dict[str, object]:
    known = pieces[pieces[method].notna()]
    actual, mean = known["actual"].to_numpy(), known[method].to_numpy()
    low, high = known["p10"].to_numpy(), known["p90"].to_numpy()
    banded = method == FORECAST and bool(np.isfinite(low).all())
    return {
        "method": method,
        "intervals": len(known),
        "contacts": float(actual.sum()),
        "wape": wape(actual, mean),
        "bias": bias(actual, mean),
        "coverage_80": coverage(actual, low, high) if banded else np.nan,
    }


def override_table(pieces: pd.DataFrame) -> pd.DataFrame:
    """Say of each override whether it brought the forecast nearer to what came.

    Returns
    -------
    DataFrame
        ``region, language, channel, override`` (its reason), ``intervals, contacts`` (that came),
        ``forecast`` and ``model`` (contacts), ``wape_forecast``, ``wape_model`` and ``gain``, the WAPE that
        the override took away: below 0 it made the forecast worse.
    """
    rows = []
    for names, chosen in pieces[pieces["override"] != ""].groupby([*QUEUE_COLUMNS, "override"], sort=True):
        planner, model = (_scores(chosen, method)["wape"] for method in (FORECAST, MODEL))
        rows.append(
            (
                *names,
                len(chosen),
                chosen["actual"].sum(),
                chosen["forecast"].sum(),
                chosen["model"].sum(),
                planner,
                model,
            )
        )
    columns = ["intervals", "contacts", "forecast", "model", "wape_forecast", "wape_model"]
    table = pd.DataFrame(rows, columns=[*QUEUE_COLUMNS, "override", *columns])
    return table.assign(gain=table["wape_model"] - table["wape_forecast"])


def drift_table(pieces: pd.DataFrame) -> pd.DataFrame:
    """Watch the model's errors of whole local days for drift, queue by queue.

    Of each count the newest forecast speaks; overrides are left out, for they are no error of the model.

    Returns
    -------
    DataFrame
        ``region, language, channel, days, last_day`` (date), ``signal`` (above 0: more came than was
        forecast), ``error`` (contacts a day, smoothed: what came less what was forecast) and ``drifting``.
    """
    newest = pieces.sort_values("cutoff", kind="stable").drop_duplicates(
        [*QUEUE_COLUMNS, "start"], keep="last"
    )
    rows = []
    for names, of_queue in newest.groupby(QUEUE_COLUMNS, sort=True):
        days = of_queue.groupby("day", sort=True)[["actual", "model"]].sum()
        errors = (days["actual"] - days["model"]).to_numpy(dtype=float)
        signal = tracking_signal(errors)
        last = np.datetime64(int(days.index[-1]), "D").item()
        error, _ = smoothed_errors(errors)
        rows.append((*names, len(days), last, signal, error, abs(signal) > DRIFT_LIMIT))
    columns = [*QUEUE_COLUMNS, "days", "last_day", "signal", "error", "drifting"]
    return pd.DataFrame(rows, columns=columns)
