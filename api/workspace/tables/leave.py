"""Leave balances: days that people have for a year."""

from __future__ import annotations

from api.workspace.cells import FIRST_YEAR, LAST_YEAR, TEXT, number, whole
from api.workspace.leave import Balance
from api.workspace.parse import ParsedTable
from api.workspace.schema import Column, Table
from api.workspace.tables.people import AGENT

__all__ = ["LEAVE_BALANCES", "build_balances"]

MOST_DAYS = 1000

LEAVE_BALANCES = Table(
    "leave_balances",
    "Days of leave that agents have for a year. Time off of that kind uses them; what goes beyond is noted "
    "in the report, not refused.",
    (
        AGENT,
        Column("year", whole(FIRST_YEAR, LAST_YEAR), "Calendar year of the days.", required=True),
        Column(
            "days",
            number(-MOST_DAYS, MOST_DAYS),
            "Days at the beginning of the year, with what was carried over.",
            required=True,
        ),
        Column("kind", TEXT, "The `kind` of time off that uses them.", default="leave"),
    ),
    key=("agent", "year", "kind"),
    rules=(
        "A local date away uses a day. Part of a date, given in instants, uses its minutes over those of a "
        "working day (`max_week_minutes / max_days_a_week` of the contract), a day at most.",
        "A week from Monday to Sunday uses at most `max_days_a_week` days of the contract: its first ones.",
    ),
)


def build_balances(table: ParsedTable) -> tuple[Balance, ...]:
    """Return the balances in file order."""
    return tuple(Balance(**row) for _, row in table.places())
