"""Agents' days: worked before the plan, off, available, wished for, fixed in the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from forecasting.hours import WEEKDAYS, minute_of_day, parse_weekdays
from forecasting.timegrid import wall_to_instant
from sample_data.generator.people import AgentRow
from sample_data.generator.supply import CONTRACTS, SHIFTS, SITES
from sample_data.generator.writing import instant

__all__ = ["availability_rows", "fixed_rows", "history_rows", "time_off_rows", "wish_rows"]

Row = list[object]

HISTORY_DAYS = 14

STUDENT = (("mon-fri", "14:00", "22:30"), ("sat", "08:00", "20:00"))
PARENT = (("mon-fri", "08:00", "16:30"),)
EVENING = (("tue-sat", "20:00", "09:00"),)

WINDOWS = {
    **dict.fromkeys(("mnl-31", "ccu-29", "lis-22", "sao-18", "gdl-22"), STUDENT),
    **dict.fromkeys(("mnl-30", "ccu-28", "sao-17", "krk-12"), PARENT),
    "gdl-18": EVENING,
}
"""Weekday windows of some agents; unlisted weekdays are free. The evening one crosses midnight."""

DATE_WINDOWS = (
    ("lis-22", date(2026, 4, 2), "08:00", "20:00"),
    ("mnl-02", date(2026, 3, 25), "06:00", "15:00"),
    ("gdl-01", date(2026, 3, 31), "12:00", "24:00"),
)
"""Windows of single dates, which replace the weekday's."""

DAYS_A_WEEK = {"weekend": 2, "part_time_20": 4, "part_time_30": 4, "six_day_36": 6}
LENGTHS = {"flexible": 480, "short": 300}
ROTATIONS = (("day", "late"), ("early", "day"), ("late", "night"), ("early", "early"))


def availability_rows() -> list[Row]:
    """Return the rows of ``availability.csv``: agent, weekday, date, from, to."""
    rows: list[Row] = []
    for agent, windows in sorted(WINDOWS.items()):
        for days, start, end in windows:
            rows += [[agent, WEEKDAYS[day], None, start, end] for day in sorted(parse_weekdays(days))]
    return rows + [[agent, None, day, start, end] for agent, day, start, end in DATE_WINDOWS]


def _moment(row: AgentRow, day: date, clock: str | int) -> datetime:
    """Return the instant at which the agent's site shows a time of day, or a minute after midnight."""
    minute = minute_of_day(clock) if isinstance(clock, str) else clock
    moment = wall_to_instant(SITES[row.site].time_zone, day, minute)
    if moment is None:
        raise ValueError(f"{day} {clock} does not exist in {row.site}")
    return moment


class _Pattern(NamedTuple):
    """Two weeks as an agent worked them: weekdays, and (template, wall-clock start) by week."""

    weekdays: frozenset[int]
    weeks: tuple[tuple[str, int], tuple[str, int]]


