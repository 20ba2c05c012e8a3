"""Measure the engine on published multi-activity shift instances.

    python -m benchmarks.matsp FOLDER/1_7_10_1.txt FOLDER/10_7_20_3.txt --seconds 600 --out matsp.json

``--processor`` counts processor seconds instead of the clock's, for machines that others use too.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from api.benchmarks.matsp import read_matsp
from benchmarks.report import environment, write_report
from scheduler.checking.tasks import score_tasks
from scheduler.rostering.result import Limits
from scheduler.rostering.tasks.solve import solve_tasks

PACKAGES = ("sunrota", "numba", "numpy")


def measure(file: Path, seconds: float, seed: int, *, processor: bool) -> dict[str, object]:
    """Solve one instance and score it."""
    problem = read_matsp(file)
    clock = time.process_time if processor else time.monotonic
    begun, wall = time.process_time(), time.monotonic()
    result = solve_tasks(problem, Limits(time_seconds=seconds, seed=seed), clock=clock)
    score = None if result.rota is None else score_tasks(problem, result.rota)
    return {
        "instance": file.stem,
        "cost": None if score is None else score.cost,
        "missing": None if score is None else score.missing,
        "violations": None if score is None else len(score.violations),
        "bound": result.bound,
        "seconds": round(time.monotonic() - wall, 1),
        "processor_seconds": round(time.process_time() - begun, 1),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the instances one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--out", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    runs = []
    print("instance              cost   bound missing violations  seconds processor")
    for file in options.files:
        found = measure(file, options.seconds, options.seed, processor=options.processor)
        runs.append(found)
        print(
            f"{found['instance']:18} {found['cost']!s:>7} {found['bound']!s:>7} {found['missing']!s:>7}"
            f" {found['violations']!s:>10} {found['seconds']:8} {found['processor_seconds']:9}",
            flush=True,
        )
        if options.out is not None:
            limit = {"limit_seconds": options.seconds, "processor": options.processor}
            write_report(options.out, {**environment(PACKAGES, options.seed), **limit, "runs": runs})
    return 0


if __name__ == "__main__":
    sys.exit(main())
