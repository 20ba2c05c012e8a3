"""Where people are missing: windows of short intervals, and what those who could serve do in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS
from forecasting.timegrid import to_local
from scheduler.agents import Agent
from scheduler.coverage import Coverage
from scheduler.rota import Rota, Shift
from scheduler.workspace import Workspace

__all__ = ["Doings", "Scene", "Window", "find_windows", "window_sentence", "worst_windows"]

DUST_HOURS = 0.05
"""Less would read as none."""
NOTICEABLE_HOURS = 1.0
MOST_TOLD = 5
"""Windows that every plan's report tells of."""


@dataclass(frozen=True)
class Window:
    """Consecutive short intervals of a queue.

    Parameters
    ----------
    end
        Of the last of them, UTC.
    hours, weighted
        Agent-hours short, and each times its weight.
    most
        Agents missing at once, where most are.
    """

    queue: QueueKey
    start: datetime
    end: datetime
    hours: float
    weighted: float
    most: float


def find_windows(coverage: Coverage) -> tuple[Window, ...]:
    """Group the short intervals of each queue, what weighs most first; single ones between may be covered."""
    hours = coverage.interval_minutes / 60
    step = timedelta(minutes=coverage.interval_minutes)
    frame = coverage.frame
    short = frame[(frame["short"] > 0) & ~frame["edge"] & (frame["weight"] > 0)]
    found = []
    for names, rows in short.groupby(QUEUE_COLUMNS, sort=True):
        starts = rows["interval_start"]
        block = np.cumsum((starts.diff() > 2 * step).to_numpy())
        for _, part in rows.groupby(block):
            window = Window(
                QueueKey(*map(str, names)),
                part["interval_start"].iloc[0].to_pydatetime(),
                part["interval_start"].iloc[-1].to_pydatetime() + step,
                float(part["short"].sum()) * hours,
                float((part["short"] * part["weight"]).sum()) * hours,
                float(part["short"].max()),
            )
            if window.hours > DUST_HOURS:
                found.append(window)
    found.sort(key=lambda each: (-each.weighted, each.queue, each.start))
    return tuple(found)


@dataclass(frozen=True)
class Doings:
    """What those who can serve a queue do while it is short, in agents on average over the window.

    Parameters
    ----------
    able
        Agents with the skill.
    serving, elsewhere, on_break
        At work: on this queue, on another one or an activity, on a break.
    away
        On time off, or not employed.
    out_of_reach
        Off, and no shift of their contract at their site touches the window.
    """

    able: int
    serving: float
    elsewhere: float
    on_break: float
    away: int
    out_of_reach: int


