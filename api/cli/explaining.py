"""``explain``: why a rota is as it is, what stands in the way, and who would help most."""

from __future__ import annotations

import argparse

from api.cli.arguments import Commands, add_command, whole_number
from api.cli.checking import add_rota, read_with_rota
from api.cli.output import EXIT_DONE, Output
from api.results.planned import read_planned
from api.workspace.read import Need, read_workspace
from scheduler.explaining.explain import Explanation, explain
from scheduler.explaining.help import Hire, Training
from scheduler.options import with_options
from scheduler.progress import ProgressReport

__all__ = ["add_commands"]


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "explain",
        _explain,
        summary="say where people are missing and why, and whom to hire or train",
        example="sunrota explain sample_data/global_support --rota /tmp/plan",
    )
    add_rota(parser)
    parser.add_argument(
        "--top", type=whole_number, default=8, metavar="N", help="hires and trainings to name (8)"
    )


def _explain(options: argparse.Namespace, output: Output) -> int:
    workspace = with_options(read_workspace(options.workspace, Need.ROTA), read_planned(options.rota).horizon)
    rota, requirement = read_with_rota(options.rota, workspace)
    with output.progress() as show:

        def tell(message: str, done: float) -> None:
            show(ProgressReport("explain", done, message, None))

        found = explain(workspace, requirement, rota, most=options.top, tell=tell)
    if output.as_json:
        output.document({"status": "done", **found.document()})
    else:
        _print(found, output)
    return EXIT_DONE


def _print(found: Explanation, output: Output) -> None:
    say = output.console.print
    say(f"{found.short_hours:,.1f} agent-hours are missing.")
    if found.edge_hours > 0:
        say(f"{found.edge_hours:,.1f} more lie before the first or after the last possible shift.")
    for title, sentences in (
        ("When most is missing", [sentence for _, _, sentence in found.windows]),
        ("Without one rule, for one agent", [each.sentence for each in found.relaxations]),
        ("Rules that no rota can keep", [each.sentence for each in found.conflicts]),
    ):
        if sentences:
            say(f"\n[bold]{title}[/]")
            for sentence in sentences:
                say(f"- {sentence}", markup=False, soft_wrap=True)
    output.table(
        "Whom to hire",
        ["site", "contract", "languages", "covers h", "paid h", "cost", "shifts", "most on"],
        [_hire_row(each) for each in found.hires],
    )
    output.table(
        "Whom to train, with the shifts that they have",
        ["agent", "site", "language", "covers h", "most on"],
        [_training_row(each) for each in found.trainings],
    )


def _hire_row(hire: Hire) -> list[object]:
    shifts = ", ".join(f"{count} {name}" for name, count in hire.shifts.items())
    return [
        hire.site, hire.contract, ";".join(hire.languages), hire.hours, hire.paid_hours,
        f"{hire.cost:,.0f} {hire.currency}", shifts, _channel(hire),
    ]  # fmt: skip


def _training_row(training: Training) -> list[object]:
    return [training.agent, training.site, training.language, training.hours, _channel(training)]


def _channel(each: Hire | Training) -> str:
    return max(each.channels, key=lambda name: each.channels[name], default="")
