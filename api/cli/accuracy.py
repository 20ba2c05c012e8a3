"""``accuracy``: how good the forecasts were that plans were made from, and whether they drift."""

from __future__ import annotations

import argparse
import os
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from api.cli.arguments import Commands, add_command
from api.cli.importing import open_migrated_store
from api.cli.output import EXIT_DONE, Output, records
from api.config import load_config
from api.results.snapshots import find_snapshots, read_snapshot
from api.store.snapshots import planned_snapshots
from api.workspace.read import Need, read_workspace
from forecasting.accuracy import AccuracyReport, measure_accuracy
from forecasting.accuracy_scores import FORECAST, LONGEST, MODEL
from forecasting.baselines import BASELINES
from forecasting.drift import DRIFT_LIMIT
from forecasting.errors import InvalidInput
from forecasting.snapshots import Snapshot
from forecasting.tables import QUEUE_COLUMNS
from scheduler.progress import ProgressReport

__all__ = ["add_commands"]


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "accuracy",
        _accuracy,
        summary="hold the forecasts that were made against the contacts that came since",
        example="sunrota accuracy WORKSPACE --snapshots plans/",
    )
    parser.add_argument(
        "--snapshots",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="--out folders of plan, forecast or staff, or a folder of such folders",
    )
    parser.add_argument(
        "--service",
        metavar="NAME",
        help="the plans that the service made of the workspace of this name (SUNROTA_DATABASE_URL, …)",
    )


def _accuracy(options: argparse.Namespace, output: Output) -> int:
    snapshots = _snapshots(options)
    workspace = read_workspace(options.workspace, Need.FORECAST)
    if workspace.history is None:
        raise InvalidInput("accuracy needs contacts.csv or tickets.csv")
    with output.progress() as show:
        report = measure_accuracy(
            workspace.history,
            snapshots,
            queues=workspace.queues,
            regions=workspace.regions,
            events=workspace.events,
            on_progress=lambda done, message: show(ProgressReport("accuracy", done, message)),
        )
    if output.as_json:
        output.document(_document(report, len(snapshots)))
    else:
        _print(report, len(snapshots), output)
    return EXIT_DONE


def _snapshots(options: argparse.Namespace) -> list[Snapshot]:
    if not options.snapshots and options.service is None:
        raise InvalidInput("accuracy needs snapshots: --snapshots DIR, --service NAME, or both")
    kept = [read_snapshot(file) for file in find_snapshots(options.snapshots)] if options.snapshots else []
    if options.service is None:
        return kept
    store = open_migrated_store(load_config(os.environ))
    try:
        return kept + planned_snapshots(store, options.service)
    finally:
        store.close()


def _document(report: AccuracyReport, given: int) -> dict[str, object]:
    return {
        "status": "done",
        "snapshots": {"given": given, "scored": report.snapshots},
        "rows": records(report.table),
        "overrides": records(report.overrides),
        "drift": {"limit": DRIFT_LIMIT, "queues": records(report.drift)},
    }


def _print(report: AccuracyReport, given: int, output: Output) -> None:
    _print_leads(report.table, report.snapshots, given, output)
    if len(report.overrides):
        output.table(
            "Overrides: did they bring the forecast nearer?",
            ["queue", "reason", "came", "planner", "model", "WAPE planner", "WAPE model", "gain"],
            [
                [
                    _queue(row),
                    row["override"],
                    *(f"{row[name]:,.0f}" for name in ("contacts", FORECAST, MODEL)),
                    *(_share(row[name]) for name in ("wape_forecast", "wape_model")),
                    _share(row["gain"], "+"),
                ]
                for row in report.overrides.to_dict("records")
            ],
        )
    _print_drift(report.drift, output)


def _print_leads(table: pd.DataFrame, scored: int, given: int, output: Output) -> None:
    """Print a line for each queue and span of days ahead, methods beside each other."""
    names = [model.name for model in BASELINES]
    lines = []
    for (queue, low, high), rows in groupby(
        table.to_dict("records"), key=lambda row: (_queue(row), row["lead_from"], row["lead_to"])
    ):
        by = {row["method"]: row for row in rows}
        own = by[FORECAST]
        lines.append(
            [
                queue,
                _days_ahead(low, high),
                f"{own['contacts']:,.0f}",
                *(_share(by[method]["wape"]) for method in (FORECAST, MODEL, *names)),
                _share(own["bias"], "+"),
                _share(own["coverage_80"]),
            ]
        )
    output.table(
        f"{scored} of {given} forecasts against what came (WAPE)",
        ["queue", "days ahead", "contacts", "as planned", "model", *names, "bias", "in 80 % band"],
        lines,
    )


def _days_ahead(low: int, high: int) -> str:
    if high == LONGEST:
        return "all" if low == 1 else f"{low}+"
    return str(low) if low == high else f"{low}–{high}"


def _print_drift(drift: pd.DataFrame, output: Output) -> None:
    flagged = drift[drift["drifting"]]
    if flagged.empty:
        output.console.print(
            f"No drift: every queue's tracking signal lies within ±{DRIFT_LIMIT} (Trigg 1964)."
        )
        return
    output.table(
        f"Drift: tracking signal beyond ±{DRIFT_LIMIT} (Trigg 1964)",
        ["queue", "days", "up to", "signal", "what the model misses a day"],
        [
            [
                _queue(row),
                row["days"],
                row["last_day"].isoformat(),
                f"{row['signal']:+.2f}",
                f"{abs(row['error']):,.1f} too {'few' if row['error'] > 0 else 'many'} are forecast",
            ]
            for row in flagged.to_dict("records")
        ],
    )


def _queue(row: dict[Any, Any]) -> str:
    return "/".join(str(row[name]) for name in QUEUE_COLUMNS)


def _share(value: float, sign: str = "") -> str:
    return "–" if pd.isna(value) else f"{value:{sign}.1%}"
