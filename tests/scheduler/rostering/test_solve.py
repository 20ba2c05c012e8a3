"""The engine as its callers see it: one call, a lawful rota, an honest objective."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from benchmarks.rota_problems import Size, rota_problem
from forecasting.timegrid import interval_grid
from scheduler.coverage import measure_coverage
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.result import Limits, RotaResult, RotaStatus
from scheduler.rostering.solve import solve
from scheduler.rota import ON_BREAK, Rota
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    EMAIL,
    MONDAY,
    PHONE,
    instant,
    make_agent,
    make_contract,
    make_queue,
    make_requirement,
    make_workspace,
)


def office_hours(agents: float, days: int = 5, *, start: int = 540, end: int = 1020) -> StaffingRequirement:
    """Require agents on the phone from 09:00 to 17:00 of the first days, in Riga."""
    rows = []
    for day in range(days):
        date = MONDAY + timedelta(days=day)
        for moment in interval_grid(instant(date, start), instant(date, end), 15):
            rows.append((PHONE, moment.to_pydatetime(), agents))
    return make_requirement(rows)


def run(workspace: Workspace, requirement: StaffingRequirement, **limits: object) -> RotaResult:
    """Solve with a work limit that lets every sweep end."""
    return solve(workspace, requirement, Limits(**{"work": 60, **limits}), clock=time.monotonic)  # type: ignore[arg-type]


def rota_of(result: RotaResult) -> Rota:
    assert result.rota is not None
    return result.rota


def test_one_agent_covers_five_days_but_for_the_break() -> None:
    workspace = make_workspace()
    result = run(workspace, office_hours(1))
    assert [shift.local_date.weekday() for shift in rota_of(result).shifts] == [0, 1, 2, 3, 4]
    # 8 h a day less half an hour of break; the shift of 8.5 h holds the eight hours.
    coverage = measure_coverage(workspace, office_hours(1), rota_of(result).stretches)
    assert coverage.short_hours == pytest.approx(2.5)
    assert result.objective == pytest.approx(2.5)


def test_two_agents_lay_their_breaks_apart() -> None:
    result = run(make_workspace(agents=2), office_hours(1))
    assert result.objective == pytest.approx(0.0)


def test_stretches_tile_every_shift_and_breaks_keep_their_window() -> None:
    rota = rota_of(run(make_workspace(agents=3), office_hours(2)))
    assert rota.shifts
    for shift in rota.shifts:
        tiles = [
            stretch
            for stretch in rota.stretches
            if stretch.agent == shift.agent and shift.start <= stretch.start < shift.end
        ]
        assert [tile.start for tile in tiles] == [shift.start, *(tile.end for tile in tiles[:-1])]
        assert tiles[-1].end == shift.end
        (pause,) = shift.breaks
        assert [(tile.start, tile.end) for tile in tiles if tile.activity == ON_BREAK] == [
            (pause.start, pause.end)
        ]
        assert timedelta(minutes=180) <= pause.start - shift.start
        assert pause.end - shift.start <= timedelta(minutes=330)


def test_deferred_work_fills_the_valleys_of_the_phone() -> None:
    queues = [make_queue(PHONE), make_queue(EMAIL, respond_within_minutes=480)]
    workspace = make_workspace(queues=queues, settings={"days": 1})
    morning = instant(MONDAY, 540)
    rows = [(PHONE, morning + timedelta(minutes=15 * step), 1.0) for step in range(8)]
    rows.append((EMAIL, morning, 12.0))
    result = run(workspace, make_requirement(rows))
    coverage = measure_coverage(workspace, make_requirement(rows), rota_of(result).stretches)
    assert coverage.short_hours == 0
    assert result.objective == 0


def test_nobody_works_seven_days_however_much_is_short() -> None:
    result = run(make_workspace(), office_hours(1, days=7))
    assert len(rota_of(result).shifts) == 5


def test_minutes_under_contract_are_filled_even_where_nothing_is_required() -> None:
    workspace = make_workspace(contracts=[make_contract(min_week_minutes=2400)])
    result = run(workspace, office_hours(0))
    assert sum(shift.paid_minutes for shift in rota_of(result).shifts) == 2400
    assert result.objective == pytest.approx(0.0)


def test_cost_alone_keeps_people_at_home() -> None:
    workspace = make_workspace(agents=[make_agent(hourly_cost=20.0)])
    assert rota_of(run(workspace, office_hours(0))).shifts == ()


@pytest.mark.slow
def test_equal_seed_and_work_give_the_same_rota() -> None:
    workspace = make_workspace(agents=6)
    first, second = (run(workspace, office_hours(4), work=20, seed=7) for _ in range(2))
    assert first.rota == second.rota
    assert first.work == second.work


def test_without_agents_everything_is_short_and_that_is_proven() -> None:
    result = run(make_workspace(agents=0), office_hours(1))
    assert result.status is RotaStatus.OPTIMAL
    assert result.objective == result.bound == pytest.approx(40.0)


def test_a_stop_at_once_still_gives_a_whole_rota() -> None:
    result = solve(
        make_workspace(agents=3), office_hours(2), Limits(), clock=time.monotonic, should_stop=lambda: True
    )
    assert result.status is RotaStatus.STOPPED
    assert rota_of(result).shifts


@pytest.mark.slow
def test_sweeps_that_the_bound_broke_off_go_on_after_it() -> None:
    workspace, requirement = rota_problem(Size(50, 8, 28), seed=1)
    said: list[str] = []
    solve(
        workspace,
        requirement,
        Limits(work=400, seed=1),
        clock=time.monotonic,
        on_progress=lambda report: said.append(report.message),
    )
    proving = said.index("Proving how good any rota can be")
    assert any(message.startswith("Sweep") for message in said[:proving])
    assert any(message.startswith("Sweep") for message in said[proving:])
