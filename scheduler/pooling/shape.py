"""Moving a requirement: by how much, from what the simulated rota gives each queue on each date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.forecast import ForecastResult
from forecasting.queues import ChannelKind, Queue, QueueKey
from scheduler.requirement import StaffingRequirement
from scheduler.simulation.result import SimulationResult
from scheduler.staffing.kernels import levels_up_to
from scheduler.staffing.shrinkage import mean_shrinkage
from scheduler.workspace import Workspace

__all__ = ["Moves", "Shape"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Moves = dict[QueueKey, Floats]

GRID = np.linspace(-1.5, 1.5, 61)
"""Moves of live queues: 0 is the formulas' requirement, −1 the bare load without any spare agents."""
LEAST_SPARE = 0.3
"""Of a unit of move, in square roots of the load, where the formulas ask for less than that beyond it."""
DAMPING, MOST_DOWN, MOST_UP = 0.8, -0.4, 0.5
"""Of the first move; the k-th goes down by at most a k-th of it. Neighbours move too, and their agents with
them, so that what one round shows holds the less the farther all go."""
AIM = 0.01
"""Above the target: what is seen is an estimate."""
LESS_WORK, MORE_WORK = -0.3, 0.2
FEWEST_WORK, MOST_WORK = 0.1, 1.2
"""Of deferred work: by how much the first round changes its share, and its bounds."""
DECIMALS = 4


@dataclass(frozen=True, eq=False)
class _LiveRows:
    """A live queue's intervals, shape (n,), and the formulas' service level at each move of the grid."""

    queue: Queue
    agents: Floats
    spare: Floats
    weight: Floats
    table: Floats
    """Shape (grid, n)."""

    def at(self, move: Floats) -> Floats:
        """Return the agents required after moves, shape (n,)."""
        moved = np.maximum(self.agents + move * self.spare, 0.25 * self.agents)
        least = np.minimum(self.agents, self.queue.min_agents)
        return np.where(self.agents > 0, np.maximum(moved, least), 0.0)


