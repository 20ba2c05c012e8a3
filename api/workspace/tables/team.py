"""Rules across agents: activities to place, people present, rows of rule packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from api.workspace.cells import (
    DATE,
    IDENTIFIER,
    INSTANT,
    LANGUAGE,
    NAME,
    TEXT,
    TIME_OF_DAY,
    TRUTH,
    WEEKDAYS_CELL,
    ZONE,
    list_of,
    whole,
)
from api.workspace.grammar import SKILL
from api.workspace.parse import ParsedTable
from api.workspace.schema import Broken, Column, Row, Table
from api.workspace.tables.people import SHIFT_ACTIVITY
from forecasting.queues import Region
from scheduler.rota import IDLE, ON_BREAK, WORK
from scheduler.shifts import EVERY_DAY
from scheduler.sites import Site
from scheduler.team import Activity, Presence, RuleRow

__all__ = ["ACTIVITIES", "PRESENCE", "RULES", "build_activities", "build_presence", "build_rules"]

MINUTES_A_DAY = 1440
TAKEN_NAMES = (WORK, IDLE, ON_BREAK, SHIFT_ACTIVITY)
"""What a timeline calls something else."""


def _exactly_one(row: Row, names: tuple[str, ...]) -> Iterator[Broken]:
    if sum(row[name] is not None for name in names) != 1:
        yield Broken(names[0], f"exactly one of {', '.join(names)} must be given")


def _check_activity(row: Row) -> Iterator[Broken]:
    yield from _exactly_one(row, ("agents", "site", "team", "skill"))
    if row["name"] in TAKEN_NAMES:
        yield Broken("name", f"name must not be one of {', '.join(TAKEN_NAMES)}")
    if row["window_end"] - row["window_start"] < timedelta(minutes=row["minutes"]):
        yield Broken("window_end", "window_end must leave room for the minutes after window_start")


ACTIVITIES = Table(
    "activities",
    "Meetings and training to place where they cost least.",
    (
        Column("name", NAME, "Name of the activity.", required=True),
        Column("minutes", whole(5, MINUTES_A_DAY, step=5), "Length.", required=True),
        Column(
            "agents",
            list_of(IDENTIFIER, "agents"),
            "Who takes part.",
            default_text="see site, team, skill",
            refers_to="agents.agent",
        ),
        Column("site", NAME, "Everyone of a site takes part.", default_text="none", refers_to="sites.site"),
        Column("team", NAME, "Everyone of a team takes part.", default_text="none", refers_to="agents.team"),
        Column("skill", SKILL, "Everyone with a skill takes part.", default_text="none"),
        Column("window_start", INSTANT, "Not before.", required=True),
        Column("window_end", INSTANT, "Ends not after.", required=True),
        Column("together", TRUTH, "Whether all take part at the same time.", default=False),
    ),
    key=("name",),
    check_row=_check_activity,
    rules=(
        "Exactly one of `agents`, `site`, `team` and `skill` is given, and the window has room.",
        f"`name` is none of {', '.join(TAKEN_NAMES)}.",
    ),
)


def build_activities(table: ParsedTable) -> tuple[Activity, ...]:
    """Return the activities in file order."""
    activities = []
    for _, row in table.places():
        cells = dict(row)
        skill = cells.pop("skill")
        activities.append(
            Activity(
                **{**cells, "agents": cells["agents"] or ()},
                skill=None if skill is None else f"{skill.language}:{skill.channel}",
            )
        )
    return tuple(activities)


def _check_presence(row: Row) -> Iterator[Broken]:
    yield from _exactly_one(row, ("site", "skill", "region"))
    if row["region"] is None and (row["language"] or row["channel"]):
        yield Broken("region", "language and channel need a region")
    if row["skill"] is not None and row["zone"] is None:
        yield Broken("zone", "zone is required with a skill, which has no clock of its own", "required")
    if row["min"] is None and row["max"] is None:
        yield Broken("min", "min or max must be given", "required")
    elif row["min"] is not None and row["max"] is not None and row["min"] > row["max"]:
        yield Broken("min", f"min must be at most max, {row['max']}")
    if row["from"] == MINUTES_A_DAY:
        yield Broken("from", "from must be before 24:00")


PRESENCE = Table(
    "presence",
    "Least and most people present in a daily window; hand-over overlap too.",
    (
        Column("site", NAME, "People of this site.", default_text="none", refers_to="sites.site"),
        Column("skill", SKILL, "People with this skill.", default_text="none"),
        Column(
            "region", NAME, "People serving this region.", default_text="none", refers_to="regions.region"
        ),
        Column("language", LANGUAGE, "In this language.", default_text="all", refers_to="queues.language"),
        Column("channel", NAME, "On this channel.", default_text="all", refers_to="queues.channel"),
        Column("from", TIME_OF_DAY, "Begin of the window.", required=True),
        Column("to", TIME_OF_DAY, "End; not after from, it crosses midnight.", required=True),
        Column("weekdays", WEEKDAYS_CELL, "On these weekdays.", default=EVERY_DAY, default_text="all"),
        Column("min", whole(0, 1_000_000), "Least people.", default_text="no limit"),
        Column("max", whole(0, 1_000_000), "Most people.", default_text="no limit"),
        Column("zone", ZONE, "Zone of the window's clock.", default_text="the site's or region's"),
    ),
    check_row=_check_presence,
    rules=(
        "Exactly one of `site`, `skill` and `region` is given; `language` and `channel` only with `region`; "
        "`zone` always with `skill`.",
        "`min`, `max` or both are given, and `min` is at most `max`.",
    ),
)


def build_presence(
    table: ParsedTable, sites: Mapping[str, Site], regions: Mapping[str, Region]
) -> tuple[Presence, ...]:
    """Return the rows, each with the zone of its window."""
    rows = []
    for _, row in table.places():
        zone = row["zone"]
        if zone is None:
            zone = sites[row["site"]].time_zone if row["site"] else regions[row["region"]].time_zone
        skill = row["skill"]
        rows.append(
            Presence(
                from_minute=row["from"],
                until_minute=row["to"] if row["to"] > row["from"] else row["to"] + MINUTES_A_DAY,
                weekdays=row["weekdays"],
                least=row["min"],
                most=row["max"],
                zone=zone,
                site=row["site"],
                skill=None if skill is None else f"{skill.language}:{skill.channel}",
                region=row["region"],
                language=row["language"],
                channel=row["channel"],
            )
        )
    return tuple(rows)


def _check_rule(row: Row) -> Iterator[Broken]:
    if row["from"] and row["until"] and row["until"] < row["from"]:
        yield Broken("until", "until must not be before from")


RULES = Table(
    "rules",
    "A company's own dated rules: more packs, or other values in the shipped ones (labour-rules.md).",
    (
        Column("pack", NAME, "Name of the pack.", required=True),
        Column("rule", NAME, "Name of the rule, one of labour-rules.md.", required=True),
        Column("value", TEXT, "Its value, or `none` to take the pack's rule away.", required=True),
        Column("from", DATE, "First date in force.", default_text="always"),
        Column("until", DATE, "Last date in force.", default_text="always"),
        Column("source", TEXT, "Where the rule is written.", default_text="none"),
    ),
    key=("pack", "rule", "from"),
    check_row=_check_rule,
    rules=("`until` is not before `from`.",),
)


def build_rules(table: ParsedTable) -> tuple[RuleRow, ...]:
    """Return the rows in file order."""
    return tuple(
        RuleRow(
            row["pack"],
            row["rule"],
            row["value"],
            row["from"],
            row["until"],
            row["source"],
            row=int(table.rows[place]),
        )
        for place, row in table.places()
    )
