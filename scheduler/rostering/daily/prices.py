"""A proven lower limit on the cost of any rota, from prices on rows.

Give each (day, shift) a price λ within [−over, under]. Missing and excess people then cost at least
λ·(required − present), so that for any rota

    cost ≥ Σ λ·required − Σ_people most_i(λ),

where most_i is the most that a tour of person i can earn at these prices, less its own costs (Held & Karp
1971).
What a search cannot count exactly has a price too: a shift's maximum, and for long horizons minutes and
weekends; a tour then pays for what it uses and is given the limit's worth, which is never too little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.rostering.daily.answers import Answers
from scheduler.rostering.daily.tours import Room
from scheduler.rostering.kernels.labels import NEVER

__all__ = ["Limit", "PriceLimit"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
STEP, STEP_HALVES = 0.04, 60
"""Longest step of a price as a share of its range, and rounds after which it is half."""
MEMORY, MEMORY_OF_SQUARES = 0.9, 0.95
"""What the running means of a residual and of its square keep in each round (Kingma & Ba 2015)."""
CALM = 0.5
"""Residual that makes a small step."""
OWN_TRIES = 4
"""Most searches of a person in each round: their own prices of maxima move between them."""
OWN_STEP = 0.1
"""Longest step of a person's own prices, as a share of the mean range of a row's price."""


@dataclass(frozen=True, eq=False)
class Limit:
    """A limit at some prices, and everyone's tour there, which need not keep all that is priced."""

    bound: float
    tours: list[Ints]


