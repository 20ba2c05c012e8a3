"""Two sets of shifts, told apart: what was added, changed, cancelled.

A shift is known by its place: the agent, the local date, and which of that date it is. So a shift that moves
by an hour is the same shift, changed; one that moves to another day is two changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from api.store.shift_columns import SHIFT_COLUMNS

__all__ = ["CONTENT", "Place", "ShiftChanges", "compare_shifts", "placed"]

Place = tuple[date, str, int]
"""Local date, agent, and ordinal of that date from 0."""

CONTENT = tuple(name for name in SHIFT_COLUMNS if name not in ("agent", "local_date"))
"""What a shift says beside its place."""

Shift = Mapping[str, Any]
Old = TypeVar("Old")
New = TypeVar("New")


@dataclass(frozen=True, eq=False)
class ShiftChanges:
    """Places by what became of them; ``same`` counts the others."""

    added: tuple[Place, ...]
    changed: tuple[Place, ...]
    cancelled: tuple[Place, ...]
    same: int


def placed(shifts: Iterable[Shift]) -> dict[Place, Shift]:
    """Return shifts by their place.

    Parameters
    ----------
    shifts
        With ``agent``, ``local_date`` and what :data:`CONTENT` names; an agent's by start.
    """
    taken: defaultdict[tuple[date, str], int] = defaultdict(int)
    found: dict[Place, Shift] = {}
    for shift in shifts:
        day = shift["local_date"], shift["agent"]
        found[(*day, taken[day])] = shift
        taken[day] += 1
    return found


def compare_shifts(
    before: Mapping[Place, Old],
    after: Mapping[Place, New],
    said: Callable[[Any], object],
) -> ShiftChanges:
    """Tell what leads from one set to the other.

    Parameters
    ----------
    said
        What a shift says beside its place.

    Examples
    --------
    >>> from operator import itemgetter
    >>> day = date(2026, 3, 29)
    >>> before = {(day, "ann", 0): {"site": "Riga"}}
    >>> compare_shifts(before, {(day, "ann", 0): {"site": "Apia"}}, itemgetter("site")).changed
    ((datetime.date(2026, 3, 29), 'ann', 0),)
    """
    shared = sorted(before.keys() & after.keys())
    changed = tuple(place for place in shared if said(before[place]) != said(after[place]))
    return ShiftChanges(
        added=tuple(sorted(after.keys() - before.keys())),
        changed=changed,
        cancelled=tuple(sorted(before.keys() - after.keys())),
        same=len(shared) - len(changed),
    )
