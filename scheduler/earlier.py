"""An earlier rota that a new one begins from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import pandas as pd

from scheduler.rota import Rota, Shift

__all__ = ["PRICE_COLUMNS", "Earlier"]

PRICE_COLUMNS = ("interval_start", "region", "language", "channel", "price")


@dataclass(frozen=True, eq=False)
class Earlier:
    """A rota that the new one begins from and changes only where that is worth it.

    Parameters
    ----------
    start, end
        Local dates that it was planned for, half-open. A change on one of them counts.
    keep_before
        Its shifts that start before this instant stay as they are, and no other starts before it; None:
        every shift may change.
    prices
        What an agent-interval more was worth where it is not 0 (``PRICE_COLUMNS``), in agent-hours:
        :attr:`scheduler.rostering.result.RotaResult.prices` of its plan. Proofs begin with them.
    """

    rota: Rota
    start: date
    end: date
    keep_before: datetime | None = None
    prices: pd.DataFrame | None = None

    def counts(self, day: date) -> bool:
        """Tell whether changes on a local date count."""
        return self.start <= day < self.end

    @cached_property
    def by_agent(self) -> Mapping[str, Mapping[date, tuple[Shift, ...]]]:
        """Its shifts by agent and local date."""
        shifts: dict[str, dict[date, tuple[Shift, ...]]] = defaultdict(dict)
        for shift in self.rota.shifts:
            own = shifts[shift.agent]
            own[shift.local_date] = (*own.get(shift.local_date, ()), shift)
        return dict(shifts)