class Shape:
    """A requirement as made by formulas, and how far it has been moved, by queue and local date.

    What the simulation shows of a live queue on a date is translated into agents by the queue's own formula:
    the move at which Erlang C or A would expect the service level seen, against the move at which it would
    expect the target. The difference is what pooling, breaks and the scatter of days make; the requirement
    moves by most of it. (A. Cezik and P. L'Ecuyer, "Staffing multiskill call centers via linear programming
    and simulation", Management Science 54, 2008, cut by simulated subgradients instead; here the formulas
    stand in for them.) Deferred work, which fills idle time between live contacts, is counted less or more
    by a factor.
    """

    def __init__(
        self, workspace: Workspace, predicted: ForecastResult, requirement: StaffingRequirement
    ) -> None:
        self.requirement = requirement
        self._workspace = workspace
        self._keys = requirement.queues
        self._rows = {key: np.flatnonzero(_is(requirement.frame, key)) for key in self._keys}
        self._live = {
            key: self._live_rows(key, predicted)
            for key in self._keys
            if workspace.queues[key].kind is ChannelKind.LIVE
        }
        self.moves: Moves = {
            key: np.full(len(rows), 0.0 if key in self._live else 1.0) for key, rows in self._rows.items()
        }
        """Per queue, shape (n,): moves of live intervals, factors of deferred ones."""
        self._too_low = {key: np.full(len(rows), -np.inf) for key, rows in self._rows.items()}
        self._round = 0

    def _live_rows(self, key: QueueKey, predicted: ForecastResult) -> _LiveRows:
        queue = self._workspace.queues[key]
        rows = self.requirement.of(key)
        load = rows["load_erlangs"].to_numpy(np.float64, copy=True)
        agents = rows["agents"].to_numpy(np.float64)
        forecast = predicted.forecast.of(key).set_index("interval_start")["aht_seconds"]
        aht = forecast.reindex(rows["interval_start"]).to_numpy(np.float64, copy=True)
        aht[~(aht > 0)] = queue.aht_seconds or 1.0
        workspace = self._workspace
        lost = mean_shrinkage(queue, workspace.agents, workspace.sites, workspace.contracts) or 0.0
        bare = load / queue.concurrency / (1.0 - lost)
        spare = np.maximum(agents - bare, LEAST_SPARE * np.sqrt(bare))
        most = int(np.ceil((agents + GRID[-1] * spare).max(initial=0.0) * (1.0 - lost))) + 1
        levels = levels_up_to(
            load,
            queue.answer_within_seconds / aht,
            (queue.patience_seconds or 0.0) / aht,
            queue.concurrency,
            most,
        )
        part = _LiveRows(queue, agents, spare, load, np.zeros((len(GRID), len(load))))
        for place, move in enumerate(GRID):
            present = part.at(np.full(len(load), move)) * (1.0 - lost)
            part.table[place] = _between(levels, present)
        return part

    def follow(self, simulated: SimulationResult, better: Moves | None = None) -> None:
        """Move the requirement by what was simulated with it where it stands.

        Parameters
        ----------
        better
            Moves of an earlier round that served better: then nothing moves farther down, but half of the way
            back to there, and all of it where a target was missed.
        """
        self._round += 1
        level = simulated.of_days("service_level").mean
        system = simulated.system
        step = pd.Timedelta(minutes=system.interval_minutes)
        numbers = {key: place for place, key in enumerate(system.queues.keys)}
        for key, rows in self._rows.items():
            queue = numbers[key]
            starts = pd.DatetimeIndex(self.requirement.frame["interval_start"].iloc[rows])
            places = np.asarray((starts - pd.Timestamp(system.start)) // step, dtype=np.int64)
            day = system.demand.day[queue, places]
            for number in np.unique(day[day >= 0]):
                seen, chosen = level[queue, number], day == number
                if not np.isfinite(seen):
                    continue
                here = self.moves[key][chosen]
                self._follow_day(key, chosen, float(seen), float(system.queues.target[queue]))
                if better is not None:
                    there = better[key][chosen]
                    if seen < system.queues.target[queue]:
                        self.moves[key][chosen] = np.maximum(self.moves[key][chosen], there)
                    else:
                        self.moves[key][chosen] = (here + there) / 2.0

    def _follow_day(self, key: QueueKey, chosen: npt.NDArray[np.bool_], seen: float, target: float) -> None:
        moves, low = self.moves[key], self._too_low[key]
        aim = min(target + AIM, 1.0 - AIM / 10)
        if key in self._live:
            part = self._live[key]
            weight = part.weight[chosen]
            if not weight.any():
                return
            curve = np.maximum.accumulate(part.table[:, chosen] @ weight / weight.sum())
            wanted, had = np.interp([aim, seen], curve, GRID)
            change = float(np.clip(DAMPING * (wanted - had), MOST_DOWN / self._round, MOST_UP))
            bounds = GRID[0], GRID[-1]
        else:
            change = MORE_WORK if seen < target else LESS_WORK / self._round if seen > aim else 0.0
            bounds = FEWEST_WORK, MOST_WORK
        if seen < target:
            low[chosen] = np.maximum(low[chosen], moves[chosen])
        # Never down again to where the target was missed: at most half of the way.
        halves = np.where(np.isfinite(low), (low + moves) / 2.0, -np.inf)[chosen]
        moves[chosen] = np.clip(np.maximum(moves[chosen] + change, halves), *bounds)

    def moved(self) -> StaffingRequirement:
        """Return the requirement where it stands; ``service_level`` is what formulas expect of it."""
        frame = self.requirement.frame.copy()
        agents, level = frame["agents"].to_numpy(copy=True), frame["service_level"].to_numpy(copy=True)
        for key, rows in self._rows.items():
            move = self.moves[key]
            if key not in self._live:
                agents[rows] *= move
                continue
            part = self._live[key]
            agents[rows] = part.at(move)
            known = np.isfinite(level[rows])
            level[rows[known]] = _at_moves(part.table, move)[known]
        frame["agents"], frame["service_level"] = np.round(agents, DECIMALS), level
        return StaffingRequirement(frame, self.requirement.interval_minutes)


def _is(frame: pd.DataFrame, key: QueueKey) -> npt.NDArray[np.bool_]:
    same = [(frame[name] == value).to_numpy(bool) for name, value in key._asdict().items()]
    return np.asarray(np.logical_and.reduce(same), dtype=bool)


def _between(levels: Floats, agents: Floats) -> Floats:
    """Return the levels of each row at numbers of agents that need not be whole, shape (n,)."""
    below = np.minimum(np.floor(agents).astype(np.int64), levels.shape[1] - 2)
    row = np.arange(len(agents))
    share = agents - below
    return np.asarray((1.0 - share) * levels[row, below] + share * levels[row, below + 1], dtype=np.float64)


def _at_moves(table: Floats, move: Floats) -> Floats:
    """Return the levels of each row at its move, shape (n,)."""
    place = (move - GRID[0]) / (GRID[1] - GRID[0])
    return _between(table.T, place)
