"""What each further agent is worth: service level over agents as a concave curve.

The service level of a queue is S-shaped over its agents: below the load one more helps little, near it much,
beyond it less and less. An objective that adds up worths needs them to fall from agent to agent, or else it
would rather leave one queue empty than two short. The least concave curve above the service level has that:
it bridges the first, convex part by a line from nobody to the number of agents of the best return.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.staffing.kernels import levels_up_to
from scheduler.staffing.service import LiveLoad

__all__ = ["LiveRows", "RowCurves", "ServiceCurve", "concave_above", "service_curve"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ServiceCurve:
    """Service level by number of agents, of one interval.

    Parameters
    ----------
    level
        Shape (m + 1,): with 0 … m agents, as Erlang C or A has it.
    concave
        Shape (m + 1,): least concave curve on or above it.
    contacts
        That arrive in the interval.
    """

    level: Floats
    concave: Floats
    contacts: float

    @property
    def gains(self) -> Floats:
        """Contacts in time that each further agent adds on the concave curve, shape (m,), falling."""
        return np.diff(self.concave) * self.contacts


@dataclass(frozen=True, eq=False)
class RowCurves:
    """Service level by number of agents at their desks, of a queue's intervals.

    Parameters
    ----------
    level, concave
        Shape (n, m + 1): with 0 … m agents, and the least concave curve on or above it.
    contacts
        Shape (n,): that arrive in each interval, redials included.
    """

    level: Floats
    concave: Floats
    contacts: Floats

    @property
    def gains(self) -> Floats:
        """Contacts in time that each further agent adds, shape (n, m), falling along each row."""
        return np.diff(self.concave, axis=1) * self.contacts[:, None]

    def lost(self, wanted: Ints) -> Floats:
        """Return contacts in time that 0 … m agents lose against those wanted, shape (n, m + 1).

        A convex, falling penalty on being short: the first agent missing costs least. ``wanted``, shape (n,),
        is at most m.
        """
        at_best = np.take_along_axis(self.concave, wanted[:, None], axis=1)
        return np.maximum(0.0, at_best - self.concave) * self.contacts[:, None]


@dataclass(frozen=True, eq=False)
class LiveRows:
    """What a live queue's intervals hold, for asking what agents are worth in them.

    Parameters
    ----------
    load
        Erlangs, shape (n,), as they were staffed for: lag, hand-over and redials included.
    wait, patience
        Threshold and mean patience in handle times, shape (n,); patience 0: nobody abandons.
    contacts
        Shape (n,): that arrive, load × interval / handle time.
    slots
        Contacts that an agent holds at once.
    """

    load: Floats
    wait: Floats
    patience: Floats
    contacts: Floats
    slots: int

    def curves(self, most: int) -> RowCurves:
        """Return the service level with 0 … ``most`` agents at their desks in each interval.

        Raises
        ------
        ValueError
            If ``most`` is below 1.
        """
        if most < 1:
            raise ValueError(f"most must be at least 1, got {most}")
        level = levels_up_to(self.load, self.wait, self.patience, self.slots, most)
        hulls = [concave_above(row) for row in level]
        return RowCurves(level, np.array(hulls).reshape(level.shape), self.contacts)


def service_curve(load: LiveLoad, most: int) -> ServiceCurve:
    """Return the service level with 0 … ``most`` agents and its concave curve.

    Raises
    ------
    ValueError
        If ``most`` is below 1.

    Examples
    --------
    >>> curve = service_curve(LiveLoad(100, 1800, 180, 20), 16)
    >>> [round(float(value), 3) for value in curve.level[10:]]
    [0.0, 0.39, 0.64, 0.796, 0.888, 0.941, 0.971]
    >>> [round(float(value), 1) for value in curve.gains[10:]]
    [6.3, 6.3, 6.3, 6.3, 5.3, 2.9]
    """
    if most < 1:
        raise ValueError(f"most must be at least 1, got {most}")
    wait, patience = load.answer_within_seconds, load.patience_seconds or 0.0
    one = np.ones(1)
    level = levels_up_to(
        load.erlangs * one,
        wait / load.aht_seconds * one,
        patience / load.aht_seconds * one,
        load.concurrency,
        most,
    )[0]
    return ServiceCurve(level, concave_above(level), load.contacts)


def concave_above(values: Floats) -> Floats:
    """Return the least concave sequence on or above another, shape (n,): the upper hull of its points."""
    corners: list[int] = []
    for place in range(len(values)):
        while len(corners) >= 2 and _below(values, corners[-2], corners[-1], place):
            corners.pop()
        corners.append(place)
    return np.interp(np.arange(len(values)), corners, values[corners])


def _below(values: Floats, left: int, middle: int, right: int) -> bool:
    """Tell whether the middle point lies on or under the line between the other two."""
    line = (values[right] - values[left]) * (middle - left)
    return bool((values[middle] - values[left]) * (right - left) <= line)
