"""Logging of the service's processes: to standard error, one line an event."""

from __future__ import annotations

import logging

__all__ = ["log_to_stderr"]

FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
CHATTY = ("alembic", "huey")


def log_to_stderr(level: str) -> None:
    """Show what modules log from this level on; libraries that tell of each step only from WARNING on."""
    logging.basicConfig(level=level.upper(), format=FORMAT)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
