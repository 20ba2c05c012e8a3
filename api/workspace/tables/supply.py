"""Sites, contracts and shift templates: where, how much and in which patterns people work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.workspace.cells import (
    COUNTRY,
    HOURS,
    NAME,
    SUBDIVISION,
    TIME_OF_DAY,
    WEEKDAYS_CELL,
    ZONE,
    CellParser,
    list_of,
    number,
    whole,
)
from api.workspace.currencies import CURRENCY
from api.workspace.grammar import FORBIDDEN_NEXT
from api.workspace.parse import ParsedTable
from api.workspace.schema import Broken, Column, Row, Table
from api.workspace.tables.demand import calendar_check, subdivision_of
from forecasting.hours import ALWAYS_OPEN
from scheduler.contracts import Contract
from scheduler.shifts import EVERY_DAY, ShiftTemplate, parse_breaks
from scheduler.sites import Site

__all__ = ["CONTRACTS", "SHIFTS", "SITES", "build_contracts", "build_shifts", "build_sites"]

MINUTES_A_DAY = 1440
STEP_MINUTES = 5
"""Starts, breaks and stretches lie on whole 5 minutes."""

BREAKS = CellParser("breaks like unpaid 30 after 180 before 330; paid 15 after 60 before 150", parse_breaks)

SITES = Table(
    "sites",
    "Where agents work.",
    (
        Column("site", NAME, "Name of the site.", required=True),
        Column("time_zone", ZONE, "Zone of its wall clock.", required=True),
        Column("country", COUNTRY, "Country of its public holidays and weekend.", default_text="none"),
        Column("subdivision", SUBDIVISION, "State or province, for its holidays.", default_text="none"),
        Column("rules", NAME, "Rule pack (labour-rules.md).", default="none"),
        Column("currency", CURRENCY, "Currency of its wages.", default_text="the plan's"),
        Column("seats", whole(0, 1_000_000), "Most agents present at once.", default_text="no limit"),
        Column(
            "hours",
            HOURS,
            "When it is open, on its wall clock; shifts lie inside.",
            default=ALWAYS_OPEN,
            default_text="always open",
        ),
        Column(
            "shrinkage",
            number(0, 1, below=True),
            "Share of paid time not available for contacts, besides breaks, leave and activities.",
            default=0.0,
        ),
    ),
    key=("site",),
    check_row=calendar_check,
    rules=(
        "A subdivision needs its country. One without public holidays of its own is noted in the report "
        "and left aside.",
    ),
)


def build_sites(table: ParsedTable) -> dict[str, Site]:
    """Return the sites by name."""
    sites = {}
    for _, row in table.places():
        cells = dict(row)
        name = cells.pop("site")
        cells["subdivision"] = subdivision_of(row)
        sites[name] = Site(name, **cells)
    return sites


def _at_most(row: Row, low: str, high: str) -> Iterator[Broken]:
    if row[low] is not None and row[high] is not None and row[low] > row[high]:
        yield Broken(low, f"{low} must be at most {high}, {row[high]:,}")


def _check_contract(row: Row) -> Iterator[Broken]:
    yield from _at_most(row, "min_week_minutes", "max_week_minutes")
    yield from _at_most(row, "min_plan_minutes", "max_plan_minutes")
    yield from _at_most(row, "min_days_running", "max_days_running")
    yield from _at_most(row, "days_off_running", "max_days_off_running")


def _names_in_pairs(pairs: Any) -> tuple[str, ...]:
    return tuple(name for pair in pairs for name in pair)


CONTRACTS = Table(
    "contracts",
    "What an agent may and must work. Minutes are paid minutes; a week is Monday to Sunday.",
    (
        Column("contract", NAME, "Name of the contract.", required=True),
        Column("max_week_minutes", whole(0), "Most minutes in a week.", required=True),
        Column(
            "shifts",
            list_of(NAME, "shifts"),
            "Templates that may be worked.",
            required=True,
            refers_to="shifts.shift",
        ),
        Column("min_week_minutes", whole(0), "Least minutes in a week.", default=0),
        Column("min_plan_minutes", whole(0), "Least minutes in the plan.", default_text="no limit"),
        Column("max_plan_minutes", whole(0), "Most minutes in the plan.", default_text="no limit"),
        Column("max_days_a_week", whole(1, 7), "Most working days in a week.", default=5),
        Column("max_days_running", whole(1, 366), "Most working days in a row.", default_text="no limit"),
        Column("min_days_running", whole(1, 366), "Least working days in a row.", default_text="no limit"),
        Column("days_off_running", whole(1, 366), "Least days off in a row.", default=1),
        Column("max_days_off_running", whole(1, 366), "Most days off in a row.", default_text="no limit"),
        Column(
            "min_rest_minutes", whole(0, 10_080), "Least time from a shift's end to the next.", default=660
        ),
        Column("max_nights", whole(0, 366), "Most night shifts in the plan.", default_text="no limit"),
        Column("weekends_off", whole(0, 53), "Least weekends off in the plan.", default_text="no limit"),
        Column(
            "start_tolerance_minutes",
            whole(0, MINUTES_A_DAY),
            "Largest spread of wall-clock starts within a week.",
            default_text="no limit",
        ),
        Column(
            "forbidden_next",
            FORBIDDEN_NEXT,
            "Shifts that must not follow each other on consecutive dates.",
            default=(),
            default_text="none",
            refers_to="shifts.shift",
            pick=_names_in_pairs,
        ),
    ),
    key=("contract",),
    check_row=_check_contract,
    rules=("No minimum is above its maximum.",),
)


def build_contracts(table: ParsedTable) -> dict[str, Contract]:
    """Return the contracts by name."""
    contracts = {}
    for _, row in table.places():
        cells = dict(row)
        name = cells.pop("contract")
        contracts[name] = Contract(name, **cells)
    return contracts


def _check_shift(row: Row) -> Iterator[Broken]:
    for name in ("earliest_start", "latest_start"):
        if row[name] % STEP_MINUTES:
            yield Broken(name, f"{name} must lie on whole {STEP_MINUTES} minutes")
    if row["earliest_start"] == MINUTES_A_DAY:
        yield Broken("earliest_start", "earliest_start must be before 24:00")
    yield from _at_most(row, "min_minutes", "max_minutes")
    yield from _at_most(row, "min_break_gap_minutes", "max_break_gap_minutes")


SHIFTS = Table(
    "shifts",
    "Shift templates: patterns of work on the site's wall clock.",
    (
        Column("shift", NAME, "Name of the template.", required=True),
        Column("earliest_start", TIME_OF_DAY, "First start.", required=True),
        Column(
            "latest_start",
            TIME_OF_DAY,
            "Last start; before the earliest one, the window crosses midnight.",
            required=True,
        ),
        Column(
            "start_every_minutes",
            whole(STEP_MINUTES, MINUTES_A_DAY, step=STEP_MINUTES),
            "Step of starts from the earliest one.",
            default=30,
        ),
        Column(
            "min_minutes",
            whole(STEP_MINUTES, MINUTES_A_DAY, step=STEP_MINUTES),
            "Shortest length, breaks included.",
            required=True,
        ),
        Column(
            "max_minutes",
            whole(STEP_MINUTES, MINUTES_A_DAY, step=STEP_MINUTES),
            "Longest length, breaks included.",
            required=True,
        ),
        Column(
            "length_step_minutes",
            whole(STEP_MINUTES, MINUTES_A_DAY, step=STEP_MINUTES),
            "Step of lengths from the shortest one.",
            default=30,
        ),
        Column(
            "breaks",
            CellParser(
                "breaks like unpaid 30 after 180 before 330; paid 15 after 60 before 150", parse_breaks
            ),
            "Each lies inside [after, min(before, length)] minutes of the shift; left out where it "
            "cannot fit.",
            default=(),
            default_text="none",
        ),
        Column(
            "min_break_gap_minutes",
            whole(0, MINUTES_A_DAY),
            "Least work between two breaks.",
            default_text="no limit",
        ),
        Column(
            "max_break_gap_minutes",
            whole(1, MINUTES_A_DAY),
            "Most work between two breaks.",
            default_text="no limit",
        ),
        Column(
            "weekdays",
            WEEKDAYS_CELL,
            "Local weekdays of the start.",
            default=EVERY_DAY,
            default_text="all",
        ),
    ),
    key=("shift",),
    check_row=_check_shift,
    rules=(
        "Starts lie on whole 5 minutes, and `earliest_start` before 24:00. No minimum is above its maximum.",
    ),
)


def build_shifts(table: ParsedTable) -> dict[str, ShiftTemplate]:
    """Return the templates by name."""
    shifts = {}
    for _, row in table.places():
        cells = dict(row)
        name = cells.pop("shift")
        if cells["latest_start"] < cells["earliest_start"]:
            cells["latest_start"] += MINUTES_A_DAY
        shifts[name] = ShiftTemplate(name, **cells)
    return shifts
