"""The independent checker: every rule and the objective, from the rota alone.

It shares no code with the solver. A rule of a rota lives in the solver and in one function of
:mod:`scheduler.checking`; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from forecasting.queues import QueueKey
from scheduler.checking import absence, amounts, breaks, fixed, identity, pattern, runs, sequence, timeline
from scheduler.checking.clock import Span, open_spans
from scheduler.checking.objective import Objective, cost_by_currency, measure_objective
from scheduler.checking.record import Record, build_records
from scheduler.checking.violation import Severity, Violation
from scheduler.coverage import Coverage, measure_coverage
from scheduler.requirement import StaffingRequirement
from scheduler.rota import Rota
from scheduler.workspace import Workspace

__all__ = ["CheckReport", "Objective", "Severity", "Violation", "check"]

RECORD_RULES: tuple[Callable[[Record], Iterator[Violation]], ...] = (
    identity.sites,
    identity.time_zones,
    identity.local_dates,
    identity.horizon,
    identity.employment,
    identity.one_shift_a_day,
    pattern.allowed_template,
    pattern.weekday,
    pattern.start_grid,
    pattern.length,
    breaks.breaks_there,
    breaks.break_windows,
    breaks.breaks_apart,
    breaks.break_gaps,
    breaks.paid,
    sequence.rest,
    sequence.forbidden_next,
    amounts.week_minutes,
    amounts.days_a_week,
    amounts.plan_minutes,
    amounts.nights,
    amounts.weekends_off,
    amounts.start_tolerance,
    absence.availability,
    absence.time_off,
    fixed.nothing_invented,
)

RUN_RULES: tuple[Callable[[Record, runs.Run], Iterator[Violation]], ...] = (
    runs.longest_run,
    runs.shortest_run,
    runs.shortest_off,
    runs.longest_off,
)

SHIFT_RULES: tuple[Callable[[Record, timeline.Laid], Iterator[Violation]], ...] = (
    timeline.tiling,
    timeline.stretch_breaks,
    timeline.activities,
    timeline.five_minutes,
)


@dataclass(frozen=True, eq=False)
class CheckReport:
    """What the checker found.

    Parameters
    ----------
    violations
        By agent and date. Those with severity ``reported`` are broken by what was given (fixed work, days
        before the plan) alone, and are nobody's fault in this rota.
    cost
        Paid hours × hourly cost per currency.
    """

    violations: tuple[Violation, ...]
    objective: Objective
    coverage: Coverage
    cost: Mapping[str, float]

    @property
    def lawful(self) -> bool:
        """Whether the rota breaks no rule."""
        return all(violation.severity is not Severity.VIOLATION for violation in self.violations)


def check(workspace: Workspace, requirement: StaffingRequirement, rota: Rota) -> CheckReport:
    """Recompute every rule and the objective.

    Parameters
    ----------
    requirement
        What coverage is measured against.
    rota
        Shifts and stretches in any order.

    Notes
    -----
    The cost is linear in shifts and stretches.
    """
    records = build_records(workspace, rota)
    hours = {site.name: open_spans(site, workspace.settings.dates) for site in workspace.sites.values()}
    found = list(identity.known_agents(workspace, rota))
    for record in records:
        found += _check_agent(workspace, record, hours[record.site.name])
    coverage = measure_coverage(workspace, requirement, rota.stretches)
    cost = cost_by_currency(records)
    return CheckReport(
        violations=tuple(sorted(found, key=_place)),
        objective=measure_objective(records, coverage, cost, workspace.settings),
        coverage=coverage,
        cost=cost,
    )


def _check_agent(workspace: Workspace, record: Record, hours: list[Span] | None) -> Iterator[Violation]:
    for rule in RECORD_RULES:
        yield from rule(record)
    yield from absence.site_hours(record, hours)
    for run in runs.runs_of(record):
        for run_rule in RUN_RULES:
            yield from run_rule(record, run)
    laid, loose = timeline.lay_out(record)
    yield from timeline.outside(record, loose)
    speeds: dict[QueueKey, float] = {}
    for piece in laid:
        for shift_rule in SHIFT_RULES:
            yield from shift_rule(record, piece)
        yield from timeline.served(record, piece, workspace.queues, speeds)
    yield from fixed.fixed_work(record, laid)


def _place(violation: Violation) -> tuple[str, date, str, str]:
    return violation.agent, violation.day or date.min, violation.rule, violation.message
