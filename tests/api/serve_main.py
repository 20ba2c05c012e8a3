"""The whole service, with a worker whose runs do the work of :mod:`tests.api.jobs.child_main`."""

from __future__ import annotations

import os
import sys

from api.config import load_config
from api.serve import serve
from forecasting.errors import InvalidInput

if __name__ == "__main__":
    try:
        sys.exit(serve(load_config(os.environ), worker=(sys.executable, "-m", "tests.api.jobs.worker_main")))
    except InvalidInput as error:
        sys.exit(str(error))
