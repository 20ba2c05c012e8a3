"""Rule packs at their edges: messages, dates, given work, clock changes, faulty rotas, rest by counting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.agents import FixedWork
from scheduler.check import check
from scheduler.rota import Shift
from scheduler.team import RuleRow
from tests.scheduler.checking.labour import (
    DAYS,
    FREE,
    MINUTES,
    OVERTIME,
    Work,
    broken,
    each,
    rota_of,
    workspace_of,
)
from tests.scheduler.factory import (
    MONDAY,
    instant,
    make_agent,
    make_contract,
    make_requirement,
    make_rota,
)


def test_messages_name_the_pack_and_its_source() -> None:
    rows = [
        RuleRow("x", "extends", "EU"),
        RuleRow("x", "max_day_minutes", "540", source="Works agreement 7"),
    ]
    workspace = workspace_of(rows)
    report = check(workspace, make_requirement([]), rota_of(workspace, [Work(0, 840, 595), Work(1, 420)]))
    assert [violation.message for violation in report.violations] == [
        "agent a1, 2026-03-23: 0 min of break count in 9 h 55 min of work, 1 min are required "
        "(pack EU: Directive 2003/88/EC Art. 4 (states no length: any break))",
        "agent a1, 2026-03-23: the day has 9 h 55 min, at most 9 h are allowed (pack x: Works agreement 7)",
        "agent a1, 2026-03-24: 0 min of break count in 8 h of work, 1 min are required "
        "(pack EU: Directive 2003/88/EC Art. 4 (states no length: any break))",
        "agent a1, 2026-03-24: 7 h 5 min of rest before this shift, 11 h are required "
        "(pack EU: Directive 2003/88/EC Art. 3)",
    ]


def test_the_tighter_of_contract_and_pack_holds() -> None:
    contract = make_contract(shifts=("any",), **{**FREE, "min_rest_minutes": 720})
    workspace = workspace_of({"min_rest_minutes": "660"}, contracts=[contract])
    rota = rota_of(workspace, [Work(0, 780), Work(1, 480)])
    (violation,) = check(workspace, make_requirement([]), rota).violations
    assert violation.message == "agent a1, 2026-03-24: 11 h of rest before this shift, 12 h are required"


def test_a_shift_follows_the_rules_of_its_date() -> None:
    tuesday = MONDAY + DAYS
    workspace = workspace_of([RuleRow("x", "max_day_minutes", "420", tuesday, tuesday)])
    report = check(workspace, make_requirement([]), rota_of(workspace, each(range(3))))
    assert [(violation.rule, violation.day) for violation in report.violations] == [
        ("max_day_minutes", tuesday)
    ]


def test_a_week_follows_the_rules_of_its_first_date_inside_the_plan() -> None:
    wednesday = MONDAY + 2 * DAYS
    rows = [RuleRow("x", "max_week_minutes", "1200", wednesday, None)]
    whole = workspace_of(rows)
    assert broken(whole, rota_of(whole, each(range(3)))) == []
    cut = workspace_of(rows, settings={"start": wednesday, "days": 5})
    assert broken(cut, rota_of(cut, each(range(3)))) == [("max_week_minutes", "violation")]


def test_what_given_work_breaks_alone_is_reported() -> None:
    start = instant(MONDAY, 480)
    works = (
        FixedWork("a1", start, start + 700 * MINUTES, "shift"),
        FixedWork("a1", start + 900 * MINUTES, start + 960 * MINUTES, "meeting"),
    )
    rows = {"max_day_minutes": "600", "min_rest_minutes": "660", "break_minutes": "360:30"}
    workspace = workspace_of(rows, fixed=works[:1])
    shift = Shift("a1", "riga", None, start, start + 700 * MINUTES, MONDAY, "Europe/Riga", 700, fixed=True)
    assert broken(workspace, make_rota([shift])) == [("max_day_minutes", "reported")]


def test_weekly_rest_over_the_hour_that_clocks_skip_and_repeat() -> None:
    # Saturday 16:00 to Monday 02:00 shows 34 h; 33 pass in March, 35 in October.
    works = [*each(range(6)), Work(7, 120)]
    for start, expected in ((MONDAY, ["min_weekly_rest_minutes"]), (date(2026, 10, 19), [])):
        workspace = workspace_of({"min_weekly_rest_minutes": "2040"}, settings={"start": start, "days": 8})
        assert [rule for rule, _ in broken(workspace, rota_of(workspace, works))] == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "zone", ["Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"]
)
def test_sundays_and_nights_are_the_sites(zone: str) -> None:
    rows = {"sunday_ban": "true", "max_night_shift_minutes": "420"}
    workspace = workspace_of(rows, zone)
    assert broken(workspace, rota_of(workspace, [Work(5, 960, 480), Work(7, 360, 480)])) == []
    assert broken(workspace, rota_of(workspace, [Work(5, 960, 485)])) == [("sunday_ban", "violation")]
    assert broken(workspace, rota_of(workspace, [Work(1, 1320, 480)])) == [
        ("max_night_shift_minutes", "violation")
    ]


def test_premiums_enter_the_cost() -> None:
    agents = [make_agent(hourly_cost=10.0)]
    workspace = workspace_of({"night_premium": "0.25", **OVERTIME}, agents=agents)
    report = check(
        workspace, make_requirement([]), rota_of(workspace, [Work(0, 1320, 480), Work(2, length=540)])
    )
    # 8 h and 7 of them at night; 9 h and one of overtime.
    assert report.cost == {"EUR": pytest.approx(80 + 7 * 2.5 + 90 + 5)}
    assert report.objective.quantities["cost"] == pytest.approx(192.5)


Change = Callable[[Shift], Shift]


@pytest.mark.parametrize(
    "change",
    [
        lambda shift: replace(shift, site="paris"),
        lambda shift: replace(shift, local_date=date(2031, 1, 1)),
        lambda shift: replace(shift, paid_minutes=-5),
        lambda shift: replace(shift, end=shift.start),
        lambda shift: replace(shift, breaks=shift.breaks * 2),
        lambda shift: replace(
            shift, breaks=(replace(shift.breaks[0], start=shift.start - DAYS, end=shift.end + DAYS),)
        ),
    ],
)
def test_a_faulty_rota_is_told_and_not_fallen_over(change: Change) -> None:
    rows = {
        "extends": "DE", "max_overtime_month_minutes": "0", "min_weekly_rest_minutes": "2100",
        "paid_break_minutes": "0:10", "break_latest_starts": "240", "max_sundays_running": "1", **OVERTIME,
    }  # fmt: skip
    workspace = workspace_of(rows, agents=[make_agent(hourly_cost=10.0)])
    shifts = rota_of(workspace, [Work(0, template="unpaid", breaks=(240,)), Work(2)]).shifts
    rota = make_rota([change(shifts[0]), shifts[1]])
    assert broken(workspace, rota)


@pytest.mark.slow
@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 287), st.integers(12, 200)), min_size=14, max_size=14),
    st.sets(st.integers(0, 13), max_size=5),
    st.sampled_from([600, 1440, 1800, 2100, 2520]),
)
def test_weekly_rest_agrees_with_counting_free_steps(
    drawn: list[tuple[int, int]], free: set[int], limit: int
) -> None:
    # In winter, for a wall-clock time to be an instant that is easily computed.
    start = date(2026, 1, 5)
    workspace = workspace_of({"min_weekly_rest_minutes": str(limit)}, settings={"start": start, "days": 14})
    works = [
        Work(day, 5 * minute, 5 * length) for day, (minute, length) in enumerate(drawn) if day not in free
    ]
    found = {
        violation.day
        for violation in check(workspace, make_requirement([]), rota_of(workspace, works)).violations
        if violation.rule == "min_weekly_rest_minutes"
    }
    busy = [False] * (288 * 16)
    for work in works:
        first = 288 * work.day + work.minute // 5
        busy[first : first + work.length // 5] = [True] * (work.length // 5)
    expected = set()
    for week in (0, 1):
        best = 0.0
        step = 0
        while step < len(busy):
            end = step
            while end < len(busy) and not busy[end]:
                end += 1
            inside = 5 * (min(end, 2016 * (week + 1)) - max(step, 2016 * week))
            endless = step == 0 or end == len(busy)
            if inside >= min(limit, 1440):
                best = max(best, float("inf") if endless else 5 * (end - step))
            step = max(end, step + 1)
        if best < limit:
            expected.add(start + 7 * week * DAYS)
    assert found == expected
