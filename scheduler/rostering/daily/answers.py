"""Everyone's best tours at given values of rows, on several threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from scheduler.rostering.daily.board import Board
from scheduler.rostering.daily.tours import Room, TourSearch
from scheduler.rostering.kernels.labels import NEVER

__all__ = ["Answers"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Found = TypeVar("Found")

MOST_STATES = 50_000_000
"""Steps of a person's exact search beyond which tours keep to an even pace, and limits are relaxed."""
CHUNKS = 8
"""Parts that threads take; as many whatever the threads."""


class Answers:
    """Everyone's tour search; results do not depend on the number of threads.

    Attributes
    ----------
    long
        Whose exact search would take too long, (P,).
    """

    def __init__(self, board: Board, workers: int) -> None:
        self.board = board
        self.workers = workers
        self.searches = [TourSearch(board, number) for number in range(board.people)]
        self.long = np.array([search.states > MOST_STATES for search in self.searches])
        self._rooms = [Room() for _ in range(CHUNKS)]

    def alone(self) -> Answers:
        """Return the same searches for one thread beside others, with room of its own."""
        answers = copy(self)
        answers.workers, answers._rooms = 1, [Room()]
        return answers

    def lawful(self, person: int, row_values: Floats, room: Room | None = None) -> Ints | None:
        """Return a tour that keeps every rule and is worth most, or nearly; None where none is found."""
        value, off = self.board.tour_values(person, row_values)
        chosen = np.empty(len(off), dtype=np.int64)
        search = self.searches[person]
        reach = search.paced if self.long[person] else search.exact
        found = search.lawful(value, off, self._rooms[0] if room is None else room, chosen, reach) > NEVER
        return chosen if found else None

    def possible(self, person: int) -> bool:
        """Tell whether a person may have any tour at all; True where that is not known."""
        value, off = self.board.tour_values(person, np.zeros(self.board.required.shape))
        chosen = np.empty(len(off), dtype=np.int64)
        search = self.searches[person]
        return bool(self.long[person] or search.best(value, off, self._rooms[0], chosen) > NEVER)

    def each(self, people: Sequence[int], ask: Callable[[int, Room], Found]) -> list[Found]:
        """Ask something of everyone named, with room to work in; answers come in the order of the names."""
        if self.workers == 1 or len(people) == 1:
            return [ask(person, self._rooms[0]) for person in people]
        parts = [people[at::CHUNKS] for at in range(CHUNKS)]

        def work(at: int) -> list[Found]:
            return [ask(person, self._rooms[at]) for person in parts[at]]

        with ThreadPoolExecutor(self.workers) as threads:
            answers = list(threads.map(work, range(CHUNKS)))
        return [answers[place % CHUNKS][place // CHUNKS] for place in range(len(people))]

    def all_lawful(self, people: Sequence[int], row_values: Floats) -> list[Ints | None]:
        """Return what :meth:`lawful` says of each."""
        return self.each(people, lambda person, room: self.lawful(person, row_values, room))
