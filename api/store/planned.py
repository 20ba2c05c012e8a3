"""The shifts of plans, as publishing puts them into effect: with the queues that they serve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.store.shift_changes import CONTENT, Place
from api.store.shift_columns import kept_columns
from api.store.tables import PlanFileRow, ShiftRow

__all__ = ["PlannedShift", "PlannedShifts", "plan_shifts", "queue_text"]

QUEUE = ("region", "language", "channel")


class PlannedShift(NamedTuple):
    """A shift of a plan; ``said`` is what it says beside its place, as it is kept, and then its queues."""

    plan_id: str
    number: int
    said: tuple[Any, ...]


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
        self._read: dict[str, Mapping[Place, PlannedShift]] = {}

    def of(self, session: Session, plan_id: str) -> Mapping[Place, PlannedShift]:
        """Return a plan's shifts by place."""
        if plan_id not in self._read:
            self._read[plan_id] = _planned(session, plan_id)
        return self._read[plan_id]


def _planned(session: Session, plan_id: str) -> Mapping[Place, PlannedShift]:
    columns = (ShiftRow.number, ShiftRow.local_date, ShiftRow.agent, ShiftRow.start)
    query = select(*columns, *kept_columns(ShiftRow, *CONTENT)).where(ShiftRow.plan_id == plan_id)
    rows = session.connection().execute(query.order_by(ShiftRow.number)).all()
    served = _queues_served(session, plan_id, [row[2] for row in rows], [row[3] for row in rows])
    taken: defaultdict[tuple[date, str], int] = defaultdict(int)
    found: dict[Place, PlannedShift] = {}
    for (number, day, agent, _, *said), queues in zip(rows, served, strict=True):
        found[day, agent, taken[day, agent]] = PlannedShift(plan_id, number, (*said, queues))
        taken[day, agent] += 1
    return found


def plan_shifts(session: Session, plan_id: str) -> list[dict[str, Any]]:
    """Return a plan's shifts by agent and start, with their place in it and what :data:`CONTENT` names."""
    columns = [getattr(ShiftRow, name) for name in ("plan_id", "number", "agent", "local_date", *CONTENT)]
    query = select(*columns).where(ShiftRow.plan_id == plan_id).order_by(ShiftRow.number)
    return [dict(row) for row in session.execute(query).mappings()]


def _queues_served(
    session: Session, plan_id: str, agents: Sequence[str], starts: Sequence[datetime]
) -> list[str]:
    """Return the queues that the timeline has each shift serve."""
    content = session.scalar(
        select(PlanFileRow.content).where(PlanFileRow.plan_id == plan_id, PlanFileRow.name == "timeline")
    )
    found = [""] * len(agents)
    if content is None or not agents:
        return found
    timeline = pq.read_table(pa.BufferReader(content), columns=["agent", "start", *QUEUE])
    worked = timeline.filter(pc.is_valid(timeline["region"]))
    text, instant = pa.string(), timeline["start"].type
    queues = pc.binary_join_element_wise(*(worked[name].cast(text) for name in QUEUE), ":")
    # Numbers in place of names: tens of thousands of them are compared.
    names, people = pc.unique(queues).sort(), pa.array(agents, text).unique()
    served = pa.table(
        {
            "agent": pc.index_in(worked["agent"].cast(text), people),
            "start": worked["start"],
            "queue": pc.index_in(queues, names),
        }
    )
    begun = pa.table(
        {
            "agent": pc.index_in(pa.array(agents, text), people),
            "start": pa.array(starts, instant),
            "shift": np.arange(len(agents)),
        }
    )
    # Stretches tile their shift, so each belongs to the agent's shift that began last.
    joined = pd.merge_asof(
        served.drop_null().to_pandas().sort_values("start"),
        begun.to_pandas().sort_values("start"),
        on="start",
        by="agent",
    ).dropna(subset="shift")
    pairs = joined[["shift", "queue"]].astype(int).drop_duplicates().sort_values(["shift", "queue"])
    texts = names.to_pylist()
    for shift, queue in pairs.itertuples(index=False):
        found[shift] = f"{found[shift] or ';'}{texts[queue]};"
    return found
