"""Regions, queues and events: whose contacts they are and what was promised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from api.workspace.calendars import known_subdivisions
from api.workspace.cells import (
    COUNTRY,
    HOURS,
    INSTANT,
    LANGUAGE,
    NAME,
    SUBDIVISION,
    TEXT,
    ZONE,
    CellParser,
    choice,
    date_or_instant,
    number,
    whole,
)
from api.workspace.grammar import TRANSLATIONS
from api.workspace.parse import ParsedTable
from api.workspace.schema import Broken, Column, Row, Table
from forecasting.events import Event
from forecasting.hours import ALWAYS_OPEN
from forecasting.queues import KIND_OF_CHANNEL, ChannelKind, Queue, QueueKey, Region
from forecasting.timegrid import day_bounds

__all__ = [
    "EVENTS",
    "QUEUES",
    "REGIONS",
    "WHEN",
    "build_events",
    "build_queues",
    "build_regions",
    "calendar_check",
    "calendar_notes",
    "local_days",
    "span_check",
    "subdivision_of",
]

WHEN = CellParser(f"{INSTANT.rule}, or a date like 2026-03-29", date_or_instant, "instant")

ANSWER_WITHIN_SECONDS = {"chat": 60.0}
"""Threshold by channel where the queue states none; 20 seconds for the others."""
CONCURRENCY = {"chat": 2}
"""Contacts held at once by channel where the queue states none; 1 for the others."""


def calendar_check(row: Row) -> Iterator[Broken]:
    """A subdivision belongs to the row's country."""
    country, subdivision = row["country"], row["subdivision"]
    if subdivision and not country:
        yield Broken("subdivision", "subdivision needs a country")
    elif subdivision and "-" in subdivision and not subdivision.startswith(f"{country}-"):
        yield Broken("subdivision", f"subdivision must lie in country {country}")


def subdivision_of(row: Row) -> str | None:
    """Return ``BY`` for ``BY`` and for ``DE-BY``; None where it has no public holidays of its own."""
    code = (row["subdivision"] or "").rpartition("-")[2]
    return code if code and code in known_subdivisions()[row["country"]] else None


def calendar_notes(table: ParsedTable) -> tuple[str, ...]:
    """Return a sentence for each row whose subdivision is left aside."""
    return tuple(
        f"{table.file} row {table.rows[place]}: no public holidays of {row['country']} subdivision "
        f"{row['subdivision']} are known; those of the whole country are used."
        for place, row in table.places()
        if row["subdivision"] and subdivision_of(row) is None
    )


def span_check(row: Row) -> Iterator[Broken]:
    """``start`` and ``end`` are both dates or both instants, in order."""
    if isinstance(row["start"], datetime) != isinstance(row["end"], datetime):
        yield Broken("end", "end must be a date if start is one, and an instant if start is one")
    elif row["end"] <= row["start"]:
        yield Broken("end", "end must be after start")


REGIONS = Table(
    "regions",
    "Customer markets, each with its own clock and public holidays.",
    (
        Column("region", NAME, "Name of the region.", required=True),
        Column("time_zone", ZONE, "Zone of its customers' wall clock.", required=True),
        Column("country", COUNTRY, "Country of its public holidays.", default_text="no holidays"),
        Column("subdivision", SUBDIVISION, "State or province, for its holidays.", default_text="none"),
    ),
    key=("region",),
    check_row=calendar_check,
    rules=(
        "A subdivision needs its country. One without public holidays of its own is noted in the report "
        "and left aside.",
    ),
)


def build_regions(table: ParsedTable) -> dict[str, Region]:
    """Return the regions by name."""
    return {
        row["region"]: Region(row["region"], row["time_zone"], row["country"], subdivision_of(row))
        for _, row in table.places()
    }


def _check_queue(row: Row) -> Iterator[Broken]:
    if row["kind"] is None and row["channel"] not in KIND_OF_CHANNEL:
        known = ", ".join(KIND_OF_CHANNEL)
        yield Broken("kind", f"kind is required for a channel of your own (not one of {known})", "required")


