"""From a rota to agents, their speeds, and the times in which they are ready for contacts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

import numpy as np
import numpy.typing as npt

from forecasting.queues import QueueKey
from scheduler.rota import IDLE, WORK, Rota, Stretch
from scheduler.simulation.system import AgentArrays
from scheduler.workspace import Workspace

__all__ = ["agent_arrays"]


def agent_arrays(
    workspace: Workspace, rota: Rota, keys: tuple[QueueKey, ...], start: datetime, seconds: float
) -> AgentArrays:
    """Return all agents of the workspace, in order of their names, with their times in a rota.

    Agents are ready on stretches of work, whichever queue it names, and on idle ones: contacts are routed by
    skill, and by machine translation where a queue allows it and either nobody present knows its language or
    the rota plans it. An agent misses a whole segment with the probability of the site's shrinkage, so that
    on average the paid time is there that the requirement counted on.

    Parameters
    ----------
    keys
        Queues, in the order of the arrays.
    start, seconds
        Horizon; what lies outside is cut off.
    """
    # All of them, at work or not: an agent's number is then the same in every rota, and so are absences.
    agents = [workspace.agents[name] for name in sorted(workspace.agents)]
    number = {agent.name: place for place, agent in enumerate(agents)}
    segments: list[tuple[float, float]] = []
    owners: list[int] = []
    goes_on: list[bool] = []
    ordered = sorted(rota.stretches, key=lambda stretch: (stretch.agent, stretch.start))
    for name, stretches in groupby(ordered, key=lambda stretch: stretch.agent):
        for begin, end, more in _ready(stretches):
            first = max(0.0, (begin - start).total_seconds())
            last = min(seconds, (end - start).total_seconds())
            if first < last:
                segments.append((first, last))
                owners.append(number[name])
                goes_on.append(more)
    relief, relief_queue = _reliefs(ordered, keys, start, seconds)
    queues = [workspace.queues[key] for key in keys]
    native = np.array([[agent.speed(*key) for key in keys] for agent in agents]).reshape(-1, len(keys))
    foreign = np.array([[agent.translating_speed(queue) for queue in queues] for agent in agents])
    foreign = foreign.reshape(-1, len(keys))
    return AgentArrays(
        names=tuple(number),
        speed=np.where(native > 0, native, foreign),
        translates=foreign > 0,
        relief=relief,
        relief_queue=relief_queue,
        absence=np.array([workspace.sites[agent.site].shrinkage for agent in agents], dtype=np.float64),
        segments=np.array(segments, dtype=np.float64).reshape(-1, 2),
        segment_agent=np.array(owners, dtype=np.int64),
        shift_goes_on=np.array(goes_on, dtype=bool),
    )


def _reliefs(
    stretches: Iterable[Stretch], keys: tuple[QueueKey, ...], start: datetime, seconds: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return when the rota plans translation, joined where several people do, and of which queues."""
    number = {key: place for place, key in enumerate(keys)}
    spans = sorted(
        (
            number[each.queue],
            max(0.0, (each.start - start).total_seconds()),
            min(seconds, (each.end - start).total_seconds()),
        )
        for each in stretches
        if each.translated and each.queue in number
    )
    joined: list[tuple[int, float, float]] = []
    for queue, begin, end in spans:
        if joined and joined[-1][0] == queue and begin <= joined[-1][2]:
            joined[-1] = (queue, joined[-1][1], max(end, joined[-1][2]))
        elif begin < end:
            joined.append((queue, begin, end))
    times = np.array([span[1:] for span in joined], dtype=np.float64).reshape(-1, 2)
    return times, np.array([span[0] for span in joined], dtype=np.int64)


def _ready(stretches: Iterable[Stretch]) -> list[tuple[datetime, datetime, bool]]:
    """Join one agent's ready stretches that touch; tell of each whether the shift goes on after it."""
    joined: list[tuple[datetime, datetime, bool]] = []
    for stretch in stretches:
        touches = bool(joined) and joined[-1][1] == stretch.start
        if stretch.activity in (WORK, IDLE):
            if touches:
                joined[-1] = (joined[-1][0], stretch.end, False)
            else:
                joined.append((stretch.start, stretch.end, False))
        elif touches:
            joined[-1] = (*joined[-1][:2], True)
    return joined
