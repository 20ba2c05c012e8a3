"""Measure how near to the best the engine comes, and what it takes, on generated problems of any size.

    python -m benchmarks.rota_scale 50x8:10 50x8:120 1000x60:120 --out rota_scale.json

Each AGENTSxQUEUES:SECONDS is run in a process of its own, so that its memory is its own; kernels are loaded
before the clock starts. The gap is (objective − bound) / required agent-hours. With ``--planted`` problems
are such that nothing need be short and nothing else counts: no bound may lie above 0, and the objective is
the shortage found, in agent-hours.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.planted import planted_problem
from benchmarks.report import environment, write_report
from benchmarks.rota_problems import Size, rota_problem
from scheduler.check import Severity, check
from scheduler.rostering.result import Limits
from scheduler.rostering.solve import solve

PACKAGES = ("sunrota", "numba", "numpy", "ortools")
WARM = Size(3, 2, 7)


@dataclass(frozen=True)
class Outcome:
    """One run: hours, seconds of the clock and mebibytes at most."""

    agents: int
    queues: int
    days: int
    limit: float
    status: str
    required_hours: float
    objective: float
    bound: float | None
    gap: float | None
    covered: float
    seconds: float
    memory: float
    violations: int


def measure(size: Size, limit: float, seed: int, *, planted: bool) -> Outcome:
    """Make a problem, build its rota and check it."""
    solve(*rota_problem(WARM, seed), Limits(work=20, seed=seed), clock=time.monotonic)
    workspace, requirement = (planted_problem if planted else rota_problem)(size, seed)
    begun = time.monotonic()
    result = solve(workspace, requirement, Limits(time_seconds=limit, seed=seed), clock=time.monotonic)
    seconds = time.monotonic() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert result.rota is not None
    report = check(workspace, requirement, result.rota)
    required = float(requirement.frame["agents"].sum()) * requirement.interval_minutes / 60
    total = report.objective.total
    return Outcome(
        size.agents,
        size.queues,
        size.days,
        limit,
        result.status,
        required,
        total,
        result.bound,
        None if result.bound is None else (total - result.bound) / required,
        report.coverage.covered,
        seconds,
        memory,
        sum(found.severity is Severity.VIOLATION for found in report.violations),
    )


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="AGENTSxQUEUES:SECONDS")
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, metavar="FILE")
    parser.add_argument("--planted", action="store_true", help="problems in which nothing need be short")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.here:
        size, limit = _parse(options.runs[0], options.days)
        print(json.dumps(asdict(measure(size, limit, options.seed, planted=options.planted))))
        return 0
    outcomes = []
    print("agents queues  limit seconds covered  objective      bound    gap  memory violations")
    for run in options.runs:
        command = [sys.executable, "-m", "benchmarks.rota_scale", run, "--here"]
        command += ["--days", str(options.days), "--seed", str(options.seed)]
        command += ["--planted"] if options.planted else []
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        outcome = Outcome(**json.loads(told))
        outcomes.append(asdict(outcome))
        bound = "–" if outcome.bound is None else f"{outcome.bound:.1f}"
        gap = "–" if outcome.gap is None else f"{outcome.gap:.2%}"
        print(
            f"{outcome.agents:6} {outcome.queues:6} {outcome.limit:5.0f}s {outcome.seconds:6.1f}s"
            f" {outcome.covered:7.2%} {outcome.objective:10.1f} {bound:>10} {gap:>6} {outcome.memory:5.0f}MB"
            f" {outcome.violations:10}",
            flush=True,
        )
    if options.out is not None:
        write_report(
            options.out, {**environment(PACKAGES, options.seed), "planted": options.planted, "runs": outcomes}
        )
    return 0


def _parse(run: str, days: int) -> tuple[Size, float]:
    size, _, limit = run.partition(":")
    agents, _, queues = size.partition("x")
    return Size(int(agents), int(queues), days), float(limit)


if __name__ == "__main__":
    sys.exit(main())
