"""Measure the engine on published nurse-rostering instances, with plain CP-SAT beside it at the same limit.

    python -m benchmarks.nrp24 FOLDER 1 3 5 --seconds 60 --out nrp24.json

FOLDER has ``InstanceN.txt`` and, to compare with, ``best_known.csv``: a column ``instance``, one that begins
with ``ub`` (best known cost) and columns that end in ``_10min`` (published results). Each runs by itself.
Every rota is scored apart from the solver, and the run fails where the two do not tell the same cost.
``--processor`` counts processor seconds instead of the clock's, for machines that others use too.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ortools.sat.python import cp_model

from api.benchmarks.nrp import read_nrp
from benchmarks.report import environment, write_report
from scheduler.checking.daily import score_daily
from scheduler.daily import DailyProblem, DailyRota
from scheduler.rostering.budget import Budget
from scheduler.rostering.daily.solve import solve_daily
from scheduler.rostering.daily.whole import WholeModel
from scheduler.rostering.exact.run import solve_model
from scheduler.rostering.result import Limits

PACKAGES = ("sunrota", "numba", "numpy", "ortools")
Clock = Callable[[], float]


def measure(file: Path, solver: str, seconds: float, seed: int, clock: Clock) -> dict[str, object]:
    """Solve one instance by ``engine`` or ``cp_sat`` and score it."""
    problem = read_nrp(file)
    limits = Limits(time_seconds=seconds, seed=seed)
    begun, wall = time.process_time(), time.monotonic()
    if solver == "engine":
        result = solve_daily(problem, limits, clock=clock)
        rota: DailyRota | None = result.rota
        told: float | None = result.cost
        bound: float | None = result.bound
    else:
        rota, told, bound = _plain(problem, limits, clock)
    score = None if rota is None else score_daily(problem, rota)
    if score is not None and told != score.cost:
        raise ValueError(f"{solver} tells a cost of {told}, its rota costs {score.cost}: {file}")
    return {
        "cost": None if score is None else score.cost,
        "violations": None if score is None else len(score.violations),
        "bound": bound,
        "seconds": round(time.monotonic() - wall, 1),
        "processor_seconds": round(time.process_time() - begun, 1),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the instances one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("instances", nargs="+", type=int)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--out", type=Path, metavar="FILE")
    parser.add_argument("--here", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.here:
        file = options.folder / f"Instance{options.instances[0]}.txt"
        clock = time.process_time if options.processor else time.monotonic
        print(json.dumps(measure(file, options.here, options.seconds, options.seed, clock)))
        return 0
    known = _known(options.folder / "best_known.csv")
    runs = []
    print("instance    cost   bound    best   10 min  CP-SAT  its bound  seconds  processor  violations")
    for instance in options.instances:
        found = {name: _run(options, instance, name) for name in ("engine", "cp_sat")}
        best, published = known.get(instance, (None, None))
        runs.append({"instance": instance, "best_known": best, "published_10min": published, **found})
        engine, plain = found["engine"], found["cp_sat"]
        cells = [engine["cost"], engine["bound"], best, published, plain["cost"], plain["bound"]]
        words = ["–" if cell is None else str(cell) for cell in cells]
        print(
            f"{instance:8} {words[0]:>7} {words[1]:>7} {words[2]:>7} {words[3]:>8} {words[4]:>7}"
            f" {words[5]:>10}"
            f" {engine['seconds']:8} {engine['processor_seconds']:10} {engine['violations']:>11}",
            flush=True,
        )
        if options.out is not None:
            # After each instance: long runs may be ended before the last one.
            limit = {"seconds": options.seconds, "processor": options.processor}
            write_report(options.out, {**environment(PACKAGES, options.seed), **limit, "runs": runs})
    return 0


def _run(options: argparse.Namespace, instance: int, solver: str) -> dict[str, object]:
    command = [sys.executable, "-m", "benchmarks.nrp24", str(options.folder), str(instance)]
    command += ["--seconds", str(options.seconds), "--seed", str(options.seed), "--here", solver]
    command += ["--processor"] if options.processor else []
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, object] = json.loads(told)
    return found


def _plain(
    problem: DailyProblem, limits: Limits, clock: Clock
) -> tuple[DailyRota | None, float | None, float]:
    whole = WholeModel(problem)
    solver, status = solve_model(whole.model, Budget(limits, clock))
    solved = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    bound = round(solver.best_objective_bound, 3)
    return (whole.rota(solver), round(solver.objective_value, 3), bound) if solved else (None, None, bound)


def _known(file: Path) -> dict[int, tuple[int | None, int | None]]:
    """Return the best known cost and the best published ten-minute result of each instance."""
    if not file.exists():
        return {}
    known = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            best = [int(value) for name, value in row.items() if name.startswith("ub") and value]
            soon = [int(value) for name, value in row.items() if name.endswith("_10min") and value]
            known[int(row["instance"])] = (min(best, default=None), min(soon, default=None))
    return known


if __name__ == "__main__":
    sys.exit(main())
