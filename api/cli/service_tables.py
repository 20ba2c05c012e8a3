"""Tables of the service that customers will get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.cli.output import Output
from forecasting.tables import QUEUE_COLUMNS

__all__ = ["print_days", "print_service", "service_line"]

SHOWN_DAYS = 60
Row = Mapping[str, Any]


def service_line(simulated: Row) -> str:
    """Return what all live, and all deferred, contacts will get, in one line."""
    parts = []
    for kind, verb in (("live", "answered"), ("deferred", "replied to")):
        level = simulated[kind]["service_level"]
        if level["mean"] is not None:
            parts.append(f"{_share(level)} of {kind} contacts {verb} in time")
    return " and ".join(parts) or "no contacts are expected"


def print_service(service: Row, output: Output) -> None:
    """Print what each queue's customers will get, and what tickets measured."""
    simulated = service["simulated"]
    output.console.print(
        f"\n[bold]Service[/]: {service_line(simulated)} (95 % intervals, {simulated['replications']} "
        "replications)"
    )
    output.table(
        "Expected service by queue",
        [
            *("queue", "contacts", "target", "in time (95 %)", "mean wait s", "abandoned", "occupancy"),
            *("solved at first contact", "days likely to meet"),
        ],
        [
            [
                _name(row),
                row["contacts"],
                _percent(row["target"]),
                _share(row["service_level"]),
                row["asa_seconds"]["mean"],
                _percent(row["abandonment"]["mean"]),
                _percent(row["occupancy"]["mean"]),
                _percent(row["first_contact_resolution"]),
                f"{sum(day['meets_target']['mean'] or 0 for day in row['days']):.1f} of {len(row['days'])}",
            ]
            for row in simulated["queues"]
        ],
    )
    if service["measured"] is not None:
        _print_measured(service["measured"], output)


def print_days(simulated: Row, output: Output) -> None:
    """Print each queue's days, the least likely to meet their target first where there are many."""
    days = [(row, day) for row in simulated["queues"] for day in row["days"]]
    shown = days
    if len(days) > SHOWN_DAYS:
        shown = sorted(days, key=lambda pair: _or(pair[1]["meets_target"]["mean"], 1.0))[:SHOWN_DAYS]
    output.table(
        "Expected service by queue and day"
        + (", least likely to meet the target first" * (shown is not days)),
        [
            "queue",
            "date",
            "contacts",
            "in time (95 %)",
            "P10–P90",
            "mean wait s",
            "abandoned",
            "meets target (95 %)",
        ],
        [
            [
                _name(row),
                day["date"],
                day["contacts"],
                _share(day["service_level"]),
                _span(day["service_level"]["p10"], day["service_level"]["p90"]),
                day["asa_seconds"]["mean"],
                _percent(day["abandonment"]["mean"]),
                _share(day["meets_target"]),
            ]
            for row, day in shown
        ],
    )
    if shown is not days:
        output.console.print(f"… and {len(days) - len(shown)} more days with --json, or --out in service.csv")


def _print_measured(measured: Row, output: Output) -> None:
    rows: Sequence[Row] = [{**dict.fromkeys(QUEUE_COLUMNS, ""), **measured}, *measured["queues"]]
    output.table(
        "Measured in tickets",
        ["queue", "tickets", "CSAT", "NPS", "CES", "first answer min", "resolution min", "reopened"],
        [
            [
                _name(row) if row["region"] else "all",
                row["tickets"],
                *(row[name]["value"] for name in ("csat", "nps", "ces")),
                row["first_response_minutes"]["mean"],
                row["resolution_minutes"]["mean"],
                _percent(row["reopened"]),
            ]
            for row in rows
        ],
    )


def _name(row: Row) -> str:
    return "/".join(row[name] for name in QUEUE_COLUMNS)


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _share(estimate: Row) -> str:
    """Return a share with its interval: ``94.3% (94.1–94.5)``."""
    if estimate["mean"] is None:
        return "–"
    return f"{estimate['mean']:.1%} ({_span(estimate['low'], estimate['high'])})"


def _span(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{100 * low:.1f}–{100 * high:.1f}"