QUEUES = Table(
    "queues",
    "A queue is a region, a language and a channel: the unit of forecast and of coverage.",
    (
        Column("region", NAME, "Region of the customers.", required=True, refers_to="regions.region"),
        Column("language", LANGUAGE, "Language of the customers.", required=True),
        Column("channel", NAME, "phone, chat, email, social, or a name of your own.", required=True),
        Column(
            "kind",
            choice(ChannelKind),
            "Answered at once (live) or within a deadline (deferred).",
            default_text="live for phone and chat, deferred for email and social",
        ),
        Column(
            "service_level",
            number(0, 1, above=True),
            "Share of contacts to be answered within the threshold or the deadline.",
            default=0.8,
        ),
        Column(
            "answer_within_seconds",
            number(0, 86_400),
            "Threshold of live contacts: the 20 of 80/20.",
            default_text="20; chat 60",
        ),
        Column(
            "respond_within_minutes",
            whole(1, 525_600),
            "Deadline of deferred contacts, from their arrival.",
            default=240,
        ),
        Column(
            "aht_seconds",
            number(0, 86_400, above=True),
            "Average handle time where history has none.",
            default_text="none",
        ),
        Column(
            "patience_seconds",
            number(0, 86_400, above=True),
            "Mean time after which a customer gives up.",
            default_text="nobody abandons",
        ),
        Column("concurrency", whole(1, 100), "Contacts held at once by one agent.", default_text="1; chat 2"),
        Column(
            "max_occupancy",
            number(0, 1, above=True),
            "Highest share of available time that agents may be busy.",
            default=0.9,
        ),
        Column(
            "deflection",
            number(0, 1, below=True),
            "Share of contacts resolved without an agent.",
            default=0.0,
        ),
        Column("repeat_rate", number(0, 1, below=True), "Share of contacts that come back.", default=0.0),
        Column(
            "hours",
            HOURS,
            "When it is open, on the region's wall clock; a weekday not named is closed.",
            default=ALWAYS_OPEN,
            default_text="always open",
        ),
        Column("min_agents", whole(0, 100_000), "Agents present whenever it is open.", default=0),
        Column("priority", number(0, 1_000_000), "Worth of an agent-hour missing here.", default=1.0),
        Column(
            "translation",
            TRANSLATIONS,
            "Languages whose agents may serve it with machine translation, and how fast.",
            default=(),
            default_text="none",
        ),
    ),
    key=("region", "language", "channel"),
    check_row=_check_queue,
    rules=("A channel of your own states its kind.",),
)


def build_queues(table: ParsedTable) -> dict[QueueKey, Queue]:
    """Return the queues by key, sorted."""
    queues = []
    for _, row in table.places():
        cells = dict(row)
        channel = cells.pop("channel")
        key = QueueKey(cells.pop("region"), cells.pop("language"), channel)
        kind = cells.pop("kind") or KIND_OF_CHANNEL[channel]
        if cells["answer_within_seconds"] is None:
            cells["answer_within_seconds"] = ANSWER_WITHIN_SECONDS.get(channel, 20.0)
        if cells["concurrency"] is None:
            cells["concurrency"] = CONCURRENCY.get(channel, 1)
        queues.append(Queue(key, kind, **cells))
    return {queue.key: queue for queue in sorted(queues, key=lambda queue: queue.key)}


EVENTS = Table(
    "events",
    "Campaigns, launches, outages. Past ones are learned from, future ones are applied.",
    (
        Column("start", WHEN, "First instant, or first local day of the region.", required=True),
        Column("end", WHEN, "First instant, or first local day, no longer touched.", required=True),
        Column("factor", number(0, 1000), "Contacts are this many times what they would be.", required=True),
        Column("region", NAME, "Only this region.", default_text="all", refers_to="regions.region"),
        Column("language", LANGUAGE, "Only this language.", default_text="all", refers_to="queues.language"),
        Column("channel", NAME, "Only this channel.", default_text="all", refers_to="queues.channel"),
        Column("name", TEXT, "For reports.", default_text="none"),
    ),
    check_row=span_check,
    rules=(
        "`start` and `end` are both instants or both dates, and `end` is after `start`. Dates are local days "
        "of each region concerned, from `start` up to, not including, `end`.",
    ),
)


def build_events(table: ParsedTable, regions: dict[str, Region]) -> tuple[Event, ...]:
    """Return the events by start. One given in dates becomes one of each region's local days."""
    events = []
    for _, row in table.places():
        rest = (row["factor"], row["language"], row["channel"], row["name"])
        if isinstance(row["start"], datetime):
            spans = {row["region"]: (row["start"], row["end"])}
        else:
            names = [row["region"]] if row["region"] else list(regions)
            spans = {name: local_days(regions[name], row["start"], row["end"]) for name in names}
        for region, (start, end) in spans.items():
            factor, language, channel, name = rest
            events.append(Event(start, end, factor, region, language, channel, name))
    return tuple(sorted(events, key=lambda event: (event.start, event.end)))


def local_days(region: Region, start: date, end: date) -> tuple[datetime, datetime]:
    """Return the instants at which local days begin and end."""
    return day_bounds(region.time_zone, start)[0], day_bounds(region.time_zone, end)[0]
