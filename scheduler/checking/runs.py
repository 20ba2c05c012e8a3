"""Runs of working days and of days off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from forecasting.timegrid import day_bounds
from scheduler.checking.clock import available_spans, open_spans
from scheduler.checking.found import found, severity_of_days, stated_by
from scheduler.checking.record import Duty, Record
from scheduler.checking.violation import Severity, Violation

__all__ = ["Run", "longest_off", "longest_run", "runs_of", "shortest_off", "shortest_run"]

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Run:
    """Consecutive dates that are all worked, or all off.

    Parameters
    ----------
    closed
        Whether the dates just before and after it are known, so that it is as short as it seems.
    in_plan
        Whether one of the dates is the plan's; if not, the plan's first date ends the run.
    """

    worked: bool
    first: date
    last: date
    closed: bool
    in_plan: bool
    duties: tuple[Duty, ...]

    @property
    def days(self) -> int:
        """Length."""
        return (self.last - self.first).days + 1


def runs_of(record: Record) -> list[Run]:
    """Cut the known dates around the plan into runs.

    Known are the plan's dates of employment, those that are worked, and dates directly before and after the
    plan that history or fixed work states, without a gap. What follows the last date of employment is no
    day off.
    """
    by_day: dict[date, list[Duty]] = {}
    for duty in record.duties:
        by_day.setdefault(duty.day, []).append(duty)
    known = {day for day in record.settings.dates if record.employed(day)} | record.idle_days | set(by_day)
    first, last = record.settings.start, record.settings.end - DAY
    runs = []
    for day in sorted(known):
        starts = day - DAY not in known or (day - DAY in by_day) != (day in by_day)
        if not starts:
            continue
        end = day
        while end + DAY in known and (end + DAY in by_day) == (day in by_day):
            end += DAY
        if end >= first - DAY and day <= last:
            dates = (day + step * DAY for step in range((end - day).days + 1))
            duties = tuple(duty for each in dates for duty in by_day.get(each, ()))
            closed = day - DAY in known and end + DAY in known
            runs.append(Run(day in by_day, day, end, closed, end >= first, duties))
    return runs


def _of_run(  # noqa: PLR0917
    record: Record, rule: str, run: Run, limit: int, severity: Severity, said: str = ""
) -> Violation:
    days = "day" if run.days == 1 else "days"
    kind = f"working {days} running" if run.worked else f"{days} off in a row"
    word = "at most" if run.days > limit else "at least"
    text = f"{run.days} {kind} until {run.last}, {word} {limit} are required{said}"
    return found(record, rule, run.first, text, value=run.days, limit=limit, severity=severity)


def longest_run(record: Record, run: Run) -> Iterator[Violation]:
    """Working days in a row ≤ max_days_running, days before the plan included."""
    limits = record.limits(min(run.last, record.settings.end - DAY))
    limit = limits.contract.max_days_running
    if limit is not None and run.in_plan and run.worked and run.days > limit:
        said = stated_by(limits, "max_days_running")
        yield _of_run(record, "max_days_running", run, limit, severity_of_days(run.duties), said)


def shortest_run(record: Record, run: Run) -> Iterator[Violation]:
    """Working days in a row ≥ min_days_running, unless the run touches unknown days.

    A run of the days before the plan is broken off by the plan, if its first date could be worked.
    """
    limit = record.contract.min_days_running
    if limit is not None and run.worked and run.closed and run.days < limit:
        severity = severity_of_days(run.duties)
        if not run.in_plan and not _barred(record, record.settings.start):
            severity = Severity.VIOLATION
        yield _of_run(record, "min_days_running", run, limit, severity)


def shortest_off(record: Record, run: Run) -> Iterator[Violation]:
    """Days off in a row ≥ days_off_running, unless the run touches unknown days.

    Where the work on both sides is given, so is the run between.
    """
    limit = record.contract.days_off_running
    if not run.worked and run.closed and run.days < limit:
        beside = [duty for duty in record.duties if duty.day in (run.first - DAY, run.last + DAY)]
        yield _of_run(record, "days_off_running", run, limit, severity_of_days(beside))


def longest_off(record: Record, run: Run) -> Iterator[Violation]:
    """Days off in a row ≤ max_days_off_running.

    A run with a date in it that cannot be worked (leave, no availability, the site closed) is reported only.
    """
    limit = record.contract.max_days_off_running
    if limit is not None and run.in_plan and not run.worked and run.days > limit:
        barred = any(_barred(record, run.first + step * DAY) for step in range(run.days))
        severity = Severity.REPORTED if barred else Severity.VIOLATION
        yield _of_run(record, "max_days_off_running", run, limit, severity)


def _barred(record: Record, day: date) -> bool:
    """Tell whether a date cannot be worked: leave, no employment, or no minute that is open or available."""
    if record.away(day) or not record.employed(day):
        return True
    low, high = day_bounds(record.zone, day)
    return any(
        spans is not None and not any(start < high and low < end for start, end in spans)
        for spans in (
            available_spans(record.availability, record.zone, [day]),
            open_spans(record.site, [day]),
        )
    )
