"""Versions of the programs that make a plan, for its report."""

from __future__ import annotations

import platform
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

__all__ = ["program_versions"]

PROGRAMS = ("sunrota", "ortools", "numpy", "pandas", "numba", "holidays", "pytz")


@lru_cache(maxsize=1)
def program_versions() -> dict[str, str]:
    """Return the versions of Sunrota, Python and the libraries that a result depends on."""
    found = {"python": platform.python_version()}
    for name in PROGRAMS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
