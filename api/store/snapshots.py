"""The forecasts of stored plans as snapshots: a plan keeps all that one needs, for as long as it is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from api.errors import NotFound
from api.store.database import Store
from api.store.plans import plan_report, plan_table
from api.store.tables import PlanFileRow, PlanRow, WorkspaceRow
from forecasting.snapshots import Snapshot
from forecasting.tables import ContactForecast

__all__ = ["planned_snapshots"]

FORECAST = "forecast"


def planned_snapshots(store: Store, workspace_name: str) -> list[Snapshot]:
    """Return the forecasts of all plans made of a workspace, whichever version, the earliest first.

    Plans whose requirement was given have none.

    Raises
    ------
    NotFound
        If there is no workspace of this name.
    """
    query = (
        select(PlanRow)
        .join(WorkspaceRow, WorkspaceRow.id == PlanRow.workspace_id)
        .join(PlanFileRow, PlanFileRow.plan_id == PlanRow.id)
        .where(WorkspaceRow.name == workspace_name, PlanFileRow.name == FORECAST)
        .order_by(PlanRow.created, PlanRow.id)
    )
    with store.reading() as session:
        known = session.scalar(select(WorkspaceRow.id).where(WorkspaceRow.name == workspace_name).limit(1))
        plans = list(session.scalars(query))
    if known is None:
        raise NotFound(f"there is no workspace {workspace_name!r}")
    found = [_snapshot(store, plan) for plan in plans]
    return [snapshot for snapshot in found if snapshot is not None]


def _snapshot(store: Store, plan: PlanRow) -> Snapshot | None:
    """Return a plan's forecast; None for plans of versions that did not keep the cut-off."""
    cutoff = (plan_report(store, plan.id).get("forecast") or {}).get("cutoff")
    if not cutoff:
        return None
    frame = plan_table(store, plan.id, FORECAST).to_pandas()
    forecast = ContactForecast(frame, int(plan.settings["interval_minutes"]))
    known = {region: datetime.fromisoformat(moment) for region, moment in cutoff.items()}
    return Snapshot(forecast, plan.created, known)
