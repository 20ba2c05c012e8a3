"""How many people are at work in a rota under construction, against what the rules across agents allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.rostering.meetings import Meeting
from scheduler.rostering.person import Person
from scheduler.rostering.presence import PresenceRules

__all__ = ["Attendance", "Leeway"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
HOUR_MISSING = 0.01
"""Units of a hard rule that a person-hour counts which is missing or too many: worth far more than any
coverage, and less than a day that a rule of runs lacks."""


@dataclass(frozen=True, eq=False)
class Leeway:
    """What the rules across agents leave to one person.

    Attributes
    ----------
    full
        Slots in which one more would be too many, as prefix sums, (S + 1,).
    wanted
        Units of hard rules that one more would mend, as prefix sums, (S + 1,).
    meetings
        What is to be attended.
    """

    full: Ints
    wanted: Floats
    meetings: tuple[Meeting, ...] = ()

    def bars(self, person: Person, slot: int) -> npt.NDArray[np.bool_]:
        """Tell which of a person's options meet a full slot; given work never does."""
        rows = person.options.rows
        low, high = rows[:, 0] // slot, rows[:, 1] // slot
        return np.asarray((person.options.pattern >= 0) & (self.full[high] > self.full[low]))

    def mends(self, person: Person, slot: int) -> Floats:
        """Return the units of hard rules that each of a person's options would mend."""
        rows = person.options.rows
        gain = self.wanted[rows[:, 1] // slot] - self.wanted[rows[:, 0] // slot]
        return np.where(person.options.pattern >= 0, gain, 0.0)


class Attendance:
    """Tours in, people at work out."""

    def __init__(self, rules: PresenceRules) -> None:
        self.rules = rules
        self.heads = rules.given.copy()
        self._most = np.maximum(rules.most, rules.given)
        self._unit = HOUR_MISSING * rules.slot / 60

    def __copy__(self) -> Attendance:
        """Return the people at work as they are now."""
        other = Attendance(self.rules)
        other.heads[:] = self.heads
        return other

    def add(self, number: int, person: Person, chosen: Ints, sign: int) -> None:
        """Add (or with sign −1 take away) a tour's chosen rows."""
        members = self.rules.members[number]
        if members.size:
            for row in chosen[chosen >= 0].tolist():
                for low, high in self.rules.pieces(number, person, row):
                    self.heads[members, low:high] += sign

    def leeway(self, number: int) -> Leeway | None:
        """Return what is left to a person who has no tour; None where no rule counts them."""
        members = self.rules.members[number]
        if not members.size:
            return None
        heads = self.heads[members]
        full = np.asarray((heads >= self.rules.most[members]).any(axis=0))
        wanted = (heads < self.rules.least[members]).sum(axis=0) * self._unit
        for low, high in self.rules.own.get(number, ()):
            full[low:high] = False
            wanted[low:high] = 0.0
        return Leeway(
            np.concatenate([[0], np.cumsum(full)]).astype(np.int64),
            np.concatenate([[0.0], np.cumsum(wanted)]),
        )

    @property
    def missing(self) -> npt.NDArray[np.int32]:
        """People missing from the least, (R, S)."""
        return np.asarray(np.maximum(0, self.rules.least - self.heads), dtype=np.int32)

    @property
    def broken(self) -> float:
        """Units of hard rules: people missing, and beyond what is allowed or given."""
        over = np.maximum(0, self.heads - self._most)
        return self._unit * float(self.missing.sum() + over.sum())

    def wanted(self, random: np.random.Generator) -> Ints | None:
        """Draw a slot in which people are missing, and return who would count there; None where none are."""
        missing = self.missing
        total = int(missing.sum())
        if not total:
            return None
        at = int(np.searchsorted(np.cumsum(missing.ravel()), random.integers(total), side="right"))
        rule = at // missing.shape[1]
        return self._counted(np.array([rule]))

    def beside(self, number: int) -> Ints:
        """Return who shares a rule with a person."""
        return self._counted(self.rules.members[number])

    def _counted(self, rules: Ints) -> Ints:
        """Return the people whom any of some rules counts."""
        members = enumerate(self.rules.members)
        return np.array([at for at, own in members if np.isin(own, rules).any()], dtype=np.int64)
