"""What customers will get: the simulation of a plan's rota, and the report's part on service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from forecasting.forecast import ForecastResult
from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS
from scheduler.progress import Progress, ProgressReport
from scheduler.requirement import StaffingRequirement
from scheduler.rota import Rota
from scheduler.simulation.report import service_report
from scheduler.simulation.result import SimulationResult
from scheduler.simulation.simulate import STAGE, simulate
from scheduler.simulation.simulate_rota import rota_system
from scheduler.staffing.options import simulation_assumptions
from scheduler.tickets import ticket_measures
from scheduler.workspace import Workspace

__all__ = ["service_part", "simulate_plan", "simulated_part"]

MOST_REPLICATIONS, FEWEST_REPLICATIONS = 100, 10
CONTACTS_PLAYED = 20_000_000
"""For some ten seconds at most a plan is simulated: so many contacts, but no fewer replications than that."""
MOST_CELLS = 2_000_000
"""Intervals × queues: half a gigabyte of sums."""


def simulate_plan(
    workspace: Workspace,
    predicted: ForecastResult,
    rota: Rota,
    *,
    seed: int,
    workers: int,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[SimulationResult | None, tuple[str, ...]]:
    """Return the service that a plan's rota will give, or None and why the plan is too large for that.

    Who has asked to stop gets the fewest replications, so that a plan that was stopped early still tells what
    its rota will give.
    """
    cells = len(predicted.forecast.frame)
    if cells > MOST_CELLS:
        note = f"The rota was not simulated: {cells:,} intervals of queues are more than {MOST_CELLS:,}."
        return None, (note,)
    if on_progress is not None:
        on_progress(ProgressReport(STAGE, 0.0, "Simulating the rota, contact by contact"))
    system = rota_system(
        workspace,
        predicted.forecast,
        rota,
        dispersion=predicted.dispersion,
        assumptions=simulation_assumptions(workspace),
    )
    wanted = CONTACTS_PLAYED / max(1.0, float(system.demand.contacts.sum()))
    replications = int(min(MOST_REPLICATIONS, max(FEWEST_REPLICATIONS, wanted)))
    if should_stop is not None and should_stop():
        replications, should_stop = FEWEST_REPLICATIONS, None
    result = simulate(
        system,
        replications=replications,
        seed=seed,
        workers=workers,
        on_progress=on_progress,
        should_stop=should_stop,
    )
    return result, ()


def service_part(
    workspace: Workspace, requirement: StaffingRequirement, simulated: SimulationResult | None
) -> dict[str, Any]:
    """Return the ``service`` part of ``report.json``.

    ``at_requirement`` is what the formulas expect of the agents required, ``simulated`` what the rota will
    give (None where nothing was simulated), ``measured`` what tickets say of the past (None without tickets).
    """
    return {
        "at_requirement": _at_requirement(requirement),
        "simulated": None if simulated is None else simulated_part(workspace, simulated),
        "measured": None if workspace.tickets is None else ticket_measures(workspace.tickets),
    }


def simulated_part(workspace: Workspace, simulated: SimulationResult) -> dict[str, Any]:
    """Return the simulation's report, each queue with its assumed ``first_contact_resolution``.

    That is 1 − ``repeat_rate``: an assumption that staffing and simulation share, no
    result.
    """
    report = service_report(simulated)
    for row in report["queues"]:
        queue = workspace.queues[QueueKey(*(row[name] for name in QUEUE_COLUMNS))]
        row["first_contact_resolution"] = round(1.0 - queue.repeat_rate, 4)
    return report


def _at_requirement(requirement: StaffingRequirement) -> list[dict[str, Any]]:
    """Return the service level with the agents required, per queue: the mean weighted by load."""
    frame = requirement.frame
    known = frame[frame["service_level"].notna() & (frame["load_erlangs"] > 0)]
    if known.empty:
        return []
    weighted = known.assign(product=known["service_level"] * known["load_erlangs"])
    sums = weighted.groupby(QUEUE_COLUMNS, sort=True)[["product", "load_erlangs"]].sum()
    return [
        {
            **dict(zip(QUEUE_COLUMNS, key, strict=True)),
            "service_level": float(row["product"] / row["load_erlangs"]),
        }
        for key, row in sums.iterrows()
        if isinstance(key, tuple)
    ]
