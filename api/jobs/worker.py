"""The worker: takes waiting runs and works on them, a few at once, until it is told to leave."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from time import monotonic
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from api.config import Config, load_config
from api.jobs.patience import patiently
from api.jobs.processes import die_with_parent
from api.jobs.queue import WakeQueue, open_queue
from api.jobs.supervise import supervise
from api.jobs.telling import tell_webhooks
from api.logs import log_to_stderr
from api.store.audit import forget_audit
from api.store.claims import claim_run, forget_ended_runs, sweep_runs
from api.store.database import Store, open_store
from api.store.deliveries import forget_deliveries
from api.store.feed import forget_changes
from api.store.idempotency import forget_keys
from api.store.migrate import migrate
from api.store.plan_deletion import forget_drafts
from api.store.tokens import forget_tokens
from api.store.workers import say_alive, say_gone
from api.store.workspaces import forget_workspaces

__all__ = ["CHILD", "run_worker"]

logger = logging.getLogger(__name__)

CHILD = (sys.executable, "-m", "api.jobs.child")
RETRY_SECONDS = 2.0
KEEP_KEYS_HOURS, KEEP_TOKENS_DAYS = 24.0, 30.0
FORGET_SECONDS = 3600.0


def run_worker(config: Config, child: Sequence[str] = CHILD) -> None:
    """Work until SIGTERM or SIGINT; runs at work then get the grace time to finish, else are requeued.

    Parameters
    ----------
    config
        Settings; the processes of the runs get the same ones.
    child
        Command that starts the process of a run.
    """
    log_to_stderr(config.log_level)
    leaving = threading.Event()

    def leave(signum: int, _frame: FrameType | None) -> None:
        logger.info("Received %s; leaving", signal.Signals(signum).name)
        leaving.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    store = open_store(config)
    # One that is started again while the database is away must not end at once, time after time.
    patiently(lambda: migrate(store), given_up=leaving.is_set)
    queue = open_queue(config)
    slots = [
        threading.Thread(target=_work, args=(store, config, queue, child, leaving), name=f"slot-{number}")
        for number in range(1, config.run_slots + 1)
    ]
    logger.info("Worker %d started with %d slots", os.getpid(), config.run_slots)
    telling = threading.Thread(target=tell_webhooks, args=(store, config, leaving), name="webhooks")
    for thread in (*slots, telling):
        thread.start()
    _keep_house(store, config, queue, leaving)
    for thread in (*slots, telling):
        thread.join()
    queue.close()
    store.close()
    logger.info("Worker %d left", os.getpid())


def _work(
    store: Store, config: Config, queue: WakeQueue, child: Sequence[str], leaving: threading.Event
) -> None:
    while not leaving.is_set():
        try:
            claim = claim_run(store, lease_seconds=config.lease_seconds)
            if claim is None:
                queue.wait(config.sweep_seconds, leaving)
            else:
                supervise(store, config, claim, child, leaving)
        except Exception:  # a slot must outlive whatever one run or the database does
            logger.exception("A slot met a fault; it goes on")
            leaving.wait(RETRY_SECONDS)


def _keep_house(store: Store, config: Config, queue: WakeQueue, leaving: threading.Event) -> None:
    """Take runs from silent workers, and forget old ones, until the worker leaves."""
    forgot: float | None = None
    name = f"{socket.gethostname()} {os.getpid()}"
    while not leaving.is_set():
        try:
            say_alive(store, name)
            for _ in range(sweep_runs(store, attempts=config.run_attempts)):
                queue.wake()
            if forgot is None or monotonic() - forgot > FORGET_SECONDS:
                forgot = monotonic()
                forget_drafts(store, older_than_days=config.keep_drafts_days)
                forget_ended_runs(store, older_than_days=config.keep_ended_runs_days)
                forget_workspaces(store, older_than_days=config.keep_workspaces_days)
                forget_changes(store, older_than_days=config.keep_changes_days)
                forget_tokens(store, older_than_days=KEEP_TOKENS_DAYS)
                forget_keys(store, older_than_hours=KEEP_KEYS_HOURS)
                forget_deliveries(store, older_than_days=config.keep_deliveries_days)
                forget_audit(store, older_than_days=config.keep_audit_days)
        except SQLAlchemyError:
            logger.exception("The database did not answer the sweep; it is tried again")
        leaving.wait(config.sweep_seconds)
    with contextlib.suppress(SQLAlchemyError):  # it will be missed soon enough
        say_gone(store, name)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        die_with_parent(int(sys.argv[1]), by=signal.SIGTERM)
    run_worker(load_config(os.environ))
