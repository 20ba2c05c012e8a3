"""Waiting for a store that is away, full or not to be written for now."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import sleep
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from api.store.outage import outage_of
from forecasting.errors import InvalidInput

__all__ = ["patiently"]

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0

T = TypeVar("T")


def patiently(action: Callable[[], T], given_up: Callable[[], bool] = lambda: False) -> T:
    """Do it; while the store is out, again and again, until that is given up.

    The work of hours is not to be lost because the database is started anew when it is handed in. What ends
    the waiting otherwise is the worker: by the run's time limit, or by giving the run to another, which the
    action then meets as a lost lease. So does one that was carried out although its answer was lost.
    """
    while True:
        try:
            return action()
        except (SQLAlchemyError, InvalidInput) as error:
            # What a migration meets, it tells in other words.
            outage = outage_of(error) or outage_of(error.__cause__ or error)
            if outage is None or given_up():
                raise
            logger.warning("The store is out (%s): %s; it is tried again", outage, error.__cause__)
        sleep(PAUSE_SECONDS)
