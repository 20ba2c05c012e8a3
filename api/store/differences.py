"""What differs between two plans: their shifts, and the figures that lists show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from api.store.database import Store
from api.store.planned import plan_shifts
from api.store.plans import get_plan
from api.store.shift_changes import CONTENT, Place, Shift, ShiftChanges, compare_shifts, placed
from api.store.tables import PlanRow

__all__ = ["Difference", "ShiftDifference", "compare_plans"]


@dataclass(frozen=True)
class ShiftDifference:
    """A shift of two plans, before and after; None where the plan has none there."""

    kind: Literal["added", "changed", "cancelled"]
    place: Place
    before: Shift | None
    after: Shift | None

    @property
    def changed(self) -> list[str]:
        """Names of what is not the same in both."""
        if self.before is None or self.after is None:
            return []
        return [name for name in CONTENT if self.before[name] != self.after[name]]


@dataclass(frozen=True, eq=False)
class Difference:
    """What leads from one plan to another."""

    before: PlanRow
    after: PlanRow
    shifts: list[ShiftDifference]
    """By local date, agent and ordinal."""
    same: int

    @property
    def counts(self) -> dict[str, int]:
        """How many shifts were added, changed, cancelled and left as they were."""
        kinds = [one.kind for one in self.shifts]
        return {kind: kinds.count(kind) for kind in ("added", "changed", "cancelled")} | {"same": self.same}


def compare_plans(store: Store, before_id: str, after_id: str) -> Difference:
    """Tell what leads from one plan's shifts to another's.

    Raises
    ------
    NotFound
    """
    before, after = get_plan(store, before_id), get_plan(store, after_id)
    with store.reading() as session:
        old, new = placed(plan_shifts(session, before_id)), placed(plan_shifts(session, after_id))
    changes = compare_shifts(old, new, itemgetter(*CONTENT))
    return Difference(before, after, _listed(changes, old, new), changes.same)


def _listed(
    changes: ShiftChanges, old: Mapping[Place, Shift], new: Mapping[Place, Shift]
) -> list[ShiftDifference]:
    listed = [ShiftDifference("added", place, None, new[place]) for place in changes.added]
    listed += [ShiftDifference("changed", place, old[place], new[place]) for place in changes.changed]
    listed += [ShiftDifference("cancelled", place, old[place], None) for place in changes.cancelled]
    return sorted(listed, key=lambda one: one.place)
