"""Measure forecasts against what came, on workspaces with contact history.

    python -m benchmarks.forecast_accuracy DATA_DIR... --days 14 28 --origins 8 --peers --out accuracy.json

Each folder is backtested twice: queue by queue, and with the queues of each region pooled into one series.
The pool of models (what a plan is made from) is scored beside each of its models, two plain methods and, with
``--peers``, other libraries, all on the same splits. Prints WAPE, bias and so on in per cent, and writes them
as fractions with machine, versions and settings. Nothing is drawn at random: the same data give the same
numbers. The last rows of several queues are means over them: of all, weighted by contacts, and of the
busiest four, weighted and plain. Windows lie end to end, or closer where the history holds fewer than four.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from api.workspace.needs import Need
from api.workspace.read import read_workspace
from benchmarks.peers import PEERS, Peer, PeerProcess, make_environment
from benchmarks.report import environment, write_report
from forecasting.backtest import BacktestReport, backtest
from forecasting.backtest_scores import SCORES, TOTAL
from forecasting.models.boosted import Boosted
from forecasting.models.low_rank import LowRank
from forecasting.models.protocol import Model
from forecasting.models.two_level import TwoLevel
from forecasting.models.weekly_profile import WeeklyProfile
from forecasting.models.weeks import LastWeeks, Summary
from forecasting.origins import rolling_origins
from forecasting.queues import ChannelKind, Queue, QueueKey
from forecasting.rows import rows_by_queue
from forecasting.tables import QUEUE_COLUMNS, ContactHistory
from forecasting.timegrid import day_bounds
from scheduler.workspace import Workspace

LEAST_ORIGINS = 4
BUSIEST = 4
PACKAGES = ("sunrota", "numpy", "pandas", "scipy", "lightgbm", "holidays", "pytz")
OWN: tuple[Model, ...] = (
    WeeklyProfile(),
    LowRank(),
    Boosted(),
    TwoLevel(),
    LastWeeks("median of the last 4 weeks", 4, Summary.MEDIAN),
)


def pooled(history: ContactHistory) -> ContactHistory:
    """Return the sum of all queues of each region, where any was recorded."""
    keys = ["region", "interval_start"]
    sums = history.frame.groupby(keys, as_index=False)["contacts"].sum(min_count=1)
    frame = sums.assign(language="all", channel="all", aht_seconds=float("nan"))
    return ContactHistory(frame, history.interval_minutes)


def read(folder: Path) -> Workspace:
    """Read a workspace; contacts and regions alone will do, and count as queues that are always open."""
    if (folder / "plan.toml").exists():
        return read_workspace(folder, Need.FORECAST)
    contacts = pd.read_csv(folder / "contacts.csv")
    starts = pd.DatetimeIndex(pd.to_datetime(contacts["interval_start"], utc=True))
    minutes = int(np.diff(starts.unique().sort_values()).min() / np.timedelta64(1, "m"))
    last = starts.max() + pd.Timedelta(days=2)
    keys = contacts[["region", "language", "channel"]].drop_duplicates()
    queues = keys.assign(kind="live", service_level=0.8, answer_within_seconds=20, aht_seconds=180)
    with TemporaryDirectory() as made:
        completed = Path(made)
        for name in ("contacts.csv", "regions.csv"):
            shutil.copy(folder / name, completed / name)
        queues.to_csv(completed / "queues.csv", index=False)
        plan = f"start = {last.date()}\ndays = 14\ninterval_minutes = {minutes}\n"
        (completed / "plan.toml").write_text(plan, encoding="utf-8")
        return read_workspace(completed, Need.FORECAST)


def until(workspace: Workspace, history: ContactHistory, last: date | None) -> ContactHistory:
    """Return the history before a local date, all of it for None."""
    if last is None:
        return history
    ends = {name: day_bounds(region.time_zone, last)[0] for name, region in workspace.regions.items()}
    frame = history.frame
    return ContactHistory(
        frame[frame["interval_start"] < frame["region"].map(ends)], history.interval_minutes
    )


def spacing(workspace: Workspace, history: ContactHistory, days: int, origins: int) -> int:
    """Return the days between windows: their length, or so few that the history holds four windows."""
    rows, every = rows_by_queue(history), days
    while every > 1:
        found = rolling_origins(rows, workspace.regions, horizon_days=days, most=origins, every_days=every)
        if len(found) >= min(LEAST_ORIGINS, origins):
            break
        every //= 2
    return every


def measure(
    workspace: Workspace,
    history: ContactHistory,
    days: int,
    options: argparse.Namespace,
    beside: Sequence[Model],
) -> BacktestReport:
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
        horizon_days=days,
        origins=options.origins,
        every_days=options.every or spacing(workspace, history, days, options.origins),
        train_weeks=options.train_weeks,
        beside=beside,
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Measure forecasts against what came.")
    parser.add_argument("data", nargs="+", type=Path, metavar="DATA_DIR", help="workspace with contacts")
    parser.add_argument("--days", type=int, nargs="+", default=[14], help="horizons in days, default 14")
    parser.add_argument(
        "--origins", type=int, default=8, help="most windows, back from the end of the history"
    )
    parser.add_argument("--every", type=int, help="days between windows; default: end to end if four fit")
    parser.add_argument("--until", type=date.fromisoformat, help="leave out the history from this date on")
    parser.add_argument("--train-weeks", type=int, default=26, help="learn from at most so many weeks")
    parser.add_argument("--peers", action="store_true", help="measure other libraries too (slow)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON to write")
    options = parser.parse_args()
    process = PeerProcess(make_environment()) if options.peers else None
    peers = [Peer(name, process) for name in PEERS] if process else []
    results = []
    for folder in options.data:
        workspace = read(folder)
        if workspace.history is None:
            parser.error(f"{folder} has no contact history")
        known = until(workspace, workspace.history, options.until)
        for days in options.days:
            both = {"pooled": pooled(known), "by queue": known}
            if len(both["pooled"].queues) == len(known.queues):
                del both["pooled"]
            for series, history in both.items():
                began = time.perf_counter()
                report = measure(workspace, history, days, options, [*OWN, *peers])
                seconds = time.perf_counter() - began
                results.append(result_of(folder.name, series, report, seconds))
    settings = {name: getattr(options, name) for name in ("days", "origins", "every", "train_weeks")}
    write_report(
        options.out,
        {
            "benchmark": "forecast_accuracy",
            "settings": settings | {"until": str(options.until) if options.until else None},
            "environment": environment(PACKAGES, seed=None),
            "peers": process.versions if process else [],
            "results": results,
        },
    )
    if process:
        process.close()


def result_of(data: str, series: str, report: BacktestReport, seconds: float) -> dict[str, object]:
    """Print one backtest, and return it for the report."""
    origins = [str(each) for each in report.origins]
    print(f"\n{data}, {series}, {report.horizon_days} days: {len(origins)} origins {', '.join(origins)}")
    table = report.table
    if len(table) > 2 * table["method"].nunique():
        table = pd.concat([table, means_over_queues(table)], ignore_index=True)
    else:
        table = table.iloc[: table["method"].nunique()]
    print(shown(table).to_string(index=False))
    carried = report.models.groupby("model", sort=False)["weight"].mean().round(3)
    print(f"mean weights: {carried.to_dict()}; {seconds:.1f} s for all methods", flush=True)
    return {
        "data": data,
        "series": series,
        "days": report.horizon_days,
        "origins": origins,
        "seconds": round(seconds, 2),
        "mean_weights": carried.to_dict(),
        "scores": table.astype(object).where(table.notna(), None).to_dict("records"),
    }


def means_over_queues(table: pd.DataFrame) -> pd.DataFrame:
    """Return means of each score over the queues, a row per method: of all of them, and of the busiest."""
    single = table[(table[["region", "language", "channel"]] != list(TOTAL)).any(axis=1)]
    keys = list(QUEUE_COLUMNS)
    counts = single[single["method"] == single["method"].iloc[0]].nlargest(BUSIEST, "contacts")[keys]
    busiest = single.merge(counts, on=keys)
    rows = [_mean("all queues, weighted", each, each["contacts"]) for each in _by_method(single)]
    if len(counts) < len(single) / single["method"].nunique():
        name = f"busiest {BUSIEST}"
        rows += [_mean(f"{name}, weighted", each, each["contacts"]) for each in _by_method(busiest)]
        rows += [_mean(f"{name}, plain", each, each["contacts"] * 0 + 1) for each in _by_method(busiest)]
    return pd.DataFrame(rows, columns=table.columns)


def _by_method(table: pd.DataFrame) -> list[pd.DataFrame]:
    return [each for _, each in table.groupby("method", sort=False)]


def _mean(name: str, scores: pd.DataFrame, weights: pd.Series) -> dict[str, object]:
    total = weights.sum()
    means = {
        score: float((scores[score] * weights).sum(skipna=False) / total) if total else np.nan
        for score in SCORES
    }
    said = {"region": name, "language": "", "channel": "", "method": scores["method"].iloc[0]}
    return said | {"contacts": scores["contacts"].sum()} | means


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table for reading: shares in per cent."""
    percent = [name for name in SCORES if name not in ("mase", "pinball")]
    return table.assign(**{name: (100 * table[name]).round(2) for name in percent}).round(3)


if __name__ == "__main__":
    main()
