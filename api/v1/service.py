"""What the addresses of the API work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import BoundedSemaphore, Event
from typing import cast

from flask import Flask, current_app

from api.config import Config
from api.jobs.queue import WakeQueue
from api.store.database import Store

__all__ = ["Service", "install_service", "service", "service_of"]

EXTENSION = "sunrota"


@dataclass(frozen=True)
class Service:
    """Settings, database, and a way to tell workers that a run waits."""

    config: Config
    store: Store
    queue: WakeQueue
    waiters: BoundedSemaphore
    """Requests that may wait for something at the same time; the others are answered at once."""
    leaving: Event = field(default_factory=Event)
    """Set when the process is to end: whoever waits is answered at once."""

    def wake_workers(self) -> None:
        """Tell a worker that a run waits."""
        self.queue.wake()

    def close(self) -> None:
        """Close the connections."""
        self.queue.close()
        self.store.close()


def install_service(app: Flask, parts: Service) -> None:
    """Give the app its parts."""
    app.extensions[EXTENSION] = parts


def service_of(app: Flask) -> Service:
    """Return the parts of an app."""
    return cast(Service, app.extensions[EXTENSION])


def service() -> Service:
    """Return the parts of the app that answers the current request."""
    return service_of(current_app)
