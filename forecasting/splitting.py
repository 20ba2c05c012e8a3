"""How a recorded row that is longer than a cell is split over the cells that it covers."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from forecasting.arrays import BoolArray, FloatArray, IntArray

__all__ = ["split_rows"]


def split_rows(
    counts: FloatArray, parts: IntArray, first_slot: IntArray, open_slots: BoolArray
) -> tuple[FloatArray, IntArray]:
    """Split each row's contacts over its cells by the time-of-day profile of the rows themselves.

    The mean rate of each slot over all rows is a staircase with steps as long as the rows; a moving mean of
    that length turns it into straight lines between the rows' middles. Each row is shared out in proportion
    to those lines, so that its cells sum to it exactly. Slots in which the queue is closed get nothing where
    the same row has open ones: rows of whole days spread over the opening hours.

    Parameters
    ----------
    counts
        Contacts of each of n rows, NaN where not recorded.
    parts
        Cells that each row covers, shape (n,).
    first_slot
        Slot of the day (wall clock) of each row's first cell, shape (n,).
    open_slots
        Whether the queue may take contacts in each slot of the day, shape (S,).

    Returns
    -------
    values, row
        Contacts of each cell and the row that it belongs to, both of shape (sum of parts,).
    """
    slots = len(open_slots)
    row = np.repeat(np.arange(len(counts)), parts)
    within = np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
    slot = (first_slot[row] + within) % slots
    rate = counts[row] / parts[row]
    known = np.isfinite(rate)
    seen = np.bincount(slot[known], minlength=slots).astype(float)
    total = np.bincount(slot[known], weights=rate[known], minlength=slots)
    staircase = np.divide(total, seen, out=np.full(slots, np.nan), where=seen > 0)
    weight = _moving_mean(staircase, int(np.median(parts)))
    weight = np.where(open_slots, np.nan_to_num(weight), 0.0)
    share = weight[slot]
    whole = np.bincount(row, weights=share, minlength=len(counts))[row]
    share = np.where(
        whole > 0, np.divide(share, whole, out=np.zeros_like(share), where=whole > 0), 1 / parts[row]
    )
    return counts[row] * share, row


def _moving_mean(values: FloatArray, length: int) -> FloatArray:
    """Return the centred moving mean round the clock, of what is known."""
    length = min(length, len(values))
    # An even length has no middle cell: two such means, half a cell to either side, are averaged.
    half = length // 2
    kernel = np.ones(length) if length % 2 else np.r_[0.5, np.ones(length - 1), 0.5]
    padded = np.concatenate([values[len(values) - half :], values, values[: len(kernel) - 1 - half]])
    windows = sliding_window_view(padded, len(kernel))
    known = np.isfinite(windows) * kernel
    mass = known.sum(axis=1)
    means = (np.nan_to_num(windows) * kernel).sum(axis=1)
    result: FloatArray = np.divide(means, mass, out=np.full(len(values), np.nan), where=mass > 0)
    return result
