"""A worker whose runs do the work of :mod:`tests.api.jobs.child_main`."""

from __future__ import annotations

import os
import sys

from api.config import load_config
from api.jobs.worker import run_worker
from api.logs import log_to_stderr

if __name__ == "__main__":
    log_to_stderr()
    run_worker(load_config(os.environ), child=(sys.executable, "-m", "tests.api.jobs.child_main"))
