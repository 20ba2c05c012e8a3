"""Forecast with other libraries; run by ``benchmarks.peers`` with a Python that has them, never imported.

Reads paths of ``.npz`` requests from standard input, one a line, and answers each with the path of a
``.npy``. A request holds ``model`` (a name of ``MODELS``), ``contacts`` (Q, D, S) by local date and slot, NaN
where not recorded, ``closed`` (Q, 7, S), ``first`` (the first date), ``ahead`` (dates to forecast) and
``holidays`` (dates). An answer has shape (Q, ahead, S).
"""

from __future__ import annotations

import logging
import sys
import warnings
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from prophet import Prophet  # type: ignore[import-not-found]
from statsforecast.models import MSTL, AutoETS, SeasonalWindowAverage  # type: ignore[import-not-found]

WEEKS = 8
Floats = npt.NDArray[np.float64]


class Request(NamedTuple):
    """One queue's history and what is asked of it."""

    contacts: Floats
    first: np.datetime64
    ahead: int
    holidays: npt.NDArray[np.str_]


def filled(contacts: Floats, first: np.datetime64) -> Floats:
    """Return contacts (D, S) without gaps: the median of the slot of the week, else 0, where not recorded."""
    weekday = (np.arange(len(contacts)) + (int(first.astype(np.int64)) + 3)) % 7
    whole = contacts.copy()
    for number in range(7):
        same = contacts[weekday == number]
        known = np.isfinite(same).any(axis=0)
        usual = np.zeros(contacts.shape[1])
        if known.any():
            usual[known] = np.nanmedian(same[:, known], axis=0)
        whole[weekday == number] = np.where(np.isfinite(same), same, usual)
    return whole


def seasonal_window_average(asked: Request) -> Floats:
    slots = asked.contacts.shape[1]
    weeks = min(WEEKS, len(asked.contacts) // 7)
    model = SeasonalWindowAverage(season_length=7 * slots, window_size=weeks)
    told = model.forecast(filled(asked.contacts, asked.first).ravel(), h=asked.ahead * slots)["mean"]
    return np.asarray(told, dtype=np.float64).reshape(asked.ahead, slots)


def auto_ets(asked: Request) -> Floats:
    """AutoETS knows no season of 336 half hours: it forecasts the days, shared out by the mean profile."""
    whole = filled(asked.contacts, asked.first)
    days = AutoETS(season_length=7).forecast(whole.sum(axis=1), h=asked.ahead)["mean"]
    profile = seasonal_window_average(asked)
    total = profile.sum(axis=1)
    share = np.divide(np.maximum(days, 0.0), total, out=np.zeros(asked.ahead), where=total > 0)
    return np.asarray(profile * share[:, None], dtype=np.float64)


def mstl(asked: Request) -> Floats:
    slots = asked.contacts.shape[1]
    model = MSTL(season_length=[slots, 7 * slots], trend_forecaster=AutoETS(model="ZZN"))
    told = model.forecast(filled(asked.contacts, asked.first).ravel(), h=asked.ahead * slots)["mean"]
    return np.asarray(told, dtype=np.float64).reshape(asked.ahead, slots)


def prophet(asked: Request) -> Floats:
    slots = asked.contacts.shape[1]
    begin = pd.Timestamp(asked.first)
    times = pd.date_range(
        begin, periods=asked.contacts.size + asked.ahead * slots, freq=f"{1440 // slots}min"
    )
    past = pd.DataFrame({"ds": times[: asked.contacts.size], "y": asked.contacts.ravel()}).dropna()
    named = (
        pd.DataFrame({"ds": pd.to_datetime(asked.holidays), "holiday": "holiday"})
        if len(asked.holidays)
        else None
    )
    model = Prophet(yearly_seasonality=False, uncertainty_samples=0, holidays=named)
    model.fit(past)
    told = model.predict(pd.DataFrame({"ds": times[asked.contacts.size :]}))
    return np.array(told["yhat"], dtype=np.float64).reshape(asked.ahead, slots)


MODELS = {
    "statsforecast SeasonalWindowAverage": seasonal_window_average,
    "statsforecast AutoETS on days": auto_ets,
    "statsforecast MSTL": mstl,
    "Prophet": prophet,
}


def main() -> None:
    """Answer requests until standard input ends."""
    warnings.simplefilter("ignore")
    for name in ("cmdstanpy", "prophet"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for line in sys.stdin:
        path = line.strip()
        with np.load(path) as request:
            model, ahead = MODELS[str(request["model"])], int(request["ahead"])
            contacts, closed = request["contacts"], request["closed"]
            first, holidays = np.datetime64(str(request["first"]), "D"), request["holidays"]
        weekday = (contacts.shape[1] + np.arange(ahead) + int(first.astype(np.int64)) + 3) % 7
        answer = np.stack(
            [np.maximum(model(Request(each, first, ahead, holidays)), 0.0) for each in contacts]
        )
        np.save(f"{path}.npy", np.where(closed[:, weekday], 0.0, answer))
        print(f"{path}.npy", flush=True)


if __name__ == "__main__":
    main()
