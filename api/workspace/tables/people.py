"""Agents, and what binds their days: availability, time off, wishes, fixed work, days worked before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from api.workspace.cells import (
    DATE,
    EMAIL,
    IDENTIFIER,
    INSTANT,
    NAME,
    TEXT,
    TIME_OF_DAY,
    TRUTH,
    WEEKDAYS_CELL,
    list_of,
    number,
    whole,
)
from api.workspace.grammar import DATED_BREAKS, SKILLS, WISH
from api.workspace.parse import ParsedTable
from api.workspace.schema import Broken, Column, Row, Table
from api.workspace.tables.demand import WHEN, span_check
from forecasting.timegrid import day_bounds
from scheduler.agents import Agent, Availability, FixedWork, TimeOff, Wish, WorkedDay
from scheduler.sites import Site

__all__ = [
    "AGENT",
    "AGENTS",
    "AVAILABILITY",
    "FIXED",
    "HISTORY",
    "SHIFT_ACTIVITY",
    "TIME_OFF",
    "WISHES",
    "build_absence",
    "build_agents",
    "build_availability",
    "build_fixed",
    "build_time_off",
    "build_wishes",
    "build_worked",
]

MINUTES_A_DAY = 1440
STEP_MINUTES = 5
SHIFT_ACTIVITY = "shift"

AGENT = Column("agent", IDENTIFIER, "Whose.", required=True, refers_to="agents.agent")
WEEKDAY = Column("weekday", WEEKDAYS_CELL, "Every such weekday.", default_text="see date")
ON_DATE = Column("date", DATE, "That local date only.", default_text="see weekday")


def _check_employment(row: Row) -> Iterator[Broken]:
    if row["from"] and row["until"] and row["until"] < row["from"]:
        yield Broken("until", "until must not be before from")


AGENTS = Table(
    "agents",
    "The people rostered.",
    (
        Column("agent", IDENTIFIER, "Stable id.", required=True),
        Column("site", NAME, "Where they work.", required=True, refers_to="sites.site"),
        Column("contract", NAME, "Their contract.", required=True, refers_to="contracts.contract"),
        Column(
            "skills",
            SKILLS,
            "Languages by channel (* is every channel), after @ the relative speed: 1 if left out.",
            required=True,
        ),
        Column("name", TEXT, "Name to show.", default_text="the id"),
        Column("email", EMAIL, "Address.", default_text="none"),
        Column("team", NAME, "Team.", default_text="none"),
        Column(
            "regions",
            list_of(NAME, "regions"),
            "Regions that may be served.",
            default_text="all",
            refers_to="regions.region",
        ),
        Column(
            "hourly_cost", number(0, 1_000_000_000), "Per paid hour, in the site's currency.", default=0.0
        ),
        Column("wish_factor", number(0, 1000), "Weight of their wishes beside others'.", default=1.0),
        Column("from", DATE, "First local date of employment.", default_text="always"),
        Column("until", DATE, "Last local date of employment.", default_text="always"),
    ),
    key=("agent",),
    check_row=_check_employment,
    rules=("`until` is not before `from`.",),
)


def build_agents(table: ParsedTable) -> dict[str, Agent]:
    """Return the agents by id, sorted."""
    agents = {}
    for _, row in table.places():
        regions = row["regions"]
        agents[row["agent"]] = Agent(
            name=row["agent"],
            site=row["site"],
            contract=row["contract"],
            skills=row["skills"],
            display_name=row["name"],
            email=row["email"],
            team=row["team"],
            regions=None if regions is None else frozenset(regions),
            hourly_cost=row["hourly_cost"],
            wish_factor=row["wish_factor"],
            first_date=row["from"],
            last_date=row["until"],
        )
    return dict(sorted(agents.items()))


def _weekday_or_date(row: Row) -> Iterator[Broken]:
    if (row["weekday"] is None) == (row["date"] is None):
        yield Broken("date", "exactly one of weekday and date must be given")


def _check_availability(row: Row) -> Iterator[Broken]:
    yield from _weekday_or_date(row)
    if row["from"] == MINUTES_A_DAY:
        yield Broken("from", "from must be before 24:00")


AVAILABILITY = Table(
    "availability",
    "When agents may work, on the site's wall clock. A date row replaces that date's weekday rows; who has "
    "weekday rows is unavailable on unlisted weekdays; who has only date rows is free on other dates.",
    (
        AGENT,
        WEEKDAY,
        ON_DATE,
        Column("from", TIME_OF_DAY, "Begin of the window.", required=True),
        Column("to", TIME_OF_DAY, "End of the window; not after from, it crosses midnight.", required=True),
    ),
    key=("agent", "weekday", "date", "from", "to"),
    check_row=_check_availability,
    rules=("Exactly one of `weekday` and `date` is given.",),
)


def _days_of(row: Row) -> list[tuple[int | None, date | None]]:
    """Return (weekday, date) pairs: one a weekday named, or the date."""
    if row["weekday"] is None:
        return [(None, row["date"])]
    return [(weekday, None) for weekday in sorted(row["weekday"])]


def build_availability(table: ParsedTable) -> tuple[Availability, ...]:
    """Return the windows, one a weekday or date."""
    windows = []
    for _, row in table.places():
        begin, end = row["from"], row["to"]
        for weekday, day in _days_of(row):
            until = end if end > begin else end + MINUTES_A_DAY
            windows.append(Availability(row["agent"], weekday, day, begin, until))
    return tuple(windows)


TIME_OFF = Table(
    "time_off",
    "Absences. Dates are local days of the agent's site, from start up to, not including, end.",
    (
        AGENT,
        Column("start", WHEN, "First instant or day away.", required=True),
        Column("end", WHEN, "First instant or day back.", required=True),
        Column("kind", TEXT, "leave, sick, holiday, training …", default="leave"),
        Column("paid", TRUTH, "Whether paid leave credits contract minutes.", default=True),
    ),
    key=("agent", "start", "end"),
    check_row=span_check,
    rules=("`start` and `end` are both instants or both dates, and `end` is after `start`.",),
)


def build_time_off(
    table: ParsedTable, agents: Mapping[str, Agent], sites: Mapping[str, Site]
) -> tuple[TimeOff, ...]:
    """Return absences by agent and start, as instants."""
    absences = [build_absence(row, agents, sites) for _, row in table.places()]
    return tuple(sorted(absences, key=lambda absence: (absence.agent, absence.start, absence.end)))


def build_absence(row: Row, agents: Mapping[str, Agent], sites: Mapping[str, Site]) -> TimeOff:
    """Return one absence, as instants."""
    start, end = row["start"], row["end"]
    days: tuple[date, ...] = ()
    if not isinstance(start, datetime):
        where = sites[agents[row["agent"]].site].time_zone
        days = tuple(start + timedelta(days=step) for step in range((end - start).days))
        start, end = day_bounds(where, start)[0], day_bounds(where, end)[0]
    return TimeOff(row["agent"], start, end, days, row["kind"], row["paid"])


def _wished_shift(wish: Any) -> tuple[str, ...]:
    return () if wish.shift is None else (wish.shift,)


WISHES = Table(
    "wishes",
    "What agents ask for; a refused wish weighs on the plan, it does not forbid.",
    (
        AGENT,
        ON_DATE,
        WEEKDAY,
        Column(
            "wish", WISH, "What is asked for.", required=True, refers_to="shifts.shift", pick=_wished_shift
        ),
        Column("weight", number(0, 1_000_000), "How much it matters.", default=1.0),
    ),
    key=("agent", "date", "weekday", "wish"),
    check_row=_weekday_or_date,
    rules=("Exactly one of `weekday` and `date` is given.",),
)


def build_wishes(table: ParsedTable) -> tuple[Wish, ...]:
    """Return the wishes, one a weekday or date."""
    return tuple(
        Wish(
            row["agent"], row["wish"].kind, day, weekday, row["wish"].shift, row["wish"].minute, row["weight"]
        )
        for _, row in table.places()
        for weekday, day in _days_of(row)
    )


def _check_fixed(row: Row) -> Iterator[Broken]:
    start, end = row["start"], row["end"]
    for name in ("start", "end"):
        if row[name].minute % STEP_MINUTES or row[name].second or row[name].microsecond:
            yield Broken(name, f"{name} must lie on whole {STEP_MINUTES} minutes")
    if end <= start:
        yield Broken("end", "end must be after start")
        return
    if row["shift"] is not None and row["activity"] != SHIFT_ACTIVITY:
        yield Broken("shift", f"shift is for rows whose activity is {SHIFT_ACTIVITY}")
    previous = start
    for begin, finish, _ in row["breaks"]:
        if begin < previous or finish > end:
            yield Broken("breaks", "breaks must lie inside start and end, and must not overlap")
            break
        previous = finish
    if row["paid_minutes"] is not None and row["paid_minutes"] > (end - start) / timedelta(minutes=1):
        yield Broken("paid_minutes", "paid_minutes must be at most the minutes from start to end")


FIXED = Table(
    "fixed",
    "Work that stays as it is. Every limit counts it; a rule that it breaks is reported, not refused.",
    (
        AGENT,
        Column("start", INSTANT, "Begin, on whole 5 minutes.", required=True),
        Column("end", INSTANT, "End, on whole 5 minutes.", required=True),
        Column("activity", NAME, "shift, meeting, training …", required=True),
        Column("shift", NAME, "Template of a shift.", default_text="none", refers_to="shifts.shift"),
        Column("breaks", DATED_BREAKS, "Breaks as in rota.csv.", default=(), default_text="none"),
        Column(
            "paid_minutes", whole(0), "Minutes paid.", default_text="from start to end less unpaid breaks"
        ),
    ),
    key=("agent", "start", "activity"),
    check_row=_check_fixed,
    rules=(
        "`end` is after `start`, breaks lie inside and do not overlap, `paid_minutes` are at most those from "
        "start to end, and only the activity `shift` names a shift.",
        "Fixed work of one agent does not overlap, except that an activity may lie wholly inside a shift.",
    ),
)


def build_fixed(table: ParsedTable) -> tuple[FixedWork, ...]:
    """Return fixed work by agent and start."""
    fixed = [FixedWork(**row) for _, row in table.places()]
    return tuple(sorted(fixed, key=lambda work: (work.agent, work.start, work.end)))


def _check_worked(row: Row) -> Iterator[Broken]:
    if row["end"] is not None:
        # Wide enough for every zone and for a shift of 24 hours from the date's last minute.
        noon = datetime(row["date"].year, row["date"].month, row["date"].day, 12, tzinfo=row["end"].tzinfo)
        if abs(row["end"] - noon - timedelta(hours=12)) > timedelta(hours=38):
            yield Broken("end", "end must be the end of a shift that began on date")


HISTORY = Table(
    "history",
    "Days before the plan as they were worked: rest, runs, averages and fairness carry over.",
    (
        AGENT,
        Column("date", DATE, "Local date of the shift's start, before the plan.", required=True),
        Column("worked_minutes", whole(0, 2880), "Paid minutes worked.", default=0),
        Column("end", INSTANT, "When the shift ended.", default_text="unknown"),
        Column("shift", NAME, "Template worked.", default_text="none", refers_to="shifts.shift"),
        Column("night", TRUTH, "Whether it was a night shift.", default_text="unknown"),
        Column("weekend", TRUTH, "Whether it was on a weekend.", default_text="unknown"),
    ),
    key=("agent", "date"),
    check_row=_check_worked,
    rules=("`date` is before the plan's start, and `end` the end of a shift that began on it.",),
)


def build_worked(table: ParsedTable) -> tuple[WorkedDay, ...]:
    """Return days worked before, by agent and date."""
    days = [
        WorkedDay(
            row["agent"],
            row["date"],
            row["worked_minutes"],
            row["end"],
            row["shift"],
            row["night"],
            row["weekend"],
        )
        for _, row in table.places()
    ]
    return tuple(sorted(days, key=lambda worked: (worked.agent, worked.day)))
