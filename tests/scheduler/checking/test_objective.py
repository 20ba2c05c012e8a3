"""The objective's terms: cost, wishes, nights, contract minima, coverage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.agents import FixedWork, TimeOff, Wish, WishKind, WorkedDay
from scheduler.check import Objective, check
from scheduler.rota import Rota
from scheduler.settings import Weights
from scheduler.shifts import ShiftTemplate
from scheduler.sites import Site
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    DAY,
    MONDAY,
    PHONE,
    instant,
    make_agent,
    make_contract,
    make_requirement,
    make_rota,
    make_shift,
    make_workspace,
)

DAYS = timedelta(days=1)
NIGHT = ShiftTemplate("night", 1320, 1320, min_minutes=480, max_minutes=480)


def workspace_of(contract: dict[str, Any] | None = None, **tables: Any) -> Workspace:
    return make_workspace(
        contracts=[make_contract(**{"shifts": ("day", "night"), **(contract or {})})],
        templates=[DAY, NIGHT],
        **tables,
    )


def objective_of(workspace: Workspace, rota: Rota) -> Objective:
    return check(workspace, make_requirement([]), rota).objective


def test_all_terms_add_up() -> None:
    weights = Weights(cost=0.01, wish=2.0, night=3.0, under_contract=0.5, overstaffing=0.25)
    workspace = workspace_of(
        {"min_week_minutes": 2400},
        agents=[make_agent(hourly_cost=20.0, wish_factor=1.5)],
        settings={"weights": weights},
        wishes=(Wish("a1", WishKind.DAY_OFF, day=MONDAY, weight=2.0),),
    )
    rota = make_rota(
        [make_shift(workspace), make_shift(workspace, day=MONDAY + DAYS, minute=1320, template="night")]
    )
    start = instant(MONDAY, 480)
    requirement = make_requirement(
        [(PHONE, start, 3.0), (PHONE, start + timedelta(minutes=15), 0.5)], weight=4.0
    )
    report = check(workspace, requirement, rota)
    assert report.objective.quantities == pytest.approx(
        {
            "short": 0.5,
            "cost": 320.0,
            "wish": 3.0,
            "night": 1.0,
            "under_contract": 24.0,
            "overstaffing": 16 - 0.25 - 0.125,
            # Refused weight beyond 1: two squared.
            "fairness": 4.0,
            "stability": 0.0,
            "translation": 0.0,
        }
    )
    terms = {"short": 2.0, "cost": 3.2, "wish": 6.0, "night": 3.0, "under_contract": 12.0}
    over = 0.25 * 15.625
    zeros = {"stability": 0.0, "translation": 0.0}
    assert report.objective.terms == pytest.approx({**terms, "overstaffing": over, "fairness": 0.4, **zeros})
    assert report.objective.total == pytest.approx(sum(terms.values()) + over + 0.4)
    assert report.cost == {"EUR": 320.0}


def test_costs_are_by_currency_and_weigh_at_their_rate() -> None:
    workspace = make_workspace(
        agents=[
            make_agent("a1", hourly_cost=20.0),
            make_agent("a2", site="manila", hourly_cost=300.0),
            make_agent("a3", site="mars", hourly_cost=7.0),
        ],
        sites=[
            Site("riga", "Europe/Riga"),
            Site("manila", "Asia/Manila", currency="PHP"),
            Site("mars", "UTC", currency="XTS"),
        ],
        settings={"rates": {"PHP": 0.016}},
    )
    report = check(
        workspace, make_requirement([]), make_rota(make_shift(workspace, name) for name in ("a1", "a2", "a3"))
    )
    assert report.cost == {"EUR": 160.0, "PHP": 2400.0, "XTS": 56.0}
    assert report.objective.quantities["cost"] == pytest.approx(160 + 2400 * 0.016)


WORKED = [(MONDAY, "day", 540)]
WISHES = [
    (WishKind.DAY_OFF, {}, WORKED, True),
    (WishKind.DAY_OFF, {}, [], False),
    (WishKind.WORK, {}, WORKED, False),
    (WishKind.WORK, {}, [], True),
    (WishKind.SHIFT, {"shift": "day"}, WORKED, False),
    (WishKind.SHIFT, {"shift": "night"}, WORKED, True),
    (WishKind.SHIFT, {"shift": "day"}, [], True),
    (WishKind.START_BEFORE, {"minute": 540}, WORKED, False),
    (WishKind.START_BEFORE, {"minute": 539}, WORKED, True),
    (WishKind.START_BEFORE, {"minute": 0}, [], False),
    (WishKind.START_AFTER, {"minute": 540}, WORKED, False),
    (WishKind.START_AFTER, {"minute": 541}, WORKED, True),
    (WishKind.START_AFTER, {"minute": 1439}, [], False),
]


@pytest.mark.parametrize(("kind", "wish", "shifts", "refused"), WISHES)
def test_which_wishes_are_refused(
    kind: WishKind, wish: dict[str, Any], shifts: list[tuple[date, str, int]], refused: bool
) -> None:
    workspace = workspace_of(wishes=(Wish("a1", kind, day=MONDAY, weight=2.0, **wish),))
    rota = make_rota(make_shift(workspace, "a1", day, minute, template=name) for day, name, minute in shifts)
    assert objective_of(workspace, rota).quantities["wish"] == (2.0 if refused else 0.0)


def test_a_weekday_wish_is_one_for_each_such_date() -> None:
    workspace = workspace_of(wishes=(Wish("a1", WishKind.WORK, weekday=0),), settings={"days": 15})
    assert objective_of(workspace, make_rota([])).quantities["wish"] == 3.0


def test_wishes_to_work_are_void_on_leave_and_outside_employment() -> None:
    away = TimeOff("a1", instant(MONDAY, 0), instant(MONDAY + DAYS, 0), whole_days=(MONDAY,))
    wishes = (
        Wish("a1", WishKind.WORK, day=MONDAY),
        Wish("a1", WishKind.SHIFT, day=MONDAY + DAYS, shift="day"),
        Wish("a1", WishKind.WORK, day=MONDAY + 2 * DAYS),
    )
    workspace = workspace_of(
        wishes=wishes, time_off=(away,), agents=[make_agent(first_date=MONDAY + 2 * DAYS)]
    )
    assert objective_of(workspace, make_rota([])).quantities["wish"] == 1.0


def leave(first: int, days: int, *, paid: bool) -> TimeOff:
    dates = [MONDAY + step * DAYS for step in range(first, first + days)]
    start, end = instant(dates[0], 0), instant(dates[-1] + DAYS, 0)
    return TimeOff("a1", start, end, whole_days=tuple(dates), paid=paid)


MINIMA: list[tuple[dict[str, Any], dict[str, Any], float]] = [
    # 40 h a week, one shift of 8 h worked.
    ({"min_week_minutes": 2400}, {}, 32.0),
    # The week's minimum is that of the plan's dates: 3/7 of it.
    ({"min_week_minutes": 2100}, {"settings": {"start": MONDAY, "days": 3}}, 15.0 - 8.0),
    ({"min_week_minutes": 2100}, {"time_off": (leave(1, 3, paid=False),)}, 35.0 * 4 / 7 - 8.0),
    ({"min_week_minutes": 2100}, {"agents": [make_agent(last_date=MONDAY + 3 * DAYS)]}, 35.0 * 4 / 7 - 8.0),
    # Paid leave credits a fifth of the week a day.
    ({"min_week_minutes": 2400}, {"time_off": (leave(1, 2, paid=True),)}, 40.0 - 16.0 - 8.0),
    ({"min_week_minutes": 2400}, {"time_off": (leave(1, 5, paid=True),)}, 0.0),
    ({"min_plan_minutes": 1200}, {}, 12.0),
    ({"min_week_minutes": 600, "min_plan_minutes": 1200}, {}, 2.0 + 12.0),
    # 2 h a day of paid leave, to the week and to the plan.
    (
        {"min_week_minutes": 600, "min_plan_minutes": 1200},
        {"time_off": (leave(1, 1, paid=True),)},
        0.0 + 10.0,
    ),
    ({"min_week_minutes": 480, "min_plan_minutes": 480}, {}, 0.0),
    # What was worked before the plan is no part of the minimum of its dates.
    (
        {"min_week_minutes": 2100},
        {"settings": {"start": MONDAY + DAYS, "days": 3}, "worked": (WorkedDay("a1", MONDAY, 480),)},
        7.0,
    ),
]


@pytest.mark.parametrize(("contract", "tables", "hours"), MINIMA)
def test_missing_contract_hours(contract: dict[str, Any], tables: dict[str, Any], hours: float) -> None:
    workspace = workspace_of(contract, **tables)
    rota = make_rota([make_shift(workspace, day=workspace.settings.start)])
    found = objective_of(workspace, rota).quantities["under_contract"]
    assert found == pytest.approx(hours)


def test_part_of_a_day_off_changes_no_minimum_and_all_of_it_does() -> None:
    tuesday = MONDAY + DAYS
    part = TimeOff("a1", instant(tuesday, 0), instant(tuesday, 1439), paid=False)
    whole = TimeOff("a1", instant(tuesday, 0), instant(tuesday + DAYS, 0), paid=False)
    contract = {"min_week_minutes": 2100}
    for absence, hours in ((part, 35.0), (whole, 30.0)):
        workspace = workspace_of(contract, time_off=(absence,))
        assert objective_of(workspace, make_rota([])).quantities["under_contract"] == pytest.approx(hours)


def test_fixed_nights_and_fixed_pay_count() -> None:
    work = FixedWork("a1", instant(MONDAY, 1320), instant(MONDAY + DAYS, 360), "shift", paid_minutes=600)
    workspace = workspace_of(fixed=(work,), agents=[make_agent(hourly_cost=10.0)])
    shift = make_shift(workspace, minute=1320, template="night")
    rota = make_rota([replace(shift, template=None, fixed=True, paid_minutes=600)])
    quantities = objective_of(workspace, rota).quantities
    assert (quantities["night"], quantities["cost"]) == (1.0, 100.0)
