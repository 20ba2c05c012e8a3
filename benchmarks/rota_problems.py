"""Follow-the-sun rota problems of any size, in which no two agents are alike; from a seed.

Sites in seven time zones, regions with a day of their own, languages × channels as queues, agents with one
to three languages, day, late, night and short shifts with three breaks, leave, wishes and part-time
availability. The requirement asks for as much as all agents can work: the hardest level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.queues import ChannelKind, Queue, QueueKey, Region
from forecasting.timegrid import day_bounds, wall_to_instant
from scheduler.agents import Agent, Availability, Skill, TimeOff, Wish, WishKind
from scheduler.contracts import Contract
from scheduler.requirement import StaffingRequirement
from scheduler.settings import PlanSettings
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.sites import Site
from scheduler.workspace import Workspace

__all__ = ["Size", "rota_problem"]

SITES = (
    ("manila", "Asia/Manila"), ("kolkata", "Asia/Kolkata"), ("krakow", "Europe/Warsaw"),
    ("lisbon", "Europe/Lisbon"), ("recife", "America/Recife"), ("guadalajara", "America/Mexico_City"),
    ("boise", "America/Boise"),
)  # fmt: skip
LANGUAGES = (
    "en", "es", "pt", "de", "fr", "it", "pl", "nl", "hi", "ta", "fil", "el", "lv", "az", "tr", "sv", "da",
    "fi", "cs", "hu",
)  # fmt: skip
CHANNELS = ("phone", "chat", "video", "callback", "desk", "priority", "sales", "retention", "billing", "tech")
"""All answered at once: deferred work would only make room."""
BREAKS = (
    BreakRule(15, paid=True, after=60, before=165),
    BreakRule(30, paid=False, after=195, before=315),
    BreakRule(15, paid=True, after=345, before=465),
)
SHORT_BREAKS = (BreakRule(15, paid=True, after=90, before=180),)
SHIFTS = (
    ShiftTemplate("day", 360, 600, 510, 510, breaks=BREAKS),
    ShiftTemplate("late", 720, 900, 510, 510, breaks=BREAKS),
    ShiftTemplate("night", 1260, 1380, 510, 510, breaks=BREAKS),
    ShiftTemplate("short", 480, 1080, 300, 300, start_every_minutes=60, breaks=SHORT_BREAKS),
)
START = date(2026, 3, 16)
"""A Monday; the clocks of Europe change on the last Sunday but one of four weeks from it, Boise's before."""
HOURS_A_SHIFT = 7.5
INTERVAL_MINUTES = 15


@dataclass(frozen=True)
class Size:
    """Agents, queues and days of a problem."""

    agents: int
    queues: int
    days: int = 28


