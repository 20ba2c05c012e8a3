"""The table of people, as a company's directory provisions them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.columns import Instant
from api.store.tables import Base, Id

__all__ = ["PersonRow"]


class PersonRow(Base):
    """Someone whom the directory knows; of one whom it deleted only who they were in the rota stays.

    Of whoever has left, plans must go on to know since when, or the next one would roster them again.
    """

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_name: Mapped[str | None] = mapped_column(String(200), unique=True)
    """In small letters; None once deleted."""
    external_id: Mapped[str | None] = mapped_column(String(200), index=True)
    agent: Mapped[str] = mapped_column(String(200), unique=True)
    """Who they are in the rota."""
    left: Mapped[datetime | None] = mapped_column(Instant)
    """When they were deactivated or deleted; None while they are active."""
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the directory says of them, in the words of SCIM."""
    version: Mapped[int]
    created: Mapped[datetime] = mapped_column(Instant)
    modified: Mapped[datetime] = mapped_column(Instant)
