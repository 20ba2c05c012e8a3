"""Reading result files back: forecasts, requirements and rotas, checked like a workspace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from api.results.planned import read_planned
from api.results.tables import FORECAST, PRICES, ROTA, TIMELINE
from api.workspace.crosschecks import check_interval, check_queues
from api.workspace.faults import FaultList, did_you_mean
from api.workspace.parse import ParsedTable
from api.workspace.read import read_table
from api.workspace.references import check_keys, check_rows
from api.workspace.schema import Table
from api.workspace.tables.demand_history import REQUIREMENT, build_requirement, long_frame
from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS, ContactForecast
from forecasting.timegrid import local_date
from scheduler.earlier import Earlier
from scheduler.requirement import StaffingRequirement
from scheduler.results import PRICES_FILE, ROTA_FILE, TIMELINE_FILE
from scheduler.rota import WORK, Break, Rota, Shift, Stretch
from scheduler.workspace import Workspace

__all__ = ["read_earlier", "read_forecast", "read_requirement", "read_rota"]


def read_forecast(file: Path, workspace: Workspace) -> ContactForecast:
    """Read a ``forecast.csv`` (or Parquet), of any origin, on the plan's interval.

    Quantiles that it does not state are unknown; a missing handle time is the queue's.

    Raises
    ------
    InvalidInput
        With every fault found.
    """
    table = _read_long(file, FORECAST, workspace)
    frame = long_frame(table, "interval_start", ("contacts", "p10", "p50", "p90", "aht_seconds"))
    stated = [
        np.nan if (known := workspace.queues[QueueKey(*key)].aht_seconds) is None else known
        for key in frame[QUEUE_COLUMNS].itertuples(index=False)
    ]
    frame["aht_seconds"] = frame["aht_seconds"].where(frame["aht_seconds"].notna(), stated)
    reasons = table.columns["override"].array("str")
    if (reasons != "").any():
        model = table.columns["model_contacts"].array("float64")
        frame = frame.assign(model_contacts=model.where(model.notna(), frame["contacts"]), override=reasons)
    return ContactForecast(frame, workspace.settings.interval_minutes)


def read_requirement(file: Path, workspace: Workspace) -> StaffingRequirement:
    """Read a ``requirement.csv`` (or Parquet), of any origin, on the plan's interval.

    Raises
    ------
    InvalidInput
        With every fault found.
    """
    table = _read_long(file, REQUIREMENT, workspace)
    return build_requirement(table, workspace.queues, workspace.settings.interval_minutes)


def read_earlier(directory: Path, workspace: Workspace, keep_before: datetime | None) -> Earlier:
    """Read a plan's folder as a rota to begin with: ``rota.csv``, ``timeline.csv``, and what else is there.

    People in it may have left the workspace since.
    ``report.json`` tells the dates that it was planned for (else those of its shifts), ``prices.csv`` where
    proofs may begin.

    Raises
    ------
    InvalidInput
        With every fault found.
    """
    rota = read_rota(directory, workspace, leavers=True)
    horizon = read_planned(directory).horizon
    if horizon.start is not None and horizon.days is not None:
        start, end = horizon.start, horizon.start + timedelta(days=horizon.days)
    else:
        dates = [shift.local_date for shift in rota.shifts] or [workspace.settings.start]
        start, end = min(dates), max(dates) + timedelta(days=1)
    prices = None
    if (Path(directory) / PRICES_FILE).exists():
        table = _read_long(Path(directory) / PRICES_FILE, PRICES, workspace)
        prices = long_frame(table, "interval_start", ("price",))
    return Earlier(rota, start, end, keep_before, prices)


def read_rota(directory: Path, workspace: Workspace, *, leavers: bool = False) -> Rota:
    """Read ``rota.csv`` and ``timeline.csv``.

    A shift that the workspace's fixed work states is marked as fixed. Whether the rota keeps the rules is
    for the checker to say.

    Parameters
    ----------
    leavers
        Whether agents may be in it whom the workspace does not know (any more).

    Raises
    ------
    InvalidInput
        With every fault found.
    """
    faults = FaultList()
    rota = _read(Path(directory) / ROTA_FILE, ROTA, faults)
    timeline = _read(Path(directory) / TIMELINE_FILE, TIMELINE, faults)
    if not leavers:
        _check_agents(rota, workspace, faults)
        _check_agents(timeline, workspace, faults)
    _check_places(rota, workspace, faults)
    _check_stretches(timeline, workspace, faults)
    if faults:
        raise faults.error()
    fixed = {(work.agent, work.start, work.end) for work in workspace.fixed}
    shifts = [
        Shift(
            agent=row["agent"],
            site=row["site"],
            template=row["shift"],
            start=row["start"],
            end=row["end"],
            local_date=row["local_date"],
            time_zone=row["time_zone"],
            paid_minutes=row["paid_minutes"],
            breaks=tuple(Break(*pause) for pause in row["breaks"]),
            fixed=(row["agent"], row["start"], row["end"]) in fixed,
        )
        for _, row in rota.places()
    ]
    stretches = [
        Stretch(
            agent=row["agent"],
            start=row["start"],
            end=row["end"],
            activity=row["activity"],
            queue=QueueKey(*(row[name] for name in QUEUE_COLUMNS)) if row["region"] else None,
            translated=row["translated"],
        )
        for _, row in timeline.places()
    ]
    return Rota(
        tuple(sorted(shifts, key=lambda shift: (shift.agent, shift.start))),
        tuple(sorted(stretches, key=lambda stretch: (stretch.agent, stretch.start))),
    )


def _read(path: Path, declaration: Table, faults: FaultList) -> ParsedTable:
    try:
        content = path.read_bytes()
    except OSError as error:
        faults.add(f"must be a readable file: {error.strerror}", file=path.name, code="unreadable")
        return ParsedTable.empty(declaration, path.name, usable=False)
    table = read_table(path.name, content, declaration, faults)
    check_rows(table, faults)
    check_keys(table, faults)
    return table


def _read_long(file: Path, declaration: Table, workspace: Workspace) -> ParsedTable:
    faults = FaultList()
    table = _read(Path(file), declaration, faults)
    if table.usable:
        check_queues(table, set(workspace.queues), faults)
        check_interval(table, workspace.settings.interval_minutes, faults)
    if faults:
        raise faults.error()
    return table


def _blame_each(
    table: ParsedTable, column: str, rule: Callable[[str], str | None], faults: FaultList
) -> None:
    """Note a fault for the rows whose value of a column breaks a rule."""
    parsed = table.columns[column]
    reasons = {}
    for place, (value, good) in enumerate(zip(parsed.values, parsed.good, strict=True)):
        reason = rule(value) if good else None
        if reason is not None:
            reasons[place] = reason
    table.blame_values(faults, column, reasons, "unknown_reference")


def _check_agents(table: ParsedTable, workspace: Workspace, faults: FaultList) -> None:
    def rule(name: str) -> str | None:
        if name in workspace.agents:
            return None
        return f"agent must be an agent of the workspace{did_you_mean(name, list(workspace.agents))}"

    if "agent" in table.columns:
        _blame_each(table, "agent", rule, faults)


def _check_places(table: ParsedTable, workspace: Workspace, faults: FaultList) -> None:
    """A shift states its agent's site, that site's zone and its date there, and a template that exists."""
    for place, row in list(table.places()):
        if row["agent"] not in workspace.agents:
            continue
        site = workspace.sites[workspace.agents[row["agent"]].site]
        if row["site"] != site.name:
            table.blame(faults, place, "site", f"site must be the agent's, {site.name}", "inconsistent")
        elif row["time_zone"] != site.time_zone:
            rule = f"time_zone must be the site's, {site.time_zone}"
            table.blame(faults, place, "time_zone", rule, "inconsistent")
        elif row["local_date"] != local_date(row["start"], site.time_zone):
            rule = f"local_date must be the site's at start, {local_date(row['start'], site.time_zone)}"
            table.blame(faults, place, "local_date", rule, "inconsistent")
        if row["shift"] is not None and row["shift"] not in workspace.shifts:
            rule = (
                f"shift must be a shift of the workspace{did_you_mean(row['shift'], list(workspace.shifts))}"
            )
            table.blame(faults, place, "shift", rule, "unknown_reference")


def _check_stretches(table: ParsedTable, workspace: Workspace, faults: FaultList) -> None:
    """Work names a queue of the workspace, and nothing else does."""
    for place, row in list(table.places()):
        if row["agent"] not in workspace.agents:
            continue
        key = tuple(row[name] for name in QUEUE_COLUMNS)
        if row["activity"] == WORK and key not in workspace.queues:
            rule = "region, language and channel of work must be a queue of the workspace"
            table.blame(faults, place, "channel", rule, "unknown_reference")
        elif row["activity"] != WORK and any(key):
            table.blame(
                faults, place, "region", "only work has a region, language and channel", "inconsistent"
            )
