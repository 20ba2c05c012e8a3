"""Every table of the workspace, in the order in which they are read: big ones last, so that a fault in a
small table is never pushed out of the first hundred by a million rows of history."""

from __future__ import annotations

from api.workspace.schema import Table
from api.workspace.tables.demand import EVENTS, QUEUES, REGIONS
from api.workspace.tables.demand_history import CONTACTS, REQUIREMENT, TICKETS
from api.workspace.tables.leave import LEAVE_BALANCES
from api.workspace.tables.overrides import OVERRIDES
from api.workspace.tables.people import AGENTS, AVAILABILITY, FIXED, HISTORY, TIME_OFF, WISHES
from api.workspace.tables.supply import CONTRACTS, SHIFTS, SITES
from api.workspace.tables.team import ACTIVITIES, PRESENCE, RULES

__all__ = ["TABLES"]

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        REGIONS,
        QUEUES,
        EVENTS,
        OVERRIDES,
        SITES,
        CONTRACTS,
        SHIFTS,
        AGENTS,
        AVAILABILITY,
        TIME_OFF,
        LEAVE_BALANCES,
        WISHES,
        FIXED,
        ACTIVITIES,
        PRESENCE,
        RULES,
        HISTORY,
        REQUIREMENT,
        CONTACTS,
        TICKETS,
    )
}
