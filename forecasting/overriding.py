"""A planner's overrides applied to a forecast, with the model's values kept beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.arrays import FloatArray
from forecasting.dispersion import UNKNOWN_DISPERSION, Z_90, Dispersion, quantiles
from forecasting.errors import Fault, InvalidInput
from forecasting.forecast import ForecastResult
from forecasting.opening import open_intervals
from forecasting.overrides import Override, find_conflicts
from forecasting.queues import Queue, QueueKey, Region
from forecasting.tables import QUEUE_COLUMNS, ContactForecast

__all__ = ["apply_overrides"]

LEAST_CONTACTS = 1e-9
"""Fewer have the quantiles of none: their reciprocal may not be a number."""


@dataclass(frozen=True, eq=False)
class _Series:
    """One queue's rows in the frame: where they begin, and when each interval starts."""

    key: QueueKey
    first: int
    starts: pd.DatetimeIndex

    def inside(self, window: tuple[datetime, datetime]) -> slice:
        """Return the places of the rows whose intervals start in the half-open window."""
        low, high = (int(self.starts.searchsorted(pd.Timestamp(end), side="left")) for end in window)
        return slice(self.first + low, self.first + high)

    def starts_at(self, places: slice) -> pd.DatetimeIndex:
        """Return when the intervals of these rows start."""
        return self.starts[places.start - self.first : places.stop - self.first]


def apply_overrides(
    result: ForecastResult,
    overrides: Sequence[Override],
    *,
    queues: Mapping[QueueKey, Queue],
    regions: Mapping[str, Region],
) -> ForecastResult:
    """Return the forecast with the overrides in it.

    An interval is inside a window if it starts there. A total (``contacts``) is shared out over queues and
    intervals as the model's contacts are; where the model expects none at all, evenly over the intervals in
    which the queues are open. Of a total whose window begins before the forecast or ends after it, the part
    counts that its intervals inside are of all its intervals. The band follows the new means with the
    dispersion of the model's errors.

    Parameters
    ----------
    result
        As ``forecast`` returns it.
    overrides
        Those whose windows lie wholly outside the forecast change nothing.
    queues, regions
        As for ``forecast``.

    Returns
    -------
    ForecastResult
        With ``model_contacts`` and ``override`` in its table, and a note for each override that is in effect;
        the very same result where none is.

    Raises
    ------
    InvalidInput
        If overrides overlap.
    """
    frame, minutes = result.forecast.frame, result.forecast.interval_minutes
    _refuse_conflicts(overrides, result.forecast.queues)
    series = _series(frame)
    model = frame["contacts"].to_numpy(dtype=float)
    contacts, reasons = model.copy(), np.full(len(frame), "", dtype=object)
    notes = []
    for override in overrides:
        concerned = [each for each in series if override.touches(each.key)]
        touched = [
            (each, places)
            for each in concerned
            if (places := each.inside(override.windows[each.key.region])).start < places.stop
        ]
        if touched:
            inside = sum(places.stop - places.start for _, places in touched)
            asked = sum(_intervals(override.windows[each.key.region], minutes) for each in concerned)
            weights = _weights(touched, model, minutes, queues, regions)
            notes.append(
                _write(override, touched, contacts, model=model, weights=weights, share_inside=inside / asked)
            )
            for _, places in touched:
                reasons[places] = override.reason
    if not notes:
        return result
    changed = frame.assign(contacts=contacts, model_contacts=model, override=pd.Series(reasons, dtype="str"))
    _set_band(changed, reasons != "", series, result.dispersion)
    return replace(result, forecast=ContactForecast(changed, minutes), notes=(*result.notes, *notes))


_Touched = Sequence[tuple[_Series, slice]]
"""Rows that an override touches, queue by queue."""


