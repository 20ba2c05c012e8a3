"""``benchmark``: published rostering problems, solved by the same engine and scored apart from it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from api.benchmarks.matsp import read_matsp, write_matsp_solution
from api.benchmarks.nrp import read_nrp, write_nrp_solution
from api.cli.arguments import Commands, add_command, add_limits
from api.cli.output import EXIT_BROKEN, EXIT_DONE, Output, StopRequest
from scheduler.checking.daily import DailyScore, score_daily
from scheduler.checking.tasks import TaskScore, score_tasks
from scheduler.rostering.daily.solve import DailyResult, solve_daily
from scheduler.rostering.result import Limits
from scheduler.rostering.tasks.solve import TaskResult, solve_tasks

__all__ = ["add_commands"]

TIME_LIMIT = 120.0
Result = TypeVar("Result", DailyResult, TaskResult)


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
    result = _solve(solve_daily, problem, options, output)
    if result.rota is None:
        return _show(result, None, options, output)
    if options.out is not None:
        write_nrp_solution(result.rota, options.out)
    return _show(result, score_daily(problem, result.rota), options, output)


def _matsp(options: argparse.Namespace, output: Output) -> int:
    problem = read_matsp(options.file)
    result = _solve(solve_tasks, problem, options, output)
    if result.rota is None:
        return _show(result, None, options, output)
    score = score_tasks(problem, result.rota)
    if options.out is not None:
        write_matsp_solution(result.rota, options.out, problem=options.file.name, penalty=score.cost)
    return _show(result, score, options, output)


def _solve(
    solve: Callable[..., Result], problem: object, options: argparse.Namespace, output: Output
) -> Result:
    with output.progress() as show, StopRequest().listening() as stop:
        return solve(problem, _limits(options), clock=time.monotonic, on_progress=show, should_stop=stop)


def _show(
    result: DailyResult | TaskResult,
    score: DailyScore | TaskScore | None,
    options: argparse.Namespace,
    output: Output,
) -> int:
    """Print what was reached, and tell by the exit code whether every rule is kept."""
    document: dict[str, object] = {
        "status": str(result.status),
        "bound": result.bound,
        "seconds": round(result.seconds, 2),
        "work": result.work,
        "reasons": list(result.reasons),
    }
    if score is not None:
        document |= {"cost": score.cost, **asdict(score), "violations": list(score.violations)}
    if output.as_json:
        output.document(document)
    else:
        output.table("Result", ["what", "value"], list(document.items()))
        if options.out is not None and score is not None:
            output.console.print(f"Written to {options.out}", markup=False)
    return EXIT_BROKEN if score is None or score.violations else EXIT_DONE
