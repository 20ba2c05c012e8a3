"""The expected service of each queue, in words for the plan's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.pages.words import percent, short_number
from forecasting.tables import QUEUE_COLUMNS

__all__ = ["service_columns", "service_days", "service_rows"]

MEASURED = {"csat": "CSAT", "nps": "NPS", "ces": "CES"}


def service_columns(report: Mapping[str, Any]) -> list[str]:
    """Return the headings of :func:`service_rows`; none without a simulation."""
    service = report.get("service") or {}
    if not service.get("simulated"):
        return []
    columns = ["Queue", "Contacts", "Answered in time", "Share", "95 % interval", "Target"]
    columns += ["Days likely to meet it"]
    columns += ["Mean wait", "Abandoned", "Occupancy", "Solved at first contact"]
    return columns + [*MEASURED.values(), "Time to solve"] * bool(service.get("measured"))


def service_rows(report: Mapping[str, Any]) -> list[list[str]]:
    """Return a row a queue: simulated figures, then those measured in tickets where there are tickets."""
    service = report.get("service") or {}
    simulated, measured = service.get("simulated"), service.get("measured")
    if not simulated:
        return []
    tickets = {_key(row): row for row in measured["queues"]} if measured else {}
    rows = []
    for row in simulated["queues"]:
        level = row["service_level"]
        likely = sum(day["meets_target"]["mean"] or 0.0 for day in row["days"])
        cells = [
            "/".join(_key(row)),
            short_number(row["contacts"], 0),
            short_number(row["answered_in_time"], 0),
            _share(level["mean"]),
            "–" if level["low"] is None else f"{_share(level['low'])} – {_share(level['high'])}",
            _share(row["target"]),
            f"{short_number(likely)} of {len(row['days'])}",
            _wait(row["asa_seconds"]["mean"]),
            _share(row["abandonment"]["mean"]),
            _share(row["occupancy"]["mean"]),
            _share(row["first_contact_resolution"]),
        ]
        rows.append(cells + (_measured(tickets.get(_key(row))) if measured else []))
    return rows


def service_days(report: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the dates, and a row a queue: its share in time on each date, and how far that may spread."""
    simulated = (report.get("service") or {}).get("simulated")
    if not simulated:
        return [], []
    dates = sorted({day["date"] for row in simulated["queues"] for day in row["days"]})
    rows = []
    for row in simulated["queues"]:
        days = {day["date"]: day["service_level"] for day in row["days"]}
        rows.append(["/".join(_key(row)), *(_spread(days.get(date)) for date in dates)])
    return dates, rows


def _spread(level: Mapping[str, float | None] | None) -> str:
    if level is None or level["mean"] is None:
        return "–"
    if level["p10"] is None or level["p90"] is None:
        return _share(level["mean"])
    return f"{_share(level['mean'])} ({_share(level['p10'])} – {_share(level['p90'])})"


def _measured(row: Mapping[str, Any] | None) -> list[str]:
    if row is None:
        return ["–"] * (len(MEASURED) + 1)
    marks = [row[name]["value"] for name in MEASURED]
    minutes = row["resolution_minutes"]["mean"]
    solved = "–" if minutes is None else _wait(60 * minutes)
    return [*("–" if mark is None else short_number(mark, 2) for mark in marks), solved]


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in QUEUE_COLUMNS)


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)


def _wait(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 120:
        return f"{short_number(seconds)} s"
    return f"{short_number(seconds / 60)} min" if seconds < 7200 else f"{short_number(seconds / 3600)} h"
