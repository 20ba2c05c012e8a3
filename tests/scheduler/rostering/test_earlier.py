"""A rota that begins with an earlier one: few changes, what had begun kept, an honest objective and bound."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from forecasting.timegrid import day_bounds
from scheduler.agents import TimeOff
from scheduler.begun import with_begun_work
from scheduler.check import Severity, check
from scheduler.earlier import Earlier
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.prices.known import known_prices, price_table
from scheduler.rostering.problem import compile_problem
from scheduler.rostering.result import Limits, RotaResult
from scheduler.rostering.solve import solve
from scheduler.rota import Rota, Shift
from scheduler.settings import Weights
from scheduler.workspace import Workspace
from tests.scheduler.factory import MONDAY, fill, instant, make_shift, make_workspace
from tests.scheduler.rostering.random_workspaces import random_case
from tests.scheduler.rostering.test_solve import office_hours, run

TUESDAY, WEDNESDAY = (MONDAY + timedelta(days=step) for step in (1, 2))
SUNDAY = MONDAY + timedelta(days=6)


def rota_with(workspace: Workspace, *shifts: Shift) -> Rota:
    return Rota(shifts, tuple(stretch for shift in shifts for stretch in fill(shift)))


def after(
    workspace: Workspace, rota: Rota, *, keep_before_minute: int | None = None, day: date = TUESDAY
) -> Workspace:
    settings = workspace.settings
    keep = None if keep_before_minute is None else instant(day, keep_before_minute)
    return with_begun_work(replace(workspace, earlier=Earlier(rota, settings.start, settings.end, keep)))


def sick(agent: str, first: date, days: int = 1) -> TimeOff:
    dates = tuple(first + timedelta(days=step) for step in range(days))
    zone = "Europe/Riga"
    return TimeOff(agent, day_bounds(zone, dates[0])[0], day_bounds(zone, dates[-1])[1], dates, "sick")


def dates_of(result: RotaResult, agent: str) -> list[date]:
    assert result.rota is not None
    return [shift.local_date for shift in result.rota.shifts if shift.agent == agent]


def examine(workspace: Workspace, requirement: StaffingRequirement, result: RotaResult) -> dict[str, float]:
    """Check a result as its callers would; return the objective's quantities."""
    assert result.rota is not None
    report = check(workspace, requirement, result.rota)
    assert not [each.message for each in report.violations if each.severity is Severity.VIOLATION]
    assert result.objective == pytest.approx(report.objective.total, abs=1e-6)
    assert result.bound is None or result.bound <= report.objective.total + 1e-6
    return dict(report.objective.quantities)


def test_a_rota_without_reason_to_change_stays_as_it_is() -> None:
    """The shift at ten begins an hour late: that is worth less than a change, if a change weighs 2."""
    plain = make_workspace(settings={"days": 1})
    rota = rota_with(plain, make_shift(plain, minute=600))
    requirement = office_hours(1, 1)
    assert run(plain, requirement).objective == pytest.approx(0.5)
    for weight, changes in ((2.0, 0), (0.25, 1)):
        weighed = make_workspace(settings={"days": 1, "weights": Weights(stability=weight)})
        workspace = after(weighed, rota)
        assert examine(workspace, requirement, run(workspace, requirement))["stability"] == changes


def test_each_kind_of_change_counts_once() -> None:
    workspace = make_workspace(agents=2)
    one, two, three = (make_shift(workspace, day=day) for day in (MONDAY, TUESDAY, WEDNESDAY))
    again = after(workspace, rota_with(workspace, one, two, three))
    moved = make_shift(workspace, day=TUESDAY, minute=510)
    other_breaks = make_shift(workspace, day=WEDNESDAY, break_starts=[300])
    added = make_shift(workspace, "a2")
    now = rota_with(again, moved, other_breaks, added)
    # Dropped on Monday, moved on Tuesday, a colleague's added; breaks elsewhere are no change.
    assert check(again, office_hours(1), now).objective.quantities["stability"] == 3
    assert check(workspace, office_hours(1), now).objective.quantities["stability"] == 0


def test_dates_that_the_earlier_rota_was_not_planned_for_do_not_count() -> None:
    workspace = make_workspace()
    rota = rota_with(workspace, make_shift(workspace, minute=510))
    earlier = Earlier(rota, MONDAY, TUESDAY)
    again = replace(workspace, earlier=earlier)
    result = run(again, office_hours(1))
    assert len(dates_of(result, "a1")) == 5
    assert examine(again, office_hours(1), result)["stability"] == 0


def test_a_colleague_takes_over_from_who_is_away_and_nobody_else_changes() -> None:
    # A break of half an hour is not worth a second agent.
    workspace = make_workspace(agents=3, settings={"weights": Weights(stability=0.6)})
    rota = rota_with(
        workspace,
        *(make_shift(workspace, "a1", MONDAY + timedelta(days=day), 510) for day in range(5)),
        make_shift(workspace, "a2", SUNDAY),
    )
    again = after(replace(workspace, time_off=(sick("a1", TUESDAY, 2),)), rota)
    result = run(again, office_hours(1), work=12)
    assert dates_of(result, "a1") == [MONDAY, MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)]
    helped = {*dates_of(result, "a2"), *dates_of(result, "a3")}
    assert helped == {TUESDAY, WEDNESDAY, SUNDAY}
    # Two shifts are lost, two are added.
    assert examine(again, office_hours(1), result)["stability"] == 4


