"""Compiled code of the simulation.

numba's cache notices changes of the file that holds a compiled entry, not of the files that it calls. So the
entry carries a digest of the sources of all of them: a changed helper never runs as it was before.
"""

from __future__ import annotations

import hashlib
import importlib.util
from importlib.abc import InspectLoader

__all__ = ["source_digest"]


def source_digest(*modules: str) -> str:
    """Return a hash of the modules' sources; held in a closure, it is part of numba's cache key."""
    digest = hashlib.sha256()
    for name in modules:
        spec = importlib.util.find_spec(name)
        if spec is None or not isinstance(spec.loader, InspectLoader):
            raise ImportError(f"the source of {name} is not at hand")
        digest.update((spec.loader.get_source(name) or "").encode())
    return digest.hexdigest()
