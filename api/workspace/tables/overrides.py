"""Overrides: what planners know better than the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from api.workspace.cells import LANGUAGE, NAME, TEXT, number
from api.workspace.faults import FaultList
from api.workspace.parse import ParsedTable
from api.workspace.schema import Broken, Column, Row, Table
from api.workspace.tables.demand import WHEN, build_regions, local_days, span_check
from forecasting.overrides import Override, find_conflicts
from forecasting.queues import QueueKey, Region
from forecasting.tables import QUEUE_COLUMNS
from forecasting.timegrid import UTC
from scheduler.settings import PlanSettings

__all__ = ["OVERRIDES", "build_overrides", "check_overrides"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _check_override(row: Row) -> Iterator[Broken]:
    yield from span_check(row)
    if row["factor"] is None and row["contacts"] is None:
        yield Broken("factor", "either factor or contacts is required", "required")
    elif row["factor"] is not None and row["contacts"] is not None:
        yield Broken("contacts", "either factor or contacts may be given, not both")


OVERRIDES = Table(
    "overrides",
    "What planners know better than the model: applied after it, to what is forecast alone. The model's own "
    "value is kept beside, and both are scored later (`sunrota accuracy`).",
    (
        Column("start", WHEN, "First instant, or first local day of the region.", required=True),
        Column("end", WHEN, "First instant, or first local day, no longer touched.", required=True),
        Column(
            "factor",
            number(0, 1000),
            "Contacts are this many times what the model says.",
            default_text="`contacts` is given",
        ),
        Column(
            "contacts",
            number(0, 1_000_000_000),
            "So many contacts come in the whole window, to all queues that the row touches together.",
            default_text="`factor` is given",
        ),
        Column("region", NAME, "Only this region.", default_text="all", refers_to="regions.region"),
        Column("language", LANGUAGE, "Only this language.", default_text="all", refers_to="queues.language"),
        Column("channel", NAME, "Only this channel.", default_text="all", refers_to="queues.channel"),
        Column("reason", TEXT, "Why, for reports and for the later reckoning.", required=True),
    ),
    check_row=_check_override,
    rules=(
        "`start` and `end` are both instants or both dates, and `end` is after `start`. Dates are local days "
        "of each region concerned, from `start` up to, not including, `end`; instants lie on the plan's "
        "interval.",
        "Each row states either `factor` or `contacts`, and touches at least one queue of queues.csv.",
        "No two rows touch the same queue at the same time.",
    ),
)


def build_overrides(table: ParsedTable, regions: Mapping[str, Region]) -> tuple[Override, ...]:
    """Return the overrides in the order of the file."""
    return tuple(_override(row, regions) for _, row in table.places())


def _override(row: Row, regions: Mapping[str, Region]) -> Override:
    names = [row["region"]] if row["region"] else list(regions)
    if isinstance(row["start"], datetime):
        windows = dict.fromkeys(names, (row["start"], row["end"]))
    else:
        windows = {name: local_days(regions[name], row["start"], row["end"]) for name in names}
    return Override(windows, row["reason"], row["factor"], row["contacts"], row["language"], row["channel"])


def check_overrides(
    table: ParsedTable,
    tables: Mapping[str, ParsedTable],
    settings: PlanSettings | None,
    faults: FaultList,
) -> None:
    """Check that every override lies on the plan's grid, touches a queue, and no two claim the same."""
    if not all(name in tables and tables[name].usable for name in ("regions", "queues")):
        return
    regions = build_regions(tables["regions"])
    keys = [
        QueueKey(*(row[name] for name in QUEUE_COLUMNS))
        for _, row in tables["queues"].places()
        if row["region"] in regions
    ]
    if settings is not None:
        _check_grid(table, settings.interval_minutes, faults)
    whole = [(place, _override(row, regions)) for place, row in table.places() if _has_region(row, regions)]
    for place, override in whole:
        if not any(override.touches(key) for key in keys):
            rule = "region, language and channel must together match a queue of queues.csv"
            table.blame(faults, place, "channel", rule, "unknown_reference")
    for first, second, key in find_conflicts([override for _, override in whole], keys):
        row = table.rows[whole[first][0]]
        rule = f"overrides of one queue must not overlap; row {row} touches {key} at the same time"
        table.blame(faults, whole[second][0], "start", rule, "overlap")


def _check_grid(table: ParsedTable, minutes: int, faults: FaultList) -> None:
    for place, row in list(table.places()):
        for column in ("start", "end"):
            if isinstance(row[column], datetime) and (row[column] - EPOCH) % timedelta(minutes=minutes):
                rule = f"{column} must lie on whole {minutes} minutes of UTC, the plan's interval"
                table.blame(faults, place, column, rule, "off_interval")


def _has_region(row: Row, regions: Mapping[str, Region]) -> bool:
    return bool(row["region"] in regions if row["region"] else regions)
