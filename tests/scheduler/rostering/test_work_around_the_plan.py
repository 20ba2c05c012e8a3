"""Given work after the plan counts in the rules that reach across its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.agents import FixedWork, WorkedDay
from scheduler.contracts import Contract
from scheduler.requirement import StaffingRequirement
from scheduler.team import RuleRow
from scheduler.workspace import Workspace
from tests.scheduler.factory import MONDAY, instant
from tests.scheduler.rostering.test_rule_packs import LONG, Case, broken, plan_of, solved

DAY = timedelta(days=1)


def later(*starts: tuple[int, int], template: str | None = "day") -> tuple[FixedWork, ...]:
    """Return fixed eight-hour shifts that start so many days after the Monday, at minutes of the day."""
    works = []
    for day, minute in starts:
        low = instant(MONDAY + day * DAY, minute)
        works.append(FixedWork("a1", low, low + timedelta(hours=8), "shift", template))
    return tuple(works)


Rules = tuple[tuple[str, str], ...]
CASES: dict[str, tuple[int, dict[str, Any], Rules, tuple[FixedWork, ...]]] = {
    "min_rest_minutes": (5, {"min_rest_minutes": 660}, (), later((5, 60))),
    "max_week_minutes": (5, {"max_week_minutes": 3000}, (), later((5, 480), (6, 480))),
    "max_days_a_week": (5, {"max_days_a_week": 5}, (), later((5, 480), (6, 480))),
    "max_days_running": (5, {"max_days_running": 5}, (), later((5, 480), (6, 480))),
    "days_off_running": (4, {"days_off_running": 2}, (), later((4, 480))),
    "forbidden_next": (2, {"forbidden_next": (("day", "day"),)}, (), later((2, 480))),
    "start_tolerance_minutes": (2, {"start_tolerance_minutes": 60}, (), later((2, 720))),
    "min_weekly_rest_minutes": (5, {}, (("min_weekly_rest_minutes", "2100"),), later((5, 480), (6, 480))),
    "max_sundays_running": (7, {}, (("max_sundays_running", "1"),), later((13, 480))),
}


def case_of(name: str) -> tuple[Workspace, StaffingRequirement]:
    days, contract, rules, fixed = CASES[name]
    workspace, requirement = plan_of(
        Case((), LONG, days, wanted=3 if name == "days_off_running" else days), rules
    )
    agreed: Contract = replace(workspace.contracts["full"], **contract)
    return replace(workspace, contracts={"full": agreed}, fixed=fixed), requirement


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_rule_reaches_across_the_end_of_the_plan(name: str) -> None:
    workspace, requirement = case_of(name)
    kept = solved(workspace, requirement)
    assert kept.shifts
    assert broken(workspace, requirement, kept) == set()
    loose = solved(replace(workspace, fixed=()), requirement)
    assert name in broken(workspace, requirement, loose)


@pytest.mark.slow
def test_history_has_its_share_in_the_first_week_s_rest() -> None:
    """Worked from Monday to Saturday before a plan of Sunday alone: work on it would leave no rest."""
    workspace, requirement = plan_of(Case((), LONG, 1), (("min_weekly_rest_minutes", "2100"),))
    settings = replace(workspace.settings, start=MONDAY + 6 * DAY)
    worked = tuple(
        WorkedDay("a1", MONDAY + day * DAY, 600, instant(MONDAY + day * DAY, 1200)) for day in range(6)
    )
    rows = requirement.frame.assign(interval_start=requirement.frame["interval_start"] + 6 * DAY)
    sunday = replace(requirement, frame=rows)
    assert solved(replace(workspace, settings=settings), sunday).shifts
    assert not solved(replace(workspace, settings=settings, worked=worked), sunday).shifts
    other = (*workspace.rules[:1], RuleRow("own", "min_weekly_rest_minutes", "720"))
    assert solved(replace(workspace, settings=settings, worked=worked, rules=other), sunday).shifts
