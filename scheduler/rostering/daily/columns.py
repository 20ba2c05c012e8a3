"""Tours for a selection: made at its prices until none helps, and chosen one person after another.

Column generation with prices in a box around the best so far (Marsten, Hogan & Blankenship 1975), then
diving: whoever's shares are nearly whole gets that tour for good, and the others' tours are priced again
around it (Strandmark, Qu & Curtois 2020). Where that gets too costly, the last choices are taken back and
the least firm of them is ruled out, a few times (Harvey & Ginsberg 1995 on discrepancies).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

import numpy as np
import numpy.typing as npt

from scheduler.rostering.daily.answers import Answers
from scheduler.rostering.daily.master import Master
from scheduler.rostering.daily.pool import Column, Pool
from scheduler.rostering.daily.prices import PriceLimit

__all__ = ["BACK", "Columns"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

START, GROWS, FORESEEN = 0.3, 2.0, 0.1
"""Width of the box of prices at first, as a share of their range; how it grows; which share of a foreseen
gain shows that it may."""
IN_VAIN = 4
"""Rounds without a better limit after which it grows all the same."""
SMOOTH = 0.3
"""Share of the best prices so far in those that tours are asked at (Pessoa et al. 2018)."""
SLIGHT = 0.005
"""Gain, as a share of the gap, that is not worth staying in the box for."""
DUST = 1e-6
WHOLE, NEARLY = 0.95, 0.7
"""Shares at which a tour is chosen for good; nearly so for some at a time."""
AT_A_TIME = 0.05
"""Share of the people left who may be given a nearly whole tour at once."""
AROUND, AROUND_IN_HASTE = 8, 3
"""Most rounds of new tours after each choice, and where the dive is late."""
BACK = 3
"""Steps of a dive that may be taken back near the limit."""


class Columns:
    """The tours met so far, and selections from them."""

    def __init__(self, answers: Answers, spend: Callable[[float], None]) -> None:
        self.answers = answers
        self.pool = Pool(answers.board)
        self._spend = spend

    def master(self, people: Sequence[int], required: Ints, columns: Sequence[Column]) -> Master:
        """Return a selection of some columns."""
        master = Master(self.answers.board, people, required)
        master.add(columns)
        return master

    def limit(self, master: Master, limit: PriceLimit, cost: float, enough: Callable[[], bool]) -> None:
        """Bring the selection for everyone and the limit together, from a rota's cost downwards.

        Each round prices tours where the selection sees the best prices in a box around the best so far. The
        box grows where the selection foresees what comes, or little is left in it, or nothing came of it.
        """
        board = self.answers.board
        if limit.best is None:
            limit.limit(np.zeros(board.required.shape))
        widest = float((board.under + board.over).max())
        width, smooth, vain = START * widest, SMOOTH, 0
        while not enough():
            before = limit.best or 0.0
            master.stay_near(limit.prices, width)
            master.solve()
            hoped = master.objective - before
            if width >= widest:
                cost = min(cost, master.objective)
                if hoped <= DUST * max(1.0, cost):
                    break
            price = smooth * limit.prices + (1 - smooth) * master.prices
            found = limit.limit(price)
            self._spend(board.people)
            added = self._add_found(master, found.tours, price)
            if width >= widest and not added and not smooth:
                break
            smooth = SMOOTH if added else 0.0
            vain = 0 if found.bound > before else vain + 1
            foreseen = found.bound - before > FORESEEN * hoped
            if foreseen or hoped < SLIGHT * (cost - before) or vain == IN_VAIN:
                width, vain = min(widest, GROWS * width), 0
        master.stay_near(limit.prices, np.inf)
        master.solve()

    def _add_found(self, master: Master, tours: Sequence[Ints], price: Floats) -> int:
        """Add the tours of a limit, lawful ones for those that are not; return how many are new."""
        answers = self.answers
        lawless = [
            person
            for person, tour in enumerate(tours)
            if answers.long[person] or answers.searches[person].excess(tour).any()
        ]
        lawful = dict(zip(lawless, answers.all_lawful(lawless, price), strict=True))
        new = []
        for person, tour in enumerate(tours):
            kept = lawful.get(person, tour)
            column = None if kept is None else self.pool.add(person, kept)
            if column is not None:
                new.append(column)
        master.add(new)
        return len(new)

    def improve(
        self,
        master: Master,
        people: Sequence[int],
        rounds: int,
        enough: Callable[[], bool],
        worst: float = float("inf"),
    ) -> None:
        """Make tours at the selection's own prices, until none helps, it is enough, or for some rounds.

        Rounds count once the selection is cheaper than ``worst``; it ends where no tours can make it so.
        """
        while rounds and not enough():
            master.solve()
            rounds -= 1 if master.objective < worst else 0
            self._spend(len(people))
            new, least = [], master.objective
            for person, tour in zip(people, self.answers.all_lawful(people, master.prices), strict=True):
                if tour is None:
                    continue
                column = Column(self.answers.board, person, tour)
                if master.forbids(column):
                    continue
                gain = float(master.prices.ravel()[column.rows].sum()) - column.cost
                if gain + master.person_prices[person] > DUST:
                    least -= gain + master.person_prices[person]
                    self.pool.add(person, tour)
                    new.append(column)
            if not new or least > worst - DUST:
                return
            master.add(new)

    def dive(
        self,
        master: Master,
        people: Sequence[int],
        enough: Callable[[], bool],
        worst: float,
        *,
        used: Callable[[], float] = lambda: 0.0,
        back: int = 0,
    ) -> dict[int, Column] | None:
        """Choose a tour for each of the people, at once when it is enough; None if as costly as ``worst``.

        Parameters
        ----------
        used
            Share of its time that the dive has used; the same share of people must have tours by then.
        back
            Most steps that are taken back where the selection costs too much.
        """
        steps: list[list[Column]] = []
        left = list(people)
        while left:
            master.solve()
            hurry = enough()
            if master.objective > worst - DUST:
                if hurry or not steps or not back:
                    return None
                back -= 1
                undone = steps.pop()
                master.free(undone)
                if not master.forbid(undone[-1]):
                    return None
                left += [column.person for column in undone]
                continue
            given = len(people) - len(left)
            due = len(left) if hurry else max(1, ceil(used() * len(people)) - given)
            steps.append(_firmest(master, left, due))
            for column in steps[-1]:
                master.fix(column)
                left.remove(column.person)
            if not hurry:
                late = used() * len(people) > len(people) - len(left)
                self.improve(master, left, AROUND_IN_HASTE if late else AROUND, enough, worst)
        return {column.person: column for step in steps for column in step}


def _firmest(master: Master, people: Sequence[int], due: int) -> list[Column]:
    """Return the tours that have (nearly) whole shares, and those of most share for as many as are due."""
    best: dict[int, tuple[float, Column]] = {}
    waiting = set(people)
    for share, column in zip(master.shares.tolist(), master.columns, strict=True):
        if column.person in waiting and (column.person not in best or share > best[column.person][0]):
            best[column.person] = share, column
    ranked = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].person))
    most = max(1, int(AT_A_TIME * len(people)))
    return [
        column
        for place, (share, column) in enumerate(ranked)
        if place < due or share >= WHOLE or (share >= NEARLY and place < most)
    ]
