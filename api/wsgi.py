"""What a WSGI server loads: ``api.wsgi:application()``."""

from __future__ import annotations

import os

from flask import Flask

from api.app import create_app
from api.config import load_config
from api.logs import log_to_stderr

__all__ = ["application"]


def application() -> Flask:
    """Return the application, with the settings of the environment."""
    config = load_config(os.environ)
    log_to_stderr(config.log_level)
    return create_app(config)
