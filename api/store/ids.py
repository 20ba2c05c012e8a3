"""Opaque identifiers that sort by the time of their making."""

from __future__ import annotations

import secrets
from datetime import datetime

__all__ = ["ID_LENGTH", "new_id"]

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
TIME_BITS, RANDOM_BITS = 48, 82
ID_LENGTH = (TIME_BITS + RANDOM_BITS) // 5


def new_id(now: datetime) -> str:
    """Return a new identifier: 48 bits of milliseconds since 1970, then 82 random bits, in base 32.

    Nothing may be read from it; that later ones sort after earlier ones only makes "newest first" cheap.

    Examples
    --------
    >>> from datetime import UTC
    >>> len(new_id(datetime(2026, 3, 29, tzinfo=UTC)))
    26
    """
    number = int(now.timestamp() * 1000) << RANDOM_BITS | secrets.randbits(RANDOM_BITS)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (ID_LENGTH - 1), -1, -5))
