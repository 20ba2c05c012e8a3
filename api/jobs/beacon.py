"""A run's line to the outside: progress goes out, the wish to stop comes in."""

from __future__ import annotations

import logging
import os
import signal
import threading

from sqlalchemy.exc import SQLAlchemyError

from api.errors import LeaseLost
from api.jobs.progress import RunProgress
from api.store.claims import read_pulse, report_progress
from api.store.database import Store
from scheduler.progress import ProgressReport

__all__ = ["Beacon"]

logger = logging.getLogger(__name__)

BEAT_SECONDS = 0.5


class Beacon:
    """A thread that twice a second stores the newest progress and looks whether the run should stop.

    It also ends the whole group once the parent is gone or the lease is lost: no solver works on for nobody.

    Parameters
    ----------
    parent
        Process id of the worker.
    """

    def __init__(self, store: Store, run_id: str, lease: str, parent: int) -> None:
        self._store, self._run_id, self._lease, self._parent = store, run_id, lease, parent
        self._progress = RunProgress()
        self._newest: tuple[float, ProgressReport] | None = None
        self._lock = threading.Lock()
        self._stop_asked = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="beacon", daemon=True)
        self._thread.start()

    def on_progress(self, report: ProgressReport) -> None:
        """Take a report; the newest one is stored at the next beat."""
        with self._lock:
            self._newest = (self._progress.after(report), report)

    def should_stop(self) -> bool:
        """Whether the run was asked to hand in what it has."""
        return self._stop_asked.is_set()

    def close(self) -> None:
        """Stop beating; on return nothing more is written."""
        self._closed.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._closed.wait(BEAT_SECONDS):
            if os.getppid() != self._parent:
                self._end_group("the worker is gone")
            try:
                self._exchange()
            except LeaseLost as error:
                self._end_group(str(error))
            except SQLAlchemyError:
                logger.warning(
                    "The database did not take the progress of run %s", self._run_id, exc_info=True
                )

    def _exchange(self) -> None:
        with self._lock:
            newest, self._newest = self._newest, None
        if newest is not None:
            done, report = newest
            report_progress(
                self._store,
                self._run_id,
                self._lease,
                progress=done,
                stage=report.stage,
                message=report.message,
                best=report.best,
            )
        if read_pulse(self._store, self._run_id, self._lease).stop_asked is not None:
            self._stop_asked.set()

    def _end_group(self, reason: str) -> None:
        logger.warning("Run %s ends: %s", self._run_id, reason)
        os.killpg(os.getpgrp(), signal.SIGKILL)
