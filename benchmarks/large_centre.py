"""A made-up follow-the-sun centre of any size, for measuring the simulation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from forecasting.queues import QueueKey
from scheduler.simulation.system import AgentArrays, Demand, QueueArrays, System

__all__ = ["large_centre"]

Floats = npt.NDArray[np.float64]

STEP_MINUTES = 15
INTERVALS_A_DAY = 96
START = datetime(2026, 1, 5, tzinfo=UTC)
CHANNELS = ("phone", "chat", "email")
AHT_SECONDS = {"phone": 300.0, "chat": 540.0, "email": 420.0}
SHARE_OF_WORK = {"phone": 0.5, "chat": 0.25, "email": 0.25}
OCCUPANCY = 0.8
# Minutes of an eight-and-a-half-hour shift that are worked: breaks of 15, 30 and 15 minutes lie between.
WORKED_MINUTES = ((0, 120), (135, 240), (270, 390), (405, 510))


def large_centre(*, agents: int, queues: int, days: int, seed: int) -> System:
    """Return a centre whose agents are busy for about 80 % of their time.

    A third of the queues is phone, chat and e-mail each, one of each per language. Agents know one to three
    languages, the later ones slower, on all channels; each works five shifts a week that start at one time
    of day, spread like the contacts, which peak in the afternoon of each language's own zone.
    """
    random = np.random.default_rng(seed)
    languages = queues // len(CHANNELS)
    keys = [QueueKey(f"r{k % 5}", f"l{k:02d}", channel) for k in range(languages) for channel in CHANNELS]
    channels = [key.channel for key in keys]
    popularity = random.dirichlet(np.full(languages, 2.0))
    zone = random.integers(0, 24, size=languages)
    speed, home = _skills(agents, popularity, random)
    segments, owners, goes_on = _shifts(agents, days, zone[home], random)
    present = np.diff(segments, axis=1)[:, 0].sum() / (days * 86400.0)
    share = np.repeat(popularity, len(CHANNELS)) * [SHARE_OF_WORK[channel] for channel in channels]
    aht = np.array([AHT_SECONDS[channel] for channel in channels])
    concurrency = np.array([2 if channel == "chat" else 1 for channel in channels])
    erlangs = OCCUPANCY * present * share * concurrency
    curve = _curve(days, np.repeat(zone, len(CHANNELS)))
    count = len(keys)
    deferred = np.array([channel == "email" for channel in channels])
    return System(
        queues=QueueArrays(
            keys=tuple(keys),
            deferred=deferred,
            target=np.full(count, 0.8),
            limit_seconds=np.where(deferred, 4 * 3600.0, 30.0),
            patience_seconds=np.where(deferred, np.inf, 240.0),
            concurrency=concurrency,
            priority=np.ones(count),
            handle_cv=np.ones(count),
            repeat_rate=np.zeros(count),
            repeat_delay_seconds=np.zeros(count),
            redial_rate=np.zeros(count),
            redial_delay_seconds=np.zeros(count),
        ),
        agents=AgentArrays(
            names=tuple(f"a{place}" for place in range(agents)),
            speed=np.repeat(speed, len(CHANNELS), axis=1),
            absence=np.full(agents, 0.05),
            segments=segments,
            segment_agent=owners,
            shift_goes_on=goes_on,
        ),
        demand=Demand(
            contacts=erlangs[:, None] * curve * (STEP_MINUTES * 60.0) / aht[:, None],
            aht_seconds=np.broadcast_to(aht[:, None], curve.shape).copy(),
            day=np.tile(np.repeat(np.arange(days), INTERVALS_A_DAY), (count, 1)),
            dates=tuple((START + timedelta(days=day)).date() for day in range(days)),
            day_variance=np.full(count, 0.01),
            interval_variance=np.full(curve.shape, 0.01),
            shared=np.full(count, 0.3),
            persistence=np.full(count, 0.3),
        ),
        start=START,
        interval_minutes=STEP_MINUTES,
    )


def _skills(
    agents: int, popularity: Floats, random: np.random.Generator
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return each agent's speed per language, and the first language."""
    speed = np.zeros((agents, len(popularity)))
    home = random.choice(len(popularity), size=agents, p=popularity)
    for agent, first in enumerate(home):
        others = random.choice(len(popularity), size=int(random.integers(0, 3)), p=popularity)
        speed[agent, others] = 0.8
        speed[agent, first] = 1.0
    return speed, home


def _shifts(
    agents: int, days: int, zone: npt.NDArray[np.int64], random: np.random.Generator
) -> tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    # Starts spread round 08:00 of the zone by a third of a day, so that nights are staffed too.
    starts = (480 - 60 * zone + 30 * np.round(random.normal(0, 14, size=agents))) % 1440
    rest = random.integers(0, 7, size=agents)
    segments, owners, goes_on = [], [], []
    end_of_all = days * 86400.0
    for agent in range(agents):
        for day in range(days):
            if (day + rest[agent]) % 7 >= 5:
                continue
            for first, last in WORKED_MINUTES:
                start = 60.0 * (1440 * day + starts[agent] + first)
                end = min(end_of_all, 60.0 * (1440 * day + starts[agent] + last))
                if start < end:
                    segments.append((start, end))
                    owners.append(agent)
                    goes_on.append(last != WORKED_MINUTES[-1][1])
    return np.array(segments), np.array(owners), np.array(goes_on)


def _curve(days: int, zone: npt.NDArray[np.int64]) -> Floats:
    """Return contacts relative to the mean, shape (queues, intervals): most at 14:00, fewest at 02:00."""
    hour = np.arange(days * INTERVALS_A_DAY) * STEP_MINUTES / 60.0
    return 1.0 + 0.75 * np.cos(2 * np.pi * (hour[None, :] + zone[:, None] - 14.0) / 24.0)
