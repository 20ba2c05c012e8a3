"""Each rule of a pack binds the engine, and the checker sees where it does not hold.

Of every rule there is a plan that breaks it if it is left out, and keeps it, still with work, if it is not.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from scheduler.check import Severity, check
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.result import Limits
from scheduler.rostering.solve import solve
from scheduler.rota import Rota
from scheduler.rules.vocabulary import VOCABULARY, Group
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.sites import Site
from scheduler.team import RuleRow
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    MONDAY,
    PHONE,
    instant,
    make_agent,
    make_contract,
    make_requirement,
    make_workspace,
)

LONG = ShiftTemplate("day", 0, 1200, 480, 720, 240, 240, (BreakRule(30, False, 60, 420),))
DAY = ShiftTemplate("day", 480, 480, 480, 480, 60, 30, (BreakRule(30, False, 60, 450),))
PAID = ShiftTemplate("day", 480, 480, 480, 480, 60, 30, (BreakRule(15, True, 15, 240),))


def two_lengths(*breaks: BreakRule) -> ShiftTemplate:
    """Return a shift of 8 or 10 hours; a break from minute 500 on belongs to the longer one."""
    return ShiftTemplate("day", 480, 480, 480, 600, 60, 120, breaks)


SOME, MORE = BreakRule(15, True, 120, 240), BreakRule(30, False, 500, 560)
HOURS = tuple(range(24))
FORENOON = tuple(range(8, 13))
NIGHT = (20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True)
class Case:
    """Rules of which the first is tried, and where it matters.

    Parameters
    ----------
    hours
        Of each day at which somebody is required.
    wanted
        Days from the first on of which that holds.
    found
        What the checker calls it, where that is not the rule's name.
    """

    rules: tuple[tuple[str, str], ...]
    template: ShiftTemplate = LONG
    days: int = 7
    hours: Sequence[int] = HOURS
    wanted: int = 28
    found: str | None = None


def by_break(rule: str, value: str, template: ShiftTemplate, *more: tuple[str, str], found: str) -> Case:
    return Case(((rule, value), *more), template, 2, range(8, 16), found=found)


CASES = [
    Case((("min_rest_minutes", "780"),), hours=(12, *range(14, 24)), days=3),
    Case((("min_weekly_rest_minutes", "2100"),)),
    Case((("max_days_a_week", "4"),)),
    Case((("max_days_running", "3"),)),
    Case((("max_sundays_running", "1"),), days=14),
    Case((("sunday_ban", "true"),)),
    Case((("holiday_ban", "true"),), days=15),
    Case((("max_shift_minutes", "600"),), days=2),
    Case((("max_day_minutes", "600"),), days=2),
    Case((("max_night_shift_minutes", "480"),), days=3, hours=NIGHT),
    Case((("max_week_minutes", "2400"),)),
    Case((("average_week_minutes", "2400"), ("average_reference_weeks", "2")), days=14),
    Case((("average_reference_weeks", "1"), ("average_week_minutes", "2400")), days=14, wanted=7,
         found="average_week_minutes"),
    Case((("night_average_week_minutes", "2400"),), hours=NIGHT),
    Case((("night_reference_weeks", "1"), ("night_average_week_minutes", "2400")), days=14, wanted=7,
         hours=NIGHT, found="night_average_week_minutes"),
    Case((("max_overtime_month_minutes", "60"), ("overtime_day_premium", "600:0.5"))),
    Case((("max_overtime_year_minutes", "60"), ("overtime_week_premium", "2400:0.5"))),
    by_break("break_minutes", "300:30", two_lengths(SOME, MORE), found="break_minutes"),
    by_break("unpaid_break_minutes", "300:30", two_lengths(SOME, MORE), found="unpaid_break_minutes"),
    by_break("paid_break_minutes", "300:20", two_lengths(SOME, BreakRule(10, True, 500, 560)),
             found="paid_break_minutes"),
    by_break("min_break_minutes", "20", two_lengths(SOME, MORE), ("break_minutes", "300:15"),
             found="break_minutes"),
    by_break("min_paid_break_minutes", "20", two_lengths(SOME, BreakRule(30, True, 500, 560)),
             ("paid_break_minutes", "300:15"), found="paid_break_minutes"),
    Case((("paid_break_edge_minutes", "60"), ("paid_break_minutes", "300:15")), PAID, 2, range(9, 16),
         found="paid_break_minutes"),
    Case((("break_latest_starts", "240"), ("break_minutes", "300:30")), DAY, 2, FORENOON),
    Case((("max_continuous_minutes", "240"),), DAY, 2, FORENOON),
    Case((("night_from", "20:00"), ("max_night_shift_minutes", "480")), days=2, hours=range(12, 24),
         found="max_night_shift_minutes"),
    Case((("night_until", "12:00"), ("max_night_shift_minutes", "480")), days=2, hours=range(4, 16),
         found="max_night_shift_minutes"),
    Case((("night_threshold_minutes", "60"), ("max_night_shift_minutes", "480")), days=2, hours=range(12, 24),
         found="max_night_shift_minutes"),
]  # fmt: skip


def plan_of(case: Case, rules: Iterable[tuple[str, str]]) -> tuple[Workspace, StaffingRequirement]:
    """Return a plan of one cheap agent with a contract that allows nearly everything."""
    workspace = make_workspace(
        agents=[make_agent(hourly_cost=1.0)],
        templates=[case.template],
        contracts=[
            make_contract(max_week_minutes=6000, max_days_a_week=7, max_days_running=None, min_rest_minutes=0)
        ],
        sites=[Site("riga", "Europe/Riga", country="LV", rules="own")],
        settings={"days": case.days, "interval_minutes": 60},
        rules=(RuleRow("own", "notice_days", "0"), *(RuleRow("own", *rule) for rule in rules)),
    )
    rows = [
        (PHONE, instant(MONDAY, 0) + timedelta(days=day, hours=hour), 1.0)
        for day in range(min(case.days, case.wanted))
        for hour in case.hours
    ]
    return workspace, make_requirement(rows, interval_minutes=60)


def solved(workspace: Workspace, requirement: StaffingRequirement) -> Rota:
    result = solve(workspace, requirement, Limits(work=60), clock=time.monotonic)
    assert result.rota is not None
    return result.rota


def broken(workspace: Workspace, requirement: StaffingRequirement, rota: Rota) -> set[str]:
    report = check(workspace, requirement, rota)
    return {found.rule for found in report.violations if found.severity is Severity.VIOLATION}


QUICK = ("max_shift_minutes", "max_continuous_minutes")


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.rules[0][0], marks=[] if case.rules[0][0] in QUICK else pytest.mark.slow)
        for case in CASES
    ],
)
def test_a_rule_holds_in_the_engine_and_in_the_checker(case: Case) -> None:
    workspace, requirement = plan_of(case, case.rules)
    kept = solved(workspace, requirement)
    assert kept.shifts
    assert broken(workspace, requirement, kept) == set()
    without, _ = plan_of(case, case.rules[1:])
    loose = solved(without, requirement)
    assert broken(without, requirement, loose) == set()
    assert (case.found or case.rules[0][0]) in broken(workspace, requirement, loose)


def test_every_rule_has_its_case() -> None:
    shared = {
        rule.name for rule in VOCABULARY.values() if rule.group in (Group.PAY, Group.NOTICE, Group.PACK)
    }
    assert {case.rules[0][0] for case in CASES} == set(VOCABULARY) - shared


def test_a_shift_that_the_pack_never_allows_is_told() -> None:
    case = Case((("max_day_minutes", "400"),), DAY, 2)
    workspace, requirement = plan_of(case, case.rules)
    result = solve(workspace, requirement, Limits(work=20), clock=time.monotonic)
    assert result.rota == Rota((), ())
    assert result.notes == (
        "Shift day of 480 minutes is not planned at site riga: it breaks max_day_minutes of rule pack own.",
    )


def test_a_site_without_a_pack_keeps_the_contract_alone() -> None:
    case = Case((("max_days_a_week", "4"),), days=7)
    workspace, requirement = plan_of(case, case.rules)
    plain = replace(workspace, sites={"riga": replace(workspace.sites["riga"], rules="none")})
    assert len(solved(plain, requirement).shifts) == 7
