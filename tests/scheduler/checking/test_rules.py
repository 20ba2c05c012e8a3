"""Every rule has a good rota and a small change of it that breaks that rule and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from forecasting.hours import parse_hours
from scheduler.agents import Availability, TimeOff, WorkedDay
from scheduler.check import Severity, check
from scheduler.rota import Break, Rota, Shift
from scheduler.shifts import ShiftTemplate
from scheduler.workspace import Workspace
from tests.scheduler.checking.rule_cases import (
    FRIDAY,
    LATE,
    MINUTES,
    NIGHT,
    SATURDAY,
    SPLIT,
    SUNDAY,
    TEMPLATES,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    mixed,
    rules_of,
    split,
    worked,
    workspace_of,
)
from tests.scheduler.factory import (
    DAY,
    MONDAY,
    RIGA,
    instant,
    make_requirement,
    make_rota,
    make_shift,
)

Shifting = Callable[[Shift], Shift]
GOOD = workspace_of()


def test_the_good_rota_is_lawful() -> None:
    report = check(GOOD, make_requirement([]), worked(GOOD, MONDAY, TUESDAY, FRIDAY))
    assert report.violations == ()
    assert report.lawful


# Changes of one shift, on Monday from 08:00 to 16:30 with an unpaid half hour from 11:00.
CHANGED_SHIFT: list[tuple[str, Shifting]] = [
    ("site", lambda shift: replace(shift, site="paris")),
    ("time_zone", lambda shift: replace(shift, time_zone="Europe/Paris")),
    ("local_date", lambda shift: replace(shift, local_date=TUESDAY)),
    ("paid_minutes", lambda shift: replace(shift, paid_minutes=481)),
    ("fixed", lambda shift: replace(shift, fixed=True)),
    ("breaks", lambda shift: replace(shift, breaks=(), paid_minutes=510)),
    (
        "breaks",
        lambda shift: replace(shift, breaks=(replace(shift.breaks[0], paid=True),), paid_minutes=510),
    ),
    ("break_window", lambda shift: moved_break(shift, -5)),
    ("break_window", lambda shift: moved_break(shift, 125)),
    ("start", lambda shift: moved(shift, 15)),
    ("start", lambda shift: moved(shift, -30)),
    ("length", lambda shift: replace(shift, end=shift.end + 30 * MINUTES, paid_minutes=510)),
    ("shifts", lambda shift: replace(shift, template="unheard of")),
    ("shifts", lambda shift: replace(shift, template=None)),
]


def moved(shift: Shift, minutes: int) -> Shift:
    step = minutes * MINUTES
    breaks = tuple(Break(pause.start + step, pause.end + step, pause.paid) for pause in shift.breaks)
    return replace(shift, start=shift.start + step, end=shift.end + step, breaks=breaks)


def moved_break(shift: Shift, minutes: int) -> Shift:
    pause, step = shift.breaks[0], minutes * MINUTES
    return replace(shift, breaks=(Break(pause.start + step, pause.end + step, pause.paid),))


@pytest.mark.parametrize(("rule", "change"), CHANGED_SHIFT)
def test_a_changed_shift_breaks_one_rule(rule: str, change: Shifting) -> None:
    shift = change(make_shift(GOOD))
    assert rules_of(GOOD, make_rota([shift])) == [(rule, "violation")]


def test_a_break_at_either_end_of_its_window_is_good() -> None:
    for minutes in (0, 120):
        assert rules_of(GOOD, make_rota([moved_break(make_shift(GOOD), minutes)])) == []


def test_breaks_that_overlap_are_not_apart() -> None:
    rota = split(135, 140)(GOOD)
    assert ("breaks_apart", "violation") in rules_of(GOOD, rota)


def test_a_shift_outside_the_plan() -> None:
    workspace = workspace_of(settings={"days": 2})
    assert rules_of(workspace, worked(workspace, TUESDAY)) == []
    assert rules_of(workspace, worked(workspace, WEDNESDAY)) == [("horizon", "violation")]


def test_unknown_agents() -> None:
    rota = worked(GOOD, MONDAY)
    strange = Rota(
        tuple(replace(shift, agent="x") for shift in rota.shifts),
        tuple(replace(stretch, agent="x") for stretch in rota.stretches),
    )
    report = check(GOOD, make_requirement([]), strange)
    assert [violation.message for violation in report.violations] == [
        "agent x: is in the rota but not in agents.csv"
    ]


@dataclass(frozen=True)
class Case:
    """A contract, tables and two rotas: one that keeps the rule, and one that just does not."""

    rule: str
    good: Callable[[Workspace], Rota]
    bad: Callable[[Workspace], Rota]
    contract: dict[str, Any] = field(default_factory=dict)
    agent: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)


def days(*which: date, template: str = "day", minute: int = 480) -> Callable[[Workspace], Rota]:
    return lambda workspace: worked(workspace, *which, template=template, minute=minute)


def every(first: date, count: int) -> list[date]:
    return [first + step * timedelta(days=1) for step in range(count)]


def past(*rows: tuple[int, int]) -> tuple[WorkedDay, ...]:
    return tuple(WorkedDay("a1", MONDAY - back * timedelta(days=1), minutes) for back, minutes in rows)


SOME_DAYS = {"max_days_a_week": 7, "max_week_minutes": 9000}
CASES = [
    Case("employment", days(TUESDAY), days(MONDAY), agent={"first_date": TUESDAY}),
    Case("employment", days(TUESDAY), days(WEDNESDAY), agent={"last_date": TUESDAY}),
    Case(
        "weekdays",
        days(FRIDAY),
        days(SATURDAY),
        tables={"templates": [replace(DAY, weekdays=frozenset(range(5))), LATE, NIGHT, SPLIT]},
    ),
    Case("shifts", days(MONDAY), days(MONDAY, template="late", minute=840), contract={"shifts": ("day",)}),
    Case("one_shift_a_day", days(MONDAY), mixed((MONDAY, "day", 480), (MONDAY, "night", 1320))),
    Case("break_window", split(185, 330), split(185, 335)),
    Case("break_window", split(185, 330 - 30), split(190, 265)),
    Case(
        "breaks_apart",
        split(100, 175),
        split(135, 150),
        tables={"templates": [*TEMPLATES[:3], replace(SPLIT, min_break_gap_minutes=None)]},
    ),
    Case("min_break_gap_minutes", split(60, 135), split(60, 130)),
    Case("max_break_gap_minutes", split(60, 255), split(60, 260)),
    # A late shift ends at 22:00; ten hours later is 08:00.
    Case(
        "min_rest_minutes",
        mixed((MONDAY, "late", 840), (TUESDAY, "day", 540)),
        mixed((MONDAY, "late", 840), (TUESDAY, "day", 510)),
    ),
    Case(
        "min_rest_minutes",
        days(MONDAY, minute=540),
        days(MONDAY, minute=510),
        tables={
            "worked": (
                WorkedDay("a1", MONDAY - timedelta(days=1), 480, instant(MONDAY - timedelta(days=1), 1320)),
            )
        },
    ),
    Case(
        "forbidden_next",
        mixed((MONDAY, "late", 840), (WEDNESDAY, "day", 480)),
        mixed((MONDAY, "late", 840), (TUESDAY, "day", 600)),
        contract={"forbidden_next": (("late", "day"),)},
    ),
    Case(
        "forbidden_next",
        days(TUESDAY),
        days(MONDAY),
        contract={"forbidden_next": (("late", "day"),)},
        tables={"worked": (WorkedDay("a1", MONDAY - timedelta(days=1), 480, shift="late"),)},
    ),
    Case(
        "max_week_minutes",
        days(*every(MONDAY, 4)),
        days(*every(MONDAY, 5)),
        contract={"max_week_minutes": 2399},
    ),
    Case(
        "max_week_minutes",
        days(WEDNESDAY, THURSDAY, FRIDAY),
        days(WEDNESDAY, THURSDAY, FRIDAY, SATURDAY),
        contract={"max_week_minutes": 2399},
        tables={
            "settings": {"start": WEDNESDAY, "days": 9},
            "worked": (WorkedDay("a1", MONDAY, 480), WorkedDay("a1", MONDAY - timedelta(days=1), 480)),
        },
    ),
    Case(
        "max_days_a_week", days(*every(MONDAY, 4)), days(*every(MONDAY, 5)), contract={"max_days_a_week": 4}
    ),
    Case(
        "max_days_a_week",
        days(WEDNESDAY, THURSDAY, FRIDAY),
        days(WEDNESDAY, THURSDAY, FRIDAY, SATURDAY),
        contract={"max_days_a_week": 4},
        tables={"settings": {"start": WEDNESDAY, "days": 9}, "worked": (WorkedDay("a1", MONDAY, 480),)},
    ),
    Case(
        "max_plan_minutes",
        days(MONDAY, TUESDAY),
        days(MONDAY, TUESDAY, FRIDAY),
        contract={"max_plan_minutes": 960},
    ),
    Case(
        "max_days_running",
        days(*every(MONDAY, 3), *every(FRIDAY, 3)),
        days(*every(MONDAY, 4), *every(SATURDAY, 3)),
        contract={**SOME_DAYS, "max_days_running": 3},
    ),
    Case(
        "max_days_running",
        days(MONDAY),
        days(MONDAY, TUESDAY),
        contract={"max_days_running": 3},
        tables={"worked": past((1, 480), (2, 480))},
    ),
    Case(
        "min_days_running",
        days(WEDNESDAY, THURSDAY),
        days(WEDNESDAY),
        contract={"min_days_running": 2},
    ),
    # The plan's first date ends runs that history began.
    Case(
        "min_days_running",
        days(MONDAY),
        days(TUESDAY, WEDNESDAY),
        contract={"min_days_running": 2},
        tables={"worked": past((1, 480), (2, 0))},
    ),
    # A run at the plan's first day may have begun before it, unless history says that it did not.
    Case(
        "min_days_running",
        days(MONDAY, TUESDAY),
        days(MONDAY),
        contract={"min_days_running": 2},
        tables={"worked": past((1, 0))},
    ),
    Case(
        "days_off_running",
        days(MONDAY, THURSDAY),
        days(MONDAY, WEDNESDAY),
        contract={"days_off_running": 2},
    ),
    Case(
        "days_off_running",
        days(TUESDAY),
        days(MONDAY),
        contract={"days_off_running": 2},
        tables={"worked": past((1, 0), (2, 480))},
    ),
    Case(
        "max_days_off_running",
        days(MONDAY, FRIDAY, *every(FRIDAY, 10)[4::4]),
        days(MONDAY, SATURDAY, *every(SATURDAY, 9)[4::4]),
        contract={"max_days_off_running": 3},
    ),
    Case(
        "max_nights",
        days(MONDAY, TUESDAY, template="night", minute=1320),
        days(MONDAY, TUESDAY, FRIDAY, template="night", minute=1320),
        contract={"max_nights": 2},
    ),
    Case(
        "weekends_off",
        days(SATURDAY, SUNDAY),
        days(SATURDAY, SUNDAY + timedelta(days=7)),
        contract={"weekends_off": 1},
    ),
    # Two weekends lie in the plan, so three cannot be asked of it.
    Case("weekends_off", days(FRIDAY), days(SATURDAY), contract={"weekends_off": 3}),
    # Of a plan from Sunday to Monday week one weekend is whole.
    Case(
        "weekends_off",
        days(MONDAY - timedelta(days=1)),
        days(SATURDAY),
        contract={"weekends_off": 2},
        tables={"settings": {"start": MONDAY - timedelta(days=1), "days": 9}},
    ),
    # From 03:00 there are three hours of night.
    Case(
        "max_nights",
        mixed((MONDAY, "dawn", 210)),
        mixed((MONDAY, "dawn", 180)),
        contract={"max_nights": 0, "shifts": ("dawn",)},
        tables={"templates": [ShiftTemplate("dawn", 180, 210, min_minutes=480, max_minutes=480)]},
    ),
    Case(
        "start_tolerance_minutes",
        mixed((MONDAY, "day", 480), (FRIDAY, "day", 540), (MONDAY + timedelta(days=7), "day", 600)),
        mixed((MONDAY, "day", 480), (FRIDAY, "day", 570)),
        contract={"start_tolerance_minutes": 60},
    ),
    Case(
        "availability",
        days(MONDAY, minute=480),
        days(MONDAY, minute=510),
        tables={"availability": (Availability("a1", 0, None, 480, 990),)},
    ),
    # Weekday rows: no row, not available. Date rows replace them.
    Case(
        "availability",
        days(MONDAY),
        days(TUESDAY),
        tables={"availability": (Availability("a1", 0, None, 0, 1440),)},
    ),
    Case(
        "availability",
        days(MONDAY + timedelta(days=7)),
        days(MONDAY),
        tables={
            "availability": (Availability("a1", 0, None, 0, 1440), Availability("a1", None, MONDAY, 0, 600))
        },
    ),
    Case(
        "availability",
        days(TUESDAY),
        days(MONDAY),
        tables={"availability": (Availability("a1", None, MONDAY, 0, 600),)},
    ),
    # Windows that touch at midnight are one.
    Case(
        "availability",
        days(MONDAY, template="night", minute=1320),
        days(TUESDAY, template="night", minute=1320),
        tables={
            "availability": (Availability("a1", 0, None, 1320, 1440), Availability("a1", 1, None, 0, 1440))
        },
    ),
    Case(
        "time_off",
        days(MONDAY),
        days(TUESDAY),
        tables={"time_off": (TimeOff("a1", instant(TUESDAY, 985), instant(TUESDAY, 1200)),)},
    ),
    Case(
        "time_off",
        days(MONDAY),
        days(TUESDAY),
        tables={"time_off": (TimeOff("a1", instant(MONDAY, 990), instant(TUESDAY, 485)),)},
    ),
    Case(
        "site_hours",
        days(MONDAY, minute=480),
        days(MONDAY, minute=510),
        tables={"sites": [replace(RIGA, hours=parse_hours("mon-fri 08:00-16:30"))]},
    ),
    # 1 May 2026 is a holiday in Latvia.
    Case(
        "site_hours",
        days(date(2026, 4, 30)),
        days(date(2026, 5, 1)),
        tables={
            "sites": [replace(RIGA, hours=parse_hours("mon-fri 00:00-24:00; holidays closed"))],
            "settings": {"start": date(2026, 4, 27), "days": 7},
        },
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_holds_and_just_does_not(case: Case) -> None:
    workspace = workspace_of(case.contract, case.agent, **case.tables)
    assert rules_of(workspace, case.good(workspace)) == []
    assert rules_of(workspace, case.bad(workspace)) == [(case.rule, "violation")]


def test_messages_speak_a_planners_language() -> None:
    rota = mixed((MONDAY, "late", 840), (TUESDAY, "day", 480))(GOOD)
    (violation,) = check(GOOD, make_requirement([]), rota).violations
    assert violation.message == ("agent a1, 2026-03-24: 10 h of rest before this shift, 11 h are required")
    assert (violation.value, violation.limit, violation.day) == (600, 660, TUESDAY)
    assert violation.severity is Severity.VIOLATION
