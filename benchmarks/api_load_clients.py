"""Who uses the service under load: integrations with copies, one who publishes, one who asks for plans."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import orjson

__all__ = ["Calls", "Integration", "ask_for_plans", "at_work", "item_digest", "publish_in_turn"]

PAGE = 5_000
TIMEOUT = 120.0


@contextmanager
def at_work(tasks: Iterable[Callable[[], object]], until: threading.Event) -> Iterator[None]:
    """Do the tasks beside the block; then set the event at which they end, and wait for that.

    Where the block is broken off, nobody waits for them.
    """
    threads = [threading.Thread(target=task, daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        until.set()
    for thread in threads:
        thread.join()


class Calls:
    """Requests of many threads with one key: seconds of each by what it was for, and what was refused."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        self._http = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT, limits=limits)
        self._lock = threading.Lock()
        self.seconds: dict[str, list[float]] = {}
        self.errors: list[str] = []

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def count(self) -> int:
        """Return the number of requests that were answered."""
        return sum(map(len, self.seconds.values()))

    def send(self, what: str | Callable[[Any], str], method: str, path: str, **more: Any) -> Any:
        """Send a request; return its JSON, None where it was refused.

        Parameters
        ----------
        what
            Kind of the request, or what tells it from the answer.
        """
        begun = time.perf_counter()
        try:
            answer = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            self.errors.append(f"{method} {path}: {error!r}")
            return None
        seconds = time.perf_counter() - begun
        if not answer.is_success:
            self.errors.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
            return None
        found = orjson.loads(answer.content)
        with self._lock:
            self.seconds.setdefault(what if isinstance(what, str) else what(found), []).append(seconds)
        return found


def item_digest(item: dict[str, Any]) -> int:
    """Return what tells one content of a shift from another; a copy of thousands of shifts stays small."""
    return hash(orjson.dumps(item, option=orjson.OPT_SORT_KEYS))


class Integration:
    """A program that keeps a copy of the published shifts by sync token.

    Parameters
    ----------
    pause
        Mean seconds between pulls.
    within
        Seconds within which it begins: systems are not all started at the same moment.
    """

    def __init__(self, calls: Calls, pause: float, seed: int, within: float = 0.0) -> None:
        self._calls, self._pause, self._random = calls, pause, random.Random(seed)
        self._within = within
        self._token: str | None = None
        self._gone: dict[str, int] = {}
        self.copy: dict[str, tuple[int, int]] = {}
        """Revision and digest by id."""
        self.doubled = 0

    def follow(self, until: threading.Event) -> None:
        """Pull everything, then what changes until the event; then once more, and leave."""
        until.wait(self._random.uniform(0, self._within))
        self.pull("first pull, a page")
        while not until.wait(self._random.uniform(0, 2 * self._pause)):
            self.pull(_kind)
        self.pull(_kind)

    def pull(self, what: str | Callable[[Any], str]) -> None:
        """Bring the copy up to date."""
        more = True
        while more:
            query = {"limit": PAGE} | ({} if self._token is None else {"sync_token": self._token})
            page = self._calls.send(what, "GET", "/v1/shifts/sync", params=query)
            if page is None:
                return
            for item in page["items"]:
                self._take(item)
            self._token, more = page["sync_token"], page["more"]

    def _take(self, item: dict[str, Any]) -> None:
        name, revision = item["id"], item["revision"]
        known = self.copy.get(name, (self._gone.get(name, 0), 0))[0]
        self.doubled += revision <= known
        if item["state"] == "cancelled":
            self.copy.pop(name, None)
            self._gone[name] = revision
        else:
            self.copy[name] = revision, item_digest(item)


def _kind(page: dict[str, Any]) -> str:
    return "pull of changes" if page["items"] else "pull of nothing"


def publish_in_turn(calls: Calls, plans: list[str], every: float, until: threading.Event) -> None:
    """Publish one plan after another until the event."""
    turn = 0
    while not until.wait(every):
        turn += 1
        calls.send("publish", "POST", f"/v1/plans/{plans[turn % len(plans)]}/publish", json={})


def ask_for_plans(calls: Calls, workspace: bytes, seconds: float, until: threading.Event) -> None:
    """Have plans made and publish them, one after another, until the event."""
    files = {"file": ("solved.zip", workspace, "application/zip")}
    kept = calls.send("upload", "POST", "/v1/workspaces", files=files)
    while kept is not None and not until.is_set():
        asked = {"workspace_id": kept["id"], "time_limit_seconds": seconds, "days": 1}
        run = calls.send("ask for a plan", "POST", "/v1/plans", json=asked)
        while run is not None and run["status"] in ("queued", "running"):
            # Followed to its end, so that the copies are compared when nothing changes any more.
            run = calls.send("wait for a run", "GET", f"/v1/runs/{run['id']}", params={"wait": 5})
        if run is None or run["plan_id"] is None:
            calls.errors.append(f"a run made no plan: {run}")
            return
        body = {"reason": "to see it under load"}
        calls.send("publish", "POST", f"/v1/plans/{run['plan_id']}/publish", json=body)
