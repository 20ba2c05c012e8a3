"""A rota of whole days under construction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.rostering.daily.board import Board

__all__ = ["DailyState"]

Ints = npt.NDArray[np.int64]


class DailyState:
    """Tours in, cost out.

    Attributes
    ----------
    tours
        Shift of each person and day, (P, D); −1: off.
    inside
        Who has a tour, (P,).
    present
        How many work each row, (D, S).
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        people, days, shifts = board.own.shape
        self.tours = np.full((people, days), -1, dtype=np.int64)
        self.inside = np.zeros(people, dtype=np.bool_)
        self.present = np.zeros((days, shifts - 1), dtype=np.int64)
        self._own = np.zeros(people)

    def take_out(self, person: int) -> None:
        """Remove a person's tour."""
        if self.inside[person]:
            self._add(self.tours[person], -1)
            self.inside[person] = False
            self._own[person] = 0.0

    def put_in(self, person: int, tour: Ints) -> None:
        """Give a person a tour instead of what they have."""
        self.take_out(person)
        self.tours[person] = tour
        self._add(tour, 1)
        self.inside[person] = True
        self._own[person] = self.board.own_cost(person, tour)

    @property
    def cost(self) -> float:
        """The whole cost of the tours that are in."""
        return self.board.cover_cost(self.present) + float(self._own.sum())

    def _add(self, tour: Ints, sign: int) -> None:
        worked = np.flatnonzero(tour >= 0)
        self.present[worked, tour[worked]] += sign
