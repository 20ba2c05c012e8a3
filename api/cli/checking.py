"""``check``: recompute every rule and the objective of a rota from its files alone."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from api.cli.arguments import Commands, add_command, add_earlier, read_earlier_of
from api.cli.output import EXIT_BROKEN, EXIT_DONE, Output
from api.results.planned import read_planned
from api.results.read import read_requirement, read_rota
from api.workspace.read import Need, read_workspace
from scheduler.check import CheckReport, Severity, check
from scheduler.options import with_options
from scheduler.requirement import StaffingRequirement
from scheduler.rota import Rota
from scheduler.workspace import Workspace

__all__ = ["add_commands", "add_rota", "read_with_rota"]

SHOWN_VIOLATIONS = 30


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "check",
        _check,
        summary="check a rota against every rule, with no solver code",
        example="sunrota check sample_data/global_support --rota /tmp/plan",
    )
    add_rota(parser)
    add_earlier(parser)


def add_rota(parser: argparse.ArgumentParser) -> None:
    """Add --rota."""
    parser.add_argument(
        "--rota",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with rota.csv, timeline.csv and, unless the workspace has one, requirement.csv",
    )


def read_with_rota(folder: Path, workspace: Workspace) -> tuple[Rota, StaffingRequirement]:
    """Read the rota of a plan's folder, and what was required."""
    rota = read_rota(folder, workspace)
    requirement = workspace.requirement
    if requirement is None:
        requirement = read_requirement(folder / "requirement.csv", workspace)
    return rota, requirement


def _check(options: argparse.Namespace, output: Output) -> int:
    read = read_workspace(options.workspace, Need.ROTA)
    horizon = read_planned(options.rota).horizon
    workspace = with_options(read, replace(horizon, earlier=read_earlier_of(options, read)))
    rota, requirement = read_with_rota(options.rota, workspace)
    checked = check(workspace, requirement, rota)
    if output.as_json:
        output.document(_document(checked))
    else:
        _print(checked, rota, output)
    return EXIT_DONE if checked.lawful else EXIT_BROKEN


def _document(checked: CheckReport) -> dict[str, object]:
    return {
        "status": "done" if checked.lawful else "broken",
        "violations": [
            {"rule": item.rule, "agent": item.agent, "severity": str(item.severity), "message": item.message}
            for item in checked.violations
        ],
        "objective": {"total": checked.objective.total, "terms": dict(checked.objective.terms)},
        "coverage": {
            "required_hours": checked.coverage.required_hours,
            "short_hours": checked.coverage.short_hours,
        },
        "cost": dict(checked.cost),
    }


def _print(checked: CheckReport, rota: Rota, output: Output) -> None:
    broken = [item for item in checked.violations if item.severity is Severity.VIOLATION]
    for item in checked.violations[:SHOWN_VIOLATIONS]:
        output.console.print(f"{item.severity}: {item.message}", markup=False, soft_wrap=True)
    if len(checked.violations) > SHOWN_VIOLATIONS:
        output.console.print(f"… and {len(checked.violations) - SHOWN_VIOLATIONS} more (--json lists all)")
    output.console.print(
        f"{len(rota.shifts)} shifts checked: {len(broken)} violations, "
        f"{len(checked.violations) - len(broken)} caused by fixed work or history"
    )
    output.console.print(
        f"objective {checked.objective.total:,.4f}, short {checked.coverage.short_hours:,.2f} of "
        f"{checked.coverage.required_hours:,.2f} agent-hours"
    )
