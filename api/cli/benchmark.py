"""``benchmark``: published rostering problems, solved by the same engine and scored apart from it."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from api.benchmarks.matsp import read_matsp, write_matsp_solution
from api.benchmarks.nrp import read_nrp, write_nrp_solution
from api.cli.arguments import Commands, add_command, add_limits
from api.cli.output import EXIT_BROKEN, EXIT_DONE, Output, StopRequest
from scheduler.checking.daily import score_daily
from scheduler.checking.tasks import score_tasks
from scheduler.rostering.daily.solve import solve_daily
from scheduler.rostering.result import Limits
from scheduler.rostering.tasks.solve import solve_tasks

__all__ = ["add_commands"]

TIME_LIMIT = 120.0


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command and its kinds of problems."""
    parser = commands.add_parser(
        "benchmark",
        help="solve a published rostering problem",
        description="Solve a published rostering problem and score the solution apart from the solver.",
    )
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for name, run, summary, file, solution in (
        (
            "nrp",
            _nrp,
            "nurse rostering: the 24 instances' format of Curtois & Qu 2014",
            "Instance1.txt",
            "1.txt",
        ),
        ("matsp", _matsp, "shifts of several tasks: Curtois & Qu 2019's format", "1_7_10_1.txt", "1.xml"),
    ):
        kind = add_command(
            kinds,
            name,
            run,
            summary=summary,
            example=f"sunrota benchmark {name} {file} --out {solution} --time-limit 60",
            workspace=False,
        )
        kind.add_argument("file", type=Path, metavar="FILE", help="the problem")
        kind.add_argument("--out", type=Path, metavar="FILE", help="write the solution here")
        add_limits(kind)


def _limits(options: argparse.Namespace) -> Limits:
    """Return when to stop; without any limit after two minutes."""
    endless = options.time_limit is None and options.work_limit is None
    return Limits(
        time_seconds=TIME_LIMIT if endless else options.time_limit,
        work=options.work_limit,
        gap=options.gap,
        seed=options.seed or 0,
    )


def _nrp(options: argparse.Namespace, output: Output) -> int:
    problem = read_nrp(options.file)
    with output.progress() as show, StopRequest().listening() as stop:
        result = solve_daily(
            problem, _limits(options), clock=time.monotonic, on_progress=show, should_stop=stop
        )
    document: dict[str, object] = {
        "status": str(result.status),
        "bound": result.bound,
        "seconds": round(result.seconds, 2),
        "work": result.work,
        "reasons": list(result.reasons),
    }
    lawful = False
    if result.rota is not None:
        score = score_daily(problem, result.rota)
        lawful = not score.violations
        document |= {
            "cost": score.cost,
            "requests": score.requests,
            "under": score.under,
            "over": score.over,
            "violations": list(score.violations),
        }
        if options.out is not None:
            write_nrp_solution(result.rota, options.out)
    _show(document, output, options.out)
    return EXIT_DONE if lawful else EXIT_BROKEN


def _matsp(options: argparse.Namespace, output: Output) -> int:
    problem = read_matsp(options.file)
    with output.progress() as show, StopRequest().listening() as stop:
        result = solve_tasks(
            problem, _limits(options), clock=time.monotonic, on_progress=show, should_stop=stop
        )
    document: dict[str, object] = {
        "status": str(result.status),
        "bound": result.bound,
        "seconds": round(result.seconds, 2),
        "work": result.work,
        "reasons": list(result.reasons),
    }
    lawful = False
    if result.rota is not None:
        score = score_tasks(problem, result.rota)
        lawful = not score.violations
        document |= {"cost": score.cost, "missing": score.missing, "violations": list(score.violations)}
        if options.out is not None:
            write_matsp_solution(result.rota, options.out, problem=options.file.name, penalty=score.cost)
    _show(document, output, options.out)
    return EXIT_DONE if lawful else EXIT_BROKEN


def _show(document: dict[str, object], output: Output, written: Path | None) -> None:
    """Print what was reached."""
    if output.as_json:
        output.document(document)
        return
    output.table("Result", ["what", "value"], list(document.items()))
    if written is not None and "cost" in document:
        output.console.print(f"Written to {written}", markup=False)
