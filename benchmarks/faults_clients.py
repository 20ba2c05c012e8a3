"""Who uses the service while it is hurt: everyone tries again as the typed client does."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import httpx

from api.client import ServiceError, ShiftCopy, SunrotaClient
from benchmarks.faults_found import Ledger

__all__ = ["Load"]

SOLVING_SECONDS = 2.0
EXPECTED = ("not_ready", "in_progress", "conflict", "too_many_requests")
T = TypeVar("T")


class Load:
    """Who uses the service: each call is tried again as the typed client does, and tallied by its end."""

    def __init__(self, url: str, key: str, seed: int) -> None:
        self._url, self._key = url, key
        self._random = random.Random(seed)
        self.ledger = Ledger()
        self.ends: Counter[str] = Counter()

    def client(self) -> SunrotaClient:
        """Return a client of one's own."""
        return SunrotaClient(self._url, self._key, timeout=30.0)

    def call(self, what: str, action: Callable[[], T]) -> T | None:
        """Do it; None where it was refused or nobody answered."""
        try:
            answer = action()
        except ServiceError as error:
            self.ends[f"{what}: {error.code}"] += 1
            if error.code not in EXPECTED:
                self.ledger.wrong.append(f"{what}: {error}")
            return None
        except httpx.TransportError as error:
            self.ends[f"{what}: no answer ({type(error).__name__})"] += 1
            return None
        self.ends[f"{what}: done"] += 1
        return answer

    def publish(self, plans: Sequence[str], every: float, until: threading.Event) -> None:
        """Publish one plan after another."""
        with self.client() as client:
            turn = 0
            while not until.wait(every):
                turn += 1
                plan = plans[turn % len(plans)]
                made = self.call("publish", partial(client.publish, plan))
                if made is not None:
                    self.ledger.publications.append(made.id)

    def ask(self, workspace_id: str, until: threading.Event) -> None:
        """Ask for plans, and publish those that are made."""
        with self.client() as client:
            ask = partial(client.ask_for_plan, workspace_id, time_limit_seconds=SOLVING_SECONDS, days=1)
            while not until.wait(1.0):
                run = self.call("ask", ask)
                if run is None:
                    continue
                self.ledger.runs.append(run.id)
                ended = self.call("follow", partial(client.wait_for_run, run.id))
                if ended is not None and ended.plan_id is not None:
                    plan = ended.plan_id
                    made = self.call("publish", partial(client.publish, plan, reason="load"))
                    if made is not None:
                        self.ledger.publications.append(made.id)

    def follow(self, copy: ShiftCopy, pause: float, until: threading.Event) -> None:
        """Keep a copy up to date."""
        while not until.wait(self._random.uniform(0, 2 * pause)):
            self.call("pull", copy.pull)
