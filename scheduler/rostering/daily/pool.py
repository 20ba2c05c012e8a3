"""Tours met so far, each once, as columns of a selection: what they cost and which rows they serve."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.rostering.daily.board import Board

__all__ = ["Column", "Pool"]

Ints = npt.NDArray[np.int64]


class Column:
    """One person's tour, the rows that it serves (day × S + shift), and what it costs by itself."""

    __slots__ = ("cost", "person", "rows", "tour")

    def __init__(self, board: Board, person: int, tour: Ints) -> None:
        self.person = person
        self.tour = tour.astype(np.int8)
        worked = np.flatnonzero(tour >= 0)
        self.rows = (worked * board.required.shape[1] + tour[worked]).astype(np.int32)
        self.cost = board.own_cost(person, tour)

    def full(self) -> Ints:
        """Return the shift of each day, (D,); −1: off."""
        return self.tour.astype(np.int64)


class Pool:
    """Columns of every person."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self.columns: list[list[Column]] = [[] for _ in range(board.people)]
        self._known: list[set[bytes]] = [set() for _ in range(board.people)]

    def add(self, person: int, tour: Ints) -> Column | None:
        """Add a tour; return its column, None where it is there already."""
        key = tour.astype(np.int8).tobytes()
        if key in self._known[person]:
            return None
        self._known[person].add(key)
        column = Column(self._board, person, tour)
        self.columns[person].append(column)
        return column

    def keep(self, person: int, columns: list[Column]) -> None:
        """Forget a person's other columns."""
        self.columns[person] = columns
        self._known[person] = {column.tour.tobytes() for column in columns}
