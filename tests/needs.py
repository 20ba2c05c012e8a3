"""Parts of the machine that some tests need."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

__all__ = ["unavailable"]


def unavailable(what: str) -> NoReturn:
    """Skip a test for want of this part of the machine; in CI, where it must be there, fail it."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{what} is not available, and in CI it must be")
    pytest.skip(f"{what} is not available")
