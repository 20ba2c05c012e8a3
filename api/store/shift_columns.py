"""What a shift says, in whichever table it is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, Text, cast, type_coerce
from sqlalchemy.orm import Mapped, mapped_column

from api.store.columns import Instant, written_instant

__all__ = ["SHIFT_COLUMNS", "ShiftColumns", "kept_columns", "shift_columns", "written_columns"]


class ShiftColumns:
    """Columns of the tables of shifts: those of ``rota.csv``, and whether the shift was given."""

    agent: Mapped[str]
    site: Mapped[str]
    shift: Mapped[str | None]
    start: Mapped[datetime] = mapped_column(Instant)
    end: Mapped[datetime] = mapped_column(Instant)
    local_date: Mapped[date]
    time_zone: Mapped[str]
    paid_minutes: Mapped[int]
    unpaid_minutes: Mapped[int]
    night_minutes: Mapped[int]
    holiday_minutes: Mapped[int]
    overtime_minutes: Mapped[int]
    cost: Mapped[float | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    fixed: Mapped[bool]
    breaks: Mapped[list[Any]] = mapped_column(JSON)


SHIFT_COLUMNS = tuple(ShiftColumns.__annotations__)
"""Their names."""


def shift_columns(row: type[ShiftColumns], *names: str) -> list[ColumnElement[Any]]:
    """Return these columns and those of every shift, for queries of many rows.

    ``breaks`` is the JSON text that is kept: whoever only hands it on need not read it.
    """
    return [
        cast(row.breaks, Text).label(name) if name == "breaks" else getattr(row, name)
        for name in (*names, *SHIFT_COLUMNS)
    ]


def kept_columns(row: type[ShiftColumns], *names: str) -> list[ColumnElement[Any]]:
    """Return columns as the database keeps them: only good to tell whether two rows hold the same."""
    return [_kept(row, name).label(f"kept_{name}") for name in names]


def written_columns(row: type[ShiftColumns], *names: str) -> list[ColumnElement[Any]]:
    """Return these columns and those of every shift in what JSON is written from, by the same names."""
    return [
        (written_instant(column) if isinstance(column.type, Instant) else _kept(row, name)).label(name)
        for name, column in ((name, getattr(row, name)) for name in (*names, *SHIFT_COLUMNS))
    ]


def _kept(row: type[ShiftColumns], name: str) -> ColumnElement[Any]:
    return cast(row.breaks, Text) if name == "breaks" else type_coerce(getattr(row, name), Text)
