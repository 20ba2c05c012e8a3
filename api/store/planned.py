"""The shifts of plans, as publishing puts them into effect: with the queues that they serve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from pyarrow import BufferReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.store.shift_changes import CONTENT, Shift
from api.store.tables import PlanFileRow, ShiftRow

__all__ = ["PUBLISHED", "PlannedShifts", "plan_shifts", "queue_text"]

PUBLISHED = (*CONTENT, "queues")
"""What a published shift says beside its place."""

QUEUE = ["region", "language", "channel"]


def queue_text(queue: tuple[str, str, str]) -> str:
    """Return a queue as the column ``queues`` holds it.

    Examples
    --------
    >>> queue_text(("eu", "de", "phone"))
    ';eu:de:phone;'
    """
    return f";{':'.join(queue)};"


class PlannedShifts:
    """Shifts by plan, each read once.

    Plans never change: what was read before a lock is taken is right under it, and others wait the less.
    """

    def __init__(self) -> None:
        self._read: dict[str, Sequence[Shift]] = {}

    def of(self, session: Session, plan_id: str) -> Sequence[Shift]:
        """Return a plan's shifts by agent and start, with what :data:`PUBLISHED` names."""
        if plan_id not in self._read:
            shifts = plan_shifts(session, plan_id)
            served = _queues_served(session, plan_id, shifts)
            for shift in shifts:
                shift["queues"] = served.get((shift["agent"], shift["start"]), "")
            self._read[plan_id] = shifts
        return self._read[plan_id]


def plan_shifts(session: Session, plan_id: str) -> list[dict[str, Any]]:
    """Return a plan's shifts by agent and start, with their place in it and what :data:`CONTENT` names."""
    columns = [getattr(ShiftRow, name) for name in ("plan_id", "number", "agent", "local_date", *CONTENT)]
    query = select(*columns).where(ShiftRow.plan_id == plan_id).order_by(ShiftRow.number)
    return [dict(row) for row in session.execute(query).mappings()]


def _queues_served(session: Session, plan_id: str, shifts: Sequence[Shift]) -> dict[tuple[str, Any], str]:
    """Return the queues that the timeline has each shift serve, by agent and start."""
    content = session.scalar(
        select(PlanFileRow.content).where(PlanFileRow.plan_id == plan_id, PlanFileRow.name == "timeline")
    )
    if content is None:
        return {}
    timeline = pq.read_table(BufferReader(content), columns=["agent", "start", *QUEUE]).to_pandas()
    worked = timeline.dropna(subset=["region"]).sort_values("start")
    if not shifts or worked.empty:
        return {}
    begun = pd.DataFrame({"agent": [s["agent"] for s in shifts], "begin": [s["start"] for s in shifts]})
    # Stretches tile their shift, so each belongs to the agent's shift that began last.
    begun["begin"] = begun["begin"].astype(worked["start"].dtype)
    joined = pd.merge_asof(
        worked, begun.sort_values("begin"), left_on="start", right_on="begin", by="agent"
    ).drop_duplicates(["agent", "begin", *QUEUE])
    joined["queue"] = joined["region"] + ":" + joined["language"] + ":" + joined["channel"]
    found: dict[tuple[str, Any], list[str]] = {}
    begins = pd.DatetimeIndex(joined["begin"]).to_pydatetime()
    for agent, begin, queue in zip(joined["agent"], begins, joined["queue"], strict=True):
        found.setdefault((agent, begin), []).append(queue)
    return {place: f";{';'.join(sorted(queues))};" for place, queues in found.items()}
