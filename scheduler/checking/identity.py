"""Who, where and when: the facts that a shift states about itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from scheduler.checking.found import found, severity_of
from scheduler.checking.record import SHIFT_ACTIVITY, Duty, Record
from scheduler.checking.violation import Violation
from scheduler.rota import Rota
from scheduler.workspace import Workspace

__all__ = ["employment", "horizon", "known_agents", "local_dates", "one_shift_a_day", "sites", "time_zones"]


def known_agents(workspace: Workspace, rota: Rota) -> Iterator[Violation]:
    """Every shift and stretch is of an agent of the workspace: agent ∈ agents.csv."""
    first: dict[str, date] = {}
    for shift in rota.shifts:
        first.setdefault(shift.agent, shift.local_date)
    names = {*first, *(stretch.agent for stretch in rota.stretches)}
    for name in sorted(names - set(workspace.agents)):
        message = f"agent {name}: is in the rota but not in agents.csv"
        yield Violation("known_agent", name, first.get(name), None, None, message)


def sites(record: Record) -> Iterator[Violation]:
    """A shift is at its agent's site: shift.site = agent.site."""
    for duty, shift in record.plan:
        if shift.site != record.site.name:
            text = f"the shift is at site {shift.site}, the agent's is {record.site.name}"
            yield found(record, "site", duty.day, text)


def time_zones(record: Record) -> Iterator[Violation]:
    """A shift states its site's zone: shift.time_zone = site.time_zone."""
    for duty, shift in record.plan:
        if shift.time_zone != record.zone:
            text = f"the shift states the zone {shift.time_zone}, the site's is {record.zone}"
            yield found(record, "time_zone", duty.day, text)


def local_dates(record: Record) -> Iterator[Violation]:
    """A shift belongs to the site's date at its start: local_date = date of start in the site's zone."""
    for duty, shift in record.plan:
        if shift.local_date != duty.day:
            text = (
                f"the shift states the date {shift.local_date}, {record.zone} shows {duty.day} at its start"
            )
            yield found(record, "local_date", duty.day, text)


def horizon(record: Record) -> Iterator[Violation]:
    """A shift's date lies in the plan: start ≤ date < start + days."""
    settings = record.settings
    for duty, _ in record.plan:
        if not record.in_horizon(duty.day):
            text = f"the shift lies outside the plan, {settings.start} to {settings.dates[-1]}"
            yield found(record, "horizon", duty.day, text)


def employment(record: Record) -> Iterator[Violation]:
    """Who works is employed: first_date ≤ date ≤ last_date."""
    agent = record.agent
    for duty, _ in record.plan:
        if not record.employed(duty.day):
            span = f"from {agent.first_date or 'the beginning'} until {agent.last_date or 'further notice'}"
            text = f"a shift, but employment is {span}"
            yield found(record, "employment", duty.day, text, severity=severity_of([duty]))


def one_shift_a_day(record: Record) -> Iterator[Violation]:
    """At most one shift starts on a local date. Fixed meetings that stand alone are no shifts."""
    meetings = {(work.start, work.end) for work in record.fixed if work.activity != SHIFT_ACTIVITY}
    by_day: dict[date, list[Duty]] = defaultdict(list)
    for duty, shift in record.plan:
        if (shift.start, shift.end) not in meetings:
            by_day[duty.day].append(duty)
    for day, duties in by_day.items():
        if len(duties) > 1:
            text = f"{len(duties)} shifts start on this date, 1 may"
            count = len(duties)
            yield found(
                record, "one_shift_a_day", day, text, value=count, limit=1, severity=severity_of(duties)
            )
