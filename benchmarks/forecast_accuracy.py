"""Measure forecasts against what came, on workspaces with contact history.

    python -m benchmarks.forecast_accuracy DATA_DIR... --days 14 --origins 8 --out accuracy.json

Each folder is backtested twice: queue by queue, and with the queues of each region pooled into one series.
Prints WAPE, bias and so on in per cent, and writes them as fractions with machine, versions and settings.
Nothing is drawn at random: the same data give the same numbers.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import pandas as pd

from api.workspace.needs import Need
from api.workspace.read import read_workspace
from benchmarks.report import environment, write_report
from forecasting.backtest import BacktestReport, backtest
from forecasting.backtest_scores import SCORES
from forecasting.queues import ChannelKind, Queue, QueueKey
from forecasting.tables import ContactHistory
from scheduler.workspace import Workspace

PACKAGES = ("sunrota", "numpy", "pandas", "scipy", "holidays", "pytz")


def pooled(history: ContactHistory) -> ContactHistory:
    """Return the sum of all queues of each region, where any was recorded."""
    keys = ["region", "interval_start"]
    sums = history.frame.groupby(keys, as_index=False)["contacts"].sum(min_count=1)
    frame = sums.assign(language="all", channel="all", aht_seconds=float("nan"))
    return ContactHistory(frame, history.interval_minutes)


def measure(workspace: Workspace, history: ContactHistory, options: argparse.Namespace) -> BacktestReport:
    """Backtest one history; queues that the workspace does not know are always open."""
    known = workspace.queues
    queues: dict[QueueKey, Queue] = {
        key: known.get(key, Queue(key, ChannelKind.LIVE)) for key in history.queues
    }
    return backtest(
        history,
        queues=queues,
        regions=workspace.regions,
        events=workspace.events,
        interval_minutes=workspace.settings.interval_minutes,
        horizon_days=options.days,
        origins=options.origins,
        train_weeks=options.train_weeks,
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Measure forecasts against what came.")
    parser.add_argument("data", nargs="+", type=Path, metavar="DATA_DIR", help="workspace with contacts")
    parser.add_argument("--days", type=int, default=14, help="horizon in days")
    parser.add_argument(
        "--origins", type=int, default=8, help="most windows, back from the end of the history"
    )
    parser.add_argument("--train-weeks", type=int, default=26, help="learn from at most so many weeks")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON to write")
    options = parser.parse_args()
    results = []
    for folder in options.data:
        workspace = read_workspace(folder, Need.FORECAST)
        if workspace.history is None:
            parser.error(f"{folder} has no contact history")
        for series, history in (("pooled", pooled(workspace.history)), ("by queue", workspace.history)):
            began = time.perf_counter()
            report = measure(workspace, history, options)
            seconds = time.perf_counter() - began
            origins = [str(each) for each in report.origins]
            print(f"\n{folder.name}, {series}: {len(origins)} origins {', '.join(origins)}; {seconds:.1f} s")
            print(shown(report.table).to_string(index=False))
            results.append(
                {
                    "data": folder.name,
                    "series": series,
                    "origins": origins,
                    "seconds": round(seconds, 2),
                    "scores": report.table.astype(object)
                    .where(report.table.notna(), None)
                    .to_dict("records"),
                }
            )
    settings = {"days": options.days, "origins": options.origins, "train_weeks": options.train_weeks}
    write_report(
        options.out,
        {
            "benchmark": "forecast_accuracy",
            "settings": settings,
            "environment": environment(PACKAGES, seed=None),
            "results": results,
        },
    )


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table for reading: shares in per cent."""
    percent = [name for name in SCORES if name not in ("mase", "pinball")]
    return table.assign(**{name: (100 * table[name]).round(2) for name in percent}).round(3)


if __name__ == "__main__":
    main()
