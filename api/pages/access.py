"""What the pages read from the store, in the shape that their figures are computed from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from typing import Any

import pandas as pd

from api.errors import NotFound
from api.store.database import Store
from api.store.plans import PlanShifts, find_shifts, get_plan, plan_report, plan_table, table_digest
from api.store.shift_columns import SHIFT_COLUMNS
from api.store.tables import PlanRow
from api.v1.service import service
from forecasting.tables import QUEUE_COLUMNS

__all__ = ["PlanTables", "epoch_minutes", "plan_tables", "queue_name"]

EPOCH = pd.Timestamp("1970-01-01", tz="UTC")
MINUTE = pd.Timedelta(minutes=1)
KEPT_PLANS = 4
ALL_SHIFTS = 10_000_000
SHARE_COLUMNS = ["agent", "paid_hours", "nights", "weekends", "refused_wishes"]
COLUMNS = {
    "timeline": ["agent", "start", "end", "activity", *QUEUE_COLUMNS],
    "coverage": [*QUEUE_COLUMNS, "interval_start", "kind", "required", "scheduled", "short", "backlog"],
    "forecast": [*QUEUE_COLUMNS, "interval_start", "contacts", "p10", "p90"],
}


@dataclass(frozen=True, eq=False)
class PlanTables:
    """Result tables of one plan, with the columns of the data contract; instants are UTC.

    ``shares`` is the report's: a row for every agent of the workspace, also for who works no shift.
    A table is empty where the plan has none: no rota and timeline where it is infeasible, no forecast
    where its requirement was given.
    """

    shifts: pd.DataFrame
    timeline: pd.DataFrame
    coverage: pd.DataFrame
    forecast: pd.DataFrame
    shares: pd.DataFrame
    interval_minutes: int
    start: date
    days: int

    @property
    def span_minutes(self) -> tuple[int, int]:
        """Epoch minutes between which every shift and interval of the plan lies."""
        starts = [frame["interval_start"] for frame in (self.coverage, self.forecast) if len(frame)]
        ends = [times + pd.Timedelta(minutes=self.interval_minutes) for times in starts]
        if len(self.shifts):
            starts.append(self.shifts["start"])
            ends.append(self.shifts["end"])
        if not starts:
            midnight = datetime.combine(self.start, time(), UTC)
            return _minutes(midnight), _minutes(midnight + timedelta(days=self.days))
        return _minutes(min(times.min() for times in starts)), _minutes(max(times.max() for times in ends))


def _minutes(instant: datetime) -> int:
    return int((pd.Timestamp(instant) - EPOCH) // MINUTE)


def epoch_minutes(instants: pd.Series) -> pd.Series:
    """Return whole minutes since 1970-01-01T00:00Z: small numbers that a browser places in any zone."""
    return (instants - EPOCH) // MINUTE


def queue_name(frame: pd.DataFrame) -> pd.Series:
    """Return ``region/language/channel`` of each row; empty where the row serves no queue."""
    region, language, channel = (frame[name].fillna("").astype("str") for name in QUEUE_COLUMNS)
    return (region + "/" + language + "/" + channel).where(region != "", "")


_kept: OrderedDict[tuple[int, str, str | None], PlanTables] = OrderedDict()
_lock = Lock()


def plan_tables(plan_id: str) -> PlanTables:
    """Return a plan's tables; those of the last few plans looked at are kept.

    Plans only change where a person is erased, which changes the timeline that they are in.

    Raises
    ------
    NotFound
        If there is no such plan.
    """
    store = service().store
    plan = get_plan(store, plan_id)
    key = (id(store), plan_id, table_digest(store, plan_id, "timeline"))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    tables = _read(store, plan)
    with _lock:
        _kept[key] = tables
        while len(_kept) > KEPT_PLANS:
            _kept.popitem(last=False)
    return tables


def _read(store: Store, plan: PlanRow) -> PlanTables:
    rows = find_shifts(store, PlanShifts(plan.id), limit=ALL_SHIFTS)
    shifts = pd.DataFrame(rows, columns=["number", *SHIFT_COLUMNS])
    shifts[["start", "end"]] = shifts[["start", "end"]].apply(pd.to_datetime, utc=True)
    settings = plan.settings
    return PlanTables(
        shifts=shifts,
        timeline=_table(store, plan.id, "timeline"),
        coverage=_table(store, plan.id, "coverage"),
        forecast=_table(store, plan.id, "forecast"),
        shares=_shares(plan_report(store, plan.id)),
        interval_minutes=int(settings["interval_minutes"]),
        start=date.fromisoformat(settings["start"]),
        days=int(settings["days"]),
    )


def _shares(report: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame((report.get("fairness") or {}).get("agents") or [], columns=SHARE_COLUMNS)


def _table(store: Store, plan_id: str, name: str) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = plan_table(store, plan_id, name).to_pandas()
    except NotFound:
        return pd.DataFrame(columns=COLUMNS[name])
    return frame
