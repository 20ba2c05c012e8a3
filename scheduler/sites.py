"""Sites: where agents work."""

from __future__ import annotations

from dataclasses import dataclass

from forecasting.hours import ALWAYS_OPEN, OpeningHours

__all__ = ["Site"]


@dataclass(frozen=True)
class Site:
    """A place with a wall clock, a holiday calendar and labour rules.

    Parameters
    ----------
    rules
        Name of its rule pack; ``none`` adds nothing to the contracts.
    currency
        ISO 4217; None: the plan's.
    seats
        Most agents present at once; None: no limit.
    shrinkage
        Paid time not available for contacts besides scheduled breaks, leave and activities; [0, 1).
    """

    name: str
    time_zone: str
    country: str | None = None
    subdivision: str | None = None
    rules: str = "none"
    currency: str | None = None
    seats: int | None = None
    hours: OpeningHours = ALWAYS_OPEN
    shrinkage: float = 0.0
