"""What each agent's fair share of nights, weekends, holidays and refusals is, before any rota is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import ceil

import numpy as np

from forecasting.calendars import public_holidays, weekend_days
from scheduler.agents import Agent, WorkedDay
from scheduler.workspace import Workspace

__all__ = ["FairShare", "fair_share"]

DAY, NIGHT_FROM, NIGHT_UNTIL, NIGHT_MINUTES = 1440, 1380, 360, 180
"""Minutes of a day, of its night's begin and the next one's end, and those that make a night shift."""


@dataclass(frozen=True)
class FairShare:
    """Shifts that an agent may bear in the plan before it is more than the fair share; may be below 0.

    Parameters
    ----------
    nights
        Night shifts.
    weekends
        Shifts on dates of the country's weekend.
    holidays
        Shifts on public holidays of the site.
    refused
        Weight of wishes, times the agent's factor.
    """

    nights: int
    weekends: int
    holidays: int
    refused: int


def fair_share(workspace: Workspace, agent: Agent, worked: Sequence[WorkedDay]) -> FairShare:
    """Return an agent's share: shifts spread evenly over dates and templates, less what history holds.

    Of the d dates of employment in the plan and in history on whose weekday a template of the contract may
    start, w at weekends and h on holidays, a part f = min(1, shifts a week / such weekdays) is worked, with
    min(max_days_a_week, max_week_minutes / least paid minutes of a shift) shifts a week. The shares are f·w,
    f·h and f·d × (the part of the templates' starts and lengths that is a night shift: 3 h of 23:00–06:00),
    each less what history records and rounded up; of refused weight 1 for every 7 of the plan's dates.

    Parameters
    ----------
    worked
        The agent's history; rows from the plan's start on are left aside.
    """
    settings, site = workspace.settings, workspace.sites[agent.site]
    contract = workspace.contracts[agent.contract]
    templates = [workspace.shifts[name] for name in contract.shifts]
    first, last = agent.first_date or date.min, agent.last_date or date.max
    past = {row.day: row for row in worked if row.day < settings.start}
    weekdays = frozenset[int]().union(*(each.weekdays for each in templates))
    ours = [day for day in settings.dates if first <= day <= last]
    dates = [day for day in (*past, *ours) if first <= day <= last and day.weekday() in weekdays]
    weekend = weekend_days(site.country)
    known = public_holidays(site.country, site.subdivision, min((*past, settings.start)), settings.dates[-1])
    least = min((each.paid_minutes(each.lengths[0]) for each in templates), default=0)
    week = min(contract.max_days_a_week, contract.max_week_minutes / least if least else 0)
    each_date = min(1.0, week / len(weekdays)) if weekdays else 0.0
    shapes = sum(len(each.starts) * len(each.lengths) for each in templates)
    at_night = sum(_night_shapes(each.starts, each.lengths) for each in templates) / shapes if shapes else 0.0
    done = [
        row for row in past.values() if row.worked_minutes > 0 or row.end is not None or row.shift is not None
    ]
    return FairShare(
        ceil(each_date * len(dates) * at_night - sum(bool(row.night) for row in done)),
        ceil(
            each_date * sum(day.weekday() in weekend for day in dates)
            - sum(row.day.weekday() in weekend if row.weekend is None else row.weekend for row in done)
        ),
        ceil(each_date * sum(day in known for day in dates) - sum(row.day in known for row in done)),
        ceil(len(ours) / 7),
    )


# A template may start at any minute and be of any length: a hundred thousand shapes, the same for all agents.
@lru_cache(maxsize=4096)
def _night_shapes(starts: range, lengths: range) -> int:
    begin = np.asarray(starts, dtype=np.int64)[:, None] % DAY
    end = begin + np.asarray(lengths, dtype=np.int64)
    at_night = np.zeros(end.shape, dtype=np.int64)
    for low, high in ((NIGHT_FROM - DAY, NIGHT_UNTIL), (NIGHT_FROM, DAY + NIGHT_UNTIL)):
        at_night += np.maximum(0, np.minimum(end, high) - np.maximum(begin, low))
    return int((at_night >= NIGHT_MINUTES).sum())
