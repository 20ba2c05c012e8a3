"""Measure how many paid hours the pooling loop saves at equal simulated service.

    python -m benchmarks.pooling sample_data/global_support --free-hours --time-limit 200 --out pooling.json

The loop (``[staffing] pooling = "simulate"``) and, beside it, rotas for the formulas' own requirement, that
of its live and of its deferred queues each times a factor of ``--scales``, each with the time of the loop's
longest round. All meet the same contacts. Contracts' minimum hours are paid whether anybody needs them or
not; ``--free-hours`` leaves them out, and ``--cost-weight`` gives the money that hours cost another weight in
all rotas: with ``plan.toml``'s usual 0.001 a whole shift is worth a tenth of an hour of missing coverage.

Two readings of service, both per replication: ``in_time``, the share of all live contacts answered in time;
``kept``, the share of what was promised, Σ min(in time, target × contacts) / Σ target × contacts over queues,
so that a queue beyond its target makes up for no other: all promises kept is every queue on its target.
For each, the hours that scaled rotas pay for the loop's service are interpolated; the interval of the saving
is of 2,000 bootstrap samples of the replications.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from api.workspace.read import read_workspace
from benchmarks.report import environment, write_report
from forecasting.forecast import ForecastResult
from forecasting.queues import ChannelKind
from scheduler.options import PlanOptions, with_options
from scheduler.plan import forecast_and_staff
from scheduler.pooling.loop import SHARES, solve_pooled
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.result import Limits
from scheduler.rostering.solve import solve
from scheduler.rota import Rota
from scheduler.simulation.simulate_rota import simulate_rota
from scheduler.staffing.options import simulation_assumptions
from scheduler.workspace import Workspace

Floats = npt.NDArray[np.float64]

PACKAGES = ("sunrota", "numba", "numpy", "ortools")
BOOTSTRAPS = 2000


def scaled(
    workspace: Workspace, requirement: StaffingRequirement, live: float, deferred: float
) -> StaffingRequirement:
    """Return the requirement with the agents of its live and of its deferred queues times a factor each."""
    frame = requirement.frame.copy()
    for key in requirement.queues:
        factor = live if workspace.queues[key].kind is ChannelKind.LIVE else deferred
        own = np.logical_and.reduce([frame[name] == value for name, value in key._asdict().items()])
        frame.loc[own, "agents"] = frame.loc[own, "agents"] * factor
    return StaffingRequirement(frame, requirement.interval_minutes)


def without_minimums(workspace: Workspace) -> Workspace:
    """Return the workspace with contracts that promise no hours."""
    contracts = {
        name: replace(contract, min_week_minutes=0, min_plan_minutes=None)
        for name, contract in workspace.contracts.items()
    }
    return replace(workspace, contracts=contracts)


def required_hours(requirement: StaffingRequirement) -> float:
    """Return the agent-hours that a requirement asks for."""
    return float(requirement.frame["agents"].sum()) * requirement.interval_minutes / 60.0


def service(
    workspace: Workspace, predicted: ForecastResult, rota: Rota, options: argparse.Namespace
) -> dict[str, Any]:
    """Return a rota's paid hours, and counts of each replication from which its service is read."""
    result = simulate_rota(
        workspace,
        predicted.forecast,
        rota,
        dispersion=predicted.dispersion,
        assumptions=simulation_assumptions(workspace),
        replications=options.replications,
        seed=options.seed,
        workers=options.workers,
    )
    live = ~result.system.queues.deferred
    in_time = result.measure("in_time").sum(axis=2)
    decided = (result.measure("arrived") - result.measure("undecided")).sum(axis=2)
    promised = result.system.queues.target * decided
    return {
        "paid_hours": sum(shift.paid_minutes for shift in rota.shifts) / 60.0,
        "in_time": (in_time[:, live].sum(axis=1), decided[:, live].sum(axis=1)),
        "kept": (np.minimum(in_time, promised).sum(axis=1), promised.sum(axis=1)),
        "queues_met": int((in_time.sum(axis=0) >= promised.sum(axis=0)).sum()),
        "queues": len(result.system.queues.keys),
    }


