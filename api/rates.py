"""Rate limits: how many requests somebody may send, told with Retry-After (RFC 6585, section 4).

Everyone has a bucket that fills steadily and holds a minute's worth. Each web process keeps its own: what is
limited is what one sender can cost the service, not what they are charged for.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from flask import Flask, Response, request

from api.config import Config
from api.identity import me
from api.problems import problem_response

__all__ = ["Buckets", "install_rates"]

KEPT = 100_000
SIGNING_IN = frozenset({"oauth.issue_access_token", "pages.sign_in"})
"""Where secrets could be guessed, and where each try costs much (Argon2)."""
UNLIMITED = frozenset({"health.healthz", "health.readyz"})


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


def install_rates(app: Flask, config: Config) -> None:
    """Answer 429 to whoever sends too much."""
    requests, tries = Buckets(config.requests_per_minute), Buckets(config.sign_ins_per_minute)

    def limit() -> Response | None:
        if request.endpoint in UNLIMITED:
            return None
        asks, address = me(), request.remote_addr or ""
        if request.endpoint in SIGNING_IN and request.method == "POST":
            wait = tries.take(address)
        else:
            wait = requests.take(asks.token_id or address)
        if wait == 0:
            return None
        response = problem_response(429, "too_many_requests", f"try again in {math.ceil(wait)} s")
        response.headers["Retry-After"] = str(math.ceil(wait))
        return response

    app.before_request(limit)
