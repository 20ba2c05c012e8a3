"""Work that was given: kept exactly, and what it breaks is reported, not refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.agents import Availability, FixedWork, TimeOff, WorkedDay
from scheduler.check import check
from scheduler.rota import Break, Rota, Shift, Stretch
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    MONDAY,
    PHONE,
    fill,
    instant,
    make_agent,
    make_contract,
    make_requirement,
    make_rota,
    make_shift,
    make_workspace,
)

DAYS = timedelta(days=1)
TUESDAY = MONDAY + DAYS
MEETING = FixedWork("a1", instant(MONDAY, 540), instant(MONDAY, 600), "meeting")
SHIFT = FixedWork(
    "a1",
    instant(TUESDAY, 427),
    instant(TUESDAY, 907),
    "shift",
    breaks=((instant(TUESDAY, 600), instant(TUESDAY, 630), False),),
)


def findings(workspace: Workspace, rota: Rota) -> list[tuple[str, str]]:
    violations = check(workspace, make_requirement([]), rota).violations
    return [(violation.rule, violation.severity.value) for violation in violations]


def copy_of(work: FixedWork, **changes: Any) -> Shift:
    unpaid = sum((end - start) // timedelta(minutes=1) for start, end, paid in work.breaks if not paid)
    minutes = (work.end - work.start) // timedelta(minutes=1) - unpaid
    return replace(
        Shift(
            "a1", "riga", work.shift, work.start, work.end, work.start.date(), "Europe/Riga",
            minutes if work.paid_minutes is None else work.paid_minutes,
            tuple(Break(*pause) for pause in work.breaks), fixed=True,
        ),
        **changes,
    )  # fmt: skip


def with_meeting(shift: Shift) -> tuple[Stretch, ...]:
    """Tile a shift from 08:00 with the meeting from 09:00 to 10:00."""
    first, *rest = fill(shift)
    meeting = Stretch("a1", MEETING.start, MEETING.end, "meeting")
    return (
        replace(first, end=MEETING.start),
        meeting,
        *((replace(first, start=MEETING.end),) if first.end > MEETING.end else ()),
        *rest,
    )


FIXED = make_workspace(fixed=(MEETING, SHIFT))
PLANNED = make_shift(FIXED)


def test_a_meeting_inside_a_shift_and_a_fixed_shift_are_kept() -> None:
    fixed = copy_of(SHIFT)
    rota = Rota((PLANNED, fixed), (*with_meeting(PLANNED), *fill(fixed)))
    assert findings(FIXED, rota) == []


def test_a_meeting_may_stand_alone() -> None:
    alone, fixed = copy_of(MEETING), copy_of(SHIFT)
    tiles = (Stretch("a1", MEETING.start, MEETING.end, "meeting"), *fill(fixed))
    assert findings(FIXED, Rota((alone, fixed), tiles)) == []
    working = (Stretch("a1", MEETING.start, MEETING.end, "work", PHONE), *fill(fixed))
    assert findings(FIXED, Rota((alone, fixed), working)) == [("activity", "violation")]


def during_break() -> tuple[list[Shift], tuple[Stretch, ...]]:
    pause = Break(MEETING.start, MEETING.start + timedelta(minutes=30), False)
    shift = replace(PLANNED, breaks=(pause,))
    tiles = (
        Stretch("a1", shift.start, pause.start, "work", PHONE),
        Stretch("a1", pause.start, pause.end, "break"),
        Stretch("a1", pause.end, MEETING.end, "meeting"),
        Stretch("a1", MEETING.end, shift.end, "work", PHONE),
    )
    return [shift, copy_of(SHIFT)], tiles


CHANGES: list[tuple[list[str], Callable[[], tuple[list[Shift], tuple[Stretch, ...]]]]] = [
    (["fixed"], lambda: ([copy_of(SHIFT)], ())),
    (["fixed"], lambda: ([PLANNED], with_meeting(PLANNED))),
    # The shift of the date ends in the middle of the meeting, or has a break in it, or works through it.
    (["activity", "break_window", "fixed"], during_break),
    (["activity", "fixed"], lambda: ([PLANNED, copy_of(SHIFT)], fill(PLANNED))),
    (["fixed"], lambda: ([PLANNED, copy_of(SHIFT, fixed=False)], with_meeting(PLANNED))),
    (["fixed", "shifts"], lambda: ([PLANNED, copy_of(SHIFT, template="night")], with_meeting(PLANNED))),
    (["fixed"], lambda: ([PLANNED, copy_of(SHIFT, breaks=())], with_meeting(PLANNED))),
    (["paid_minutes"], lambda: ([PLANNED, copy_of(SHIFT, paid_minutes=1)], with_meeting(PLANNED))),
]


@pytest.mark.parametrize(("rules", "rota"), CHANGES)
def test_a_change_of_what_was_given_is_found(
    rules: list[str], rota: Callable[[], tuple[list[Shift], tuple[Stretch, ...]]]
) -> None:
    shifts, tiles = rota()
    fixed = [shift for shift in shifts if shift.start == SHIFT.start]
    found = findings(FIXED, Rota(tuple(shifts), (*tiles, *(tile for shift in fixed for tile in fill(shift)))))
    assert {rule for rule, severity in found if severity == "violation"} == set(rules) - {"shifts"}
    assert {rule for rule, severity in found if severity == "reported"} == set(rules) & {"shifts"}


def test_a_shift_that_does_not_contain_the_meeting_of_its_date() -> None:
    late = make_shift(FIXED, minute=570)
    alone = copy_of(MEETING)
    meeting = Stretch("a1", MEETING.start, MEETING.end, "meeting")
    rest = (copy_of(SHIFT), *fill(copy_of(SHIFT)))
    partly = Rota((late, copy_of(SHIFT)), (*fill(late), *rest[1:]))  # type: ignore[arg-type]
    assert ("fixed", "violation") in findings(FIXED, partly)
    later = make_shift(FIXED, minute=600)
    beside = Rota((alone, later, copy_of(SHIFT)), (meeting, *fill(later), *rest[1:]))  # type: ignore[arg-type]
    assert ("fixed", "violation") in findings(FIXED, beside)


def given_shifts(*days: int, start: int = 480) -> tuple[FixedWork, ...]:
    return tuple(
        FixedWork("a1", instant(day, start), instant(day, start + 480), "shift")
        for day in (MONDAY + number * DAYS for number in days)
    )


REPORTED = [
    ("max_week_minutes", given_shifts(0, 1, 2), {"max_week_minutes": 960}, 4),
    ("max_days_a_week", given_shifts(0, 1, 2), {"max_days_a_week": 2}, 4),
    ("max_plan_minutes", given_shifts(0, 1, 2), {"max_plan_minutes": 960}, 4),
    ("max_days_running", given_shifts(0, 1, 2), {"max_days_running": 2}, 3),
    ("min_days_running", given_shifts(1), {"min_days_running": 2}, None),
    ("days_off_running", given_shifts(0, 2), {"days_off_running": 2}, None),
    ("max_nights", given_shifts(0, 1, start=1380), {"max_nights": 1}, None),
    ("weekends_off", given_shifts(5), {"weekends_off": 1}, None),
]


@pytest.mark.parametrize(("rule", "fixed", "contract", "more"), REPORTED)
def test_what_was_given_breaks_alone_is_reported(
    rule: str, fixed: tuple[FixedWork, ...], contract: dict[str, Any], more: int | None
) -> None:
    workspace = make_workspace(fixed=fixed, contracts=[make_contract(**contract)])
    given = [replace(copy_of(work), local_date=MONDAY) for work in fixed]
    given = [replace(shift, local_date=(shift.start + timedelta(hours=2)).date()) for shift in given]
    assert findings(workspace, make_rota(given)) == [(rule, "reported")]
    if more is not None:
        # A planned shift on top of it is the plan's own breach.
        planned = make_shift(workspace, day=MONDAY + more * DAYS)
        assert findings(workspace, make_rota([*given, planned])) == [(rule, "violation")]


def test_given_work_reports_absence_rest_and_places_too() -> None:
    first, second = given_shifts(0)[0], FixedWork("a1", instant(TUESDAY, 120), instant(TUESDAY, 300), "shift")
    workspace = make_workspace(
        fixed=(first, second), time_off=(TimeOff("a1", instant(MONDAY, 0), instant(TUESDAY, 0)),)
    )
    rota = make_rota([copy_of(first), copy_of(second)])
    assert findings(workspace, rota) == [("time_off", "reported"), ("min_rest_minutes", "reported")]


def test_rest_between_given_and_planned_work_is_the_plans() -> None:
    early = FixedWork("a1", instant(TUESDAY, 120), instant(TUESDAY, 300), "shift")
    workspace = make_workspace(fixed=(early,))
    rota = make_rota([make_shift(workspace), copy_of(early)])
    assert findings(workspace, rota) == [("min_rest_minutes", "violation")]


def test_given_work_outside_the_plan_binds_it() -> None:
    # The plan ends on Sunday; a shift given for the Monday after, at 03:00, is 10.5 h after Sunday's 16:30.
    after = FixedWork(
        "a1", instant(MONDAY + 7 * DAYS, 180), instant(MONDAY + 7 * DAYS, 660), "shift", shift="day"
    )
    workspace = make_workspace(fixed=(after,), contracts=[make_contract(max_days_running=1)])
    rota = make_rota([make_shift(workspace, day=MONDAY + 6 * DAYS)])
    assert findings(workspace, rota) == [("max_days_running", "violation"), ("min_rest_minutes", "violation")]
    assert findings(workspace, make_rota([])) == []


def test_history_and_fixed_rows_of_one_day_count_once() -> None:
    before = MONDAY - DAYS
    workspace = make_workspace(
        settings={"start": MONDAY + DAYS},
        fixed=(FixedWork("a1", instant(MONDAY, 480), instant(MONDAY, 960), "shift"),),
        worked=(WorkedDay("a1", MONDAY, 480), WorkedDay("a1", before, 480)),
        contracts=[make_contract(max_week_minutes=960)],
    )
    assert findings(workspace, make_rota([make_shift(workspace, day=TUESDAY)])) == []
    two = [make_shift(workspace, day=TUESDAY), make_shift(workspace, day=TUESDAY + DAYS)]
    assert findings(workspace, make_rota(two)) == [("max_week_minutes", "violation")]


def test_days_off_that_leave_makes_too_many_are_reported() -> None:
    away = TimeOff("a1", instant(TUESDAY, 0), instant(TUESDAY + DAYS, 0), whole_days=(TUESDAY,))
    contract = [make_contract(max_days_off_running=2)]
    rota = make_rota([make_shift(FIXED), make_shift(FIXED, day=MONDAY + 4 * DAYS)])
    assert findings(make_workspace(contracts=contract), rota) == [("max_days_off_running", "violation")]
    workspace = make_workspace(contracts=contract, time_off=(away,))
    assert findings(workspace, rota) == [("max_days_off_running", "reported")]


def test_a_shift_around_a_fixed_meeting_is_no_day_more() -> None:
    # The meeting makes Tuesday a working day, whether a shift holds it or not.
    meeting = FixedWork("a1", instant(TUESDAY, 540), instant(TUESDAY, 600), "meeting")
    workspace = make_workspace(fixed=(meeting,), contracts=[make_contract(min_days_running=2)])
    shift = make_shift(workspace, day=TUESDAY)
    rota = Rota((shift,), tuple(_around(shift, meeting)))
    assert findings(workspace, rota) == [("min_days_running", "reported")]


def _around(shift: Shift, meeting: FixedWork) -> list[Stretch]:
    first, *rest = fill(shift)
    middle = Stretch("a1", meeting.start, meeting.end, "meeting")
    return [replace(first, end=meeting.start), middle, replace(first, start=meeting.end), *rest]


def test_the_end_of_employment_is_no_day_off() -> None:
    contract = [make_contract(min_days_running=2, max_days_off_running=2, days_off_running=2)]
    agents = [make_agent(first_date=MONDAY + 2 * DAYS, last_date=MONDAY + 4 * DAYS)]
    workspace = make_workspace(contracts=contract, agents=agents)
    assert findings(workspace, make_rota([make_shift(workspace, day=MONDAY + 2 * DAYS)])) == []
    assert findings(workspace, make_rota([make_shift(workspace, day=MONDAY + 3 * DAYS)])) == [
        ("min_days_running", "violation")
    ]


@pytest.mark.parametrize("able", [True, False])
def test_a_run_that_history_began_and_nobody_can_go_on_with_is_reported(able: bool) -> None:
    workspace = make_workspace(
        contracts=[make_contract(min_days_running=2)],
        worked=(WorkedDay("a1", MONDAY - DAYS, 480), WorkedDay("a1", MONDAY - 2 * DAYS)),
        availability=() if able else (Availability("a1", None, MONDAY, 0, 0),),
    )
    severity = "violation" if able else "reported"
    assert findings(workspace, make_rota([])) == [("min_days_running", severity)]
