"""``simulate``: play a rota contact by contact, and tell what service it gives."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from api.cli.arguments import Commands, add_command, add_what_if
from api.cli.output import EXIT_DONE, Output, StopRequest
from api.cli.service_tables import print_days, print_service
from api.results.planned import Planned, read_planned
from api.results.read import read_forecast, read_rota
from api.results.write import write_results
from api.versions import program_versions
from api.workspace.read import Need, read_workspace
from forecasting.errors import Fault, InvalidInput
from forecasting.forecast import ForecastResult
from scheduler.options import with_options
from scheduler.plan import forecast_contacts
from scheduler.progress import Progress
from scheduler.results import FORECAST_FILE, PlanFiles
from scheduler.service import simulated_part
from scheduler.simulation.result import SimulationResult
from scheduler.simulation.simulate_rota import simulate_rota
from scheduler.staffing.options import simulation_assumptions
from scheduler.tickets import ticket_measures
from scheduler.workspace import Workspace

__all__ = ["add_commands"]

REPLICATIONS = 100
SEED = 1


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "simulate",
        _simulate,
        summary="play a rota contact by contact: what service customers will get, with its spread",
        example="sunrota simulate sample_data/global_support --rota /tmp/plan --out /tmp/service",
    )
    parser.add_argument(
        "--rota",
        type=Path,
        required=True,
        metavar="DIR",
        help="a plan's folder: rota.csv, timeline.csv, forecast.csv and report.json",
    )
    add_what_if(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the result files here, all or none")


def _simulate(options: argparse.Namespace, output: Output) -> int:
    if options.out is not None and options.out.resolve() == options.rota.resolve():
        rule = "--out must be another folder than --rota, whose files it would replace"
        raise InvalidInput(Fault(rule, value=str(options.out)))
    planned = read_planned(options.rota)
    chosen = replace(planned.horizon, without=tuple(options.without))
    workspace = with_options(read_workspace(options.workspace, Need.ROTA), chosen)
    rota = read_rota(options.rota, workspace)
    with output.progress() as show, StopRequest().listening() as stop:
        predicted = _forecast(options.rota / FORECAST_FILE, workspace, planned, show)
        result = simulate_rota(
            workspace,
            predicted.forecast,
            rota,
            dispersion=predicted.dispersion,
            assumptions=simulation_assumptions(workspace),
            replications=REPLICATIONS,
            seed=SEED,
            workers=max(1, len(os.sched_getaffinity(0))),
            on_progress=show,
            should_stop=stop,
        )
    unknown = [str(key) for key in predicted.forecast.queues if key not in predicted.dispersion]
    if unknown:
        note = f"How contacts scatter is not known of {', '.join(unknown)}: by a fifth is assumed."
        result = replace(result, system=replace(result.system, notes=(*result.system.notes, note)))
    report = _report(workspace, result)
    if options.out is not None:
        files = PlanFiles(
            service=result.day_table(), service_intervals=result.interval_table(), report=report
        )
        write_results(files, options.out)
    if output.as_json:
        output.document(report)
    else:
        print_service(report["service"], output)  # type: ignore[arg-type]
        print_days(report["service"]["simulated"], output)  # type: ignore[index]
        if options.out is not None:
            output.console.print(f"Written to {options.out}/", markup=False)
    return EXIT_DONE


def _forecast(file: Path, workspace: Workspace, planned: Planned, show: Progress) -> ForecastResult:
    """Return the plan's own forecast; where its folder has none, a new one from the workspace's history."""
    if file.exists():
        return ForecastResult(read_forecast(file, workspace), (), planned.dispersion)
    if workspace.history is None:
        rule = "a simulation needs the plan's forecast.csv, or a workspace with contacts.csv or tickets.csv"
        raise InvalidInput(Fault(rule, file=FORECAST_FILE, code="required"))
    return forecast_contacts(workspace, on_progress=show)


def _report(workspace: Workspace, result: SimulationResult) -> dict[str, object]:
    return {
        "status": "done" if result.replications == REPLICATIONS else "stopped",
        "service": {
            "simulated": simulated_part(workspace, result),
            "measured": None if workspace.tickets is None else ticket_measures(workspace.tickets),
        },
        "warnings": [*workspace.notes, *result.system.notes],
        "versions": program_versions(),
        "seed": SEED,
    }
