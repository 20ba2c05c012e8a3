"""What people worked, summed up for those who pay them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select, tuple_

from api.store.database import Store
from api.store.publication_tables import PublishedShiftRow

__all__ = ["SUMS", "PayrollKey", "PayrollPeriod", "stream_payroll", "sum_payroll"]

SUMS = ("paid_minutes", "unpaid_minutes", "night_minutes", "holiday_minutes", "overtime_minutes", "cost")

PayrollKey = tuple[str, str, str]
"""Agent, site and currency (empty where there is none) of a row."""
KEY = (PublishedShiftRow.agent, PublishedShiftRow.site, func.coalesce(PublishedShiftRow.currency, ""))


@dataclass(frozen=True)
class PayrollPeriod:
    """Which published shifts are summed: of local dates from ``begin`` up to, not including, ``until``."""

    begin: date
    until: date
    workspace: str | None = None
    agent: str | None = None
    site: str | None = None


def sum_payroll(
    store: Store, period: PayrollPeriod, *, limit: int, after: PayrollKey | None = None
) -> Sequence[Row[Any]]:
    """Return a row for each agent, site and currency, in this order, from the one after ``after`` on.

    Rows hold ``agent``, ``site``, ``currency``, ``shifts`` (their number) and what :data:`SUMS` names.
    """
    query = _sums(period)
    if after is not None:
        query = query.where(tuple_(*KEY) > after)
    with store.reading() as session:
        return session.execute(query.limit(limit)).all()


def stream_payroll(store: Store, period: PayrollPeriod) -> Generator[Row[Any], None, None]:
    """Return the same, all of them, read as they are asked for."""
    return store.stream(_sums(period))


def _sums(period: PayrollPeriod) -> Select[Any]:
    row = PublishedShiftRow
    sums = [func.sum(getattr(row, name)).label(name) for name in SUMS]
    query = (
        select(row.agent, row.site, row.currency, func.count().label("shifts"), *sums)
        .where(row.cancelled.is_(False), row.local_date >= period.begin, row.local_date < period.until)
        .group_by(row.agent, row.site, row.currency)
        .order_by(*KEY)
    )
    for column, value in (
        (row.workspace, period.workspace),
        (row.agent, period.agent),
        (row.site, period.site),
    ):
        if value is not None:
            query = query.where(column == value)
    return query
