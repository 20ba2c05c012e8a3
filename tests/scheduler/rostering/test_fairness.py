"""Fair shares, and what engine and checker make of them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from scheduler.agents import Wish, WishKind, WorkedDay
from scheduler.check import check
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.fairness import Fair
from scheduler.rostering.problem import compile_problem
from scheduler.rota import Rota, Shift
from scheduler.settings import Weights
from scheduler.shares import FairShare, fair_share
from scheduler.shifts import ShiftTemplate
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    DAY,
    MONDAY,
    PHONE,
    fill,
    instant,
    make_agent,
    make_contract,
    make_requirement,
    make_shift,
    make_workspace,
)
from tests.scheduler.rostering.test_solve import run

SATURDAY, SUNDAY = MONDAY + timedelta(days=5), MONDAY + timedelta(days=6)
NIGHT = ShiftTemplate("night", earliest_start=1260, latest_start=1380, min_minutes=510, max_minutes=510)


def share_of(workspace: Workspace, *worked: WorkedDay) -> FairShare:
    return fair_share(workspace, workspace.agents["a1"], worked)


def weekend_requirement() -> StaffingRequirement:
    return make_requirement(
        [(PHONE, instant(day, minute), 1.0) for day in (SATURDAY, SUNDAY) for minute in range(540, 1020, 15)]
    )


def fairness_of(workspace: Workspace, *shifts: Shift) -> float:
    rota = Rota(shifts, tuple(stretch for shift in shifts for stretch in fill(shift)))
    return check(workspace, weekend_requirement(), rota).objective.quantities["fairness"]


def test_a_share_is_what_evenly_spread_work_gives() -> None:
    week = make_workspace()
    # Five of seven dates: 1.43 of two weekend dates. No nights among the contract's shifts.
    assert share_of(week) == FairShare(nights=0, weekends=2, holidays=0, refused=1)
    months = make_workspace(settings={"days": 28})
    # 5.7 of eight; Good Friday, Easter and its Monday, the 3rd to 6th of April: 2.1 of three.
    assert share_of(months) == FairShare(nights=0, weekends=6, holidays=3, refused=4)
    both = make_workspace(
        templates=(DAY, NIGHT), contracts=(make_contract(shifts=("day", "night")),), settings={"days": 28}
    )
    # 20 shifts; 5 day starts and 5 night starts (21:00 to 23:00) with three hours of the night each.
    assert share_of(both).nights == 10
    weekdays = make_workspace(
        templates=(ShiftTemplate("day", 480, 600, 510, 510, weekdays=frozenset(range(5))),)
    )
    assert share_of(weekdays).weekends == 0


def test_history_is_carried_over() -> None:
    workspace = make_workspace()
    before = [date(2026, 3, 21), date(2026, 3, 22)]
    worked = [WorkedDay("a1", day, 480, night=True) for day in before]
    # f (2 + 2) − 2 = 0.86 weekend dates; two nights that no shift of the contract is.
    assert share_of(workspace, *worked) == FairShare(nights=-2, weekends=1, holidays=0, refused=1)
    free = [WorkedDay("a1", day) for day in before]
    assert share_of(workspace, *free).weekends == 3


def test_the_checker_squares_what_is_beyond_the_share() -> None:
    worked = tuple(WorkedDay("a1", SATURDAY - timedelta(days=7 * back), 480) for back in (1, 2))
    workspace = make_workspace(worked=worked)
    # f (2 + 2) − 2 = 0.86: one is fair.
    assert share_of(workspace, *worked).weekends == 1
    one, two = make_shift(workspace, day=SATURDAY), make_shift(workspace, day=SUNDAY)
    assert fairness_of(workspace, one) == 0
    assert fairness_of(workspace, one, two) == 1
    wishes = tuple(Wish("a1", WishKind.DAY_OFF, day=day, weight=1.5) for day in (SATURDAY, SUNDAY))
    wishing = make_workspace(worked=worked, wishes=wishes)
    # Three of refused weight, of which one is fair.
    assert fairness_of(wishing, one, two) == 1 + 4


@pytest.mark.slow
@pytest.mark.parametrize("burdened", ["a1", "a2"])
def test_who_bore_more_before_is_spared(burdened: str) -> None:
    worked = tuple(WorkedDay(burdened, SATURDAY - timedelta(days=7 * back), 480) for back in (1, 2))
    workspace = make_workspace(agents=2, worked=worked, settings={"weights": Weights(fairness=0.6)})
    result = run(workspace, weekend_requirement())
    assert result.rota is not None
    # One date is fair for who was at work on two before; a second is not worth the half hour of a break.
    weekend = [shift.agent for shift in result.rota.shifts if shift.local_date in (SATURDAY, SUNDAY)]
    assert weekend.count(burdened) == 1
    assert check(workspace, weekend_requirement(), result.rota).objective.terms["fairness"] == 0


def test_the_exact_model_and_the_proof_count_it() -> None:
    """One agent alone: both dates are worth it, and the term is in the proven objective."""
    worked = tuple(WorkedDay("a1", SATURDAY - timedelta(days=7 * back), 480) for back in (1, 2))
    workspace = make_workspace(worked=worked)
    result = run(workspace, weekend_requirement())
    # A break each of half an hour, and 0.1 × 1².
    assert result.objective == pytest.approx(1.0 + 0.1)
    assert result.bound == pytest.approx(1.1, abs=1e-3)


def test_a_line_lies_below_the_term_and_touches_it() -> None:
    workspace = make_workspace(agents=[make_agent()], settings={"days": 28})
    person = compile_problem(workspace, weekend_requirement()).people[0]
    fair = person.fair
    assert isinstance(fair, Fair)
    random = np.random.default_rng(3)
    for _ in range(50):
        at, counts = random.integers(-1, 12, size=(2, 3)).astype(float)
        slopes, constant = fair.line(at)
        for point, touches in ((counts, False), (at, True)):
            term = fair.weight * float((np.maximum(0.0, point - fair.share) ** 2).sum())
            line = constant + float((slopes * point).sum())
            assert line <= term + 1e-9
            assert not touches or line == pytest.approx(term)