def test_what_has_begun_stays_and_nothing_else_begins_before() -> None:
    workspace = make_workspace(agents=2)
    rota = rota_with(
        workspace, make_shift(workspace, minute=600), make_shift(workspace, day=TUESDAY, minute=600)
    )
    again = after(workspace, rota, keep_before_minute=540)
    result = run(again, office_hours(2))
    assert result.rota is not None
    first = [shift for shift in result.rota.shifts if shift.local_date == MONDAY]
    assert [(shift.agent, shift.start, shift.fixed) for shift in first] == [
        ("a1", instant(MONDAY, 600), True)
    ]
    assert all(shift.start >= instant(TUESDAY, 540) for shift in result.rota.shifts if not shift.fixed)
    assert instant(TUESDAY, 540) in {shift.start for shift in result.rota.shifts}
    examine(again, office_hours(2), result)
    early = rota_with(again, *rota.shifts, make_shift(workspace, "a2", minute=570))
    found = check(again, office_hours(2), early).violations
    assert [(each.rule, each.agent) for each in found if each.severity is Severity.VIOLATION] == [
        ("fixed", "a1"),
        ("keep_before", "a2"),
    ]


def test_who_left_in_between_worked_until_then() -> None:
    workspace = make_workspace(agents=2)
    rota = rota_with(workspace, make_shift(workspace), make_shift(workspace, "a2"))
    left = TimeOff("a1", instant(MONDAY, 727), instant(TUESDAY, 0), kind="sick")
    away = TimeOff("a2", instant(MONDAY, 420), instant(TUESDAY, 0), kind="sick")
    again = after(replace(workspace, time_off=(left, away)), rota, keep_before_minute=0)
    (kept,) = again.fixed
    assert (kept.agent, kept.end, kept.paid_minutes) == ("a1", instant(MONDAY, 720), None)
    assert kept.breaks == tuple((each.start, each.end, each.paid) for each in rota.shifts[0].breaks)
    assert MONDAY not in dates_of(run(again, office_hours(1), work=5), "a2")


def test_fixed_work_of_the_date_is_what_holds() -> None:
    workspace = make_workspace()
    given = with_begun_work(
        replace(
            after(workspace, rota_with(workspace, make_shift(workspace)), keep_before_minute=0),
            earlier=Earlier(
                rota_with(workspace, make_shift(workspace, minute=600)), MONDAY, SUNDAY, instant(TUESDAY, 0)
            ),
        )
    )
    (kept,) = given.fixed
    assert kept.start == instant(MONDAY, 480)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 210))
def test_many_plans_made_again_are_lawful_and_honest(seed: int) -> None:
    make_again(seed, agents=4, days=9, work=80)


def make_again(seed: int, *, agents: int, days: int, work: int) -> None:
    """Plan a random case, then again with somebody away from some day on, and some of it begun."""
    workspace, requirement = random_case(seed, agents=agents, days=days)
    limits = Limits(work=work, seed=seed)
    first = solve(workspace, requirement, limits, clock=time.monotonic)
    assert first.rota is not None
    settings = workspace.settings
    name = sorted(workspace.agents)[0]
    zone = workspace.sites[workspace.agents[name].site].time_zone
    away = settings.dates[2:4]
    absence = TimeOff(name, day_bounds(zone, away[0])[0], day_bounds(zone, away[-1])[1], away, "sick")
    keep = day_bounds(zone, settings.dates[1])[0]
    again = with_begun_work(
        replace(
            workspace,
            time_off=(*workspace.time_off, absence),
            earlier=Earlier(first.rota, settings.start, settings.end, keep, first.prices),
        )
    )
    result = solve(again, requirement, limits, clock=time.monotonic)
    assert result.rota is not None
    report = check(again, requirement, result.rota)
    broken = [each for each in report.violations if each.severity is Severity.VIOLATION]
    if result.reasons:
        broken = [each for each in broken if not each.rule.endswith("_running")]
    assert not [each.message for each in broken]
    assert result.objective == pytest.approx(report.objective.total, abs=1e-6)
    assert not [note for note in result.notes if "error of the proof" in note]
    kept = {shift for shift in first.rota.shifts if shift.start < keep and shift.agent != name}
    now = {replace(shift, fixed=False) for shift in result.rota.shifts}
    assert {replace(shift, fixed=False) for shift in kept} <= now


def test_prices_come_back_as_they_were() -> None:
    workspace = make_workspace()
    demand = compile_problem(workspace, office_hours(1)).demand
    prices = demand.required * 0.125
    table = price_table(prices, demand)
    assert len(table) == 5 * 32
    assert (known_prices(table, demand) == prices).all()
    later = replace(demand, origin=demand.origin + timedelta(hours=1))
    assert (known_prices(table, later)[:-4] == prices[4:]).all()
