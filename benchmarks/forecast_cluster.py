"""Measure what a Ray cluster takes off a forecast: in turn, over one node, over two.

    python -m benchmarks.forecast_cluster --queues 1000 --most 250 --out forecast_cluster.json

Needs ``sunrota[ray]``. Nodes are made on this machine, one core each, so that two of them need two idle
cores. The history is that of ``benchmarks.forecast_speed``. All forecasts must be equal to the last bit, or
nothing is written.
"""

from __future__ import annotations

import argparse
import importlib
import os
import time
from pathlib import Path
from typing import Any

import pandas as pd

from api.cluster import fan_out_over
from benchmarks.forecast_speed import MINUTES, PACKAGES, SEED, START, made_up, regions
from benchmarks.report import environment, write_report
from forecasting.fan_out import FanOut
from forecasting.forecast import ForecastResult
from forecasting.grouped import forecast_in_groups
from forecasting.queues import ChannelKind, Queue
from forecasting.tables import ContactHistory


def timed(fan_out: FanOut, history: ContactHistory, days: int, most: int) -> tuple[float, ForecastResult]:
    """Return seconds and the forecast."""
    begun = time.perf_counter()
    result = forecast_in_groups(
        history,
        queues={key: Queue(key, ChannelKind.LIVE) for key in history.queues},
        regions=regions(),
        events=(),
        start=START,
        days=days,
        interval_minutes=MINUTES,
        fan_out=fan_out,
        most=most,
    )
    return round(time.perf_counter() - begun, 1), result


def over_nodes(count: int, history: ContactHistory, days: int, most: int) -> tuple[float, ForecastResult]:
    """Forecast over so many nodes of one core each, made for this and ended after it."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    cluster_utils: Any = importlib.import_module("ray.cluster_utils")
    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        for _ in range(count - 1):
            cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        with fan_out_over(cluster.address) as fan_out:
            # Processes that have begun: a cluster in use has them.
            list(fan_out(_begin, list(range(2 * count))))
            return timed(fan_out, history, days, most)
    finally:
        cluster.shutdown()


def _begin(_: int) -> str:
    return importlib.import_module("forecasting.forecast").__name__


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Measure what a Ray cluster takes off a forecast.")
    parser.add_argument("--queues", type=int, default=1000, help="default 1000")
    parser.add_argument("--most", type=int, default=250, help="queues of a group, default 250")
    parser.add_argument("--past", type=int, default=365, help="days of history, default 365")
    parser.add_argument("--days", type=int, default=28, help="days to forecast, default 28")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON to write")
    options = parser.parse_args()
    history = made_up(options.queues, options.past)
    seconds: dict[str, float] = {}
    with fan_out_over(None) as here:
        seconds["in turn"], first = timed(here, history, options.days, options.most)
    print(seconds, flush=True)
    for count in (1, 2):
        name = "1 node" if count == 1 else f"{count} nodes"
        seconds[name], again = over_nodes(count, history, options.days, options.most)
        pd.testing.assert_frame_equal(first.forecast.frame, again.forecast.frame, check_exact=True)
        print(seconds, flush=True)
    report: dict[str, object] = {
        "benchmark": "forecast_cluster",
        "environment": environment((*PACKAGES, "ray"), seed=SEED),
        "settings": {name: getattr(options, name) for name in ("queues", "most", "past", "days")},
        "seconds": seconds,
    }
    write_report(options.out, report)


if __name__ == "__main__":
    main()
