"""Coverage: what a rota's stretches serve, against what is required.

Only the stretches, the agents' speeds and the requirement are read, never a solver's own books.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.queues import ChannelKind, QueueKey
from forecasting.tables import QUEUE_COLUMNS
from scheduler.deferred import serve_in_order, window_intervals
from scheduler.requirement import StaffingRequirement
from scheduler.rota import WORK, Stretch
from scheduler.window import plan_window
from scheduler.workspace import Workspace

__all__ = ["COVERAGE_COLUMNS", "Coverage", "measure_coverage", "plan_window", "queue_codes"]

COVERAGE_COLUMNS = [
    *QUEUE_COLUMNS,
    "interval_start",
    "kind",
    "required",
    "scheduled",
    "short",
    "backlog",
    "excess",
    "weight",
    "edge",
]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KEY_BASE = 1 << 40
"""Queue code × this + interval number is one sortable key."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Coverage:
    """Scheduled against required, per queue and interval.

    Parameters
    ----------
    frame
        Sorted by queue and interval; a row for every row of the requirement and for every other
        interval in which a queue is served. ``required``, ``scheduled``, ``short``, ``backlog`` and
        ``excess`` are in agents (live) or agent-intervals (deferred):

        - ``scheduled``: minutes served / interval length × speed of who serves;
        - ``short``: live, max(0, required − scheduled); deferred, the work that arrived in this
          interval and was not served by its deadline;
        - ``backlog``: deferred work open at the interval's end that may still be served;
        - ``excess``: capacity that found nothing to serve;
        - ``weight``: value of a missing agent-hour;
        - ``edge``: outside :func:`plan_window`; reported apart, no part of the objective.
    interval_minutes
        Length of each interval.
    """

    frame: pd.DataFrame
    interval_minutes: int

    @property
    def required_hours(self) -> float:
        """Agent-hours required inside the plan's window."""
        return self._hours("required")

    @property
    def scheduled_hours(self) -> float:
        """Agent-hours that serve a queue, at the speed of who serves, edges included."""
        return float(self.frame["scheduled"].sum()) * self.interval_minutes / 60

    @property
    def short_hours(self) -> float:
        """Agent-hours missing inside the plan's window."""
        return self._hours("short")

    @property
    def edge_short_hours(self) -> float:
        """Agent-hours missing before the first and after the last possible shift minute."""
        edge = self.frame["edge"].to_numpy(dtype=bool)
        return float(self.frame["short"].to_numpy()[edge].sum()) * self.interval_minutes / 60

    @property
    def excess_hours(self) -> float:
        """Agent-hours serving queues beyond what they required."""
        return self._hours("excess")

    @property
    def weighted_short_hours(self) -> float:
        """Σ short agent-hours × weight inside the plan's window: the objective's first term."""
        inside = self._inside()
        short = self.frame["short"].to_numpy()[inside]
        return float((short * self.frame["weight"].to_numpy()[inside]).sum()) * self.interval_minutes / 60

    @property
    def covered(self) -> float:
        """Share of the required agent-hours that is covered, 0–1; 1 where nothing is required."""
        required = self.required_hours
        return 1.0 - self.short_hours / required if required > 0 else 1.0

    def by_queue(self) -> pd.DataFrame:
        """Return agent-hours per queue.

        Returns
        -------
        DataFrame
            One row a queue, sorted: ``region, language, channel, kind, required, scheduled, short,
            excess, edge_short`` (hours) and ``covered`` (0–1). All but ``scheduled`` and ``edge_short``
            count the plan's window only.
        """
        hours = self.interval_minutes / 60
        inside = self._inside()
        table = self.frame[[*QUEUE_COLUMNS, "kind"]].copy()
        for name in ("required", "short", "excess"):
            table[name] = self.frame[name].to_numpy() * inside * hours
        table["scheduled"] = self.frame["scheduled"].to_numpy() * hours
        table["edge_short"] = self.frame["short"].to_numpy() * ~inside * hours
        grouped = table.groupby([*QUEUE_COLUMNS, "kind"], sort=True, as_index=False).sum()
        required = grouped["required"].to_numpy()
        missing = np.divide(
            grouped["short"].to_numpy(), required, out=np.zeros(len(grouped)), where=required > 0
        )
        grouped["covered"] = 1.0 - missing
        names = ["required", "scheduled", "short", "excess", "edge_short", "covered"]
        return grouped[[*QUEUE_COLUMNS, "kind", *names]]

    def _inside(self) -> npt.NDArray[np.bool_]:
        return ~self.frame["edge"].to_numpy(dtype=bool)

    def _hours(self, name: str) -> float:
        return float(self.frame[name].to_numpy()[self._inside()].sum()) * self.interval_minutes / 60


