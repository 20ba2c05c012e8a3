"""Weeks of 167 and 169 hours at two sites whose clocks change on different dates: answers worked out by hand.

Riga changes on 29 March and 25 October 2026, New York on 8 March and 1 November: in each season one site has
its odd week while the other's has 168 hours.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from forecasting.queues import QueueKey, Region
from forecasting.timegrid import day_bounds, interval_grid
from scheduler.agents import Skill
from scheduler.check import check
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.problem import Problem, compile_problem
from scheduler.rostering.result import Limits
from scheduler.rostering.solve import solve
from scheduler.rostering.tour import OFF, breaches
from scheduler.rota import Rota, Shift
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.sites import Site
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    fill,
    make_agent,
    make_contract,
    make_queue,
    make_requirement,
    make_shift,
    make_workspace,
)

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)
SITES = {"riga": ("Europe/Riga", "lv"), "york": ("America/New_York", "en")}
"""Zone of each site and of the region that it serves, and that region's language."""
THIRDS = ShiftTemplate("third", 0, 960, 480, 480, 480)
EARLY = ShiftTemplate("early", 330, 330, 480, 480)
LATE = ShiftTemplate("late", 630, 690, 480, 480, 60)
NIGHT = ShiftTemplate("night", 1320, 1320, 510, 510, breaks=(BreakRule(30, False, 180, 330),))


def queue_of(site: str) -> QueueKey:
    return QueueKey(site, SITES[site][1], "phone")


def two_sites(start: date, days: int, *templates: ShiftTemplate, agents: int = 1) -> Workspace:
    """Return a workspace with so many agents at each site, ``riga0`` …, who may work every day."""
    names = tuple(template.name for template in templates)
    return make_workspace(
        agents=[
            make_agent(f"{site}{number}", site=site, skills=(Skill(language, "*"),), hourly_cost=10.0)
            for site, (_, language) in SITES.items()
            for number in range(agents)
        ],
        queues=[make_queue(queue_of(site)) for site in SITES],
        sites=[Site(site, zone) for site, (zone, _) in SITES.items()],
        regions=[Region(site, zone) for site, (zone, _) in SITES.items()],
        contracts=[make_contract(shifts=names, max_days_a_week=7, max_week_minutes=3360)],
        templates=templates,
        settings={"start": start, "days": days},
    )


def around_the_clock(workspace: Workspace) -> StaffingRequirement:
    """Require one agent of each region in every quarter of the plan's hours on its clock."""
    settings = workspace.settings
    rows = []
    for site, (zone, _) in SITES.items():
        low, high = day_bounds(zone, settings.start)[0], day_bounds(zone, settings.end)[0]
        rows += [(queue_of(site), moment.to_pydatetime(), 1.0) for moment in interval_grid(low, high, 15)]
    return make_requirement(rows)


@pytest.mark.parametrize(
    ("monday", "hours"),
    [
        (date(2026, 3, 2), {"riga": 168, "york": 167}),
        (date(2026, 3, 23), {"riga": 167, "york": 168}),
        (date(2026, 10, 19), {"riga": 169, "york": 168}),
        (date(2026, 10, 26), {"riga": 168, "york": 169}),
    ],
)
def test_three_shifts_of_eight_hours_meet_a_week_of_any_length(monday: date, hours: dict[str, int]) -> None:
    """Shifts at 00:00, 08:00 and 16:00 overlap for an hour of the short day and leave one of the long day."""
    workspace = two_sites(monday, 7, THIRDS, agents=3)
    shifts = [
        make_shift(workspace, f"{site}{third}", day, 480 * third, template="third")
        for site in SITES
        for day in workspace.settings.dates
        for third in range(3)
    ]
    stretches = [stretch for shift in shifts for stretch in fill(shift, queue_of(shift.site))]
    report = check(workspace, around_the_clock(workspace), Rota(tuple(shifts), tuple(stretches)))
    assert report.violations == ()
    table = report.coverage.by_queue().set_index("region")
    for site, length in hours.items():
        assert table.loc[site, "required"] == length
        assert table.loc[site, "scheduled"] == 168
        assert table.loc[site, "short"] == max(0, length - 168)
        assert table.loc[site, "excess"] == max(0, 168 - length)
    # 2 sites × 21 shifts × 8 hours × 10 an hour, whatever the clock does.
    assert report.objective.quantities["cost"] == 3360.0
    short = report.coverage.frame.query("short > 0")["interval_start"]
    if 169 in hours.values():
        # 07:00 to 08:00 of the day on which the clock went back: 05:00 UTC in Riga, 12:00 in New York.
        at = (
            datetime(2026, 10, 25, 5, tzinfo=UTC)
            if hours["riga"] == 169
            else datetime(2026, 11, 1, 12, tzinfo=UTC)
        )
        assert [moment.to_pydatetime() for moment in short] == [at + step * HOUR / 4 for step in range(4)]


