"""Measure how fast contacts become agents, and pyworkforce on the same intervals in the same run.

    python -m benchmarks.staffing_speed --out staffing_speed.json

1,000 queues of 0.5 to 100 erlangs × 28 days × 96 quarter-hours of Erlang A on one core, and of Erlang C; of
those, pyworkforce (Erlang C only) does as many as it manages in ``--peer-seconds``, queue after queue, in an
environment of its own that this program makes and leaves again. Where both answer, their answers are
compared. Kernels are loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.pyworkforce import PEER, run_with_pyworkforce
from benchmarks.report import environment, write_report
from scheduler.staffing.kernels import agents_for_all

Floats = npt.NDArray[np.float64]

PACKAGES = ("sunrota", "numba", "numpy")
DAYS, INTERVALS_A_DAY, INTERVAL_SECONDS = 28, 96, 900.0
THRESHOLD, TARGET, CAP = 20.0, 0.8, 0.9
PEER_PROGRAM = """
import json, sys, time
from pyworkforce.queuing import ErlangC
rows, seconds = json.load(open(sys.argv[1]))
found, begun = [], time.perf_counter()
for contacts, aht in rows:
    queue = ErlangC(transactions=contacts, aht=aht / 60, asa=20 / 60, interval=15, shrinkage=0.0)
    found.append(queue.required_positions(service_level=0.8, max_occupancy=0.9)["raw_positions"])
    if time.perf_counter() - begun > seconds:
        break
json.dump({"seconds": time.perf_counter() - begun, "positions": found}, sys.stdout)
"""


def demand(queues: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """Return erlangs, handle time and patience in seconds, each of shape (queues, intervals)."""
    random = np.random.default_rng(seed)
    size = np.exp(random.uniform(np.log(0.5), np.log(100.0), (queues, 1)))
    clock = (
        2 * np.pi * (np.arange(DAYS * INTERVALS_A_DAY) / INTERVALS_A_DAY + random.uniform(size=(queues, 1)))
    )
    luck = random.gamma(100.0, 0.01, clock.shape)
    aht = random.uniform(180, 600, (queues, 1)) * random.uniform(0.9, 1.1, clock.shape)
    patience = np.broadcast_to(random.uniform(60, 600, (queues, 1)), clock.shape)
    return size * (1 + 0.8 * np.cos(clock)) * luck, aht, patience


def ours(load: Floats, aht: Floats, patience: Floats | None) -> tuple[npt.NDArray[np.int64], float]:
    """Return the agents of every interval and the seconds that it took on one core."""
    found = np.zeros(load.shape, dtype=np.int64)
    begun = time.perf_counter()
    for queue in range(len(load)):
        means = aht[queue]
        enduring = np.zeros_like(means) if patience is None else patience[queue] / means
        found[queue], _ = agents_for_all(
            load[queue], THRESHOLD / means, enduring, INTERVAL_SECONDS / means, 0.0, TARGET, CAP, 1
        )
    return found, time.perf_counter() - begun


def by_peer(load: Floats, aht: Floats, seconds: float) -> dict[str, object]:
    """Return what the peer answers within so many seconds, and its version."""
    contacts = load * INTERVAL_SECONDS / aht
    most = int(min(load.size, 40_000 * seconds))
    rows = np.column_stack((contacts.ravel(), aht.ravel()))[:most]
    (told,), version = run_with_pyworkforce(PEER_PROGRAM, [(rows.tolist(), seconds)])
    return {**told, "version": version}


def main() -> None:
    """Measure, print and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--queues", type=int, default=1000)
    parser.add_argument("--peer-seconds", type=float, default=60.0)
    options = parser.parse_args()
    load, aht, patience = demand(options.queues, options.seed)
    ours(load[:1], aht[:1], patience[:1])
    report: dict[str, object] = {"intervals": load.size}
    answers = {}
    for name, enduring in (("Erlang A", patience), ("Erlang C", None)):
        answers[name], seconds = ours(load, aht, enduring)
        report[name] = {"seconds": round(seconds, 3), "intervals_per_second": round(load.size / seconds)}
        print(f"{name}: {load.size:,} intervals in {seconds:.2f} s on one core")
    peer = by_peer(load, aht, options.peer_seconds)
    positions, seconds = np.array(peer["positions"]), float(str(peer["seconds"]))
    same = answers["Erlang C"].ravel()[: len(positions)] == positions
    report[PEER] = {
        "version": peer["version"],
        "intervals": len(positions),
        "seconds": round(seconds, 3),
        "intervals_per_second": round(len(positions) / seconds),
        "share_of_equal_answers": round(float(same.mean()), 4),
    }
    print(f"{PEER}: {report[PEER]}")
    where = environment(PACKAGES, options.seed)
    print(where)
    write_report(options.out, {**where, **report})


if __name__ == "__main__":
    main()
