"""Watches the process of one run: lease, limits, the wish to stop, and what became of it."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event
from time import monotonic, sleep

from sqlalchemy.exc import SQLAlchemyError

from api.config import Config
from api.errors import LeaseLost
from api.jobs.processes import Group, end_of
from api.store.claims import Claim, Pulse, end_run, release_run, renew_lease, retry_or_fail
from api.store.database import Store
from api.store.runs import ENDED, STOP_ASKED, ask_to_stop, get_run
from api.store.tables import RunStatus

__all__ = ["TIME_LIMIT", "supervise"]

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.1
MEMORY_SECONDS = 1.0
TIME_LIMIT = "time_limit"
MEMORY_LIMIT = "memory_limit"
LEAVING = "leaving"
MEBIBYTE = 1024 * 1024


@dataclass
class _Watch:
    """What is known of the run while its process works; times are seconds of the monotonic clock."""

    begun: float
    renewed: float
    measured: float
    stop_seen: float | None = None
    stop_reason: str | None = None
    leaving_since: float | None = None


def supervise(store: Store, config: Config, claim: Claim, command: Sequence[str], leaving: Event) -> None:
    """Run the child of a claimed run to its end, whatever that is.

    Parameters
    ----------
    command
        Starts a child; run, lease and process id are appended.
    leaving
        Set when the worker is to end: the run may finish within the grace time, else it is requeued.
    """
    arguments = [*command, claim.run_id, claim.lease, str(os.getpid())]
    group = Group(arguments, {**os.environ, **config.environment()})
    logger.info("Run %s began, attempt %d, process %d", claim.run_id, claim.attempt, group.pid)
    reason: str | None = None
    try:
        reason = _watch(store, config, claim, group, leaving)
    except LeaseLost:
        if get_run(store, claim.run_id).status in ENDED:
            group.wait(config.run_grace_seconds)  # it has handed in its end and leaves
        else:
            logger.warning("Run %s was taken from this worker", claim.run_id)
    finally:
        returncode = group.kill()
        logger.info("Run %s: its process %s", claim.run_id, end_of(returncode))
    # Where the child has stored the run's end itself the lease is gone, and with it our say.
    with contextlib.suppress(LeaseLost):
        _settle(store, config, claim, reason, returncode)


def _watch(store: Store, config: Config, claim: Claim, group: Group, leaving: Event) -> str | None:
    """Return why the process must be killed, None once it has ended by itself."""
    now = monotonic()
    watch = _Watch(begun=now, renewed=now, measured=now)
    while not group.has_ended():
        sleep(TICK_SECONDS)
        now = monotonic()
        if now - watch.renewed >= config.renew_seconds:
            watch.renewed = now
            _renew(store, config, claim, watch)
        if now - watch.begun > config.run_time_limit_seconds and watch.stop_seen is None:
            ask_to_stop(store, claim.run_id, TIME_LIMIT)
            watch.stop_seen, watch.stop_reason = now, TIME_LIMIT
        if now - watch.measured >= MEMORY_SECONDS:
            watch.measured = now
            if group.memory_bytes() > config.run_memory_limit_bytes:
                return MEMORY_LIMIT
        if watch.stop_seen is not None and now - watch.stop_seen > config.run_grace_seconds:
            return watch.stop_reason
        if leaving.is_set():
            watch.leaving_since = watch.leaving_since or now
            if now - watch.leaving_since > config.run_grace_seconds:
                return LEAVING
    return None


def _renew(store: Store, config: Config, claim: Claim, watch: _Watch) -> None:
    try:
        pulse: Pulse = renew_lease(store, claim, lease_seconds=config.lease_seconds)
    except SQLAlchemyError:
        # The child works on; if the database stays away, the lease runs out and the run is taken from us.
        logger.warning("The lease of run %s could not be renewed", claim.run_id, exc_info=True)
        return
    if pulse.stop_asked is not None and watch.stop_seen is None:
        watch.stop_seen, watch.stop_reason = monotonic(), pulse.stop_reason


def _settle(store: Store, config: Config, claim: Claim, reason: str | None, returncode: int) -> None:
    """Store the end of a run whose process ended without storing one."""
    if reason == LEAVING:
        release_run(store, claim)
    elif reason == STOP_ASKED:
        end_run(store, claim, RunStatus.STOPPED, message="Stopped; it had no result to hand in")
    elif reason == TIME_LIMIT:
        _fail(store, claim, TIME_LIMIT, f"The run took longer than {config.run_time_limit_seconds:g} s.")
    elif reason == MEMORY_LIMIT:
        limit = config.run_memory_limit_bytes // MEBIBYTE
        _fail(store, claim, MEMORY_LIMIT, f"The run used more than {limit} MiB of memory.")
    else:
        detail = f"The process of the run {end_of(returncode)} (attempt {claim.attempt})."
        problem = {"code": "process_died", "detail": detail}
        retry_or_fail(store, claim, attempts=config.run_attempts, problem=problem)


def _fail(store: Store, claim: Claim, code: str, detail: str) -> None:
    problem = {"code": code, "detail": detail}
    end_run(store, claim, RunStatus.FAILED, message=detail, problem=problem)
