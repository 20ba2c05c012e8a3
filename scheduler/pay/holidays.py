"""Public holidays of a place, by year."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays
import numpy as np
import numpy.typing as npt

__all__ = ["on_public_holiday", "public_holidays"]


@lru_cache(maxsize=1024)
def public_holidays(country: str | None, subdivision: str | None, year: int) -> frozenset[date]:
    """Return the dates of a year that are public holidays in a country and subdivision."""
    if country is None:
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def on_public_holiday(
    country: str | None, subdivision: str | None, days: npt.NDArray[np.datetime64]
) -> npt.NDArray[np.bool_]:
    """Tell of each local date (datetime64[D], shape (n,)) whether it is a public holiday, shape (n,)."""
    distinct, inverse = np.unique(days, return_inverse=True)
    known = [day in public_holidays(country, subdivision, day.year) for day in distinct.tolist()]
    return np.array(known, dtype=bool)[inverse]
