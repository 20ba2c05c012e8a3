"""The plan's window: from the first possible shift start to the last possible shift end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from forecasting.timegrid import local_date, wall_to_instant
from scheduler.shifts import ShiftTemplate
from scheduler.workspace import Workspace

__all__ = ["plan_window"]

Window = tuple[datetime, datetime]


def plan_window(workspace: Workspace) -> Window | None:
    """Return the first possible shift start and the last possible shift end (UTC).

    Possible are, for each agent, the starts of the contract's templates on every local date of the
    horizon within the agent's dates of employment and the template's weekdays, and the fixed work that
    begins on such a date. Other rules (time off, hours, rest …) do not narrow it. Requirement outside
    the window is out of anyone's reach and is reported apart, as edge shortage.

    Returns
    -------
    tuple of datetime or None
        None where nobody can work at all: then all requirement counts.
    """
    horizon = workspace.settings
    kinds = {
        (
            workspace.sites[agent.site].time_zone,
            agent.contract,
            max(horizon.start, agent.first_date or date.min),
            min(horizon.end - timedelta(days=1), agent.last_date or date.max),
        )
        for agent in workspace.agents.values()
    }
    windows = [*_fixed_windows(workspace)]
    for zone_name, contract, first, last in sorted(kinds):
        for name in workspace.contracts[contract].shifts:
            template = workspace.shifts[name]
            days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
            windows += filter(None, (_day_window(zone_name, template, day) for day in days))
    if not windows:
        return None
    return min(window[0] for window in windows), max(window[1] for window in windows)


@lru_cache(maxsize=65536)
def _day_window(zone_name: str, template: ShiftTemplate, day: date) -> Window | None:
    """First start and last end of a template's shifts that belong to the date; None without any."""
    if day.weekday() not in template.weekdays:
        return None
    # From minute 1440 on a start lies on the next date, and belongs to it.
    minutes = sorted({minute % 1440 for minute in template.starts})
    starts = [moment for minute in minutes if (moment := wall_to_instant(zone_name, day, minute))]
    if not starts:
        return None
    return min(starts), max(starts) + timedelta(minutes=template.lengths[-1])


def _fixed_windows(workspace: Workspace) -> Iterator[Window]:
    for work in workspace.fixed:
        site = workspace.sites[workspace.agents[work.agent].site]
        if workspace.settings.start <= local_date(work.start, site.time_zone) < workspace.settings.end:
            yield work.start, work.end