def measure_coverage(
    workspace: Workspace, requirement: StaffingRequirement, stretches: Iterable[Stretch]
) -> Coverage:
    """Recompute coverage from the timeline alone.

    Parameters
    ----------
    requirement
        Agents per queue and interval; its queues are the workspace's.
    stretches
        In any order. Only work on a queue of the workspace counts, at the speed of the agent's skill, or of
        machine translation where the stretch says so: 0 for an unknown agent or without the skill.

    Notes
    -----
    The cost is linear in stretches and rows.
    """
    interval = requirement.interval_minutes
    queues = sorted(workspace.queues)
    code = {key: place for place, key in enumerate(queues)}
    frame = requirement.frame
    step = pd.Timedelta(minutes=interval)
    required_key = queue_codes(requirement, code) * KEY_BASE + np.asarray(
        (frame["interval_start"] - pd.Timestamp(EPOCH)) // step, dtype=np.int64
    )
    served_key, served = _served(workspace, code, stretches, interval * 60)
    keys = np.unique(np.concatenate([required_key, served_key]))
    rows = np.searchsorted(keys, required_key)
    scheduled = np.zeros(len(keys))
    np.add.at(scheduled, np.searchsorted(keys, served_key), served)
    required = np.zeros(len(keys))
    required[rows] = frame["agents"].to_numpy(dtype=np.float64)
    queue_of, number = np.divmod(keys, KEY_BASE)
    weight = np.array([workspace.queues[key].priority for key in queues])[queue_of]
    weight[rows] = frame["weight"].to_numpy(dtype=np.float64)

    short = np.maximum(0.0, required - scheduled)
    excess = np.maximum(0.0, scheduled - required)
    backlog = np.zeros(len(keys))
    for key, place in code.items():
        queue = workspace.queues[key]
        if queue.kind is not ChannelKind.DEFERRED:
            continue
        low, high = np.searchsorted(queue_of, [place, place + 1])
        window = window_intervals(queue.respond_within_minutes, interval)
        done = serve_in_order(number[low:high], required[low:high], scheduled[low:high], window)
        short[low:high], backlog[low:high], excess[low:high] = done.short, done.backlog, done.excess

    starts = pd.DatetimeIndex(pd.Timestamp(EPOCH) + pd.to_timedelta(number * interval, unit="min"))
    table = pd.DataFrame(
        {
            **{
                name: pd.array([key[part] for key in queues], dtype="str").take(queue_of)
                for part, name in enumerate(QUEUE_COLUMNS)
            },
            "interval_start": starts,
            "kind": pd.array([workspace.queues[key].kind.value for key in queues], dtype="str").take(
                queue_of
            ),
            "required": required,
            "scheduled": scheduled,
            "short": _without_dust(short),
            "backlog": backlog,
            "excess": _without_dust(excess),
            "weight": weight,
            "edge": _edge(workspace, starts, step),
        },
        columns=COVERAGE_COLUMNS,
    )
    return Coverage(table, interval)


def _without_dust(values: Floats) -> Floats:
    # Five-minute pieces of speeds such as 0.8 do not add up to whole agents exactly.
    values[values <= 1e-9] = 0.0
    return values


def queue_codes(requirement: StaffingRequirement, code: dict[QueueKey, int]) -> Ints:
    """Return the queue's code of each row; the rows of a queue stand together."""
    names = requirement.frame[QUEUE_COLUMNS]
    changes = (names != names.shift()).any(axis=1).to_numpy(dtype=bool)
    firsts = names[changes].itertuples(index=False)
    places = np.array([code[QueueKey(*name)] for name in firsts], dtype=np.int64)
    rows: Ints = places[np.cumsum(changes) - 1]
    return rows


def _served(
    workspace: Workspace, code: dict[QueueKey, int], stretches: Iterable[Stretch], length: int
) -> tuple[Ints, Floats]:
    """Return keys (queue, interval) and the share of the interval × speed served, one piece each."""
    speeds: dict[tuple[str, QueueKey, bool], float] = {}
    pieces: list[tuple[int, int, int, float]] = []
    for stretch in stretches:
        key = stretch.queue
        if stretch.activity != WORK or key is None or key not in code:
            continue
        speed = speeds.get((stretch.agent, key, stretch.translated))
        if speed is None:
            agent = workspace.agents.get(stretch.agent)
            if agent is None:
                speed = 0.0
            elif stretch.translated:
                speed = agent.translating_speed(workspace.queues[key])
            else:
                speed = agent.speed(*key)
            speeds[stretch.agent, key, stretch.translated] = speed
        if speed > 0 and stretch.end > stretch.start:
            pieces.append(
                (code[key], (stretch.start - EPOCH) // SECOND, (stretch.end - EPOCH) // SECOND, speed)
            )
    return _cut(pieces, length)


def _cut(pieces: Sequence[tuple[int, int, int, float]], length: int) -> tuple[Ints, Floats]:
    """Cut pieces (code, start, end, speed), in seconds, at the bounds of the intervals."""
    if not pieces:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    code, start, end = (np.array([piece[part] for piece in pieces], dtype=np.int64) for part in range(3))
    speed = np.array([piece[3] for piece in pieces])
    first = start // length
    count = (end - 1) // length - first + 1
    source = np.repeat(np.arange(len(pieces)), count)
    number = first[source] + np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
    overlap = np.minimum(end[source], (number + 1) * length) - np.maximum(start[source], number * length)
    return code[source] * KEY_BASE + number, overlap * speed[source] / length


def _edge(workspace: Workspace, starts: pd.DatetimeIndex, step: pd.Timedelta) -> npt.NDArray[np.bool_]:
    window = plan_window(workspace)
    if window is None:
        return np.zeros(len(starts), dtype=bool)
    first, last = (pd.Timestamp(bound) for bound in window)
    return np.asarray((starts + step <= first) | (starts >= last), dtype=bool)
