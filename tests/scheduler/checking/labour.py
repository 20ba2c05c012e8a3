"""Workspaces with a rule pack of their own, and work in short words, for tests of labour rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from scheduler.agents import WorkedDay
from scheduler.check import check
from scheduler.rota import Rota
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.sites import Site
from scheduler.team import RuleRow
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    MONDAY,
    instant,
    make_agent,
    make_contract,
    make_requirement,
    make_rota,
    make_shift,
    make_workspace,
)

DAYS = timedelta(days=1)
MINUTES = timedelta(minutes=1)
SUNDAY = MONDAY + 6 * DAYS
ANY = ShiftTemplate(
    "any", 0, 1435, min_minutes=60, max_minutes=1440, start_every_minutes=5, length_step_minutes=5
)
UNPAID = replace(ANY, name="unpaid", breaks=(BreakRule(30, paid=False, after=0, before=1440),))
SHORT = replace(ANY, name="short", breaks=(BreakRule(15, paid=False, after=0, before=1440),) * 2)
PAID = replace(ANY, name="paid", breaks=(BreakRule(10, paid=True, after=0, before=1440),) * 2)
FREE = {"max_week_minutes": 10_080, "max_days_a_week": 7, "min_rest_minutes": 0}


@dataclass(frozen=True)
class Work:
    """A shift: day of the plan, wall-clock minute, elapsed length, template, places of its breaks."""

    day: int
    minute: int = 480
    length: int = 480
    template: str = "any"
    breaks: tuple[int, ...] = ()


Works = Sequence[Work]


def workspace_of(
    rows: dict[str, str] | Sequence[RuleRow], zone: str = "Europe/Riga", days: int = 14, **tables: Any
) -> Workspace:
    given = [RuleRow("x", rule, value) for rule, value in rows.items()] if isinstance(rows, dict) else rows
    site = Site("riga", zone, country="LV", rules="x")
    usual = {
        "agents": [make_agent()],
        "templates": [ANY, UNPAID, SHORT, PAID],
        "contracts": [make_contract(shifts=("any", "unpaid", "short", "paid"), **FREE)],
        "settings": {"days": days},
    }
    return make_workspace(**{**usual, "sites": [site], "rules": tuple(given), **tables})


def rota_of(workspace: Workspace, works: Works) -> Rota:
    start = workspace.settings.start
    return make_rota(
        make_shift(
            workspace, "a1", start + work.day * DAYS, work.minute,
            template=work.template, length=work.length, break_starts=work.breaks,
        )
        for work in works
    )  # fmt: skip


def broken(workspace: Workspace, rota: Rota) -> list[tuple[str, str]]:
    report = check(workspace, make_requirement([]), rota)
    return [(violation.rule, violation.severity.value) for violation in report.violations]


def each(days: Sequence[int], **of_each: Any) -> list[Work]:
    return [Work(day, **of_each) for day in days]


def past(minutes: int, *back: int, end: int | None = None) -> tuple[WorkedDay, ...]:
    """Days before the plan, so many minutes each, ended at a wall-clock minute or at an unknown time."""
    rows = []
    for step in back:
        day = MONDAY - step * DAYS
        rows.append(WorkedDay("a1", day, minutes, None if end is None else instant(day, end)))
    return tuple(rows)


OVERTIME = {"overtime_day_premium": "480:0.5", "overtime_week_premium": "2400:0.5"}
