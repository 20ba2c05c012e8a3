"""Build rotas beside pyworkforce's MinHoursRoster, on the kind of problem that it is made for, in one run.

    python -m benchmarks.rostering_peer 100 300 1000 --seconds 60 --out rostering_peer.json

28 days of a morning, an afternoon and a night shift of eight hours, so many people wanted on each, no morning
after a night, everybody at least 18 shifts and some days off. Hours are to be few. MinHoursRoster forbids any
shift after a night where one is forbidden, and so is asked for a little more; it must cover all, where this
engine may leave hours short. Both are given the same seconds and two threads.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.pyworkforce import PEER, run_with_pyworkforce
from benchmarks.report import environment, write_report
from forecasting.queues import ChannelKind, Queue, QueueKey, Region
from forecasting.timegrid import day_bounds
from scheduler.agents import Agent, Skill, TimeOff
from scheduler.check import check
from scheduler.contracts import Contract
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.result import Limits
from scheduler.rostering.solve import solve
from scheduler.settings import PlanSettings, Weights
from scheduler.shifts import ShiftTemplate
from scheduler.sites import Site
from scheduler.workspace import Workspace

PACKAGES = ("sunrota", "numba", "numpy", "ortools")
START, DAYS, HOURS = date(2026, 3, 2), 28, 8
LEAST_SHIFTS = 18
SHIFTS = (("morning", 6), ("afternoon", 14), ("night", 22))
SHARES = (0.45, 0.35, 0.2)
QUEUE = QueueKey("here", "en", "phone")
ZONE = "UTC"
PEER_PROGRAM = """
import json, sys, time
from pyworkforce.rostering.binary_programming import MinHoursRoster
asked = json.load(open(sys.argv[1]))
begun = time.perf_counter()
found = MinHoursRoster(**asked).solve()
json.dump({"status": found["status"], "hours": found["shifted_hours"],
           "seconds": time.perf_counter() - begun}, sys.stdout)
"""


@dataclass(frozen=True)
class Problem:
    """What both are asked.

    Attributes
    ----------
    wanted
        People by shift and day, (3, DAYS).
    away
        Whether a person is off, (people, DAYS).
    """

    wanted: npt.NDArray[np.int64]
    away: npt.NDArray[np.bool_]


def make_problem(people: int, seed: int) -> Problem:
    """Return a problem that asks for nearly as much as everybody's least shifts give."""
    random = np.random.default_rng(seed)
    luck = random.uniform(0.85, 1.15, (len(SHIFTS), DAYS))
    mean = 0.98 * people * LEAST_SHIFTS / DAYS
    wanted = np.rint(mean * np.array(SHARES)[:, None] * luck / luck.mean()).astype(np.int64)
    return Problem(wanted, random.random((people, DAYS)) < 0.1)


def workspace_of(problem: Problem) -> tuple[Workspace, StaffingRequirement]:
    """Return the problem as this engine knows it: an hour short weighs as much as a hundred worked."""
    names = [f"p{number:04}" for number in range(len(problem.away))]
    least = LEAST_SHIFTS * HOURS * 60
    contract = Contract(
        "all", tuple(name for name, _ in SHIFTS), max_week_minutes=7 * HOURS * 60, min_plan_minutes=least,
        max_days_a_week=7, days_off_running=1, min_rest_minutes=0, forbidden_next=(("night", "morning"),),
    )  # fmt: skip
    weights = Weights(cost=0.01, wish=0, night=0, fairness=0, stability=0, under_contract=1, overstaffing=0)
    workspace = Workspace(
        settings=PlanSettings(start=START, days=DAYS, interval_minutes=60, weights=weights),
        regions={QUEUE.region: Region(QUEUE.region, ZONE)},
        queues={QUEUE: Queue(QUEUE, ChannelKind.LIVE)},
        sites={"here": Site("here", ZONE)},
        contracts={"all": contract},
        shifts={
            name: ShiftTemplate(name, hour * 60, hour * 60, HOURS * 60, HOURS * 60) for name, hour in SHIFTS
        },
        agents={
            name: Agent(name, "here", "all", (Skill(QUEUE.language, QUEUE.channel),), hourly_cost=1.0)
            for name in names
        },
        time_off=tuple(_time_off(names, problem.away)),
    )
    rows = []
    for (_, hour), wanted in zip(SHIFTS, problem.wanted.tolist(), strict=True):
        for day, count in enumerate(wanted):
            first = pd.Timestamp(START, tz="UTC") + pd.Timedelta(days=day, hours=hour)
            rows += [(first + pd.Timedelta(hours=each), float(count)) for each in range(HOURS)]
    frame = pd.DataFrame(sorted(rows), columns=["interval_start", "agents"])
    frame = frame.assign(region=QUEUE.region, language=QUEUE.language, channel=QUEUE.channel)
    frame = frame.assign(load_erlangs=np.nan, service_level=np.nan, weight=1.0)
    return workspace, StaffingRequirement(frame, 60)


