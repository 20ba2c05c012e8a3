"""Numbers behind the page's charts and table, as JSON holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from forecasting.backtest import OURS, BacktestReport
from forecasting.backtest_scores import TOTAL
from forecasting.metrics import coverage, wape
from forecasting.pool import POOL
from forecasting.queues import QueueKey, Region
from forecasting.tables import QUEUE_COLUMNS
from forecasting.timegrid import wall_clock

__all__ = ["MOST_CHARTED", "QueueScores", "carried_by", "charts", "queue_scores"]

MOST_CHARTED = 60
"""Queues with charts of their own, those with most contacts; the table has all."""
ALL_QUEUES = "All queues"


@dataclass(frozen=True)
class QueueScores:
    """One line of the table: a queue, its contacts, our scores, every method's WAPE, and who carries it."""

    label: str
    contacts: float
    wape: Mapping[str, float]
    ours: Mapping[str, float]
    carried_by: str

    @property
    def best(self) -> str | None:
        """The method of the lowest WAPE; None where there is none."""
        known = {method: value for method, value in self.wape.items() if not isnan(value)}
        return min(known, key=lambda method: known[method]) if known else None


def queue_scores(report: BacktestReport) -> list[QueueScores]:
    """Return the table's lines: all queues together first, then by contacts, most first."""
    carriers = carried_by(report)
    lines: dict[QueueKey, QueueScores] = {}
    for names, rows in report.table.groupby(QUEUE_COLUMNS, sort=False):
        key = QueueKey(*(str(name) for name in names))
        by = {str(row["method"]): row for row in rows.to_dict("records")}
        wapes = {method: float(row["wape"]) for method, row in by.items()}
        ours = {str(name): value for name, value in by[OURS].items() if isinstance(value, float)}
        contacts = float(by[OURS]["contacts"])
        lines[key] = QueueScores(_label(key), contacts, wapes, ours, carriers.get(key, "–"))
    total = lines.pop(TOTAL)
    return [total, *sorted(lines.values(), key=lambda line: (-line.contacts, line.label))]


def carried_by(report: BacktestReport) -> dict[QueueKey, str]:
    """Return which models carried each queue in the last window, the heaviest first, with their weights."""
    models = report.models
    models = models[(models["model"] != POOL) & (models["origin"] == models["origin"].max())]
    result = {}
    for names, rows in models.groupby(QUEUE_COLUMNS, sort=True):
        heavy = rows.sort_values("weight", ascending=False, kind="stable")
        words = [f"{name} {weight:.0%}" for name, weight in zip(heavy["model"], heavy["weight"], strict=True)]
        result[QueueKey(*(str(name) for name in names))] = ", ".join(words)
    return result


def _label(key: QueueKey) -> str:
    return ALL_QUEUES if key == TOTAL else " · ".join(key)


def charts(report: BacktestReport, regions: Mapping[str, Region]) -> dict[str, Any]:
    """Return the charts' numbers.

    Returns
    -------
    dict
        ``methods`` (ours first); ``queues``, each with its ``days`` and, for one queue, the ``detail`` of the
        last window; ``lead`` (errors and coverage by days ahead); ``bars`` (WAPE by queue).
    """
    pieces = report.pieces[report.pieces["actual"].notna()]
    # Where windows overlap, lines show the later one.
    newest = pieces.sort_values("origin", kind="stable").drop_duplicates(
        [*QUEUE_COLUMNS, "method", "start"], keep="last"
    )
    methods = [str(method) for method in report.table["method"].unique()]
    lines = queue_scores(report)[1 : MOST_CHARTED + 1]
    wanted = {line.label for line in lines}
    queues = [{"label": ALL_QUEUES, "days": _days(newest, methods), "detail": None}]
    own: dict[str, dict[str, Any]] = {}
    for names, rows in newest.groupby(QUEUE_COLUMNS, sort=False):
        key = QueueKey(*(str(name) for name in names))
        if _label(key) in wanted:
            detail = _detail(rows, regions[key.region].time_zone)
            own[_label(key)] = {"label": _label(key), "days": _days(rows, methods), "detail": detail}
    queues += [own[line.label] for line in lines if line.label in own]
    bars = {
        "labels": [line.label for line in lines],
        "wape": {method: _numbers([line.wape[method] for line in lines]) for method in methods},
        "floor": _numbers([line.ours["floor"] for line in lines]),
    }
    return {"methods": methods, "ours": OURS, "queues": queues, "lead": _lead(pieces, methods), "bars": bars}


def _days(pieces: pd.DataFrame, methods: Sequence[str]) -> dict[str, Any]:
    """Return contacts by local date, what came and what each method said; a gap breaks the line."""
    sums = pieces.groupby(["method", "day"])[["actual", "mean"]].sum()
    own = sums.loc[OURS]
    days = pd.RangeIndex(int(own.index.min()), int(own.index.max()) + 1)
    dates = np.asarray(days, dtype="datetime64[D]").astype(str).tolist()
    means = {
        method: _numbers(sums.loc[method]["mean"].reindex(days).to_numpy())
        for method in methods
        if method in sums.index
    }
    return {"x": dates, "actual": _numbers(own["actual"].reindex(days).to_numpy()), "means": means}


def _detail(pieces: pd.DataFrame, zone: str) -> dict[str, Any]:
    """Return the last window count by count, on the region's wall clock, with our band."""
    own = pieces[(pieces["method"] == OURS) & (pieces["origin"] == pieces["origin"].max())].sort_values(
        "start"
    )
    clock = wall_clock(pd.DatetimeIndex(own["start"]), zone)
    shown = clock.day.astype("datetime64[m]") + clock.minute.astype("timedelta64[m]")
    numbers = {name: _numbers(own[name].to_numpy()) for name in ("actual", "mean", "p10", "p90")}
    return {"x": [str(moment) for moment in shown], "zone": zone, **numbers}


def _lead(pieces: pd.DataFrame, methods: Sequence[str]) -> dict[str, Any]:
    """Return WAPE of each method and our coverage by days ahead, all queues' errors added up."""
    first = pieces["origin"].to_numpy().astype("datetime64[D]").astype(np.int64)
    ahead = pieces["day"].to_numpy() - first + 1
    days = sorted(set(ahead.tolist()))
    errors: dict[str, list[float]] = {method: [] for method in methods}
    covered = []
    for day in days:
        here = pieces[ahead == day]
        for method in methods:
            own = here[here["method"] == method]
            errors[method].append(wape(own["actual"].to_numpy(), own["mean"].to_numpy()))
        own = here[here["method"] == OURS]
        covered.append(coverage(*(own[name].to_numpy() for name in ("actual", "p10", "p90"))))
    wapes = {method: _numbers(values) for method, values in errors.items()}
    return {"days": days, "wape": wapes, "coverage": _numbers(covered)}


def _numbers(values: Sequence[float] | np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    """Return numbers as short as a chart needs them; null for what is not known."""
    return [None if isnan(value) else round(float(value), 4) for value in values]
