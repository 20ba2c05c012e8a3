"""Every change against an earlier rota is told with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from forecasting.timegrid import day_bounds
from scheduler.agents import FixedWork, TimeOff
from scheduler.changes import Change, ChangeKind, list_changes
from scheduler.check import check
from scheduler.earlier import Earlier
from scheduler.rota import Rota, Shift
from scheduler.workspace import Workspace
from tests.scheduler.factory import MONDAY, PHONE, fill, instant, make_requirement, make_shift, make_workspace

TUESDAY = MONDAY + timedelta(days=1)


def rota_of(*shifts: Shift) -> Rota:
    return Rota(shifts, tuple(stretch for shift in shifts for stretch in fill(shift)))


def changes_from(before: Rota, after: Rota, workspace: Workspace) -> tuple[Change, ...]:
    """List changes where one agent is wanted from 09:00 to 17:00 on Monday and Tuesday."""
    rows = [
        (PHONE, instant(day, minute), 1.0) for day in (MONDAY, TUESDAY) for minute in range(540, 1020, 15)
    ]
    requirement = make_requirement(rows)
    settings = workspace.settings
    again = replace(workspace, earlier=Earlier(before, settings.start, settings.end))
    coverage = check(again, requirement, after).coverage
    return list_changes(again, requirement, after, coverage)


def test_nothing_changed_is_nothing_told() -> None:
    workspace = make_workspace()
    rota = rota_of(make_shift(workspace))
    assert changes_from(rota, rota, workspace) == ()


def test_an_absence_and_who_stands_in_are_told() -> None:
    low, high = day_bounds("Europe/Riga", MONDAY)
    sick = TimeOff("a1", low, high, (MONDAY,), "sick")
    workspace = make_workspace(agents=2, time_off=(sick,))
    lost, stands_in = changes_from(
        rota_of(make_shift(workspace)), rota_of(make_shift(workspace, "a2", minute=510)), workspace
    )
    assert (lost.agent, lost.day, lost.kind) == ("a1", MONDAY, ChangeKind.DROPPED)
    assert lost.reason == "the shift 08:00-16:30 falls into sick"
    assert (stands_in.agent, stands_in.kind) == ("a2", ChangeKind.ADDED)
    # 09:00 to 17:00 less half an hour of break.
    assert stands_in.reason == f"7.5 agent-hours less are short while it runs, most of them of {PHONE}"


def test_shifts_of_who_has_left_are_told() -> None:
    both, workspace = make_workspace(agents=2), make_workspace()
    stays = make_shift(both)
    (lost,) = changes_from(rota_of(stays, make_shift(both, "a2")), rota_of(stays), workspace)
    assert (lost.agent, lost.kind) == ("a2", ChangeKind.DROPPED)
    assert lost.reason == "the agent is no longer in agents.csv"


def test_a_move_is_told_with_what_it_covers() -> None:
    workspace = make_workspace()
    before, after = make_shift(workspace, minute=480), make_shift(workspace, minute=510)
    (moved,) = changes_from(rota_of(before), rota_of(after), workspace)
    assert (moved.kind, moved.before, moved.after) == (ChangeKind.MOVED, before, after)
    assert moved.reason.startswith("0.5 agent-hours less are short")


def test_an_exchange_of_days_names_the_other_day() -> None:
    workspace = make_workspace()
    dropped, added = changes_from(
        rota_of(make_shift(workspace)), rota_of(make_shift(workspace, day=TUESDAY)), workspace
    )
    assert dropped.reason == f"the agent works on {TUESDAY} instead"
    assert added.reason.startswith("7.0 agent-hours less")


def test_work_given_by_hand_is_its_own_reason() -> None:
    plain = make_workspace()
    shift = make_shift(plain, minute=570)
    given = FixedWork(
        "a1",
        shift.start,
        shift.end,
        "shift",
        "day",
        tuple((each.start, each.end, each.paid) for each in shift.breaks),
    )
    workspace = make_workspace(fixed=(given,))
    (moved,) = changes_from(rota_of(make_shift(plain)), rota_of(replace(shift, fixed=True)), workspace)
    assert moved.reason == "it is fixed"


def test_a_change_without_gain_in_coverage_says_so() -> None:
    workspace = make_workspace()
    (dropped,) = changes_from(rota_of(make_shift(workspace)), Rota((), ()), workspace)
    assert dropped.kind is ChangeKind.DROPPED
    assert "more than the change weighs" in dropped.reason
