"""Rules that tie several rows or several tables together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np

from api.workspace.faults import FaultList
from api.workspace.intervals import check_history_interval, minutes_since_epoch
from api.workspace.parse import ParsedTable
from api.workspace.schema import Row
from api.workspace.tables.overrides import check_overrides
from api.workspace.tables.people import SHIFT_ACTIVITY
from forecasting.tables import QUEUE_COLUMNS
from scheduler.settings import PlanSettings

__all__ = ["check_across", "check_interval", "check_queues", "zones_of"]

DEFAULT_MINUTES = 15
"""Stands in for the plan's interval where ``plan.toml`` is itself at fault."""
_NEVER_EMPTY = (
    "regions",
    "queues",
    "sites",
    "contracts",
    "shifts",
    "agents",
    "contacts",
    "tickets",
    "requirement",
)


def check_across(tables: Mapping[str, ParsedTable], settings: PlanSettings | None, faults: FaultList) -> None:
    """Check what no single row can show. ``settings`` is None where ``plan.toml`` is itself at fault."""
    plan_minutes = DEFAULT_MINUTES if settings is None else settings.interval_minutes
    usable = {name: table for name, table in tables.items() if table.usable}
    for name in _NEVER_EMPTY:
        if name in usable and not len(usable[name].rows):
            faults.add("must have at least one row", file=usable[name].file, code="empty_file")
            del usable[name]
    for name in ("contacts", "tickets", "requirement"):
        if name in usable and "queues" in usable:
            columns = [usable["queues"].columns[column].cells() for column in QUEUE_COLUMNS]
            check_queues(usable[name], set(zip(*columns, strict=True)), faults)
    if "contacts" in usable:
        check_history_interval(usable["contacts"], zones_of(tables), plan_minutes, faults)
        for name in ("abandoned", "answered_in_time"):
            _check_order(usable["contacts"], name, "contacts", f"{name} must be at most contacts", faults)
    if "tickets" in usable:
        rule = "resolved_at must not be before created_at"
        _check_order(usable["tickets"], "created_at", "resolved_at", rule, faults, blame="resolved_at")
    if "requirement" in usable and settings is not None:
        check_interval(usable["requirement"], settings.interval_minutes, faults)
    if "overrides" in usable:
        check_overrides(usable["overrides"], tables, settings, faults)
    if "fixed" in usable:
        _check_fixed_overlaps(usable["fixed"], faults)
    if "history" in usable and settings is not None:
        _check_before_plan(usable["history"], settings, faults)


def zones_of(tables: Mapping[str, ParsedTable]) -> dict[str, str]:
    """Return the time zone of each sound row's region."""
    return (
        {row["region"]: row["time_zone"] for _, row in tables["regions"].places()}
        if "regions" in tables
        else {}
    )


def check_queues(table: ParsedTable, known: Collection[tuple[str, ...]], faults: FaultList) -> None:
    """Check that every queue counted or required is known; told once a queue."""
    places = np.flatnonzero(table.sound)
    queues = table.numbered(QUEUE_COLUMNS)[places]
    _, first, counts = np.unique(queues, return_index=True, return_counts=True)
    for which in np.argsort(first):
        place = places[first[which]]
        key = tuple(table.columns[name].value(place) for name in QUEUE_COLUMNS)
        if key not in known:
            more = f" (so too in {counts[which] - 1:,} more rows)" if counts[which] > 1 else ""
            faults.add(
                f"region, language and channel must be those of a row of queues.csv{more}",
                file=table.file,
                row=int(table.rows[place]),
                column="channel",
                value="/".join(key),
                code="unknown_reference",
            )


def _check_order(
    table: ParsedTable, low: str, high: str, rule: str, faults: FaultList, *, blame: str | None = None
) -> None:
    """Check ``low`` ≤ ``high`` in every row that has both."""
    kind = "datetime64[us, UTC]" if low.endswith("_at") else "float64"
    wrong = (table.columns[low].array(kind) > table.columns[high].array(kind)).to_numpy() & table.sound
    for place in np.flatnonzero(wrong):
        table.blame(faults, int(place), blame or low, rule, "inconsistent")


def check_interval(table: ParsedTable, plan_minutes: int, faults: FaultList) -> None:
    """Check that rows lie on the plan's interval, and do not all lie on a longer one."""
    starts = table.columns["interval_start"]
    minutes = minutes_since_epoch(starts.values)
    off = (minutes % plan_minutes != 0) & starts.good
    rule = f"interval_start must lie on whole {plan_minutes} minutes of UTC, the plan's interval"
    if off.any():
        reasons = {int(place): rule for place in np.flatnonzero(off)}
        table.blame_values(faults, "interval_start", reasons, "off_interval")
        return
    gaps = np.diff(np.unique(minutes[starts.good]))
    if len(gaps) and gaps.min() > plan_minutes and gaps.min() in (30, 60):
        faults.add(
            f"rows must be {plan_minutes} minutes apart, the plan's interval",
            file=table.file,
            column="interval_start",
            value=f"{gaps.min()} minutes",
            code="off_interval",
        )


def _check_fixed_overlaps(table: ParsedTable, faults: FaultList) -> None:
    """Fixed rows of one agent are apart, or an activity lies wholly inside a shift."""
    rows = sorted(table.places(), key=lambda item: (item[1]["agent"], item[1]["start"], -_length(item[1])))
    for _, group in groupby(rows, key=lambda item: item[1]["agent"]):
        for (place, row), (before_place, before) in _overlapping(list(group)):
            inside = before["activity"] == SHIFT_ACTIVITY != row["activity"] and row["end"] <= before["end"]
            if not inside:
                table.blame(
                    faults,
                    place,
                    "start",
                    f"fixed work of one agent must not overlap; row {table.rows[before_place]} lasts until "
                    f"{before['end']:%Y-%m-%dT%H:%MZ}",
                    "overlap",
                )


def _length(row: Row) -> float:
    span: float = (row["end"] - row["start"]).total_seconds()
    # Of two rows that start together the shift holds the activity.
    return span + (0.5 if row["activity"] == SHIFT_ACTIVITY else 0.0)


_Placed = tuple[int, Row]


def _overlapping(rows: list[_Placed]) -> Iterator[tuple[_Placed, _Placed]]:
    """Yield each row with the earlier row that lasts longest into it; for a shift's activities, the shift."""
    latest: dict[bool, _Placed] = {}
    for item in rows:
        start: datetime = item[1]["start"]
        for before in latest.values():
            if before[1]["end"] > start:
                yield item, before
        is_shift: Any = item[1]["activity"] == SHIFT_ACTIVITY
        if is_shift not in latest or item[1]["end"] > latest[is_shift][1]["end"]:
            latest[is_shift] = item


def _check_before_plan(table: ParsedTable, settings: PlanSettings, faults: FaultList) -> None:
    for place, row in list(table.places()):
        if row["date"] >= settings.start:
            rule = f"date must be before the plan's start, {settings.start}"
            table.blame(faults, place, "date", rule, "out_of_range")
