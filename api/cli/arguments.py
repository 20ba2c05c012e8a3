"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from api.results.read import read_earlier
from api.versions import program_versions
from forecasting.errors import Fault, InvalidInput
from forecasting.timegrid import parse_instant
from scheduler.earlier import Earlier
from scheduler.options import PlanOptions
from scheduler.staffing.options import Effect
from scheduler.workspace import Workspace

__all__ = [
    "Commands",
    "add_cluster",
    "add_command",
    "add_earlier",
    "add_horizon",
    "add_limits",
    "add_what_if",
    "plan_options",
    "read_earlier_of",
    "whole_number",
]

Commands = argparse._SubParsersAction


def add_command(
    commands: Commands[argparse.ArgumentParser],
    name: str,
    run: Callable[..., int],
    *,
    summary: str,
    example: str,
    workspace: bool = True,
) -> argparse.ArgumentParser:
    """Add a command with the arguments that all have."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if workspace:
        parser.add_argument(
            "workspace", type=Path, metavar="WORKSPACE", help="folder or .zip with the tables"
        )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of words")
    parser.set_defaults(run=run)
    return parser


def add_horizon(parser: argparse.ArgumentParser) -> None:
    """Add --start and --days."""
    parser.add_argument(
        "--start", type=_date, metavar="DATE", help="first local date, instead of plan.toml's"
    )
    parser.add_argument("--days", type=whole_number, metavar="N", help="length of the horizon, 1–366")


def add_earlier(parser: argparse.ArgumentParser) -> None:
    """Add --from and --keep-before."""
    parser.add_argument(
        "--from",
        dest="earlier",
        type=Path,
        metavar="DIR",
        help="begin with the rota in this folder; each shift changed weighs as plan.toml's stability says",
    )
    parser.add_argument(
        "--keep-before",
        type=_instant,
        metavar="INSTANT",
        help="with --from: shifts that start before it stay as they are",
    )


def read_earlier_of(options: argparse.Namespace, workspace: Workspace) -> Earlier | None:
    """Return the rota that --from names; None without it.

    Raises
    ------
    InvalidInput
        If it cannot be read, or there is --keep-before without it.
    """
    if options.earlier is not None:
        return read_earlier(options.earlier, workspace, options.keep_before)
    if options.keep_before is not None:
        raise InvalidInput(Fault("--keep-before needs --from DIR"))
    return None


def add_what_if(parser: argparse.ArgumentParser) -> None:
    """Add --without."""
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        type=Effect,
        choices=list(Effect),
        metavar="EFFECT",
        help=f"what if there were none of it: {', '.join(Effect)} (may be given several times)",
    )


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """Add --ray."""
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="forecast groups of 500 queues on this Ray cluster (needs sunrota[ray]); the result is the same",
    )


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Add when to stop building the rota."""
    limits = parser.add_argument_group("when to stop building the rota (Ctrl-C: now, with the best so far)")
    limits.add_argument("--time-limit", type=_positive, metavar="SECONDS", help="default 120")
    limits.add_argument(
        "--work-limit",
        type=whole_number,
        metavar="N",
        help="units of work: the same inputs give the same rota",
    )
    limits.add_argument(
        "--gap", type=_share, metavar="FRACTION", help="(objective − bound) / required agent-hours"
    )
    limits.add_argument("--seed", type=int, default=None, metavar="N", help="default 0")


def plan_options(options: argparse.Namespace) -> PlanOptions:
    """Return what the command line says of a plan."""
    return PlanOptions(
        start=getattr(options, "start", None),
        days=getattr(options, "days", None),
        time_limit_seconds=getattr(options, "time_limit", None),
        work_limit=getattr(options, "work_limit", None),
        gap=getattr(options, "gap", None),
        seed=getattr(options, "seed", None),
        without=tuple(getattr(options, "without", ())),
        versions=program_versions(),
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-03-29") from None


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an instant like 2026-03-29T01:00:00Z") from None


def whole_number(text: str) -> int:
    """Read a whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return value


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a fraction between 0 and 1")
    return value
