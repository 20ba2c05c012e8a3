"""Pay again, five minutes by five minutes and rule by rule in plain Python: the two must agree."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.calendars import public_holidays
from forecasting.timegrid import local_date, to_local, wall_to_instant
from scheduler.agents import WorkedDay
from scheduler.pay.price import price_shifts
from scheduler.rota import Break, Shift
from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.resolve import RuleBook
from scheduler.rules.values import Stacking, Tiers, tier_value
from scheduler.sites import Site
from scheduler.workspace import Workspace
from tests.scheduler.factory import make_agent, make_workspace

STEP = timedelta(minutes=5)
DAY = timedelta(days=1)
START = date(2026, 4, 27)
"""A Monday; 1 May is a holiday in Germany, Korea, the Philippines, Portugal and Latvia."""


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def premium_by_the_step(shifts: list[Shift], workspace: Workspace) -> list[tuple[float, int]]:
    """Return premium and minutes of overtime of one agent's shifts, sorted by start."""
    site = workspace.sites[shifts[0].site]
    book = RuleBook(workspace.rules)
    week: dict[date, float] = defaultdict(float)
    dates: dict[date, set[date]] = defaultdict(set)
    for row in workspace.worked:
        if row.worked_minutes:
            rules = book.on(site.rules, max(START, monday_of(row.day)))
            tiers = rules.overtime_day_premium
            most = tiers[0].threshold if tiers else row.worked_minutes
            week[monday_of(row.day)] += min(row.worked_minutes, most)
            dates[monday_of(row.day)].add(row.day)
    for shift in shifts:
        dates[monday_of(shift.local_date)].add(shift.local_date)
    found = []
    for shift in shifts:
        monday = monday_of(shift.local_date)
        rules = book.on(site.rules, shift.local_date)
        rest_day = len(dates[monday]) == 7 and shift.local_date == max(dates[monday])
        premium, overtime, done, now = 0.0, 0, 0, shift.start
        while now < shift.end:
            if not any(pause.start <= now < pause.end and not pause.paid for pause in shift.breaks):
                share, late, counts = _share(rules, site, now, rest_day, done, week[monday])
                premium += share * 5 / 60 * 10.0
                overtime += 5 if late else 0
                week[monday] += 5 if counts else 0
                done += 5
            now += STEP
        found.append((premium, overtime))
    return found


def _share(  # noqa: PLR0917
    rules: LabourRules, site: Site, now: datetime, rest_day: bool, done: int, week: float
) -> tuple[float, bool, bool]:
    """Return what a step adds, whether it is overtime, and whether it counts towards its week."""
    clock = to_local(now, site.time_zone)
    minute = clock.hour * 60 + clock.minute
    begin, end = rules.night_window
    at_night = begin <= minute < end if begin <= end else (minute >= begin or minute < end)
    night = (rules.night_premium or 0.0) if at_night else 0.0
    holiday = bool(public_holidays(site.country, site.subdivision, clock.date(), clock.date()))
    of_date = [
        (rules.holiday_premium or 0.0) if holiday else 0.0,
        (rules.sunday_premium or 0.0) if clock.weekday() == 6 else 0.0,
        (rules.rest_day_premium or 0.0) if rest_day else 0.0,
    ]
    special = (holiday and rules.holiday_premium is not None) or (
        rest_day and rules.rest_day_premium is not None
    )
    tiers = (rules.rest_day_overtime_premium if special else ()) or rules.overtime_day_premium
    of_day = _beyond(tiers, done)
    counts = not special and not of_day
    of_week = counts and _beyond(rules.overtime_week_premium, week)
    late = tier_value(tiers, done + 1) if of_day else 0.0
    late += tier_value(rules.overtime_week_premium, week + 1) if of_week else 0.0
    if rules.stacking is Stacking.MULTIPLY:
        share = (1 + night) * (1 + late)
        for part in of_date:
            share *= 1 + part
        share -= 1
    elif rules.stacking is Stacking.HIGHEST:
        share = max(night, late, *of_date)
    else:
        share = night + late + max(of_date)
    return share, of_day or of_week, counts


def _beyond(tiers: Tiers, minutes: float) -> bool:
    return bool(tiers) and minutes >= tiers[0].threshold


PACKS = [
    ("DE", "Europe/Berlin", "DE"),
    ("PT", "Europe/Lisbon", "PT"),
    ("LV", "Europe/Riga", "LV"),
    ("US-CA", "America/Los_Angeles", "US"),
    ("BR", "America/Sao_Paulo", "BR"),
    ("PH", "Asia/Manila", "PH"),
    ("JP", "Asia/Tokyo", "JP"),
    ("KR", "Asia/Seoul", "KR"),
    ("GR", "Australia/Lord_Howe", "GR"),
    ("IN-DL", "Asia/Kathmandu", "IN"),
]


@pytest.mark.slow
@settings(max_examples=40)
@given(
    st.sampled_from(PACKS),
    st.lists(
        st.tuples(st.integers(0, 287), st.integers(12, 200), st.integers(0, 150), st.integers(0, 12)),
        min_size=8,
        max_size=10,
    ),
    st.sets(st.integers(0, 9), max_size=3),
    st.lists(st.integers(0, 700), max_size=3),
)
def test_price_shifts_agrees_with_counting_step_by_step(
    pack: tuple[str, str, str], drawn: list[tuple[int, int, int, int]], free: set[int], before: list[int]
) -> None:
    name, zone, country = pack
    shifts = []
    for place, (minute, length, pause, pause_length) in enumerate(drawn):
        start = wall_to_instant(zone, START + 3 * DAY + place * DAY, 5 * minute)
        if start is None or place in free:
            continue
        end = start + length * STEP
        low = start + pause * STEP
        breaks = (
            (Break(low, low + pause_length * STEP, paid=False),) if pause + pause_length <= length else ()
        )
        unpaid = 5 * pause_length if breaks else 0
        day = local_date(start, zone)
        shifts.append(Shift("a1", "here", "t", start, end, day, zone, 5 * length - unpaid, breaks))
    if not shifts:
        return
    workspace = make_workspace(
        agents=[make_agent(site="here", hourly_cost=10.0)],
        sites=[Site("here", zone, country, rules=name)],
        settings={"start": START + 3 * DAY, "days": 14},
        worked=tuple(
            WorkedDay("a1", START + step * DAY, 5 * (minutes // 5)) for step, minutes in enumerate(before)
        ),
    )
    found = [(pay.premium, pay.overtime_minutes) for pay in price_shifts(shifts, workspace)]
    expected = premium_by_the_step(shifts, workspace)
    assert [minutes for _, minutes in found] == [minutes for _, minutes in expected]
    assert [premium for premium, _ in found] == pytest.approx([premium for premium, _ in expected])