class Scene:
    """A rota by agent, to look into windows."""

    def __init__(self, workspace: Workspace, rota: Rota) -> None:
        self.workspace = workspace
        self._shifts: dict[str, list[Shift]] = {}
        for shift in rota.shifts:
            self._shifts.setdefault(shift.agent, []).append(shift)
        self._stretches = sorted(rota.stretches, key=lambda each: each.start)

    def doings(self, window: Window) -> Doings:
        """Tell what the able do in a window."""
        able = {
            name: agent for name, agent in self.workspace.agents.items() if agent.speed(*window.queue) > 0
        }
        length = window.end - window.start
        time: dict[str, float] = defaultdict(float)
        for each in self._stretches:
            if each.start < window.end and window.start < each.end and each.agent in able:
                share = (min(each.end, window.end) - max(each.start, window.start)) / length
                kind = "on_break" if each.activity == "break" else "elsewhere"
                time["serving" if each.queue == window.queue else kind] += share
        off = [agent for name, agent in able.items() if not self._works(name, window)]
        away = [agent for agent in off if self._away(agent, window)]
        others = [agent for agent in off if agent not in away]
        return Doings(
            len(able),
            time["serving"],
            time["elsewhere"],
            time["on_break"],
            len(away),
            sum(not self._reaches(agent, window) for agent in others),
        )

    def _works(self, name: str, window: Window) -> bool:
        return any(
            shift.start < window.end and window.start < shift.end for shift in self._shifts.get(name, ())
        )

    def _away(self, agent: Agent, window: Window) -> bool:
        zone = self.workspace.sites[agent.site].time_zone
        first, last = to_local(window.start, zone).date(), to_local(window.end, zone).date()
        if (agent.first_date and last < agent.first_date) or (agent.last_date and agent.last_date < first):
            return True
        return any(
            row.start < window.end and window.start < row.end
            for row in self.workspace.time_off
            if row.agent == agent.name
        )

    def _reaches(self, agent: Agent, window: Window) -> bool:
        """Tell whether any shift of the contract touches the window, on the site's clock and weekdays."""
        site = self.workspace.sites[agent.site]
        local = to_local(window.start, site.time_zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        low = (local - midnight) / timedelta(minutes=1)
        high = low + (window.end - window.start) / timedelta(minutes=1)
        for name in self.workspace.contracts[agent.contract].shifts:
            template = self.workspace.shifts[name]
            for back in (-1, 0, 1):
                weekday = (local.weekday() + back) % 7
                for start in {minute % 1440 for minute in template.starts}:
                    begin = start + 1440 * back
                    if weekday in template.weekdays and begin < high and low < begin + template.lengths[-1]:
                        return True
        return False


def window_sentence(workspace: Workspace, window: Window, doings: Doings) -> str:
    """Say when a queue lacks how much, and what its people do then."""
    said = f"{window.queue} lacks {_number(window.hours)} agent-hours {_when(workspace, window)}"
    if not doings.able:
        return f"{said}: no agent has the skill."
    return f"{said}: {', '.join(_parts(doings))}."


def worst_windows(workspace: Workspace, coverage: Coverage, rota: Rota) -> list[str]:
    """Say of the windows that weigh most when they are, and what their people do then."""
    windows = [each for each in find_windows(coverage) if each.hours >= NOTICEABLE_HOURS]
    scene = Scene(workspace, rota)
    return [window_sentence(workspace, each, scene.doings(each)) for each in windows[:MOST_TOLD]]


def _parts(doings: Doings) -> Iterator[str]:
    people = "agent has" if doings.able == 1 else "agents have"
    yield f"{doings.able} {people} the skill"
    if doings.serving >= 0.05:
        yield f"{_number(doings.serving)} of them serve it then"
    if doings.elsewhere >= 0.05:
        elsewhere = _number(doings.elsewhere)
        yield f"{elsewhere} {'is' if elsewhere == '1' else 'are'} busy elsewhere or idle"
    if doings.on_break >= 0.05:
        yield f"{_number(doings.on_break)} on a break"
    if doings.away:
        yield f"{doings.away} on leave or not employed"
    if doings.out_of_reach:
        yield f"{doings.out_of_reach} under contracts none of whose shifts reaches these hours"
    rest = doings.able - doings.away - doings.out_of_reach
    rest -= round(doings.serving + doings.elsewhere + doings.on_break)
    if rest > 0:
        yield f"{rest} off though a shift of theirs could reach it"


def _number(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _when(workspace: Workspace, window: Window) -> str:
    """Return the window on the region's clock, and on those of the sites where they differ."""
    zone = workspace.regions[window.queue.region].time_zone
    own = _span(window, zone)
    clocks = {site.time_zone: name for name, site in sorted(workspace.sites.items(), reverse=True)}
    serving = {
        workspace.sites[agent.site].time_zone
        for agent in workspace.agents.values()
        if agent.speed(*window.queue) > 0
    }
    others = [f"{clocks[each]} {_hours(window, each)}" for each in sorted(serving - {zone})]
    return own + (f" ({'; '.join(others)})" if others else "")


def _span(window: Window, zone: str) -> str:
    low, high = to_local(window.start, zone), to_local(window.end, zone)
    until = (
        f"{high:%H:%M}" if (high - timedelta(minutes=1)).date() == low.date() else f"{high:%a %d %b %H:%M}"
    )
    return f"on {low:%a %d %b %H:%M}–{until}"


def _hours(window: Window, zone: str) -> str:
    return f"{to_local(window.start, zone):%a %H:%M}–{to_local(window.end, zone):%H:%M}"
