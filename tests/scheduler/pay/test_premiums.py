"""How premium pay counts: weeks and history, dates of rules, stacking, order; times of steps."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.agents import WorkedDay
from scheduler.pay.price import ShiftPay, price_shifts
from scheduler.rota import Break, Shift
from scheduler.sites import Site
from scheduler.team import RuleRow
from tests.scheduler.factory import MONDAY, instant, make_agent, make_workspace

DAY = timedelta(days=1)
WEEKLY = (RuleRow("x", "overtime_week_premium", "2400:0.5"),)


def a_shift(day: date, minute: int = 480, length: int = 480, agent: str = "a1") -> Shift:
    start = instant(day, minute)
    return Shift(agent, "riga", "day", start, start + timedelta(minutes=length), day, "Europe/Riga", length)


def pay(shifts: list[Shift], *rules: RuleRow, **tables: Any) -> tuple[ShiftPay, ...]:
    site = Site("riga", "Europe/Riga", country="LV", rules="x")
    agents = [make_agent(name, hourly_cost=10.0) for name in sorted({shift.agent for shift in shifts})]
    rows = rules or (RuleRow("x", "notice_days", "7"),)
    return price_shifts(shifts, make_workspace(agents=agents, sites=[site], rules=rows, **tables))


def test_days_before_the_plan_count_in_the_week() -> None:
    # The plan starts on a Friday; Monday to Thursday were 9 h each: 4 h are left of the week's 40.
    friday = MONDAY + 4 * DAY
    worked = tuple(WorkedDay("a1", MONDAY + step * DAY, 540) for step in range(4))
    span = {"start": friday, "days": 3}
    (alone,) = pay([a_shift(friday)], *WEEKLY, settings=span)
    (later,) = pay([a_shift(friday)], *WEEKLY, settings=span, worked=worked)
    assert (alone.overtime_minutes, later.overtime_minutes) == (0, 240)
    assert later.premium == pytest.approx(4 * 5.0)


def test_overtime_of_a_day_before_the_plan_does_not_count_in_the_week() -> None:
    friday = MONDAY + 4 * DAY
    worked = tuple(WorkedDay("a1", MONDAY + step * DAY, 600) for step in range(4))
    daily = RuleRow("x", "overtime_day_premium", "480:0.5")
    (later,) = pay([a_shift(friday)], *WEEKLY, daily, settings={"start": friday, "days": 3}, worked=worked)
    assert later.overtime_minutes == 0


def test_another_agents_days_and_another_week_do_not_count() -> None:
    others = [WorkedDay("a2", MONDAY + step * DAY, 600) for step in range(4)]
    worked = (*others, WorkedDay("a1", MONDAY - DAY, 600))
    shifts = [a_shift(MONDAY + 4 * DAY), *(a_shift(MONDAY + step * DAY, agent="a3") for step in range(5))]
    assert all(each.overtime_minutes == 0 for each in pay(shifts, *WEEKLY, worked=worked))


def test_a_shift_over_midnight_belongs_to_the_week_in_which_it_starts() -> None:
    shifts = [a_shift(MONDAY + step * DAY) for step in range(5)] + [a_shift(MONDAY + 6 * DAY, 1320)]
    assert [each.overtime_minutes for each in pay(shifts, *WEEKLY)][-1] == 480


def test_the_rest_day_is_the_seventh_date_worked_history_included() -> None:
    rest = RuleRow("x", "rest_day_premium", "0.5")
    shifts = [a_shift(MONDAY + step * DAY) for step in range(1, 7)]
    monday = (WorkedDay("a1", MONDAY, 300),)
    span = {"start": MONDAY + DAY, "days": 6}
    assert sum(each.rest_day_minutes for each in pay(shifts, rest, settings=span)) == 0
    days = pay(shifts, rest, settings=span, worked=monday)
    assert [each.rest_day_minutes for each in days] == [0, 0, 0, 0, 0, 480]
    assert days[-1].premium == pytest.approx(8 * 5.0)
    free = (WorkedDay("a1", MONDAY, 0),)
    assert sum(each.rest_day_minutes for each in pay(shifts, rest, settings=span, worked=free)) == 0


def test_premiums_follow_the_rules_of_the_shifts_date() -> None:
    rows = [
        RuleRow("x", "night_premium", "0.1", None, MONDAY),
        RuleRow("x", "night_premium", "0.2", MONDAY + DAY, MONDAY + DAY),
    ]
    nights = [a_shift(MONDAY + step * DAY, 1380, 420) for step in range(3)]
    assert [each.premium for each in pay(nights, *rows)] == pytest.approx([7.0, 14.0, 0.0])


def test_the_weeks_overtime_follows_the_rules_of_its_first_date_inside_the_plan() -> None:
    rows = [
        RuleRow("x", "overtime_week_premium", "2400:0.5", None, MONDAY + 3 * DAY),
        RuleRow("x", "overtime_week_premium", "1200:1.0", MONDAY + 4 * DAY),
    ]
    shifts = [a_shift(MONDAY + step * DAY) for step in range(6)]
    assert sum(each.premium for each in pay(shifts, *rows)) == pytest.approx(8 * 5.0)
    span = {"start": MONDAY + 4 * DAY, "days": 3}
    worked = tuple(WorkedDay("a1", MONDAY + step * DAY, 480) for step in range(4))
    later = pay(shifts[4:], *rows, settings=span, worked=worked)
    assert sum(each.premium for each in later) == pytest.approx(16 * 10.0)


@pytest.mark.parametrize(
    ("how", "share"), [("add", 1.1), ("multiply", 1.5 * 1.4 * 1.2 - 1), ("highest", 0.5)]
)
def test_premiums_on_the_same_minute(how: str, share: float) -> None:
    rows = [
        RuleRow("x", "night_premium", "0.4"),
        RuleRow("x", "sunday_premium", "0.2"),
        RuleRow("x", "overtime_day_premium", "300:0.5"),
        RuleRow("x", "premium_stacking", how),
    ]
    sunday = a_shift(MONDAY - DAY, 1080, 360)  # 18:00 to 24:00; from 23:00 on all three
    (only,) = pay([sunday], *rows, settings={"start": MONDAY - DAY})
    assert only.premium == pytest.approx(10 * (5 * 0.2 + share))


def test_fixed_work_that_states_its_minutes_is_paid_these() -> None:
    start = instant(MONDAY, 1320)
    meeting = Shift(
        "a1", "riga", None, start, start + timedelta(hours=2), MONDAY, "Europe/Riga", 60, fixed=True
    )
    (only,) = pay([meeting], RuleRow("x", "night_premium", "0.5"))
    assert only.night_minutes == 30
    assert only.cost == pytest.approx(10 + 0.5 * 5)


def test_a_shift_that_is_all_unpaid_break_is_paid_nothing() -> None:
    start, end = instant(MONDAY, 480), instant(MONDAY, 510)
    empty = Shift("a1", "riga", None, start, end, MONDAY, "Europe/Riga", 0, (Break(start, end, paid=False),))
    assert [each.cost for each in pay([empty, a_shift(MONDAY + DAY)], *WEEKLY)] == [0, 80]


MANY = (
    *WEEKLY,
    RuleRow("x", "overtime_day_premium", "480:0.5;600:1.0"),
    RuleRow("x", "night_premium", "0.25"),
    RuleRow("x", "sunday_premium", "0.5"),
    RuleRow("x", "rest_day_premium", "0.3"),
)


@pytest.mark.slow
@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 287), st.integers(1, 150)), max_size=25),
    st.randoms(use_true_random=False),
)
def test_pay_depends_on_neither_order_nor_other_agents(
    drawn: list[tuple[int, int, int]], rng: random.Random
) -> None:
    shifts = [
        a_shift(MONDAY + (step % 10) * DAY, 5 * minute, 5 * length, agent=f"a{step // 10}")
        for step, minute, length in drawn
        if (step % 10, minute) != (6, 36)  # 03:00 does not exist on that Sunday in Riga
        and not (step % 10 == 6 and 36 <= minute < 48)
    ]
    shifts = list({(shift.agent, shift.local_date): shift for shift in shifts}.values())
    together = dict(zip([id(shift) for shift in shifts], pay(shifts, *MANY), strict=True))
    mixed = rng.sample(shifts, len(shifts))
    assert [together[id(shift)] for shift in mixed] == list(pay(mixed, *MANY))
    for name in {shift.agent for shift in shifts}:
        own = [shift for shift in shifts if shift.agent == name]
        alone = pay(own, *MANY)
        np.testing.assert_allclose([each.cost for each in alone], [together[id(each)].cost for each in own])
    for shift in shifts:
        each = together[id(shift)]
        assert each.cost == pytest.approx(shift.paid_minutes / 60 * 10 + each.premium)
        assert 0 <= each.premium <= shift.paid_minutes / 60 * 10 * (0.25 + 0.5 + 1.0) + 1e-9
        assert 0 <= each.overtime_minutes <= shift.paid_minutes


def test_many_agents_are_priced_in_batches_like_one(monkeypatch: pytest.MonkeyPatch) -> None:
    shifts = [a_shift(MONDAY + step * DAY, agent=f"a{number}") for number in range(5) for step in range(6)]
    whole = pay(shifts, *MANY)
    monkeypatch.setattr("scheduler.pay.price.BATCH_SHIFTS", 7)
    assert pay(shifts, *MANY) == whole
    assert sum(each.overtime_minutes for each in whole) == 5 * 480
