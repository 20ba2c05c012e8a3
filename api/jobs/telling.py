"""The part of a worker that calls webhooks."""

from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from api.config import Config
from api.store.database import Store
from api.store.deliveries import settle_delivery, take_delivery
from api.webhooks import send

__all__ = ["tell_webhooks"]

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
RETRY_SECONDS = 5.0


def tell_webhooks(store: Store, config: Config, leaving: threading.Event) -> None:
    """Send what is due, one message after another, until the worker leaves.

    A message that was sent while the worker died is sent again: receivers know it by its id.
    """
    while not leaving.is_set():
        try:
            due = take_delivery(store)
            if due is None:
                leaving.wait(LOOK_SECONDS)
                continue
            outcome = send(due, now=store.clock, private_allowed=config.webhook_private_targets)
            settle_delivery(store, due.id, outcome)
            if not outcome.is_good:
                logger.warning("Delivery %s failed: %s", due.id, outcome.error or outcome.status)
        except SQLAlchemyError:
            logger.exception("The database did not answer who is to be called; it is asked again")
            leaving.wait(RETRY_SECONDS)
