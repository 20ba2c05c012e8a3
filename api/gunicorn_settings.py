"""Settings of gunicorn, as :mod:`api.serve` starts it. Gunicorn reads this module's names."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Any

from api.config import load_config
from api.jobs.processes import die_with_parent
from api.v1.service import service_of

_config = load_config(os.environ)
_parent = os.getppid()

worker_class = "gthread"
workers = _config.web_processes
threads = _config.web_threads
timeout = 120
graceful_timeout = 30
# Longer than clients and proxies keep an idle connection (nginx: 60 s), so that they close it: were we to, a
# request might be on its way, and its answer a reset. The end of a process closes idle connections at once.
keepalive = 75
loglevel = _config.log_level
errorlog = "-"
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Answer at once whoever waits, when the web server is told to leave."""
    leaving = service_of(worker.wsgi).leaving
    before = signal.getsignal(signal.SIGTERM)

    def leave(signum: int, frame: FrameType | None) -> None:
        leaving.set()
        if callable(before):
            before(signum, frame)

    signal.signal(signal.SIGTERM, leave)


def on_starting(_server: Any) -> None:
    """Leave when the process that started us is gone."""
    die_with_parent(_parent, by=signal.SIGTERM)
