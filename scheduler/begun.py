"""What had begun of an earlier rota stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pandas as pd

from forecasting.timegrid import local_date
from scheduler.agents import FixedWork, TimeOff
from scheduler.rota import Shift
from scheduler.workspace import Workspace

__all__ = ["with_begun_work"]

SHIFT_ACTIVITY = "shift"


def with_begun_work(workspace: Workspace) -> Workspace:
    """Return the workspace with shifts of its earlier rota that start before ``keep_before`` as fixed work.

    Shifts outside the horizon are among them: rest, runs and weeks reach across its edges. Time off that a
    shift meets holds: who is away from its start on does not work it, and who leaves later works until the
    interval in which they leave. On a date for which fixed work is given already that alone holds.
    """
    earlier = workspace.earlier
    if earlier is None or earlier.keep_before is None:
        return workspace
    given = {
        (work.agent, local_date(work.start, workspace.sites[workspace.agents[work.agent].site].time_zone))
        for work in workspace.fixed
        if work.activity == SHIFT_ACTIVITY
    } | {(work.agent, work.start, work.end) for work in workspace.fixed}
    begun = [
        shift
        for shift in earlier.rota.shifts
        if shift.start < earlier.keep_before
        and shift.agent in workspace.agents
        and (shift.agent, shift.local_date) not in given
        and (shift.agent, shift.start, shift.end) not in given
    ]
    return replace(workspace, fixed=(*workspace.fixed, *_as_fixed(workspace, begun)))


def _as_fixed(workspace: Workspace, shifts: list[Shift]) -> Iterator[FixedWork]:
    time_off: dict[str, list[TimeOff]] = defaultdict(list)
    for absence in workspace.time_off:
        time_off[absence.agent].append(absence)
    for shift in shifts:
        met = [
            each.start for each in time_off[shift.agent] if each.start < shift.end and shift.start < each.end
        ]
        end = _last_whole(min(met), workspace.settings.interval_minutes) if met else shift.end
        if end > shift.start:
            yield FixedWork(
                shift.agent,
                shift.start,
                end,
                SHIFT_ACTIVITY,
                shift.template if shift.template in workspace.shifts else None,
                tuple((pause.start, pause.end, pause.paid) for pause in shift.breaks if pause.end <= end),
                None if met else shift.paid_minutes,
            )


def _last_whole(moment: datetime, minutes: int) -> datetime:
    """Return the start of the interval that an instant lies in."""
    return pd.Timestamp(moment).floor(f"{minutes}min").to_pydatetime()
