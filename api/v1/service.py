"""What the addresses of the API work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from api.config import Config
from api.store.database import Store

__all__ = ["Service", "install_service", "service"]

EXTENSION = "sunrota"


@dataclass(frozen=True)
class Service:
    """Settings, database, and a way to tell workers that a run waits."""

    config: Config
    store: Store
    wake_workers: Callable[[], None]


def install_service(app: Flask, parts: Service) -> None:
    """Give the app its parts."""
    app.extensions[EXTENSION] = parts


def service() -> Service:
    """Return the parts of the app that answers the current request."""
    return cast(Service, current_app.extensions[EXTENSION])
