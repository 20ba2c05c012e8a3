"""Cursor paging: a page names where the next one begins, and nothing shifts when rows are added."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from forecasting.errors import Fault, InvalidInput

__all__ = ["Cursor", "PageQuery", "cut_page", "read_cursor", "write_cursor"]

Item = TypeVar("Item")

SCOPE_BYTES = 6
MAX_CURSOR = 2000
"""Room for the names that a position may hold."""

Cursor = Annotated[
    str | None,
    Field(None, max_length=MAX_CURSOR, description="`next_cursor` of the page before; the first without."),
]


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=500, description="Most items on the page.")
    cursor: Cursor = None


def write_cursor(position: str | int, *scope: object) -> str:
    """Return an opaque cursor for the position of the last item shown.

    Parameters
    ----------
    scope
        What the list is of and how it is filtered: a cursor belongs to one such list only.
    """
    text = json.dumps([position, _digest(scope)], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *scope: object) -> str | int | None:
    """Return the position that a cursor holds; None for the first page.

    Raises
    ------
    InvalidInput
        If it is no cursor, or one of another list.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position, digest = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (binascii.Error, UnicodeError, ValueError, TypeError):
        position, digest = None, None
    if not isinstance(position, str | int) or digest != _digest(scope):
        raise InvalidInput(
            Fault("cursor must be the next_cursor of this list", column="cursor", value=cursor, code="cursor")
        )
    return position


def cut_page(
    items: Iterable[Item], key: Callable[[Item], str], query: PageQuery, *scope: object
) -> tuple[list[Item], str | None]:
    """Return a page of items that are at hand, by their key, and the cursor of the next one.

    Parameters
    ----------
    key
        What sorts the items, each of which has another.
    query
        Its filters, which the items have passed, are part of the cursor's scope.
    """
    filters = query.model_dump(exclude=set(PageQuery.model_fields))
    scope = (*scope, sorted(filters.items()))
    position = read_cursor(query.cursor, *scope)
    after = position if isinstance(position, str) else None
    rest = sorted((item for item in items if after is None or key(item) > after), key=key)
    shown = rest[: query.limit]
    return shown, write_cursor(key(shown[-1]), *scope) if len(rest) > query.limit else None


def _digest(scope: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(scope).encode()).hexdigest()[: 2 * SCOPE_BYTES]
