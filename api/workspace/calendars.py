"""Which countries and subdivisions have public holidays that are known."""

from __future__ import annotations

from functools import lru_cache

import holidays

__all__ = ["known_subdivisions"]


@lru_cache(maxsize=1)
def known_subdivisions() -> dict[str, list[str]]:
    """Return the subdivisions with holidays of their own by country; every country of ISO 3166-1 is there."""
    known: dict[str, list[str]] = holidays.list_supported_countries(include_aliases=False)
    return known