def test_whole_weeks_of_both_sites_cost_the_same_and_lack_their_own_hour() -> None:
    """Two weeks: Riga's first has 169 hours, New York's second."""
    workspace = two_sites(date(2026, 10, 19), 14, THIRDS)
    table = check(workspace, around_the_clock(workspace), Rota((), ())).coverage.by_queue()
    assert table["required"].tolist() == [337.0, 337.0]


def tour(problem: Problem, agent: str, walls: dict[date, int]) -> tuple[int, np.ndarray]:
    """Return an agent's number, and the options that start at these wall-clock minutes."""
    number = next(at for at, person in enumerate(problem.people) if person.agent.name == agent)
    options = problem.people[number].options
    chosen = np.full(len(problem.dates), OFF, dtype=np.int64)
    for day, wall in walls.items():
        at = problem.dates.index(day)
        here = range(options.first[at], options.first[at + 1])
        chosen[at] = next(row for row in here if options.rows[row, 4] == wall)
    return number, chosen


@pytest.mark.parametrize(
    ("site", "sunday", "wall", "rest"),
    [
        # A shift from 10:30 or 11:30 to 18:30 or 19:30 on Saturday, the next at 05:30 on Sunday.
        ("riga", date(2026, 3, 29), 630, 10),
        ("york", date(2026, 3, 29), 630, 11),
        ("york", date(2026, 3, 8), 630, 10),
        ("riga", date(2026, 3, 8), 630, 11),
        ("riga", date(2026, 10, 25), 690, 11),
        ("york", date(2026, 10, 25), 690, 10),
        ("york", date(2026, 11, 1), 690, 11),
        ("riga", date(2026, 11, 1), 690, 10),
    ],
)
def test_rest_is_elapsed_time_at_each_site(site: str, sunday: date, wall: int, rest: int) -> None:
    """Eleven hours are required: the same clock times keep them at one site and break them at the other."""
    saturday = sunday - timedelta(days=1)
    workspace = two_sites(saturday, 2, EARLY, LATE)
    name = f"{site}0"
    shifts = (
        make_shift(workspace, name, saturday, wall, template="late"),
        make_shift(workspace, name, sunday, 330, template="early"),
    )
    assert shifts[1].start - shifts[0].end == rest * HOUR
    stretches = [stretch for shift in shifts for stretch in fill(shift, queue_of(site))]
    report = check(workspace, make_requirement([]), Rota(shifts, tuple(stretches)))
    expected = [] if rest == 11 else ["min_rest_minutes"]
    assert [each.rule for each in report.violations] == expected
    problem = compile_problem(workspace, make_requirement([]))
    number, chosen = tour(problem, name, {saturday: wall, sunday: 330})
    assert bool(breaches(problem, problem.people[number], chosen)) is (rest < 11)


def ends(shifts: tuple[Shift, ...], site: str) -> list[str]:
    return [f"{shift.start:%d %H:%M}-{shift.end:%d %H:%M}" for shift in shifts if shift.site == site]


@pytest.mark.parametrize(
    ("saturday", "riga", "york"),
    [
        # 22:00 on the wall for 8:30 of elapsed time: in Riga 20:00 UTC before the change, 19:00 after it.
        (
            date(2026, 3, 28),
            ["28 20:00-29 04:30", "29 19:00-30 03:30"],
            ["29 02:00-29 10:30", "30 02:00-30 10:30"],
        ),
        (
            date(2026, 3, 7),
            ["07 20:00-08 04:30", "08 20:00-09 04:30"],
            ["08 03:00-08 11:30", "09 02:00-09 10:30"],
        ),
        (
            date(2026, 10, 24),
            ["24 19:00-25 03:30", "25 20:00-26 04:30"],
            ["25 02:00-25 10:30", "26 02:00-26 10:30"],
        ),
        (
            date(2026, 10, 31),
            ["31 20:00-01 04:30", "01 20:00-02 04:30"],
            ["01 02:00-01 10:30", "02 03:00-02 11:30"],
        ),
    ],
)
def test_nights_over_the_change_are_planned_paid_and_covered(
    saturday: date, riga: list[str], york: list[str]
) -> None:
    workspace = two_sites(saturday, 2, NIGHT)
    result = solve(workspace, around_the_clock(workspace), Limits(work=20), clock=time.monotonic)
    assert result.rota is not None
    shifts = result.rota.shifts
    assert ends(shifts, "riga") == riga
    assert ends(shifts, "york") == york
    assert [shift.paid_minutes for shift in shifts] == [480] * 4
    assert [shift.local_date for shift in shifts] == [*workspace.settings.dates] * 2
    report = check(workspace, around_the_clock(workspace), result.rota)
    assert report.violations == ()
    assert report.objective.quantities["cost"] == 320.0
    assert result.objective == pytest.approx(report.objective.total)
