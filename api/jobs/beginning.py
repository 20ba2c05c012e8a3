"""A stored plan's rota as one that a new one begins from."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from api.store.beginnings import StoredRota
from forecasting.errors import Fault, InvalidInput
from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS
from scheduler.earlier import Earlier
from scheduler.rota import Break, Rota, Shift, Stretch
from scheduler.workspace import Workspace

__all__ = ["earlier_rota"]


def earlier_rota(stored: StoredRota, workspace: Workspace, keep_before: datetime | None) -> Earlier:
    """Return the rota that the new one begins from; people in it may have left the workspace since.

    Raises
    ------
    InvalidInput
        If it serves queues that the workspace does not have, or has its people at other sites.
    """
    fixed = {(work.agent, work.start, work.end) for work in workspace.fixed}
    shifts = tuple(
        Shift(
            agent=row["agent"],
            site=row["site"],
            template=row["shift"] if row["shift"] in workspace.shifts else None,
            start=row["start"],
            end=row["end"],
            local_date=row["local_date"],
            time_zone=row["time_zone"],
            paid_minutes=row["paid_minutes"],
            breaks=tuple(
                Break(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]), one["paid"])
                for one in row["breaks"]
            ),
            fixed=(row["agent"], row["start"], row["end"]) in fixed,
        )
        for row in stored.shifts
    )
    rota = Rota(shifts, _stretches(stored.timeline.to_pandas()))
    _check(rota, workspace)
    return Earlier(rota, stored.start, stored.end, keep_before)


def _stretches(frame: pd.DataFrame) -> tuple[Stretch, ...]:
    frame = frame.sort_values(["agent", "start"], kind="stable")
    starts, ends = (pd.DatetimeIndex(frame[name]).to_pydatetime() for name in ("start", "end"))
    queues = zip(*(frame[name] for name in QUEUE_COLUMNS), strict=True)
    return tuple(
        Stretch(
            agent=agent,
            start=start,
            end=end,
            activity=activity,
            queue=None if pd.isna(queue[0]) else QueueKey(*queue),
            translated=bool(translated) if pd.notna(translated) else False,
        )
        for agent, start, end, activity, queue, translated in zip(
            frame["agent"], starts, ends, frame["activity"], queues, frame["translated"], strict=True
        )
    )


def _check(rota: Rota, workspace: Workspace) -> None:
    faults = [
        Fault(f"the plan to begin from serves {queue}, which the workspace does not have", value=str(queue))
        for queue in sorted(
            {each.queue for each in rota.stretches if each.queue is not None} - set(workspace.queues)
        )
    ]
    for agent, site in sorted({(shift.agent, shift.site) for shift in rota.shifts}):
        known = workspace.agents.get(agent)
        if known is not None and known.site != site:
            rule = f"the plan to begin from has {agent} at {site}, the workspace at {known.site}"
            faults.append(Fault(rule, column="site", value=site, code="inconsistent"))
    if faults:
        raise InvalidInput(faults)
