"""Instants as the API writes and reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, PlainSerializer, WithJsonSchema

__all__ = ["Instant", "instant_text"]


def instant_text(instant: datetime) -> str:
    """Return the instant in RFC 3339, UTC, with seconds, and microseconds only where there are any.

    Examples
    --------
    >>> from datetime import timedelta, timezone
    >>> instant_text(datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))))
    '2026-03-28T22:00:00Z'
    """
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


Instant = Annotated[
    AwareDatetime,
    AfterValidator(lambda instant: instant.astimezone(UTC)),
    PlainSerializer(instant_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-29T01:00:00Z"]}),
]
"""An aware datetime; UTC with ``Z`` in JSON."""