def rota_problem(size: Size, seed: int) -> tuple[Workspace, StaffingRequirement]:
    """Return a workspace without contacts, and what it requires."""
    random = np.random.default_rng(seed)
    languages = LANGUAGES[: max(2, min(len(LANGUAGES), size.queues // 3))]
    channels = CHANNELS[: -(-size.queues // len(languages))]
    sites = {name: Site(name, zone) for name, zone in SITES[: max(1, min(len(SITES), size.agents // 15))]}
    keys = [QueueKey(name, name, channel) for channel in channels for name in languages][: size.queues]
    zones = [site.time_zone for site in sites.values()]
    regions = {name: Region(name, zones[at % len(zones)]) for at, name in enumerate(languages)}
    contracts = _contracts()
    agents = _agents(size.agents, list(sites), languages, channels, random)
    settings = PlanSettings(start=START, days=size.days, interval_minutes=INTERVAL_MINUTES)
    workspace = Workspace(
        settings=settings,
        regions=regions,
        queues={key: Queue(key, ChannelKind.LIVE) for key in keys},
        sites=sites,
        contracts=contracts,
        shifts={template.name: template for template in SHIFTS},
        agents={agent.name: agent for agent in agents},
        availability=tuple(_availability(agents, random)),
        time_off=tuple(_time_off(agents, sites, settings.dates, random)),
        wishes=tuple(_wishes(agents, settings.dates, random)),
    )
    return workspace, _requirement(workspace, keys, random)


def _contracts() -> dict[str, Contract]:
    full = Contract(
        "full", ("day", "late", "night"), max_week_minutes=2400, max_days_a_week=5, max_days_running=6,
        max_nights=8,
    )  # fmt: skip
    part = Contract("part", ("short", "day"), max_week_minutes=1500, max_days_a_week=5, max_days_running=5)
    return {contract.name: contract for contract in (full, part)}


def _agents(
    count: int,
    sites: Sequence[str],
    languages: Sequence[str],
    channels: Sequence[str],
    random: np.random.Generator,
) -> list[Agent]:
    agents = []
    width = len(str(count))
    for number in range(count):
        site = int(random.integers(len(sites)))
        # A site speaks what its part of the list says, and anybody may speak something else.
        near = [name for at, name in enumerate(languages) if at % len(sites) == site] or list(languages)
        spoken = {near[int(random.integers(len(near)))]}
        for _ in range(int(random.integers(0, 3))):
            pool = near if random.random() < 0.6 else languages
            spoken.add(pool[int(random.integers(len(pool)))])
        on = random.permutation(len(channels))[: int(random.integers(1, min(3, len(channels)) + 1))]
        skills = tuple(Skill(name, channels[at]) for name in sorted(spoken) for at in sorted(on.tolist()))
        contract = "part" if random.random() < 0.15 else "full"
        agents.append(
            Agent(
                f"a{number:0{width}}",
                sites[site],
                contract,
                skills,
                hourly_cost=float(random.integers(6, 25)),
                wish_factor=float(random.choice([0.5, 1.0, 1.5])),
            )
        )
    return agents


def _availability(agents: Sequence[Agent], random: np.random.Generator) -> list[Availability]:
    """Every tenth agent only works between two hours of the day."""
    rows = []
    for agent in agents:
        if random.random() < 0.1:
            low = int(random.integers(6, 10)) * 60
            rows += [Availability(agent.name, weekday, None, low, low + 720) for weekday in range(7)]
    return rows


def _time_off(
    agents: Sequence[Agent], sites: dict[str, Site], dates: Sequence[date], random: np.random.Generator
) -> list[TimeOff]:
    rows = []
    for agent in agents:
        length = int(random.integers(1, 6)) if random.random() < 0.5 else 0
        if not length:
            continue
        first = int(random.integers(0, len(dates)))
        days = tuple(dates[first : first + length])
        zone = sites[agent.site].time_zone
        rows.append(TimeOff(agent.name, day_bounds(zone, days[0])[0], day_bounds(zone, days[-1])[1], days))
    return rows


def _wishes(agents: Sequence[Agent], dates: Sequence[date], random: np.random.Generator) -> list[Wish]:
    rows = []
    for agent in agents:
        for _ in range(int(random.integers(0, 4))):
            day = dates[int(random.integers(len(dates)))]
            rows.append(Wish(agent.name, WishKind.DAY_OFF, day=day, weight=float(random.integers(1, 4))))
    return rows


def _requirement(
    workspace: Workspace, keys: Sequence[QueueKey], random: np.random.Generator
) -> StaffingRequirement:
    """Share what the agents can work among the queues they serve, each with a daily and weekly shape."""
    settings = workspace.settings
    hours = dict.fromkeys(keys, 0.0)
    leave: dict[str, int] = {}
    for absence in workspace.time_off:
        leave[absence.agent] = leave.get(absence.agent, 0) + len(absence.whole_days)
    for agent in workspace.agents.values():
        served = [key for key in keys if agent.speed(*key) > 0]
        contract = workspace.contracts[agent.contract]
        present = contract.max_week_minutes / 480 * HOURS_A_SHIFT * settings.days / 7
        present *= max(0.0, 1 - leave.get(agent.name, 0) / settings.days)
        for key in served:
            hours[key] += present / len(served)
    frames = []
    for key in keys:
        starts, shape = _shape(workspace.regions[key.region].time_zone, settings, random)
        agents = np.rint(hours[key] * 60 / INTERVAL_MINUTES * shape / shape.sum())
        frames.append(
            pd.DataFrame(
                {
                    "region": key.region,
                    "language": key.language,
                    "channel": key.channel,
                    "interval_start": pd.to_datetime(starts, utc=True),
                    "agents": agents,
                    "load_erlangs": np.nan,
                    "service_level": np.nan,
                    "weight": 1.0,
                }
            )
        )
    return StaffingRequirement(pd.concat(frames, ignore_index=True), INTERVAL_MINUTES)


def _shape(
    zone: str, settings: PlanSettings, random: np.random.Generator
) -> tuple[list[datetime], npt.NDArray[np.float64]]:
    """Return the intervals of the region's dates and how much of the load each takes."""
    peak, night = random.uniform(11, 16), random.uniform(0.05, 0.3)
    weekend = random.uniform(0.4, 0.9)
    starts, values = [], []
    for day in settings.dates:
        low, high = day_bounds(zone, day)
        factor = (weekend if day.weekday() >= 5 else 1.0) * random.gamma(200, 1 / 200)
        noon = wall_to_instant(zone, day, round(peak * 60)) or low
        moment = low
        while moment < high:
            distance = (moment - noon) / timedelta(hours=1)
            values.append(factor * (night + np.exp(-((distance / 4.5) ** 2))))
            starts.append(moment)
            moment += timedelta(minutes=INTERVAL_MINUTES)
    return starts, np.array(values)
