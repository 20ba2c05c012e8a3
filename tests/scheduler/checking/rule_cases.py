"""A workspace of four shifts and one agent, for rules to be broken one at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from scheduler.check import check
from scheduler.rota import Rota
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    DAY,
    MONDAY,
    make_agent,
    make_contract,
    make_requirement,
    make_rota,
    make_shift,
    make_workspace,
)

__all__ = [
    "ALL", "FRIDAY", "LATE", "MINUTES", "NIGHT", "SATURDAY", "SPLIT", "SUNDAY", "TEMPLATES", "THURSDAY",
    "TUESDAY", "WEDNESDAY", "mixed", "rules_of", "split", "worked", "workspace_of",
]  # fmt: skip

MINUTES = timedelta(minutes=1)
LATE = ShiftTemplate("late", 840, 840, min_minutes=480, max_minutes=480)
NIGHT = ShiftTemplate("night", 1320, 1320, min_minutes=480, max_minutes=480)
SPLIT = ShiftTemplate(
    "split", 480, 480, min_minutes=480, max_minutes=480, min_break_gap_minutes=60, max_break_gap_minutes=180,
    breaks=(BreakRule(15, True, 60, 200), BreakRule(30, False, 120, 360)),
)  # fmt: skip
TEMPLATES = (DAY, LATE, NIGHT, SPLIT)
ALL = ("day", "late", "night", "split")
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (
    MONDAY + step * timedelta(days=1) for step in range(1, 7)
)


def rules_of(workspace: Workspace, rota: Rota) -> list[tuple[str, str]]:
    report = check(workspace, make_requirement([]), rota)
    return [(violation.rule, violation.severity.value) for violation in report.violations]


def workspace_of(
    contract: dict[str, Any] | None = None, agent: dict[str, Any] | None = None, **tables: Any
) -> Workspace:
    people = {"days": 14}
    return make_workspace(
        **{
            "agents": [make_agent(**(agent or {}))],
            "contracts": [make_contract(**{"shifts": ALL, **(contract or {})})],
            "templates": TEMPLATES,
            "settings": people,
            **tables,
        }
    )


def worked(workspace: Workspace, *days: date, template: str = "day", minute: int = 480) -> Rota:
    return make_rota(make_shift(workspace, "a1", day, minute, template=template) for day in days)


def mixed(*shifts: tuple[date, str, int]) -> Callable[[Workspace], Rota]:
    return lambda workspace: make_rota(
        make_shift(workspace, "a1", day, minute, template=template) for day, template, minute in shifts
    )


def split(*starts: int) -> Callable[[Workspace], Rota]:
    return lambda workspace: make_rota([make_shift(workspace, template="split", break_starts=starts)])
