"""Plans that others begin from, as runs read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from sqlalchemy import select

from api.errors import Conflict
from api.store.database import Store
from api.store.plans import get_plan, plan_table
from api.store.shift_columns import SHIFT_COLUMNS
from api.store.tables import PlanRow, ShiftRow, WorkspaceRow

__all__ = ["StoredRota", "beginning_options", "has_rota", "read_beginning"]


@dataclass(frozen=True, eq=False)
class StoredRota:
    """A plan's rota as it is kept.

    Parameters
    ----------
    start, end
        Local dates that it was planned for, half-open.
    shifts
        With what a shift of the store says, by agent and start.
    timeline
        The plan's table of stretches.
    """

    start: date
    end: date
    shifts: Sequence[Mapping[str, Any]]
    timeline: pa.Table


def read_beginning(store: Store, plan_id: str) -> StoredRota:
    """Return a plan's rota.

    Raises
    ------
    NotFound
        If there is no such plan, or it has no rota.
    """
    plan = get_plan(store, plan_id)
    timeline = plan_table(store, plan_id, "timeline")
    start, days = _horizon(plan)
    columns = [getattr(ShiftRow, name) for name in SHIFT_COLUMNS]
    query = select(*columns).where(ShiftRow.plan_id == plan_id).order_by(ShiftRow.number)
    with store.reading() as session:
        shifts = [dict(row) for row in session.execute(query).mappings()]
    return StoredRota(start, start + timedelta(days=days), shifts, timeline)


def beginning_options(store: Store, plan_id: str) -> tuple[str, dict[str, Any]]:
    """Return what a plan that begins from this one is of where nothing else is said: workspace and dates.

    The workspace is the newest version of the plan's: what has changed since is why one plans again.

    Raises
    ------
    NotFound
    Conflict
        If the plan has no rota to begin from.
    """
    plan = get_plan(store, plan_id)
    if not has_rota(plan):
        raise Conflict(f"plan {plan_id} has no rota to begin from")
    start, days = _horizon(plan)
    with store.reading() as session:
        name = select(WorkspaceRow.name).where(WorkspaceRow.id == plan.workspace_id).scalar_subquery()
        newest = (
            select(WorkspaceRow.id).where(WorkspaceRow.name == name).order_by(WorkspaceRow.version.desc())
        )
        workspace_id = session.scalars(newest.limit(1)).one()
    return workspace_id, {"from_plan": plan_id, "start": start.isoformat(), "days": days}


def has_rota(plan: PlanRow) -> bool:
    """Tell whether a plan has a rota: only a rota is checked. One that breaks rules is a rota too."""
    return plan.summary.get("violations") is not None


def _horizon(plan: PlanRow) -> tuple[date, int]:
    return date.fromisoformat(plan.settings["start"]), int(plan.settings["days"])
