"""What a random problem may know of single agents: one small function per feature."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from forecasting.timegrid import day_bounds
from scheduler.agents import Availability, FixedWork, TimeOff, Wish, WishKind, WorkedDay
from scheduler.workspace import Workspace
from tests.scheduler.factory import instant

__all__ = [
    "availability",
    "employment",
    "fixed_shift",
    "history",
    "later_work",
    "meeting",
    "time_off",
    "wishes",
]


def _zone(workspace: Workspace, agent: str) -> str:
    return workspace.sites[workspace.agents[agent].site].time_zone


def _day(random: Random, workspace: Workspace) -> date:
    return random.choice(workspace.settings.dates)


def employment(random: Random, workspace: Workspace) -> Workspace:
    """Someone joins or leaves in the plan."""
    name = random.choice([*workspace.agents])
    agent, day = workspace.agents[name], _day(random, workspace)
    joins = random.random() < 0.5
    changed = replace(agent, first_date=day) if joins else replace(agent, last_date=day)
    return replace(workspace, agents={**workspace.agents, name: changed})


def availability(random: Random, workspace: Workspace) -> Workspace:
    """Someone is available at some times of some weekdays, and on one date at others."""
    name = random.choice([*workspace.agents])
    until = random.choice([1080, 1320, 1860])
    rows = [Availability(name, weekday, None, 420, until) for weekday in random.sample(range(7), 5)]
    if random.random() < 0.5:
        rows.append(Availability(name, None, _day(random, workspace), 0, random.choice([720, 1440])))
    return replace(workspace, availability=(*workspace.availability, *rows))


def time_off(random: Random, workspace: Workspace) -> Workspace:
    """Someone is away for a day, paid or not, or for two hours."""
    name = random.choice([*workspace.agents])
    day = _day(random, workspace)
    low, high = day_bounds(_zone(workspace, name), day)
    row = TimeOff(name, low, high, (day,), paid=random.random() < 0.5)
    if random.random() < 0.3:
        row = TimeOff(name, low + timedelta(hours=8), low + timedelta(hours=10))
    return replace(workspace, time_off=(*workspace.time_off, row))


def wishes(random: Random, workspace: Workspace) -> Workspace:
    """Wishes of each kind."""
    rows = []
    for name in workspace.agents:
        for kind in random.sample([*WishKind], 2):
            rows.append(
                Wish(
                    name,
                    kind,
                    day=_day(random, workspace) if (dated := random.random() < 0.7) else None,
                    weekday=None if dated else random.randint(0, 6),
                    shift=random.choice([*workspace.shifts]) if kind is WishKind.SHIFT else None,
                    minute=540,
                    weight=random.choice([1.0, 3.0]),
                )
            )
    factors = {
        name: replace(a, wish_factor=random.choice([1.0, 2.0])) for name, a in workspace.agents.items()
    }
    return replace(workspace, agents=factors, wishes=(*workspace.wishes, *rows))


def _is_free(workspace: Workspace, name: str, start: datetime, end: datetime) -> bool:
    return all(end <= work.start or work.end <= start for work in workspace.fixed if work.agent == name)


def meeting(random: Random, workspace: Workspace) -> Workspace:
    """Someone has a meeting."""
    name = random.choice([*workspace.agents])
    low = instant(_day(random, workspace), random.choice([600, 690]), _zone(workspace, name))
    high = low + timedelta(minutes=60)
    if not _is_free(workspace, name, low, high):
        return workspace
    return replace(workspace, fixed=(*workspace.fixed, FixedWork(name, low, high, "meeting")))


def fixed_shift(random: Random, workspace: Workspace) -> Workspace:
    """Someone's shift is fixed."""
    name = random.choice([*workspace.agents])
    low = instant(_day(random, workspace), 480, _zone(workspace, name))
    high = low + timedelta(minutes=480)
    if not _is_free(workspace, name, low, high):
        return workspace
    pause = (low + timedelta(minutes=200), low + timedelta(minutes=230), False)
    paid = random.choice([None, None, 400])
    work = FixedWork(name, low, high, "shift", "day", (pause,), paid)
    return replace(workspace, fixed=(*workspace.fixed, work))


def history(random: Random, workspace: Workspace) -> Workspace:
    """Everyone's last days are known."""
    rows = []
    for name in workspace.agents:
        for back in range(1, random.randint(2, 5)):
            day = workspace.settings.start - timedelta(days=back)
            if random.random() < 0.5:
                end = instant(day, random.choice([1020, 1380]), _zone(workspace, name))
                rows.append(WorkedDay(name, day, 480, end, random.choice([*workspace.shifts])))
            else:
                rows.append(WorkedDay(name, day))
    return replace(workspace, worked=(*workspace.worked, *rows))


def later_work(random: Random, workspace: Workspace) -> Workspace:
    """Work is given soon after the plan."""
    rows = []
    for name in workspace.agents:
        if random.random() < 0.6:
            day = workspace.settings.end + timedelta(days=random.choice([0, 0, 1, 2]))
            low = instant(day, random.choice([60, 480, 780]), _zone(workspace, name))
            shift = FixedWork(
                name, low, low + timedelta(minutes=480), "shift", random.choice([*workspace.shifts])
            )
            after = low + timedelta(days=1)
            training = FixedWork(name, after, after + timedelta(minutes=90), "training")
            rows += [shift, training][: random.randint(1, 2)]
    return replace(workspace, fixed=(*workspace.fixed, *rows))
