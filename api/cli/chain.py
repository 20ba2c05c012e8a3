"""``plan``, ``forecast``, ``staff``, ``rota``: the chain, whole and step by step."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from api.cli.arguments import (
    Commands,
    add_cluster,
    add_command,
    add_earlier,
    add_horizon,
    add_limits,
    add_what_if,
    plan_options,
    read_earlier_of,
)
from api.cli.output import EXIT_BROKEN, EXIT_DONE, Output, StopRequest
from api.cli.summary import print_forecast, print_plan, print_requirement
from api.cluster import fan_out_over
from api.results.read import read_forecast, read_requirement
from api.results.write import write_results
from api.workspace.read import Need, read_workspace
from forecasting.errors import Fault, InvalidInput
from forecasting.snapshots import Snapshot, take_snapshot
from forecasting.tables import ContactForecast
from scheduler.options import with_options
from scheduler.plan import Plan, forecast_contacts, make_plan, plan_files, staff_contacts
from scheduler.results import REQUIREMENT_FILE, PlanFiles
from scheduler.workspace import Workspace

__all__ = ["add_commands", "plan_workspace"]


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the four commands."""
    plan = add_command(
        commands,
        "plan",
        _plan,
        summary="forecast, staff, build the rota, check it and report",
        example="sunrota plan sample_data/global_support --out /tmp/plan",
    )
    _add_out(plan)
    add_horizon(plan)
    add_what_if(plan)
    add_earlier(plan)
    add_cluster(plan)
    add_limits(plan)
    forecast = add_command(
        commands,
        "forecast",
        _forecast,
        summary="forecast contacts per queue and interval",
        example="sunrota forecast sample_data/phone_month --days 7 --out /tmp/forecast",
    )
    _add_out(forecast)
    add_horizon(forecast)
    add_cluster(forecast)
    staff = add_command(
        commands,
        "staff",
        _staff,
        summary="turn contacts into the agents needed per queue and interval",
        example="sunrota staff sample_data/phone_month --out /tmp/staff",
    )
    _add_out(staff)
    add_horizon(staff)
    add_what_if(staff)
    add_cluster(staff)
    staff.add_argument(
        "--forecast", type=Path, metavar="FILE", help="a forecast.csv to staff instead of a new one"
    )
    rota = add_command(
        commands,
        "rota",
        _rota,
        summary="build the rota for a requirement",
        example="sunrota rota WORKSPACE --requirement requirement.csv --out /tmp/rota",
    )
    _add_out(rota)
    rota.add_argument(
        "--requirement", type=Path, metavar="FILE", help="a requirement.csv, instead of the workspace's own"
    )
    add_horizon(rota)
    add_earlier(rota)
    add_limits(rota)


def _add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the result files here, all or none")


def _plan(options: argparse.Namespace, output: Output) -> int:
    plan = plan_workspace(options.workspace, options, output)
    return _finish_plan(plan, options, output)


def _rota(options: argparse.Namespace, output: Output) -> int:
    plan = plan_workspace(options.workspace, options, output, requirement=options.requirement, need=Need.ROTA)
    return _finish_plan(plan, options, output)


def plan_workspace(
    folder: Path,
    options: argparse.Namespace,
    output: Output,
    *,
    requirement: Path | None = None,
    need: Need = Need.PLAN,
) -> Plan:
    """Read a workspace and plan it, with a progress bar; Ctrl-C keeps the best rota so far."""
    workspace = read_workspace(folder, need)
    if requirement is not None:
        workspace = replace(workspace, requirement=read_requirement(requirement, workspace))
    elif workspace.requirement is None and need is Need.ROTA and options.earlier is not None:
        of_earlier = read_requirement(options.earlier / REQUIREMENT_FILE, workspace)
        workspace = replace(workspace, requirement=of_earlier)
    if workspace.requirement is None and need is Need.ROTA:
        raise InvalidInput(
            Fault("a rota needs a requirement: requirement.csv, --requirement FILE, or that of --from DIR")
        )
    chosen = replace(plan_options(options), earlier=read_earlier_of(options, workspace))
    address = getattr(options, "ray", None)
    with fan_out_over(address) as fan_out, output.progress() as show, StopRequest().listening() as stop:
        return make_plan(
            workspace,
            chosen,
            clock=time.monotonic,
            fan_out=fan_out,
            on_progress=show,
            should_stop=stop,
        )


def _finish_plan(plan: Plan, options: argparse.Namespace, output: Output) -> int:
    if options.out is not None:
        files = plan_files(plan)
        if plan.forecast is not None:
            files = replace(files, snapshot=_snapshot(plan.workspace, plan.forecast))
        write_results(files, options.out)
    if output.as_json:
        output.document(plan.report)
    else:
        print_plan(plan.report, output)
        if options.out is not None:
            output.console.print(f"Written to {options.out}/", markup=False)
    lawful = plan.checked is not None and plan.checked.lawful
    return EXIT_DONE if lawful else EXIT_BROKEN


def _forecast(options: argparse.Namespace, output: Output) -> int:
    workspace = with_options(read_workspace(options.workspace, Need.FORECAST), plan_options(options))
    with fan_out_over(options.ray) as fan_out, output.progress() as show:
        predicted = forecast_contacts(workspace, fan_out=fan_out, on_progress=show)
    if options.out is not None:
        snapshot = _snapshot(workspace, predicted.forecast)
        write_results(PlanFiles(forecast=predicted.forecast.frame, snapshot=snapshot), options.out)
    print_forecast(predicted.forecast, predicted.notes, output)
    return EXIT_DONE


def _snapshot(workspace: Workspace, predicted: ContactForecast) -> Snapshot | None:
    """Return the forecast as it is to be kept for ``accuracy``."""
    if workspace.history is None:
        return None
    return take_snapshot(
        predicted,
        workspace.history,
        regions=workspace.regions,
        start=workspace.settings.start,
        made_at=datetime.now(UTC),
    )


def _staff(options: argparse.Namespace, output: Output) -> int:
    workspace = with_options(read_workspace(options.workspace, Need.STAFF), plan_options(options))
    with fan_out_over(options.ray) as fan_out, output.progress() as show:
        snapshot = None
        if options.forecast is not None:
            predicted = read_forecast(options.forecast, workspace)
            notes: tuple[str, ...] = ()
        else:
            made = forecast_contacts(workspace, fan_out=fan_out, on_progress=show)
            predicted, notes = made.forecast, made.notes
            snapshot = _snapshot(workspace, predicted)
        requirement, more_notes = staff_contacts(workspace, predicted, on_progress=show)
    if options.out is not None:
        files = PlanFiles(forecast=predicted.frame, requirement=requirement.frame, snapshot=snapshot)
        write_results(files, options.out)
    print_requirement(requirement, (*notes, *more_notes), output)
    return EXIT_DONE
