"""Prices of deferred work where it may be served."""

from __future__ import annotations

from numba import njit

__all__ = ["deferred_prices"]


@njit("void(f8[:, ::1], i8[::1], f8[:, ::1], i8[:, ::1])", cache=True)
def deferred_prices(price, window, worth, source):  # type: ignore[no-untyped-def]
    """Find the dearest open work of each deferred queue in each interval.

    Parameters
    ----------
    price
        Of work by the interval of its arrival, (T, Q).
    window
        Intervals in which deferred work may be served, (Q,); 0 for live queues, which are left alone.
    worth, source
        Result, (T, Q): the highest price of an arrival whose window is open, and that arrival's interval.
    """
    steps, queues = price.shape
    for queue in range(queues):
        if window[queue] == 0:
            continue
        at = 0
        for step in range(steps):
            low = max(0, step - window[queue] + 1)
            if step == 0 or at < low:
                at = low
                for other in range(low, step + 1):
                    if price[other, queue] >= price[at, queue]:
                        at = other
            elif price[step, queue] >= price[at, queue]:
                at = step
            worth[step, queue] = price[at, queue]
            source[step, queue] = at
