"""Buckets that fill steadily: how much somebody may ask for, and when again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

__all__ = ["Buckets"]

KEPT = 100_000


class Buckets:
    """A bucket for each sender.

    Parameters
    ----------
    per_minute
        How fast a bucket fills; it holds a minute's worth.
    clock
        Seconds that only grow.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._lock = Lock()
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, sender: str) -> float:
        """Take one request out of the sender's bucket.

        Returns
        -------
        float
            Seconds to wait, 0 if there was one.
        """
        now, rate = self._clock(), self._per_minute / 60
        with self._lock:
            left, since = self._known.pop(sender, (float(self._per_minute), now))
            left = min(self._per_minute, left + (now - since) * rate)
            wait = 0.0 if left >= 1 else (1 - left) / rate
            self._known[sender] = (left - 1 if wait == 0 else left, now)
            # Whoever was not heard of for longest has a full bucket, or nearly.
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return wait
