"""An agent's dates, shifts and ends of shifts, numbered once for the walks of the tour search."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scheduler.rostering.kernels.ends import number_ends
from scheduler.rostering.kernels.labels import COUNTERS, LIMITS
from scheduler.rostering.options import Options

__all__ = ["Itinerary", "build_itinerary"]

Ints = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Itinerary:
    """See :func:`scheduler.rostering.kernels.walk.walk` for shapes and meaning.

    Ends of shifts are told apart only as far as rest or a forbidden succession may yet depend on them.
    """

    arrive: Shorts
    reach: Shorts
    after_rest: Shorts
    mask: Shorts
    end_first: Ints
    end_time: Ints
    end_long: Ints
    end_template: Ints
    carry_first: Ints
    carry: Shorts
    allowed: Bools
    rest: int

    @cached_property
    def most_ends(self) -> int:
        """Most ends of any date."""
        return int(np.diff(self.end_first).max())


def build_itinerary(options: Options, floor: Ints, limits: Ints, start: Ints, forbidden: Bools) -> Itinerary:
    """Number the ends of an agent's shifts.

    Parameters
    ----------
    floor
        Earliest start on any later date less the rest: no earlier end matters, (D,).
    limits, start
        As the tour search reads them: LIMITS and COUNTERS of
        :mod:`scheduler.rostering.kernels.labels`.
    forbidden
        Whether a template may not follow another on the next date.
    """
    rows, first = options.rows, options.first
    rest = int(limits[LIMITS.index("min_rest")])
    weekly = int(limits[LIMITS.index("weekly_rest")])
    succeeds = bool(forbidden.any())
    columns = ~forbidden.T if succeeds else np.ones((1, len(forbidden)), dtype=np.bool_)
    allowed, mask_of = np.unique(columns, axis=0, return_inverse=True)
    allowed = np.concatenate([allowed, np.ones((len(allowed), 1), dtype=np.bool_)], axis=1)
    template = rows[:, 5]
    mask = np.zeros(len(rows), dtype=np.int32)
    if succeeds:
        free = int(np.flatnonzero(allowed.all(axis=1))[0]) if allowed.all(axis=1).any() else len(allowed)
        if free == len(allowed):
            allowed = np.concatenate([allowed, np.ones((1, allowed.shape[1]), dtype=np.bool_)])
        mask[:] = np.where(template >= 0, mask_of.reshape(-1)[template], free)
    past_end, past_long, past_template = (
        int(start[COUNTERS.index(name)]) for name in ("end", "long", "template")
    )
    # What rest reads, what weekly rest reads, and the template.
    past = (past_end, past_long if weekly >= 0 else past_end, past_template if succeeds else -1)
    arrive, reach, after_rest, end_first, ends, carry_first, carry = number_ends(
        np.ascontiguousarray(rows[:, 0]), np.ascontiguousarray(rows[:, 1]),
        np.ascontiguousarray(template) if succeeds else np.full(len(rows), -1, dtype=np.int64),
        first, floor, rest, weekly, np.array(past, dtype=np.int64),
    )  # fmt: skip
    return Itinerary(
        arrive,
        reach,
        after_rest,
        mask,
        end_first,
        np.ascontiguousarray(ends[:, 0]),
        np.ascontiguousarray(ends[:, 1]),
        np.ascontiguousarray(ends[:, 2]),
        carry_first,
        carry,
        np.ascontiguousarray(allowed),
        rest,
    )
