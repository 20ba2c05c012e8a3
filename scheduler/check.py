"""The independent checker: every rule and the objective, from the rota alone.

It shares no code with the solver. A rule of a rota lives in the solver and in one function of
:mod:`scheduler.checking`; tests hold the two together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from forecasting.queues import QueueKey
from scheduler.agents import WorkedDay
from scheduler.checking import (
    absence,
    amounts,
    attended,
    breaks,
    fixed,
    identity,
    labour_breaks,
    labour_hours,
    labour_overtime,
    labour_rest,
    pattern,
    presence,
    runs,
    sequence,
    stability,
    timeline,
)
from scheduler.checking.clock import Span, open_spans
from scheduler.checking.fairness import unfairness
from scheduler.checking.objective import Objective, cost_by_currency, measure_objective
from scheduler.checking.pay import price_records
from scheduler.checking.record import Record, build_records
from scheduler.checking.violation import Severity, Violation
from scheduler.coverage import Coverage, measure_coverage
from scheduler.pay.price import ShiftPay
from scheduler.requirement import StaffingRequirement
from scheduler.rota import Rota
from scheduler.shares import fair_share
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
    attended.activities,
)

LABOUR_RULES: tuple[Callable[[Record], Iterator[Violation]], ...] = (
    labour_rest.weekly_rest,
    labour_rest.sunday_ban,
    labour_rest.holiday_ban,
    labour_rest.sundays_running,
    labour_hours.shift_minutes,
    labour_hours.day_minutes,
    labour_hours.night_shift_minutes,
    labour_hours.average_week,
    labour_hours.night_average,
    labour_breaks.break_minutes,
    labour_breaks.unpaid_break_minutes,
    labour_breaks.paid_break_minutes,
    labour_breaks.first_breaks,
    labour_breaks.continuous_work,
)
"""Rules that only rule packs state; rest, days and minutes a week are both contract's and pack's."""

PAY_RULES: tuple[Callable[[Record, Sequence[ShiftPay]], Iterator[Violation]], ...] = (
    labour_overtime.overtime_of_months,
    labour_overtime.overtime_of_years,
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

ACROSS_RULES: tuple[Callable[[Workspace, Sequence[Record]], Iterator[Violation]], ...] = (
    presence.seats,
    presence.presence_max,
    presence.presence_min,
    attended.together,
)
"""Rules on several agents at once; their violations are nobody's in particular."""


@dataclass(frozen=True, eq=False)
class CheckReport:
    """What the checker found.

    Parameters
    ----------
    violations
        By agent and date. Those with severity ``reported`` are broken by what was given (fixed work, days
        before the plan) alone, and are nobody's fault in this rota.
    cost
        Paid hours × hourly cost and the rule packs' premiums, per currency.
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
    for across_rule in ACROSS_RULES:
        found += across_rule(workspace, records)
    pays = price_records(records, workspace)
    for record in records:
        if record.agent.name in pays:
            found += _check_pack(record, pays[record.agent.name])
    coverage = measure_coverage(workspace, requirement, rota.stretches)
    cost = cost_by_currency(records, pays)
    changes = sum(1 for each in records for _ in stability.changed_dates(each, workspace.earlier))
    return CheckReport(
        violations=tuple(sorted(found, key=_place)),
        objective=measure_objective(
            records,
            coverage,
            cost,
            workspace.settings,
            changes=changes,
            unfairness=_unfairness(workspace, records),
        ),
        coverage=coverage,
        cost=cost,
    )


def _unfairness(workspace: Workspace, records: Sequence[Record]) -> float:
    worked: dict[str, list[WorkedDay]] = defaultdict(list)
    for row in workspace.worked:
        worked[row.agent].append(row)
    return sum(
        unfairness(each, fair_share(workspace, each.agent, worked[each.agent.name])) for each in records
    )


def _check_agent(workspace: Workspace, record: Record, hours: list[Span] | None) -> Iterator[Violation]:
    for rule in RECORD_RULES:
        yield from rule(record)
    yield from absence.site_hours(record, hours)
    yield from stability.begun(record, workspace.earlier)
    for run in runs.runs_of(record):
        for run_rule in RUN_RULES:
            yield from run_rule(record, run)
    laid, loose = timeline.lay_out(record)
    yield from timeline.outside(record, loose)
    speeds: dict[tuple[QueueKey, bool], float] = {}
    for piece in laid:
        for shift_rule in SHIFT_RULES:
            yield from shift_rule(record, piece)
        yield from timeline.served(record, piece, workspace.queues, speeds)
    yield from fixed.fixed_work(record, laid)


def _check_pack(record: Record, pays: Sequence[ShiftPay]) -> Iterator[Violation]:
    """Check what the site's rule pack states and no contract does."""
    for rule in LABOUR_RULES:
        yield from rule(record)
    for pay_rule in PAY_RULES:
        yield from pay_rule(record, pays)


def _place(violation: Violation) -> tuple[str, date, str, str]:
    return violation.agent, violation.day or date.min, violation.rule, violation.message
