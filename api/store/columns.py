"""The column type that holds the same value on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

__all__ = ["Instant", "written_instant"]


class Instant(TypeDecorator[datetime]):
    """An instant: aware in Python, ``timestamptz`` on PostgreSQL, UTC text (which sorts) on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone, which names no instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return it as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class written_instant(FunctionElement[Any]):  # noqa: N801 - a function of SQL
    """An instant in what JSON is written from without a Python object of ours: for tens of thousands of them.

    SQLite gives the text of RFC 3339; PostgreSQL the driver's time in UTC, which is that of every connection.
    """

    type = Text()
    inherit_cache = True


@compiles(written_instant)
def _as_it_comes(element: written_instant, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(written_instant, "sqlite")
def _as_text(element: written_instant, compiler: SQLCompiler, **options: Any) -> str:
    kept = compiler.process(element.clauses, **options)
    return f"replace(replace({kept}, ' ', 'T'), '.000000', '') || 'Z'"
