"""What a WSGI server loads: ``api.wsgi:application()``."""

from __future__ import annotations

import os

from flask import Flask

from api.app import create_app
from api.config import load_config
from api.jobs.patience import patiently
from api.logs import log_to_stderr

__all__ = ["application"]


def application() -> Flask:
    """Return the application, with the settings of the environment, once the database is there.

    A server whose processes end at once because it is away is given up after some of them.
    """
    config = load_config(os.environ)
    log_to_stderr(config.log_level)
    return patiently(lambda: create_app(config))
