"""What given work breaks by itself breaks nothing else, and runs end where employment does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from scheduler.agents import FixedWork
from scheduler.check import check
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.problem import compile_problem
from scheduler.rostering.reasons import mend
from scheduler.rostering.result import RotaResult, RotaStatus
from scheduler.rostering.walker import Room, build_walkers
from scheduler.team import Activity
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    PHONE,
    instant,
    make_agent,
    make_contract,
    make_requirement,
    make_workspace,
)
from tests.scheduler.rostering.test_every_rule import DAY, FORENOON, FREE, day, solved
from tests.scheduler.rostering.test_walker import by_labels

WEEK = make_requirement([(PHONE, instant(day(0), 600), 0.0)], interval_minutes=60)


def required(wanted: dict[int, tuple[int, ...]]) -> StaffingRequirement:
    rows = [(PHONE, instant(day(step), 60 * hour), 1.0) for step, hours in wanted.items() for hour in hours]
    return make_requirement(rows, interval_minutes=60)


def workspace_of(contract: dict[str, Any], *fixed: FixedWork, **agent: Any) -> Workspace:
    return make_workspace(
        templates=(DAY,),
        agents=[make_agent(hourly_cost=1.0, **agent)],
        contracts=[make_contract(**{**FREE, "shifts": ("day",), **contract})],
        fixed=fixed,
    )


def given(step: int, minute: int, hours: float, activity: str = "meeting") -> FixedWork:
    start = instant(day(step), minute)
    shift = "day" if activity == "shift" else None
    return FixedWork("a1", start, start + timedelta(hours=hours), activity, shift)


def lawful(
    workspace: Workspace, requirement: StaffingRequirement, *, work: int
) -> tuple[RotaResult, set[int], float]:
    """Return the result, without violations, the days that are worked, and the hours that are short."""
    result, rota = solved(workspace, requirement, work=work)
    report = check(workspace, requirement, rota)
    assert [each.message for each in report.violations if each.severity == "violation"] == []
    days = {(shift.local_date - day(0)).days for shift in rota.shifts}
    return result, days, report.coverage.short_hours


@pytest.mark.parametrize("work", [0, pytest.param(100, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("contract", "agent", "wanted"),
    [
        ({"max_days_off_running": 2}, {"first_date": day(4)}, 4),
        ({"max_days_off_running": 2}, {"last_date": day(2)}, 2),
        ({"min_days_running": 3}, {"last_date": day(2)}, 2),
        ({"min_days_running": 3}, {"first_date": day(4)}, 4),
        ({"days_off_running": 3}, {"last_date": day(3)}, 2),
    ],
)
def test_runs_end_with_employment(
    contract: dict[str, Any], agent: dict[str, Any], wanted: int, work: int
) -> None:
    """One day is all that is needed, and all that is worked: nothing is known before and after."""
    workspace = workspace_of(contract, **agent)
    result, days, _ = lawful(workspace, required({wanted: FORENOON}), work=work)
    assert result.status is not RotaStatus.INFEASIBLE
    assert days == {wanted}
    assert mend(compile_problem(workspace, WEEK), 0).reason is None


@pytest.mark.parametrize("seed", range(3))
def test_walks_agree_with_labels_where_employment_ends(seed: int) -> None:
    contract = {"min_days_running": 2, "days_off_running": 2, "max_days_off_running": 3, "max_days_a_week": 4}
    workspace = workspace_of(contract, first_date=day(1), last_date=day(4))
    problem = compile_problem(workspace, WEEK)
    person = problem.people[0]
    value = np.random.default_rng(seed).normal(0.0, 2.0, len(person.options.rows))
    expected, is_exact = by_labels(problem, person, value)
    (walker,) = build_walkers(problem)
    assert is_exact
    assert walker is not None
    chosen = np.empty(7, dtype=np.int64)
    assert walker.best(value, Room(), chosen) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("work", [0, pytest.param(100, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "contract",
    [
        {"weekends_off": 1},
        {"max_days_a_week": 1},
        {"max_days_running": 1, "max_days_a_week": 2},
    ],
)
def test_a_shift_goes_around_a_meeting_on_a_working_day(contract: dict[str, Any], work: int) -> None:
    """The meetings take the weekend already: a shift around one of them takes no more."""
    meetings = given(5, 600, 1.0), given(6, 600, 1.0)
    workspace = workspace_of(contract, *meetings)
    requirement = required({5: (12, 13), 6: (12, 13)})
    result, days, short = lawful(workspace, requirement, work=work)
    assert (days, short) == ({5, 6}, 0.0)
    assert result.status is not RotaStatus.INFEASIBLE
    assert mend(compile_problem(workspace, requirement), 0).chosen is not None


@pytest.mark.parametrize("work", [0, pytest.param(100, marks=pytest.mark.slow)])
def test_uneven_given_starts_are_no_reason_to_break_another_rule(work: int) -> None:
    """A shift around the meeting would start as evenly as is asked, on the day before a shift like it."""
    contract = {"start_tolerance_minutes": 0, "forbidden_next": (("day", "day"),)}
    workspace = workspace_of(contract, given(0, 690, 1.0), given(1, 480, 8.0, "shift"))
    requirement = required({0: FORENOON, 3: FORENOON})
    _, days, _ = lawful(workspace, requirement, work=work)
    assert days == {0, 1, 3}
    mended = mend(compile_problem(workspace, requirement), 0)
    assert mended.chosen is not None
    assert mended.reason is None


def test_planned_work_starts_no_earlier_or_later_than_uneven_given_work() -> None:
    """Given work starts at nine and at ten: a shift at ten adds nothing to that, one at eight would."""
    contract = {"start_tolerance_minutes": 0}
    uneven = given(1, 540, 8.0, "shift"), given(2, 600, 8.0, "shift")
    workspace = workspace_of(contract, *uneven)
    for work in (0, 2000):
        result, days, short = lawful(workspace, required({0: (8,), 4: (17,)}), work=work)
        assert (days, short) == ({1, 2, 4}, 1.0)
    assert result.status is RotaStatus.OPTIMAL
    evener = replace(workspace, fixed=uneven[:1])
    _, days, _ = lawful(evener, required({0: (8,), 4: (17,)}), work=100)
    assert days == {1}


def test_a_shift_whose_break_a_meeting_takes_is_no_way_out() -> None:
    """A talk would have its place in a shift around the meeting: one without room for its break."""
    workspace = workspace_of({"weekends_off": 1}, given(5, 660, 3.0))
    talk = Activity("talk", 60, instant(day(5), 480), instant(day(5), 600), site="riga")
    workspace = replace(workspace, activities=(talk,))
    problem = compile_problem(workspace, WEEK)
    options, mended = problem.people[0].options, mend(problem, 0)
    assert mended.chosen is not None
    assert len(range(options.first[5], options.first[6])) > 1
    assert options.pattern[mended.chosen[5]] < 0
    assert "talk to attend" in (mended.reason or "")
    result, _ = solved(workspace, WEEK, work=0)
    assert result.status is RotaStatus.INFEASIBLE