def saving(
    loop: dict[str, Any], others: list[dict[str, Any]], reading: str, chosen: npt.NDArray[np.intp]
) -> float:
    """Return the share of paid hours saved at the loop's service.

    Scaled rotas that give less service than a cheaper one are left out. NaN where the service of the others
    does not reach from below the loop's to above it.
    """

    def level(of: dict[str, Any]) -> float:
        above, below = of[reading]
        return float(above[chosen].sum() / below[chosen].sum())

    efficient: list[tuple[float, float]] = []
    for other in sorted(others, key=lambda each: float(each["paid_hours"])):
        if not efficient or level(other) > efficient[-1][0]:
            efficient.append((level(other), float(other["paid_hours"])))
    levels, hours = np.array(efficient).T
    equal = np.interp(level(loop), levels, hours, left=np.nan, right=np.nan)
    return float(1.0 - loop["paid_hours"] / equal)


def main() -> None:
    """Plan, simulate, print and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--time-limit", type=float, default=200.0, help="seconds, of the whole loop")
    parser.add_argument("--scales", type=_factors, nargs="+", default=SCALES, help="LIVE:DEFERRED each")
    parser.add_argument("--free-hours", action="store_true", help="leave contracts' minimum hours out")
    parser.add_argument("--cost-weight", type=float, help="instead of plan.toml's")
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    workspace = with_options(read_workspace(options.workspace), PlanOptions())
    if options.free_hours:
        workspace = without_minimums(workspace)
    if options.cost_weight is not None:
        weights = replace(workspace.settings.weights, cost=options.cost_weight)
        workspace = replace(workspace, settings=replace(workspace.settings, weights=weights))
    predicted, requirement, _ = forecast_and_staff(workspace)
    if predicted is None:
        parser.error("the workspace has a requirement of its own, and so no contacts")
    limits = Limits(time_seconds=options.time_limit, seed=options.seed, workers=options.workers)
    pooled = solve_pooled(workspace, predicted, requirement, limits, clock=time.monotonic)
    print(pooled.note())
    rotas = {"loop": (pooled.requirement, pooled.result.rota)}
    part = replace(limits, time_seconds=options.time_limit * max(SHARES))
    for live, deferred in options.scales:
        wanted = scaled(workspace, requirement, live, deferred)
        rota = solve(workspace, wanted, part, clock=time.monotonic).rota
        rotas[f"formulas × {live:g}, deferred × {deferred:g}"] = wanted, rota
        print(f"solved: formulas × {live:g}, deferred × {deferred:g}", flush=True)
    # With another seed than the loop saw: a rota chosen for its luck must not keep it.
    options.seed += 1000
    found = {
        name: {**service(workspace, predicted, rota, options), "required_hours": required_hours(wanted)}
        for name, (wanted, rota) in rotas.items()
        if rota is not None
    }
    loop, others = found["loop"], [each for name, each in found.items() if name != "loop"]
    random = np.random.default_rng(options.seed)
    count = options.replications
    report: dict[str, Any] = {"rounds": pooled.report(), "rotas": {}, "saved": {}}
    for name, each in found.items():
        levels = {reading: float(each[reading][0].sum() / each[reading][1].sum()) for reading in READINGS}
        report["rotas"][name] = {
            "required_hours": round(each["required_hours"], 1),
            "paid_hours": round(each["paid_hours"], 1),
            **{reading: round(level, 4) for reading, level in levels.items()},
            "queues_met": each["queues_met"],
            "queues": each["queues"],
        }
        print(f"{name:32} {report['rotas'][name]}")
    for reading in READINGS:
        samples = [
            saving(loop, others, reading, random.integers(0, count, size=count)) for _ in range(BOOTSTRAPS)
        ]
        known = [value for value in samples if np.isfinite(value)]
        low, high = np.quantile(known, [0.025, 0.975]) if known else (np.nan, np.nan)
        report["saved"][reading] = {
            "mean": _rounded(saving(loop, others, reading, np.arange(count))),
            "low": _rounded(low),
            "high": _rounded(high),
            "samples_within_reach": len(known) / BOOTSTRAPS,
        }
        print(f"paid hours saved at equal {reading}: {report['saved'][reading]}")
    where = environment(PACKAGES, options.seed)
    print(where)
    write_report(options.out, {**where, **report})


READINGS = ("in_time", "kept")
SCALES = [(0.8, 1.0), (0.9, 1.0), (1.0, 1.0), (1.15, 1.0), (0.9, 0.5), (1.0, 0.5), (1.15, 0.5)]


def _factors(text: str) -> tuple[float, float]:
    live, deferred = text.split(":")
    return float(live), float(deferred)


def _rounded(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None


if __name__ == "__main__":
    main()