def _time_off(names: Sequence[str], away: npt.NDArray[np.bool_]) -> list[TimeOff]:
    found = []
    for name, days in zip(names, away, strict=True):
        for number in np.flatnonzero(days).tolist():
            day = START + timedelta(days=number)
            found.append(TimeOff(name, *day_bounds(ZONE, day), (day,), paid=False))
    return found


def ours(problem: Problem, seconds: float, seed: int) -> dict[str, Any]:
    """Return what this engine makes of it."""
    workspace, requirement = workspace_of(problem)
    begun = time.perf_counter()
    result = solve(workspace, requirement, Limits(time_seconds=seconds, seed=seed), clock=time.monotonic)
    spent = time.perf_counter() - begun
    assert result.rota is not None
    report = check(workspace, requirement, result.rota)
    return {
        "status": str(result.status),
        "hours": sum(shift.paid_minutes for shift in result.rota.shifts) / 60,
        "short_hours": report.objective.quantities["short"],
        "under_contract_hours": report.objective.quantities["under_contract"],
        "violations": len(report.violations),
        "seconds": spent,
        "gap": None if result.bound is None else report.objective.total - result.bound,
    }


def question(problem: Problem, seconds: float) -> dict[str, object]:
    """Return the same as MinHoursRoster is asked."""
    people = [f"p{number:04}" for number in range(len(problem.away))]
    away = [(int(number), int(day)) for number, day in np.argwhere(problem.away)]
    return {
        "num_days": DAYS,
        "resources": people,
        "shifts": [name for name, _ in SHIFTS],
        "shifts_hours": [HOURS] * len(SHIFTS),
        "min_working_hours": LEAST_SHIFTS * HOURS,
        "max_resting": DAYS - LEAST_SHIFTS,
        "banned_shifts": [
            {"resource": people[number], "shift": name, "day": day}
            for number, day in away
            for name, _ in SHIFTS
        ],
        "required_resources": {
            name: wanted for (name, _), wanted in zip(SHIFTS, problem.wanted.tolist(), strict=True)
        },
        "non_sequential_shifts": [{"origin": "night", "destination": "morning"}],
        "max_search_time": seconds,
        "num_search_workers": 2,
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure, print and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("people", nargs="+", type=int)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    problems = [make_problem(count, options.seed) for count in options.people]
    solve(*workspace_of(make_problem(3, 1)), Limits(work=5, seed=1), clock=time.monotonic)
    answers, version = run_with_pyworkforce(
        PEER_PROGRAM, [question(problem, options.seconds) for problem in problems]
    )
    runs = []
    for count, problem, answer in zip(options.people, problems, answers, strict=True):
        wanted = int(problem.wanted.sum()) * HOURS
        mine = ours(problem, options.seconds, options.seed)
        runs.append({"people": count, "hours_wanted": wanted, "sunrota": mine, PEER: answer})
        print(
            f"{count} people, {wanted} h wanted: sunrota {mine['status']} in {mine['seconds']:.1f} s,"
            f" {mine['hours']:.0f} h, {mine['short_hours']:.0f} h short,"
            f" {mine['under_contract_hours']:.0f} h under contract, {mine['violations']} violations;"
            f" {PEER} {answer['status']} in {answer['seconds']:.1f} s, {answer['hours']} h",
            flush=True,
        )
    if options.out is not None:
        where = environment(PACKAGES, options.seed)
        write_report(options.out, {**where, f"{PEER}_version": version, "runs": runs})
    return 0


if __name__ == "__main__":
    sys.exit(main())
