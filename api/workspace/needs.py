"""Which files each command needs."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from api.workspace.faults import FaultList
from api.workspace.plan_toml import PLAN_FILE

__all__ = ["NEEDED", "Need", "check_needs"]


class Need(StrEnum):
    """What a workspace is read for."""

    PLAN = "plan"
    FORECAST = "forecast"
    STAFF = "staff"
    ROTA = "rota"


_DEMAND = ("regions", "queues")
_SUPPLY = ("sites", "contracts", "shifts", "agents")
_HISTORY = ("contacts", "tickets")

NEEDED: dict[Need, tuple[tuple[str, ...], ...]] = {
    Need.PLAN: (*((name,) for name in _DEMAND + _SUPPLY), (*_HISTORY, "requirement")),
    Need.FORECAST: (*((name,) for name in _DEMAND), _HISTORY),
    Need.STAFF: tuple((name,) for name in _DEMAND),
    Need.ROTA: tuple((name,) for name in _DEMAND + _SUPPLY),
}
"""For each need the tables, any one of each group. ``plan.toml`` is always needed. Staffing needs no history
because it may be given a forecast."""


def check_needs(need: Need, given: Collection[str], faults: FaultList) -> None:
    """Note the tables that are needed and not given, and history that is given twice."""
    for group in NEEDED[need]:
        if not any(name in given for name in group):
            names = " or ".join(f"{name}.csv" for name in group)
            faults.add(f"{names} is needed to {_VERBS[need]}", file=f"{group[0]}.csv", code="missing_file")
    if all(name in given for name in _HISTORY):
        faults.add(
            "either contacts.csv or tickets.csv may be given, not both",
            file="tickets.csv",
            code="inconsistent",
        )


def plan_file_is_given(given: Collection[str], need: Need, faults: FaultList) -> bool:
    """Tell whether ``plan.toml`` is there, and note it if not."""
    if PLAN_FILE in given:
        return True
    faults.add(f"{PLAN_FILE} is needed to {_VERBS[need]}", file=PLAN_FILE, code="missing_file")
    return False


_VERBS = {
    Need.PLAN: "plan",
    Need.FORECAST: "forecast",
    Need.STAFF: "staff",
    Need.ROTA: "build a rota",
}
