"""What an agent bears beyond a fair share, for searches and proofs.

It is convex in each count, so that a line that touches it from below is never more than it is: searches and
proofs charge what a line says, and searches then count the term itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from forecasting.calendars import public_holidays, weekend_days
from scheduler.rostering.options import Options
from scheduler.shares import FairShare
from scheduler.sites import Site

__all__ = ["Fair", "build_fair"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fair:
    """One agent's shares and what counts towards them.

    Attributes
    ----------
    weight
        Price of a unit of squared excess.
    share
        Of nights, shifts on weekend dates and on holidays, (3,).
    share_refused
        Of refused weight.
    marks
        Whether a date is of a weekend, and a holiday, (D, 2).
    refused, refused_off
        Refused weight of each option and of each day off, (rows,) and (D,).
    """

    weight: float
    share: Floats
    share_refused: float
    marks: Floats
    refused: Floats
    refused_off: Floats

    def borne(self, options: Options, chosen: Ints) -> Floats:
        """Return nights, weekends and holidays of a tour, (3,)."""
        worked = chosen >= 0
        nights = float(options.rows[chosen[worked], 3].sum())
        return np.array([nights, *self.marks[worked].sum(axis=0)])

    def cost(self, options: Options, chosen: Ints) -> float:
        """Return the weighted term of a tour."""
        worked = chosen >= 0
        refused = float(self.refused[chosen[worked]].sum() + self.refused_off[~worked].sum())
        return self.weight * (
            float((self._beyond(self.borne(options, chosen)) ** 2).sum())
            + max(0.0, refused - self.share_refused) ** 2
        )

    def line(self, at: Floats) -> tuple[Floats, float]:
        """Return slopes and constant of the line that touches the term at some counts."""
        beyond = self._beyond(at)
        slopes = 2 * self.weight * beyond
        return slopes, self.weight * float((beyond**2).sum()) - float((slopes * at).sum())

    def prices(self, options: Options, slopes: Floats) -> Floats:
        """Return what each option costs at some slopes, (rows,)."""
        days = np.repeat(self.marks @ slopes[1:], np.diff(options.first))
        return np.asarray(slopes[0] * options.rows[:, 3] + days, dtype=np.float64)

    def _beyond(self, counts: Floats) -> Floats:
        return np.maximum(0.0, counts - self.share)


def build_fair(
    weight: float, share: FairShare, site: Site, dates: Sequence[date], refused: tuple[Floats, Floats]
) -> Fair:
    """Return what is charged; ``refused``: weights that options and days off refuse, times the factor."""
    weekend = weekend_days(site.country)
    known = public_holidays(site.country, site.subdivision, dates[0], dates[-1])
    return Fair(
        weight,
        np.array([share.nights, share.weekends, share.holidays], dtype=np.float64),
        share.refused,
        np.array([(day.weekday() in weekend, day in known) for day in dates], dtype=np.float64),
        *refused,
    )
