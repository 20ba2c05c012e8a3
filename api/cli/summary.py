"""Summaries that a planner can read at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.cli.output import Output, records
from api.cli.service_tables import service_line
from forecasting.override_summary import summarize_overrides
from forecasting.tables import QUEUE_COLUMNS, ContactForecast
from scheduler.requirement import StaffingRequirement

__all__ = ["print_forecast", "print_plan", "print_requirement"]

STATUS_WORDS = {
    "optimal": "the best rota there is, proven",
    "feasible": "a rota that keeps every rule",
    "stopped": "stopped; the best rota so far",
    "infeasible": "no rota can keep the rules",
    "no_solution": "no rota was found within the limits",
}
SHOWN_LINES = 12


def print_plan(report: Mapping[str, Any], output: Output) -> None:
    """Print what a plan reached, proves, costs and lacks."""
    say = output.console.print
    plan = report["plan"]
    say(
        f"\n[bold]Plan[/] of {_counted(plan['days'], 'day')} from {plan['start']}: "
        f"{_counted(plan['agents'], 'agent')} at {_counted(plan['sites'], 'site')}, "
        f"{_counted(plan['queues'], 'queue')}, every {plan['interval_minutes']} minutes"
    )
    say(f"Status     {report['status']}: {STATUS_WORDS[report['status']]}")
    if report["coverage"] is not None:
        _print_reached(report, output)
    for title, key in (("Explanations", "explanations"), ("Warnings", "warnings")):
        _print_lines(title, report[key], output)
    seconds = report["timings"]["total_seconds"]
    say(f"\nTook {seconds:,.1f} s, seed {report['seed']}")


def _print_reached(report: Mapping[str, Any], output: Output) -> None:
    say = output.console.print
    coverage = report["coverage"]
    say(
        f"Coverage   {coverage['covered_share']:.1%} of {coverage['required_hours']:,.0f} agent-hours "
        f"required, {coverage['short_hours']:,.1f} short"
    )
    if coverage["edge_short_hours"] > 0:
        say(
            f"           {coverage['edge_short_hours']:,.1f} more lie before the first or after the last "
            "possible shift and are counted apart"
        )
    if report["service"]["simulated"] is not None:
        say(f"Service    {service_line(report['service']['simulated'])}, as simulated")
    objective, gap = report["objective"], report["gap"]
    terms = ", ".join(f"{name} {value:,.1f}" for name, value in objective["terms"].items() if value)
    say(f"Objective  {objective['total']:,.2f}" + (f" = {terms}" if terms else ""))
    if gap is None:
        say("Proof      no bound was proven: how far from the best is not known")
    else:
        say(
            f"Proof      no rota can be below {report['bound']:,.2f}: "
            f"the gap is {gap['of_required']:.2%} of the hours required"
        )
    if report["changes"] is not None:
        _print_changes(report["changes"], output)
    check = report["check"]
    verdict = "no violations" if not check["violations"] else f"[red]{check['violations']} VIOLATIONS[/]"
    reported = f", {check['reported']} caused by fixed work or history" if check["reported"] else ""
    say(f"Rule check {verdict}{reported}")
    # Without hourly costs nothing is known of what a plan costs: 0 would say that it costs nothing.
    paid = [(currency, amount) for currency, amount in sorted(report["cost"].items()) if amount]
    cost = ", ".join(f"{amount:,.0f} {currency}" for currency, amount in paid)
    if cost:
        say(f"Cost       {cost}")
    shortest = sorted(coverage["queues"], key=lambda row: -row["short_hours"])[:SHOWN_LINES]
    output.table(
        "Queues, most short first",
        ["queue", "required h", "scheduled h", "short h"],
        [
            [
                "/".join(row[name] for name in QUEUE_COLUMNS),
                row["required_hours"],
                row["scheduled_hours"],
                row["short_hours"],
            ]
            for row in shortest
        ],
    )
    if len(coverage["queues"]) > len(shortest):
        say(f"… and {len(coverage['queues']) - len(shortest)} more queues in report.json")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _print_changes(changes: Mapping[str, Any], output: Output) -> None:
    counts = ", ".join(f"{changes[kind]} {kind}" for kind in ("added", "dropped", "moved"))
    output.console.print(f"Changes    {counts}, against the earlier rota")
    for each in changes["shifts"][:SHOWN_LINES]:
        line = f"- {each['agent']} {each['date']} {each['change']}: {each['reason']}"
        output.console.print(line, markup=False, soft_wrap=True)
    if len(changes["shifts"]) > SHOWN_LINES:
        output.console.print(f"… and {len(changes['shifts']) - SHOWN_LINES} more in report.json")


def _print_lines(title: str, lines: Sequence[str], output: Output) -> None:
    if not lines:
        return
    output.console.print(f"\n[bold]{title}[/]")
    for line in lines[:SHOWN_LINES]:
        output.console.print(f"- {line}", markup=False)
    if len(lines) > SHOWN_LINES:
        output.console.print(f"… and {len(lines) - SHOWN_LINES} more in report.json")


def print_forecast(forecast: ContactForecast, notes: Sequence[str], output: Output) -> None:
    """Print a forecast's totals per queue."""
    sums = forecast.frame.groupby(QUEUE_COLUMNS, sort=True)[["contacts", "p50"]].sum().reset_index()
    overridden = summarize_overrides(forecast)
    if output.as_json:
        output.document(
            {
                "status": "done",
                "queues": sums.to_dict("records"),
                "overrides": records(overridden),
                "warnings": list(notes),
            }
        )
        return
    output.table(
        "Contacts expected",
        ["queue", "contacts"],
        [["/".join(row[:3]), row[3]] for row in sums.itertuples(index=False)],
    )
    if len(overridden):
        output.table(
            "Overridden by planners",
            ["queue", "reason", "model", "planner"],
            [["/".join(row[:3]), row[3], row[6], row[7]] for row in overridden.itertuples(index=False)],
        )
    _print_lines("Warnings", notes, output)


def print_requirement(requirement: StaffingRequirement, notes: Sequence[str], output: Output) -> None:
    """Print a requirement's totals per queue."""
    hours = requirement.interval_minutes / 60
    grouped = requirement.frame.groupby(QUEUE_COLUMNS, sort=True)
    rows = [
        {
            **dict(zip(QUEUE_COLUMNS, key, strict=True)),
            "agent_hours": float(frame["agents"].sum()) * hours,
            "peak_agents": float(frame["agents"].max()),
            "load_hours": float(frame["load_erlangs"].sum()) * hours,
        }
        for key, frame in grouped
    ]
    if output.as_json:
        output.document({"status": "done", "queues": rows, "warnings": list(notes)})
        return
    output.table(
        "Agents required",
        ["queue", "agent-hours", "peak agents", "load (erlang-hours)"],
        [
            [
                "/".join(str(row[name]) for name in QUEUE_COLUMNS),
                row["agent_hours"],
                row["peak_agents"],
                row["load_hours"],
            ]
            for row in rows
        ],
    )
    _print_lines("Warnings", notes, output)
