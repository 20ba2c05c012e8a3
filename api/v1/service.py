"""What the addresses of the API work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import BoundedSemaphore, Event
from typing import cast

from flask import Flask, current_app

from api.buckets import Buckets
from api.config import Config
from api.jobs.queue import WakeQueue, open_queue
from api.store.database import Clock, Store, open_store
from api.store.migrate import migrate

__all__ = ["Service", "install_service", "open_service", "service", "service_of"]

EXTENSION = "sunrota"


@dataclass(frozen=True)
class Service:
    """Settings, database, and a way to tell workers that a run waits."""

    config: Config
    store: Store
    queue: WakeQueue
    waiters: BoundedSemaphore
    """Requests that may wait for something at the same time; the others are answered at once."""
    requests: Buckets
    """How much each sender may still ask for."""
    tries: Buckets
    """How often each address may still try to sign in."""
    leaving: Event = field(default_factory=Event)
    """Set when the process is to end: whoever waits is answered at once."""

    def wake_workers(self) -> None:
        """Tell a worker that a run waits."""
        self.queue.wake()

    def close(self) -> None:
        """Close the connections."""
        self.queue.close()
        self.store.close()


def open_service(config: Config, clock: Clock) -> Service:
    """Open the database, brought up to date, and what else the settings name."""
    store = open_store(config, clock)
    migrate(store)
    return Service(
        config,
        store,
        open_queue(config),
        # Long polls may take half of the threads: whoever does not wait must still be answered.
        waiters=BoundedSemaphore(max(1, config.web_threads // 2)),
        requests=Buckets(config.requests_per_minute),
        tries=Buckets(config.sign_ins_per_minute),
    )


def install_service(app: Flask, parts: Service) -> None:
    """Give the app its parts; one that had others works with these from now on."""
    app.extensions[EXTENSION] = parts


def service_of(app: Flask) -> Service:
    """Return the parts of an app."""
    return cast(Service, app.extensions[EXTENSION])


def service() -> Service:
    """Return the parts of the app that answers the current request."""
    return service_of(current_app)
