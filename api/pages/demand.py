"""Numbers behind the charts of demand: forecast with its band, required against scheduled."""

from __future__ import annotations

from typing import Any

import pandas as pd

from api.pages.access import PlanTables, epoch_minutes, queue_name

__all__ = ["ALL_DEFERRED", "ALL_LIVE", "coverage_series", "forecast_series", "queue_choices"]

ALL_LIVE = "live"
ALL_DEFERRED = "deferred"
MEASURES = ["required", "scheduled", "short", "over", "backlog"]


def queue_choices(tables: PlanTables) -> list[dict[str, str]]:
    """Return the queues that a page offers, each kind's total first: ``key``, ``label``, ``kind``.

    Live and deferred work are never added up in one chart: a live agent must be there in that interval,
    deferred work may be served hours later, so that their sum would show neither.
    """
    choices = []
    frame = tables.coverage
    if frame.empty:
        names = sorted(queue_name(tables.forecast).unique()) if not tables.forecast.empty else []
        return [{"key": name, "label": _label(name), "kind": ALL_LIVE} for name in names]
    keys = pd.DataFrame({"key": queue_name(frame), "kind": frame["kind"]}).drop_duplicates()
    for kind, label in ((ALL_LIVE, "All live queues"), (ALL_DEFERRED, "All queues that may wait")):
        members = sorted(keys.loc[keys["kind"] == kind, "key"])
        if len(members) > 1:
            choices.append({"key": kind, "label": f"{label} ({len(members)})", "kind": kind})
        choices += [{"key": name, "label": _label(name), "kind": kind} for name in members]
    return choices


def _label(name: str) -> str:
    region, language, channel = name.split("/")
    return f"{region} · {language} · {channel}"


def coverage_series(tables: PlanTables, queue: str) -> dict[str, Any]:
    """Return required, scheduled, short, over and backlog (agents) per interval of a queue, or of a kind.

    A kind's short and over are the sums of its queues' own: a surplus in one language does not hide a
    shortage in another. ``over`` is 0 for deferred work, which waits for nobody's presence.
    """
    frame = tables.coverage
    frame = frame.assign(key=queue_name(frame))
    chosen = frame[(frame["kind"] == queue) if queue in (ALL_LIVE, ALL_DEFERRED) else (frame["key"] == queue)]
    over = (chosen["scheduled"] - chosen["required"]).clip(lower=0.0)
    chosen = chosen.assign(over=over.where(chosen["kind"] == ALL_LIVE, 0.0))
    if "edge" not in chosen.columns:
        chosen = chosen.assign(edge=False)
    grouped = chosen.groupby("interval_start", sort=True)
    sums = grouped[MEASURES].sum()
    series: dict[str, Any] = {name: sums[name].round(3).tolist() for name in MEASURES}
    series["minute"] = epoch_minutes(sums.index.to_series()).tolist()
    series["edge"] = grouped["edge"].all().astype(int).tolist()
    series["kind"] = str(chosen["kind"].iloc[0]) if len(chosen) else ALL_LIVE
    series["interval_minutes"] = tables.interval_minutes
    return series


def forecast_series(tables: PlanTables, queue: str) -> dict[str, Any]:
    """Return contacts per interval of a queue with its P10 and P90, or of a kind without.

    Quantiles of queues do not add up to a quantile of their sum, so a sum has no band.
    """
    frame = tables.forecast
    frame = frame.assign(key=queue_name(frame))
    if queue in (ALL_LIVE, ALL_DEFERRED):
        kinds = pd.DataFrame({"key": queue_name(tables.coverage), "kind": tables.coverage["kind"]})
        members = kinds.loc[kinds["kind"] == queue, "key"].unique()
        contacts = frame[frame["key"].isin(members)].groupby("interval_start", sort=True)["contacts"].sum()
        bands: dict[str, Any] = {"p10": None, "p90": None}
    else:
        one = frame[frame["key"] == queue].set_index("interval_start").sort_index()
        contacts = one["contacts"]
        bands = {name: one[name].round(3).tolist() for name in ("p10", "p90")}
    return {
        "minute": epoch_minutes(contacts.index.to_series()).tolist(),
        "contacts": contacts.round(3).tolist(),
        "interval_minutes": tables.interval_minutes,
        **bands,
    }
