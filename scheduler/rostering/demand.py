"""The requirement as arrays over intervals and queues, and who can serve what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.queues import ChannelKind, Queue, QueueKey
from scheduler.agents import Agent
from scheduler.coverage import queue_codes
from scheduler.requirement import StaffingRequirement
from scheduler.window import plan_window
from scheduler.workspace import Workspace

__all__ = ["Demand", "Kinds", "Translations", "build_demand", "build_kinds"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Demand:
    """What is required in T intervals from ``origin`` on, of Q queues.

    Attributes
    ----------
    required
        Agents (live) or arriving agent-intervals (deferred), (T, Q).
    weight
        Value of a missing agent-hour, (T, Q); 0 on edge rows, which the objective leaves out.
    priority
        Largest weight of each queue, (Q,).
    window
        Intervals in which deferred work may be served, its own included, (Q,); 0 for live queues.
    """

    origin: datetime
    interval: int
    queues: tuple[QueueKey, ...]
    required: Floats
    weight: Floats
    priority: Floats
    window: Ints

    @property
    def hours(self) -> float:
        """Agent-hours of one agent in one interval."""
        return self.interval / 60

    @property
    def counted_hours(self) -> float:
        """Agent-hours required that the objective counts."""
        return float(self.required[self.weight > 0].sum()) * self.hours


def build_demand(
    workspace: Workspace, requirement: StaffingRequirement, first: datetime, last: datetime
) -> Demand:
    """Lay the requirement on a grid that also holds every possible shift between two instants."""
    step = timedelta(minutes=requirement.interval_minutes)
    frame = requirement.frame
    starts = frame["interval_start"]
    low, high = pd.Timestamp(first).floor(step), pd.Timestamp(last).ceil(step)
    if len(frame):
        low, high = min(low, starts.min()), max(high, starts.max() + step)
    steps = max(1, int((high - low) // step))
    queues = tuple(sorted(workspace.queues))
    place = {key: at for at, key in enumerate(queues)}
    required, weight = np.zeros((steps, len(queues))), np.zeros((steps, len(queues)))
    row = np.asarray((starts - low) // step, dtype=np.int64)
    column = queue_codes(requirement, place)
    required[row, column] = np.maximum(0.0, frame["agents"].to_numpy(dtype=np.float64))
    weight[row, column] = frame["weight"].to_numpy(dtype=np.float64)
    bounds = plan_window(workspace)
    if bounds is not None:
        grid = [low + number * step for number in range(steps)]
        edge = np.array([moment + step <= bounds[0] or moment >= bounds[1] for moment in grid], dtype=bool)
        weight[edge] = 0.0
    window = [
        max(1, queue.respond_within_minutes // requirement.interval_minutes)
        if queue.kind is ChannelKind.DEFERRED
        else 0
        for queue in (workspace.queues[key] for key in queues)
    ]
    return Demand(
        low.to_pydatetime(),
        requirement.interval_minutes,
        queues,
        required,
        weight,
        weight.max(axis=0, initial=0.0),
        np.array(window, dtype=np.int64),
    )


@dataclass(frozen=True, eq=False)
class Translations:
    """Kinds, queues that they can serve by machine translation, and how fast; by kind, then queue, (F,)."""

    kind: Ints
    queue: Ints
    speed: Floats

    def of(self, kind: int) -> slice:
        """Return the places of a kind's."""
        low, high = np.searchsorted(self.kind, [kind, kind + 1])
        return slice(int(low), int(high))


@dataclass(frozen=True, eq=False)
class Kinds:
    """Sets of agents with equal speeds on every queue, and the queues that each can serve.

    Edges are sorted by kind, then queue; ``kind_first`` bounds each kind's, (K + 1,).
    ``queue_edge[queue_first[q]:queue_first[q + 1]]`` are the edges of a queue.
    ``translations`` are the queues that each can serve by machine translation only.
    """

    kind_first: Ints
    edge_queue: Ints
    edge_kind: Ints
    edge_speed: Floats
    queue_first: Ints
    queue_edge: Ints
    translations: Translations

    def masks(self, queues: int) -> npt.NDArray[np.uint64]:
        """Return the queues of each kind as bits, (K, words); one row more than none."""
        masks = np.zeros((max(1, self.count), max(1, -(-queues // 64))), dtype=np.uint64)
        for kind, queue in zip(self.edge_kind.tolist(), self.edge_queue.tolist(), strict=True):
            masks[kind, queue // 64] |= np.uint64(1) << np.uint64(queue % 64)
        return masks

    @property
    def count(self) -> int:
        """Number of kinds."""
        return len(self.kind_first) - 1


def build_kinds(agents: Iterable[Agent], queues: Sequence[Queue]) -> tuple[Kinds, list[int]]:
    """Return the kinds among agents, and each agent's."""
    number: dict[tuple[tuple[float, ...], tuple[float, ...]], int] = {}
    kind_of = []
    for agent in agents:
        speeds = tuple(agent.speed(*queue.key) for queue in queues)
        foreign = tuple(agent.translating_speed(queue) for queue in queues)
        kind_of.append(number.setdefault((speeds, foreign), len(number)))
    edge_kind, edge_queue, edge_speed = _edges([native for native, _ in number])
    by_queue = np.argsort(edge_queue, kind="stable").astype(np.int64)
    return (
        Kinds(
            kind_first=np.searchsorted(edge_kind, np.arange(len(number) + 1)).astype(np.int64),
            edge_queue=edge_queue,
            edge_kind=edge_kind,
            edge_speed=edge_speed,
            queue_first=np.searchsorted(edge_queue[by_queue], np.arange(len(queues) + 1)).astype(np.int64),
            queue_edge=by_queue,
            translations=Translations(*_edges([foreign for _, foreign in number])),
        ),
        kind_of,
    )


def _edges(speeds: Sequence[Sequence[float]]) -> tuple[Ints, Ints, Floats]:
    """Return kind, queue and speed of every speed above 0 of each kind."""
    table = np.array(speeds, dtype=np.float64).reshape(len(speeds), -1)
    kind, queue = np.nonzero(table > 0)
    return kind.astype(np.int64), queue.astype(np.int64), table[kind, queue]
