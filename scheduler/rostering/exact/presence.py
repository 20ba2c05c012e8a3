"""Rules on who is at work at once as constraints, with what is settled counted beforehand."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from ortools.sat.python import cp_model

from scheduler.rostering.attendance import Attendance
from scheduler.rostering.exact.rules import Linear, TourRules
from scheduler.rostering.presence import PresenceRules

__all__ = ["PresenceModel"]


class PresenceModel:
    """Seats and presence over the free options of some people.

    Attributes
    ----------
    broken
        People missing in each stretch in which nobody comes or goes: variables, or numbers where nobody
        could come.
    """

    def __init__(self, model: cp_model.CpModel, settled: Attendance) -> None:
        """Begin with the people at work in ``settled``: all but those whose options are added."""
        self.broken: list[Linear] = []
        self._model = model
        self._rules: PresenceRules = settled.rules
        self._heads = settled.heads.copy()
        self._free: list[list[tuple[int, int, cp_model.IntVar]]] = [[] for _ in self._rules.names]

    def add_person(self, number: int, tour: TourRules) -> None:
        """Add a person's options: of free dates their variables, of others what is settled."""
        members = self._rules.members[number]
        if not members.size:
            return
        for row, pick in enumerate(tour.pick):
            for low, high in self._rules.pieces(number, tour.person, row):
                if isinstance(pick, int):
                    self._heads[members, low:high] += pick
                else:
                    for rule in members.tolist():
                        self._free[rule].append((low, high, pick))

    def constrain(self) -> None:
        """Add the constraints, once for each set of people who can be at work together."""
        for rule, free in enumerate(self._free):
            least, most, heads = self._rules.least[rule], self._rules.most[rule], self._heads[rule]
            lack, spare = np.maximum(0, least - heads), np.maximum(0, most - heads)
            changes = np.flatnonzero(np.diff(lack) | np.diff(spare)) + 1
            arrivals: dict[int, list[cp_model.IntVar]] = {at: [] for at in (0, *changes.tolist())}
            leavers: dict[int, list[cp_model.IntVar]] = defaultdict(list)
            for low, high, pick in free:
                arrivals.setdefault(low, []).append(pick)
                leavers[high].append(pick)
            able: dict[int, cp_model.IntVar] = {}
            tightest: dict[frozenset[int], tuple[list[cp_model.IntVar], int, int]] = {}
            for at in sorted({*arrivals, *leavers} - {len(heads)}):
                for pick in leavers.get(at, ()):
                    del able[pick.index]
                able.update((pick.index, pick) for pick in arrivals.get(at, ()))
                if lack[at] or len(able) > spare[at]:
                    key = frozenset(able)
                    _, wanted, room = tightest.get(key, ([], 0, len(free)))
                    tightest[key] = [*able.values()], max(wanted, int(lack[at])), min(room, int(spare[at]))
            for picks, wanted, room in tightest.values():
                self._add(picks, wanted, room)

    def _add(self, able: list[cp_model.IntVar], wanted: int, room: int) -> None:
        if len(able) > room:
            self._model.add(sum(able) <= room)
        if wanted and not able:
            self.broken.append(wanted)
        elif wanted:
            missing = self._model.new_int_var(0, wanted, "")
            self._model.add(sum(able) + missing >= wanted)
            self.broken.append(missing)
