"""An agent's dates, shifts and ends of shifts, numbered once for the walks of the tour search."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scheduler.rostering.kernels.tours import COUNTERS, LIMITS, NO_END
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
        :mod:`scheduler.rostering.kernels.tours`.
    forbidden
        Whether a template may not follow another on the next date.
    """
    rows, first = options.rows, options.first
    days = len(first) - 1
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
    ends = [(past_end, past_long if weekly >= 0 else past_end, past_template if succeeds else -1)]
    lists = [ends]
    arrive = np.zeros(len(rows), dtype=np.int32)
    reach = np.zeros(len(rows), dtype=np.int32)
    after_rest = np.zeros(len(rows), dtype=np.int32)
    carries: list[list[int]] = []
    for day in range(days):
        here = slice(int(first[day]), int(first[day + 1]))
        times = np.array([end for end, _, _ in ends], dtype=np.int64)
        reach[here] = np.searchsorted(times, rows[here, 0] - rest, side="right")
        if weekly >= 0:
            longs = np.array([end for _, end, _ in ends], dtype=np.int64)
            after_rest[here] = np.searchsorted(longs, rows[here, 0] - weekly, side="right")
        least = int(floor[day])
        carried = [(_beyond(end, least), _beyond(long, least), -1) for end, long, _ in ends]
        worked = [
            (_beyond(end, least), _beyond(end, least), number if succeeds else -1)
            for end, number in zip(rows[here, 1].tolist(), template[here].tolist(), strict=True)
        ]
        ends = sorted({(NO_END, NO_END, -1), *carried, *worked})
        place = {end: at for at, end in enumerate(ends)}
        arrive[here] = [place[end] for end in worked]
        carries.append([place[end] for end in carried])
        lists.append(ends)
    flat = [end for part in lists for end in part]
    return Itinerary(
        arrive,
        reach,
        after_rest,
        mask,
        np.cumsum([0] + [len(part) for part in lists]).astype(np.int64),
        np.array([end for end, _, _ in flat], dtype=np.int64),
        np.array([end for _, end, _ in flat], dtype=np.int64),
        np.array([number for _, _, number in flat], dtype=np.int64),
        np.cumsum([0] + [len(part) for part in carries]).astype(np.int64),
        np.array([at for part in carries for at in part], dtype=np.int32),
        np.ascontiguousarray(allowed),
        rest,
    )


def _beyond(end: int, least: int) -> int:
    return end if end > least else NO_END