class PriceLimit:
    """Prices, and the best limit they gave so far.

    Attributes
    ----------
    best
        None before the first round.
    prices
        Those that gave it, (D, S).
    most
        The most that each person's tour can be worth at these prices, (P,).
    """

    def __init__(self, answers: Answers) -> None:
        board = answers.board
        self._answers = answers
        self._board = board
        self.best: float | None = None
        self.prices: Floats = np.zeros(board.required.shape)
        self.most: Floats = np.zeros(board.people)
        self._price = np.zeros(board.required.shape)
        self._mean, self._square = np.zeros_like(self._price), np.zeros_like(self._price)
        self._rounds = 0
        shifts = board.required.shape[1]
        # Per person: each shift's maximum, then minutes (in hours), then weekends.
        self._own = np.zeros((board.people, shifts + 2))
        self._own_mean, self._own_square = np.zeros_like(self._own), np.zeros_like(self._own)
        self._own_step = OWN_STEP * float((board.under + board.over).mean())

    def round(self) -> Limit:
        """Take a limit at the present prices, and move them."""
        limit = self.limit(self._price)
        board = self._board
        present = np.zeros(board.required.shape)
        for tour in limit.tours:
            worked = np.flatnonzero(tour >= 0)
            present[worked, tour[worked]] += 1
        self._rounds += 1
        rest = board.required - present
        # Where the price stands at its end and the residual pushes on, nothing is missing.
        self._mean = MEMORY * self._mean + (1 - MEMORY) * rest
        self._square = MEMORY_OF_SQUARES * self._square + (1 - MEMORY_OF_SQUARES) * rest * rest
        mean = self._mean / (1 - MEMORY**self._rounds)
        square = self._square / (1 - MEMORY_OF_SQUARES**self._rounds)
        step = STEP / (1 + (self._rounds - 1) / STEP_HALVES) * (board.under + board.over)
        self._price = np.clip(self._price + step * mean / (np.sqrt(square) + CALM), -board.over, board.under)
        return limit

    def limit(self, price: Floats) -> Limit:
        """Take a limit at given prices; people's own prices move."""
        answers, board = self._answers, self._board
        people = range(board.people)
        found = answers.each(people, lambda person, room: self._most(person, price, room))
        tours = [tour for _, tour in found]
        bound = float((price * board.required).sum()) - sum(most for most, _ in found)
        if self.best is None or bound > self.best:
            self.best, self.prices = bound, price.copy()
            self.most = np.array([most for most, _ in found])
        self._move_own(tours)
        return Limit(bound, tours)

    def near(self, person: int, slack: float, room: Room, most: int) -> list[Ints] | None:
        """Return every lawful tour that costs at most a slack more than the best at the best prices.

        To be asked after a limit at those prices. None where there are more than ``most``, lawful or not.
        """
        value, off = self._board.tour_values(person, self.prices)
        search = self._answers.searches[person]
        own = self._own[person, :-2]
        tours = search.near(np.where(value > NEVER, value - own, NEVER), off, room, slack, most)
        if tours is None:
            return None
        return [tour for tour in tours.astype(np.int64) if not search.excess(tour).any()]

    def start_from(self, price: Floats) -> None:
        """Go on from given prices."""
        self._price = price.copy()

    def _most(self, person: int, price: Floats, room: Room) -> tuple[float, Ints]:
        value, off = self._board.tour_values(person, price)
        if self._answers.long[person]:
            return self._most_of_long(person, value, off, room)
        search = self._answers.searches[person]
        own = self._own[person, :-2]
        least, most = np.zeros_like(own), np.full_like(own, np.inf)
        start = max(1.0, float(np.abs(value[value > NEVER]).max(initial=0.0)) / 16)
        limit, worth, kept = np.inf, NEVER, np.empty(len(off), dtype=np.int64)
        tried, chosen = own, np.empty(len(off), dtype=np.int64)
        for _ in range(OWN_TRIES):
            total = search.best(np.where(value > NEVER, value - tried, NEVER), off, room, chosen)
            if total <= NEVER:
                return total, chosen
            count = np.bincount(chosen[chosen >= 0], minlength=len(own))
            rest = np.where(search.priced, count - search.most, 0)
            if total + float((tried * search.most).sum()) < limit:
                limit = total + float((tried * search.most).sum())
                own[:] = tried
            # What it costs to break a maximum is paid; of lawful tours the best by itself is kept.
            net = total + float((tried * count).sum()) if (rest <= 0).all() else NEVER
            if worth <= NEVER or net > worth:
                worth, kept = net, chosen.copy()
            if (rest <= 0).all() and not (tried * rest).any():
                break
            least, most = np.where(rest > 0, tried, least), np.where(rest < 0, tried, most)
            middle = np.where(np.isinf(most), np.maximum(start, 2 * tried), (least + most) / 2)
            tried = np.where((rest > 0) | ((rest < 0) & (tried > 0)), middle, tried)
        return limit, kept

    def _most_of_long(self, person: int, value: Floats, off: Floats, room: Room) -> tuple[float, Ints]:
        search = self._answers.searches[person]
        own, rules = self._own[person], search.person
        dearer = own[:-2] * search.priced + own[-2] * search.minutes / 60
        worth = float((own[:-2] * search.most * search.priced).sum()) + own[-1] * rules.max_weekends
        worth += own[-2] * (rules.max_minutes if own[-2] >= 0 else rules.min_minutes) / 60
        chosen = np.empty(len(off), dtype=np.int64)
        value = np.where(value > NEVER, value - dearer, NEVER)
        return search.relaxed(value, off, room, chosen, float(own[-1])) + worth, chosen

    def _move_own(self, tours: list[Ints]) -> None:
        """Make dearer what long tours use beyond its limit, and cheaper what they leave."""
        rest = np.zeros_like(self._own)
        for person in np.flatnonzero(self._answers.long).tolist():
            tour = tours[person]
            search = self._answers.searches[person]
            worked = tour[tour >= 0]
            count = np.bincount(worked, minlength=len(search.most))
            rest[person, :-2] = np.where(search.priced, count - search.most, 0)
            minutes = int(search.minutes[worked].sum())
            rules = search.person
            most = rules.max_minutes if self._own[person, -2] >= 0 else rules.min_minutes
            rest[person, -2] = (minutes - most) / 480
            rest[person, -1] = weekends_of(tour) - rules.max_weekends
        self._own_mean = MEMORY * self._own_mean + (1 - MEMORY) * rest
        self._own_square = MEMORY_OF_SQUARES * self._own_square + (1 - MEMORY_OF_SQUARES) * rest * rest
        step = self._own_step / (1 + self._rounds / STEP_HALVES)
        moved = self._own + step * self._own_mean / (np.sqrt(self._own_square) + CALM)
        np.maximum(moved[:, :-2], 0.0, out=moved[:, :-2])
        np.maximum(moved[:, -1], 0.0, out=moved[:, -1])
        self._own[self._answers.long] = moved[self._answers.long]


def weekends_of(tour: Ints) -> int:
    """Return on how many weekends a tour has work."""
    days = np.flatnonzero(tour >= 0)
    return len(np.unique(days[days % 7 >= 5] // 7))