def _pattern(rng: np.random.Generator, row: AgentRow) -> _Pattern:
    if row.contract == "weekend":
        weekdays = frozenset({5, 6})
    else:
        off = 7 - DAYS_A_WEEK.get(row.contract, 5)
        first_off = int(rng.choice(7, p=(0.13, 0.12, 0.12, 0.12, 0.13, 0.25, 0.13)))
        weekdays = frozenset(range(7)) - {(first_off + step) % 7 for step in range(off)}
    names: Sequence[str] = CONTRACTS[row.contract].shifts.split(";")
    if row.contract == "rotating":
        names = ROTATIONS[int(rng.integers(len(ROTATIONS)))]
    else:
        names = [str(rng.choice(names))] * 2
    windows = WINDOWS.get(row.agent)
    if windows:
        weekdays &= frozenset().union(*(parse_weekdays(days) for days, _, _ in windows))
        names = ["night" if windows is EVENING else "short"] * 2
    starts = {}
    for name in names:
        low, high = minute_of_day(SHIFTS[name].earliest_start), minute_of_day(SHIFTS[name].latest_start)
        # Before midnight, lest a week of late shifts runs into a night that begins on the same evening.
        high = max(high, 1410) if high < low else high
        starts[name] = low + 30 * int(rng.integers((high - low) // 30 + 1))
        if windows in (STUDENT, PARENT):
            starts[name] = minute_of_day("15:00" if windows is STUDENT else "09:30")
    first, second = ((name, starts[name]) for name in names)
    return _Pattern(weekdays, (first, second))


def _night_minutes(start: int, length: int) -> int:
    """Return how many minutes from wall-clock ``start`` lie between 23:00 and 06:00."""
    return sum((start + minute) % 1440 >= 1380 or (start + minute) % 1440 < 360 for minute in range(length))


def history_rows(seed: int, agents: Iterable[AgentRow], plan_start: date) -> list[Row]:
    """Return the rows of ``history.csv``: agent, date, worked_minutes, end, shift, night, weekend.

    Everyone keeps the same weekdays in both weeks, so that runs and rests keep the contracts' rules.
    """
    rng = np.random.default_rng([seed, 4])
    rows: list[Row] = []
    for row in agents:
        weekdays, weeks = _pattern(rng, row)
        if row.first_date:
            continue
        for step in range(HISTORY_DAYS):
            day = plan_start + timedelta(days=step - HISTORY_DAYS)
            if day.weekday() not in weekdays:
                continue
            name, start = weeks[step // 7]
            length = LENGTHS.get(name, SHIFTS[name].min_minutes)
            end = _moment(row, day, start + length)
            unpaid = {"short": 0, "six_hours": 20}.get(name, 30)
            night = _night_minutes(start, length) >= 180
            rows.append([row.agent, day, length - unpaid, instant(end), name, night, day.weekday() >= 5])
    return rows


def _team(agents: Iterable[AgentRow], team: str, count: int) -> list[AgentRow]:
    """Return the first full-timers of a team who are there all the time."""
    chosen = [row for row in agents if row.team == team and row.contract == "full_time"]
    return [row for row in chosen if not row.first_date and not row.last_date][:count]


def fixed_rows(agents: Sequence[AgentRow], plan_start: date) -> list[Row]:
    """Return the rows of ``fixed.csv``: agent, start, end, activity, shift, breaks, paid_minutes.

    Breaks are written as a rota's are: ``start/end/paid`` or ``start/end/unpaid``.
    """
    rows: list[Row] = []
    for row in _team(agents, "kolkata-hindi", 2):
        for step in (1, 2):
            day = plan_start + timedelta(days=step)
            breaks = ";".join(
                f"{instant(_moment(row, day, start))}/{instant(_moment(row, day, end))}/{paid}"
                for start, end, paid in (
                    ("10:30", "10:45", "paid"),
                    ("13:00", "13:30", "unpaid"),
                    ("15:30", "15:45", "paid"),
                )
            )
            start, end = (instant(_moment(row, day, clock)) for clock in ("09:00", "17:30"))
            rows.append([row.agent, start, end, "shift", "day", breaks, 480])
    for team, count, step, start, end, activity in (
        ("krakow-baltic", 3, 8, "10:00", "12:00", "training"),
        ("lisbon-europe", 4, 3, "11:00", "12:00", "meeting"),
    ):
        day = plan_start + timedelta(days=step)
        for row in _team(agents, team, count):
            first, last = _moment(row, day, start), _moment(row, day, end)
            paid_minutes = int((last - first).total_seconds()) // 60
            rows.append([row.agent, instant(first), instant(last), activity, None, None, paid_minutes])
    return rows


def time_off_rows(seed: int, agents: Sequence[AgentRow], plan_start: date, busy: Iterable[str]) -> list[Row]:
    """Return the rows of ``time_off.csv``: agent, start, end, kind, paid; nobody is in it twice.

    ``busy`` names agents with fixed work, who take none.
    """
    rng = np.random.default_rng([seed, 5])
    barred = set(busy)
    free = [row for row in agents if row.agent not in barred and not row.first_date and not row.last_date]
    order = [free[place] for place in rng.permutation(len(free))]
    rows: list[Row] = []
    for kind, count, lengths, paid in (
        ("leave", 15, (2, 3, 5, 7), True),
        ("sick", 3, (1, 2, 3), True),
        ("training", 2, (1, 2), True),
        ("parental", 1, (14,), False),
    ):
        for _ in range(count):
            length = int(rng.choice(lengths))
            step = 0 if kind == "sick" else int(rng.integers(14 - length + 1))
            start = plan_start + timedelta(days=step)
            rows.append([order.pop().agent, start, start + timedelta(days=length), kind, paid])
    for site, count, day in (("krakow", 4, date(2026, 4, 5)), ("lisbon", 3, date(2026, 4, 3))):
        here = [row for row in order if row.site == site][:count]
        rows += [[row.agent, day, day + timedelta(days=1), "holiday", True] for row in here]
        order = [row for row in order if row not in here]
    for start_clock, end_clock in (
        ("08:00", "11:00"),
        ("13:00", "15:30"),
        ("09:00", "12:00"),
        ("16:00", "18:00"),
    ):
        row, day = order.pop(), plan_start + timedelta(days=int(rng.integers(14)))
        start_text, end_text = (instant(_moment(row, day, clock)) for clock in (start_clock, end_clock))
        rows.append([row.agent, start_text, end_text, "appointment", True])
    return sorted(rows, key=lambda item: (str(item[0]), str(item[1])))


def wish_rows(seed: int, agents: Iterable[AgentRow], plan_start: date) -> list[Row]:
    """Return the rows of ``wishes.csv``: agent, date, weekday, wish, weight."""
    rng = np.random.default_rng([seed, 6])
    rows: list[Row] = []
    for row in agents:
        shifts = CONTRACTS[row.contract].shifts.split(";")
        if rng.random() > 0.55:
            continue
        day = plan_start + timedelta(days=int(rng.integers(14)))
        weekday = WEEKDAYS[int(rng.integers(7))]
        weight = int(rng.choice((1, 2, 3), p=(0.6, 0.3, 0.1)))
        kind = rng.choice(
            ("day_off", "every", "shift", "before", "after", "work"), p=(0.42, 0.1, 0.16, 0.1, 0.1, 0.12)
        )
        if kind == "every":
            rows.append([row.agent, None, weekday, "day_off", weight])
        elif kind == "shift" and len(shifts) > 1:
            rows.append([row.agent, day, None, f"shift {rng.choice(shifts)}", weight])
        elif kind == "before":
            rows.append([row.agent, None, weekday, "start_before 09:00", weight])
        elif kind == "after":
            rows.append([row.agent, day, None, "start_after 10:00", weight])
        else:
            rows.append([row.agent, day, None, "work" if kind == "work" else "day_off", weight])
    return rows