def _series(frame: pd.DataFrame) -> list[_Series]:
    firsts = np.flatnonzero(~frame.duplicated(QUEUE_COLUMNS)).tolist()
    starts = pd.DatetimeIndex(frame["interval_start"])
    names = frame.loc[firsts, QUEUE_COLUMNS].itertuples(index=False)
    ends = [*firsts[1:], len(frame)]
    return [
        _Series(QueueKey(*name), low, starts[low:high])
        for name, low, high in zip(names, firsts, ends, strict=True)
    ]


def _refuse_conflicts(overrides: Sequence[Override], keys: Sequence[QueueKey]) -> None:
    faults = [
        Fault(
            f"overrides of one queue must not overlap: {overrides[first].reason!r} and "
            f"{overrides[second].reason!r} both claim {key}",
            code="overlap",
        )
        for first, second, key in find_conflicts(overrides, keys)
    ]
    if faults:
        raise InvalidInput(faults)


def _intervals(window: tuple[datetime, datetime], minutes: int) -> int:
    """Count the intervals that start in a window."""
    step = pd.Timedelta(minutes=minutes)
    start, end = (pd.Timestamp(each).ceil(step) for each in window)
    return int((end - start) // step)


def _weights(
    touched: _Touched,
    model: FloatArray,
    minutes: int,
    queues: Mapping[QueueKey, Queue],
    regions: Mapping[str, Region],
) -> list[FloatArray]:
    """Return what a total is shared out by: the model's contacts, else open intervals, else all alike."""
    expected = [model[places] for _, places in touched]
    if any(each.any() for each in expected):
        return expected
    opened = [
        open_intervals(
            queues[series.key].hours, regions[series.key.region], series.starts_at(places), minutes
        ).astype(np.float64)
        for series, places in touched
    ]
    return opened if any(each.any() for each in opened) else [np.ones(len(each)) for each in opened]


def _write(
    override: Override,
    touched: _Touched,
    contacts: FloatArray,
    *,
    model: FloatArray,
    weights: Sequence[FloatArray],
    share_inside: float,
) -> str:
    """Write one override's contacts into ``contacts`` and return what a planner should know of it."""
    expected = sum(float(model[places].sum()) for _, places in touched)
    remark = ""
    if override.factor is not None:
        for _, places in touched:
            contacts[places] = override.factor * model[places]
    elif override.contacts is not None:
        total, whole = override.contacts * share_inside, sum(float(each.sum()) for each in weights)
        for (_, places), each in zip(touched, weights, strict=True):
            contacts[places] = total * each / whole
        if share_inside < 1:
            remark = f"; {share_inside:.0%} of its window lies in the forecast"
        if expected == 0:
            remark += "; the model expects none, so that they are spread evenly"
    now = sum(float(contacts[places].sum()) for _, places in touched)
    where = str(touched[0][0].key) if len(touched) == 1 else f"{len(touched)} queues"
    return (
        f"Override {override.reason!r}: {now:,.1f} contacts for {where} instead of the model's "
        f"{expected:,.1f}{remark}"
    )


def _set_band(
    frame: pd.DataFrame,
    changed: npt.NDArray[np.bool_],
    series: Sequence[_Series],
    dispersion: Mapping[QueueKey, Dispersion],
) -> None:
    """Put new quantiles round the new means of the changed rows."""
    band = {name: frame[name].to_numpy(dtype=float, copy=True) for name in ("p10", "p50", "p90")}
    contacts = frame["contacts"].to_numpy(dtype=float)
    means = np.where(contacts < LEAST_CONTACTS, 0.0, contacts)
    for each in series:
        places = each.first + np.flatnonzero(changed[each.first : each.first + len(each.starts)])
        if len(places):
            phi = dispersion.get(each.key, UNKNOWN_DISPERSION).total_at(means[places])
            for name, probability, z in (("p10", 0.1, -Z_90), ("p50", 0.5, 0.0), ("p90", 0.9, Z_90)):
                band[name][places] = quantiles(means[places], phi, probability, z)
    for name, values in band.items():
        frame[name] = values
