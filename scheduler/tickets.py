"""What tickets measured: marks that customers gave, and how long answers and solutions took."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS

__all__ = ["measured_repeat_rates", "ticket_measures"]

DECIMALS = 4
MARKS = ("csat", "ces", "nps")
MOST_REPEATS = 0.99
"""A contact that always came back would never be done."""
PROMOTER, DETRACTOR = 9, 6
"""Of marks from 0 to 10: at least, and at most (F. Reichheld, "The one number you need to grow", 2003)."""


def ticket_measures(tickets: pd.DataFrame) -> dict[str, Any]:
    """Return what the tickets say of service, of all together and by queue.

    Parameters
    ----------
    tickets
        A row a contact, as :class:`~scheduler.workspace.Workspace` holds them.

    Returns
    -------
    dict
        ``tickets`` (rows); ``csat``, ``ces`` (mean marks, on the scale that they were given on), ``nps``
        (share of marks of 9 and 10 less share of those to 6, in points from −100 to 100), each
        ``{"value", "answers"}``; ``first_response_minutes`` and ``resolution_minutes`` (``{"mean", "median",
        "known"}``); ``reopened`` (share of tickets, None where not recorded); ``queues``: the same per queue.
    """
    rows = []
    for key, part in tickets.groupby(QUEUE_COLUMNS, sort=True):
        names = dict(zip(QUEUE_COLUMNS, key, strict=True))
        rows.append({**names, **_measures(part)})
    return {**_measures(tickets), "queues": rows}


def measured_repeat_rates(tickets: pd.DataFrame) -> Mapping[QueueKey, float]:
    """Return each queue's probability that a contact comes back, from how often tickets were reopened.

    A ticket that comes back with probability p, again and again, is reopened p / (1 − p) times on average: so
    p = m / (1 + m) of a mean count m. Where the tickets only say whether they were reopened, p is the share
    of those that were. A queue without a recorded answer is left out.
    """
    result = {}
    for key, part in tickets.groupby(QUEUE_COLUMNS, sort=True):
        counts = part["reopened"].dropna()
        if counts.empty:
            continue
        mean = float(counts.mean())
        rate = mean / (1.0 + mean) if counts.max() > 1 else mean
        result[QueueKey(*map(str, key))] = min(rate, MOST_REPEATS)
    return result


def _measures(tickets: pd.DataFrame) -> dict[str, Any]:
    reopened = tickets["reopened"].dropna()
    waited = (tickets["resolved_at"] - tickets["created_at"]).dt.total_seconds()
    return {
        "tickets": len(tickets),
        **{name: _mark(name, tickets[name].dropna()) for name in MARKS},
        "first_response_minutes": _minutes(tickets["first_response_seconds"].dropna() / 60.0),
        "resolution_minutes": _minutes(waited.dropna() / 60.0),
        "reopened": None if reopened.empty else _number(float((reopened > 0).mean())),
    }


def _mark(name: str, marks: pd.Series[float]) -> dict[str, float | int | None]:
    value = None
    if not marks.empty:
        promoters, detractors = (marks >= PROMOTER).mean(), (marks <= DETRACTOR).mean()
        value = _number(float(100.0 * (promoters - detractors) if name == "nps" else marks.mean()))
    return {"value": value, "answers": len(marks)}


def _minutes(values: pd.Series[float]) -> dict[str, float | int | None]:
    if values.empty:
        return {"mean": None, "median": None, "known": 0}
    return {
        "mean": _number(float(values.mean())),
        "median": _number(float(values.median())),
        "known": len(values),
    }


def _number(value: float) -> float | None:
    return round(value, DECIMALS) if math.isfinite(value) else None
