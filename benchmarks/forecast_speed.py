"""Measure how long forecasting many queues takes, and how much memory.

    python -m benchmarks.forecast_speed --queues 100 1000 5000 --peers 10 --out forecast_speed.json

Each size runs in a process of its own, whose peak memory is told before (the history alone) and after. The
history is made up: gamma-Poisson counts of a year of half hours, queues of 0.1 to 100 contacts an interval,
in ten regions of three time zones. The forecast is 28 days long: pool, weights, bands, handle times.
``--peers N`` has statsforecast's AutoETS and MSTL forecast the means alone of N of these queues in the same
run, in an environment of their own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.peers import Peer, PeerProcess, make_environment
from benchmarks.report import environment, write_report
from forecasting.grouped import forecast_in_groups
from forecasting.queues import ChannelKind, Queue, Region
from forecasting.region_case import RegionCase, prepare
from forecasting.rows import rows_by_queue
from forecasting.tables import QUEUE_COLUMNS, ContactHistory
from forecasting.timegrid import UTC, day_bounds, interval_grid, wall_clock

PEERS = ("statsforecast AutoETS on days", "statsforecast MSTL")
PACKAGES = ("sunrota", "numpy", "pandas", "scipy", "lightgbm")
PLACES = (("Europe/London", "GB"), ("America/New_York", "US"), ("Asia/Kolkata", "IN"))
REGIONS = 10
LANGUAGES = ("en", "fr", "de", "es", "it")
START = date(2026, 1, 1)
MINUTES = 30
SEED = 1


def regions() -> dict[str, Region]:
    """Return ten regions."""
    places = [PLACES[number % len(PLACES)] for number in range(REGIONS)]
    return {f"r{number}": Region(f"r{number}", *place) for number, place in enumerate(places)}


def made_up(count: int, past_days: int) -> ContactHistory:
    """Return the history of so many queues."""
    rng = np.random.default_rng(SEED)
    channels = -(-count // (REGIONS * len(LANGUAGES)))
    names = (sorted(regions()), sorted(LANGUAGES), [f"c{number:03}" for number in range(channels)])
    starts, contacts, codes = [], [], []
    for number in range(count):
        code = (number % REGIONS, number // REGIONS % len(LANGUAGES), number // (REGIONS * len(LANGUAGES)))
        zone = regions()[names[0][code[0]]].time_zone
        first = day_bounds(zone, START - timedelta(days=past_days))[0]
        index = interval_grid(first, day_bounds(zone, START)[0], MINUTES)
        clock = wall_clock(index, zone)
        shape = 0.1 + np.exp(-(((clock.minute / 60 - 13) / 4) ** 2))
        week = np.where(clock.weekday < 5, 1.0, 0.4)
        luck = np.repeat(rng.gamma(50, 1 / 50, past_days + 2), 1440 // MINUTES)[: len(index)]
        mean = np.exp(rng.uniform(np.log(0.1), np.log(100))) * shape * week * luck
        starts.append(index.tz_convert(None).to_numpy())
        contacts.append(rng.poisson(mean).astype(np.float64))
        codes.append(code)
    rows = [len(each) for each in starts]
    columns = {
        column: pd.Categorical.from_codes(np.repeat(np.array(place, dtype=np.int16), rows), pd.Index(named))
        for column, place, named in zip(QUEUE_COLUMNS, zip(*codes, strict=True), names, strict=True)
    }
    frame = pd.DataFrame(columns)
    frame["interval_start"] = pd.DatetimeIndex(np.concatenate(starts)).tz_localize(UTC)
    frame["contacts"], frame["aht_seconds"] = np.concatenate(contacts), 240.0
    return ContactHistory(frame, MINUTES)


def measure(count: int, past_days: int, days: int) -> dict[str, float]:
    """Return seconds and peak megabytes of one forecast; run in a process of its own."""
    history = made_up(count, past_days)
    queues = {key: Queue(key, ChannelKind.LIVE) for key in history.queues}
    before = peak_megabytes()
    clock, processor = time.perf_counter(), time.process_time()
    result = forecast_in_groups(
        history,
        queues=queues,
        regions=regions(),
        events=(),
        start=START,
        days=days,
        interval_minutes=MINUTES,
    )
    return {
        "queues": len(queues),
        "rows": len(history.frame),
        "forecast_rows": len(result.forecast.frame),
        "seconds": round(time.perf_counter() - clock, 1),
        "processor_seconds": round(time.process_time() - processor, 1),
        "peak_mb_before": before,
        "peak_mb": peak_megabytes(),
    }


def peer_case(count: int, past_days: int, days: int) -> RegionCase:
    """Return what models see of so many queues of the first region."""
    history = made_up(REGIONS * count, past_days)
    region = regions()["r0"]
    rows = {key: each for key, each in rows_by_queue(history).items() if key.region == region.name}
    begin = day_bounds(region.time_zone, START)[0]
    end = day_bounds(region.time_zone, START + timedelta(days=days))[0]
    return prepare(
        rows,
        row_minutes=MINUTES,
        queues={key: Queue(key, ChannelKind.LIVE) for key in rows},
        region=region,
        events=(),
        index=interval_grid(begin, end, MINUTES),
        interval_minutes=MINUTES,
    )


def measure_peers(count: int, past_days: int, days: int) -> tuple[list[dict[str, object]], list[str]]:
    """Return seconds of each other library on so many queues, and the libraries' versions."""
    case = peer_case(count, past_days, days)
    process = PeerProcess(make_environment())
    results: list[dict[str, object]] = []
    for name in PEERS:
        Peer(name, process).fit(case.days.of(np.arange(1))).forecast(case.calendar)  # compiles
        clock = time.perf_counter()
        Peer(name, process).fit(case.days).forecast(case.calendar)
        seconds = time.perf_counter() - clock
        results.append({"peer": name, "queues": count, "seconds": round(seconds, 1)})
        print(results[-1], flush=True)
    process.close()
    return results, process.versions


def peak_megabytes() -> float:
    """Return the most memory that this process has held."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Measure how long forecasting many queues takes.")
    parser.add_argument("--queues", type=int, nargs="+", default=[100, 1000], help="sizes, default 100 1000")
    parser.add_argument("--past", type=int, default=365, help="days of history, default 365")
    parser.add_argument("--days", type=int, default=28, help="days to forecast, default 28")
    parser.add_argument("--peers", type=int, metavar="N", help="measure AutoETS and MSTL on N queues too")
    parser.add_argument("--out", type=Path, help="JSON to write")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.queues[0], options.past, options.days)))
        return
    results = []
    for count in options.queues:
        command = [sys.executable, "-m", "benchmarks.forecast_speed", "--one", "--queues", str(count)]
        command += ["--past", str(options.past), "--days", str(options.days)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        results.append(json.loads(done.stdout))
        print(results[-1], flush=True)
    peers, versions = measure_peers(options.peers, options.past, options.days) if options.peers else ([], [])
    if options.out:
        report = {"benchmark": "forecast_speed", "environment": environment(PACKAGES, seed=SEED)}
        write_report(options.out, report | {"results": results, "peers": peers, "peer_versions": versions})


if __name__ == "__main__":
    main()
