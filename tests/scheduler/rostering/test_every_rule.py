"""Each rule of contracts, shifts, sites and agents binds the engine, and the checker sees where it does not.

Without the rule the best rota breaks it, which the checker must see; with it the engine's rota keeps it,
still with work, and the exact model agrees that no rota which keeps it is better.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from forecasting.hours import parse_hours
from scheduler.agents import Availability, TimeOff, WorkedDay
from scheduler.check import check
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.result import Limits, RotaResult, RotaStatus
from scheduler.rostering.solve import solve
from scheduler.rota import Rota
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    MONDAY,
    PHONE,
    RIGA,
    instant,
    make_agent,
    make_contract,
    make_requirement,
    make_workspace,
)

DAY = ShiftTemplate("day", 480, 600, 480, 480, 60, 60, (BreakRule(30, False, 180, 300),))
LATE = ShiftTemplate("late", 840, 840, 480, 480, 60, 60, (BreakRule(30, True, 180, 300),))
NIGHT = ShiftTemplate("night", 1320, 1320, 480, 480, 60, 60)
SPLIT = ShiftTemplate(
    "day", 480, 480, 480, 480, 60, 60, (BreakRule(30, True, 60, 240), BreakRule(30, False, 180, 420)),
)  # fmt: skip
FREE: dict[str, Any] = {"max_week_minutes": 9000, "max_days_a_week": 7, "min_rest_minutes": 0}
EVERY = range(7)


def day(step: int) -> date:
    return MONDAY + timedelta(days=step)


def past(*rows: tuple[int, int]) -> tuple[WorkedDay, ...]:
    return tuple(WorkedDay("a1", day(-back), minutes) for back, minutes in rows)


@dataclass(frozen=True)
class Case:
    """A rule, and when somebody is required: which it makes impossible to meet.

    Parameters
    ----------
    contract, tables
        What states the rule; without them all that is required can be met.
    wanted
        Hours of the days (from Monday on) at which somebody is required.
    shared
        Tables of the workspace with and without the rule.
    """

    rule: str
    contract: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    wanted: dict[int, tuple[int, ...]] = field(default_factory=lambda: dict.fromkeys(EVERY, FORENOON))
    templates: tuple[ShiftTemplate, ...] = (DAY,)
    shared: dict[str, Any] = field(default_factory=dict)

    def workspace(self, *, ruled: bool) -> Workspace:
        shifts = tuple(template.name for template in self.templates)
        contract = make_contract(**{**FREE, "shifts": shifts, **(self.contract if ruled else {})})
        without: dict[str, Any] = {
            "templates": self.templates,
            "agents": [make_agent(hourly_cost=1.0)],
            **self.shared,
        }
        return make_workspace(**{**without, **(self.tables if ruled else {}), "contracts": [contract]})


FORENOON: tuple[int, ...] = (10, 11)
NIGHTS: dict[int, tuple[int, ...]] = dict.fromkeys(EVERY, (23,))
HISTORY = past((1, 450), (2, 450), (3, 450))
SHORT_RUN = past((1, 450), (2, 0))
EVENING_AND_MORNING: dict[int, tuple[int, ...]] = {1: (20, 21), 2: (8, 9)}
NO_DAY = {"forbidden_next": (("late", "day"),)}
WINDOWS = tuple(Availability("a1", each, None, 540, 1020) for each in EVERY)
EARLY = replace(DAY, breaks=(BreakRule(30, False, 180, 240),))
CASES = [
    Case("max_week_minutes", {"max_week_minutes": 1350}),
    Case("max_plan_minutes", {"max_plan_minutes": 1350}),
    Case("max_days_a_week", {"max_days_a_week": 4}),
    Case("max_days_running", {"max_days_running": 3}),
    Case("max_days_running", {"max_days_running": 3}, wanted={0: FORENOON}, shared={"worked": HISTORY}),
    Case("min_days_running", {"min_days_running": 2}, wanted={2: FORENOON, 5: FORENOON}),
    Case("min_days_running", {"min_days_running": 2}, wanted={1: FORENOON}, shared={"worked": SHORT_RUN}),
    Case("days_off_running", {"days_off_running": 2}, wanted={1: FORENOON, 3: FORENOON, 5: FORENOON}),
    Case("max_days_off_running", {"max_days_off_running": 2}, wanted={0: FORENOON, 6: FORENOON}),
    Case("min_rest_minutes", {"min_rest_minutes": 660}, wanted=EVENING_AND_MORNING, templates=(DAY, LATE)),
    Case(
        "min_rest_minutes",
        {"min_rest_minutes": 660},
        wanted={0: (8, 9)},
        shared={"worked": (WorkedDay("a1", day(-1), 480, instant(day(-1), 1320)),)},
    ),
    Case("forbidden_next", NO_DAY, wanted=EVENING_AND_MORNING, templates=(DAY, LATE)),
    Case(
        "forbidden_next",
        NO_DAY,
        wanted={0: FORENOON},
        templates=(DAY, LATE),
        shared={"worked": (WorkedDay("a1", day(-1), 480, instant(day(-1), 1320), "late"),)},
    ),
    Case("max_nights", {"max_nights": 2}, wanted=NIGHTS, templates=(NIGHT,)),
    Case("weekends_off", {"weekends_off": 1}),
    Case("start_tolerance_minutes", {"start_tolerance_minutes": 60}, wanted={0: (8,), 3: (17,)}),
    Case("weekdays", tables={"templates": (replace(DAY, weekdays=frozenset(range(5))),)}),
    Case("shifts", {"shifts": ("day",)}, wanted={0: (20, 21)}, templates=(DAY, LATE)),
    Case("employment", tables={"agents": [make_agent(hourly_cost=1.0, last_date=day(3))]}),
    Case("availability", tables={"availability": WINDOWS}, wanted={0: (8,)}),
    Case("time_off", tables={"time_off": (TimeOff("a1", instant(day(2), 600), instant(day(2), 660)),)}),
    Case("site_hours", tables={"sites": [replace(RIGA, hours=parse_hours("mon-fri 08:00-18:00"))]}),
    Case("break_window", tables={"templates": (EARLY,)}, wanted={0: (8, 9, 10, 11)}),
    Case("breaks", tables={"templates": (SPLIT,)}, templates=(replace(SPLIT, breaks=SPLIT.breaks[:1]),)),
    Case(
        "min_break_gap_minutes",
        tables={"templates": (replace(SPLIT, min_break_gap_minutes=120),)},
        templates=(SPLIT,),
        wanted={0: (8, 9, 10, 13, 14, 15)},
    ),
    Case(
        "max_break_gap_minutes",
        tables={"templates": (replace(SPLIT, max_break_gap_minutes=60),)},
        templates=(SPLIT,),
        wanted={0: (10, 11, 12, 13)},
    ),
]  # fmt: skip


def solved(workspace: Workspace, requirement: StaffingRequirement, *, work: int) -> tuple[RotaResult, Rota]:
    result = solve(workspace, requirement, Limits(work=work), clock=time.monotonic)
    assert result.rota is not None
    return result, result.rota


def required(case: Case) -> StaffingRequirement:
    hours = [(step, hour) for step, hours in case.wanted.items() for hour in hours]
    rows = [(PHONE, instant(day(step), 60 * hour), 1.0) for step, hour in hours]
    return make_requirement(rows, interval_minutes=60)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_binds_the_engine_and_the_checker(case: Case) -> None:
    strict, loose, requirement = case.workspace(ruled=True), case.workspace(ruled=False), required(case)
    _, free_rota = solved(loose, requirement, work=20)
    found = check(strict, requirement, free_rota).violations
    assert case.rule in {violation.rule for violation in found}, "the rule must bind"
    for work in (0, 2000):
        result, rota = solved(strict, requirement, work=work)
        assert [violation.message for violation in check(strict, requirement, rota).violations] == []
    assert rota.shifts or case.rule in ("max_days_running", "forbidden_next", "shifts", "availability")
    assert result.status is RotaStatus.OPTIMAL
