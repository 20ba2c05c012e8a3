"""Measure how soon a rota is mended after absences, how much of it changes, and how good it is then.

    python -m benchmarks.reoptimise 1000x60:120:10 --out reoptimise.json

Each AGENTSxQUEUES:SECONDS:SECONDS makes a plan within the first time, lets some agents fall ill after a week
of four (each for two to five days), and plans again from it within the second: what had begun stays, each
changed shift weighs as `stability` says. `away` counts the shifts that the absences took, `changed` all that
are not as they were, these included. Kernels are loaded before the clock starts. The gap is (objective −
bound) / required agent-hours; the bound is that of the new problem, at the first plan's prices and those
found from there.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from benchmarks.report import environment, write_report
from benchmarks.rota_problems import Size, rota_problem
from forecasting.timegrid import day_bounds
from scheduler.agents import TimeOff
from scheduler.begun import with_begun_work
from scheduler.changes import list_changes
from scheduler.check import CheckReport, Severity, check
from scheduler.earlier import Earlier
from scheduler.rostering.result import Limits, RotaResult
from scheduler.rostering.solve import solve
from scheduler.rota import Rota
from scheduler.workspace import Workspace

PACKAGES = ("sunrota", "numba", "numpy", "ortools")
WARM = Size(3, 2, 7)
BEGUN_DAYS = 7


@dataclass(frozen=True)
class Outcome:
    """One run; seconds by the clock and of the processors, with checking and listing changes apart."""

    agents: int
    queues: int
    absences: int
    first_gap: float | None
    limit: float
    seconds: float
    processor_seconds: float
    check_seconds: float
    changes_seconds: float
    shifts: int
    away: int
    changed: int
    short_before: float
    short_after: float
    objective: float
    bound: float | None
    gap: float | None
    violations: int


def measure(size: Size, first_limit: float, limit: float, absences: int, seed: int) -> Outcome:
    """Plan, lose some agents for some days, plan again, check."""
    solve(*rota_problem(WARM, seed), Limits(work=20, seed=seed), clock=time.monotonic)
    workspace, requirement = rota_problem(size, seed)
    required = float(requirement.frame["agents"].sum()) * requirement.interval_minutes / 60
    first = solve(workspace, requirement, Limits(time_seconds=first_limit, seed=seed), clock=time.monotonic)
    assert first.rota is not None
    again = _lose(workspace, first, absences, seed)
    away = _away(again, first.rota)
    begun, worked = time.monotonic(), time.process_time()
    result = solve(again, requirement, Limits(time_seconds=limit, seed=seed), clock=time.monotonic)
    seconds, worked = time.monotonic() - begun, time.process_time() - worked
    assert result.rota is not None
    begun = time.monotonic()
    report = check(again, requirement, result.rota)
    checked = time.monotonic()
    changes = list_changes(again, requirement, result.rota, report.coverage)
    listed = time.monotonic()
    return Outcome(
        size.agents,
        size.queues,
        absences,
        _gap(first.objective, first.bound, required),
        limit,
        seconds,
        worked,
        checked - begun,
        listed - checked,
        len(first.rota.shifts),
        away,
        len(changes),
        check(workspace, requirement, first.rota).coverage.short_hours,
        report.coverage.short_hours,
        report.objective.total,
        result.bound,
        _gap(report.objective.total, result.bound, required),
        _broken(report),
    )


def _lose(workspace: Workspace, first: RotaResult, absences: int, seed: int) -> Workspace:
    random = np.random.default_rng([seed, 1])
    settings = workspace.settings
    names = sorted(workspace.agents)
    time_off = [*workspace.time_off]
    for at in random.permutation(len(names))[:absences].tolist():
        zone = workspace.sites[workspace.agents[names[at]].site].time_zone
        begin = settings.start + timedelta(days=BEGUN_DAYS + int(random.integers(0, 14)))
        days = tuple(begin + timedelta(days=step) for step in range(int(random.integers(2, 6))))
        low, high = day_bounds(zone, days[0])[0], day_bounds(zone, days[-1])[1]
        time_off.append(TimeOff(names[at], low, high, days, "sick"))
    assert first.rota is not None
    keep = day_bounds("UTC", settings.start + timedelta(days=BEGUN_DAYS))[0]
    earlier = Earlier(first.rota, settings.start, settings.end, keep, first.prices)
    return with_begun_work(replace(workspace, time_off=tuple(time_off), earlier=earlier))


def _away(workspace: Workspace, rota: Rota) -> int:
    sick = [each for each in workspace.time_off if each.kind == "sick"]
    return sum(
        any(each.agent == shift.agent and each.start < shift.end and shift.start < each.end for each in sick)
        for shift in rota.shifts
    )


def _gap(objective: float | None, bound: float | None, required: float) -> float | None:
    return None if objective is None or bound is None else (objective - bound) / required


def _broken(report: CheckReport) -> int:
    return sum(found.severity is Severity.VIOLATION for found in report.violations)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="AGENTSxQUEUES:SECONDS:SECONDS")
    parser.add_argument("--absences", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    outcomes = []
    print("agents queues first gap  seconds processor  away changed of shifts  short h  then h    gap broken")
    for run in options.runs:
        size, first_limit, limit = run.split(":")
        agents, queues = (int(each) for each in size.split("x"))
        outcome = measure(
            Size(agents, queues), float(first_limit), float(limit), options.absences, options.seed
        )
        outcomes.append(asdict(outcome))
        print(
            f"{outcome.agents:6} {outcome.queues:6} {_share(outcome.first_gap):>9} {outcome.seconds:7.1f}s"
            f" {outcome.processor_seconds:8.1f}s {outcome.away:5} {outcome.changed:7} {outcome.shifts:9}"
            f" {outcome.short_before:8.1f} {outcome.short_after:7.1f} {_share(outcome.gap):>6}"
            f" {outcome.violations:6}",
            flush=True,
        )
    if options.out is not None:
        write_report(options.out, {**environment(PACKAGES, options.seed), "runs": outcomes})
    return 0


if __name__ == "__main__":
    sys.exit(main())
