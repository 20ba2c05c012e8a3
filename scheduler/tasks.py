"""Rotas of tasks: who works when, and on which task, in quarter-hours without a calendar.

The domain of published multi-activity shift problems. Everybody can do every task; enough people must be on
each task at any time, and each one more than its most costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["QUARTER", "TaskPerson", "TaskProblem", "TaskRota", "TaskRules", "TaskShift"]

QUARTER = 15
"""Minutes of a step."""


@dataclass(frozen=True)
class TaskPerson:
    """A person, and how many minutes they work in all."""

    name: str
    min_minutes: int
    max_minutes: int


@dataclass(frozen=True)
class TaskShift:
    """A shift: its first minute after midnight of day 0, and each task with its minutes, in order."""

    start: int
    tasks: tuple[tuple[str, int], ...]

    @property
    def end(self) -> int:
        """The minute after its last."""
        return self.start + sum(minutes for _, minutes in self.tasks)


TaskRota = Mapping[str, tuple[TaskShift, ...]]
"""Each person's shifts in order."""


@dataclass(frozen=True)
class TaskRules:
    """What every tour keeps.

    Parameters
    ----------
    min_shift, max_shift, min_rest, min_task
        Minutes.
    starts
        Minutes after midnight, first and last of each window, at which shifts may start; one start a day.
    max_days
        Consecutive days with a start.
    """

    min_shift: int = 360
    max_shift: int = 600
    min_rest: int = 840
    min_task: int = 60
    max_days: int = 5
    starts: tuple[tuple[int, int], ...] = ((0, 0), (360, 600), (840, 1080), (1200, 1425))


@dataclass(frozen=True, eq=False)
class TaskProblem:
    """A problem whose horizon runs from ``first`` to ``last``, in minutes after midnight of day 0.

    Parameters
    ----------
    least, most
        People on each task in each quarter-hour from ``first`` on, (T, K).
    """

    first: int
    last: int
    tasks: tuple[str, ...]
    people: tuple[TaskPerson, ...]
    least: npt.NDArray[np.int64]
    most: npt.NDArray[np.int64]
    rules: TaskRules = TaskRules()
