"""The whole problem as one model: its optimum is the best of all rotas, and its bound is one."""

from __future__ import annotations

import time
from itertools import product

import pytest

from scheduler.coverage import measure_coverage
from scheduler.rostering.exact.scale import FINE, SCALE, cost_down, need_down, speed_up
from scheduler.rostering.result import Limits, RotaStatus
from scheduler.rostering.solve import solve
from scheduler.rota import Shift
from scheduler.shifts import BreakRule, ShiftTemplate
from tests.scheduler.factory import (
    EMAIL,
    MONDAY,
    PHONE,
    fill,
    instant,
    make_agent,
    make_contract,
    make_queue,
    make_requirement,
    make_shift,
    make_workspace,
)

BRIEF = ShiftTemplate("day", 480, 495, 60, 60, 15, 30, (BreakRule(10, False, 20, 45),))


@pytest.mark.parametrize(
    "needs",
    [
        [0, 2, 1.35, 0.35, 0.65],
        *(
            pytest.param(needs, marks=pytest.mark.slow)
            for needs in ([1, 1, 1, 1, 1], [2, 0.5, 0.25, 1, 0.4], [0.3, 0.7, 1.9, 0.2, 0])
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("cost", [0.0, pytest.param(400.0, marks=pytest.mark.slow)])
def test_the_optimum_is_the_best_of_all_rotas(needs: list[float], cost: float) -> None:
    workspace = make_workspace(
        agents=[make_agent("a1", hourly_cost=cost), make_agent("a2", hourly_cost=cost / 2)],
        templates=[BRIEF],
        settings={"days": 1},
    )
    rows = [(PHONE, instant(MONDAY, 480 + 15 * step), need) for step, need in enumerate(needs)]
    requirement = make_requirement(rows)
    choices: list[list[Shift | None]] = [
        [None]
        + [
            make_shift(workspace, agent, minute=minute, break_starts=[pause])
            for minute in (480, 495)
            for pause in (20, 25, 30, 35)
        ]
        for agent in ("a1", "a2")
    ]

    def objective(shifts: tuple[Shift | None, ...]) -> float:
        worked = [shift for shift in shifts if shift is not None]
        stretches = [stretch for shift in worked for stretch in fill(shift)]
        hours = sum(shift.paid_minutes / 60 * workspace.agents[shift.agent].hourly_cost for shift in worked)
        return measure_coverage(workspace, requirement, stretches).weighted_short_hours + 0.001 * hours

    best = min(objective(shifts) for shifts in product(*choices))
    result = solve(workspace, requirement, Limits(work=3000), clock=time.monotonic)
    assert result.status is RotaStatus.OPTIMAL
    assert result.objective == pytest.approx(best, abs=1e-4)
    assert result.bound is not None
    assert best - 1e-3 <= result.bound <= best + 1e-9


def test_deferred_work_that_must_wait_for_the_phone_is_planned_exactly() -> None:
    queues = [make_queue(PHONE, priority=3.0), make_queue(EMAIL, respond_within_minutes=30)]
    workspace = make_workspace(queues=queues, templates=[BRIEF], settings={"days": 1})
    phone = [(PHONE, instant(MONDAY, 480 + 15 * step), need) for step, need in enumerate([1, 0, 0, 1])]
    email = [(EMAIL, instant(MONDAY, 480), 1.0), (EMAIL, instant(MONDAY, 510), 1.0)]
    requirement = make_requirement([*phone, *email])
    result = solve(workspace, requirement, Limits(work=3000), clock=time.monotonic)
    assert result.status is RotaStatus.OPTIMAL
    # 08:00-09:00 less ten minutes: phone 30, first email 15 and second email 5 of 15 minutes, or the like.
    assert result.objective == pytest.approx(10 / 60, abs=1e-3)


def test_rounding_never_overstates() -> None:
    assert need_down(1.0000049) == FINE
    assert speed_up(0.8) == FINE * 8 // 10
    assert speed_up(1 / 3) * 3 > FINE
    assert cost_down(1 / 7) * 7 < SCALE
    assert cost_down(-1 / 7) * 7 < -SCALE


def test_a_contract_minimum_is_weighed_against_cost() -> None:
    contract = make_contract(min_week_minutes=2400)
    workspace = make_workspace(
        agents=[make_agent(hourly_cost=600.0)], contracts=[contract], templates=[BRIEF], settings={"days": 2}
    )
    result = solve(workspace, make_requirement([]), Limits(work=3000), clock=time.monotonic)
    # A paid hour costs 0.6, one missing from the contract 0.5: nobody works.
    assert result.status is RotaStatus.OPTIMAL
    assert result.objective == pytest.approx(2400 * 2 / 7 / 60 * 0.5, abs=1e-3)
